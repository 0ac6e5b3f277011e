"""Debian's Chromium, cut off from every network: it runs the scripts of a page, and the crawl fetches for it.

All that a page asks for is answered by a `Loader`, the crawl's own way of fetching. So whatever holds for a request of
the crawl (its site's ground, robots.txt, delays, TLS rules, limits of size, who it says it is) holds for the scripts
of a page as well. A connection that the browser opens by itself (a WebSocket, a preconnect) ends at a proxy that is
nowhere. Knows Playwright, which is an extra; no Scrapy.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from crawler.filling import RenderError

if TYPE_CHECKING:
    # An extra: where it is not installed, its types are not checked.
    from playwright import async_api  # type: ignore[import-not-found,unused-ignore]

    from crawler.filling import Filling, Rendered

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""Names under which the browser is looked for, Debian's first."""

NO_BROWSER = "filled by a script, and no browser to run it: pip install 'gongkai[js]', apt install chromium"
NO_START = "filled by a script, and the browser does not start"
BROWSER_FAILED = "filled by a script, and the browser failed"

PAGES_AT_ONCE = 2
"""So many pages are rendered side by side: each has a process of some 100 MB."""

START_TIME, CLOSE_TIME = 30.0, 5.0
"""Seconds for the browser to start or to open a page, and to close what may hang."""

_NOWHERE = "http://nowhere.invalid:9"
_ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",  # addresses written as numbers too
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
)


def find_browser() -> str | None:
    """Return the path of the browser; None where it, or Playwright, is not installed."""
    if find_spec("playwright") is None:
        return None
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Browser:
    """Renders pages, each in a context of its own; starts with the first, and ends when it is closed."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._room = asyncio.Semaphore(PAGES_AT_ONCE)
        self._starting = asyncio.Lock()
        self._playwright: async_api.Playwright | None = None
        self._chromium: async_api.Browser | None = None
        self._trouble: str | None = None

    async def render(self, filling: Filling) -> Rendered:
        """Run the scripts of a page; raise `RenderError` where that does not work."""
        async with self._room:
            chromium = await self._start()
            context: async_api.BrowserContext | None = None
            try:
                context = await asyncio.wait_for(self._open_context(chromium), START_TIME)
                return await filling.fill(context)
            except RenderError:
                raise
            except Exception as error:
                raise RenderError(f"{BROWSER_FAILED}: {type(error).__name__}") from error
            finally:
                await self._close_context(context)

    async def close(self) -> None:
        """End the browser."""
        chromium, self._chromium = self._chromium, None
        playwright, self._playwright = self._playwright, None
        with suppress(Exception):  # it may be gone already
            if chromium is not None:
                await asyncio.wait_for(chromium.close(), CLOSE_TIME)
        with suppress(Exception):
            if playwright is not None:
                await asyncio.wait_for(playwright.stop(), CLOSE_TIME)

    async def _start(self) -> async_api.Browser:
        """Return the running browser; one that cannot be started is not tried again."""
        async with self._starting:
            if self._trouble is not None:
                raise RenderError(self._trouble)
            if self._chromium is None or not self._chromium.is_connected():
                await self.close()
                self._chromium = await self._launch()
            return self._chromium

    async def _launch(self) -> async_api.Browser:
        path = find_browser()
        if path is None:
            self._trouble = NO_BROWSER
            raise RenderError(NO_BROWSER)
        try:
            launched = await asyncio.wait_for(self._launch_program(path), START_TIME)
        except Exception as error:
            self._trouble = f"{NO_START}: {type(error).__name__}"
            await self.close()
            raise RenderError(self._trouble) from error
        return launched

    async def _launch_program(self, path: str) -> async_api.Browser:
        from playwright import async_api  # type: ignore[import-not-found,unused-ignore] # noqa: PLC0415 - an extra, and slow

        self._playwright = await async_api.async_playwright().start()
        return await self._playwright.chromium.launch(
            executable_path=path,
            args=list(_ARGUMENTS),
            proxy={"server": _NOWHERE},
            chromium_sandbox=not hasattr(os, "geteuid") or os.geteuid() != 0,  # root's browser cannot have one
            handle_sigint=False,  # the crawl ends it
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def _open_context(self, chromium: async_api.Browser) -> async_api.BrowserContext:
        return await chromium.new_context(
            user_agent=self._user_agent,
            service_workers="block",
            accept_downloads=False,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )

    async def _close_context(self, context: async_api.BrowserContext | None) -> None:
        """Close a page; where that takes too long, the browser ends with it."""
        try:
            if context is not None:
                await asyncio.wait_for(context.close(), CLOSE_TIME)
        except Exception:  # hangs, or is gone
            await self.close()
