"""A TOML file that a person writes, or what keeps it from being read, in words that say what to correct."""

import tomllib
from pathlib import Path
from typing import Any


def load_toml(path: Path, where_none: str = "name a file that exists") -> dict[str, Any]:
    """Read a file; raise `ValueError` with one line that begins with its path.

    `where_none` says what to do where it is not there.
    """
    try:
        return parse_toml(path.read_bytes())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        advice = where_none if isinstance(error, FileNotFoundError) else "name a file that can be read"
        raise ValueError(f"{path}: cannot be read ({reason}): {advice}") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def parse_toml(content: bytes) -> dict[str, Any]:
    """Return the table of a file's bytes, with or without a byte order mark; raise `ValueError` with one line."""
    text = ""
    try:
        text = content.decode("utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}: save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        # The message ends with the place, as in "Invalid value (at line 3, column 8)".
        said = str(error).replace("at end of document", f"at line {len(text.splitlines())}, the last")
        raise ValueError(f"not valid TOML: {said}: correct that line") from error
