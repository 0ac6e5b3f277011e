"""The whole archive: reports by year, form and district."""

from archive import Archive
from gongkai.web.charts import Chart
from gongkai.web.exchange import Answer, Ask, Page
from gongkai.web.pages.charted import give
from gongkai.web.pictured import chart_years


def show_overview(archive: Archive, ask: Ask) -> Answer:
    """Show the archive in numbers."""
    return Page("overview.html", {"overview": archive.summarise()})


def give_chart(archive: Archive, ask: Ask) -> Answer:
    """Give a chart of the archive, as SVG or as CSV."""
    return give({"years": lambda: _chart_years(archive)}, ask)


def _chart_years(archive: Archive) -> Chart:
    return chart_years(archive.summarise().years, archive.list_publications())
