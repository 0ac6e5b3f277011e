"""The quality floor: how much of a fixed set of documents is read right, by form and by way of printing.

    python -m tests.parsers.floors            # how things stand, beside the floors
    python -m tests.parsers.floors --write    # make the floors what they are now

A floor is a share of cells in thousandths, rounded down. `zero_guesser` is the share that printing 0 everywhere would
get right: what is read is worth something only above it. Of wrong cells there are none.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from parsers import CellKey, parse
from tests.parsers.damage import DAMAGES
from tests.parsers.fillings import FILLINGS, MIXED, OWN
from tests.parsers.generator import WAYS, Case, Made, Verdict, judge, settle, try_case
from tests.parsers.made import SHARED

FILE = Path(__file__).with_name("floors.toml")
EACH = 2  # documents of each way, of one form or of the two mixtures
DAMAGED = 6  # documents of each damage


@dataclass(slots=True)
class Tally:
    """Numbers of cells of some documents."""

    cells: int = 0
    right: int = 0
    wrong: int = 0
    nonzero: int = 0
    nonzero_right: int = 0
    blanks: int = 0
    blanks_right: int = 0
    zeros: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count a document."""
        self.cells += verdict.right + verdict.flagged + verdict.wrong
        self.right += verdict.right
        self.wrong += verdict.wrong
        self.nonzero_right += verdict.nonzero[0]
        self.nonzero += verdict.nonzero[1]
        self.blanks_right += verdict.blanks[0]
        self.blanks += verdict.blanks[1]
        self.zeros += verdict.zeros

    def to_floor(self) -> "Floor":
        """Return the shares, in thousandths."""
        return Floor(
            right=thousandths(self.right, self.cells),
            flagged=thousandths(self.cells - self.right - self.wrong, self.cells),
            wrong=self.wrong,
            nonzero_right=thousandths(self.nonzero_right, self.nonzero),
            blanks_right=thousandths(self.blanks_right, self.blanks),
            zero_guesser=thousandths(self.zeros, self.cells),
        )


@dataclass(frozen=True, slots=True)
class Floor:
    """Shares in thousandths, but for `wrong`, a number of cells; a share of nothing is 1000."""

    right: int
    flagged: int
    wrong: int
    nonzero_right: int
    blanks_right: int
    zero_guesser: int

    def list_fallen(self, other: "Floor") -> list[str]:
        """Return which shares of another, the newer one, lie below these."""
        shares = ("right", "nonzero_right", "blanks_right")
        return [name for name in shares if getattr(other, name) < getattr(self, name)]


def thousandths(part: int, whole: int) -> int:
    """Return a share, rounded down.

    >>> thousandths(2, 3), thousandths(0, 0)
    (666, 1000)
    """
    return part * 1000 // whole if whole else 1000


def iter_cases() -> Iterator[tuple[str, Case]]:
    """Yield the cases of the fixed set, each with the name of its group."""
    fillings = list(FILLINGS)
    number = 0
    for forms in [(form,) * EACH for form in OWN] + [tuple(MIXED)]:
        for way in WAYS:
            for form in forms:
                number += 1
                filling = fillings[number * 5 % len(fillings)]
                case = settle(Case(form=form, filling=filling, flattening=way, seed=number))
                yield f"{'mixed' if case.form in MIXED else case.form} {way}", case
    for damage_number, damage in enumerate(DAMAGES):
        for seed in range(DAMAGED):
            number = seed + damage_number * DAMAGED
            case = Case(
                form=("2019", "2021")[seed % 2],
                filling=fillings[number * 5 % len(fillings)],
                flattening=WAYS[number * 7 % len(WAYS)],
                damage=(damage,),
                seed=number,
            )
            if (settled := settle(case)).damage:
                yield f"damaged {damage}", settled


def iter_shared() -> Iterator[tuple[str, Made, str]]:
    """Yield the real documents that lie beside the project, where they do: name, document, form."""
    for path in sorted([*SHARED.glob("seeds/*.truth.json"), *SHARED.glob("real/*.truth.json")]):
        truth = json.loads(path.read_text(encoding="utf-8"))
        raws = {CellKey(cell["table"], cell["row"], cell["column"]): cell["raw"] for cell in truth["cells"]}
        stem = path.name.removesuffix(".truth.json")
        for document in sorted(path.parent.glob(f"{stem}.*")):
            if document.suffix != ".json":
                made = Made(document.read_bytes(), (), (raws,), is_whole=False)
                yield f"{path.parent.name} {stem}{document.suffix}", made, "2019" if stem[0].isdigit() else "2021"


def measure_made() -> dict[str, Floor]:
    """Read the fixed set and return how much of each group was right."""
    tallies: dict[str, Tally] = {}
    for group, case in iter_cases():
        tallies.setdefault(group, Tally()).add(try_case(case))
    return {group: tally.to_floor() for group, tally in tallies.items()}


def measure_shared() -> dict[str, Floor]:
    """Read the real documents, where they are, and return how much of each was right."""
    floors = {}
    for name, made, form in iter_shared():
        tally = Tally()
        tally.add(judge(made, parse(made.body), form))
        floors[name] = tally.to_floor()
    return floors


def read_floors() -> dict[str, dict[str, Floor]]:
    """Return the floors of the file: `made` and `shared`, each by group."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {part: {group: Floor(**shares) for group, shares in groups.items()} for part, groups in data.items()}


def write_floors(measured: Mapping[str, Mapping[str, Floor]]) -> None:
    """Write the file anew; what was not measured, because it is not there, stays as it was."""
    known = read_floors() if FILE.exists() else {}
    lines = ["# Written by `python -m tests.parsers.floors --write`; shares in thousandths of the cells, rounded down."]
    for part, groups in measured.items():
        lines += ["", f"[{part}]"]
        for group, floor in sorted((groups or known.get(part, {})).items()):
            shares = ", ".join(f"{field.name} = {getattr(floor, field.name)}" for field in fields(floor))
            lines.append(f'"{group}" = {{ {shares} }}')
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Measure, print what differs from the floors, and write them if asked to."""
    measured = {"made": measure_made(), "shared": measure_shared()}
    known = read_floors() if FILE.exists() else {}
    for part, groups in measured.items():
        for group, floor in groups.items():
            before = known.get(part, {}).get(group)
            if floor != before:
                print(f"{group}: {floor}" + (f", was {before}" if before else ""))
    if "--write" in sys.argv[1:]:
        write_floors(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
