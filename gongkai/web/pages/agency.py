"""An agency: its years in one table, and charts of them."""

from functools import partial

from archive import Archive
from archive.questions.pictures import AgencyHistory
from gongkai.coverage import cover
from gongkai.indicators import CHARTED, INDICATORS, list_measures
from gongkai.web.exchange import Answer, Ask, Page, Redirect, make_path
from gongkai.web.pages.charted import give
from gongkai.web.pictured import CHART_TITLES, chart_agency, has_figures


def show_agency(archive: Archive, ask: Ask) -> Answer:
    """Show the years of an agency side by side; another name of it leads to the one that it has now."""
    agency = _load(archive, ask)
    if agency.key != ask.parts["agency"]:
        return Redirect(make_path("agency", agency.key))
    standings = cover(archive, ask.register, today=ask.today, district=agency.division, agency=agency.key)
    states = {one.report: one for one in standings if one.report}
    context = {
        "agency": agency,
        "indicators": INDICATORS,
        "states": states,
        "chart_keys": [key for key in CHARTED if has_figures(chart_agency(agency, key))],
        "titles": CHART_TITLES,
    }
    return Page("agency.html", context)


def give_chart(archive: Archive, ask: Ask) -> Answer:
    """Give a chart of an agency, as SVG or as CSV."""
    agency = _load(archive, ask)
    return give({key: partial(chart_agency, agency, key) for key in CHARTED}, ask)


def _load(archive: Archive, ask: Ask) -> AgencyHistory:
    return archive.tell_agency(ask.parts["agency"], list_measures(INDICATORS))
