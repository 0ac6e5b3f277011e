"""Random histories of a district against a model in plain Python that knows what really happened."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from archive import Archive, Capture
from parsers import Report
from tests.archive.contents import tell_contents
from tests.archive.made_reports import HOST, SITE, make_cell, make_reading, make_report

START = datetime(2026, 1, 1, 8, tzinfo=UTC)
STREETS = ("听松", "望舒")
AFTER_DAYS, AFTER_VISITS = 14, 3
LIST = f"{HOST}/list/"


@dataclass
class Truth:
    """What really stands at the site of one street: its figures, words, address, and whether it is there."""

    street: str
    figures: tuple[int | None, ...] = (5, 0, None)
    words: int = 0
    place: int = 0
    is_there: bool = True
    old_places: dict[int, str] = field(default_factory=dict)

    def url(self, place: int | None = None) -> str:
        """Return the address of its page at one of its places."""
        return f"{HOST}/{self.street}/{self.place if place is None else place}.html"

    def report(self) -> Report:
        """Return the report as it stands."""
        cells = [
            make_cell(row, value) for row, value in zip(("new_requests", "granted", "other"), self.figures, strict=True)
        ]
        report = make_report(*cells, agency=f"云汀区{self.street}街道办事处", words=f"第{self.words}稿")
        return replace(report, title=self.street)


@dataclass
class Known:
    """What an observer who only visits can know of a street."""

    figures: tuple[int | None, ...] | None = None
    words: int = 0
    url: str = ""
    version: int = 0
    is_withdrawn: bool = False
    gone_at: list[datetime] = field(default_factory=list)

    def snapshot(self) -> tuple[object, ...] | None:
        """Return version, address and status as they are known."""
        return (
            None if self.figures is None else (self.version, self.url, "withdrawn" if self.is_withdrawn else "current")
        )


class District(RuleBasedStateMachine):
    """Things happen to the reports of two streets; visits come by, good or not; the archive is asked what it saw."""

    @initialize()
    def begin(self) -> None:
        """Begin with an empty archive and a site with both reports."""
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "gongkai.db"
        shutil.copy(_template(), self.path)
        self.archive = Archive.create(self.path)
        self.now = START
        self.noise = 0
        self.truths = {street: Truth(street) for street in STREETS}
        self.known = {street: Known() for street in STREETS}
        self.expected: list[tuple[object, ...]] = []
        self.days: list[tuple[datetime, dict[str, tuple[object, ...] | None]]] = []

    def teardown(self) -> None:
        """See that all captures at once tell what they told one by one."""
        if not hasattr(self, "archive"):
            return
        self.archive.close()
        try:
            self._check_refiled()
        finally:
            self.folder.cleanup()

    @rule(street=st.sampled_from(STREETS), cell=st.integers(0, 2), value=st.sampled_from((None, 0, 1, 5)))
    def edit_a_figure(self, street: str, cell: int, value: int | None) -> None:
        """Print something else in a cell."""
        truth = self.truths[street]
        truth.figures = (*truth.figures[:cell], value, *truth.figures[cell + 1 :])

    @rule(street=st.sampled_from(STREETS), words=st.integers(0, 2))
    def reword(self, street: str, words: int) -> None:
        """Say it in other words."""
        self.truths[street].words = words

    @rule(street=st.sampled_from(STREETS), leaves=st.sampled_from(("404", "redirect")))
    def move(self, street: str, leaves: str) -> None:
        """Move the page; the old address is gone, or leads on."""
        truth = self.truths[street]
        if truth.is_there:
            truth.old_places[truth.place] = leaves
            truth.place = max(truth.old_places) + 1

    @rule(street=st.sampled_from(STREETS))
    def take_away(self, street: str) -> None:
        """Take the report off the site."""
        self.truths[street].is_there = False

    @rule(street=st.sampled_from(STREETS))
    def put_back(self, street: str) -> None:
        """Put it back."""
        self.truths[street].is_there = True

    @rule()
    def redesign(self) -> None:
        """Draw everything around the reports anew."""
        self.noise += 1

    @rule(
        days=st.sampled_from((1, 7, 13, 14)),
        wall=st.sampled_from((None, None, None, "timeout", "blocked:jsl", "http 503")),
    )
    def visit(self, days: int, wall: str | None) -> None:
        """Visit all pages known, after some days, with or without meeting a wall."""
        self.now += timedelta(days=days)
        self.archive.begin_run()
        self._save(LIST, "list", f"<ul>{self.noise}</ul>".encode(), failure=wall)
        shown: dict[int, Report] = {}
        for truth in self.truths.values():
            for place in (*truth.old_places, truth.place):
                self._look(truth, place, wall, shown)
        self.archive.file_readings([make_reading(number, report) for number, report in shown.items()])
        self.archive.tell_stale()
        if wall is None:
            for truth in self.truths.values():
                self._observe(truth)
        self.days.append((self.now, {street: known.snapshot() for street, known in self.known.items()}))

    def _look(self, truth: Truth, place: int, wall: str | None, shown: dict[int, Report]) -> None:
        is_own = place == truth.place
        leads_on = not is_own and truth.old_places[place] == "redirect"
        if self.known[truth.street].figures is None and not is_own:
            return
        if wall or not truth.is_there or not (is_own or leads_on):
            self._save(truth.url(place), "report", None, failure=wall or "http 404")
            return
        body = f"{truth.report()!r}{self.noise}".encode()
        final_url = truth.url() if leads_on else None
        shown[self._save(truth.url(place), "report", body, final_url=final_url)] = truth.report()

    def _save(self, url: str, kind: str, body: bytes | None, **fields: str | None) -> int:
        failure = fields.get("failure")
        capture = Capture(
            SITE.name, url, kind, self.now, None if failure else 200,  # type: ignore[arg-type]
            body=None if failure else body, failure=failure, final_url=fields.get("final_url"),
        )  # fmt: skip
        return self.archive.save_capture(capture)

    def _observe(self, truth: Truth) -> None:
        """Say, from what really happened, what a good visit must have noticed."""
        known, street = self.known[truth.street], truth.street
        if not truth.is_there:
            if known.figures is not None and not known.is_withdrawn:
                known.gone_at.append(self.now)
                if len(known.gone_at) >= AFTER_VISITS and known.gone_at[-1] - known.gone_at[0] >= timedelta(AFTER_DAYS):
                    known.is_withdrawn = True
                    self.expected.append(("withdrawn", street, ()))
            return
        if known.figures is None:
            self.expected.append(("new", street, ()))
            known.version = 1
        else:
            self._compare(truth, known)
        known.figures, known.words, known.url = truth.figures, truth.words, truth.url()
        known.gone_at, known.is_withdrawn = [], False

    def _compare(self, truth: Truth, known: Known) -> None:
        street = truth.street
        if known.is_withdrawn:
            self.expected.append(("restored", street, ()))
        if known.url != truth.url():
            self.expected.append(("moved", street, ()))
        names = ("new_requests", "granted", "other")
        cells = tuple(
            (name, old, new)
            for name, old, new in zip(names, known.figures or (), truth.figures, strict=True)
            if old != new
        )
        if cells:
            self.expected.append(("figures", street, cells))
        elif known.words != truth.words:
            self.expected.append(("text", street, ()))
        known.version += bool(cells) or known.words != truth.words

    @invariant()
    def the_log_says_what_happened(self) -> None:
        """Compare the change log with what really happened."""
        if not hasattr(self, "archive"):
            return
        logged = [
            (change.kind, change.title, tuple((cell["row"], cell["old"], cell["new"]) for cell in change.cells))
            for change in self.archive.list_changes()
        ]
        assert sorted(logged, key=repr) == sorted(self.expected, key=repr)

    @invariant()
    def every_day_is_known_as_it_was(self) -> None:
        """Compare the reports as of each of the last days with what was known then."""
        for moment, expected in getattr(self, "days", [])[-4:]:
            rows = self.archive.list_reports(as_of=moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
            told = {row.title: (row.version, row.url, row.status) for row in rows}
            assert told == {street: state for street, state in expected.items() if state is not None}

    def _check_refiled(self) -> None:
        """See that what was told visit by visit is what all captures tell at once."""
        before = tell_contents(self.path)
        with Archive.create(self.path) as archive:
            archive.work_out()
        assert tell_contents(self.path) == before


def _template() -> Path:
    """Return an empty archive, made once."""
    if not _MADE:
        folder = TemporaryDirectory()
        path = Path(folder.name) / "empty.db"
        with Archive.create(path) as archive:
            archive.save_site(SITE)
        _MADE.extend((folder, path))
    return Path(_MADE[1])


_MADE: list = []
TestDistrict = District.TestCase
TestDistrict.settings = settings(
    max_examples=1000,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module", autouse=True)
def _cleaned():  # noqa: ANN202
    yield
    if _MADE:
        _MADE[0].cleanup()
