"""WARC files that end too early: what is whole comes in, one line says what is not, the whole file completes it."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive import Archive
from gongkai.cli import DONE, FAILED, INCOMPLETE, run
from tests.accidents.stories import NAME, put_warc, tell_archive
from tests.archive.made_reports import select

CUTS = 12
"""Places at which a file is cut, from its first byte to its last."""


def count_whole(content: bytes) -> int:
    """Return how many captures stand whole in a packed file of ours: the last record of each says what it was."""
    found = 0
    while content:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        text = member.decompress(content)
        found += member.eof and b"WARC-Type: metadata" in text
        content = member.unused_data
    return found


def test_of_a_cut_file_all_that_is_whole_comes_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], struck: Callable[..., None]
) -> None:
    """Wherever it is cut the archive is whole, the rest is said with its place, and comes when the whole file does."""
    put_warc(tmp_path)
    before = (tmp_path / NAME).read_bytes()
    file = sorted((tmp_path / "warc").glob("*.warc.gz"))[0]
    content, cut = file.read_bytes(), tmp_path / "cut.warc.gz"
    command = ["import", str(cut), "--archive", str(tmp_path / NAME)]
    held = len(select(tmp_path / NAME, "SELECT 1 FROM captures"))
    cut.write_bytes(content)
    assert run(command) == DONE
    expected = tell_archive(tmp_path)

    for number in range(1, CUTS + 1):
        for ending in ("", "-wal", "-shm"):
            (tmp_path / f"{NAME}{ending}").unlink(missing_ok=True)
        (tmp_path / NAME).write_bytes(before)
        cut.write_bytes(content[: len(content) * number // (CUTS + 1) + 1])
        capsys.readouterr()
        code, said = run(command), capsys.readouterr().err
        assert code in {INCOMPLETE, FAILED}
        assert "cut.warc.gz (byte" in said
        kept = tell_archive(tmp_path)
        assert set(kept["captures"]) <= set(expected["captures"])
        assert len(kept["captures"]) == held + count_whole(cut.read_bytes())
        cut.write_bytes(content)
        assert run(command) == DONE
        assert {row[1:] for row in tell_archive(tmp_path)["captures"]} == {row[1:] for row in expected["captures"]}
        struck("cut WARC", "import WARC", 1, "what stood behind the cut; one line says so, the whole file completes it")

    with Archive.open(tmp_path / NAME) as archive:
        assert len(archive.list_reports()) == len(select(tmp_path / NAME, "SELECT 1 FROM reports"))
