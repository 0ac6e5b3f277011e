"""What commands share: where the archive is, and whether the answer is for a program."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from gongkai.defaults import default_archive

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


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")(command)


def examples(*lines: str) -> str:
    """Return an epilog that shows commands as they are typed, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
