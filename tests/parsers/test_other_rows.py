"""Rows of an agency's own table whose words are a part of an official label."""

from tests.parsers.made import distinct_figures, find_strangers, parse_text, tab_rows, write_report


def test_a_row_without_the_words_of_this_year_is_not_the_official_one() -> None:
    """新收 of another table, with as many figures, is not read in place of 本年新收, which stands below it."""
    figures = distinct_figures("2021")
    lines = write_report("2021", tab_rows, figures)
    at = lines.index("三、收到和处理政府信息公开申请情况") + 1
    own = "\t".join(["新收政府信息公开申请数量", *map(str, range(51, 58))])

    report = parse_text([*lines[:at], own, *lines[at:]])

    assert find_strangers(report, figures) == []
