"""Every bad input that is known to reach a lottery office, each with what is done about it.

`KNOWN` is the list; under each item stand its cases (below, by name) and its golden pairs in `fixtures/bad`, which
test_sortition_cli.py takes through the same commands. A case goes through the command as an organiser types it: what is
refused ends in exit 1 with file, place, sentence and remedy, and nothing is written; what is accepted is drawn, told in
a notice where a person should look, and can be verified.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from workbooks import as_excel_writes, book_of, edited, parts_of, with_part, zip_of

from sortition.cli import sortition
from sortition.reading.tables import MAX_BYTES

ROOT = Path(__file__).parent.parent
BAD = ROOT / "fixtures" / "bad"
POOL = (ROOT / "fixtures/small/pool.csv").read_text(encoding="utf-8")
QUOTAS = (ROOT / "fixtures/small/quotas.csv").read_text(encoding="utf-8")
FREE = "feature,value,min,max\ngender,Woman,0,99\ngender,Man,0,99\n"

KNOWN = {
    "empty file": "pool_empty quotas_empty pool_blank_but_marked pool_blank_lines_only",
    "header only": "pool_header_only quotas_header_only",
    "byte-order mark": "marked-utf-8 pool_marked_utf_8",
    "UTF-16": "utf-16 pool_utf_16_unmarked pool_utf_16_cut_off pool_utf_32",
    "cp1252": "windows-1252 pool_two_encodings pool_not_text",
    "NUL bytes": "quotas_nul_bytes",
    "CR and LF mixed": "line-ends",
    "one column": "pool_one_column quotas_one_column",
    "duplicate headers": "pool_repeated_heading quotas_min_column_twice",
    "headers that differ by case, space, form or width": "pool_headings_by_case pool_headings_by_accent "
    "pool_headings_by_width quotas_by_accent heading-spelled-otherwise",
    "duplicate ids": "pool_repeated_id pool_ids_by_width pool_ids_by_form same-person-twice",
    "001 and 1": "zeros-of-ids capitals-of-ids zeros-shown-by-excel",
    "1e5 as an id": "scientific-ids rounded-ids",
    "dates": "date-for-a-range range-for-a-date date-in-excel date-as-id date-in-quotas quotas_date_for_number",
    "50,000 rows of 200": "too-large too-many-rows too-many-columns too-many-cells",
    "a cell of 1 MB": "long-cell long-heading long-cell-in-excel pool_cell_of_5_kilobytes",
    "unbalanced quotes": "pool_open_quote quotas_open_quote pool_text_after_quote quote-inside",
    "formulas": "hyperlink command at-sum tabbed wide-equals id-formula heading-formula value-formula phone-numbers",
    "HTML and templates": "html-name html-value braces dollar",
    "turned text": "turned-name pool_id_turned quotas_value_turned",
    "letters of the world": "emoji welsh vietnamese apostrophe long-name pool_other_alphabet",
    "control characters": "escape-in-name pool_terminal_codes lost-letters",
    "null, None, NaN, True": "null none nan true true-in-excel",
    "min above max": "quotas_min_above_max",
    "negative": "quotas_negative",
    "fractional": "quotas_fraction quotas_bad_numbers",
    "1e309": "quotas_beyond_numbers infinite-in-excel",
    "quotas that sum to less or more": "sum-too-small sum-too-large",
    "a value absent from the pool": "absent-value absent-but-optional",
    "pool smaller than the panel": "pool-too-small",
    "panel of 0, 1 or all": "panel-of-0 panel-of-1 panel-of-all",
    "identical people": "identical identical-all",
    "a single household": "one-home one-home-of-two",
    "contradictory quotas": "contradiction",
    "40 categories": "40-features 40-values",
    "xlsx: encrypted": "password password-inside",
    "xlsx: macros": "macros macros-by-type macro-sheet",
    "xlsx: zip bomb": "bomb lying-bomb bomb-by-another-method many-parts",
    "xlsx: XXE": "entity entity-elsewhere entity-in-utf-16",
    "xlsx: shared-string bomb": "one-text-everywhere texts-without-end tags-without-end tangle tangle-of-sheets",
    "xlsx: merged cells": "merged",
    "xlsx: hidden rows": "hidden hidden-columns hidden-sheet far-away",
    "xlsx: formulas without results": "no-result no-result-with-prefix error-value",
    "xls renamed": "xls",
    "csv renamed, xlsx renamed": "csv-as-xlsx xlsx-as-csv other-office noise-as-xlsx",
}


@dataclass(frozen=True)
class Case:
    """What is given, and what must be said: of a refusal, a part of its line; of a notice, likewise; or nothing."""

    refused: str = ""
    notice: str = ""
    pool: str | bytes | Callable[[], bytes] = POOL
    quotas: str | bytes = QUOTAS
    size: int = 8
    more: tuple[str, ...] = ()
    names: tuple[str, str] = ("pool.csv", "quotas.csv")


def named(name: str, notice: str = "") -> Case:
    """The pool with one volunteer of this name."""
    quoted = '"' + name.replace('"', '""') + '"'
    return Case(notice=notice, pool=POOL.replace("Volunteer 101", quoted, 1))


def in_excel(refused: str = "", notice: str = "", data: bytes | Callable[[], bytes] = b"") -> Case:
    return Case(refused, notice, pool=data, names=("pool.xlsx", "quotas.csv"))


def many(values: int, features: int = 1) -> tuple[str, str]:
    """A pool with so many features and values, and quotas for it."""
    names = [f"feature {number}" for number in range(features)]
    rows = [f"{id_}," + ",".join(f"v{(id_ * (place + 7)) % values}" for place in range(features)) for id_ in range(80)]
    quotas = [f"{name},v{value},0,20" for name in names for value in range(values)]
    return "\n".join(["id," + ",".join(names), *rows, ""]), "\n".join(["feature,value,min,max", *quotas, ""])


def formula(cell: str, place: str = "row 2, column name") -> Case:
    return named(cell, f"pool.csv, {place}: “{cell.strip()}” begins with “=”")


ROWS = [line.split(",") for line in POOL.splitlines()]
BOOK = as_excel_writes(book_of(ROWS))
SHEET = "xl/worksheets/sheet1.xml"
PARTS = parts_of(BOOK)
TYPES, STRINGS, STYLES = "[Content_Types].xml", "xl/sharedStrings.xml", "xl/styles.xml"
SHEET_XML, TYPES_XML, STRINGS_XML, SHEETS_XML = (PARTS[part] for part in (SHEET, TYPES, STRINGS, "xl/workbook.xml"))
RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NUMBERS = book_of([["feature", "value", "min", "max"], ["gender", "Woman", 77, 8]])
ONE_HOME = "id,gender,address\n" + "".join(f"{number},Woman,1 High St\n" for number in range(30))
ALL_SAME = "id,gender\n" + "".join(f"{number},Woman\n" for number in range(30))
ENTITY = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
MACRO_TYPE = (b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
OLE = b"\xd0\xcf\x11\xe0"
PLAIN_PART = b"PK\x01\x02\x14\x03\x14\0\0\0"
CELLS, END, TEXTS = b"<row><c><v>1</v></c></row>", b"</sheetData>", b"<si><t/></si>"
TWICE = b'<sheet name="Two" sheetId="2" r:id="rId1" xmlns:r="' + RELATIONS + b'"/></sheets>'


def merge(book) -> None:
    book.active.merge_cells("B4:B6")


def hide(book) -> None:
    for row in (3, 4, 5, 6, 7):
        book.active.row_dimensions[row].hidden = True


def hide_column(book) -> None:
    book.active.column_dimensions["B"].hidden = True


def hide_sheet(book) -> None:
    book.active.title = "Pool"
    book.active.sheet_state = "hidden"
    book.active = book.create_sheet("Notes")


def zeros(book) -> None:
    book.active["A2"].value, book.active["A2"].number_format = 7, "00000"


def no_result(book) -> None:
    book.active["C3"] = "=A1"


def error_value(book) -> None:
    book.active["C3"] = "#REF!"


def a_date(book) -> None:
    book.active["D2"] = datetime.fromisoformat("2026-09-05")


def true_name(book) -> None:
    book.active["B2"] = True


def prefixed(data: bytes) -> bytes:
    """The same sheet as Microsoft's own library writes it."""
    sheet = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", parts_of(data)[SHEET]).replace(b" xmlns=", b" xmlns:x=")
    return with_part(data, SHEET, sheet)


CASES = {
    "marked-utf-8": Case(pool=b"\xef\xbb\xbf" + POOL.encode(), quotas=b"\xef\xbb\xbf" + QUOTAS.encode()),
    "utf-16": Case(pool=POOL.encode("utf-16"), quotas=QUOTAS.encode("utf-16")),
    "windows-1252": Case(
        notice="pool.csv: read as Windows-1252 because it is not UTF-8; check names with accents.",
        pool=POOL.replace("Volunteer 101", "Siân").encode("cp1252"),
    ),
    "line-ends": Case(pool=POOL.replace("\n", "\r\n", 9).replace("\n", "\r", 3), quotas=QUOTAS.replace("\n", "\r", 4)),
    "heading-spelled-otherwise": Case(pool=POOL.replace("gender", " GEN\u00adDER\u200b ", 1)),
    "same-person-twice": Case(
        "pool.csv, row 3, column id: The id 101 is also in row 2.", pool=POOL.replace("102", "101")
    ),
    "zeros-of-ids": Case(
        notice="pool.csv, rows 3 and 4, column id: 01 and 1 differ only in leading zeros or capitals",
        pool=POOL.replace("\n102,", "\n01,").replace("\n103,", "\n1,"),
    ),
    "capitals-of-ids": Case(
        notice="pool.csv, rows 3 and 4, column id: a1 and A1 differ only in leading zeros or capitals",
        pool=POOL.replace("\n102,", "\na1,").replace("\n103,", "\nA1,"),
    ),
    "scientific-ids": Case(
        notice="pool.csv, rows 2 and 3, column id: 2 cells, such as “1e5”, look like a number that a spreadsheet",
        pool=POOL.replace("\n101,", "\n1e5,").replace("\n102,", "\n1.23457E+11,"),
    ),
    "rounded-ids": Case(
        notice="“1234567890123450” looks like a number that a spreadsheet rounded after 15 digits.",
        pool=POOL.replace("\n101,", "\n1234567890123450,"),
    ),
    "date-for-a-range": Case(
        "pool.csv, row 2, column age: “05-Sep” has no quota. Remedy: Did you mean 5-9? A spreadsheet makes dates",
        pool=POOL.replace("16-29", "05-Sep"),
        quotas=QUOTAS.replace("16-29", "5-9"),
    ),
    "range-for-a-date": Case(
        "pool.csv, row 2, column age: “5-9” has no quota. Remedy: Did you mean 05-Sep? A spreadsheet makes dates",
        pool=POOL.replace("16-29", "5-9"),
        quotas=QUOTAS.replace("16-29", "05-Sep"),
    ),
    "date-in-excel": Case(
        "pool.xlsx, row 2, column age: “2026-09-05” has no quota. Remedy: Did you mean 5-9? A spreadsheet makes dates",
        pool=edited(BOOK, a_date),
        quotas=QUOTAS.replace("16-29", "5-9"),
        names=("pool.xlsx", "quotas.csv"),
    ),
    "date-as-id": Case(
        notice="pool.csv, row 2, column id: “Mar-01” looks like a date that a spreadsheet made of an id.",
        pool=POOL.replace("\n101,", "\nMar-01,"),
    ),
    "date-in-quotas": Case(
        notice="quotas.csv, row 4, column value: “05-Sep” looks like a date; if a spreadsheet made it of a range",
        pool=POOL.replace("16-29", "05-Sep"),
        quotas=QUOTAS.replace("16-29", "05-Sep"),
    ),
    "too-large": Case("pool.csv: The file has 10.0 MB; at most 10 MB are read.", pool=POOL + "x" * MAX_BYTES),
    "too-many-rows": Case("pool.csv: The file has more than 50,000 rows.", pool=POOL + "\n".join("1" * 50_000)),
    "too-many-columns": Case(
        "pool.csv, row 1: The row has 201 columns; at most 200 are read.", pool="x," * 200 + "y\n1\n"
    ),
    "too-many-cells": in_excel(
        "pool.xlsx: The workbook has more than 1,000,000 cells.",
        data=with_part(
            BOOK,
            SHEET,
            SHEET_XML.replace(b"</sheetData>", b"<row>" + b"<c><v>1</v></c>" * 1_000_001 + b"</row></sheetData>"),
            10**6,
        ),
    ),
    "long-cell": Case(
        "pool.csv, row 2: Cell 2 of the row is longer than 4 KB.", pool=POOL.replace("Volunteer 101", "x" * 10**6)
    ),
    "long-heading": Case("quotas.csv, row 1: Cell 1 of the row is longer than 4 KB.", quotas="x" * 10**6 + "\n1\n"),
    "quote-inside": Case(pool=POOL.replace("Volunteer 101", 'Ann "Nan" Lee')),
    "hyperlink": formula('=HYPERLINK("http://example.org","click")'),
    "command": formula("=cmd|' /C calc'!A0"),
    "at-sum": formula("@SUM(1+1)*cmd|' /C calc'!A0"),
    "tabbed": formula("\t=1+1"),
    "wide-equals": formula("＝1+1"),
    "id-formula": Case(notice="pool.csv, row 2, column id: “=1+1” begins", pool=POOL.replace("\n101,", "\n=1+1,")),
    "heading-formula": Case(notice="pool.csv, row 1, column =name: “=name” begins", pool=POOL.replace("name", "=name")),
    "value-formula": Case(
        notice="pool.csv, rows 2, 9, 16 and 1 more, column age: 4 cells, such as “=x”, begin",
        pool=POOL.replace("16-29", "=x"),
        quotas=QUOTAS.replace("16-29", "=x"),
    ),
    "phone-numbers": named("+44 (20) 7946 0018"),
    "html-name": named("<img src=x onerror=alert(1)>"),
    "html-value": Case(pool=POOL.replace("16-29", "<b>&"), quotas=QUOTAS.replace("16-29", "<b>&")),
    "braces": named("{{7*7}}"),
    "dollar": named("${x}"),
    "turned-name": named("Ann\u202eeeL", "pool.csv, row 2, column name: “Ann<U+202E>eeL” holds invisible signs"),
    "emoji": named("👩🏽‍🦰 ❤️"),
    "welsh": named("Llŷr ŵ Ŵ"),
    "vietnamese": named("Nguye\u0302\u0303n Thi\u0323 \u1ea4n"),
    "apostrophe": named("O'Neil ’t Hooft"),
    "long-name": named("Wolfeschlegel " * 22),
    "escape-in-name": named("\x1b]0;gone\x07Ann", "pool.csv, row 2, column name: “�]0;gone�Ann” holds “�”"),
    "lost-letters": named("Si�n", "pool.csv, row 2, column name: “Si�n” holds “�”"),
    "null": named("null"),
    "none": named("None"),
    "nan": named("NaN"),
    "true": named("True"),
    "infinite-in-excel": Case(
        "quotas.xlsx, row 2, column min: “inf” is not a number.",
        quotas=with_part(NUMBERS, SHEET, parts_of(NUMBERS)[SHEET].replace(b"<v>77</v>", b"<v>1e309</v>")),
        names=("pool.csv", "quotas.xlsx"),
    ),
    "sum-too-small": Case(
        "quotas.csv, column max: The maximums of gender add up to 7, less than the panel of 8.",
        quotas=QUOTAS.replace("Man,4,4", "Man,3,3"),
    ),
    "sum-too-large": Case(
        "quotas.csv, column min: The minimums of gender add up to 9, more than the panel of 8.",
        quotas=QUOTAS.replace("Man,4,4", "Man,5,5"),
    ),
    "absent-value": Case(
        "quotas.csv, row 9, column min: At least 1 member with gender=Other is asked for, but 0 volunteers have it.",
        quotas=QUOTAS.replace("Man,4,4", "Man,3,4") + "gender,Other,1,1\n",
    ),
    "absent-but-optional": Case(quotas=QUOTAS + "gender,Other,0,1\n"),
    "pool-too-small": Case("pool.csv: There are 30 volunteers for a panel of 31.", quotas=FREE, size=31),
    "panel-of-0": Case("--size: 0 is not possible.", quotas=FREE, size=0),
    "panel-of-1": Case(quotas=FREE, size=1),
    "panel-of-all": Case(quotas=FREE, size=30),
    "identical": Case(pool=ALL_SAME, quotas=FREE, size=5),
    "identical-all": Case(pool=ALL_SAME, quotas=FREE, size=30),
    "one-home": Case(pool=ONE_HOME, quotas=FREE, size=1, more=("--household", "address")),
    "one-home-of-two": Case("folkmoot check", pool=ONE_HOME, quotas=FREE, size=2, more=("--household", "address")),
    "contradiction": Case(
        "folkmoot check", quotas=(ROOT / "fixtures/impossible/quotas.csv").read_text(encoding="utf-8")
    ),
    "40-features": Case(pool=many(3, 40)[0], quotas=many(3, 40)[1], size=20),
    "40-values": Case(pool=many(40)[0], quotas=many(40)[1], size=20),
}


def sheet(old: bytes, new: bytes, ballast: int = 0) -> bytes:
    return with_part(BOOK, SHEET, SHEET_XML.replace(old, new, 1), ballast)


def strings(old: bytes, new: bytes, ballast: int = 0) -> bytes:
    return with_part(BOOK, STRINGS, STRINGS_XML.replace(old, new, 1), ballast)


def flood(tag: bytes, times: int) -> bytes:
    return b"<a>" + tag * times + b"</a>"


def lying() -> bytes:
    """A part that says it has 4 bytes."""
    size = (10**7 + 4).to_bytes(4, "little")
    return zip_of({"xl/workbook.xml": b"<x/>" + b" " * 10**7}).replace(size, (4).to_bytes(4, "little"))


WORKBOOKS = {
    "password": ("protected by a password", OLE + "EncryptedPackage".encode("utf-16-le")),
    "password-inside": ("protected by a password", BOOK.replace(PLAIN_PART, PLAIN_PART[:-2] + b"\x01\0")),
    "macros": ("contains macros", with_part(BOOK, "xl/vbaProject.bin", b"x")),
    "macros-by-type": ("contains macros", with_part(BOOK, TYPES, TYPES_XML.replace(*MACRO_TYPE))),
    "macro-sheet": ("contains macros", with_part(BOOK, "xl/macrosheets/sheet1.xml", b"<x/>")),
    "bomb": ("unpacks to 50 MB", lambda: zip_of({"xl/workbook.xml": b"0" * 50_000_000})),
    "lying-bomb": ("damaged", lying),
    "bomb-by-another-method": ("in a way that Excel never uses", zip_of(PARTS, zipfile.ZIP_BZIP2)),
    "many-parts": ("parts, which no list", zip_of(PARTS | {str(number): b"" for number in range(1001)})),
    "entity": ("XML entities", sheet(b"<worksheet", ENTITY + b"<worksheet")),
    "entity-elsewhere": ("XML entities", with_part(BOOK, "xl/styles.dat", b" " * 65_530 + ENTITY)),
    "entity-in-utf-16": ("not UTF-8", with_part(BOOK, SHEET, (ENTITY + SHEET_XML).decode().encode("utf-16"))),
    "one-text-everywhere": ("The cell B2 is longer", strings(b"Volunteer 101<", b"x" * 3_000_000 + b"<", 10**5)),
    "texts-without-end": ("far more than a list", lambda: strings(b"</sst>", TEXTS * 2_400_000 + b"</sst>", 10**6)),
    "tags-without-end": ("far more than a list", lambda: with_part(BOOK, STYLES, flood(b"<xf/>", 400_000), 10**6)),
    "tangle": ("damaged", lambda: with_part(BOOK, TYPES, flood(b"<c/>", 400_000), 10**6)),
    "tangle-of-sheets": ("damaged", with_part(BOOK, "xl/workbook.xml", SHEETS_XML.replace(b"</sheets>", TWICE))),
    "too-many-cells": ("more than 1,000,000 cells", lambda: sheet(b"</sheetData>", CELLS * 1_000_001 + END, 10**6)),
    "far-away": ("", sheet(b"</sheetData>", b'<row r="900000"/></sheetData>')),
    "long-cell-in-excel": (
        "pool.xlsx, row 2: The cell B2 is longer than 4 KB.",
        strings(b"Volunteer 101", b"x" * 30_000),
    ),
    "no-result": ("pool.xlsx, row 3, column gender: The cell C3 holds a formula without", edited(BOOK, no_result)),
    "no-result-with-prefix": ("The cell C3 holds a formula without", prefixed(edited(BOOK, no_result))),
    "error-value": ("pool.xlsx, row 3, column gender: The cell C3 holds the error #REF!.", edited(BOOK, error_value)),
    "xls": ("This is an old Excel file (.xls).", OLE + b"x" * 600),
    "other-office": ("This is an OpenDocument file (.ods)", zip_of({"content.xml": b"<x/>"})),
    "noise-as-xlsx": ("not an Excel workbook, whatever its name says", b"\x00\x01" * 50),
}
SEEN = {
    "merged": ("pool.xlsx: merged cells (B4:B6) hold one value", edited(BOOK, merge)),
    "hidden": ("pool.xlsx: rows 3, 4, 5 and 2 more are hidden in the sheet", edited(BOOK, hide)),
    "hidden-columns": ("pool.xlsx: column name is hidden in the sheet", edited(BOOK, hide_column)),
    "hidden-sheet": ("pool.xlsx: the sheet “Pool” is hidden", edited(BOOK, hide_sheet)),
    "csv-as-xlsx": ("", POOL.encode()),
    "true-in-excel": ("", edited(BOOK, true_name)),
    "zeros-shown-by-excel": ("", edited(BOOK, zeros)),
}
CASES |= {name: in_excel(refused, data=data) for name, (refused, data) in WORKBOOKS.items()}
CASES |= {name: in_excel(notice=notice, data=data) for name, (notice, data) in SEEN.items()}
CASES["xlsx-as-csv"] = Case(pool=BOOK)
REFUSED = {name: case for name, case in CASES.items() if case.refused}
ACCEPTED = {name: case for name, case in CASES.items() if not case.refused}


def draw(case: Case, folder: Path):
    """The command, in a folder that holds nothing but its two files."""
    for name, content in zip(case.names, (case.pool, case.quotas), strict=True):
        data = content() if callable(content) else content
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    files = ["--pool", folder / case.names[0], "--quotas", folder / case.names[1], "--size", case.size]
    options = [*files, *case.more, "--out", folder / "out", "--progress", "none", "--seed", "ducks"]
    return CliRunner().invoke(sortition, ["draw", *map(str, options)], catch_exceptions=False)


def test_every_item_of_the_list_has_its_cases_and_every_case_its_item():
    listed = " ".join(KNOWN.values()).split()
    pairs = {path.stem for path in BAD.glob("*.csv")}
    assert sorted(listed) == sorted(set(listed))
    assert set(CASES) == {name for name in listed if name not in pairs}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_from_is_refused_with_place_and_remedy_and_nothing_is_written(name, tmp_path):
    result = draw(REFUSED[name], tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert REFUSED[name].refused in result.stderr
    faults = [line for line in result.stderr.splitlines() if not line.startswith("Notice: ")]
    assert faults
    assert all(" Remedy: " in line and line.isprintable() for line in faults)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(REFUSED[name].names)


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_can_be_meant_is_drawn_and_told_where_a_person_should_look(name, tmp_path):
    case = ACCEPTED[name]
    result = draw(case, tmp_path)
    assert result.exit_code == 0, result.stderr
    assert all(line.startswith("Notice: ") and line.isprintable() for line in result.stderr.splitlines())
    assert case.notice in result.stderr if case.notice else result.stderr == ""
    checked = CliRunner().invoke(sortition, ["verify", str(tmp_path / "out")], catch_exceptions=False)
    assert checked.exit_code == 0, checked.stderr
