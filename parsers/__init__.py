"""The eyes: bytes in, frozen values out. No network, clock, log, environment or database.

The route, in order:

    bytes ─decode▶ text ─html, text▶ Document ─atoms▶ cells as printed ─align▶ cells of an official form
          ─sections, identity▶ words, agency, year ─verify▶ Report

`align` works by `hits` (labels with their figures), `chain` (the best way through them) and `doubts`. `parse` walks
the route; `Parsed` keeps every step, so that a wrong table shows which step was wrong.
"""

from parsers.errors import ParserError
from parsers.options import DEFAULT_OPTIONS, Options
from parsers.parse import PARSER_VERSION, Parsed, parse, parse_steps
from parsers.report import Cell, CellKey, Check, Fact, PlainTable, Report, Section

__all__ = [
    "DEFAULT_OPTIONS",
    "PARSER_VERSION",
    "Cell",
    "CellKey",
    "Check",
    "Fact",
    "Options",
    "Parsed",
    "ParserError",
    "PlainTable",
    "Report",
    "Section",
    "parse",
    "parse_steps",
]
