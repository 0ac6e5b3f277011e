"""What watchers say of pages on the second of two days: real changes missed, false alarms, and the kind of change told.

python -m benchmarks.against_changes [--quick]
"""

import resource
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.changes_kinds import KINDS, Kind, Pair, make_pairs
from benchmarks.changes_pages import TEMPLATES
from benchmarks.changes_server import MadeSite, serve_sites
from benchmarks.changes_watchers import (
    ERROR,
    Told,
    Watcher,
    watch_by_webchanges,
    watch_by_webchanges_part,
    watch_bytes,
    watch_ourselves,
    watch_words,
)
from benchmarks.results import NOT_INSTALLED, NOTHING, Comparison, Row, find_versions, is_installed, run_alone

REAL_STREETS, QUIET_STREETS = 2, 1
"""Pages of a site on which a kind of change is tried: what happens to a report differs from report to report."""
QUICK_TEMPLATES = 1
NOTHING_HAPPENS = "nothing"
"""The one kind whose pages are the same on both days."""


class MadeWatcher(NamedTuple):
    """A watcher, and the distribution that it needs, where it is none of ours."""

    watch: Watcher
    needs: str | None = None


WATCHERS: Mapping[str, MadeWatcher] = {
    "gongkai": MadeWatcher(watch_ourselves),
    "SHA-256": MadeWatcher(watch_bytes),
    "trafilatura's text": MadeWatcher(watch_words, "trafilatura"),
    "webchanges, text": MadeWatcher(watch_by_webchanges, "webchanges"),
    "webchanges, element": MadeWatcher(watch_by_webchanges_part, "webchanges"),
}
"""The watchers, by their names in the table; ours first."""
OURS = "gongkai"
COLUMNS = ("what happened", "pairs", "to be said", *WATCHERS)


class Watched(NamedTuple):
    """What a watcher said, and the seconds of CPU that it took with the server of the pages."""

    told: Told
    seconds: float


def compare(*, quick: bool) -> Comparison:
    """Let every watcher look at both days and return the table."""
    sites = make_sites(QUICK_TEMPLATES if quick else len(TEMPLATES))
    pairs = [pair for site in sites for pair in site.pairs]
    watched = {name: watch(made.watch, sites) for name, made in WATCHERS.items() if _is_there(made)}
    counted = {name: {kind.name: count_told(one.told, kind, pairs) for kind in KINDS} for name, one in watched.items()}
    by_kind = [
        make_row(
            kind.name, _of(kind, pairs), {name: str(told[kind.name]) for name, told in counted.items()}, _to_say(kind)
        )
        for kind in KINDS
    ]
    return Comparison(
        "changes",
        "Changes: what is said of pages on the second of two days",
        f"{len(pairs)} made pages of {len(sites)} made sites of {len(TEMPLATES)} designs, each seen on two days "
        "with one thing changed. Ours crawls each site from its home page; the others are given the addresses of the "
        "pages and documents, and the second webchanges the element that holds the report (an XPath filter). A number "
        "says of how many pages a change was told. An error told instead counts as told where the page is gone, and "
        "as no false alarm where only the answer failed. The others show what differs and name no kind. Ours counts a "
        "report as withdrawn after one visit here; by default that takes three visits over 14 days.",
        COLUMNS,
        (*sum_up(counted, watched, pairs), *by_kind),
        list_losses(counted[OURS], watched, pairs),
        find_versions("webchanges", "html2text", "trafilatura"),
    )


def make_sites(templates: int) -> list[MadeSite]:
    """Return a site for each kind of change and each of so many templates, no street in two of them."""
    sites: list[MadeSite] = []
    streets = _name_streets()
    for kind in KINDS:
        for template in range(templates):
            some = [next(streets) for _ in range(REAL_STREETS if kind.is_real else QUIET_STREETS)]
            site = MadeSite(f"site{len(sites):03}", make_pairs(kind, template, some))
            if site.days[0] == site.days[1] and kind.name != NOTHING_HAPPENS:
                raise ValueError(f"{kind.name}, design {template}: both days are the same")
            sites.append(site)
    return sites


def _name_streets() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"第{number}街道"


def watch(watcher: Watcher, sites: Sequence[MadeSite]) -> Watched:
    """Let a watcher look at the sites on both days."""
    with serve_sites(sites) as served, TemporaryDirectory() as folder:
        start = _cpu_seconds()
        told = watcher(served, Path(folder))
        return Watched(told, _cpu_seconds() - start)


def _cpu_seconds() -> float:
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


def _is_there(made: MadeWatcher) -> bool:
    return made.needs is None or is_installed(made.needs)


def count_told(told: Told, kind: Kind, pairs: Sequence[Pair]) -> int:
    """Return of how many pages of a kind a change was told; an error is one where something did happen."""
    said = [told.get(pair.first.street, set()) for pair in pairs if pair.kind is kind]
    return sum(bool(words if kind.is_real else words - {ERROR}) for words in said)


def count_right_kinds(told: Told, pairs: Sequence[Pair]) -> int:
    """Return of how many real changes just their kind was told."""
    return sum(told.get(pair.first.street, set()) == set(pair.kind.says) for pair in pairs if pair.kind.is_real)


def sum_up(
    counted: Mapping[str, Mapping[str, int]], watched: Mapping[str, Watched], pairs: Sequence[Pair]
) -> Iterator[Row]:
    """Yield the rows over all kinds: real changes missed, false alarms, kinds told, time."""
    real = sum(pair.kind.is_real for pair in pairs)
    missed = {name: str(real - _sum(told, is_real=True)) for name, told in counted.items()}
    alarms = {name: str(_sum(told, is_real=False)) for name, told in counted.items()}
    kinds = {**dict.fromkeys(watched, NOTHING), OURS: str(count_right_kinds(watched[OURS].told, pairs))}
    yield make_row("all: real changes missed", real, missed)
    yield make_row("all: false alarms", len(pairs) - real, alarms)
    yield make_row("all: kind of change told right", real, kinds)
    yield make_row("all: CPU seconds", len(pairs), {name: f"{one.seconds:.1f}" for name, one in watched.items()})


def _sum(told: Mapping[str, int], *, is_real: bool) -> int:
    return sum(told[kind.name] for kind in KINDS if kind.is_real == is_real)


def make_row(name: str, count: int, found: Mapping[str, str], to_say: str = NOTHING) -> Row:
    """Return a row with what was found of each watcher that is there."""
    return (name, str(count), to_say, *(found.get(one, NOT_INSTALLED) for one in WATCHERS))


def _of(kind: Kind, pairs: Collection[Pair]) -> int:
    return sum(pair.kind is kind for pair in pairs)


def _to_say(kind: Kind) -> str:
    return ", ".join(sorted(kind.says)) or "nothing"


def list_losses(ours: Mapping[str, int], watched: Mapping[str, Watched], pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Return what we missed, what we told wrongly, and who is quicker."""
    missed = [kind.name for kind in KINDS if kind.is_real and ours[kind.name] < _of(kind, pairs)]
    wrong = [
        f"{kind.name} ({ours[kind.name]} of {_of(kind, pairs)})"
        for kind in KINDS
        if not kind.is_real and ours[kind.name]
    ]
    quicker = [name for name, one in watched.items() if one.seconds < watched[OURS].seconds]
    return (
        *([f"Missed: {', '.join(missed)}."] if missed else []),
        *([f"False alarms: {', '.join(wrong)}."] if wrong else []),
        *([f"Quicker: {', '.join(quicker)}. Ours walks the sites and reads every table."] if quicker else []),
    )


if __name__ == "__main__":
    run_alone(compare)
