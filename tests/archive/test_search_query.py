import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import QueryError
from archive.search.numerals import MOST_SPELLINGS, spell_numerals
from archive.search.query import QUERY_LENGTH, CellFilter, Filter, Query, Unit, Word, parse_query


def word(*spellings: str, without: bool = False) -> Unit:
    """Make a unit of a word in its spellings."""
    return Unit(Word(spellings), without)


def keyed(key: str, operator: str, value: str, *, without: bool = False) -> Unit:
    """Make a unit of a filter."""
    return Unit(Filter(key, operator, value), without)


def cell(name: str, operator: str, number: float, unit: str | None = None) -> Unit:
    """Make a unit of a filter by a figure."""
    return Unit(CellFilter(name, operator, number, unit))


QUERIES = {
    "公开": [[word("公开")]],
    " 公开  电梯 ": [[word("公开")], [word("电梯")]],
    "公开\u3000電梯": [[word("公开")], [word("电梯")]],
    '"主动 公开"': [[word("主动公开")]],
    '"公开" 公开 公开': [[word("公开")]],
    '"2020年"': [[word("2020年")]],
    "12件": [[word("12件", "一二件", "十二件")]],
    "-电梯": [[word("电梯", without=True)]],
    '-"加装 电梯"': [[word("加装电梯", without=True)]],
    "公开 OR 电梯": [[word("公开"), word("电梯")]],
    "公开 OR 电梯 OR -雨棚 街道": [[word("公开"), word("电梯"), word("雨棚", without=True)], [word("街道")]],
    "公开 or 电梯": [[word("公开")], [word("or")], [word("电梯")]],
    '公开 "OR" 电梯': [[word("公开")], [word("or")], [word("电梯")]],
    "公开 AND 电梯 NOT": [[word("公开")], [word("and")], [word("电梯")], [word("not")]],
    "（一）予以公开": [[word("(一)予以公开")]],
    "((公开*^": [[word("((公开*^")]],
    "-": [[word("-")]],
    "，": [[word(",")]],
    '"': [[word('"')]],
    '"公开': [[word("公开")]],
    '公开"': [[word("公开")]],
    '"他说""好"""': [[word('他说"好"')]],
    '"" 公开': [[word("公开")]],
    '"公开"电梯': [[word("公开")], [word("电梯")]],
    "“公开”": [[word("“公开”")]],
    "\x00公\x00开 \u200b": [[word("公开")]],
    "year:2020": [[keyed("year", ":", "2020")]],
    "YEAR：2018..2020": [[keyed("year", ":", "2018..2020")]],
    "ｙｅａｒ＞＝2018": [[keyed("year", ">=", "2018")]],
    "年份≥2018 年份＜2020": [[keyed("year", ">=", "2018")], [keyed("year", "<", "2020")]],
    "区县：宽城 公开": [[keyed("district", ":", "宽城")], [word("公开")]],
    'district:"宽 城"': [[keyed("district", ":", "宽 城")]],
    "-status:withdrawn": [[keyed("status", ":", "withdrawn", without=True)]],
    "form!=2019 OR 公开": [[keyed("form", "!=", "2019"), word("公开")]],
    "requests.total>50": [[cell("requests.total", ">", 50)]],
    "requests.total:50": [[cell("requests.total", "=", 50)]],
    "Refused.State_Secret≤0": [[cell("refused.state_secret", "<=", 0)]],
    "fee_amount>=127.5元": [[cell("fee_amount", ">=", 127.5, "元")]],
    "licensing.change<-3": [[cell("licensing.change", "<", -3)]],
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_means_its_words_and_filters(query: str) -> None:
    """Words, phrases, filters, their absence and OR become clauses, of which all are to hold."""
    assert parse_query(query) == Query(tuple(map(tuple, QUERIES[query])))


@pytest.mark.parametrize("key", ["yaer:2020", "http://a.example/b", "联系电话：0431", "x:y", "a=b", "甲>5"])
def test_what_is_no_filter_is_searched_and_said(key: str) -> None:
    """A key that no filter has is searched as it stands, and the note names those that there are."""
    query = parse_query(f"公开 {key}")

    assert (len(query.words), query.words[0].spellings) == (2, ("公开",))
    (note,) = query.notes
    assert key in note
    assert "year, district, agency" in note


@pytest.mark.parametrize("query", ["", " ", "\u3000", "\x00", "\u200b", '""', '" "', "\ud800", "-\u200b", '"" -""'])
def test_a_query_of_nothing_is_refused(query: str) -> None:
    """Where nothing can be seen nothing is searched, and the error says what can be written."""
    with pytest.raises(QueryError, match="write a word, or a filter such as year:2020"):
        parse_query(query)


@pytest.mark.parametrize("query", ["OR", "公开 OR", "OR 公开", "公开 OR OR 电梯", '公开 OR ""'])
def test_or_needs_two_neighbours(query: str) -> None:
    """OR at an end says so, and how to search for the word itself."""
    with pytest.raises(QueryError, match='write "OR" in quotes'):
        parse_query(query)


def test_a_query_has_an_end() -> None:
    """A query may be long, but not as long as a text."""
    assert parse_query("公" * QUERY_LENGTH).words == (Word(("公" * QUERY_LENGTH,)),)
    with pytest.raises(QueryError, match="501 characters; write at most 500"):
        parse_query("公" * (QUERY_LENGTH + 1))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=st.text(alphabet=st.sampled_from('公1年-":>=.a OR\u3000\x00\ud800（'), max_size=20))
def test_every_text_is_a_query_or_refused(text: str) -> None:
    """Whatever is written has a meaning or is a `QueryError`."""
    try:
        query = parse_query(text)
    except QueryError:
        return

    assert all(query.clauses)


SPELLINGS = {
    "12": {"12", "一二", "十二"},
    "十二": {"12", "一二", "十二"},
    "20": {"20", "二〇", "二零", "二○", "二十"},
    "105": {"105", "一〇五", "一零五", "一○五", "一百〇五", "一百零五", "一百○五"},
    "1234": {"1234", "1,234", "一二三四", "一千二百三十四"},
    "1,234": {"1234", "1,234", "一二三四", "一千二百三十四"},
    "一万零三": {"10003", "10,003", "一〇〇〇三", "一零零零三", "一○○○三", "一万〇三", "一万零三", "一万○三"},
    "一万五": {"一万五"},
    "一百五": {"一百五"},
    "007": {"007"},
    "万一": {"万一"},
    "千万": {"千万"},
    "一": {"一"},
    "5": {"5"},
    "十": {"十"},
    "零五": {"零五"},
    "公开": {"公开"},
    "100000000": {"100000000", "100,000,000", "一〇〇〇〇〇〇〇〇", "一零零零零零零零零", "一○○○○○○○○"},
}


@pytest.mark.parametrize("numeral", SPELLINGS)
def test_a_numeral_has_its_spellings(numeral: str) -> None:
    """A number is spelt in both kinds of figures, as digits and with 十, 百, 千; what may be none is not."""
    spelt = spell_numerals(f"第{numeral}条")

    assert spelt[0] == f"第{numeral}条"
    assert set(spelt) == {f"第{one}条" for one in SPELLINGS[numeral]}


def test_a_date_is_found_as_it_is_usually_written() -> None:
    """Of the many spellings of three numbers the usual ones are among those that are looked for."""
    spelt = spell_numerals("2020年12月31日")

    assert len(spelt) == MOST_SPELLINGS
    assert {"2020年12月31日", "二〇二〇年十二月三十一日", "二零二零年十二月三十一日"} <= set(spelt)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(value=st.integers(11, 99_999_999), place=st.integers(0, 100))
def test_every_spelling_leads_to_the_same_spellings(value: int, place: int) -> None:
    """Whichever of them is written, the same number is meant."""
    spelt = spell_numerals(str(value))
    other = spell_numerals(spelt[place % len(spelt)])

    assert set(other) == set(spelt)


def test_very_many_numbers_are_no_trouble() -> None:
    """A word of nothing but numbers has no more spellings than are looked for."""
    assert len(spell_numerals("12-" * 160)) <= MOST_SPELLINGS
    assert spell_numerals("1" * 400) == ("1" * 400,)
