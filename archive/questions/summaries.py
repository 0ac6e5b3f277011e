"""The whole archive in numbers."""

import sqlite3

from archive.questions.coverage import list_districts
from archive.questions.facts_of_reports import one_moment
from archive.questions.pictures import FindingCounts, FormCount, Overview, Publication, YearCount


def summarise(connection: sqlite3.Connection) -> Overview:
    """Return the whole archive in numbers."""
    with one_moment(connection):
        districts = list_districts(connection)
        years, forms = _count_years(connection), _count_forms(connection)
        versions, captures, sites = connection.execute(
            "SELECT (SELECT count(*) FROM versions), (SELECT count(*) FROM captures), (SELECT count(*) FROM sites)"
        ).fetchone()
    return Overview(
        sites=sites,
        agencies=sum(one.agencies for one in districts),
        current=sum(one.current for one in years),
        withdrawn=sum(one.withdrawn for one in years),
        versions=versions,
        captures=captures,
        findings=sum(one.findings for one in districts),
        years=years,
        forms=forms,
        districts=districts,
    )


def _count_years(connection: sqlite3.Connection) -> tuple[YearCount, ...]:
    rows = {
        row[0]: YearCount(*row)
        for row in connection.execute(
            """
            SELECT year, count(*) FILTER (WHERE states.status = 'current'),
                   count(*) FILTER (WHERE states.status = 'withdrawn')
            FROM states CROSS JOIN reports ON reports.id = states.report_id WHERE known_until IS NULL GROUP BY year
            """
        )
    }
    span = range(min(rows), max(rows) + 1) if rows else ()
    return tuple(rows.get(year, YearCount(year, 0, 0)) for year in span)


def _count_forms(connection: sqlite3.Connection) -> tuple[FormCount, ...]:
    rows = connection.execute(
        """
        SELECT form, count(*) FROM states CROSS JOIN versions ON versions.id = states.version_id
        WHERE known_until IS NULL GROUP BY form ORDER BY form IS NULL, form
        """
    )
    return tuple(FormCount(*row) for row in rows)


def list_publications(connection: sqlite3.Connection) -> tuple[Publication, ...]:
    """Return agency, year and date of publication of every report that stands."""
    rows = connection.execute(
        """
        SELECT agency, year, published FROM states CROSS JOIN reports ON reports.id = states.report_id
        CROSS JOIN versions ON versions.id = states.version_id
        WHERE known_until IS NULL AND states.status = 'current'
        """
    )
    return tuple(Publication(*row) for row in rows)


def count_findings(connection: sqlite3.Connection) -> FindingCounts:
    """Return how much does not add up in the reports as they stand, by rule and by site, the most first."""
    rules = """
        SELECT rule, count(*) FROM states CROSS JOIN findings USING (version_id) WHERE known_until IS NULL GROUP BY rule
    """
    sites = """
        SELECT sites.name, sum(found) FROM (
          SELECT page_id, count(*) AS found FROM states CROSS JOIN findings USING (version_id)
          WHERE known_until IS NULL GROUP BY report_id
        ) CROSS JOIN pages ON pages.id = page_id CROSS JOIN sites ON sites.id = pages.site_id GROUP BY sites.id
    """
    with one_moment(connection):
        counts = [dict(connection.execute(query).fetchall()) for query in (rules, sites)]
    return FindingCounts(*(dict(sorted(one.items(), key=_by_count)) for one in counts))


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
