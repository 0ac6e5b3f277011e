"""An archive whose every text tries to steer a terminal, a log or a header, or to lead a name elsewhere."""

import re
from dataclasses import replace
from pathlib import Path

from archive import Archive, SiteIdentity, VisitOutcome
from parsers import Check
from tests.archive.made_reports import file_report, make_capture
from tests.gongkai.made_versions import make_version, printed

SIGNS = "\x1b]0;stolen\x07\x1b[41m\x1b[2J\x9b31m\x85\u202e\u2066\ufeff\x00\r\nX-Made: 1\n\u2028"
"""Sequences that set a title, a colour, or clear the screen; signs of direction; ends of lines."""
CLIMB = "../../../tmp/made"
"""What would lead a file out of its folder."""
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Signs that no output may have. Ends of lines and tabs are its own."""
OWN_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
"""What a command itself may send to a terminal: colours."""
SITE = SiteIdentity(f"qingshi{SIGNS}", f"青石区{SIGNS}人民政府", "990103")


def make_steering(path: Path) -> Path:
    """Make the archive: two reports, one of them in two versions, a visit that failed, and one of a whole site."""
    with Archive.create(path, f"gongkai{SIGNS}") as archive:
        archive.save_site(SITE)
        archive.begin_visit(SITE.name, "full")
        for day in (1, 2):
            archive.begin_run()
            for number, agency in enumerate((f"白杨{SIGNS}街道办事处", f"{CLIMB}{SIGNS}局")):
                _save(archive, number, day if number == 0 else 1, agency, day)
        failed = make_capture(
            f"http://127.0.0.1:9/{SIGNS}lost", None, day=2, status=None, failure=f"dns{SIGNS}", link_text=SIGNS
        )
        archive.save_capture(replace(failed, site=SITE.name))
        outcome = VisitOutcome(5, 1, 0, 0, 0, ((f"http://127.0.0.1:9/{SIGNS}", f"blocked:{SIGNS}"),), complete=False)
        archive.end_visit(SITE.name, outcome)
    return path


def _save(archive: Archive, number: int, figure: int, agency: str, day: int) -> None:
    bad = f"公开{SIGNS}{figure}"
    made = make_version(
        bad,
        "2021",
        title=f"{agency}2020年政府信息公开工作年度报告{SIGNS}",
        preamble=bad,
        figures={"requests.new_requests.total": printed(bad, figure, bad)},
    )
    checks = (Check("requests.balance", bad, "fail", 1, 2, bad),)
    report = replace(made, agency=agency, district=f"青石{SIGNS}区", year=2020, checks=checks, warnings=(bad,))
    headers = (("Server", SIGNS), (f"X{SIGNS}", "1"), ("Content-Disposition", f"attachment; filename={CLIMB}{SIGNS}"))
    visit = make_capture(
        f"http://127.0.0.1:9/{number}{SIGNS}.html",
        repr(report).encode(),
        day=day,
        headers=headers,
        final_url=f"http://127.0.0.1:9/{SIGNS}/{number}",
        found_on=f"http://127.0.0.1:9/{SIGNS}",
        link_text=SIGNS,
        facts={"file_name": f"{CLIMB}{SIGNS}.pdf", "tries": SIGNS},
    )
    file_report(archive, archive.save_capture(replace(visit, site=SITE.name)), report)
