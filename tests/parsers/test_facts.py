import time
from importlib import resources

import pytest

from parsers import Fact, Section
from parsers.errors import FormError
from parsers.facts import find_facts, load_sayings, parse_sayings, section_to_sentences
from parsers.numerals import parse_number
from parsers.options import DEFAULT_OPTIONS

YEAR = 2017
AGENCY = "青石区白杨街道办事处"
HEADING = "政府信息公开申请情况"

SAID: dict[str, list[tuple[str, dict[str, float]]]] = {
    "requests": [
        ("2017年，我街道共收到政府信息公开申请5件。", {"new_requests": 5}),
        ("全年受理依申请公开12宗，都在期限内答复。", {"new_requests": 12}),
        ("共收到公民、法人和其他组织提出的政府信息公开申请5次，全部答复。", {"new_requests": 5}),
        ("收到5件政府信息公开申请，已答复5件。", {"new_requests": 5, "total": 5}),
        ("全年新收申请三件，上年结转一件，答复四件申请。", {"new_requests": 3, "carried_over": 1, "total": 4}),
        ("办结申请9起，其中7件为本年新收，2件为上年结转。", {"total": 9, "new_requests": 7, "carried_over": 2}),
        ("依申请公开的申请总数为6条。", {"new_requests": 6}),
        ("白杨街道在二〇一七年收到申请两件。", {"new_requests": 2}),
        ("当面申请2件，传真申请0件，网上申请3件，信函申请1件。",
         {f"requests.received.{way}": n for way, n in (("in_person", 2), ("fax", 0), ("online", 3), ("letter", 1))}),
    ],
    "no request": [
        ("2017年没有收到政府信息公开申请。", {"new_requests": 0}),
        ("本街道全年未收到任何要求公开政府信息的申请。", {"new_requests": 0}),
        ("全年无依申请公开事项。", {"new_requests": 0}),
        ("这一年无人提出政府信息公开申请。", {"new_requests": 0}),
        ("政府信息公开申请数量为0。", {"new_requests": 0}),
        ("实现零申请。", {"new_requests": 0}),
    ],
    "results": [
        ("五件申请中，予以公开2件，部分公开1件，不予公开1件，无法提供1件，不予处理1件，其他处理0件，结转下年度办理2件。",
         {"granted": 2, "partially_granted": 1, "refused": 1, "unable": 1, "not_processed": 1, "other": 0,
          "carried_forward": 2}),
        ("申请答复中同意公开答复3件，同意部分公开答复1件，不同意公开答复2件，属于已主动公开范围4件。",
         {"granted": 3, "partially_granted": 1, "refused": 2, "replies.already_public": 4}),
        ("申请信息不存在1件，不属于本行政机关公开2件。",
         {"replies.nonexistent": 1, "replies.not_this_agency": 2}),
        ("这些申请中，3件予以公开，2件部分公开，1件不予公开，4件无法提供，5件不予处理。",
         {"granted": 3, "partially_granted": 2, "refused": 1, "unable": 4, "not_processed": 5}),
    ],
    "remedies": [
        ("2017年，行政复议2件、行政诉讼1件。", {"review": 2, "litigation": 1}),
        ("发生1起信息公开类行政复议，2件政府信息公开行政诉讼案件。", {"review": 1, "litigation": 2}),
        ("未发生因政府信息公开被申请行政复议、提起行政诉讼的情况。", {"review": 0, "litigation": 0}),
        ("全年没有针对我街道政府信息公开工作的行政诉讼和举报投诉发生。", {"litigation": 0, "complaints": 0}),
        ("行政复议、行政诉讼均为0件。", {"review": 0, "litigation": 0}),
        ("收到政府信息公开举报投诉2件。", {"complaints": 2}),
    ],
    "fees": [
        ("依申请公开共收取检索、复制费用120.5元。", {"fees": 120.5}),
        ("依申请公开收费0.5万元。", {"fees": 5000}),
        ("全年未收取与申请有关的检索费用，", {}),
        ("街道没有因公开政府信息而产生任何费用。", {"fees": 0}),
    ],
    "disclosed": [
        ("2017年，我街道累计主动公开政府信息10条，其中规章类信息5条。", {"disclosed": 10}),
        ("主动公开政府信息数 ２，０３０ 条，主动公布信息 2,030 条。", {"disclosed": 2030}),
        ("全年主动公开政府信息1.2万条。", {"disclosed": 12000}),
        ("主动公开政府信息一百二十三条，其中政府网站80条，政务微博13条，政务微信30条，政府公报0条。",
         {"disclosed": 123, "channels.website": 80, "channels.weibo": 13, "channels.wechat": 30,
          "channels.gazette": 0}),
        ("在网站主动公开政府信息80条。", {"channels.website": 80}),
        ("通过门户网站公开政府信息80条，在微信公众号发布信息30条，在微博发布信息13条，在政府公报公开信息1条。",
         {"channels.website": 80, "channels.weibo": 13, "channels.wechat": 30, "channels.gazette": 1}),
    ],
    "in this year": [
        ("2017年1月1日至2017年12月31日，共收到申请7件。", {"new_requests": 7}),
        ("与2016年相比，2017年收到申请7件。", {"new_requests": 7}),
        ("与2016年相比，收到申请7件。", {"new_requests": 7}),
        ("收到申请7件，比2016年增加2件。", {"new_requests": 7}),
        ("今年收到申请7件（去年3件）。", {"new_requests": 7}),
    ],
}  # fmt: skip

UNSAID = {
    "another year": [
        "2016年共收到申请5件。",
        "2016年，我街道工作有序。收到申请5件。",
        "去年收到申请5件。",
        "2014年至2017年共收到申请50件。",
        "2016-2017年收到申请9件。",
        "2016年、2017年共收到申请5件。",
        "近三年收到申请9件。",
        "自2008年以来主动公开政府信息1000条。",
        "累计主动公开政府信息1000条。",
        "截至2017年底，累计主动公开政府信息1000条。",
        "2014年至2017年，收到申请50件。",
        "2018年，力争收到的申请不超过5件。",
    ],
    "a part of the year": [
        "上半年收到申请5件。",
        "第二季度收到申请5件。",
        "1-6月收到申请5件。",
        "3月收到申请5件。",
        "截至11月底，收到申请5件。",
    ],
    "a comparison or a plan": [
        "收到申请较往常增加5件。",
        "收到申请同比，申请数量5件。",
        "申请总数减少为5件。",
        "主动公开政府信息目标为1000条。",
        "主动公开政府信息1,234条的目标。",
        "增加主动公开政府信息100条。",
        "平均每月收到申请5件。",
        "将主动公开政府信息100条。",
    ],
    "others": [
        "全市共收到申请3119件。",
        "各部门收到申请30件。",
        "青石区教育局收到申请30件。",
        "松林街道收到申请30件。",
        "乡镇共收到申请5件。",
        "收到向市政府提出的申请5件。",
        "白杨街道收到申请5件、松林街道收到申请3件。",
    ],
    "a part of the whole": [
        "收到关于拆迁的申请3件。",
        "通过网络收到申请3件。",
        "网上新收申请3件，结转的没有。",
        "网上未收到申请。",
        "网上答复申请3件。",
        "未收到自然人申请。",
        "收到重复申请3件。",
        "其中收到申请3件。",
        "主动公开机构职能类信息5条。",
        "在政府网站，主动公开政府信息100条。",
        "通过网站等渠道公开信息100条。",
        "延期答复申请5件。",
    ],
    "several rows in one figure": [
        "网站、微信、微博共公开政府信息100条。",
        "网站、微博、微信共公开政府信息100条。",
        "微信、政府公报共公开政府信息100条。",
        "微博、网站共公开政府信息100条。",
        "行政复议、行政诉讼共3件。",
        "予以公开和部分公开申请共3件。",
        "收到申请2件，又收到申请3件。",
        "收到群众申请2件，收到社会申请2件。",
    ],
    "no certain number": [
        "收到申请100余件。",
        "收到申请约5件。",
        "收到申请3-5件。",
        "收到申请3至5件。",
        "收到申请十几件。",
        "收到申请数十件。",
        "收到申请五零件。",
        "收到申请1 5件。",
        "收到申请1，234件。",
        "收到申请2.5件。",
        "主动公开政府信息100条以上。",
        "收到第5件申请。",
    ],
    "another unit or thing": [
        "收到申请5人次。",
        "收到申请5件次。",
        "收到申请表5份。",
        "共收到申请人补正材料3件。",
        "收到低保申请50件。",
        "收到群众来信50件，答复50件。",
        "市民热线受理举报投诉20件。",
        "行政事业性收费5000元。",
        "减免收费100元。",
        "主动公开政府信息一条龙。",
    ],
    "nothing denied": [
        "如未收到申请，也应填报。",
        "无行政复议被纠错的情况。",
        "未予以公开申请5件。",
        "未答复申请5件。",
        "有无行政复议情况。",
        "申请人未申请行政复议。",
        "不收取申请费用。",
        "行政诉讼案件2件被纠正。",
        "维持行政复议2件。",
    ],
}  # fmt: skip


def facts_of(text: str, heading: str = HEADING, year: int | None = YEAR, agency: str | None = AGENCY) -> list[Fact]:
    """Return the facts of one section of a report."""
    return list(find_facts([Section(None, heading, text)], year=year, agency=agency))


def stated(text: str, year: int | None = YEAR, agency: str | None = AGENCY) -> dict[str, float]:
    """Return the figures of a text by their rows, each of which it states once."""
    facts = facts_of(text, year=year, agency=agency)
    assert len({fact.row for fact in facts}) == len(facts)
    return {fact.row: fact.value for fact in facts}


@pytest.mark.parametrize(("text", "expected"), [case for cases in SAID.values() for case in cases])
def test_what_a_sentence_states(text: str, expected: dict[str, float]) -> None:
    """A plain statement gives its figures, each under its row."""
    assert stated(text) == expected


@pytest.mark.parametrize("text", [text for texts in UNSAID.values() for text in texts])
def test_what_is_in_doubt_is_left_out(text: str) -> None:
    """What compares, plans, counts others, parts, other years or something else states nothing."""
    assert facts_of(text) == []


def test_every_pattern_is_met_by_an_example() -> None:
    """No way of saying a figure stands in facts.toml without an example above."""
    sentences = [
        sentence.folded
        for cases in SAID.values()
        for text, _ in cases
        for sentence in section_to_sentences(Section(None, HEADING, text))
    ]

    unmet = [
        pattern.pattern
        for saying in load_sayings().sayings
        for pattern in saying.patterns
        if not any(pattern.search(sentence) for sentence in sentences)
    ]

    assert unmet == []


def test_a_fact_keeps_its_sentence_as_it_stands() -> None:
    """The sentence of a fact is that of the report, white space outside of it off."""
    facts = facts_of("一年过去了。 共收到申请 ５ 件，\u3000答复 4 件。再见。")

    sentence = "共收到申请 ５ 件，\u3000答复 4 件。"
    assert facts == [Fact("new_requests", 5, sentence), Fact("total", 4, sentence)]


def test_sentences_that_contradict_each_other_both_stand() -> None:
    """Two sentences that state different figures for a row are both facts; one that stands twice is one."""
    facts = facts_of("收到申请5件。\n收到申请6件。\n收到申请5件。")

    assert [(fact.value, fact.sentence) for fact in facts] == [(5, "收到申请5件。"), (6, "收到申请6件。")]


@pytest.mark.parametrize("year", [2016, None])
def test_a_year_named_must_be_that_of_the_report(year: int | None) -> None:
    """A sentence that names a year states something only of that year's report."""
    assert stated("2017年收到申请5件。", year=year) == {}
    assert stated("收到申请5件。", year=year) == {"new_requests": 5}


def test_a_year_holds_until_another_is_named_or_the_paragraph_ends() -> None:
    """What a paragraph says after a year is of that year."""
    text = "2016年有过一次检查。收到申请5件。\n收到申请6件。2016年整改。今年收到申请7件。"

    assert [fact.value for fact in facts_of(text)] == [6, 7]


@pytest.mark.parametrize("agency", ["松林街道", None])
def test_a_named_agency_must_be_that_of_the_report(agency: str | None) -> None:
    """A figure of a named agency is a fact only in the report of that agency."""
    assert stated("白杨街道收到申请5件。", agency=agency) == {}
    assert stated("我街道收到申请5件。", agency=agency) == {"new_requests": 5}


def test_the_subject_is_looked_for_in_the_headings_too() -> None:
    """Whether complaints are about disclosure may stand in the sentence, its paragraph or a heading above."""
    assert facts_of("举报投诉2件。", heading="其他") == []
    assert [fact.row for fact in facts_of("举报投诉2件。", heading="政务公开投诉情况")] == ["complaints"]
    assert [fact.row for fact in facts_of("（一）政务公开投诉情况\n举报投诉2件。", heading="其他")] == ["complaints"]


def test_a_line_that_goes_on_is_one_sentence_with_the_next() -> None:
    """Text from a PDF breaks its lines in the middle of sentences; digits that a line end divides are no number."""
    long = "2016年，街道按照条例的要求，把该说的事情一件一件都说给大家听，共"

    assert facts_of(f"{long}\n收到申请5件。") == []
    assert stated(f"{long.replace('2016', '2017')}\n收到申请5件。") == {"new_requests": 5}
    assert facts_of(f"{long.replace('2016', '2017')}收到申请1\n5件。") == []


def test_what_stands_in_a_title_says_nothing() -> None:
    """Years and agencies in 《》 are those of a document."""
    assert stated("根据《2016年全市公开工作要点》，收到申请5件。") == {"new_requests": 5}


def test_a_sentence_without_end_states_nothing() -> None:
    """Sentences over the limit are left out."""
    text = "，".join(["这是很长的一句话"] * 200) + "，收到申请5件。"

    assert len(text) > DEFAULT_OPTIONS.max_sentence_length
    assert facts_of(text) == []


@pytest.mark.parametrize(
    "piece",
    [
        "申请",
        "收到申请",
        "收到政府信息公开",
        "未因行政复议",
        "1,",
        "1",
        "十",
        "2017年",
        "网站上公开信息",
        "局",
        "《",
        "，在",
    ],
)
def test_long_runs_take_no_time(piece: str) -> None:
    """No pattern is slow on runs of its own words: they take as long as they are."""
    text = piece * (50_000 // len(piece)) + "件"
    begin = time.process_time()

    for saying in load_sayings().sayings:
        for pattern in saying.patterns:
            pattern.search(text)
    facts_of(text)

    assert time.process_time() - begin < 3  # a second is the limit; a busy machine is not the fault


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("007", 7), ("1,234", 1234), ("12,345,678", 12345678), ("3.5", 3.5), ("3.0", 3), ("1.1万", 11000),
        ("零", 0), ("〇", 0), ("两", 2), ("十", 10), ("十九", 19), ("二十", 20), ("一百一十", 110), ("一千零二", 1002),
        ("九千九百九十九", 9999), ("十万", 100000), ("两万零三百", 20300), ("一百二十万三千", 1203000),
        ("", None), ("百", None), ("万", None), ("一二", None), ("十百", None), ("二〇", None), ("一百五", None),
        ("一万五", None), ("一百零五十", None), ("一千五", None), ("零五", None), ("1,2", None), ("1234,567", None),
        ("1.2.3", None), ("五万万", None), ("-1", None), ("1e3", None), ("１", None),
    ],
)  # fmt: skip
def test_numbers(text: str, number: float | None) -> None:
    """A number is read where it is written as one number is, and nowhere else."""
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('needs = "公开"', "", "KeyError('needs')"),
        ("<to>", "<too>", "KeyError('too')"),
        ("<n>(?:件", "(件)<n>(?:件", "not exactly one group"),
        ("(?:收到|受理", "((?:收到|受理", "error("),
        ('within = "clause"', 'within = "report"', "KeyError('report')"),
        ("[fragments]", "[fragments", "TOMLDecodeError"),
    ],
)
def test_a_file_of_sayings_that_is_wrong(old: str, new: str, says: str) -> None:
    """What is wrong in facts.toml is an error that says what."""
    text = resources.files("parsers").joinpath("facts.toml").read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(FormError, match=r"facts\.toml: ") as raised:
        parse_sayings(text.replace(old, new, 1))

    assert says in str(raised.value)


@pytest.mark.parametrize("text", ["行政诉讼案件办结1件。", "行政复议案件办结2件。", "应诉案件办结1件。"])
def test_suits_that_were_closed_are_no_requests(text: str) -> None:
    """How many reviews or suits were closed is not how many requests were answered."""
    assert [fact.row for fact in facts_of(text)] == []
