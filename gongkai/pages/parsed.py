"""A parsed document as a page: the source on the left, the rebuilt tables on the right, figures linked to lines."""

from collections.abc import Iterator, Sequence
from importlib import resources

from gongkai.pages.links import Links, find_links
from gongkai.pages.markup import both, escape
from gongkai.pages.results import draw_results
from gongkai.pages.source import draw_source
from gongkai.pages.tables import find_report_tables
from gongkai.pages.words import FACTS, FEW, STATUSES
from parsers import Parsed, Report
from parsers.explain import ExplainedLine

_MARK = '<meta name="generator" content="gongkai parse --html">'
_HEAD = 1_000  # characters at most before the mark
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def parsed_to_page(parsed: Parsed, lines: Sequence[ExplainedLine], source: str) -> str:
    """Return the page: one file that asks for nothing else. `source` is the name of what was read."""
    report = parsed.report
    tables = find_report_tables(report)
    links = find_links(lines, frozenset(key for table in tables for key in table.iter_cells()))
    return "\n".join(
        (
            *_begin(report, source),
            *_draw_top(report, source, links),
            "<main>",
            '<section class="pane" id="rebuilt" tabindex="0" aria-label="重建的表格 rebuilt tables">',
            *draw_results(report, tables, links),
            "</section>",
            '<section class="pane" id="source" tabindex="0" aria-label="原文 source">',
            *draw_source(parsed.document, lines, links),
            "</section></main></body></html>\n",
        )
    )


def is_own_page(body: bytes) -> bool:
    """Whether a file is a page of ours, which a new one may replace."""
    return _MARK.encode() in body[:_HEAD]


def _begin(report: Report, source: str) -> Iterator[str]:
    style = resources.files(__package__ or "gongkai.pages").joinpath("parsed.css").read_text(encoding="utf-8")
    yield '<!DOCTYPE html>\n<html lang="zh-Hans"><head><meta charset="utf-8">'
    yield _MARK
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">'
    yield f"<title>{escape(report.title or source)}</title>"
    yield f"<style>\n{style}</style></head><body>"


def _draw_top(report: Report, source: str, links: Links) -> Iterator[str]:
    yield f"<header><h1>{escape(report.title) or both('没有标题', 'no title')}</h1>"
    yield f'<p class="file">{escape(source)}</p><dl>'
    for name, (chinese, english) in FACTS.items():
        value = getattr(report, name)
        yield f"<div><dt>{both(chinese, english)}</dt><dd>{escape(value) if value is not None else '—'}</dd></div>"
    yield "</dl>"
    yield from _draw_warnings(report, links)
    yield from _draw_sums(report)
    yield '<ul class="legend">'
    for status, (sign, chinese, english) in STATUSES.items():
        yield f'<li><b class="{status}">{sign or "12"}</b> {both(chinese, f"{status}: {english}")}</li>'
    yield "</ul>"
    yield f'<nav><a href="#rebuilt">{both("表格", "tables")}</a>'
    yield f'<a href="#source">{both("原文", "source")}</a></nav></header>'


def _draw_warnings(report: Report, links: Links) -> Iterator[str]:
    if not report.warnings:
        return
    is_open = " open" if len(report.warnings) <= FEW else ""
    name = both("提醒", f"warnings ({len(report.warnings)})")
    yield f'<details class="warnings"{is_open}><summary>! {name}</summary><ul lang="en">'
    for warning in report.warnings:
        yield f"<li>{links.link_words(warning)}</li>"
    yield "</ul></details>"


def _draw_sums(report: Report) -> Iterator[str]:
    if not report.checks:
        return
    failed = sum(check.status == "fail" for check in report.checks)
    passed = sum(check.status == "pass" for check in report.checks)
    unknown = len(report.checks) - failed - passed
    said = f"{passed} checks hold, {failed} do not, {unknown} cannot be told"
    how = "bad" if failed else "good" if not unknown else ""
    yield f'<p class="sums {how}">{both(f"检查 ✓{passed} ✗{failed} ?{unknown}", said)}</p>'
    others = [check for check in report.checks if check.status == "fail" and check.rule.startswith("report.")]
    for check in others:
        yield f'<p class="sums bad" lang="en">✗ {escape(check.rule)} {escape(check.where)}: {escape(check.text)}</p>'
