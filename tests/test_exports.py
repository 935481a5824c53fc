"""Whatever leaves the house as a table: no word of a stranger in it runs as a formula when a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from draws import SIZE, SMALL
from flask import Flask
from flask.testing import FlaskClient
from houses import House, signed_in, web_of

from facilitation.desk import Desk
from facilitation.evaluation.counting import as_csv
from facilitation.evaluation.questions import BUILT_IN, read_questionnaire
from facilitation.harmless import harmless
from sortition.drawing import make_draw
from sortition.fairness import leximin
from sortition.files import read_pool, read_quotas_file
from sortition.folder import draw_files
from sortition.problem import DrawProblem
from sortition.reading.cells import runs_as_formula
from web.cli import folkmoot

NAMES = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","Click")',
    "@SUM(1+1)",
    "+1+cmd",
    "-2+3",
    "\t=1+1",
    "＝1+1",
)
BYTE_FOR_BYTE = {"panel.csv", "remaining.csv"}
"""What `folkmoot verify` counts to the byte keeps its cells; each has a workbook beside it, in which all is text."""
DOWNLOADS = {
    "draws.file": "byte for byte what the draw wrote; see BYTE_FOR_BYTE",
    "draws.spreadsheet": "a workbook in which every cell is text",
    "chances.letters": "CSV with apostrophes, or a workbook of texts",
    "quotas.edition": "the recruiter's own file of quotas, byte for byte",
    "results.table": "CSV with apostrophes",
    "results.questions": "JSON",
    "papers.opened": "a paper that was looked at; nothing of ours is in it",
    "minutes.file": "PDF or text",
    "count_pages.bundle": "JSON",
    "count_pages.script": "our own script",
    "public_hall.public_file": "the published files of a public draw, byte for byte: ids, no names",
    "tls.for_android": "a certificate",
    "tls.for_apple": "a certificate",
    "personal.held": "JSON or a page",
}


def hostile_draw() -> dict[str, bytes]:
    """A real draw of the small pool, with names that are formulas."""
    rows = list(csv.reader(io.StringIO((SMALL / "pool.csv").read_text(encoding="utf-8"))))
    place = rows[0].index("name") if "name" in rows[0] else len(rows[0])
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*rows[0][:place], "name", *rows[0][place + 1 :]])
    for number, row in enumerate(rows[1:]):
        writer.writerow([*row[:place], NAMES[number % len(NAMES)], *row[place + 1 :]])
    quotas = read_quotas_file("quotas.csv", (SMALL / "quotas.csv").read_bytes())
    pool = read_pool("pool.csv", table.getvalue().encode(), quotas.quotas, ())
    problem = DrawProblem(pool.pool, quotas.quotas, SIZE)
    fair = leximin(problem)
    return draw_files(make_draw(problem, fair.lottery, fair.proof, "ten dice", 1000), pool)


def cells_of(table: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(table)) for cell in row]


def runs(cell: str) -> bool:
    return runs_as_formula(cell) or runs_as_formula(cell.lstrip("\t\r ")) or cell.startswith("＝")


@pytest.fixture
def app(desk: Desk) -> Flask:
    return web_of(desk)


@pytest.fixture
def recruiter(desk: Desk, app: Flask) -> FlaskClient:
    return signed_in(House(desk, app), "recruiter")


def test_the_downloads_of_a_draw(desk: Desk, recruiter: FlaskClient) -> None:
    made = desk.new_recruitment("Northmoor")
    desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=SIZE)
    draw = desk.request_draw(made)
    desk.start_draw(draw)
    files = hostile_draw()
    desk.finish_draw(draw, files)
    here, dangerous = f"/recruit/{made}/draws/{draw}", set()
    for name in files:
        if name.endswith(".csv") and any(map(runs, cells_of(recruiter.get(f"{here}/files/{name}").text))):
            dangerous.add(name)
            book = recruiter.get(f"{here}/spreadsheet/{name}").data
            with zipfile.ZipFile(io.BytesIO(book)) as archive:
                parts = {part: archive.read(part) for part in archive.namelist()}
            assert not any(re.search(rb"<f[ >/]", data) for data in parts.values()), name
            assert "quotePrefix" in parts["xl/styles.xml"].decode()
    assert dangerous == BYTE_FOR_BYTE
    letters = recruiter.get(f"{here}/chances/letters.csv").text
    assert not any(map(runs, cells_of(letters)))
    assert sum(cell.startswith("'") for cell in cells_of(letters)) >= 25
    page = recruiter.get(here).text
    assert all(f"spreadsheet/{name}" in page for name in BYTE_FOR_BYTE)


def test_what_the_commands_print_as_csv(tmp_path: Path) -> None:
    panel, database = tmp_path / "panel.csv", str(tmp_path / "hall.sqlite")
    rows = "".join(f'{number},"{name.replace(chr(34), chr(34) * 2)}"\n' for number, name in enumerate(NAMES))
    panel.write_text(f"id,name\n{rows}", encoding="utf-8")
    said = CliRunner().invoke(folkmoot, ["seat", "--database", database, "--assembly", "A", str(panel)])
    assert said.exit_code == 0, said.output
    assembly = said.output.split("\n")[0].removeprefix("assembly: ")
    again = CliRunner().invoke(folkmoot, ["badges", "--database", database, "--assembly", assembly]).output
    for table in (said.output.split("\n", 2)[2], again):
        assert "cmd" in table
        assert not any(map(runs, cells_of(table)))


def test_the_table_of_an_evaluation() -> None:
    wording = json.loads(BUILT_IN.read_bytes())
    for page in wording["pages"]:
        page["theme"] = NAMES[0]
        for question in page["questions"]:
            question["words"] = NAMES[1]
    asked = read_questionnaire(json.dumps(wording).encode())
    found = [
        {"question": one.id, "withheld": False, "answered": 9, "skipped": 0, "counts": [9] * len(one.options)}
        for page in asked.pages
        for one in page.questions
    ]
    table = as_csv(asked, {"before": {"questions": found}})
    assert "cmd" in table
    assert not any(map(runs, cells_of(table)))


def test_every_download_of_the_house_is_in_the_list(app: Flask) -> None:
    """Whoever adds one says in the list why it is harmless."""
    found = set()
    for rule in app.url_map.iter_rules():
        last = rule.rule.rpartition("/")[2]
        if re.search(r"\.(csv|xlsx|json|txt|pdf|crt|mobileconfig|<ending>|<kind>)$", last) or "files/<" in rule.rule:
            found.add(rule.endpoint)
    unknown = {endpoint for endpoint in found if endpoint not in DOWNLOADS and not endpoint.startswith("api.")}
    assert unknown == set()
    assert set(DOWNLOADS) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_harmless_text_stays_as_it_is() -> None:
    assert [harmless(name) for name in ("Ada", "O'Neil", "", "-", "Ŵyn", "5")] == ["Ada", "O'Neil", "", "-", "Ŵyn", "5"]
    assert not any(runs(harmless(name)) for name in NAMES)
