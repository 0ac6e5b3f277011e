"""Bodies and captures of one archive into another, with what binds them."""

import hashlib
import sqlite3

from archive.captures.bodies import SavedBody, load_body, save_body
from archive.captures.headers import keep_text
from archive.errors import DamagedError
from archive.joining.imports import insert_capture, read_digest
from archive.joining.union import LEDGER, Union

_BODY = "SELECT id, sha256, size, codec, data, base_id, dictionary_id FROM bodies WHERE id = ?"
_CAPTURES = """
SELECT captures.id, page_id, run_id, fetched_at, status, failure, shape, header_values, body_id, final_url, facts
FROM captures JOIN header_shapes ON header_shapes.id = shape_id LEFT JOIN facts ON facts.id = facts_id
ORDER BY captures.id
"""


def unite_captures(union: Union) -> None:
    """Join dictionaries, bodies, captures and ledgers."""
    _unite_dictionaries(union)
    _unite_bodies(union)
    for row in union.iter_rows(LEDGER):
        if known := union.links.find(row["link"], union.runs[row["run_id"]]):
            union.captures[row["capture_id"]] = known[1]
    for row in union.iter_rows(_CAPTURES):
        if row["id"] not in union.captures:
            _unite_capture(union, row)
    _unite_ledger(union)


def _unite_dictionaries(union: Union) -> None:
    for row in union.iter_rows("SELECT id, sha256, trained_at, data FROM dictionaries ORDER BY id"):
        mine = union.find("SELECT id, trained_at FROM dictionaries WHERE sha256 = ?", (row["sha256"],))
        if mine is None:
            if hashlib.sha256(row["data"]).hexdigest() != row["sha256"]:
                raise DamagedError(f"dictionary {row['id']} is not what was stored")
            union.dictionaries[row["id"]] = union.insert("dictionaries", ("sha256", "trained_at", "data"), row[1:])
            continue
        union.dictionaries[row["id"]] = mine["id"]
        if row["trained_at"] < mine["trained_at"]:
            union.update("dictionaries", mine["id"], ("trained_at",), (row["trained_at"],))


def _unite_bodies(union: Union) -> None:
    """Take the bodies that are new, bases before those that are packed against them."""
    for row in union.iter_rows("SELECT id, sha256 FROM bodies ORDER BY base_id IS NOT NULL, id"):
        mine = union.find("SELECT id FROM bodies WHERE sha256 = ?", (row["sha256"],))
        union.bodies[row["id"]] = int(mine["id"]) if mine is not None else _take_body(union, row["id"])


def _take_body(union: Union, number: int) -> int:
    """Take a body as it is packed, once it was seen to be whole; packed anew where its base is not whole here."""
    content = load_body(union.source.connection, number)
    row = union.source.connection.execute(_BODY, (number,)).fetchone()
    if len(content) != row["size"]:
        raise DamagedError(f"body {number} is not as large as it is said to be")
    base_id = union.bodies.find(row["base_id"])
    base = None if base_id is None else union.find("SELECT id, sha256, base_id FROM bodies WHERE id = ?", (base_id,))
    if base is not None and base["base_id"] is not None:
        union.added["bodies"] += 1
        return save_body(union.target, content, SavedBody(base["id"], base["sha256"])).id
    columns = ("sha256", "size", "codec", "data", "base_id", "dictionary_id")
    packed = (row["sha256"], row["size"], row["codec"], row["data"])
    return union.insert("bodies", columns, (*packed, base_id, union.dictionaries.find(row["dictionary_id"])))


def _unite_capture(union: Union, row: sqlite3.Row) -> None:
    """Take a capture whose link is new, unless another ledger holds it: it was imported here and there."""
    place = (union.pages[row["page_id"]], union.runs[row["run_id"]])
    known = _find_capture(union, row, place)
    if known is None:
        columns = (
            *place,
            row["fetched_at"],
            row["status"],
            row["failure"],
            keep_text(union.target, "header_shapes", "shape", row["shape"]),
            row["header_values"],
            union.bodies.find(row["body_id"]),
            row["final_url"],
            None if row["facts"] is None else keep_text(union.target, "facts", "facts", row["facts"]),
        )
        known = insert_capture(union.target, columns)
        union.added["captures"] += 1
    union.captures[row["id"]] = known


def _find_capture(union: Union, row: sqlite3.Row, place: tuple[int, int]) -> int | None:
    """Return the same capture in the target: of the same run, page, moment and digest.

    The run belongs to it: two machines that ask for the same page in the same second and fail alike made two visits.
    """
    there = union.target.execute(
        "SELECT id FROM captures WHERE page_id = ? AND run_id = ? AND fetched_at = ? ORDER BY id",
        (*place, row["fetched_at"]),
    ).fetchall()
    if not there:
        return None
    wanted = read_digest(union.source.connection, row["id"])
    return next((int(one["id"]) for one in there if read_digest(union.target, one["id"]) == wanted), None)


def _unite_ledger(union: Union) -> None:
    """Let the ledgers stand side by side from where they part: whoever noted a link of one of them finds it."""
    entries: dict[int, int] = {}
    for row in union.iter_rows(LEDGER):
        run_id = union.runs[row["run_id"]]
        if known := union.links.find(row["link"], run_id):
            entries[row["id"]] = known[0]
            continue
        capture_id = union.captures[row["capture_id"]]
        previous_id = entries[row["previous_id"]] if row["previous_id"] is not None else None
        columns = ("capture_id", "previous_id", "link")
        entries[row["id"]] = union.insert("ledger", columns, (capture_id, previous_id, row["link"]))
        union.links.add(row["link"], run_id, entries[row["id"]], capture_id)
