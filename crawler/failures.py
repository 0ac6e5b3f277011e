"""Why a request brought nothing, in a few words that stay the same from run to run."""

from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionAborted, ConnectionDone, ConnectionLost, NoRouteError
from twisted.web._newclient import ParseError

TOO_LARGE = "too large"
TIMEOUT = "timeout"
REFUSED = "refused"
NO_NAME = "dns"
INCOMPLETE = "incomplete"
LOST = "connection lost"
HEADERS_TOO_LARGE = "headers too large"
NOT_HTTP = "not http"
NO_ROUTE = "no route"
ROBOTS = "robots"
ROBOTS_UNREACHABLE = "robots unreachable"
ROBOTS_TOO_SLOW = "robots, a longer delay than a crawl can keep"
TOO_MANY_REDIRECTS = "too many redirects"
REDIRECT_TO_SCHEME = "redirect to another scheme"
REDIRECT_TO_NOWHERE = "redirect to nowhere"
INTERRUPTED = "interrupted"
LEFT_ALONE = "retry after, longer than a crawl waits"

REASON_KEY = "gongkai_reason"
"""Key in `Request.meta`: what there is to say of an answer beyond its status (`http 503, retry after 3600 s`)."""

BROKEN_KEY = "gongkai_broken"
"""Key in `Request.meta`: why the body of an answer is not whole (`broken gzip`)."""


class RefusedRequestError(IgnoreRequest):
    """A request that this crawler will not send; its text is the reason as it is recorded."""


class BrokenAnswerError(Exception):
    """An answer that did not arrive whole, however often it was asked for; its text is the reason."""


class HeadersTooLargeError(Exception):
    """An answer whose headers do not come to an end."""


_BY_CLASS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, TIMEOUT),
    (DownloadConnectionRefusedError, REFUSED),
    (CannotResolveHostError, NO_NAME),
    (DownloadCancelledError, TOO_LARGE),  # Scrapy cancels a download for its size, and for nothing else
    (HeadersTooLargeError, HEADERS_TOO_LARGE),
    (ParseError, NOT_HTTP),
    (ResponseDataLossError, INCOMPLETE),
    (ConnectionLost, LOST),
    (ConnectionDone, LOST),
    (ConnectionAborted, LOST),
    (NoRouteError, NO_ROUTE),
    (ConnectError, "no connection"),
)
# Scrapy says these by message alone.
_BY_MESSAGE = (
    ("robots.txt", ROBOTS),
    ("max redirections", TOO_MANY_REDIRECTS),
    ("DOWNLOAD_MAXSIZE", TOO_LARGE),
)


def describe_failure(error: BaseException) -> str:
    """Return the reason that an exception stands for, looking into those that it wraps."""
    if isinstance(error, RefusedRequestError | BrokenAnswerError):
        return str(error)
    chain = list(_iter_causes(error))
    tls = next((cause for cause in chain if isinstance(cause, SSL.Error | VerificationError)), None)
    if tls is not None:
        return f"tls {_tls_detail(tls)}"
    for kind, reason in _BY_CLASS:
        if any(isinstance(cause, kind) for cause in chain):
            return reason
    by_message = next((reason for words, reason in _BY_MESSAGE if words in str(error)), None)
    return by_message or f"error {type(error).__name__}"


def is_about_host(reason: str) -> bool:
    """Whether a reason says that a host cannot be talked to at all, whatever is asked of it."""
    return reason in {REFUSED, NO_NAME, NO_ROUTE} or reason.startswith("tls ")


def is_passing(reason: str) -> bool:
    """Whether what went wrong on the way may go right at another try."""
    return reason in {TIMEOUT, REFUSED, NO_NAME, INCOMPLETE, LOST, NO_ROUTE, "no connection"}


def _iter_causes(error: BaseException) -> Iterator[BaseException]:
    """Walk an exception, its causes, and the reasons that Twisted packs into a `ResponseFailed`."""
    pending, seen = [error], set[int]()
    while pending:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        pending += [cause for cause in (current.__cause__, current.__context__) if cause]
        pending += [failure.value for failure in getattr(current, "reasons", None) or () if hasattr(failure, "value")]


def _tls_detail(error: BaseException) -> str:
    """Return what OpenSSL said (`certificate verify failed`), packed as [(library, function, reason)]."""
    if isinstance(error, VerificationError):
        return "name does not match the certificate"
    entries = error.args[0] if error.args else ()
    reasons = [str(entry[2]) for entry in entries if isinstance(entry, tuple) and len(entry) == 3]
    return reasons[0] if reasons else type(error).__name__
