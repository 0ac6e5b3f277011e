import base64
from urllib.parse import quote

import pytest

from crawler.filenames import NAME_LIMIT, find_file_name, looks_like_file_link
from crawler.links import Link

NAME = "青石区白杨街道2023年年度报告.doc"
SERVICE = "http://www.example.gov.cn/download.jsp?id=7"


def raw(text: str, encoding: str) -> str:
    """Return a text as a header shows its bytes: one Latin-1 character each."""
    return text.encode(encoding).decode("latin-1")


def word(text: str, encoding: str, label: str) -> str:
    """Return a text as an encoded word of mail."""
    return f"=?{label}?B?{base64.b64encode(text.encode(encoding)).decode()}?="


def sent(disposition: str, url: str = SERVICE) -> str | None:
    """Find the name that one Content-Disposition gives."""
    return find_file_name((("content-disposition", disposition),), url)


@pytest.mark.parametrize(
    "disposition",
    [
        f'attachment; filename="{raw(NAME, "utf-8")}"',
        f'attachment; filename="{raw(NAME, "gbk")}"',
        f"attachment;filename={raw(NAME, 'gbk')}",
        f"attachment; FileName={raw(NAME, 'utf-8')}; size=12",
        f"inline; filename='{raw(NAME, 'utf-8')}'",
        f'attachment; filename="{raw(NAME, "utf-8")}',
        f'attachment; filename="{quote(NAME)}"',
        f'attachment; filename="{quote(NAME.encode("gbk"))}"',
        f'attachment; filename="{quote(quote(NAME))}"',
        f"attachment; filename*=UTF-8''{quote(NAME)}",
        f"attachment; filename*=utf-8'zh-CN'{quote(NAME)}",
        f"attachment; filename*=\"UTF-8''{quote(NAME)}\"",
        f"attachment; filename*=GBK''{quote(NAME.encode('gbk'))}",
        f"attachment; filename*=UTF-8''{quote(NAME.encode('gbk'))}",
        f"attachment; filename*=GBK''{quote(NAME)}",
        f"attachment; filename*=nonsense''{quote(NAME.encode('gbk'))}",
        f"attachment; filename=x.doc; filename*=UTF-8''{quote(NAME)}",
        f"attachment; filename*=UTF-8''{quote(NAME)}; filename=x.doc",
        f"attachment; filename*0*=UTF-8''{quote(NAME)[:30]}; filename*1*={quote(NAME)[30:]}",
        f'attachment; filename="{word(NAME, "utf-8", "UTF-8")}"',
        f'attachment; filename="{word(NAME, "gbk", "gb2312")}"',
        f'attachment; filename="{word(NAME, "gbk", "utf-8")}"',
        f'attachment; filename="{word(NAME[:7], "utf-8", "utf-8")} {word(NAME[7:], "utf-8", "utf-8")}"',
        'attachment; filename="' + "".join(f"&#{ord(char)};" for char in NAME[:-4]) + '.doc"',
    ],
)
def test_a_name_is_read_however_it_is_written(disposition: str) -> None:
    """Raw bytes, percent signs, encoded words and extended parameters, rightly labelled or not, give the same name."""
    assert sent(disposition) == NAME


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (f'attachment; filename="C:\\docs\\{raw(NAME, "utf-8")}"', NAME),
        (f'attachment; filename="../../etc/{raw(NAME, "gbk")}"', NAME),
        ('attachment; filename="a;b.doc"', "a;b.doc"),
        (r'attachment; filename="a\"b.doc"', 'a"b.doc'),
        ('attachment; filename="a\x07\u202eb.doc"', "ab.doc"),
        ('attachment; filename="a: b?.doc. "', "a_ b_.doc"),
        (f'attachment; filename="{raw("王誠", "gbk")}"', "王誠"),
        (f'attachment; filename="{raw("一誠.doc", "gbk")}"', "一誠.doc"),
        ('attachment; filename="2023%20%E5%B9%B4+%E6%8A%A5.pdf"', "2023 年 报.pdf"),
        ('attachment; filename="50%.pdf"', "50%.pdf"),
        (f"attachment; filename*=GBK''{quote('年报.doc')}", "年报.doc"),
        (f"attachment; filename*=Big5''{quote('白楊鎮.doc'.encode('big5'))}", "白楊鎮.doc"),
        ('attachment; filename="年报.pdf"', "年报.pdf"),
    ],
)
def test_a_name_holds_nothing_but_a_name(disposition: str, name: str) -> None:
    """Folders, control characters and turned writing go; quotes, semicolons and a backslash inside GBK do no harm."""
    assert sent(disposition) == name


@pytest.mark.parametrize(
    "disposition",
    [
        "attachment",
        'attachment; filename=""',
        'attachment; filename=".."',
        'attachment; filename="?"',
        "attachment; filename=download.jsp",
        'attachment; filename="=?utf-8?B?x?="',
    ],
)
def test_no_name_is_better_than_none(disposition: str) -> None:
    """An empty name, a folder's, a service's or a broken one is no name."""
    assert sent(disposition) is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://www.example.gov.cn/W020240120.pdf", "W020240120.pdf"),
        (f"http://www.example.gov.cn/{quote(NAME)}", NAME),
        (f"http://www.example.gov.cn/{quote(NAME.encode('gbk'))}", NAME),
        (f"http://www.example.gov.cn/{quote(quote(NAME))}?v=1", NAME),
        ("http://www.example.gov.cn/downfile.jsp?classid=0&filename=0a1b.pdf", "0a1b.pdf"),
        (f"http://www.example.gov.cn/down?name={quote(NAME.encode('gbk'))}&id=3", NAME),
        ("http://www.example.gov.cn/down?file=/att/2023/1.docx", "1.docx"),
        (SERVICE, None),
        ("http://www.example.gov.cn/", None),
    ],
)
def test_an_address_names_a_file_by_its_ending(url: str, name: str | None) -> None:
    """Without a header the end of the path, or a value of the query, names the file if it ends as a document."""
    assert find_file_name((("Content-Type", "application/pdf"),), url) == name


def test_the_server_is_asked_before_the_address_and_that_before_the_link() -> None:
    """Content-Disposition counts first, then the address, then the words of the link without 附件."""
    header = (("Content-Disposition", "attachment; filename=a.doc"),)
    address, words = "http://www.example.gov.cn/b.doc", f"附件1：{NAME}"

    found = (
        find_file_name(header, address, words),
        find_file_name((), address, words),
        find_file_name((), SERVICE, words),
        find_file_name((), SERVICE, "点击下载"),
    )

    assert found == ("a.doc", "b.doc", NAME, None)


def test_a_long_name_keeps_its_ending() -> None:
    """A name is shortened before its ending."""
    name = sent(f"attachment; filename*=UTF-8''{quote('年' * 500)}.docx")

    assert name == "年" * (NAME_LIMIT - 5) + ".docx"


@pytest.mark.parametrize(
    "words",
    [
        *(
            "附件",
            "附件1",
            "附件一：白杨街道年度报告",
            "附件（白杨街道）",
            "附件下载",
            "点击下载",
            "下载",
            "下载附件",
            "PDF版",
        ),
        *(
            "白杨街道2023年度报告.pdf",
            "年度报告.doc（23KB）",
            "年度报告.docx 下载",
            "全文下载（PDF）",
            "Word版下载",
            "查看附件",
        ),
    ],
)
def test_the_words_of_a_file_are_known(words: str) -> None:
    """A link without an ending leads to a file where its words, or its title, are a file's."""
    assert looks_like_file_link(Link("http://www.example.gov.cn/d?id=1", text=words))
    assert looks_like_file_link(Link("http://www.example.gov.cn/d", text="", title=words))


@pytest.mark.parametrize(
    "link",
    [
        *(
            Link("http://www.example.gov.cn/d?id=1", text=words)
            for words in ("下载中心", "资料下载", "表格下载", "客户端下载")
        ),
        Link("http://www.example.gov.cn/d?id=1", text="附件所列事项请各街道知悉"),
        Link("http://www.example.gov.cn/d?id=1", text="白杨街道2023年度报告"),
        Link("http://www.example.gov.cn/d?id=1", text="本报告" * 60 + ".doc"),
        Link("http://www.example.gov.cn/1.html", text="附件1"),
        Link("http://www.example.gov.cn/nb/", text="点击下载"),
        Link("http://www.example.gov.cn/d?id=1", text="附件1", tag="iframe"),
    ],
)
def test_other_links_are_no_files(link: Link) -> None:
    """Columns of downloads, sentences, titles, frames, and addresses that end as pages are no files."""
    assert not looks_like_file_link(link)
