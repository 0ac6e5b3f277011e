from collections.abc import Mapping

import pytest

from parsers import Cell, CellKey, Check, Report, Section
from parsers.forms import load_forms
from parsers.narrative import check_narrative

FIGURES = {
    ("requests", "new_requests", "natural_person"): 6,
    ("requests", "new_requests", "total"): 6,
    ("requests", "carried_over", "natural_person"): 2,
    ("requests", "carried_over", "total"): 2,
    ("requests", "granted", "natural_person"): 3,
    ("requests", "granted", "total"): 3,
    ("requests", "refused.state_secret", "total"): 1,
    ("requests", "refused.enforcement_files", "total"): 1,
    ("requests", "not_processed.repeated", "total"): 1,
    ("requests", "total", "total"): 6,
    ("requests", "carried_forward", "natural_person"): 2,
    ("requests", "carried_forward", "total"): 2,
    ("review_and_litigation", "review", "upheld"): 2,
    ("review_and_litigation", "review", "pending"): 1,
    ("review_and_litigation", "review", "total"): 3,
    ("review_and_litigation", "litigation.direct", "corrected"): 1,
    ("review_and_litigation", "litigation.direct", "total"): 1,
    ("review_and_litigation", "litigation.after_review", "corrected"): 1,
    ("review_and_litigation", "litigation.after_review", "total"): 1,
    ("proactive_disclosure", "normative_documents", "issued"): 4,
    ("proactive_disclosure", "normative_documents", "in_force"): 9,
    ("proactive_disclosure", "fees", "fee_amount"): 3.5,
}
Other = Mapping[tuple[str, str, str], tuple[str, str]]


def report_saying(*lines: str, agency: str = "青石区白杨街道办事处", other: Other | None = None) -> Report:
    """Return a report with these lines in its overview; `other` are raw and status of cells that are not as above."""
    cells = []
    for key in load_forms()["2021"].iter_cells():
        raw, status = (other or {}).get(
            (key.table, key.row, key.column), (str(FIGURES.get((key.table, key.row, key.column), 0)), "reported")
        )
        value = float(raw) if status == "reported" else None
        cells.append(Cell(*key, raw, int(value) if value == int(value or 0) else value, None, status, None))  # type: ignore[arg-type]
    return Report(
        kind="annual_report",
        form="2021",
        title=f"{agency}2023年政府信息公开工作年度报告",
        agency=agency,
        district=None,
        division=None,
        year=2023,
        published=None,
        sections=(Section("overview", "一、总体情况", "\n".join(lines)),),
        cells=tuple(cells),
    )


def found(report: Report) -> list[tuple[str, str, str]]:
    """Return the checks as rule, place and result."""
    return [(check.rule, check.where, check.status) for check in check_narrative(report)]


def only(report: Report) -> Check:
    """Return the one check."""
    (check,) = check_narrative(report)
    return check


@pytest.mark.parametrize(
    ("sentence", "where", "status"),
    [
        ("全年新收政府信息公开申请6件。", "new_requests", "pass"),
        ("共收到政府信息公开申请8件。", "new_requests", "pass"),
        ("共收到政府信息公开申请7件。", "new_requests", "fail"),
        ("全年未收到政府信息公开申请。", "new_requests", "fail"),
        ("政府信息公开申请上年结转2件。", "carried_over", "pass"),
        ("政府信息公开申请上年结转1件。", "carried_over", "fail"),
        ("政府信息公开申请结转下年度继续办理0件。", "carried_forward", "fail"),
        ("政府信息公开申请中予以公开3件。", "granted", "pass"),
        ("政府信息公开申请中不予公开2件。", "refused", "pass"),
        ("政府信息公开申请中不予公开1件。", "refused", "fail"),
        ("办结政府信息公开申请6件。", "total", "pass"),
        ("办结政府信息公开申请5件。", "total", "pass"),
        ("办结政府信息公开申请9件。", "total", "fail"),
    ],
)
def test_what_is_said_of_requests(sentence: str, where: str, status: str) -> None:
    """A figure on requests must be the table's, or another that its words allow, as all there was to deal with."""
    assert found(report_saying(sentence)) == [("requests.narrative", where, status)]


def test_a_difference_names_both_sides_the_sentence_and_the_cell() -> None:
    """A failed check has what is stated, what the table has, the sentence, and the cell that would explain it."""
    check = only(report_saying("全年新收政府信息公开申请7件。"))

    assert (check.left, check.right, check.origin, check.level) == (7, 6, "report", "soft")
    assert "全年新收政府信息公开申请7件" in check.text
    assert check.suspects == (("requests", "new_requests", "total", 6, 7),)


def test_blank_is_0() -> None:
    """A blank cell counts as 0: where nothing is said to have come in, a blank is right."""
    key = ("requests", "new_requests")
    other = {(*key, "natural_person"): ("", "blank"), (*key, "total"): ("", "blank")}

    assert found(report_saying("全年未收到政府信息公开申请。", other=other)) == [
        ("requests.narrative", "new_requests", "pass")
    ]


def test_a_total_that_is_not_filled_in_is_what_its_columns_add_up_to() -> None:
    """Where 总计 is blank, the sum of the kinds of applicant is as good."""
    report = report_saying(
        "全年新收政府信息公开申请6件。", other={("requests", "new_requests", "total"): ("", "blank")}
    )

    assert found(report) == [("requests.narrative", "new_requests", "pass")]


def test_results_stand_for_a_total_that_is_not_filled_in() -> None:
    """Where （七）总计 is 0 below results, what was answered is the sum of the results."""
    other = {("requests", "total", "total"): ("0", "reported")}

    assert found(report_saying("办结政府信息公开申请6件。", other=other)) == [("requests.narrative", "total", "pass")]


@pytest.mark.parametrize("status", ["ambiguous", "missing"])
def test_an_uncertain_cell_decides_nothing(status: str) -> None:
    """Where the cell is not certain, the check is unknown, and it is our reading that is."""
    report = report_saying("政府信息公开申请中予以公开9件。", other={("requests", "granted", "total"): ("", status)})

    check = only(report)

    assert (check.status, check.origin) == ("unknown", "reading")


def test_one_of_two_statements_that_holds_is_enough() -> None:
    """Where two sentences state different figures, a narrower count may be meant: one that holds is enough."""
    report = report_saying("信息公开申请数量9件。", "全年新收政府信息公开申请6件。")

    assert found(report) == [("requests.narrative", "new_requests", "pass")]


@pytest.mark.parametrize(
    "sentence",
    [
        "2022年新收政府信息公开申请90件。",
        "听松街道收到政府信息公开申请90件。",
        "信息公开申请比上年增加90件。",
        "主动公开政府信息90条。",
        "在网站上发布规范性文件90件。",
        "2022年制发规范性文件90件。",
        "清理规章类文件90件，修订规范性文件90件。",
    ],
)
def test_what_states_nothing_of_the_tables(sentence: str) -> None:
    """Other years, other agencies, comparisons and what a website holds are no figures of the tables."""
    assert found(report_saying(sentence)) == []


@pytest.mark.parametrize(("said", "status"), [("6", "pass"), ("5", "fail")])
def test_a_government_counts_for_its_whole_area(said: str, status: str) -> None:
    """In the report of a city, 全市 is the city itself."""
    report = report_saying(f"全市新收政府信息公开申请{said}件。", agency="石桥市人民政府")

    assert found(report) == [("requests.narrative", "new_requests", status)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("因政府信息公开被申请行政复议3件。", [("review", "pass")]),
        ("政府信息公开行政诉讼案件2件。", [("litigation", "pass")]),
        ("政府信息公开行政诉讼案件1件。", [("litigation", "fail")]),
        ("未发生因政府信息公开引发的行政复议。", [("review", "fail")]),
        (
            "政府信息公开行政复议3件，其中结果维持2件，尚未审结2件。",
            [("review", "pass"), ("review.upheld", "pass"), ("review.pending", "fail")],
        ),
        ("政府信息公开行政诉讼2件，其中结果纠正2件。", [("litigation", "pass"), ("litigation.corrected", "pass")]),
    ],
)
def test_what_is_said_of_reviews_and_suits(sentence: str, expected: list[tuple[str, str]]) -> None:
    """Suits are the sum of both kinds; outcomes are compared where they stand behind what was reviewed or sued."""
    assert [(where, status) for _, where, status in found(report_saying(sentence))] == expected


def test_silence_on_what_the_table_has() -> None:
    """A text that counts the requests in detail and has no word of review or suit fails where the table has some."""
    report = report_saying("全年新收政府信息公开申请6件，予以公开3件。")

    silent = [(check.where, check.right) for check in check_narrative(report) if check.status == "fail"]

    assert silent == [("review", 3), ("litigation", 2)]


@pytest.mark.parametrize(
    "lines",
    [
        ("全年新收政府信息公开申请6件。",),
        ("栏目换了新的。",),
        ("全年新收政府信息公开申请6件，予以公开3件。", "复议和诉讼的情形见表。"),
    ],
)
def test_silence_that_says_nothing(lines: tuple[str, ...]) -> None:
    """A text that does not count the requests in detail, or names both remedies, is not silent on anything."""
    assert [one for one in found(report_saying(*lines)) if one[2] == "fail"] == []


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("全年制发规范性文件4件。", "pass"),
        ("全年制定行政规范性文件9件。", "pass"),
        ("公开了规范性文件类信息5条。", "fail"),
    ],
)
def test_what_is_said_of_documents(sentence: str, status: str) -> None:
    """What was made must be one of the figures of its row; the text does not say which."""
    assert found(report_saying(sentence)) == [("proactive_disclosure.narrative", "normative_documents", status)]


@pytest.mark.parametrize(
    "sentence", ["本年度未收取行政事业性收费。", "行政事业性收费为0元。", "没有产生任何行政事业性收费。"]
)
def test_no_fees_are_said_where_the_table_has_some(sentence: str) -> None:
    """Fees of the table that the text says there were none of are found."""
    check = only(report_saying(sentence))

    assert (check.rule, check.status, check.right) == ("proactive_disclosure.fee_stated", "fail", 3.5)


@pytest.mark.parametrize(
    "sentence", ["本年度未收取信息处理费。", "行政事业性收费为0.5万元。", "行政事业性收费照章收取。"]
)
def test_other_fees_are_another_thing(sentence: str) -> None:
    """信息处理费 is not in the table, and a sentence that does not say there was none states nothing."""
    assert found(report_saying(sentence)) == []


def test_a_report_without_the_tables_is_not_compared() -> None:
    """A narrative report has no tables to compare its sentences with."""
    report = report_saying("全年新收政府信息公开申请6件。")
    bare = Report(**{name: getattr(report, name) for name in report.__slots__} | {"cells": ()})

    assert check_narrative(bare) == ()


def test_every_cell_named_here_is_of_the_form() -> None:
    """The figures of this test stand in cells that the form has."""
    assert {CellKey(*key) for key in FIGURES} <= set(load_forms()["2021"].iter_cells())


@pytest.mark.parametrize(
    "sentence",
    [
        "依申请公开未收取行政事业性收费。",
        "全年政府信息公开工作未产生行政事业性收费。",
        "办理申请没有收取行政事业性收费。",
    ],
)
def test_no_fees_of_disclosure_are_no_word_on_all_fees(sentence: str) -> None:
    """That disclosure or requests cost nobody anything says nothing of the fees in the table."""
    assert found(report_saying(sentence)) == []


def test_no_fees_of_disclosure_do_not_hide_what_is_said_of_all() -> None:
    """Behind a clause on disclosure alone, one that speaks of all fees is still compared."""
    report = report_saying("依申请公开未收取行政事业性收费。", "本年度未收取行政事业性收费。")

    assert found(report) == [("proactive_disclosure.fee_stated", "fees", "fail")]


def test_reviews_that_an_office_decides_are_not_compared() -> None:
    """An office that decides reviews for others counts those, and not the ones brought over its own disclosure."""
    report = report_saying("收到政府信息公开申请6件。代区政府办理行政复议案件60件。")

    assert found(report) == [("requests.narrative", "new_requests", "pass")]
