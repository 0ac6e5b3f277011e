from parsers import CellKey
from parsers.forms import Line, load_forms, parse_form
from parsers.labels import label_key


def lines() -> list[Line]:
    """Return the lines of the statistics table."""
    (table,) = load_forms()["2014"].tables
    return list(table.lines)


def test_the_table_has_a_cell_for_each_indicator_with_a_unit() -> None:
    """A line with a unit has one cell, one without has none; the unit stands in the last label of the line."""
    for line in lines():
        assert len(line.cells) == (1 if line.unit else 0)
        assert line.unit is None or line.labels[-1].text == line.unit


def test_a_row_below_another_follows_it() -> None:
    """A row that divides another stands below it, in the order of the printed form."""
    rows = [cell.row for line in lines() for cell in line.cells]

    assert len(rows) == len(set(rows)) == 58
    for number, row in enumerate(rows):
        parent = row.rpartition(".")[0]
        assert parent not in rows[number:]


def test_the_rows_that_other_parts_name_are_there() -> None:
    """Facts of sentences and checks name these rows."""
    cells = {cell for line in lines() for cell in line.cells}

    for row in ("disclosed", "channels.website", "requests.received", "replies", "review", "litigation", "fees"):
        assert CellKey("statistics", row, "value") in cells


def test_the_sums_name_whole_groups() -> None:
    """Each sum is a row and all of those that divide it."""
    form = load_forms()["2014"]
    rows = [cell.row for cell in form.iter_cells()]

    for rule in form.rules:
        (parent,) = rule.left
        assert list(rule.right) == [row for row in rows if row.rpartition(".")[0] == parent]


def test_spellings_within_the_form_are_told_apart() -> None:
    """Two indicators share a spelling only where the printed form uses the same words twice."""
    places: dict[str, set[str]] = {}
    for line in lines():
        for cell in line.cells:
            for text in (line.labels[0].text, *line.labels[0].also):
                places.setdefault(label_key(text), set()).add(cell.row)

    shared = {frozenset(rows) for rows in places.values() if len(rows) > 1}

    assert shared == {
        frozenset({"review.corrected", "litigation.corrected"}),
        frozenset({"review.other", "litigation.other"}),
    }


def test_a_line_without_a_unit_has_none() -> None:
    """The other forms name no unit beside their labels."""
    form = parse_form(
        'form = "x"\nname = "x"\nsource = "x"\n[[tables]]\nkey = "t"\nsection = "s"\nlabel = "l"\nwidth = 2\n'
        'columns = ["c"]\nlines = [{ labels = [{ text = "a" }], rows = ["a"] },'
        ' { labels = [{ text = "b" }], rows = ["b"], unit = "件" }]'
    )

    assert [line.unit for line in form.tables[0].lines] == [None, "件"]
