"""What does not add up, as rows."""

from collections.abc import Iterator

from archive import Archive
from archive.questions.tidy import TidyScope
from gongkai.exports.dictionary import Value
from gongkai.finding import Scope
from gongkai.findings import list_findings
from parsers.report import Suspect


def iter_finding_rows(archive: Archive, scope: TidyScope) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each finding in the versions that stand, but for its number; what was dismissed says so.

    The register of a sites file is none of the archive: reports are held to the usual dates.
    """
    asked = Scope(scope.site, scope.year, district=scope.district, as_of=scope.as_of, with_dismissed=True)
    for one in list_findings(archive, asked):
        first, second = (*(capture.id for capture in one.captures[:2]), None, None)[:2]
        yield (
            *(one.id, one.version, one.rule, one.where, one.level, one.origin, one.left, one.right, one.text),
            *("; ".join(map(_tell, one.suspects)) or None, one.other, first, second, one.noticed_at, one.review),
        )


def _tell(suspect: Suspect) -> str:
    printed = "" if suspect.value is None else suspect.value
    return f"{suspect.table}.{suspect.row}.{suspect.column}: {printed} → {suspect.wanted}"
