"""`gongkai serve`, as it is typed: where it listens, what it says, how it ends."""

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.gongkai.conftest import Outcome
from tests.gongkai.web_archives import make_story

Gongkai = Callable[..., Outcome]
WAIT = 60
"""Seconds for the program to answer, and to end."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the made story."""
    return make_story(tmp_path_factory.getbasetemp() / "web-story.db")


@contextmanager
def serve(path: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command for as long as this lasts; yield it, and the address that it says."""
    command = [sys.executable, "-m", "gongkai", "serve", "--port", "0", "--archive", str(path), *arguments]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ours
    assert server.stderr
    try:
        said = ""
        while not (found := re.search(r"(http://\S+/)", said)) and (line := server.stderr.readline()):
            said += line
        assert found, said
        yield server, found[1]
    finally:
        server.kill()
        server.communicate(timeout=WAIT)


def ask(address: str, host: str | None = None) -> int:
    """Return the status of an answer."""
    request = urllib.request.Request(address, headers={"Host": host} if host else {})  # noqa: S310 - on this machine
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:  # noqa: S310 - on this machine
            return int(answer.status)
    except urllib.error.HTTPError as problem:
        problem.close()
        return problem.code


def test_it_listens_on_this_machine_alone_until_it_is_interrupted(path: Path) -> None:
    """It says where it listens, answers there, to no other name, and ends at Ctrl-C."""
    with serve(path) as (server, address):
        statuses = [ask(address), ask(f"{address}report/nowhere"), ask(address, "evil.example")]
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=WAIT)

    assert address.startswith("http://127.0.0.1:")
    assert statuses == [200, 404, 421]
    assert (server.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_the_demo_s_sites_can_be_practised_on() -> None:
    """`gongkai demo --serve` names its three sites, which answer until Ctrl-C; no archive is made."""
    command = [sys.executable, "-m", "gongkai", "demo", "--serve", "--archive", "none/demo.db"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        assert server.stderr
        said = server.stderr.readline()
        assert server.stdout
        shown = [server.stdout.readline() for _ in range(6)]
        addresses = re.findall(r"http://127\.0\.0\.1:\d+/", "".join(shown))
        statuses = [ask(address) for address in addresses]
        server.send_signal(signal.SIGINT)
        server.wait(WAIT)
    finally:
        server.kill()
        server.communicate(timeout=WAIT)

    assert "gongkai discover" in said
    assert statuses == [200, 200, 200]
    assert server.returncode == 130


def test_a_name_may_be_given(path: Path) -> None:
    """What is named on the command line is answered beside this machine's own names."""
    with serve(path, "--name", "Data.example") as (_, address):
        statuses = [ask(address, name) for name in ("data.example", "DATA.EXAMPLE:80", "other.example")]

    assert statuses == [200, 200, 421]


def test_an_archive_that_is_not_there_is_said(gongkai: Gongkai, tmp_path: Path) -> None:
    """Nothing is served, and nothing made, where there is no archive."""
    outcome = gongkai("serve", "--archive", str(tmp_path / "none.db"))

    assert (outcome.code, outcome.out) == (1, "")
    assert "none.db" in outcome.err
    assert not (tmp_path / "none.db").exists()


def test_a_port_that_is_taken_is_said(gongkai: Gongkai, path: Path) -> None:
    """A port at which another program listens is named, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        outcome = gongkai("serve", "--archive", str(path), "--port", str(port))

    assert (outcome.code, outcome.out) == (1, "")
    assert str(port) in outcome.err
    assert "--port" in outcome.err


@pytest.mark.parametrize("arguments", [("--port", "65536"), ("--port", "-1"), ("--port", "x"), ("extra",)])
def test_wrong_usage_is_refused(gongkai: Gongkai, path: Path, arguments: tuple[str, ...]) -> None:
    """A port that is none, and anything left over, are wrong usage."""
    assert gongkai("serve", "--archive", str(path), *arguments).code == 2


def test_another_archive_may_be_put_in_its_place(path: Path, tmp_path: Path, gongkai: Gongkai) -> None:
    """While an archive is served another one may take its place; what that holds is shown at once."""
    copied = tmp_path / "copied.db"
    assert gongkai("backup", str(copied), "--archive", str(path)).code == 0
    with serve(copied) as (_, address):
        before = ask(address)
        outcome = gongkai("demo", "--archive", str(tmp_path / "demo.db"))
        (tmp_path / "demo.db").replace(copied)
        after = ask(f"{address}report/990103-%E7%9F%B3%E3%99%8D%E8%A1%97%E9%81%93-2021")

    assert (before, outcome.code, after) == (200, 0, 200)
