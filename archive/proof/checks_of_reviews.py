"""Whether what people said of reports is still what they said, and said of reports that there were."""

import sqlite3

from archive.judgements.review import with_uid
from archive.judgements.reviews import read_review
from archive.proof.checking import RESTORE, Problems

_REVIEWS = """
SELECT *, EXISTS (SELECT 1 FROM ids WHERE ids.key = reviews.report)
       OR EXISTS (SELECT 1 FROM reports WHERE reports.key = reviews.report) AS is_known
FROM reviews ORDER BY id
"""
_CHANGED = f"it was changed after it was stored, and is nobody's word any more; {RESTORE}"
_OF_NONE = "it says nothing of any report; `gongkai review --list --lapsed` shows it"


def check_reviews(connection: sqlite3.Connection, problems: Problems) -> None:
    """See that each review is named by what it says, and that its report was once known."""
    for row in connection.execute(_REVIEWS):
        where = f"review {row['id']} of {row['report']}"
        review = read_review(row)
        if with_uid(review).uid != review.uid:
            problems.add("review", "it is not what was said", where, _CHANGED)
        if not row["is_known"]:
            problems.add("review of no report", "no report ever had the id that it names", where, _OF_NONE)
