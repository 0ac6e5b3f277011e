"""What a page says of itself around a report: its meta data, its table of particulars, the way that led to it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise

from parsers.agencies import is_agency, is_sure_agency
from parsers.dates import fold, is_date_label, parse_date, parse_labelled_date, parse_lone_date
from parsers.document import Document, Grid, TextLine
from parsers.options import Options

_META_DATES = ("pubdate", "publishdate", "publish_date", "publishtime", "pubtime", "publish-date", "publishedtime")
_META_AGENCIES = ("contentsource", "author", "source")
_PUBLISHER = (
    "(?:发布|公开|制发|发文|编制|产生|信息公开|信息发布)(?:机构|单位|机关|部门|主体)|公开责任部门|责任部门|责任单位|所属机构|"
    "(?:信息|文章|稿件|内容)?来源"
)
_PUBLISHER_FIELD = re.compile(rf"(?:{_PUBLISHER})[\s】\]]{{0,4}}[:：|][\s|:：]{{0,4}}(?P<name>[^\s|:：【\[]{{2,40}})")
_PUBLISHER_LABEL = re.compile(rf"[\s|【\[]*(?:{_PUBLISHER})[\s】\]:：|]*")
_WAY = re.compile(r"位置|首页\s*(?:[>›»＞/|]|--?)")
_STEP = re.compile(r"\s*(?:[>›»＞→|]|--+|::|\s/\s)\s*")
_SITE_CODE = re.compile(r"\d{10}")
_SITE_END = re.compile("(?:门户|官方|政务)?(?:网站|网)$|(?:政府)?(?:信息|政务)公开.*$|欢迎您?$")
_SITE_BEGIN = re.compile("^(?:中国|中共)?[·•—-]*")


@dataclass(frozen=True, slots=True)
class Card:
    """The page's own particulars. `publisher` is who put it out, `steps` are the columns that lead to it.

    `places` are names that tell whose site it is; `site_code` are the first 6 digits of the site's number.
    """

    publisher: str | None
    steps: tuple[str, ...]
    places: tuple[str, ...]
    dates: tuple[date, ...]
    site_code: str | None


class Index:
    """The words of all lines in one string, so that a word is found without a look at each line."""

    def __init__(self, lines: Sequence[TextLine]) -> None:
        texts = [line.text for line in lines]
        self.text = "\n".join(texts)
        self._starts = [0, *accumulate([len(text) + 1 for text in texts])]

    def iter_lines(self, words: Sequence[str], most: int) -> Iterator[int]:
        """Yield the lines that hold one of some words, at most so many for each word."""
        seen: set[int] = set()
        for word in words:
            place = self.text.find(word)
            for _ in range(most):
                if place < 0:
                    break
                number = bisect_right(self._starts, place) - 1
                if number not in seen:
                    seen.add(number)
                    yield number
                place = self.text.find(word, self._starts[number + 1])


def read_card(document: Document, lines: Sequence[TextLine], index: Index, title_end: int, options: Options) -> Card:
    """Return what a page says of itself. Lines count near the title and near the end alone."""
    near = title_end + options.card_lines
    foot = len(lines) - options.foot_lines
    fields = list(_iter_grid_fields(document, options))
    dates = [day for label, value in fields if is_date_label(label) and (day := parse_date(value))]
    dates += [day for name in _META_DATES if (value := document.find_meta(name)) and (day := parse_date(value))]
    numbers = index.iter_lines(("日期", "时间", "時間", "日 期", "来源", "发布于"), options.max_keyword_lines)
    for number in numbers:
        if (number < near or number >= foot) and (day := _date_of_line(lines, number, options)):
            dates.append(day)
    dates += _dates_under_title(lines, title_end, options) if title_end else []
    publishers = [value for label, value in fields if _PUBLISHER_LABEL.fullmatch(label)]
    publishers += _publishers_in_lines(lines, index, near, options)
    publishers += [value for name in _META_AGENCIES if (value := document.find_meta(name))]
    steps = _find_steps(document, lines, index, near, options)
    agencies = [packed for name in publishers if is_agency(packed := "".join(fold(name).split()))]
    code = _SITE_CODE.fullmatch(document.find_meta("siteidcode") or "")
    return Card(
        publisher=next(iter(agencies), None),
        steps=steps,
        places=(*_site_names(document, lines, title_end, options), *agencies, *steps),
        dates=tuple(dates),
        site_code=code[0][:6] if code else None,
    )


def find_step_agency(card: Card) -> str | None:
    """Return the agency whose column holds a report: the last step that is one."""
    return next((step for step in reversed(card.steps) if is_sure_agency(step)), None)


def _iter_grid_fields(document: Document, options: Options) -> Iterator[tuple[str, str]]:
    """Yield the cells of small tables with the cell behind each."""
    for grid in [block for block in document.blocks if isinstance(block, Grid)]:
        if sum(map(len, grid.rows)) <= options.max_card_cells:
            for row in grid.rows:
                for label, value in pairwise(row):
                    if label.text and len(label.text) <= options.max_heading_length:
                        yield "".join(label.text.split()), value.text


def _date_of_line(lines: Sequence[TextLine], number: int, options: Options) -> date | None:
    text = lines[number].text
    if len(text) > 2 * options.max_label_length or "。" in text:
        return None
    if day := parse_labelled_date(text):
        return day
    return parse_date(_next_words(lines, number)) if is_date_label(text) else None


def _next_words(lines: Sequence[TextLine], number: int) -> str:
    """Return the words of the next line that has any beyond a lone pipe; empty where it is far."""
    for line in lines[number + 1 : number + 4]:
        if words := line.text.strip(" \t\u3000|:："):
            return words[:80]
    return ""


def _dates_under_title(lines: Sequence[TextLine], title_end: int, options: Options) -> list[date]:
    """Return the day that stands without a name right under a title."""
    under = [line.text for line in lines[title_end : title_end + options.signature_lines]]
    return [day for text in under if len(text) <= options.max_label_length and (day := parse_lone_date(text.strip()))]


def _publishers_in_lines(lines: Sequence[TextLine], index: Index, near: int, options: Options) -> list[str]:
    found = []
    words = ("机构", "主体", "单位", "部门", "机关", "来源")
    for number in sorted(number for number in index.iter_lines(words, options.max_keyword_lines) if number < near):
        text = lines[number].text
        if len(text) > 2 * options.max_label_length or "。" in text:
            continue
        if match := _PUBLISHER_FIELD.search(text):
            found.append(match["name"])
        elif _PUBLISHER_LABEL.fullmatch(text):
            found.append(_next_words(lines, number))
    return found


def _find_steps(
    document: Document, lines: Sequence[TextLine], index: Index, near: int, options: Options
) -> tuple[str, ...]:
    """Return the columns on the way to a page, from its breadcrumbs and its meta data."""
    steps: list[str] = []
    for number in index.iter_lines(("位置", "首页"), options.title_lines):
        text = lines[number].text
        if number < near and len(text) <= 2 * options.max_title_length and "。" not in text and _WAY.search(text):
            steps.extend("".join(fold(step).split()) for step in _STEP.split(text.strip())[1:])
    if column := document.find_meta("columnname"):
        steps.append("".join(fold(column).split()))
    return tuple(step for step in steps if 2 <= len(step) <= options.max_heading_length)


def _site_names(document: Document, lines: Sequence[TextLine], title_end: int, options: Options) -> Iterator[str]:
    """Yield the names of the site: in its meta data, behind the page's title, alone in a line above the report's."""
    names = [document.find_meta("sitename") or ""]
    names += re.split(r"[_|｜—-]", document.title or "")[1:]
    if title_end:
        names += [line.text for line in lines[: min(title_end, options.title_lines)] if 3 <= len(line.text) <= 30]
    for name in names:
        packed = "".join(fold(name).split())
        is_short = 3 <= len(packed) <= options.max_heading_length
        if is_short and (site := _SITE_END.sub("", _SITE_BEGIN.sub("", packed))) and _is_site(site):
            yield site


def _is_site(name: str) -> bool:
    return ":" not in name and name.endswith(("人民政府", "区", "县", "旗", "市", "政府", "管委会", "管理委员会"))
