"""The whole route on real input: served, crawled from the home page, rebuilt, archived, asked for."""

import html
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Capture, SiteIdentity
from gongkai.crawling import ReadingArchive
from gongkai.demo import DAY_TWO, serve_sites
from gongkai.demo.pages import figures_of_day, reports_of_day
from tests.crawler.served import Served, link, page, report, serve
from tests.gongkai.conftest import Outcome
from tests.parsers.made import distinct_figures, one_cell_a_line, write_report

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
TRUTHS = [json.loads(file.with_suffix(".truth.json").read_text(encoding="utf-8")) for file in SEEDS]
needs_seeds = pytest.mark.skipif(not SEEDS, reason="the five reports lie beside the project, not in it")

Gongkai = Callable[..., Outcome]


def seed_pages(carrier: str) -> dict[str, Served]:
    """Return a site of the five seeds: each as a text file behind a report page, or as a page with a <p> a line."""
    rows = [link(f"r{number}.html", f"某{number}街道2020年政府信息公开工作年度报告") for number in range(len(SEEDS))]
    pages = {
        "/": page("区政府", link("/nb/", "政府信息公开年报")),
        "/nb/": page("政府信息公开年报", "<ul>", *rows, "</ul>"),
    }
    for number, file in enumerate(SEEDS):
        text = file.read_text(encoding="utf-8")
        if carrier == "text":
            plain = (("Content-Type", "text/plain"),)
            pages[f"/nb/r{number}.html"] = page("年度报告", link(f"r{number}.txt", "附件"))
            pages[f"/nb/r{number}.txt"] = Served(text.encode(), headers=plain)
        else:
            paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
            pages[f"/nb/r{number}.html"] = page("年度报告", '<div class="content">', paragraphs, "</div>")
    return pages


def write_sites(folder: Path, url: str, **more: object) -> None:
    """Write a sites.toml for one site."""
    extra = "".join(f"{key} = {json.dumps(value)}\n" for key, value in more.items())
    (folder / "sites.toml").write_text(f'[[site]]\nname = "one"\nstart_urls = ["{url}/"]\ndelay = 0\n{extra}')


def archived_cells(archive: Path) -> dict[tuple[str, int], dict[tuple[str, str, str], tuple[str, Any, str]]]:
    """Return raw, value and status of every current cell, by agency and year."""
    found: dict[tuple[str, int], dict[tuple[str, str, str], tuple[str, Any, str]]] = {}
    with closing(sqlite3.connect(archive)) as connection:
        for agency, year, *key, raw, value, status in connection.execute(
            'SELECT agency, year, "table", "row", "column", raw, value, status FROM figures_now'
        ):
            found.setdefault((agency, year), {})[key[0], key[1], key[2]] = (raw, value, status)
    return found


def contents(archive: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what an archive holds, without the moments at which it was written."""
    queries = {
        "captures": "SELECT url, kind, status, failure, found_on, link_text, body_id FROM captures"
        " JOIN pages ON pages.id = page_id ORDER BY captures.id",
        "bodies": "SELECT id, sha256 FROM bodies ORDER BY id",
        "versions": "SELECT key, number, figures_hash, words_hash FROM versions JOIN reports ON reports.id = report_id"
        " ORDER BY key, number",
        "changes": "SELECT report_id, kind, cells FROM changes ORDER BY id",
        "cells": "SELECT * FROM cells ORDER BY 1, 2, 3, 4",
        "search": "SELECT (SELECT count(*) FROM search_words), (SELECT count(*) FROM search_past)",
    }
    with closing(sqlite3.connect(archive)) as connection:
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}


@needs_seeds
@pytest.mark.parametrize("carrier", ["text", "html"])
def test_seeds_go_the_whole_route(gongkai: Gongkai, tmp_path: Path, carrier: str) -> None:
    """Each seed, met on a site as a file or as a page, has all its cells in the archive as its truth has them."""
    with serve(seed_pages(carrier)) as server:
        write_sites(tmp_path, server.url)
        outcome = gongkai("crawl", "--json")

    assert (outcome.code, outcome.err) == (0, "")
    summary = json.loads(outcome.out)
    assert (summary["reports"], summary["new"], summary["failed"], summary["complete"]) == (5, 5, [], True)
    expected = {
        (truth["agency"], truth["year"]): {
            (cell["table"], cell["row"], cell["column"]): (cell["raw"], cell["value"]) for cell in truth["cells"]
        }
        for truth in TRUTHS
    }
    found = {
        name: {key: (raw, value) for key, (raw, value, _) in cells.items()}
        for name, cells in archived_cells(tmp_path / "gongkai.db").items()
    }
    assert found == expected
    assert sum(map(len, found.values())) == 990


def test_demo_figures_arrive_unharmed(gongkai: Gongkai, tmp_path: Path) -> None:
    """Every figure of every demo report stands in the archive in its own cell, blanks apart from zeros."""
    outcome = gongkai("demo")

    assert (outcome.code, outcome.err) == (0, "")
    with closing(sqlite3.connect(tmp_path / "gongkai.db")) as connection:
        names = {
            url: report
            for report, url in connection.execute(
                "SELECT report_id, url FROM locations JOIN pages ON page_id = pages.id"
            )
        }
    assert len(names) == len(reports_of_day(2)) == 17
    found = sorted(
        sorted((key, raw) for key, (raw, _, _) in cells.items())
        for cells in archived_cells(tmp_path / "gongkai.db").values()
    )
    expected = sorted(
        sorted((tuple(key), raw) for key, raw in figures_of_day(report, 2).raw.items()) for report in reports_of_day(2)
    )
    assert found == expected


def test_an_unchanged_site_brings_nothing(gongkai: Gongkai, tmp_path: Path) -> None:
    """A second crawl of sites that stayed the same adds captures and nothing else."""
    with serve_sites(1) as servers:
        (tmp_path / "sites.toml").write_text(servers.sites_toml())
        gongkai("crawl")
        before = contents(tmp_path / "gongkai.db")
        again = gongkai("crawl", "--json")

    after = contents(tmp_path / "gongkai.db")
    assert [json.loads(line)["new"] + json.loads(line)["changed"] for line in again.out.splitlines()] == [0, 0, 0]
    assert len(after.pop("captures")) == 2 * len(before.pop("captures"))
    assert after == before


def test_one_edited_figure_is_one_change(gongkai: Gongkai, tmp_path: Path) -> None:
    """Where a figure is edited, a report appears and a counter ticks, two changes are noticed, with that very cell."""
    with serve_sites(1) as servers:
        (tmp_path / "sites.toml").write_text(servers.sites_toml())
        gongkai("crawl")
        known = len(gongkai("changes", "--json").out.splitlines())
        servers.switch(2)
        gongkai("crawl")
        changes = [json.loads(line) for line in gongkai("changes", "--json").out.splitlines()][known:]

    cell = dict(zip(("table", "row", "column"), DAY_TWO.cell, strict=True))
    assert sorted((change["kind"], change["cells"]) for change in changes) == [
        ("figures", [{**cell, "old": int(DAY_TWO.old), "new": int(DAY_TWO.new)}]),
        ("new", []),
    ]


def test_scrapy_and_gongkai_leave_the_same_archive(gongkai: Gongkai, tmp_path: Path) -> None:
    """`scrapy crawl annual_reports` fills an archive exactly as `gongkai crawl` does."""
    with serve_sites(1) as servers:
        (tmp_path / "sites.toml").write_text(servers.sites_toml())
        gongkai("crawl", "--archive", "ours.db")
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "scrapy", "crawl", "annual_reports", "-a", f"sites={tmp_path / 'sites.toml'}"],
            cwd=ROOT,
            env={**os.environ, "GONGKAI_ARCHIVE": str(tmp_path / "scrapy.db")},
            capture_output=True,
            check=True,
            timeout=120,
        )

    ours, theirs = contents(tmp_path / "ours.db"), contents(tmp_path / "scrapy.db")
    assert len(ours["versions"]) == 16
    assert {name: sorted(map(str, _without_ids(rows))) for name, rows in ours.items() if name != "cells"} == {
        name: sorted(map(str, _without_ids(rows))) for name, rows in theirs.items() if name != "cells"
    }
    assert archived_cells(tmp_path / "ours.db") == archived_cells(tmp_path / "scrapy.db")
    with Archive.open(tmp_path / "scrapy.db") as archive:  # a visit that did not end would be gone on with
        assert [(visit.complete, visit.reports) for visit in archive.list_visits()] == [(True, 5), (True, 5), (True, 6)]


def _without_ids(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave out numbers that depend on which of several sites answered first."""
    return [tuple(value for value in row if not isinstance(value, int)) for row in rows]


def test_a_site_that_fails_loses_nothing(gongkai: Gongkai, tmp_path: Path) -> None:
    """A site that does not answer ends in one failure and exit code 3; what was stored of it stays."""
    with serve_sites(1) as servers:
        (tmp_path / "sites.toml").write_text(servers.sites_toml())
        gongkai("crawl")
    before = contents(tmp_path / "gongkai.db")
    outcome = gongkai("crawl", "--site", "yanhu")

    failure, note = outcome.err.splitlines()
    assert outcome.code == 3
    assert failure.startswith("gongkai: yanhu: http://127.0.0.1:")
    assert "refused (check the address" in failure
    assert note.startswith("gongkai: yanhu: not complete, as the visit of ")
    after = contents(tmp_path / "gongkai.db")
    assert after.pop("captures")[: len(before["captures"])] == before.pop("captures")
    assert after == before


def test_a_promised_report_that_is_none_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    """A page that its link calls a report, and that holds none, is a failure of the crawl and not passed over."""
    pages = {
        "/": page("区政府", link("/nb/", "政府信息公开年报")),
        "/nb/": page("政府信息公开年报", link("a.html", "某街道2020年政府信息公开工作年度报告")),
        "/nb/a.html": page("某区", "<p>正在建设</p>"),
    }
    with serve(pages) as server:
        write_sites(tmp_path, server.url)
        outcome = gongkai("crawl", "--json")

    failed = json.loads(outcome.out)["failed"]
    assert outcome.code == 3
    assert [(failure["url"].rpartition("/")[2], failure["reason"].partition(" (")[0]) for failure in failed] == [
        ("a.html", "taken for a report by its link or its words")
    ]


def test_a_404_among_reports_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    """A report that answers 404 is said, and the crawl is not complete."""
    pages = {
        "/": page("区政府", link("/nb/", "政府信息公开年报")),
        "/nb/": page("政府信息公开年报", link("gone.html", "某街道2020年政府信息公开工作年度报告")),
    }
    with serve(pages) as server:
        write_sites(tmp_path, server.url)
        outcome = gongkai("crawl", "--json")

    summary = json.loads(outcome.out)
    assert (outcome.code, summary["complete"], summary["reports"]) == (3, False, 0)
    assert {"url": f"{server.url}/nb/gone.html", "reason": "http 404"} in summary["failed"]
    assert "gone.html: http 404 (open it in a browser" in outcome.err


def made_site(*rows: str, **reports: str) -> dict[str, Served]:
    """Return a site whose column has these rows and whose report pages hold these texts, a <p> a line."""
    pages = {
        "/": page("区政府", link("/nb/", "政府信息公开年报")),
        "/nb/": page("政府信息公开年报", "<ul>", *rows, "</ul>"),
    }
    for name, text in reports.items():
        pages[f"/nb/{name}.html"] = page("某区", *(f"<p>{line}</p>" for line in text.split("\n")))
    return pages


def made_text(agency: str, *, tables: bool = True) -> str:
    """Return a report of an agency of 2020 as a text, with its tables or without."""
    lines = write_report("2019", one_cell_a_line, distinct_figures("2019"))
    if not tables:
        lines = [line for line in lines if not line.isdigit()]
    return "\n".join(lines).replace("青石区白杨街道办事处", agency)


TITLE = "2020年政府信息公开工作年度报告"


def test_titles_that_a_list_cuts_off_are_followed(gongkai: Gongkai, tmp_path: Path) -> None:
    """A column whose entries are cut off brings every report, as their pages name them."""
    rows = [link("a.html", "青石区白杨街道办事处20…"), link("b.html", "青石区红柳街道办..."), link("c.html", "更多…")]
    texts = {"a": made_text("青石区白杨街道办事处"), "b": made_text("青石区红柳街道办事处")}
    with serve(made_site(*rows, **texts)) as server:
        write_sites(tmp_path, server.url)
        outcome = gongkai("crawl", "--json")

    summary = json.loads(outcome.out)
    assert (outcome.code, summary["reports"], summary["failed"]) == (0, 2, [])


def test_a_report_that_leaves_the_list_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    """A report that no list shows any more is asked for by itself; that it still answers is noted, and no failure."""
    rows = [link("a.html", f"白杨街道{TITLE}"), link("b.html", f"红柳街道{TITLE}")]
    texts = {"a": made_text("青石区白杨街道办事处"), "b": made_text("青石区红柳街道办事处")}
    with serve(made_site(*rows, **texts)) as server:
        write_sites(tmp_path, server.url)
        gongkai("crawl")
        server.pages.update(made_site(rows[0], **texts))
        outcome = gongkai("crawl", "--json")

    summary = json.loads(outcome.out)
    note = f"no list leads there any more, but the report still answers: {server.url}/nb/b.html"
    assert (outcome.code, summary["complete"], summary["reports"]) == (0, True, 2)
    assert (summary["failed"], summary["notes"]) == ([], [note])
    assert note in outcome.err


def test_a_report_that_leaves_list_and_site_is_a_failure(gongkai: Gongkai, tmp_path: Path) -> None:
    """A report known from an earlier crawl that is gone with its link is missing, with what its address answers."""
    rows = [link("a.html", f"白杨街道{TITLE}"), link("b.html", f"红柳街道{TITLE}")]
    texts = {"a": made_text("青石区白杨街道办事处"), "b": made_text("青石区红柳街道办事处")}
    with serve(made_site(*rows, **texts)) as server:
        write_sites(tmp_path, server.url)
        gongkai("crawl")
        server.pages.update(made_site(rows[0], **texts))
        del server.pages["/nb/b.html"]
        outcome = gongkai("crawl", "--json")

    summary = json.loads(outcome.out)
    reason = "http 404; known from an earlier crawl, and not met in this one"
    assert (outcome.code, summary["complete"], summary["reports"]) == (3, False, 1)
    assert summary["failed"] == [{"url": f"{server.url}/nb/b.html", "reason": reason}]
    assert len(gongkai("reports", "--json").out.splitlines()) == 2


def test_another_report_at_an_address_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    """Where another report stands at an address than before, it is said, and the address means the new one."""
    row = link("a.html", f"街道{TITLE}")
    with serve(made_site(row, a=made_text("青石区白杨街道办事处"))) as server:
        write_sites(tmp_path, server.url)
        gongkai("crawl")
        server.pages.update(made_site(row, a=made_text("青石区红柳街道办事处")))
        outcome = gongkai("crawl", "--json")
        shown = json.loads(gongkai("show", f"{server.url}/nb/a.html", "--json").out)

    reasons = [failure["reason"] for failure in json.loads(outcome.out)["failed"]]
    assert outcome.code == 3
    assert reasons == ["it shows one-红柳街道办事处-2020 now, and showed one-白杨街道办事处-2020 before"]
    assert shown["agency"] == "青石区红柳街道办事处"


def test_tables_that_are_gone_are_said(gongkai: Gongkai, tmp_path: Path) -> None:
    """A page that comes cut off is recorded as it came, and that its tables are gone is said."""
    row = link("a.html", f"白杨街道{TITLE}")
    whole = made_text("青石区白杨街道办事处")
    with serve(made_site(row, a=whole)) as server:
        write_sites(tmp_path, server.url)
        gongkai("crawl")
        server.pages.update(made_site(row, a=whole[: whole.index("四、政府信息公开行政复议")]))
        outcome = gongkai("crawl", "--json")

    (failure,) = json.loads(outcome.out)["failed"]
    assert outcome.code == 3
    assert failure["reason"] == "tables that stood in it are gone (review_and_litigation); the change is recorded"


def test_a_file_has_the_date_of_its_page(gongkai: Gongkai, tmp_path: Path) -> None:
    """A report that is a file without a date is published when the page that links to it says."""
    pages = made_site(link("a.html", f"白杨街道{TITLE}"))
    pages["/nb/a.html"] = page(TITLE, "<p>发布时间：2021-01-20</p>", link("a.txt", "附件"))
    pages["/nb/a.txt"] = Served(made_text("青石区白杨街道办事处").encode(), headers=(("Content-Type", "text/plain"),))
    with serve(pages) as server:
        write_sites(tmp_path, server.url)
        gongkai("crawl")

    assert json.loads(gongkai("reports", "--json").out)["published"] == "2021-01-20"
    assert json.loads(gongkai("show", "白杨", "--json").out)["published"] == "2021-01-20"


def test_a_lost_file_is_said_once(gongkai: Gongkai, tmp_path: Path) -> None:
    """Where the file behind a report page fails, that is what is said, and nothing of the page."""
    pages = made_site(link("a.html", f"白杨街道{TITLE}"))
    pages["/nb/a.html"] = page(TITLE, link("a.txt", "附件"))
    with serve(pages) as server:
        write_sites(tmp_path, server.url)
        outcome = gongkai("crawl", "--json")

    assert json.loads(outcome.out)["failed"][:1] == [{"url": f"{server.url}/nb/a.txt", "reason": "http 404"}]
    assert not any("holds none" in failure["reason"] for failure in json.loads(outcome.out)["failed"])


def test_too_few_reports_is_incomplete(gongkai: Gongkai, tmp_path: Path) -> None:
    """A site with fewer reports than its `min_reports` is not complete, though every page answered."""
    with serve_sites(1) as servers:
        (tmp_path / "sites.toml").write_text(servers.sites_toml().replace("delay = 0", "delay = 0\nmin_reports = 6"))
        outcome = gongkai("crawl", "--json")

    by_site = {summary["site"]: summary for summary in map(json.loads, outcome.out.splitlines())}
    assert outcome.code == 3
    assert {name: summary["complete"] for name, summary in by_site.items()} == {
        "yunting": True,
        "chengxiu": False,
        "yanhu": False,
    }


def test_day_two_is_described_as_it_is() -> None:
    """The figures that the demo speaks of are those that the two days differ in."""
    first = figures_of_day(DAY_TWO.edited, 1).raw
    second = figures_of_day(DAY_TWO.edited, 2).raw

    assert {key: (first[key], second[key]) for key in first if first[key] != second[key]} == {
        DAY_TWO.cell: (DAY_TWO.old, DAY_TWO.new)
    }
    assert DAY_TWO.added not in reports_of_day(1)


@pytest.mark.parametrize("failure", [None, "timeout"])
def test_a_visit_of_scrapy_with_a_failed_list_is_not_complete(tmp_path: Path, failure: str | None) -> None:
    """Scrapy does not say what failed: the captures do, though reports were met."""
    title, home = "青石区教育局2023年政府信息公开工作年度报告", "http://127.0.0.1:9/"
    site = SiteIdentity("qingshi", "青石区人民政府", "990303")
    moment = datetime(2024, 2, 1, 2, tzinfo=UTC)
    body = None if failure else b"<a href=1.html>1</a>"
    archive = Archive.create(tmp_path / "a.db", "test")
    archive.begin_run()
    lent = ReadingArchive(archive)
    lent.save_site(site)
    lent.begin_visit(site.name, "full")
    lent.save_capture(Capture(site.name, f"{home}nb/", "list", moment, body=body, failure=failure))
    lent.save_capture(Capture(site.name, f"{home}1.html", "report", moment, status=200, body=report(title).body))
    lent.close()

    with Archive.open(tmp_path / "a.db") as archive:
        (visit,) = archive.list_visits(site.name)

    failed = ((f"{home}nb/", failure),) if failure else ()
    assert (visit.reports, visit.complete, visit.failed) == (1, not failure, failed)
