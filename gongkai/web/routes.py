"""Which page answers which address."""

from collections.abc import Callable

from archive import Archive
from gongkai.web.exchange import Answer, Ask
from gongkai.web.pages import (
    agency,
    captured,
    changes,
    compare,
    copies,
    district,
    findings,
    front,
    overview,
    report,
    search,
)

Handler = Callable[[Archive, Ask], Answer]

ROUTES: tuple[tuple[str, Handler], ...] = (
    (r"^/$", front.show_front),
    (r"^/search$", search.show_search),
    (r"^/search\.csv$", search.give_csv),
    (r"^/report/(?P<report>[^/]+)$", report.show_report),
    (r"^/report/(?P<report>[^/]+)/compare$", compare.show_comparison),
    (r"^/report/(?P<report>[^/]+)/source$", captured.show_source),
    (r"^/captured/(?P<report>[^/]+)/(?P<version>\d{1,9})$", captured.give_captured),
    (r"^/captured/(?P<report>[^/]+)/(?P<version>\d{1,9})/original$", captured.give_original),
    (r"^/agency/(?P<agency>[^/]+)$", agency.show_agency),
    (r"^/agency/(?P<agency>[^/]+)/(?P<chart>[\w.-]+)\.(?P<form>svg|csv)$", agency.give_chart),
    (r"^/district/(?P<district>[^/]+)$", district.show_district),
    (r"^/district/(?P<district>[^/]+)/(?P<chart>[\w.-]+)\.(?P<form>svg|csv)$", district.give_chart),
    (r"^/overview$", overview.show_overview),
    (r"^/overview/(?P<chart>[\w.-]+)\.(?P<form>svg|csv)$", overview.give_chart),
    (r"^/changes$", changes.show_changes),
    (r"^/changes\.atom$", changes.give_atom),
    (r"^/changes\.json$", changes.give_json),
    (r"^/findings$", findings.show_findings),
    (r"^/findings\.atom$", findings.give_atom),
    (r"^/findings\.json$", findings.give_json),
    (r"^/copies$", copies.show_copies),
    (r"^/copies/(?P<report>[^/]+)/(?P<other>[^/]+)$", copies.show_pair),
)
"""Address patterns and the pages behind them; the first that fits answers."""
