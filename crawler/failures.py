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
from twisted.internet.error import ConnectionDone, ConnectionLost

TOO_LARGE = "too large"

_BY_CLASS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "refused"),
    (CannotResolveHostError, "dns"),
    (DownloadCancelledError, TOO_LARGE),  # Scrapy cancels a download for its size, and for nothing else
    (ResponseDataLossError, "incomplete"),
    (ConnectionLost, "connection lost"),
    (ConnectionDone, "connection lost"),
)
# Scrapy says these by message alone.
_BY_MESSAGE = (
    ("robots.txt", "robots"),
    ("max redirections", "too many redirects"),
    ("DOWNLOAD_MAXSIZE", TOO_LARGE),
)


class RefusedRequestError(IgnoreRequest):
    """A request that this crawler will not send; its text is the reason as it is recorded."""


def describe_failure(error: BaseException) -> str:
    """Return the reason that an exception stands for, looking into those that it wraps."""
    chain = list(_iter_causes(error))
    if isinstance(error, RefusedRequestError):
        return str(error)
    tls = next((cause for cause in chain if isinstance(cause, SSL.Error | VerificationError)), None)
    if tls is not None:
        return f"tls {_tls_detail(tls)}"
    for kind, reason in _BY_CLASS:
        if any(isinstance(cause, kind) for cause in chain):
            return reason
    by_message = next((reason for words, reason in _BY_MESSAGE if words in str(error)), None)
    return by_message or f"error {type(error).__name__}"


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
