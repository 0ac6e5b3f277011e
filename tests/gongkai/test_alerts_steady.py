"""Alerts that stay what they are when others come in, and that say what is not sure."""

import logging
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from archive import Archive
from gongkai.alerts.addresses import find_targets, judge_failure
from gongkai.alerts.rules import AlertRule
from gongkai.copies import refresh_copies
from tests.archive.made_reports import HOST, SITE, at_day, crawl, make_report
from tests.gongkai.conftest import Outcome
from tests.gongkai.copies_world import make_sentence
from tests.gongkai.made_year import write_report
from tests.gongkai.receivers import write_alerts
from tests.gongkai.test_alerts_told import tell
from tests.gongkai.test_coverage_year import BUREAU, visit

pytest.importorskip("apprise")
TO = ("json://127.0.0.1:9/",)


def write(seed: int, name: str, count: int) -> str:
    """Write so many sentences, the same for the same seed but for the name."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    return "".join(make_sentence(chance).format(name=name, community="月湖社区", n=7) for _ in range(count))


def test_a_pair_is_told_once_however_alike_it_comes_out(tmp_path: Path) -> None:
    """What others say changes how alike two reports are; the pair stays the same, and is told by then."""
    path = tmp_path / "a.db"
    rule = AlertRule("desk", to=TO, kinds=("copied",), since="2025-01-01T00:00:00Z")
    pair = {
        f"{HOST}/1.html": make_report(words=write(1, "听松街道", 12) + write(3, "听松街道", 6), year=2021),
        f"{HOST}/2.html": make_report(words=write(1, "望舒镇", 12) + write(2, "望舒镇", 4), year=2022, agency="望舒镇"),
    }
    others = {
        f"{HOST}/{sign}.html": make_report(words=write(1, sign, 2) + write(ord(sign), sign, 6), agency=f"{sign}山街道")
        for sign in "甲乙丙丁戊己庚辛壬癸子"
    }
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, pair)
        refresh_copies(archive)
        (before,) = archive.list_resemblances()
    first = tell(path, rule, at_day(2))
    with Archive.create(path, "test") as archive:
        crawl(archive, 3, others)
        refresh_copies(archive)
        (after,) = archive.list_resemblances()

    second = tell(path, rule, at_day(4))

    assert before.similarity != after.similarity
    assert (len(first), second) == (1, [])


def test_an_alert_says_that_a_report_may_have_been_there(tmp_path: Path) -> None:
    """Of what was due long before the site was first looked at nobody is said to have left it out."""
    path = tmp_path / "a.db"
    rule = AlertRule("desk", to=TO, kinds=("missing",), language="en", since="2026-01-01T00:00:00Z")
    with Archive.create(path, "test") as archive:
        visit(archive, date(2026, 11, 10), {"a.html": write_report(BUREAU, 2023, date(2024, 1, 20))})

    (message,) = tell(path, rule, datetime(2026, 11, 11, tzinfo=UTC))

    blocks = {block.splitlines()[0]: block for block in message.body.split("\n\n")}
    doubt = "it may have been there before"
    assert doubt in blocks[f"■ Not seen in time · {BUREAU} 2024"]
    assert doubt not in blocks[f"■ Not seen in time · {BUREAU} 2025"]


def test_a_dry_run_says_that_a_message_waits(gongkai: Callable[..., Outcome], tmp_path: Path) -> None:
    """What failed and would be tried again is no nothing."""
    with Archive.create(tmp_path / "gongkai.db", "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {f"{HOST}/1.html": make_report()})
    write_alerts(tmp_path, "json://127.0.0.1:9/", kinds=["new"])
    gongkai("notify")

    told = gongkai("notify", "--dry-run")

    assert (told.out, "1 written before would be tried again" in told.err) == ("", True)
    assert "nothing to tell" not in told.err


@pytest.mark.parametrize(("code", "state"), [(403, "failed"), (500, "failed"), (408, "unknown"), (504, "unknown")])
def test_an_answer_from_between_may_hide_that_it_arrived(code: int, state: str) -> None:
    """Who stands between and gave up waiting cannot say that it did not arrive; the receiver itself can."""
    (target,) = find_targets(AlertRule("desk", to=TO))

    assert judge_failure([(logging.WARNING, f"Failed to send JSON notification: error={code}.")], target).state == state
