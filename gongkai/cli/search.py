"""`gongkai search`: reports by the words in them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.cli.options import archive_option, as_of_option, examples, json_option

if TYPE_CHECKING:
    from rich.text import Text

    from archive import Found, Match

_FILTERS = """\b
Filters go with words; -filter is without it:
  year:2020   year:2018..2020   year>=2018      published:2021-02   published<2021-04-01
  district:宽城   district:2201   division:2201   agency:街道   site:kuancheng
  form:2014|2019|2021|narrative|none            status:current|withdrawn
  blank:yes   inferred:yes   ambiguous:yes   missing:yes   finding:yes   finding:requests.balance
  any figure: requests.total>50   refused.state_secret>0   fee_amount>=100元

"""
_FOUND = "bold red"
_NO_OPTION = "\0"
"""Stands before a word that begins with a minus until the options are read; no argument of a program can hold it."""
_ORDERS = {"relevance": "the closest first", "date": "newest first"}


class _SearchCommand(click.Command):
    """A command whose arguments may begin with a minus: `-word` is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options, and let all other words be words."""
        return super().parse_args(ctx, [_NO_OPTION + arg if _is_word(arg) else arg for arg in args])


def _is_word(argument: str) -> bool:
    return argument.startswith("-") and len(argument) > 1 and argument != "-h" and argument[1] != "-"


@click.command(
    "search",
    cls=_SearchCommand,
    short_help="Find reports by the words in them.",
    epilog=_FILTERS
    + examples(
        "gongkai search 复议",
        "gongkai search '听松 依申请公开'",
        "gongkai search '\"主动 公开\" -电梯' --limit 5",
        "gongkai search '行政复议 OR 行政诉讼 year:2018..2020 district:宽城'",
        "gongkai search 'requests.total>50 refused.state_secret>0'",
        "gongkai search status:withdrawn --json",
    ),
)
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=20, show_default=True, help="At most so many reports."
)
@click.option("--offset", type=click.IntRange(0, 100_000_000), default=0, help="Leave out so many before them.")
@click.option("--all-versions", is_flag=True, help="Look into earlier versions too.")
@as_of_option
@archive_option
@json_option
def command(  # noqa: PLR0913 - one argument an option
    query: tuple[str, ...],
    limit: int,
    offset: int,
    as_of: str | None,
    archive_path: Path,
    *,
    all_versions: bool,
    as_json: bool,
) -> None:
    """Find the reports that hold all the words of QUERY; the words found stand in [brackets], or in colour.

    A word is found wherever it stands, of one character or of ten, in any width, case or script; numbers in Chinese or
    Arabic figures. "Quotes" hold a phrase, -word is without it, one OR other is either.
    """
    from archive import Archive  # noqa: PLC0415 - help must answer at once
    from gongkai.cli.output import print_json  # noqa: PLC0415 - the same

    asked = " ".join(word.removeprefix(_NO_OPTION) for word in query)
    with Archive.open(archive_path) as archive:
        found = archive.search(asked, limit, offset=offset, all_versions=all_versions, as_of=as_of)
    if as_json:
        print_json(match.to_json() for match in found.matches)
    elif found.matches:
        _print_matches(found, has_versions=all_versions or as_of is not None)
    when = f" as of {as_of}" if as_of else ""
    if found.total and not as_json:
        kind = "version" if all_versions else "report"
        count = f"1 {kind}" if found.total == 1 else f"{found.total} {kind}s"
        click.echo(f"gongkai: {count}{when}, by {found.order}, {_ORDERS[found.order]}", err=True)
    _say(found, asked, when)


def _print_matches(found: "Found", *, has_versions: bool) -> None:
    """Print the matches, the words found in colour where there is any, with the numbers of their versions if asked."""
    from gongkai.cli.output import has_colours, is_screen, print_rows  # noqa: PLC0415 - help must answer at once

    show = _colour if is_screen() and has_colours() else _mark
    columns = ("id", *(["version"] if has_versions else []), "year", "snippet")
    rows = [(match.id, *([match.version] if has_versions else []), match.year, show(match)) for match in found.matches]
    print_rows(columns, rows)


def _mark(match: "Match") -> str:
    return match.snippet


def _colour(match: "Match") -> "Text":
    from rich.text import Text  # noqa: PLC0415 - help must answer at once

    from gongkai.cli.output import clean_text  # noqa: PLC0415 - the same

    return Text.assemble(*((clean_text(text), _FOUND if is_found else "") for text, is_found in match.pieces))


def _say(found: "Found", query: str, when: str) -> None:
    """Say on standard error what was taken otherwise than it looks, and whether nothing was found."""
    from gongkai.cli.output import clean  # noqa: PLC0415 - help must answer at once

    for note in found.notes:
        click.echo(f"gongkai: {clean(note)}", err=True)
    if not found.total:
        click.echo(f"gongkai: nothing found for {clean(query)}{when}", err=True)
