"""Names that lead elsewhere: of agencies, files, sites and pages, in what is written, zipped, served or sent."""

import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import quote, unquote

import pytest

from archive import Archive
from crawler.filenames import find_file_name
from gongkai.cli import run
from tests.attacks.steering import CLIMB, FORBIDDEN, SIGNS, make_steering
from tests.gongkai.web_visits import ORIGIN, Visitor, visit

RESERVED = re.compile(r'[\\:*?"<>|]')
BAD_NAMES = (
    *("../../etc/passwd", "..\\..\\a.doc", "/etc/passwd.doc", "C:\\a.doc", "a/../../b.doc", "a\x00.doc", "a\r\nb.doc"),
    *("..", ".", "a\u202egpj.doc", "x" * 5000 + ".doc", "%2e%2e%2fa.doc", "..%5c..%5ca.doc", "~/a.doc", "a.doc:stream"),
)


@pytest.fixture(scope="module")
def steering(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the archive whose names lead elsewhere."""
    return make_steering(tmp_path_factory.mktemp("names") / "a.db")


@pytest.fixture(scope="module")
def served(steering: Path) -> Iterator[Visitor]:
    """Serve it."""
    with visit(steering) as visitor:
        yield visitor


def list_names(steering: Path) -> list[str]:
    """Return the ids of all reports, each encoded for an address."""
    with Archive.open(steering) as archive:
        return [quote(row.id, safe="") for row in archive.list_reports()]


@pytest.mark.parametrize(
    "arguments",
    [
        ("evidence", "made"),
        ("evidence", "白杨"),
        ("export", "out", "--format", "csv"),
        ("export", "out", "--format", "xlsx"),
        ("export", "out", "--format", "datapackage"),
        ("export", "out", "--format", "warc"),
        ("export", "out", "made", "--format", "warc"),
        ("backup", "copy.db"),
        ("review", "--export", "reviews.toml"),
    ],
    ids=" ".join,
)
def test_what_is_written_stays_in_its_folder(
    steering: Path, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No name in an archive makes a file elsewhere, or one with a name that some system reads as more."""
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)

    code = run([*arguments, "--archive", str(steering)])

    outside = [file for file in tmp_path.rglob("*") if file.is_file() and folder not in file.parents]
    names = [str(file.relative_to(folder)) for file in folder.rglob("*")]
    assert (code, outside) == (0, [])
    assert names
    assert [ascii(name) for name in names if RESERVED.search(name) or FORBIDDEN.search(name)] == []


def test_no_entry_of_a_zip_leads_out_of_its_folder(steering: Path, tmp_path: Path) -> None:
    """Evidence that is zipped unpacks into one folder, with any tool, on any system."""
    for report in ("made", "白杨"):
        code = run(["evidence", report, "--archive", str(steering), "--output", str(tmp_path / f"{report}.zip")])
        assert code == 0
    entries = [name for file in tmp_path.glob("*.zip") for name in zipfile.ZipFile(file).namelist()]

    assert len(entries) > 10
    for name in entries:
        assert ".." not in PurePosixPath(name).parts
        assert ".." not in PureWindowsPath(name).parts
        assert not PurePosixPath(name).is_absolute()
        assert not PureWindowsPath(name).drive
        assert not FORBIDDEN.search(name)
    assert not tarfile.is_tarfile(next(tmp_path.glob("*.zip")))


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_the_name_of_a_file_is_a_name(name: str) -> None:
    """Whatever a server calls a file, what is kept of it has no folder, no drive and no sign that is not seen."""
    headers = (("Content-Disposition", f'attachment; filename="{name}"'),)

    found = find_file_name(headers, "http://a.example/x") or ""

    assert not re.search(r"[/\\:*?<>|\x00-\x1f\x7f\u202a-\u202e]", found)
    assert found not in {".", ".."}
    assert len(found) <= 200


def test_headers_of_what_is_served_are_headers(steering: Path, served: Visitor) -> None:
    """No text of an archive ends a header of ours, begins another, or leads a redirect or a download elsewhere."""
    names = list_names(steering)
    pages = [f"/report/{name}{rest}" for name in names for rest in ("", "/compare", "/source", "/source?version=1")]
    pages += [f"/captured/{name}/1{rest}" for name in names for rest in ("", "/original", "/lines")]
    pages += [f"/{kind}/{quote(SIGNS + text, safe='')}" for kind in ("report", "agency") for text in ("made", "//evil")]
    pages += [
        "/changes.atom",
        "/search.csv?q=公开",
        f"/search?lang={quote(SIGNS)}",
        "/report/made",
        "/report//evil.example",
    ]

    for address in pages:
        answer = served.get(address)
        for name, value in answer.headers.raw:
            assert re.fullmatch(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name), address
            assert re.fullmatch(rb"[\x20-\x7e]*", value), address
        assert "x-made" not in answer.headers, address
        assert re.match(r"/(?![/\\])", answer.headers.get("location", "/")), address
        stated = unquote(answer.headers.get("content-disposition", ""))
        assert not re.search(r"[/\\]\.\.|\.\.[/\\]", stated.partition("''")[2]), address


@pytest.mark.parametrize(
    "address",
    [
        *("/-/static/../../etc/passwd", "/gongkai-static/../words.toml", "/gongkai-static/%2e%2e/words.toml"),
        *("/gongkai-static/..%2fwords.toml", "/gongkai-static/%2fetc%2fpasswd", "/-/static-plugins/x/../../etc/passwd"),
        *(
            "/archive.db",
            "/archive/../../etc/passwd",
            "/captured/..%2f..%2fetc/1",
            "/gongkai-static/.",
            "/-/static/%00",
        ),
    ],
)
def test_no_address_leads_to_a_file_of_this_machine(served: Visitor, address: str) -> None:
    """Of files the server gives its own style sheets, and nothing else; not the archive as a file either."""
    url = f"{ORIGIN}{address}"

    answer = served.get(url)

    assert answer.status_code in {302, 400, 403, 404}
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", [CLIMB, f"a{SIGNS}", "a/b", "..", ""], ids=ascii)
def test_a_sites_file_names_what_a_person_can_read(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A list of sites of a stranger is read as data: what is wrong in it is one line that steers nothing."""
    text = "".join(f"\\u{ord(sign):04x}" for sign in name)
    lines = f'[[site]]\nname = "{text}"\nstart_urls = ["file:///etc/passwd"]\n"k{text}" = 1\n'
    (tmp_path / "sites.toml").write_text(lines, encoding="utf-8")

    code = run(["crawl", "--sites", str(tmp_path / "sites.toml"), "--archive", str(tmp_path / "a.db")])

    out, err = capfd.readouterr()
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert not FORBIDDEN.search(err)
    assert not (tmp_path / "a.db").exists()
