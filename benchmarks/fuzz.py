"""Damage made-up reports of every carrier and read them: nothing but named errors may come of it, and soon.

    .venv/bin/python benchmarks/fuzz.py --seconds 60 --seed 1 --only pdf --keep /tmp/failed

Prints inputs and inputs a second by carrier, and each failure with what makes it again. Exit 1 if there was one: an
exception that is no `ParserError`, or more than a second of work for 100 KB.
"""

import argparse
import gzip
import importlib
import random
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from parsers import ParserError, parse  # noqa: E402
from tests.parsers import made  # noqa: E402
from tests.parsers.made_archives import make_mhtml, make_ole, rar3_files, rar5_files, zip_files  # noqa: E402
from tests.parsers.mutations import mutate  # noqa: E402

SECONDS_A_STEP = 1.0
BYTES_A_STEP = 100_000
GIVE_UP_AFTER = 60
FLATTENINGS = (made.one_cell_a_line, made.tab_led, made.pipe_rows, made.lone_pipes, made.spaced_rows)


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that failed: which mutation of which carrier it was, and how it failed."""

    carrier: str
    number: int
    kind: str
    text: str
    body: bytes


def main() -> int:
    """Fuzz for as long as wanted and print what came of it."""
    wanted = _arguments()
    corpus = {name: body for name, body in iter_corpus() if not wanted.only or wanted.only in name}
    counts: Counter[str] = Counter()
    spent: defaultdict[str, float] = defaultdict(float)
    failures: list[Failure] = []
    signal.signal(signal.SIGALRM, _give_up)
    end = time.monotonic() + wanted.seconds
    while corpus and time.monotonic() < end:
        for name, body in corpus.items():
            start = time.process_time()
            failure = _try(name, mutate(body, _chance(wanted.seed, name, counts[name])), counts[name])
            counts[name] += 1
            spent[name] += time.process_time() - start
            if failure:
                failures.append(failure)
    _print(counts, spent, failures)
    if wanted.keep:
        _keep(Path(wanted.keep), failures)
    return 1 if failures or not corpus else 0


def iter_corpus() -> Iterator[tuple[str, bytes]]:
    """Yield whole inputs by name: every carrier that the tests can make, flattenings, archives, fixtures."""
    figures = made.distinct_figures("2019")
    for path in sorted((ROOT / "tests" / "parsers").glob("made*.py")):
        module = importlib.import_module(f"tests.parsers.{path.stem}")
        for name, write in vars(module).items():
            if name.startswith("report_to_") and write.__module__ == module.__name__:
                for form in made.FORMS:
                    body = write(form, made.distinct_figures(form))
                    yield f"{name.removeprefix('report_to_')} {form}", body.encode() if isinstance(body, str) else body
    for flatten in FLATTENINGS:
        text = "\n".join(made.write_report("2019", flatten, figures))
        yield f"text {flatten.__name__}", text.encode("gb18030" if flatten is made.tab_led else "utf-8")
    page = made.report_to_html("2019", figures)
    yield "mhtml", make_mhtml(page)
    yield "zip", zip_files({"年报.htm": page.encode(), "更多.zip": zip_files({"a.txt": b"x"})})
    yield "rar5", rar5_files({"年报.htm": page.encode()})
    yield "rar3", rar3_files({"年报.htm".encode("gbk"): page.encode()})
    yield "gzip", gzip.compress(page.encode(), mtime=0)
    yield "ole", make_ole({"WordDocument": b"\xec\xa5" + bytes(1000), "1Table": bytes(2000)})
    for path in sorted((ROOT / "tests" / "parsers" / "fixtures").glob("**/*.*")):
        if path.suffix == ".md":
            continue
        yield f"fixture {path.name}", path.read_bytes()


def _chance(seed: int, name: str, number: int) -> random.Random:
    return random.Random(f"{seed}/{name}/{number}")  # noqa: S311 - damage, no secret


def _try(carrier: str, body: bytes, number: int) -> Failure | None:
    start = time.process_time()
    signal.alarm(GIVE_UP_AFTER)
    try:
        parse(body).to_json()
    except ParserError as error:
        if "\n" in str(error) or not str(error):
            return Failure(carrier, number, "an error whose text is not one line", repr(error), body)
    except (Exception, RecursionError) as error:  # the very thing that is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        return Failure(carrier, number, kind, str(error)[:200], body)
    finally:
        signal.alarm(0)
    took = time.process_time() - start
    if took > SECONDS_A_STEP * max(1.0, len(body) / BYTES_A_STEP):
        return Failure(carrier, number, "slow", f"{took:.1f} s for {len(body)} bytes", body)
    return None


def _give_up(_: int, frame: FrameType | None) -> None:
    place = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else "?"
    raise TimeoutError(f"still at work after {GIVE_UP_AFTER} s, in {place}")


def _print(counts: Counter[str], spent: Mapping[str, float], failures: list[Failure]) -> None:
    for name, count in sorted(counts.items()):
        print(f"{name:28} {count:8} inputs {count / max(spent[name], 1e-9):8.0f} a second")
    print(f"{counts.total()} inputs, {len(failures)} failures")
    for (carrier, kind), count in Counter((failure.carrier, failure.kind) for failure in failures).most_common():
        first = next(failure for failure in failures if (failure.carrier, failure.kind) == (carrier, kind))
        print(f"{count:6} × {carrier}: {kind} (first: number {first.number}, {len(first.body)} bytes: {first.text})")


def _keep(folder: Path, failures: list[Failure]) -> None:
    """Write the first input of each kind of failure."""
    folder.mkdir(parents=True, exist_ok=True)
    for failure in {(failure.carrier, failure.kind): failure for failure in reversed(failures)}.values():
        (folder / f"{failure.carrier}-{failure.number}".replace(" ", "-")).write_bytes(failure.body)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only inputs whose name holds this")
    parser.add_argument("--keep", help="a folder for the inputs that failed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
