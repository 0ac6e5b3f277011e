"""The page of findings: what stands between reports is among them, with links to both sides."""

from pathlib import Path
from urllib.parse import quote

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
