"""Rebuilding the official tables from web pages and flattened text: cells right, wrong and not said, and time.

python -m benchmarks.against_rebuilding [--quick]
"""

from collections.abc import Iterator, Sequence

import lxml.html

from benchmarks.rebuilding_readers import PAGE_READERS, TEXT_READERS
from benchmarks.rebuilding_scores import COLUMNS, Document, Group, groups_to_rows
from benchmarks.results import Comparison, find_versions, run_alone
from tests.parsers.damage import DAMAGES
from tests.parsers.fillings import FILLINGS, OWN, dice, value_of
from tests.parsers.floors import iter_shared
from tests.parsers.generator import FLATTENINGS, VARIATIONS, Case, Made, make, settle
from tests.parsers.layouts import TORN
from tests.parsers.made import lines_to_html
from tests.parsers.pages import ON_PAGES

QUICK = 12
"""Documents of each group in a quick run."""
EACH = 3
"""Fillings of each way of flattening, and damaged documents of each damage, carrier and form."""
CHANGES = 2
"""What every other document has that real ones have: other wording, rows, notes, headings …"""
HARMLESS = sorted(name for name, variation in VARIATIONS.items() if variation.is_harmless)
ABOUT = """\
Made-up reports of all three forms, filled in {fillings} ways, every second one varied as real ones are: printed as web
pages with tables, flattened to paragraphs in {ways} ways, damaged, or torn as text out of PDF files can be. Of each
cell the truth is known. A blank is right where it is said to be blank, not 0. Wrong is a figure in a cell that does not
hold it, a blank for a figure, or 0 for a blank. Other tools know no forms: what they give is read by one mapping of
ours, the same for all of them (`benchmarks/rebuilding_mapping.py`). It is told the form, knows all labels, and leaves
out a row that it cannot be sure of. Where it misplaces a figure, the tool is charged with it, though the tool gave
what the page says: the wrong cells of others are as much the mapping's. Times are processor time of the tool alone,
without that mapping; ours is that of the whole record with its checks. The ratio is to `lxml.html.fromstring` on the
same bytes, on plain text to our own time."""
BIAS = (
    "The made documents are drawn by our own tests, so we have seen all their kinds before; only the rows of real"
    " reports are free of that, and they are few."
)


def compare(*, quick: bool) -> Comparison:
    """Measure every group of documents."""
    rows, losses = groups_to_rows(iter_groups(quick=quick))
    return Comparison(
        key="rebuilding",
        title="Rebuilding tables from pages and text",
        about=" ".join(ABOUT.format(fillings=len(FILLINGS), ways=len(FLATTENINGS) - len(ON_PAGES)).split()),
        columns=COLUMNS,
        rows=rows,
        losses=(*losses, BIAS),
        versions=find_versions("lxml", *(reader.needs for reader in PAGE_READERS if reader.needs)),
    )


def iter_groups(*, quick: bool) -> Iterator[Group]:
    """Yield each group of documents with the readers to be tried on it; what is not there is left out."""
    for group, cases, is_page in (
        ("made pages with tables", list(iter_tables()), True),
        ("made pages, flattened", list(iter_flattened()), True),
        ("made pages, damaged", list(iter_damaged()), True),
        ("made text, torn as out of PDF", list(iter_torn()), False),
    ):
        chosen = dice("quick", group).sample(cases, QUICK) if quick else cases
        documents = [case_to_document(case) for case in chosen]
        yield as_pages(group, documents) if is_page else Group(group, documents, TEXT_READERS)
    shared = list(iter_shared())
    seeds = [made_to_document(made, form, as_page=True) for name, made, form in shared if name.startswith("seeds")]
    texts = [
        made_to_document(made, form, as_page=False)
        for name, made, form in shared
        if name.startswith("real") and name.endswith(".txt")
    ]
    if seeds:
        yield as_pages("real reports, flattened", seeds)
    if texts:
        yield Group("real reports, text out of PDF", texts, TEXT_READERS)


def as_pages(name: str, documents: Sequence[Document]) -> Group:
    """Return a group of web pages."""
    return Group(name, documents, PAGE_READERS, lxml.html.fromstring)


def iter_tables() -> Iterator[Case]:
    """Yield pages whose tables are tables: each way of drawing them, each form, each filling."""
    for form in OWN:
        for way in ON_PAGES:
            for number, filling in enumerate(FILLINGS):
                yield vary(Case(form=form, filling=filling, flattening=way, seed=number), number)


def iter_flattened() -> Iterator[Case]:
    """Yield pages whose tables are flattened to paragraphs or blocks, each way with some of the fillings."""
    fillings = list(FILLINGS)
    number = 0
    for form in OWN:
        for way in FLATTENINGS:
            for _ in range(EACH if way not in ON_PAGES else 0):
                number += 1
                filling = fillings[number * 5 % len(fillings)]
                yield vary(Case(form=form, filling=filling, flattening=way, carrier="html", seed=number), number)


def iter_damaged() -> Iterator[Case]:
    """Yield pages of which something is lost, doubled, swapped or strange."""
    fillings, ways = list(FILLINGS), list(FLATTENINGS)
    number = 0
    for damage in DAMAGES:
        for form in ("2019", "2021"):
            for _ in range(EACH * 2):
                number += 1
                case = Case(
                    form=form,
                    filling=fillings[number * 5 % len(fillings)],
                    flattening=ways[number * 7 % len(ways)],
                    damage=(damage,),
                    carrier="html",
                    seed=number,
                )
                if (settled := settle(case)).damage:
                    yield settled


def iter_torn() -> Iterator[Case]:
    """Yield texts whose lines stand in the order in which a PDF file draws them, and not in that of the tables."""
    for form in OWN:
        for way in TORN:
            for number, filling in enumerate(FILLINGS):
                yield settle(Case(form=form, filling=filling, flattening=way, seed=number))


def vary(case: Case, number: int) -> Case:
    """Return every second case with some harmless changes, the nearest that can be judged."""
    changes = dice(case.seed, "changes", case.flattening).sample(HARMLESS, CHANGES) if number % 2 else ()
    return settle(Case(case.form, case.filling, case.flattening, tuple(changes), (), case.carrier, case.seed))


def case_to_document(case: Case) -> Document:
    """Make the document of a case."""
    return made_to_document(make(case), case.form, as_page=False)


def made_to_document(made: Made, form: str, *, as_page: bool) -> Document:
    """Return a document with the numbers it prints; `as_page`: its text as a page with a paragraph for each line."""
    body = lines_to_html(made.body.decode().splitlines()).encode() if as_page else made.body
    return Document(body, form, {key: value_of(raw) for key, raw in made.truths[0].items()})


if __name__ == "__main__":
    run_alone(compare)
