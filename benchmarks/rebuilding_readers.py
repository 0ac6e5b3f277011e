"""The tools that are compared on web pages: each takes bytes, and gives grids or text."""

from io import StringIO
from typing import Any

from bs4 import BeautifulSoup

from benchmarks.rebuilding_mapping import Grid, grids_to_said, text_to_said
from benchmarks.rebuilding_scores import GUESSER, OURS, Reader, guess_zeros, report_to_said
from parsers import ParserError, Report, parse


def read_ours(body: bytes) -> Report | None:
    """Read with our own parser, the whole record; None where it refuses."""
    try:
        return parse(body)
    except ParserError:
        return None


def read_pandas(body: bytes) -> list[Grid]:
    """Return the tables of a page as `pandas.read_html` gives them, its header among the rows, every cell as text."""
    import pandas as pd  # noqa: PLC0415 - a process that does not compare needs none of these

    try:
        frames = pd.read_html(StringIO(body.decode()), flavor="lxml", keep_default_na=False, thousands=None)
    except ValueError:  # No tables found
        return []
    return [_frame_to_grid(frame) for frame in frames]


def _frame_to_grid(frame: Any) -> Grid:  # noqa: ANN401 - a DataFrame, where pandas is installed
    names = [name if isinstance(name, tuple) else (name,) for name in frame.columns]
    is_header = not all(isinstance(part, int) for name in names for part in name)
    header = [list(map(str, row)) for row in zip(*names, strict=True)] if is_header else []
    return [*header, *([str(value) for value in row] for row in frame.itertuples(index=False))]


def read_trafilatura(body: bytes) -> str:
    """Return the text of a page as trafilatura extracts it, its tables as rows of pipes."""
    import trafilatura  # noqa: PLC0415

    return trafilatura.extract(body.decode(), include_tables=True, favor_recall=True, output_format="txt") or ""


def read_trafilatura_whole(body: bytes) -> str:
    """Return all text of a page as trafilatura gives it where nothing is to be left out."""
    import trafilatura  # noqa: PLC0415

    return trafilatura.html2txt(body.decode()) or ""


def read_inscriptis(body: bytes) -> str:
    """Return the text of a page as inscriptis lays it out; it puts no spaces of its own between pieces of a word."""
    import inscriptis  # noqa: PLC0415
    from inscriptis.css_profiles import CSS_PROFILES  # noqa: PLC0415
    from inscriptis.model.config import ParserConfig  # noqa: PLC0415

    return str(inscriptis.get_text(body.decode(), ParserConfig(css=CSS_PROFILES["strict"])))


def read_html2text(body: bytes) -> str:
    """Return a page as Markdown, its lines unbroken, without signs for bold words."""
    import html2text  # noqa: PLC0415

    writer = html2text.HTML2Text(bodywidth=0)
    writer.ignore_emphasis = True
    return str(writer.handle(body.decode()))


def read_soup(body: bytes) -> str:
    """Return the texts of a page, each on a line, as most scripts take them."""
    return BeautifulSoup(body, "lxml").get_text("\n")


def read_plain(body: bytes) -> str:
    """Return a text as it is."""
    return body.decode()


OUR_READER = Reader(OURS, read_ours, lambda _form, report: report_to_said(report))
ZERO_GUESSER = Reader(GUESSER, lambda _body: None, guess_zeros, is_timed=False)
PAGE_READERS = (
    OUR_READER,
    ZERO_GUESSER,
    Reader("pandas.read_html", read_pandas, grids_to_said, "pandas"),
    Reader("trafilatura", read_trafilatura, text_to_said, "trafilatura"),
    Reader("trafilatura.html2txt", read_trafilatura_whole, text_to_said, "trafilatura"),
    Reader("inscriptis", read_inscriptis, text_to_said, "inscriptis"),
    Reader("html2text", read_html2text, text_to_said, "html2text"),
    Reader("BeautifulSoup.get_text", read_soup, text_to_said, "beautifulsoup4"),
)
TEXT_READERS = (OUR_READER, ZERO_GUESSER, Reader("label and next figures", read_plain, text_to_said, is_timed=False))
