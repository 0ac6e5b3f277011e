"""Lines to sections: which lines are headings, which of them are the official six, and what stands under each."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from parsers.document import TextLine
from parsers.figures import strip_outer
from parsers.labels import label_key
from parsers.options import Options
from parsers.report import Section

_STYLES = (  # how a heading is numbered, the surest style of a main heading first
    ("chinese", re.compile(r"^([一二三四五六七八九十]{1,3})\s*[、.．,，]")),
    ("arabic", re.compile(r"^(\d{1,2})\s*[、.．]")),
    ("bracket", re.compile(r"^[（(]([一二三四五六七八九十]{1,3}|\d{1,2})[）)]")),
)
_STYLE_WEIGHT = {"chinese": 8, "arabic": 5, "none": 4, "bracket": 1}
_SENTENCE_END = "。；;！？!?"
_LEFTOVERS = re.compile(r"\[bookmark:[^\]]{0,80}\]")
_CHROME = re.compile(
    r"""^[\s【\[（(]*+(?:
        (?:浏览|点击|阅读|访问|访客)(?:次数|量|数)?[:：]? | 字体(?:大小)?[:：\s] | 字号
      | 打印(?:本页|整页)?[\s】\])）|]*$
      | 关闭(?:窗口|本页)?[\s】\])）|]*$ | 分享(?:到)?[:：\s】]*$ | 扫一扫 | 上一[篇条页][:：\s] | 下一[篇条页][:：\s]
      | (?:您)?当前(?:的)?位置 | 主办单位 | 承办单位 | 版权所有 | 网站标识码 | \S*ICP备 | \S*公网安备 | 网站地图
      | 相关(?:链接|文章|新闻|阅读|附件) | 返回顶部 | 收藏(?:本页)? | 信息来源[:：] | 来源[:：]
      | (?:发布|更新|发文|成文|公开|生成)?(?:时间|日期)[:：]
    )""",
    re.VERBOSE,
)
_COUNTER = re.compile(r"(?:浏览|点击|阅读|访问|访客)(?:次数|量|数)?\s*[:：]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that heads a section. `style` is how it is numbered, `number` what its numbering says."""

    line: int
    key: str | None
    text: str
    style: str
    number: str


_Link = tuple[Heading, "_Link"] | None


@dataclass(frozen=True, slots=True)
class Parts:
    """The report's own words: what comes before the first heading, and the sections.

    `path` is the innermost element around them all.
    """

    preamble: str
    sections: tuple[Section, ...]
    path: tuple[int, ...] = ()


def clean_line(text: str) -> str:
    """Return a line's words: outer white space and what converters leave in it off.

    >>> clean_line("[bookmark: _GoBack]关于2019年  ")
    '关于2019年'
    """
    return strip_outer(_LEFTOVERS.sub("", text))


def lines_to_parts(lines: Sequence[TextLine], table_lines: frozenset[int], start: int, options: Options) -> Parts:
    """Return the sections of a report whose title ends before line `start`; lines of tables are in no section."""
    headings = find_headings(lines, table_lines, options)
    path = _common_path([lines[heading.line].path for heading in headings])
    inside = _report_lines(lines, path, options)
    own = frozenset(number for number in inside if number >= start) - table_lines
    bounds = [heading.line for heading in headings] + [len(lines)]
    sections = tuple(
        Section(heading.key, heading.text, _join(lines, range(heading.line + 1, end), own))
        for heading, end in zip(headings, bounds[1:], strict=True)
    )
    preamble = _join(lines, range(start, bounds[0]), own) if headings or start else ""
    return Parts(preamble, sections, path)


def find_headings(lines: Sequence[TextLine], table_lines: frozenset[int], options: Options) -> tuple[Heading, ...]:
    """Return the main headings in order: the official six by their words, others by being numbered alike."""
    candidates = [
        heading
        for number, line in enumerate(lines)
        if number not in table_lines and (heading := _read_heading(number, line, options))
    ]
    chosen = _best_chain([heading for heading in candidates if heading.key])
    styles = {heading.style for heading in chosen if heading.style in {"chinese", "arabic"}}
    last_chinese = "chinese" in styles
    others = [
        heading
        for heading in candidates
        if heading.key is None and heading.style in styles and _fits(heading, chosen, chinese=last_chinese)
    ]
    return tuple(sorted((*chosen, *others), key=lambda heading: heading.line))


def _read_heading(number: int, line: TextLine, options: Options) -> Heading | None:
    text = clean_line(line.text)
    if not text or len(label_key(text)) > options.max_heading_length or text[-1] in _SENTENCE_END:
        return None
    if line.link_share > options.max_link_share:
        return None
    style, mark = next(((name, match) for name, pattern in _STYLES if (match := pattern.match(text))), ("none", None))
    key = _section_key(label_key(text))
    if key is None and style not in {"chinese", "arabic"}:
        return None
    return Heading(number, key, text, style, mark[1] if mark else "")


@cache
def _section_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    text = resources.files(__package__).joinpath("headings.toml").read_text(encoding="utf-8")
    return tuple(
        (section["key"], re.compile("|".join(f"(?:{words})" for words in section["words"])))
        for section in tomllib.loads(text)["sections"]
    )


@cache
def section_order() -> tuple[str, ...]:
    """Return the keys of the official sections in their order."""
    return tuple(key for key, _ in _section_words())


def _section_key(letters: str) -> str | None:
    return next((key for key, words in _section_words() if words.fullmatch(letters)), None)


def _best_chain(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """Return the weightiest run of official headings in their official order, each key at most once."""
    order = {key: place for place, key in enumerate(section_order())}
    best: dict[int, tuple[int, _Link]] = {}  # by place of the last heading: weight of the run, the run backwards
    for heading in headings:
        place = order[heading.key or ""]
        before = max((best[other] for other in best if other < place), default=(0, None), key=lambda found: found[0])
        weight = before[0] + _STYLE_WEIGHT[heading.style]
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


def _report_lines(lines: Sequence[TextLine], path: tuple[int, ...], options: Options) -> list[int]:
    """Return the lines inside the element that holds every heading, without those that belong to the page."""
    return [
        number for number, line in enumerate(lines) if line.path[: len(path)] == path and not is_chrome(line, options)
    ]


def is_chrome(line: TextLine, options: Options) -> bool:
    """Whether a line belongs to the page around a report: counters, tools, links to neighbours."""
    beginning = line.text.strip()[: options.max_label_length]
    if line.outside or line.link_share > options.max_link_share or _CHROME.match(beginning):
        return True
    is_short = len(line.text) <= options.max_label_length and "。" not in line.text
    return is_short and _COUNTER.search(line.text) is not None


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


def _join(lines: Sequence[TextLine], numbers: range, own: frozenset[int]) -> str:
    texts = (clean_line(lines[number].text) for number in numbers if number in own)
    return "\n".join(text for text in texts if text)
