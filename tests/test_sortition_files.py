"""Reading pools and quotas as organisers have them, and writing folders whole."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortition.errors import BadFile
from sortition.files import (
    read_bytes,
    read_pool,
    read_quotas,
    read_quotas_file,
    size_faults,
    write_folder,
)
from sortition.quotas import Quota
from sortition.reading.cells import write_csv

FIXTURES = Path(__file__).parent.parent / "fixtures"
QUOTAS = (FIXTURES / "small/quotas.csv").read_bytes()
POOL = (FIXTURES / "small/pool.csv").read_bytes()


def small_quotas():
    return read_quotas("quotas.csv", QUOTAS)


def a_pool(text, **kwargs):
    return read_pool("pool.csv", text.encode() if isinstance(text, str) else text, small_quotas(), **kwargs)


def as_workbook(data: bytes, **sheets: bytes) -> bytes:
    book = openpyxl.Workbook()
    for title, text in {"First": data, **sheets}.items():
        sheet = book.active if title == "First" else book.create_sheet(title)
        for row in csv.reader(io.StringIO(text.decode())):
            sheet.append([float(cell) if cell.isdigit() else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "header",
    ["feature,value,min,max", " Feature , VALUE,Min,max ", "category,name,min,max", "category,feature,min,max"],
)
def test_the_three_families_of_quota_headers_mean_the_same(header):
    body = QUOTAS.decode().split("\n", 1)[1]
    assert read_quotas("q.csv", f"{header}\n{body}".encode()) == small_quotas()


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_do_not_matter(delimiter, encoding, line_end):
    text = POOL.decode().replace("Volunteer 101", "Siân O'Neil").replace(",", delimiter).replace("\n", line_end)
    read = a_pool(text.encode(encoding))
    assert read.pool == a_pool(POOL).pool
    assert read.rows["101"][1] == "Siân O'Neil"


def test_windows_1252_is_read_with_a_notice():
    assert "Windows-1252" in a_pool(POOL.replace(b"Volunteer 101", b"Si\xe2n")).notices[0]


def test_excels_separator_line_is_no_header():
    assert a_pool(b"sep=;\r\n" + POOL.replace(b",", b";")).pool == a_pool(POOL).pool


@settings(max_examples=30)
@given(order=st.permutations(range(7)))
def test_the_order_of_the_columns_does_not_matter(order):
    rows = [[row[place] for place in order] for row in csv.reader(io.StringIO(POOL.decode()))]
    read = a_pool(write_csv(rows), household=("address", "postcode"))
    assert read.pool == a_pool(POOL, household=("address", "postcode")).pool
    assert read.columns == ("id", *(cell for cell in rows[0] if cell != "id"))


CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"], include_characters="\n,\";='"),
    max_size=12,
)


@settings(max_examples=30)
@given(names=st.lists(CELLS, min_size=30, max_size=30), heading=st.text("abcXYZé ,\"'", min_size=1).filter(str.strip))
def test_reading_what_was_written_gives_the_same_pool(names, heading):
    rows = list(csv.reader(io.StringIO(POOL.decode())))
    table = [[*rows[0], f"note {heading}"], *([*row, name] for row, name in zip(rows[1:], names, strict=True))]
    once = a_pool(write_csv(table))
    written = write_csv(once.table(once.pool.ids))
    again = a_pool(written)
    assert (again.pool, again.columns, again.rows) == (once.pool, once.columns, once.rows)
    assert write_csv(again.table(again.pool.ids)) == written


def test_a_workbook_reads_like_the_csv_file_it_was_saved_from():
    assert read_quotas("q.xlsx", as_workbook(QUOTAS)) == small_quotas()
    read = read_pool("pool.xlsx", as_workbook(POOL), small_quotas(), ("address", "postcode"))
    assert read.pool == a_pool(POOL, household=("address", "postcode")).pool


def test_the_sheet_is_named_after_a_hash_or_called_like_its_content_or_the_first():
    book = as_workbook(b"notes\nhello\n", Quotas=QUOTAS, Sheet2=POOL)
    assert read_quotas("book.xlsx", book) == small_quotas()
    assert read_pool("book.xlsx#sheet2", book, small_quotas()).pool == a_pool(POOL).pool
    with pytest.raises(BadFile, match=r"has no sheet “Targets”.*Sheet, Quotas, Sheet2"):
        read_quotas("book.xlsx#Targets", book)


def test_merged_cells_hidden_rows_and_empty_formula_results_are_tolerated():
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(POOL.decode())):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.merge_cells("B40:D40")
    stream = io.BytesIO()
    book.save(stream)
    assert len(read_pool("pool.xlsx", stream.getvalue(), small_quotas()).pool) == 30


def test_numbers_may_be_written_with_a_point_and_one_flex_alone_may_be_given():
    read = read_quotas("q.csv", b"feature,value,min,max,min_flex,note\na,x,1.0,2.00,0,hello\na,y, 3 ,4,,\n")
    assert read.rows == (Quota("a", "x", 1, 2, 0), Quota("a", "y", 3, 4))


def test_comment_rows_are_left_out_with_a_notice():
    read = read_quotas_file("q.csv", QUOTAS + b",,about half,\nSource: census 2021\n")
    assert read.quotas == small_quotas()
    assert [notice.partition(":")[0] for notice in read.notices] == ["q.csv, row 9", "q.csv, row 10"]
    pool = a_pool(POOL + b",,,,,,\nExported on 3 May\n")
    assert len(pool.pool) == 30
    assert len(pool.notices) == 2


def test_no_more_notices_are_told_than_a_person_reads():
    remarks = b"#nothing\n" * 1000
    for notices in (a_pool(POOL + remarks).notices, read_quotas_file("q.csv", QUOTAS + remarks).notices):
        assert len(notices) == 51
        assert notices[-1] == "There are 950 more notices."


def test_no_more_faults_are_told_than_a_person_mends():
    rows = POOL + b"".join(b"%d,x,Women,16-29,North,,\n" % id_ for id_ in range(1000))
    with pytest.raises(BadFile) as caught:
        a_pool(rows)
    assert len(caught.value.problems) == 101
    assert "There are more faults than the 100 told here." in str(caught.value)


def test_capitals_spaces_and_composed_accents_do_not_part_a_value_from_its_quota():
    quotas = read_quotas("q.csv", "feature,value,min,max\nTown,Llanfa\u0302n  Fawr,0,1\n".encode())
    read = read_pool("p.csv", "id, TOWN \n1,LLANFÂN fawr \n".encode(), quotas)
    assert read.pool.volunteers[0].values == ("Llanfân  Fawr",)


@pytest.mark.parametrize("heading", ["ID", "nationbuilder_id", "Unique ID", "external-id", "Respondent Id"])
def test_the_usual_names_of_the_id_column_are_known(heading):
    text = POOL.decode().replace("id,name", f"name,{heading}", 1)
    moved = "\n".join(
        ",".join([cells[1], cells[0], *cells[2:]]) for cells in (line.split(",") for line in text.split("\n")[1:-1])
    )
    read = a_pool(f"{text.splitlines()[0]}\n{moved}\n")
    assert read.pool == a_pool(POOL).pool
    assert read.columns[:2] == ("id", "name")
    assert not read.notices


def test_without_an_id_column_the_first_one_is_used_with_a_notice():
    read = a_pool(POOL.replace(b"id,", b"Ref,", 1))
    assert read.pool == a_pool(POOL).pool
    assert "Ref, is used" in read.notices[0]


def test_ids_are_texts_so_001_is_not_1():
    read = a_pool(POOL.replace(b"\n101,", b"\n001,").replace(b"\n102,", b"\n1,"))
    assert read.pool.ids[:2] == ("001", "1")


def test_two_spellings_of_one_address_are_one_household():
    text = POOL.decode().replace("12 Ropewalk,NX1 3AB", "Flat 1, 12 St. Mary's Rd.,NX1 3AB", 1)
    text = text.replace("Flat 1, 12 St. Mary's Rd.", '"Flat 1, 12 St. Mary\'s Rd."').replace(
        "12 Ropewalk,NX1 3AB", "FLAT 1 12 ST MARYS RD,nx13ab"
    )
    read = a_pool(text, household=("Address", "POSTCODE"))
    assert ("104", "105") in read.pool.households.values()


def test_blank_addresses_are_never_one_household():
    rows = list(csv.reader(io.StringIO(POOL.decode())))
    blank = [rows[0], *([*row[:5], "", ""] for row in rows[1:])]
    assert not a_pool(write_csv(blank), household=("address", "postcode")).pool.households
    postcode_alone = [rows[0], *([*row[:5], " - ", "NX1 1AB"] for row in rows[1:])]
    assert not a_pool(write_csv(postcode_alone), household=("address", "postcode")).pool.households


def test_no_address_gets_beyond_the_reader():
    read = a_pool(POOL, household=("address", "postcode"))
    assert {one.household for one in read.pool.volunteers} == {"", "household 1", "household 2"}


def test_sums_that_no_panel_of_this_size_can_meet_are_told():
    quotas = read_quotas_file("quotas.csv", QUOTAS)
    pool = a_pool(POOL)
    assert size_faults(quotas, pool, 8) == ()
    assert [str(fault).partition(" Remedy")[0] for fault in size_faults(quotas, pool, 31)] == [
        "quotas.csv, column max: The maximums of gender add up to 8, less than the panel of 31.",
        "quotas.csv, column max: The maximums of age add up to 9, less than the panel of 31.",
        "quotas.csv, column max: The maximums of area add up to 12, less than the panel of 31.",
        "pool.csv: There are 30 volunteers for a panel of 31.",
    ]


def test_a_folder_is_written_whole_or_not_at_all(tmp_path):
    write_folder(str(tmp_path / "a/b"), {"x.txt": b"1", "y.txt": b"2"})
    assert {file.name: file.read_bytes() for file in (tmp_path / "a/b").iterdir()} == {"x.txt": b"1", "y.txt": b"2"}
    with pytest.raises(BadFile, match="no such file"):
        write_folder(str(tmp_path / "c"), {"x.txt": b"1", "no/such/folder": b"2"})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a"]


def test_a_folder_that_holds_something_is_never_written_over(tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(BadFile, match=r"not empty.*Remedy: Name a new folder\."):
        write_folder(str(tmp_path), {"x.txt": b"1"})
    assert [file.name for file in tmp_path.iterdir()] == ["kept.txt"]
    (tmp_path / "empty").mkdir()
    write_folder(str(tmp_path / "empty"), {"x.txt": b"1"})


def test_what_the_disk_refuses_is_told_in_our_words(tmp_path):
    with pytest.raises(BadFile, match=r"pool\.csv: There is no such file\. Remedy:"):
        read_bytes(str(tmp_path / "pool.csv"))
    with pytest.raises(BadFile, match="This is a folder"):
        read_bytes(str(tmp_path))


def test_the_committed_fixtures_are_what_their_generators_make(tmp_path):
    made_by = {
        "make_climate_assembly.py": "climate_assembly",
        "make_small_pools.py": ".",
        "make_bad_files.py": "bad",
    }
    for script, folder in made_by.items():
        subprocess.run([sys.executable, FIXTURES / script, tmp_path / folder], check=True)
    for made in tmp_path.rglob("*.csv"):
        assert made.read_bytes() == (FIXTURES / made.relative_to(tmp_path)).read_bytes()
