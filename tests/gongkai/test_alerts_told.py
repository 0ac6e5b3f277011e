"""`gongkai notify` from end to end: findings and copies are told once, with table, cell and link; no secret is said."""

import json
import logging
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from archive import Archive, Capture, VisitOutcome
from gongkai.alerts.addresses import Outcome as Sent
from gongkai.alerts.addresses import judge_failure
from gongkai.alerts.errors import AlertsError
from gongkai.alerts.events import Event, Evidence, Place
from gongkai.alerts.messages import Message, write_messages
from gongkai.alerts.notifying import Notifier
from gongkai.alerts.rules import AlertRule, AlertsFile, Kind, Mode, load_alerts
from gongkai.copies import refresh_copies
from gongkai.register import Register, load_register
from parsers import Check, Report
from parsers.report import Suspect
from tests.archive.made_reports import HOST, PAGE, SITE, at_day, crawl, make_report
from tests.gongkai import made_histories, made_year
from tests.gongkai.conftest import Outcome
from tests.gongkai.copies_world import make_sentence
from tests.gongkai.made_histories import STREET, plant, save
from tests.gongkai.receivers import SECRET, SINCE, Webhook, listen_for_posts, write_alerts

pytest.importorskip("apprise")
CELL = "requests.carried_over.business"
COPIER = "990101-望舒镇人民政府-2022"
WRITER = "990101-听松街道办事处-2021"


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Listen on loopback."""
    with listen_for_posts() as server:
        yield server


def write_words(name: str, figure: int) -> str:
    """Write the same sentences with another name and other figures."""
    chance = random.Random(1)  # noqa: S311 - not for secrets
    return "".join(make_sentence(chance).format(name=name, community="月湖社区", n=figure) for _ in range(12))


def make_archive(path: Path) -> Path:
    """Make an archive with a figure that does not fit the year before, and a report with the words of another."""
    save(path, {STREET.format("九"): plant(2024, {CELL: 1})})
    pages = {
        f"{HOST}/c1.html": make_report(words=write_words("听松街道", 14), year=2021),
        f"{HOST}/c2.html": make_report(words=write_words("望舒镇", 8), year=2022, agency="云汀区望舒镇人民政府"),
    }
    with Archive.create(path) as archive:
        crawl(archive, 1, pages)
        refresh_copies(archive)
    return path


def test_findings_and_copies_are_told_once_with_cell_and_link(
    gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook
) -> None:
    """One message each: rule, table and cell, both figures, a link to the lit figure; a second run says nothing."""
    make_archive(tmp_path / "gongkai.db")
    write_alerts(
        tmp_path,
        webhook.url,
        kinds=["finding", "copied"],
        rules=["requests.carried_over", "report.repeats_other"],
        mode="at_once",
    )

    first, second = gongkai("notify", "--json"), gongkai("notify", "--json")

    texts = [one["message"] for one in webhook.got]
    (figure,) = [text for text in texts if "requests.carried_over" in text]
    (pair,) = [text for text in texts if "report.repeats_other" in text]
    rows = [json.loads(line) for line in first.out.splitlines()]
    assert (first.code, second.code, second.out, len(texts)) == (0, 0, "", 2)
    assert f"({CELL})" in figure
    assert "1 ≠ 0" in figure
    assert "收到和处理政府信息公开申请情况 · 二、上年结转政府信息公开申请数量 · 商业企业" in figure
    assert f"source?version=1&cell={CELL}" in figure
    assert COPIER in pair or WRITER in pair
    assert "http://a.example/report/990101-" in pair
    assert sorted(event.partition(":")[0] for row in rows for event in row["events"]) == ["finding", "finding"]
    assert {row["state"] for row in rows} == {"sent"}


def test_the_list_is_checked_and_shown_without_sending(
    gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook
) -> None:
    """--check says who would be told what, --dry-run what would be told; nothing is sent and nothing is written."""
    make_archive(tmp_path / "gongkai.db")
    write_alerts(tmp_path, webhook.url, kinds=["new"])
    before = (tmp_path / "gongkai.db").read_bytes()

    checked, dry, listed = gongkai("notify", "--check"), gongkai("notify", "--dry-run"), gongkai("notify", "--list")
    as_json = gongkai("notify", "--dry-run", "--json")

    (draft,) = map(json.loads, as_json.out.splitlines())
    assert (checked.code, dry.code, listed.code, as_json.code) == (0, 0, 0, 0)
    assert checked.out.startswith("alerts.toml: desk: new → json://127.0.0.1 (json-")
    assert "desk：5 条" in dry.out
    assert len(draft["events"]) == 5
    assert (listed.out, "no alert was written yet" in listed.err) == ("", True)
    assert webhook.got == []
    assert (tmp_path / "gongkai.db").read_bytes() == before
    assert SECRET not in checked.out + checked.err + dry.out + as_json.out


def test_a_test_message_arrives_and_says_no_more(
    gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook
) -> None:
    """--test reaches the address and tells no event; a no of the server is exit code 3, another name is wrong usage."""
    make_archive(tmp_path / "gongkai.db")
    write_alerts(tmp_path, webhook.url)

    good = gongkai("notify", "--test", "desk")
    webhook.status = 500
    bad, nobody = gongkai("notify", "--test", "desk"), gongkai("notify", "--test", "x")

    assert (good.code, bad.code, nobody.code) == (0, 3, 2)
    assert (good.out, webhook.got[0]["uid"]) == ("json://127.0.0.1: sent\n", "test")
    assert "failed" in bad.out
    assert "no alert is named 'x': the list has desk" in nobody.err
    assert SECRET not in bad.out + bad.err


def test_what_was_in_the_air_is_said_and_sent_again_only_by_a_person(
    gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook
) -> None:
    """It is said once with exit code 3 and how to send it, stands in --list, and --resend sends it with its uid."""
    path = make_archive(tmp_path / "gongkai.db")
    write_alerts(tmp_path, webhook.url, kinds=["new"])
    webhook.status = 500
    gongkai("notify")
    webhook.status = 200
    with Archive.note(path, "test") as archive:
        (delivery,) = archive.alerts.list_deliveries()
        archive.alerts.begin_delivery(delivery)
    webhook.got.clear()

    said, quiet, listed = gongkai("notify"), gongkai("notify"), gongkai("notify", "--list")
    received = len(webhook.got)
    again, last = gongkai("notify", "--resend", delivery.uid), gongkai("notify", "--resend", "nobody")

    assert (said.code, quiet.code, received, again.code, last.code) == (3, 0, 0, 0, 1)
    assert f"`gongkai notify --resend {delivery.uid}`" in said.err
    assert delivery.uid in listed.out
    assert "unknown" in listed.out
    assert [one["uid"] for one in webhook.got] == [delivery.uid]


def test_a_message_is_tried_five_times_in_all(
    gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook
) -> None:
    """What no server takes is given up after five runs, and stands in the list as failed."""
    make_archive(tmp_path / "gongkai.db")
    write_alerts(tmp_path, webhook.url, kinds=["new"])
    webhook.status = 500

    codes = [gongkai("notify").code for _ in range(7)]

    assert codes == [3, 3, 3, 3, 3, 0, 0]
    assert len(webhook.got) == 5
    assert "failed" in gongkai("notify", "--list").out


def test_what_waits_goes_to_no_other_address(gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook) -> None:
    """Another password keeps the name of an address; one that is gone fails with a word, and nobody else gets it."""
    make_archive(tmp_path / "gongkai.db")
    write_alerts(tmp_path, webhook.url, kinds=["new"])
    webhook.status = 500
    gongkai("notify")
    webhook.status = 200

    with listen_for_posts() as other:
        write_alerts(tmp_path, other.url, kinds=["new"])
        moved = gongkai("notify")
        (row,) = map(json.loads, gongkai("notify", "--list", "--json").out.splitlines())
        gongkai("notify", "--resend", row["uid"])
        write_alerts(tmp_path, other.url, webhook.url.replace(SECRET, "corrected"), kinds=["new"])
        corrected = gongkai("notify", "--resend", row["uid"])

    assert other.got == []
    assert moved.code == 3
    assert "its address is in the list of alerts no more" in moved.err
    assert (corrected.code, len(webhook.got)) == (0, 2)


def test_no_secret_is_kept_or_said(gongkai: Callable[..., Outcome], tmp_path: Path) -> None:
    """Whatever goes wrong, passwords and tokens are in no output, in no error, and in no byte of the archive."""
    path = make_archive(tmp_path / "gongkai.db")
    addresses = (
        f"json://ann:{SECRET}@127.0.0.1:9/{SECRET}/?+X-Key={SECRET}",
        f"mailto://ann:{SECRET}@127.0.0.1:9?from=a@b.example&to=c@d.example&mode=insecure",
    )
    write_alerts(tmp_path, *addresses, kinds=["new"])

    said = [
        gongkai("notify", *arguments)
        for arguments in ((), ("--test", "desk"), ("--check",), ("--dry-run",), ("--list",), ("--list", "--json"))
    ]
    write_alerts(tmp_path, f"nothing://{SECRET}")
    unknown = gongkai("notify")
    write_alerts(tmp_path, addresses[0], addresses[0].replace("ann:hunter", "ann:other"))
    twice = gongkai("notify")

    whole = "".join(one.out + one.err for one in (*said, unknown, twice))
    kept = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.name.startswith(path.name))
    assert [one.code for one in said] == [3, 3, 0, 0, 0, 0]
    assert (unknown.code, twice.code) == (2, 2)
    assert "Apprise does not know address 1 (nothing)" in unknown.err
    assert "is there twice, but for secrets" in twice.err
    assert SECRET not in whole
    assert SECRET.encode() not in kept


def test_addresses_of_the_environment(tmp_path: Path) -> None:
    """`to_env` names where more addresses are; an empty one is said."""
    path = make_archive(tmp_path / "a.db")
    file = AlertsFile((AlertRule("desk", to_env="GONGKAI_ALERT_URLS"),))

    full = Notifier(path, file, environment={"GONGKAI_ALERT_URLS": "json://a.example/x  json://b.example/"})

    assert [target.shown for target in full.find_targets()["desk"]] == ["json://a.example", "json://b.example"]
    with pytest.raises(AlertsError, match=r"\$GONGKAI_ALERT_URLS is empty"):
        Notifier(path, file, environment={}).find_targets()


def test_one_message_a_day_of_china_and_nothing_from_before(tmp_path: Path) -> None:
    """With every = "day" a rule speaks once a day, also of what came since; what is before `since` is not told."""
    path = make_archive(tmp_path / "a.db")
    written = write_alerts(tmp_path, "json://127.0.0.1:9/", kinds=["new"], every="day")
    late = write_alerts(tmp_path, "json://127.0.0.1:9/", kinds=["new"], since="2026-01-02").read_text(encoding="utf-8")
    moments = [
        datetime(2026, 1, 1, 10, tzinfo=UTC),
        datetime(2026, 1, 1, 15, 59, tzinfo=UTC),
        datetime(2026, 1, 1, 16, 0, tzinfo=UTC),
    ]
    file = load_alerts(write_alerts(tmp_path, "json://127.0.0.1:9/", kinds=["new"], every="day"))
    written.write_text(late, encoding="utf-8")
    counts = []

    for number, moment in enumerate(moments):
        runs = Notifier(path, file, now=partial(lambda same: same, moment), sender=lambda *_: Sent("sent"))
        counts.append(runs.run().written)
        with Archive.create(path) as archive:
            crawl(archive, 1, {f"{HOST}/d{number}.html": make_report(year=2010 + number)})

    with Archive.open(path) as archive:
        drafts = list(Notifier(path, load_alerts(written), now=lambda: moments[-1]).draft(archive))
    assert counts == [1, 0, 1]
    assert drafts == []
    assert file.alerts[0].since == f"{SINCE}T00:00:00Z"


def test_each_rule_has_a_beginning_of_its_own(tmp_path: Path) -> None:
    """What was noticed before one rule began, and after another did, is told by the other alone."""
    path = make_archive(tmp_path / "a.db")
    to = ("json://127.0.0.1:9/",)
    file = AlertsFile(
        (
            AlertRule("early", to=to, kinds=("new",), since="2026-01-01T08:00:00Z"),
            AlertRule("late", to=to, kinds=("new",), since="2026-01-01T08:00:01Z"),
        )
    )

    with Archive.open(path) as archive:
        drafts = list(Notifier(path, file).draft(archive))

    assert [draft.rule.name for draft in drafts] == ["early"]


def test_what_a_service_says_is_told_without_secrets(tmp_path: Path) -> None:
    """The words of an error that name the address, or part of it, are told without what lets anyone in."""
    path = make_archive(tmp_path / "a.db")
    file = AlertsFile((AlertRule("desk", to=(f"json://ann:{SECRET}@127.0.0.1:9/",)),))
    (target,) = Notifier(path, file).find_targets()["desk"]

    outcome = judge_failure([(logging.WARNING, f"refused json://ann:{SECRET}@127.0.0.1:9/ error=401")], target)

    assert outcome == Sent("failed", "refused json://ann:****＠127.0.0.1:9/ error=401 (401)")


def tell(path: Path, rule: AlertRule, moment: datetime, register: Register | None = None) -> list[Message]:
    """Return the messages that a run at a moment sends."""
    got: list[Message] = []

    def take(_target: object, message: Message, _uid: str, _rule: AlertRule) -> Sent:
        got.append(message)
        return Sent("sent")

    file = AlertsFile((rule,))
    Notifier(path, file, register or Register(), {}, now=lambda: moment, sender=take).run()
    return got


def visit(path: Path, moment: datetime, *reports: Report) -> None:
    """Visit the site of the made year whole, and find these reports there."""
    name = made_year.SITE.name
    with made_year.at_moment(moment), Archive.create(path, "test") as archive:
        archive.save_site(made_year.SITE)
        archive.begin_visit(name, "full")
        archive.save_capture(Capture(name, made_year.LIST, "list", moment, status=200, body=repr(moment).encode()))
        for report in reports:
            url, body = f"{made_year.HOST}/{report.title}", repr(report).encode()
            number = archive.save_capture(Capture(name, url, "report", moment, status=200, body=body))
            archive.file_readings([made_year.to_reading(number, report)])
        count = 1 + len(reports)
        archive.end_visit(name, VisitOutcome(count, count, len(reports), 0, 0, (), complete=True, withdrawn=0))


def test_a_figure_of_today_is_no_news_of_an_earlier_event(tmp_path: Path) -> None:
    """An indicator tells the newest event of a report; an earlier one is never told with the figure of today."""
    path = tmp_path / "a.db"
    rule = AlertRule(
        "desk", to=("json://127.0.0.1:9/",), kinds=("new", "figures"), indicator="new_requests", above=100,
        language="en", mode="at_once", since="2025-12-01T00:00:00Z",
    )  # fmt: skip
    for day, count in ((1, 6), (3, 600)):
        figures = {**made_histories.faultless(4)[2023], **made_histories.both("new_requests", count)}
        with Archive.create(path, "test") as archive:
            archive.save_site(SITE)
            crawl(archive, day, {PAGE: made_histories.make_report(STREET.format("九"), 2023, figures)})

    got = tell(path, rule, at_day(4))

    assert [message.title.split(": ")[1] for message in got] == ["Figures changed"]
    assert "New requests: 600 items" in got[0].body


def test_another_name_of_an_agency_tells_nothing_twice(tmp_path: Path) -> None:
    """What is missing is not told again where the ids of an agency begin otherwise than before its first report."""
    path, sites = tmp_path / "a.db", tmp_path / "sites.toml"
    head = f'name = "{made_year.SITE.name}"\ntitle = "x"\ndivision = "{made_year.DIVISION}"'
    agency = '[[site.agency]]\nname = "青石区白杨街道"\nsince = 2024'
    sites.write_text(f'[[site]]\n{head}\nstart_urls = ["{made_year.HOME}"]\n{agency}\n', encoding="utf-8")
    register = load_register(sites)
    rule = AlertRule("desk", to=("json://127.0.0.1:9/",), kinds=("missing",), since="2024-12-01T00:00:00Z")
    other = made_year.write_report("青石区教育局", 2024, date(2025, 1, 8))
    visit(path, at_day(40), other)
    first = tell(path, rule, at_day(40) + timedelta(hours=1), register)
    visit(path, at_day(50), other, made_year.write_report("青石区白杨街道办事处", 2025, None))

    second = tell(path, rule, at_day(50) + timedelta(hours=1), register)

    assert "青石区白杨街道 2024" in first[0].body
    assert second == []


def test_an_undated_report_is_late_by_so_much_at_least(tmp_path: Path) -> None:
    """Of a late report without a date it is said when it was first seen, and nothing of when it was published."""
    path = tmp_path / "a.db"
    rule = AlertRule("desk", to=("json://127.0.0.1:9/",), kinds=("late",), language="en", since="2024-12-01T00:00:00Z")
    last = made_year.write_report("青石区教育局", 2024, date(2025, 1, 8))
    visit(path, at_day(40), last)
    visit(path, at_day(50), last, made_year.write_report("青石区教育局", 2025, None))

    (message,) = tell(path, rule, at_day(51))

    assert "first seen on 2026-02-19, undated, at least 9 days late" in message.body
    assert "published on" not in message.body


def test_cells_that_explain_only_together_are_told_together(tmp_path: Path) -> None:
    """Of two suspects none is said to explain it alone."""
    path = tmp_path / "a.db"
    suspects = tuple(Suspect("requests", row, "total", 1, wanted) for row, wanted in (("granted", 2), ("refused", 3)))
    check = Check("requests.balance", "total", "fail", 5, 2, "5 and 2 differ", "hard", "report", suspects)
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: make_report(checks=(check,))})
    rule = AlertRule(
        "desk", to=("json://127.0.0.1:9/",), kinds=("finding",), rules=("requests.balance",), language="en",
        since="2025-12-01T00:00:00Z",
    )  # fmt: skip

    (message,) = tell(path, rule, at_day(2))

    _, _, behind = message.body.partition("these cells together would explain it:\n")
    assert [line.rpartition(": ")[2] for line in behind.splitlines()[:2]] == ["1 → 2", "1 → 3"]
    assert "would fit if" not in message.body


def test_a_first_run_says_that_it_is_the_first(
    gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook
) -> None:
    """An alert without `since` says on standard error that it tells of what comes from now on, once."""
    make_archive(tmp_path / "gongkai.db")
    file = write_alerts(tmp_path, webhook.url, kinds=["new"])
    file.write_text(file.read_text(encoding="utf-8").replace(f'since = "{SINCE}"\n', ""), encoding="utf-8")

    first, second = gongkai("notify"), gongkai("notify")

    assert first.err == "gongkai: desk: runs for the first time and tells of what is noticed from now on\n"
    assert (first.code, first.out, second.err) == (0, "", "")
    assert webhook.got == []


def test_a_mistyped_district_is_named(gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook) -> None:
    """--check names the districts, sites and agencies of the list that mean nothing in the archive, and no others."""
    make_archive(tmp_path / "gongkai.db")
    write_alerts(
        tmp_path, webhook.url, districts=["青石区", "青石曲"], sites=[SITE.name, "yunding"], agencies=["听松", "听淞"]
    )

    checked = gongkai("notify", "--check")

    said = "gongkai: desk: no district, site or agency of the archive is {!r}, or not yet"
    assert checked.code == 0
    assert checked.err.splitlines() == [said.format(name) for name in ("青石曲", "yunding", "听淞")]


@pytest.mark.parametrize("mode", ["digest", "at_once"])
def test_what_a_source_changed_is_told_before_what_was_found_in_it(tmp_path: Path, mode: Mode) -> None:
    """Figures, withdrawals and restorations first, findings last; none is lost behind the limit."""
    kinds: tuple[Kind, ...] = ("finding", "copied", "new", "late", "figures", "withdrawn", "restored")
    events = [
        Event(f"{number}", kind, f"2026-01-{number + 1:02}T00:00:00Z", kind, Place("qingshi"), Evidence("/"))
        for number, kind in enumerate(kinds)
    ]
    rule = AlertRule("all", mode=mode, language="en", limit=3)

    with Archive.create(tmp_path / "gongkai.db") as archive:
        (message,) = write_messages(archive, rule, events[::-1], None)

    told = [event.kind for event in message.events]
    assert told == ["figures", "withdrawn", "restored", "new", "late", "finding", "copied"]
    places = [message.body.index(f"· {kind}") for kind in told]
    assert places == sorted(places)
    assert message.body.index("4 more") > places[2]
    assert message.body.index("4 more") < places[3]
