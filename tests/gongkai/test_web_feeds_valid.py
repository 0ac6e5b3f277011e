"""All feeds are valid, whatever an archive holds: by feedparser, by RFC 4287 and by JSON Feed 1.1."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree

from archive import Archive
from gongkai.finding import Scope
from gongkai.findings import list_findings
from gongkai.web.entries import finding_to_entry
from tests.gongkai.made_histories import STREET, plant, save
from tests.gongkai.web_archives import VERSIONED, make_hostile, make_story
from tests.gongkai.web_visits import ORIGIN, Visitor, links, parse_page, visit

feedparser = pytest.importorskip("feedparser")
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESSES = ("/changes", "/findings", "/changes?kind=new&since=2026-01-01", "/findings?level=hard&year=2020")
ARCHIVES = ("story", "hostile", "planted")
ONCE = ("id", "title", "updated")
"""Elements of which RFC 4287 asks for exactly one in a feed and in an entry."""
AT_MOST_ONCE = ("author", "content", "generator", "summary", "rights", "published", "subtitle", "icon", "logo")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,/0-9:;=?@A-Z\[\]_a-z~.-]+")
PLANTED = STREET.format("九")
CELL = "requests.carried_over.business"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve the made story."""
    with visit(make_story(tmp_path_factory.getbasetemp() / "web-story.db")) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve the archive in which every text is hostile."""
    with visit(make_hostile(tmp_path_factory.getbasetemp() / "web-hostile.db")) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve three years of an agency, of which two do not fit together."""
    path = tmp_path_factory.mktemp("planted") / "a.db"
    with visit(save(path, {PLANTED: plant(2024, {CELL: 1})})) as visitor:
        yield visitor


def with_ending(address: str, ending: str) -> str:
    """Return the address of a page as that of its feed."""
    path, mark, query = address.partition("?")
    return f"{path}.{ending}{mark}{query}"


def load_json(visitor: Visitor, address: str) -> dict[str, Any]:
    """Return a JSON feed."""
    answer = visitor.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/feed+json; charset=utf-8")
    feed: dict[str, Any] = json.loads(answer.content)
    return feed


def check_element(element: etree._Element) -> None:
    """Assert what RFC 4287 asks of a feed and of an entry alike (4.1.1, 4.1.2, 3.1 to 3.3, 4.2)."""
    children = [str(one.tag).removeprefix(ATOM) for one in element]
    assert {name: children.count(name) for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert all(children.count(name) <= 1 for name in AT_MOST_ONCE)
    texts = {name: element.findtext(f"{ATOM}{name}") or "" for name in ONCE}
    assert URI.fullmatch(texts["id"])
    assert texts["title"].strip()
    assert MOMENT.fullmatch(texts["updated"])
    assert [one.get("type", "text") for one in element.findall(f"{ATOM}title")] == ["text"]
    for link in element.findall(f"{ATOM}link"):
        assert URI.fullmatch(link.get("href", ""))
        assert len(link) == 0
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in element.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    assert len(set(alternates)) == len(alternates)
    assert all(one.get("term") for one in element.findall(f"{ATOM}category"))


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_atom_feed_is_valid(request: pytest.FixtureRequest, address: str, name: str) -> None:
    """It is read without a complaint, and has what RFC 4287 asks for, no more than once what it allows once."""
    body = request.getfixturevalue(name).get(with_ending(address, "atom")).content

    read = feedparser.parse(body)
    feed = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert (read.bozo, read.version, len(read.entries)) == (0, "atom10", len(entries))
    for element in (feed, *entries):
        check_element(element)
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert len(set(ids)) == len(ids)
    # An entry without a link that is an alternate must have content, and ours have both.
    assert all(entry.find(f"{ATOM}content") is not None for entry in entries)


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_json_feed_is_valid(request: pytest.FixtureRequest, address: str, name: str) -> None:
    """It has every field that JSON Feed 1.1 asks for, each of its kind, and the ids of the Atom feed."""
    visitor = request.getfixturevalue(name)
    feed = load_json(visitor, with_ending(address, "json"))

    atom = etree.fromstring(visitor.get(with_ending(address, "atom")).content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"].strip()
    assert all(urlsplit(feed[key]).scheme == "http" for key in ("home_page_url", "feed_url"))
    assert all(isinstance(author, dict) and author["name"] for author in feed["authors"])
    assert re.fullmatch(r"[a-z]{2}(-[A-Za-z]+)?", feed["language"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert isinstance(item["content_text"], str)
        assert item["content_text"]
        assert urlsplit(item["url"]).netloc == urlsplit(ORIGIN).netloc
        assert MOMENT.fullmatch(item["date_published"])
        assert all(isinstance(tag, str) for tag in item["tags"])
    assert [item["id"] for item in feed["items"]] == [one.findtext(f"{ATOM}id") for one in atom.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("name", ARCHIVES)
def test_entries_of_findings_lead_to_the_report(request: pytest.FixtureRequest, name: str) -> None:
    """There are some, the newest first, and every link of theirs is answered."""
    visitor = request.getfixturevalue(name)
    body = visitor.get("/findings.atom").content

    entries = etree.fromstring(body).findall(f"{ATOM}entry")
    moments = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "") for entry in entries]
    addresses = {link.get("href", "") for entry in entries for link in entry.findall(f"{ATOM}link")}
    assert moments
    assert moments == sorted(moments, reverse=True)
    assert {visitor.get(address).status_code for address in sorted(addresses)[:20]} == {200}


def test_a_finding_leads_to_the_figure_in_its_place(planted: Visitor) -> None:
    """Its entry names rule, cell and both figures, and leads to the archived page with the figure lit."""
    feed = load_json(planted, "/findings.json?rule=requests.carried_over&level=hard&lang=zh")

    (item,) = feed["items"]
    place = f"/source?version=1&cell={CELL}"
    assert item["url"].startswith(f"{ORIGIN}/report/")
    assert item["tags"] == ["requests.carried_over", "hard"]
    assert item["title"].startswith("上年结转数与上年报告的结转下年度数不一致: ")
    assert item["url"].replace("?version=1", place) in item["content_text"].splitlines()
    assert "商业企业: 1 → 0" in item["content_text"]
    assert planted.get(item["url"].replace("?version=1", place)).status_code == 200


@pytest.mark.parametrize("page", ["/changes", "/findings"])
@pytest.mark.parametrize("query", ["", "?site=yunting"])
def test_pages_lead_to_their_feeds(story: Visitor, page: str, query: str) -> None:
    """Both feeds are in the page's head for readers and in its text for people, with the page's filter."""
    document = parse_page(story.get(f"{page}{query}"))

    wanted = {f"{page}.atom{query}", f"{page}.json{query}"}
    assert set(links(document, "href", 'link[rel="alternate"]')) == wanted
    assert wanted <= set(links(document))
    assert {story.get(address).status_code for address in wanted} == {200}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("district=云汀区", "some"),
        ("district=990101", "all"),
        ("district=nowhere", 0),
        (f"agency={quote(VERSIONED.rpartition('-')[0])}", "some"),
        ("agency=nowhere", 0),
        ("agency=%25", 0),
        ("since=2026-03-01", "some"),
        ("since=2126-03-01", 0),
        ("since=2026-01-01T08:00:00Z", "all"),
    ],
)
def test_changes_of_a_place_and_since_a_day(story: Visitor, query: str, count: int | str) -> None:
    """District, agency and day filter both feeds; nothing that does not fit is in them."""
    every = load_json(story, "/changes.json")["items"]
    if "district" in query:
        every = load_json(story, "/changes.json?site=yunting")["items"]

    feed = load_json(story, f"/changes.json?{query}")

    got = [item["id"] for item in feed["items"]]
    wanted = {"all": len(every), "some": range(1, len(every))}.get(str(count), 0)
    assert len(got) in wanted if isinstance(wanted, range) else len(got) == wanted
    assert set(got) <= {item["id"] for item in every}
    if query.startswith("agency=990101"):
        assert all(f":{quote(VERSIONED)}:" in name for name in got)
    if query.startswith("since=2026-03"):
        assert all(item["date_published"] >= "2026-03-01" for item in feed["items"])


@pytest.mark.parametrize("address", ["/changes.atom", "/changes.json", "/findings.atom", "/findings.json"])
def test_a_reader_that_has_a_feed_is_not_sent_it_again(story: Visitor, address: str) -> None:
    """The same feed has the same tag; who names it gets 304 and nothing more, another language is another feed."""
    first, second = story.get(address, accept_language="zh"), story.get(address, accept_language="zh")
    tag = first.headers["etag"]

    known = story.get(address, accept_language="zh", if_none_match=f'"x", W/{tag}')
    other = story.get(address, accept_language="en", if_none_match=tag)

    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    assert second.headers["etag"] == tag
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert (other.status_code, other.headers["vary"]) == (200, "Accept-Language, Cookie, Authorization")


def test_a_finding_keeps_its_id_until_it_is_another(planted: Visitor) -> None:
    """Another place, side or report is another entry; another version or moment of the same is not."""
    with Archive.open(planted.path) as archive:
        finding = list_findings(archive, Scope(rule="requests.carried_over"))[0]
    same = replace(finding, version=2, noticed_at="2026-05-01T00:00:00Z", text="other words")
    others = [
        replace(finding, where="elsewhere"),
        replace(finding, left=77),
        replace(finding, right=None),
        replace(finding, other=None),
        replace(finding, id="990101-x-2020"),
    ]

    names = {finding_to_entry(one, "zh").name for one in (finding, *others)}

    assert finding_to_entry(same, "en").name == finding_to_entry(finding, "zh").name
    assert len(names) == 1 + len(others)
