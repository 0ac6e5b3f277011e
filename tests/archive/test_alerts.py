"""The book of alerts: what was told is told once, what waits is there, and what nobody knows is said."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, ArchiveError, NewAlert, ToldEvent
from archive.judgements.alerts import AlertBook

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FIRST, SECOND = ToldEvent("change:new:a", "2026-02-01T00:00:00Z"), ToldEvent("change:new:b", "2026-02-02T00:00:00Z")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[AlertBook]:
    """Return the book of an empty archive."""
    with Archive.create(tmp_path / "a.db", "test") as archive:
        yield archive.alerts


def save(
    book: AlertBook, *events: ToldEvent, rule: str = "desk", targets: tuple[str, ...] = ("json-1", "mailto-1")
) -> str:
    """Write down a message."""
    return book.save_alert(NewAlert(rule, "标题", "正文", events, targets), NOW)


def test_a_rule_watches_since_it_first_ran(book: AlertBook) -> None:
    """The first moment stands, however often it runs; a new one begins when it comes."""
    first = book.begin_rules(["desk"], NOW)

    again = book.begin_rules(["desk", "jump"], LATER)

    assert first == {"desk": "2026-03-01T08:00:00Z"}
    assert again == {"desk": "2026-03-01T08:00:00Z", "jump": "2026-03-02T08:00:00Z"}
    assert book.list_rules() == again


def test_a_message_is_written_down_with_its_events_and_waits(book: AlertBook) -> None:
    """Each address has a delivery of its own that waits; events are told by this rule alone."""
    uid = save(book, SECOND, FIRST)

    deliveries = book.list_deliveries()
    assert [(one.uid, one.target, one.state, one.tries) for one in deliveries] == [
        (uid, "json-1", "waiting", 0),
        (uid, "mailto-1", "waiting", 0),
    ]
    assert deliveries[0].events == (FIRST.key, SECOND.key)
    assert book.list_told("desk") == {FIRST.key, SECOND.key}
    assert not book.list_told("jump")
    assert (book.find_last("desk"), book.find_last("jump")) == ("2026-03-01T08:00:00Z", None)
    assert "body" not in deliveries[0].to_json()


def test_no_event_is_told_twice_by_a_rule(book: AlertBook) -> None:
    """A message with an event that was told is refused whole; another rule may tell it."""
    save(book, FIRST)

    with pytest.raises(ArchiveError, match="told one of these events before"):
        save(book, SECOND, FIRST)
    other = save(book, FIRST, rule="jump")

    assert {one.rule for one in book.list_deliveries()} == {"desk", "jump"}
    assert book.list_told("desk") == {FIRST.key}
    assert other in {one.uid for one in book.list_deliveries()}


def test_a_delivery_is_begun_once_and_settled(book: AlertBook) -> None:
    """Who begins one that is in the air or has arrived is refused; one that failed may be begun again."""
    save(book, FIRST, targets=("json-1",))
    (waiting,) = book.list_deliveries()
    book.begin_delivery(waiting)

    with pytest.raises(ArchiveError, match="is not waiting"):
        book.begin_delivery(waiting)
    book.settle_delivery(waiting, "failed", NOW, "503")
    failed = book.find_delivery(waiting.uid, "json-1")
    book.begin_delivery(waiting)
    book.settle_delivery(waiting, "sent", LATER)
    book.settle_delivery(waiting, "failed", LATER, "too late")

    with pytest.raises(ArchiveError, match="is not waiting"):
        book.begin_delivery(waiting)
    sent = book.find_delivery(waiting.uid, "json-1")
    assert (failed.state, failed.tries, failed.error, failed.settled_at) == ("failed", 1, "503", "2026-03-01T08:00:00Z")
    assert (sent.state, sent.tries, sent.error, sent.settled_at) == ("sent", 2, None, "2026-03-02T08:00:00Z")


def test_what_was_in_the_air_is_unknown_once(book: AlertBook) -> None:
    """What is left `sending` is found by the next who looks, and by nobody after; others stay as they are."""
    save(book, FIRST)
    one, other = book.list_deliveries()
    book.begin_delivery(one)

    found = book.find_unknown(LATER)

    assert [(left.target, left.state, left.settled_at) for left in found] == [
        ("json-1", "unknown", "2026-03-02T08:00:00Z")
    ]
    assert book.find_unknown(LATER) == []
    assert book.find_delivery(other.uid, other.target).state == "waiting"


def test_a_person_lets_a_message_wait_again(book: AlertBook) -> None:
    """What is unknown or failed waits again, as if never tried; what was sent is left alone; no uid is an error."""
    uid = save(book, FIRST, targets=("a", "b", "c"))
    first, second, third = book.list_deliveries()
    for one, state in ((first, "unknown"), (second, "failed"), (third, "sent")):
        book.begin_delivery(one)
        book.settle_delivery(one, state, NOW, None, tries=5)  # type: ignore[arg-type]

    again = book.resend(uid)

    assert [(one.target, one.state, one.tries) for one in again] == [("a", "waiting", 0), ("b", "waiting", 0)]
    assert book.find_delivery(uid, "c").state == "sent"
    with pytest.raises(ArchiveError, match="no alert has the uid 'nobody'"):
        book.resend("nobody")
