"""The face: command line, web pages, demo sites, alerts, exports; and what a notebook needs.

crawling (a site's walk, then the loop that reads what it brought) ─▶ cli (what people type and see)

>>> from gongkai import Archive, parse
>>> parse("青石区白杨街道2023年政府信息公开工作年度报告".encode()).kind
'other'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive import Archive
    from gongkai.notebook import draw_agency, draw_district, load_table
    from parsers import parse

__all__ = ["Archive", "draw_agency", "draw_district", "load_table", "parse"]

_HOMES = {
    "Archive": "archive",
    "draw_agency": "gongkai.notebook",
    "draw_district": "gongkai.notebook",
    "load_table": "gongkai.notebook",
    "parse": "parsers",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - what the modules have
    """Import what is asked for when it is asked for: `gongkai --help` needs none of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'gongkai' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
