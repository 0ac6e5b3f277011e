import hashlib
import json
import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from archive.captures.bodies import digest, pack
from archive.histories.compare import figures_hash, measure_quality, words_hash
from archive.readings.documents import PackedDocument, pack_document, unpack_document
from parsers import Cell, Check, PlainTable, Report, Section
from tests.archive.made_reports import make_report

_LETTERS = "公开政府 \t\n　12３４５ab\"\\'/\0\x1c\x85\u0301é①Ⅳ㎡，。—%\U00020000ﬁＡ가각\u2028"
_VALUES = (None, 0, 5, -3, 2.5, 1.0, -0.0, 1e22, 10**20)


def make_strange(seed: int) -> Report:
    """Make a report of whatever characters and figures a document may hold."""
    dice = random.Random(seed)  # noqa: S311 - not for secrets

    def text(longest: int = 12) -> str:
        return "".join(dice.choice(_LETTERS) for _ in range(dice.randint(0, longest)))

    def cell(number: int) -> Cell:
        names = ("requests", dice.choice(("granted", "a.b", f"行{number}")), dice.choice(("total", text(3))))
        status: Any = dice.choice(("reported", "blank", "inferred", "ambiguous", "missing"))
        unit, at = dice.choice((None, "件", text(3))), dice.choice((None, "line 4", text(5)))
        return Cell(*names, text(5), dice.choice(_VALUES), unit, status, at)

    report = make_report(*map(cell, range(dice.randint(0, 30))), words=text(40), preamble=text(30))
    return replace(
        report,
        published=dice.choice((None, date(2021, 1, 29))),
        sections=(*report.sections, Section(None, text(), text(20))),
        tables=(PlainTable(text(), ((text(), text()),), 0.5),),
        checks=(Check("requests.row_sum", text(), "fail", dice.choice(_VALUES), 2.5, text()),),
        warnings=(text(),),
    )


def fold(text: str) -> str:
    """Return a text without white space, as the hash over the words has it, one character after the other."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def hash_lines(values: list[Any]) -> str:
    """Return the hash over the JSON of some values, a line each."""
    return hashlib.sha256("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in values).encode()).hexdigest()


def plain_figures_hash(report: Report) -> str:
    """Return the hash over a report's figures as it is defined, without any haste."""
    status = {"reported": "figure", "inferred": "figure"}
    figures = [
        (cell.table, cell.row, cell.column, status.get(cell.status, cell.status), cell.value, cell.unit)
        for cell in report.cells
        if cell.status != "missing"
    ]
    return hash_lines(sorted(figures, key=str))


def plain_words_hash(report: Report) -> str:
    """Return the hash over a report's words as it is defined, without any haste."""
    words = [report.preamble, *(text for section in report.sections for text in (section.heading, section.text))]
    for table in report.tables:
        words += [table.heading, *(text for row in table.rows for text in row)]
    words += sorted(f"{cell.table}.{cell.row}.{cell.column}={cell.raw}" for cell in report.cells if cell.raw)
    return hash_lines([fold(text) for text in words])


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize(
    ("fast", "plain"),
    [
        pytest.param(figures_hash, plain_figures_hash, id="figures"),
        pytest.param(words_hash, plain_words_hash, id="words"),
    ],
)
def test_a_hash_is_what_its_definition_gives(
    fast: Callable[[Report], str], plain: Callable[[Report], str], seed: int
) -> None:
    """Hashes that stand in archives never change, whatever is done to have them sooner."""
    report = make_strange(seed)

    assert fast(report) == plain(report)


@pytest.mark.parametrize("seed", range(100))
def test_a_document_is_the_json_of_its_report(seed: int) -> None:
    """What is kept of a report is what one call of the encoder writes, byte for byte, and comes back as it was."""
    report = make_strange(seed)
    content = json.dumps(report.to_json(), ensure_ascii=False, separators=(",", ":")).encode()

    packed = pack_document(report)

    hashes = (plain_figures_hash(report), plain_words_hash(report))
    assert packed == PackedDocument(digest(content), *pack(content), *hashes, measure_quality(report))
    assert unpack_document(packed._asdict()) == report
