import pytest

from crawler.decode import decode_page
from crawler.html import parse_page
from crawler.links import is_file_url

URL = "http://www.example.gov.cn/nb/index.html"


def test_links_are_absolute_named_and_dated() -> None:
    """A link is absolute, without its fragment, with its text, its title attribute and its row."""
    body = '<li><a href="./a.html#top" title="年度报告全名">年度报告…</a><span>2021-01-20</span></li>'

    (link,) = parse_page(body.encode(), URL).links

    assert link.url == "http://www.example.gov.cn/nb/a.html"
    assert (link.text, link.title) == ("年度报告…", "年度报告全名")
    assert "2021-01-20" in link.context


def test_a_cut_text_gives_way_to_its_title() -> None:
    """Where a list cuts a title short, the title attribute that begins with it is taken."""
    body = '<a href="a" title="白杨街道2020年政府信息公开工作年度报告">白杨街道2020年政府信息...</a>'

    assert parse_page(body.encode(), URL).links[0].words == "白杨街道2020年政府信息公开工作年度报告"


def test_a_page_may_call_itself_xml() -> None:
    """An XML declaration, of whatever encoding, costs a page nothing."""
    page = parse_page("<?xml version='1.0' encoding='gbk'?><html><a href='a'>年报</a>".encode(), URL)

    assert [link.text for link in page.links] == ["年报"]


def test_base_is_honoured() -> None:
    """A page's base moves its links."""
    page = parse_page(b'<base href="/other/"><a href="a.html">x</a>', URL)

    assert page.links[0].url == "http://www.example.gov.cn/other/a.html"


@pytest.mark.parametrize(
    "href",
    [
        "javascript:void(0)",
        "mailto:a@example.org",
        "#top",
        "",
        "ftp://example.org/",
        "http://[",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_page_is_no_link(href: str) -> None:
    """Only http and https addresses are links."""
    assert parse_page(f'<a href="{href}">x</a>'.encode(), URL).links == ()


def test_frames_and_viewers_are_links() -> None:
    """A frame leads to its page, a viewer to its file; a picture's link has the picture's name."""
    body = (
        '<iframe src="inner.html"></iframe><iframe src="/web/viewer.html?file=/nb/r.pdf"></iframe>'
        '<embed src="s.pdf">'
        '<a href="/x/"><img alt="政府信息公开"></a>'
    )

    links = parse_page(body.encode(), URL).links

    assert [link.url.removeprefix("http://www.example.gov.cn") for link in links] == [
        "/nb/inner.html", "/nb/r.pdf", "/nb/s.pdf", "/x/",
    ]  # fmt: skip
    assert links[-1].words == "政府信息公开"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<",
        b"<a href=",
        b"\x00\x01\x02",
        b"%PDF-1.4 \xff",
        b"PK\x03\x04 <a href='a'>",
        b"<?xml version='1.0' encoding='utf-8'?><html><a href='a'>x</a>",
        b"<table>" * 3000 + b"<a href='a'>",
        b"<!--",
        b"\xff\xfe<\x00a\x00>\x00",
        "<html>\ud800".encode("utf-8", "surrogatepass"),
    ],
)
def test_nothing_that_a_server_sends_raises(body: bytes) -> None:
    """Empty, binary and malformed bodies make a page, if an empty one."""
    assert parse_page(body, URL, "text/html").url == URL


def test_a_declaration_of_the_wrong_encoding_loses_nothing() -> None:
    """A page in GB18030 that declares gb2312 keeps what stands behind a character that gb2312 has not."""
    body = '<html><meta charset="gb2312"><a href="a">朱镕街道</a><a href="b">后面</a>'.encode("gb18030")

    assert [link.text for link in parse_page(body, URL, "text/html; charset=gb2312").links] == [
        "朱镕街道",
        "后面",
    ]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("政府信息公开".encode(), "text/html; charset=gb2312"),
        ("政府信息公开".encode("gb18030"), "text/html; charset=utf-8"),
        ("政府信息公开".encode("gb18030"), "text/html; charset=iso-8859-1"),
        ("政府信息公开".encode("gb18030"), None),
        ("政府信息公开".encode("utf-8-sig"), "text/html; charset=gbk"),
        ("政府信息公开".encode("utf-16"), None),
    ],
)
def test_text_is_read_whatever_the_server_calls_it(body: bytes, content_type: str | None) -> None:
    """The bytes themselves decide where they can, the labels where they must."""
    expected = "政府信息公开"

    assert decode_page(body, content_type) == expected


def test_a_damaged_page_loses_only_the_damage() -> None:
    """A page cut in the middle of a character stays in its encoding."""
    text = "政府信息公开工作年度报告" * 5

    assert decode_page(text.encode()[:-1]) == text[:-1] + "\ufffd"
    assert decode_page(text.encode("gb18030")[:-1]) == text[:-1] + "\ufffd"


def test_a_page_that_moves_on_says_where_to() -> None:
    """A refresh, or a script in a page without words, is where it leads; a script beside words is not."""
    refresh = b'<meta http-equiv="Refresh" content="0; url=../zwgk/">'
    script = b'<script>window.location.href = "./real.html";</script>'

    assert parse_page(refresh, URL).refresh == "http://www.example.gov.cn/zwgk/"
    assert parse_page(script, URL).refresh == "http://www.example.gov.cn/nb/real.html"
    assert parse_page(script + "正文".encode() * 200, URL).refresh is None


@pytest.mark.parametrize(
    ("url", "is_file"),
    [
        ("http://a.cn/r.DOC", True),
        ("http://a.cn/r.ofd?x=1", True),
        ("http://a.cn/module/download/downfile.jsp?classid=0&filename=ab.pdf", True),
        ("http://a.cn/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=1", True),
        ("http://a.cn/r.html", False),
        ("http://a.cn/pdf/", False),
    ],
)
def test_a_file_is_known_by_its_address(url: str, *, is_file: bool) -> None:
    """An ending, or the name of a download service, makes a link one to a file."""
    assert is_file_url(url) == is_file
