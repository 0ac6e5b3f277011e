import pytest

from crawler.answers import Answer
from crawler.blocks import SIGNATURES, find_block

URL = "http://www.example.gov.cn/nb/1.html"
REPORT = "<h1>白杨街道2023年政府信息公开工作年度报告</h1><p>一、总体情况</p>" + "<p>本街道全年公开信息若干条。</p>" * 40


def answer(status: int, body: str, *headers: tuple[str, str], encoding: str = "utf-8") -> Answer:
    """Make an answer of a page."""
    label = ("Content-Type", f"text/html; charset={encoding}")
    return Answer(URL, status, (label, *headers), body.encode(encoding), URL)


def cookie(name: str) -> tuple[str, str]:
    """Make the header that sets a cookie."""
    return ("Set-Cookie", f"{name}=0a1b2c; path=/; HttpOnly")


def shell(script: str) -> str:
    """Make a page on which only a script stands."""
    return f"<html><head><script>{script}</script></head><body></body></html>"


WALLS = [
    ("jsl", answer(521, "<script>document.cookie='a=1';location.href=location.pathname</script>")),
    ("jsl", answer(521, "<script>x()</script>", cookie("__jsluid_s"))),
    ("jsl", answer(521, "", ("X-Via-JSL", "made up"))),
    ("jsl", answer(200, shell('go({"bts":["1","2"],"tn":"__jsl_clearance_s","vt":"3600"})'))),
    ("rs", answer(412, shell("$_ts=window['$_ts'];"))),
    ("rs", answer(412, "<html><body></body></html>", cookie("FSSBBIl1UgzbN7N80S"))),
    ("rs", answer(412, "<html><body></body></html>", cookie("kQ3xZ8vW2mBnO"))),
    ("rs", answer(202, "<meta id='x' content='y' r='m'><script>f()</script>")),
    ("yunaq", answer(403, "<p>创宇盾提示：当前访问已被设置为停止</p>")),
    ("yunaq", answer(403, "<p>创宇盾提示</p>", encoding="gb18030")),
    ("c3vk", answer(200, shell("window['document'].cookie='C3VK=01ab; max-age=300';location.reload()"))),
    ("acw", answer(200, shell("var arg1='0A1B2C';document.cookie='acw_sc__v2='+f(arg1)"))),
    ("yd", answer(200, shell("document.cookie='yd_cookie=1'"))),
    ("yd", answer(403, "<h1>403</h1>", cookie("yd_cookie"))),
    ("wzws", answer(200, shell("location='/wzws-waf-cgi/x'"))),
    ("wzws", answer(403, "<h1>403</h1>", cookie("wzws_sessionid"))),
    ("captcha", answer(429, "<p>请完成验证后继续访问</p>")),
    ("captcha", answer(200, "<title>安全验证</title><p>请输入验证码</p><input name='code'>")),
    ("captcha", answer(200, "<title>安全验证</title><p>拖动滑块</p><canvas></canvas>", encoding="gb18030")),
    ("waf", answer(403, "<h1>您的请求疑似攻击行为，已被网站防火墙拦截</h1>")),
    ("waf", answer(405, "<p>&#25318;&#25130;</p>")),
]


@pytest.mark.parametrize(("kind", "wall"), WALLS)
def test_a_wall_is_known_by_its_marks(kind: str, wall: Answer) -> None:
    """Each wall is known by its status with its cookie, its header or its words, in any encoding of them."""
    assert find_block(wall) == kind


def test_every_signature_is_seen() -> None:
    """Every kind in the table has an answer here that bears it."""
    assert {row.kind for row in SIGNATURES} == {kind for kind, _ in WALLS}


@pytest.mark.parametrize(
    "name",
    ["__jsluid_s", "__jsl_clearance_s", "FSSBBIl1UgzbN7N80S", "yd_cookie", "wzws_sessionid", "acw_sc__v2", "C3VK"],
)
def test_a_good_page_behind_a_wall_is_no_wall(name: str) -> None:
    """A report that comes with a wall's cookie, and with its script in the head, is the site's own page."""
    script = shell(f"document.cookie='{name}=1';$_ts=1;document.cookie='C3VK='+1")

    assert find_block(answer(200, script + REPORT, cookie(name))) is None


@pytest.mark.parametrize(
    "own",
    [
        answer(403, "<h1>403 Forbidden</h1>"),
        answer(404, "<p>验证码</p>"),
        answer(412, "<h1>Precondition Failed</h1>", cookie("ASPSESSIONIDQQABCDS")),
        answer(521, "<h1>Web server is down</h1>"),
        answer(500, "<p>系统错误，请求被拦截</p>"),
        answer(403, "<p>没有权限</p>" + REPORT * 3 + "<a>防火墙知识</a>"),
        answer(200, "<title>用户登录</title><p>请输入验证码</p><input type='password'>"),
        answer(200, "<h1>2023年年度报告</h1><p>下载前请输入验证码</p><input>"),
        answer(200, "<p>请输入验证码</p>"),
        answer(200, REPORT + "<p>请输入验证码</p><input>"),
        answer(304, "<title>安全验证</title><p>请输入验证码</p><input name='code'>"),
    ],
)
def test_what_only_resembles_a_wall_is_none(own: Answer) -> None:
    """Plain errors, long pages that speak of firewalls, logins, and downloads with a captcha are the site's own."""
    assert find_block(own) is None


def test_a_document_is_no_wall() -> None:
    """The bytes of a document are never searched for words of a wall."""
    body = b"%PDF-1.4 " + "请输入验证码 <input>".encode()

    assert find_block(Answer(URL, 200, (), body, URL)) is None


def test_a_long_page_with_a_good_status_is_no_wall() -> None:
    """A page longer than any wall is the site's own, even where it shows nothing outside its scripts."""
    long_script = shell("document.cookie='C3VK=1';" + "x=1;" * 20_000)

    assert find_block(answer(200, long_script)) is None
