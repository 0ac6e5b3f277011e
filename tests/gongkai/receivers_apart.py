"""A webhook and a mail server in a process of their own: who forks must have no threads beside.

`python -m tests.gongkai.receivers_apart FILE` says their addresses in a line of JSON, then writes a line for each
message that comes, before it is answered: by which way it came, and its uid.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gongkai.alerts.addresses import UID_FIELD, UID_HEADER
from tests.gongkai.receivers import Mailbox, Webhook, listen_for_mails, listen_for_posts

REPOSITORY = Path(__file__).parents[2]


class Written(list[Any]):
    """A list of what comes that is a file."""

    def __init__(self, path: Path, server: Webhook | Mailbox) -> None:
        self._path = path
        self._server = server

    def append(self, one: Any) -> None:
        """Write down what came."""
        if isinstance(self._server, Webhook):
            line = f"json {one[UID_FIELD]}"
        else:
            super().append(one)
            line = f"mailto {self._server.read()[-1][UID_HEADER]}"
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


@contextmanager
def listen_apart(path: Path) -> Iterator[tuple[str, str]]:
    """Listen in a process of its own and yield the addresses of webhook and mail server; `path` fills."""
    arguments = [sys.executable, "-m", "tests.gongkai.receivers_apart", str(path)]
    with subprocess.Popen(  # noqa: S603 - this module itself
        arguments, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            webhook, mailbox = json.loads(process.stdout.readline())
            yield webhook, mailbox
        finally:
            process.stdin.close()


def main() -> None:
    """Listen until nobody asks any more."""
    path = Path(sys.argv[1])
    with listen_for_posts() as webhook, listen_for_mails() as mailbox:
        webhook.got, mailbox.got = Written(path, webhook), Written(path, mailbox)
        print(json.dumps([webhook.url, mailbox.url]), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
