"""The page of findings: what stands between reports is among them, with links to both sides."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from archive import Archive, FindingKey, Said, make_review
from archive.questions.tidy import TidyScope
from gongkai.findings import Scope, list_findings
from tests.gongkai.made_histories import STREET, plant, save
from tests.gongkai.web_visits import links, texts, visit


def test_a_finding_between_years_leads_to_its_cells_and_to_the_other_report(tmp_path: Path) -> None:
    """Its rule is said in the reader's language, each suspect leads to the archived page, the other year is named."""
    path = save(tmp_path / "a.db", {STREET.format("九"): plant(2024, {"requests.carried_over.business": 1})})
    with visit(path) as visitor:
        page = visitor.open("/findings?rule=requests.carried_over&level=hard")
        empty = visitor.open("/findings?level=soft")

    (id_,) = {link.rpartition("/")[2] for link in links(page, selector=".inbox .head a")}
    assert id_.endswith("-2024")
    assert texts(page, ".inbox .kind") == ["上年结转数与上年报告的结转下年度数不一致"]
    assert f"/report/{id_}/source?cell=requests.carried_over.business&version=1" in links(page)
    assert f"/report/{id_.replace('-2024', '-2023')}" in links(page)
    assert quote("第九街道办事处") in id_
    assert texts(empty, ".note")


def test_rules_are_counted_as_the_page_lists_them(tmp_path: Path) -> None:
    """Each rule is offered with as many findings as choosing it shows: without those dismissed, with those between."""
    path = save(tmp_path / "a.db", {STREET.format("九"): plant(2024, {"requests.carried_over.business": 1})})
    with Archive.open(path) as archive:
        stored = list_findings(archive, Scope())
    with Archive.note(path) as archive:
        (version,) = (one for one in archive.iter_tidy(TidyScope(year=2024)) if one.report == stored[0].id)
        said = Said(FindingKey(stored[0].rule, stored[0].where), "dismissed")
        archive.save_review(make_review(version.report, version.sha256, said, datetime(2036, 1, 1, tzinfo=UTC)))

    with visit(path) as visitor:
        page = visitor.open("/findings")
        offered = {one.get("value"): one.text_content() for one in page.cssselect('select[name="rule"] option')}
        listed = {rule: len(visitor.open(f"/findings?rule={rule}").cssselect(".inbox > li")) for rule in offered}

    assert stored
    assert {rule: int(told.rpartition("(")[2].rstrip(")")) for rule, told in offered.items()} == listed
    assert listed[""] == len(stored) - 1


def test_a_report_shows_what_stands_between_it_and_another(tmp_path: Path) -> None:
    """What does not hold between two years is on the page of the later one, with a link to the other."""
    path = save(tmp_path / "a.db", {STREET.format("九"): plant(2024, {"requests.carried_over.business": 1})})
    with Archive.open(path) as archive:
        (found,) = list_findings(archive, Scope(rule="requests.carried_over"))
    with visit(path) as visitor:
        page = visitor.open(f"/report/{quote(found.id)}")
        other = visitor.open(f"/report/{quote(str(found.other))}")

    (told,) = texts(page, ".summary .note.bad")
    assert "上年结转数与上年报告的结转下年度数不一致" in told
    assert f"/report/{quote(str(found.other))}" in links(page, selector=".summary .note a")
    assert not texts(other, ".summary .note.bad")


@pytest.mark.parametrize(("district", "count"), [("青石区", 1), ("云汀区", 0)])
@pytest.mark.parametrize("address", ["/findings.atom", "/findings.json"])
def test_feeds_of_findings_are_of_the_district_that_is_asked_for(
    tmp_path: Path, address: str, district: str, count: int
) -> None:
    """Whoever follows one district is told of no other."""
    path = save(tmp_path / "a.db", {STREET.format("九"): plant(2024, {"requests.carried_over.business": 1})})

    with visit(path) as visitor:
        answer = visitor.get(f"{address}?district={quote(district)}&rule=requests.carried_over")

    assert answer.status_code == 200
    assert ("第九街道办事处" in answer.text) == bool(count)
