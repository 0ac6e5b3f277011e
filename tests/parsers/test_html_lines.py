"""Running text of a page to lines: where lines end, whose white space stays, and what is said about each line."""

import sys

import pytest

from parsers.document import Document, TextLine
from parsers.errors import ReaderMissingError
from parsers.html import html_to_document
from parsers.options import Options


def lines_of(markup: str) -> list[str]:
    """Return the texts of the lines of a page."""
    return [line.text for line in html_to_document(markup).iter_lines()]


def line_of(markup: str) -> TextLine:
    """Return the one line of a page."""
    (line,) = html_to_document(markup).iter_lines()
    return line


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>规章</p><p>0</p>", ["规章", "0"]),
        ("<p>规章<p>0", ["规章", "0"]),
        ("规章<div>0</div>1", ["规章", "0", "1"]),
        ("<ul><li>规章<li>0</ul>", ["规章", "0"]),
        ("<div><div>规章</div><div>0</div></div>", ["规章", "0"]),
        ("规章<br>0", ["规章", "0"]),
        ("<p>规章<br/></p><p>0</p>", ["规章", "0"]),
        ("<p>规章</p><br><p>0</p>", ["规章", "", "0"]),
        ("<p>规章</p><p></p><p>0</p>", ["规章", "", "0"]),
        ("<p>规章</p><p> </p><p>\n</p><p>0</p>", ["规章", " ", "", "0"]),
        ("<p>规章</p><p>&nbsp;</p><p>0</p>", ["规章", "\xa0", "0"]),
        ("<p>规章</p><div></div><p>0</p>", ["规章", "0"]),
        ("<p>规章</p></p><p>0</p>", ["规章", "", "0"]),
        ("<dl><dt>规章<dd>0</dl>", ["规章", "0"]),
        ("规章<hr>0", ["规章", "0"]),
        ("<p>1<span>2</span><b>3</b></p>", ["123"]),
        ("<p><span style='display:block'>1</span><span style='display:block'>2</span>", ["1", "2"]),
        ("<p><a href=x style='display:block'>1</a>2", ["1", "2"]),
        ("<p><span style='display:inline-block;width:9em'>规章</span><span>0</span>", ["规章 0"]),
        ("<div style='display:table-row'><div style='display:table-cell'>规章</div><div>0</div></div>", ["规章", "0"]),
        ("<p>1<span style='display:inline-block'>2</span>", ["1 2"]),
        ("<div>规章<hr>\n<b> </b></div>", ["规章"]),
        ("<ucapcontent>规章</ucapcontent>0", ["规章", "0"]),
        ("<h1>规章</h1><blockquote>0</blockquote>", ["规章", "0"]),
    ],
)
def test_where_lines_end(markup: str, lines: list[str]) -> None:
    """A line ends where a browser ends it; a line that the page leaves empty, or asks for, is an empty line."""
    assert lines_of(markup) == lines


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>\t0</p>", ["\t0"]),
        ("<p>\t\t0 </p>", ["\t\t0 "]),
        ("<p>  规章  0  </p>", ["  规章  0  "]),
        ("<p>　　规章</p>", ["　　规章"]),
        ("<p>\n  规章\n</p>", ["规章"]),
        ("<p>\r\n\t规章 \r\n 0\r\n</p>", ["规章 0"]),
        ("<p>规\n章</p>", ["规 章"]),
        ("<p>\n\t<span>\n\t规章</span>\n</p>\n\n<p>\t0", ["规章", "\t0"]),
        ("<p><span>1</span>\n<span>2</span></p>", ["1 2"]),
        ("<p><span>1 </span>\n <span>2</span></p>", ["1 2"]),
        ("<p>\n　规章\n</p>", ["　规章"]),
        ("<p>&nbsp;\n&nbsp;规章", ["\xa0 \xa0规章"]),
        ("<p>规&shy;章&#8203;</p>", ["规\xad章\u200b"]),
        ("<pre>规章\n\t0\n\n1</pre>", ["规章", "\t0", "", "1"]),
        ("<pre>\n规章\r\n0\n</pre>", ["规章", "0"]),
        ("<pre><b>规章</b>\n<b>0</b></pre>", ["规章", "0"]),
        ("<pre></pre>", [""]),
        ("<div style='white-space: pre-wrap'>规章\n0\n\n1</div>", ["规章", "0", "", "1"]),
        ("<div style='white-space:pre'>\n<p>规章</p>\n<p>0</p>\n</div>", ["规章", "0"]),
        ("<p>规章<span style='white-space:pre-line'>\n0</span></p>", ["规章", "0"]),
        ("<pre>1<span style='white-space:normal'>\n2</span></pre>", ["1 2"]),
        ("<pre style='white-space:normal'>1\n2</pre>", ["1 2"]),
    ],
)
def test_whose_white_space_stays(markup: str, lines: list[str]) -> None:
    """White space with a line break in it is the page maker's and collapses, unless preformatted; any other stays."""
    assert lines_of(markup) == lines


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("规章<script>if (a<b) c('<p>')</script>0", "规章0"),
        ("规章<style>p{}</style><noscript>开</noscript><template>开</template>0", "规章0"),
        ("规章<!-- <p>开</p> -->0", "规章0"),
        ("规章<!--[if gte mso 9]><xml><o:x>开</o:x></xml><![endif]-->0", "规章0"),
        ("规章<![if !supportLists]>0<![endif]>", "规章0"),
        ("规章<select><option>开</select><button>开</button><textarea>开</textarea>0", "规章0"),
        ("规章<span style='display:none'>开</span><i hidden>开</i>0", "规章0"),
        ("规章<span style='VISIBILITY: HIDDEN'>开</span>0", "规章0"),
        ("规章<span style='mso-hide:all'>开</span>0", "规章0"),
        ("规章<svg><text>开</text></svg><iframe>开</iframe><object>开</object>0", "规章0"),
        ("规章<xml><w:WordDocument><w:View>开</w:View></w:WordDocument></xml>0", "规章0"),
        ("规章<w:LatentStyles>开</w:LatentStyles><o:p></o:p>0", "规章0"),
        ("规章<div style='display:none'></div>", "规章"),
        ("<head><title>开</title></head>规章", "规章"),
        ("5<sup>2</sup>", "5²"),
        ("H<sub>2</sub>O<s>3</s>", "H₂O3\u0336"),
        ("5<span style='vertical-align: super'>2</span>", "5²"),
        ("1\x002", "1\ufffd2"),
        ("&lt;规章&gt;&amp&nbsp0", "<规章>&\xa00"),
        ("\ud800规章", "?规章"),
    ],
)
def test_what_a_line_shows(markup: str, text: str) -> None:
    """A line has what a reader sees of it: nothing of scripts, comments, fields, and of what is hidden in it."""
    assert lines_of(markup) == [text]


def test_hidden_blocks_are_read() -> None:
    """A block that is hidden at first is read, for scripts unfold such, and reports stand in them."""
    assert lines_of("<div style='display:none'><p>规章</p></div><section hidden>0</section>") == ["规章", "0"]


def test_an_island_that_was_never_closed_hides_nothing() -> None:
    """The text behind an island of data that has no end is read, as a browser shows it."""
    assert lines_of("<xml><w:View>普通<p>规章</p>") == ["普通", "规章"]


def test_the_elements_around_a_line() -> None:
    """Each line names the elements around it, outermost first, each element by a number that no other has."""
    document = html_to_document("<div><p>甲<p>乙</div><div><b>丙</b><ul><li>丁</ul></div>戊")

    first, second, third, fourth, fifth = (line.path for line in document.iter_lines())
    assert (len(first), len(second), len(third), len(fourth), fifth) == (2, 2, 1, 3, ())
    assert first[0] == second[0] != third[0] == fourth[0]
    assert len({*first, *second, *third, *fourth}) == 6


def test_elements_too_deep_to_be_told_apart() -> None:
    """Lines deep inside name the outermost elements around them, and no more than a limit."""
    document = html_to_document("<div>" * 9 + "甲<p>乙</p>", Options(max_path=4))

    assert [len(line.path) for line in document.iter_lines()] == [4, 4]


def test_lines_and_tables_are_numbered_apart() -> None:
    """`at` counts lines and tables from 1, each for itself, in the order of the page."""
    row = "<table><tr><td>a<td>b</table>"

    document = html_to_document(f"<p>甲</p>{row}<p>乙</p><p></p>{row}")

    assert [block.at for block in document.blocks] == ["line 1", "table 1", "line 2", "line 3", "table 2"]


@pytest.mark.parametrize(
    ("markup", "share"),
    [
        ("<p>规章</p>", 0.0),
        ("<p><a href=x>规章</a></p>", 1.0),
        ("<p> <a href=x> 规章 </a> </p>", 1.0),
        ("<p>规章<a><b>0</b>1</a></p>", 0.5),
        ("<a href=x><p>规章</p></a>", 1.0),
        ("<p><a href=x>规\n\n\n\n章</a></p>", 1.0),
        ("<p><a href=x> </a></p>", 0.0),
        ("<p><a style='display:none'>0</a>规章</p>", 0.0),
    ],
)
def test_how_much_of_a_line_is_links(markup: str, share: float) -> None:
    """`link_share` is the share of a line's characters that are links, white space around them left out."""
    assert line_of(markup).link_share == share


@pytest.mark.parametrize(
    ("markup", "outside"),
    [
        ("<nav>甲</nav>", True),
        ("<footer><p>甲</p></footer>", True),
        ("<div class='w1 Footer'><ul><li>甲</ul></div>", True),
        ("<p id=copyright>甲</p>", True),
        ("<div class=footer></div><p>甲</p>", False),
        ("<div class=content-footerless>甲</div>", False),
        ("<p>甲<span class=nav></span></p>", False),
    ],
)
def test_what_the_page_calls_its_surroundings(markup: str, outside: bool) -> None:  # noqa: FBT001 - a column of the table
    """`outside` marks what stands in navigation, foot, tools and the like, by tag, class or id of a block."""
    assert line_of(markup).outside is outside


@pytest.mark.parametrize(
    ("markup", "document"),
    [
        ("", Document("html", ())),
        ("<!-- -->", Document("html", ())),
        ("<title> 年\n报 </title>", Document("html", (), title="年 报")),
        ("<body><svg><title>图</title></svg><title>年报</title>", Document("html", (), title="年报")),
        ("<title></title>", Document("html", ())),
        (
            "<meta name=' PubDate ' content=' 2021-01-20\n10:00 '><meta name=x><meta charset=gbk>",
            Document("html", (), meta=(("pubdate", "2021-01-20 10:00"), ("x", ""))),
        ),
        ("<frameset><frame src=x></frameset>", Document("html", ())),
    ],
)
def test_what_the_page_says_of_itself(markup: str, document: Document) -> None:
    """Title and meta data are taken from wherever in the page they stand."""
    assert html_to_document(markup) == document


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package that reads HTML, the error names it."""
    monkeypatch.setitem(sys.modules, "selectolax.lexbor", None)

    with pytest.raises(ReaderMissingError, match="selectolax"):
        html_to_document("<p>规章")
