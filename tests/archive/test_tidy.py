"""Every figure with whose it is: which version stands at a moment, and what a site without a division has."""

from dataclasses import replace

import pytest

from archive import Archive
from archive.questions.tidy import TidyScope
from tests.archive.made_reports import PAGE, SITE, crawl, make_cell, make_report


@pytest.mark.parametrize(
    ("as_of", "versions"),
    [
        ("2026-01-01T07:59:59Z", []),
        ("2026-01-01T08:00:00Z", [(1, "current")]),
        ("2026-01-03T07:59:59Z", [(1, "current")]),
        ("2026-01-03T08:00:00Z", [(2, "current")]),
        (None, [(2, "current")]),
    ],
)
def test_a_version_stands_from_the_second_on_at_which_it_was_seen(
    archive: Archive, as_of: str | None, versions: list[tuple[int, str]]
) -> None:
    """At every moment from the first sight on exactly one version stands, at the very second the newer one."""
    crawl(archive, 1, {PAGE: make_report(make_cell(value=3))})
    crawl(archive, 3, {PAGE: make_report(make_cell(value=5))})

    found = list(archive.iter_tidy(TidyScope(as_of=as_of)))

    assert [(one.version, one.standing) for one in found] == versions
    assert archive.count_tidy(TidyScope(as_of=as_of)).versions == len(versions)


@pytest.mark.parametrize("division", ["990101", None])
def test_a_site_without_a_division_has_none(archive: Archive, division: str | None) -> None:
    """The name under which such a site's reports are filed is not given out as the code of a division."""
    archive.save_site(replace(SITE, division=division))
    crawl(archive, 1, {PAGE: make_report()})

    (found,) = archive.iter_tidy(TidyScope())

    assert (found.site, found.division) == (SITE.name, division)
