"""The desk: seating, joining, tokens, screens, forgetting, recruitments."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
from assemblies import Sitting, ballot_key

from facilitation.codes import ALPHABET, new_code, read_code
from facilitation.desk import Desk
from facilitation.errors import (
    BadCode,
    BadPanel,
    BadRequest,
    LinkUsed,
    NameTaken,
    NotFound,
    Refusal,
    UnknownCode,
    WrongState,
)


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=10)


@pytest.fixture
def on_file(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite", members=10)


def test_a_code_is_forgiven_what_people_misread() -> None:
    code = next(code for code in map(new_code, map(random.Random, range(500))) if "0" in code and "1" in code)
    typed = f" {code[:4].lower()}-{code[4:]} "
    scanned, phoned = f"{code}\r\n", f"{code[:4]}\u2011\u202f{code[4:]}"
    for spelling in (typed, typed.replace("0", "o").replace("1", "l"), typed.replace("1", "I"), scanned, phoned):
        assert read_code(spelling) == code


def test_every_single_slip_and_every_swap_is_found() -> None:
    code = new_code(random.Random(4))
    for place, sign in itertools.product(range(8), ALPHABET):
        if sign != code[place]:
            with pytest.raises(BadCode, match="Check the last letters"):
                read_code(code[:place] + sign + code[place + 1 :])
    for one, other in itertools.combinations(range(8), 2):
        swapped = list(code)
        swapped[one], swapped[other] = code[other], code[one]
        if code[one] != code[other]:
            with pytest.raises(BadCode):
                read_code("".join(swapped))


@pytest.mark.parametrize("typed", ["", "K7QF", "K7QF2MXDD", "U" * 8, "ﬀ" * 4, "💚" * 8, "x" * 10**6])
def test_what_is_no_code_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(BadCode):
        read_code(typed)


def test_members_are_dealt_to_tables_of_eight(tmp_path: Path) -> None:
    badges = Sitting(tmp_path / "f.sqlite", members=50)
    tables = [badge.table for badge in badges.desk.badges(badges.assembly)]
    assert set(tables) == set(range(1, 8))
    assert max(tables.count(table) for table in set(tables)) == 8


def test_a_table_column_is_kept(desk: Desk) -> None:
    seated = desk.seat("A", [{"id": "1", "table": "4"}, {"id": "2", "table": "2"}])
    assert [badge.table for badge in desk.badges(seated.assembly_id)] == [4, 2]
    with pytest.raises(BadPanel, match="row 3, column table"):
        desk.seat("B", [{"id": "1", "table": "4"}, {"id": "2", "table": "two"}])
    assert [one.name for one in desk.assemblies()] == ["A"]


def test_a_name_is_taken_once_and_people_need_ids(sitting: Sitting) -> None:
    with pytest.raises(NameTaken):
        sitting.desk.seat("test ASSEMBLY", [{"id": "1"}])
    for rows in ([], [{"id": ""}], [{"id": "1"}, {"id": "1"}], [{"name": "no id"}]):
        with pytest.raises(BadPanel):
            sitting.desk.seat("Another", rows)
    with pytest.raises(BadRequest):
        sitting.desk.seat("  ", [{"id": "1"}])


def test_joining_marks_present_once_on_any_number_of_devices(sitting: Sitting) -> None:
    code = sitting.codes[0]
    assert sitting.desk.who_is(code)["name"] == "Person 1"
    assert sitting.facilitator()["present"] == 0
    first, second = sitting.desk.join(code), sitting.desk.join(code.lower())
    assert first.token != second.token
    assert first.member == second.member == {"id": first.member["id"], "name": "Person 1", "table": 1}
    assert sitting.facilitator()["present"] == 1
    with pytest.raises(UnknownCode):
        sitting.desk.join(new_code(random.Random(999)))


def test_who_joins_a_closed_session_sees_that_it_is_closed(sitting: Sitting) -> None:
    sitting.desk.close_session(sitting.session)
    joined = sitting.desk.join(sitting.codes[0])
    identity = sitting.desk.identify(joined.token)
    assert identity is not None
    assert sitting.desk.screen(identity)["session"]["phase"] == "closed"
    assert sitting.facilitator()["present"] == 0


def test_tokens_are_hashed_at_rest_and_revocable(on_file: Sitting, tmp_path: Path) -> None:
    token = on_file.desk.issue_token("facilitator", on_file.assembly)
    identity = on_file.desk.identify(token)
    assert identity is not None
    assert (identity.role, identity.assembly_id) == ("facilitator", on_file.assembly)
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert token.encode() not in everything
    assert bytes.fromhex(token) not in everything
    on_file.desk.revoke(token)
    assert on_file.desk.identify(token) is None
    assert on_file.desk.identify("nonsense") is None


def test_a_sign_in_link_works_once_and_for_a_day(sitting: Sitting) -> None:
    link = sitting.desk.issue_link("recruiter")
    known = sitting.desk.identify(sitting.desk.redeem_link(link))
    assert known is not None
    assert known.role == "recruiter"
    with pytest.raises(LinkUsed):
        sitting.desk.redeem_link(link)
    late = sitting.desk.issue_link("facilitator", sitting.assembly)
    sitting.clock.go_on(25 * 3600)
    with pytest.raises(LinkUsed, match="run out"):
        sitting.desk.redeem_link(late)
    with pytest.raises(UnknownCode):
        sitting.desk.redeem_link("nonsense")


@pytest.mark.parametrize(("role", "assembly"), [("member", "x"), ("facilitator", None), ("king", "x")])
def test_tokens_are_for_known_roles_and_assemblies(sitting: Sitting, role: str, assembly: str | None) -> None:
    with pytest.raises(Refusal):
        sitting.desk.issue_token(role, assembly)


def test_turnout_is_for_facilitator_and_hall_and_who_is_missing_for_the_facilitator(sitting: Sitting) -> None:
    members = sitting.arrive(4)
    round_id = sitting.open_round()
    sitting.desk.cast_ballot(round_id, members[0], ballot_key(), "no")
    screens = sitting.desk.public_screens(sitting.session)
    assert screens["hall"]["turnout"] == screens["facilitator"]["turnout"] == {"cast": 1, "of": 4}
    assert screens["member"]["turnout"] is None
    assert {one["id"]: one["voted"] for one in screens["facilitator"]["members"]}[members[0]] is True
    assert "members" not in screens["hall"]
    assert "members" not in screens["member"]
    assert all("you" not in screen for screen in screens.values())
    for audience in ("hall", "member"):
        assert "Person" not in json.dumps(screens[audience])


def test_private_facts_are_in_the_members_own_answer_alone(sitting: Sitting) -> None:
    joined = sitting.desk.join(sitting.codes[0])
    round_id = sitting.open_round()
    receipt = sitting.desk.cast_ballot(round_id, joined.member["id"], ballot_key(), "no")
    identity = sitting.desk.identify(joined.token)
    assert identity is not None
    you = sitting.desk.screen(identity)["you"]
    facts = {"voted": {round_id: True}, "receipt": {round_id: receipt}, "channel": {round_id: "tablet"}}
    assert you == {
        "member": joined.member,
        **facts,
        "blocked": [],
        "here": True,
        "talk": {"place": None, "speaking": False},
        "work": {},
        "kept": {},
        "help": [],
        "elsewhere": False,
    }


def test_every_screen_has_the_same_keys_whatever_happens(sitting: Sitting) -> None:
    keys = {audience: set(screen) for audience, screen in sitting.desk.public_screens(sitting.session).items()}
    sitting.arrive(2)
    sitting.desk.next_action(sitting.session)
    sitting.desk.close_round(sitting.open_round())
    later = sitting.desk.public_screens(sitting.session)
    assert {audience: set(screen) for audience, screen in later.items()} == keys
    assert later["hall"]["result"] == sitting.desk.result(later["hall"]["round"]["id"])


def test_two_programs_on_one_database_see_the_same(sitting: Sitting) -> None:
    other = sitting.opened()
    other.public_screens(sitting.session)
    sitting.arrive(3)
    sitting.desk.next_action(sitting.session)
    assert other.public_screens(sitting.session) == sitting.desk.public_screens(sitting.session)


def test_erasing_a_person_leaves_no_name_and_a_whole_chain(tmp_path: Path) -> None:
    desk = Desk.open(str(tmp_path / "f.sqlite"))
    rows = [{"id": "v1", "name": "Zebedee Quux", "email": "zq@example.org"}, {"id": "v2", "name": "Ada"}]
    seated = desk.seat("A", rows)
    joined = desk.join(seated.members[0].code)
    desk.erase_person(joined.member["id"], seated.assembly_id)
    assert desk.identify(joined.token) is None
    desk.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Zebedee" not in everything
    assert b"zq@example" not in everything
    desk = Desk.open(str(tmp_path / "f.sqlite"))
    assert desk.broken_journal_row(seated.assembly_id) is None
    names = [one["name"] for one in desk.public_screens(seated.session_id)["facilitator"]["members"]]
    assert names == ["Erased", "Ada"]
    with pytest.raises(UnknownCode):
        desk.join(seated.members[0].code)


@pytest.mark.parametrize(
    ("tampering", "first_bad"),
    [
        ("UPDATE journal SET data = replace(data, 'Welcome', 'Wellcome') WHERE kind = 'session-planned'", 12),
        ("UPDATE journal SET at = '2027-03-06T10:00:01.000Z' WHERE seq = 3", 3),
        ("UPDATE journal SET actor = 'nobody' WHERE seq = 2", 2),
        ("DELETE FROM journal WHERE seq = 5", 5),
        ("UPDATE journal SET data = 'not json' WHERE seq = 4", 4),
        ("UPDATE journal SET seq = 99 WHERE seq = 6", 6),
    ],
)
def test_a_tampered_journal_names_its_first_bad_row(sitting: Sitting, tampering: str, first_bad: int) -> None:
    assert sitting.desk.broken_journal_row(sitting.assembly) is None
    sitting.rows(tampering)
    assert sitting.desk.broken_journal_row(sitting.assembly) == first_bad


def test_no_personal_data_is_in_the_journal(sitting: Sitting) -> None:
    sitting.arrive()
    written = json.dumps([[link.actor, link.data] for link in sitting.links()])
    assert "Person" not in written
    assert not any(code in written for code in sitting.codes)


def a_recruitment(desk: Desk) -> str:
    recruitment = desk.new_recruitment("Climate assembly")
    desk.put_files(recruitment, pool=("p.csv", b"pool"), quotas=("q.csv", b"quotas"), size=50, household=["address"])
    return recruitment


def test_a_draw_goes_from_queued_to_done_and_keeps_its_files(sitting: Sitting) -> None:
    desk = sitting.desk
    with pytest.raises(WrongState, match="not there"):
        desk.request_draw(desk.new_recruitment("Empty"))
    recruitment = a_recruitment(desk)
    draw = desk.request_draw(recruitment)
    with pytest.raises(WrongState, match="at work"):
        desk.request_draw(recruitment)
    assert desk.start_draw(draw).attempts == 1
    with pytest.raises(WrongState, match="running"):
        desk.start_draw(draw)
    assert desk.heartbeat(draw, stage="leximin", bound=0.1, gap=0.01, elapsed=2.5).state == "running"
    sitting.restart()
    assert (sitting.desk.draw(draw).stage, sitting.desk.draw(draw).bound) == ("leximin", 0.1)
    sitting.desk.finish_draw(draw, {"panel.csv": b"id\n1\n"})
    assert sitting.desk.draw_files(draw) == {"panel.csv": b"id\n1\n"}
    assert sitting.desk.recruitment(recruitment).files == {"pool": "p.csv", "quotas": "q.csv"}
    sitting.desk.erase_files(recruitment)
    assert sitting.desk.draw_files(draw) == {}


def test_a_cancelled_draw_tells_its_program_to_stop(sitting: Sitting) -> None:
    draw = sitting.desk.request_draw(a_recruitment(sitting.desk))
    sitting.desk.start_draw(draw)
    sitting.desk.cancel_draw(draw)
    assert sitting.desk.heartbeat(draw, stage="leximin").state == "cancelled"
    with pytest.raises(WrongState):
        sitting.desk.finish_draw(draw, {})


def test_a_silent_draw_is_queued_again_once_and_then_fails(sitting: Sitting) -> None:
    draw = sitting.desk.request_draw(a_recruitment(sitting.desk))
    for attempt in (1, 2):
        assert sitting.desk.start_draw(draw).attempts == attempt
        assert sitting.desk.revive_draws() == ()
        sitting.clock.go_on(31)
        assert len(sitting.desk.revive_draws()) == (1 if attempt == 1 else 0)
    assert sitting.desk.draw(draw).state == "failed"


def test_unknown_recruitments_and_draws_are_not_found(sitting: Sitting) -> None:
    for act in (sitting.desk.recruitment, sitting.desk.request_draw, sitting.desk.draw, sitting.desk.files):
        with pytest.raises(NotFound):
            act("nope")


@pytest.mark.parametrize("database", ["sqlite://", "sqlite:///:memory:", "no-such-folder/f.sqlite", "://"])
def test_a_database_that_would_lose_the_assembly_is_refused(database: str) -> None:
    with pytest.raises(BadRequest):
        Desk.open(database)


@pytest.mark.parametrize("database", [":memory:", "", "nonsense://x", "mysql+nothing://x/y", "mssql+pymssql://x/y"])
def test_a_database_of_no_known_kind_is_refused(database: str) -> None:
    with pytest.raises(BadRequest):
        Desk.open(database)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:  # sqlite alone has files
    panel = tmp_path / "panel.csv"
    panel.write_text("id,name\n" + "1,Ada\n" * 200, encoding="utf-8")
    before = panel.read_bytes()
    with pytest.raises(BadRequest, match="not a database"):
        Desk.open(str(panel))
    assert panel.read_bytes() == before
