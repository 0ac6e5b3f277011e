"""`gongkai evidence`: proof of a report or of one figure, for a stranger."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.cli.options import archive_option, as_of_option, examples, json_option
from gongkai.cli.output import print_json
from gongkai.cli.verify import require_link

if TYPE_CHECKING:
    from parsers import Cell, Report

_LISTED = 5


@click.command(
    "evidence",
    short_help="Write what proves a report or a figure, to be checked offline.",
    epilog=examples(
        "gongkai evidence 220103-柳影街道办事处-2020",
        "gongkai evidence 柳影街道办事处-2020 requests.granted.total --output proof.zip",
        "gongkai evidence 柳影街道办事处-2020 --version 1",
    ),
)
@click.argument("report")
@click.argument("cell", required=False)
@click.option("--version", type=click.IntRange(1, 1_000_000), help="An earlier version, by its number.")
@as_of_option
@click.option(
    "--head",
    "noted",
    metavar="LINK",
    callback=require_link,
    help="Prove it up to a link that somebody noted, not up to the newest capture.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="The folder to write, or a file that ends in .zip.  [default: a folder named after the report]",
)
@archive_option
@json_option
def command(  # noqa: PLR0913 - the options of the command
    report: str,
    cell: str | None,
    version: int | None,
    as_of: str | None,
    noted: str | None,
    output: Path | None,
    archive_path: Path,
    *,
    as_json: bool,
) -> None:
    """Write a folder, or a zip, that a stranger can check offline and without gongkai: `python3 check.py` in it.

    It holds the page as it was received, its headers, the same as a WARC file, the hashes that bind them, the chain up
    to the newest capture, and what was read. CELL adds one figure: its place in the page and how it was read
    (requests.granted.total, or any end of that which no other cell has). A version that a change made comes with the
    page from before it. README.md in it says what all that proves, and what not.
    """
    from archive.proof.evidence import gather_from  # noqa: PLC0415 - help must answer at once
    from gongkai.evidence import build_bundle, name_bundle, write_bundle  # noqa: PLC0415 - the same

    evidence = gather_from(archive_path, report, version, as_of, noted)
    chosen = _choose(evidence.shown.report, cell) if cell is not None else None
    files = build_bundle(evidence, chosen)
    path = output or Path(name_bundle(evidence.shown, chosen))
    write_bundle(files, path)
    if evidence.capture.warc is None:
        said = "without WARC files, which need a library that is not installed: pip install 'gongkai[warc]'"
        click.echo(f"gongkai: {said}", err=True)
    capture = evidence.capture
    if as_json:
        print_json([{"path": str(path), "id": evidence.shown.row.id, "version": evidence.shown.version,
                     "digest": capture.record.digest, "head": capture.chain.head, "files": sorted(files)}])  # fmt: skip
    else:
        click.echo(path)
        click.echo(f"gongkai: {len(files)} files; whoever gets it checks it with `python3 check.py`", err=True)


def _choose(report: "Report", name: str) -> "Cell":
    """Return the cell that a name means."""
    from gongkai.evidence import find_cells  # noqa: PLC0415 - help must answer at once

    found = find_cells(report, name)
    if len(found) == 1:
        return found[0]
    if not found:
        known = ", ".join(".".join(cell.key) for cell in report.cells[:_LISTED]) or "it has none"
        raise click.BadParameter(f"no cell of the report ends in {name!r}; its cells: {known} …", param_hint="CELL")
    names = [".".join(cell.key) for cell in found]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    raise click.BadParameter(f"{name!r} may mean {', '.join(names[:_LISTED])}{more}; write more", param_hint="CELL")
