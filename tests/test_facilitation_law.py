"""The law of a session: what is refused changes nothing and says what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from assemblies import TRAMS, Sitting

from facilitation.errors import (
    BadRequest,
    CannotUndo,
    NoResultYet,
    NotFound,
    NotNow,
    Refusal,
    RoundNotOpen,
    SessionMovedOn,
    WrongState,
)
from facilitation.law import UNDOABLE
from facilitation.lawful import ACTIONS, HELP, LAW, PLAN, PRESENCE, STREAM, TABLES, TALK, Turn
from facilitation.model import Phase


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite")


def in_phase(sitting: Sitting, phase: Phase) -> Sitting:
    """Lead the sitting into a phase by the shortest way."""
    desk, session = sitting.desk, sitting.session
    items = {item["kind"]: item["id"] for item in sitting.facilitator()["agenda"]}
    match phase:
        case Phase.PLENARY:
            desk.start_item(session, items["evidence"])
        case Phase.DISCUSSION:
            desk.start_item(session, items["discussion"])
        case Phase.VOTING:
            sitting.open_round()
        case Phase.RESULT:
            desk.close_round(sitting.open_round())
        case Phase.CLOSED:
            desk.close_session(session)
    assert sitting.phase() == phase.value
    return sitting


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_its_row_in_the_law(phase: Phase) -> None:
    assert phase in LAW
    assert all(event.act for event in LAW[phase])
    assert all(isinstance(target, Phase | Turn) for target in LAW[phase].values())


OF_THE_OPEN = {"round-closed", "round-cancelled"}
WITHOUT_A_ROUND = {
    *(event.kind for event in ACTIONS),
    "casting-vote",
    *OF_THE_OPEN,
    "round-revised",
    "round-ended",
    "result-shown",
    "result-countersigned",
    "round-recounted",
    "paper-struck",
    *(event.kind for event in (*TALK, *PLAN, *TABLES, *STREAM, *HELP)),
}
"""Acts on a round in a certain state are named only when there is one; the other ones here never."""


@pytest.mark.parametrize("phase", list(Phase))
def test_what_the_law_does_not_allow_is_refused_and_nothing_happens(sitting: Sitting, phase: Phase) -> None:
    in_phase(sitting, phase)
    desk, session = sitting.desk, sitting.session
    acts = {
        "result-acknowledged": lambda: desk.acknowledge(session),
        "session-closed": lambda: desk.close_session(session),
        "item-started": lambda: desk.start_item(session, sitting.facilitator()["next"]["id"]),
        "round-drafted": lambda: desk.create_round(session, TRAMS),
    }
    lawful = {event.kind for event in LAW[phase]}
    before = (sitting.replayed(), sitting.links())
    for kind in acts.keys() - lawful:
        with pytest.raises(NotNow) as refused:
            acts[kind]()
        assert (sitting.replayed(), sitting.links()) == before
        assert refused.value.phase == phase.value
        named = {event.kind for event in LAW[phase] if event.act in refused.value.remedy}
        assert named == lawful - {*(event.kind for event in PRESENCE), *WITHOUT_A_ROUND} | (
            lawful & OF_THE_OPEN if phase is Phase.VOTING else set()
        )


@pytest.mark.parametrize("phase", list(Phase))
def test_every_action_offered_is_lawful_and_the_first_can_be_done(sitting: Sitting, phase: Phase) -> None:
    in_phase(sitting, phase)
    offered = sitting.desk.actions(sitting.session)
    assert all(action.event in LAW[phase] for action in offered)
    if phase is Phase.CLOSED:
        assert offered == ()
        with pytest.raises(NotNow):
            sitting.desk.next_action(sitting.session)
    else:
        seq = sitting.facilitator()["seq"]
        assert sitting.desk.next_action(sitting.session) > seq


def test_next_and_next_again_leads_through_the_whole_agenda(sitting: Sitting) -> None:
    round_id = sitting.desk.create_round(sitting.session, TRAMS)
    seen = []
    while sitting.phase() != "closed":
        seen.append(sitting.desk.actions(sitting.session)[0].id)
        sitting.desk.next_action(sitting.session)
    assert seen == [*["start-item"] * 4, "open-round", "close-round", "acknowledge", "start-item", "close-session"]
    assert sitting.desk.result(round_id)["cast"] == 0


def test_a_round_opens_at_once_on_a_fresh_session_and_again_after_a_result(sitting: Sitting) -> None:
    assert sitting.phase() == "waiting"
    sitting.desk.close_round(sitting.open_round())
    assert sitting.phase() == "result"
    sitting.open_round(title="Buses?")
    assert sitting.phase() == "voting"


def test_one_round_is_open_at_a_time(sitting: Sitting) -> None:
    first = sitting.open_round()
    second = sitting.desk.create_round(sitting.session, {**TRAMS, "title": "Buses?"})
    with pytest.raises(NotNow, match="close the round"):
        sitting.desk.open_round(second)
    sitting.desk.close_round(first)
    sitting.desk.open_round(second)


def test_a_round_opens_once_and_closes_once(sitting: Sitting) -> None:
    round_id = sitting.desk.create_round(sitting.session, TRAMS)
    with pytest.raises(RoundNotOpen, match="not open yet"):
        sitting.desk.close_round(round_id)
    sitting.desk.open_round(round_id)
    with pytest.raises(WrongState, match="open already"):
        sitting.desk.open_round(round_id)
    with pytest.raises(NoResultYet):
        sitting.desk.result(round_id)
    sitting.desk.close_round(round_id)
    for act in (sitting.desk.open_round, sitting.desk.close_round):
        with pytest.raises(Refusal, match="closed"):
            act(round_id)


def test_a_cancelled_round_has_no_result_and_a_reason(sitting: Sitting) -> None:
    round_id = sitting.open_round()
    with pytest.raises(BadRequest, match="reason"):
        sitting.desk.cancel_round(round_id, "  ")
    assert sitting.phase() == "voting"
    sitting.desk.cancel_round(round_id, "wrong wording")
    assert sitting.phase() == "waiting"
    with pytest.raises(NoResultYet, match="cancelled"):
        sitting.desk.result(round_id)
    assert "wrong wording" in sitting.desk.minutes(sitting.session)


def test_all_screens_say_that_a_vote_was_cancelled_until_something_else_begins(sitting: Sitting) -> None:
    def told() -> list[object]:
        return [screen["cancelled"] for screen in sitting.desk.public_screens(sitting.session).values()]

    round_id = sitting.open_round()
    assert told() == [None] * 4
    sitting.desk.cancel_round(round_id, "wrong wording")
    assert told() == [{"title": "Trams?", "reason": "wrong wording"}] * 4
    sitting.desk.cancel_round(sitting.desk.create_round(sitting.session, TRAMS), "a draft that nobody saw")
    assert told() == [{"title": "Trams?", "reason": "wrong wording"}] * 4
    sitting.clock.go_on(1)
    sitting.desk.close_round(sitting.open_round())
    assert told() == [None] * 4


def test_a_draft_can_be_withdrawn_in_the_middle_of_another_vote(sitting: Sitting) -> None:
    draft = sitting.desk.create_round(sitting.session, {**TRAMS, "title": "Buses?"})
    sitting.open_round()
    sitting.desk.cancel_round(draft, "not needed")
    assert sitting.phase() == "voting"
    assert sitting.desk.round(draft).state.value == "cancelled"


def test_a_stale_picture_is_refused_but_arrivals_do_not_make_it_stale(sitting: Sitting) -> None:
    seen = sitting.facilitator()["seq"]
    sitting.arrive(2)
    item = sitting.facilitator()["next"]["id"]
    sitting.desk.start_item(sitting.session, item, seen_seq=seen)
    with pytest.raises(SessionMovedOn, match="moved on"):
        sitting.desk.end_item(sitting.session, seen_seq=seen)
    with pytest.raises(SessionMovedOn):
        sitting.desk.end_item(sitting.session, seen_seq=999)
    sitting.desk.end_item(sitting.session, seen_seq=sitting.facilitator()["seq"])


def test_a_timer_runs_from_the_start_with_extensions_and_cuts_nobody_off(sitting: Sitting) -> None:
    sitting.desk.next_action(sitting.session)
    assert sitting.facilitator()["timer"] == {"ends_at": "2027-03-06T10:15:00.000Z", "seconds_left": 900}
    sitting.desk.extend(sitting.session, 300)
    sitting.clock.go_on(3600)
    screen = sitting.facilitator()
    assert screen["timer"]["seconds_left"] == 1200 - 3600
    assert screen["item"]["kind"] == "welcome"
    for seconds in (0, 10**6):
        with pytest.raises(BadRequest):
            sitting.desk.extend(sitting.session, seconds)


def test_undo_takes_back_the_last_act_within_ten_seconds_and_the_journal_grows(sitting: Sitting) -> None:
    sitting.desk.next_action(sitting.session)
    sitting.desk.extend(sitting.session, 60)
    rows = len(sitting.links())
    sitting.clock.go_on(10)
    assert sitting.facilitator()["undo"]["what"].startswith("changed the time")
    sitting.desk.undo(sitting.session)
    assert sitting.facilitator()["timer"]["seconds_left"] == 890
    assert len(sitting.links()) == rows + 1
    with pytest.raises(CannotUndo):
        sitting.desk.undo(sitting.session)


def test_undo_is_refused_when_late_when_others_acted_and_after_a_close(sitting: Sitting) -> None:
    with pytest.raises(CannotUndo, match="Nothing has been done"):
        sitting.desk.undo(sitting.session)
    sitting.desk.next_action(sitting.session, actor="facilitator:a")
    with pytest.raises(CannotUndo, match="Someone else"):
        sitting.desk.undo(sitting.session, actor="facilitator:b")
    sitting.clock.go_on(10.5)
    with pytest.raises(CannotUndo, match="10 seconds"):
        sitting.desk.undo(sitting.session, actor="facilitator:a")
    sitting.desk.close_round(sitting.open_round())
    with pytest.raises(CannotUndo, match="close the round"):
        sitting.desk.undo(sitting.session)


def test_opening_can_be_undone_only_before_the_first_ballot(sitting: Sitting) -> None:
    member = sitting.arrive(1)[0]
    round_id = sitting.open_round()
    sitting.arrive(2)
    sitting.desk.undo(sitting.session)
    assert sitting.desk.round(round_id).state.value == "draft"
    assert sitting.facilitator()["present"] == 2
    sitting.desk.open_round(round_id)
    sitting.desk.cast_ballot(round_id, member, "6f9619ff-8b86-4011-b42d-00c04fc964ff", "yes")
    with pytest.raises(CannotUndo, match="first ballot"):
        sitting.desk.undo(sitting.session)
    assert sitting.phase() == "voting"


def test_only_what_can_be_taken_back_is_undoable() -> None:
    clock = {"item-started", "item-ended", "item-extended", "round-opened"}
    assert {event.kind for event in UNDOABLE} == clock | {event.kind for event in PLAN}


def test_a_closed_session_lets_nothing_more_happen(sitting: Sitting) -> None:
    draft = sitting.desk.create_round(sitting.session, TRAMS)
    sitting.desk.close_session(sitting.session)
    with pytest.raises(NotNow, match="Nothing more"):
        sitting.desk.open_round(draft)
    with pytest.raises(NotNow):
        sitting.desk.close_session(sitting.session)


def test_unknown_ids_are_not_found(sitting: Sitting) -> None:
    for act in (
        lambda: sitting.desk.open_round("nope"),
        lambda: sitting.desk.minutes("nope"),
        lambda: sitting.desk.start_item(sitting.session, "nope"),
        lambda: sitting.desk.start_item(sitting.assembly, "nope"),
        lambda: sitting.desk.result(sitting.session),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_agenda_can_be_given_and_is_checked(tmp_path: Path) -> None:
    agenda = [{"kind": "vote", "title": "The vote", "planned_start": "09:30", "planned_minutes": 5}, {"kind": "close"}]
    given = Sitting(tmp_path / "f.sqlite", agenda=agenda).facilitator()["agenda"]
    assert [(item["title"], item["planned_start"]) for item in given] == [("The vote", "09:30"), ("Close", "09:35")]
    for number, bad in enumerate(
        [{"kind": "nap"}, {"kind": "vote", "planned_minutes": 0}, {"kind": "vote", "planned_start": "25:00"}]
    ):
        with pytest.raises(BadRequest, match="Agenda item 1"):
            Sitting(tmp_path / f"{number}.sqlite", agenda=[bad])
