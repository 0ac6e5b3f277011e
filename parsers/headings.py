"""Lines to headings: which lines head a section, and which of the six official ones it is."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from parsers.dates import fold
from parsers.document import TextLine
from parsers.forms import load_series
from parsers.options import Options

_NUMERALS = "一二三四五六七八九十"
_STYLES = (  # how a heading is numbered, the surest style of a main heading first
    ("chinese", re.compile(rf"第?([{_NUMERALS}]{{1,3}})(?:部分)?\s*[、.．,，:：]\s*|第([{_NUMERALS}]{{1,3}})部分\s*")),
    ("arabic", re.compile(r"(\d{1,2})\s*[、.．](?!\d)\s*")),
    ("bracket", re.compile(rf"[（(]\s*([{_NUMERALS}]{{1,3}}|\d{{1,2}})\s*[）)]\s*[、.．]?\s*")),
)
_WORD_STARTS = "总總概主行政收受依申因就存其它需应應工基信年当當公"
_BARE_STARTS = frozenset(_WORD_STARTS)
_BARE_NUMBER = re.compile(rf"([{_NUMERALS}]{{1,2}})\s*(?=[{_WORD_STARTS}])")
_LONGEST_BARE = 60
_WEIGHT = {"chinese": 8, "arabic": 5, "none": 4, "bracket": 1}
_RUN_IN_WEIGHT = {"chinese": 6, "arabic": 3}
_SENTENCE_END = "。；;！？!?"
_MAY_HEAD = re.compile(
    rf"[\s#*|>]*+(?:第?[{_NUMERALS}]{{1,3}}\s*(?:[、.．,，:：]|部分|(?=[{_WORD_STARTS}]))|\d{{1,2}}\s*[、.．](?!\d)"
    rf"|[（(]\s*(?:[{_NUMERALS}]{{1,3}}|\d{{1,2}})\s*[）)])"
)
_OUTER = re.compile(r"^[\s#*|>]++|[\s*|#]++$")
_KEPT = re.compile(r"[\W_]+")
_BREAKS = re.compile(rf"[。：:；;\s]|(?=[（(][{_NUMERALS}\d])|(?=(?:19|20)\d\d年?)|(?=1[.、．])|(?=一是)")
_LINE_OF_CONTENTS = re.compile(r"(?:\s|[.．…·。\s][.．…·]|[.．…·。]。)\d{1,3}$")
_MOST_BREAKS = 12
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_NO_ROWS = re.compile(r"(?!)")
_NUMBERS = {sign: number for number, sign in enumerate(_NUMERALS, 1)}


@dataclass(frozen=True, slots=True)
class Heading:
    """Lines that head a section, from `line` up to `end`. `style` is how it is numbered, `number` what that says.

    `rest` is the beginning of the section where it follows in the heading's own line.
    """

    line: int
    key: str | None
    text: str
    style: str
    number: str
    end: int
    rest: str = ""
    is_sentence: bool = False


_Link = tuple[Heading, "_Link"] | None


class _Numbered(NamedTuple):
    """A line taken apart: how it is numbered, with what, the words behind; `text` is all of it."""

    style: str
    number: str
    words: str
    text: str


class _Words(NamedTuple):
    keys: tuple[str, ...]
    sections: re.Pattern[str]
    rows: re.Pattern[str]
    starts: frozenset[str]


@cache
def _load_words(series: str | None) -> _Words:
    """Return the words of the sections of a series; None is the report on disclosure."""
    if series is not None:
        told = load_series()[series].sections
        words = {one.key: (*one.words, re.escape(_letters(one.label))) for one in told}
        starts = frozenset(fold(one.label)[:1] for one in told)
        return _Words(tuple(words), _any_of(words), _NO_ROWS, starts)
    text = resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8")
    file = tomllib.loads(text)
    words = {one["key"]: one["words"] for one in file["sections"]}
    return _Words(tuple(words), _any_of(words), re.compile("|".join(map(_without_groups, file["rows"]))), _BARE_STARTS)


def _any_of(words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Return what a heading's letters match, the group named as the section is."""
    return re.compile("|".join(f"(?P<{key}>{'|'.join(map(_without_groups, own))})" for key, own in words.items()))


def _without_groups(words: str) -> str:
    return f"(?:{_GROUP.sub('(?:', words)})"


@cache
def section_order(series: str | None) -> tuple[str, ...]:
    """Return the keys of the sections of a series in their order; None is the report on disclosure."""
    return _load_words(series).keys


@lru_cache(maxsize=4096)
def find_section_key(text: str, series: str | None = None) -> str | None:
    """Return the section of a series of which a text, without its numbering, is the heading.

    >>> find_section_key("主动公开 政府信息情况"), find_section_key("總體情況"), find_section_key("工作亮点")
    ('proactive_disclosure', 'overview', None)
    """
    letters = _letters(text)
    if not 2 <= len(letters) <= 40:
        return None
    match = _load_words(series).sections.fullmatch(letters)
    return match.lastgroup if match else None


def _letters(text: str) -> str:
    return _KEPT.sub("", fold(text))


def find_headings(
    lines: Sequence[TextLine], table_lines: frozenset[int], options: Options, start: int = 0
) -> tuple[Heading, ...]:
    """Return the main headings in order: the official six by their words, others by being numbered alike.

    Lines before `start` and lines of tables head nothing.
    """
    candidates = list(_iter_candidates(lines, table_lines, start, options))
    official = [heading for heading in candidates if heading.key]
    if any(heading.style in _RUN_IN_WEIGHT for heading in official):
        official = [
            heading for heading in official if heading.style != "bracket" or _counts_right(heading, options.series)
        ]
    with_words = _with_words_behind(official, candidates, lines)
    chosen = _best_chain(official, with_words, section_order(options.series))
    styles = {heading.style for heading in chosen} & _RUN_IN_WEIGHT.keys()
    taken = {number for heading in chosen for number in range(heading.line, heading.end)}
    last_of_text = {heading.text: heading.line for heading in candidates}  # in a table of contents they stand once more
    others = [
        heading
        for heading in candidates
        if heading.key is None and heading.style in styles and heading.line not in taken
        if last_of_text[heading.text] == heading.line and _fits(heading, chosen, chinese="chinese" in styles)
    ]
    return tuple(sorted((*chosen, *others), key=lambda heading: heading.line))


def _iter_candidates(
    lines: Sequence[TextLine], table_lines: frozenset[int], start: int, options: Options
) -> Iterator[Heading]:
    """Yield every line that may be a heading, with what it is numbered and named."""
    found = 0
    longest = 2 * options.max_heading_length
    starts = _load_words(options.series).starts
    for number in range(start, len(lines)):
        line = lines[number]
        text = line.text
        if not text or number in table_lines:
            continue
        if _MAY_HEAD.match(text) is None and (len(text) > longest or text.strip()[:1] not in starts):
            continue
        if line.outside or line.link_share > options.max_link_share:
            continue
        found += 1
        if found > options.max_headings:
            return
        numbered = _split_numbering(_OUTER.sub("", text), options.series)
        heading = _read_whole(number, numbered, options)
        if heading is None or heading.key is None:
            heading = _read_run_in(number, numbered, options) or heading
        if heading and not heading.rest:
            heading = _join_broken(heading, numbered.words, lines, table_lines, options)
        if heading:
            yield heading


def _split_numbering(text: str, series: str | None) -> _Numbered:
    """Return a line taken apart; a number that has lost the sign behind it must stand before official words."""
    for style, pattern in _STYLES:
        if match := pattern.match(text):
            return _Numbered(style, match[match.lastindex or 1], text[match.end() :], text)
    match = _BARE_NUMBER.match(text)
    if match and len(text) <= _LONGEST_BARE and find_section_key(text[match.end() :], series):
        return _Numbered("chinese", match[1], text[match.end() :], text)
    return _Numbered("none", "", text, text)


def _read_whole(number: int, numbered: _Numbered, options: Options) -> Heading | None:
    """Return a line that is nothing but a heading."""
    style, text = numbered.style, numbered.text
    if not text or len(text) > 2 * options.max_heading_length:
        return None
    is_sentence = text[-1] in _SENTENCE_END
    key = find_section_key(numbered.words, options.series)
    if key and (not is_sentence or (style == "chinese" and text[-1] == "。")):
        return Heading(number, key, text, style, numbered.number, number + 1, is_sentence=is_sentence)
    letters = _letters(numbered.words)
    if is_sentence or style not in _RUN_IN_WEIGHT or len(letters) > options.max_heading_length:
        return None
    is_none = _load_words(options.series).rows.match(letters) is not None or _LINE_OF_CONTENTS.search(text) is not None
    return None if is_none else Heading(number, None, text, style, numbered.number, number + 1)


def _join_broken(
    heading: Heading, words: str, lines: Sequence[TextLine], table_lines: frozenset[int], options: Options
) -> Heading | None:
    """Return a heading with the lines on which it goes on; one without words of its own and without those is none."""
    best, joined, text, pieces = heading, words, heading.text, 1
    for number in range(heading.end, min(len(lines), heading.end + 2 * options.max_heading_pieces)):
        piece = lines[number].text[: 2 * options.max_heading_length].strip()
        if not piece:
            continue
        is_other = number in table_lines or _MAY_HEAD.match(piece) is not None
        joined, text, pieces = joined + piece, text + piece, pieces + 1
        is_long = len(joined) > options.max_heading_length or piece[-1] in _SENTENCE_END
        if is_other or is_long or pieces > options.max_heading_pieces or heading.style not in _RUN_IN_WEIGHT:
            break
        if key := find_section_key(joined, options.series):
            best = replace(heading, key=key, text=text, end=number + 1)
    return best if best.key or _letters(words) else None


def _read_run_in(number: int, numbered: _Numbered, options: Options) -> Heading | None:
    """Return a heading that the section's first sentence follows in the same line."""
    style, words = numbered.style, numbered.words
    if style not in _RUN_IN_WEIGHT or len(words) < options.min_run_in_letters:
        return None
    best, before = None, ""
    for count, found in enumerate(_BREAKS.finditer(words, 2, 2 * options.max_heading_length)):
        if count == _MOST_BREAKS:
            break
        piece = words[: found.start()]
        letters = _letters(piece)
        if letters != before and (key := find_section_key(piece, options.series)):
            rest = words[found.start() :].lstrip("。：:；; \t\u3000\xa0")
            if len(_KEPT.sub("", rest[:200]).strip("0123456789")) >= options.min_run_in_letters:
                end = len(numbered.text) - len(words) + found.start()
                best = Heading(number, key, numbered.text[:end].rstrip(), style, numbered.number, number + 1, rest)
        before = letters
    return best if best and (style == "chinese" or _counts_right(best, options.series)) else None


def _counts_right(heading: Heading, series: str | None) -> bool:
    """Whether an official heading bears the number that it has in the form."""
    number = int(heading.number) if heading.number.isdigit() else _NUMBERS.get(heading.number)
    return heading.key is not None and number == section_order(series).index(heading.key) + 1


def _with_words_behind(
    headings: Sequence[Heading], candidates: Sequence[Heading], lines: Sequence[TextLine]
) -> frozenset[int]:
    """Return the lines of headings that something else follows; in a table of contents another heading does."""
    styles = {heading.line: heading.style for heading in candidates}
    found = set()
    for heading in headings:
        after = (number for number in range(heading.end, len(lines)) if lines[number].text.strip())
        following = next(after, None)
        if heading.rest or (following is not None and styles.get(following) != heading.style):
            found.add(heading.line)
    return frozenset(found)


def _weigh(heading: Heading, with_words: frozenset[int]) -> int:
    is_run_in = bool(heading.rest) or heading.is_sentence
    weight = _RUN_IN_WEIGHT.get(heading.style, 1) if is_run_in else _WEIGHT[heading.style]
    return 2 * weight + (heading.line in with_words)


def _best_chain(headings: Sequence[Heading], with_words: frozenset[int], keys: Sequence[str]) -> tuple[Heading, ...]:
    """Return the weightiest run of official headings in the order of `keys`, each key at most once."""
    order = {key: place for place, key in enumerate(keys)}
    best: dict[int, tuple[int, _Link]] = {}  # by place of the last heading: weight of the run, the run backwards
    for heading in headings:
        place = order[heading.key or ""]
        before = max((best[other] for other in best if other < place), default=(0, None), key=lambda found: found[0])
        weight = before[0] + _weigh(heading, with_words)
        if place not in best or weight > best[place][0]:
            best[place] = weight, (heading, before[1])
    link = max(best.values(), default=(0, None), key=lambda found: found[0])[1]
    run = []
    while link:
        heading, link = link
        run.append(heading)
    return tuple(reversed(run))


def _fits(heading: Heading, chosen: Sequence[Heading], *, chinese: bool) -> bool:
    """Whether an unnamed numbered line can be a main heading: it is numbered as its neighbours are.

    Arabic numbers head sub-sections too, so they count only before the first heading in Chinese numerals, in sequence
    with an official heading that is numbered so.
    """
    if heading.style == "chinese":
        return True
    alike = [other for other in chosen if other.style == "arabic" and other.line > heading.line]
    chinese_before = any(other.style == "chinese" and other.line < heading.line for other in chosen)
    return bool(alike) and int(heading.number) < int(alike[0].number) and not (chinese and chinese_before)
