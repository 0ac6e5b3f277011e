"""Lines to sections: what stands under each heading of a report, the page around it gone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.chrome import (
    clean_line,
    clean_lines,
    is_chrome,
    is_chrome_text,
    is_foot,
    is_open_particular,
    is_particular,
    strip_counter,
)
from parsers.dates import fold, is_traditional
from parsers.document import TextLine
from parsers.headings import Heading, find_headings, section_order
from parsers.options import Options
from parsers.report import Section

__all__ = ["Heading", "Parts", "clean_line", "find_headings", "is_chrome", "lines_to_parts", "section_order"]


_Own = tuple[int, str, bool]  # a line's index, its words, whether it is of the page


@dataclass(frozen=True, slots=True)
class Parts:
    """The report's own words: what comes before the first heading, and the sections.

    `path` is the innermost element around them all.
    """

    preamble: str
    sections: tuple[Section, ...]
    path: tuple[int, ...] = ()


def lines_to_parts(lines: Sequence[TextLine], table_lines: frozenset[int], start: int, options: Options) -> Parts:
    """Return the sections of a report whose title ends before line `start`; lines of tables are in no section."""
    joined = "\n".join([line.text for line in lines])
    lines = clean_lines(lines, joined)
    headings = find_headings(lines, table_lines, options, start)
    if not headings and start and (headings := find_headings(lines, table_lines, options)):
        start = 0  # what was taken for the title stands below the report
    path = _common_path([lines[heading.line].path for heading in headings])
    first = headings[0].line if headings else len(lines)
    last = headings[-1].line if headings else start
    own = list(_own_lines(lines, range(start, len(lines)), table_lines, path, options))
    if is_traditional(joined):
        own = [(number, text, is_page or is_chrome_text(fold(text), options)) for number, text, is_page in own]
    words = dict(_cut_foot(own, last))
    bounds = [heading.line for heading in headings] + [len(lines)]
    sections = tuple(
        Section(heading.key, heading.text, _join(words, range(heading.end, end), heading.rest))
        for heading, end in zip(headings, bounds[1:], strict=True)
    )
    preamble = _preamble([line for line in own if line[0] < first], words, options) if headings or start else ""
    return Parts(preamble, sections, path)


def _own_lines(
    lines: Sequence[TextLine], numbers: range, table_lines: frozenset[int], path: tuple[int, ...], options: Options
) -> Iterator[_Own]:
    """Yield the lines with words inside the element that holds every heading, and whether each is of the page."""
    depth = len(path)
    for number in numbers:
        line = lines[number]
        text = line.text
        if not text or number in table_lines or (depth and line.path[:depth] != path):
            continue
        is_page = line.outside or line.link_share > options.max_link_share or is_chrome_text(text, options)
        yield number, text, is_page


def _cut_foot(own: Iterable[_Own], last: int) -> Iterator[tuple[int, str]]:
    """Yield the report's lines. Behind the page's foot, which begins below the last heading, only sentences count."""
    is_below = False
    for number, text, is_page in own:
        if is_page:
            is_below = is_below or (number > last and is_foot(text))
        elif not is_below or "。" in text:
            yield number, text


def _preamble(own: Iterable[_Own], words: Mapping[int, str], options: Options) -> str:
    """Return the words before the first heading without the page's table of particulars, label by label."""
    kept: dict[int, str] = {}
    is_value = False
    for number, text, _ in own:
        if text.isspace():
            continue
        if is_particular(text, options):
            is_value = is_open_particular(text)
        elif is_value and "。" not in text:
            is_value = text.strip() in "|:："
        else:
            is_value = False
            if number in words:
                kept[number] = text
    return _join(kept, kept)


def _join(words: Mapping[int, str], numbers: Iterable[int], rest: str = "") -> str:
    texts = [rest] if rest else []
    texts.extend(words[number] for number in numbers if number in words)
    return "\n".join([text for line in texts if (text := strip_counter(line.strip()))])


def _common_path(paths: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the path of the innermost element around all of these, which is outside each line's own element."""
    listed = list(paths)
    if not listed:
        return ()
    common = listed[0][:-1] if len(listed) == 1 else listed[0]
    for path in listed:
        length = next(
            (place for place, (ours, theirs) in enumerate(zip(common, path, strict=False)) if ours != theirs),
            min(len(common), len(path)),
        )
        common = common[:length]
    return common
