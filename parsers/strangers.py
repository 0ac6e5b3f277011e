"""Names of other places left in a report, as they stay where a report was copied from another's.

Only a name of the agency's own kind (a street's in the report of a street) counts, where it stands as the one that
reports: as the signature, as the one who wrote the report or answers for it, or as the subject of what was done. A name
that shares a sign with the agency's own is taken for another spelling of it, and what the agency belongs to, what it
governs and whom it names along with others is nobody's slip.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from parsers.agencies import find_author, is_sure_agency
from parsers.dates import fold
from parsers.report import Check, Report
from parsers.statements import iter_texts

_KINDS = (
    re.compile(
        r"(?P<name>[一-鿿]{2,3})(?:街道|地区(?=办事处)|街(?=办事处|办)|(?<![城市乡])镇|(?<![家城下])乡(?!镇)|苏木)"
        r"(?P<office>办事处|人民政府|党工委|党委)?"
    ),
    re.compile(
        r"(?P<name>[一-鿿]{2,3})(?:(?<![城社地辖园市小街片发新库景校灾牧矿林山老疫])区|县|旗)(?P<office>人民政府)?"
    ),
)
_OWN_KINDS = (
    re.compile(
        r"(?P<name>[一-鿿]{2,4}?)(?:街道办事处|地区办事处|办事处|街道办|街道|街办|街|镇(?:人民)?政府|镇|乡(?:人民)?政府|乡|苏木)$"
    ),
    re.compile(r"(?P<name>[一-鿿]{2,4})(?:区|县|旗)(?:人民政府|政府)?$"),
)
_UPPER = re.compile("[省市区县旗府]")
_PREFIX = r"(?:[一-鿿]{2,4}?省)?(?:[一-鿿]{2,4}?市)?(?:[一-鿿]{2,4}?[区县])?(?:人民政府)?"
_DOES = (
    r"(?:(?:、|办事处|人民政府|党工委|党委){0,2}(?P<does>(?:19|20)\d\d年|高度重视|始终|严格|认真|积极|坚持|共?主动公开"
    r"|共?收到|共?受理|全面|切实|不断|着力|持续|深入|紧紧?围绕|及时|未收到|没有收到))"
)
_STARTS = r"(?P<start>^|[。;!?\n]|\d年度?,?|[今本]年度?,|,)"
_SIGNS_NO_NAME_HAS = (
    "我本各全该其所辖级和及与或的在对由向将把为是这那每同另等就使让以被从到至了着也都又还再更最很无未年"
)
_NO_NAMES = re.compile(
    f"[{_SIGNS_NO_NAME_HAS}]|目前|当前|日前|此前|此外|因此|随后|基层|相关|有关|部分|直属|乡镇|城乡|社区|办公|单位|机关|政府|领导|党[委工政]|区[委直]|试点|先进"
    "|兄弟|邻近|周边|其他|其它|中心|推[进动]|加[强快]|规范|落实|促进|深化|提升|提高|完善|开展|强化|抓[好实]|做好|确保|实现|建[立设]|健全|利用|通过|组织|督促"
    "|要求|指导|协调|配合|联合|依托|针对|结合|围绕|按照|依照|根据|依据|经过|带动|引导|监督|调动|宣传|打造|优化|充分|公开|涉及|关于|服务|安排|召开|明确|成立"
)
_MAY_ACT = re.compile(
    r"[道处府委镇鎮乡鄉木区區县縣旗]\s*(?=共|[12１２][90９０]|高度|始|严格|认真|积极|坚持|主动|[收受]|全面|切实|不断|着力|持续|深入|紧|围绕|及时|未|没)"
)
_MAY_WRITE = re.compile("编制|编写|撰写|起草|[请可]与|现将|现就|现公布")
_BEFORE, _BEHIND = 40, 12  # the letters around a subject that hold all of it
_NO_START = "x"
_SIGNATURE_LINES = 3


class _Stranger(NamedTuple):
    where: str
    name: str
    words: str


def check_strangers(report: Report) -> tuple[Check, ...]:
    """Return the check for names of others; none where the report names no agency of a kind that can be told apart.

    Applies to streets, towns, districts and counties.
    """
    kind = _kind_of(report.agency)
    if report.agency is None or kind is None:
        return ()
    own = fold(f"{report.agency}{report.title or ''}")
    found = next(_iter_strangers(report, kind, own), None)
    if found is None:
        text = f"no other name stands where {report.agency} reports"
        return (Check("report.other_place", "agency", "pass", None, None, text, "soft", "report"),)
    text = f"{found.name} reports here (「{found.words}」), the report is of {report.agency}"
    return (Check("report.other_place", found.where, "fail", None, None, text, "soft", "report"),)


def _kind_of(agency: str | None) -> int | None:
    """Return which of the kinds an agency is of: 0 a street or town, 1 a district or county.

    >>> _kind_of("青石区白杨街道办事处"), _kind_of("青石区人民政府"), _kind_of("青石区民政局")
    (0, 1, None)
    """
    folded = fold(agency or "")
    return next((number for number, pattern in enumerate(_OWN_KINDS) if pattern.search(folded)), None)


def _iter_strangers(report: Report, kind: int, own: str) -> Iterator[_Stranger]:
    """Yield every name of the kind that stands as the one who reports and has no sign in common with its own."""
    own_name = set(_name_of(report.agency, kind))
    for where, text in iter_texts(report):
        is_last = text is (report.sections[-1].text if report.sections else report.preamble)
        for name, words in (*_iter_subjects(text, kind), *_iter_authors(text, kind, is_last=is_last)):
            if name not in own and own_name.isdisjoint(name) and not _NO_NAMES.search(name):
                yield _Stranger(where, name, words)


def _iter_subjects(text: str, kind: int) -> Iterator[tuple[str, str]]:
    """Yield the names that do something at the beginning of a sentence; those of an office, of a clause too."""
    subject = _load_subjects(kind)
    for hit in _MAY_ACT.finditer(text):
        start = max(0, hit.start() - _BEFORE)
        around = fold(text[start : hit.end() + _BEHIND]).replace(" ", "")
        for match in subject.finditer(f"{_NO_START}{around}" if start else around):
            if match["office"] or match["start"] != ",":
                yield match["name"], match[0].strip(",。;!?\n")


@cache
def _load_subjects(kind: int) -> re.Pattern[str]:
    return re.compile(f"{_STARTS}{_PREFIX}{_KINDS[kind].pattern}{_DOES}")


def _iter_authors(text: str, kind: int, *, is_last: bool) -> Iterator[tuple[str, str]]:
    """Yield who wrote the report or answers for it, and who signs it below its last words."""
    lines = text.strip().split("\n")
    last = ["".join(fold(line).split()) for line in lines[-_SIGNATURE_LINES:]] if is_last else []
    authors = (find_author(line) for line in lines if _MAY_WRITE.search(line))
    for agency in (*authors, *filter(is_sure_agency, last)):
        if name := _name_of(agency, kind):
            yield name, agency or ""


def _name_of(agency: str | None, kind: int) -> str:
    """Return the name of an agency of a kind, without what it belongs to; empty for one of another kind.

    >>> _name_of("青石区白杨街道办事处", 0), _name_of("石桥市青石区人民政府", 1), _name_of("青石区民政局", 0)
    ('白杨', '青石', '')
    """
    match = _OWN_KINDS[kind].search(fold(agency or ""))
    if match is None:
        return ""
    parts = _UPPER.split(match["name"])
    return parts[-1] if len(parts[-1]) > 1 else match["name"]
