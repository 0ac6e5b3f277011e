"""`gongkai review`: what a person says of findings and cells, on the command line, in files and on the page."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive import Archive
from gongkai.cli import DONE, FAILED, INCOMPLETE, WRONG_USAGE
from parsers import Check
from tests.archive.made_reports import PAGE, SITE, crawl, make_cell, make_report
from tests.gongkai.web_visits import texts, visit

ID = "990101-听松街道办事处-2020"
CELL = "requests.new_requests.total"
FINDING = "requests.row_sum@granted"
HOSTILE = "<script>alert(1)</script>"
Command = Callable[..., Any]
FAILED_SUM = Check("requests.row_sum", "granted", "fail", 3, 4, "3 and 4 differ")
OLD = make_report(make_cell(value=3), make_cell("granted", None, status="ambiguous", raw="1 2"), checks=(FAILED_SUM,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an archive of one report with a sum that fails and a cell in doubt, where commands look for it."""
    file = tmp_path / "gongkai.db"
    with Archive.create(file) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: OLD})
    return file


def told(out: str) -> list[dict[str, Any]]:
    """Return the objects that a command printed."""
    return [json.loads(line) for line in out.splitlines()]


def test_what_there_is_to_judge_is_listed(path: Path, gongkai: Command) -> None:
    """Findings and cells in doubt are named as they are typed, each with what was said of it."""
    gongkai("review", ID, FINDING, "--confirm", "--note", "原文如此", "--by", "李")

    outcome = gongkai("review", ID, "--json")

    reviews = {one["subject"]: one["review"] and one["review"]["note"] for one in told(outcome.out)}
    assert outcome.code == DONE
    assert (reviews[FINDING], reviews["requests.granted.total"]) == ("原文如此", None)


def test_a_correction_stands_beside_the_printed_cell(path: Path, gongkai: Command) -> None:
    """`show` prints the cell as it is printed, and what was said of it under a key of its own."""
    said = gongkai("review", ID, CELL, "--correct", "１,２３４")

    (shown,) = told(gongkai("show", ID, "--json").out)

    assert (said.code, said.err) == (DONE, f"gongkai: {ID} {CELL}: corrected to １,２３４\n")
    assert (shown["cells"][0]["raw"], shown["cells"][0]["value"]) == ("3", 3)
    assert [(one["raw"], one["value"], one["verdict"]) for one in shown["reviews"]] == [
        ("１,２３４", 1234, "corrected")
    ]


def test_what_was_said_is_taken_back_and_not_said_twice(path: Path, gongkai: Command) -> None:
    """The same again adds nothing; retracted it holds no more; there is nothing to take back then."""
    outcomes = [
        gongkai("review", ID, CELL, *said)
        for said in (("--correct", "blank"), ("--correct", "blank"), ("--retract",), ("--retract",))
    ]

    assert [outcome.code for outcome in outcomes] == [DONE, DONE, DONE, FAILED]
    assert "as was said before" in outcomes[1].err
    assert "nothing to take back" in outcomes[3].err
    assert gongkai("review", "--list", "--json").out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ((ID, CELL, "--correct", "三件"), FAILED, "is no figure"),
        ((ID, "requests.nothing.total", "--confirm"), FAILED, "has no cell"),
        ((ID, "requests.balance@nowhere", "--confirm"), FAILED, "has no finding"),
        ((ID, "requests", "--confirm"), FAILED, "neither a finding"),
        ((ID, FINDING, "--correct", "3"), FAILED, "cannot be corrected"),
        ((ID, CELL, "--confirm", "--note", "a\x1b[31m"), FAILED, "U+001B"),
        (("nowhere", CELL, "--confirm"), FAILED, "no report answers"),
        ((ID, CELL), WRONG_USAGE, "say what of it"),
        ((ID, "--confirm"), WRONG_USAGE, "name what it is said of"),
        ((ID, CELL, "--confirm", "--correct", "3"), WRONG_USAGE, "one thing at a time"),
        ((ID, FINDING, "--confirm", "--dismiss"), WRONG_USAGE, "one thing at a time"),
        (("--confirm",), WRONG_USAGE, "name what it is said of"),
        (("--lapsed",), WRONG_USAGE, "goes with --list"),
    ],
)
def test_what_cannot_be_said_is_refused(
    path: Path, gongkai: Command, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    """Each refusal says why, and nothing is kept."""
    outcome = gongkai("review", *arguments)

    assert (outcome.code, reason in outcome.err) == (code, True)
    with Archive.open(path) as archive:
        assert archive.list_reviews(with_lapsed=True) == []


def test_a_file_of_reviews_goes_out_and_comes_in_again(path: Path, gongkai: Command, tmp_path: Path) -> None:
    """The file is the same each time, and an archive that has lost its reviews has them all again."""
    gongkai("review", ID, FINDING, "--dismiss", "--note", '"引号" \\ 与反斜线')
    gongkai("review", ID, CELL, "--correct", "2.5")
    for name in ("one.toml", "two.toml", "two.toml"):
        assert gongkai("review", "--export", name).code == DONE
    (tmp_path / "gongkai.db").rename("old.db")
    with Archive.create(path) as archive:
        archive.save_site(SITE)
        crawl(archive, 1, {PAGE: OLD})

    outcomes = [gongkai("review", "--import", "one.toml", "--json") for _ in range(2)]

    gongkai("review", "--export", "three.toml")
    assert [[one["outcome"] for one in told(outcome.out)] for outcome in outcomes] == [["new"] * 2, ["known"] * 2]
    assert len({(tmp_path / f"{name}.toml").read_bytes() for name in ("one", "two", "three")}) == 1


def test_an_entry_that_does_not_fit_is_refused_with_its_reason(path: Path, gongkai: Command, tmp_path: Path) -> None:
    """The others come in; one of other bytes is kept, and said to have lapsed."""
    with Archive.open(path) as archive:
        (version,) = archive.list_versions(ID)
    good = {"report": ID, "cell": CELL, "verdict": "corrected", "raw": "7", "sha256": version.sha256}
    entries: list[tuple[dict[str, Any], str]] = [
        (good, ""),
        (good | {"sha256": "0" * 64}, ""),
        (good | {"report": "nowhere"}, "no report answers"),
        (good | {"cell": "requests.nothing.total"}, "no such cell"),
        (good | {"value": 8}, "is not what '7' means"),
        (good | {"verdict": "praised"}, "is no verdict"),
        (good | {"colour": "red"}, "is no key"),
        (good | {"note": "\u202e"}, "U+202E"),
        ({key: value for key, value in good.items() if key != "sha256"}, "has no 'sha256'"),
    ]
    text = "\n".join(
        "\n".join(["[[review]]", *(f"{key} = {json.dumps(value)}" for key, value in entry.items()), f"at = {at}"])
        for (entry, _), at in zip(entries, ["2026-01-02T08:00:00Z"] * len(entries), strict=True)
    )
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")

    outcome = gongkai("review", "--import", "r.toml", "--json")

    found = told(outcome.out)
    assert outcome.code == INCOMPLETE
    assert [one["outcome"] for one in found] == ["new", "lapsed", *["refused"] * 7]
    assert [reason in one["reason"] for one, (_, reason) in zip(found, entries, strict=True)] == [True] * 9


def test_a_file_that_says_more_is_not_written_over(path: Path, gongkai: Command, tmp_path: Path) -> None:
    """Neither another file nor reviews that were written by hand are lost to an export."""
    gongkai("review", ID, CELL, "--confirm")
    gongkai("review", "--export", "r.toml")
    by_hand = (tmp_path / "r.toml").read_text(encoding="utf-8").replace("confirmed", "dismissed")
    (tmp_path / "r.toml").write_text(by_hand, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    outcomes = [gongkai("review", "--export", name) for name in ("r.toml", "notes.txt")]

    assert [outcome.code for outcome in outcomes] == [FAILED, FAILED]
    assert (tmp_path / "r.toml").read_text(encoding="utf-8") == by_hand
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_the_terminal_shows_both_the_printed_and_the_corrected_figure(gongkai: Command) -> None:
    """After the demo, a corrected cell of the drawn table has its correction behind what is printed."""
    gongkai("demo")
    gongkai("review", "听松街道-2022", CELL, "--correct", "77", "--note", "原件为77")

    shown = gongkai("show", "听松街道-2022")

    assert "→77" in shown.out
    assert f"{CELL} corrected to 77" in shown.out


def test_the_page_shows_what_was_said_as_text(gongkai: Command, tmp_path: Path) -> None:
    """The printed figure stays in its cell, the corrected one stands behind it, and a hostile note is text."""
    gongkai("demo")
    report = json.loads(gongkai("review", "听松街道-2020", CELL, "--correct", "77", "--json").out)["report"]
    gongkai("review", report, "report.all_zero@report", "--confirm", "--note", HOSTILE, "--by", HOSTILE)

    with visit(tmp_path / "gongkai.db") as visitor:
        answer = visitor.get(f"/report/{quote(report)}")
        page = visitor.open(f"/report/{quote(report)}")

    assert texts(page, "ins.corrected") == ["→ 77"]
    assert texts(page, f'td[id="c.{CELL}"] a') == ["0"]
    assert HOSTILE not in answer.text
    assert any(HOSTILE in text for text in texts(page, ".kind"))


def test_a_review_of_an_unknown_rule_is_not_taken_in(path: Path, gongkai: Command, tmp_path: Path) -> None:
    """An entry on a finding of a rule that there is not is refused, and nothing of it is kept."""
    with Archive.open(path) as archive:
        (version,) = archive.list_versions(ID)
    entry = f'report = "{ID}"\nfinding = "requests.nonsense@total"\nverdict = "dismissed"\n'
    text = f'[[review]]\n{entry}at = 2026-01-02T08:00:00Z\nsha256 = "{version.sha256}"\n'
    (tmp_path / "r.toml").write_text(text, encoding="utf-8")

    outcome = gongkai("review", "--import", "r.toml", "--json")

    (one,) = told(outcome.out)
    assert (outcome.code, one["outcome"]) == (INCOMPLETE, "refused")
    assert "no such rule: requests.nonsense" in one["reason"]
    with Archive.open(path) as archive:
        assert archive.list_reviews(with_lapsed=True) == []
