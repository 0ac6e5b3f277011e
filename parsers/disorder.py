"""What puts whole rows in doubt: labels that are lost, lines that were removed, figures that stand before labels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from parsers.atoms import Atom
from parsers.headings import find_section_key
from parsers.hits import Hit, in_printed_row
from parsers.labels import label_key, load_vocabulary, words_of_table
from parsers.options import Options
from parsers.rows import Row


def find_disorder(tables: Sequence[Sequence[Row]], atoms: Sequence[Atom], options: Options) -> str | None:
    """Say why no row can be trusted of which only the order of lines is known, None where nothing is against them."""
    rows = [row for table in tables for row in table if row.hit.line.text and not in_printed_row(row.hit, atoms)]
    if not rows:
        return None
    for table in tables:
        if _are_unrepeated(table, atoms, options):
            return "no line stands twice, so that repeated figures and labels must have been removed"
    if _follow_empty_labels(rows):
        return "labels stand together, then figures; which are whose cannot be told"
    too_many = sum(len(row.values) > len(row.placed) for row in rows)
    none = sum(not row.values for row in rows)
    if (
        not _follow_labels(tables, atoms, options.series)
        or (too_many and none > 1)
        or too_many > options.max_rows_with_more
    ):
        return "figures stand before the labels as well as behind; which are whose cannot be told"
    return None


def _follow_empty_labels(rows: Sequence[Row]) -> bool:
    """Whether a row with figures stands right behind labels that have none: a column of labels was torn off."""
    triples = zip(rows, rows[1:], rows[2:], strict=False)
    return any(not first.values and not second.values and third.values for first, second, third in triples)


def _are_unrepeated(table: Sequence[Row], atoms: Sequence[Atom], options: Options) -> bool:
    rows = [row for row in table if not in_printed_row(row.hit, atoms)]
    if not rows:
        return False
    begin = max(0, rows[0].hit.start - options.min_lines_to_repeat)
    end = max(max((row.hit.end, *row.values)) for row in rows)
    lines = [atom.raw for atom in atoms[begin : end + 1] if atom.kind in {"text", "figure"} and not atom.row]
    is_broken = 2 * sum(row.is_whole for row in rows) < len(rows)
    return is_broken and len(lines) >= 2 * options.min_lines_to_repeat and len(set(lines)) == len(lines)


def _follow_labels(tables: Iterable[Sequence[Row]], atoms: Sequence[Atom], series: str | None) -> bool:
    """Whether the figures stand behind their labels, not before them as in text torn out of a page.

    Asked of rows of which only the order of lines is known: more of them must have as many figures as cells behind
    the label than before it, and hardly any may have figures before it that belong to no label.
    """
    claimed = {index for rows in tables for row in rows for index in row.values}
    behind = before = torn = 0
    for row in (row for rows in tables for row in rows):
        if in_printed_row(row.hit, atoms) or not row.hit.line.text:
            continue
        wanted = len(row.placed)
        run = _run_before(row.hit, atoms, series)
        behind += len(row.values) == wanted
        before += len(run) == wanted
        is_torn = len(run) == wanted and claimed.isdisjoint(run) and any(atoms[n].kind == "figure" for n in run)
        torn += min(wanted, 2) if is_torn else 0
    return behind == 0 or (behind >= before and torn < 2)


def _run_before(hit: Hit, atoms: Sequence[Atom], series: str | None) -> list[int]:
    """Return the figures and blanks between a label and the text before it, words of headers left out.

    Figures behind a text that is no word of the same table are that text's own, unless it is a heading or a sentence:
    the 合计 of another table that stands before it.
    """
    run: list[int] = []
    words = load_vocabulary(series)
    own = words_of_table(series, hit.line.cells[0].table)
    for index in range(hit.start - 1, -1, -1):
        atom = atoms[index]
        if atom.kind == "text":
            key = label_key(atom.raw)
            if run and key not in own and atom.raw[-1] not in "。：:" and not find_section_key(key, series):
                return []
            if run or key not in words.heads:
                break
        elif atom.kind != "break":
            run.append(index)
    return run


def find_junctions(
    rows: Sequence[tuple[Row, int]], lines_between: Mapping[int, int], atoms: Sequence[Atom], series: str | None
) -> Iterator[int]:
    """Yield the numbers of rows that may be the beginning of one row and the end of another, or the row before.

    `rows` come in document order with the number of labelled lines that the form has between them and the next row
    (`lines_between`, by number). Where a line that should follow is not there, and no strange text stands in its
    place, its label may be lost together with the end of the row before it. In printed rows that cannot be.
    """
    words = load_vocabulary(series).words
    for number, (row, end) in enumerate(rows):
        lost = lines_between.get(number, 0)
        if not row.values or in_printed_row(row.hit, atoms):
            continue
        before = rows[number - 1][0].hit if number else row.hit
        if not before.figures and before.line.cells[0].table == row.hit.line.cells[0].table:
            yield number  # the label before has no figures: these may be its own
            continue
        if not lost:
            continue
        between = (label_key(atom.raw) for atom in atoms[row.values[-1] + 1 : end] if atom.kind == "text")
        strange = sum(1 for key in between if key not in words and not key.isdigit())
        if strange < lost:
            yield number
