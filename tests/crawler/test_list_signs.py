"""Lists without a report that lead on all the same: by folders elsewhere, agencies, cells, and rows of other things."""

import pytest

from crawler.html import parse_page
from crawler.signs import leads_on

AGENCIES = "".join(f'<a href="/c/{number}.html">白杨{number}街道办事处</a>' for number in range(6))
CELLS = "<table><tr><td>白杨街道办事处</td> <td><a href='/c/1.html'>点击查看</a></td></tr></table>"
NOTICES = "".join(f'<li><a href="/n/{number}.html">道路封闭</a> <i>2021-01-2{number}</i></li>' for number in range(5))


def is_led_on(body: str) -> bool:
    """Say whether a column at `/gk/nb/index.html` with that inside leads on."""
    page = parse_page(f"<html><body>{body}</body></html>".encode(), "http://www.example.gov.cn/gk/nb/index.html")
    return leads_on(page)


@pytest.mark.parametrize(
    "body", [AGENCIES, CELLS, NOTICES, '<a href="/art/7.html">2020年度</a>', '<a href="/gk/bm/index.html">区直部门</a>']
)
def test_a_list_without_reports_may_lead_to_them(body: str) -> None:
    """Agencies, cells called 查看, rows of notices, and folders beside the column make it more than an empty frame."""
    assert is_led_on(body)


@pytest.mark.parametrize(
    "body",
    ["", '<a href="/xw/">新闻中心</a>', '<a href="/bm/">区直部门</a>', '<li><a href="/n/1.html">道路封闭</a></li>'],
)
def test_menus_lead_nowhere(body: str) -> None:
    """The menu of the site, and a row without a day, say nothing about the column."""
    assert not is_led_on(body)
