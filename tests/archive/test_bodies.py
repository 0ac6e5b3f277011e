import random
import sqlite3
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import DamagedError
from archive.captures import bodies
from archive.captures.bodies import Kin, SavedBody, digest, load_body, pack, save_body, unpack
from archive.captures.dictionaries import find_dictionary, load_dictionary, save_dictionary
from archive.captures.packing import PackingMemory, make_base, make_page_dictionary, train_dictionary
from archive.file.database import atomic
from benchmarks.packing import MadeSite
from tests.archive.stored_pages import count_far, fill, opened

SITE = MadeSite(1)
PAGE = SITE.make_page(1, 4711)
NEXT = SITE.make_page(1, 4799)
OTHER = MadeSite(2).make_page(1)
SAVED = SavedBody(1, "")
TRAINED = train_dictionary([SITE.make_page(number) for number in range(30)], 16 << 10) or b""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Give a new archive, open to write."""
    with opened(tmp_path / "bodies.db") as connection:
        yield connection


def how_stored(connection: sqlite3.Connection, body: SavedBody) -> tuple[str, int, int | None, int | None]:
    """Return codec, bytes taken, base and dictionary of a body."""
    row = connection.execute(
        "SELECT codec, length(data), base_id, dictionary_id FROM bodies WHERE id = ?", (body.id,)
    ).fetchone()
    return tuple(row)  # type: ignore[return-value]


def edited(content: bytes, place: int, inserted: bytes, cut: int) -> bytes:
    """Return a content of which some was cut out at a place, and other bytes put there."""
    place = place % (len(content) + 1)
    return content[:place] + inserted + content[place + cut :]


START = st.one_of(
    st.sampled_from([b"", b"\0", b"a", PAGE, OTHER, b"\0" * 100_000]),
    st.binary(max_size=300),
    st.integers(0, 2**32).map(lambda seed: random.Random(seed).randbytes(5000)),  # noqa: S311 - not for secrets
    st.text(max_size=300).map(lambda text: text.encode("gb18030", "replace")),
)
EDITS = st.tuples(st.integers(0, 10**6), st.binary(max_size=3000), st.integers(0, 90_000))


@settings(max_examples=150, deadline=None)
@given(
    chains=st.lists(st.tuples(START, st.lists(EDITS, max_size=4)), min_size=1, max_size=3),
    has_dictionary=st.booleans(),
    foreign=st.booleans(),
)
def test_whatever_is_stored_is_given_back(
    tmp_path_factory: pytest.TempPathFactory,
    chains: list[tuple[bytes, list[tuple[int, bytes, int]]]],
    has_dictionary: bool,  # noqa: FBT001 - hypothesis
    foreign: bool,  # noqa: FBT001 - hypothesis
) -> None:
    """Bytes of any kind come back, like others or not, and no body is further than two steps from its bytes."""
    path = tmp_path_factory.mktemp("bodies") / "bodies.db"
    stored = dict[int, bytes]()
    with opened(path) as connection:
        if has_dictionary:
            save_dictionary(connection, TRAINED)
        previous = None
        for start, edits in chains:
            content, previous = start, previous if foreign else None
            for edit in [(0, b"", 0), *edits]:
                content = edited(content, *edit)
                previous = save_body(connection, content, previous)
                stored[previous.id] = content
        far = count_far(connection)
    with opened(path) as connection:
        read = {number: load_body(connection, number) for number in stored}

    assert (read, far) == (stored, 0)


def test_the_same_bytes_are_stored_once(connection: sqlite3.Connection) -> None:
    """Bytes that are there are not stored again, whichever page brings them."""
    first = save_body(connection, PAGE)

    assert save_body(connection, PAGE, SavedBody(7, "")) == first == SavedBody(1, digest(PAGE))
    assert connection.execute("SELECT count(*) FROM bodies").fetchone()[0] == 1


def test_a_page_that_differs_by_a_counter_costs_next_to_nothing(connection: sqlite3.Connection) -> None:
    """A body that is nearly the page's last one is packed against that, in well under 150 bytes."""
    first = save_body(connection, PAGE)
    second = save_body(connection, NEXT, first)

    codec, size, base_id, dictionary_id = how_stored(connection, second)
    assert (codec, base_id, dictionary_id, size < 60) == ("zstd", first.id, None, True)


def test_each_state_of_a_page_is_packed_against_the_whole_one(connection: sqlite3.Connection) -> None:
    """What follows a body that is packed against another is packed against that other."""
    saved = [save_body(connection, PAGE)]
    for counter in range(5):
        saved.append(save_body(connection, SITE.make_page(1, counter), saved[-1]))

    assert [how_stored(connection, body)[2] for body in saved] == [None, 1, 1, 1, 1, 1]


def test_a_page_that_is_new_altogether_is_whole_and_the_base_of_the_next(connection: sqlite3.Connection) -> None:
    """A body that has little in common with the page's last one is stored whole; the next are packed against it."""
    first = save_body(connection, PAGE)
    whole = save_body(connection, OTHER, first)
    third = save_body(connection, OTHER.replace("浏览".encode(), "阅读".encode()), whole)

    assert how_stored(connection, whole)[2] is None
    assert how_stored(connection, third)[2] == whole.id


def test_bodies_of_many_bytes_are_packed_alone(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body over some size needs no other, nor does another need it."""
    monkeypatch.setattr(bodies, "MOST_AGAINST", len(PAGE))
    larger = [PAGE + b"1", PAGE + b"2", PAGE[:-1], PAGE + b"3"]
    saved: list[SavedBody] = []
    for content in larger:
        saved.append(save_body(connection, content, saved[-1] if saved else None))

    assert [how_stored(connection, body)[2] for body in saved] == [None, None, None, None]
    assert [load_body(connection, body.id) for body in saved] == larger


def test_a_long_body_with_a_few_bytes_more_is_small_against_the_first(connection: sqlite3.Connection) -> None:
    """Bodies of some megabytes are compared over their whole length."""
    long = random.Random(1).randbytes(3_000_000)  # noqa: S311 - not for secrets
    first = save_body(connection, long)
    second = save_body(connection, long[:1_500_000] + b"more" + long[1_500_000:], first)

    assert how_stored(connection, first)[0] == "raw"
    assert how_stored(connection, second)[1] < 20_000


def test_a_new_page_is_packed_with_the_dictionary_of_its_kin(tmp_path: Path) -> None:
    """A first body takes the dictionary that its site's pages of its kind have, another site's the newest for all."""
    path = tmp_path / "kin.db"
    fill(path, range(3), 1)
    with opened(path) as connection:
        general = save_dictionary(connection, TRAINED)
        own = save_dictionary(connection, make_page_dictionary(SITE.make_page(90)))
        connection.execute("UPDATE bodies SET dictionary_id = ? WHERE id = 1", (own,))

        kin = save_body(connection, SITE.make_page(50), kin=Kin("site01", "report"))
        stranger = save_body(connection, SITE.make_page(51), kin=Kin("site02", "report"))
        nobody = save_body(connection, SITE.make_page(52))

        found = [how_stored(connection, body) for body in (kin, stranger, nobody)]
    assert [dictionary for *_, dictionary in found] == [own, general, general]
    assert found[0][1] < found[1][1] < len(pack(SITE.make_page(51)).data)


def test_what_is_no_text_takes_no_dictionary(connection: sqlite3.Connection) -> None:
    """Files of bytes are packed alone, and stored as they are where that is smaller."""
    save_dictionary(connection, TRAINED)
    noise = random.Random(2).randbytes(9000)  # noqa: S311 - not for secrets

    assert how_stored(connection, save_body(connection, b"PK\0\3" + PAGE))[2:] == (None, None)
    assert how_stored(connection, save_body(connection, b"\0" + noise)) == ("raw", 9001, None, None)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE bodies SET data = zeroblob(50) WHERE id = 1", "body 2 cannot be read: body 1 cannot be read: "),
        ("UPDATE bodies SET codec = 'raw' WHERE id = 1", "body 2 cannot be read: body 1 is not what was stored"),
        ("DELETE FROM bodies WHERE id = 1", "body 2 cannot be read: body 1, which it is packed against, is not"),
        ("UPDATE bodies SET base_id = 2 WHERE id = 1", "body 2 cannot be read: body 1, which it is packed against"),
        ("UPDATE bodies SET base_id = 3 WHERE id = 2", "body 2 "),
        ("UPDATE bodies SET data = zeroblob(20) WHERE id = 2", "body 2 cannot be read: stored bytes cannot be"),
        ("UPDATE bodies SET data = substr(data, 1, 20) WHERE id = 2", "body 2 cannot be read: stored bytes "),
        ("UPDATE bodies SET size = size - 1 WHERE id = 2", "body 2 cannot be read: stored bytes are cut short or too"),
        ("UPDATE bodies SET sha256 = 'a' WHERE id = 2", "body 2 is not what was stored"),
        ("DELETE FROM bodies WHERE id = 2", "body 2 is not there"),
    ],
)
def test_a_damaged_body_or_base_is_named(connection: sqlite3.Connection, damage: str, said: str) -> None:
    """Bytes that are not what was stored are never given out; the error says which body is lost, and by which."""
    save_body(connection, NEXT, save_body(connection, PAGE))
    save_body(connection, OTHER)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(damage)
    connection.packing.clear()  # type: ignore[attr-defined]

    with pytest.raises(DamagedError) as problem:
        load_body(connection, 2)

    assert str(problem.value).startswith(said)
    assert "restore a copy" in str(problem.value)


@pytest.mark.parametrize("damage", ["UPDATE dictionaries SET data = zeroblob(50)", "DELETE FROM dictionaries"])
def test_a_damaged_dictionary_is_named(connection: sqlite3.Connection, damage: str) -> None:
    """A body whose dictionary is lost says so."""
    save_dictionary(connection, TRAINED)
    body = save_body(connection, PAGE)
    assert how_stored(connection, body)[3] == 1
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(damage)
    connection.packing.clear()  # type: ignore[attr-defined]

    with pytest.raises(DamagedError, match="body 1 cannot be read: dictionary 1 is not "):
        load_body(connection, body.id)


def test_what_is_new_is_stored_though_what_was_before_is_damaged(connection: sqlite3.Connection) -> None:
    """A damaged base never costs a capture: the new body is packed alone."""
    save_body(connection, PAGE)
    connection.execute("UPDATE bodies SET data = zeroblob(50)")

    new = save_body(connection, NEXT, SAVED)

    assert how_stored(connection, new)[2:] == (None, None)
    assert load_body(connection, new.id) == NEXT


def test_a_frame_that_holds_more_than_its_row_says_is_not_unpacked(connection: sqlite3.Connection) -> None:
    """A damaged frame cannot fill the memory."""
    body = save_body(connection, b"a" * 200_000_000)
    connection.execute("UPDATE bodies SET size = 1000")
    tracemalloc.start()

    with pytest.raises(DamagedError, match="too many"):
        load_body(connection, body.id)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_rollback_forgets_what_was_made_ready(connection: sqlite3.Connection) -> None:
    """The number of a dictionary that was never committed may be another's later."""

    def fail() -> None:
        with atomic(connection):
            load_dictionary(connection, save_dictionary(connection, make_page_dictionary(PAGE)))
            find_dictionary(connection, None)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with atomic(connection):
        number = save_dictionary(connection, make_page_dictionary(OTHER))

    assert number == 1
    assert load_dictionary(connection, 1).dict_content == OTHER
    assert find_dictionary(connection, None) is None


def test_what_is_made_ready_stays_within_its_room() -> None:
    """Of bases and dictionaries only those last used are kept, up to some bytes."""
    memory = PackingMemory(room=100)
    ready = make_base(b"12345678")
    for number in range(4):
        memory.keep(str(number), ready, 30)
        memory.find("0")

    assert [memory.find(str(number)) is not None for number in range(4)] == [True, False, True, True]


def test_documents_are_packed_alone() -> None:
    """What is packed without a body's row needs nothing but itself to be unpacked."""
    assert unpack(*pack(PAGE)) == PAGE
    assert unpack(*pack(b"ab")) == b"ab"
