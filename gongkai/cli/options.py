"""What commands share: where the archive is, and whether the answer is for a program."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gongkai.defaults import default_archive

if TYPE_CHECKING:
    _TextParameter = click.ParamType[str]
else:
    _TextParameter = click.ParamType  # which older versions of click know without brackets alone

_DAY_LENGTH = len("2026-03-01")

Command = TypeVar("Command", bound=Callable[..., Any])


def archive_option(command: Command) -> Command:
    """Add `--archive`."""
    return click.option(
        "--archive",
        "archive_path",
        type=click.Path(path_type=Path),
        default=default_archive,
        show_default="$GONGKAI_ARCHIVE, else gongkai.db",
        help="The archive file.",
    )(command)


def sites_option(command: Command) -> Command:
    """Add `--sites`."""
    return click.option(
        "--sites",
        "sites_path",
        type=click.Path(path_type=Path),
        default=Path("sites.toml"),
        show_default=True,
        help="The list of sites.",
    )(command)


def register_option(command: Command) -> Command:
    """Add `--sites` where the list is asked for its agencies alone: without one, that of this directory, if any."""
    return click.option(
        "--sites",
        "sites_path",
        type=click.Path(path_type=Path),
        show_default="sites.toml, where it is there",
        help="The list of sites, for the agencies and dates in it.",
    )(command)


class MomentOrDay(_TextParameter):
    """A day, which stands for its last second, or a moment; handed on as the archive writes it, in UTC."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - as in click
        """Return the moment, or say what is wanted."""
        try:
            if len(value) == _DAY_LENGTH:
                return f"{datetime.strptime(value, '%Y-%m-%d').date().isoformat()}T23:59:59Z"  # noqa: DTZ007 - days of UTC
            return f"{datetime.strptime(value, '%Y-%m-%dT%H:%M:%SZ').isoformat()}Z"  # noqa: DTZ007 - the same
        except ValueError:
            self.fail(f"{value!r} is no day like 2026-03-01 and no moment like 2026-03-01T08:00:00Z", param, ctx)


def as_of_option(command: Command) -> Command:
    """Add `--as-of`."""
    return click.option(
        "--as-of",
        type=MomentOrDay(),
        help="As the archive knew it at the end of that day, or at that moment (UTC).",
    )(command)


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")(command)


def examples(*lines: str) -> str:
    """Return an epilog that shows commands as they are typed, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
