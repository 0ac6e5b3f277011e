"""The register: which agencies are to report on which site, and by when, as a person writes it into `sites.toml`.

What is found on a site is expected from its first year on whether it is written down or not; the register adds those
never found, and says since and until when there are any, and by which day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archive.readings.naming import agency_key, short_agency
from crawler import ExpectedAgency, Site, load_sites

DEFAULT_FILE = Path("sites.toml")
"""Where the register is where nobody names a file; it need not be there."""
_AFTER_DISTRICT = re.compile(r"(?:人民政府|政府|政务|门户|信息公开|网).*$")

MonthDay = tuple[int, int]
"""A month and a day of the year after the one that is reported on."""


@dataclass(frozen=True, slots=True)
class SiteRegister:
    """What is to be expected of one site. `division` is its code, or its name where it has none."""

    site: str
    title: str | None
    division: str
    agencies: tuple[ExpectedAgency, ...] = ()
    streets_due: MonthDay | None = None

    @property
    def district(self) -> str | None:
        """What its title calls its district, None where it has none.

        >>> SiteRegister("a", "青石区人民政府", "990303").district
        '青石区'
        """
        return _AFTER_DISTRICT.sub("", self.title) or None if self.title else None


@dataclass(frozen=True, slots=True)
class Register:
    """The sites of a file; empty where there is none."""

    sites: tuple[SiteRegister, ...] = ()

    def list_division(self, division: str) -> tuple[SiteRegister, ...]:
        """Return the sites of a division."""
        return tuple(site for site in self.sites if site.division == division)


def load_register(path: Path | None = None) -> Register:
    """Read the register of a sites file; without one, that of `sites.toml` here, or none where that is not there.

    `SitesFileError` says in one line what to correct.
    """
    if path is None and not DEFAULT_FILE.exists():
        return Register()
    return make_register(load_sites(path or DEFAULT_FILE).sites)


def make_register(sites: Iterable[Site]) -> Register:
    """Return the register that a list of sites is."""
    return Register(tuple(map(_to_register, sites)))


def _to_register(site: Site) -> SiteRegister:
    return SiteRegister(site.name, site.title, site.division or site.name, site.agencies, site.streets_due)


def key_of(agency: str, district: str | None) -> str:
    """Return what is the same in all names of an agency of a district.

    >>> key_of("青石区柳影街道办事处", "青石区") == key_of("柳影街道", "青石区")
    True
    """
    return agency_key(agency, district)


def stem_in(division: str, agency: str, district: str | None) -> str:
    """Return what ids of an agency's reports would begin with, before there is any.

    >>> stem_in("990303", "青石区柳影街道办事处", "青石区")
    '990303-柳影街道办事处'
    """
    return f"{division}-{short_agency(agency, district)}"
