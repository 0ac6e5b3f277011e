"""Names looked up so that no public name leads into a private network, before a connection is made.

The look-up that decides is the one that the connection uses: a name that answers differently the second time
gains nothing. What stands in for local sites and proxies is named to it, and let through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped] # no stubs

from crawler.hosts import find_address, is_private_host

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress, IHostResolution


@implementer(IResolutionReceiver)
class _Sieve:
    """Hands on the public ones of the addresses that a name has."""

    def __init__(self, receiver: Any, name: str, refused: set[str]) -> None:  # noqa: ANN401 - zope's interfaces are no types
        self._receiver = receiver
        self._name = name
        self._refused = refused

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 - Twisted's name
        self._refused.discard(self._name)
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 - Twisted's name
        if is_private_host(str(getattr(address, "host", ""))):
            self._refused.add(self._name)
        else:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Looks names up with another resolver, and keeps back private addresses.

    `trusted` are the names that may have one; `refused` those that would have led to one.
    """

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - zope's interfaces are no types
        self.inner = inner
        self.trusted: set[str] = set()
        self.refused: set[str] = set()

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        receiver: Any,  # noqa: ANN401 - zope's interfaces are no types
        host_name: str,
        *args: Any,  # noqa: ANN401 - handed on
        **kwargs: Any,  # noqa: ANN401 - handed on
    ) -> Any:  # noqa: ANN401 - what the other resolver returns
        """Look a name up; an address in the place of a name was judged by the guard."""
        name = host_name.lower()
        if name not in self.trusted and find_address(name) is None:
            receiver = _Sieve(receiver, name, self.refused)
        return self.inner.resolveHostName(receiver, host_name, *args, **kwargs)


def install_resolver() -> GuardedResolver:
    """Return the guarded resolver of this process's reactor, put before the one that stands there."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it is what installs it

    standing = reactor.nameResolver
    if isinstance(standing, GuardedResolver):
        return standing
    guarded = GuardedResolver(standing)
    reactor.installNameResolver(guarded)
    return guarded


def remove_resolver() -> None:
    """Put the resolver back that stood there before."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it is what installs it

    standing = reactor.nameResolver
    if isinstance(standing, GuardedResolver):
        reactor.installNameResolver(standing.inner)
