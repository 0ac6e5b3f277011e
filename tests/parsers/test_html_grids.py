"""Tables of a page to grids: the table model of the HTML standard, and which tables are none of data."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import html
from parsers.document import Block, Document, Grid, TextLine
from parsers.html import html_to_document
from parsers.options import Options

OBJECT = "\ufffc"
FEW = settings(max_examples=300, derandomize=True, deadline=None, database=None)
MARKUP = [
    *("<table>", "</table>", "<tr>", "<tr height=0>", '<tr style="display:none">', "<td>", "<td>", "</td>", "<th>"),
    *(
        "<td colspan=2>",
        "<td rowspan=2>",
        '<td style="display:none">',
        "<tbody>",
        "<tfoot>",
        "<caption>",
        "<p>",
        "</p>",
    ),
    *(
        "<div>",
        "</div>",
        '<div class="nav">',
        "<br>",
        "<span>",
        "</span>",
        '<span style="display:none">',
        "<b>",
        "</b>",
    ),
    *(
        '<span style="display:inline-block">',
        "<a href=x>",
        "</a>",
        "<sup>",
        "</sup>",
        "<s>",
        "</s>",
        "<img>",
        "<p hidden>",
        "<pre>",
        "</pre>",
    ),
    *("<ul>", "<li>", "<!--c-->", "<o:p>", "</o:p>", "1", "2", "甲。", " ", "\n", "\n  ", "&nbsp;", "\t", "　", "<h1>"),
]


def grids_of(markup: str, options: Options | None = None) -> list[Grid]:
    """Return the grids of a page."""
    document = html_to_document(markup, options or Options())
    return [block for block in document.blocks if isinstance(block, Grid)]


def draw(grid: Grid) -> list[str]:
    """Draw a grid as text, a line a row: each place has the first sign of the cell that covers it, `.` where none."""
    places = [["."] * grid.width for _ in grid.rows]
    for row in grid.rows:
        for cell in row:
            for line in places[cell.row : cell.row + cell.rowspan]:
                for column in range(cell.column, cell.column + cell.colspan):
                    line[column] = cell.text[:1] or " "
    return ["".join(line) for line in places]


def texts_of(markup: str) -> list[list[str]]:
    """Return the texts of the one grid of a page."""
    (grid,) = grids_of(markup)
    return [[cell.text for cell in row] for row in grid.rows]


def kinds_of(markup: str) -> list[str | list[list[str]]]:
    """Return the blocks of a page: a line's text, a grid's texts."""
    return [
        [[cell.text for cell in row] for row in block.rows] if isinstance(block, Grid) else block.text
        for block in html_to_document(markup).blocks
    ]


@pytest.mark.parametrize(
    ("rows", "drawn"),
    [
        ("<tr><td>a<td>b<tr><td>c<td>d", ["ab", "cd"]),
        ("<tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e", ["aab", "cde"]),
        ("<tr><td rowspan=2>a<td>b<tr><td>c<td>d", ["ab.", "acd"]),
        ("<tr><td>a<td rowspan=2>b<td>c<tr><td>d<td>e", ["abc", "dbe"]),
        ("<tr><td>a<td rowspan=0>b<tr><td>c<tr><td>d", ["ab", "cb", "db"]),
        ("<tr><td>a<td rowspan=9>b<tr><td>c", ["ab", "cb"]),
        ("<tr><td>a<td rowspan=70000>b<tr><td>c", ["ab", "cb"]),
        ("<tbody><tr><td>a<td rowspan=5>b<tbody><tr><td>c<td>d", ["ab", "cd"]),
        ("<tbody><tr><td>a<td rowspan=0>b<tr><td>c<tbody><tr><td>d<td>e", ["ab", "cb", "de"]),
        ("<tr><td>a<td rowspan=2>b<td>c<tr><td colspan=2>d<td>e", ["abc", "dde"]),
        ("<tr><td>a<td rowspan=3>b<tr><td colspan=2>c<tr><td>d<td>e", ["ab.", "cc.", "dbe"]),
        ("<tr><td>a<td rowspan=4>b<tr><td colspan=2 rowspan=2>c<tr><tr><td>d<td>e", ["ab.", "cc.", "cc.", "dbe"]),
        ("<tr><td rowspan=2>a<td rowspan=2>b<td>c<tr><td>d", ["abc", "abd"]),
        ("<tr><td>a<td>b<tr rowspan=2><td><td>", ["ab", "  "]),
        ("<tr><td>a<td>b<tr><tr><td>c<td>d", ["ab", "..", "cd"]),
        ("<tr><td colspan=0>a<td colspan=-3>b<td colspan='2x'>c", ["abcc"]),
        ("<tr><td colspan='２'>a<td colspan='+2'>b<td colspan=''>c", ["abbc"]),
        ("<tfoot><tr><td>f<td>g<tbody><tr><td>a<td>b<thead><tr><td>h<td>i", ["hi", "ab", "fg"]),
        ("<thead><tr><td>a<td>b<tbody><tr><td>c<td>d<thead><tr><td>e<td>f", ["ab", "cd", "ef"]),
    ],
)
def test_where_cells_stand(rows: str, drawn: list[str]) -> None:
    """Cells stand where the HTML standard forms them and browsers draw them, whatever the spans say."""
    (grid,) = grids_of(f"<table>{rows}</table>")

    assert draw(grid) == drawn


def test_cells_of_overlapping_spans_are_all_kept() -> None:
    """Cells that overlap keep their spans, each once, in the row where it begins."""
    (grid,) = grids_of("<table><tr><td>a<td rowspan=2>b<tr><td colspan=2>c<td>d</table>")

    places = [(cell.text, cell.row, cell.column, cell.rowspan, cell.colspan) for row in grid.rows for cell in row]
    assert places == [("a", 0, 0, 1, 1), ("b", 0, 1, 2, 1), ("c", 1, 0, 1, 2), ("d", 1, 2, 1, 1)]


def test_what_a_row_is_too_wide_for_is_said() -> None:
    """Cells beyond the widest row that is read are left out with a warning."""
    document = html_to_document("<table><tr><td>甲<td colspan=9>乙<td>丙</table>", Options(max_columns=10))

    assert [cell.text for block in document.blocks if isinstance(block, Grid) for cell in block.rows[0]] == ["甲", "乙"]
    assert document.warnings == ("table 1: a row is wider than 10 columns; its further cells were not read",)


def test_a_caption_stands_before_its_table() -> None:
    """A caption is a line before the grid, wherever in the table it was written."""
    assert kinds_of("<p>甲</p><table><tr><td>1<td>2</tr><caption>附<b>表</b></caption></table><p>乙</p>") == [
        "甲",
        "附表",
        [["1", "2"]],
        "乙",
    ]


@pytest.mark.parametrize("hidden", ['style="display:none"', "style='color:red; DISPLAY : None'", "hidden"])
def test_hidden_rows_and_cells_are_left_out(hidden: str) -> None:
    """Rows and cells that are not printed are not there, and those that are stand as if they were alone."""
    (grid,) = grids_of(
        f"<table><tr><td>a<td {hidden}>x<td>b<tr {hidden}><td>x<td>x<tr><td>c<td>d<tbody {hidden}><tr><td>x</table>"
    )

    assert draw(grid) == ["ab", "cd"]


def test_a_table_hidden_as_a_whole_is_read() -> None:
    """A table of which every row is hidden is one that a script unfolds."""
    row = '<tr style="display:none"><td>a<td>b'

    assert texts_of(f"<table>{row}</table>") == [["a", "b"]]


def test_an_unseen_cell_keeps_its_place() -> None:
    """A cell whose text is made invisible is there and shows nothing."""
    assert texts_of('<table><tr><td>a<td style="visibility:hidden">5<td>b</table>') == [["a", "", "b"]]


def test_the_row_without_height_at_the_end_of_word_s_tables() -> None:
    """The row that Word ends a table with, to keep its columns, is no row of blanks; one that says something stays."""
    last = "<![if !supportMisalignedColumns]><tr height=0><td width=9></td><td width=9></td></tr><![endif]>"

    assert texts_of(f"<table><tr><td>a<td>b</tr>{last}</table>") == [["a", "b"]]
    assert texts_of("<table><tr><td>a<td>b</tr><tr height=0><td>c<td></table>") == [["a", "b"], ["c", ""]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p class=MsoNormal><span lang=EN-US>1</span><span>2<o:p></o:p></span></p>", "12"),
        ("<span>1</span>\n  <span>2</span>", "1 2"),
        ("<span>1\n</span><span>2</span>", "1 2"),
        ("<p>1</p>2", "1 2"),
        ("<p>1</p><p>2</p>", "1 2"),
        ("1<div>2</div>3", "1 2 3"),
        ("1<br>2", "1 2"),
        ("1<span style='display:inline-block'>2</span>", "1 2"),
        ("1<hr>2", "1 2"),
        ("<ul><li>1<li>2</ul>", "1 2"),
        ("<span style='display:inline-block'>1</span><span style='display:inline-block'>2</span>", "1 2"),
        ("<span style='display:block'>1</span><span>2</span>", "1 2"),
        ("<span style='float:left'>1</span>2", "1 2"),
        ("<i style='display:table-cell'>1</i><i style='display:table-cell'>2</i>", "1 2"),
        ("<p>&nbsp;</p><p>5</p>", "5"),
        ("　　4 ", "4"),
        ("法　律\t服务", "法　律\t服务"),
        ("<pre>1\n2</pre>", "1 2"),
        ("5<sup>2</sup>", "5²"),
        ("5<span style='display:none'>6</span>", "5"),
        ("5<span style='visibility: hidden'>6</span>", "5"),
        ("5<span style='mso-hide:all'>6</span>", "5"),
        ("5<span hidden>6</span>", "5"),
        ("5<div style='display:none'>6</div>", "5"),
        ("<p style='display:none'>6</p><p>5</p><div hidden><div>7</div></div>", "5"),
        ("<p style='display:none'>6</p>", ""),
        ("5<sub>2</sub>", "5₂"),
        ("5<span style='vertical-align:super'>2</span>", "5²"),
        ("<s>3</s>5", "3\u03365"),
        ("<del>3</del><ins>5</ins>", "3\u03365"),
        ("<span style='text-decoration: underline line-through'>3</span>", "3\u0336"),
        ("5<script>6</script><style>7</style><!--8--><noscript>9</noscript>", "5"),
        ("5<!--[if gte mso 9]><xml><w:View>6</w:View></xml><![endif]-->", "5"),
        ("5<xml><w:View>普通</w:View><w:Zoom>0</w:Zoom></xml>", "5"),
        ("<w:Sdt><![if !vml]>5<![endif]></w:Sdt>", "5"),
        ("5<ruby>件<rp>(</rp><rt>jiàn</rt><rp>)</rp></ruby>", "5件"),
        ("<font><center>5", "5"),
        ("5&nbsp6&ensp;", "5\xa06"),
        ("&#50;&#x33;", "23"),
        ("1\x002", "1\ufffd2"),
        ("规&shy;章&#8203;", "规\xad章\u200b"),
        ("", ""),
        ("&nbsp;", ""),
        ("<o:p>&nbsp;</o:p>", ""),
        ("<img src=x>", OBJECT),
        ("<p><input></p>", OBJECT),
        ("<textarea>5</textarea>", OBJECT),
        ("<select><option>5</select>", OBJECT),
        ("<svg><text>5</text></svg>", OBJECT),
        ("<img>5", "5"),
    ],
)
@pytest.mark.parametrize("beside", ["x", "<pre>x</pre>"], ids=["read quickly", "read at length"])
def test_what_a_cell_shows(cell: str, text: str, beside: str) -> None:
    """A cell has the text that a browser shows in it; what stands apart there is never joined into a figure."""
    assert texts_of(f"<table><tr><td>{cell}</td><td>{beside}</td></tr></table>")[0][0] == text


def test_a_table_in_raised_text() -> None:
    """A table that stands in raised text is raised."""
    assert texts_of("<sup><table><tr><td>2<td>3</table></sup>") == [["²", "³"]]


def test_a_table_in_a_cell_of_a_table_of_data() -> None:
    """A small table in a cell stands as a grid after the one around it; its text is not twice there, nor a blank."""
    inner = "<table><tr><td>内<td>7</table>"
    page = f"<table><tr><td>a<td>b<td>c<tr><td>{inner}<td>见{inner}<td></table><p>末</p>"

    assert kinds_of(page) == [[["a", "b", "c"], [OBJECT, "见", ""]], [["内", "7"]], [["内", "7"]], "末"]


def test_a_cell_s_text_in_a_table_of_its_own() -> None:
    """A table around the text of one cell draws a frame, and the text is the cell's."""
    assert texts_of("<table><tr><td><table><tr><td>5</table><td>6</table>") == [["5", "6"]]


@pytest.mark.parametrize(
    "around",
    [
        "<table><tr><td>{}</table>",
        "<table><tr><td>首页<td>导航<tr><td colspan=2>{}</table>",
        "<table><tr><td>{}<tr><td>{}</table>",
        "<table><tr><td><table><tr><td>{}</table></table>",
    ],
)
def test_a_table_around_larger_tables_arranges_the_page(around: str) -> None:
    """A table whose tables have more cells than itself is no table, and what stands in it is read one by one."""
    inner = "<p>规章</p><table><tr><td>a<td>b<tr><td>c<td>d</table>"

    kinds = kinds_of(around.replace("{}", inner))

    assert kinds.count([["a", "b"], ["c", "d"]]) == around.count("{}") == kinds.count("规章")
    assert sum(isinstance(kind, list) for kind in kinds) == around.count("{}")


@pytest.mark.parametrize(
    "rows",
    [
        "<tr><td>一、总体情况<tr><td>街道把该说的都说了。<tr><td>二、其他需要报告的事项",
        "<tr><td>目录<td>" + "街道把该说的都说了，没有别的话。" * 30,
        "<tr><td>目录<td><p>一、总体情况</p><p>公开了。</p><p>更新了；</p><p>培训了。</p>",
        "<tr><td>目录<td><div style='display:none'><p>公开了。</p><p>更新了；</p><p>培训了。</p></div>",
    ],
)
def test_a_table_of_running_text_is_read_as_lines(rows: str) -> None:
    """A table of one column, or with a cell as long or of as many sentences as a text, is read as running text."""
    assert grids_of(f"<table>{rows}</table>") == []


def test_lines_beside_a_table_are_no_cell() -> None:
    """A cell that holds a table with several lines around it is a part of the page, however small the table."""
    inner = "<p>年报</p><p>一、总体情况</p><p>甲</p><table><tr><td>a<td>b</table>"

    assert kinds_of(f"<table><tr><td>首页<td>导航<td>图<td>文<tr><td colspan=4>{inner}</table>")[-4:] == [
        "年报",
        "一、总体情况",
        "甲",
        [["a", "b"]],
    ]


def test_each_row_in_a_table_of_its_own() -> None:
    """Tables of one row each, as some programs paste them, stay apart, in sequence, in the same place."""
    grids = grids_of("<div>" + "".join(f"<table><tr><td>{label}<td>1</table>" for label in "甲乙丙") + "</div>")

    assert [grid.rows[0][0].text for grid in grids] == ["甲", "乙", "丙"]
    assert len({grid.path for grid in grids}) == 1
    assert [grid.at for grid in grids] == ["table 1", "table 2", "table 3"]


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>a<td>b<tr><td>c<td>d",
        "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<TABLE><TR><TD>a<TD>b</TR><TR><TD>c<TD>d</TABLE>",
        "<p><table><tr><td>a<td>b<tr><td>c<td>d</table></p>",
        "<table><td>a<td>b<tr><td>c<td>d</table>",
        "<table><form><tr><td>a<td>b</form><tr><td>c<td>d</table>",
        "<table><tr><td>a</span><td>b</p></tr></div><tr><td>c<td>d</td></table>",
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><table><tr><td>a</td><td>b</td></tr>'
        "<tr><td>c</td><td>d</td></tr></table></html>",
        "<table><colgroup><col/><col/></colgroup><tr><td>a<td>b<tr><td>c<td>d</table>",
        "<table><tr><td>a<td>b<tr><td>c<td>d<p",
        "<table><tr><td>a<td>b<tr><td>c<td>d<!-- cut",
    ],
)
def test_markup_as_it_comes(page: str) -> None:
    """What is unclosed, misplaced or cut is read as browsers read it."""
    assert [draw(grid) for grid in grids_of(page)] == [["ab", "cd"]]


def test_an_element_closed_by_a_slash() -> None:
    """A slash closes no element of HTML: what follows stands inside."""
    assert texts_of("<table><tr><td/>a<td/>b</table>") == [["a", "b"]]


def test_text_between_the_rows_stands_before_the_table() -> None:
    """Text that is put between rows is shown before the table."""
    assert kinds_of("<table><tr><td>a<td>b</tr>附注<tr><td>c<td>d</table>") == ["附注", [["a", "b"], ["c", "d"]]]


def renumber(document: Document) -> list[object]:
    """Return the blocks of a document, the elements of their paths numbered as they come."""
    numbers: dict[int, int] = {}

    def of(block: Block) -> object:
        path = tuple(numbers.setdefault(number, len(numbers)) for number in block.path)
        if isinstance(block, TextLine):
            return (*block[:2], path, *block[3:])
        return (block.rows, block.width, block.at, path)

    return [of(block) for block in document.blocks]


@FEW
@given(st.lists(st.sampled_from(MARKUP), max_size=40).map("".join))
def test_the_quick_way_reads_what_the_long_way_reads(markup: str) -> None:
    """What is plain is read quickly, and no otherwise than it would be read by the way for everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html, "read_plain_table", lambda *_: None)
        patch.setattr(html, "read_plain_block", lambda *_: None)
        slowly = html_to_document(markup)

    assert renumber(html_to_document(markup)) == renumber(slowly)


def place_by_the_standard(rows: list[list[tuple[int, int]]]) -> list[list[int]]:
    """Return the column of every cell, found as the HTML standard says: slot by slot. Cells are colspan, rowspan."""
    taken: set[tuple[int, int]] = set()
    columns: list[list[int]] = []
    for number, cells in enumerate(rows):
        column = 0
        columns.append([])
        for colspan, rowspan in cells:
            while (number, column) in taken:
                column += 1
            end = number + rowspan if rowspan else len(rows)
            taken.update((row, place) for row in range(number, end) for place in range(column, column + colspan))
            columns[-1].append(column)
            column += colspan
    return columns


@FEW
@given(st.lists(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4)), max_size=4), min_size=2, max_size=8))
def test_any_spans(rows: list[list[tuple[int, int]]]) -> None:
    """Whatever the spans, every cell stands in the column where the standard's own slot by slot search puts it."""
    drawn = "".join(
        "<tr>" + "".join(f"<td colspan={colspan} rowspan={rowspan}>x" for colspan, rowspan in cells) for cells in rows
    )

    found = [[cell.column for cell in row] for grid in grids_of(f"<table>{drawn}</table>") for row in grid.rows]

    assert found == (place_by_the_standard(rows) if any(len(cells) > 1 for cells in rows) else [])
