"""Archives for the web pages: the demo's, a made story of two districts, and one in which every text is hostile."""

from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

from archive import Archive, SiteIdentity, VisitOutcome
from archive.judgements.resemblances import Pair, Passage, ReadFrom
from gongkai.cli import run
from gongkai.copies.options import DETECTOR
from parsers import Check, Report, Section
from parsers.report import Fact, PlainTable
from tests.archive.made_reports import HOST, SITE, crawl, file_report, make_capture, make_report
from tests.gongkai.made_versions import FIRST, FIRST_WORDS, SECOND, make_version, printed
from tests.gongkai.made_versions import THIRD as THIRD_VERSION

WALLED = SiteIdentity("hetao", "河套区人民政府", "990202")
VERSIONED = "990101-白杨街道办事处-2020"
WITHDRAWN = "990101-听松街道办事处-2019"
RESTORED = "990101-听松街道办事处-2021"
MOVED = "990101-望舒镇人民政府-2020"
NARRATIVE = "990101-听松街道办事处-2020"
WALLED_REPORT = "990202-河套区人民政府-2020"
HOSTILE_KEY = "990666"

RUN = "fetch('/ran')"
TEXTS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'"><svg onload={RUN}>',
    f"' autofocus onfocus={RUN} x='",
    f"</title></textarea></style><iframe src=javascript:{RUN}></iframe>",
    "{{7*7}}{% for x in y %}${7*7}",
    "]]>--><!--",
    "&lt;b&gt;&amp;#60;i&#62;",
)
"""Texts that want to be more than text; each stands in every field of a hostile report."""
SIGNS = "\x1b]0;stolen\x07\x1b[41m\u202e\u2066\ufeff\x00\x85"
"""Signs that nobody sees and that turn what is near them."""
FORMULAS = ('=HYPERLINK("http://evil.example/";"x")', "@SUM(1+1)", "-2+3", "+cmd|' /C calc'!A0", "\t=1+1", "=1")
LONG_WORD = "不" * 400 + "W" * 600


def make_demo(path: Path) -> Path:
    """Run the demo's whole route into an archive, once."""
    if not path.exists():
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            assert run(["demo", "--archive", str(path)]) == 0
    return path


def make_story(path: Path) -> Path:
    """Make an archive of two districts: reports changed, went, came back and moved, and a site let nobody in."""
    if path.exists():
        return path
    gone = make_report(year=2019)
    back = make_report(year=2021, words="这一年开了两次会。")
    told = replace(make_report(year=2020), facts=(Fact("new_requests", 5, "全年收到申请5件。"),))
    town = make_report(agency="云汀区望舒镇人民政府", words="望舒镇的公告栏在桥头。")
    doubtful = make_doubtful()
    urls = [f"{HOST}/nb/{number}.html" for number in range(6)]
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        archive.save_site(WALLED)
        crawl(archive, 1, dict(zip(urls, (FIRST, gone, back, told, town, doubtful), strict=True)))
        crawl(archive, 2, {urls[0]: SECOND, urls[5]: doubtful})
        crawl(archive, 3, {urls[0]: THIRD_VERSION, urls[5]: doubtful})
        stays = {urls[0]: THIRD_VERSION, urls[3]: told, f"{HOST}/new/town.html": town, urls[5]: doubtful}
        _take_away(archive, (10, 20, 30), stays, (urls[1], urls[2], urls[4]))
        crawl(archive, 40, {urls[2]: back})
        _take_away(archive, (50, 60, 70), stays, (urls[2],))
        crawl(archive, 80, {urls[2]: back})
        _wall(archive)
        _pair(archive)
    return path


def _pair(archive: Archive) -> None:
    """Note that two of the reports share a passage."""
    sources = {text.source.report: text.source for text in archive.iter_standing_texts()}
    archive.save_pairs(list(sources.values()), [make_pair(*(sources[name] for name in PAIRED))], DETECTOR)


PAIRED = ("990101-听松街道办事处-2019", "990101-听松街道办事处-2020")
"""The reports that share a passage, the one under which it is told first."""


def make_pair(first: ReadFrom, second: ReadFrom) -> Pair:
    """Return two reports as a pair, with a passage that both hold."""
    return Pair(first, second, "other_agency", 0.5, (Passage("这一年开了两次会", "这一年开了三次会"),))


def _take_away(archive: Archive, days: Sequence[int], stays: Mapping[str, Report], gone: Sequence[str]) -> None:
    """Let pages be gone on so many visits in a row that their reports count as withdrawn."""
    for day in days:
        crawl(archive, day, stays)
        for url in gone:
            archive.save_capture(make_capture(url, None, day=day, status=404, failure="http 404"))
    archive.work_out()


def make_doubtful() -> Report:
    """Make a report whose cells have every status, and whose sums do not all add up."""
    figures = {
        "requests.new_requests.total": None,
        "requests.granted.total": printed("", 7, None, "inferred"),
        "requests.total.total": printed("1 2", None, None, "ambiguous"),
        "requests.carried_over.total": printed("", None, None, "missing"),
        "proactive_disclosure.fees.fee_amount": printed("-1,234.5万元", -1234.5, "万元"),
    }
    made = make_version(
        "这一年修了两盏路灯。", "2021", figures=figures, title="青石区青石街道2022年政府信息公开工作年度报告"
    )
    checks = (
        Check("requests.balance", "total", "fail", 5, 2, "5 ≠ 2; blanks count as 0"),
        Check("report.year", "title", "fail", None, None, "two years are named"),
        Check("requests.row_sum", "granted", "unknown", None, None, "something needed is ambiguous"),
    )
    return replace(made, agency="青石街道办事处", year=2022, checks=checks, warnings=("one cell is in doubt",) * 9)


def _wall(archive: Archive) -> None:
    """Let one report of the second district come in, and then nothing more."""
    report = make_report(agency="河套区人民政府", district="河套区")
    visit = replace(make_capture(f"{HOST}/ht/1.html", b"ht", day=3), site=WALLED.name)
    file_report(archive, archive.save_capture(visit), report)
    for is_complete, reasons in ((True, ()), (False, ("blocked:jsl",)), (False, ("blocked:jsl", "timeout"))):
        archive.begin_visit(WALLED.name, "full")
        failed = tuple((f"{HOST}/{number}", reason) for number, reason in enumerate(reasons))
        archive.end_visit(WALLED.name, VisitOutcome(5, 0, 0, 0, 0, failed, complete=is_complete))


def make_hostile(path: Path, body: bytes = b"<script>fetch('/ran')</script>") -> Path:
    """Make an archive whose every text is one that no page may run; two versions of each report."""
    if path.exists():
        return path
    with Archive.create(path, "test") as archive:
        archive.save_site(SiteIdentity(TEXTS[0], f"{TEXTS[1]}{SIGNS}{LONG_WORD}", HOSTILE_KEY))
        for number, text in enumerate((*TEXTS, *FORMULAS)):
            url = (
                f"javascript:{RUN}//{number}" if number % 2 else f'http://127.0.0.1:9/"><script>{RUN}</script>{number}'
            )
            for day in (1, 2):
                _save_hostile(archive, url, day, make_hostile_report(text, number, day), body)
    return path


def _save_hostile(archive: Archive, url: str, day: int, report: Report, body: bytes) -> None:
    archive.begin_run()
    visit = make_capture(url, body + repr(report).encode(), day=day)
    file_report(archive, archive.save_capture(replace(visit, site=TEXTS[0])), report)


def make_hostile_report(text: str, number: int, day: int) -> Report:
    """Make a report that says the text wherever it says anything."""
    bad = f"{text}{SIGNS}{day}"
    made = make_version(
        f"{bad}\n{LONG_WORD}\n公开 {text} 申请。{FIRST_WORDS}",
        "2021",
        title=f"{bad}{LONG_WORD}",
        preamble=bad,
        sections=(Section(None, bad, bad), Section("other_matters", bad, f"{bad}{text}")),
        figures={
            "requests.new_requests.total": printed(bad, day, bad),
            "requests.granted.total": printed(bad, None, None, "ambiguous"),
            "requests.total.total": printed(bad, 3, bad, "inferred"),
            "proactive_disclosure.fees.fee_amount": printed(bad, None, bad, "blank"),
        },
        tables=(PlainTable(bad, ((bad, text), (LONG_WORD, bad))), PlainTable(text, ((str(day),),), 0.5)),
    )
    agency = f"{text}街道办事处"
    checks = (Check("requests.balance", bad, "fail", 1, 2, bad), Check("report.year", bad, "fail", 1, 2, bad))
    facts = (Fact(bad, day, bad),)
    return replace(
        made,
        agency=agency,
        district=f"{TEXTS[2]}区",
        year=2019 + number % 3,
        checks=checks,
        facts=facts,
        warnings=(bad, text),
    )
