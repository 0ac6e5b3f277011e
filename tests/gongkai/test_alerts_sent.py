"""What a webhook and a mail server receive: the cell, old and new, the evidence, and nothing that is obeyed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gongkai.alerts.rules import load_alerts
from tests.gongkai.conftest import Outcome
from tests.gongkai.receivers import Webhook, listen_for_mails, listen_for_posts, write_alerts
from tests.gongkai.web_archives import VERSIONED, make_hostile, make_story

pytest.importorskip("apprise")


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Listen on loopback."""
    with listen_for_posts() as server:
        yield server


def test_a_webhook_gets_the_cell_old_and_new_and_the_evidence(
    gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook
) -> None:
    """A digest names each cell with what it was and is, and leads to the two versions; a second run sends nothing."""
    make_story(tmp_path / "gongkai.db")
    write_alerts(tmp_path, f"json://127.0.0.1:{webhook.server_port}/secretpath", kinds=["figures"])

    first, second, listed = gongkai("notify"), gongkai("notify"), gongkai("notify", "--list", "--json")

    (message,) = webhook.got
    (row,) = map(json.loads, listed.out.splitlines())
    assert (first.code, second.code, second.out) == (0, 0, "")
    assert "5 → 6" in message["message"]
    assert "(requests." in message["message"]
    assert "http://a.example/report/" in message["message"]
    assert "compare?a=1&b=2" in message["message"]
    assert (row["state"], row["uid"]) == ("sent", message["uid"])
    assert "secretpath" not in first.out + first.err + listed.out
    assert VERSIONED in "".join(row["events"])


def test_one_that_was_refused_is_tried_again(gongkai: Callable[..., Outcome], tmp_path: Path, webhook: Webhook) -> None:
    """A message that the server did not take is said to have failed, and arrives at the next run, the same."""
    make_story(tmp_path / "gongkai.db")
    write_alerts(tmp_path, f"json://127.0.0.1:{webhook.server_port}/")
    webhook.status = 500

    failed = gongkai("notify")
    webhook.status = 200
    again = gongkai("notify")

    assert (failed.code, again.code) == (3, 0)
    assert "did not reach json-" in failed.err
    assert webhook.got[0] == webhook.got[1]


def test_a_mail_is_plain_whatever_a_title_says(gongkai: Callable[..., Outcome], tmp_path: Path) -> None:
    """No text of a source adds a header, markup or a sign that nobody sees to a mail."""
    make_hostile(tmp_path / "gongkai.db")
    with listen_for_mails() as mailbox:
        write_alerts(tmp_path, mailbox.url, mode="at_once")
        sent = gongkai("notify")

    mails = mailbox.read()
    assert sent.code == 0
    assert mails
    for mail in mails:
        assert (mail.get_content_type(), mail["X-Gongkai-Alert"] is not None) == ("text/plain", True)
        assert len(mail.get_all("To", [])) == len(mail.get_all("Subject", [])) == 1
        assert mail["Bcc"] is None
        assert "<" not in mail.get_content()
        assert not set("\x1b\u202e\u2066\ufeff\x00\x85") & set(mail.get_content() + mail["Subject"])


def test_the_example_can_be_followed() -> None:
    """The example in the documentation is one that the program reads."""
    file = load_alerts(Path(__file__).parents[2] / "docs" / "alerts.toml")

    assert [rule.name for rule in file.alerts] == ["desk", "jump"]


def test_the_listener_of_the_documentation_prints_what_arrives(gongkai: Callable[..., Outcome], tmp_path: Path) -> None:
    """`examples/hook.py` says where it listens, and prints the message of an alert that leads there."""
    make_story(tmp_path / "gongkai.db")
    script = Path(__file__).parents[2] / "examples" / "hook.py"
    command = [sys.executable, str(script), "0"]
    hook = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603 - ours
    try:
        assert hook.stdout
        address = hook.stdout.readline().split()[-1]
        write_alerts(tmp_path, address, kinds=["figures"])
        outcome = gongkai("notify")
    finally:
        hook.kill()
        printed, _ = hook.communicate(timeout=60)

    assert outcome.code == 0
    assert "5 → 6" in printed
