"""Made prose, as varied as that of real reports and the same in every run: words by their frequency, in sentences.

The genre gives the frequent words: labels of the official forms and the phrases of the made-up offices of the demo. All
others are made of the common characters of GB 2312, frequent ones often. Each report comes back to some words of its
own, as a report on one street does.
"""

import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from statistics import mean
from typing import NamedTuple

from parsers.forms import load_forms

LENGTH = 1_000
"""Characters of a text: some 2.9 KB of UTF-8."""
_WORDS = 30_000
_LONGEST_LABEL = 8
_SIZES, _SIZE_WEIGHTS = (1, 2, 3, 4), (10, 72, 10, 8)
"""Characters of a made word, and how many in a hundred have so many."""
_OWN_WORDS = 50
"""Words that a report comes back to."""
_PHRASES = 24
"""Phrases of the genre that a report has beside `_SAID_MOST`."""
_PIECES = LENGTH // 2
"""Words and marks drawn for a text, more than nearly all take."""
_FIGURES = 0.5
"""How unequal figures are: small ones often, some of four digits."""
_UNITS = "件件件条项次人年月日"
_PAUSES, _STOPS = "，，，，，，，、、、、（）（）；：", ("。", "。", "。\n")
_MARKS = frozenset((*_PAUSES, *_STOPS))
_KINDS = ("genre", "own", "any", "figure", "pause", "stop")
_KIND_SUMS = tuple(accumulate((30, 28, 19, 8, 10, 5)))
"""Of a hundred pieces of a text, how many are of a kind."""
_LAST_COMMON = (0xD7, 0xF9)
"""Where the first level of GB 2312 ends."""
_SAID_MOST = (
    *("政府信息公开", "主动公开", "依申请公开", "政务公开", "公开", "信息", "信息公开工作", "政府", "工作", "本年度"),
    *("行政复议", "行政诉讼", "规范性文件", "年度报告", "街道办事处", "予以公开", "的", "和", "进一步", "群众", "街道"),
    *("监督保障", "公开平台", "工作人员", "收到", "申请", "情况", "制度", "及时", "加强", "落实"),
)
_LEVEL_OF_CHARACTERS, _LEVEL_OF_WORDS, _LEVEL_OF_PHRASES = 14, 20, 25
"""Ranks over which the most frequent are about as frequent as each other; behind them frequency falls as the rank."""
_PHRASE_SUMS = tuple(accumulate(1 / (rank + _LEVEL_OF_PHRASES) for rank in range(len(_SAID_MOST) + _PHRASES)))
_COMMONEST = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
    "定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由"
)
"""Those that are frequent in any Chinese, the most frequent first."""
_COUNTED = re.compile("数量?$")
_HAN = re.compile("[\u4e00-\u9fff]+")


class Variety(NamedTuple):
    """How varied texts of `LENGTH` characters are, on average: different characters, and different pairs of them."""

    characters: float
    pairs: float


class _Vocabulary(NamedTuple):
    """Words with the sums of their weights, for a draw."""

    words: Sequence[str]
    sums: Sequence[float]


def make_text(number: int) -> str:
    """Return the text of a report: some `LENGTH` characters in paragraphs, each number its own."""
    chance = random.Random(f"text {number}")  # noqa: S311 - not for secrets
    words = _make_vocabulary()
    own = chance.choices(words.words, cum_weights=words.sums, k=_OWN_WORDS)
    phrases = [*_SAID_MOST, *chance.sample(_list_genre_words(), _PHRASES)]
    kinds = chance.choices(_KINDS, cum_weights=_KIND_SUMS, k=_PIECES)
    drawn = {
        "genre": chance.choices(phrases, cum_weights=_PHRASE_SUMS, k=kinds.count("genre")),
        "own": chance.choices(own, k=kinds.count("own")),
        "any": chance.choices(words.words, cum_weights=words.sums, k=kinds.count("any")),
        "figure": [_make_figure(chance) for _ in range(kinds.count("figure"))],
        "pause": chance.choices(_PAUSES, k=kinds.count("pause")),
        "stop": chance.choices(_STOPS, k=kinds.count("stop")),
    }
    return _join(drawn[kind].pop() for kind in kinds)


def _make_figure(chance: random.Random) -> str:
    return f"{int(chance.paretovariate(_FIGURES)) % 10_000}{chance.choice(_UNITS)}"


def _join(pieces: Iterable[str]) -> str:
    """Put pieces together up to the length of a text, no mark behind another one."""
    text, length = ["。"], 0
    for piece in pieces:
        if piece in _MARKS and text[-1] in _MARKS:
            continue
        text.append(piece)
        length += len(piece)
        if length >= LENGTH:
            break
    return "".join(text[1:])


def measure_variety(texts: Sequence[str]) -> Variety:
    """Return how varied some texts are."""
    run_on = ["".join(text.split()) for text in texts]
    pairs = mean(len(set(pairwise(text))) for text in run_on)
    return Variety(mean(len(set(text)) for text in run_on), pairs)


@cache
def _list_genre_words() -> list[str]:
    """Return what such reports say over and over, in the order in which it stands."""
    labels = [
        label.text
        for form in load_forms().values()
        for table in form.tables
        for line in table.lines
        for label in line.labels
    ]
    prose = tomllib.loads((resources.files("gongkai.demo") / "prose.toml").read_text(encoding="utf-8"))
    said = [*prose["of_the_year"].values(), *(str(voice) for voice in prose["voices"].values())]
    pieces = [_COUNTED.sub("", piece) for text in (*labels, *said) for piece in _HAN.findall(text)]
    return [piece for piece in dict.fromkeys(pieces) if 1 < len(piece) <= _LONGEST_LABEL]


@cache
def _make_vocabulary() -> _Vocabulary:
    """Make words of characters that are as unequal as those of a language, and weigh them alike."""
    chance = random.Random("vocabulary")  # noqa: S311 - not for secrets
    characters = _list_characters(chance)
    sums = list(accumulate(1 / (rank + _LEVEL_OF_CHARACTERS) for rank in range(len(characters))))
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        size = chance.choices(_SIZES, _SIZE_WEIGHTS)[0]
        words["".join(chance.choices(characters, cum_weights=sums, k=size))] = None
    return _Vocabulary(list(words), list(accumulate(1 / (rank + _LEVEL_OF_WORDS) for rank in range(_WORDS))))


def _list_characters(chance: random.Random) -> list[str]:
    """Return the characters of GB 2312's first level: the commonest, those of the genre, all others in any order."""
    cells = [(high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    common = [bytes(cell).decode("gb2312") for cell in cells if cell <= _LAST_COMMON]
    chance.shuffle(common)
    genre = Counter("".join([*_list_genre_words(), *_SAID_MOST])).most_common()
    return list(dict.fromkeys([*_COMMONEST, *(character for character, _ in genre), *common]))
