"""The machine's clock is set back by an hour in the middle of a session: nothing is decided wrongly by it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import halls
import pytest
from assemblies import HandClock, Sitting, ballot_key
from halls import a_hall, a_key, an_open_round, join, seat

from facilitation.desk import Desk
from facilitation.errors import CannotUndo, PairingOver
from facilitation.events import first_broken
from facilitation.times import SteadyClock, moment

HOUR = 3600


def test_a_running_program_goes_on_by_its_stopwatch_until_the_clock_has_caught_up() -> None:
    machine, ticks = HandClock(), [0.0]
    clock = SteadyClock(machine, lambda: ticks[0])
    begun = clock()
    machine.go_on(-HOUR)
    for second in range(1, 50):
        ticks[0] += 1
        machine.go_on(1)
        assert clock() == begun + timedelta(seconds=second)
    machine.go_on(HOUR)
    assert clock() == machine()
    ticks[0] += 1
    machine.go_on(8 * HOUR)  # it has slept
    assert clock() == machine()


def test_a_program_that_is_started_with_the_clock_set_back_takes_votes_and_refuses_what_is_over(tmp_path: Path) -> None:
    """The journal then has an earlier time after a later one: it is the order of the rows that counts."""
    sitting = Sitting(tmp_path / "hall.sqlite", members=3)
    members = sitting.arrive()
    round_id = sitting.open_round()
    receipt = sitting.desk.cast_ballot(round_id, members[0], ballot_key(1), "yes")
    _, code = sitting.desk.wait_to_be_paired()
    sitting.clock.go_on(-HOUR)
    sitting.restart()
    assert sitting.desk.cast_ballot(round_id, members[0], ballot_key(1), "yes") == receipt
    sitting.desk.cast_ballot(round_id, members[1], ballot_key(2), "no")
    with pytest.raises(CannotUndo):
        sitting.desk.undo(sitting.session)
    with pytest.raises(PairingOver):
        sitting.desk.pair_tablet(sitting.session, code, members[2])
    sitting.desk.close_round(round_id)
    assert sitting.desk.result(round_id)["cast"] == 2
    times = [moment(link["at"]) for link in sitting.desk.journal(sitting.assembly)]
    assert times != sorted(times)
    assert sitting.desk.broken_journal_row(sitting.assembly) is None
    assert first_broken(sitting.assembly, sitting.links()) is None
    sitting.close()


SET_BACK = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from facilitation import times
machine, flag = times.wall, Path(sys.argv[1])
times.wall = lambda: machine() - timedelta(hours=1) if flag.exists() else machine()
sys.argv = ["folkmoot", *sys.argv[2:]]
from web.cli import main
main()
"""


@pytest.mark.slow
def test_a_served_session_keeps_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real server, of which only the machine's clock is another one."""
    flag, program = tmp_path / "set-back", tmp_path / "set_back.py"
    program.write_text(SET_BACK)
    monkeypatch.setattr(halls, "FOLKMOOT", [sys.executable, str(program), str(flag)])
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=2)
        tokens = [join(hall, code) for code in seats.codes]
        round_id = an_open_round(hall, seats)
        before = moment(hall.get("/api/screen", tokens[0]).json["now"])
        flag.touch()
        after = moment(hall.get("/api/screen", tokens[0]).json["now"])
        assert timedelta(0) <= after - before < timedelta(minutes=5)
        ballot = {"key": a_key(), "choice": "yes"}
        assert hall.post(f"/api/rounds/{round_id}/ballot", ballot, tokens[0]).status == 200
        assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
        desk = Desk.open(hall.database)
        times = [moment(link["at"]) for link in desk.journal(seats.assembly)]
        desk.close()
        assert times == sorted(times)
        assert datetime.now(UTC) - times[-1] < timedelta(minutes=5)
