"""`gongkai parse`: documents to reports, without an archive."""

from pathlib import Path
from typing import Any

import click

from gongkai.cli import DONE, FAILED
from gongkai.cli.options import examples, json_option
from gongkai.cli.output import print_json, stdout
from gongkai.cli.view import iter_report_lines
from parsers import ParserError, Report, parse

_NO_REPORT = (
    "no annual report in it: neither the title of one nor a table of a known form; check that it is the page meant"
)


@click.command(
    "parse",
    short_help="Rebuild the tables of documents, without an archive.",
    epilog=examples("gongkai parse report.html", "gongkai parse --json *.txt > reports.ndjson"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def command(files: tuple[Path, ...], *, as_json: bool) -> int:
    """Rebuild the tables of documents (text or HTML) and show them as they are printed.

    With --json, one object a line for each file, in their order. Exits 1 where a file could not be read;
    its line then says why.
    """
    outcome = DONE
    for number, file in enumerate(files):
        report, error = _read(file)
        if error:
            click.echo(f"gongkai: {file}: {error}", err=True)
            outcome = FAILED
        elif report and report.kind == "other":
            click.echo(f"gongkai: {file}: {_NO_REPORT}", err=True)
        if as_json:
            print_json([_to_json(str(file), report, error)])
        elif report:
            if len(files) > 1:
                click.echo(f"{'' if number == 0 else chr(10)}== {file} ==")
            for line in iter_report_lines(report, stdout().width):
                stdout().print(line, soft_wrap=True)
    return outcome


def _read(file: Path) -> tuple[Report | None, str | None]:
    try:
        return parse(file.read_bytes()), None
    except OSError as problem:
        return None, f"cannot be read ({problem.strerror or problem}); name a file that is there"
    except ParserError as problem:
        return None, f"{problem}; nothing was rebuilt"


def _to_json(source: str, report: Report | None, error: str | None) -> dict[str, Any]:
    nothing = Report("other", None, None, None, None, None, None, None)
    return {"source": source, **(report or nothing).to_json(), "error": error}
