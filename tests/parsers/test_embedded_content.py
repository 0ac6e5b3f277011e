import json
import time

import pytest

from parsers import parse
from parsers.embedded import MAX_SHOWN, find_embedded_html, unfold_embedded

SECTIONS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
BODY = "".join(
    f"<p>{heading}</p><p>白杨街道的窗口在第{number}季度收到来信{number * 7}封，均已在当季逐封答复，没有积压。</p>"
    for number, heading in enumerate(SECTIONS, 1)
)


def shell(value: str, shown: str = "首页 政务公开 联系我们") -> str:
    """Return a page that holds a value in its script and shows next to nothing."""
    return (
        '<html><head><title>白杨街道2022年政府信息公开工作年度报告</title></head><body><ul class="nav"><li>'
        f'{shown}</li></ul><div id="app"></div><script>window._CONFIG = {{ SID: "7", DETAIL: {{"id": 4, "content": '
        f"{value}}} }};</script><div class='footer'>主办：青石区人民政府办公室</div></body></html>"
    )


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(json.dumps(BODY), id="characters by number"),
        pytest.param(json.dumps(BODY, ensure_ascii=False), id="plain"),
        pytest.param(json.dumps(BODY, ensure_ascii=False).replace("</", "<\\/"), id="slashes escaped"),
        pytest.param(json.dumps(BODY).replace("<", "\\u003c").replace(">", "\\u003e"), id="tags by number"),
        pytest.param("'" + BODY.replace("<", "\\x3c") + "'", id="single quotes"),
        pytest.param(json.dumps(BODY.replace("<", "&lt;").replace(">", "&gt;")), id="tags as entities"),
    ],
)
def test_the_document_of_a_shell_is_found_however_it_is_written(value: str) -> None:
    """Whatever a script does to quotes, slashes and tags, what it holds comes out as HTML."""
    assert find_embedded_html(shell(value)) == BODY


def test_the_longest_string_with_blocks_is_the_document() -> None:
    """Templates and texts without markup are no documents."""
    template = json.dumps("<div class='share'>" + "分享到微博 " * 60 + "</div>")
    text = json.dumps("没有标签的长文字。" * 400)
    page = shell(json.dumps(BODY + BODY)).replace("<script>", f"<script>var t = {template}; var s = {text};", 1)

    assert find_embedded_html(page) == BODY + BODY


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(shell('"<p>报告全文见附件。</p>"'), id="a note"),
        pytest.param(shell(json.dumps("<div class='qr'></div>" * 40 + "<p>报告全文见附件。</p>")), id="mere tags"),
        pytest.param(shell(json.dumps(BODY), shown=BODY), id="shown by the page"),
        pytest.param(shell(json.dumps(BODY), shown="青石区要闻。" * MAX_SHOWN), id="a page of its own"),
        pytest.param(shell(json.dumps("只有文字，没有段落标记。" * 40)), id="no blocks"),
        pytest.param(shell(json.dumps(BODY)).replace("script>", "div>"), id="no script"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_page_that_is_no_shell_is_left_as_it_is(page: str) -> None:
    """Notes, pages that show their text, and pages without such a script hold nothing more."""
    found = find_embedded_html(page)
    unfolded = unfold_embedded(page)

    assert found is None
    assert unfolded == page


def test_the_document_takes_the_place_of_its_script() -> None:
    """Menus stay before it and the footer behind it, as a browser draws them; the script is gone."""
    unfolded = unfold_embedded(shell(json.dumps(BODY)))

    assert unfolded.index("联系我们") < unfolded.index("一、总体情况") < unfolded.index("主办：")
    assert "_CONFIG" not in unfolded


def test_a_script_in_the_head_draws_into_the_body() -> None:
    """What is put into a head would end it; the body begins with the document instead."""
    value = json.dumps(BODY)
    script = f"<script>var d = {{content: {value}}}</script>"
    page = f"<html><head>{script}<title>年报</title></head><body><p>尾</p></body></html>"

    assert (
        unfold_embedded(page) == f"<html><head><title>年报</title></head><body><div>{BODY}</div><p>尾</p></body></html>"
    )


def test_a_shell_is_read_as_a_report() -> None:
    """The parser finds in it what it finds in the same report on a page of its own."""
    report = parse(shell(json.dumps(BODY)).encode())

    assert report.year == 2022
    assert [section.heading for section in report.sections] == list(SECTIONS)


@pytest.mark.parametrize("piece", ['="<p', "var a='", '<script>x="<p>\\', "(`<p>${", ':"&lt;p",\'', "<!--", "<div "])
def test_time_grows_with_the_size_of_the_page_alone(piece: str) -> None:
    """Quotes that never close, and tags without end, cost no more than their length."""

    def measure(times: int) -> float:
        page = "<script>" + piece * times
        start = time.process_time()
        find_embedded_html(page)
        return time.process_time() - start

    small, large = measure(20_000), measure(160_000)

    assert large < 24 * small + 0.5
