"""Lists that nothing but their own scripts can fill: rendered where a site's entry says so, its rules kept.

A page that was judged to be filled by a script is not asked for again: its HTML goes to the browser as it came, and
what its scripts ask for is sent by this crawl like any other request, counted, delayed and guarded. The answer is the
filled page; what is kept of it is marked as `rendered`, since no server sent these bytes. It bears no validators: that
the empty page is unchanged says nothing of its list.

Not by scrapy-playwright: its pages load by the browser's own network, past the rules for TLS, addresses and delays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.http import HtmlResponse
from scrapy.http.request import NO_CALLBACK

from crawler.answers import Answer
from crawler.blocks import find_block
from crawler.browser import Browser
from crawler.decode import decode_page
from crawler.failures import INTERRUPTED, RefusedRequestError, describe_failure
from crawler.filling import Filling, FillOptions, Loaded, NotLoadedError, RenderError
from crawler.guard import SITE_KEY
from crawler.judge import NO_ENTRIES, UNFILLED
from crawler.troubles import BLOCKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.filling import Asked, Rendered
    from crawler.sites import Site
    from crawler.step import Step

SHELL_KEY = "gongkai_render"
"""Key in `Request.meta` of the `Shell` that is to be filled; such a request is not sent."""

FACTS_KEY = "gongkai_rendered"
"""Key in `Request.meta`: the facts of a rendered page, for its capture."""

QUIET_SETTING = "GONGKAI_RENDER_QUIET"
"""Setting: the seconds without a request after which a page is taken as filled."""

LOADS_LIMIT = 60
"""So many requests of one page are sent, further pages of its list included."""

TOO_MANY_LOADS = "too many requests of one page"

NOT_LOADED_SHOWN = 10
"""So many of the requests that a page made in vain stand in the facts."""

SCRIPTS_KEPT = 200
"""So many script files are kept for the length of a crawl: every list of a site loads the same ones."""

_WORTH_IT = frozenset({UNFILLED.failure, NO_ENTRIES.failure})
"""What a page is called that its scripts may fill; a list whose script is a file of its own is just empty."""

_OWN_HEADERS = frozenset(
    {"user-agent", "cookie", "host", "connection", "content-length", "accept-encoding", "upgrade-insecure-requests"}
)
"""What the crawl says for itself; a cookie that a script has made would be the answer to a wall's riddle."""

_KEPT_HEADERS = ("content-type", "access-control-allow-origin", "access-control-allow-credentials")
"""What of an answer's headers a page needs."""

_HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Shell:
    """A page as it came, its scripts not run; `loads` is how many requests it may make."""

    source: str
    loads: int = LOADS_LIMIT


def is_worth_rendering(site: Site, step: Step, failure: str | None, facts: Mapping[str, Any]) -> bool:
    """Whether a page that failed so is to be filled by a browser: once, where its site's entry allows it."""
    is_page = step.post is None and step.family is None
    return site.render and is_page and failure in _WORTH_IT and "rendered" not in facts


def find_facts(request: Request) -> dict[str, Any]:
    """Return what rendering has to say of a request that was to be rendered; nothing of any other."""
    unfilled = {"rendered": False} if SHELL_KEY in request.meta else {}
    return dict(request.meta.get(FACTS_KEY, unfilled))


def make_shell(answer: Answer, requests_left: int) -> Shell:
    """Make of an answer the page that is to be filled; `requests_left` is what its site's budget still holds."""
    return Shell(decode_page(answer.body, answer.content_type), max(0, min(LOADS_LIMIT, requests_left)))


def describe_rendered(rendered: Rendered) -> dict[str, Any]:
    """Return what is worth knowing of a rendered page: whether all of it was had, and what was not.

    >>> from crawler.filling import Rendered
    >>> describe_rendered(Rendered("<p></p>", turned=2, not_loaded=("robots http://a/api",)))
    {'rendered': True, 'turned': 2, 'not_loaded': ['robots http://a/api']}
    """
    facts: dict[str, Any] = {"rendered": True}
    if rendered.turned:
        facts["turned"] = rendered.turned
    if rendered.not_loaded:
        facts["not_loaded"] = list(rendered.not_loaded[:NOT_LOADED_SHOWN])
    return facts if rendered.is_whole else {**facts, "is_whole": False}


class RenderMiddleware:
    """Answers the requests that bear a `Shell` with the page as its scripts fill it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._browser: Browser | None = None
        self._scripts: dict[tuple[str, str], Loaded] = {}
        quiet = crawler.settings.get(QUIET_SETTING)
        self._options = FillOptions() if quiet is None else replace(FillOptions(), quiet=float(quiet))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RenderMiddleware:
        """Return the middleware of a crawl; its browser ends with the crawl."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.close, signal=signals.spider_closed)
        return middleware

    async def process_request(self, request: Request) -> Response | None:
        """Fill a shell; let everything else through."""
        shell: Shell | None = request.meta.get(SHELL_KEY)
        if shell is None:
            return None
        if self._browser is None:
            self._browser = Browser(self._crawler.settings["USER_AGENT"])
        errand = _Errand(self._crawler, request.meta[SITE_KEY], shell.loads, self._scripts)
        filling = Filling(request.url, shell.source, errand.load, self._is_stopped, self._options)
        rendered = await self._browser.render(filling)
        request.meta[FACTS_KEY] = describe_rendered(rendered)
        return HtmlResponse(request.url, headers=_HTML, body=rendered.html.encode(errors="replace"))

    async def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            await self._browser.close()

    def _is_stopped(self) -> bool:
        engine = self._crawler.engine
        return engine is None or not engine.running


@dataclass(slots=True)
class _Errand:
    """What one page may have fetched for it: `left` requests of its site."""

    crawler: Crawler
    site: Site
    left: int
    scripts: dict[tuple[str, str], Loaded]

    async def load(self, asked: Asked) -> Loaded:
        """Fetch what a page asks for as the crawl fetches everything."""
        key = (self.site.name, asked.url)
        if key in self.scripts:
            return self.scripts[key]
        loaded = await self._fetch(asked)
        # What a script's address with a query brings can be data.
        if asked.kind == "script" and loaded.status == 200 and urlsplit(asked.url).path.endswith(".js"):
            if len(self.scripts) >= SCRIPTS_KEPT:
                self.scripts.clear()
            self.scripts[key] = loaded
        return loaded

    async def _fetch(self, asked: Asked) -> Loaded:
        if self.left <= 0:
            raise NotLoadedError(TOO_MANY_LOADS)
        self.left -= 1
        try:
            response = await self.crawler.engine.download_async(_make_request(asked, self.site))
        except Exception as error:
            reason = describe_failure(error)
            if reason == INTERRUPTED:
                raise RenderError(INTERRUPTED) from error
            self.left += isinstance(error, RefusedRequestError)  # it was not sent
            raise NotLoadedError(reason) from error
        return _to_loaded(response, asked)


def _make_request(asked: Asked, site: Site) -> Request:
    return Request(
        asked.url,
        method=asked.method,
        headers=[pair for pair in asked.headers if pair[0] not in _OWN_HEADERS and not pair[0].startswith("sec-")],
        body=asked.body,
        callback=NO_CALLBACK,
        meta={SITE_KEY: site},
        dont_filter=True,
    )


def _to_loaded(response: Response, asked: Asked) -> Loaded:
    """Return what the page gets; a wall before the site ends the rendering, since its riddles are not to be solved."""
    headers = tuple(
        (name.decode("latin-1").lower(), b", ".join(values).decode("latin-1"))
        for name, values in response.headers.items()
    )
    answer = Answer(response.url, response.status, headers, response.body)
    wall = find_block(answer)
    if wall is not None:
        raise RenderError(f"{BLOCKED}{wall}")
    kept = {name: value for name, value in headers if name in _KEPT_HEADERS}
    if asked.kind not in {"document", "script"}:
        return Loaded(response.status, tuple(kept.items()), response.body)
    # A script takes the encoding of its page where it names none; the page is UTF-8 by now.
    kind = kept.get("content-type", "").partition(";")[0].strip() or "text/html"
    kept["content-type"] = f"{kind}; charset=utf-8"
    text = decode_page(response.body, answer.content_type)
    return Loaded(response.status, tuple(kept.items()), text.encode(errors="replace"))
