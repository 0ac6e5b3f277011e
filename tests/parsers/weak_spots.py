"""Known weak spots: kinds of documents that are not read as they should be, each with the reason and an example.

The tests of generated reports ask of these kinds only that no cell is wrong, not that every cell is read, and hold each
example to fail still: when one is read right, the test says so, and the entry goes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.parsers.generator import Case


@dataclass(frozen=True, slots=True)
class WeakSpot:
    """A kind of case, why it is not read right, and an example of it."""

    reason: str
    example: Case
    holds: Callable[[Case], bool]


WEAK_SPOTS: tuple[WeakSpot, ...] = (
    WeakSpot(
        "a figure alone in a line, inside a wrapped label or beside its unit, may be the number of a page",
        Case(form="2021", filling="zeros", flattening="layout_wrapped"),
        lambda case: case.flattening in {"layout_wrapped", "pdf_unruled"},
    ),
    WeakSpot(
        "a row of empty cells alone, without a label of its own, is not told from an empty line of the table",
        Case(form="2021", filling="rows_blank", flattening="markdown", seed=4),
        lambda case: case.filling == "rows_blank",
    ),
    WeakSpot(
        "an empty first cell of the row without a label is not told from the end of the header",
        Case(form="2021", filling="scattered_blanks", flattening="pdf", carrier="file", seed=1),
        lambda case: (
            case.filling in {"scattered_blanks", "zeros_blank"}
            and case.flattening in {"pdf", "blanks_as_lines", "tab_grid", "tab_rows"}
        ),
    ),
    WeakSpot(
        "signs for an empty cell that spaces divide are words of the line where no figure stands beside them",
        Case(form="2021", filling="signs", flattening="single_spaces", seed=888193),
        lambda case: case.filling == "signs" and case.flattening in {"single_spaces", "spaced_rows", "spaced_lines"},
    ),
    WeakSpot(
        "a short label printed in each column that it covers is taken for a word of the header",
        Case(form="2021", filling="zeros", flattening="markdown_repeated", changes=("other_short",)),
        lambda case: "other_short" in case.changes and case.flattening.endswith("repeated"),
    ),
    WeakSpot(
        "（六）其他处理 with figures in a report of form 2021 may be the group's label, its rows lost",
        Case(form="mixed_undivided", filling="zeros", flattening="cell_lines"),
        lambda case: case.form == "mixed_undivided",
    ),
    WeakSpot(
        "其他 behind a header that is printed again is taken for a word of it",
        Case(form="2021", filling="zeros", flattening="pipe_rows_broken"),
        lambda case: case.flattening == "pipe_rows_broken",
    ),
    WeakSpot(
        "words of a group set one below the other come between a row's label and the header above it",
        Case(form="2014", filling="zeros", flattening="tab_led", changes=("group_vertical",)),
        lambda case: case.form == "2014" and "group_vertical" in case.changes,
    ),
    WeakSpot(
        "hints and explanations in a wrapped header of a page laid out by place are not told from another header",
        Case(form="2021", filling="zeros", flattening="layout_loose", changes=("header_hints",)),
        lambda case: (
            case.flattening.startswith("layout")
            and bool({"header_hints", "explained", "labels_broken", "headers_split"} & set(case.changes))
        ),
    ),
)


def is_weak(case: Case) -> bool:
    """Return whether a case is of a kind that is known not to be read right."""
    return any(spot.holds(case) for spot in WEAK_SPOTS)
