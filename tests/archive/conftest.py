from collections.abc import Iterator
from pathlib import Path

import pytest

from archive import Archive
from tests.archive.made_reports import SITE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the archive of a test stands."""
    return tmp_path / "gongkai.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    """Return an archive that is open to write and knows one site."""
    with Archive.create(path) as opened:
        opened.save_site(SITE)
        yield opened
