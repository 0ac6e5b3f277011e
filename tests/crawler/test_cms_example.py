"""The example in docs/cms.md does what the text says."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from crawler import families
from crawler.families import Family, expand_page, list_families, read_data
from crawler.html import parse_page
from crawler.links import Page
from crawler.run import run_crawl
from crawler.sites import Site
from tests.crawler.served import MemoryArchive, Served, link, page, report, serve

TEXT = (Path(__file__).parents[2] / "docs" / "cms.md").read_text(encoding="utf-8")
LIST = "http://127.0.0.1/by/list?column=31&page=1"
JSON = (("Content-Type", "application/json"),)


def block(name: str) -> str:
    """Return the code block behind the comment of that name."""
    found = re.search(rf"<!-- cms: {name} -->\n```\w*\n(.*?)```", TEXT, re.DOTALL)
    assert found, name
    return found[1]


@pytest.fixture
def baiyang(monkeypatch: pytest.MonkeyPatch) -> Family:
    """Run the example's module, and let the crawler find it as if its file stood with the others."""
    module = ModuleType("baiyang")
    exec(compile(block("family"), "docs/cms.md", "exec"), module.__dict__)  # noqa: S102 - our own document
    known = (*list_families(), module.FAMILY)
    monkeypatch.setattr(families, "list_families", lambda: known)
    family: Family = module.FAMILY
    return family


def test_the_example_knows_its_page(baiyang: Family) -> None:
    """The shell is recognised by its attribute, and leads to the first page of its data."""
    shell = expand_page(parse_page(block("page").encode(), "http://127.0.0.1/nb/"))

    assert shell.families == ("baiyang",)
    assert [(one.url, one.family) for one in shell.more] == [(LIST, "baiyang")]
    assert not baiyang.recognises(Page("http://127.0.0.1/", is_html=True, source="<p>年报"))


def test_the_example_reads_its_data(baiyang: Family) -> None:
    """The data gives entries with title and day, and the other pages by the total."""
    shell = expand_page(parse_page(block("page").encode(), "http://127.0.0.1/nb/"))

    read = read_data(Page(LIST, source=block("data")), shell.more[0])

    assert [(one.url, one.context) for one in read.links] == [
        ("http://127.0.0.1/by/art/9.html", "白杨街道2023年政府信息公开工作年度报告 2024-01-20"),
        ("http://127.0.0.1/by/art/8.html", "青松街道2023年政府信息公开工作年度报告 2024-01-18"),
    ]
    assert [one.url for one in read.more] == [LIST.replace("page=1", "page=2")]
    assert baiyang.name == "baiyang"


def test_the_example_is_all_that_a_crawl_needs(baiyang: Family) -> None:
    """With that file alone a crawl from the home page finds every report of the made-up system."""
    title = "{}2023年政府信息公开工作年度报告".format
    second = '{"total": 3, "rows": [{"title": "' + title("柳溪镇") + '", "url": "/by/art/7.html"}]}'
    pages = {
        "/": page("青石区人民政府", link("/nb/", "政府信息公开年报")),
        "/nb/": Served(block("page").encode()),
        "/by/list?column=31&page=1": Served(block("data").encode(), headers=JSON),
        "/by/list?column=31&page=2": Served(second.encode(), headers=JSON),
        **{f"/by/art/{n}.html": report(title(name)) for n, name in ((7, "柳溪镇"), (8, "青松街道"), (9, "白杨街道"))},
    }
    archive = MemoryArchive()

    with serve(pages) as server:
        result = run_crawl([Site("qingshi", (server.url,), delay=0.0)], open_archive=lambda: archive)["qingshi"]

    assert (result.complete, result.reports_met, result.failed) == (True, 3, ())
    assert baiyang.name in next(one.facts for one in archive.captures if "/by/list" in one.url)["families"]  # type: ignore[index] # lists have facts


def test_every_family_stands_in_the_table() -> None:
    """docs/cms.md has a row for each family, by its name and title, and none for one that is not there."""
    rows = re.findall(r"^\| `(\w+)` (.*?) \|", TEXT, re.MULTILINE)

    assert sorted(name for name, _ in rows) == sorted(family.name for family in list_families())
