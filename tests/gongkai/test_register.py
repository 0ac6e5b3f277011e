from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import ExpectedAgency, SitesFileError, load_sites
from gongkai.register import Register, load_register

SITE = '[[site]]\nname = "qingshi"\ntitle = "青石区人民政府"\nstart_urls = ["http://127.0.0.1:9/"]\n'

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of one site with some more lines."""

    def write_file(lines: str) -> Path:
        path = tmp_path / "sites.toml"
        path.write_text(SITE + lines)
        return path

    return write_file


def test_agencies_are_names_or_tables(write: Write) -> None:
    """A name alone is expected without end; a table says since and until when, and by which day."""
    path = write(
        'agencies = ["青石区教育局"]\nstreets_due = "02-15"\n'
        '[[site.agency]]\nname = "青石区统计局"\nsince = 2019\nuntil = 2023\ndue = "03-10"\n'
    )

    (site,) = load_register(path).sites

    assert site.agencies == (ExpectedAgency("青石区教育局"), ExpectedAgency("青石区统计局", 2019, 2023, (3, 10)))
    assert (site.division, site.district, site.streets_due) == ("qingshi", "青石区", (2, 15))


def test_without_a_file_nothing_is_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    """Where nobody names a file that of the directory is taken, and none is no error."""
    monkeypatch.chdir(tmp_path)
    before = load_register()
    write('agencies = ["青石区教育局"]\n')

    assert before == Register()
    assert [len(site.agencies) for site in load_register().sites] == [1]


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    """A register that cannot be read is an error, not an empty one."""
    with pytest.raises(SitesFileError, match="cannot be read"):
        load_register(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('agencies = "青石区教育局"\n', "a list of names"),
        ("agencies = [1]\n", "a list of names"),
        ('streets_due = "02-30"\n', "a month and a day"),
        ('streets_due = "02-29"\n', "a month and a day"),
        ("streets_due = 215\n", "a month and a day"),
        ("agency = 1\n", r"\[\[site.agency\]\]"),
        ("[[site.agency]]\nsince = 2019\n", "name is missing"),
        ('[[site.agency]]\nname = " "\n', "the agency's name"),
        ('[[site.agency]]\nname = "局"\nsince = "2019"\n', "a year"),
        ('[[site.agency]]\nname = "局"\nuntil = true\n', "a year"),
        ('[[site.agency]]\nname = "局"\nuntil = 9999\n', "a year"),
        ('[[site.agency]]\nname = "局"\ndue = "13-01"\n', "a month and a day"),
        ('[[site.agency]]\nname = "局"\nsince = 2020\nuntil = 2019\n', "since is after until"),
        ('agencies = ["局"]\n[[site.agency]]\nname = "局"\n', "two agencies are named '局'"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(write: Write, lines: str, said: str) -> None:
    """The message names the file and the site, and says what to write."""
    path = write(lines)

    with pytest.raises(SitesFileError, match=f"{path.name}.*qingshi.*{said}") as told:
        load_sites(path)

    assert "\n" not in str(told.value)


def test_a_key_of_an_agency_that_nothing_understands_is_told(write: Write) -> None:
    """A slip of the pen is no silence."""
    path = write('[[site.agency]]\nname = "局"\nfrom = 2019\n')

    assert "agency '局': unknown key 'from' left aside" in load_sites(path).warnings[0]
