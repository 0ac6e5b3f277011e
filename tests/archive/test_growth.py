"""What is asked of one site costs the same whatever else the archive holds; counted in steps of SQLite, not in time."""

from collections.abc import Iterator

import pytest

from archive import Archive, CellScope
from archive.readings.filing import mark_visit_stale
from tests.archive.growing import FEW, KEYS, MANY, Ask, count_steps, fill

OF_ONE_SITE: dict[str, Ask] = {
    "reports": lambda archive: archive.list_reports(site="site1"),
    "reports then": lambda archive: archive.list_reports(site="site1", as_of="2026-06-01T00:00:00Z"),
    "a report": lambda archive: archive.show_report("990001-街道1-2018").version,
    "findings": lambda archive: archive.list_findings(site="site1"),
    "cells": lambda archive: archive.load_cells(KEYS, CellScope(site="site1")),
    "years": lambda archive: archive.list_year_pairs(KEYS, None, CellScope(site="site1")),
    "cells of a division": lambda archive: archive.load_cells(KEYS, CellScope(division="990001")),
    "years of a division": lambda archive: archive.list_year_pairs(KEYS, None, CellScope(division="990001")),
    "looks": lambda archive: archive.list_looks("site0"),
}
OF_A_VISIT: dict[str, Ask] = {
    "sum": lambda archive: archive.sum_up_visit("site1"),
    "filed": lambda archive: list(archive.iter_filed("site1")),
    "stale": lambda archive: mark_visit_stale(archive._connection, 1, 2),
    "another": lambda archive: archive.begin_visit("new", "light"),
}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, Archive]]:
    """Return an archive of few sites and one of many."""
    folder = tmp_path_factory.mktemp("growth")
    few, many = fill(folder / "few.db", FEW), fill(folder / "many.db", MANY)
    yield few, many
    few.close()
    many.close()


@pytest.mark.parametrize("name", [*OF_ONE_SITE, *OF_A_VISIT])
def test_one_site_costs_the_same_beside_many(name: str, archives: tuple[Archive, Archive]) -> None:
    """With four times as many sites the answer for one takes hardly a step more."""
    ask = {**OF_ONE_SITE, **OF_A_VISIT}[name]

    few, many = (count_steps(archive, ask) for archive in archives)

    assert many <= 1.05 * few + 2


def test_a_list_of_sites_grows_as_they_do(archives: tuple[Archive, Archive]) -> None:
    """Four times as many sites take four times the steps, and not sixteen times."""
    few, many = (count_steps(archive, Archive.list_sites) for archive in archives)

    assert many <= 1.3 * few * MANY / FEW
