"""The jpaas adapter alone: a page or an answer in, links and further requests out."""

import json

import pytest

from crawler.families import find_families, jpaas
from crawler.families._hanweb import query_of
from crawler.html import parse_page
from crawler.links import Link, Page
from tests.crawler.hanweb_site import ADDRESSES, article_address
from tests.crawler.list_reader import HOST, read_list
from tests.crawler.sites import jpaas as site
from tests.crawler.world import ANNUAL, make_world

SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"
ASKED = Link(f"{HOST}{SERVICE}?parseType=bulidstatic&webId=w&pageId=p&tagId=list&tplSetId=t", family="jpaas")


def unit(tag: str, quote: str = "'") -> str:
    """Write the script element of a unit."""
    data = f"{{'webId':'w','pageId':'p','tagId':'{tag}','tplSetId':'t','parseType':'buildstatic'}}"
    return f'<script src="/a/unitbuild.js" url="{SERVICE}" queryData="{data.replace(chr(39), quote)}"></script>'


def make_page(body: str) -> Page:
    """Read a page."""
    return parse_page(f"<html><body>{body}</body></html>".encode(), f"{HOST}/col/col5/index.html", "text/html")


def answer(markup: str) -> str:
    """Write an answer of the service."""
    return json.dumps({"success": True, "data": {"html": markup}})


@pytest.mark.parametrize("quote", ["'", "&quot;"])
def test_a_unit_is_asked_for_with_what_its_element_says(quote: str) -> None:
    """The page's own parameters are sent, as its script would send them."""
    page = make_page(unit("右侧内容", quote))

    (request,) = jpaas.expand(page).more

    assert [family.name for family in find_families(page)] == ["jpaas"]
    assert request.url.startswith(f"{HOST}{SERVICE}?")
    assert query_of(request.url) == {
        "parseType": "buildstatic",
        "pageType": "column",
        "webId": "w",
        "pageId": "p",
        "tagId": "右侧内容",
        "tplSetId": "t",
    }
    assert request.family == "jpaas"


def test_lists_are_asked_for_before_menus() -> None:
    """Of many units so many are asked for, the likely ones first, each once."""
    page = make_page("".join(unit(f"导航{number}") for number in range(20)) + unit("当前栏目list") + unit("导航1"))

    tags = [query_of(link.url)["tagId"] for link in jpaas.expand(page).more]

    assert tags[0] == "当前栏目list"
    assert len(tags) == 6
    assert len(set(tags)) == 6


def test_the_pages_of_a_unit_stand_inside_param_json() -> None:
    """The pager counts them, and the number of each is inside `paramJson` and nowhere else."""
    markup = (
        '<li><a href="/art/1.html">一</a>2026-\n01-\n23</li><div class="page pagination" rows="15" count="31"></div>'
    )

    found = jpaas.read(Page(ASKED.url, source=answer(markup)), ASKED)

    assert [(link.url, link.text, link.context) for link in found.links] == [
        (f"{HOST}/art/1.html", "一", "一 2026-01-23")
    ]
    queries = [query_of(link.url) for link in found.more]
    assert [query["paramJson"] for query in queries] == [
        '{"pageNo":2,"pageSize":"15"}',
        '{"pageNo":3,"pageSize":"15"}',
    ]
    assert all("pageNo" not in query for query in queries)
    assert queries[0]["tplSetId"] == "t"


def test_a_later_page_names_those_behind_it_alone() -> None:
    """Page 2 of three leads to page 3."""
    (asked,) = (
        link
        for link in jpaas.read(
            Page(ASKED.url, source=answer('<p class="pagination" count="40" rows="15">')), ASKED
        ).more
        if '"pageNo":2' in query_of(link.url)["paramJson"]
    )

    found = jpaas.read(Page(asked.url, source=answer('<p class="pagination" count="40" rows="15">')), asked)

    assert [query_of(link.url)["paramJson"] for link in found.more] == ['{"pageNo":3,"pageSize":"15"}']


@pytest.mark.parametrize(
    "source",
    ["", "<html>404</html>", "[]", "null", '{"success":false,"data":null}', '{"data":{"html":7}}', '{"data":[1]}'],
)
def test_an_answer_without_html_holds_nothing(source: str) -> None:
    """A refusal, a failure and a surprise give no links and no error."""
    found = jpaas.read(Page(ASKED.url, source=source), ASKED)

    assert found.links == ()
    assert found.more == ()


def test_html_may_be_the_data_itself() -> None:
    """Some versions answer with the HTML where others have an object."""
    found = jpaas.read(Page(ASKED.url, source='{"data":"<a href=\\"/art/1.html\\">一</a>"}'), ASKED)

    assert [link.url for link in found.links] == [f"{HOST}/art/1.html"]


@pytest.mark.parametrize("pager", ['rows="0" count="9"', 'rows="15" count="0"', 'rows="15"', ""])
def test_a_pager_that_counts_nothing_leads_nowhere(pager: str) -> None:
    """No rows, no count, no pages."""
    found = jpaas.read(Page(ASKED.url, source=answer(f'<div class="pagination" {pager}></div>')), ASKED)

    assert found.more == ()


def test_a_pager_gone_mad_is_bounded() -> None:
    """No list is read further than the limit."""
    found = jpaas.read(Page(ASKED.url, source=answer('<div class="pagination" rows="1" count="99999999">')), ASKED)

    assert len(found.more) == 499


def test_a_page_without_units_is_another_systems() -> None:
    """The name of the service in a text is no fingerprint."""
    assert not jpaas.recognises(make_page("<p>jpaas-publish-server</p>"))
    assert (
        jpaas.expand(make_page("<script queryData=\"{'webId':'w'}\" src=\"jpaas-publish-server\"></script>")).more == ()
    )


def test_all_reports_of_a_unit_are_found() -> None:
    """From a column's page, its units lead to every report."""
    world = make_world(reports=48, news=30)

    read = read_list(site.build(world), ADDRESSES.column(ANNUAL))

    assert read.targets >= {article_address(item) for item in world.reports}
    assert len(read.requests) == 6
