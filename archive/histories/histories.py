"""A report's history as a fold over what its pages showed, visit by visit. Pure: no database, no clock.

A report is often met at several pages (a page and its attachment, a list of the district and one of the street). One
of them tells its history: the first, or one that holds more. The others are locations of the same report. The same
looks give the same history, whether they came one by one or all at once.
"""

from collections.abc import Callable, Iterable, Sequence

from archive.histories.compare import CellChange, ChangeKind
from archive.histories.history import (
    Change,
    Comparer,
    History,
    Location,
    Look,
    Rule,
    Sight,
    State,
    Version,
    is_same_address,
)


def tell_history(visits: Iterable[Sequence[Look]], comparer: Comparer, rule_of: Callable[[int], Rule]) -> History:
    """Return the history that visits of a site, in their order, tell of one report; `rule_of` a page is its site's."""
    history = History()
    for looks in visits:
        ordered = sorted(looks, key=lambda look: (look.moment, look.address, look.capture_id))
        _Visit(history, comparer, rule_of, ordered).work_in()
    return history


class _Visit:
    """One visit of a site, as it is worked into the history of a report."""

    def __init__(self, history: History, comparer: Comparer, rule_of: Callable[[int], Rule], looks: list[Look]) -> None:
        self._history = history
        self._comparer = comparer
        self._rule_of = rule_of
        self._shown = [look for look in looks if look.showing == "shown"]
        self._shown.sort(key=lambda look: (-look.quality, look.is_file, look.address, look.moment, look.capture_id))
        self._gone = {look.page_id: look for look in looks if look.showing == "gone"}
        self._pages = {look.page_id for look in self._shown}
        self._known = set(history.locations)

    def work_in(self) -> None:
        """Take the looks in: the page that tells first, then the others."""
        history = self._history
        if not self._shown:
            self._note_gone()
            self._withdraw_if_gone()
            return
        if not history.versions:
            best = self._shown[0].page_id
            self._begin(min((look for look in self._shown if look.page_id == best), key=_by_moment))
        elif history.status == "withdrawn":
            self._restore()
        else:
            self._follow()
        for look in self._shown:
            self._save_location(look)
        self._note_gone()
        self._move_to_standing_mirror()

    def _begin(self, look: Look) -> None:
        """Meet the report for the first time, at the page that holds the most of it."""
        self._take_over(look)
        self._add_version(look)
        self._log("new", look, None)
        self._tell_page()

    def _restore(self) -> None:
        """Find it there again, at the page that told it if it can be."""
        history = self._history
        look = next((look for look in self._shown if look.page_id == history.teller), self._shown[0])
        history.status = "current"
        self._log("restored", look, history.last_gone)
        if not is_same_address(look.address, history.address):
            self._log("moved", look, history.last_gone, new_url=look.address)
        compare = self._comparison(look)
        self._take_over(look)
        self._work_in_content(look, compare)
        self._tell_page()

    def _follow(self) -> None:
        """Let the page that tells go on telling, or another one from now on."""
        history = self._history
        if history.teller in self._pages:
            self._follow_redirect()
            self._tell_page()
            unknown = (look for look in self._shown if look.page_id not in self._known)
            richer = next(filter(self._holds_more, unknown), None)
            if richer:
                self._change_teller(richer, self._comparer.compare_shared)
            return
        if history.teller in self._gone and (look := self._find_new_home()):
            compare = self._comparison(look)
            self._log("moved", look, self._gone[history.teller].capture_id, new_url=look.address)
            self._change_teller(look, compare)
        elif look := next(filter(self._stands_in, self._shown), None):
            self._change_teller(look, self._comparer.compare)
        elif self._is_own_site() and (look := next(filter(self._tells_news, self._shown), None)):
            self._change_teller(look, self._comparison(look))

    def _follow_redirect(self) -> None:
        """See whether the page that tells leads elsewhere: then the report moved, and is told there if it can be."""
        history = self._history
        look = next(look for look in self._shown if look.page_id == history.teller)
        if is_same_address(look.address, history.address):
            return
        target = next((one for one in self._shown if is_same_address(one.address, look.address)
                       and one.page_id != look.page_id), look)  # fmt: skip
        self._log("moved", target, history.current.look.capture_id, new_url=target.address)
        compare = self._comparison(target)
        self._take_over(target)
        self._work_in_content(target, compare)

    def _tell_page(self) -> None:
        """Work in all that the page that tells showed in this visit, in order."""
        own = [look for look in self._shown if look.page_id == self._history.teller]
        for look in sorted(own, key=_by_moment):
            self._work_in_content(look, self._comparer.compare)

    def _change_teller(self, look: Look, compare: "_Compare") -> None:
        """Let another page tell the history; what it shows is a version of its own where it differs."""
        history = self._history
        before = (history.teller, history.address)
        self._take_over(look)
        self._work_in_content(look, compare, told_by=before)
        self._tell_page()

    def _work_in_content(self, look: Look, compare: "_Compare", told_by: tuple[int, str] | None = None) -> None:
        """Extend the version that stands by a look that shows the same, else begin a new one."""
        if self._is_same(look):
            self._extend(look)
            return
        previous = self._history.current.look
        kind, cells = compare(previous.body, look.body)
        self._add_version(look)
        if kind:
            self._log(kind, look, previous.capture_id, told_by=told_by, cells=cells)

    def _find_new_home(self) -> Look | None:
        """Return the page to which a report moved whose own page is gone: one that is new, or shows something new.

        A mirror that stands where it always stood waits until the page has been gone for long.
        """
        new = [look for look in self._shown if self._is_new(look)]
        same = [look for look in new if self._is_same(look)]
        news = [look for look in self._shown if self._tells_news(look)]
        return next(iter((*same, *new, *news)), None)

    def _move_to_standing_mirror(self) -> None:
        history = self._history
        teller = history.locations.get(history.teller)
        if history.teller in self._pages or teller is None or not teller.is_gone(self._rule_of(history.teller)):
            return
        look = self._shown[0]
        self._log("moved", look, history.last_gone, new_url=look.address)
        self._change_teller(look, lambda _, __: (None, ()))  # what a mirror always said otherwise is no change

    def _withdraw_if_gone(self) -> None:
        """Call it withdrawn once the page that tells has been gone for long, and no other is known to stand."""
        history = self._history
        teller = history.locations.get(history.teller)
        if teller is None or history.status == "withdrawn" or not self._gone:
            return
        gone = {location.look.address for location in history.locations.values() if location.gone_visits}
        stands = any(location.look.address not in gone for location in history.locations.values())
        if teller.is_gone(self._rule_of(history.teller)) and not stands:
            look = self._gone.get(history.teller) or next(iter(self._gone.values()))
            history.status = "withdrawn"
            self._log("withdrawn", look, teller.look.capture_id)

    def _note_gone(self) -> None:
        for page_id, look in self._gone.items():
            location = self._history.locations.get(page_id)
            if location is not None and page_id not in self._pages:
                location.gone_from = location.gone_from or look.moment
                location.gone_until = look.moment
                location.gone_visits += 1
                self._history.last_gone = look.capture_id

    def _save_location(self, look: Look) -> None:
        location = self._history.locations.get(look.page_id)
        if location is None or look.moment >= location.look.moment:
            first = look.moment if location is None else location.first_seen
            self._history.locations[look.page_id] = Location(look, first)
        if look.capture_id not in self._history.shown:
            if self._is_same(look):
                self._extend(look)
            else:
                self._history.shown[look.capture_id] = self._sight(look, is_same=False)

    def _comparison(self, look: Look) -> "_Compare":
        """Return how to tell what changed at the source where another page takes over.

        A page that tells, or stood there all the while, is compared with itself. One that is new, or back, is compared
        with what stood: in all if both are pages or both files and print the same cells, else in what both print, for
        two carriers never agree in all.
        """
        history = self._history
        was = history.locations.get(look.page_id)
        if was is not None and (look.page_id == history.teller or not was.gone_visits):
            return lambda _, new: self._comparer.compare(was.look.body, new)
        told = history.locations.get(history.teller)
        is_alike = told is not None and told.look.is_file == look.is_file
        if is_alike and self._comparer.is_alike(history.current.look.body, look.body):
            return self._comparer.compare
        return self._comparer.compare_shared

    def _stands_in(self, look: Look) -> bool:
        """Whether it is the very page that tells, under another name of its site."""
        told = self._history.locations.get(self._history.teller)
        return told is not None and look.site_id != told.look.site_id and look.address == told.look.address

    def _is_own_site(self) -> bool:
        """Whether it is the site of the page that tells: a mirror elsewhere does not speak for it."""
        told = self._history.locations.get(self._history.teller)
        return told is not None and told.look.site_id == self._shown[0].site_id

    def _is_new(self, look: Look) -> bool:
        """Whether a page shows the report for the first time, or again after it was gone from there."""
        known = self._history.locations.get(look.page_id)
        return look.page_id not in self._known or (known is not None and known.gone_visits > 0)

    def _holds_more(self, look: Look) -> bool:
        shown = (one.quality for one in self._shown if one.page_id == self._history.teller)
        return look.quality > max(shown)

    def _tells_news(self, look: Look) -> bool:
        """Whether a page shows something else than on its last visit, or is new and shows something else."""
        known = self._history.locations.get(look.page_id)
        before = self._history.current.look.body if known is None else known.look.body
        return not self._comparer.is_same(before, look.body)

    def _is_same(self, look: Look) -> bool:
        return self._comparer.is_same(self._history.current.look.body, look.body)

    def _take_over(self, look: Look) -> None:
        history = self._history
        history.teller, history.address = look.page_id, look.address
        self._note_state(look.moment)

    def _add_version(self, look: Look) -> None:
        history = self._history
        history.versions.append(Version(len(history.versions) + 1, look, look.moment))
        history.shown[look.capture_id] = self._sight(look, is_same=True)
        self._note_state(look.moment)

    def _extend(self, look: Look) -> None:
        version = self._history.current
        version.last_seen = max(version.last_seen, look.moment)
        self._history.shown[look.capture_id] = self._sight(look, is_same=True)

    def _sight(self, look: Look, *, is_same: bool) -> Sight:
        return Sight(self._history.current.number, is_same, look.body, self._history.address)

    def _note_state(self, moment: str) -> None:
        """Note what is known from a moment on; of two things learnt in one second the later stands."""
        history = self._history
        if not history.versions:
            return
        states = history.states
        moment = max(moment, states[-1].known_from) if states else moment
        state = State(moment, history.current.number, history.teller, history.address, history.status)
        if states and states[-1].known_from == moment:
            states.pop()
        if not states or state[1:] != states[-1][1:]:
            states.append(state)

    def _log(  # noqa: PLR0913 - an entry, column by column
        self,
        kind: ChangeKind,
        look: Look,
        previous: int | None,
        *,
        told_by: tuple[int, str] | None = None,
        new_url: str | None = None,
        cells: tuple[CellChange, ...] = (),
    ) -> None:
        history = self._history
        teller = (history.teller, history.address) if told_by is None else told_by
        history.changes.append(
            Change(kind, look.moment, history.current.number, *teller, look.capture_id, previous, new_url, cells)
        )
        self._note_state(look.moment)


def _by_moment(look: Look) -> tuple[str, int]:
    return look.moment, look.capture_id


_Compare = Callable[[int, int], tuple[ChangeKind | None, tuple[CellChange, ...]]]
