import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, FindingKey, Said, make_review
from archive.questions.tidy import TidyScope
from gongkai.exports.cells import list_form_cells, order_cells
from gongkai.exports.crosswalk import list_crossings
from gongkai.exports.dictionary import load_tables
from gongkai.exports.export import Exported
from gongkai.exports.units import find_blank_kind, to_base
from parsers.forms import load_forms
from parsers.report import CellKey, Check, Report
from tests.archive.made_reports import HOST, PAGE, SITE, at_day, crawl, make_report
from tests.gongkai.exported import export, find_figure, read_table
from tests.gongkai.made_versions import FIRST, NAME, SECOND, THIRD, make_version, printed, save_versions
from tests.gongkai.web_archives import VERSIONED, WITHDRAWN, make_story

DOUBTFUL = "990101-青石街道办事处-2022"
FEES = CellKey("proactive_disclosure", "fees", "fee_amount")
AMOUNT = CellKey("proactive_disclosure", "procurement", "procurement_amount")
GRANTED = CellKey("requests", "granted", "total")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive of two districts."""
    return make_story(tmp_path_factory.mktemp("story") / "gongkai.db")


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of one report in three versions."""
    path = tmp_path_factory.mktemp("versions") / "gongkai.db"
    save_versions(path, FIRST, SECOND, THIRD)
    return path


@pytest.mark.parametrize(
    ("key", "value", "unit", "base"),
    [
        (FEES, 96171.6, "万元", (Decimal(961716000), "元")),
        (FEES, 0.1, "亿元", (Decimal(10000000), "元")),
        (AMOUNT, 517200, "元", (Decimal(517200), "元")),
        (AMOUNT, 517200, None, (None, None)),
        (AMOUNT, 5, "件", (None, None)),
        (AMOUNT, None, "元", (None, "元")),
        (CellKey("statistics", "budget", "value"), 3.5, None, (None, None)),
        (GRANTED, 3, None, (Decimal(3), "件")),
        (GRANTED, 3, "人次", (Decimal(3), "人次")),
        (CellKey("proactive_disclosure", "licensing", "change"), -3, None, (Decimal(-3), "项")),
        (CellKey("statistics", "staff", "value"), 2, None, (Decimal(2), "人")),
    ],
)
def test_base_units_are_exact_and_never_guessed(
    key: CellKey, value: float | None, unit: str | None, base: tuple[Decimal | None, str | None]
) -> None:
    """An amount is brought to 元 without noise; one without a unit has none, a count without one is what it counts."""
    assert to_base(key, value, unit) == base


@pytest.mark.parametrize(
    ("raw", "status", "kind"),
    [("", "blank", "empty"), ("—", "blank", "dash"), ("－", "blank", "dash"), ("--", "blank", "dash"),
     ("／", "blank", "slash"), ("无", "blank", "word"), ("·", "blank", "sign"), ("", "missing", None),
     ("0", "reported", None)],
)  # fmt: skip
def test_blanks_are_told_apart(raw: str, status: str, kind: str | None) -> None:
    """A blank says how it is written; what is no blank says nothing of it."""
    assert find_blank_kind(raw, status) == kind


def test_figures_hold_every_cell_as_it_is_printed(versions: Path, tmp_path: Path) -> None:
    """Each cell of the version that stands is one row, with the text as printed and whose it is."""
    exported = export(versions, tmp_path / "out", as_of="2026-01-01T23:59:59Z")

    assert exported.rows["figures"] == 198
    row = find_figure(tmp_path / "out", "proactive_disclosure.procurement.procurement_amount")
    assert row | {"capture": "1"} == {
        "report": NAME, "version": "1", "standing": "current", "division": "990101", "district": "青石区",
            "agency_id": "990101-白杨街道",
        "agency": "白杨街道办事处", "year": "2020", "form": "2019", "table": "proactive_disclosure",
        "row": "procurement", "column": "procurement_amount", "raw": "127.047万元", "value": "127.047",
        "unit": "万元", "value_base": "1270470", "unit_base": "元", "status": "reported", "blank_kind": "",
        "at": "line 1", "capture": "1", "is_corrected": "false", "correction": "", "correction_value": "",
        "correction_unit": "", "correction_note": "",
    }  # fmt: skip
    blank = find_figure(tmp_path / "out", "requests.refused.state_secret.natural_person")
    assert (blank["raw"], blank["value"], blank["status"], blank["blank_kind"]) == ("", "", "blank", "empty")


def test_cells_come_in_printed_order(versions: Path, tmp_path: Path) -> None:
    """The figures of a version stand in the order in which its form prints them."""
    export(versions, tmp_path / "out")

    rows = [CellKey(row["table"], row["row"], row["column"]) for row in read_table(tmp_path / "out", "figures")]
    assert rows == list(load_forms()["2021"].iter_cells())
    for form in load_forms().values():
        own = set(form.iter_cells())
        assert [key for key in order_cells() if key in own] == list(form.iter_cells())


def test_a_day_shows_what_was_known_then(versions: Path, tmp_path: Path) -> None:
    """As of a day an export holds the version, changes and moments of then, whatever came later."""
    exported = export(versions, tmp_path / "out", as_of="2026-01-02T23:59:59Z")

    (report,) = read_table(tmp_path / "out", "reports")
    assert (report["version"], report["first_seen"]) == ("2", "2026-01-02T08:00:00Z")
    assert exported.moment == "2026-01-02T23:59:59Z"
    assert [row["kind"] for row in read_table(tmp_path / "out", "changes")] == ["new", "figures"]
    text = "".join(file.read_text(encoding="utf-8") for file in exported.files)
    assert "2026-01-03" not in text


def test_a_day_is_the_same_after_a_later_crawl(tmp_path: Path) -> None:
    """What an export says as of a day does not change by what is crawled later."""
    path = tmp_path / "gongkai.db"
    save_versions(path, FIRST, SECOND)
    export(path, tmp_path / "before", as_of="2026-01-02T23:59:59Z")
    with Archive.create(path, "test") as archive:
        crawl(archive, 9, {PAGE: THIRD})
    export(path, tmp_path / "after", as_of="2026-01-02T23:59:59Z")

    for file in sorted((tmp_path / "before").iterdir()):
        assert file.read_bytes() == (tmp_path / "after" / file.name).read_bytes(), file.name


def test_all_versions_come_with_how_they_stand(versions: Path, story: Path, tmp_path: Path) -> None:
    """With all versions the earlier ones stand as superseded, and a report that was taken away as withdrawn."""
    export(versions, tmp_path / "versions", all_versions=True)
    export(story, tmp_path / "story")

    rows = read_table(tmp_path / "versions", "reports")
    assert [(row["version"], row["standing"]) for row in rows] == [
        ("1", "superseded"),
        ("2", "superseded"),
        ("3", "current"),
    ]
    standing = {row["report"]: row["standing"] for row in read_table(tmp_path / "story", "reports")}
    assert (standing[WITHDRAWN], standing[VERSIONED]) == ("withdrawn", "current")


def test_all_versions_as_of_a_day_are_those_of_then(versions: Path, tmp_path: Path) -> None:
    """As of a day with all versions none comes that was seen later."""
    export(versions, tmp_path / "out", all_versions=True, as_of="2026-01-02T23:59:59Z")

    rows = read_table(tmp_path / "out", "reports")
    assert [(row["version"], row["standing"]) for row in rows] == [("1", "superseded"), ("2", "current")]


def test_findings_of_other_reports_are_left_out(
    versions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No finding is written of a report that the export does not hold, for a package refers to its reports."""
    rows = [("990101-别处街道-2020", 1, "a.rule", "total", "hard", "report", 1, 2, "text", *(None,) * 6)]
    monkeypatch.setattr("gongkai.exports.contents.iter_finding_rows", lambda *_: iter(rows))

    assert export(versions, tmp_path / "out").rows["findings"] == 0


def test_scopes_choose_reports_and_what_is_of_them(story: Path, tmp_path: Path) -> None:
    """Site, year and district choose reports; changes and findings of others do not come along."""
    scopes: dict[str, dict[str, Any]] = {
        "site": {"site": "hetao"},
        "year": {"year": 2019},
        "district": {"district": "青石区"},
        "division": {"district": "990202"},
    }

    found = {}
    for name, scope in scopes.items():
        export(story, tmp_path / name, **scope)
        reports = {row["report"] for row in read_table(tmp_path / name, "reports")}
        others = {row["report"] for table in ("figures", "changes", "findings") for row in
                  read_table(tmp_path / name, table)}  # fmt: skip
        assert others <= reports
        found[name] = sorted(reports)

    assert found["site"] == found["division"] == ["990202-河套区人民政府-2020"]
    assert found["year"] == [WITHDRAWN]
    assert VERSIONED in found["district"]


def test_wide_tables_have_a_column_for_each_cell_in_base_units(versions: Path, tmp_path: Path) -> None:
    """A version is one row of its form's table: figures in base units, nothing where no figure stands."""
    export(versions, tmp_path / "out", all_versions=True)

    first, second = read_table(tmp_path / "out", "wide_2019")
    assert first["proactive_disclosure.procurement.procurement_amount"] == "1270470"
    assert (first["requests.new_requests.total"], second["requests.carried_over.total"]) == ("5", "")
    assert (second["blank"], second["ambiguous"], second["other_cells"]) == ("1", "1", "0")
    assert len(read_table(tmp_path / "out", "wide_2021")) == 1


def test_wide_tables_say_which_cells_they_cannot_hold(tmp_path: Path) -> None:
    """A report that mixes forms says how many of its cells have no column in the table of its form."""
    mixed = make_version()
    cells = (*mixed.cells, printed("7万元", 7, "万元")._replace(table=FEES.table, row=FEES.row, column=FEES.column))
    save_versions(tmp_path / "gongkai.db", make_version(), replace(mixed, cells=cells))

    export(tmp_path / "gongkai.db", tmp_path / "out")

    (row,) = read_table(tmp_path / "out", "wide_2019")
    assert row["other_cells"] == "1"
    assert find_figure(tmp_path / "out", ".".join(FEES))["value_base"] == "70000"


def test_every_column_and_cell_is_described(versions: Path, tmp_path: Path) -> None:
    """The codebook has every cell of every form, the list of columns every column that a file has, in two languages."""
    exported = export(versions, tmp_path / "out")

    described = {(row["table"], row["column"]): row for row in read_table(tmp_path / "out", "columns")}
    for file in exported.files:
        head = file.read_text(encoding="utf-8-sig").splitlines()[0].replace('"', "").split(",")
        assert [column for table, column in described if table == file.stem] == head
    assert all(re.search("[一-鿿]", row["zh"]) and not re.search("[一-龥]{8}", row["en"]) for row in described.values())
    book = read_table(tmp_path / "out", "codebook")
    assert len(book) == sum(len(list(form.iter_cells())) for form in load_forms().values())
    assert all(row["label_zh"] and row["label_en"] and row["unit_base"] for row in book)
    assert len({(row["form"], row["label_zh"]) for row in book}) == len(book)
    assert len({(row["form"], row["label_en"]) for row in book}) == len(book)


def test_fixed_values_are_all_explained(story: Path, tmp_path: Path) -> None:
    """No status, standing, form, kind or way of being blank is written that the table of values does not explain."""
    export(story, tmp_path / "out", all_versions=True)

    known = {(row["column"], row["value"]) for row in read_table(tmp_path / "out", "values")}
    explained = {column for column, _ in known}
    for name, table in load_tables().items():
        columns = [column.name for column in table.columns if column.name in explained]
        for row in read_table(tmp_path / "out", name):
            assert {(column, row[column]) for column in columns if row[column]} <= known


def test_crosswalk_speaks_of_every_cell_once() -> None:
    """Each cell of both forms of a pair is in the crosswalk: beside one or several of the other, or alone."""
    crossings = list_crossings()

    for older, newer in (("2014", "2019"), ("2014", "2021"), ("2019", "2021")):
        own = [one for one in crossings if (one.older, one.newer) == (older, newer)]
        left, right = Counter(one.left for one in own), Counter(one.right for one in own)
        assert set(left) - {None} == set(load_forms()[older].iter_cells())
        assert set(right) - {None} == set(load_forms()[newer].iter_cells())
        repeated = {
            one.match for one in own if (left[one.left] > 1 and one.left) or (right[one.right] > 1 and one.right)
        }
        assert repeated <= {"part"}
        assert all((one.left is None) == (one.match == "added") for one in own)
        assert all((one.right is None) == (one.match == "gone") for one in own)
    same = [one for one in crossings if one.match == "same"]
    assert all(one.left == one.right for one in same)
    assert len(same) == 23 * 7 - 7 + 15


def test_refusals_of_2014_are_not_put_beside_later_ones() -> None:
    """No ground of refusal of the form of 2014 is put beside one of a later form."""
    refusals = [one for one in list_crossings() if one.left and one.left.row.startswith("replies.refused")]

    assert refusals
    assert {one.match for one in refusals} == {"gone"}


def test_labels_are_those_of_the_form() -> None:
    """The labels over a cell are those that its form prints, its groups and the heads of its column among them."""
    cell = next(
        cell for cell in list_form_cells("2019")
        if cell.key == CellKey("requests", "refused.state_secret", "research_institution")
    )  # fmt: skip

    assert cell.path == (
        "收到和处理政府信息公开申请情况", "三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", "申请人情况",
        "法人或其他组织", "科研机构",
    )  # fmt: skip
    assert (cell.label_en, cell.article) == (
        "Requests received and handled · Refused: state secret · research institutions",
        "14",
    )


def test_an_export_is_as_of_one_moment(tmp_path: Path) -> None:
    """What is crawled while an export runs is in none of its tables."""
    path = tmp_path / "gongkai.db"
    save_versions(path, FIRST)
    exported = _export_while_crawling(path, tmp_path / "out")

    assert (exported.rows["reports"], exported.rows["changes"]) == (1, 1)


def _export_while_crawling(path: Path, folder: Path) -> Exported:
    from gongkai.exports.export import export_tables  # noqa: PLC0415 - beside what it is wrapped in

    def crawl_on(_: int) -> None:
        with Archive.create(path, "test") as writer:
            writer.save_site(SITE)
            crawl(writer, 5, {PAGE: SECOND})

    with Archive.open(path) as archive:
        exported = export_tables(archive, folder, "csv", TidyScope(), show=crawl_on)
    assert exported is not None
    return exported


def test_findings_say_what_a_person_said(story: Path, tmp_path: Path) -> None:
    """Each finding stands with its sides, its captures and when it was noticed; one that was dismissed says so."""
    path = tmp_path / "gongkai.db"
    path.write_bytes(story.read_bytes())
    said = Said(FindingKey("requests.balance", "total"), "dismissed")
    with Archive.note(path) as archive:
        (version,) = (one for one in archive.iter_tidy(TidyScope()) if one.report == DOUBTFUL)
        archive.save_review(make_review(DOUBTFUL, version.sha256, said, at_day(90)))

    export(path, tmp_path / "out")

    rows = [row for row in read_table(tmp_path / "out", "findings") if row["report"] == DOUBTFUL]
    (balance,) = (row for row in rows if row["rule"] == "requests.balance")
    assert (balance["left"], balance["right"], balance["level"], balance["review"]) == ("5", "2", "hard", "dismissed")
    assert (balance["capture"], balance["noticed_at"]) == (str(version.capture), "2026-01-01T08:00:00Z")
    assert {row["review"] for row in rows if row["rule"] != "requests.balance"} <= {"", "confirmed"}


def test_changes_name_their_cells(versions: Path, tmp_path: Path) -> None:
    """A change of figures stands with each cell that differs, its old and its new value."""
    export(versions, tmp_path / "out", as_of="2026-01-02T23:59:59Z")

    changes = read_table(tmp_path / "out", "changes")
    (told,) = (row for row in changes if row["kind"] == "figures")
    cells = [row for row in read_table(tmp_path / "out", "changed_cells") if row["change"] == told["change"]]
    assert (told["version"], told["cells"]) == ("2", str(len(cells)))
    assert ("requests", "new_requests", "total", "5", "6") in [tuple(row.values())[1:] for row in cells]


def test_what_people_said_is_part_of_what_an_export_holds(tmp_path: Path) -> None:
    """An export speaks up to the last review where that came after the last visit."""
    path = tmp_path / "gongkai.db"
    save_versions(path, FIRST)
    with Archive.note(path) as archive:
        (version,) = archive.iter_tidy(TidyScope())
        said = Said(FindingKey("requests.balance", "total"), "dismissed")
        archive.save_review(make_review(NAME, version.sha256, said, at_day(90)))

    exported = export(path, tmp_path / "out")

    assert exported.moment == f"{at_day(90):%Y-%m-%dT%H:%M:%SZ}"


def test_an_export_promises_nothing_of_days_to_come(versions: Path, tmp_path: Path) -> None:
    """As of a day in the future an export speaks up to the newest moment of the archive, not to that day."""
    now = export(versions, tmp_path / "now")

    later = export(versions, tmp_path / "later", as_of="2999-12-31T23:59:59Z")

    assert later.moment == now.moment


def test_an_agency_keeps_its_id_as_of_a_day(tmp_path: Path) -> None:
    """An agency of the same name in another district that is found later leaves an earlier day as it was."""
    path = tmp_path / "gongkai.db"
    other = make_report(year=2021, district="河套区", agency="河套区听松街道办事处")
    save_pages(path, 1, {PAGE: make_report()})
    export(path, tmp_path / "before", as_of="2026-01-01T23:59:59Z")
    save_pages(path, 5, {PAGE: make_report(), f"{HOST}/2.html": other})
    export(path, tmp_path / "after", as_of="2026-01-01T23:59:59Z")
    export(path, tmp_path / "now")

    assert read_table(tmp_path / "before", "reports") == read_table(tmp_path / "after", "reports")
    assert len({row["agency_id"] for row in read_table(tmp_path / "now", "reports")}) == 2


def test_each_version_stands_with_the_address_that_it_was_seen_at(tmp_path: Path) -> None:
    """An earlier version names the address of its own time, the one that stands the present one."""
    path, moved = tmp_path / "gongkai.db", f"{HOST}/moved.html"
    save_pages(path, 1, {PAGE: make_report()})
    for day in (5, 12, 20, 30):
        save_pages(path, day, {moved: make_report(words="本街道这一年另有公开。")})
    export(path, tmp_path / "out", all_versions=True)

    rows = read_table(tmp_path / "out", "reports")
    assert [(row["version"], row["url"]) for row in rows] == [("1", PAGE), ("2", moved)]


def save_pages(path: Path, day: int, pages: Mapping[str, Report]) -> None:
    """Visit these pages on a day."""
    with Archive.create(path, "test") as archive:
        archive.save_site(SITE)
        crawl(archive, day, pages)


def test_findings_are_those_of_the_versions_of_a_day(tmp_path: Path) -> None:
    """As of a day an export holds what did not add up then, and no more what has been put right since."""
    path, failed = tmp_path / "gongkai.db", Check("report.year", "title", "fail", None, None, "two years are named")
    save_pages(path, 1, {PAGE: make_report(checks=(failed,))})
    save_pages(path, 5, {PAGE: make_report(words="本街道这一年另有公开。")})
    export(path, tmp_path / "then", as_of="2026-01-01T23:59:59Z")
    export(path, tmp_path / "now")

    assert "report.year" in {row["rule"] for row in read_table(tmp_path / "then", "findings")}
    assert "report.year" not in {row["rule"] for row in read_table(tmp_path / "now", "findings")}
