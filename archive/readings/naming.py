"""Which report a reading belongs to: the agency's own name, and the id that people type."""

import re
import unicodedata

_SUFFIX = re.compile(r"(?:办事处|人民政府)$")
_GOVERNMENT = "人民政府"
_PLACES = re.compile(r"(?:.{2,12}?(?:省|自治区|自治州|市|州|盟|地区))*")
_NOT_IN_ID = re.compile(r"[\s/\\?#%]+")


def short_agency(agency: str, district: str | None) -> str:
    """Return an agency's name without the places above it, white space and width made alike.

    >>> short_agency("重庆市渝北区人民政府王家街道办事处", "渝北区"), short_agency("渝北区人民政府", "渝北区")
    ('王家街道办事处', '渝北区人民政府')
    >>> short_agency("某市公安局渝北区分局", "渝北区")
    '某市公安局渝北区分局'
    """
    name = "".join(unicodedata.normalize("NFKC", agency).split())
    before, found, own = name.partition(district or "\0")
    if not found or not _PLACES.fullmatch(before):
        return name
    own = own.removeprefix(_GOVERNMENT)
    return own if len(own) > 1 else name[len(before) :]


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
