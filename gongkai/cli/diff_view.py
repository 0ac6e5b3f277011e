"""Two versions of a report as a person reads them: drawn and coloured on a terminal, marked line by line in a pipe."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from gongkai.cli.columns import Columns, iter_table_lines
from gongkai.cli.output import clean, clean_text, styled
from gongkai.cli.view import tell_cell
from gongkai.comparing import (
    CellDifference,
    Comparison,
    RowDifference,
    SectionDifference,
    TableDifference,
    find_cell_labels,
    is_reworded,
)
from gongkai.rewording import Piece, PieceKind, join_pieces

_SHOWN_AROUND = 30
"""Characters of what is the same that stand before and after a change; what lies between is folded."""
_FOLD_FROM = 3 * _SHOWN_AROUND
_OLD, _NEW, _FOLD = "red", "green", "dim"
_STYLES: Mapping[PieceKind, str] = {"same": "", "removed": f"{_OLD} strike", "added": _NEW}
_MARKS: Mapping[PieceKind, tuple[str, str]] = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_PREAMBLE = "preamble"


def iter_drawn(comparison: Comparison, width: int, *, with_marks: bool) -> Iterator[Text]:
    """Yield the lines for a terminal of that width; what has no colours gets marks: [-removed-], {+added+}."""
    before, after = comparison.before, comparison.after
    yield styled(after.report.title or "(no title)", "bold")
    versions = ((f"version {before.version}", _OLD), " → ", (f"version {after.version}", _NEW))
    yield Text.assemble((f"{clean(after.row.id)}  ", "dim"), *versions)
    for fact in comparison.facts:
        sides = (styled(fact.old or "–", _OLD), " → ", styled(fact.new or "–", _NEW))
        yield Text.assemble((f"{fact.name:10}", "dim"), *sides)
    if comparison.cells:
        yield Text()
        yield from _draw_cells(comparison, width)
    for heading, pieces in _iter_texts(comparison):
        yield Text()
        yield heading
        yield from _draw_pieces(_fold(pieces), with_marks=with_marks)
    for table in comparison.tables:
        if table.kind != "same":
            yield Text()
            yield _head(table)
            yield from _draw_rows(table.rows)


def iter_plain(comparison: Comparison) -> Iterator[Text]:
    """Yield lines that read without colours: what was removed begins with -, what was added with +."""
    before, after = comparison.before, comparison.after
    yield styled(f"--- {before.row.id} version {before.version}")
    yield styled(f"+++ {after.row.id} version {after.version}")
    for fact in comparison.facts:
        yield styled(f"@@ {fact.name} @@")
        yield from _draw_change([] if fact.old is None else [fact.old], [] if fact.new is None else [fact.new])
    for cell in comparison.cells:
        yield styled(f"@@ {_name(cell)} {_short_label(comparison, cell)} @@")
        yield from _draw_change([tell_cell(cell.old)], [tell_cell(cell.new)])
    for heading, pieces in _iter_texts(comparison):
        yield Text.assemble("@@ ", heading.plain, " @@")
        for old, new in _iter_changed_lines(pieces):
            yield from _draw_change(old, new)
    for table in comparison.tables:
        if table.kind != "same":
            yield Text.assemble("@@ ", _head(table).plain, " @@")
            yield from _draw_rows(table.rows)


def _draw_change(old: Sequence[str], new: Sequence[str]) -> Iterator[Text]:
    yield from (Text.assemble(("-", _OLD), styled(line, _OLD)) for line in old)
    yield from (Text.assemble(("+", _NEW), styled(line, _NEW)) for line in new)


def _draw_cells(comparison: Comparison, width: int) -> Iterator[Text]:
    versions = [f"version {shown.version}" for shown in (comparison.before, comparison.after)]
    rows = [
        [
            styled(tell_cell(cell.old), _OLD),
            styled(tell_cell(cell.new), _NEW),
            Text.assemble(styled(_short_label(comparison, cell)), "  ", styled(_name(cell), "dim")),
        ]
        for cell in comparison.cells
    ]
    yield from iter_table_lines(Columns([*versions, "figure"], frozenset(versions)), rows, width)


def _name(cell: CellDifference) -> str:
    return ".".join(cell.key) + (" (as printed only)" if cell.kind == "printed" else "")


def _short_label(comparison: Comparison, cell: CellDifference) -> str:
    """Return the innermost label of the row and of the column, or the inner two of the column alone."""
    labels = find_cell_labels(comparison, cell)
    return " · ".join((*labels.row[-1:], *labels.column[-1:]) if labels.row else labels.column[-2:])


def _iter_texts(comparison: Comparison) -> Iterator[tuple[Text, tuple[Piece, ...]]]:
    """Yield the texts that differ, each with its heading."""
    if is_reworded(comparison.preamble):
        yield styled(_PREAMBLE, "bold"), comparison.preamble
    for section in comparison.sections:
        if section.kind != "same" or section.is_moved:
            yield _head(section), section.pieces if section.kind != "same" else ()


def _head(part: SectionDifference | TableDifference) -> Text:
    """Return the heading of what differs, its old one too, and what became of the whole."""
    old, new = join_pieces(part.heading, "removed"), join_pieces(part.heading, "added")
    names = dict.fromkeys(name for name in (clean(old), clean(new)) if name)
    became: list[str] = [part.kind] if part.kind in {"added", "removed"} else []
    became += ["moved"] if isinstance(part, SectionDifference) and part.is_moved else []
    said = f"  ({', '.join(became)})" if became else ""
    return Text.assemble((" → ".join(names) or "(no heading)", "bold"), (said, "dim"))


def _fold(pieces: Sequence[Piece]) -> Iterator[Piece | int]:
    """Yield pieces, and the number of characters where a long stretch that is the same was left out."""
    for number, piece in enumerate(pieces):
        if piece.kind != "same" or len(piece.text) < _FOLD_FROM:
            yield piece
            continue
        head = piece.text[:_SHOWN_AROUND] if number else ""
        tail = piece.text[-_SHOWN_AROUND:] if number < len(pieces) - 1 else ""
        yield Piece("same", head)
        yield len(piece.text) - len(head) - len(tail)
        yield Piece("same", tail)


def _draw_pieces(pieces: Iterator[Piece | int], *, with_marks: bool) -> Iterator[Text]:
    """Yield the lines of a text that has the old and the new words in it."""
    drawn = Text()
    for piece in pieces:
        if isinstance(piece, int):
            drawn.append(f" … {piece} characters … ", _FOLD)
            continue
        before, after = _MARKS[piece.kind] if with_marks else ("", "")
        text = clean_text(piece.text) if piece.kind == "same" else _show_blanks(clean_text(piece.text))
        if text:
            drawn.append(f"{before}{text}{after}", _STYLES[piece.kind])
    lines = drawn.split("\n")
    yield from (line for line in lines if line.plain.strip())


def _show_blanks(text: str) -> str:
    """Return a text in which white space that came or went alone can be seen."""
    return text if text.strip() else text.replace("\n", "¶\n").replace(" ", "␣").replace("\u3000", "␣")


def _iter_changed_lines(pieces: Sequence[Piece]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the lines that differ, as they were and as they are, between ends of lines that are the same."""
    old: list[str] = []
    new: list[str] = []
    for part in _iter_up_to_ends(pieces):
        if part.kind in {"same", "removed"}:
            old.append(part.text)
        if part.kind in {"same", "added"}:
            new.append(part.text)
        if part.kind == "same" and part.text.endswith("\n"):
            yield from _trim("".join(old), "".join(new))
            old, new = [], []
    yield from _trim("".join(old), "".join(new))


def _iter_up_to_ends(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces, those that are the same parted behind each end of a line."""
    for piece in pieces:
        if piece.kind != "same":
            yield piece
            continue
        yield from (Piece("same", line) for line in piece.text.splitlines(keepends=True))


def _trim(old: str, new: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the lines of two texts without those that both end with; nothing where they are the same."""
    before, after = (text.split("\n") if text else [] for text in (old, new))
    while before and after and before[-1] == after[-1]:
        before.pop()
        after.pop()
    if before or after:
        yield before, after


def _draw_rows(rows: Sequence[RowDifference]) -> Iterator[Text]:
    """Yield the rows that came or went, and how many stand between them."""
    for is_same, group in groupby(rows, key=lambda row: row.kind == "same"):
        run = list(group)
        if is_same:
            yield Text.assemble((f" … {len(run)} row{'s' * (len(run) > 1)} …", _FOLD))
            continue
        for row in run:
            yield from _draw_change([_row(row.old)] if row.old else [], [_row(row.new)] if row.new else [])


def _row(row: Sequence[str]) -> str:
    return " | ".join(map(clean, row))
