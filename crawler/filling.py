"""One page filled by its own scripts, its list turned to the end: what it asks for, and how it is known to be done.

Knows Playwright's pages, no Scrapy; what a page asks for is fetched by a `Loader`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from crawler.failures import INTERRUPTED, TOO_LARGE, BrokenAnswerError

if TYPE_CHECKING:
    # An extra: where it is not installed, its types are not checked.
    from playwright import async_api  # type: ignore[import-not-found,unused-ignore]

_FILLS = frozenset({"document", "script", "xhr", "fetch"})
"""What can fill a page; pictures, fonts, styles and beacons cannot."""

_METHODS = frozenset({"GET", "POST"})

_GLANCE = 0.05
"""Seconds after which one who waits looks again."""

# Clicks the control that turns a list's page, where it is no link that could be followed; returns whether there is one.
# A sign is believed in a pager alone: breadcrumbs are written with the same signs.
_TURN = r"""() => {
  const words = /^(下一?页|后一?页|(点击)?加载更多|next( page)?)\s*[>›»]*$/i, signs = /^(>|›|»|>>)$/;
  const off = /(^|[-_ ])(disabled?|off|nolink)($|[-_ ])/i;
  const isOff = node => node.disabled || node.getAttribute('aria-disabled') === 'true' || off.test(node.className);
  const leads = link => link && !/^(#.*|javascript:.*)?$/i.test(link.getAttribute('href') || '');
  const isNext = node => {
    const text = (node.textContent || node.title || node.value || '').trim();
    if (!words.test(text) && !(signs.test(text) && node.closest('[class*=pag i], [id*=pag i]'))) return false;
    return !node.children.length && !isOff(node) && !isOff(node.parentElement) && !leads(node.closest('a'));
  };
  const nodes = [...document.body.querySelectorAll('a, button, input, li, span, div, i, [onclick]')];
  const found = nodes.reverse().find(isNext);
  if (found) found.click();
  return Boolean(found);
}"""
_LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href + ' ' + link.textContent.trim())"
_BODY = "() => document.body ? document.body.innerHTML : ''"


class RenderError(BrokenAnswerError):
    """A page that could not be rendered; its text is the reason as it is recorded."""


class NotLoadedError(Exception):
    """What a page asked for and does not get; its text is the reason. The page may do without."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks for while it is rendered; `kind` is the browser's word for it (`script`, `fetch`, …)."""

    url: str
    kind: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a page gets."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Loader: TypeAlias = Callable[[Asked], Awaitable[Loaded]]
"""Fetches what a page asks for; raises `NotLoadedError`, or `RenderError` to end the rendering."""


@dataclass(frozen=True, slots=True)
class FillOptions:
    """Bounds of one rendering; all times in seconds."""

    quiet: float = 1.0
    """So long a page must ask for nothing to be taken as filled."""
    patience: float = 20.0
    """So long a page may be busy with itself; the time in which it waits for the crawl does not count."""
    answer: float = 15.0
    """So long the browser may take for one thing asked of it."""
    asks: int = 500
    """So many times a page may ask for something, refused or not: one that asks for ever would never come to rest."""
    turns: int = 30
    """So many pages of a list are turned, where its control leads to no address."""
    size: int = 16 * 1024 * 1024
    """Characters of the filled page, turned pages included."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled page as HTML; `turned` further pages of its list stand behind the first, each in a `section`.

    `not_loaded` says of what the page asked for in vain why, each as `reason url`, once; `is_whole` is false where it
    was still busy, or its list still had pages, when the bounds were reached.
    """

    html: str
    turned: int = 0
    not_loaded: tuple[str, ...] = ()
    is_whole: bool = True


@dataclass(slots=True)
class Filling:
    """One page on its way from its bare HTML (`source`) to what a reader would see.

    `is_stopped` says that the crawl is ending: the page is then given up.
    """

    url: str
    source: str
    load: Loader
    is_stopped: Callable[[], bool]
    options: FillOptions = FillOptions()
    _asks: int = 0
    _under_way: int = 0
    _loaded: int = 0
    _is_served: bool = False
    _not_loaded: dict[str, None] = field(default_factory=dict)
    _error: Exception | None = None

    async def fill(self, context: async_api.BrowserContext) -> Rendered:
        """Fill the page in a browser's context; raise `RenderError`, or what the browser raises."""
        # Of a bound method Playwright would write on its object, which has no room for that.
        await context.route("**/*", lambda route, request: self._answer(route, request))  # noqa: PLW0108
        page = await self._bound(context.new_page())
        await self._bound(page.goto(self.url, wait_until="commit"))
        is_whole = await self._settle(page)
        html: str = await self._bound(page.content())
        further = await self._turn_pages(page) if is_whole else []
        whole = join_pages(html, further)
        if len(whole) > self.options.size:
            raise RenderError(TOO_LARGE)
        return Rendered(whole, len(further), tuple(self._not_loaded), is_whole and len(further) < self.options.turns)

    async def _turn_pages(self, page: async_api.Page) -> list[str]:
        """Return the bodies of a list's further pages, until one shows no link that was not there before."""
        seen: set[str] = set(await self._bound(page.evaluate(_LINKS)))
        further: list[str] = []
        while len(further) < self.options.turns and await self._bound(page.evaluate(_TURN)):
            is_quiet = await self._settle(page)
            links = set(await self._bound(page.evaluate(_LINKS)))
            if links <= seen:
                break
            seen |= links
            further.append(await self._bound(page.evaluate(_BODY)))
            if not is_quiet:
                break
        return further

    async def _settle(self, page: async_api.Page) -> bool:
        """Wait until the page asks for nothing more; return whether it came to that."""
        clock = asyncio.get_running_loop().time
        busy, quiet_since, loaded = 0.0, clock(), self._loaded
        while busy < self.options.patience:
            before = clock()
            await asyncio.sleep(_GLANCE)
            if self._error is not None:
                raise self._error
            if self.is_stopped():
                raise RenderError(INTERRUPTED)
            if self._under_way or self._loaded != loaded:
                loaded, quiet_since = self._loaded, clock()
            busy += 0.0 if self._under_way else clock() - before
            if clock() - quiet_since >= self.options.quiet:
                await self._bound(page.evaluate("0"))  # a script that is still at work answers only now
                if not self._under_way and self._loaded == loaded:
                    return True
        return False

    async def _bound(self, work: Awaitable[Any]) -> Any:  # noqa: ANN401 - whatever the browser answers
        return await asyncio.wait_for(work, self.options.answer)

    async def _answer(self, route: async_api.Route, request: async_api.Request) -> None:
        """Answer what the page asks for; a browser's event handler must not raise."""
        try:
            await self._choose_answer(route, request)
        except NotLoadedError as error:
            self._not_loaded[f"{error} {request.url}"] = None
            with suppress(Exception):
                await route.abort()
        except Exception as error:  # kept for the one who waits
            self._error = self._error or error

    async def _choose_answer(self, route: async_api.Route, request: async_api.Request) -> None:
        if not self._is_served and request.is_navigation_request():
            self._is_served = True
            await route.fulfill(status=200, content_type="text/html; charset=utf-8", body=self.source)
        elif request.is_navigation_request() and not _is_framed(request):
            # Where the page itself goes is the crawl's to decide. At this answer, browsers stay where they are.
            self._not_loaded[f"leads on {request.url}"] = None
            await route.fulfill(status=204)
        elif self._asks > self.options.asks or request.resource_type not in _FILLS or request.method not in _METHODS:
            await route.abort()
        else:
            await self._hand_on(route, request)

    async def _hand_on(self, route: async_api.Route, request: async_api.Request) -> None:
        self._asks += 1
        headers, body = tuple(request.headers.items()), request.post_data_buffer or b""
        self._under_way += 1
        try:
            got = await self.load(Asked(request.url, request.resource_type, request.method, headers, body))
            await route.fulfill(status=got.status, headers=dict(got.headers), body=got.body)
            self._loaded += 1
        finally:
            self._under_way -= 1


def _is_framed(request: async_api.Request) -> bool:
    try:
        return request.frame.parent_frame is not None
    except Exception:  # a window that the page wants to open has no frame yet
        return False


def join_pages(html: str, further: list[str]) -> str:
    """Put the further pages of a list behind the first.

    >>> join_pages("<body><p>1</p></body>", ["<p>2</p>"])
    '<body><p>1</p><section data-page="2"><p>2</p></section></body>'
    """
    sections = "".join(f'<section data-page="{number}">{body}</section>' for number, body in enumerate(further, 2))
    head, end, tail = html.rpartition("</body>")
    return f"{head}{sections}{end}{tail}" if end else html + sections
