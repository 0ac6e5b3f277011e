"""Which report a reading belongs to: the agency's own name, and the id that people type."""

import re
import unicodedata

_SUFFIX = re.compile(r"(?:办事处|人民政府)$")
_GOVERNMENT = "人民政府"
_PLACES = re.compile(r"(?:.{2,12}?(?:省|自治区|自治州|市|州|盟|地区)){0,4}")
_SERIES = re.compile(r"〔[^〔〕]+〕$")
"""What names a series behind an agency; in SQL, reports on disclosure are those with agency_key NOT GLOB '*〕'."""
_NOT_IN_ID = re.compile(r"[\s/\\?#%]+")


def name_with_series(agency: str | None, series: str | None) -> str | None:
    """Return the name by which an agency's reports of a series are told from its others; None is on disclosure.

    >>> name_with_series("白杨街道", "食堂年报"), name_with_series("白杨街道", None), name_with_series(None, "食堂年报")
    ('白杨街道〔食堂年报〕', '白杨街道', '〔食堂年报〕')
    """
    return agency if series is None else f"{agency or ''}〔{series}〕"


def split_series(name: str | None) -> tuple[str | None, str]:
    """Return an agency's name, None where nobody signed, and what names the series behind it, "" for disclosure.

    >>> split_series("白杨街道〔食堂年报〕"), split_series("白杨街道"), split_series("〔食堂年报〕"), split_series(None)
    (('白杨街道', '〔食堂年报〕'), ('白杨街道', ''), (None, '〔食堂年报〕'), (None, ''))
    """
    found = _SERIES.search(name or "")
    return (name, "") if name is None or found is None else (name[: found.start()] or None, found[0])


def short_agency(agency: str, district: str | None) -> str:
    """Return an agency's name without the places above it, white space and width made alike; a series stays.

    >>> short_agency("重庆市渝北区人民政府王家街道办事处", "渝北区"), short_agency("渝北区人民政府", "渝北区")
    ('王家街道办事处', '渝北区人民政府')
    >>> short_agency("某市公安局渝北区分局", "渝北区")
    '某市公安局渝北区分局'
    """
    signed, series = split_series(agency)
    name = "".join(unicodedata.normalize("NFKC", signed or "").split())
    before, found, own = name.partition(district or "\0")
    if not found or not _PLACES.fullmatch(before):
        return name + series
    own = own.removeprefix(_GOVERNMENT)
    return (own if len(own) > 1 else name[len(before) :]) + series


def agency_key(agency: str, district: str | None) -> str:
    """Return what is the same in all the ways in which an agency is named, and the series that stands behind it.

    >>> {agency_key("宽城区柳影街道办事处", "宽城区"), agency_key("柳影街道", None)}
    {'柳影街道'}
    >>> agency_key("宽城区柳影街道办事处〔社区食堂年报〕", "宽城区")
    '柳影街道〔社区食堂年报〕'
    """
    short, series = split_series(short_agency(agency, district))
    short = short or ""
    return (_SUFFIX.sub("", short) or short) + series


def report_key(division: str, agency: str, district: str | None, year: int) -> str:
    """Return a report's id.

    >>> report_key("220103", "宽城区柳影街道办事处", "宽城区", 2020)
    '220103-柳影街道办事处-2020'
    """
    return f"{division}-{_NOT_IN_ID.sub('', short_agency(agency, district))}-{year}"
