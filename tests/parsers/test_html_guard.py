"""Pages made to cost time or memory, or cut anywhere: read within bounds, and what was changed in them is said."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.document import Document, Grid
from parsers.html import html_to_document
from parsers.options import Options

FEW = settings(max_examples=150, derandomize=True, deadline=None, database=None)
PIECES = [
    *("<table>", "</table>", "<tr>", "<td>", "<td colspan=9 rowspan=0>", "<div", "<p>", "</p>", "<b a=", "<!--", "-->"),
    *("<pre>", "<svg>", "<math>", "<select>", "<template>", "<frameset>", "<title>", "<script>", "</script>", "<xml>"),
    *(
        "<plaintext>",
        "<a href='",
        '"',
        "'",
        ">",
        "<",
        "&#0;",
        "&#xd800;",
        "&#1114112;",
        "\x00",
        "\ud800",
        "\x0c",
        "<![CDATA[",
    ),
    *("<html xmlns=x>", "</body>", "<sup>", "<caption>", "style='display:none'", "规章", "0", "\n", "&nbsp"),
]


def seconds_for(markup: str) -> float:
    """Return how long a page takes, in seconds of this process alone."""
    start = time.process_time()
    html_to_document(markup)
    return time.process_time() - start


def attributes(count: int) -> str:
    """Return as many attributes, no two alike."""
    return " ".join(f"a{number}=1" for number in range(count))


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div>" * 20_000, id="nested blocks"),
        pytest.param("<ul><li>x" * 11_000, id="nested lists"),
        pytest.param("<table><tr><td>x" * 6_000, id="nested tables"),
        pytest.param("<div>" * 10_000 + "</x>" * 12_000, id="end tags of nothing"),
        pytest.param("<p>" + "".join(f"<b a={n}>" for n in range(5_000)) + "<p>x" * 10_000, id="open formatting"),
        pytest.param("<p>" + "".join(f"<b a='>{n}'>" for n in range(4_000)) + "<p>x" * 9_000, id="hidden formatting"),
        pytest.param(f"<p {attributes(12_000)}>x", id="attributes"),
        pytest.param("<table><tr>" + "<td rowspan=65534>1" * 2_500 + "<tr><td>2" * 5_500, id="spans down"),
        pytest.param("<table>" + "<tr><td colspan=1000>1<td colspan=1000>2" * 2_500, id="spans across"),
        pytest.param("<table>" + "<tr><td>1<td>2" * 7_000, id="cells"),
        pytest.param("<a b='" * 16_000, id="an attribute without an end"),
        pytest.param("<table><tr><td>x<p>y" + " \t" * 50_000 + "y<td>1", id="spaces"),
    ],
)
def test_no_page_of_100_kb_takes_long(markup: str) -> None:
    """A page of 100 KB takes no second, whatever is in it."""
    assert min(seconds_for(markup) for _ in range(2)) < 1


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda count: "<div>x" * count, id="nested blocks"),
        pytest.param(lambda count: "<dl><dd>x" * count, id="nested terms"),
        pytest.param(lambda count: "<a><b>x" * count, id="links and formatting"),
        pytest.param(lambda count: f"<p {attributes(count)}>", id="attributes"),
        pytest.param(lambda count: "<b><div>x</b>" * count, id="formatting across blocks"),
        pytest.param(lambda count: "<span><div>x</span>" * count, id="pieces across blocks"),
    ],
)
def test_large_pages_take_time_by_their_size(make: object) -> None:
    """A page four times as large takes some four times as long, where the parser alone would take sixteen times."""
    small, large = make(10_000), make(40_000)  # type: ignore[operator]

    assert any(seconds_for(large) < 10 * seconds_for(small) + 0.05 for _ in range(3))


def test_elements_that_nest_too_deep_lie_side_by_side() -> None:
    """What nests deeper than a limit is read for all that, each element's line for itself, with a warning."""
    document = html_to_document("<div>甲" * 9_000 + "</div>" * 8_999 + "<p>末</p>")

    assert [line.text for line in document.iter_lines()] == ["甲"] * 9_000 + ["末"]
    assert document.blocks[-1].path[:-1] == document.blocks[0].path
    assert document.warnings == (
        "the page nests elements more than 512 deep; those deeper inside were read as standing side by side",
    )


def test_unclosed_elements_are_no_nesting() -> None:
    """Cells, rows, paragraphs and list items that nobody closed stand side by side as ever, without a warning."""
    rows = "<tr><td>甲<td><p>1<p>2" * 3_000
    items = "<li>甲<p>乙" * 3_000
    drawing = "<svg>" + "<path d='m0 0'/>" * 3_000 + "</svg>"

    document = html_to_document(f"<ul>{items}</ul>{drawing}<table>{rows}</table><p>末<span>" * 2)

    assert document.warnings == ()
    assert [len(block.rows) for block in document.blocks if isinstance(block, Grid)] == [3_000, 3_000]
    assert len(list(document.iter_lines())) == 12_002


def test_attributes_that_are_too_many_are_left_out() -> None:
    """An element with more attributes than a limit is read without them, with a warning; long ones are no matter."""
    long = f"<p class='{'x ' * 90_000}' style='display:none'>甲</p>"

    document = html_to_document(f"{long}<p {attributes(900)}>乙</p>")

    assert [line.text for line in document.iter_lines()] == ["甲", "乙"]
    assert document.warnings == ("1 elements have more attributes than any page has; they were left out",)


def test_what_looks_like_tags_counts_for_nothing() -> None:
    """Tags in comments, scripts and attributes are none, in a page of any size."""
    tags = "<div>" * 30_000
    nothing = f"<!-- {tags} --><script>{tags}</script><style>{tags}</style><i title='{tags}'></i>"

    document = html_to_document(f"{nothing}<p>甲</p>")

    assert document == html_to_document("<p>甲</p>")


def test_formatting_that_is_never_closed_hides_what_it_hid() -> None:
    """Where formatting would be copied without end, it is not; what it hides stays hidden."""
    formatting = "".join(f"<font size={number}>" for number in range(500))

    document = html_to_document(f"<p>{formatting}" + "<p>甲<s>5</s><font style='display:none'>乙</font>" * 2_000)

    assert [line.text for line in document.iter_lines()] == ["", *["甲5\u0336"] * 2_000]


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<table>" + "<tr>" + "<td>1" * 200_000, id="a long row"),
        pytest.param("<table>" + ("<tr>" + "<td>1" * 10) * 10_000, id="many cells"),
        pytest.param("<p>" + "规" * 2_000_000, id="a long text"),
    ],
)
def test_large_pages_are_read(markup: str) -> None:
    """A page of several megabytes is read whole, or says what was left out."""
    document = html_to_document(markup, Options())

    assert document.blocks


@FEW
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_markup(markup: str) -> None:
    """Any markup makes a document."""
    assert isinstance(html_to_document(markup), Document)


@FEW
@given(st.integers(4, 400))
def test_a_page_cut_anywhere(end: int) -> None:
    """A page that is cut anywhere has what stands before the cut."""
    page = (
        "<p>甲</p><div><table><tr><td colspan='2'>a</td><td>b</td></tr></table>" + "<p class='x'>乙<b>丙</b></p>" * 12
    )

    document = html_to_document(page[:end])

    assert next(document.iter_lines()).text.startswith("甲")
