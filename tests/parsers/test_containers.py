import gzip
import stat
import struct
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir

import pytest

from parsers import Report, parse
from parsers.carriers import Opened, Unread, iter_documents
from parsers.errors import (
    DamagedError,
    EmptyDocumentError,
    EncryptedError,
    ParserError,
    ReaderMissingError,
    TooLargeError,
    UnknownCarrierError,
)
from parsers.options import DEFAULT_OPTIONS, Options
from tests.parsers.made import distinct_figures, report_to_html, title_of
from tests.parsers.made_archives import (
    make_mhtml,
    make_ole,
    overlapping_zip,
    rar3_files,
    rar5_files,
    report_to_odt,
    report_to_ofd,
    set_zip_flag,
    zip_files,
    zip_with_raw_name,
)
from tests.parsers.made_office import report_to_docx, report_to_xlsx
from tests.parsers.made_pdf import report_to_pdf
from tests.parsers.mutations import iter_mutations

TEXT = "规章\n0\n".encode()
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
FIGURES = distinct_figures("2021")
REPORT = report_to_html("2021", FIGURES).encode()


def names_in(body: bytes, options: Options = DEFAULT_OPTIONS) -> list[tuple[str | None, str]]:
    """Return the name of each file in an archive, with its carrier or the error that it gave."""
    return [
        (item.name, item.document.carrier if isinstance(item, Opened) else type(item.error).__name__)
        for item in iter_documents(body, None, options)
    ]


def deflated(count: int) -> bytes:
    """Return zeros that take about a thousandth of their size."""
    return zip_files({"zeros.txt": bytes([0x30]) * count})


@pytest.mark.parametrize(
    "pack", [zip_files, rar5_files, lambda files: rar3_files({n.encode(): b for n, b in files.items()})]
)
def test_the_files_of_an_archive(pack: Callable[[dict[str, bytes]], bytes]) -> None:
    """The files of an archive come in its order, told by their bytes; what systems leave there stays out."""
    files = {
        "年报/报告.doc": REPORT,
        "年报/读我": TEXT,
        "图.jpg": PICTURE,
        "空.txt": b"",
        "__MACOSX/年报/._报告.doc": TEXT,
        "年报/.DS_Store": TEXT,
        "年报/~$报告.doc": TEXT,
        "Thumbs.db": TEXT,
    }

    names = names_in(pack(files))

    assert names == [
        ("年报/报告.doc", "html"),
        ("年报/读我", "text"),
        ("图.jpg", "UnknownCarrierError"),
        ("空.txt", "EmptyDocumentError"),
    ]


@pytest.mark.parametrize("name", ["年报/白杨街道.txt", "規章㙍.txt", "a.txt"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.parametrize("pack", [zip_with_raw_name, lambda name, body: rar3_files({name: body})], ids=["zip", "rar"])
def test_a_name_of_no_stated_encoding(name: str, encoding: str, pack: Callable[[bytes, bytes], bytes]) -> None:
    """Names that an archive keeps without their encoding are UTF-8 or, as Chinese machines write them, GB18030."""
    assert names_in(pack(name.encode(encoding), TEXT)) == [(name, "text")]


def test_a_name_that_leads_out() -> None:
    """A name with dots and control signs is only shown, in one line and cut, for nothing is written to disk."""
    long = "../../etc/x\u202e\n" + "长" * 500

    [(name, carrier)] = names_in(zip_files({long: TEXT}))

    assert (name, carrier) == ("../../etc/x " + "长" * 108 + "…", "text")


def test_gzip_is_one_file() -> None:
    """A gzip archive is the file in it, by its name if it has one, several streams in one."""
    named = gzip.compress(TEXT, mtime=0)
    named = named[:3] + b"\x08" + named[4:10] + "年报.txt".encode("gbk") + b"\x00" + named[10:]

    assert names_in(named + gzip.compress(TEXT)) == [("年报.txt", "text")]
    assert names_in(gzip.compress(REPORT)) == [("the file", "html")]


def test_archives_in_archives() -> None:
    """An archive in an archive is opened, what lies deeper is said and left."""
    third = zip_files({"c.txt": TEXT})
    second = zip_files({"b.txt": TEXT, "c.zip": third})

    names = names_in(zip_files({"附件.zip": second, "a.txt": TEXT}))

    assert names == [("附件.zip/b.txt", "text"), ("附件.zip/c.zip", "TooLargeError"), ("a.txt", "text")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (zip_files({}), EmptyDocumentError),
        (zip_files({"a/": b""}), EmptyDocumentError),
        (zip_files({"a": TEXT})[:-10], DamagedError),
        (zip_files({"a": TEXT}).replace(b"PK\x01\x02", b"PK\x01\x03"), DamagedError),
        (gzip.compress(TEXT, mtime=0)[:-9], DamagedError),
        (gzip.compress(TEXT, mtime=0)[:12] + bytes(30), DamagedError),
        (b"Rar!\x1a\x07\x00" + b"\x55" * 60, DamagedError),
        (b"Rar!\x1a\x07\x01\x00" + b"\x55" * 60, DamagedError),
        (rar5_files({}), EmptyDocumentError),
    ],
)
def test_an_archive_that_cannot_be_opened(body: bytes, error: type[ParserError]) -> None:
    """An archive that is empty, cut short or noise is an error with a name and one line."""
    with pytest.raises(error) as raised:
        names_in(body)

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(set_zip_flag(zip_files({"a": TEXT}), 1), id="zip"),
        pytest.param(rar3_files({b"a": TEXT}, flags=0x04), id="rar"),
        pytest.param(rar3_files({b"a": TEXT}, method=0x33, flags=0x04), id="packed rar"),
    ],
)
@pytest.mark.usefixtures("no_tool")
def test_a_file_behind_a_password(body: bytes) -> None:
    """A file that asks for a password is said to do so."""
    assert names_in(body) == [("a", "EncryptedError")]
    with pytest.raises(EncryptedError, match=r"^a inside the archive: "):
        parse(body)


def test_one_bad_file_spoils_no_other() -> None:
    """A file with a wrong checksum, or packed in a rare way, is said; the others are read."""
    body = zip_files({"a": TEXT, "b": REPORT}, zipfile.ZIP_STORED)
    spoilt = body.replace(TEXT, TEXT[::-1])
    rare = zip_files({"a": TEXT}, zipfile.ZIP_LZMA)

    assert names_in(spoilt) == [("a", "DamagedError"), ("b", "html")]
    assert names_in(rare) == [("a", "UnknownCarrierError")]


def test_a_rar_archive_cut_short() -> None:
    """What stands whole in an archive cut short is read, and that it was cut is said."""
    body = rar5_files({"a": TEXT, "b": TEXT})

    assert names_in(body[:-30]) == [("a", "text"), ("the rest of the archive", "DamagedError")]


def test_a_bomb_by_ratio() -> None:
    """A small archive that unpacks to a thousand times its size is left as soon as that shows."""
    body = deflated(60_000_000)
    start = time.process_time()

    names = names_in(body)

    assert names == [("zeros.txt", "TooLargeError")]
    assert time.process_time() - start < 1


def test_a_header_that_understates() -> None:
    """Sizes are counted, not believed: a file that states less than it holds is no way around the limits."""
    body = bytearray(deflated(2_000_000))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", body, body.index(mark) + offset, 10)

    [item] = iter_documents(bytes(body), None, DEFAULT_OPTIONS)

    assert isinstance(item, Unread)
    assert isinstance(item.error, DamagedError)


def test_a_bomb_of_entries_that_overlap() -> None:
    """Entries that all lead to the same bytes count each time they are unpacked, and the limit ends it."""
    body = overlapping_zip(150, bytes([0x30]) * 1_000_000)

    names = names_in(body, replace(DEFAULT_OPTIONS, min_unpacked_bytes=8_500_000))

    assert len(names) == 9
    assert {error for _, error in names[:8]} == {"text"}
    assert names[8][1] == "TooLargeError"


def test_limits_hold_for_all_archives_of_a_body() -> None:
    """What is unpacked of archives in an archive counts against the limits of the whole."""
    inner = deflated(5_000_000)

    limits = replace(DEFAULT_OPTIONS, min_unpacked_bytes=8_000_000)

    names = names_in(zip_files({"a.zip": inner, "b.zip": inner, "c.zip": inner}), limits)

    assert [error for _, error in names] == ["text", "TooLargeError"]


def test_an_archive_that_holds_itself() -> None:
    """An archive with itself inside, as far as bytes go, ends at the depth allowed."""
    body = zip_files({"x": TEXT})
    for _ in range(40):
        body = zip_files({"x.zip": body, "y.zip": body})

    start = time.process_time()
    names = names_in(body)

    assert {error for _, error in names} == {"TooLargeError"}
    assert time.process_time() - start < 1


def test_many_files() -> None:
    """Of many files the first ones are read, and how many were not is said."""
    body = zip_files({f"{number}.txt": TEXT for number in range(210)})

    names = names_in(body)

    assert len(names) == 201
    assert names[-1] == ("10 more files", "TooLargeError")


def test_an_archive_of_too_many_entries() -> None:
    """An archive that lists entries without end is refused before they are made into anything."""
    with pytest.raises(TooLargeError):
        names_in(overlapping_zip(30_000, TEXT))


@pytest.mark.parametrize(
    ("place", "value"),
    [(10, 0xFFFF), (12, 0xFFFFFFFF), (16, 0xFFFFFFFF), (16, 0x7FFFFFFF), (8, 0xFFFF)],
)
def test_a_directory_that_points_outside(place: int, value: int) -> None:
    """A table of contents with nonsense for its size or place, of zip64 or not, is damage or harmless."""
    body = bytearray(zip_files({"a": TEXT}))
    end = body.index(b"PK\x05\x06")
    struct.pack_into("<H" if value <= 0xFFFF else "<L", body, end + place, value)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0xFFFFFFFFFFFF, 9)

    for mad in (bytes(body), bytes(body[:end]) + locator + bytes(body[end:])):
        try:
            names = names_in(mad)
        except DamagedError:
            continue
        assert names in ([("a", "text")], [("a", "DamagedError")])


def test_an_entry_that_points_outside() -> None:
    """An entry whose bytes would lie outside of the archive is damage to that entry."""
    body = bytearray(zip_files({"a": TEXT}))
    struct.pack_into("<L", body, body.index(b"PK\x01\x02") + 42, 0x7FFFFFFF)

    assert names_in(bytes(body)) == [("a", "DamagedError")]


@pytest.fixture
def no_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rarfile find none of the tools that it knows."""
    rarfile = pytest.importorskip("rarfile")
    monkeypatch.setattr(rarfile, "CURRENT_SETUP", None)
    for name in ("UNRAR_TOOL", "UNAR_TOOL", "BSDTAR_TOOL", "SEVENZIP_TOOL", "SEVENZIP2_TOOL"):
        monkeypatch.setattr(rarfile, name, "/nonexistent/tool")


@pytest.fixture
def use_tool(no_tool: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Return what puts a script in the place of unrar."""

    def use(script: str) -> None:
        path = tmp_path / "unrar"
        path.write_text(f'#!/bin/sh\ncase "$*" in *-\\?*) exit 0;; esac\n{script}\n')
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(pytest.importorskip("rarfile"), "UNRAR_TOOL", str(path))

    return use


def temporary_archives() -> set[Path]:
    """Return the rar files that stand in the system's temporary folder."""
    return set(Path(gettempdir()).glob("*.rar"))


@pytest.mark.usefixtures("no_tool")
def test_a_packed_rar_archive_without_a_tool() -> None:
    """Without a tool, what is packed in a rar archive names the package to install and leaves nothing behind."""
    before = temporary_archives()
    body = rar5_files({"年报.docx": TEXT}, method=3)

    with pytest.raises(ReaderMissingError, match="unar or libarchive-tools"):
        parse(body)

    assert temporary_archives() <= before


@pytest.mark.parametrize("body", [rar5_files({"a": TEXT}, method=3), rar3_files({b"a": TEXT}, method=0x33)])
def test_a_packed_rar_archive_with_a_tool(use_tool: Callable[[str], None], body: bytes) -> None:
    """What a tool unpacks is read, if it is what the archive says it is, and its copy of the archive is gone then."""
    before = temporary_archives()
    use_tool("printf '规章\\n0\\n'")
    right = names_in(body)
    use_tool("printf '规章\\n1\\n'")

    assert right == [("a", "text")]
    assert names_in(body) == [("a", "DamagedError")]
    assert temporary_archives() <= before


def test_a_tool_that_does_not_end(use_tool: Callable[[str], None]) -> None:
    """A tool that takes longer than allowed is ended."""
    use_tool("exec sleep 30")
    start = time.monotonic()

    names = names_in(rar5_files({"a": TEXT}, method=3), replace(DEFAULT_OPTIONS, max_unpack_seconds=0.2))

    assert names == [("a", "TooLargeError")]
    assert time.monotonic() - start < 10


def test_a_tool_that_gives_without_end(use_tool: Callable[[str], None]) -> None:
    """What a tool gives is counted, whatever the archive says its size is."""
    use_tool("exec cat /dev/zero")
    body = rar5_files({"a": bytes(1)}, method=3).replace(b"\x00", b"\x00")
    options = replace(DEFAULT_OPTIONS, max_unpacked_bytes=100_000)
    huge = rar5_files({"a": b"x" * 200_000}, method=3)

    assert names_in(huge, options) == [("a", "TooLargeError")]
    assert len(names_in(body)) == 1


def parse_archive(files: dict[str, bytes]) -> Report:
    """Read an archive of these files."""
    return parse(zip_files(files))


def test_the_report_in_an_archive() -> None:
    """Of the files in an archive the report is read, wherever it stands, and the warnings say which one that was."""
    report = parse_archive({"说明.txt": TEXT, "附件/年报.htm": REPORT, "图.png": PICTURE})

    assert report == replace(
        parse(REPORT),
        warnings=(
            "read from 附件/年报.htm inside the archive",
            "图.png inside the archive was not read: PNG picture: its figures were not read (it needs OCR)",
            *parse(REPORT).warnings,
        ),
    )


def test_two_reports_in_an_archive() -> None:
    """Of two reports the one with more figures is read, and the other is named, not merged."""
    few = {key: figure if key.table == "requests" else "" for key, figure in FIGURES.items()}

    report = parse_archive({"a.htm": report_to_html("2021", few).encode(), "b.htm": REPORT})

    assert report.cells == parse(REPORT).cells
    assert report.warnings[:2] == (
        "read from b.htm inside the archive",
        f"a.htm inside the archive holds a report, too ({title_of('2021')}); it is not listed",
    )


def test_no_report_in_an_archive() -> None:
    """Where no file is a report the first one is what the archive says."""
    report = parse_archive({"a.txt": "通知".encode(), "b.txt": TEXT})

    assert (report.kind, report.warnings[0]) == ("other", "read from a.txt inside the archive")


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"a.png": PICTURE}, UnknownCarrierError),
        ({"a.png": PICTURE, "b.docx": zip_files({"word/document.xml": b"x"})[:-9]}, DamagedError),
        ({"a.png": PICTURE, "b.doc": make_ole({"EncryptedPackage": b""})}, EncryptedError),
    ],
)
def test_an_archive_of_nothing_that_can_be_read(files: dict[str, bytes], error: type[ParserError]) -> None:
    """Where no file can be read the error is about the one that was most likely the report, with its name."""
    with pytest.raises(error) as raised:
        parse_archive(files)

    assert str(raised.value).startswith(f"{list(files)[-1]} inside the archive: ")


CARRIERS: dict[str, Callable[[], bytes]] = {
    "html": lambda: REPORT,
    "mhtml": lambda: make_mhtml(REPORT.decode()),
    "odt": lambda: report_to_odt("2021", FIGURES),
    "ofd": lambda: report_to_ofd("2021", FIGURES),
    "docx": lambda: report_to_docx("2021", FIGURES),
    "xlsx": lambda: report_to_xlsx("2021", FIGURES),
    "pdf": lambda: report_to_pdf("2021", FIGURES),
    "ole": lambda: make_ole({"Something": b"x", "EncryptedPackage": b"y"}),
    "zip": lambda: zip_files({"a.htm": REPORT, "b.zip": zip_files({"c.txt": TEXT})}),
    "rar3": lambda: rar3_files({b"a.htm": REPORT, b"b.txt": TEXT}),
    "rar5": lambda: rar5_files({"a.htm": REPORT, "b.txt": TEXT}),
    "gzip": lambda: gzip.compress(REPORT, mtime=0),
}


@pytest.mark.usefixtures("no_tool")
@pytest.mark.parametrize("carrier", CARRIERS)
def test_damage_is_an_error_with_a_name(carrier: str) -> None:
    """Whatever is done to a file, opening it gives documents or an error with a name, soon."""
    slowest = 0.0
    said = []
    for body in iter_mutations(CARRIERS[carrier](), seed=1, count=40):
        start = time.process_time()
        try:
            list(iter_documents(body, None, DEFAULT_OPTIONS))
        except ParserError as error:
            said.append(str(error))
        slowest = max(slowest, (time.process_time() - start) / max(1, len(body) / 100_000))

    assert slowest < 1
    assert not [line for line in said if "\n" in line or len(line) > 300]
