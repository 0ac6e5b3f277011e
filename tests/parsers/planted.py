"""Made-up reports that hold to every rule, and faults of figures to plant in them, one at a time.

The sums of the requests cross: whatever breaks one of them at one place alone breaks another elsewhere. A fault of
these is therefore planted in two cells or more, so that it breaks one rule only, and `where` names all the places at
which that rule must fail. `also` names the places of another rule that cannot hold by arithmetic.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from parsers import CellKey, Report, parse
from tests.parsers.fillings import Filled, consistent, dice
from tests.parsers.made import page_of, parse_text, rows_apart, table_to_html
from tests.parsers.planted_words import Words, faultless_words, write_words

YEARS = {"2014": (2014, 2018), "2019": (2019, 2020), "2021": (2021, 2025)}
AGENCIES = (
    "青石区白杨街道办事处",
    "柳城县杏花镇人民政府",
    "青石区民政局",
    "青石区人民政府",
    "柳城县人民政府",
)
MAY_MAKE_REGULATIONS = "松岭自治州人民政府"
APPLICANTS = (
    "natural_person",
    "business",
    "research_institution",
    "public_interest_organization",
    "legal_service_organization",
    "other_organization",
)
Place = tuple[str, str]
Plant = Callable[[Filled], Filled]


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up report: its words and figures, not yet written."""

    words: Words
    figures: Filled


@dataclass(frozen=True, slots=True)
class FigureFault:
    """One fault: the rule that must find it, all places where, and what plants it in figures that are right."""

    rule: str
    where: frozenset[str]
    plant: Plant
    forms: frozenset[str]
    agency: str | None = None
    also: frozenset[Place] = field(default=frozenset())

    @property
    def expected(self) -> frozenset[Place]:
        """Return every rule with its place that must fail."""
        return frozenset((self.rule, where) for where in self.where) | self.also


def make_faultless(form: str, number: int, agency: str | None = None, plant: Plant | None = None) -> Made:
    """Return a report that holds to every rule, the same for the same number; `plant` changes its figures before."""
    rng = dice("planted", form, number)
    agency = agency or rng.choice((*AGENCIES, MAY_MAKE_REGULATIONS))
    figures = make_figures(form, rng, may_make=agency == MAY_MAKE_REGULATIONS)
    figures = plant(figures) if plant else figures
    return Made(faultless_words(rng, form, agency, rng.randint(*YEARS[form]), figures), figures)


def read_page(made: Made) -> Report:
    """Write a report as a page with its tables in grids, and read it."""
    lines = write_words(made.words, made.figures, lambda table, figures: [table_to_html(table, figures)])
    inner = "\n".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    return parse(page_of(made.words.title, inner).encode())


def read_text(made: Made) -> Report:
    """Write a report as a text with a cell a line, and read it."""
    return parse_text(write_words(made.words, made.figures, rows_apart))


def find_failed(report: Report) -> frozenset[Place]:
    """Return every rule that fails, with its place."""
    return frozenset((check.rule, check.where) for check in report.checks if check.status == "fail")


def make_figures(form: str, rng: Random, *, may_make: bool = False) -> Filled:
    """Return figures of every cell of a form that hold to every rule, at least one of them above 0."""
    if form == "2014":
        return _make_statistics(rng)
    figures = consistent(form, rng)
    figures |= _old_disclosure(rng, may_make) if form == "2019" else _new_disclosure(rng, may_make)
    figures = grow(figures, "granted", "natural_person", rng.randint(1, 4))
    return _follow_reviews(figures)


def _follow_reviews(figures: Filled) -> Filled:
    """Let there be a review wherever there are suits after review."""
    if figures[case("litigation.after_review", "total")] != "0" and figures[case("review", "total")] == "0":
        return add(figures, {case("review", "upheld"): 1, case("review", "total"): 1})
    return figures


def _old_disclosure(rng: Random, may_make: bool) -> Filled:  # noqa: FBT001 - one of two kinds of agency
    found: Filled = {}
    for row in ("regulations", "normative_documents"):
        made = rng.randint(0, 9) if may_make or row != "regulations" else 0
        published = rng.randint(0, made)
        total = published + rng.randint(0, 30) if made else 0
        found |= in_disclosure(row, newly_made=made, newly_published=published, total_published=total)
    for row in ("licensing", "other_services", "penalties", "compulsory_measures"):
        before = rng.randint(0, 40)
        change = rng.randint(-before, 9)
        found |= in_disclosure(row, previous_year_items=before, change=change, decisions=rng.randint(0, 500))
    found |= in_disclosure("fees", previous_year_items=rng.randint(0, 3), change=rng.randint(0, 2))
    amount = rng.choice(["0", "12.5万元", "127.047万元"])
    return found | in_disclosure("procurement", procurement_items=rng.randint(0, 9), procurement_amount=amount)


def _new_disclosure(rng: Random, may_make: bool) -> Filled:  # noqa: FBT001 - one of two kinds of agency
    found: Filled = {}
    for row in ("regulations", "normative_documents"):
        issued = rng.randint(0, 9) if may_make or row != "regulations" else 0
        repealed = rng.randint(0, 3) if issued else 0
        found |= in_disclosure(
            row, issued=issued, repealed=repealed, in_force=issued + rng.randint(0, 40) * bool(issued)
        )
    for row in ("licensing", "penalties", "compulsory_measures"):
        found |= in_disclosure(row, decisions=rng.randint(0, 500))
    return found | in_disclosure("fees", fee_amount=rng.choice(["0", "0.37", "29.05"]))


def _make_statistics(rng: Random) -> Filled:
    figures = {key: str(rng.randint(0, 9)) for key in consistent("2014", rng)}
    for total, parts in STATISTICS_SUMS.items():
        figures |= count(total, sum(int(figures[line(part)]) for part in parts))
    channels = [int(figures[line(f"channels.{name}")]) for name in CHANNELS]
    disclosed = rng.randint(max(channels), sum(channels))
    figures |= count("disclosed", disclosed) | count("disclosed.normative_documents", rng.randint(0, disclosed))
    for row in ("responses.press_conferences", "responses.online_interviews"):
        figures |= count(f"{row}.by_head", rng.randint(0, int(figures[line(row)])))
    received, completed = (int(figures[line(row)]) for row in ("requests.received", "requests.completed"))
    return add(
        figures,
        dict.fromkeys(map(line, ("requests.received", "requests.received.online")), max(0, completed - received)),
    )


STATISTICS_SUMS = {
    "requests.received": [f"requests.received.{way}" for way in ("in_person", "fax", "online", "letter")],
    "requests.completed": ["requests.completed.on_time", "requests.completed.extended"],
    "replies.refused": [
        f"replies.refused.{ground}"
        for ground in (
            "state_secret", "trade_secret", "personal_privacy", "security_and_stability",
            "not_government_information", "other_legal_grounds",
        )
    ],
    "replies": [
        f"replies.{kind}"
        for kind in (
            "already_public", "granted", "partially_granted", "refused", "not_this_agency", "nonexistent",
            "to_be_corrected", "other_procedures",
        )
    ],
    "review": ["review.upheld", "review.corrected", "review.other"],
    "litigation": ["litigation.upheld", "litigation.corrected", "litigation.other"],
    "staff": ["staff.full_time", "staff.part_time"],
}  # fmt: skip
CHANNELS = ("gazette", "website", "weibo", "wechat", "other")


def request(row: str, column: str) -> CellKey:
    """Return a cell of the requests."""
    return CellKey("requests", row, column)


def case(row: str, column: str) -> CellKey:
    """Return a cell of review and litigation."""
    return CellKey("review_and_litigation", row, column)


def line(row: str) -> CellKey:
    """Return a cell of the statistics of 2014."""
    return CellKey("statistics", row, "value")


def count(row: str, value: float) -> Filled:
    """Return a cell of the statistics with its figure."""
    return {line(row): str(value)}


def in_disclosure(row: str, **values: object) -> Filled:
    """Return cells of a row of proactive disclosure with their figures."""
    return {CellKey("proactive_disclosure", row, column): str(value) for column, value in values.items()}


def add(figures: Filled, changes: Mapping[CellKey, float]) -> Filled:
    """Return figures with something added to some of them."""
    changed = {key: float(figures[key]) + change for key, change in changes.items()}
    return figures | {key: str(int(value) if value == int(value) else value) for key, value in changed.items()}


def grow(figures: Filled, row: str, column: str, by: int) -> Filled:
    """Return figures with more requests of one result from one kind of applicant, every sum kept."""
    rows = (row, "total", "new_requests")
    return add(figures, {request(name, place): by for name in rows for place in (column, "total")})


def adds(*cells: CellKey, by: float = 1) -> Plant:
    """Return what adds the same to some cells."""
    return lambda figures: add(figures, dict.fromkeys(cells, by))


def prints(filled: Filled) -> Plant:
    """Return what prints other figures in some cells."""
    return lambda figures: figures | filled


def blanks(*cells: CellKey) -> Plant:
    """Return what leaves cells blank that say 0, so that every sum holds."""
    return lambda figures: figures | dict.fromkeys(cells, "")


def _both(row: str, column: str) -> tuple[CellKey, CellKey]:
    """Return a cell of the requests and the total of its row."""
    return request(row, column), request(row, "total")


def _shift(by: float) -> Plant:
    """Return what moves a share of two results from one kind of applicant to another, every sum kept."""

    def plant(figures: Filled) -> Filled:
        for row, column in (("granted", "business"), ("partially_granted", "natural_person")):
            figures = grow(figures, row, column, 1)
        figures = add(figures, {request("granted", "natural_person"): by, request("granted", "business"): -by})
        other = {request("partially_granted", "natural_person"): -by, request("partially_granted", "business"): by}
        return add(figures, other)

    return plant


def _below_nothing(figures: Filled) -> Filled:
    """Print −1 where 0 would be right, and one more in the three cells that keep the sums."""
    cells = {request(row, column): "0" for row in ("refused.state_secret", "unable.not_held") for column in APPLICANTS}
    figures = figures | cells | {request(row, "total"): "0" for row in ("refused.state_secret", "unable.not_held")}
    figures = _add_up_again(figures)
    first, second = "research_institution", "legal_service_organization"
    moved = {request("refused.state_secret", first): -1, request("refused.state_secret", second): 1}
    return add(figures, moved | {request("unable.not_held", first): 1, request("unable.not_held", second): -1})


def _add_up_again(figures: Filled) -> Filled:
    """Return figures of which the total of the results and the new requests follow from the results."""
    ends = {"new_requests", "carried_over", "total", "carried_forward"}
    found = dict(figures)
    for column in (*APPLICANTS, "total"):
        results = sum(
            int(raw) for key, raw in found.items() if key[::2] == ("requests", column) and key.row not in ends
        )
        old, left = (int(found[request(row, column)]) for row in ("carried_over", "carried_forward"))
        missing = max(0, old - results - left)
        found[request("carried_forward", column)] = str(left + missing)
        found[request("total", column)] = str(results)
        found[request("new_requests", column)] = str(results + left + missing - old)
    for row in ("new_requests", "carried_forward"):
        found[request(row, "total")] = str(sum(int(found[request(row, column)]) for column in APPLICANTS))
    return found


def _without_total_row(column: str, result: str) -> Plant:
    """Leave row （七） at 0 where there is a result, and carry forward all that came: only the results tell."""

    def plant(figures: Filled) -> Filled:
        found = {key: "0" if key.table == "requests" else raw for key, raw in figures.items()}
        for row in (result, "new_requests", "carried_forward"):
            found |= dict.fromkeys(_both(row, column), "2")
        return found

    return plant


def _cases(row: str, **values: float) -> Plant:
    """Print a row of review and litigation; what is not named is 0. There is a review for each suit after review."""
    columns = ("upheld", "corrected", "other", "pending", "total")
    reviews = {case("review", column): "1" if column in {"upheld", "total"} else "0" for column in columns}
    return prints(reviews | {case(row, column): str(values.get(column, 0)) for column in columns})


def _all_zero(figures: Filled) -> Filled:
    return dict.fromkeys(figures, "0")


def _quiet(figures: Filled) -> Filled:
    """Return figures without a research institution, so that its cells say 0."""
    cells = {key: "0" for key in figures if key.column == "research_institution"}
    emptied = figures | cells
    for key in [key for key in emptied if key.table == "requests" and key.column == "total"]:
        emptied[key] = str(sum(int(emptied[request(key.row, column)]) for column in APPLICANTS))
    return emptied


def _quietly(plant: Plant) -> Plant:
    return lambda figures: plant(_quiet(figures))


def _one_more_than(row: str, other: str, by: int = 1) -> Plant:
    """Print in a line of the statistics more than in another."""
    return lambda figures: figures | count(row, int(figures[line(other)]) + by)


def _more_than_channels(by: int) -> Plant:
    return lambda figures: figures | count("disclosed", sum(int(figures[line(f"channels.{n}")]) for n in CHANNELS) + by)


BOTH = frozenset({"2019", "2021"})
OLD, NEW, OLDEST = frozenset({"2019"}), frozenset({"2021"}), frozenset({"2014"})
STREET, DEPARTMENT = AGENCIES[0], AGENCIES[2]


def _fault(
    rule: str, where: str, plant: Plant, forms: frozenset[str] = BOTH, *, agency: str | None = None
) -> FigureFault:
    return FigureFault(rule, frozenset(where.split()), plant, forms, agency)


def _not_filled(column: str, result: str) -> FigureFault:
    also = frozenset(("requests.results_sum", place) for place in (column, "total"))
    plant = _without_total_row(column, result)
    return FigureFault("requests.balance_of_results", frozenset({column, "total"}), plant, BOTH, also=also)


FIGURE_FAULTS = (
    _fault(
        "requests.row_sum",
        "new_requests carried_forward",
        adds(request("new_requests", "total"), request("carried_forward", "total")),
    ),
    _fault(
        "requests.row_sum",
        "carried_over carried_forward",
        adds(request("carried_over", "total"), request("carried_forward", "total"), by=2),
    ),
    _fault(
        "requests.row_sum",
        "new_requests granted total",
        adds(*(request(row, "total") for row in ("new_requests", "granted", "total"))),
    ),
    _fault("requests.results_sum", "natural_person total", adds(*_both("granted", "natural_person"))),
    _fault("requests.results_sum", "business total", adds(*_both("refused.state_secret", "business"), by=2)),
    _fault("requests.results_sum", "other_organization total",
           adds(*_both("not_processed.petition", "other_organization"))),
    _fault("requests.balance", "natural_person total", adds(*_both("new_requests", "natural_person"))),
    _fault("requests.balance", "legal_service_organization total",
           adds(*_both("carried_forward", "legal_service_organization"), by=3)),
    _fault("requests.balance", "business total", adds(*_both("carried_over", "business"))),
    _not_filled("natural_person", "granted"),
    _not_filled("business", "unable.not_held"),
    _fault("requests.whole_numbers", "requests", _shift(0.5)),
    _fault("requests.whole_numbers", "requests", _below_nothing),
    _fault("requests.blanks", "requests", _quietly(blanks(request("granted", "research_institution")))),
    _fault("requests.blanks", "requests", _quietly(blanks(
        *(request(row, "research_institution") for row in ("unable.not_held", "carried_over", "not_processed.abusive"))
    ))),
    _fault("review_and_litigation.row_sum", "review", adds(case("review", "total"))),
    _fault("review_and_litigation.row_sum", "litigation.direct", adds(case("litigation.direct", "upheld"), by=2)),
    _fault("review_and_litigation.row_sum", "litigation.after_review",
           _cases("litigation.after_review", upheld=5, total=0)),
    _fault("review_and_litigation.whole_numbers", "review_and_litigation",
           _cases("litigation.direct", upheld=0.5, corrected=0.5, total=1)),
    _fault("review_and_litigation.whole_numbers", "review_and_litigation",
           _cases("litigation.direct", upheld=2, pending=-1, total=1)),
    _fault("review_and_litigation.blanks", "review_and_litigation",
           lambda figures: blanks(case("litigation.direct", "other"))(_cases("litigation.direct")(figures))),
    _fault("review_and_litigation.blanks", "review_and_litigation",
           lambda figures: blanks(case("litigation.direct", "upheld"), case("litigation.direct", "total"))(
               _cases("litigation.direct")(figures))),
    _fault("proactive_disclosure.in_force_at_least_issued", "normative_documents",
           prints(in_disclosure("normative_documents", issued=7, repealed=1, in_force=3)), NEW),
    _fault("proactive_disclosure.in_force_at_least_issued", "regulations",
           prints(in_disclosure("regulations", issued=2, repealed=0, in_force=0)), NEW, agency=MAY_MAKE_REGULATIONS),
    _fault("proactive_disclosure.published_in_total", "normative_documents",
           prints(in_disclosure("normative_documents", newly_made=5, newly_published=5, total_published=3)), OLD),
    _fault("proactive_disclosure.published_in_total", "regulations",
           prints(in_disclosure("regulations", newly_made=2, newly_published=1, total_published=0)), OLD,
           agency=MAY_MAKE_REGULATIONS),
    _fault("proactive_disclosure.published_of_made", "normative_documents",
           prints(in_disclosure("normative_documents", newly_made=1, newly_published=3, total_published=9)), OLD),
    _fault("proactive_disclosure.published_of_made", "regulations",
           prints(in_disclosure("regulations", newly_made=0, newly_published=1, total_published=4)), OLD,
           agency=MAY_MAKE_REGULATIONS),
    _fault("proactive_disclosure.items_left", "licensing",
           prints(in_disclosure("licensing", previous_year_items=2, change=-3)), OLD),
    _fault("proactive_disclosure.items_left", "fees",
           prints(in_disclosure("fees", previous_year_items=0, change=-1)), OLD),
    _fault("proactive_disclosure.regulations_level", "regulations",
           prints(in_disclosure("regulations", issued=0, repealed=0, in_force=3)), NEW, agency=STREET),
    _fault("proactive_disclosure.regulations_level", "regulations",
           prints(in_disclosure("regulations", newly_made=2, newly_published=2, total_published=2)), OLD,
           agency=DEPARTMENT),
    _fault("proactive_disclosure.regulations_level", "regulations",
           prints(in_disclosure("regulations", issued=1, repealed=0, in_force=1)), NEW, agency=AGENCIES[3]),
    _fault("proactive_disclosure.amount_unit", "procurement",
           prints(in_disclosure("procurement", procurement_amount="517300元")), OLD),
    _fault("proactive_disclosure.amount_unit", "procurement",
           prints(in_disclosure("procurement", procurement_amount="12.5")), OLD),
    _fault("proactive_disclosure.amount_unit", "fees", prints(in_disclosure("fees", fee_amount="35000元")), NEW),
    _fault("proactive_disclosure.whole_numbers", "proactive_disclosure",
           prints(in_disclosure("penalties", decisions="1.5"))),
    _fault("proactive_disclosure.whole_numbers", "proactive_disclosure",
           prints(in_disclosure("licensing", decisions="-2"))),
    _fault("proactive_disclosure.blanks", "proactive_disclosure", prints(in_disclosure("licensing", decisions=""))),
    _fault("proactive_disclosure.blanks", "proactive_disclosure",
           prints(in_disclosure("penalties", decisions="") | in_disclosure("compulsory_measures", decisions=""))),
    _fault("report.all_zero", "report", _all_zero, BOTH),
    _fault("report.all_zero", "report", _all_zero, OLDEST),
    _fault("statistics.requests_sum", "value", adds(line("requests.received"))  , OLDEST),
    _fault("statistics.requests_sum", "value", adds(line("requests.received.fax"), by=2), OLDEST),
    _fault("statistics.completed_sum", "value", adds(line("requests.completed.on_time")), OLDEST),
    _fault("statistics.completed_sum", "value", adds(line("requests.completed.extended"), by=4), OLDEST),
    _fault("statistics.replies_sum", "value", adds(line("replies")), OLDEST),
    _fault("statistics.replies_sum", "value", adds(line("replies.nonexistent"), by=3), OLDEST),
    _fault("statistics.refused_sum", "value", adds(line("replies.refused.state_secret")), OLDEST),
    _fault("statistics.refused_sum", "value", adds(line("replies.refused"), line("replies")), OLDEST),
    _fault("statistics.review_sum", "value", adds(line("review")), OLDEST),
    _fault("statistics.review_sum", "value", adds(line("review.other"), by=2), OLDEST),
    _fault("statistics.litigation_sum", "value", adds(line("litigation")), OLDEST),
    _fault("statistics.litigation_sum", "value", adds(line("litigation.upheld"), by=2), OLDEST),
    _fault("statistics.staff_sum", "value", adds(line("staff")), OLDEST),
    _fault("statistics.staff_sum", "value", adds(line("staff.part_time"), by=5), OLDEST),
    _fault("statistics.disclosed_by_channels", "value", _more_than_channels(1), OLDEST),
    _fault("statistics.disclosed_by_channels", "value", _more_than_channels(30), OLDEST),
    _fault("statistics.disclosed_of_channel", "value", _one_more_than("channels.website", "disclosed"), OLDEST),
    _fault("statistics.disclosed_of_channel", "value", _one_more_than("channels.other", "disclosed", 9), OLDEST),
    _fault("statistics.disclosed_documents", "value",
           _one_more_than("disclosed.normative_documents", "disclosed"), OLDEST),
    _fault("statistics.disclosed_documents", "value",
           _one_more_than("disclosed.normative_documents", "disclosed", 7), OLDEST),
    *(
        _fault(f"statistics.{name}", "value",
               _one_more_than(f"responses.{name}.by_head", f"responses.{name}", by), OLDEST)
        for name in ("press_conferences", "online_interviews") for by in (1, 4)
    ),
    _fault("statistics.whole_numbers", "statistics", prints(count("training.meetings", 1.5)), OLDEST),
    _fault("statistics.whole_numbers", "statistics", prints(count("institutions.offices", -1)), OLDEST),
    _fault("statistics.blanks", "statistics", prints({line("training.courses"): ""}), OLDEST),
    _fault("statistics.blanks", "statistics", prints({line("complaints"): "", line("training.meetings"): ""}), OLDEST),
)  # fmt: skip
