"""A round as a machine: whatever happens in whatever order, nothing is lost, doubled or told too early."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from assemblies import TRAMS, Sitting, ballot_key
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from postgres import Cluster

from facilitation.errors import AlreadyVoted, CannotUndo, NoResultYet, NotNow, NotPresent, Refusal, RoundNotOpen

MEMBERS = 4
CHOICES = ("yes", "no", "abstain")
members = st.integers(0, MEMBERS - 1)
choices = st.sampled_from(CHOICES)


class ARound(RuleBasedStateMachine):
    """Beside the house, the plainest model of what it should know: who voted what, with which key."""

    def __init__(self, postgres: Cluster | None = None) -> None:
        super().__init__()
        self.postgres = postgres
        self.folder = tempfile.TemporaryDirectory()
        self.round: str | None = None
        self.votes: dict[int, tuple[str, str, str]] = {}
        self.keys = 0

    @initialize()
    def seated(self) -> None:
        self.sitting = Sitting(Path(self.folder.name) / "f.sqlite", MEMBERS, postgres=self.postgres)
        self.ids = [self.sitting.desk.join(code).member["id"] for code in self.sitting.codes[:-1]]
        self.ids.append(self.sitting.desk.who_is(self.sitting.codes[-1])["id"])
        self.arrived = MEMBERS - 1
        self.round = self.sitting.open_round()

    def state(self) -> str:
        return "none" if self.round is None else self.sitting.desk.round(self.round).state.value

    def refused(self, kind: type[Refusal] | tuple[type[Refusal], ...], act: Any) -> None:
        before = self.sitting.links()
        with pytest.raises(kind):
            act()
        assert self.sitting.links() == before

    @rule()
    def draft_and_open(self) -> None:
        if self.state() == "open":
            second = self.sitting.desk.create_round(self.sitting.session, {**TRAMS, "title": "Second"})
            self.refused(NotNow, lambda: self.sitting.desk.open_round(second))
            return
        if self.state() != "draft":
            self.round, self.votes = self.sitting.desk.create_round(self.sitting.session, TRAMS), {}
        assert self.round is not None
        self.sitting.desk.open_round(self.round)

    @precondition(lambda self: self.round)
    @rule(member=members, choice=choices)
    def vote(self, member: int, choice: str) -> None:
        self.keys += 1
        key = ballot_key(self.keys)

        def send() -> str:
            return self.sitting.desk.cast_ballot(self.round, self.ids[member], key, choice)

        if member in self.votes:
            self.refused(AlreadyVoted, send)
        elif member >= self.arrived:
            self.refused((NotPresent, RoundNotOpen), send)
        elif self.state() != "open":
            self.refused(RoundNotOpen, send)
        else:
            self.votes[member] = (key, choice, send())

    @precondition(lambda self: self.votes)
    @rule(data=st.data(), again=st.integers(1, 3))
    def send_again(self, data: st.DataObject, again: int) -> None:
        member = data.draw(st.sampled_from(sorted(self.votes)))
        key, choice, receipt = self.votes[member]
        for _ in range(again):
            assert self.sitting.desk.cast_ballot(self.round, self.ids[member], key.upper(), choice) == receipt
        other = next(one for one in CHOICES if one != choice)
        self.refused(AlreadyVoted, lambda: self.sitting.desk.cast_ballot(self.round, self.ids[member], key, other))

    @rule()
    def late_arrival(self) -> None:
        self.sitting.desk.join(self.sitting.codes[-1])
        self.arrived = MEMBERS

    @precondition(lambda self: self.state() == "open" and len(self.votes) != 1)
    @rule()
    def close(self) -> None:
        self.sitting.desk.close_round(self.round)
        result = self.sitting.desk.result(self.round)
        cast = [choice for _, choice, _ in self.votes.values()]
        assert result["counts"] == {choice: cast.count(choice) for choice in CHOICES}
        assert (result["cast"], result["present"], result["entitled"]) == (len(cast), self.arrived, MEMBERS)

    @precondition(lambda self: self.state() == "open" and len(self.votes) > 1)
    @rule()
    def cancel(self) -> None:
        self.sitting.desk.cancel_round(self.round, "practice")
        self.votes = {}

    @precondition(lambda self: self.state() == "open")
    @rule()
    def undo_the_opening(self) -> None:
        if self.votes:
            self.refused(CannotUndo, lambda: self.sitting.desk.undo(self.sitting.session))
            return
        point = self.sitting.facilitator()["undo"]
        if point is not None:
            self.sitting.desk.undo(self.sitting.session)

    @rule()
    def restart(self) -> None:
        self.sitting.restart()

    @rule(seconds=st.sampled_from([0.5, 11]))
    def time_passes(self, seconds: float) -> None:
        self.sitting.clock.go_on(seconds)

    @invariant()
    def the_journal_is_the_state(self) -> None:
        with self.sitting.desk._store.reading() as tx:
            assert self.sitting.desk._state(tx, self.sitting.assembly) == self.sitting.replayed()
        assert self.sitting.desk.broken_journal_row(self.sitting.assembly) is None

    @invariant()
    def turnout_and_urn_hold_each_ballot_once(self) -> None:
        if self.round is None:
            return
        assert self.sitting.desk.turnout(self.round) == len(self.votes) <= MEMBERS
        counted = self.sitting.rows(f"SELECT count(*) FROM ballot WHERE round = '{self.round}'")
        assert counted == [(len(self.votes),)]

    @invariant()
    def nobody_reads_a_tally_before_the_close(self) -> None:
        if self.round is None or self.state() == "closed":
            return
        with pytest.raises(NoResultYet):
            self.sitting.desk.result(self.round)
        screens = self.sitting.desk.public_screens(self.sitting.session)
        for screen in screens.values():  # an undone opening may bring back the result of the round before
            assert screen["result"] is None or screen["round"]["id"] != self.round
            assert screen["result"] is None or screen["round"]["state"] == "closed"
        assert screens["member"]["turnout"] is None
        assert screens["member"]["turnout_seq"] == 0

    def teardown(self) -> None:
        self.sitting.close()
        self.folder.cleanup()


ARound.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestARound = pytest.mark.slow(ARound.TestCase)


@pytest.mark.slow
def test_a_round_is_the_same_machine_on_postgresql(postgres: Cluster) -> None:
    fewer = settings(ARound.TestCase.settings, max_examples=8)
    run_state_machine_as_test(lambda: ARound(postgres), settings=fewer)
