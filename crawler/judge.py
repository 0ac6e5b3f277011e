"""Whether an answer is what was asked for: bytes are judged before they are believed.

The score says how sure this program is. A page begins at `Weights.start`; each sign adds its weight or takes it away,
and what ends below `Weights.believed` is a failure, whose reason is the reading that weighed most against the page.
No sign decides alone where it can be wrong: a report may quote 无法找到, a portal may have a login box in its head, a
poor page may be all that a street has. What a report is known by (its parts, its title, its files, entries of a list)
always weighs on the other side. Nothing is parsed again here.

A page that is not believed is not stored and its links are not followed. So no page is refused for being poor: a list
without reports that leads to folders, files, frames or further pages is a list, and a page that only moves on is
believed, since what stands behind it will be judged as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archive import PageKind
from crawler import signs
from crawler.answers import Answer
from crawler.blocks import find_block
from crawler.homes import HomePage, is_at_home, is_home_alias, is_home_served, make_home
from crawler.links import Page, is_file_body, is_file_url, is_html_body
from crawler.words import is_report_title

__all__ = ["WEIGHTS", "HomePage", "Looks", "Verdict", "Weights", "judge_answer", "judge_data", "make_home"]

Looks = Literal[
    "report",
    "list",
    "page",
    "file",
    "empty",
    "error",
    "soft_404",
    "blocked",
    "login",
    "home",
    "empty_list",
    "shell",
    "cut",
]

EMPTY = "empty"
NOT_A_FILE = "not a file"
NOT_A_PAGE = "not a page"


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to the belief in a page, or takes from it, and where belief ends."""

    start: float = 0.5
    believed: float = 0.35

    report_parts: float = 0.4
    """The parts of a report stand in its text, or in the data of its scripts."""
    report_title: float = 0.2
    """Its title is a report's."""
    files: float = 0.2
    """It leads to documents."""
    entries: float = 0.4
    """It lists reports."""
    says_nothing: float = 0.3
    """A list says of itself that nothing is in it."""

    gone_text: float = -0.25
    """It shows little of its own, and says that there is no such page."""
    gone_hint: float = -0.15
    """It shows next to nothing, and says that something is not there."""
    gone_title: float = -0.5
    """Its title says so."""
    out_of_order: float = -0.25
    """It says that the site does not work just now."""
    password: float = -0.1
    """It has a field for a password, as many a portal has in its head."""
    login_text: float = -0.1
    """It asks to log in."""
    login_title: float = -0.1
    """Its title is a login page's."""
    little: float = -0.2
    """Next to nothing stands on it; this counts only on top of one of the signs above."""
    home: float = -1.0
    """It is the home page, or the request was led there."""
    barren: float = -0.4
    """A list that leads to nothing, or a report of which nothing stands there."""
    unfilled: float = -0.4
    """A script is to fill it."""
    cut: float = -2.0
    """It ends in the middle: all that speaks for it, taken together, does not make it whole."""


WEIGHTS = Weights()
WALL_TEXT = 1000
"""A good answer that shows so many characters is no wall, whatever its scripts are called."""

_OK = 200
STORED = 1.0
"""The score of what needs no doubt: bytes that begin as a document does, and bytes that were judged before."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer looks like, and how sure it is (0 to 1) that it is what was asked for.

    `failure` is None for what is believed, else the reason as it is recorded. A believed `empty_list` is a list that
    says itself that nothing is in it; a believed `shell` is no document but moves on to one.
    """

    looks: Looks
    score: float
    failure: str | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reading of a page that is not what was asked for."""

    looks: Looks
    failure: str


GONE = Doubt("soft_404", "gone, the page says so")
OUT_OF_ORDER = Doubt("error", "out of order, the page says so")
LOGIN = Doubt("login", "login page")
HOME_SERVED = Doubt("home", "gone, the home page was served")
LED_HOME = Doubt("home", "gone, led to the start page")
NO_ENTRIES = Doubt("empty_list", "list without entries")
UNFILLED = Doubt("shell", "filled by a script")
SHOWS_NOTHING = Doubt("empty", EMPTY)
CUT = Doubt("cut", "incomplete, the page ends in the middle")


def judge_answer(answer: Answer, step_kind: PageKind, page: Page, home: HomePage | None) -> Verdict:
    """Judge an answer to a step of that kind; `page` is what its body was read as, with what its family found in it.

    `home` is the site's start page as this crawl saw it; without one, nothing is compared with it.
    """
    transfer = _judge_transfer(answer, page)
    if transfer is not None:
        return transfer
    if answer.is_unchanged:
        return Verdict(_looks_good(step_kind, page), STORED, None)
    if is_file_body(answer.body):
        return Verdict("file", STORED, None)
    # A site whose home page is ended by no tag may leave its other pages so as well.
    is_careless = step_kind == "home" or (home is not None and not home.is_ended)
    is_cut = page.is_html and not is_careless and signs.ends_in_the_middle(page)
    if step_kind == "attachment" and not is_cut and (is_file_url(answer.asked_url or answer.url) or not page.is_html):
        return _judge_file(answer, page)
    if not page.is_html:
        return _judge_no_page(page)
    # What half a page says of itself, or does not show, proves nothing: no other doubt may be its reason.
    doubts = ((CUT, WEIGHTS.cut),) if is_cut else _find_doubts(answer, step_kind, page, home)
    return _weigh(step_kind, page, doubts)


def _find_doubts(
    answer: Answer, step_kind: PageKind, page: Page, home: HomePage | None
) -> tuple[tuple[Doubt, float], ...]:
    """Return what speaks against a page that is whole."""
    # No doubt but that of a title outweighs the parts of a report, and to look for them costs time.
    is_sure = signs.is_report(page) and not signs.title_says_gone(page) and not signs.title_says_login(page)
    return () if is_sure else (*_iter_home_doubts(answer, step_kind, page, home), *_iter_doubts(step_kind, page))


def judge_data(answer: Answer, page: Page) -> Verdict:
    """Judge data that a family asked for; `page` has the links that the family read in it.

    Data without entries is believed where it says itself that there are none: a server that was asked in the wrong
    way answers with an empty list as well.
    """
    transfer = _judge_transfer(answer, page)
    if transfer is not None:
        return transfer
    if page.links or answer.is_unchanged:
        return Verdict("list", 0.9, None)
    if signs.says_nothing_listed(page):
        return Verdict("empty_list", WEIGHTS.start, None)
    return Verdict(NO_ENTRIES.looks, 0.1, NO_ENTRIES.failure)


def _judge_transfer(answer: Answer, page: Page) -> Verdict | None:
    """Judge what needs no look at the page: a wall, a bad status, an empty body."""
    shows_much = answer.status == _OK and len(page.text) >= WALL_TEXT
    wall = None if shows_much else find_block(answer)
    if wall is not None:
        return Verdict("blocked", 0.0, f"blocked:{wall}")
    if answer.is_unchanged:
        return None
    if not 200 <= answer.status < 300:
        return Verdict("error", 0.0, answer.reason or f"http {answer.status}")
    return None if answer.body.strip() else Verdict("empty", 0.0, EMPTY)


def _judge_file(answer: Answer, page: Page) -> Verdict:
    """Judge what came for a document and does not begin as one.

    A page is none, with three exceptions: it is the report itself; it only moves on to the file; it is a document that
    a word processor saved as a web page, and is sent as a document.
    """
    if page.is_html and signs.is_report(page):
        return Verdict("report", WEIGHTS.start + WEIGHTS.report_parts, None)
    if page.refresh and len(page.text) < signs.SHELL_TEXT:
        return Verdict("shell", WEIGHTS.start, None)
    if _is_saved_by_word(answer):
        return Verdict("file", 0.7, None)
    if _is_markup(answer.body) or (page.source and not page.is_html):
        against = _weigh("column", page, tuple(_iter_doubts("column", page))) if page.is_html else None
        return Verdict(against.looks if against and against.failure else "page", 0.1, NOT_A_FILE)
    if page.is_html and (signs.text_says_gone(page) or signs.hints_at_gone(page)):
        return Verdict(GONE.looks, 0.1, NOT_A_FILE)
    return Verdict("file", WEIGHTS.start, None)


def _is_markup(body: bytes) -> bool:
    """Whether bytes are a page, or the piece of one (`<script>alert('…')</script>`); XML can be a document."""
    begin = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    return is_html_body(body) or (begin.startswith(b"<") and not begin.startswith(b"<?xml"))


def _is_saved_by_word(answer: Answer) -> bool:
    """Whether a word processor saved these bytes as a web page or an archive of one, and they are sent as a file."""
    head = answer.body[:4096]
    kind = (answer.content_type or "").lower()
    is_sent_as_file = "attachment" in (answer.header("content-disposition") or "").lower() or any(
        word in kind for word in ("msword", "officedocument", "ms-excel", "octet-stream", "rtf", "wps")
    )
    return is_sent_as_file and (b"urn:schemas-microsoft-com:office" in head or head.lstrip()[:13] == b"MIME-Version:")


def _judge_no_page(page: Page) -> Verdict:
    """Judge what came for a page and is none: data, or bytes of a kind not known here, which a reader may know."""
    if not page.source:
        return Verdict("file", WEIGHTS.start, None)
    if signs.holds_report(page):
        return Verdict("report", WEIGHTS.start + WEIGHTS.report_parts, None)
    if page.links or page.more:
        return Verdict("list", WEIGHTS.start, None)
    return Verdict("page", 0.1, NOT_A_PAGE)


def _weigh(step_kind: PageKind, page: Page, doubts: Sequence[tuple[Doubt, float]]) -> Verdict:
    """Add up what speaks for a page and against it."""
    score = WEIGHTS.start + sum(weight for _, weight in doubts) + _favour(step_kind, page, is_doubted=bool(doubts))
    bounded = min(max(score, 0.0), 1.0)
    # Sums of tenths miss the limit by less than a hundredth.
    if round(score, 2) >= WEIGHTS.believed:
        is_empty = any(doubt is NO_ENTRIES for doubt, _ in doubts)
        return Verdict("empty_list" if is_empty else _looks_good(step_kind, page), bounded, None)
    sums: dict[Doubt, float] = {}
    for doubt, weight in doubts:
        sums[doubt] = sums.get(doubt, 0.0) + weight
    worst = min(sums, key=lambda doubt: sums[doubt])
    return Verdict(worst.looks, bounded, worst.failure)


def _favour(step_kind: PageKind, page: Page, *, is_doubted: bool) -> float:
    """Add up what speaks for a page; what would change nothing is not looked for."""
    seeks_report, seeks_list = step_kind in {"report", "attachment"}, step_kind == "list"
    score = WEIGHTS.report_parts if signs.is_report(page) else 0.0
    if seeks_report or is_doubted:
        score += WEIGHTS.report_title * is_report_title(page.title) + WEIGHTS.files * signs.has_files(page)
    if is_doubted and signs.is_shell(page) and signs.holds_report(page):
        score += WEIGHTS.report_parts
    if seeks_list or is_doubted:
        score += WEIGHTS.entries * signs.has_entries(page)
    return score


def _looks_good(step_kind: PageKind, page: Page) -> Looks:
    if signs.is_report(page):
        return "report"
    if not page.is_html and not page.source:
        return "file"
    if page.refresh and len(page.text) < signs.SHELL_TEXT:
        return "shell"
    return "list" if step_kind == "list" else "page"


def _iter_home_doubts(
    answer: Answer, step_kind: PageKind, page: Page, home: HomePage | None
) -> Iterator[tuple[Doubt, float]]:
    """Doubt a page that is the home page, asked for under another address."""
    asked = answer.asked_url or answer.url
    if home is None or step_kind == "home" or is_at_home(home, asked):
        return
    if is_at_home(home, answer.url):
        yield LED_HOME, WEIGHTS.home
    elif is_home_served(home, page, answer.body) and not is_home_alias(home, asked, step_kind):
        yield (UNFILLED if signs.is_shell(page) else HOME_SERVED), WEIGHTS.home


def _iter_doubts(step_kind: PageKind, page: Page) -> Iterator[tuple[Doubt, float]]:
    """Yield what speaks against a page by itself, whatever else speaks for it."""
    for doubts in (_doubt_gone(page), _doubt_out_of_order(page), _doubt_login(page)):
        yield from doubts
        if doubts and signs.shows_little(page):
            yield doubts[0][0], WEIGHTS.little
    if step_kind == "list":
        yield from _doubt_list(page)
    elif signs.is_shell(page):
        yield UNFILLED, WEIGHTS.unfilled
    elif step_kind == "report" and signs.shows_nothing(page):
        yield SHOWS_NOTHING, WEIGHTS.barren


def _doubt_gone(page: Page) -> list[tuple[Doubt, float]]:
    found = [(GONE, WEIGHTS.gone_title)] if signs.title_says_gone(page) else []
    if signs.text_says_gone(page):
        return [*found, (GONE, WEIGHTS.gone_text)]
    return [*found, (GONE, WEIGHTS.gone_hint)] if signs.hints_at_gone(page) else found


def _doubt_out_of_order(page: Page) -> list[tuple[Doubt, float]]:
    return [(OUT_OF_ORDER, WEIGHTS.out_of_order)] if signs.says_out_of_order(page) else []


def _doubt_login(page: Page) -> list[tuple[Doubt, float]]:
    if not signs.may_be_login(page):
        return []
    found = (
        (signs.has_password_field(page), WEIGHTS.password),
        (signs.asks_to_log_in(page), WEIGHTS.login_text),
        (signs.title_says_login(page), WEIGHTS.login_title),
    )
    return [(LOGIN, weight) for is_found, weight in found if is_found]


def _doubt_list(page: Page) -> Iterator[tuple[Doubt, float]]:
    """Doubt a list that leads to nothing: it may be empty, or a script that no family knows may be to fill it.

    A list that says itself that it is empty is believed, unless its words stand in a template: 暂无数据 is then what
    a script would show if it found nothing.
    """
    if signs.has_entries(page) or signs.is_report(page) or signs.leads_on(page):
        return
    if signs.has_open_places(page):
        yield UNFILLED, WEIGHTS.unfilled
    elif signs.says_nothing_listed(page):
        yield NO_ENTRIES, WEIGHTS.barren + WEIGHTS.says_nothing
    else:
        yield (UNFILLED if signs.fetches(page) else NO_ENTRIES), WEIGHTS.barren
