"""What stands on the demo sites: districts, reports, look-alikes and news as data, and what changes on day 2.

All districts, offices and sentences are made up. Prefix 99 belongs to no province.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from importlib import resources
from typing import Literal

from parsers.report import CellKey

ListKind = Literal["next_links", "trs", "year_folders"]
Carrier = Literal["tables", "word_tables", "tabbed", "spaced", "attachment"]
NoticeKind = Literal["explanation", "instruction", "picture", "half_year"]

CHINA_TIME = timezone(timedelta(hours=8))
DAY_ONE_AT = datetime(2024, 1, 22, 0, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class District:
    """One demo site: its habits, and the way from the home page to its column (names and paths, in order)."""

    name: str
    district: str
    division: str
    lists: ListKind
    page_size: int
    trail: tuple[tuple[str, str], ...]
    container: str  # attributes of the element around an article, by which a CMS family is known
    date_label: str
    header_charset: bool  # whether Content-Type names the charset, or the page alone does
    tagged: bool  # whether pages carry the official meta tags (国办发〔2017〕47号)

    @property
    def title(self) -> str:
        """Return the name of the site."""
        return f"{self.district}人民政府"

    @property
    def column(self) -> str:
        """Return the path of the column of annual reports."""
        return self.trail[-1][1]


@dataclass(frozen=True, slots=True)
class Entry:
    """Anything with a title, a date and a page of its own; `serial` is its number in the CMS."""

    site: str
    title: str  # a line break is one on the page
    published: date
    serial: int
    views: int

    @property
    def at(self) -> datetime:
        """Return when it was published, in UTC."""
        local = time(9 + self.serial % 8, self.serial % 60)
        return datetime.combine(self.published, local, tzinfo=CHINA_TIME).astimezone(UTC)

    @property
    def one_line(self) -> str:
        """Return the title as a list shows it."""
        return self.title.replace("\n", "")


@dataclass(frozen=True, slots=True)
class DemoReport(Entry):
    """A street office's report: its figures (a name in figures.toml), and how the page carries them."""

    street: str
    year: int
    figures: str
    carrier: Carrier
    encoding: Literal["utf-8", "gb18030"] = "utf-8"

    @property
    def folder(self) -> int:
        """Return the year whose folder it lies in."""
        return self.year

    @property
    def path(self) -> str:
        """Return the path of its page."""
        return column_path(self, self.folder)

    @property
    def attachment_path(self) -> str:
        """Return the path of the file that holds the report, where the page only links to one."""
        return f"{self.path.rpartition('/')[0]}/P0{self.published:%Y%m%d}{self.serial:06}.txt"


@dataclass(frozen=True, slots=True)
class Notice(Entry):
    """An item of the column that looks like a report by its title and is none."""

    kind: NoticeKind
    folder: int = 0  # year of the folder, where the column has such

    @property
    def path(self) -> str:
        """Return the path of its page."""
        return column_path(self, self.folder)


@dataclass(frozen=True, slots=True)
class DayTwo:
    """What differs on day 2: a new report, a figure edited in another, a counter that ticks on a third."""

    at: datetime
    added: DemoReport
    edited: DemoReport
    cell: CellKey
    old: str
    new: str
    ticked: DemoReport
    more_views: int


def column_path(entry: Entry, folder: int) -> str:
    """Return the path of an article of the column, in the manner of its site's CMS."""
    published = entry.published
    match DISTRICTS[entry.site].lists:
        case "next_links":
            return f"/info/1021/{entry.serial}.htm"
        case "trs":
            return f"/zwgk/zfxxgk/zfxxgknb/{published:%Y%m}/t{published:%Y%m%d}_{entry.serial}.html"
        case "year_folders":
            number = hashlib.sha256(f"{entry.site} {entry.serial}".encode()).hexdigest()[:32]
            return f"/zfxxgknb/{folder}n/{published:%Y%m}/{number}.shtml"


DISTRICTS = {
    "yunting": District(
        name="yunting",
        district="云汀区",
        division="990101",
        lists="next_links",
        page_size=6,
        trail=(("首页", "/"), ("政府信息公开", "/zfxxgk/"), ("政府信息公开年报", "/zfxxgk/gknb/list.html")),
        container='id="vsb_content" class="v_news_content"',
        date_label="发布时间：%Y-%m-%d",
        header_charset=True,
        tagged=True,
    ),
    "chengxiu": District(
        name="chengxiu",
        district="澄岫区",
        division="990102",
        lists="trs",
        page_size=4,
        trail=(
            ("首页", "/"),
            ("政务公开", "/zwgk/index.html"),
            ("政府信息公开", "/zwgk/zfxxgk/index.html"),
            ("政府信息公开年报", "/zwgk/zfxxgk/zfxxgknb/index.html"),
        ),
        container='id="zoom" class="TRS_Editor"',
        date_label="发布日期: %Y-%m-%d %H:%M",
        header_charset=False,
        tagged=False,
    ),
    "yanhu": District(
        name="yanhu",
        district="砚湖区",
        division="990103",
        lists="year_folders",
        page_size=3,
        trail=(("首页", "/"), ("政府信息公开年报", "/zfxxgknb/")),
        container='id="UCAP-CONTENT"',
        date_label="发布时间：%Y年%m月%d日 %H:%M",
        header_charset=False,
        tagged=True,
    ),
}

_data = tomllib.loads(resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))
REPORTS = tuple(DemoReport(**report) for report in _data["reports"])
NOTICES = tuple(Notice(**notice) for notice in _data["notices"])
_by_figures = {report.figures: report for report in REPORTS}

DAY_TWO = DayTwo(
    at=datetime(2024, 1, 30, 0, 30, tzinfo=UTC),
    added=DemoReport(**_data["added"]),
    edited=_by_figures["tingsong-2022"],
    cell=CellKey("proactive_disclosure", "licensing", "decisions"),
    old="312",
    new="321",  # two digits had changed places
    ticked=_by_figures["yanchi-2021"],
    more_views=4,
)
