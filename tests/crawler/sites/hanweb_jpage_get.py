"""Hanweb jpage, asked by GET: servers that obey pages, ranges, or neither size nor range that is asked for."""

from tests.crawler.jpage_site import Habit, build_jpage, by_own_size, by_page, by_range
from tests.crawler.world import FamilySite, World


def build(world: World) -> FamilySite:
    """Obey `page` alone: whatever record is asked for, page 1 comes again."""
    return build_jpage(world, Habit(by_page))


def build_range(world: World) -> FamilySite:
    """Obey the range alone; the column's page says nothing but where the next group is, and nobody says how many."""
    return build_jpage(world, Habit(by_range, at_hand=20, has_call=False, says_total=False))


def build_own_size(world: World) -> FamilySite:
    """Make pages of five, however many are asked for."""
    return build_jpage(world, Habit(by_own_size, proxy="/module/jpage/dataproxy.jsp"))


def build_array(world: World) -> FamilySite:
    """Write the first records as older versions do, an array of strings in a script."""
    return build_jpage(world, Habit(by_page, proxy="/module/jslib/jquery/jpage/dataproxy.jsp", is_array=True))
