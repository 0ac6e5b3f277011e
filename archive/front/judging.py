"""The front door's side for what was said of reports: by people, by comparisons, in alerts."""

from collections.abc import Iterable, Iterator, Sequence

from archive.captures.capture import utc_now
from archive.front.opened import Front
from archive.judgements import resemblances, reviews
from archive.judgements.alerts import AlertBook
from archive.judgements.resemblances import Pair, ReadFrom, Resemblance, ResemblanceKind, StandingText
from archive.judgements.review import Review
from archive.judgements.reviews import Correction
from archive.moments import moment


class JudgingSide(Front):
    """What is said of reports."""

    def count_uncompared(self, detector: str) -> int:
        """Return how many reports that stand were not compared with the others by this detector."""
        return resemblances.count_uncompared(self._connection, detector)

    def iter_standing_texts(self) -> Iterator[StandingText]:
        """Yield the words and figures of each report that stands."""
        return resemblances.iter_standing_texts(self._connection)

    def save_pairs(self, compared: Sequence[ReadFrom], pairs: Sequence[Pair], detector: str) -> int:
        """Record which reports were compared with each other, and all pairs found; return how many are new."""
        return resemblances.save_pairs(self._connection, compared, pairs, detector, moment(utc_now()))

    def list_resemblances(
        self,
        report: str | None = None,
        site: str | None = None,
        year: int | None = None,
        kind: ResemblanceKind | None = None,
        *,
        as_of: str | None = None,
    ) -> list[Resemblance]:
        """Return the pairs of reports that are alike and stand, the most alike first; `as_of` a moment, those then.

        `report` is the name of one of the two; site and year are those of the later one.
        """
        return resemblances.list_resemblances(self._connection, report, site, year, kind, as_of=as_of)

    def save_review(self, review: Review) -> bool:
        """Keep what a person said, durable when this returns; False where the same is kept already."""
        return self.save_reviews([review])[0]

    def save_reviews(self, said: Iterable[Review]) -> list[bool]:
        """Keep what people said, all or none, and say of each review whether it is new."""
        return reviews.save_reviews(self._connection, said)

    def list_reviews(
        self,
        report: str | None = None,
        *,
        version: int | None = None,
        as_of: str | None = None,
        with_lapsed: bool = False,
    ) -> list[Review]:
        """Return what people said that holds of the reports as they stand; with `with_lapsed` all that was ever said.

        `version` is one of the versions of `report` instead of the one that stands; `as_of` a moment.
        """
        return reviews.list_reviews(self._connection, report, version=version, as_of=as_of, with_lapsed=with_lapsed)

    def list_corrections(self, *, as_of: str | None = None) -> list[Correction]:
        """Return what people want to stand in cells of the reports as they stand, beside what is printed there."""
        return reviews.list_corrections(self._connection, as_of)

    @property
    def alerts(self) -> AlertBook:
        """What is written down of alerts: which events were told, and to whom."""
        return AlertBook(self._connection)
