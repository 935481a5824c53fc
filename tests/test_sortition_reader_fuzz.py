"""Whatever the bytes, a reader answers with a table or with a refusal in its own words, soon, and never otherwise."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from workbooks import as_excel_writes, book_of, parts_of, zip_of

from sortition.errors import SortitionError
from sortition.files import read_pool, read_quotas, read_quotas_file, size_faults
from sortition.reading.cells import clean, key_of, write_csv
from sortition.reading.list_file import ListFiles, apply_lists
from sortition.reading.spreadsheet import workbook_of

ROOT = Path(__file__).parent.parent
POOL = (ROOT / "fixtures/small/pool.csv").read_bytes()
QUOTAS = (ROOT / "fixtures/small/quotas.csv").read_bytes()
SMALL = read_quotas("quotas.csv", QUOTAS)
BOOK = as_excel_writes(book_of([line.split(",") for line in POOL.decode().splitlines()]))
PARTS = parts_of(BOOK)
BRIEF = settings(deadline=3000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
TOKENS = [
    *("id", "ID ", "gender", "age", "area", "feature", "value", "min", "max", "Woman", "Man", "16-29", "65+", "North"),
    *("1", "001", "1e5", "1E+400", "-1", "1.5", "NaN", "２", "=1+1", "@x", "#note", "sep=;", "05-Sep", "2026-09-05"),
    *('"', '""', ",", ";", "\t", "|", "\r", "\n", "\r\n", "\0", "\x1b", "\x85", "\u2028", "\ufeff", "\u200b", "\u202e"),
    *("é", "e\u0301", "ß", "İ", "ŵ", "👩🏽‍🦰", "\ufffd", "\uffff", "\U0010ffff", "<html>", " ", "\xa0", "x" * 5000),
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"]


def tells(read, *arguments):
    """What the reader gives, or nothing when it refuses; a refusal has one line with a remedy for each fault."""
    try:
        return read(*arguments)
    except SortitionError as refusal:
        lines = str(refusal).split("\n")
    assert all(" Remedy: " in line and line.isprintable() for line in lines)
    return None


def read_in_every_way(name: str, data: bytes) -> None:
    quotas = tells(read_quotas_file, name, data)
    pool = tells(read_pool, name, data, SMALL, ("address", "gender"))
    whole = read_pool("pool.csv", POOL, SMALL)
    for files in (ListFiles(exclude=(name, data)), ListFiles(already=(name, data)), ListFiles(include=(name, data))):
        tells(apply_lists, files, whole, SMALL, 8)
    for read in (quotas, pool):
        assert all(notice.isprintable() for notice in read.notices) if read else True
    if pool:
        again = read_pool(name, write_csv(pool.table(pool.pool.ids)), SMALL)
        assert (again.pool.ids, list(again.rows.values())) == (pool.pool.ids, list(pool.rows.values()))
        workbook_of({"pool.csv": write_csv(pool.table(pool.pool.ids))})
        if quotas:
            size_faults(quotas, pool, 3)


@BRIEF
@given(st.binary(max_size=400), st.sampled_from(["pool.csv", "pool.xlsx", "pool.xlsx#Sheet"]))
@example(b"PK\x03\x04", "pool.csv")
@example(b"\xff\xfe\x00\xd8\x00\x00", "pool.csv")
@example(b'sep="\nid', "pool.csv")
def test_any_bytes(data, name):
    read_in_every_way(name, data)


@BRIEF
@given(st.lists(st.sampled_from(TOKENS), max_size=60), st.sampled_from(ENCODINGS))
def test_any_mixture_of_what_hurts(tokens, encoding):
    read_in_every_way("pool.csv", "".join(tokens).encode(encoding, errors="replace"))


@BRIEF
@given(st.data())
def test_a_good_file_with_anything_in_some_of_its_places(data):
    good = data.draw(st.sampled_from([POOL, QUOTAS])).decode()
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(good)))
        length = data.draw(st.integers(0, 12))
        good = good[:place] + data.draw(st.sampled_from(TOKENS)) + good[place + length :]
    read_in_every_way("pool.csv", good.encode(data.draw(st.sampled_from(ENCODINGS)), errors="replace"))


@settings(parent=BRIEF, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_workbook_with_some_bytes_of_its_archive_changed(changes):
    data = bytearray(BOOK)
    for place, byte in changes:
        data[place] = byte
    read_in_every_way("pool.xlsx", bytes(data))


XML = [
    *(
        b"<",
        b"</",
        b"/>",
        b'"',
        b"&#0;",
        b"&amp;",
        b"\xff",
        b"<c/>",
        b"<f>A1</f>",
        b't="d"',
        b't="e"',
        b't="b"',
        b'r=""',
    ),
    *(b'r="XFE1"', b'r="A0"', b'r="-1"', b"<v>1e999</v>", b"<v>nan</v>", b"<v>99999999</v>", b'hidden="1"', b's="99"'),
    *(
        b"<mergeCell ref='A1:ZZ9'/>",
        b'<mergeCell ref=""/>',
        b"<row r='x'/>",
        b"<col min='x' hidden='1'/>",
        b"rId9",
        b"",
    ),
    *(b"_x000D_", b"_xD800_", b"\xef\xbf\xbf", b"<si/>", b"<is/>", b'state="hidden"', b"sheet9.xml", b"1904"),
]


@settings(parent=BRIEF, max_examples=150)
@given(st.data())
def test_a_workbook_with_anything_in_some_of_its_parts(data):
    parts = dict(PARTS)
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(parts)))
        content = parts[name]
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 8))
        parts[name] = content[:place] + data.draw(st.sampled_from(XML)) + content[place + length :]
    if data.draw(st.booleans()):
        del parts[data.draw(st.sampled_from(sorted(parts)))]
    read_in_every_way("pool.xlsx", zip_of(parts))


@given(st.text(max_size=60))
def test_a_cell_is_clean_once_and_for_all(text):
    once = clean(text)
    assert clean(once) == once
    assert key_of(once) == key_of(text)
    assume(once)
    assert once[0] not in " \n\u200b\ufeff"
    assert once.replace("\n", "").isprintable() or not once.isascii()


@pytest.mark.parametrize("name", ["pool.csv", "pool.xlsx"])
def test_no_bytes_at_all(name):
    for data in (b"", b" ", b"\n", b"\0", b"\xef\xbb\xbf"):
        assert tells(read_pool, name, data, SMALL) is None
