"""Throw damaged files at every reader: nothing but named errors may come of it, and soon.

    python -m benchmarks.fuzz --seconds 60 --seed 1 --only pdf --keep failed
    python -m benchmarks.fuzz --seconds 60 --only docx --coverage

The targets are those of the tests (tests/attacks/fuzzing.py); whole reports of every carrier, made here, are damaged as
well. Prints inputs and inputs a second by target, and each failure. Exit 1 if there was one: an exception that has no
name of ours, or more than a second of work for 100 KB. With `--coverage`, one target is led by what of our code its
inputs reach, where the package atheris is installed (`pip install atheris`).
"""

import argparse
import importlib
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tests.attacks.fuzzing import Failure, Target

ROOMS = ("parsers", "archive", "crawler", "gongkai")
SECONDS_A_STEP = 1.0
BYTES_A_STEP = 100_000


def main() -> int:
    """Fuzz for as long as wanted and print what came of it."""
    wanted = _arguments()
    return _lead(wanted) if wanted.coverage else _throw(wanted)


def _throw(wanted: argparse.Namespace) -> int:
    targets = {target: bodies for target, bodies in iter_targets() if wanted.only in target.name}
    counts: Counter[str] = Counter()
    spent: defaultdict[str, float] = defaultdict(float)
    failures: list[Failure] = []
    end = time.monotonic() + wanted.seconds
    while targets and time.monotonic() < end:
        for target, bodies in targets.items():
            body = _damage(bodies, f"{wanted.seed}/{target.name}/{counts[target.name]}")
            start = time.process_time()
            failure = try_in_time(target, body)
            counts[target.name] += 1
            spent[target.name] += time.process_time() - start
            if failure:
                failures.append(failure)
    _print(counts, spent, failures)
    if wanted.keep:
        _keep(Path(wanted.keep), failures)
    return 1 if failures or not targets else 0


def _damage(bodies: Sequence[bytes], seed: str) -> bytes:
    from tests.parsers.mutations import mutate  # noqa: PLC0415 - what is led by coverage loads all later

    chance = random.Random(seed)  # noqa: S311 - damage, no secret
    return mutate(chance.choice(bodies), chance)


def try_in_time(target: "Target", body: bytes) -> "Failure | None":
    """Read an input; say how it failed, too much time included."""
    from tests.attacks.fuzzing import Failure, try_input  # noqa: PLC0415

    start = time.process_time()
    failure = try_input(target, body)
    took = time.process_time() - start
    if failure is None and took > SECONDS_A_STEP * max(1.0, len(body) / BYTES_A_STEP):
        return Failure(target.name, "slow", f"{took:.1f} s for {len(body)} bytes", body)
    return failure


def iter_targets() -> Iterator[tuple["Target", list[bytes]]]:
    """Yield each target with its inputs: those of the tests, and a reader of reports for each carrier's whole ones."""
    from tests.attacks.fuzzing import TARGETS  # noqa: PLC0415

    for target in TARGETS:
        yield target, [body for _, body in target.iter_corpus()]
    reader = next(target for target in TARGETS if target.name == "text")
    for name, body in _iter_whole_reports():
        yield replace(reader, name=f"whole {name}"), [body]


def _iter_whole_reports() -> Iterator[tuple[str, bytes]]:
    """Yield a report of each form in every carrier that the tests can make."""
    from tests.parsers import made  # noqa: PLC0415

    for path in sorted((ROOT / "tests" / "parsers").glob("made*.py")):
        module = importlib.import_module(f"tests.parsers.{path.stem}")
        for name, write in vars(module).items():
            if name.startswith("report_to_") and write.__module__ == module.__name__:
                for form in made.FORMS:
                    body = write(form, made.distinct_figures(form))
                    yield f"{name.removeprefix('report_to_')} {form}", body.encode() if isinstance(body, str) else body


def _lead(wanted: argparse.Namespace) -> int:
    """Let atheris lead one target; it ends the process itself, with 77 where an input failed."""
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        print("--coverage needs the package atheris: pip install atheris", file=sys.stderr)
        return 1
    with atheris.instrument_imports(include=[*ROOMS]):
        from tests.attacks.fuzzing import CORPUS, TARGETS, try_input  # noqa: PLC0415
    targets = [target for target in TARGETS if target.name == wanted.only]
    if not targets:
        print(f"--coverage needs --only with a target: {', '.join(target.name for target in TARGETS)}", file=sys.stderr)
        return 1

    def throw(body: bytes) -> None:
        if failure := try_input(targets[0], body):
            raise AssertionError(f"{failure.kind}: {failure.text}")

    keep = Path(wanted.keep or ".")
    keep.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={wanted.seconds:.0f}", f"-seed={wanted.seed}", f"-artifact_prefix={keep}/"]
    atheris.Setup([sys.argv[0], *options, str(keep), str(CORPUS / targets[0].name)], throw)
    atheris.Fuzz()
    return 0


def _print(counts: Counter[str], spent: Mapping[str, float], failures: "list[Failure]") -> None:
    for name, count in sorted(counts.items()):
        print(f"{name:20} {count:8} inputs {count / max(spent[name], 1e-9):8.0f} a second")
    print(f"{counts.total()} inputs, {len(failures)} failures")
    for (target, kind), count in Counter((failure.target, failure.kind) for failure in failures).most_common():
        first = next(failure for failure in failures if (failure.target, failure.kind) == (target, kind))
        print(f"{count:6} × {target}: {kind} (the first of {len(first.body)} bytes: {first.text})")


def _keep(folder: Path, failures: "list[Failure]") -> None:
    """Write the shortest input of each kind of failure."""
    folder.mkdir(parents=True, exist_ok=True)
    shortest: dict[tuple[str, str], Failure] = {}
    for failure in sorted(failures, key=lambda one: -len(one.body)):
        shortest[failure.target, failure.kind] = failure
    for number, ((target, _), failure) in enumerate(sorted(shortest.items())):
        (folder / f"{target}-{number}".replace(" ", "-")).write_bytes(failure.body)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only targets whose name holds this; with --coverage, the target")
    parser.add_argument("--coverage", action="store_true", help="be led by the code that inputs reach (atheris)")
    parser.add_argument("--keep", help="a folder for the inputs that failed; with --coverage, for what it finds")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
