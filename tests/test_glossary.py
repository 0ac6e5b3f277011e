"""The glossary has the words that the program uses."""

import re

import pytest

from docs.glossary import PAGE, PARTS, fill
from parsers.completeness import load_section_labels
from parsers.forms import load_forms
from tests.parsers.made import SHARED

CONTRACT = SHARED / "contract.md"


def test_the_made_parts_are_those_of_the_code() -> None:
    """What stands between the marks of docs/glossary.md is what `python docs/glossary.py` writes now."""
    page = PAGE.read_text(encoding="utf-8")

    assert fill(page) == page, "stale: run python docs/glossary.py"
    assert re.findall(r"<!-- made: (\w+) -->", page) == list(PARTS)


def test_every_key_stands_in_it() -> None:
    """Each form, section, table, row, column and status of a report is told in both languages."""
    page = PAGE.read_text(encoding="utf-8")
    cells = [key for form in load_forms().values() for key in form.iter_cells()]

    keys = {*load_forms(), "narrative", *load_section_labels(), *(part for key in cells for part in key)}

    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


@pytest.mark.skipif(not CONTRACT.exists(), reason="what is fixed lies beside the repository")
def test_every_key_that_is_fixed_stands_in_it() -> None:
    """The keys of the contract are in the glossary; those that begin with a dot go on from the one before."""
    page = PAGE.read_text(encoding="utf-8")
    part = CONTRACT.read_text(encoding="utf-8").partition("## 1. Keys")[2].partition("## 2.")[0]

    keys, group = [], ""
    for key in re.findall(r"`([^`]+)`", part):
        group = group if key.startswith(".") else key.partition(".")[0]
        keys.append(group + key if key.startswith(".") else key)

    words = [key for key in keys if re.fullmatch(r"[a-z_][a-z_.]*|\d{4}", key) and "sections" not in key]
    assert len(words) > 70
    assert [key for key in words if f"`{key}`" not in page and key not in {"form", "value"}] == []
