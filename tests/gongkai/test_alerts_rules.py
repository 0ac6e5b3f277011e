"""What a list of alerts may say, what is said of one that cannot be followed, and which events a rule asks for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai.alerts.choosing import fits, is_beyond
from gongkai.alerts.errors import AlertsError
from gongkai.alerts.events import Event, Evidence, Place
from gongkai.alerts.rules import AlertRule, AlertsFile, Kind, load_alerts

SECRET = "hunter2geheim"  # noqa: S105 - of nobody
TO = f'to = ["json://ann:{SECRET}@127.0.0.1:9/"]\n'
ALERT = f'[[alert]]\nname = "desk"\n{TO}'
WRONG = (
    ("alert = 5", "no alerts: add an [[alert]] table"),
    ("", "no alerts: add an [[alert]] table"),
    ("alert = [5]", "alert 1 is not a table"),
    ("[[alert]", "not valid TOML"),
    (f"colour = 1\n{ALERT}", "unknown key 'colour'"),
    (f'base_url = "ftp://a.example"\n{ALERT}', "base_url is 'ftp://a.example': write the address"),
    (f'base_url = "http://a.example/?q=1"\n{ALERT}', "base_url is"),
    (f"failing_after = 0\n{ALERT}", "failing_after is 0: write a whole number"),
    (f"[[alert]]\n{TO}", "alert number 1: name is missing"),
    (f'[[alert]]\nname = " "\n{TO}', "alert number 1: name is ' ': write a short text"),
    ('[[alert]]\nname = "desk"', "to is missing"),
    ('[[alert]]\nname = "desk"\nto = []', "to is not that: write a list of addresses"),
    (f'[[alert]]\nname = "desk"\nto = "json://ann:{SECRET}@h"', "to is not that: write a list of addresses"),
    ('[[alert]]\nname = "desk"\nto_env = "A B"', "to_env is not that: write the name of a variable"),
    (f"{ALERT}{ALERT}", "two alerts are named 'desk'"),
    (f"{ALERT}colour = 1", "alert 'desk': unknown key 'colour'"),
    (f'{ALERT}kinds = ["news"]', "kinds is ['news']: write a list out of new, figures"),
    (f"{ALERT}kinds = []", "kinds is []"),
    (f'{ALERT}districts = "青石区"', "districts is '青石区': write a list of names"),
    (f"{ALERT}sites = [1]", "sites is [1]: write a list of names"),
    (f"{ALERT}agencies = []", "agencies is []: write a list of names"),
    (f'{ALERT}rules = [""]', "rules is ['']: write a list of rules"),
    (f'{ALERT}level = "odd"', 'level is \'odd\': write "hard" or "soft"'),
    (f'{ALERT}indicator = "weight"\nabove = 1', "indicator is 'weight': write one of"),
    (f'{ALERT}indicator = "new_requests"', "indicator without a threshold"),
    (f"{ALERT}above = 1", "above without an indicator"),
    (f'{ALERT}indicator = "new_requests"\nabove = "1"', "above is '1': write a number"),
    (f'{ALERT}indicator = "new_requests"\nbelow = true', "below is True: write a number"),
    (f'{ALERT}indicator = "new_requests"\nabove = inf', "above is inf: write a number"),
    (f'{ALERT}indicator = "new_requests"\nchange_above = -1', "change_above is -1: write a share"),
    (f'{ALERT}indicator = "new_requests"\nabove = 5\nbelow = 5', "above is not less than below"),
    (f'{ALERT}indicator = "new_requests"\nabove = 5\nkinds = ["late"]', "an indicator says nothing of 'late'"),
    (f'{ALERT}language = "de"', 'language is \'de\': write "zh" or "en"'),
    (f'{ALERT}mode = "slow"', 'mode is \'slow\': write "digest" or "at_once"'),
    (f'{ALERT}every = "week"', "every is 'week': write \"day\""),
    (f'{ALERT}mode = "at_once"\nevery = "day"', "every is for digests alone"),
    (f"{ALERT}limit = 1001", "limit is 1001: write a whole number from 1 to 1000"),
    (f'{ALERT}since = "2026-13-01"', "since is '2026-13-01': write a day or a moment"),
    (f"{ALERT}since = 2026-01-01T08:00:00", "write a day or a moment"),
    (f"{ALERT}since = 0001-01-01T00:00:00+08:00", "write a day or a moment"),
    (f'{ALERT}rules = ["nonsense.rule"]', "no rule is 'nonsense.rule'"),
    (f'{ALERT}rules = ["report.published_late"]', "report.published_late is told by the calendar"),
    (f'{ALERT}level = "hard"\nkinds = ["late"]', "level are of findings: add copied or finding"),
    (f'{ALERT}indicator = "new_requests"\nabove = 5\nkinds = ["new"]', 'add "figures" to kinds'),
)


def read(folder: Path, text: str) -> AlertsFile:
    """Read a list of alerts that says this."""
    path = folder / "alerts.toml"
    path.write_text(text, encoding="utf-8")
    return load_alerts(path)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_cannot_be_followed_is_said_in_a_line(tmp_path: Path, text: str, said: str) -> None:
    """One line names the file and what to write instead; nothing of an address is in it."""
    with pytest.raises(AlertsError) as raised:
        read(tmp_path, text)

    message = str(raised.value)
    assert said in message
    assert message.startswith(f"{tmp_path / 'alerts.toml'}: ")
    assert "\n" not in message
    assert SECRET not in message


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "cannot be read (No such file or directory)"),
        (lambda path: path.mkdir(), "cannot be read (Is a directory)"),
        (lambda path: path.write_bytes(b"# \xff"), "not UTF-8 at byte 2"),
    ],
)
def test_a_list_that_cannot_be_read(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    """It is said why, and what to do."""
    path = tmp_path / "alerts.toml"
    make(path)

    with pytest.raises(AlertsError, match=said.replace("(", r"\(").replace(")", r"\)")):
        load_alerts(path)


def test_days_and_kinds_are_read_as_meant(tmp_path: Path) -> None:
    """A day begins with its first second; an indicator without kinds is asked of new reports and new figures."""
    file = read(
        tmp_path, f'base_url = "http://a.example/"\n{ALERT}since = "2026-03-01"\nindicator = "new_requests"\nabove = 1'
    )

    (rule,) = file.alerts
    assert (file.base_url, rule.since, rule.kinds) == (
        "http://a.example",
        "2026-03-01T00:00:00Z",
        ("new", "figures"),
    )


@pytest.mark.parametrize("since", ['"2026-03-01"', "2026-03-01", "2026-03-01T08:00:00+08:00"])
def test_a_day_may_stand_without_quotes(tmp_path: Path, since: str) -> None:
    """TOML has days and moments of its own."""
    (rule,) = read(tmp_path, f"{ALERT}since = {since}").alerts

    assert rule.since == "2026-03-01T00:00:00Z"


def make_event(kind: Kind = "new", *, rule: str = "", level: str = "") -> Event:
    """Make an event of an office."""
    place = Place("qingshi", "青石区", "990303", "青石区白杨街道办事处")
    return Event("x", kind, "2026-03-01T00:00:00Z", "title", place, Evidence("/"), rule=rule, level=level)


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        ({}, True),
        ({"districts": ("青石区",)}, True),
        ({"districts": ("9903*",)}, True),
        ({"districts": ("青石",)}, False),
        ({"districts": ("河套区", "青*")}, True),
        ({"sites": ("qingshi",)}, True),
        ({"sites": ("qing",)}, False),
        ({"agencies": ("白杨街道",)}, True),
        ({"agencies": ("*街道办事处",)}, True),
        ({"agencies": ("*局",)}, False),
        ({"districts": ("青石区",), "agencies": ("听松",)}, False),
        ({"kinds": ("late", "new")}, True),
        ({"kinds": ("late",)}, False),
        ({"rules": ("requests.*",), "level": "hard"}, True),
    ],
)
def test_a_rule_asks_for_places_and_kinds(asked: dict[str, tuple[str, ...]], *, is_told: bool) -> None:
    """Names are whole or patterns, parts do for agencies; what is asked of findings asks nothing of others."""
    rule = AlertRule("desk", **asked)  # type: ignore[arg-type]

    assert fits(rule, make_event()) is is_told


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        ({"rules": ("requests.*",)}, True),
        ({"rules": ("requests",)}, False),
        ({"level": "soft"}, False),
        ({"level": "hard"}, True),
    ],
)
@pytest.mark.parametrize("kind", ["finding", "copied"])
def test_a_rule_asks_for_findings(asked: dict[str, tuple[str, ...]], kind: Kind, *, is_told: bool) -> None:
    """By the names of what was broken, and by how sure it is."""
    rule = AlertRule("desk", **asked)  # type: ignore[arg-type]

    assert fits(rule, make_event(kind, rule="requests.balance", level="hard")) is is_told


@pytest.mark.parametrize(
    ("asked", "value", "before", "is_told"),
    [
        ({"above": 10}, 10, None, False),
        ({"above": 10}, 11, None, True),
        ({"below": 10}, 10, None, False),
        ({"below": 10}, 9, 9, True),
        ({"above": 1, "below": 5}, 3, None, True),
        ({"above": 1, "below": 5}, 5, None, False),
        ({"change_above": 0.5}, 15, 10, False),
        ({"change_above": 0.5}, 16, 10, True),
        ({"change_above": 0.5}, 4, 10, True),
        ({"change_above": 0.5}, 16, None, False),
        ({"change_above": 0.5}, 1, 0, True),
        ({"change_above": 0.5}, 0, 0, False),
        ({"change_above": 0.5, "above": 20}, 16, 10, False),
    ],
)
def test_a_figure_is_beyond_all_thresholds(
    asked: dict[str, float], value: float, before: float | None, *, is_told: bool
) -> None:
    """A threshold itself is within; without the year before nothing is said of a change; all given must hold."""
    rule = AlertRule("desk", indicator="new_requests", **asked)  # type: ignore[arg-type]

    assert is_beyond(rule, value, before) is is_told
