"""An answer, or the lack of one, to a `Capture`, and to the steps that it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from archive import Capture, PageKind, Validators, drop_cookies, utc_now
from crawler.answers import Answer
from crawler.decode import decode_page
from crawler.families import expand_page, read_data
from crawler.filenames import find_file_name
from crawler.html import parse_page
from crawler.judge import HomePage, judge_answer, judge_data
from crawler.links import Page, is_file_body
from crawler.plan import PAGING_PRIORITY, classify_page, is_list_page, plan_steps
from crawler.sites import Site
from crawler.step import Step

NO_STORED_BODY = "http 304, and what it was before is not stored"


@dataclass(frozen=True, slots=True)
class Visit:
    """One answered visit: what is handed to the archive, the page, where it leads, and whether it lists reports.

    `owes_nothing` is true of an answer that failed and after which its family knows another way to ask.
    """

    capture: Capture
    page: Page
    steps: tuple[Step, ...] = ()
    is_list: bool = False
    owes_nothing: bool = False


def conditional_headers(validators: Validators | None) -> dict[str, str]:
    """Return the headers that ask for a page only if it changed since it was stored."""
    if validators is None:
        return {}
    pairs = (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified))
    return {name: value for name, value in pairs if value}


def read_answer(
    site: Site, step: Step, answer: Answer, *, home: HomePage | None, facts: Mapping[str, Any] | None = None
) -> Visit:
    """Make a visit of an answer. `home` is the site's start page, known again where it is served for everything."""
    page = _read_page(step, answer)
    # The last page of a list that mixes reports with news may have none: only its first page owes entries.
    judged: PageKind = "column" if step.turns else step.kind
    verdict = judge_data(answer, page) if step.family else judge_answer(answer, judged, page, home)
    is_good = verdict.failure is None
    kind = classify_page(step, page, is_file=is_file_body(answer.body)) if is_good else step.kind
    capture = Capture(
        site=site.name,
        url=step.key,
        kind=kind,
        fetched_at=utc_now(),
        status=answer.status,
        headers=drop_cookies(answer.headers),
        body=answer.body if is_good and not answer.is_unchanged else None,
        final_url=answer.url if answer.url != step.url else None,
        failure=verdict.failure,
        found_on=step.found_on,
        link_text=step.link_text,
    )
    steps = tuple(plan_steps(step, kind, page)) if is_good else ()
    is_list = is_good and is_list_page(kind, page)
    told = {**(facts or {}), "looks": verdict.looks, "score": round(verdict.score, 2), **_file_facts(capture, answer)}
    capture = replace(capture, facts={**told, **(_list_facts(page, steps) if is_list else {})})
    if is_good:
        return Visit(capture, page, steps, is_list)
    others = tuple(plan_steps(step, "list", page)) if step.family and page.more else ()
    return Visit(capture, page, others, owes_nothing=bool(others))


def failed_capture(
    site: str, step: Step, reason: str, *, final_url: str | None = None, facts: Mapping[str, Any] | None = None
) -> Capture:
    """Record that a step brought no answer, and why."""
    return Capture(
        site=site,
        url=step.key,
        kind=step.kind,
        fetched_at=utc_now(),
        final_url=final_url if final_url != step.url else None,
        failure=reason,
        found_on=step.found_on,
        link_text=step.link_text,
        facts=facts or None,
    )


def _read_page(step: Step, answer: Answer) -> Page:
    if step.family:
        return read_data(Page(answer.url, source=decode_page(answer.body, answer.content_type)), step.link)
    page = parse_page(answer.body, answer.url, answer.content_type)
    return expand_page(page) if 200 <= answer.status < 300 or answer.is_unchanged else page


def _list_facts(page: Page, steps: tuple[Step, ...]) -> dict[str, Any]:
    """Return what a list shows: entries that lead to reports, further pages, and who made it."""
    entries = sum(step.kind in {"report", "attachment"} for step in steps)
    turns = sum(step.priority == PAGING_PRIORITY for step in steps)
    return {"entries": entries, "pages": turns + 1, **({"families": list(page.families)} if page.families else {})}


def _file_facts(capture: Capture, answer: Answer) -> dict[str, Any]:
    """Return the name under which a file came."""
    name = find_file_name(answer.headers, answer.url, capture.link_text or "") if capture.kind == "attachment" else None
    return {"file_name": name} if name else {}
