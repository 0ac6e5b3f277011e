import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive import Archive
from gongkai.coverage import cover
from gongkai.register import Register
from tests.gongkai.conftest import Outcome
from tests.gongkai.made_year import SITES_TOML, TRUTH, YEAR, iter_steps
from tests.gongkai.web_visits import texts, visit

Gongkai = Callable[..., Outcome]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive of a year of visits."""
    path = tmp_path_factory.mktemp("coverage") / "gongkai.db"
    with Archive.create(path) as archive:
        for step in iter_steps():
            step.save(archive)
    return path


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    """Return its list of sites."""
    path = tmp_path / "register.toml"
    path.write_text(SITES_TOML)
    return path


def test_json_has_every_agency_and_year_with_its_proof(gongkai: Gongkai, year: Path, sites: Path) -> None:
    """One object an agency and year: state, reason, dates, and the captures of the lists that did not have it."""
    told = gongkai("coverage", "--archive", str(year), "--sites", str(sites), "--year", str(YEAR), "--json")

    rows = {row["agency"]: row for row in map(json.loads, told.out.splitlines())}
    assert {name: (row["state"], row["days_late"]) for name, row in rows.items()} == {
        name: (truth.state, truth.days_late) for name, truth in TRUTH.items()
    }
    missing = rows["青石区金融局"]
    assert (missing["due"], missing["report"]) == ("2026-01-31", None)
    assert missing["evidence"]["looks"] > 0
    assert missing["evidence"]["pages"][0].keys() == {"capture_id", "url", "fetched_at", "sha256"}


def test_a_pipe_gets_one_row_a_place(gongkai: Gongkai, year: Path, sites: Path) -> None:
    """Rows are filtered by state, and have their column names first."""
    told = gongkai("coverage", "--archive", str(year), "--sites", str(sites), "--state", "late", "--year", str(YEAR))

    head, *rows = [line.split("\t") for line in told.out.splitlines()]
    assert head[:5] == ["division", "agency", "year", "state", "days_late"]
    assert {(row[1], row[4]) for row in rows} == {
        (name, str(truth.days_late)) for name, truth in TRUTH.items() if truth.state == "late"
    }


@pytest.mark.parametrize(
    ("arguments", "code"), [(("--year", "2024", "青石区教育局"), 0), (("--year", "2025"), 3), (("人社",), 3)]
)
def test_an_exit_code_says_that_something_is_due(
    gongkai: Gongkai, year: Path, arguments: tuple[str, ...], code: int
) -> None:
    """With --exit-code 3 where any that is shown is missing or late, without it always 0."""
    quiet = gongkai("coverage", "--archive", str(year), *arguments)
    told = gongkai("coverage", "--archive", str(year), "--exit-code", *arguments)

    assert (quiet.code, told.code) == (0, code)


@pytest.mark.parametrize("name", ["青石区", "990303", "qingshi"])
def test_a_district_is_named_as_anywhere(gongkai: Gongkai, year: Path, name: str) -> None:
    """The word given is a district by its name, its code or its site, else part of an agency's name."""
    by_place = gongkai("coverage", "--archive", str(year), name)
    by_option = gongkai("coverage", "--archive", str(year), "--district", name)

    assert by_place.out == by_option.out
    assert len(by_place.out.splitlines()) > 40


def test_what_is_not_known_is_told(gongkai: Gongkai, year: Path) -> None:
    """A district that is not known is an error, an agency that is not known an empty answer that says so."""
    district = gongkai("coverage", "--archive", str(year), "--district", "云汀区")
    agency = gongkai("coverage", "--archive", str(year), "云汀")

    assert (district.code, "no district answers" in district.err) == (1, True)
    assert (agency.code, agency.out, "nothing is expected" in agency.err) == (0, "", True)


def test_without_a_register_the_usual_dates_hold(year: Path) -> None:
    """Streets are held to 31 January by practice, and nobody is expected who was never found."""
    with Archive.open(year) as archive:
        standings = cover(archive, Register(), today=date(2026, 12, 31), year=YEAR)

    found = {one.agency: one for one in standings}
    assert "青石区档案局" not in found
    assert (found["青石区白杨街道办事处"].state, found["青石区白杨街道办事处"].basis) == ("late", "practice")


def test_the_page_of_the_district_shows_the_same(year: Path) -> None:
    """The web page has a place for each, the reason and the visits in its title, and gives all of it as CSV."""
    with visit(year) as visitor:
        page: Any = visitor.open("/district/990303")
        rows = visitor.get("/district/990303/matrix.csv").text.splitlines()

    lines = {texts(line, "th")[0]: line for line in page.cssselect(".matrix tbody tr")}
    place = lines["青石区金融局"].cssselect("td")[1]
    assert place.get("class") == "state-missing"
    assert "2026-02-03" in place.cssselect("span")[0].get("title", "")
    assert len(texts(page, ".matrix-legend b")) == 7
    assert any(row.startswith("青石区金融局,2025,missing,never_seen") for row in rows)
