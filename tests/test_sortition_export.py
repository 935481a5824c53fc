"""The workbook of a draw's tables: nothing in it runs, nothing is lost, and the same tables give the same bytes."""

import io
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sortition.cli import sortition
from sortition.errors import SortitionError
from sortition.reading.cells import FORMULA_STARTS, write_csv
from sortition.reading.spreadsheet import workbook_of
from sortition.reading.tables import read_table

CRUEL = (
    *(f"{start}1+1" for start in FORMULA_STARTS),
    '=HYPERLINK("http://example.org","click")',
    "=cmd|' /C calc'!A0",
    "x;=1+1",
    "two\nlines",
    "00123",
    "1e5",
    "5-9",
    "TRUE",
    "#REF!",
    "O'Neil",
    "<b>&amp;",
    "_x0041_",
    " edge ",
    "👩🏽‍🦰",
)
ROWS = [["id", "=name", "note"], *([f"00{number}", text, ""] for number, text in enumerate(CRUEL))]


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def export(folder, *more):
    return CliRunner().invoke(sortition, ["export", str(folder), *map(str, more)], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "drawn"
    made.mkdir()
    for name in ("chances.csv", "remaining.csv", "panel.csv", "alternates.csv"):
        (made / name).write_bytes(write_csv(ROWS))
    (made / "lottery.json").write_bytes(b"{}")
    return made


def test_every_cell_is_text_and_stays_text_when_it_is_edited():
    sheet = opened(workbook_of({"panel.csv": write_csv(ROWS)})).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 2 * len(CRUEL)
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_no_part_of_the_workbook_holds_a_formula_a_link_or_a_macro():
    with zipfile.ZipFile(io.BytesIO(workbook_of({"panel.csv": write_csv(ROWS)}))) as archive:
        assert not any("vba" in part or "external" in part for part in archive.namelist())
        xml = archive.read("xl/worksheets/sheet1.xml")
    assert not any(sign in xml for sign in (b"<f>", b"<f ", b"hyperlink", b"definedName"))


def test_nothing_is_lost_on_the_way():
    sheet = opened(workbook_of({"panel.csv": write_csv(ROWS)})).active
    there = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert there == [[text.replace("\r", "\n") for text in row] for row in ROWS]  # XML has one line end


def test_folkmoot_reads_its_own_workbook_like_the_csv_file():
    data = write_csv(ROWS)
    one, other = read_table("panel.csv", data), read_table("panel.xlsx", workbook_of({"panel.csv": data}))
    assert (one.header, one.rows) == (other.header, other.rows)


def test_the_same_tables_give_the_same_bytes_at_any_hour():
    tables = {"panel.csv": write_csv(ROWS), "remaining.csv": b"id\n1\n"}
    data = workbook_of(tables)
    assert workbook_of(tables) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2


def test_the_heading_stays_in_sight_and_columns_are_wide_enough_to_read():
    sheet = opened(workbook_of({"panel.csv": write_csv([["id", "address"], ["1", "12 Ropewalk, Northmoor"]])})).active
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["B"].width == len("12 Ropewalk, Northmoor") + 2


def test_control_characters_of_a_strangers_table_are_shown_as_lost_letters():
    assert opened(workbook_of({"panel.csv": b"id\n\x1b[2J\n"})).active["A2"].value == "�[2J"


def test_the_command_puts_the_panel_first_and_every_table_on_a_sheet(folder, tmp_path):
    result = export(folder, "--out", tmp_path / "book.xlsx")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "holds panel, remaining, chances, alternates; every cell is text." in result.stdout
    book = opened((tmp_path / "book.xlsx").read_bytes())
    assert book.sheetnames == ["panel", "remaining", "chances", "alternates"]
    assert [cell.value or "" for cell in book["alternates"][6]] == ROWS[5]


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("kept.xlsx", "The file exists already; nothing is written over."),
        ("book.csv", "--out: this is not the name of a workbook."),
        ("no/such/folder/book.xlsx", "There is no such file."),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(folder, tmp_path, out, said):
    (tmp_path / "kept.xlsx").write_bytes(b"mine")
    result = export(folder, "--out", tmp_path / out)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert " Remedy: " in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drawn", "kept.xlsx"]
    assert (tmp_path / "kept.xlsx").read_bytes() == b"mine"


def test_a_folder_without_tables_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "there is no table in this folder" in export(tmp_path / "empty", "--out", tmp_path / "book.xlsx").stderr
    assert "There is no such folder" in export(tmp_path / "gone", "--out", tmp_path / "book.xlsx").stderr


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.text("ab[]:*?/\\.\n", max_size=40))
def test_any_table_becomes_a_workbook_or_is_refused(data, name):
    with suppress(SortitionError):
        assert len(opened(workbook_of({f"{name}.csv": data, "panel.csv": b"id\n"})).sheetnames) == 2


@pytest.mark.parametrize("data", [b"\xff", b'id\n"1', b"id\n" + b"x" * 40_000, b"id\n" + b"x" * 200_000])
def test_a_table_that_a_draw_never_wrote_is_refused_by_its_name(folder, tmp_path, data):
    (folder / "remaining.csv").write_bytes(data)
    result = export(folder, "--out", tmp_path / "book.xlsx")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("remaining.csv: ")
    assert not (tmp_path / "book.xlsx").exists()


@pytest.mark.parametrize("command", ["letters", "alternates"])
def test_a_csv_file_that_would_run_in_a_spreadsheet_is_told_and_a_workbook_is_not(command, tmp_path):
    small = Path(__file__).parent.parent / "fixtures" / "small"
    pool = tmp_path / "pool.csv"
    people = (small / "pool.csv").read_text().splitlines()
    cruel = [people[0].replace("name", "=name"), *(f"={row}".replace("Volunteer", "=V") for row in people[1:])]
    pool.write_text("\n".join(cruel) + "\n")
    problem = ("--pool", pool, "--quotas", small / "quotas.csv", "--size", 8, "--progress", "none")

    def run(*arguments):
        done = CliRunner().invoke(sortition, [str(argument) for argument in arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done

    run("draw", *problem, "--seed", "s", "--out", tmp_path / "drawn")
    told = run(command, tmp_path / "drawn", "--out", tmp_path / "out.csv").stderr.splitlines()
    assert [line.partition(":")[0] for line in told] == ["Notice"] * (2 if command == "alternates" else 1)
    assert f"{tmp_path}/out.csv, rows 2, 3, 4 and " in told[0]
    assert "a spreadsheet that opens this file would compute that" in told[0]
    assert "Give the file a name that ends in .xlsx" in told[-1]
    assert run(command, tmp_path / "drawn", "--out", tmp_path / "out.xlsx").stderr == ""


def test_workbooks_do_not_depend_on_what_else_is_installed():
    """lxml comes with other tools, and openpyxl would take it: with other errors, other limits and other bytes."""
    ran = subprocess.run(
        [sys.executable, "-c", "import sortition.reading.workbook, openpyxl.xml; print(openpyxl.xml.LXML)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"
