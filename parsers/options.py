"""Every bound and threshold of the parsers, in one frozen value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How much is read, and how sure a reading must be."""

    series: str | None = None
    """The series of reports whose words are looked for; None is the report on disclosure."""
    max_bytes: int = 64 * 1024 * 1024
    """A larger body is refused."""
    max_span: int = 1000
    """A rowspan or colspan is cut to this, as browsers do."""
    max_columns: int = 4000
    """A table's row is read up to this many columns."""
    max_cell_length: int = 400
    """A table with a longer cell arranges a page; it is read as running text."""
    max_label_pieces: int = 6
    """Into how many lines one label may be broken."""
    max_label_length: int = 120
    """Longer lines are text, never labels."""
    min_rows_found: int = 2
    """With fewer labelled rows than this that hold figures, a table is not believed to be there."""
    min_repeated_share: float = 0.5
    """Where more of a table's rows than this share stand twice, the table stands twice."""
    min_label_share: float = 0.6
    """With at least this share of its labels a table is there, though none of its figures can be placed."""
    max_break_share: float = 0.5
    """Where more neighbouring cells than this share stand apart by an empty line, such a line ends no row."""
    max_row_length: int = 400
    """A longer line of running text is not looked through for figures that spaces divide."""
    max_lines_between_pipes: int = 6
    """How many short lines without a pipe may stand between two lines of one table of pipes."""
    max_strangers_in_label: int = 3
    """How many texts of other cells may stand between the lines of one wrapped label."""
    min_head_words: int = 3
    """So many different words of its header must stand above a line that has no label of its own."""
    max_texts_in_header: int = 60
    """How many texts a header of several lines may be printed in."""
    min_lines_to_repeat: int = 10
    """In twice so many lines of a table some figure or word stands twice, unless repeated lines were removed."""
    max_rows_with_more: int = 2
    """Where more rows than this have more figures than cells, the figures are not those of the labels before them."""
    max_code_step: int = 3
    """How far line codes may count on from one line that is read to the next."""
    min_codes: int = 4
    """So many steps in a row make numbers line codes."""
    min_code_share: float = 0.6
    """At least this share of the steps from line to line must be those of line codes."""
    max_header_atoms: int = 80
    """A word of a header that stands further than this before a row does not head it."""
    min_repeated_label: int = 5
    """Letters from which on a row's label that stands twice counts as a table that stands twice, figures or not."""
    max_column_shift: int = 2
    """Characters by which the figures of one column may stand apart in rows that spaces divide."""
    max_untelling_cells: int = 3
    """Rows with no more cells than this are met in other tables too: their header is looked at more closely."""
    max_header_word: int = 14
    """Letters of the longest text that can head a column."""
    max_extra_figures: int = 2
    """With more figures too many than this behind a label nothing is said about its cells."""
    min_likeness: float = 0.7
    """How like a label a text must be, 0 to 1, to stand for it where the labels around it leave room."""
    min_likeness_margin: float = 0.15
    """How much more like that label than like any other of the table."""
    min_certain_beginning: int = 4
    """Letters from which on the beginning of a label stands for it, where no other label begins so."""
    max_placements: int = 4000
    """How many ways to place the figures of incomplete rows are tried before they are left ambiguous."""
    max_incomplete_rows: int = 4
    """With more incomplete rows in a table than this the sums prove nothing, and none is settled."""
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
    min_file_bytes: int = 22
    """Fewer bytes than this are no file of any binary kind: the shortest is an empty zip archive."""
    max_container_depth: int = 2
    """How deep archives inside archives are opened; the outermost is the first."""
    max_members: int = 200
    """How many files of one archive are read."""
    max_archive_entries: int = 20_000
    """An archive that lists more entries than this is refused before any is looked at."""
    max_unpacked_bytes: int = 128 * 1024 * 1024
    """How much is unpacked of one body, nested archives and all."""
    max_ratio: int = 100
    """How many times its own size a body may unpack to; deflated office files stay under 50."""
    min_unpacked_bytes: int = 4 * 1024 * 1024
    """So much may be unpacked whatever the ratio, for small files of repeated rows pack very well."""
    max_unpack_seconds: float = 10.0
    """How long an outside tool may take to unpack one file of a rar archive."""
    max_member_name: int = 120
    """Characters of a file's name inside an archive that are shown."""
    max_stated_cells: int = 100_000
    """Cells that the tables of one file may state by saying that one is repeated; with more the file is refused."""
    max_pages: int = 500
    """Pages of a PDF file that are read; what follows is left out with a warning."""
    min_pdf_unpacked: int = 4 * 1024 * 1024
    """To so much a PDF file may unpack whatever its size."""
    max_pdf_ratio: int = 30
    """How many times its own size a larger PDF file may unpack to; text and fonts stay under 10."""
    min_pdf_budget: int = 60_000
    """So many characters, and as many drawn things, are read of a PDF file whatever its size, all pages together."""
    max_pdf_budget: int = 1_000_000
    """So many are read at the most; between the two, one for each byte. From there on pages are left out."""
    max_pdf_rules: int = 3_000
    """A page with more ruling lines than this shows a drawing; its lines make no tables."""
    max_pdf_boxes: int = 40_000
    """Lines crossing into more boxes than this are a drawing, no table."""
    pdf_rule_width: float = 3.0
    """Points: a filled bar is a ruling line up to this thickness, a coloured area from there on."""
    pdf_rule_tolerance: float = 2.0
    """Points: ruling lines that lie this close are one, and ends this near to a line touch it."""
    pdf_rule_gap: float = 3.0
    """Points: a ruling line may have gaps of this length."""
    pdf_min_rule: float = 5.0
    """Points: shorter lines rule nothing."""
    pdf_same_line: float = 0.5
    """Characters stand in one line where their middles differ by less than this share of their height."""
    pdf_word_gap: float = 0.25
    """Share of the height from which on a gap between two letters or digits is a space."""
    pdf_wide_gap: float = 0.8
    """Share of the height from which on a gap divides two cells of a table without ruling lines."""
    pdf_torn_gap: float = 0.1
    """Digits of two cells that stand closer than this share of their height are one figure that runs over the line."""
    pdf_near_lines: int = 2
    """A line this near to one with wide gaps may be of the same table, and is kept in its place."""
    pdf_column_lines: int = 6
    """From so many lines on, long texts beside each other are two columns of one text."""
    pdf_column_letters: int = 8
    """Pieces of fewer letters than this are no lines of a column."""
    pdf_full_slack: float = 12.0
    """Points: with less room than this and a character more, the line of a cell is full and was wrapped."""
    pdf_furniture_lines: int = 2
    """How many lines at the top and at the foot of a page may be running heads, feet and page numbers."""
    pdf_furniture_share: float = 0.5
    """A line that stands at the same height on more of the pages than this is a running head or foot."""
    pdf_line_slack: float = 1.5
    """A line of a paragraph is full with less room than this share of its height before the right margin."""
    pdf_indent: float = 0.7
    """A line that begins further from the left margin than this share of its height begins a paragraph."""
    pdf_line_pitch: float = 1.5
    """Lines of a paragraph have less than this share of their height between them."""
    pdf_same_height: float = 0.33
    """Lines of a paragraph differ in height by less than this share."""
    pdf_min_paragraph: int = 12
    """Shorter lines are never the beginning of a paragraph that goes on."""
    pdf_indented_share: float = 0.1
    """Where more lines than this share are indented, that is how a paragraph begins."""
    pdf_scan_characters: int = 20
    """A page with a picture and fewer characters than this is a scan, one without any and as many lines a drawing."""
    pdf_picture_share: float = 0.2
    """A picture that covers more of a page than this may hold figures."""
    pdf_max_slant: float = 8.0
    """Degrees: text that leans more is a stamp or a watermark, not part of the report."""
    max_elements: int = 200_000
    """Tags of one part of an office document, or records of an old workbook; more are refused."""
    max_sheet_elements: int = 400_000
    """Tags of one sheet of a workbook: people give a look to far more cells than they fill."""
    max_cells: int = 50_000
    """Cells of the tables of one office document, blanks between them included; more are refused."""
    max_office_depth: int = 100
    """How deep the parts of an office document may stand within one another; a deeper one is refused."""
    max_edge_shift: int = 30
    """Edges of cells this near, in twentieths of a point, are the same edge: people draw tables by hand."""
    min_wrapped_line: int = 25
    """Characters from which on a line without a sentence's end goes on in the next."""
    max_sentence_length: int = 1000
    """A longer sentence states no facts."""
    max_chrome_length: int = 120
    """Characters of a line that tools and particulars of a page may fill; longer ones are text, or the page's foot."""
    foot_lines: int = 40
    """In how many lines from the end the last words of a report are looked for, behind which the page's foot stands."""
    card_lines: int = 60
    """How many lines below the title may hold what the page says of itself, and who wrote the report."""
    max_card_cells: int = 60
    """A table with more cells than this is none of a page's particulars."""
    max_keyword_lines: int = 40
    """How many lines that hold one telling word are looked at."""
    max_stated_length: int = 1000
    """Characters of a line that are looked at for a period, a year, an author."""
    max_heading_pieces: int = 3
    """Into how many lines one heading may be broken."""
    max_headings: int = 2000
    """How many lines that begin as headings do are looked at; what follows is text."""
    min_run_in_letters: int = 1
    """Letters of a sentence that follows a heading in its own line; fewer are a page number."""
    max_rowspan: int = 65534
    """A rowspan is cut to this, as the HTML standard says; `max_span` is for columns."""
    max_cell_sentences: int = 2
    """A table with a cell of more lines that end as sentences arranges a page; it is read as running text."""
    max_path: int = 100
    """How many of the elements around a line of a page are told apart, from the outermost."""
    max_nesting: int = 512
    """Elements of a page that nest deeper are read as standing side by side, as browsers do."""
    max_attributes: int = 500
    """An element of a page with more attributes is read without them."""
    max_plain_markup: int = 128 * 1024
    """A page of up to so many bytes is parsed without a look at its tags."""
    max_plain_tags: int = 7_000
    """A page with up to so many tags is parsed without a look at them."""
    max_plain_paired_tags: int = 12_000
    """And one with up to so many, if most start tags have an end tag each."""
    max_plain_unclosed: int = 2_000
    """So many start tags may be without an end tag of their own in such a page."""
    max_formatting_copies: int = 400_000
    """How many elements a parser may make, at worst, out of formatting that is never closed."""
    max_explanation_steps: int = 20_000
    """How many changed cells are tried to explain the sums of one table that do not hold."""
    max_alternatives: int = 3
    """Up to so many explanations of a sum are named, where several are as short."""
    min_table_confidence: float = 0.95
    """How sure, 0 to 1, the division of lines into the cells of any other table must be; below, they stay lines."""
    min_plain_rows: int = 3
    """Lines with fewer rows than this, the header among them, are no table."""
    max_plain_columns: int = 12
    """Columns of the widest table that is looked for in lines of one cell each."""
    max_plain_cell: int = 60
    """Characters of the longest cell of such a table; longer lines are text."""


DEFAULT_OPTIONS = Options()
