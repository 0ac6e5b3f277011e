"""Make many reports in every flattening and with every damage, read them, and print how they were read.

    .venv/bin/python benchmarks/generate.py --examples 20000 --mix                      # the long run
    .venv/bin/python benchmarks/generate.py --examples 500 --only pipe_rows             # nothing changed or damaged
    .venv/bin/python benchmarks/generate.py --examples 2000 --damage all --by damage
    .venv/bin/python benchmarks/generate.py --examples 2000 --change typos,menu --by change

Prints right, flagged and wrong cells by flattening and damage, and the worst failures made small.
"""

import argparse
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from parsers.forms import load_forms
from tests.parsers.damage import DAMAGES
from tests.parsers.fillings import FILLINGS, MADE_FORMS, dice
from tests.parsers.generator import VARIATIONS, WAYS, Case, Verdict, make, settle, smaller_cases, try_case
from tests.parsers.weak_spots import is_weak

SLOW_SECONDS = 20


def main() -> int:
    """Run and print; exit 1 when a cell is wrong or, where nothing was lost, not read."""
    wanted = _arguments()
    started = time.perf_counter()
    totals: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    failed: list[tuple[Case, Verdict]] = []
    with Pool(wanted.jobs) as pool:
        for case, verdict in pool.imap_unordered(_try, _cases(wanted), chunksize=8):
            _count(totals[_group(case, wanted.by)], verdict)
            if verdict.faults or (verdict.unread and (wanted.weak or not is_weak(case))):
                failed.append((case, verdict))
    _print_totals(totals)
    print(f"{wanted.examples} examples in {time.perf_counter() - started:.0f} s")
    _print_failures(failed, wanted.show)
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="all", help=f"flattenings, by commas: {', '.join(WAYS)}")
    parser.add_argument("--form", default="all", help=f"forms, by commas: {', '.join(MADE_FORMS)}")
    parser.add_argument("--fill", default="all", help=f"fillings, by commas: {', '.join(FILLINGS)}")
    parser.add_argument("--damage", default="none", help=f"none, all, or by commas: {', '.join(DAMAGES)}")
    parser.add_argument("--change", default="none", help=f"none, all, or by commas: {', '.join(VARIATIONS)}")
    parser.add_argument("--changes", type=int, default=1, help="how many changes to a document")
    parser.add_argument(
        "--mix", action="store_true", help="up to two changes each, and one of all damages to every other"
    )
    parser.add_argument("--carrier", default="text", help="text, html")
    parser.add_argument("--weak", action="store_true", help="with the known weak spots")
    parser.add_argument("--show", type=int, default=6, help="how many failures to make small and print")
    parser.add_argument("--by", default="both", choices=["both", "flattening", "damage", "change"])
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def _choose(names: str, known: list[str]) -> list[str]:
    chosen = known if names == "all" else names.split(",")
    if unknown := set(chosen) - set(known):
        raise SystemExit(f"not known: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    return chosen


def _cases(wanted: argparse.Namespace) -> Iterator[Case]:
    flattenings = _choose(wanted.only, list(WAYS))
    forms = _choose(wanted.form, list(MADE_FORMS))
    fillings = _choose(wanted.fill, list(FILLINGS))
    damages = [] if wanted.damage == "none" else _choose(wanted.damage, list(DAMAGES))
    changes = [] if wanted.change == "none" else _choose(wanted.change, list(VARIATIONS))
    carriers = wanted.carrier.split(",")
    rng = dice(wanted.seed)
    if wanted.mix:
        changes, damages, carriers = list(VARIATIONS), list(DAMAGES), ["text", "text", "html"]
    for number in range(wanted.examples):
        is_damaged, most = (rng.random() < 0.5, rng.randint(0, 2)) if wanted.mix else (bool(damages), wanted.changes)
        yield settle(
            Case(
                form=rng.choice(forms),
                filling=rng.choice(fillings),
                flattening=flattenings[number % len(flattenings)],
                changes=tuple(rng.sample(changes, min(most, len(changes)))),
                damage=(rng.choice(damages),) if is_damaged else (),
                carrier=rng.choice(carriers),
                seed=rng.randrange(10**6),
            )
        )


def _try(case: Case) -> tuple[Case, Verdict]:
    signal.signal(signal.SIGALRM, _too_slow)
    signal.alarm(SLOW_SECONDS)
    try:
        return case, try_case(case)
    except Exception as problem:
        return case, Verdict(faults=[f"CRASH {type(problem).__name__}: {problem}"], at=[""])
    finally:
        signal.alarm(0)


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"not read in {SLOW_SECONDS} s")


def _count(counter: Counter[str], verdict: Verdict) -> None:
    counter["documents"] += 1
    counter["right"] += verdict.right
    counter["flagged"] += verdict.flagged
    counter["wrong"] += verdict.wrong
    counter["zeros"] += verdict.zeros
    counter["nonzero_right"] += verdict.nonzero[0]
    counter["nonzero"] += verdict.nonzero[1]
    counter["blanks_right"] += verdict.blanks[0]
    counter["blanks"] += verdict.blanks[1]
    counter["with_faults"] += bool(verdict.faults)
    counter["not_whole"] += bool(verdict.unread)


def _group(case: Case, by: str) -> tuple[str, ...]:
    damage, change = "+".join(case.damage) or "none", "+".join(case.changes) or "none"
    return {"flattening": (case.flattening,), "damage": (damage,), "change": (change,)}.get(
        by, (case.flattening, damage)
    )


def _print_totals(totals: dict[tuple[str, ...], Counter[str]]) -> None:
    rows = dict(totals)
    rows["ALL",] = sum(totals.values(), Counter())
    print(f"{'':44} docs  right flagged wrong  nonzero blanks | zero-guesser | docs wrong, not all right")
    for name, counter in sorted(rows.items()):
        cells = max(1, counter["right"] + counter["flagged"] + counter["wrong"])
        right, flagged, zeros = (counter[of] / cells for of in ("right", "flagged", "zeros"))
        print(
            f"{' '.join(name):44} {counter['documents']:4} {right:6.1%} {flagged:6.1%}"
            f" {counter['wrong']:6} {_share(counter, 'nonzero')} {_share(counter, 'blanks')} |"
            f" {zeros:6.1%}       | {counter['with_faults']:4} {counter['not_whole']:4}"
        )


def _share(counter: Counter[str], name: str) -> str:
    return f"{counter[name + '_right'] / counter[name]:7.1%}" if counter[name] else "      –"


def _print_failures(failed: list[tuple[Case, Verdict]], show: int) -> None:
    shown: Counter[tuple[object, ...]] = Counter()
    tried: Counter[tuple[object, ...]] = Counter()
    for case, found in sorted(failed, key=lambda pair: (not pair[1].faults, len(pair[0].damage))):
        what = "WRONG" if found.faults else "UNREAD"
        if shown.total() >= show:
            break
        if tried[signature := _signature(what, case)] > 3:
            continue
        tried[signature] += 1
        small, verdict = _minimise(case, what)
        if not shown[signature := _signature(what, small)]:
            shown[signature] += 1
            _print_failure(small, verdict, what)


def _signature(what: str, case: Case) -> tuple[object, ...]:
    """Return what is told once: a change or damage, or else a way of printing."""
    return (what, case.changes, case.damage) if case.changes or case.damage else (what, case.flattening)


def _minimise(case: Case, what: str) -> tuple[Case, Verdict]:
    """Return the smallest case that still fails in the same way."""
    verdict = _try(case)[1]
    for _ in range(30):
        for smaller in smaller_cases(case):
            if is_weak(smaller) and not is_weak(case):
                continue
            then = _try(smaller)[1]
            if then.faults if what == "WRONG" else then.unread and not then.faults:
                case, verdict = smaller, then
                break
        else:
            break
    return case, verdict


def _print_failure(case: Case, verdict: Verdict, what: str) -> None:
    """Print a case, what was wrong, and the lines around it."""
    problems = verdict.faults or verdict.unread
    print(f"\n{what} {case}")
    for problem in problems[:5]:
        print(f"   {problem}")
    if len(problems) > 5:
        print(f"   … and {len(problems) - 5} more")
    lines = make(case).lines
    at = next((int(place.split()[1]) for place in verdict.at if place.startswith("line ")), None)
    at = at or _find_row(lines, problems[0])
    for number in range(max(1, at - 9), min(len(lines), at + 6) + 1):
        print(f"   {'>' if number == at else ' '}{number:4} {lines[number - 1]!r}"[:150])


def _find_row(lines: tuple[str, ...], problem: str) -> int:
    """Return the line of the row that a problem tells of, or that of the first table."""
    labels = [
        line.labels[-1].text
        for form in load_forms().values()
        for table in form.tables
        for line in table.lines
        if line.labels and any(problem.startswith(".".join(key[1:]) + ":") for key in line.cells)
    ]
    wanted = [label[:6] for label in labels] + ["二、主动公开", "附表", ""]
    return next((n for part in wanted for n, line in enumerate(lines, 1) if part in line), 1) + 4


if __name__ == "__main__":
    sys.exit(main())
