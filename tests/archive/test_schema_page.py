from contextlib import closing
from pathlib import Path

from archive import Archive
from archive.file.connection import open_for_reading
from archive.schema.describe import describe_schema

PAGE = Path(__file__).resolve().parents[2] / "docs" / "schema.md"


def test_the_page_is_made_from_the_migrations() -> None:
    """What docs/schema.md says is what the migrations make; `make schema` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == describe_schema()


def test_the_page_names_every_table_view_and_column(archive: Archive, path: Path) -> None:
    """Nothing that stands in a new archive is missing on the page."""
    archive.close()
    page = describe_schema()

    with closing(open_for_reading(path)) as connection:
        listed = connection.execute(
            """
            SELECT tables.name, columns.name
            FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns
            WHERE tables.schema = 'main' AND tables.type IN ('table', 'view') AND NOT tables.name GLOB '*sqlite_*'
            """
        ).fetchall()

    sections = dict(part.split("\n", 1) for part in page.split("\n### ")[1:])
    assert {table for table, _ in listed} <= sections.keys()
    assert [(table, column) for table, column in listed if f"| `{column}` |" not in sections[table]] == []
