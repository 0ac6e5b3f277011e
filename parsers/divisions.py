"""Which district a name belongs to, and its 6-digit code (GB/T 2260), from the table in divisions.csv."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from parsers.traditional import to_simplified

_LONGEST_NAME = 15
_LONGEST_AGENCY = 60
_MOST_PLACES = 4
_SIGN = "[一-鿿]"
_UNKNOWN_DISTRICT = re.compile(
    rf"(?:{_SIGN}{{2,8}}?(?:省|自治区))?(?:{_SIGN}{{1,8}}?(?:自治州|市|盟|地区))?"
    rf"(?P<district>{_SIGN}{{1,8}}?(?:区|县|旗|市(?![区场])))"
)
_NO_DISTRICT = re.compile(
    "(?:[地社园小校矿库景辖]区|开发区|新区|示范区|试验区|度假区|保税区|工业区|产业区|灾区|^[城全本我各该]市)$|"
    "^(?:[全本我各该]|其他|中国)|局|厅|委员|政府|街道|办事|管理|公司|乡镇|部门"
)
_BRANCH = re.compile(r"[局院队所](?P<district>[^局院队所]{1,8}?[区县市旗])(?:分局|支局|分院|大队|分队)")
_ZONE = re.compile("开发区|高新区|新区|园区|示范区|试验区|保税|度假区|风景|产业区|工业区|管委会|管理委员会|集聚区")
_STREET_LEVEL = re.compile("街道|办事处|街办|[镇乡街]$|镇人民政府|乡人民政府|苏木")
_COMMON_NAMES = re.compile("[^省市县]区")  # 城区, 郊区, 东区: a word as often as a name
_SUFFIX = re.compile("(?:特别行政区|省|市|(?:壮族|回族|维吾尔)?自治区|自治州|地区|盟)$")
_NOT_A_PLACE = re.compile("[市区县旗](?:[场域]|直属|直机关|直部门)")


_PLACE_SIGNS = frozenset("省市州盟区县旗")
_STREET_SIGNS = frozenset("街镇乡")


class Place(NamedTuple):
    """A row of the table. `last` is the year in which a name that is gone was last listed."""

    code: str
    name: str
    last: int | None


@cache
def load_places() -> Mapping[str, tuple[Place, ...]]:
    """Return every province, city and district by its name; a name may stand for several."""
    lines = resources.files(__package__).joinpath("divisions.csv").read_text(encoding="utf-8").splitlines()
    places: dict[str, list[Place]] = {}
    for line in lines:
        if line[:1].isdigit():
            code, name, last = line.split(",")
            places.setdefault(name, []).append(Place(code, name, int(last) if last else None))
    return {name: tuple(found) for name, found in places.items()}


@cache
def _names_by_code() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for found in load_places().values():
        for place in found:
            names.setdefault(place.code, []).append(place.name)
    return {code: tuple(listed) for code, listed in names.items()}


@cache
def _codes_with_districts() -> frozenset[str]:
    """Return the first four digits of cities that have districts, counties or lesser cities."""
    return frozenset(code[:4] for code in _names_by_code() if not code.endswith("00"))


@lru_cache(maxsize=1024)
def find_district(agency: str | None) -> str | None:
    """Return the district that an agency's name begins with, provinces and cities before it left out.

    Names of the table are known at any length; others by their last sign.

    >>> find_district("威海市环翠区竹岛街道"), find_district("康桥街道"), find_district("伊州区丽园街道办事处")
    ('环翠区', None, '伊州区')
    >>> find_district("上海市浦东新区某镇"), find_district("某某新区管委会"), find_district("大理白族自治州宾川县")
    ('浦东新区', None, '宾川县')
    """
    text = _pack(agency or "")
    if branch := _BRANCH.search(text):
        return branch["district"] if branch["district"] in load_places() else None
    known = _leading_places(text)
    if known and _level(known[-1]) == "district":
        return known[-1]
    rest = text[sum(map(len, known)) :]
    match = _UNKNOWN_DISTRICT.match(rest)
    if match and not _NO_DISTRICT.search(match["district"]) and not _is_no_place(rest, match.end()):
        return _without_city(match["district"])
    return known[-1] if known and known[-1].endswith("市") else None


def _without_city(district: str) -> str:
    """Return a district without the city before it that has lost its 市: 长春宽城区."""
    places = load_places()
    for end in range(2, min(5, len(district) - 1)):
        cities, name = places.get(f"{district[:end]}市", ()), district[end:]
        if any(place.code[:4] == city.code[:4] for city in cities for place in places.get(name, ())):
            return name
    return district


def _pack(text: str) -> str:
    packed = "".join(unicodedata.normalize("NFKC", text[: 2 * _LONGEST_AGENCY]).split())[:_LONGEST_AGENCY]
    return to_simplified(packed)


def _leading_places(text: str) -> list[str]:
    """Return the names of the table with which a text begins, each within the one before it, the longest each."""
    places, found, start = load_places(), list[str](), 0
    above: tuple[Place, ...] = ()
    while len(found) < _MOST_PLACES:
        longest = min(_LONGEST_NAME, len(text) - start)
        name = next((part for end in range(longest, 1, -1) if (part := text[start : start + end]) in places), None)
        if name is None or _is_no_place(text, start + len(name)):
            break
        if above and not any(_is_within(place.code, upper.code) for place in places[name] for upper in above):
            break
        found.append(name)
        above = places[name]
        start += len(name)
    return found


def _is_no_place(text: str, end: int) -> bool:
    """Whether the words go on so that the name before is none: 某市场局, 东区街道."""
    is_common = _COMMON_NAMES.fullmatch(text[max(0, end - 2) : end]) is not None
    begins = end == 2 or text[end - 3 : end - 2] in _PLACE_SIGNS
    if is_common and begins and text[end : end + 1] in _STREET_SIGNS:
        return True
    return _NOT_A_PLACE.match(text, end - 1) is not None


def _level(name: str) -> str:
    codes = [place.code for place in load_places()[name]]
    return "district" if any(not code.endswith("00") for code in codes) else "city"


def is_zone(name: str | None) -> bool:
    """Whether an agency is of a development zone or the like, which has no code of its own.

    >>> is_zone("某某经济开发区管委会"), is_zone("浦东新区人民政府"), is_zone("某区国有资产监督管理委员会")
    (True, False, False)
    """
    return name is not None and find_district(name) is None and _ZONE.search(name) is not None


def find_place(hints: Iterable[str]) -> str | None:
    """Return the district that the names on a page agree on: its site's, its publisher's, the steps that led to it.

    Cities that have districts are passed over, for a city's site shows reports of all of them.

    >>> find_place(["长春市人民政府", "宽城区"]), find_place(["宽城区", "朝阳区"])
    ('宽城区', None)
    """
    found = {district for hint in hints if (district := find_district(hint)) and not _has_districts(district)}
    return found.pop() if len(found) == 1 else None


def _has_districts(name: str) -> bool:
    if not name.endswith("市"):
        return False
    codes = [place.code for place in load_places().get(name, ()) if place.last is None]
    return not codes or any(code.endswith("00") and code[:4] in _codes_with_districts() for code in codes)


def find_code_name(code: str | None) -> str | None:
    """Return the district whose code this is; None for codes of cities and provinces, and for unknown ones.

    >>> find_code_name("220103"), find_code_name("220100"), find_code_name(None)
    ('宽城区', None, None)
    """
    names = _names_by_code().get(code or "", ())
    return names[0] if len(names) == 1 and code and not code.endswith("00") else None


def find_division(
    agency: str | None,
    district: str | None,
    hints: Sequence[str] = (),
    *,
    site_code: str | None = None,
    year: int | None = None,
) -> str | None:
    """Return the code of an agency's district, None where there is any doubt.

    `hints` are names on the page that may tell the city or province, `site_code` is the first 6 digits of the
    site's own number. A name that several districts bear (or bore in that year) is settled by them or not at all.

    >>> find_division("宽城区柳影街道", "宽城区"), find_division("朝阳区某街道", "朝阳区")
    ('220103', None)
    >>> find_division("朝阳区某街道", "朝阳区", ["北京市人民政府"])
    '110105'
    >>> find_division("朝阳区某街道", "朝阳区", site_code="220104")
    '220104'
    """
    if district is None:
        return _division_of_site(agency, hints, site_code)
    listed = [place for place in load_places().get(district, ()) if _is_alive(place, year)]
    before = _words_before(agency, district)
    if before is None:
        return None
    if before:
        listed = [place for place in listed if _names_parent(before, place.code, short=True)]
    agreeing = [place for place in listed if site_code and _is_within(place.code, site_code)]
    texts = [_pack(hint) for hint in hints]
    supported = [place for place in listed if any(_names_parent(text, place.code) for text in texts)]
    if not supported and not before and any(_find_city(text) for text in texts):
        supported = agreeing = [place for place in agreeing if place.code == site_code]
        listed = supported  # a city that is none of theirs stands on the page
    needs_more = _COMMON_NAMES.fullmatch(district) is not None and not before
    for few in (agreeing, supported, [] if needs_more else listed):
        if len({place.code for place in few}) == 1:
            return few[0].code
    return None


def _division_of_site(agency: str | None, hints: Sequence[str], site_code: str | None) -> str | None:
    """Return the site's own code where the agency names no place; a city's only for what is not below it."""
    if site_code is None or site_code not in _names_by_code() or any(map(is_zone, (agency, *hints))):
        return None
    if not site_code.endswith("00"):
        return site_code
    has_districts = site_code[:4] in _codes_with_districts() or site_code.endswith("0000")
    below = agency is None or _STREET_LEVEL.search(agency) is not None
    return None if has_districts and (below or site_code.endswith("0000")) else site_code


def _is_alive(place: Place, year: int | None) -> bool:
    return place.last is None or year is None or year <= place.last


def _words_before(agency: str | None, district: str) -> str | None:
    """Return what an agency's name says before its district, empty where it does not name it; None where it is cut."""
    text = _pack(agency or "")
    before, found, _ = text.partition(district)
    if not found or _BRANCH.search(text):
        return ""
    return before


def _names_parent(text: str, code: str, *, short: bool = False) -> bool:
    """Whether a text names the city or the province of a code, `short` also without 市 or 省."""
    names = [name for parent in (f"{code[:4]}00", f"{code[:2]}0000") for name in _names_by_code().get(parent, ())]
    if any(name in text for name in names):
        return True
    return short and any(len(bare) > 1 and bare in text for bare in (_SUFFIX.sub("", name) for name in names))


def _is_within(code: str, site_code: str) -> bool:
    """Whether a code is the site's, or that of a district below a city's or province's site."""
    if not site_code.endswith("00"):
        return code == site_code
    return code.startswith(site_code[:2] if site_code.endswith("0000") else site_code[:4])


def _find_city(text: str) -> str | None:
    """Return a city of the table that a text names."""
    places = load_places()
    for end, sign in enumerate(text, 1):
        if sign in "市州盟":
            for start in range(max(0, end - _LONGEST_NAME), end - 1):
                name = text[start:end]
                if name in places and all(place.code.endswith("00") for place in places[name]):
                    return name
    return None
