from parsers.atoms import document_to_atoms
from parsers.options import DEFAULT_OPTIONS
from parsers.text import text_to_document


def kinds_of(text: str) -> list[str]:
    """Return the kinds of the atoms of a text."""
    return [atom.kind for atom in document_to_atoms(text_to_document(text), DEFAULT_OPTIONS)]


def test_a_tab_begins_a_cell_and_other_white_space_ends_a_row() -> None:
    """A line with only a tab is a blank cell; one of spaces, or of nothing, is the end of a row."""
    assert kinds_of("规章\n\t0\n\t1\n \n\t\n\t2\n\u3000\n\t3\n\t4\n\n") == [
        "text", "figure", "figure", "break", "blank", "figure", "break", "figure", "figure", "break", "break",
    ]  # fmt: skip


def test_empty_lines_between_all_cells_end_nothing() -> None:
    """Where an empty line stands between most cells, it is no end of a row."""
    assert kinds_of("规章\n\n0\n\n1\n\n2") == ["text", "figure", "figure", "figure"]
