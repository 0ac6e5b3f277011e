from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from archive import Archive, Capture, PageKind, SiteIdentity
from archive.captures.capture import utc_now
from archive.readings import filing as filing_module
from crawler import Failure
from gongkai import reading as reading_module
from gongkai.reading import SiteReadings, read_captures
from parsers import parse
from parsers.forms import Table
from parsers.forms.printed import table_to_printed
from tests.parsers.made import Figures, distinct_figures, write_report

SITE = SiteIdentity("yunting", "云汀区人民政府", "990101")
HOST = "http://127.0.0.1:9"
LIST = f"{HOST}/nb/"
PAGE = f"{HOST}/nb/a.html"
OTHER = f"{HOST}/nb/b.html"
FILE = f"{HOST}/files/a.html"
KEY = "990101-听松街道办事处-2020"
TITLE = "云汀区听松街道办事处2020年政府信息公开工作年度报告"
BARE_TITLE = "政府信息公开工作年度报告"
PARTS = (
    "<p>一、总体情况</p><p>{}</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p>"
    "<p>四、政府信息公开行政复议、行政诉讼情况</p><p>五、存在的主要问题及改进情况</p>"
)
RULES = (
    "<table><tr><td>信息内容</td><td>本年新制作数量</td><td>本年新公开数量</td><td>对外公开总数量</td></tr>"
    "<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr>"
    "<tr><td>规范性文件</td><td>1</td><td>2</td><td>{}</td></tr></table>"
)
UNREADABLE = b"%PDF-1.4 no parser reads this"
ERROR_PAGE = "<html><head><title>出错</title></head><body><h1>系统维护中</h1></body></html>".encode()
SHELL = "<html><head><title>附件</title></head><body><p>请下载附件</p></body></html>".encode()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Return an archive that is open to write and knows one site."""
    with Archive.create(tmp_path / "gongkai.db") as opened:
        opened.save_site(SITE)
        yield opened


def make_page(title: str = TITLE, words: str = "本街道认真公开。", *inner: str, meta: str = "") -> bytes:
    """Make the page of a report."""
    head = f"<head><title>{title}</title>{meta}</head>"
    return f"<html>{head}<body><h1>{title}</h1>{PARTS.format(words)}{''.join(inner)}</body></html>".encode()


def save(
    archive: Archive,
    url: str,
    body: bytes,
    kind: PageKind = "report",
    *,
    found_on: str | None = LIST,
    link_text: str | None = None,
    site: str = SITE.name,
) -> int:
    """Save a good visit."""
    return archive.save_capture(
        Capture(site, url, kind, utc_now(), status=200, body=body, found_on=found_on, link_text=link_text)
    )


def read(archive: Archive) -> SiteReadings:
    """Read what was captured of the one site."""
    (readings,) = read_captures(archive).values()
    return readings


def test_nothing_captured_is_nothing_read(archive: Archive) -> None:
    """An archive without captures of reports gives no site."""
    save(archive, LIST, ERROR_PAGE, "list")

    assert read_captures(archive) == {}


def test_a_page_and_its_file_are_one_report(archive: Archive) -> None:
    """A page and the file that hangs on it are filed as one report, which is new once."""
    save(archive, PAGE, make_page(), link_text=TITLE)
    save(archive, FILE, make_page(words="附件里的话。"), "attachment", found_on=PAGE, link_text="附件.html")

    assert read(archive) == SiteReadings(frozenset({KEY}), new=1)
    assert archive.list_reports()[0].urls == (FILE, PAGE)
    assert [change.kind for change in archive.list_changes()] == ["new"]


def test_of_a_page_and_its_file_the_fuller_tells_the_history(archive: Archive) -> None:
    """Within a crawl the place that holds more of the tables is filed first, whichever came first."""
    save(archive, PAGE, make_page(), link_text=TITLE)
    save(archive, FILE, make_page(TITLE, "附件。", RULES.format(3)), "attachment", found_on=PAGE)

    read(archive)

    assert archive.list_reports()[0].url == FILE
    assert [change.kind for change in archive.list_changes()] == ["new"]


def test_reading_again_reads_nothing(archive: Archive) -> None:
    """What was filed is not unread any more."""
    save(archive, PAGE, make_page())
    read(archive)

    assert read_captures(archive) == {}


def test_an_edit_is_counted(archive: Archive) -> None:
    """A second crawl counts the reports that changed, and those that it met."""
    for words in ("一稿。", "二稿。"):
        archive.begin_run()
        save(archive, PAGE, make_page(words=words))
        save(archive, OTHER, make_page(TITLE.replace("听松", "望舒")))
        readings = read(archive)

    assert readings == SiteReadings(frozenset({KEY, KEY.replace("听松", "望舒")}), changed=1)


def test_two_crawls_are_read_in_their_order(archive: Archive) -> None:
    """Captures of two crawls that were not read in between give the history that they would have given."""
    for words in ("一稿。", "二稿。", "二稿。"):
        archive.begin_run()
        save(archive, PAGE, make_page(words=words))

    assert read(archive) == SiteReadings(frozenset({KEY}), new=1, changed=1)
    assert archive.list_reports()[0].version == 2


def test_sites_are_read_apart(archive: Archive) -> None:
    """What was read is told for each site."""
    archive.save_site(SiteIdentity("guanlan", "观澜县人民政府", "990102"))
    save(archive, PAGE, make_page())
    save(archive, PAGE, ERROR_PAGE, site="guanlan", link_text=TITLE)

    readings = read_captures(archive)

    assert readings == {
        "yunting": SiteReadings(frozenset({KEY}), new=1),
        "guanlan": SiteReadings(
            failed=(Failure(PAGE, f"taken for a report by its link or its words ({TITLE}), but it holds none"),)
        ),
    }


# Identity


@pytest.mark.parametrize(
    ("page", "link_text", "key"),
    [
        pytest.param(TITLE, "望舒街道2019年政府信息公开工作年度报告", KEY, id="its own goes first"),
        pytest.param(BARE_TITLE, TITLE, KEY, id="both from the link"),
        pytest.param(
            f"听松街道{BARE_TITLE}", f"2020年{BARE_TITLE}", "990101-听松街道-2020", id="the year from the link"
        ),
        pytest.param(
            f"2020年{BARE_TITLE}", f"听松街道{BARE_TITLE}", "990101-听松街道-2020", id="the agency from the link"
        ),
        pytest.param(f"2020年{BARE_TITLE}", None, "990101-未署名bd1de5f3-2020", id="nobody signed"),
        pytest.param(f"听松街道2020年{BARE_TITLE}", "点击查看", "990101-听松街道-2020", id="a link that says nothing"),
    ],
)
def test_a_page_is_named_by_itself_then_by_its_link(
    archive: Archive, page: str, link_text: str | None, key: str
) -> None:
    """Agency and year are those of the page, and where it has none those of the link that led to it."""
    save(archive, PAGE, make_page(page), link_text=link_text)

    assert read(archive).reports == {key}


def test_a_file_is_named_by_the_page_that_it_hangs_on(archive: Archive) -> None:
    """A file that names neither agency nor year has those of its page."""
    save(archive, PAGE, make_page())
    save(archive, FILE, make_page(BARE_TITLE, "附件。"), "attachment", found_on=PAGE, link_text="附件")

    assert read(archive) == SiteReadings(frozenset({KEY}), new=1)
    assert archive.list_reports()[0].urls == (FILE, PAGE)


def test_a_file_is_named_by_the_link_to_its_page(archive: Archive) -> None:
    """Where neither the file nor its page says whose report it is, the link to the page does."""
    save(archive, PAGE, SHELL, link_text=TITLE)
    save(archive, FILE, make_page(BARE_TITLE), "attachment", found_on=PAGE, link_text="附件")

    assert read(archive) == SiteReadings(frozenset({KEY}), new=1)


def test_an_agency_without_a_district_has_that_of_the_site(archive: Archive) -> None:
    """A street that does not name its district is in that of the site's title."""
    save(archive, PAGE, make_page(f"听松街道办事处2020年{BARE_TITLE}"))
    read(archive)

    assert [(row.id, row.district) for row in archive.list_reports()] == [(KEY, "云汀区")]


def test_a_report_without_a_year_is_a_problem(archive: Archive) -> None:
    """A report whose year is nowhere stated is kept, and said."""
    save(archive, PAGE, make_page(f"听松街道{BARE_TITLE}"))

    reason = "a report whose year is nowhere stated; it is kept, and filed under no report"
    assert read(archive) == SiteReadings(failed=(Failure(PAGE, reason),))


def test_pages_that_one_office_put_up_are_not_one_report(archive: Archive) -> None:
    """Two streets' reports, named by their links alone, are two, though one office published both pages."""
    meta = '<meta name="ContentSource" content="云汀区人民政府办公室">'
    for url, street in ((PAGE, "听松街道"), (OTHER, "望舒街道")):
        body = make_page(f"2020年{BARE_TITLE}", f"{street}的话。", meta=meta)
        save(archive, url, body, link_text=f"{street}2020年{BARE_TITLE}")

    assert read(archive).reports == {"990101-听松街道-2020", "990101-望舒街道-2020"}


def test_a_reading_that_was_cut_short_ends_the_same(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends between a page and its file leaves a file that is still named by its page."""
    save(archive, PAGE, make_page())
    save(archive, FILE, make_page(BARE_TITLE, "附件。"), "attachment", found_on=PAGE, link_text="附件")
    done, record = count(), filing_module._record  # noqa: SLF001,RUF100

    def record_some(*given: Any) -> None:
        if next(done) == 1:
            raise KeyboardInterrupt
        record(*given)

    with monkeypatch.context() as patch:
        patch.setattr(filing_module, "_BATCH", 1)
        patch.setattr(filing_module, "_record", record_some)
        with pytest.raises(KeyboardInterrupt):
            read_captures(archive)
    readings = read(archive)

    assert readings.failed == ()
    assert archive.list_reports()[0].urls == (FILE, PAGE)


# Problems


def rows_as_sentences(table: Table, figures: Figures) -> list[str]:
    """Write each row as a sentence, which no reader takes for a row."""
    return ["，".join(cell.text for cell in row) + "。" for row in table_to_printed(table, figures)]


def test_tables_that_cannot_be_read_are_a_problem(archive: Archive) -> None:
    """A report whose tables stand there in a shape that is not read is kept with its words, and said."""
    text = "\n".join(write_report("2019", rows_as_sentences, distinct_figures("2019")))
    save(archive, FILE, text.encode(), "attachment", link_text="青石区白杨街道办事处2020年政府信息公开工作年度报告")

    readings = read(archive)

    reason = "its official tables stand in a shape that cannot be read; its words are kept"
    assert (readings.new, readings.failed) == (1, (Failure(FILE, reason),))
    assert archive.list_reports()[0].form is None


@pytest.mark.parametrize("body", [UNREADABLE, ERROR_PAGE], ids=["a file of another kind", "a page"])
def test_a_file_beside_a_page_that_has_the_tables_owes_nothing(archive: Archive, body: bytes) -> None:
    """A file that cannot be read, or is no report, is no problem beside a page whose tables were read."""
    save(archive, PAGE, make_page(TITLE, "话。", RULES.format(3)), link_text=TITLE)
    save(archive, FILE, body, "attachment", found_on=PAGE, link_text=TITLE)

    assert read(archive) == SiteReadings(frozenset({KEY}), new=1)


def test_a_file_beside_a_page_without_tables_is_owed(archive: Archive) -> None:
    """A file that cannot be read is a problem beside a page of words alone, for it may hold the tables."""
    save(archive, PAGE, make_page(), link_text=TITLE)
    save(archive, FILE, UNREADABLE, "attachment", found_on=PAGE, link_text=TITLE)

    readings = read(archive)

    assert (readings.reports, [failure.url for failure in readings.failed]) == ({KEY}, [FILE])


def test_a_page_beside_a_file_that_was_read_owes_nothing(archive: Archive) -> None:
    """A page that only holds the link to a report is no problem where the file is filed."""
    save(archive, PAGE, SHELL, link_text=TITLE)
    save(archive, FILE, make_page(), "attachment", found_on=PAGE)

    assert read(archive) == SiteReadings(frozenset({KEY}), new=1)


@pytest.mark.parametrize("with_page", [True, False])
def test_a_file_that_cannot_be_read_is_a_problem_alone(archive: Archive, *, with_page: bool) -> None:
    """A file that nothing reads is one problem where no page beside it was filed."""
    if with_page:
        save(archive, PAGE, SHELL, link_text=TITLE)
    save(archive, FILE, UNREADABLE, "attachment", found_on=PAGE, link_text=TITLE)

    readings = read(archive)

    assert [failure.url for failure in readings.failed] == [FILE]
    assert "PDF" in readings.failed[0].reason
    assert (readings.reports, readings.new) == (frozenset(), 0)


def test_an_error_page_in_place_of_a_report_is_a_problem(archive: Archive) -> None:
    """A page that its link calls a report and that holds none is said, with the words of the link."""
    save(archive, PAGE, ERROR_PAGE, link_text=TITLE)

    reason = f"taken for a report by its link or its words ({TITLE}), but it holds none"
    assert read(archive) == SiteReadings(failed=(Failure(PAGE, reason),))


def test_a_page_about_a_report_owes_nothing(archive: Archive) -> None:
    """An explanation of a report is none itself and is not expected to be."""
    save(archive, PAGE, ERROR_PAGE, link_text=f"2020年{BARE_TITLE}解读")

    assert read(archive) == SiteReadings()


def test_a_report_that_became_an_error_page_is_a_problem_and_stays(archive: Archive) -> None:
    """An error page in place of a report that is known is said, and the report keeps its version."""
    for body in (make_page(), ERROR_PAGE):
        archive.begin_run()
        save(archive, PAGE, body, link_text=TITLE)
        readings = read(archive)

    assert [failure.url for failure in readings.failed] == [PAGE]
    assert [change.kind for change in archive.list_changes()] == ["new"]


def test_figures_that_two_places_print_otherwise_are_a_problem(archive: Archive) -> None:
    """A second page of the same agency and year that prints other figures is said."""
    for url, figure in ((PAGE, 3), (OTHER, 4)):
        save(archive, url, make_page(TITLE, "话。", RULES.format(figure)), link_text=TITLE)

    readings = read(archive)

    assert [failure.url for failure in readings.failed] == [OTHER]
    assert "figures differ from those at" in readings.failed[0].reason


# Parsing


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the bodies that the parser is given, in order."""
    bodies: list[bytes] = []

    def watch(body: bytes, content_type: str | None = None) -> object:
        bodies.append(body)
        return parse(body, content_type)

    monkeypatch.setattr(reading_module, "parse", watch)
    return bodies


def test_the_same_bytes_are_parsed_once(archive: Archive, parsed: list[bytes]) -> None:
    """A page that comes again, by 304 or in full, is not parsed again, nor is one that could not be read."""
    for confirmed in (False, False, True):
        archive.begin_run()
        if confirmed:
            archive.save_capture(Capture(SITE.name, PAGE, "report", utc_now(), status=304))
        else:
            save(archive, PAGE, make_page())
        save(archive, OTHER, UNREADABLE)
        read(archive)

    assert parsed == [make_page(), UNREADABLE]


def test_the_same_bytes_are_parsed_once_within_a_crawl(archive: Archive, parsed: list[bytes]) -> None:
    """The same bytes at two URLs of one crawl are parsed once."""
    save(archive, PAGE, make_page())
    save(archive, OTHER, make_page())

    read(archive)

    assert parsed == [make_page()]


def test_a_new_parser_reads_bytes_again(archive: Archive, parsed: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of the parser made of the same bytes is not taken for this one's."""
    save(archive, PAGE, make_page())
    read(archive)
    monkeypatch.setattr(reading_module, "PARSER_VERSION", "next")
    archive.begin_run()
    save(archive, PAGE, make_page())
    read(archive)

    assert parsed == [make_page()] * 2


def test_a_better_parser_is_no_change(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a newer parser sees in a page besides what the older one saw is no change, though the page ticks."""
    with monkeypatch.context() as patch:
        patch.setattr(reading_module, "PARSER_VERSION", "0")
        patch.setattr(reading_module, "parse", lambda *given: replace(parse(*given), cells=(), sections=()))
        save(archive, PAGE, make_page(TITLE, "话。", RULES.format(3)))
        read(archive)
    archive.begin_run()
    save(archive, PAGE, make_page(TITLE, "话。", RULES.format(3)) + b"<!-- 1 -->")
    readings = read(archive)

    assert (readings.new, readings.changed) == (0, 0)
    assert [change.kind for change in archive.list_changes()] == ["new"]
    assert any(cell.value == 3 for cell in archive.show_report(KEY).report.cells)


def fail_with(error: BaseException) -> Callable[..., object]:
    """Return a parser that raises."""

    def parse_nothing(*_: object) -> object:
        raise error

    return parse_nothing


def test_a_parser_that_fails_is_a_stored_error(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that trips the parser is a problem with its error, is not tried again, and stops nothing."""
    broken = save(archive, PAGE, make_page())
    with monkeypatch.context() as patch:
        patch.setattr(reading_module, "parse", fail_with(ZeroDivisionError("by zero")))
        readings = read(archive)
    save(archive, OTHER, make_page(TITLE.replace("听松", "望舒")))

    reason = "the parser failed (ZeroDivisionError: by zero)"
    assert readings == SiteReadings(failed=(Failure(PAGE, reason),))
    assert archive.find_reading(broken, reading_module.PARSER_VERSION) == (None, reason)
    assert read(archive).new == 1


def test_an_interrupt_is_no_reading(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who ends the program while it parses leaves the capture unread."""
    number = save(archive, PAGE, make_page())
    with monkeypatch.context() as patch:
        patch.setattr(reading_module, "parse", fail_with(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            read_captures(archive)

    assert [unread.capture_id for unread in archive.iter_unread()] == [number]


def test_a_capture_that_cannot_be_filed_stops_nothing(archive: Archive) -> None:
    """A cell with more digits than SQLite has room for does not keep the other reports from being read."""
    save(archive, PAGE, make_page(TITLE, "话。", RULES.format("9" * 20)))
    save(archive, OTHER, make_page(TITLE.replace("听松", "望舒")))

    assert KEY.replace("听松", "望舒") in read(archive).reports


def test_readings_add_up() -> None:
    """What was read of a site in two crawls is the sum, a report that was met twice counted once."""
    first = SiteReadings(frozenset({"a", "b"}), 2, 0, (Failure("u", "r"),))
    second = SiteReadings(frozenset({"b", "c"}), 1, 1, (Failure("v", "s"),))

    total = first + second

    assert total == SiteReadings(frozenset({"a", "b", "c"}), 3, 1, (Failure("u", "r"), Failure("v", "s")))
    assert SiteReadings() + first == first
