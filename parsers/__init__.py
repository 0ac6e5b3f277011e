"""The eyes: bytes in, frozen values out. No network, clock, log, environment or database.

The route, in order:

    bytes ─carriers▶ Document (lines, grids) ─atoms▶ cells as printed ─align▶ cells of an official form
          ─sections, identity▶ words, agency, year ─verify▶ Report

`carriers` tells the kind of file from its bytes and reads it; `forms` are data. `align` lists its own steps. `parse`
walks the route; `Parsed` keeps every step, so that a wrong table shows which step was wrong, and `explain` says of
every line which part it was given.
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
