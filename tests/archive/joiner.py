"""The second process that is killed: it parses what an archive holds, batch by batch, and says when one is kept.

Run as `python -m tests.archive.joiner PATH`.
"""

import sys
from itertools import islice
from pathlib import Path

from archive import Archive, Reading
from parsers import PARSER_VERSION, parse

BATCH = 5


def main(path: Path) -> None:
    """Read until nothing is left, saying so after each batch that is kept."""
    with Archive.join(path) as archive:
        unparsed = archive.iter_unparsed(PARSER_VERSION)
        while batch := list(islice(unparsed, BATCH)):
            archive.save_readings(
                [
                    Reading(
                        one.capture_id,
                        PARSER_VERSION,
                        parse(archive.load_capture_body(one.capture_id), one.content_type),
                    )
                    for one in batch
                ]
            )
            print(len(batch), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
