import json
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from frictionless import Package

from archive import Archive
from archive.questions.tidy import TidyScope
from gongkai.exports import parquet, workbook
from gongkai.exports.cells import list_form_cells
from gongkai.exports.csv_files import CsvFile, guard_text, quote
from gongkai.exports.dictionary import Table, load_tables
from gongkai.exports.errors import ExportError
from gongkai.exports.export import export_tables
from gongkai.exports.package import SUMS, hash_file
from parsers.forms import load_forms
from tests.gongkai.exported import ReadBook, export, hash_all, read_parquet, read_table
from tests.gongkai.made_versions import FIRST, HOSTILE, SECOND, save_versions
from tests.gongkai.web_archives import FORMULAS, SIGNS, TEXTS, make_hostile, make_story

OFFICE = shutil.which("soffice")
OFFICE_SECONDS = 180
RAW = "SELECT raw FROM FIGURES WHERE \"row\" = 'new_requests' AND \"column\" = 'total'"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive of two districts."""
    return make_story(tmp_path_factory.mktemp("story") / "gongkai.db")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive whose every text wants to be more than text."""
    return make_hostile(tmp_path_factory.mktemp("hostile") / "gongkai.db")


@pytest.fixture(scope="module")
def book(story: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workbook of the two districts."""
    folder = tmp_path_factory.mktemp("book") / "out"
    export(story, folder, "xlsx", all_versions=True)
    return folder / workbook.BOOK_NAME


@pytest.mark.parametrize(
    "text", [*FORMULAS, *TEXTS, "'", "'=1", "''x", "-5", "-5+1", "-1|x", "＝1+1", "", "—", "-", "−3", "\r\n=1", "青"]
)
def test_guarded_text_can_be_had_back(text: str) -> None:
    """A text that would run gets one sign put before it; without a first ' it is what it was, and none runs."""
    guarded = guard_text(text)

    assert guarded.removeprefix("'") == text
    assert guarded[:1] not in tuple("=+@＝＋＠\t\r\n") or len(guarded) == 1


@pytest.mark.parametrize(("text", "guarded"), [("-5", "-5"), ("+2.5", "+2.5"), ("-5+1", "'-5+1"), ("-1|x", "'-1|x")])
def test_a_number_alone_is_no_formula(text: str, guarded: str) -> None:
    """A figure below nought stays as it is printed; anything behind it may be worked out by a program."""
    assert guard_text(text) == guarded


def test_csv_opens_in_spreadsheets_and_runs_nothing(hostile: Path, tmp_path: Path) -> None:
    """Every file is UTF-8 with its mark, and no cell of it begins as a formula does."""
    exported = export(hostile, tmp_path / "out", all_versions=True)

    for file in exported.files:
        data = file.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\r\n")
        for row in read_table(tmp_path / "out", file.stem):
            for value in row.values():
                assert value[:1] not in tuple("=+@\t\r\n")
                assert not value.startswith("-") or len(value) == 1 or float(value) < 0
    raws = {row["raw"].removeprefix("'") for row in read_table(tmp_path / "out", "figures")}
    assert {f"{text}{SIGNS}1" for text in FORMULAS} <= {*raws}


def test_csv_tells_an_empty_text_from_none(story: Path, tmp_path: Path) -> None:
    """An empty text stands in quotation marks, and nothing at all where there is no value."""
    export(story, tmp_path / "out")

    lines = (tmp_path / "out" / "figures.csv").read_text(encoding="utf-8-sig").splitlines()
    blank = next(line for line in lines if '"blank"' in line)
    assert '"total","",,,,"件","blank","empty"' in blank


def test_parquet_has_the_right_types(story: Path, tmp_path: Path) -> None:
    """DuckDB and pandas read numbers as numbers, dates as dates, moments as moments, texts as texts."""
    export(story, tmp_path / "out", "parquet")

    with duckdb.connect() as connection:
        types = {
            name: {row[0]: row[1] for row in
                   connection.execute(f"DESCRIBE SELECT * FROM '{tmp_path}/out/{name}.parquet'").fetchall()}  # noqa: S608 - our own file
            for name in ("figures", "reports", "wide_2021")
        }  # fmt: skip
    assert {types["figures"][name] for name in ("value", "value_base", "correction_value")} == {"DOUBLE"}
    assert {types["figures"][name] for name in ("report", "raw", "unit", "status")} == {"VARCHAR"}
    assert (types["figures"]["year"], types["figures"]["is_corrected"]) == ("BIGINT", "BOOLEAN")
    assert (types["reports"]["published"], types["reports"]["first_seen"]) == ("DATE", "TIMESTAMP")
    assert types["wide_2021"]["requests.granted.total"] == "DOUBLE"
    reports, figures = (pd.read_parquet(tmp_path / "out" / f"{name}.parquet") for name in ("reports", "figures"))
    assert reports["first_seen"].dtype.kind == "M"
    assert isinstance(reports["published"].dropna().iloc[0], date)
    assert (reports["year"].dtype.kind, reports["is_government"].dtype.kind) == ("i", "b")
    assert figures["value"].dtype.kind == "f"


def test_parquet_says_what_csv_says(hostile: Path, tmp_path: Path) -> None:
    """Parquet holds the rows of CSV, in their order, and the texts as they are printed to the last sign."""
    exported = export(hostile, tmp_path / "csv")
    export(hostile, tmp_path / "out", "parquet")

    (counted,) = read_parquet(tmp_path / "out", "SELECT count(*) FROM FIGURES")
    assert counted == (exported.rows["figures"],)
    rows = read_table(tmp_path / "csv", "figures")
    told = read_parquet(tmp_path / "out", "SELECT raw, value, status, unit FROM FIGURES")
    for row, (raw, value, status, unit) in zip(rows, told, strict=True):
        assert (row["raw"].removeprefix("'"), row["status"]) == (raw, status)
        assert (float(row["value"]) if row["value"] else None) == value
        assert row["unit"].removeprefix("'") == (unit or "")
    assert {f"{text}{SIGNS}2" for text in (*FORMULAS, *TEXTS)} <= {
        raw for (raw,) in read_parquet(tmp_path / "out", RAW)
    }


def test_parquet_keeps_an_empty_text_and_none_apart(story: Path, tmp_path: Path) -> None:
    """A blank is an empty text in Parquet, and its value is none."""
    export(story, tmp_path / "out", "parquet")

    found = read_parquet(tmp_path / "out", "SELECT DISTINCT raw, value FROM FIGURES WHERE blank_kind = 'empty'")

    assert found == [("", None)]


def test_moments_and_dates_of_parquet_are_those_of_the_archive(tmp_path: Path) -> None:
    """A moment is that of the archive in UTC, wherever it is exported."""
    save_versions(tmp_path / "gongkai.db", FIRST)
    export(tmp_path / "gongkai.db", tmp_path / "out", "parquet")

    with duckdb.connect() as connection:
        path = tmp_path / "out" / "reports.parquet"
        rows = connection.execute(f"SELECT first_seen, published FROM '{path}'").fetchall()  # noqa: S608 - our own file
    assert rows == [(datetime(2026, 1, 1, 8), date(2021, 1, 20))]  # noqa: DTZ001 - a moment in UTC, as DuckDB gives it


def test_parquet_that_lost_rows_is_refused(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Parquet has other rows than were written, nothing is exported."""
    monkeypatch.setattr("gongkai.exports.parquet._convert", lambda *_: 0)

    with pytest.raises(ExportError, match="reports could not be written as Parquet"):
        export(story, tmp_path / "out", "parquet")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("enough", "limits"),
    [("512MB", ["488.2 MiB"]), ("2MB", ["1.9 MiB", "all"])],
    ids=["within the limit", "over it"],
)
def test_parquet_is_made_in_bounded_memory_where_that_is_enough(
    enough: str, limits: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB holds no more than it is told; what does not fit is written all the same, and both are the same file."""
    table = load_tables()["findings"]
    source = tmp_path / "findings.csv"
    file = CsvFile(source, table, for_people=False)
    text = "x" * 400_000
    for number in range(20):
        file.write([f"{number}{text}" if column.type == "text" else None for column in table.columns])
    file.close()
    connection = parquet._connect()
    (without,) = connection.execute("SELECT current_setting('memory_limit')").fetchone() or ("",)
    expected = parquet._convert(connection, table, source, tmp_path / "expected.parquet")
    seen: list[str] = []
    convert = parquet._convert

    def watch(connection: duckdb.DuckDBPyConnection, table: Table, source: Path, target: Path) -> int:
        (limit,) = connection.execute("SELECT current_setting('memory_limit')").fetchone() or ("",)
        seen.append("all" if limit == without else limit)
        return convert(connection, table, source, target)

    monkeypatch.setattr(parquet, "_ENOUGH", enough)
    monkeypatch.setattr(parquet, "_convert", watch)
    rows = parquet._convert_sparingly(connection, table, source, tmp_path / "made.parquet")

    assert (rows, seen) == (expected, limits)
    assert (tmp_path / "made.parquet").read_bytes() == (tmp_path / "expected.parquet").read_bytes()


def test_workbook_has_a_sheet_for_each_table_and_form(book: Path) -> None:
    """The sheets are what the book is, every table, and every form as it is printed."""
    read = ReadBook(book)

    assert read.list_sheets() == [
        "about", "reports", "figures", "wide_2014", "wide_2019", "wide_2021", "changes", "changed_cells", "findings",
        "crosswalk", "codebook", "columns", "values", "form_2014", "form_2019", "form_2021",
    ]  # fmt: skip
    assert not read.has_formula()


@pytest.mark.parametrize("form", ["2014", "2019", "2021"])
def test_forms_are_merged_as_printed(book: Path, form: str) -> None:
    """A form's sheet merges as many cells as the form prints spanned ones, over as many places."""
    read = ReadBook(book)

    spans = [
        (one.colspan, one.rowspan)
        for table in load_forms()[form].tables
        for line in table.lines
        for one in line.labels
        if (one.colspan, one.rowspan) != (1, 1)
    ] + [(span, 1) for table in load_forms()[form].tables for line in table.lines for span in line.spans if span > 1]
    titles = [(table.width, 1) for table in load_forms()[form].tables]
    sizes = [_measure(place) for place in read.list_merged(f"form_{form}")]
    assert sorted(sizes) == sorted(spans + titles)  # fmt: skip


def test_the_head_of_requests_is_printed_as_in_the_form(book: Path) -> None:
    """The table of requests of 2021 has its rows of heads and its groups where the form has them."""
    read = ReadBook(book)
    merged = set(read.list_merged("form_2021"))

    head = next(place for place, _, text in read.iter_cells("form_2021") if text == "申请人情况")
    top = int(head[1:])
    assert head == f"D{top}"
    assert {f"A{top}:C{top + 2}", f"D{top}:J{top}", f"D{top + 1}:D{top + 2}", f"E{top + 1}:I{top + 1}"} <= merged
    assert f"A{top + 5}:A{top + 26}" in merged
    assert read.find_text("form_2021", f"A{top + 5}") == "三、本年度办理结果"
    assert read.find_text("form_2021", f"J{top + 3}") == "new_requests.total"


def test_wide_sheets_have_the_labels_of_the_form_over_their_columns(book: Path) -> None:
    """Over the name of a column stand its labels, each merged over all that it is the label of."""
    read = ReadBook(book)
    placed = {text: place for place, _, text in read.iter_cells("wide_2019")}

    merged = {place.split(":")[0]: place for place in read.list_merged("wide_2019")}
    assert _measure(merged[placed["收到和处理政府信息公开申请情况"]]) == (23 * 7, 1)
    assert _measure(merged[placed["三、本年度办理结果"]]) == (20 * 7, 1)
    assert _measure(merged[placed["（三）不予公开"]]) == (8 * 7, 1)
    assert _measure(merged[placed["1.属于国家秘密"]]) == (7, 1)
    assert _measure(merged[placed["（七）总计"]]) == (7, 2)
    assert _measure(merged[placed["报告编号"]]) == (1, 7)
    assert placed["requests.granted.total"].endswith("8")
    names = [text for place, _, text in read.iter_cells("wide_2019") if place.endswith("8") and "." in text]
    assert names == [".".join(cell.key) for cell in list_form_cells("2019")]


def _measure(place: str) -> tuple[int, int]:
    """Return how many columns and rows a place like `A1:C2` has."""
    first, last = ([*_split(corner)] for corner in place.split(":"))
    return last[0] - first[0] + 1, last[1] - first[1] + 1


def _split(corner: str) -> tuple[int, int]:
    letters = corner.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(corner[len(letters) :])


@pytest.mark.parametrize(
    ("sheet", "rows", "columns"), [("figures", "1", None), ("wide_2021", "8", "2"), ("wide_2014", "5", "2")]
)
def test_heads_stay_in_sight(book: Path, sheet: str, rows: str, columns: str | None) -> None:
    """A sheet that is read downwards keeps its head, and a wide one whose report a row is."""
    assert ReadBook(book).find_frozen(sheet) == (rows, columns)


def test_workbook_keeps_numbers_numbers_and_texts_texts(book: Path) -> None:
    """A figure is a number in its cell, a code and a text are texts."""
    read = ReadBook(book)
    cells = {place: (kind, text) for place, kind, text in read.iter_cells("figures")}

    assert cells["N2"][0] == "n"
    assert (cells["D2"][0], cells["A2"][0]) == ("inlineStr", "inlineStr")


def test_workbook_runs_no_hostile_text(hostile: Path, tmp_path: Path) -> None:
    """A text that looks like a formula or an address is a text, as it is printed."""
    export(hostile, tmp_path / "out", "xlsx")

    read = ReadBook(tmp_path / "out" / workbook.BOOK_NAME)
    assert not read.has_formula()
    texts = {text for _, kind, text in read.iter_cells("figures") if kind == "inlineStr"}
    assert any(text.startswith("=HYPERLINK") for text in texts)


def test_figures_that_no_sheet_holds_are_said_to_be_elsewhere(
    story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the figures have more rows than a sheet the book is made without them and says so."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 780)
    monkeypatch.setattr("gongkai.exports.export.MOST_ROWS", 780)

    exported = export(story, tmp_path / "out", "xlsx", all_versions=True)

    read = ReadBook(tmp_path / "out" / workbook.BOOK_NAME)
    assert "figures" not in read.list_sheets()
    assert exported.left_out == ("figures",)
    assert "parquet" in " ".join(text for _, _, text in read.iter_cells("about"))


def test_a_sheet_is_never_cut(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where any other table has more rows than a sheet nothing is written, and the text says what to do."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 300)

    with pytest.raises(ExportError, match=r"crosswalk has more rows .* --format csv"):
        export(story, tmp_path / "out", "xlsx")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_workbook_opens_in_libreoffice(book: Path, tmp_path: Path) -> None:
    """LibreOffice opens the book and sees the same merged cells of the form of 2021."""
    command = [str(OFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]

    subprocess.run(  # noqa: S603 - a program found on the path
        [*command, "--convert-to", "fods", "--outdir", str(tmp_path), str(book)],
        check=True, capture_output=True, timeout=OFFICE_SECONDS,
    )  # fmt: skip

    text = (tmp_path / "gongkai.fods").read_text(encoding="utf-8")
    sheet = text.split('<table:table table:name="form_2021"')[1].split("</table:table>")[0]
    assert sheet.count("-spanned=") // 2 == len(ReadBook(book).list_merged("form_2021"))
    assert 'table:number-columns-spanned="7" table:number-rows-spanned="1"' in sheet


@pytest.mark.parametrize("all_versions", [False, True])
def test_package_validates(story: Path, tmp_path: Path, *, all_versions: bool) -> None:
    """Frictionless finds nothing wrong with a package: types, keys, references, hashes."""
    export(story, tmp_path / "out", "datapackage", all_versions=all_versions)

    told = Package(tmp_path / "out" / "datapackage.json").validate()

    assert told.valid, told.flatten(["type", "title", "note"])
    assert len(told.tasks) == 12


def test_package_of_hostile_texts_validates(hostile: Path, tmp_path: Path) -> None:
    """No text of a report, whatever is in it, breaks the package."""
    export(hostile, tmp_path / "out", "datapackage", all_versions=True)

    told = Package(tmp_path / "out" / "datapackage.json").validate()

    assert told.valid, told.flatten(["type", "title", "note"])


def test_package_that_was_altered_does_not_validate(story: Path, tmp_path: Path) -> None:
    """A figure that is altered afterwards shows."""
    export(story, tmp_path / "out", "datapackage")
    file = tmp_path / "out" / "data" / "figures.csv"
    file.write_bytes(file.read_bytes().replace(b'"reported"', b'"repotted"', 1))

    assert not Package(tmp_path / "out" / "datapackage.json").validate().valid


def test_package_is_described_and_hashed(story: Path, tmp_path: Path) -> None:
    """The package says its moment, its tables with their rows, and the hash of every other file."""
    exported = export(story, tmp_path / "out", "datapackage", as_of="2026-01-31T23:59:59Z")

    described = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert described["created"] == described["version"] == "2026-01-31T23:59:59Z"
    assert {one["name"].replace("-", "_"): one["rows"] for one in described["resources"]} == dict(exported.rows)
    sums = {line.split("  ")[1]: line.split("  ")[0] for line in (tmp_path / "out" / SUMS).read_text().splitlines()}
    files = {name for name in hash_all(tmp_path / "out") if name != SUMS}
    assert sums == {name: hash_file(tmp_path / "out" / name) for name in files}
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "现行版本，截至 2026-01-31T23:59:59Z" in readme
    assert "the versions that stand, as of 2026-01-31T23:59:59Z" in readme


def test_names_with_traditional_and_hostile_signs_are_kept(tmp_path: Path) -> None:
    """A title keeps every sign of it, in CSV as in a workbook that programs can read."""
    save_versions(tmp_path / "gongkai.db", FIRST, SECOND)
    export(tmp_path / "gongkai.db", tmp_path / "csv")
    export(tmp_path / "gongkai.db", tmp_path / "xlsx", "xlsx")

    (row,) = read_table(tmp_path / "csv", "reports")
    assert HOSTILE in row["title"]
    with zipfile.ZipFile(tmp_path / "xlsx" / workbook.BOOK_NAME) as packed:
        assert packed.testzip() is None
    assert ReadBook(tmp_path / "xlsx" / workbook.BOOK_NAME).list_sheets()


def test_an_empty_scope_writes_nothing(story: Path, tmp_path: Path) -> None:
    """Where no report fits nothing is written, no empty folder either."""
    with Archive.open(story) as archive:
        assert export_tables(archive, tmp_path / "out", "csv", TidyScope(year=1999)) is None

    assert list(tmp_path.iterdir()) == []


def test_quotes_are_doubled() -> None:
    """A quotation mark within a text is two in CSV."""
    assert quote('a"b') == '"a""b"'


def test_parquet_that_cannot_be_made_is_refused(story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where DuckDB cannot read a row nothing is exported, and one line says so."""
    monkeypatch.setattr("gongkai.exports.parquet._LONGEST_LINE", 20)

    with pytest.raises(ExportError, match=r"could not be written as Parquet \(.*--format csv"):
        export(story, tmp_path / "out", "parquet")

    assert list(tmp_path.iterdir()) == []
