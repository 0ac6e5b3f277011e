"""The CMS families, one module each: a new family is one new file here with a `FAMILY` in it.

A module whose name begins with `_` is shared by others and is no family.
"""

from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from crawler.families.family import Expansion, Family
from crawler.links import Link, Page
from crawler.words import shows_report

__all__ = ["Expansion", "Family", "expand_page", "find_families", "list_families", "read_data"]

_NO_FAMILIES = frozenset({"family"})


@cache
def list_families() -> tuple[Family, ...]:
    """Return all families, by the names of their modules."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    modules = (import_module(f"{__name__}.{name}") for name in names if name not in _NO_FAMILIES)
    return tuple(module.FAMILY for module in modules)


def find_families(page: Page) -> tuple[Family, ...]:
    """Return the families whose fingerprint a page bears; pages made by two systems bear two."""
    return tuple(family for family in list_families() if family.recognises(page)) if page.is_html else ()


def expand_page(page: Page) -> Page:
    """Return a page with what its families find in it beside its HTML links; a report that is shown needs none."""
    families = () if shows_report(page.text) else find_families(page)
    found = [family.expand(page) for family in families]
    links = tuple(link for expansion in found for link in expansion.links)
    more = tuple(link for expansion in found for link in expansion.more)
    names = tuple(family.name for family in families)
    return replace(page, links=(*page.links, *links), more=more, families=names) if found else page


def read_data(page: Page, asked: Link) -> Page:
    """Return an answer that a family asked for, with the links that the family reads in it."""
    family = next((family for family in list_families() if family.name == asked.family), None)
    if family is None or family.read is None:
        return page
    expansion = family.read(page, asked)
    return replace(page, links=expansion.links, more=expansion.more, families=(family.name,))
