"""A report of a made-up street in three versions: figures, words, sections, another table and the form differ."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from archive import Archive, ReportRow, ShownReport
from parsers import Cell, Report, Section
from parsers.forms import load_forms
from parsers.report import PlainTable
from tests.archive.made_reports import PAGE, SITE, crawl

NAME = "990101-白杨街道办事处-2020"
HOSTILE = "\x1b]0;stolen\x07\x1b[41m\x9b31m\u202e"
LONG = "并通过微信公众号发布便民服务、防汛值守和河道保洁等信息，方便居民查询办理。" * 6
FIRST_WORDS = f"公开政府信息312条，受理申请5件。\n设立公开栏3处；{LONG}举办宣讲2场。\n未收到复议申请。"
LAST_WORDS = (
    f"公开政府信息321条，受理申请6件。\n设立公开栏3处；{LONG}举办宣讲2场，培训1次。\n新设窗口。\n未收到复议申请。"
)


def make_cells(form: str = "2019", figures: Mapping[str, Cell | float | None] | None = None) -> tuple[Cell, ...]:
    """Make every cell of a form: 0 where `figures` has no other; None is blank."""
    cells = []
    for table in load_forms()[form].tables:
        for key in table.iter_cells():
            figure = (figures or {}).get(".".join(key), 0)
            if figure is None:
                cells.append(Cell(*key, "", None, None, "blank", "line 1"))
            elif isinstance(figure, Cell):
                cells.append(figure._replace(table=key.table, row=key.row, column=key.column))
            else:
                cells.append(Cell(*key, str(figure), figure, None, "reported", "line 1"))
    return tuple(cells)


def printed(raw: str, value: float | None, unit: str | None = None, status: Any = "reported") -> Cell:
    """Make a cell that is to be put in its place by `make_cells`."""
    return Cell("", "", "", raw, value, unit, status, "line 1")


def make_version(words: str = FIRST_WORDS, form: str = "2019", **fields: Any) -> Report:
    """Make a version of the report."""
    return Report(
        "annual_report",
        form,
        fields.get("title", "青石区白杨街道2020年政府信息公开工作年度报告"),
        "白杨街道办事处",
        "青石区",
        None,
        2020,
        fields.get("published", date(2021, 1, 20)),
        fields.get("preamble", "根据条例编制本报告。"),
        (Section("overview", "一、总体情况", words), *fields.get("sections", ())),
        make_cells(form, fields.get("figures")),
        fields.get("tables", ()),
    )


PROBLEMS = Section("problems_and_improvements", "五、存在的主要问题及改进情况", "一是队伍不稳定。")
FIRST = make_version(
    figures={
        "requests.new_requests.total": 5,
        "requests.granted.total": 3,
        "requests.refused.state_secret.natural_person": None,
        "proactive_disclosure.procurement.procurement_amount": printed("127.047万元", 127.047, "万元"),
    },
    sections=(PROBLEMS, Section("other_matters", "六、其他需要报告的事项", "无。"), Section(None, "附件", "名单")),
    tables=(PlainTable("公开情况", (("类别", "数量"), ("会议", "3"), ("文件", "7"), ("公告", "9"))),),
)
SECOND = make_version(
    LAST_WORDS,
    figures={
        "requests.new_requests.total": printed("６", 6),
        "requests.granted.total": printed("３", 3),
        "requests.carried_over.total": None,
        "requests.total.total": printed(f"{HOSTILE}7", None, None, "ambiguous"),
        "proactive_disclosure.procurement.procurement_amount": printed("1270470元", 1270470, "元"),
    },
    sections=(Section("other_matters", "六、其他事项", "无其他需要报告的事项。"), PROBLEMS),
    tables=(PlainTable("公开情况", (("类别", "数量"), ("会议", "5"), ("公告", "9"), ("简报", f"2{HOSTILE}"))),),
    title=f"青石区白杨街道{HOSTILE}2020年政府信息公开工作年度报告（更正）",
)
THIRD = make_version(LAST_WORDS, "2021")


def save_versions(path: Path, *versions: Report) -> None:
    """Make an archive that saw these versions, one a day."""
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        for day, version in enumerate(versions, 1):
            crawl(archive, day, {PAGE: version})


def show(report: Report, version: int = 1) -> ShownReport:
    """Return a version as the archive answers with it."""
    moment = "2026-01-01T08:00:00Z"
    row = ReportRow(
        NAME, PAGE, (PAGE,), report.title, report.agency, report.district, report.division, 2020, report.form, None,
        SITE.name, version, moment, moment, "current",
    )  # fmt: skip
    return ShownReport(row, report, version, (1, 2, 3))
