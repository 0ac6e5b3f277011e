from pathlib import Path

import pytest

from archive import Archive
from tests.archive.made_reports import HOST, SITE, find_broken_links, make_capture

EDITS = {
    "UPDATE captures SET status = 404 WHERE id = 2": [2],
    "UPDATE captures SET facts_id = 3 WHERE id = 2": [2],
    "UPDATE captures SET facts_id = NULL WHERE id = 2": [2],
    "UPDATE captures SET fetched_at = '2025-01-01T00:00:00Z' WHERE id = 2": [2],
    "UPDATE captures SET header_values = '[\"2025\"]' WHERE id = 2": [2],
    "UPDATE captures SET body_id = 1 WHERE id = 2": [2],
    "UPDATE captures SET final_url = 'http://127.0.0.1:9/z' WHERE id = 2": [2],
    "UPDATE pages SET url = 'http://127.0.0.1:9/z'": [1, 2, 3],
    "UPDATE sites SET name = 'z'": [1, 2, 3],
    "UPDATE facts SET facts = '{\"tries\": 9}' WHERE id = 2": [2],
    "UPDATE header_shapes SET shape = '[[\"Age\", 0]]'": [1, 2, 3],
    "UPDATE bodies SET sha256 = 'x' WHERE id = 2": [2],
    "UPDATE ledger SET previous_id = 1 WHERE id = 3": [3],
    "UPDATE ledger SET link = 'x' WHERE id = 2": [2, 3],
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_ledger_that_was_edited_is_found_by_the_same_means(tmp_path: Path, edit: str) -> None:
    """An edit past the triggers, of a capture or of what it refers to, breaks the ledger at each capture it changes."""
    path = tmp_path / "edited.db"
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        for day in (1, 2, 3):
            headers = (("Date", f"202{day}"),)
            archive.save_capture(make_capture(f"{HOST}/a", b"%d" % day, day=day, facts={"tries": day}, headers=headers))
        assert find_broken_links(path) == []
        for guard in ("captures_are_not_edited", "ledger_is_not_edited"):
            archive._connection.execute(f"DROP TRIGGER {guard}")  # noqa: SLF001,RUF100
        archive._connection.execute(edit)  # noqa: SLF001,RUF100

    assert find_broken_links(path) == EDITS[edit]
