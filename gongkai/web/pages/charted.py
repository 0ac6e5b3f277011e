"""Charts as files: a picture, or the figures behind it."""

from collections.abc import Callable, Mapping

from gongkai.web.charts import Chart, chart_to_csv, chart_to_svg
from gongkai.web.exchange import Answer, Ask, Download, NotFoundError

Maker = Callable[[], Chart]


def give(charts: Mapping[str, Maker], ask: Ask) -> Answer:
    """Give the chart that was asked for, as SVG or as CSV; `NotFoundError` where there is none of that name."""
    name, form = ask.parts["chart"], ask.parts["form"]
    if name not in charts:
        raise NotFoundError(f"there is no chart {name!r} here; there are {', '.join(charts)}")
    chart = charts[name]()
    if form == "csv":
        return Download(chart_to_csv(chart), "text/csv; charset=utf-8", f"{name}.csv")
    policy = (("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),)
    return Download(
        chart_to_svg(chart, is_narrow=bool(ask.get("narrow"))),
        "image/svg+xml",
        f"{name}.svg" if ask.get("save") else None,
        policy,
    )
