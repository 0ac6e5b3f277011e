"""Bad input for a pattern, made from the pattern itself, and how its time grows with the length of that input.

An attack is a beginning that leads into a loop, a unit that the loop takes, again and again, and an end that fails.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import log2
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as syntax  # type: ignore[attr-defined]
from typing import Any

from tests.attacks.guarding import guarded
from tests.attacks.patterns import ANYHOW, Held

FIRST_LENGTH = 4_000
"""Signs of the text by which costly attacks are told from others."""
LAST_LENGTH = 64_000
WORTH_MEASURING = 4
"""Times that a pass over `FIRST_LENGTH` signs, one match a sign, takes: an attack that takes less costs nothing."""
LONG_ENOUGH = 0.06
"""CPU seconds that a measurement takes at least, so that neither noise nor the clock's grain decides."""
GUARD_SECONDS = 20.0
"""CPU seconds after which a search is broken off. None comes near; what does grows faster than any power."""
ENDS = ("", "\x01\n!")
COMMON = (" ", "\n", "0", "年", "a", "<", "<a ", "(", '"', "公开")
MOST_UNITS = 50
MOST_SIGNS_OF_A_CLASS = 5
MOST_REPEATS = 2_000
SUSPECT = 1.4
"""The exponent above which the next length is measured as well: a loop with a bound grows fast until it is met."""

MOST_COSTLY = 6
MOST_MEASURED = 3
TOLD = 1.7
"""The exponent above which a pattern is told to grow faster than its text, and no further attack is measured."""
"""Of so many costly attacks on a pattern so many, the costliest, are measured for growth."""
_LOOPS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_LONG_LOOP = 8


@dataclass(frozen=True, slots=True)
class Attack:
    """A text that is to cost time: a beginning, a unit to be repeated, an end."""

    beginning: str
    unit: str
    end: str

    def text(self, length: int, *, as_bytes: bool) -> Any:
        """Return so many signs of it, as the pattern takes them."""
        whole = self.beginning + self.unit * max(1, length // len(self.unit)) + self.end
        return whole.encode("utf-8", "replace") if as_bytes else whole


def find_attacks(pattern: re.Pattern[Any]) -> list[Attack]:
    """Return attacks on a pattern: each of its loops with what it takes, and runs of common signs."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = syntax.parse(text, pattern.flags)
    if not any(True for _ in _iter_pumps(tree, "")):
        return []
    pairs = dict.fromkeys(islice(_iter_pumps(tree, ""), MOST_UNITS))
    whole = _shortest(tree)
    pairs.update(
        dict.fromkeys(("", unit) for unit in (*COMMON, whole, whole[:-1], whole[: len(whole) // 2 + 1]) if unit)
    )
    return [Attack(beginning, unit, end) for beginning, unit in pairs for end in ENDS]


def _iter_pumps(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """Yield a beginning and a unit for each loop, outer ones first; and both together as a unit, for searches."""
    for code, argument in tree:
        if code in _LOOPS:
            _, most, body = argument
            if most >= _LONG_LOOP:
                for unit in _units(body):
                    yield before, unit
                    yield "", before + unit
                    yield before, unit + " "
            yield from _iter_pumps(body, before)
        else:
            for inner in _bodies(code, argument):
                yield from _iter_pumps(inner, before)
        before += _shortest([(code, argument)])


def _bodies(code: Any, argument: Any) -> list[Any]:
    """Return the patterns within a part of a pattern that is no loop."""
    if code is codes.SUBPATTERN:
        return [argument[-1]]
    if code is codes.BRANCH:
        return list(argument[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [argument[1]]
    if code is codes.ATOMIC_GROUP:
        return [argument]
    if code is codes.GROUPREF_EXISTS:
        return [part for part in argument[1:] if part is not None]
    return []


def _units(body: Any) -> list[str]:
    """Return what one turn of a loop may take: some signs of a class, each way of a choice."""
    found = [_shortest(body)]
    for number, (code, argument) in enumerate(body):
        before, after = _shortest(body[:number]), _shortest(body[number + 1 :])
        found += [f"{before}{choice}{after}" for choice in _choices(code, argument)]
    return [unit for unit in dict.fromkeys(found) if unit]


def _choices(code: Any, argument: Any) -> list[str]:
    """Return several texts that a part of a pattern takes."""
    if code is codes.IN:
        return _signs(argument)
    if code is codes.NOT_LITERAL or code is codes.ANY:
        return [" ", "a", "年"]
    if code in _LOOPS:
        return _units(argument[2])
    return [choice for body in _bodies(code, argument) for choice in _units(body)]


def _signs(members: Any) -> list[str]:
    """Return some signs of a class."""
    if members[0][0] is codes.NEGATE:
        taken = syntax.SubPattern(syntax.State(), [(codes.IN, members)])
        matches = re.compile("[^" + "".join(map(re.escape, _signs(members[1:]))) + "]", re.DOTALL).match
        return [sign for sign in (" ", "a", "0", "年", "\n", "<", "x") if taken and matches(sign)][
            :MOST_SIGNS_OF_A_CLASS
        ]
    found: list[str] = []
    for code, argument in members:
        if code is codes.LITERAL:
            found.append(chr(argument))
        elif code is codes.RANGE:
            found.append(chr(argument[0]))
        elif code is codes.CATEGORY:
            found += _CATEGORIES.get(argument, ("x",))
    return found[: 3 * MOST_SIGNS_OF_A_CLASS]


_CATEGORIES = {
    codes.CATEGORY_DIGIT: ("0",),
    codes.CATEGORY_SPACE: (" ", "\n"),
    codes.CATEGORY_WORD: ("a", "0", "年"),
    codes.CATEGORY_NOT_DIGIT: ("a", " "),
    codes.CATEGORY_NOT_SPACE: ("a", "0", "年"),
    codes.CATEGORY_NOT_WORD: (" ", "-"),
}


def _shortest(tree: Any) -> str:
    """Return a short text that the pattern takes, as far as that is told without looking around."""
    made = ""
    for code, argument in tree:
        if code is codes.LITERAL:
            made += chr(argument)
        elif code is codes.NOT_LITERAL or code is codes.ANY:
            made += "a" if argument != ord("a") else "b"
        elif code is codes.IN:
            made += (_signs(argument) or ["x"])[0]
        elif code in _LOOPS:
            made += _shortest(argument[2]) * min(argument[0], MOST_REPEATS)
        elif code is codes.BRANCH:
            made += _shortest(argument[1][0])
        elif code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            made += _shortest(_bodies(code, argument)[0])
    return made


def find_growth(held: Held) -> tuple[float, Attack | None]:
    """Return the fastest growth of a pattern's time, as an exponent, with the attack that showed it."""
    attacks = ((_screen(held, attack), attack) for attack in find_attacks(held.pattern))
    costly = list(islice((pair for pair in attacks if pair[0]), MOST_COSTLY))
    costly.sort(key=lambda pair: -pair[0])
    worst: tuple[float, Attack | None] = (1.0, None)
    for _, attack in costly[:MOST_MEASURED]:
        worst = max(worst, (growth_of(held, attack), attack), key=lambda pair: pair[0])
        if worst[0] > TOLD:
            break
    return worst


def _screen(held: Held, attack: Attack) -> float:
    """Return the seconds that an attack takes, nothing where it costs none; tried again, for machines are busy."""
    least = WORTH_MEASURING * time_a_pass()
    seconds = measure(held, attack, FIRST_LENGTH, time.perf_counter)
    if seconds > least:
        seconds = min(seconds, measure(held, attack, FIRST_LENGTH, time.perf_counter))
    return seconds if seconds > least else 0.0


@cache
def time_a_pass() -> float:
    """Return the seconds that one match a sign takes on this machine, for `FIRST_LENGTH` signs."""
    held = Held("a pass", re.compile("."), frozenset({ANYHOW}))
    return min(measure(held, Attack("", "a", ""), FIRST_LENGTH, time.perf_counter) for _ in range(20))


def growth_of(held: Held, attack: Attack) -> float:
    """Return the exponent with which time grows from one length to the double, the shortest that can be told."""
    length = FIRST_LENGTH // 4
    seconds = measure(held, attack, length)
    while seconds < LONG_ENOUGH and length < LAST_LENGTH:
        length, seconds = 2 * length, measure(held, attack, 2 * length)
    if seconds < LONG_ENOUGH:
        return 1.0
    twice = measure(held, attack, 2 * length)
    growth = log2(twice / seconds)
    return growth if growth < SUSPECT else min(growth, log2(measure(held, attack, 4 * length) / twice))


def measure(held: Held, attack: Attack, length: int, clock: Callable[[], float] = time.process_time) -> float:
    """Return the seconds that the pattern, used as it is used, takes for so many signs of an attack."""
    text = attack.text(length, as_bytes=isinstance(held.pattern.pattern, bytes))
    start = clock()
    with guarded(f"{held.place}: {held.pattern.pattern!r:.200} against {attack}", GUARD_SECONDS):
        for way in held.ways:
            if way == ANYHOW:
                for _ in held.pattern.finditer(text):
                    pass
            else:
                getattr(held.pattern, way)(text)
    return clock() - start
