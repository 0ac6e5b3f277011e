"""Who the crawler says it is: one User-Agent for a whole crawl, with a way to reach the person behind it."""

import os
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from crawler.errors import MissingContactError
from crawler.sites import Site, is_contact

ENVIRONMENT_KEY = "GONGKAI_CONTACT"
LOCAL_CONTACT = "local"


def make_user_agent(sites: Iterable[Site], environment: Mapping[str, str] = os.environ) -> str:
    """Return `gongkai/<version> (+<contact>)` for a crawl of these sites.

    Each site's contact comes from its own key, the file's, or the environment, in this order; where
    they differ all are named. A public site without any is refused: who is crawled must be able to
    ask why.
    """
    fallback = environment.get(ENVIRONMENT_KEY, "").strip()
    if fallback and not is_contact(fallback):
        raise MissingContactError(
            f"{ENVIRONMENT_KEY} is {fallback!r}: write an address in plain ASCII without brackets"
        )
    contacts: dict[str, None] = {}
    for site in sites:
        contact = site.contact or fallback
        if contact:
            contacts[contact] = None
        elif not site.is_local:
            raise MissingContactError(
                f"site {site.name!r}: no contact: a public site must be able to reach you. "
                f'Write contact = "you@example.org" at the top of the sites file, or set {ENVIRONMENT_KEY}'
            )
    return f"gongkai/{_find_version()} (+{', '.join(contacts) or LOCAL_CONTACT})"


def _find_version() -> str:
    try:
        return version("gongkai")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
