"""`gongkai discover`: what stands behind a home page, found without a report; and the entry that it writes."""

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler import Site, load_sites
from crawler.links import Page
from gongkai.discovering import discover_site, find_title, name_site
from tests.crawler.sites import trs
from tests.crawler.test_families import find_builders
from tests.crawler.world import Answer, Asked, FamilySite, RunningSite, html_answer, make_world, serve_pages, serve_site
from tests.gongkai.conftest import Outcome

Gongkai = Callable[..., Outcome]

METAS = '<meta name="SiteName" content="朝阳区人民政府"><meta name="SiteIDCode" content="2201040001">'
COLUMN = "/zwgk/zfxxgk/zfxxgknb/"
BARE_HOME = html_answer("<html><head><title>白杨镇</title></head><body><a href='/xw/'>镇内要闻</a></body></html>")


@pytest.fixture(scope="module")
def drawn() -> FamilySite:
    """Draw a small district."""
    return trs.build(make_world(reports=14, news=40))


@pytest.fixture
def site(drawn: FamilySite) -> Iterator[RunningSite]:
    """Serve the district, its home page naming the site as the national rules want it."""

    def answer(asked: Asked) -> Answer:
        plain = drawn.handler(asked)
        is_home = asked.path == "/"
        return replace(plain, body=plain.body.replace(b"</title>", b"</title>" + METAS.encode())) if is_home else plain

    with serve_site(replace(drawn, handler=answer)) as running:
        yield running


@pytest.fixture
def bare() -> Iterator[RunningSite]:
    """Serve a site that discloses nothing."""
    with serve_site(FamilySite(serve_pages({"/": BARE_HOME}), frozenset(), lambda _: True)) as running:
        yield running


@pytest.fixture
def discover(gongkai: Gongkai) -> Gongkai:
    """Run `gongkai discover` without pauses."""
    return lambda *arguments: gongkai("discover", *arguments, "--delay", "0")


def read_entries(folder: Path) -> list[dict[str, object]]:
    """Return the entries of the list of sites."""
    entries: list[dict[str, object]] = tomllib.loads((folder / "sites.toml").read_text(encoding="utf-8"))["site"]
    return entries


def test_the_column_is_found_without_a_report(discover: Gongkai, site: RunningSite, drawn: FamilySite) -> None:
    """From the home page the column is found with its entries, pages and CMS, in few requests and without a report."""
    outcome = discover(site.url, "--json")

    found = json.loads(outcome.out)
    (column,) = found["columns"]
    assert outcome.code == 0
    assert (column["url"], column["title"]) == (site.url + COLUMN, "政府信息公开年报")
    assert (column["pages"], column["families"]) == (2, ["trs"])
    assert column["entries"] > 5
    assert set(site.targets) & drawn.reports == set()
    assert found["requests"] == len(site.asked) <= 8
    assert found["failed"] == []


def test_the_entry_can_be_crawled(discover: Gongkai, gongkai: Gongkai, site: RunningSite, tmp_path: Path) -> None:
    """The entry has name, title and division from the page's own tags, and a crawl reads it without a warning."""
    discover(site.url, "--name", "chaoyang")

    (entry,) = read_entries(tmp_path)
    assert entry == {
        "name": "chaoyang",
        "title": "朝阳区人民政府",
        "division": "220104",
        "start_urls": [site.url],
        "delay": 0.0,
    }
    assert load_sites(tmp_path / "sites.toml").warnings == ()
    assert gongkai("sites", "check").code == 0


def test_what_is_found_is_printed_for_people(discover: Gongkai, site: RunningSite) -> None:
    """Columns go to standard output as a table, and what was done about them to standard error, nothing else."""
    outcome = discover(site.url)

    assert outcome.out.splitlines()[0].split("\t") == ["column", "entries", "pages", "cms", "url"]
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err.splitlines() == [
        f"gongkai: 朝阳区人民政府: {len(site.asked)} requests",
        "gongkai: sites.toml: added 127-0-0-1; `gongkai crawl --site 127-0-0-1` visits it",
    ]


def test_a_dry_run_prints_the_entry_and_writes_nothing(discover: Gongkai, site: RunningSite, tmp_path: Path) -> None:
    """With `--dry-run` the entry stands on standard output as it would be written."""
    outcome = discover(site.url, "--name", "chaoyang", "--division", "220105", "--dry-run")

    (entry,) = tomllib.loads(outcome.out.partition("\n\n")[2])["site"]
    assert (entry["name"], entry["division"]) == ("chaoyang", "220105")
    assert not (tmp_path / "sites.toml").exists()


def test_a_site_that_is_listed_stays_as_it_is(discover: Gongkai, site: RunningSite, tmp_path: Path) -> None:
    """An address that the list has already, in any spelling, is looked at and not added again."""
    discover(site.url, "--name", "chaoyang")
    before = (tmp_path / "sites.toml").read_bytes()

    outcome = discover(f"{site.url}/")

    assert outcome.code == 0
    assert "sites.toml has this address already, as chaoyang; nothing is added" in outcome.err
    assert (tmp_path / "sites.toml").read_bytes() == before


def test_names_do_not_meet(discover: Gongkai, site: RunningSite, tmp_path: Path) -> None:
    """A name that is taken is refused before anything is asked; one that is made is made anew."""
    (tmp_path / "sites.toml").write_text('[[site]]\nname = "127-0-0-1"\nstart_urls = ["http://127.0.0.9/"]\n')

    refused = discover(site.url, "--name", "127-0-0-1")
    asked_before = list(site.asked)
    made = discover(site.url)

    assert (refused.code, asked_before) == (2, [])
    assert "another site named '127-0-0-1'; choose another name" in refused.err
    assert made.code == 0
    assert [entry["name"] for entry in read_entries(tmp_path)] == ["127-0-0-1", "127-0-0-1-2"]


def test_a_site_without_a_column_is_not_listed(discover: Gongkai, bare: RunningSite, tmp_path: Path) -> None:
    """Where nothing is found the exit code is 3, one line says what to do, and nothing is written or tabled."""
    outcome = discover(bare.url)

    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.splitlines()[-1].startswith("gongkai: nothing is added to sites.toml: no column of annual")
    assert outcome.err.count("column") == 1
    assert not (tmp_path / "sites.toml").exists()


def test_a_site_that_does_not_answer_is_not_listed(discover: Gongkai, tmp_path: Path) -> None:
    """A dead address is said with what to do about it, and is not told from its columns."""
    outcome = discover("http://127.0.0.1:9/")

    assert (outcome.code, outcome.out) == (3, "")
    assert "http://127.0.0.1:9/: refused (check the address" in outcome.err
    assert "no list of annual reports could be read" in outcome.err
    assert not (tmp_path / "sites.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["www.example.gov.cn"], "does not begin with http://"),
        (["ftp://www.example.gov.cn/"], "does not begin with http://"),
        (["http://127.0.0.1:9/", "--division", "2201"], "6 digits"),
        (["http://127.0.0.1:9/", "--name", " "], "short text"),
        (["http://127.0.0.1:9/", "--contact", "我"], "plain ASCII"),
        (["http://127.0.0.1:9/", "--max-requests", "0"], "--max-requests"),
        (["http://www.example.gov.cn/"], "or give --contact"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_asked(discover: Gongkai, arguments: list[str], said: str) -> None:
    """What cannot be right is exit code 2, and says what to write."""
    outcome = discover(*arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_a_broken_list_is_said_first(discover: Gongkai, site: RunningSite, tmp_path: Path) -> None:
    """A list of sites that cannot be read is said before the site is asked for anything."""
    (tmp_path / "sites.toml").write_text("[[")

    outcome = discover(site.url)

    assert (outcome.code, site.asked) == (2, [])
    assert "not valid TOML" in outcome.err


def test_a_contact_for_all_is_not_said_again(discover: Gongkai, site: RunningSite, tmp_path: Path) -> None:
    """A list with a contact and no site yet is added to; only a contact that it does not give goes into the entry."""
    (tmp_path / "sites.toml").write_text('contact = "a@example.org"\n')
    discover(site.url, "--name", "one")
    discover(f"{site.url}/zwgk/", "--name", "two", "--contact", "b@example.org")

    assert [entry.get("contact") for entry in read_entries(tmp_path)] == [None, "b@example.org"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("首页-青石区人民政府门户网站", "青石区人民政府"),
        ("政务公开_青石区人民政府", "青石区人民政府"),
        ("白杨镇 | 首页", "白杨镇"),
        ("首页", None),
    ],
)
def test_a_site_is_called_by_its_own_name(title: str, name: str | None) -> None:
    """Of a window's title the government's name is kept, without the words that every site adds."""
    assert find_title(Page("", title=title)) == name


def test_a_name_is_a_part_of_the_address() -> None:
    """Front names and suffixes are left out, and an address of numbers is one word."""
    addresses = ("http://www.qingshi.gov.cn/", "https://zwgk.qingshi.gov.cn/nb/", "http://127.0.0.1:80/")

    assert [name_site(url) for url in addresses] == ["qingshi", "qingshi", "127-0-0-1"]


@pytest.mark.parametrize("family", ["epoint", "gkmlpt", "lonsun", "truecms", "ucap"])
def test_a_column_that_a_script_fills_is_found(family: str) -> None:
    """Where a list is data behind its page, its first page is asked for, and no report is."""
    site = dict(find_builders())[family](make_world())
    with serve_site(site) as running:
        found = discover_site(Site("qingshi", (running.url + site.start,), delay=0.0))

        asked = {one.partition(" ")[2] for one in running.asked}

    assert any(column.entries and "年报" in column.title for column in found.columns)
    assert not asked & site.reports
    assert found.failed == ()
