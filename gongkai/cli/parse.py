"""`gongkai parse`: documents to reports, without an archive; with `--explain` and `--html`, how they were read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gongkai.cli import DONE, FAILED
from gongkai.cli.explained import error_to_json, iter_json, print_explained
from gongkai.cli.options import examples, json_option
from gongkai.cli.output import clean, paged, print_json, print_lines, stdout
from gongkai.cli.view import iter_report_lines
from gongkai.pages.parsed import is_own_page, parsed_to_page
from parsers import Parsed, ParserError, Report, parse_steps
from parsers.explain import explain

_NO_REPORT = (
    "no annual report in it: neither the title of one nor a table of a known form; check that it is the page meant"
)
_STDOUT = Path("-")


@click.command(
    "parse",
    short_help="Rebuild the tables of documents, without an archive.",
    epilog=examples(
        "gongkai parse report.html",
        "gongkai parse --json *.txt > reports.ndjson",
        "gongkai parse --explain report.pdf | less",
        "gongkai parse --explain --json report.pdf > lines.ndjson",
        "gongkai parse --html page.html report.pdf",
        "gongkai parse --html pages *.txt",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--explain", "as_lines", is_flag=True, help="Print every line of the document, the part it was given, and why."
)
@click.option(
    "--html",
    "out",
    metavar="OUT",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Write a page with the rebuilt tables beside the source, each figure linked to its line. OUT is a file that"
    " ends in .html, - for standard output, or, for several FILES, a folder.",
)
@json_option
def command(files: tuple[Path, ...], *, as_lines: bool, out: Path | None, as_json: bool) -> int:
    """Rebuild the tables of documents and show them as they are printed.

    With --json, one object a line for each file, in their order. Exits 1 where a file could not be read;
    its line then says why.
    """
    _require_files(files, out)
    _require_one_way(as_lines=as_lines, out=out, as_json=as_json)
    pages = _name_pages(files, out) if out else {}
    outcome = DONE
    for number, file in enumerate(files):
        parsed, error = _read(file)
        if error:
            _say(f"gongkai: {file}: {error}")
            outcome = FAILED
        elif parsed and parsed.report.kind == "other":
            _say(f"gongkai: {file}: {_NO_REPORT}")
        if out:
            outcome = max(outcome, _write_page(file, pages[number], parsed))
        elif as_json:
            print_json(_iter_objects(str(file), parsed, error, as_lines=as_lines))
        elif parsed:
            if len(files) > 1:
                click.echo(f"{'' if number == 0 else chr(10)}== {clean(file)} ==")
            _show(parsed, as_lines=as_lines)
    return outcome


def _require_files(files: tuple[Path, ...], out: Path | None) -> None:
    if files:
        return
    if out:
        raise click.UsageError(f"no FILES; --html takes OUT first, then what to read: --html page.html {out}")
    raise click.UsageError("no FILES; name the documents to read, for example: gongkai parse report.html")


def _require_one_way(*, as_lines: bool, out: Path | None, as_json: bool) -> None:
    if out and (as_lines or as_json):
        other = "--explain" if as_lines else "--json"
        raise click.UsageError(f"--html and {other} exclude each other; run the command once for each")


def _name_pages(files: tuple[Path, ...], out: Path) -> dict[int, Path]:
    """Return where the page of each file goes, by its number; nothing is named that a page may not replace."""
    if out == _STDOUT:
        if len(files) > 1:
            raise click.UsageError("--html - takes one file; name a folder for the pages of several")
        return {0: out}
    if len(files) == 1 and not out.is_dir():
        if out.suffix.lower() not in {".html", ".htm"}:
            raise click.UsageError(
                f"--html {out}: a page's name ends in .html; OUT stands before FILE: --html tables.html {files[0]}"
            )
        pages = {0: out}
    elif out.exists() and not out.is_dir():
        raise click.UsageError(f"--html {out}: for {len(files)} files OUT must be a folder, and this is a file")
    else:
        pages = dict(enumerate(_iter_names(files, out)))
    for page in pages.values():
        if page.exists() and not _is_own(page):
            raise click.UsageError(f"--html: {page} is there already and was not made by gongkai; name another OUT")
    return pages


def _iter_names(files: tuple[Path, ...], folder: Path) -> Iterator[Path]:
    """Yield a name in a folder for each file's page, no two alike."""
    taken: set[str] = set()
    for file in files:
        name, count = f"{file.name}.html", 1
        while name.casefold() in taken:
            count += 1
            name = f"{file.name}.{count}.html"
        taken.add(name.casefold())
        yield folder / name


def _is_own(page: Path) -> bool:
    try:
        return page.is_file() and is_own_page(page.read_bytes())
    except OSError:
        return False


def _write_page(file: Path, page: Path, parsed: Parsed | None) -> int:
    if parsed is None:
        return FAILED
    text = parsed_to_page(parsed, explain(parsed), clean(file))
    if page == _STDOUT:
        click.echo(text, nl=False)
        return DONE
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    except OSError as problem:
        _say(f"gongkai: {page}: cannot be written ({problem.strerror or problem}); name another OUT")
        return FAILED
    _say(f"{file} → {page}")
    return DONE


def _say(words: str) -> None:
    """Say something of a file in one line; not even its name may steer a terminal."""
    click.echo(clean(words), err=True)


def _show(parsed: Parsed, *, as_lines: bool) -> None:
    with paged():
        if as_lines:
            print_explained(explain(parsed))
        else:
            print_lines(iter_report_lines(parsed.report, stdout().width))


def _read(file: Path) -> tuple[Parsed | None, str | None]:
    try:
        return parse_steps(file.read_bytes()), None
    except OSError as problem:
        return None, f"cannot be read ({problem.strerror or problem}); name a file that is there"
    except ParserError as problem:
        return None, f"{problem}; nothing was rebuilt"


def _iter_objects(source: str, parsed: Parsed | None, error: str | None, *, as_lines: bool) -> Iterator[dict[str, Any]]:
    if as_lines:
        yield from iter_json(source, explain(parsed)) if parsed else (error_to_json(source, error),)
        return
    nothing = Report("other", None, None, None, None, None, None, None)
    yield {"source": source, **(parsed.report if parsed else nothing).to_json(), "error": error}
