"""Made-up reports whose words are right, and faults of words to plant in them, one at a time.

`faultless_words` writes the words around the tables of a report from the figures that are printed in them;
`write_words` puts both together as lines; `WORD_FAULTS` plants.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from parsers import CellKey
from parsers.forms import Table
from tests.parsers.fillings import Filled, value_of
from tests.parsers.made import WriteTable, form_of

TABLE_SECTIONS = ("proactive_disclosure", "requests", "review_and_litigation")
HEADINGS = {
    "overview": ("一、总体情况",),
    "proactive_disclosure": ("二、主动公开政府信息情况", "二、行政机关主动公开政府信息情况"),
    "requests": ("三、收到和处理政府信息公开申请情况",),
    "review_and_litigation": ("四、政府信息公开行政复议、行政诉讼情况",),
    "problems_and_improvements": ("五、存在的主要问题及改进情况", "五、存在的主要问题及整改措施"),
    "other_matters": ("六、其他需要报告的事项", "六、需要说明的其他事项"),
}
GROUPS = {
    "granted": "予以公开",
    "partially_granted": "部分公开",
    "refused": "不予公开",
    "unable": "无法提供",
    "not_processed": "不予处理",
    "other": "其他处理",
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a report, part by part, each a tuple of lines.

    `tables` are those that are printed, `labels` what is printed in the place of which words of them.
    """

    form: str
    agency: str
    year: int
    title: str
    preamble: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]
    headings: Mapping[str, str]
    signature: tuple[str, ...] = ()
    tables: frozenset[str] = frozenset((*TABLE_SECTIONS, "statistics"))
    labels: Mapping[str, str] = field(default_factory=dict)


Planted = tuple[Words, Filled]


@dataclass(frozen=True, slots=True)
class WordFault:
    """One fault: the rule that must find it and where, and what plants it in words and figures that are right.

    `suits` tells whether it can be planted there: some need an agency with a place's name, or requests to speak of.
    """

    rule: str
    where: str
    plant: Callable[[Words, Filled], Planted]
    forms: frozenset[str] = frozenset({"2019", "2021"})
    suits: Callable[[Words, Filled], bool] = lambda words, figures: True


def faultless_words(rng: Random, form: str, agency: str, year: int, figures: Mapping[CellKey, str]) -> Words:
    """Return words that say of an agency (`青石区白杨街道办事处`) in a year what the figures of its tables say."""
    title = rng.choice(
        [
            f"{agency}{year}年政府信息公开工作年度报告",
            f"{year}年{agency}政府信息公开工作年度报告",
            f"{agency}{year}年度政府信息公开工作年度报告",
        ]
    )
    keys = HEADINGS if form != "2014" else ("overview", "problems_and_improvements", "other_matters")
    headings = {key: rng.choice(HEADINGS[key]) for key in keys}
    if form == "2014":
        headings = {
            "overview": "一、概述",
            "problems_and_improvements": "二、存在的主要问题及改进措施",
            "other_matters": "三、需要说明的事项与附表",
        }
    sections = {
        "overview": _overview(rng, form, agency, year, figures),
        "problems_and_improvements": _problems(rng, year),
        "other_matters": (rng.choice(OTHER_MATTERS),),
    }
    signature = (agency, f"{year + 1}年1月{rng.randint(4, 28)}日") if rng.random() < 0.5 else ()
    return Words(form, agency, year, title, _preamble(rng, form, agency, year), sections, headings, signature)


def write_words(words: Words, figures: Mapping[CellKey, str], write_table: WriteTable) -> list[str]:
    """Return the lines of a whole report, its tables written by `write_table`."""
    tables = {table.key: table for table in form_of(words.form).tables}
    lines = [words.title, "", *words.preamble]
    for key, heading in words.headings.items():
        lines += [heading, *words.sections.get(key, ())]
        if key in tables:
            lines += _write_table(words, tables[key], figures, write_table)
    lines += words.signature
    if "statistics" in tables:
        lines += _write_table(words, tables["statistics"], figures, write_table)
    return [*lines, ""]


def _write_table(words: Words, table: Table, figures: Mapping[CellKey, str], write_table: WriteTable) -> list[str]:
    if table.key not in words.tables:
        return []
    return [_misprint(line, words.labels) for line in write_table(table, figures)]


def _misprint(line: str, labels: Mapping[str, str]) -> str:
    for printed, wrong in labels.items():
        line = line.replace(printed, wrong)
    return line


def add_up(figures: Mapping[CellKey, str], table: str, rows: Iterable[str], column: str = "total") -> int:
    """Return the sum of the printed figures of rows in a column; a row ending in a point stands for all below it."""
    return sum(
        int(value_of(raw) or 0)
        for key, raw in figures.items()
        if key.table == table
        and key.column == column
        and any(key.row == row or (row.endswith(".") and key.row.startswith(row)) for row in rows)
    )


PERIODS = (
    "本报告中所列数据的统计期限自{y}年1月1日起至{y}年12月31日止。",
    "本报告数据的统计期限为{y}年1月1日至{y}年12月31日。",
    "报告统计时限为{y}年1月1日—12月31日。",
    "统计数据时间范围：{y}年1月1日到{y}年12月31日。",
    "本报告时间为{y}年1月1日至12月31日。",
    "本报告所列数据的核定时间点为{y}年12月31日。",
    "",
)
PARTS = (
    "全文由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项六部分组成。",
    "本报告包括六个部分：总体情况，主动公开政府信息情况，收到和处理申请情况，复议和诉讼情况，问题及改进，其他事项。",
    "本报告共分6个部分。",
    "",
    "",
)
OPENINGS = (
    "{y}年，{s}按照区里的部署，把该公开的事一件件摆出来。",
    "{y}年，{us}认真学习《条例》，把群众常问的事写成明白话。",
    "{y}年度，{us}用心做好政府信息公开，月月核对目录。",
    "这一年，{us}把该说的都说了，没有等人来问。",
    "现将{y}年政府信息公开工作情况报告如下。",
)
MANAGEMENT = (
    "（三）政府信息管理情况。先审后发，一事一审，底稿都留着。",
    "（三）政府信息管理情况。每季度清一次目录，旧的撤下，新的补上。",
    "（三）政府信息管理情况。一名专人管账，丢一份补一份。",
)
PLATFORM = (
    "（四）平台建设情况。网站栏目改了名字，查起来快些了。",
    "（四）平台建设情况。便民大厅摆了查阅机，老人也会用。",
    "（四）平台建设情况。公开栏修好了三处，字号放大了。",
)
WATCHING = (
    "（五）监督保障情况。开了两次会，请居民来提意见。",
    "（五）监督保障情况。半年一考，结果贴在楼下。",
    "（五）监督保障情况。区政府办公室来看过，说还行。",
)
PROBLEMS = (
    "一是有的信息发得慢；二是文件写得长，看的人少。",
    "还有些栏目不够清楚，答复文书写得太硬。",
    "信息员换得勤，新来的人不熟业务，问起来常要等。",
)
PLANS = (
    "{n}年，要把目录再核一遍，把长文件写短。",
    "下一步，请老信息员带新信息员，一人带一人。",
    "明年打算给每份文件配一张图，贴到楼道里。",
)
OTHER_MATTERS = (
    "没有其他需要报告的事项。",
    "无其他需要报告的事项。",
    "本年度没有收取信息处理费。",
    "收取信息处理费0元，其余没有了。",
)


def _preamble(rng: Random, form: str, agency: str, year: int) -> tuple[str, ...]:
    said = rng.choice(
        [
            f"本报告由{agency}按照《中华人民共和国政府信息公开条例》编制。",
            f"根据《中华人民共和国政府信息公开条例》，现将{agency}{year}年度政府信息公开工作情况报告如下。",
            "按照《条例》，特编制本报告。",
        ]
    )
    parts = "" if form == "2014" else rng.choice(PARTS)
    asked = rng.choice(["", f"如有疑问，请与{agency}联系（电话：0999-6543210）。"])
    return (said + rng.choice(PERIODS).format(y=year) + parts + asked,)


def _overview(rng: Random, form: str, agency: str, year: int, figures: Mapping[CellKey, str]) -> tuple[str, ...]:
    opening = rng.choice(OPENINGS).format(y=year, s=short_name(agency), us=us(agency))
    asked = () if form == "2014" else (_say_requests(rng, figures), _say_remedies(rng, figures))
    return (
        opening,
        f"（一）主动公开情况。全年在网站上放出信息{rng.randint(20, 900)}条，公开栏换了{rng.randint(3, 11)}回。",
        *asked,
        *(rng.choice(lines) for lines in (MANAGEMENT, PLATFORM, WATCHING)),
    )


def _problems(rng: Random, year: int) -> tuple[str, ...]:
    return (rng.choice(PROBLEMS), rng.choice(PLANS).format(n=year + 1))


def short_name(agency: str) -> str:
    """Return an agency's name as its own report uses it, without what it belongs to.

    >>> short_name("青石区白杨街道办事处"), short_name("柳城县杏花镇人民政府")
    ('白杨街道', '杏花镇')
    """
    own = agency.removesuffix("办事处").removesuffix("人民政府")
    for end in "区县":
        _, sign, rest = own.partition(end)
        own = rest if sign and rest else own
    return own


def us(agency: str) -> str:
    """Return how an agency speaks of itself."""
    for end in ("街道", "镇", "乡", "局", "区", "县", "市"):
        if short_name(agency).endswith(end):
            return "我" + end
    return "我单位"


def _say_requests(rng: Random, figures: Mapping[CellKey, str]) -> str:
    """Return the sentences on requests, right by the figures."""
    new, old, left = (add_up(figures, "requests", [row]) for row in ("new_requests", "carried_over", "carried_forward"))
    answered = add_up(figures, "requests", ["total"])
    if not new and not old:
        return rng.choice(
            ["（二）依申请公开情况。全年未收到政府信息公开申请。", "（二）依申请公开情况。本年度无政府信息公开申请。"]
        )
    said = [
        rng.choice(
            [f"全年新收政府信息公开申请{new}件", f"共收到政府信息公开申请{new}件", f"受理政府信息公开申请{new + old}件"]
        ),
        rng.choice([f"上年结转{old}件", f"上年度结转政府信息公开申请{old}件"]) if old or rng.random() < 0.3 else "",
        f"办结{answered}件" if rng.random() < 0.6 else "",
        _say_groups(figures) if rng.random() < 0.6 else "",
        f"结转下年度继续办理{left}件" if left or rng.random() < 0.3 else "",
    ]
    return "（二）依申请公开情况。" + "，".join(filter(None, said)) + "。"


def group_sums(figures: Mapping[CellKey, str]) -> dict[str, int]:
    """Return the total of each group of results."""
    return {group: add_up(figures, "requests", [group, f"{group}."]) for group in GROUPS}


def _say_groups(figures: Mapping[CellKey, str]) -> str:
    return "，".join(f"{GROUPS[group]}{value}件" for group, value in group_sums(figures).items())


def _say_remedies(rng: Random, figures: Mapping[CellKey, str]) -> str:
    review = add_up(figures, "review_and_litigation", ["review"])
    sued = add_up(figures, "review_and_litigation", ["litigation."])
    if not review and not sued:
        return rng.choice(
            [
                "未发生因政府信息公开引发的行政复议和行政诉讼。",
                "全年没有因政府信息公开被申请行政复议、提起行政诉讼的情况。",
                "其余照旧。",
            ]
        )
    return rng.choice(
        [
            f"因政府信息公开被申请行政复议{review}件，被提起行政诉讼{sued}件。",
            f"政府信息公开行政复议案件{review}件，行政诉讼案件{sued}件。",
        ]
    )


def _parts(words: Words, **sections: tuple[str, ...]) -> Words:
    """Put other lines into sections."""
    return replace(words, sections={**words.sections, **sections})


def _short(words: Words) -> Words:
    """Return words that say nothing before the first heading, so that no other place counts the parts."""
    return replace(words, preamble=("按照《条例》，特编制本报告。",))


def _without(key: str, heading: str | None = None) -> Callable[[Words, Filled], Planted]:
    """Leave a section's heading out, or print another one that is none of the six."""

    def plant(words: Words, figures: Filled) -> Planted:
        headings = {name: heading or "" if name == key else line for name, line in words.headings.items()}
        kept = {name: line for name, line in headings.items() if line}
        return replace(_short(words), headings=kept), figures

    return plant


def _without_table(key: str) -> Callable[[Words, Filled], Planted]:
    """Leave a table out under its heading."""
    return lambda words, figures: (replace(words, tables=words.tables - {key}), figures)


def _without_figures(key: str) -> Callable[[Words, Filled], Planted]:
    """Leave every cell of a table blank."""
    return lambda words, figures: (
        words,
        {cell: "" if cell.table == key else raw for cell, raw in figures.items()},
    )


def _says_before(line: str) -> Callable[[Words, Filled], Planted]:
    """Say something before the first heading: `y` is the year, `p` the one before, `s` a name of another place."""
    return lambda words, figures: (
        replace(words, preamble=(line.format(y=words.year, p=words.year - 1, s=_stranger(words)),)),
        figures,
    )


def _begins(line: str) -> Callable[[Words, Filled], Planted]:
    """Begin the overview otherwise."""

    def plant(words: Words, figures: Filled) -> Planted:
        first = line.format(
            y=words.year, p=words.year - 1, s=_stranger(words).removesuffix("办事处"), us=us(words.agency)
        )
        return _parts(words, overview=(first, *words.sections["overview"][1:])), figures

    return plant


def _problems_are(*lines: str) -> Callable[[Words, Filled], Planted]:
    """Put other lines into the section on problems."""
    return lambda words, figures: (_parts(words, problems_and_improvements=lines), figures)


def _adds(section: str, line: str) -> Callable[[Words, Filled], Planted]:
    """Add a line to a section: `top` and `wide` are more than any figure of documents and regulations."""

    def plant(words: Words, figures: Filled) -> Planted:
        top, wide = (_greatest(figures, row) + 3 for row in ("normative_documents", "regulations"))
        lines = (*words.sections[section], line.format(top=top, wide=wide))
        return _parts(words, **{section: lines}), figures

    return plant


def _greatest(figures: Filled, row: str) -> int:
    return max((int(value_of(raw) or 0) for key, raw in figures.items() if key.row == row), default=0)


def _signed_by_another(words: Words, figures: Filled) -> Planted:
    return replace(words, signature=(f"青石区{_stranger(words)}", f"{words.year + 1}年1月9日")), figures


def _stranger(words: Words) -> str:
    """Return another agency of the same kind."""
    if words.agency.endswith("街道办事处"):
        return "听松街道办事处"
    return "芦汊镇人民政府" if "镇" in words.agency else "桐岭区人民政府"


def has_place(words: Words, _figures: Filled) -> bool:
    """Whether an agency is a street, a town or a district, so that another's name can stand for it."""
    return words.agency.endswith(("街道办事处", "镇人民政府", "区人民政府", "县人民政府"))


def has_requests(_words: Words, figures: Filled) -> bool:
    """Whether there were requests in the year."""
    return add_up(figures, "requests", ["new_requests"]) > 0


def _asks(line: str) -> Callable[[Words, Filled], Planted]:
    """Say something else of requests: `new`, `left` and `refused` are more than the table has."""

    def plant(words: Words, figures: Filled) -> Planted:
        new = add_up(figures, "requests", ["new_requests", "carried_over"]) + 7
        left = add_up(figures, "requests", ["carried_forward"]) + 2
        refused, total = group_sums(figures)["refused"] + 4, add_up(figures, "requests", ["total"]) + new
        said = line.format(new=new, left=left, refused=refused, total=total)
        return _with_lines(words, "（二）依申请公开情况", "（二）依申请公开情况。" + said), figures

    return plant


def _with_lines(words: Words, start: str, line: str) -> Words:
    """Put a line into the place of that of the overview which begins so."""
    lines = tuple(line if old.startswith(start) else old for old in words.sections["overview"])
    return _parts(words, overview=lines)


def _remedies(line: str) -> Callable[[Words, Filled], Planted]:
    """Say something else of reviews and suits: `more` are more than the table has, the others as many."""

    def plant(words: Words, figures: Filled) -> Planted:
        review = add_up(figures, "review_and_litigation", ["review"])
        sued = add_up(figures, "review_and_litigation", ["litigation."])
        overview = list(words.sections["overview"])
        overview[3] = line.format(review=review, sued=sued, more=review + sued + 2)
        return _parts(words, overview=tuple(overview)), figures

    return plant


def _silent_on(row: str) -> Callable[[Words, Filled], Planted]:
    """Count the requests in detail, and say no word of the one review or suit of the table."""

    def plant(words: Words, figures: Filled) -> Planted:
        table = "review_and_litigation"
        cells = {key: "0" if key.table == table else raw for key, raw in figures.items()}
        cells |= {CellKey(table, row, "upheld"): "2", CellKey(table, row, "total"): "2"}
        new, left = (add_up(figures, "requests", [name]) for name in ("new_requests", "carried_forward"))
        said = f"（二）依申请公开情况。全年新收政府信息公开申请{new}件，结转下年度继续办理{left}件。"
        overview = list(_with_lines(words, "（二）依申请公开情况", said).sections["overview"])
        overview[3] = "其余照旧。"
        return _parts(_short(words), overview=tuple(overview)), cells

    return plant


def _free_of_charge(line: str) -> Callable[[Words, Filled], Planted]:
    """Say that there were no fees, where the table has some."""

    def plant(words: Words, figures: Filled) -> Planted:
        cell = CellKey("proactive_disclosure", "fees", "fee_amount")
        return _parts(words, other_matters=(line,)), {**figures, cell: "3.5"}

    return plant


def _prints(label: str, wrong: str) -> Callable[[Words, Filled], Planted]:
    """Print a label of the tables wrong."""
    return lambda words, figures: (replace(words, labels={label: wrong}), figures)


_OLD = frozenset({"2019"})
_NEW = frozenset({"2021"})
WORD_FAULTS: Mapping[str, WordFault] = {
    "no_other_matters": WordFault("report.sections", "headings", _without("other_matters")),
    "no_problems": WordFault("report.sections", "headings", _without("problems_and_improvements")),
    "own_overview": WordFault("report.sections", "headings", _without("overview", "一、我们这一年")),
    "no_requests": WordFault("report.tables", "requests", _without_table("requests")),
    "no_disclosure": WordFault("report.tables", "proactive_disclosure", _without_table("proactive_disclosure")),
    "no_figures": WordFault("report.tables", "proactive_disclosure", _without_figures("proactive_disclosure")),
    "late_start": WordFault(
        "report.period", "preamble", _says_before("本报告统计期限自{y}年2月1日起至{y}年12月31日止。")
    ),
    "early_end": WordFault(
        "report.period", "preamble", _says_before("报告所列数据的统计期限为{y}年1月1日至11月30日。")
    ),
    "last_period": WordFault("report.period", "preamble", _says_before("本报告时间为{p}年1月1日—12月31日。")),
    "last_counted": WordFault("report.period", "preamble", _says_before("本报告数据核定时间点为{p}年12月31日。")),
    "last_opening": WordFault("report.year", "overview", _begins("{p}年，{us}把该公开的事一件件摆出来。")),
    "last_announced": WordFault("report.year", "preamble", _says_before("现将{p}年度政府信息公开工作情况报告如下。")),
    "last_summed_up": WordFault("report.year", "overview", _begins("现将{p}年的工作总结如下。")),
    "five_parts": WordFault(
        "report.parts", "preamble", _says_before("全文由总体情况、公开、申请、复议诉讼、问题五部分组成。")
    ),
    "eight_parts": WordFault("report.parts", "preamble", _says_before("本报告共分八个部分。")),
    "four_listed": WordFault(
        "report.parts", "preamble", _says_before("本报告包括4个部分：总体情况，公开，申请，其他。")
    ),
    "no_words": WordFault("report.empty_section", "problems_and_improvements", _problems_are()),
    "none": WordFault("report.empty_section", "problems_and_improvements", _problems_are("无。")),
    "filler": WordFault(
        "report.empty_section", "problems_and_improvements", _problems_are("目前暂无存在的主要问题及改进情况。")
    ),
    "template": WordFault("report.empty_section", "problems_and_improvements", _problems_are("（此处文字描述内容）")),
    "signed_by_another": WordFault("report.other_place", "other_matters", _signed_by_another, suits=has_place),
    "written_by_another": WordFault(
        "report.other_place", "preamble", _says_before("本报告由{s}按照《条例》编制。"), suits=has_place
    ),
    "another_acts": WordFault(
        "report.other_place", "overview", _begins("{y}年，{s}高度重视政府信息公开，月月核对目录。"), suits=has_place
    ),
    "more_new": WordFault("requests.narrative", "new_requests", _asks("全年新收政府信息公开申请{new}件。")),
    "more_received": WordFault(
        "requests.narrative", "new_requests", _asks("共收到群众提出的政府信息公开申请{new}件。")
    ),
    "none_received": WordFault(
        "requests.narrative", "new_requests", _asks("本年度未收到政府信息公开申请。"), suits=has_requests
    ),
    "more_left": WordFault(
        "requests.narrative", "carried_forward", _asks("政府信息公开申请结转下年度继续办理{left}件。")
    ),
    "more_refused": WordFault("requests.narrative", "refused", _asks("政府信息公开申请中，不予公开{refused}件。")),
    "more_answered": WordFault("requests.narrative", "total", _asks("办结政府信息公开申请{total}件。")),
    "more_reviews": WordFault(
        "review_and_litigation.narrative",
        "review",
        _remedies("因政府信息公开被申请行政复议{more}件，被提起行政诉讼{sued}件。"),
    ),
    "more_suits": WordFault(
        "review_and_litigation.narrative",
        "litigation",
        _remedies("政府信息公开行政复议案件{review}件，行政诉讼案件{more}件。"),
    ),
    "silent_on_review": WordFault(
        "review_and_litigation.narrative", "review", _silent_on("review"), suits=has_requests
    ),
    "silent_on_suit": WordFault(
        "review_and_litigation.narrative", "litigation", _silent_on("litigation.direct"), suits=has_requests
    ),
    "more_documents": WordFault(
        "proactive_disclosure.narrative",
        "normative_documents",
        _adds("overview", "全年制发规范性文件{top}件，都上了网。"),
    ),
    "more_regulations": WordFault(
        "proactive_disclosure.narrative", "regulations", _adds("overview", "公开的信息里，规章类信息{wide}条。")
    ),
    "cut_change": WordFault("report.labels", "proactive_disclosure", _prints("本年增/减", "本年增/"), _OLD),
    "cut_column": WordFault("report.labels", "proactive_disclosure", _prints("现行有效件数", "现行有效件"), _NEW),
    "scrambled_outcome": WordFault("report.labels", "review_and_litigation", _prints("其他结果", "其结果他")),
    "bare_group": WordFault("report.labels", "requests", _prints("（四）无法提供", "（四）")),
    "holed_row": WordFault("report.labels", "requests", _prints("其他法律行政法规禁止公开", "其他法律行政止公开")),
    "no_fee": WordFault(
        "proactive_disclosure.fee_stated", "fees", _free_of_charge("本年度未收取行政事业性收费。"), _NEW
    ),
    "fee_of_0": WordFault(
        "proactive_disclosure.fee_stated", "fees", _free_of_charge("本年度行政事业性收费为0元。"), _NEW
    ),
}
