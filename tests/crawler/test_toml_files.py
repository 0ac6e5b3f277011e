"""What a person wrote wrongly in a TOML file is told in one line that says what to correct."""

from pathlib import Path

import pytest

from crawler import SitesFileError, load_sites
from crawler.toml_files import load_toml, parse_toml
from gongkai.alerts.errors import AlertsError
from gongkai.alerts.rules import load_alerts

DEEP = b"a = " + b"[" * 100_000
"""Nested deeper than a recursive reader can follow."""


def test_a_byte_order_mark_is_no_content() -> None:
    """An editor on Windows puts a mark before the text; it is left aside."""
    table = parse_toml('\ufeffname = "听松"'.encode())

    assert table == {"name": "听松"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"# \xff", "not UTF-8 at byte 2: save the file as UTF-8"),
        (b"a = 1\nb =", "not valid TOML: Invalid value (at line 2, the last): correct that line"),
        (DEEP, "not valid TOML: "),
    ],
    ids=["bytes", "syntax", "depth"],
)
def test_what_is_wrong_is_told_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    """The line begins with the file and names the place, however deep the file is nested."""
    path = tmp_path / "a.toml"
    path.write_bytes(content)

    with pytest.raises(ValueError) as told:  # noqa: PT011 - its text is asked below
        load_toml(path)

    assert str(told.value).startswith(f"{path}: {said}")
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_is_said_with_how_to_begin_one(tmp_path: Path) -> None:
    """Whoever has no list of sites or alerts yet is told where one comes from."""
    with pytest.raises(SitesFileError, match="`gongkai sites add NAME URL` writes one"):
        load_sites(tmp_path / "sites.toml")
    with pytest.raises(AlertsError, match=r"docs/alerts\.md has one to begin with"):
        load_alerts(tmp_path / "alerts.toml")
    with pytest.raises(ValueError, match="name a file that can be read"):
        load_toml(tmp_path)


def test_a_list_of_sites_nested_too_deep_is_refused(tmp_path: Path) -> None:
    """A list of sites is read as every other file that a person writes."""
    path = tmp_path / "sites.toml"
    path.write_bytes(DEEP)

    with pytest.raises(SitesFileError, match="not valid TOML"):
        load_sites(path)
