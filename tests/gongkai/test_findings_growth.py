"""What a report's findings cost does not depend on how many districts the archive knows."""

from pathlib import Path

from archive import Archive
from gongkai.finding import Finding, Scope
from gongkai.findings import list_findings
from tests.archive.growing import FEW, MANY, count_steps, fill

REPORT = "990001-街道1-2018"


def test_findings_of_a_report_cost_the_same_beside_many_districts(tmp_path: Path) -> None:
    """Whether one report is late is asked of its own district alone."""
    steps = []
    found: list[Finding] = []

    for sites in (FEW, MANY):
        fill(tmp_path / f"{sites}.db", sites).close()
        with Archive.open(tmp_path / f"{sites}.db") as archive:
            archive.list_places()  # it is worked out once, whatever is asked
            steps.append(count_steps(archive, lambda same: found.extend(list_findings(same, Scope(report=REPORT)))))

    assert [one.rule for one in found] == ["report.published_late"] * 2
    assert steps[1] <= 1.3 * steps[0] + 2
