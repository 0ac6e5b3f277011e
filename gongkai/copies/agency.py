"""Whose report a text is, and whether two may be of the same agency."""

import re
from typing import NamedTuple

from archive.judgements.resemblances import StandingText

_CITY_DIGITS, _PROVINCE_DIGITS = 4, 2
_KIND = re.compile("(?<=..)(?:街道?(?:办事处|办)?|镇|乡|办事处)$")


class District(NamedTuple):
    """A district by the code of its city (of a site without a code, the name of the site) and its name."""

    city: str
    name: str


class Agency(NamedTuple):
    """An agency by its district and its name without that."""

    where: District
    name: str


def agency_of(text: StandingText) -> Agency:
    """Return whose report a text is."""
    city = text.division[:_CITY_DIGITS] if text.division.isdigit() else text.division
    return Agency(District(city, text.district), text.agency_key)


def may_be_same(agency: Agency, other: Agency) -> bool:
    """Whether two agencies may be one whose reports stand at two sites: nobody is told to have copied from itself.

    >>> may_be_same(Agency(District("9901", "青石区"), "白杨街道"), Agency(District("9900", ""), "白杨街道"))
    True
    >>> may_be_same(Agency(District("9901", "青石区"), "白杨街道"), Agency(District("9901", "云汀区"), "白杨街道"))
    False
    """
    if agency.where == other.where and _KIND.sub("", agency.name) == _KIND.sub("", other.name):
        return True  # a town that became a street, 街道 and 街道办
    districts, cities = {agency.where.name, other.where.name} - {""}, (agency.where.city, other.where.city)
    provinces = {city[:_PROVINCE_DIGITS] for city in cities if city.isdigit()}
    return agency.name == other.name and len(districts) <= 1 and len(provinces) <= 1
