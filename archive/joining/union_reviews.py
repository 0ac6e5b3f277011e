"""What people said of reports, of one archive into another: each review once, by what it says.

Whichever archive comes first, the last word on a subject is the same: it is told by its moment, then by its uid.
"""

from archive.errors import DamagedError
from archive.joining.union import Union
from archive.judgements.review import with_uid
from archive.judgements.reviews import add_review, read_review


def unite_reviews(union: Union) -> None:
    """Join reviews; one that is not what was said is damage."""
    for row in union.iter_rows("SELECT * FROM reviews ORDER BY id"):
        review = read_review(row)
        if with_uid(review).uid != review.uid:
            raise DamagedError(f"review {row['id']} is not what was said")
        union.added["reviews"] += add_review(union.target, review)
