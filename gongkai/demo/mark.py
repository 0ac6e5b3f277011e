"""How an archive that the demo filled is told from one that holds evidence."""

from archive import Archive

DIVISION_PREFIX = "99"
"""Codes of divisions in the demo begin so, as those of no province do."""


def holds_demo(archive: Archive) -> bool:
    """Whether an archive holds sites, and all of them are made up."""
    divisions = [site["division"] or "" for site in archive.list_sites()]
    return bool(divisions) and all(division.startswith(DIVISION_PREFIX) for division in divisions)
