"""The feed of changes: what RFC 4287 asks for, whatever an archive holds."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree

from archive import Archive
from tests.gongkai.web_archives import VERSIONED, make_hostile, make_story
from tests.gongkai.web_visits import ORIGIN, Visitor, visit

ATOM = "{http://www.w3.org/2005/Atom}"
REPORT = f"{ORIGIN}/report/{quote(VERSIONED)}"


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


def load_feed(visitor: Visitor, address: str = "/changes.atom", **headers: str) -> etree._Element:
    """Return the feed at an address, parsed as strictly as XML is."""
    answer = visitor.get(address, **headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    return etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False, no_network=True))


def read(element: etree._Element, *names: str) -> list[str]:
    """Return the texts of the direct children of these names."""
    return [one.text or "" for name in names for one in element.findall(f"{ATOM}{name}")]


def read_links(element: etree._Element) -> dict[str, str]:
    """Return the links of a feed or an entry by their relation."""
    return {one.get("rel", "alternate"): one.get("href", "") for one in element.findall(f"{ATOM}link")}


@pytest.mark.parametrize("name", ["story", "hostile"])
def test_the_feed_has_what_a_reader_needs(request: pytest.FixtureRequest, name: str) -> None:
    """Feed and entries have one id, title and moment each, the feed an author and a self link; no id comes twice."""
    feed = load_feed(request.getfixturevalue(name))
    entries = feed.findall(f"{ATOM}entry")

    assert feed.tag == f"{ATOM}feed"
    assert [len(read(one, "id")) for one in (feed, *entries)] == [1] * (len(entries) + 1)
    assert [len(read(one, "title")) for one in (feed, *entries)] == [1] * (len(entries) + 1)
    assert all(text.strip() for one in (feed, *entries) for text in read(one, "id", "title", "updated"))
    assert read(feed.find(f"{ATOM}author"), "name") == ["gongkai"]
    assert read_links(feed)["self"] == f"{ORIGIN}/changes.atom"
    ids = [read(entry, "id")[0] for entry in entries]
    assert len(set(ids)) == len(ids) > 5
    assert all(re.fullmatch(r"tag:[\w.-]+,\d{4}:[\x21-\x7e]+", one) for one in (*ids, read(feed, "id")[0]))


def test_moments_say_their_zone_and_fall(story: Visitor) -> None:
    """Every moment is a date and time with its zone; the newest entry comes first, and is the feed's own moment."""
    feed = load_feed(story)
    moments = [
        datetime.fromisoformat(text) for entry in feed.findall(f"{ATOM}entry") for text in read(entry, "updated")
    ]

    assert all(moment.tzinfo for moment in moments)
    assert moments == sorted(moments, reverse=True)
    assert [datetime.fromisoformat(text) for text in read(feed, "updated")] == moments[:1]


@pytest.mark.parametrize("name", ["story", "hostile"])
def test_links_are_whole_and_ours_and_lead_somewhere(request: pytest.FixtureRequest, name: str) -> None:
    """Each entry leads to a page of this archive: to the two versions where figures or words changed."""
    visitor = request.getfixturevalue(name)
    feed = load_feed(visitor)
    entries = feed.findall(f"{ATOM}entry")
    addresses = [read_links(entry)["alternate"] for entry in entries]

    assert all(address.startswith(f"{ORIGIN}/report/") for address in (*addresses,))
    assert all(not urlsplit(address).fragment for address in addresses)
    assert {visitor.get(address).status_code for address in addresses} == {200}
    if name == "story":
        assert {f"{REPORT}/compare?a=1&b=2", f"{REPORT}/compare?a=2&b=3", f"{REPORT}?version=1"} <= set(addresses)


def test_the_feed_says_what_changed(story: Visitor) -> None:
    """An entry holds each figure before and after, as text, and its kind as a category."""
    feed = load_feed(story, "/changes.atom?kind=figures")
    entry = feed.findall(f"{ATOM}entry")[-1]
    (content,) = entry.findall(f"{ATOM}content")

    assert content.get("type", "text") == "text"
    assert "5 → 6" in (content.text or "")
    assert {one.find(f"{ATOM}category").get("term") for one in feed.findall(f"{ATOM}entry")} == {"figures"}


def test_the_feed_is_filtered_as_the_page_is(story: Visitor) -> None:
    """One kind or one site alone; the link to itself keeps the filter."""
    feed = load_feed(story, "/changes.atom?kind=withdrawn&site=yunting")

    assert len(feed.findall(f"{ATOM}entry")) == 3
    assert set(urlsplit(read_links(feed)["self"]).query.split("&")) == {"kind=withdrawn", "site=yunting"}
    assert len(load_feed(story, "/changes.atom?site=hetao").findall(f"{ATOM}entry")) == 1
    assert story.get("/changes.atom?kind=nothing").status_code == 400


def test_the_feed_speaks_the_readers_language(story: Visitor) -> None:
    """Titles are in the language asked for, which the feed says; ids are the same in both."""
    chinese, english = load_feed(story, "/changes.atom?lang=zh"), load_feed(story, accept_language="en")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"

    assert (chinese.get(lang), english.get(lang)) == ("zh-Hans", "en")
    assert read(chinese, "title") != read(english, "title")
    ids = [[read(entry, "id") for entry in feed.findall(f"{ATOM}entry")] for feed in (chinese, english)]
    assert ids[0] == ids[1]


def test_signs_that_nobody_sees_are_left_off(hostile: Visitor) -> None:
    """No control sign, and none that turns the text around it, is in the feed; markup stands in it as text."""
    feed = load_feed(hostile)
    whole = "".join(feed.itertext())

    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", whole)
    assert "<script>" in whole
    assert {one.tag for one in feed.iter()} <= {
        f"{ATOM}{name}"
        for name in (
            "feed",
            "id",
            "title",
            "updated",
            "author",
            "name",
            "link",
            "generator",
            "entry",
            "content",
            "category",
        )
    }


def test_an_empty_feed_is_a_feed(tmp_path: Path) -> None:
    """An archive in which nothing changed yet has a feed without entries, whole all the same."""
    path = tmp_path / "empty.db"
    Archive.create(path).close()

    with visit(path) as visitor:
        feed = load_feed(visitor)

    assert feed.findall(f"{ATOM}entry") == []
    assert len(read(feed, "id", "title", "updated")) == 3


@pytest.mark.parametrize("name", ["story", "hostile"])
def test_the_json_feed_says_what_the_atom_feed_says(request: pytest.FixtureRequest, name: str) -> None:
    """It has what JSON Feed 1.1 asks for, and the ids, titles and links of the other feed."""
    visitor = request.getfixturevalue(name)
    answer = visitor.get("/changes.json")
    feed, entries = answer.json(), load_feed(visitor).findall(f"{ATOM}entry")

    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"].strip()
    assert feed["feed_url"] == f"{ORIGIN}/changes.json"
    assert [item["id"] for item in feed["items"]] == [read(entry, "id")[0] for entry in entries]
    assert [item["title"] for item in feed["items"]] == [read(entry, "title")[0] for entry in entries]
    assert [item["url"] for item in feed["items"]] == [read_links(entry)["alternate"] for entry in entries]
    assert all(item["content_text"] and datetime.fromisoformat(item["date_published"]).tzinfo for item in feed["items"])
