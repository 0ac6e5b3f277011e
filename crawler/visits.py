"""An answer, or the lack of one, to a `Capture`."""

from dataclasses import dataclass

from scrapy import Request
from scrapy.http import Response

from archive import Capture, StoredBody, Validators, utc_now
from crawler.hosts import seen_key
from crawler.links import Page, is_file_body, is_html_body, parse_page
from crawler.plan import Step, classify_page, is_list_page, plan_steps
from crawler.sites import Site
from crawler.words import shows_error

EMPTY = "empty"
NOT_A_FILE = "not a file"
GONE = "gone"
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Visit:
    """One answered visit: what is handed to the archive, where it leads, and whether it lists reports."""

    capture: Capture
    steps: tuple[Step, ...] = ()
    is_list: bool = False


def conditional_headers(validators: Validators | None) -> dict[str, str]:
    """Return the headers that ask for a page only if it changed since it was stored."""
    if validators is None:
        return {}
    pairs = (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified))
    return {name: value for name, value in pairs if value}


def read_answer(site: Site, step: Step, response: Response, stored: StoredBody | None) -> Visit:
    """Make a visit of a response; `stored` holds the bytes that a 304 speaks of."""
    is_unchanged = response.status == _NOT_MODIFIED
    headers = _headers(response)
    body = stored.content if is_unchanged and stored else response.body
    content_type = _find_header(stored.headers if is_unchanged and stored else headers, "content-type")
    page = parse_page(body, response.url, content_type)
    failure = None if is_unchanged else _find_failure(response.status, step, page, body, site.start_urls)
    kind = step.kind if failure else classify_page(step, page, is_file=is_file_body(body))
    capture = Capture(
        site=site.name,
        url=step.url,
        kind=kind,
        fetched_at=utc_now(),
        status=response.status,
        headers=headers,
        body=None if failure or is_unchanged else response.body,
        final_url=response.url if response.url != step.url else None,
        failure=failure,
        found_on=step.found_on,
        link_text=step.link_text,
    )
    if failure:
        return Visit(capture)
    return Visit(capture, tuple(plan_steps(step, kind, page)), is_list_page(kind, page))


def failed_capture(site: str, step: Step, reason: str, request: Request | None = None) -> Capture:
    """Record that a step brought no answer, and why."""
    final_url = request.url if request is not None and request.url != step.url else None
    return Capture(
        site=site,
        url=step.url,
        kind=step.kind,
        fetched_at=utc_now(),
        final_url=final_url,
        failure=reason,
        found_on=step.found_on,
        link_text=step.link_text,
    )


def _find_failure(status: int, step: Step, page: Page, body: bytes, start_urls: tuple[str, ...]) -> str | None:
    """Find out whether an answer is not what was asked for: by its status, or though its status is good."""
    if not 200 <= status < 300:
        return f"http {status}"
    if not body.strip():
        return EMPTY
    if step.kind == "attachment" and is_html_body(body):
        return NOT_A_FILE
    if step.kind == "home":
        return None
    led_to, starts = seen_key(page.url), {seen_key(url) for url in start_urls}
    if led_to in starts and seen_key(step.url) not in starts:
        return f"{GONE}, led to the start page"
    return f"{GONE}, the page says so" if page.is_html and shows_error(page.title, page.text) else None


def _headers(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )


def _find_header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)
