"""What is taken where nothing is said."""

import os
from pathlib import Path


def default_archive() -> Path:
    """Return the archive to use where none is named: $GONGKAI_ARCHIVE, else gongkai.db in this directory."""
    return Path(os.environ.get("GONGKAI_ARCHIVE") or "gongkai.db")
