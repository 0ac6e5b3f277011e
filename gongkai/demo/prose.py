"""The demo reports in words, all made up: title, sections and tables before any page is drawn."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from gongkai.demo.catalogue import DISTRICTS, DemoReport
from gongkai.demo.figures import Figures
from parsers.forms import Table


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its heading, its paragraphs, and the table under them if it has one."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A report as its office wrote it."""

    title: str
    preamble: str
    parts: tuple[Part, ...]
    signature: tuple[str, ...]


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("prose.toml").read_text(encoding="utf-8"))


def write_report(report: DemoReport, figures: Figures) -> Manuscript:
    """Return the report in words; sentences that state figures take them from the tables."""
    district = DISTRICTS[report.site].district
    office = f"{report.street}办事处"
    voice, this_year = _sentences()["voices"][report.street], _sentences()["of_the_year"][str(report.year)]
    day = report.published
    disclosure, requests, disputes = figures.form.tables
    fee = "" if figures.form.key == "2019" else "本年度未收取信息处理费。"
    return Manuscript(
        title=report.title,
        preamble=(
            "根据《中华人民共和国政府信息公开条例》（以下简称《条例》）规定，"
            f"现公布{office}{report.year}年政府信息公开工作年度报告。"
            f"本报告所列数据的统计期限自{report.year}年1月1日起至{report.year}年12月31日止。"
        ),
        parts=(
            Part(
                "一、总体情况",
                (
                    f"（一）主动公开。{''.join(voice['overview'])}{this_year}",
                    f"（二）依申请公开。{_requests_sentence(figures)}",
                    f"（三）监督保障。{_disputes_sentence(figures)}",
                ),
            ),
            Part("二、主动公开政府信息情况", table=disclosure),
            Part("三、收到和处理政府信息公开申请情况", table=requests),
            Part("四、政府信息公开行政复议、行政诉讼情况", table=disputes),
            Part("五、存在的主要问题及改进情况", (f"存在的主要问题：{voice['problems']}", voice["measures"])),
            Part("六、其他需要报告的事项", (f"{fee}无其他需要报告的事项。",)),
        ),
        signature=(f"{district}{office}", f"{day.year}年{day.month}月{day.day}日"),
    )


def _requests_sentence(figures: Figures) -> str:
    new, old, left = (figures.number(row) for row in ("new_requests", "carried_over", "carried_forward"))
    if not new and not old:
        return "本年度未收到政府信息公开申请，无上年结转事项。"
    return f"本年新收政府信息公开申请{new}件，上年结转{old}件，结转下年度继续办理{left}件。"


def _disputes_sentence(figures: Figures) -> str:
    table = "review_and_litigation"
    reviews = figures.number("review", table=table)
    suits = sum(figures.number(row, table=table) for row in ("litigation.direct", "litigation.after_review"))
    if not reviews and not suits:
        return "全年未发生因政府信息公开引起的行政复议、行政诉讼。"
    return f"全年因政府信息公开被申请行政复议{reviews}件，被提起行政诉讼{suits}件。"
