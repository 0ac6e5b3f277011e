import re

import pytest

from parsers.divisions import find_code_name, find_district, find_division, find_place, is_zone, load_places


def test_the_table() -> None:
    """The table has the provinces, cities and districts, each code of six digits with one name that is listed today."""
    places = [place for found in load_places().values() for place in found]
    listed = [place.code for place in places if place.last is None]

    assert len(listed) == len(set(listed)) > 3000
    assert all(re.fullmatch(r"\d{6}", place.code) for place in places)
    assert all(2007 <= place.last <= 2020 for place in places if place.last is not None)
    assert {place.code for place in load_places()["鼓楼区"]} == {"320106", "320302", "350102", "410204"}


@pytest.mark.parametrize(
    ("agency", "district"),
    [
        ("上海市浦东新区某某镇", "浦东新区"),
        ("新疆维吾尔自治区哈密市伊州区某某街道", "伊州区"),
        ("济南市市中区某某街道", "市中区"),
        ("市中区人民政府", "市中区"),
        ("神农架林区某某镇", "神农架林区"),
        ("双江拉祜族佤族布朗族傣族自治县某某乡", "双江拉祜族佤族布朗族傣族自治县"),
        ("青石区市场监督管理局", "青石区"),
        ("青石区城市管理局", "青石区"),
        ("长春宽城区某某街道", "宽城区"),
        ("长春市公安局宽城区分局", "宽城区"),
        ("云亭市公安局青石区分局", None),
        ("长春市财政局", "长春市"),
        ("仙桃市某某镇", "仙桃市"),
        ("东区街道办事处", None),
        ("中山市东区街道办事处", "中山市"),
        ("某某新区管委会", None),
        ("各县区部门", None),
        ("全区", None),
        ("白杨社区", None),
        ("版权所有：青石区", None),
    ],
)
def test_a_district_by_the_table(agency: str, district: str | None) -> None:
    """Names of the table are known at any length; a word that only looks like a district is none."""
    assert find_district(agency) == district


@pytest.mark.parametrize(
    ("agency", "district", "hints", "code"),
    [
        ("宽城区柳影街道", "宽城区", [], "220103"),
        ("龙口市某某镇", "龙口市", [], "370681"),
        ("仙桃市某某镇", "仙桃市", [], "429004"),
        ("东莞市某某镇", "东莞市", [], "441900"),
        ("嘉峪关市某某镇", "嘉峪关市", [], "620200"),
        ("重庆市渝北区某某街道", "渝北区", [], "500112"),
        ("城口县某某镇", "城口县", [], "500229"),
        ("北京市朝阳区某某街道", "朝阳区", [], "110105"),
        ("长春市朝阳区某某街道", "朝阳区", [], "220104"),
        ("长春朝阳区某某街道", "朝阳区", [], "220104"),
        ("朝阳区某某街道", "朝阳区", [], None),
        ("朝阳区某某街道", "朝阳区", ["首页", "吉林省"], "220104"),
        ("某某街道", "鼓楼区", ["福州市鼓楼区人民政府"], "350102"),
        ("某某街道", "鼓楼区", ["江苏省"], None),
        ("云亭市朝阳区某某街道", "朝阳区", [], None),
        ("云亭市宽城区某某街道", "宽城区", [], None),
        ("宽城区某某街道", "宽城区", ["承德市"], None),
        ("青石区白杨街道", "青石区", ["长春市"], None),
        ("东区某某站", "东区", [], None),
        ("攀枝花市东区某某站", "东区", [], "510402"),
        ("长春市财政局", "长春市", [], "220100"),
        (None, None, [], None),
    ],
)
def test_a_code(agency: str | None, district: str | None, hints: list[str], code: str | None) -> None:
    """A name that one district alone bears has its code; another has one only where its city or province is named."""
    assert find_division(agency, district, hints) == code


@pytest.mark.parametrize(
    ("district", "year", "code"),
    [
        ("上虞市", 2012, "330682"),
        ("上虞市", 2022, None),
        ("桥东区", None, None),
        ("桥东区", 2012, None),
        ("桥东区", 2022, "130702"),
        ("铜仁市", 2009, None),
        ("铜仁市", 2015, "520600"),
        ("崇文区", 2009, "110103"),
    ],
)
def test_a_name_that_is_gone(district: str, year: int | None, code: str | None) -> None:
    """A name that several districts bore at the time is not settled by the one that bears it today."""
    assert find_division(f"{district}某某街道", district, year=year) == code


@pytest.mark.parametrize(
    ("agency", "district", "site_code", "code"),
    [
        ("朝阳区某某街道", "朝阳区", "220104", "220104"),
        ("朝阳区某某街道", "朝阳区", "220100", "220104"),
        ("朝阳区某某街道", "朝阳区", "110000", "110105"),
        ("朝阳区某某街道", "朝阳区", "330100", None),
        ("宽城区某某街道", "宽城区", "220104", "220103"),
        ("某某街道", None, "220103", "220103"),
        ("某某街道", None, "220100", None),
        ("财政局", None, "220100", "220100"),
        ("某某镇", None, "441900", "441900"),
        ("财政局", None, "220000", None),
        ("某某街道", None, "990101", None),
        ("某某开发区管委会", None, "220103", None),
    ],
)
def test_the_number_of_the_site(agency: str, district: str | None, site_code: str, code: str | None) -> None:
    """The site's number settles a name that it agrees with; alone it says the district, but no street's by its city."""
    assert find_division(agency, district, site_code=site_code) == code


def test_the_site_of_a_zone_has_no_code() -> None:
    """On the site of a development zone the site's number is not that of the street's district."""
    assert find_division("某某街道", None, ["某某经济技术开发区管委会"], site_code="220103") is None


@pytest.mark.parametrize(
    ("hints", "district"),
    [
        (["宽城区人民政府"], "宽城区"),
        (["长春市人民政府", "宽城区", "财政局"], "宽城区"),
        (["宽城区", "朝阳区"], None),
        (["长春市人民政府"], None),
        (["东莞市人民政府"], "东莞市"),
        (["龙口市人民政府"], "龙口市"),
        (["云亭市人民政府"], None),
        (["青石区"], "青石区"),
        ([], None),
    ],
)
def test_the_district_of_a_page(hints: list[str], district: str | None) -> None:
    """A page is of the one district that its names agree on; a city's site shows reports of several."""
    assert find_place(hints) == district


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("某某经济开发区管委会", True),
        ("高新区管理委员会", True),
        ("滨海新区人民政府", False),
        ("青石区国有资产监督管理委员会", False),
        (None, False),
    ],
)
def test_a_zone(name: str | None, *, zone: bool) -> None:
    """A development zone is of no district; a committee of a district is no zone."""
    assert is_zone(name) == zone


@pytest.mark.parametrize(("code", "name"), [("220103", "宽城区"), ("220100", None), ("330682", "上虞市"), ("", None)])
def test_the_name_of_a_code(code: str, name: str | None) -> None:
    """A district's code gives its name, also one that is gone."""
    assert find_code_name(code) == name
