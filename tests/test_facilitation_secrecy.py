"""The urn: what the database must not know, must refuse, and must not lose."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from assemblies import Sitting, ballot_key

from facilitation.ballots import Slip
from facilitation.desk import Desk
from facilitation.errors import (
    AlreadyVoted,
    BadBallot,
    BadKey,
    NotAMember,
    NotPresent,
    Refusal,
    RoundNotOpen,
)
from facilitation.store.postgresql import TAKE_A_TURN


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=12)


@pytest.fixture
def crowd(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=60)


@pytest.fixture
def on_file(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=12)


def test_urn_tables_have_no_hidden_row_number_and_no_time(on_file: Sitting) -> None:
    made = dict(on_file.rows("SELECT name, sql FROM sqlite_master WHERE name IN ('turnout', 'ballot')"))
    assert set(made) == {"turnout", "ballot"}
    assert all("WITHOUT ROWID" in sql for sql in made.values())
    columns = {table: {row[1] for row in on_file.rows(f"PRAGMA table_info({table})")} for table in made}
    assert columns == {
        "turnout": {"round", "member", "key_hash", "channel"},
        "ballot": {"box_key", "round", "choice", "tracker", "class"},
    }


def test_the_database_itself_refuses_a_second_ballot(sitting: Sitting) -> None:
    member = sitting.arrive(1)[0]
    round_id = sitting.open_round()
    with sitting.desk._store.writing() as tx:
        tx.urn.tick_off(round_id, member, b"hash")
        tx.urn.put(round_id, b"1", Slip('"yes"'))
        with pytest.raises(AlreadyVoted):
            tx.urn.tick_off(round_id, member, b"another")
    assert sitting.rows("SELECT choice FROM ballot") == [('"yes"',)]


def test_the_key_is_nowhere_in_the_database(on_file: Sitting, tmp_path: Path) -> None:
    members = on_file.arrive()
    round_id = on_file.open_round()
    keys = [ballot_key(number + 1000) for number in range(len(members))]
    for member, key in zip(members, keys, strict=True):
        on_file.desk.cast_ballot(round_id, member, key, "yes")
    on_file.desk.close_round(round_id)
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    boxes = {bytes(row[0]) for row in on_file.rows("SELECT box_key FROM ballot")}
    for key in keys:
        raw = bytes.fromhex(key.replace("-", ""))
        for trace in (key.encode(), key.replace("-", "").encode(), raw):
            assert trace not in everything
        assert not boxes & {hashlib.sha256(trace).digest() for trace in (key.encode(), raw)}


def test_key_hash_is_sha256_of_key_and_canonical_choice(sitting: Sitting) -> None:
    member, key = sitting.arrive(1)[0], ballot_key(5)
    round_id = sitting.open_round()
    sitting.desk.cast_ballot(round_id, member, key, "yes")
    assert sitting.rows("SELECT key_hash FROM turnout") == [(hashlib.sha256(key.encode() + b'"yes"').digest(),)]


def test_the_close_puts_the_ballots_back_under_new_keys(on_file: Sitting) -> None:
    round_id = on_file.open_round()
    for number, member in enumerate(on_file.arrive()):
        on_file.desk.cast_ballot(round_id, member, ballot_key(number), "yes" if number % 3 else "no")
    before = {bytes(row[0]) for row in on_file.rows("SELECT box_key FROM ballot")}
    on_file.desk.close_round(round_id)
    after = on_file.rows("SELECT box_key, choice FROM ballot")
    assert not before & {bytes(row[0]) for row in after}
    assert sorted(row[1] for row in after) == ['"no"'] * 4 + ['"yes"'] * 8
    wal = Path(f"{on_file.path}-wal")
    assert not wal.exists() or wal.stat().st_size == 0


def test_a_cancelled_round_leaves_no_ballot_and_no_turnout(sitting: Sitting) -> None:
    member = sitting.arrive(1)[0]
    round_id = sitting.open_round()
    sitting.desk.cast_ballot(round_id, member, ballot_key(), "yes")
    sitting.desk.cancel_round(round_id, "fire alarm")
    assert sitting.rows("SELECT count(*) FROM ballot") == sitting.rows("SELECT count(*) FROM turnout") == [(0,)]
    with pytest.raises(RoundNotOpen):
        sitting.desk.cast_ballot(round_id, member, ballot_key(), "yes")


def test_a_counted_ballot_keeps_its_receipt_after_the_close_and_a_late_one_is_refused(sitting: Sitting) -> None:
    early, late = sitting.arrive(2)
    round_id = sitting.open_round()
    receipt = sitting.desk.cast_ballot(round_id, early, ballot_key(), "yes")
    sitting.desk.close_round(round_id)
    sitting.restart()
    assert sitting.desk.cast_ballot(round_id, early, ballot_key(), "yes") == receipt
    with pytest.raises(RoundNotOpen):
        sitting.desk.cast_ballot(round_id, late, ballot_key(1), "yes")
    assert sitting.desk.result(round_id)["cast"] == 1


def test_bad_ballots_are_refused_and_nothing_is_counted(sitting: Sitting) -> None:
    member = sitting.arrive(1)[0]
    round_id = sitting.open_round()
    absent = sitting.desk.who_is(sitting.codes[-1])["id"]
    for refusal, arguments in (
        (BadBallot, (member, ballot_key(), "maybe")),
        (BadBallot, (member, ballot_key(), ["yes"])),
        (BadBallot, (member, ballot_key(), None)),
        (BadKey, (member, "not a key", "yes")),
        (BadKey, (member, None, "yes")),
        (NotAMember, ("nobody", ballot_key(), "yes")),
        (NotPresent, (absent, ballot_key(), "yes")),
    ):
        with pytest.raises(refusal):
            sitting.desk.cast_ballot(round_id, *arguments)
    assert sitting.desk.turnout(round_id) == 0


def test_one_member_on_many_devices_at_once_counts_once(sitting: Sitting) -> None:
    member = sitting.arrive(1)[0]
    round_id = sitting.open_round()
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def device(number: int) -> None:
        desk = sitting.opened()
        start.wait()
        try:
            outcomes.append(desk.cast_ballot(round_id, member, ballot_key(number), "yes"))
        except AlreadyVoted:
            outcomes.append("refused")
        desk.close()

    devices = [threading.Thread(target=device, args=(number,)) for number in range(8)]
    for one in devices:
        one.start()
    for one in devices:
        one.join()
    assert (len(outcomes), outcomes.count("refused")) == (8, 7)
    assert sitting.desk.turnout(round_id) == 1


def test_a_close_racing_ballots_counts_exactly_the_answered_ones(sitting: Sitting) -> None:
    members = sitting.arrive()
    round_id = sitting.open_round()
    answered: list[str] = []
    other = sitting.opened()

    def vote() -> None:
        for number, member in enumerate(members):
            try:
                answered.append(other.cast_ballot(round_id, member, ballot_key(number), "yes"))
            except RoundNotOpen:
                return

    voting = threading.Thread(target=vote)
    voting.start()
    while len(answered) < 3:
        time.sleep(0.001)
    sitting.desk.close_round(round_id)
    voting.join()
    assert sitting.desk.result(round_id)["counts"]["yes"] == len(answered)


VOTER = """
import sys
from facilitation.desk import Desk
desk = Desk.open(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    round_id, member, key, choice = line.split()
    print(member, desk.cast_ballot(round_id, member, key, choice), flush=True)
"""


@pytest.mark.slow
def test_a_killed_program_loses_no_answered_ballot_and_doubles_none(crowd: Sitting) -> None:
    sitting = crowd
    members, choices = sitting.arrive(), ("yes", "no", "abstain")
    round_id = sitting.open_round()
    lines = [f"{round_id} {member} {ballot_key(n)} {choices[n % 3]}\n" for n, member in enumerate(members)]
    receipts: dict[str, set[str]] = {member: set() for member in members}
    for stop_after in (9, 25, 48, None):
        child = subprocess.Popen(
            [sys.executable, "-c", VOTER, sitting.database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        child.stdin.write("".join(lines))
        child.stdin.close()
        for number, answer in enumerate(child.stdout):
            member, receipt = answer.split()
            receipts[member].add(receipt)
            if number == stop_after:
                os.kill(child.pid, signal.SIGKILL)
        child.wait()
    sitting.restart()
    assert all(len(given) == 1 for given in receipts.values())
    sitting.desk.close_round(round_id)
    assert sitting.desk.result(round_id)["counts"] == {"yes": 20, "no": 20, "abstain": 20}
    if sitting.postgres is None:
        assert sitting.rows("PRAGMA integrity_check") == [("ok",)]
    assert sitting.desk.broken_journal_row(sitting.assembly) is None


def test_a_locked_database_is_waited_for_and_then_told(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facilitation.store.engine.TRIES", 5)
    monkeypatch.setattr("facilitation.store.postgresql.TURN_TRIES", 1)
    monkeypatch.setattr("facilitation.store.postgresql.TAKE_A_TURN", TAKE_A_TURN.replace("= 5000", "= 20"))
    pauses: list[float] = []
    other = Desk.open(sitting.database, pause=pauses.append)
    pauses.clear()
    with sitting.desk._store.writing(), pytest.raises(Refusal, match="locked") as refused:
        other.join(sitting.codes[0])
    assert refused.value.kind == "unavailable"
    assert len([one for one in pauses if one > 0]) == 5  # one more, of no length, lets others join along
    other.join(sitting.codes[0])
    other.close()


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    desk = Desk.open(str(tmp_path / "hall.sqlite"))
    desk.seat("Assembly", [{"id": "1", "name": "Ŵen"}])
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    desk.close()
    assert "hall.sqlite" in rights
    assert set(rights.values()) == {0o600}, rights
