"""Cookies as a browser keeps them, one jar a site, for the length of a crawl: nothing of them is stored.

Many sites answer a first request with a redirect to itself that sets a cookie; without a jar it goes in a circle.
Not Scrapy's middleware: that asks a server of somebody else's for a list of public names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http.cookies import CookieJar

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

JAR_KEY = "cookiejar"
"""Key in `Request.meta` of the name of the jar: the site's."""

MAX_COOKIES = 50
"""A jar that holds more is emptied: a site that sets a new one with each answer would end with headers too large."""


class CookieMiddleware:
    """Keeps what a site sets and sends it back to that site alone."""

    def __init__(self) -> None:
        self._jars: dict[str, CookieJar] = {}

    def process_request(self, request: Request) -> None:
        """Send what was set."""
        request.headers.pop("Cookie", None)  # a redirected request is a copy: its cookies were those of another page
        jar = self._jars.get(request.meta.get(JAR_KEY, ""))
        if jar is not None:
            jar.add_cookie_header(request)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep what is set. Most answers set nothing, and cost nothing."""
        if b"Set-Cookie" not in response.headers:
            return response
        jar = self._jars.setdefault(request.meta.get(JAR_KEY, ""), CookieJar())
        jar.extract_cookies(response, request)
        if len(jar) > MAX_COOKIES:
            jar.clear()
        return response
