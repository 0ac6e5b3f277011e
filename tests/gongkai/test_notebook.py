"""What a notebook asks for: days mean their end, and what cannot be meant is said and never an empty table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, ArchiveError
from gongkai.notebook import draw_agency, load_table
from tests.gongkai.made_versions import FIRST, NAME, SECOND, save_versions


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Open an archive of one report in two versions, of the first day and the second."""
    path = tmp_path / "gongkai.db"
    save_versions(path, FIRST, SECOND)
    with Archive.open(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("as_of", "numbers"),
    [
        ("2025-12-31", []),
        ("2026-01-01T00:00:00Z", []),
        ("2026-01-01", [1]),
        ("2026-01-01T23:59:59Z", [1]),
        ("2026-01-02", [2]),
        (None, [2]),
    ],
)
def test_a_day_means_its_end(archive: Archive, as_of: str | None, numbers: list[int]) -> None:
    """As of a day a table holds what came in on that day."""
    rows = load_table(archive, "reports", as_of=as_of)

    assert [row["version"] for row in rows] == numbers


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("reports", {"as_of": "nonsense"}, "no day like 2026-03-01"),
        ("reports", {"as_of": "2026-01-01T23:59:59"}, "no day like 2026-03-01"),
        ("reports", {"year": "2020"}, "a year is a number"),
        ("nonsense", {}, "no table is named 'nonsense'; there are reports"),
    ],
)
def test_what_cannot_be_meant_is_a_value_error(archive: Archive, name: str, asked: dict[str, Any], said: str) -> None:
    """Neither a day that is none nor a table that is none gives an empty table."""
    with pytest.raises(ValueError, match=said):
        load_table(archive, name, **asked)


def test_an_unknown_district_is_said(archive: Archive) -> None:
    """A district that the archive does not have gives no empty table."""
    with pytest.raises(ArchiveError, match="青石曲"):
        load_table(archive, "reports", district="青石曲")


def test_an_unknown_chart_is_said(archive: Archive) -> None:
    """A chart that there is not is a `ValueError` that lists those there are."""
    pytest.importorskip("pygal")

    with pytest.raises(ValueError, match="no chart is named 'nonsense'; there are requests"):
        draw_agency(archive, NAME, "nonsense")
