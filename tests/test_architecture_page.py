"""The page on architecture shows the house as it is."""

from docs.picture import NAMES, count_imports, draw, list_modules
from tests.parsers.made import ROOT


def test_the_picture_is_drawn_from_this_code() -> None:
    """docs/architecture.svg is what `python docs/picture.py` draws now."""
    picture = (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")

    assert picture == draw(), "stale: run python docs/picture.py > docs/architecture.svg"


def test_every_folder_has_a_name_in_both_languages() -> None:
    """No folder stands in the picture without its words, and no words are left of one that is gone."""
    sizes, _ = count_imports(list_modules())

    assert set(sizes) == set(NAMES)


def test_lines_between_rooms_run_down_only() -> None:
    """No import of the picture leads from a room to one above it."""
    order = ["gongkai", "crawler", "archive", "parsers"]
    _, edges = count_imports(list_modules())

    rooms = {tuple(name.removesuffix(" +").partition(".")[0] for name in edge) for edge in edges}

    assert all(order.index(source) <= order.index(target) for source, target in rooms)


def test_the_page_shows_the_picture() -> None:
    """The page has the picture, with words for those who cannot see it."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert "![The four rooms, their folders, and who imports whom](architecture.svg)" in page
