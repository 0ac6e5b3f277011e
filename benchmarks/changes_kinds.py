"""What happens to a page between two days, and what a watcher of reports should say of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from benchmarks.changes_pages import TEMPLATES, State, make_figures
from parsers import CellKey

GRANTED = CellKey("requests", "granted", "total")
CARRIED = CellKey("requests", "new_requests", "total")
FEE = CellKey("proactive_disclosure", "fees", "fee_amount")
MORE = "又添了一处查阅点。"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: `says` is what a watcher of reports should log, nothing where the report stays the same."""

    name: str
    says: frozenset[str]
    edit: Callable[[State], State]
    before: Mapping[str, object]

    @property
    def is_real(self) -> bool:
        """Whether something happened to the report."""
        return bool(self.says)


def _with_figure(key: CellKey, raw: str) -> Callable[[State], State]:
    return lambda state: replace(state, figures={**state.figures, key: raw})


def _swap(state: State) -> State:
    """Exchange two figures that differ."""
    first, second = state.figures[GRANTED], state.figures[CARRIED]
    if first == second:
        raise ValueError(f"nothing to exchange in {state.street}")
    return replace(state, figures={**state.figures, GRANTED: second, CARRIED: first})


def _redesign(state: State) -> State:
    """Draw the page by another template, with other surroundings."""
    return replace(state, template=(state.template + 1) % len(TEMPLATES), menu=9, related=7, counter=2071)


def _kind(name: str, says: str, edit: Callable[[State], State] | None = None, **changed: object) -> Kind:
    """Return a kind by its words, by what should be said (divided by spaces), and by what differs."""
    change: Callable[[State], State] = partial(_change, changed=changed)
    return Kind(name, frozenset(says.split()), edit or change, {})


def _change(state: State, *, changed: Mapping[str, object]) -> State:
    return replace(state, **changed)  # type: ignore[arg-type] # names of fields, in the table below


def _from(kind: Kind, **before: object) -> Kind:
    """Return a kind whose pages show this on the first day."""
    return replace(kind, before=before)


KINDS: Sequence[Kind] = (
    _kind("a figure is another", "figures", _with_figure(GRANTED, "977")),
    _kind("a figure becomes blank", "figures", _with_figure(FEE, "")),
    _from(_kind("a blank becomes 0", "figures", _with_figure(FEE, "0")), figures={FEE: ""}),
    _kind("two figures change places", "figures", _swap),
    _kind(
        "a figure is another, and the page is redesigned",
        "figures",
        lambda state: _with_figure(GRANTED, "977")(_redesign(state)),
    ),
    _kind("a sentence is another", "text", sentence="窗口搬到了一楼。"),
    _kind("a sentence is added, and the counter goes on", "text", more=MORE, counter=1307),
    _from(_kind("the attached document has another figure", "figures", _with_figure(GRANTED, "977")), is_attached=True),
    _kind("moved, the old address leads there", "moved", place="xxgk", served="redirect"),
    _kind("moved, the old address is gone", "moved", place="xxgk"),
    _kind("taken down", "withdrawn", served="gone"),
    _kind("nothing", ""),
    _kind("the counter of visits", "", counter=1307),
    _from(_kind("a counter among the report's own words", "", counter=1307), is_counted_inside=True),
    _kind("the date of today", "", today="2026年3月9日 星期一"),
    _kind("the related links", "", related=8),
    _kind("the navigation", "", menu=11),
    _kind("a banner", "", banner="热烈庆祝第九届桂花节开幕"),
    _kind("a token in a script", "", script="77c2"),
    _kind("session ids in all links", "", session="9F3A02"),
    _kind("white space", "", is_respaced=True),
    _kind("markup of a word processor", "", is_pasted=True),
    _kind("the encoding", "", charset="gb18030"),
    _kind("a redesign", "", _redesign),
    _from(_kind("the attached document saved anew", "", packed_at=2026), is_attached=True),
    _kind("a wall, with its status", "", served="refused"),
    _kind("a wall, as if it were the page", "", served="wall"),
    _kind("an error page, with its status", "", served="broken"),
    _kind("an error page, as if it were the page", "", served="busy"),
    _kind("the home page instead", "", served="home"),
    _kind("the connection ends in the middle", "", served="cut"),
    _kind("half of the page, as if it were whole", "", served="half"),
)
"""All kinds, real changes first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A street's page on two days."""

    kind: Kind
    first: State
    second: State


def make_pairs(kind: Kind, template: int, streets: Sequence[str]) -> list[Pair]:
    """Return the pairs of a kind on a site with this template, one a street."""
    pairs = []
    for street in streets:
        before = dict(kind.before)
        figures = {**make_figures(street), **before.pop("figures", {})}  # type: ignore[dict-item]
        first = _change(State(street, figures, template), changed=before)
        pairs.append(Pair(kind, first, kind.edit(first)))
    return pairs
