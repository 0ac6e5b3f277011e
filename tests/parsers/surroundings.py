"""What stands around the tables of a real report: notes, page numbers, other tables, a menu, another report."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from tests.parsers.fillings import dice

Parts = dict[str, list[str]]
ORDER = (
    *("menu", "title", "metadata", "overview", "before", "proactive_disclosure", "after_first", "requests"),
    *("after_second", "review_and_litigation", "after_third", "problems", "statistics", "after"),
)
HEADINGS = {
    "proactive_disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "review_and_litigation": "四、政府信息公开行政复议、行政诉讼情况",
    "statistics": "附表：政府信息公开情况统计表",
}
NOT_IN_2014 = {
    "moved",
    "headings",
    "headings_restart",
    "no_headings",
    "foreign_between",
    "foreign_behind",
    "page_numbers",
}


def usual_parts(year: int, tables: Mapping[str, list[str]]) -> Parts:
    """Return the parts of a report in their order, each a list of lines."""
    parts: Parts = {name: [] for name in ORDER}
    parts["title"] = [f"青石区白杨街道办事处{year}年政府信息公开工作年度报告", "", "本报告由白杨街道办事处编制。"]
    parts["overview"] = ["一、总体情况", "这一年，街道把该说的都说了。"]
    for key, lines in tables.items():
        parts[key] = [HEADINGS[key], *lines]
    parts["problems"] = [
        "五、存在的主要问题及改进情况",
        "栏目还不够清楚，明年改。",
        "六、其他需要报告的事项",
        "没有了。",
        "",
    ]
    return parts


NOT_DAMAGED = {
    "columns_swapped",
    "second_report",
    "foreign_before",
    "foreign_between",
    "foreign_behind",
    "foreign_after",
}


@dataclass(frozen=True, slots=True)
class Surrounding:
    """One thing around the tables. `is_harmless`: every cell is still to be read."""

    apply: Callable[[Parts, Random], Parts]
    is_harmless: bool = True


def _put(**lines: list[str]) -> Callable[[Parts, Random], Parts]:
    """Add lines to parts, behind what stands there."""
    return lambda parts, _rng: {name: [*old, *lines.get(name, [])] for name, old in parts.items()}


def _headings(**wordings: list[str]) -> Callable[[Parts, Random], Parts]:
    """Give tables another heading, or none."""

    def apply(parts: Parts, rng: Random) -> Parts:
        return {
            name: [*filter(None, [rng.choice(wordings[name])]), *lines[1:]] if name in wordings else lines
            for name, lines in parts.items()
        }

    return apply


def _moved(parts: Parts, rng: Random) -> Parts:
    """Print the three tables in another order."""
    names = ["proactive_disclosure", "requests", "review_and_litigation"]
    shuffled = rng.sample(names, 3)
    return {**parts, **{name: parts[other] for name, other in zip(names, shuffled, strict=True)}}


def _foreign(rng: Random) -> list[str]:
    """Return a table that is none of the form's, with some of its labels."""
    years = [["项目", "2021年", "2022年"], *([label, "11", "23"] for label in ("规章", "行政许可", "行政处罚"))]
    rows = rng.choice(
        [
            years,
            [["栏目", "发布数量"], ["政策文件", "38"], ["行政强制", "6"], ["总计", "44"]],
            [["序号", "事项", "件数"], ["1", "行政许可", "402"], ["2", "行政处罚", "77"], ["3", "行政事业性收费", "5"]],
            [["渠道", "自然人", "商业企业", "总计"], ["当面", "3", "4", "7"], ["信函", "1", "2", "3"]],
        ]
    )
    title = rng.choice(["信息报送情况统计表", "图1 近两年办理情况", "附表：各栏目发布数量"])
    way = rng.choice(["lines", "pipes", "tabs"])
    if way == "lines":
        return [title, *(text for row in rows for text in row)]
    between = " | " if way == "pipes" else "\t"
    return [title, *(between.join(row) + (" |" if way == "pipes" else "") for row in rows)]


def _foreign_at(place: str) -> Callable[[Parts, Random], Parts]:
    return lambda parts, rng: {**parts, place: [*parts[place], *_foreign(rng)]}


def _each_line(change: Callable[[str, Random], str]) -> Callable[[Parts, Random], Parts]:
    """Change every line of the tables."""

    def apply(parts: Parts, rng: Random) -> Parts:
        seed = rng.randrange(10**6)
        return {
            name: [change(line, dice(seed)) for line in lines] if name in HEADINGS else lines
            for name, lines in parts.items()
        }

    return apply


def _is_tag(line: str) -> bool:
    return line.startswith("<")


def _indented(line: str, rng: Random) -> str:
    lead = rng.choice([" ", "  ", "    ", "\u3000\u3000"])
    return lead + line if line.strip() and not line.startswith(("\t", "<")) else line


def _outer_spaces(line: str, rng: Random) -> str:
    before, behind = rng.choice([(" ", ""), ("", " "), ("\u3000", ""), ("\xa0", "\xa0"), ("\u2002", "")])
    text = line.strip()
    return line.replace(text, before + text + behind) if text.isdigit() else line


def _page_numbers(parts: Parts, rng: Random) -> Parts:
    """Put dashed page numbers on lines of their own, or the sign for a new page, before lines that begin with words."""

    def put(lines: list[str]) -> list[str]:
        for _ in range(2):
            sign = rng.choice(["-3-", "- 4 -", "— 5 —", "\f"])
            starts = [n for n, line in enumerate(lines) if n and re.match(r"[\s|（]*[\d.、]*[\u4e00-\u9fff]{2}", line)]
            at = rng.choice(starts or [len(lines)])
            if sign == "\f":
                lines[at:] = [sign + line for line in lines[at : at + 1]] + lines[at + 1 :]
            else:
                lines.insert(at, sign)
        return lines

    if any(_is_tag(line) for lines in parts.values() for line in lines):
        return parts
    return {name: put([*lines]) if name in HEADINGS and lines else lines for name, lines in parts.items()}


def _table_gone(parts: Parts, rng: Random) -> Parts:
    """Leave only the heading of one or of all tables: they are pictures."""
    printed = [name for name in HEADINGS if parts[name]]
    names = rng.choice([printed, [rng.choice(printed)]])
    return {name: lines[:1] if name in names else lines for name, lines in parts.items()}


MENU = ["首页", "政务公开", "规章", "行政规范性文件", "其他文件", "行政许可", "行政处罚", "扫一扫在手机打开当前页"]
METADATA = [
    "索引号：000014349/2024-00012",
    "分类：政府信息公开年报",
    "发布机构：白杨街道办事处",
    "浏览次数：128 次",
    "字号：大 中 小",
]
METADATA_ROWS = [
    "索 引 号 | 000014349 | 分 类 | 年报 |",
    "名 称 | 年度报告 | 文 号 | 无 |",
    "公开日期 | 2024-01-12 | 有效性 | 有效 |",
]
SENTENCES = [
    "全年新收政府信息公开申请5件，其中自然人4件、商业企业1件，予以公开3件。",
    "发布规章类信息2条、行政规范性文件3件；行政许可12件，行政处罚7件。",
    "（一）主动公开情况",
    "2.重复申请的都当面说明了。",
]
SURROUNDINGS: Mapping[str, Surrounding] = {
    "menu": Surrounding(_put(menu=MENU)),
    "metadata": Surrounding(_put(metadata=METADATA)),
    "metadata_rows": Surrounding(_put(metadata=METADATA_ROWS)),
    "sentences": Surrounding(_put(overview=SENTENCES)),
    "notes": Surrounding(
        _put(
            proactive_disclosure=["注：规章和规范性文件的数由司法所核过，行政许可的数到12月31日为止。"],
            requests=["注：本表由信息公开办填写。"],
            review_and_litigation=["注：行政复议、行政诉讼的数含上一年转来的2件。"],
        )
    ),
    "instructions": Surrounding(_put(before=["（本部分用表格报告，表格如下：）"])),
    "headings": Surrounding(
        _headings(
            proactive_disclosure=[
                "二、行政机关主动公开政府信息情况",
                "2、 主动公开政府信息情况",
                "二、政府信息主动公开情况",
            ],
            requests=["五、收到和处理政府信息公开申请情况", "（三）收到和处理政府信息公开申请情况"],
            review_and_litigation=[
                "六、行政复议、诉讼和举报投诉情况",
                "四、因政府信息公开工作被申请行政复议提起行政诉讼情况",
            ],
        )
    ),
    "headings_restart": Surrounding(
        _headings(proactive_disclosure=["一、主动公开政府信息情况"], requests=["二、收到和处理政府信息公开申请情况"])
    ),
    "no_headings": Surrounding(_headings(proactive_disclosure=[""], requests=[""], review_and_litigation=[""])),
    "moved": Surrounding(_moved),
    "indented": Surrounding(_each_line(_indented)),
    "outer_spaces": Surrounding(_each_line(_outer_spaces)),
    "page_numbers": Surrounding(_page_numbers),
    "foreign_before": Surrounding(_foreign_at("overview")),
    "foreign_between": Surrounding(_foreign_at("after_first")),
    "foreign_behind": Surrounding(_foreign_at("after_second")),
    "foreign_after": Surrounding(_foreign_at("after")),
    "second_report": Surrounding(lambda parts, _rng: parts, is_harmless=False),
    "table_gone": Surrounding(_table_gone, is_harmless=False),
}


def write_parts(parts: Parts) -> list[str]:
    """Return the lines of a report."""
    return [line for name in ORDER for line in parts[name]]
