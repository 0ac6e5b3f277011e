"""What commands share: where the archive is, and whether the answer is for a program."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def default_archive() -> Path:
    """Return the archive to use where none is named: $GONGKAI_ARCHIVE, else gongkai.db in this directory."""
    return Path(os.environ.get("GONGKAI_ARCHIVE") or "gongkai.db")


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


def json_option(command: Command) -> Command:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")(command)


def examples(*lines: str) -> str:
    """Return an epilog that shows commands as they are typed, one a line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
