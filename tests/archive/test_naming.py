from itertools import combinations

import pytest

from archive.readings.naming import agency_key, report_key, short_agency

DISTRICT = "云汀区"

NAMES = [
    ("云汀区听松街道办事处", DISTRICT, "听松街道办事处", "听松街道"),
    ("听松街道办事处", DISTRICT, "听松街道办事处", "听松街道"),
    ("听松街道", DISTRICT, "听松街道", "听松街道"),
    ("听松街道", None, "听松街道", "听松街道"),
    ("宁州市云汀区听松街道办事处", DISTRICT, "听松街道办事处", "听松街道"),
    ("江岚省宁州市云汀区听松街道办事处", DISTRICT, "听松街道办事处", "听松街道"),
    ("云汀区人民政府听松街道办事处", DISTRICT, "听松街道办事处", "听松街道"),
    ("宁州市云汀区人民政府听松街道办事处", DISTRICT, "听松街道办事处", "听松街道"),
    ("云汀区听松镇人民政府", DISTRICT, "听松镇人民政府", "听松镇"),
    ("听松镇", None, "听松镇", "听松镇"),
    ("云汀区人民政府", DISTRICT, "云汀区人民政府", "云汀区"),
    ("宁州市云汀区人民政府", DISTRICT, "云汀区人民政府", "云汀区"),
    ("云汀区", DISTRICT, "云汀区", "云汀区"),
    ("云汀区人民政府办公室", DISTRICT, "办公室", "办公室"),
    ("云汀区教育局", DISTRICT, "教育局", "教育局"),
    ("云汀区教育局机关", DISTRICT, "教育局机关", "教育局机关"),
    ("云汀区云汀街道办事处", DISTRICT, "云汀街道办事处", "云汀街道"),
    ("云汀区望舒社区服务中心", DISTRICT, "望舒社区服务中心", "望舒社区服务中心"),
    ("云汀区驻云汀区街道办事处", DISTRICT, "驻云汀区街道办事处", "驻云汀区街道"),
    ("办事处", None, "办事处", "办事处"),
    ("人民政府", None, "人民政府", "人民政府"),
    ("云汀区教育局", None, "云汀区教育局", "云汀区教育局"),
    ("云汀区教育局", "", "云汀区教育局", "云汀区教育局"),
]


@pytest.mark.parametrize(("agency", "district", "short", "key"), NAMES)
def test_an_agency_is_known_by_its_own_name(agency: str, district: str | None, short: str, key: str) -> None:
    """Places above an agency are left out of its name, and its suffix out of its key, but never all of it."""
    assert (short_agency(agency, district), agency_key(agency, district)) == (short, key)


@pytest.mark.parametrize(
    "names",
    [
        ("听松街道办事处", "听松街道", "云汀区听松街道办事处", "云汀区听松街道", "宁州市云汀区人民政府听松街道办事处"),
        ("云汀区人民政府", "宁州市云汀区人民政府", "云汀区"),
        ("云汀区教育局", "教育局", "宁州市云汀区教育局"),
    ],
)
def test_the_ways_to_name_one_agency_have_one_key(names: tuple[str, ...]) -> None:
    """With or without places and suffix an agency is the same."""
    assert len({agency_key(name, DISTRICT) for name in names}) == 1


AGENCIES = [
    "云汀区人民政府", "云汀区人民政府办公室", "云汀区听松街道办事处", "云汀区听松镇人民政府", "云汀区听松乡人民政府",
    "云汀区听松地区办事处", "云汀区云汀街道办事处", "云汀区云汀镇人民政府", "云汀区教育局", "云汀区教育局机关",
    "云汀区体育局", "云汀区财政局", "云汀区财政局听松分局", "云汀区听松街道社区服务中心", "云汀区区委办公室",
    "云汀区卫生健康委员会",
]  # fmt: skip


def test_two_agencies_of_a_district_have_two_keys() -> None:
    """No two agencies of one district share a key or an id."""
    keys = {name: agency_key(name, DISTRICT) for name in AGENCIES}

    assert [pair for pair in combinations(AGENCIES, 2) if keys[pair[0]] == keys[pair[1]]] == []
    assert len({report_key("990101", name, DISTRICT, 2020) for name in AGENCIES}) == len(AGENCIES)


@pytest.mark.parametrize(
    "names",
    [
        ("宁州市公安局云汀区分局", "宁州市生态环境局云汀区分局"),
        ("宁州市公安局云汀区分局", "宁州市规划和自然资源局云汀区分局"),
        ("中共云汀区委员会", "共青团云汀区委员会"),
    ],
)
def test_a_branch_keeps_the_name_that_stands_before_its_district(names: tuple[str, str]) -> None:
    """Two bodies whose own names stand before the district's are not one."""
    assert agency_key(names[0], DISTRICT) != agency_key(names[1], DISTRICT)


def test_white_space_in_a_name_does_not_make_another_agency() -> None:
    """A name that is set with spaces is the same name."""
    assert agency_key("云汀区 教育 局", DISTRICT) == agency_key("云汀区教育局", DISTRICT)


@pytest.mark.parametrize(
    ("division", "agency", "district", "year", "key"),
    [
        ("990101", "云汀区听松街道办事处", DISTRICT, 2020, "990101-听松街道办事处-2020"),
        ("990101", "听松街道", None, 2021, "990101-听松街道-2021"),
        ("yunting", "云汀区人民政府", DISTRICT, 2020, "yunting-云汀区人民政府-2020"),
        ("990101", "a/b\\c?d#e%f g\u3000h\n", None, 2020, "990101-abcdefgh-2020"),
    ],
)
def test_an_id_can_be_typed_and_put_into_a_url(
    division: str, agency: str, district: str | None, year: int, key: str
) -> None:
    """An id is division, own name and year, without anything that a shell's word or a URL's path ends at."""
    assert report_key(division, agency, district, year) == key
