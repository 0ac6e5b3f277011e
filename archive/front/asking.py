"""The front door's side for questions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archive.front.opened import Front
from archive.histories import version_sources
from archive.histories.version_sources import VersionFacts, VersionSource
from archive.questions import absences, agencies, coverage, figures_of_reports, presences, queries, summaries, tidy
from archive.questions.absences import ListLook
from archive.questions.answers import ChangeRow, FindingRow, Found, ReportRow, ShownReport
from archive.questions.figures_of_reports import CellScope, ReportCells, YearPair, YearSum
from archive.questions.pictures import (
    AgencyHistory,
    AgencyPresences,
    DistrictCount,
    DistrictCoverage,
    FindingCounts,
    Measure,
    Overview,
    Place,
    Publication,
    SiteVisits,
)
from archive.questions.tidy import TidyCount, TidyScope, TidyVersion
from archive.search import searching
from parsers.report import CellKey


class AskingSide(Front):
    """What people ask."""

    def list_reports(
        self, site: str | None = None, year: int | None = None, *, as_of: str | None = None
    ) -> list[ReportRow]:
        """Return the reports known, by site, agency and year, now or as of a moment (`2026-03-01T23:59:59Z`)."""
        return queries.list_reports(self._connection, site, year, as_of)

    def show_report(self, name: str, version: int | None = None, *, as_of: str | None = None) -> ShownReport:
        """Return one version of the report that `name` means (id, part of it, or URL).

        If none is named, the newest, or the one that was known at the moment `as_of` (`2026-03-01T23:59:59Z`).
        `UnknownReportError` where nothing has that name or number, `AmbiguousReportError` where several do.
        """
        return queries.show_report(self._connection, name, version, as_of)

    def find_report_id(self, name: str, *, as_of: str | None = None) -> str:
        """Return the id of the report that `name` means; errors as of `show_report`."""
        return queries.find_report_id(self._connection, name, as_of)

    def list_versions(self, name: str, *, as_of: str | None = None) -> tuple[VersionFacts, ...]:
        """Return the versions of the report that `name` means, in order, each with the capture that first showed it.

        `as_of` a moment: those known then. Errors as of `show_report`.
        """
        return version_sources.list_versions(self._connection, name, as_of)

    def load_version_source(self, name: str, number: int) -> VersionSource:
        """Return the bytes that a version of a report was read from, and what the server said that they are.

        Versions are numbered from 1. Errors as of `show_report`; `DamagedError` where the bytes are not those stored.
        """
        return version_sources.load_version_source(self._connection, name, number)

    def list_changes(  # noqa: PLR0913 - each of them is a filter of its own
        self,
        since: str | None = None,
        kind: str | None = None,
        site: str | None = None,
        *,
        until: str | None = None,
        report: str | None = None,
        district: str | None = None,
        agency: str | None = None,
        newest: int | None = None,
        offset: int = 0,
    ) -> list[ChangeRow]:
        """Return the change log, oldest first; with `newest` so many, the newest first, after the first `offset`.

        `since` and `until` are dates or moments in UTC, both included; `district` is a name or a division.
        """
        return queries.list_changes(
            self._connection, since, kind, site, until,
            report=report, district=district, agency=agency, newest=newest, offset=offset,
        )  # fmt: skip

    def list_findings(  # noqa: PLR0913 - each of them is a filter of its own
        self,
        site: str | None = None,
        year: int | None = None,
        report: str | None = None,
        *,
        as_of: str | None = None,
        rule: str | None = None,
        district: str | None = None,
        level: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[FindingRow]:
        """Return what does not add up in the reports as they stand, or as they were known at a moment.

        `district` is a district's name or a division; `level` is hard or soft. With `limit` so many, after the first
        `offset`: those in the versions that were first seen last come first.
        """
        return queries.list_findings(
            self._connection,
            site,
            year,
            report,
            as_of,
            rule=rule,
            district=district,
            level=level,
            limit=limit,
            offset=offset,
        )

    def load_cells(self, keys: Iterable[CellKey], scope: CellScope) -> list[ReportCells]:
        """Return the reports in a scope, by site, agency and year, each with these of its cells, those that it has."""
        return figures_of_reports.load_cells(self._connection, keys, scope)

    def list_year_pairs(
        self, keys: Iterable[CellKey], sums: Sequence[YearSum] | None, scope: CellScope
    ) -> list[YearPair]:
        """Return the reports in a scope for which a sum between two years is worth a look, with the year before each.

        With None for the sums every report whose agency's report on the year before is known.
        """
        return figures_of_reports.list_year_pairs(self._connection, keys, sums, scope)

    def count_findings(self) -> FindingCounts:
        """Return how much does not add up in the reports as they stand, by rule and by site, the most first."""
        return self._remember("findings", summaries.count_findings)

    def summarise(self) -> Overview:
        """Return the whole archive in numbers, worked out again only when the file has changed."""
        return self._remember("overview", summaries.summarise)

    def list_publications(self) -> tuple[Publication, ...]:
        """Return agency, year and date of publication of every report that stands."""
        return self._remember("publications", summaries.list_publications)

    def list_districts(self) -> tuple[DistrictCount, ...]:
        """Return the districts known, by division."""
        return self.summarise().districts

    def tell_district(self, name: str, measures: Sequence[Measure] = ()) -> DistrictCoverage:
        """Return the agencies and years of a district, with figures.

        `name` is its division, its name, or that of one of its sites. A measure of money is in 万元, others
        are as printed. `UnknownReportError` where no district has that name, `AmbiguousReportError` where several do.
        """
        asked = tuple(measures)
        return self._remember((name, asked), lambda connection: coverage.tell_district(connection, name, asked))

    def list_places(self) -> tuple[Place, ...]:
        """Return the divisions of all sites and reports, by division."""
        return self._remember("places", lambda connection: tuple(coverage.list_places(connection)))

    def list_presences(self, division: str, *, as_of: str | None = None) -> tuple[AgencyPresences, ...]:
        """Return the agencies of a division, each with when its reports were there, now or as of a moment."""
        asked = ("presences", division, as_of)
        return self._remember(asked, lambda connection: presences.list_presences(connection, division, as_of))

    def list_looks(self, site: str, *, until: str | None = None) -> tuple[ListLook, ...]:
        """Return the visits that read the lists of a site and were over by a moment, in order, with what they read."""
        asked = ("looks", site, until)
        return self._remember(asked, lambda connection: tuple(absences.list_looks(connection, site, until)))

    def tell_visits(self, site: str, *, as_of: str | None = None) -> SiteVisits:
        """Return how the visits of a site went, up to a moment."""
        return coverage.tell_visits(self._connection, site, as_of)

    def tell_agency(self, name: str, measures: Sequence[Measure] = ()) -> AgencyHistory:
        """Return an agency with its reports and their figures; `name` is a report's id, its year may be left off.

        Errors as of `show_report`.
        """
        return agencies.tell_agency(self._connection, name, measures)

    def search(
        self,
        query: str,
        limit: int = 20,
        *,
        offset: int = 0,
        all_versions: bool = False,
        as_of: str | None = None,
    ) -> Found:
        """Return the reports that `query` means (docs/search.md), `limit` of them from `offset` on, and how many.

        The closest come first where they are few enough to weigh, else the newest years. `as_of` is a moment; with
        `all_versions` those before the one that stands are searched as well. `QueryError` says what cannot be meant.
        """
        return searching.search_reports(
            self._connection, query, limit, offset=offset, all_versions=all_versions, as_of=as_of
        )

    def iter_tidy(self, scope: TidyScope, order: Sequence[CellKey] = ()) -> Iterator[TidyVersion]:
        """Yield versions of reports by division, agency, year and number, each with its cells in `order`."""
        return tidy.iter_tidy(self._connection, scope, order)

    def count_tidy(self, scope: TidyScope) -> TidyCount:
        """Return how many versions and cells `iter_tidy` yields."""
        return tidy.count_tidy(self._connection, scope)

    def find_newest_moment(self) -> str | None:
        """Return the moment of the last visit, review or comparison on record (UTC text), None where there is none."""
        return tidy.find_newest_moment(self._connection)

    def list_commands(self) -> list[str]:
        """Return the commands that ever crawled into this archive, each once."""
        return queries.list_commands(self._connection)

    def list_sites(self) -> list[dict[str, Any]]:
        """Return the sites known, with their last visit."""
        return queries.list_sites(self._connection)
