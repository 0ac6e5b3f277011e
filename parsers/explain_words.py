"""What became of each line outside the official tables: title, headings, the sections' text, and what was left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsers.chrome import clean_line, clean_lines, is_chrome_text, is_foot, is_particular, strip_counter
from parsers.document import TextLine
from parsers.explain_part import Part
from parsers.headings import Heading, find_headings
from parsers.options import Options
from parsers.parse import Parsed
from parsers.report import Fact


@dataclass(frozen=True, slots=True)
class _Words:
    """The running lines as they are and as the sections clean them; those of official tables are `in_table`.

    `plain` are those of other tables, each with the words above its table.
    """

    raw: Sequence[TextLine]
    lines: Sequence[TextLine]
    in_table: frozenset[int]
    headings: Sequence[Heading]
    start: int
    plain: Mapping[int, str]


def explain_words(parsed: Parsed, table_blocks: frozenset[int], options: Options) -> Mapping[int, tuple[Part, ...]]:
    """Return the parts of every line of running text, by its block; lines within official tables are left out."""
    numbers = [number for number, block in enumerate(parsed.document.blocks) if isinstance(block, TextLine)]
    raw = list(parsed.document.iter_lines())
    in_table = frozenset(place for place, number in enumerate(numbers) if number in table_blocks)
    words = _find_words(parsed, raw, in_table, options)
    found: dict[int, tuple[Part, ...]] = {}
    for place in _iter_title(parsed, words):
        found[place] = (Part("title", raw[place].text.strip(), "the title of the report", raw[place].at),)
    for place, parts in _iter_sections(parsed, words):
        found.setdefault(place, parts)
    last_heading = max((heading.line for heading in words.headings), default=words.start)
    is_below_foot = False
    for place, line in enumerate(words.lines):
        if place in in_table or place in found:
            continue
        is_below_foot = is_below_foot or (place > last_heading and is_foot(line.text))
        found[place] = (_explain_rest(words, place, options, is_below_foot=is_below_foot),)
    return {numbers[place]: parts for place, parts in found.items() if place not in in_table}


def _find_words(parsed: Parsed, raw: Sequence[TextLine], in_table: frozenset[int], options: Options) -> _Words:
    """Find the headings again, as the sections found them; only those that head the report's sections are told."""
    lines = clean_lines(raw, "\n".join(line.text for line in raw))
    start = parsed.identity.end
    headings = find_headings(lines, in_table, options, start)
    if not headings and start and (headings := find_headings(lines, in_table, options)):
        start = 0
    sections = [(section.key, section.heading) for section in parsed.report.sections]
    if [(heading.key, heading.text) for heading in headings] != sections:
        headings = ()
    return _Words(raw, lines, in_table, headings, start, _find_plain(parsed, raw, in_table))


def _find_plain(parsed: Parsed, raw: Sequence[TextLine], in_table: frozenset[int]) -> Mapping[int, str]:
    """Return the lines that hold just the words of a table that the report keeps, with the words above that table."""
    starts: dict[int, int] = {}
    joined, places = "", [place for place in range(len(raw)) if place not in in_table]
    for place in places if parsed.report.tables else ():
        starts[len(joined)] = min(place, starts.get(len(joined), place))
        joined += _letters(raw[place].text)
    found: dict[int, str] = {}
    end = 0
    for table in parsed.report.tables:
        wanted = _letters("".join(text for row in table.rows for text in row))
        begin = joined.find(wanted, end) if wanted else -1
        if begin in starts:
            end = begin + len(wanted)
            found.update((place, table.heading) for start, place in starts.items() if begin <= start < end)
    return found


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _iter_title(parsed: Parsed, words: _Words) -> Iterator[int]:
    """Yield the lines whose words make the title, from the last one up."""
    rest = _pack(parsed.identity.title or "")
    for place in range(min(parsed.identity.end, len(words.lines)) - 1, -1, -1):
        packed = _pack(words.lines[place].text)
        if packed and rest.endswith(packed):
            rest = rest[: -len(packed)]
            yield place
        elif packed:
            if rest and (rest in packed or place == parsed.identity.end - 1):
                yield place
            break
        if not rest:
            break


def _pack(text: str) -> str:
    return "".join(clean_line(text).split())


def _iter_sections(parsed: Parsed, words: _Words) -> Iterator[tuple[int, tuple[Part, ...]]]:
    """Yield the lines of headings, and those whose words stand in the preamble or in a section."""
    bounds = [*(heading.line for heading in words.headings), len(words.lines)]
    facts = parsed.report.facts
    for place in _find_texts(words, range(words.start, bounds[0]), parsed.report.preamble):
        yield place, (_text_part(words, place, "before the first heading", None, facts),)
    for heading, end, section in zip(words.headings, bounds[1:], parsed.report.sections, strict=False):
        where = f"text of section {section.key}" if section.key else "text of a section of its own"
        yield from _explain_heading(heading, words, where, facts)
        text = section.text
        if heading.rest:
            text = text.partition("\n")[2]
        for place in _find_texts(words, range(heading.end, end), text):
            yield place, (_text_part(words, place, where, section.key, facts),)


def _explain_heading(
    heading: Heading, words: _Words, where: str, facts: Sequence[Fact]
) -> Iterator[tuple[int, tuple[Part, ...]]]:
    why = f"heads section {heading.key}" if heading.key else "heads a section that is none of the six"
    for place in range(heading.line, heading.end):
        line = words.lines[place]
        if place in words.in_table or not line.text.strip():
            continue
        text = heading.text if heading.rest else words.raw[place].text.strip()
        parts = [Part("heading", text, why, line.at, section=heading.key)]
        if heading.rest:
            rest = _say_text(where, heading.rest, facts)
            parts.append(Part("text", heading.rest, rest, line.at, section=heading.key))
        yield place, tuple(parts)


def _text_part(words: _Words, place: int, where: str, section: str | None, facts: Sequence[Fact]) -> Part:
    line = words.raw[place]
    text = line.text.strip()
    if place in words.plain:
        heading = words.plain[place]
        why = f"{where}, and of another table{f', under {heading}' if heading else ''}"
        return Part("plain", text, why, line.at, section=section)
    return Part("text", text, _say_text(where, text, facts), line.at, section=section)


def _say_text(where: str, text: str, facts: Sequence[Fact]) -> str:
    stated = ", ".join(f"{fact.row} {fact.value}" for fact in facts if holds_sentence(text, fact.sentence))
    return f"{where}; states {stated}" if stated else where


def holds_sentence(text: str, sentence: str) -> bool:
    """Return whether a sentence stands in a text as a whole, not as the end of a longer one.

    >>> holds_sentence("都好。收到5件。", "收到5件。"), holds_sentence("全年收到5件。", "收到5件。")
    (True, False)
    """
    return any(
        text.startswith(sentence, place) for place in range(len(text)) if not place or not text[place - 1].isalnum()
    )


def _find_texts(words: _Words, places: range, text: str) -> list[int]:
    """Return the lines whose words a text of the report is made of; where order does not tell, those it holds."""
    wanted = text.split("\n") if text else []
    own = [(place, strip_counter(words.lines[place].text.strip())) for place in places if place not in words.in_table]
    found: list[int] = []
    for place, line in own:
        if len(found) < len(wanted) and line == wanted[len(found)]:
            found.append(place)
    if len(found) == len(wanted):
        return found
    return [place for place, line in own if line and line in wanted]


def _explain_rest(words: _Words, place: int, options: Options, *, is_below_foot: bool) -> Part:
    """Return the part of a line that is in no section."""
    line = words.lines[place]
    text = line.text.strip()
    if not text:
        return Part("empty", "", "an empty line", line.at)
    return Part(
        "page",
        words.raw[place].text.strip(),
        _say_why_left_out(words, place, options, is_below_foot=is_below_foot),
        line.at,
    )


def _say_why_left_out(words: _Words, place: int, options: Options, *, is_below_foot: bool) -> str:
    line = words.lines[place]
    first = words.headings[0].line if words.headings else len(words.lines)
    reasons = (
        (line.outside, "the page calls it navigation, foot or the like"),
        (line.link_share > options.max_link_share, "links to other pages"),
        (is_foot(line.text), "a link to its neighbours, or who keeps the site"),
        (is_chrome_text(line.text, options), "a counter, a tool, a date or a page number"),
        (place < words.start, "stands above the title of the report"),
        (is_below_foot, "stands below the foot of the page"),
        (place < first and is_particular(line.text, options), "one of the page's particulars"),
        (place < first, "stands above the first heading and is not of the report's words"),
        (True, "stands outside the element of the page that holds the report"),
    )
    return f"left out: {next(reason for holds, reason in reasons if holds)}"
