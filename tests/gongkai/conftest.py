from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gongkai.cli import run


@dataclass(frozen=True)
class Outcome:
    """What a command left behind: its exit code and both streams."""

    code: int
    out: str
    err: str


@pytest.fixture
def gongkai(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Run a command in an empty folder, as it is typed, and return what it did."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GONGKAI_ARCHIVE", raising=False)
    monkeypatch.delenv("GONGKAI_CONTACT", raising=False)

    def type_command(*arguments: str) -> Outcome:
        code = run(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return type_command
