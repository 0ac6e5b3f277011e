"""How long it takes to read a page, each step as a ratio to `lxml.html.fromstring` on the same bytes; memory, too.

    .venv/bin/python benchmarks/parsing.py

The page has 80 KB: a report with Word's markup amid a few hundred links of the site around it. Figures of one machine
say little: what counts is the ratio within one run. Each is the best of many rounds, in time of this process alone, for
a machine that does other work besides.
"""

import html
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import lxml.html  # noqa: E402 - the path comes first

from parsers import parse, parse_steps  # noqa: E402
from parsers.decode import decode  # noqa: E402
from parsers.forms import Table  # noqa: E402
from parsers.forms.printed import PrintedCell  # noqa: E402
from parsers.html import html_to_document  # noqa: E402
from parsers.report import CellKey  # noqa: E402
from tests.parsers.fillings import consistent, dice  # noqa: E402
from tests.parsers.made import (  # noqa: E402
    one_cell_a_line,
    report_to_html,
    table_to_html,
    write_report,
)

ROUNDS = 60
LINKS = 250
DOCUMENTS = 2_000
SHOWN = ("<div style='display:none' class='share'>分享到</div>", "<div class='footer'><p>版权所有：白杨街道</p></div>")
STYLE = "font-size:12.0pt;mso-bidi-font-size:10.5pt;font-family:仿宋_GB2312"


def make_figures() -> dict[CellKey, str]:
    """Return figures that add up, most of them 0, as those of a report do."""
    return {key: str(raw) for key, raw in consistent("2021", dice("benchmark")).items()}


def main() -> None:
    """Measure and print."""
    page = make_page()
    text, lines = decode(page).text, "\n".join(write_report("2021", one_cell_a_line, make_figures()))
    steps = {
        "lxml.html.fromstring": lambda: lxml.html.fromstring(page),
        "decode": lambda: decode(page),
        "html_to_document": lambda: html_to_document(text),
        "parse (the whole record)": lambda: parse(page),
        "parse, one cell a line": lambda: parse(lines.encode()),
    }
    cells = sum(cell.status == "reported" for cell in parse_steps(page).report.cells)
    print(
        f"a page of {len(page) // 1000} KB, {cells} figures read; "
        f"best of {ROUNDS} rounds, Python {sys.version.split()[0]}"
    )
    best = measure(steps)
    unit = best["lxml.html.fromstring"]
    for name, seconds in best.items():
        print(f"{name:26} {seconds * 1000:7.2f} ms   {seconds / unit:6.2f} × lxml")
    limit = 2 * unit + 0.003
    share = best["parse (the whole record)"] / limit
    print(f"goal for the whole record: 2 × lxml + 3 ms = {limit * 1000:.2f} ms; it takes {share:.2f} of that")
    print(f"{DOCUMENTS} documents through gongkai parse --json: {measure_memory(page):.0f} MB at most")


def make_page() -> bytes:
    """Make a page as sites have them, its tables as Word saves them."""
    report = report_to_html("2021", make_figures(), table_to_word)
    menu = "\n".join(
        f'<li class="item"><a href="/col/col{number}/index.html" target="_blank">政务栏目{number}</a></li>'
        for number in range(LINKS)
    )
    script = "<script>function go(a){ if (a<1&&a>0) { document.write('<p>'); } }</script>" * 8
    before = f'<body>{script}<div class="menu"><ul>{menu}</ul></div><div class="main"><div id="zoom">'
    return report.replace("<body>", before).replace("</body>", f"</div></div>{''.join(SHOWN)}</body>").encode()


def table_to_word(table: Table, figures: Mapping[CellKey, str]) -> str:
    """Draw a table as Word saves it: a style for each cell, a paragraph and a span in it."""
    drawn = table_to_html(table, figures, write_word_cell).replace(' colspan="1"', "").replace(' rowspan="1"', "")
    drawn = drawn.replace("<td", "<td width=60 style='width:45pt;padding:0cm 5.4pt'").replace("<tr>", "\n <tr>")
    return drawn.replace("<table>", "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0>")


def write_word_cell(cell: PrintedCell) -> str:
    """Write what stands in a cell as Word does."""
    inner = f"<span lang=EN-US style='{STYLE}'>{html.escape(cell.text)}<o:p></o:p></span>"
    return f"\n  <p class=MsoNormal align=center>{inner}</p>\n  "


def measure(steps: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Return the best time of each step in seconds, the steps taking turns."""
    best = dict.fromkeys(steps, float("inf"))
    for _ in range(ROUNDS):
        for name, work in steps.items():
            start = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - start)
    return best


def measure_memory(page: bytes) -> float:
    """Return how much memory the command takes at most for many documents, in megabytes."""
    with TemporaryDirectory() as folder:
        names = [f"{number}.html" for number in range(DOCUMENTS)]
        for number, name in enumerate(names):
            (Path(folder) / name).write_bytes(page.replace(b"3007", str(3_008 + number).encode()))
        command = [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from gongkai.cli import main; main()",
        ]
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, "parse", "--json", *names], cwd=folder, check=True, capture_output=True
        )
    assert sum(json.loads(line)["form"] == "2021" for line in done.stdout.splitlines()) == DOCUMENTS
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    main()
