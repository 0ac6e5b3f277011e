from dataclasses import fields
from pathlib import Path

import pytest

from crawler.contact import make_user_agent
from crawler.errors import MissingContactError, SitesFileError
from crawler.sites import Site, load_sites, select_sites, shard_sites

GOOD = '[[site]]\nname = "qingshi"\nstart_urls = ["https://www.example.gov.cn/"]\n'


def write(folder: Path, text: str) -> Path:
    """Write a sites file."""
    path = folder / "sites.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_site_needs_a_name_and_a_start(tmp_path: Path) -> None:
    """Two keys make a site; all else has a default."""
    read = load_sites(write(tmp_path, GOOD))

    assert read.sites == (Site("qingshi", ("https://www.example.gov.cn/",)),)
    assert read.warnings == ()
    assert (read.sites[0].delay, read.sites[0].max_requests, read.sites[0].verify_tls) == (2.0, 2000, True)


def test_every_key_is_read(tmp_path: Path) -> None:
    """What the file says about a site is what the site holds; its own contact goes before the file's."""
    keys = 'title = "青石区"\ndivision = "220199"\ndelay = 0\nmax_requests = 9\nmin_reports = 3\n'
    first = f'contact = "a@example.org"\n{GOOD}{keys}verify_tls = false\n'
    second = f'{GOOD.replace("qingshi", "two")}contact = "b@example.org"\n'

    read = load_sites(write(tmp_path, first + second))

    start = ("https://www.example.gov.cn/",)
    assert read.sites == (
        Site("qingshi", start, "青石区", "220199", 0.0, 9, 3, verify_tls=False, contact="a@example.org"),
        Site("two", start, contact="b@example.org"),
    )


def test_the_rarer_keys_are_read(tmp_path: Path) -> None:
    """What a site may be asked to keep, expect and allow is read as it is written."""
    keys = (
        'must_have_results = false\nmax_days_without = 400\nconcurrency = 2\nhours = "22:00 - 06:30"\n'
        "max_bytes = 1000\nlegacy_tls = true\nrender = true\n"
    )

    (site,) = load_sites(write(tmp_path, GOOD + keys)).sites

    assert site == Site(
        "qingshi",
        ("https://www.example.gov.cn/",),
        must_have_results=False,
        max_days_without=400,
        concurrency=2,
        hours=("22:00", "06:30"),
        max_bytes=1000,
        legacy_tls=True,
        render=True,
    )


def test_what_is_not_said_is_careful(tmp_path: Path) -> None:
    """By default one request is under way, at any hour, with strict TLS, no browser, and reports must come."""
    (site,) = load_sites(write(tmp_path, GOOD)).sites

    assert (site.concurrency, site.hours, site.max_bytes, site.max_days_without) == (1, None, None, None)
    assert (site.must_have_results, site.legacy_tls, site.render) == (True, False, False)


def test_an_unknown_key_is_a_warning(tmp_path: Path) -> None:
    """A key that nothing understands is named and left aside, so that newer files still work."""
    read = load_sites(write(tmp_path, f"colour = 1\n{GOOD}dely = 3\n"))

    assert len(read.sites) == 1
    assert [warning.split(": ", 1)[1] for warning in read.warnings] == [
        "unknown key 'colour' left aside",
        "site 'qingshi': unknown key 'dely' left aside",
    ]


def test_sites_with_one_beginning_are_a_warning(tmp_path: Path) -> None:
    """The same address under two names is named, however it is written; another path of the host is another site."""
    entries = {
        "one": "http://www.qingshi.example/xxgk/",
        "two": "https://WWW.qingshi.example/xxgk",
        "three": "http://www.qingshi.example/",
    }
    text = "".join(f'[[site]]\nname = "{name}"\nstart_urls = ["{url}"]\n' for name, url in entries.items())
    read = load_sites(write(tmp_path, f'contact = "a@b.example"\n{text}'))

    assert [site.name for site in read.sites] == list(entries)
    assert [warning.split(": ", 1)[1] for warning in read.warnings] == [
        "sites 'one' and 'two' both begin at https://WWW.qingshi.example/xxgk: all would be kept twice; take one out"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no sites"),
        ("site = 3", "no sites"),
        ("site = [3]", "site 1 is not a table"),
        ("[[site]]\nname = ", "line 2"),
        ('[[site]]\nname = "a"', "site 'a': start_urls is missing"),
        (GOOD.replace('name = "qingshi"\n', ""), "site number 1: name is missing"),
        (GOOD + GOOD, "two sites are named 'qingshi'"),
        (GOOD.replace("https", "ftp"), "start_urls is ['ftp://www.example.gov.cn/']"),
        (GOOD.replace("https://www.example.gov.cn/", "https://"), "start_urls"),
        (GOOD.replace("www.example.gov.cn", "[::1"), "start_urls"),
        (GOOD.replace('["https://www.example.gov.cn/"]', "[]"), "start_urls is []"),
        (GOOD + "division = 220103", "division is 220103"),
        (GOOD + 'division = "22010"', "code of 6 digits"),
        (GOOD + "delay = -1", "delay is -1"),
        (GOOD + 'delay = "2"', "number of seconds"),
        (GOOD + "delay = nan", "delay is nan"),
        (GOOD + "max_requests = 0", "max_requests is 0"),
        (GOOD + "max_requests = true", "max_requests is True"),
        (GOOD + "min_reports = 1.5", "min_reports is 1.5"),
        (GOOD + 'verify_tls = "no"', "true or false"),
        (GOOD + "must_have_results = 1", "true or false"),
        (GOOD + "max_days_without = 0", "whole number of days"),
        (GOOD + "concurrency = 0", "concurrency is 0"),
        (GOOD + 'hours = "22-6"', "time of day in China"),
        (GOOD + 'hours = "24:00-06:00"', "time of day in China"),
        (GOOD + 'hours = "06:00-06:00"', "time of day in China"),
        (GOOD + "hours = 22", "hours is 22"),
        (GOOD + "max_bytes = -1", "max_bytes is -1"),
        (GOOD + 'legacy_tls = "yes"', "true or false"),
        (GOOD + "render = 1", "render is 1"),
        (GOOD + "title = 3", "title is 3"),
        (GOOD + r'contact = "a@example.org\r\nX: y"', "contact is"),
        ('contact = "我"\n' + GOOD, "plain ASCII"),
    ],
)
def test_a_mistake_is_named_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    """What is wrong in a sites file is said in one line: the file, the site, the fault, and what to write."""
    path = write(tmp_path, text)

    with pytest.raises(SitesFileError) as caught:
        load_sites(path)

    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file is said as such."""
    with pytest.raises(SitesFileError, match="cannot be read"):
        load_sites(tmp_path / "nowhere.toml")


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A file in another encoding is said as such; a byte order mark is no harm."""
    path = tmp_path / "sites.toml"
    path.write_bytes('title = "青石"'.encode("gb18030"))
    with pytest.raises(SitesFileError, match="UTF-8"):
        load_sites(path)

    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert len(load_sites(path).sites) == 1


def test_sites_are_chosen_by_name() -> None:
    """Names choose sites in file order; an unknown name is an error that lists the known ones."""
    sites = tuple(Site(name, ("http://127.0.0.1/",)) for name in ("one", "two", "three"))

    assert [site.name for site in select_sites(sites, ("three", "one"))] == ["one", "three"]
    assert select_sites(sites, ()) == sites
    with pytest.raises(SitesFileError, match="'four': the sites file has one, two, three"):
        select_sites(sites, ("four",))


def test_parts_hold_every_site_once() -> None:
    """A site falls into one of N parts by its name alone, whatever else the list holds."""
    sites = tuple(Site(f"site{number}", ("http://127.0.0.1/",)) for number in range(40))

    parts = [shard_sites(sites, number, 3) for number in (1, 2, 3)]

    assert sorted(site.name for part in parts for site in part) == sorted(site.name for site in sites)
    assert all(len(part) > 5 for part in parts)
    assert shard_sites(sites[::-1][:7], 1, 3) == tuple(site for site in sites[::-1][:7] if site in parts[0])


def test_a_public_site_needs_a_contact() -> None:
    """A site that is not local is not visited by a crawler that cannot be reached."""
    public, local = Site("public", ("https://www.example.gov.cn/",)), Site("local", ("http://127.0.0.1:8/",))

    assert make_user_agent([local], {}).endswith("(+local)")
    assert make_user_agent([public, local], {"GONGKAI_CONTACT": "me@example.org"}).endswith("(+me@example.org)")
    with pytest.raises(MissingContactError, match="GONGKAI_CONTACT"):
        make_user_agent([local, public], {})
    with pytest.raises(MissingContactError, match="plain ASCII"):
        make_user_agent([public], {"GONGKAI_CONTACT": "a\r\nb"})


def test_every_key_is_told() -> None:
    """docs/sites.md has a row for each key of a site."""
    text = (Path(__file__).parents[2] / "docs" / "sites.md").read_text(encoding="utf-8")

    assert [field.name for field in fields(Site) if f"| `{field.name}` |" not in text] == []
