"""How an archive that the demo filled is told from one that holds evidence."""

from archive import Archive

DEMO_COMMAND = "gongkai demo"
"""The command that every crawl of the demo is recorded under."""


def holds_demo(archive: Archive) -> bool:
    """Whether nothing but the demo ever crawled into an archive."""
    return archive.list_commands() == [DEMO_COMMAND]
