"""Every bound and threshold of the parsers, in one frozen value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How much is read, and how sure a reading must be."""

    max_bytes: int = 64 * 1024 * 1024
    """A larger body is refused."""
    max_span: int = 1000
    """A rowspan or colspan is cut to this, as browsers do."""
    max_columns: int = 4000
    """A table's row is read up to this many columns."""
    max_cell_length: int = 400
    """A table with a longer cell arranges a page; it is read as running text."""
    max_label_pieces: int = 4
    """Into how many lines one label may be broken."""
    max_label_length: int = 120
    """Longer lines are text, never labels."""
    min_rows_found: int = 2
    """With fewer labelled rows than this that hold figures, a table is not believed to be there."""
    min_repeated_share: float = 0.5
    """Where more of a table's rows than this share stand twice, the table stands twice."""
    atoms_behind_last_row: int = 3
    """How far behind a last row of blanks a figure puts in doubt that they are the whole row."""
    min_label_share: float = 0.6
    """With at least this share of its labels a table is there, though none of its figures can be placed."""
    max_break_share: float = 0.5
    """Where more neighbouring cells than this share stand apart by an empty line, such a line ends no row."""
    min_tabbed_share: float = 0.8
    """Where at least this share of the figures in running text stand in lines with tabs, the others are no cells."""
    title_lines: int = 40
    """In how many lines from the top the title is looked for."""
    max_title_pieces: int = 3
    """Into how many lines one title may be broken."""
    max_title_length: int = 80
    """Characters of a title, white space left out; longer ones are sentences."""
    max_heading_length: int = 40
    """Characters of a heading, white space left out; longer ones are sentences."""
    signature_lines: int = 6
    """In how many lines from the end a signature and its date are looked for."""
    min_narrative_sections: int = 2
    """A titled document without tables is a narrative report from this many known sections on."""
    min_narrative_characters: int = 300
    """A titled document without tables or sections is a narrative report from this much text on."""
    min_telling_label: int = 8
    """Letters from which on a row's label is one that no sentence has."""
    min_telling_labels: int = 5
    """With this many such labels a text has an official table, read or not."""
    max_link_share: float = 0.8
    """A line that is links to a larger share than this belongs to the page, not to the report."""


DEFAULT_OPTIONS = Options()
