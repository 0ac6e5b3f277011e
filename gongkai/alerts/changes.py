"""The change log as events."""

from collections.abc import Iterable, Iterator, Mapping

from archive import ChangeRow, ReportRow
from gongkai.alerts.events import Event, Evidence, Line, Place, make_line
from gongkai.alerts.plain import plain, plain_url
from gongkai.alerts.rules import KINDS, Kind
from gongkai.labels import label_cell
from gongkai.web.leading import has_two_versions, lead_to_change
from parsers.report import CellKey

_KINDS: Mapping[str, Kind] = {kind: kind for kind in KINDS}
CELLS_TOLD = 20
"""Figures of one report that a message lists; how many more there are is said."""


def changes_to_events(rows: Iterable[ChangeRow], reports: Mapping[str, ReportRow]) -> Iterator[Event]:
    """Yield an event for each change; `reports` are those known, by their ids."""
    for row in rows:
        report = reports.get(row.id)
        yield Event(
            # Versions are counted anew when the archive is worked out anew, and are no part of what happened.
            key=f"change:{row.kind}:{row.id}:{row.seen_at}",
            kind=_KINDS[row.kind],
            noticed_at=row.seen_at,
            title=row.title or row.id,
            where=find_place(row.site, report),
            evidence=Evidence(lead_to_change(row), row.new_url or row.url, _find_command(row)),
            lines=tuple(_tell(row)),
            report=row.id,
            year=report.year if report else None,
            versions=(row.version, row.version - 1) if has_two_versions(row) else (row.version,),
        )


def find_place(site: str, report: ReportRow | None) -> Place:
    """Return where a report belongs; the site alone where the report is not known any more."""
    if report is None:
        return Place(site)
    return Place(site, report.district or "", report.division or "", report.agency or "")


def _find_command(row: ChangeRow) -> tuple[str, ...]:
    cells = tuple(".".join((cell["table"], cell["row"], cell["column"])) for cell in row.cells)
    named = cells if len(cells) == 1 else ()
    return ("gongkai", "evidence", row.id, *named, "--version", str(row.version))


def _tell(row: ChangeRow) -> Iterator[Line]:
    if row.new_url:
        moved = f"{plain_url(row.url)} → {plain_url(row.new_url)}"
        yield Line(moved, moved)
    elif row.kind == "withdrawn":
        yield make_line("was_at", url=plain_url(row.url))
    elif row.kind == "text":
        yield make_line("words_only")
    for cell in row.cells[:CELLS_TOLD]:
        yield _tell_cell(cell)
    if len(row.cells) > CELLS_TOLD:
        yield make_line("and_more_lines", count=len(row.cells) - CELLS_TOLD)


def _tell_cell(cell: Mapping[str, object]) -> Line:
    key = CellKey(str(cell["table"]), str(cell["row"]), str(cell["column"]))
    name = name_cell(key)
    none = make_line("no_figure")
    old, new = (Line(plain(value), plain(value)) if value is not None else none for value in (cell["old"], cell["new"]))
    return Line(f"{name}：{old.zh} → {new.zh}", f"{name}: {old.en} → {new.en}")


def name_cell(key: CellKey) -> str:
    """Return a cell by its printed labels and by its name, for people and for the command line.

    >>> name_cell(CellKey("requests", "granted", "total"))
    '收到和处理政府信息公开申请情况 · 三、本年度办理结果 （一）予以公开 · 总计 (requests.granted.total)'
    """
    label, name = plain(label_cell(key)), plain(".".join(key))
    return name if label == name else f"{label} ({name})"
