"""Files from strangers, through the doors of the web: refused in words, with a remedy, and nothing of them kept.

Whatever a parser does with a file, it does it in a child process that has ten seconds and 512 MB, and knows no secret.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of
from workbooks import as_excel_writes, book_of, parts_of, with_part, zip_of

from facilitation.desk import Desk
from facilitation.evidence.files import MOST_BYTES
from web import children, handouts, panels

ROWS = [("id", "name", "gender"), ("1", "Ada", "Woman"), ("2", "Bob", "Man")]
BOOK = as_excel_writes(book_of(ROWS))
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPREAD = b"<row>" + b'<c t="s"><v>0</v></c>' * 100_000 + b"</row>"


def many_texts() -> bytes:
    """A shared text of 4 KB in a hundred thousand cells of one row: 400 MB once it is read."""
    one = b"<sst xmlns='%s'><si><t>%s</t></si></sst>" % (MAIN, b"x" * 4000)
    sheet = b"<worksheet xmlns='%s'><sheetData>%s</sheetData></worksheet>" % (MAIN, SPREAD)
    parts = parts_of(BOOK) | {TEXTS: one, SHEET: sheet}
    return zip_of(parts | {"xl/media/noise.bin": random.Random(0).randbytes(400_000)})


HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "zip bomb": ("list.xlsx", zip_of({"xl/workbook.xml": b"0" * 50_000_000}), "unpacks to 50 MB"),
    "XXE": ("list.xlsx", with_part(BOOK, SHEET, ENTITIES), "XML entities"),
    "billion laughs": ("list.xlsx", with_part(BOOK, SHEET, LAUGHS), "XML entities"),
    "shared-string bomb": ("list.xlsx", many_texts(), "more than 20 MB of text"),
    "encrypted": ("list.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "by a password"),
    "macro": ("list.xlsm", with_part(BOOK, "xl/vbaProject.bin", b"x"), "contains macros"),
    "xls renamed": ("list.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Excel file (.xls)"),
    "csv renamed": ("list.xlsx", b"\xff\xfe\x00\x01 no list", ""),
}


@dataclass
class Recruiter:
    house: House
    browser: FlaskClient

    def sends(self, path: str, field: str, name: str, data: bytes, **fields: str) -> Any:
        form = {"csrf_token": csrf(self.browser), **fields, field: (io.BytesIO(data), name)}
        return self.browser.post(path, data=form, follow_redirects=True)


@pytest.fixture(scope="module")
def recruiter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recruiter]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('uploads') / 'f.sqlite'}")
    house = House(desk, web_of(desk))
    yield Recruiter(house, signed_in(house, "recruiter"))
    desk.close()


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_panel_seats_nobody(recruiter: Recruiter, what: str) -> None:
    name, data, reason = HOSTILE[what]
    before = len(recruiter.house.desk.assemblies())
    page = recruiter.sends("/recruit/seat", "panel", name, data, assembly=f"With {what}")
    assert page.status_code == 400
    assert reason in page.text.replace("&#39;", "'")
    assert "There is a problem" in page.text
    assert len(recruiter.house.desk.assemblies()) == before


@pytest.mark.slow
@pytest.mark.parametrize("what", ["zip bomb", "XXE", "shared-string bomb", "encrypted", "macro", "xls renamed"])
def test_a_hostile_pool_is_told_on_the_page_and_nothing_can_be_drawn(recruiter: Recruiter, what: str) -> None:
    name, data, reason = HOSTILE[what]
    recruitment = recruiter.house.desk.new_recruitment(what)
    quotas = b"feature,value,min,max\ngender,Woman,1,1\ngender,Man,1,1\n"
    form = {"csrf_token": csrf(recruiter.browser), "size": "2"}
    form |= {"pool": (io.BytesIO(data), name), "quotas": (io.BytesIO(quotas), "quotas.csv")}
    page = recruiter.browser.post(f"/recruit/{recruitment}/files", data=form, follow_redirects=True)
    assert page.status_code == 200
    assert reason in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize("what", ["zip bomb", "XXE"])
def test_hostile_shares_become_no_quotas(recruiter: Recruiter, what: str) -> None:
    name, data, reason = HOSTILE[what]
    recruitment = recruiter.house.desk.new_recruitment(f"shares, {what}")
    page = recruiter.sends(f"/recruit/{recruitment}/shares", "shares", name, data, size="50", slack="0", flex="0")
    assert page.status_code == 200
    assert reason in page.text


def office(extra: dict[str, bytes]) -> bytes:
    return zip_of({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", **extra})


def an_endless_list() -> bytes:
    """An office document whose list of parts goes on and on."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(5000):
            archive.writestr(f"p{number}", b"")
    return stream.getvalue()


PAPERS = {
    "macro": ("a.xlsx", office({"xl/vbaProject.bin": b"x"})),
    "zip bomb": ("a.xlsx", office({"xl/media/big.bin": b"0" * 220_000_000})),
    "endless list": ("a.xlsx", an_endless_list()),
    "encrypted": ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")),
    "xls renamed": ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 600),
    "web page renamed": ("a.txt", b"<!doctype html><script>alert(1)</script>"),
    "program renamed": ("a.pdf", b"MZ\x90\x00"),
    "picture with a program": ("a.svg", b"<svg onload='alert(1)'/>"),
}


@pytest.mark.parametrize("what", PAPERS)
def test_a_hostile_paper_is_not_handed_out(what: str) -> None:
    name, data = PAPERS[what]
    told = handouts.answer(json.dumps(children.Upload(name, data).as_json()))
    assert told["problems"][0]["remedy"].startswith("Save it"), told


def test_the_door_of_papers_asks_the_child(recruiter: Recruiter, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("web.handouts.ask", lambda room, *_: asked.append(room) or handouts.Look())
    handouts.look_at("a.pdf", b"%PDF-1.7")
    handouts.look_at("a.pdf", b"%PDF" + b"0" * MOST_BYTES)
    assert asked == ["web.handouts"], "what is too large is not even sent there"


# ------------------------------------------------------------------------------------------------ the child's limits

ROOMS = {
    "endless": "import re\nwith children.reading():\n    re.match('(a+)+$', 'a' * 60 + 'b')",
    "greedy": "with children.reading():\n    bytes(600 * 2**20)",
    "broken": "raise SystemExit(3)",
    "spy": "import os\nprint(json.dumps({'rows': [dict(os.environ)]}))",
}


def asked(room: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> panels.PanelRows:
    """What is told of a child that does this instead of reading a panel."""
    code = f"import json\nfrom web import children\nchildren.READING = 0.3\n{ROOMS[room]}\n"
    (folder / f"room_{room}.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{Path(children.__file__).parent.parent}")
    return children.ask(f"room_{room}", str(folder), panels.PanelRows)


@pytest.mark.parametrize(
    ("room", "reason"),
    [("endless", "took longer than 10 seconds"), ("greedy", "more than 512 MB"), ("broken", "could not be checked")],
)
def test_a_child_that_takes_too_much_is_ended_and_told(
    room: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = asked(room, tmp_path, monkeypatch).problems[0]
    assert reason in told["message"]
    assert told["remedy"]


def test_a_child_knows_neither_the_database_nor_anything_else_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOLKMOOT_DATABASE", "postgresql://hall:the-password@db/hall")
    told = asked("spy", tmp_path, monkeypatch).rows[0]
    assert "the-password" not in str(told)
    assert set(told) <= {*children.KEPT, "LC_CTYPE", "PWD", "SHLVL", "_"}


def test_outside_of_a_childs_reading_the_limits_are_as_before() -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    with children.reading():
        assert resource.getrlimit(resource.RLIMIT_AS)[0] == children.MEMORY
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_the_panel_of_a_workbook_is_read_as_ever(recruiter: Recruiter) -> None:
    page = recruiter.sends("/recruit/seat", "panel", "panel.xlsx", BOOK, assembly="From a workbook")
    assert "Ada" in page.text


def test_a_child_that_was_ended_by_others_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the machine has memory again the same file is read: that its child was killed says nothing of the file."""
    monkeypatch.setattr(children, "_remembered", type(children._remembered)())
    upload, run, ended = children.Upload("list.csv", b"id,name\n1,Ada\n"), children.subprocess.run, []

    def killed(*arguments: Any, **options: Any) -> Any:
        ended.append(run(*arguments, **options))
        ended[0].returncode = -9
        return ended[0]

    monkeypatch.setattr(children.subprocess, "run", killed)
    assert [problem["message"] for problem in panels.panel_rows(upload).problems] == [children.FILES[1][0]]
    monkeypatch.setattr(children.subprocess, "run", run)
    assert [row["name"] for row in panels.panel_rows(upload).rows] == ["Ada"]
