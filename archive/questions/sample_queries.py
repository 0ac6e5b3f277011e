"""Queries to begin with, for whoever asks the archive in SQL: on the pages of Datasette, or in any other tool."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SampleQuery:
    """A query with its name in both languages; `:words` and the like are asked of the reader.

    `gongkai_match` is known where `gongkai serve` asks; elsewhere its result is written instead (docs/search.md).
    """

    name: str
    title_zh: str
    title_en: str
    sql: str


SAMPLE_QUERIES = (
    SampleQuery(
        "figure_by_year",
        "某一格的历年数字",
        "One cell over the years",
        """SELECT report, year, agency, raw, value, unit, status, at
FROM figures_now
WHERE "table" = coalesce(nullif(:table, ''), 'requests') AND "row" = coalesce(nullif(:row, ''), 'new_requests')
  AND "column" = coalesce(nullif(:column, ''), 'total')
ORDER BY agency, year""",
    ),
    SampleQuery(
        "reports_with_words",
        "含有某个词的报告",
        "Reports that hold a word",
        """SELECT report, year, agency, district, title, url
FROM reports_now
WHERE version_id IN (SELECT rowid FROM search_words WHERE search_words MATCH gongkai_match(:words))
ORDER BY year DESC, report""",
    ),
    SampleQuery(
        "known_on_a_day",
        "某日所知的报告",
        "Reports as they were known on a day",
        """SELECT report, year, agency, title, version, status, known_from, known_until, url
FROM reports_over_time
WHERE known_from <= :day || 'T23:59:59Z' AND coalesce(known_until, '9') > :day || 'T23:59:59Z'
ORDER BY report""",
    ),
    SampleQuery(
        "findings_by_agency",
        "各机关不符之处的数目",
        "Findings by agency",
        """SELECT agency, district, count(*) AS findings, count(DISTINCT report) AS reports
FROM reports_now JOIN findings USING (version_id)
GROUP BY agency, district
ORDER BY findings DESC""",
    ),
    SampleQuery(
        "refused_share",
        "不予公开的比例",
        "Share of requests refused",
        """SELECT report, year, agency,
       sum(value) FILTER (WHERE "row" LIKE 'refused.%') AS refused,
       max(value) FILTER (WHERE "row" = 'total') AS processed,
       round(1.0 * sum(value) FILTER (WHERE "row" LIKE 'refused.%') / max(value) FILTER (WHERE "row" = 'total'), 3)
         AS share
FROM figures_now
WHERE "table" = 'requests' AND "column" = 'total'
GROUP BY report
HAVING processed > 0
ORDER BY share DESC, processed DESC""",
    ),
)
"""Each stands on the database's page of `gongkai serve`."""
