"""What a report must have beside its figures: the six sections, three tables, and words that are its own.

`check_words` is the whole of the checks over words. All of them are soft: they say what a person should look at.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from parsers.forms import load_forms
from parsers.headings import find_section_key
from parsers.narrative import check_narrative
from parsers.report import Cell, Check, CheckStatus, Origin, Report, Section
from parsers.statements import check_statements, iter_texts
from parsers.strangers import check_strangers

FIRST_YEAR = 2020
"""The first year for which the form of 2019 was no longer only recommended."""
SHORTEST_PROBLEMS = 10
"""The letters below which a section on problems says nothing, as evaluators count."""

_SHORTEST_LABEL = 4
_FEWEST_LABELS = 3
"""How many labels of a table that is not read say that it is there all the same."""
_SECOND_HAS = 0.6
"""The share of the labels of a form's table that say that a table which was read stands there once more."""

_FORMS = frozenset({"2019", "2021"})
_TABLED = ("proactive_disclosure", "requests", "review_and_litigation")
_PROBLEMS = "problems_and_improvements"
_MAIN_NUMBER = re.compile(r"\s*[一二三四五六七八九]\s*、\s*")
_BETWEEN_CELLS = re.compile(r"[|｜\t]|\s{2,}")
_NO_LETTERS = re.compile(r"[\W_]+")
_LEFT_OUT = re.compile(r"(?:正文|内容|此处|以下)?[省从]?略")
_PLACEHOLDER = re.compile(
    r"(?:此处)?(?:文字描述|文字叙述|请填写|待补充|待填写)(?:内容)?|[xX×]{2,}"
    r"|(?:[一二12])?(?:本年度|目前|我单位|本单位|我街道|我镇|我局|暂时|暂){0,3}(?:没有|不存在|无)"
    r"(?:发现|明显|主要|突出|存在|存在的|需要改进的|的){0,3}(?:问题|不足|情况)(?:(?:及|和|与)(?:改进|整改)(?:情况|措施))?"
)


def check_words(report: Report) -> tuple[Check, ...]:
    """Return the checks over the words of a report on disclosure that has everything but its checks, else none."""
    if report.kind != "annual_report" or report.series is not None:
        return ()
    return (
        *_check_sections(report),
        *_check_tables(report),
        *_check_problems(report),
        *check_statements(report),
        *check_strangers(report),
        *check_narrative(report),
    )


def asks_for_sections(report: Report) -> bool:
    """Whether a report follows the forms that ask for six sections and three tables, or is of years that had to."""
    is_due = (
        report.series is None and report.form == "narrative" and report.year is not None and report.year >= FIRST_YEAR
    )
    return report.form in _FORMS or is_due


@cache
def load_section_labels() -> Mapping[str, str]:
    """Return the official label of each of the six sections by its key, in their order.

    >>> list(load_section_labels().values())[0], len(load_section_labels())
    ('总体情况', 6)
    """
    text = resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8")
    return {section["key"]: section["label"] for section in tomllib.loads(text)["sections"]}


def _check_sections(report: Report) -> Iterator[Check]:
    """Say which of the six sections have no heading; unknown where each of them may head a place out of order."""
    if not asks_for_sections(report):
        return
    labels = load_section_labels()
    keys = {section.key for section in report.sections}
    missing = {key: label for key, label in labels.items() if key not in keys}
    stand = len(labels) - len(missing)
    text = f"{stand} of the 6 official sections stand under a heading; {len(report.sections)} headings in all"
    text += f"; missing: {'、'.join(missing.values())}" if missing else ""
    if not missing:
        yield Check("report.sections", "headings", "pass", stand, len(labels), text, "soft", "report")
    elif missing.keys() <= _numbered_keys(report) | _likely_keys(report):
        text += "; lines that read so stand in other places, or among other words"
        yield Check("report.sections", "headings", "unknown", stand, len(labels), text, "soft", "reading")
    else:
        origin: Origin = "report" if report.sections else "unknown"
        yield Check("report.sections", "headings", "fail", stand, len(labels), text, "soft", origin)


def _numbered_keys(report: Report) -> frozenset[str]:
    """Return the official sections of which a line within the words has the heading, numbered as main ones are."""
    lines = (line for _, text in iter_texts(report) for line in text.split("\n"))
    matches = (_MAIN_NUMBER.match(line) for line in lines)
    keys = (find_section_key(match.string[match.end() :]) for match in matches if match)
    return frozenset(key for key in keys if key)


def _likely_keys(report: Report) -> frozenset[str]:
    """Return the official sections whose label stands within a heading that is none of them: 一、2023年工作总体情况."""
    strange = [section.heading for section in report.sections if section.key is None]
    return frozenset(key for key, label in load_section_labels().items() if any(label in one for one in strange))


def _check_tables(report: Report) -> Iterator[Check]:
    """Say of each of the three tables whether it is there with a figure."""
    if not asks_for_sections(report):
        return
    for table in _TABLED:
        yield _check_table(table, [cell for cell in report.cells if cell.table == table], report)


def _check_table(table: str, cells: list[Cell], report: Report) -> Check:
    counted = Counter(cell.status for cell in cells)
    figures = counted["reported"] + counted["inferred"]
    label = load_section_labels()[table]
    if figures and has_second(table, report):
        text = f"{label}: another table with its rows stands here too; which of them is the report's is not certain"
        return Check("report.tables", table, "unknown", figures, None, text, "soft", "reading")
    if figures:
        text = f"{label}: {figures} of {len(cells)} cells hold a figure"
        return Check("report.tables", table, "pass", figures, None, text, "soft", "report")
    if counted["ambiguous"] or (not counted["blank"] and _has_rows(table, report)):
        text = f"{label}: the table is there, which figure stands in which cell is not certain"
        return Check("report.tables", table, "unknown", None, None, text, "soft", "reading")
    if counted["blank"]:
        text = f"{label}: the table is there, no cell of it holds a figure"
        return Check("report.tables", table, "fail", 0, None, text, "soft", "report")
    text = f"{label}: no such table stands here as text; it may be missing, or a picture"
    return Check("report.tables", table, "fail", 0, None, text, "soft", "unknown")


def warn_of_second_tables(report: Report) -> Iterator[str]:
    """Yield what a reader must know before believing the figures of a table that stands there twice."""
    for table in dict.fromkeys(cell.table for cell in report.cells):
        if table in _TABLED and has_second(table, report):
            yield (
                f"{load_section_labels()[table]}: its rows stand here twice, as in a report beside last year's;"
                " the cells are those of one of them, see which is meant"
            )


def has_second(table: str, report: Report) -> bool:
    """Whether the rows of a table stand once more in what no cell was read from, as in a report beside last year's."""
    found = _find_labels(table, report)
    return any(len(found & labels) >= len(labels) * _SECOND_HAS for labels in _load_telling(table))


def _has_rows(table: str, report: Report) -> bool:
    """Whether labels of a table that was not read stand somewhere all the same."""
    return len(_find_labels(table, report)) >= _FEWEST_LABELS


def _find_labels(table: str, report: Report) -> frozenset[str]:
    """Return the labels with which cells of lines, or of other tables, begin; sentences do not count."""
    texts = [piece for _, text in iter_texts(report) for line in text.split("\n") if "。" not in line
             for piece in _BETWEEN_CELLS.split(line)]  # fmt: skip
    texts += [cell for table in report.tables for row in table.rows for cell in row]
    lines = ["".join(text.split()) for text in texts]
    labels = frozenset[str]().union(*_load_telling(table))
    return frozenset(label for label in labels for line in lines if line.startswith(label))


@cache
def _load_telling(table: str) -> tuple[frozenset[str], ...]:
    """Return the labels of a table that are long enough to be no other words, of each form that has it."""
    labels = (
        frozenset(label.text for line in one.lines for label in line.labels if len(label.text) >= _SHORTEST_LABEL)
        for form in load_forms().values()
        for one in form.tables
        if one.key == table
    )
    return tuple(filter(None, labels))


def _check_problems(report: Report) -> Iterator[Check]:
    """Say where the section on problems is empty, or holds nothing but words that fill it."""
    if not asks_for_sections(report):
        return
    numbers = [number for number, section in enumerate(report.sections) if section.key == _PROBLEMS]
    if not numbers:
        return
    words = "".join(_NO_LETTERS.sub("", line) for line in _iter_lines(report.sections, numbers[0]))
    rule, label = "report.empty_section", load_section_labels()[_PROBLEMS]
    if words and not _LEFT_OUT.sub("", words):
        text = f"{label}: this copy of the report leaves the text out"
        yield Check(rule, _PROBLEMS, "unknown", None, SHORTEST_PROBLEMS, text, "soft", "unknown")
        return
    is_empty = len(words) < SHORTEST_PROBLEMS or _PLACEHOLDER.fullmatch(words) is not None
    said = f"says only 「{words}」" if words and is_empty else "is empty" if is_empty else f"has {len(words)} letters"
    status: CheckStatus = "fail" if is_empty else "pass"
    yield Check(rule, _PROBLEMS, status, len(words), SHORTEST_PROBLEMS, f"{label}: {said}", "soft", "report")


def _iter_lines(sections: tuple[Section, ...], number: int) -> Iterator[str]:
    """Yield the lines of a section and of those behind it that are none of the official ones, with their headings."""
    yield from sections[number].text.split("\n")
    for section in sections[number + 1 :]:
        if section.key is not None:
            return
        yield section.heading
        yield from section.text.split("\n")
