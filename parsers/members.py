"""Which of the documents in an archive is the report, and what is said of the others."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from parsers.carriers import Opened, Unread
from parsers.errors import EmptyDocumentError, ParserError, UnknownCarrierError
from parsers.report import Report


class HasReport(Protocol):
    """Anything that a document was turned into, its report with it."""

    @property
    def report(self) -> Report:
        """Return what the document says."""
        ...


P = TypeVar("P", bound=HasReport)


def choose_report(found: Iterable[Opened | Unread], read: Callable[[Opened], P]) -> tuple[P, tuple[str, ...]]:
    """Read every document, return the one that is the report, and warnings: where it stood, what else is there.

    The report with the most figures read goes first, then one in words, then the first document. Raises the most
    telling error where no file of an archive could be read.
    """
    best: tuple[tuple[int, int, int], str | None, P] | None = None
    reports: list[tuple[str, Report]] = []
    unread: list[Unread] = []
    for item in found:
        if isinstance(item, Unread):
            unread.append(item)
            continue
        parsed = read(item)
        if parsed.report.kind == "annual_report":
            reports.append((item.name or "", parsed.report))
        rank = _rank(parsed.report)
        if best is None or rank > best[0]:
            best = (rank, item.name, parsed)
    if best is None:
        raise _most_telling(unread)
    _, name, parsed = best
    return parsed, () if name is None else tuple(_warn(name, reports, unread))


def _rank(report: Report) -> tuple[int, int, int]:
    figures = sum(cell.status in {"reported", "inferred"} for cell in report.cells)
    return report.kind == "annual_report", figures, report.form is not None


def _warn(name: str, reports: list[tuple[str, Report]], unread: list[Unread]) -> Iterable[str]:
    yield f"read from {name} inside the archive"
    for other, report in reports:
        if other != name:
            yield f"{other} inside the archive holds a report, too ({report.title or 'untitled'}); it is not listed"
    for item in unread:
        yield f"{item.name} inside the archive was not read: {item.error}"


def _most_telling(unread: list[Unread]) -> ParserError:
    """Return the error about the file that most likely was the report: not a picture, not an empty one."""
    dull = (UnknownCarrierError, EmptyDocumentError)
    item = next((item for item in unread if not isinstance(item.error, dull)), unread[0])
    others = f" ({len(unread) - 1} more files could not be read either)" if len(unread) > 1 else ""
    return type(item.error)(f"{item.name} inside the archive: {item.error}{others}")
