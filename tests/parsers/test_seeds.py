import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from parsers import CellKey, Report, parse
from tests.parsers.made import SHARED, lines_to_html, parse_text, read_cells


def list_documents(folder: str) -> list[Any]:
    """Return the texts of a folder that have a truth beside them, or one test to be skipped where it is absent."""
    texts = [path for path in sorted((SHARED / folder).glob("*.txt")) if truth_path(path).exists()]
    absent = pytest.param(None, marks=pytest.mark.skip(reason=f"no documents at {SHARED / folder}"))
    return [pytest.param(path, id=path.stem) for path in texts] or [absent]


def truth_path(text: Path) -> Path:
    """Return where the truth about a text stands."""
    return text.with_name(f"{text.stem}.truth.json")


def read_truth(text: Path) -> dict[str, Any]:
    """Return the truth about a text."""
    truth: dict[str, Any] = json.loads(truth_path(text).read_text(encoding="utf-8"))
    return truth


def read_as(carrier: str, path: Path) -> Report:
    """Read a text as it is, or as a page with a paragraph for each of its lines."""
    text = path.read_text(encoding="utf-8")
    return parse_text(text) if carrier == "text" else parse(lines_to_html(text.split("\n")).encode())


@pytest.mark.parametrize("carrier", ["text", "html"])
@pytest.mark.parametrize("path", list_documents("seeds"))
def test_every_cell_of_a_seed_is_rebuilt(path: Path, carrier: str) -> None:
    """A seed's cells are raw and value as its truth has them, blank exactly where no figure is printed."""
    truth = {
        CellKey(cell["table"], cell["row"], cell["column"]): (
            cell["raw"],
            cell["value"],
            "blank" if cell["value"] is None else "reported",
        )
        for cell in read_truth(path)["cells"]
    }

    report = read_as(carrier, path)

    assert len(report.cells) == 198
    assert read_cells(report) == truth


@pytest.mark.parametrize("carrier", ["text", "html"])
@pytest.mark.parametrize("path", list_documents("seeds"))
def test_a_seed_is_known_for_what_it_is(path: Path, carrier: str) -> None:
    """A seed's kind, form, agency, year and date of publication are as its truth has them."""
    truth = read_truth(path)
    published = date.fromisoformat(truth["published"]) if "published" in truth else None

    report = read_as(carrier, path)

    assert (report.kind, report.form, report.agency, report.year, report.published) == (
        "annual_report", truth["form"], truth["agency"], truth["year"], published,
    )  # fmt: skip


@pytest.mark.parametrize("path", list_documents("seeds"))
def test_units_of_a_seed(path: Path) -> None:
    """A unit printed in a seed's cell is kept, and the value stays in it."""
    truth = {
        (cell["table"], cell["row"], cell["column"]): cell["unit"] for cell in read_truth(path)["cells"] if cell["unit"]
    }

    report = read_as("text", path)

    assert {tuple(cell.key): cell.unit for cell in report.cells if cell.unit} == truth


@pytest.mark.parametrize("carrier", ["text", "html"])
@pytest.mark.parametrize("path", list_documents("real"))
def test_no_figure_of_a_real_report_stands_in_a_wrong_cell(path: Path, carrier: str) -> None:
    """However a real text was torn, a cell has its own value or none."""
    truth = {(cell["table"], cell["row"], cell["column"]): cell["value"] for cell in read_truth(path)["cells"]}

    report = read_as(carrier, path)

    wrong = [
        (cell.key, cell.value) for cell in report.cells if cell.value is not None and truth.get(cell.key) != cell.value
    ]
    assert wrong == []


@pytest.mark.parametrize("path", list_documents("real"))
def test_the_year_of_a_real_report(path: Path) -> None:
    """A real text's year is read, whatever became of its tables."""
    assert read_as("text", path).year == read_truth(path)["year"]


@pytest.mark.parametrize(
    "path", [path for path in list_documents("real") if path.id is None or path.id.endswith("_layout")]
)
def test_a_real_report_with_tables_is_no_narrative(path: Path) -> None:
    """A text whose tables cannot be taken apart is not called a report without a table."""
    assert read_as("text", path).form != "narrative"
