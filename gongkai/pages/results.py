"""The rebuilt side of a page: the tables in their printed layout, each figure a link to its line, and what fails."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from gongkai.pages.links import Links, cell_id
from gongkai.pages.markup import both, escape
from gongkai.pages.words import FEW, STATUSES
from parsers.forms import Table, load_forms
from parsers.forms.printed import PrintedCell, table_to_printed
from parsers.report import Cell, CellKey, Check, PlainTable, Report


def draw_results(report: Report, tables: Sequence[Table], links: Links) -> Iterator[str]:
    """Yield the markup of everything that was rebuilt."""
    cells = {cell.key: cell for cell in report.cells}
    for table in tables:
        failed = [check for check in report.checks if check.status == "fail" and check.rule.startswith(f"{table.key}.")]
        yield from _draw_table(table, cells, links, failed)
    yield from _draw_facts(report, links)
    for number, plain in enumerate(report.tables, 1):
        yield from _draw_plain(plain, number)
    if not tables and not report.tables and not report.facts:
        yield f'<p class="none">{both("没有重建出任何表格。", "No table was rebuilt.")}</p>'


def _draw_table(table: Table, cells: Mapping[CellKey, Cell], links: Links, failed: Sequence[Check]) -> Iterator[str]:
    name = both(table.label, table.key.replace("_", " "))
    yield f'<section class="table" id="t.{table.key}"><h2>{name}</h2>'
    yield f'<p class="counts">{_count(cells[key] for key in table.iter_cells())}</p>'
    yield from _draw_checks(failed, table, links)
    if all(cells[key].status == "missing" for key in table.iter_cells()):
        yield f'<p class="none">× {both("文中没有此表。", "The table is not in the document.")}</p></section>'
        return
    many = " many" if table.width > FEW else ""
    yield f'<div class="wide"><table class="form{many}">'
    involved = find_involved(failed, table)
    for row in table_to_printed(table, dict.fromkeys(cells, "")):
        yield f"<tr>{''.join(_draw_cell(cell, cells, links, involved) for cell in row)}</tr>"
    yield "</table></div></section>"


def _count(cells: Iterator[Cell]) -> str:
    counts = Counter(cell.status for cell in cells)
    return " · ".join(
        f'<span class="{status}">{sign} {both(chinese, status)} {counts[status]}</span>'
        for status, (sign, chinese, _) in STATUSES.items()
        if counts[status]
    )


def _draw_checks(failed: Sequence[Check], table: Table, links: Links) -> Iterator[str]:
    if not failed:
        return
    name = both("检查未通过", f"{len(failed)} checks failed")
    is_open = " open" if len(failed) <= FEW else ""
    yield f'<details class="checks"{is_open}><summary>✗ {name}</summary><ul lang="en">'
    for check in failed:
        first = next((key for key in table.iter_cells() if check.where in {key.row, key.column}), None)
        target = links.find_cell([first] if first else [])
        where = f'<a href="#{escape(target)}">{escape(check.where)}</a>' if target else escape(check.where)
        yield f"<li>{escape(check.rule)} {where}: {links.link_words(check.text)}</li>"
    yield "</ul></details>"


def find_involved(failed: Sequence[Check], table: Table) -> frozenset[CellKey]:
    """Return the cells whose row or column does not add up."""
    rules = {rule.id: rule for form in load_forms().values() for rule in form.rules if rule.table == table.key}
    found = set()
    for check in failed:
        rule = rules.get(check.rule)
        for key in table.iter_cells() if rule else ():
            place, other = (key.row, key.column) if rule and rule.along == "rows" else (key.column, key.row)
            if rule and place == check.where and other in {*rule.left, *rule.right}:
                found.add(key)
    return frozenset(found)


def _draw_cell(printed: PrintedCell, cells: Mapping[CellKey, Cell], links: Links, involved: frozenset[CellKey]) -> str:
    spans = "".join(
        f' {name}="{span}"' for name, span in (("colspan", printed.colspan), ("rowspan", printed.rowspan)) if span > 1
    )
    key = printed.key
    if key is None:
        return f"<th{spans}>{escape(printed.text)}</th>"
    cell = cells[key]
    sign, chinese, english = STATUSES[cell.status]
    figure = escape(f"{sign}{show_cell(cell)}")
    target = links.to_source.get(key) if cell.status != "missing" else None
    inner = f'<a href="#{target}">{figure}</a>' if target else figure
    classes = " ".join((cell.status, *(["zero"] if cell.value == 0 else []), *(["fails"] if key in involved else [])))
    told = f"{'.'.join(key)}: {chinese} {cell.status}, {english}{f' ({cell.at})' if cell.at else ''}"
    return f'<td class="{classes}" id="{escape(cell_id(key))}" title="{escape(told)}"{spans}>{inner}</td>'


def show_cell(cell: Cell) -> str:
    """Return what is drawn for a cell behind the sign of its status: the text as printed, or the value inferred."""
    if cell.status == "inferred":
        return str(cell.value)
    return f" {cell.raw}" if cell.status == "blank" and cell.raw else cell.raw


def _draw_facts(report: Report, links: Links) -> Iterator[str]:
    if not report.facts:
        return
    yield f'<section class="table"><h2>{both("文中所述数字", "figures that sentences state")}</h2><table class="facts">'
    for fact in report.facts:
        target = links.find_sentence(fact.sentence)
        value = f'<a href="#{target}">{escape(fact.value)}</a>' if target else escape(fact.value)
        yield f"<tr><th>{escape(fact.row)}</th><td>{value}</td><td>{escape(fact.sentence)}</td></tr>"
    yield "</table></section>"


def _draw_plain(plain: PlainTable, number: int) -> Iterator[str]:
    told = f"another table ({number})" if plain.confidence == 1 else f"another table, confidence {plain.confidence:.2f}"
    name = both(plain.heading or "其他表格", told)
    yield f'<section class="table"><h2>{name}</h2><div class="wide"><table class="other">'
    for row in plain.rows:
        yield f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>"
    yield "</table></div></section>"
