"""The ways in which a page carries a report: tables, tables pasted from Word, every cell on a line."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from gongkai.demo.catalogue import Carrier
from gongkai.demo.prose import Manuscript
from parsers.forms import Table
from parsers.forms.printed import PrintedCell, table_to_printed
from parsers.report import CellKey

Raw = Mapping[CellKey, str]
Row = tuple[str | None, ...]  # None where a label from above still covers the place

# Labels that a narrow column breaks, as Word hands them on when a table becomes text.
_BROKEN = {
    "本年新制作数量": "本年新\n制作数量",
    "本年新公开数量": "本年新\n公开数量",
    "商业企业": "商业\n企业",
    "科研机构": "科研\n机构",
    "（三）不予公开": "（三）不予\n公开",
    "（四）无法提供": "（四）无法\n提供",
    "（五）不予处理": "（五）不予\n处理",
}


def draw_report(manuscript: Manuscript, raw: Raw, carrier: Carrier) -> str:
    """Return the HTML of a report's own part of its page."""
    match carrier:
        case "tables" | "word_tables":
            return _as_tables(manuscript, raw, from_word=carrier == "word_tables")
        case "tabbed":
            return _as_paragraphs(manuscript_to_lines(manuscript, raw, broken=False))
        case "spaced":
            return _as_paragraphs(_spaced_lines(manuscript, raw))
        case "attachment":
            raise ValueError("a report in an attachment is not drawn on its page")


def manuscript_to_lines(manuscript: Manuscript, raw: Raw, *, broken: bool) -> tuple[str, ...]:
    """Return the report as Word saves it as text: a tab before every cell, an empty line after every row."""
    lines = [manuscript.preamble]
    for part in manuscript.parts:
        lines += [part.heading, *part.paragraphs]
        if part.table:
            for row in table_to_rows(part.table, raw):
                lines += ["\t" + _label(cell, broken=broken) for cell in row]
                lines.append("")
    lines += manuscript.signature
    return tuple("\n".join(lines).split("\n"))


def table_to_rows(table: Table, raw: Raw) -> Iterator[Row]:
    """Yield the printed rows, a place for every cell that begins or still hangs there.

    >>> from parsers.forms import load_forms
    >>> rows = list(table_to_rows(load_forms()["2019"].tables[2], {}))
    >>> rows[1]
    ('结果维持', '结果纠正', '其他结果', '尚未审结', '总计', '未经复议直接起诉', '复议后起诉')
    >>> rows[2][:6]
    (None, None, None, None, None, '结果维持')
    """
    hanging: dict[int, tuple[int, int]] = {}  # column: (columns, rows) that a label from above still covers
    for printed in table_to_printed(table, raw):
        row, hanging = _place(printed, hanging, table.width)
        yield row


def _place(
    printed: tuple[PrintedCell, ...], hanging: dict[int, tuple[int, int]], width: int
) -> tuple[Row, dict[int, tuple[int, int]]]:
    cells = iter(printed)
    row: list[str | None] = []
    below: dict[int, tuple[int, int]] = {}
    column = 0
    while column < width:
        if column in hanging:
            columns, rows = hanging[column]
            row.append(None)
        else:
            cell = next(cells)
            columns, rows = cell.colspan, cell.rowspan
            row.append(cell.text)
        if rows > 1:
            below[column] = (columns, rows - 1)
        column += columns
    return tuple(row), below


def _label(cell: str | None, *, broken: bool) -> str:
    text = cell or ""
    return _BROKEN.get(text, text) if broken else text


def _spaced_lines(manuscript: Manuscript, raw: Raw) -> Iterator[str]:
    """Yield the report with an empty line after every line; covered places leave nothing."""
    lines = [manuscript.preamble]
    for part in manuscript.parts:
        lines += [part.heading, *part.paragraphs]
        if part.table:
            rows = table_to_rows(part.table, raw)
            lines += [_label(cell, broken=True) for row in rows for cell in row if cell is not None]
    for line in "\n".join((*lines, *manuscript.signature)).split("\n"):
        yield line
        yield ""


def _as_paragraphs(lines: Iterable[str]) -> str:
    return "\n".join(f"<p>{escape(line, quote=False) if line.strip(' ') else '&nbsp;'}</p>" for line in lines)


def _as_tables(manuscript: Manuscript, raw: Raw, *, from_word: bool) -> str:
    html = [_paragraph(manuscript.preamble)]
    for part in manuscript.parts:
        html.append(f"<p><strong>{escape(part.heading)}</strong></p>")
        html += [_paragraph(text) for text in part.paragraphs]
        if part.table:
            html.append(_table(part.table, raw, from_word=from_word))
    html += [f'<p style="text-align:right">{escape(line)}</p>' for line in manuscript.signature]
    return "\n".join(html)


def _paragraph(text: str) -> str:
    return f"<p>　　{escape(text)}</p>"


def _table(table: Table, raw: Raw, *, from_word: bool) -> str:
    rows = (
        "<tr>" + "".join(_cell(cell, from_word=from_word) for cell in row) + "</tr>"
        for row in table_to_printed(table, raw)
    )
    body = "\n".join(rows)
    return f'<table border="1" cellspacing="0" cellpadding="0"><tbody>\n{body}\n</tbody></table>'


def _cell(cell: PrintedCell, *, from_word: bool) -> str:
    spans = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    spans += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    text = escape(cell.text, quote=False) or "&nbsp;"
    if from_word:
        text = f'<p class="MsoNormal" align="center"><span style="font-family:宋体">{text}</span></p>'
    return f"<td{spans}>{text}</td>"
