"""Hanweb jpage behind servers that answer to POST only."""

from tests.crawler.jpage_site import Habit, build_jpage, by_page, by_range
from tests.crawler.world import FamilySite, World


def build(world: World) -> FamilySite:
    """Answer a GET of the service with a 404."""
    return build_jpage(world, Habit(by_range, proxy="/module/web/jpage/morecolumndataproxy.jsp"), refuses_get=True)


def build_encrypted(world: World) -> FamilySite:
    """Encrypt identifiers: a GET brings an empty store. No records stand in the page."""
    return build_jpage(world, Habit(by_page, at_hand=0, encrypted=True))
