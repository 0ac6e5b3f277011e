import pytest

from parsers import Check, parse
from tests.parsers.made import (
    FORMS,
    WriteTable,
    cells_apart,
    distinct_figures,
    one_cell_a_line,
    pipe_rows,
    write_report,
)


def labels_of(lines: list[str]) -> list[Check]:
    """Return the checks of the labels of a text."""
    return [check for check in parse("\n".join(lines).encode()).checks if check.rule == "report.labels"]


def printed(form: str, **labels: str) -> list[str]:
    """Return a report of one cell a line, some lines of it printed otherwise."""
    other = {label.replace("_", "/"): wrong for label, wrong in labels.items()}
    return [
        text
        for line in write_report(form, one_cell_a_line, distinct_figures(form))
        for text in other.get(line, line).split("\n")
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("write", [one_cell_a_line, cells_apart, pipe_rows])
def test_whole_labels_pass(form: str, write: WriteTable) -> None:
    """Each of the three tables passes where its labels are printed whole."""
    checks = labels_of(write_report(form, write, distinct_figures(form)))

    assert {check.where: check.status for check in checks} == dict.fromkeys(
        ("proactive_disclosure", "requests", "review_and_litigation"), "pass"
    )


@pytest.mark.parametrize(
    "labels",
    [
        {"本年新制作数量": "本年新\n制作数量", "本年新公开数量": "本年新\n公开数量"},
        {"本年增_减": "本年增/\n减"},
        {"社会公益组织": "社会公益\n组织", "法律服务机构": "法律服务\n机构"},
        {"（四）无法提供": "（四）\n无法提供"},
        {"（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "（二）部分公开"},
        {"3.危及“三安全一稳定”": "3.危及三安全一稳定"},
    ],
)
def test_a_label_over_two_lines_or_without_its_explanation_is_whole(labels: dict[str, str]) -> None:
    """A label that a narrow column breaks, or that is printed without quotes or brackets, is no damage."""
    assert {check.status for check in labels_of(printed("2019", **labels))} == {"pass"}


@pytest.mark.parametrize(
    ("labels", "where", "named"),
    [
        ({"本年增_减": "本年增/"}, "proactive_disclosure", "本年增/"),
        ({"本年新制作数量": "本年新", "本年新公开数量": "本年新"}, "proactive_disclosure", "本年新"),
        ({"其他结果": "其结果他"}, "review_and_litigation", "其结果他"),
        ({"（四）无法提供": "（四）", "（五）不予处理": "（五）"}, "requests", "（五）"),
        ({"2.其他法律行政法规禁止公开": "2.其他法律行政止公开"}, "requests", "止公开"),
    ],
)
def test_a_damaged_label_is_named(labels: dict[str, str], where: str, named: str) -> None:
    """A label that is cut, scrambled, with a hole or only a number fails its table, and is named as printed."""
    failed = [check for check in labels_of(printed("2019", **labels)) if check.status == "fail"]

    assert [check.where for check in failed] == [where]
    assert named in failed[0].text


def test_a_flat_text_does_not_tell_who_damaged_a_label() -> None:
    """In a flat text the conversion may have damaged the label; the finding does not say that the report did."""
    failed = [check for check in labels_of(printed("2019", 其他结果="其结果他")) if check.status == "fail"]

    assert [check.origin for check in failed] == ["unknown"]
