"""Where a crawl may go: which hosts belong to a site, and which addresses are nobody's public site.

A site's own ground is simple on purpose. For an IP address or localhost it is that host and port,
nothing else. For a name it is that name without its front label (`www.`, `zwgk.` and the like) and
every name that ends in what is left, on any port: a start at `www.example.gov.cn` may go to
`xxgk.example.gov.cn`, never to `other.gov.cn`. A front label stays where nothing but a public suffix
(`gov.cn`) would be left.
"""

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

PRIVATE_ADDRESS = "private address"
OFF_SITE = "off site"
WITH_USER = "address with a user"

_FRONT_LABELS = frozenset({"www", "wap", "m", "new", "zwgk", "xxgk", "zfxxgk", "xxgkml", "zwgkml", "gk"})
_SECOND_LEVEL = frozenset({"gov", "com", "org", "net", "edu", "ac", "mil"})
_LOCAL_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback"}
)
SESSION_LENGTH, STAMP_LENGTH = 16, 9
"""A `sid` of so many characters, or digits, is a session; a shorter one is the number of a site or a subject."""

_SESSION_PART = re.compile(r";jsessionid=[^?/]*", re.IGNORECASE)
_SESSION_NAME = re.compile(r"s?essionid|jsessionid|phpsessid|aspsessionid\w*", re.IGNORECASE)
_STAMP_NAME = re.compile(r"_|t|ts|time|timestamp|rnd|rand|random|r|nocache|v", re.IGNORECASE)
_STAMP = re.compile(r"\d{9,}|0\.\d+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# inet_aton reads `127.1`, `2130706433` and `0x7f.1` as addresses, and so do resolvers.
_LEGACY_IPV4 = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}")
# What carries an IPv4 address in IPv6, and at which byte (RFC 4291, 2765, 6052, 3056): a gateway leads on to that one.
_CARRIERS = tuple(
    (ipaddress.IPv6Network(network), at)
    for network, at in (("::/96", 12), ("::ffff:0:0:0/96", 12), ("64:ff9b::/96", 12), ("2002::/16", 2))
)
# Python's list counts these as public: local translation (RFC 8215), sites' own (RFC 3879), protocols' own (RFC 6890).
_INNER_NETWORKS = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10", "192.0.0.0/24")))


def split_url(url: str) -> SplitResult | None:
    """Split an http or https URL with a host; anything else, or anything broken, is None."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return parts if usable else None


def without_user(url: str) -> str:
    """Return an address without the name and the password that may stand before its host: they are nobody's to keep.

    >>> without_user("http://ann:secret@www.example.gov.cn:8080/a@b")
    'http://www.example.gov.cn:8080/a@b'
    """
    parts = split_url(url) if "@" in url else None
    if parts is None or "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def host_of(url: str) -> str:
    """Return the host of a URL in one spelling: lower case, half-width, without a final dot."""
    parts = split_url(url)
    name = unicodedata.normalize("NFKC", (parts.hostname or "") if parts else "")
    return name.replace("。", ".").lower().rstrip(".")


def netloc_of(url: str) -> str:
    """Return `host:port`, the port always said: the key of a download slot and of a robots.txt."""
    parts = split_url(url)
    if parts is None:
        return ""
    return f"{host_of(url)}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"


def seen_key(url: str) -> str:
    """Return one name for the spellings of one page: no scheme or `index.html` makes another."""
    canonical = canonicalize_url(url)
    without_session = _SESSION_PART.sub("", canonical)
    if "?" in without_session:
        without_session = _without_stamps(without_session)
    return re.sub(r"/index\.s?html?$", "/", without_session.partition("://")[2]).rstrip("/")


def _without_stamps(url: str) -> str:
    """Leave out of a query what differs from visit to visit: the session, and the moment at which a link was made."""
    front, _, query = url.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&"))
    kept = ["=".join((name, value)) for name, _, value in pairs if not _is_stamp(name, value)]
    return f"{front}?{'&'.join(kept)}" if kept else front


def _is_stamp(name: str, value: str) -> bool:
    is_moment = _STAMP_NAME.fullmatch(name) is not None and _STAMP.fullmatch(value) is not None
    is_long = len(value) >= SESSION_LENGTH or (value.isdecimal() and len(value) >= STAMP_LENGTH)
    is_session = _SESSION_NAME.fullmatch(name) is not None or (name.lower() == "sid" and is_long)
    return is_moment or is_session


def find_address(host: str) -> _Address | None:
    """Read a host as an IP address, in any spelling that a resolver would take."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if not _LEGACY_IPV4.fullmatch(host):
            return None
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError:
            return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_private_host(host: str) -> bool:
    """Whether a host is localhost or an address that is not on the public internet."""
    if host in _LOCAL_NAMES or host.endswith(".localhost"):
        return True
    address = find_address(host)
    if address is None:
        return False
    carried = _find_carried(address)
    return _is_inner(address) or (carried is not None and _is_inner(carried))


def _is_inner(address: _Address) -> bool:
    is_in = any(address.version == network.version and address in network for network in _INNER_NETWORKS)
    return is_in or not address.is_global or address.is_multicast


def _find_carried(address: _Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that one of IPv6 stands for on the way through a gateway."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    places = (at for network, at in _CARRIERS if address in network)
    return next((ipaddress.IPv4Address(address.packed[at : at + 4]) for at in places), None)


def base_domain(host: str) -> str:
    """Return the name under which everything belongs to the same site."""
    front, _, rest = host.partition(".")
    labels = rest.split(".")
    public = 2 if len(labels) > 1 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 1
    return rest if front in _FRONT_LABELS and len(labels) > public else host


def find_refusal(url: str, start_urls: Iterable[str]) -> str | None:
    """Say why a site with these start URLs must not be led to `url`; None when it may go there."""
    reason = _find_stranger(url, tuple(start_urls))
    return WITH_USER if reason is None and without_user(url) != url else reason


def _find_stranger(url: str, starts: tuple[str, ...]) -> str | None:
    """Say why the host of `url` is not of a site with these start URLs."""
    host = host_of(url)
    if netloc_of(url) in {netloc_of(start) for start in starts}:
        return None
    if is_private_host(host):
        return PRIVATE_ADDRESS
    if not host or find_address(host) is not None:
        return OFF_SITE
    bases = {base_domain(host_of(start)) for start in starts if find_address(host_of(start)) is None}
    on_site = any(host == base or host.endswith("." + base) for base in bases)
    return None if on_site else OFF_SITE
