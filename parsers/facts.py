"""Sentences to facts: the figures that the words of a report state, each with the sentence that states it.

How a figure is said stands in facts.toml. A sentence that compares, plans, sums up several years or agencies, or speaks
of another year states nothing here: what is in doubt is left out, for a report without a table has no second reading.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from parsers.errors import FormError
from parsers.numerals import parse_number
from parsers.options import DEFAULT_OPTIONS, Options
from parsers.report import Fact, Section

_WIDE = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("．"): "."}
_SPACE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")  # white space between two digits stays: 1 5 is not 15
_NAMES = re.compile(r"《[^《》]{0,80}》|〔\d{4}〕")
_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]?")
_CLAUSE_END = re.compile(r"[，；;：:（）()。]|(?<!\d),|,(?!\d)")
_STATES = re.compile("[0-9零一二两三四五六七八九十百千万][件宗份起条次例项元]|[为是均都各][0零]|未|没|无|零|不存在")
_LINE_END = tuple("。！？!?；;：:")
_CHINESE_YEAR = str.maketrans("〇○零ＯOo一二三四五六七八九", "000000123456789")
_YEAR = re.compile(
    r"(?<!比)(?<!较)(?<!较于)(?:"
    r"(?P<year>(?<!\d)(?:19|20)\d\d(?=年|[-—–~～至到、和及与]{1,2}\d{4})|[二一][〇○零九ＯOo][〇○零ＯOo一二三四五六七八九]{2}(?=年))"
    r"|(?P<this>今年|本年)"
    r"|(?P<other>去年|前年|往年|历年|近[一二两三四五六七八九十几\d]{1,2}年|[两三四五六七八九十]年来|上一?年(?!度?结转)|以来))"
    r"(?!年?度?(?:同期)?(?:相比|比较|持平))"
)
_YEAR_TO_YEAR = re.compile(r"年?度?(?:\d{1,2}月)?(?:\d{1,2}日)?[底末初起以来]{0,2}(?:至|到|[-—–~～、和及与]{1,2})")
_SEVERAL = frozenset({0})  # a year that no report has
_RUNNING_TOTAL = re.compile("累计")
_ONE_YEAR = re.compile("全年|年内|年度|今年|本年")
_UNTIL = re.compile("截[至止]")
_AGENCY = re.compile(r"(?:街道办事处|地区办事处|办事处|街道|(?<!城)镇|(?<![城家])乡|委员会|管委会|局(?![面部限势域]))")
_OWN = tuple("我本全该由")
_NOBODY = ("今年", "年度", "全年", "一年", "期间")
_LETTER = re.compile(r"[\u4e00-\u9fff]")
_NUMBER = (
    r"((?<!\d)(?<!\d[.,])(?<!\d[至到~～—–-])(?<![第约近超逾每])"
    r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?![\d,])(?:\.\d{1,6})?万?"
    r"|(?<![\d.第几数上近约超逾每余点分零〇一二两三四五六七八九十百千万亿])(?<![一二三四五六七八九十][至到])[零〇一二两三四五六七八九十百千万]{1,12})"
)


@dataclass(frozen=True, slots=True)
class Saying:
    """How one row's figure is said; or, where `row` is None, what was not, by a word for it and the row of that."""

    row: str | None
    zeros: Mapping[str, str]
    patterns: tuple[re.Pattern[str], ...]
    needs: str
    forbids: re.Pattern[str] | None
    forbids_before: re.Pattern[str] | None
    money: bool = False


@dataclass(frozen=True, slots=True)
class Sayings:
    """All of facts.toml: how figures and zeros are said, by their words, and what makes any of them doubtful, where."""

    sayings: tuple[Saying, ...]
    by_word: Mapping[str, tuple[int, ...]]
    doubts_in_clause: re.Pattern[str]
    doubts_before: re.Pattern[str]
    needs: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands and folded for reading.

    `clauses` are the places in `folded` at which its clauses begin, with its end. `met` are the needs of facts.toml
    that its paragraph and the headings above meet, `years` those of which the paragraph speaks when the sentence begins
    (none where it has named none).
    """

    text: str
    folded: str
    clauses: tuple[int, ...]
    met: frozenset[str]
    years: frozenset[int]

    def clause(self, at: int) -> tuple[int, int]:
        """Return where the clause around a place begins and ends."""
        number = bisect_right(self.clauses, at, hi=len(self.clauses) - 1)
        return self.clauses[number - 1], self.clauses[number]


@dataclass(frozen=True, slots=True)
class _Found:
    row: str
    value: int | float
    at: int


def find_facts(
    sections: Iterable[Section], *, year: int | None, agency: str | None = None, options: Options = DEFAULT_OPTIONS
) -> tuple[Fact, ...]:
    """Return the figures that the sentences of a report's sections state, in their order.

    `year` and `agency` are those of the report: what a sentence says of others is left out. Where two sentences state
    different figures for a row, both are there.

    >>> text = "我街道共收到政府信息公开申请５件，比上年增加2件；答复四件。未发生因政府信息公开被申请行政复议的情况。"
    >>> facts = find_facts([Section(None, "依申请公开情况", text)], year=2016)
    >>> [(fact.row, fact.value) for fact in facts]
    [('new_requests', 5), ('total', 4), ('review', 0)]
    """
    facts = (
        fact
        for section in sections
        for sentence in section_to_sentences(section, options)
        for fact in sentence_to_facts(sentence, year, agency)
    )
    return tuple(dict.fromkeys(facts))


def section_to_sentences(section: Section, options: Options = DEFAULT_OPTIONS) -> Iterator[Sentence]:
    """Yield the sentences of a section that may state something, with what stands around them."""
    heading = ""
    for paragraph in text_to_paragraphs(section.text, options):
        if len(paragraph) <= options.max_heading_length and not paragraph.endswith("。"):
            heading = paragraph
        around = f"{section.heading}\n{heading}\n{paragraph}"
        met: frozenset[str] | None = None
        years: frozenset[int] = frozenset()
        for match in _SENTENCE.finditer(paragraph):
            folded = fold_sentence(match[0])
            if len(folded) <= options.max_sentence_length and _STATES.search(folded):
                met = find_needs(around) if met is None else met
                yield Sentence(match[0].strip(), folded, find_clauses(folded), met, years)
            years = _years_at(folded, len(folded), years)


def find_needs(around: str) -> frozenset[str]:
    """Return the needs of facts.toml that a paragraph and its headings meet."""
    return frozenset(name for name, needed in load_sayings().needs.items() if needed.search(around))


def text_to_paragraphs(text: str, options: Options = DEFAULT_OPTIONS) -> Iterator[str]:
    r"""Yield the paragraphs of a text; a long line that ends in no sentence goes on in the next, as in text from a PDF.

    >>> list(text_to_paragraphs("一、概述\n收到申请5件。"))
    ['一、概述', '收到申请5件。']
    """
    pending: list[str] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        # Two digits that a line end divides may be one number or two.
        pending.append(f" {line}" if pending and pending[-1][-1:].isdigit() and line[0].isdigit() else line)
        if len(line) < options.min_wrapped_line or line.endswith(_LINE_END):
            yield "".join(pending)
            pending = []
    if pending:
        yield "".join(pending)


def fold_sentence(text: str) -> str:
    """Return a sentence with half-width digits, without white space and without what stands in 《》.

    >>> fold_sentence("根据《2008 年条例》，收到 １２ 件、1 5 件")
    '根据，收到12件、1 5件'
    """
    return _NAMES.sub("", _SPACE.sub("", text.translate(_WIDE)))


def sentence_to_facts(sentence: Sentence, year: int | None, agency: str | None) -> Iterator[Fact]:
    """Yield each figure once; a row for which the sentence has several (parts, a list of places) has none."""
    by_row: dict[str, list[_Found]] = {}
    for found in _iter_found(sentence):
        by_row.setdefault(found.row, []).append(found)
    stated = (
        same[0] for same in by_row.values() if len({(found.value, found.value and found.at) for found in same}) == 1
    )
    for found in sorted(stated, key=lambda found: found.at):
        if not is_doubtful(sentence, found.at, year, agency):
            yield Fact(found.row, found.value, sentence.text)


def _iter_found(sentence: Sentence) -> Iterator[_Found]:
    sayings = load_sayings()
    met = (number for word, numbers in sayings.by_word.items() if word in sentence.folded for number in numbers)
    for saying in (sayings.sayings[number] for number in dict.fromkeys(met)):
        for match in _iter_matches(sentence, saying):
            if saying.row is None:
                yield from (_Found(row, 0, match.start(1)) for word, row in saying.zeros.items() if word in match[1])
            elif (value := parse_number(match[1])) is not None and (saying.money or isinstance(value, int)):
                yield _Found(saying.row, value, match.start(1))


def _iter_matches(sentence: Sentence, saying: Saying) -> Iterator[re.Match[str]]:
    folded = sentence.folded
    if saying.needs not in sentence.met:
        return
    forbidden = saying.forbids_before.search(folded) if saying.forbids_before else None
    for pattern in saying.patterns:
        for match in pattern.finditer(folded, 0, forbidden.start() if forbidden else len(folded)):
            if not (saying.forbids and saying.forbids.search(folded, *sentence.clause(match.start(1)))):
                yield match


def find_clauses(folded: str) -> tuple[int, ...]:
    """Return where the clauses of a sentence begin, and where the last ends; the comma of a number divides nothing."""
    return (0, *(match.end() for match in _CLAUSE_END.finditer(folded)), len(folded))


def is_doubtful(sentence: Sentence, at: int, year: int | None, agency: str | None) -> bool:
    """Whether a figure may be another year's, another agency's, a part's, a plan's or a difference."""
    sayings, folded = load_sayings(), sentence.folded
    start, end = sentence.clause(at)
    own_years = frozenset() if year is None else frozenset({year})
    inside = [found for match in _YEAR.finditer(folded, start, end) for found in _named_years(match)]
    return (
        sayings.doubts_in_clause.search(folded, start, end) is not None
        or sayings.doubts_before.search(folded, 0, end) is not None
        or not own_years.issuperset((*_years_at(folded, end, sentence.years), *inside))
        or _is_running_total(folded, start, end, year)
        or _speaks_of_another(folded, at, agency)
    )


def _is_running_total(folded: str, start: int, end: int, year: int | None) -> bool:
    """Whether 累计 may reach back beyond the year: it does not where the year is named, and is not a mere end."""
    if not _RUNNING_TOTAL.search(folded, start, end):
        return False
    names_year = _ONE_YEAR.search(folded, 0, end) or (year is not None and f"{year}年" in folded[:end])
    return not names_year or _UNTIL.search(folded, 0, end) is not None


def _speaks_of_another(folded: str, at: int, agency: str | None) -> bool:
    """Whether the last agency named before a place, in its part of the sentence, may be another than the report's."""
    part = max(folded.rfind("；", 0, at), folded.rfind(";", 0, at)) + 1
    last = None
    for match in _AGENCY.finditer(folded, part, at):
        last = match
    if last is None:
        return False
    before = folded[max(part, last.start() - 2) : last.start()]
    if not before or not _LETTER.match(before[-1]) or before.endswith((*_OWN, *_NOBODY)):
        return False
    name = before + last[0]
    return name not in (agency or "") and name.removesuffix("办事处") not in (agency or "")


def _years_at(folded: str, end: int, years: frozenset[int]) -> frozenset[int]:
    """Return the years of which a sentence speaks at a place, given those of which it spoke at its beginning.

    The last year named is meant, and all of a span or list (2014年至2016年); 今年 and 本年 are the report's own.
    """
    last: re.Match[str] | None = None
    for match in _YEAR.finditer(folded, 0, end):
        named = _named_years(match)
        follows = last is not None and bool(_YEAR_TO_YEAR.fullmatch(folded, last.end(), match.start()))
        years = years | named if follows else named
        last = match
    return years


def _named_years(match: re.Match[str]) -> frozenset[int]:
    if match["this"]:
        return frozenset()
    return frozenset({int(match["year"].translate(_CHINESE_YEAR))}) if match["year"] else _SEVERAL


@cache
def load_sayings() -> Sayings:
    """Return facts.toml compiled; a fragment, a pattern or a key that is wrong there is a `FormError`."""
    text = resources.files(__package__).joinpath("facts.toml").read_text(encoding="utf-8")
    return parse_sayings(text)


def parse_sayings(text: str) -> Sayings:
    """Make the sayings from the text of their file; `FormError` names what is wrong in it."""
    try:
        data = tomllib.loads(text)
        fragments = {"n": _NUMBER, **data["fragments"]}
        doubts: dict[str, list[str]] = {"clause": [], "before": []}
        for doubt in data["doubts"]:
            doubts[doubt["within"]].append(doubt["words"])
        entries = (*data["figures"], *data["zeros"])
        by_word: dict[str, tuple[int, ...]] = {}
        for number, entry in enumerate(entries):
            for word in entry["words"]:
                by_word[word] = (*by_word.get(word, ()), number)
        return Sayings(
            sayings=tuple(_saying(entry, fragments) for entry in entries),
            by_word=by_word,
            doubts_in_clause=re.compile("|".join(doubts["clause"])),
            doubts_before=re.compile("|".join(doubts["before"])),
            needs={entry["needs"]: re.compile(entry["needs"]) for entry in entries},
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as problem:
        raise FormError(f"facts.toml: {problem!r}; mend the file") from problem


def _saying(entry: Mapping[str, Any], fragments: Mapping[str, str]) -> Saying:
    def compiled(key: str) -> re.Pattern[str] | None:
        return re.compile(_expand(entry[key], fragments)) if key in entry else None

    patterns = tuple(re.compile(_expand(pattern, fragments)) for pattern in entry["patterns"])
    for pattern, text in zip(patterns, entry["patterns"], strict=True):
        if pattern.groups != 1:
            raise KeyError(f"not exactly one group in {text}")
    return Saying(
        row=entry.get("row"),
        zeros=entry.get("rows", {}),
        patterns=patterns,
        needs=entry["needs"],
        forbids=compiled("forbids"),
        forbids_before=compiled("forbids_before"),
        money=entry.get("money", False),
    )


def _expand(pattern: str, fragments: Mapping[str, str]) -> str:
    """Put fragments in the place of their names, and those within them in turn."""
    return re.sub(r"<([a-z_]+)>", lambda match: _expand(fragments[match[1]], fragments), pattern)
