"""The journal is what the hall saw: the tree against published values, and a thief of rows in every way.

The roots are those of the test tree of Certificate Transparency's own code (eight leaves), which RFC 6962 defines.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from assemblies import BOTH, Sitting, sitting_on
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.audit import tree
from facilitation.audit.examine import Journal, examine
from facilitation.audit.heads import Noted, TreeHead, head_of, key_change, noted_in, read_noted, row_leaf, trusted
from facilitation.errors import BadRequest
from facilitation.events import Entry, KeyChanged, Link, MemberArrived, SessionPlanned
from facilitation.recount.signing import public_half
from facilitation.recount.words import four_words

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
AT = datetime(2027, 3, 6, 10, 0, tzinfo=UTC)
KEY = bytes(range(32))
HOUSE = "assembly1"


def test_the_tree_is_that_of_rfc_6962() -> None:
    leaves = [tree.leaf_of(bytes.fromhex(leaf)) for leaf in LEAVES]
    assert tree.root_of([]).hex() == sha256().hexdigest()
    assert [tree.root_of(leaves[:size]).hex() for size in range(1, 9)] == ROOTS


@given(size=st.integers(1, 70), data=st.data())
@settings(max_examples=80, deadline=None)
def test_proofs_lead_to_the_root_and_nothing_else_does(size: int, data: st.DataObject) -> None:
    leaves = [tree.leaf_of(bytes([number])) for number in range(size)]
    root = tree.root_of(leaves)
    place, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    path = tree.inclusion(leaves, place)
    assert tree.included(leaves[place], place, size, path) == root
    assert tree.included(tree.leaf_of(b"another"), place, size, path) != root
    assert tree.included(leaves[place], place, size, [*path, root]) is None
    grown = tree.consistency(leaves, first)
    roots = (tree.root_of(leaves[:first]), root)
    assert tree.consistent(first, size, roots, grown)
    assert not tree.consistent(first, size, (tree.leaf_of(b"x"), root), grown)
    assert not tree.consistent(first, size, (roots[0], tree.leaf_of(b"x")), grown)
    assert not tree.consistent(first, size, roots, [*grown, root])


def a_journal(rows: int, every: int = 7) -> list[Link]:
    """Rows that fit the chain; every seventh is one with which a head is noted."""
    links, previous = [], ""
    for seq in range(1, rows + 1):
        event = MemberArrived("s", f"m{seq}") if seq % every else SessionPlanned(f"s{seq}", "Session", [])
        links.append(Entry(seq, AT.replace(second=seq % 60), "staff", event).link(HOUSE, previous))
        previous = links[-1].hash
    return links


def heads_of(links: list[Link], every: int = 7) -> list[TreeHead]:
    sizes = range(every, len(links) + 1, every)
    return [head_of(HOUSE, links[:size], "2027-03-06T10:00:00.000Z").signed(KEY) for size in sizes]


def chained_again(links: list[Link]) -> list[Link]:
    """As somebody would write them who knows how the chain is made."""
    made, previous = [], ""
    for seq, link in enumerate(links, start=1):
        link = replace(link, seq=seq)
        link = replace(link, hash=link.chained(HOUSE, previous))
        made.append(link)
        previous = link.hash
    return made


GOOD = a_journal(60)
HEADS = heads_of(GOOD)
LAST = HEADS[-1]


def look(links: list[Link], heads: list[TreeHead], *noted: Noted) -> int | None:
    found = examine(Journal(HOUSE, links, heads, {public_half(KEY)}), noted)
    return None if found is None else found.row


@given(row=st.integers(1, 60), other=st.integers(1, 60), how=st.sampled_from(["delete", "alter", "swap", "truncate"]))
@settings(max_examples=120, deadline=None)
def test_whatever_is_done_to_the_rows_is_found(row: int, other: int, how: str) -> None:
    links = list(GOOD)
    if how == "delete":
        del links[row - 1]
        first = row
    elif how == "alter":
        links[row - 1] = replace(links[row - 1], actor="nobody")
        first = row
    elif how == "swap":
        if row == other:
            return
        links[row - 1], links[other - 1] = links[other - 1], links[row - 1]
        first = min(row, other)
    else:
        links, first = links[: row - 1], row
    witness = Noted(60, root=head_of(HOUSE, GOOD, "").root)
    assert look(links, HEADS, witness) == first
    if how != "truncate" and (how, row) != ("delete", 60):
        assert look(links, []) == first  # the chain alone names it
    else:
        assert look(links, []) is None  # but not what was cut off at the end: for that there are heads
        assert (look(links, HEADS) == row) is (row <= LAST.size)


@given(row=st.integers(1, 60), how=st.sampled_from(["delete", "alter"]))
@settings(max_examples=60, deadline=None)
def test_a_journal_written_anew_from_some_row_on_is_found_by_the_heads(row: int, how: str) -> None:
    links = list(GOOD)
    if how == "delete":
        del links[row - 1]
    else:
        links[row - 1] = replace(links[row - 1], actor="nobody")
    forged = chained_again(links)
    assert look(forged, []) is None, "the chain itself fits"
    long_form = Noted(60, root=head_of(HOUSE, GOOD, "").root, leaves=tuple(leaf_hashes(GOOD)))
    if how == "alter":
        assert look(forged, [], long_form) == row, "who kept the hash of every row names the row"
    found = look(forged, HEADS)
    if row > LAST.size:
        assert found is None
        assert look(forged, HEADS, Noted(60, root=long_form.root)) is not None
    else:
        good = max((head.size for head in HEADS if head.size < row), default=0)
        assert found == good + 1, "the first row after the last head that still holds"


def leaf_hashes(links: list[Link]) -> list[str]:
    return [row_leaf(HOUSE, link).hex() for link in links]


def test_heads_that_are_forged_or_taken_away_are_found() -> None:
    assert look(GOOD, HEADS) is None
    theirs = [head_of(HOUSE, GOOD[:7], "").signed(bytes(32)), *HEADS[1:]]
    assert look(GOOD, theirs) == 1, "signed by another key"
    assert look(GOOD, [replace(HEADS[0], at="2027"), *HEADS[1:]]) == 1, "not what was signed"
    assert look(GOOD, [HEADS[0], *HEADS[2:]]) == HEADS[1].size, "one between the first and the last is gone"


def test_words_on_paper_are_enough() -> None:
    words = four_words(LAST.root)
    assert read_noted(f"Row {LAST.size}: {words}") == Noted(LAST.size, words)
    assert look(GOOD, HEADS, read_noted(f"{LAST.size} {words.upper()}")) is None
    assert look(GOOD, HEADS, read_noted(words)) is None
    assert look(chained_again(GOOD[:10] + GOOD[11:]), [], read_noted(words)) == 1
    assert look(GOOD[:30], [], Noted(LAST.size, words)) == 31
    assert noted_in(json.loads(json.dumps(LAST.as_json()))) == Noted(LAST.size, root=LAST.root)


def test_ten_thousand_rows_are_examined_within_a_second() -> None:
    links = a_journal(10_000, 50)
    heads = heads_of(links[:5_000], 50)[-40:]
    began = time.process_time()
    assert look(links, heads, Noted(heads[-1].size, heads[-1].words)) is None
    assert time.process_time() - began <= 1


# ------------------------------------------------------------------------------------------------ in a real database


@pytest.fixture(params=BOTH)
def sitting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sitting]:
    yield from sitting_on(request, tmp_path / "f.sqlite", 3)


def a_day(sitting: Sitting) -> None:
    sitting.arrive()
    sitting.clock.go_on(1)
    sitting.desk.next_action(sitting.session)
    sitting.clock.go_on(1)
    round_id = sitting.open_round()
    sitting.clock.go_on(1)
    sitting.desk.close_round(round_id)
    sitting.clock.go_on(1)
    sitting.desk.acknowledge(sitting.session)
    sitting.clock.go_on(1)
    sitting.desk.close_session(sitting.session)


def test_a_head_is_noted_whenever_the_hall_moves_on(sitting: Sitting) -> None:
    a_day(sitting)
    heads = sitting.desk.heads(sitting.session)
    links = sitting.links()
    kinds = [links[head.size - 1].kind for head in heads]
    assert kinds[0] == "session-planned"
    assert kinds[-1] == "session-closed"
    assert {"item-started", "round-opened", "round-closed", "result-acknowledged"} <= set(kinds)
    assert sitting.desk.newest_head(sitting.session) == heads[-1]
    assert sitting.desk.examined(sitting.assembly) == (len(links), len(heads), None)
    other = sitting.opened()  # another program, that remembers nothing, comes to the same heads
    assert other.head_at(sitting.assembly)["root"] == heads[-1].root
    assert other.examined(sitting.assembly, [read_noted(f"{heads[2].size} {heads[2].words}")])[2] is None


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        ("UPDATE journal SET actor = 'nobody' WHERE seq = 6", 6),
        ("DELETE FROM journal WHERE seq = 5", 5),
        ("DELETE FROM journal WHERE seq > 9", 10),
        ("UPDATE journal SET data = '{}' WHERE seq = (SELECT max(seq) FROM journal)", -1),
        ("DELETE FROM tree_head WHERE size = (SELECT max(size) FROM tree_head WHERE size < 12)", None),
    ],
)
def test_rows_changed_past_the_house_are_named(sitting: Sitting, sql: str, row: int | None) -> None:
    a_day(sitting)
    count = len(sitting.links())
    sitting.rows(sql)
    sitting.restart()
    found = sitting.desk.examined(sitting.assembly)[2]
    assert found is not None
    if row is not None:
        assert found.row == (count if row == -1 else row), found


def begun_and_lost(sitting: Sitting) -> None:
    with sitting.desk._store.writing() as tx:
        state = sitting.desk._state(tx, sitting.assembly)
        sitting.desk._append(tx, state, "staff", [SessionPlanned("lost", "Lost", [])])
        raise RuntimeError


def test_a_refused_act_leaves_no_head_and_no_wrong_root(sitting: Sitting) -> None:
    a_day(sitting)
    before = sitting.desk.heads(sitting.session)
    with pytest.raises(RuntimeError):
        begun_and_lost(sitting)
    assert sitting.desk.heads(sitting.session) == before
    sitting.desk.add_session(sitting.assembly, "Another day", [])
    assert sitting.desk.examined(sitting.assembly)[2] is None
    assert len(sitting.desk.heads(sitting.session)) == len(before) + 1


def test_the_key_moves_into_a_file_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sitting = Sitting(tmp_path / "f.sqlite")
    key, file = sitting.desk.public_key(), tmp_path / "key"
    monkeypatch.setenv("FOLKMOOT_KEY_FILE", str(file))
    a_day(sitting)
    assert sitting.desk.public_key() == key
    assert sitting.rows("SELECT count(*) FROM signing_key") == [(0,)]
    assert file.stat().st_mode & 0o777 == 0o600
    assert {head.key for head in sitting.desk.heads(sitting.session)} == {key}
    file.write_text("not a key")
    with pytest.raises(BadRequest, match="holds no key"):
        sitting.desk.public_key()
    sitting.close()


@pytest.mark.parametrize("in_a_file", [False, True])
def test_another_key_is_recorded_and_old_heads_stay_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_a_file: bool
) -> None:
    if in_a_file:
        monkeypatch.setenv("FOLKMOOT_KEY_FILE", str(tmp_path / "key"))
    sitting = Sitting(tmp_path / "f.sqlite")
    sitting.arrive()
    old, new = sitting.desk.change_key()
    assert old != new
    assert sitting.desk.public_key() == new
    older, newer = sitting.desk.change_key()
    assert older == new
    a_day(sitting)
    assert sitting.desk.examined(sitting.assembly)[2] is None
    assert {head.key for head in sitting.desk.heads(sitting.session)} == {old, new, newer} - {new} | {new}
    sitting.close()


def test_nobody_makes_himself_an_older_key_of_the_house() -> None:
    theirs = bytes(reversed(range(32)))
    real = key_change(theirs, KEY)
    for forged in (replace(real, by_new=real.by_old), replace(real, by_old=real.by_new)):
        row = Entry(1, AT, "staff", forged).link(HOUSE, "")
        assert trusted([row], public_half(KEY)) == {public_half(KEY)}
    row = Entry(1, AT, "staff", real).link(HOUSE, "")
    assert isinstance(row.entry.event, KeyChanged)
    assert trusted([row], public_half(KEY)) == {public_half(KEY), public_half(theirs)}
