"""Bad files are fixtures too: `fixtures/bad/NAME.csv` and what is said about it in `NAME.txt`.

A difference is written to `NAME.txt.new`; accept it with `mv`.
"""

import io
import zipfile
from functools import partial
from pathlib import Path

import pytest
from workbooks import book_of, with_part, zip_of

from sortition.errors import BadFile
from sortition.files import read_pool, read_quotas, read_shares_file

FIXTURES = Path(__file__).parent.parent / "fixtures"
BAD = sorted((FIXTURES / "bad").glob("*.csv"))


def quotas_of_the_small_pool():
    return read_quotas("quotas.csv", (FIXTURES / "small" / "quotas.csv").read_bytes())


def complaints(name: str, data: bytes) -> str:
    quotas = quotas_of_the_small_pool()
    readers = {"quotas": read_quotas, "shares": read_shares_file}
    read = readers.get(name.partition("_")[0].partition(".")[0], partial(read_pool, quotas=quotas))
    with pytest.raises(BadFile) as caught:
        read(name, data)
    return str(caught.value) + "\n"


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_every_fault_of_a_bad_file_is_told_with_its_place_and_a_remedy(file):
    said = complaints(file.name, file.read_bytes())
    expected = file.with_suffix(".txt")
    if not expected.exists() or expected.read_text(encoding="utf-8") != said:
        expected.with_suffix(".txt.new").write_text(said, encoding="utf-8", newline="\n")
    assert expected.read_text(encoding="utf-8") == said


def test_every_complaint_is_one_line_with_a_remedy():
    for file in BAD:
        for line in complaints(file.name, file.read_bytes()).splitlines():
            assert line.startswith(file.name)
            assert " Remedy: " in line


HEADER = ("id", "gender", "age", "area")


def test_a_formula_without_a_stored_result_is_named_by_its_cell():
    data = book_of([HEADER, (1, "Woman", "65+", "North"), (2, "Man", "=A1", "South")])
    said = complaints("pool.xlsx", data)
    assert said.startswith("pool.xlsx, row 3, column age: The cell C3 holds a formula without a stored result. Remedy:")


def test_an_error_in_a_cell_is_named():
    data = book_of([HEADER, (1, "Woman", "#N/A", "North")])
    assert "pool.xlsx, row 2, column age: The cell C2 holds the error #N/A." in complaints("pool.xlsx", data)


def test_a_wrong_value_in_a_workbook_is_told_like_one_in_a_csv_file():
    data = book_of([HEADER, (1, "Woman", "65+", "North"), (None, None, None, None), (2, "Men", "65+", "North")])
    assert complaints("pool.xlsx", data).startswith("pool.xlsx, row 4, column gender: “Men” has no quota.")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "This is an old Excel file (.xls)."),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "The workbook is protected by a password."),
        (zip_of({"content.xml": b"<x/>"}), "not an Excel workbook"),
        (zip_of({"xl/workbook.xml": b"0" * 50_000_000}), "unpacks to 50 MB"),
        (book_of([HEADER])[:900], "damaged"),
        (with_part(book_of([HEADER]), "xl/vbaProject.bin", b"x"), "contains macros"),
        (with_part(book_of([HEADER]), "xl/worksheets/sheet1.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "XML"),
        (with_part(book_of([HEADER]), "xl/worksheets/sheet1.xml", b"<broken"), "damaged"),
        (with_part(book_of([HEADER]), "xl/workbook.xml", b"<workbook/>"), "no sheet"),
    ],
    ids=["xls", "password", "other-zip", "bomb", "cut-off", "macros", "entities", "broken-xml", "no-sheets"],
)
def test_a_dangerous_or_unreadable_workbook_is_refused_in_one_sentence(data, reason):
    said = complaints("pool.xlsx", data)
    assert reason in said
    assert said.count("\n") == 1


def test_a_file_of_more_than_ten_megabytes_is_refused():
    assert "at most 10 MB" in complaints("pool.csv", b"id,gender,age,area\n" + b"x" * 10_000_001)


def test_too_many_rows_columns_or_letters_are_refused():
    assert "more than 50,000 rows" in complaints("pool.csv", b"id,x\n" + b"1,2\n" * 50_001)
    assert "at most 200 are read" in complaints("pool.csv", b",".join([b"x"] * 201) + b"\n")
    assert "row 2: Cell 2 of the row is longer than 4 KB" in complaints("pool.csv", b"id,x\n1," + b"x" * 4097 + b"\n")


def test_utf_16_without_its_mark_is_refused_with_the_way_out():
    assert "NUL bytes" in complaints("pool.csv", "id,gender\n1,Woman\n".encode("utf-16-le"))


def test_an_unknown_household_column_is_named():
    with pytest.raises(BadFile) as caught:
        read_pool("pool.csv", (FIXTURES / "small/pool.csv").read_bytes(), quotas_of_the_small_pool(), ("adress",))
    assert str(caught.value).startswith("pool.csv, row 1, column adress: There is no such household column.")


def test_a_workbook_with_bytes_missing_inside_is_refused_as_damaged():
    data = book_of([("feature", "value", "min", "max"), ("gender", "Woman", 1, 1)])
    assert "The workbook is damaged" in complaints("quotas.xlsx", data[:40] + data[90:])


@pytest.mark.parametrize("far", [b'r="99999999"', b'r="1048577"'])
def test_a_workbook_that_claims_a_hundred_million_rows_is_refused_soon(far):
    data = book_of([("feature", "value", "min", "max"), ("gender", "Woman", 1, 1)])
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read(sheet)
    assert "claims more cells" in complaints("quotas.xlsx", with_part(data, sheet, content.replace(b'r="2"', far)))
