"""Which report a reading belongs to: the agency's own name, and the id that people type."""

import re

_SUFFIX = re.compile(r"(?:办事处|人民政府)$")
_GOVERNMENT = "人民政府"
_NOT_IN_ID = re.compile(r"[\s/\\?#%]+")


def short_agency(agency: str, district: str | None) -> str:
    """Return an agency's name without the places above it.

    >>> short_agency("重庆市渝北区人民政府王家街道办事处", "渝北区"), short_agency("渝北区人民政府", "渝北区")
    ('王家街道办事处', '渝北区人民政府')
    """
    if not district or district not in agency:
        return agency
    own = agency.split(district, 1)[1].removeprefix(_GOVERNMENT)
    return own if len(own) > 1 else agency[agency.index(district) :]


def agency_key(agency: str, district: str | None) -> str:
    """Return what is the same in all the ways in which an agency is named.

    >>> {agency_key("宽城区柳影街道办事处", "宽城区"), agency_key("柳影街道", None)}
    {'柳影街道'}
    """
    short = short_agency(agency, district)
    return _SUFFIX.sub("", short) or short


def report_key(division: str, agency: str, district: str | None, year: int) -> str:
    """Return a report's id.

    >>> report_key("220103", "宽城区柳影街道办事处", "宽城区", 2020)
    '220103-柳影街道办事处-2020'
    """
    return f"{division}-{_NOT_IN_ID.sub('', short_agency(agency, district))}-{year}"
