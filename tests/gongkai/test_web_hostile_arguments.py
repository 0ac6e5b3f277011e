"""Requests that no browser of a well-meaning reader sends: they are answered, soon and without a trace."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from datasette.utils import asgi

from gongkai.web.guarding import MOST_ARGUMENTS
from gongkai.web.plugin import LANGUAGE_COOKIE
from tests.gongkai.web_archives import make_demo
from tests.gongkai.web_visits import Visitor, visit

MANY = MOST_ARGUMENTS
MOST_LOOKS = 20
"""Times that a request's arguments may be read, however many they are."""


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """Serve the demo's archive."""
    with visit(make_demo(tmp_path_factory.getbasetemp() / "web-demo.db")) as served:
        yield served


def test_many_arguments_are_read_a_few_times_alone(visitor: Visitor) -> None:
    """Arguments are not read again for each of them: that takes their square."""
    address = "/search?" + "&".join(f"x{number}=1" for number in range(MANY))

    with patch.object(asgi, "parse_qs", wraps=asgi.parse_qs) as looks:
        answer = visitor.get(address)

    assert answer.status_code == 200
    assert looks.call_count <= MOST_LOOKS


@pytest.mark.parametrize("path", ["/search", "/archive/reports_now"])
def test_more_arguments_than_any_page_has_are_refused(visitor: Visitor, path: str) -> None:
    """Datasette's pages take the square of them, too; nobody else waits for that."""
    answer = visitor.get(f"{path}?" + "&".join(f"x{number}=1" for number in range(MOST_ARGUMENTS + 1)))

    assert answer.status_code == 400
    assert "fewer than" in answer.text


@pytest.mark.parametrize("word", ["null", "12", "x'ff00'"])
def test_a_search_word_of_any_type_is_taken_in_sql(visitor: Visitor, word: str) -> None:
    """`gongkai_match` makes no error of what is no text."""
    answer = visitor.get(f"/archive.json?sql=select+gongkai_match({word})")

    assert answer.status_code == 200


@pytest.mark.parametrize("cookie", ["a/b=1", "other@port=1", "a(=1", "=", ";;", "caf\xe9=1"])
def test_cookies_of_other_programs_break_nothing(visitor: Visitor, cookie: str) -> None:
    """A cookie that is none is left out, and ours beside it is still heard."""
    answer = visitor.get("/", cookie=f"{cookie}; {LANGUAGE_COOKIE}=en".encode("latin-1"))  # type: ignore[arg-type]

    assert answer.status_code == 200
    assert 'lang="en"' in answer.text


@pytest.mark.parametrize("path", ["/", "/search?q=OR", "/report/2022?version=%00", "/changes?page=%EF%BC%91"])
def test_nasty_values_are_no_failures_of_ours(visitor: Visitor, path: str) -> None:
    """A value that makes no sense is answered, and never by 500."""
    assert visitor.get(path).status_code in {200, 302, 400, 404}
