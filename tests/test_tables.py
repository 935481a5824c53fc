"""The tables of a session: a plan made, used, moved through, seated again; ids and numbers alone in the journal."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import csrf, web_of
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.commands import MoveTables, UseTables
from facilitation.errors import BadSeating, NotNow, Refusal, WrongState
from facilitation.events import Entry
from facilitation.tables import plan as table_plan
from facilitation.tables.plan import TablePlan, as_rows, check, from_rows

GENDERS = ["woman", "man", "man"]


@given(st.lists(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 9), min_size=1), min_size=1))
@settings(deadline=None, max_examples=60)
def test_a_plan_comes_out_of_the_journal_as_it_went_in(rounds: list[dict[str, int]]) -> None:
    plan, at = TablePlan(), datetime(2027, 3, 6, tzinfo=UTC)
    for seq, command in enumerate([UseTables("s", "f", rounds, 0, 0), MoveTables("s", "f", len(rounds))], start=7):
        (event,) = table_plan.decide("s", plan, command)
        written = Entry(seq, at, "f", event).link("a", "").entry  # through JSON and back
        plan = table_plan.apply(plan, written)
    assert [dict(seats) for seats in plan.rounds] == rounds
    assert (plan.now, plan.made, plan.seats) == (len(rounds), 7, rounds[-1])
    assert all(from_rows(as_rows(seats)) == seats for seats in rounds)


def test_only_a_whole_plan_for_the_people_of_now_is_used() -> None:
    names, now = {"a": "Ada", "b": "Bob", "c": "Cai"}, {"a", "b"}
    check([{"a": 1, "b": 1}], names, now, now)
    for rounds, said in (
        ([{"a": 1, "b": 2, "c": 2}], "Cai is not a member any more"),
        ([{"a": 1, "b": 2}, {"a": 1}], "Bob is without a seat"),
        ([{"a": 1, "b": 0}], "1 people at table 0"),
        ([{}], "nobody sits"),
        ([], "nobody sits"),
    ):
        with pytest.raises(Refusal, match=said):
            check(rounds, names, now, now)
    with pytest.raises(BadSeating, match="10 people at table 4"):
        check([dict.fromkeys("abcdefghij", 4)], names, "abcdefghij", ())


# ------------------------------------------------------------------------------------------------------- at the desk


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    columns = [{"gender": GENDERS[n % 3], "remote": "yes" if n == 2 else ""} for n in range(24)]
    return Sitting(tmp_path / "f.sqlite", members=24, columns=columns)


def two_rounds(sitting: Sitting) -> list[dict[str, int]]:
    members = list(sitting.replayed().members)
    return [{one: n % 4 + 1 for n, one in enumerate(members)}, {one: n // 6 + 1 for n, one in enumerate(members)}]


def tables_of(sitting: Sitting) -> dict[str, int]:
    return {one["id"]: one["table"] for one in sitting.facilitator()["members"]}


def test_people_move_when_the_facilitator_says_so_and_nothing_else_of_them_does(sitting: Sitting) -> None:
    members, rounds, desk = sitting.arrive(), two_rounds(sitting), sitting.desk
    before = tables_of(sitting)
    desk.use_tables(sitting.session, rounds, instead_of=0)
    assert tables_of(sitting) == before
    desk.next_action(sitting.session)
    desk.open_speakers(sitting.session)
    desk.ask_to_speak(sitting.session, members[5])
    asked = sitting.facilitator()["undo"]
    for number in (1, 2, 2):
        desk.move_tables(sitting.session, number)
        assert tables_of(sitting) == rounds[number - 1]
    after = sitting.facilitator()
    assert (after["undo"], after["speakers"][0]["who"]) == (asked, members[5])
    assert [badge.table for badge in desk.badges(sitting.assembly)] == list(rounds[1].values())
    assert desk.join(sitting.codes[7]).member["table"] == 2
    assert after["tables"] == {"round": 2, "rounds": 2, "shown": False, "just_moved": True}
    assert [len(one["names"]) for one in after["table_map"]] == [6, 6, 6, 6]
    desk.undo(sitting.session)  # of the agenda's item: the tables stay
    assert tables_of(sitting) == rounds[1]
    assert sitting.facilitator()["tables"]["round"] == 2
    assert sitting.replayed().sessions[sitting.session].tables.seats == rounds[1]
    sitting.clock.go_on(600)
    assert not sitting.facilitator()["tables"]["just_moved"]


def test_the_journal_keeps_ids_and_numbers_alone(sitting: Sitting) -> None:
    sitting.desk.use_tables(sitting.session, two_rounds(sitting), instead_of=0)
    rows = [row for row in sitting.desk.journal(sitting.assembly) if row["kind"] == "tables-planned"]
    said = json.dumps(rows)
    assert len(rows) == 1
    assert not re.search("Person|woman|gender|remote", said)
    assert set(json.loads(rows[0]["data"])) == {"session", "rounds", "now"}


def test_nobody_moves_while_a_vote_is_open(sitting: Sitting) -> None:
    sitting.arrive()
    sitting.desk.use_tables(sitting.session, two_rounds(sitting), instead_of=0)
    sitting.open_round()
    with pytest.raises(NotNow):
        sitting.desk.move_tables(sitting.session, 1)
    with pytest.raises(NotNow):
        sitting.desk.show_tables(sitting.session, True)


def test_a_plan_for_other_people_or_beside_another_plan_is_refused(sitting: Sitting) -> None:
    rounds, desk = two_rounds(sitting), sitting.desk
    gone = next(iter(rounds[0]))
    with pytest.raises(WrongState, match="no round 1"):
        desk.move_tables(sitting.session, 1)
    desk.use_tables(sitting.session, rounds, instead_of=0)
    with pytest.raises(WrongState, match="Another plan"):
        desk.use_tables(sitting.session, rounds, instead_of=0)
    desk.withdraw_member(sitting.assembly, gone, "own-wish")
    made = sitting.replayed().sessions[sitting.session].tables.made
    with pytest.raises(WrongState, match="Person 1 is not a member any more"):
        desk.use_tables(sitting.session, rounds, instead_of=made)
    desk.move_tables(sitting.session, 1)  # the plan in use still serves those who stayed
    assert gone not in tables_of(sitting)
    assert tables_of(sitting) == {one: at for one, at in rounds[0].items() if one != gone}


# ------------------------------------------------------------------------------------------------------ on the pages


class Page:
    """The facilitator's page of the tables, by plain forms."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting, self.app = sitting, web_of(sitting.desk)
        self.browser: FlaskClient = self.app.test_client()
        code = sitting.desk.issue_link("facilitator", sitting.assembly)
        self.browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(self.browser)})
        self.here = f"/run/{sitting.session}/tables"
        self.status, self.raw = 0, ""

    def send(self, door: str, **sent: object) -> str:
        data = {"csrf_token": csrf(self.browser), **sent}
        answer = self.browser.post(f"{self.here}/{door}", data=data, follow_redirects=True)
        self.status = answer.status_code
        self.raw = answer.text
        return unescape(answer.text)

    def carried(self) -> dict[str, str]:
        """The plan that the page shows, as its form would send it."""
        found = re.findall(r'name="(plan|instead_of|first)" value="([^"]*)"', self.raw)
        return {name: unescape(value) for name, value in found}

    def asked(self, **more: object) -> dict[str, object]:
        return {"tables": "4", "rounds": "2", "spread": ["gender"], "seed": "x", "wishes": "", **more}


def test_a_plan_is_made_looked_at_used_and_moved_to(sitting: Sitting) -> None:
    page = Page(sitting)
    text = page.send("plan", **page.asked(wishes='{"pinned": [{"guest": "v1", "table": 3}]}'))
    assert "24 people at 4 tables of 6." in text
    assert re.search(r"\d+ pairs of people meet at a table, of at most 120 that could \(\d+ %\)", text)
    assert "Mixed by gender: 16 of 16 table counts are fair shares" in text
    assert "All 2 needs and wishes are kept." in text
    assert sitting.replayed().sessions[sitting.session].tables == TablePlan()
    text = page.send("use", **page.carried())
    assert "A plan of 2 rounds is ready" in text
    assert "Round 1 of 2" in page.send("move", round="1")
    seats = sitting.replayed().sessions[sitting.session].tables.rounds
    members = list(sitting.replayed().members)
    assert all(set(one) == set(members) and one[members[0]] == 3 for one in seats)
    assert "no round 9" in page.send("move", round="9")
    tablet = page.app.test_client()
    tablet.post("/join", data={"code": sitting.codes[0], "csrf_token": csrf(tablet)})
    seen = tablet.get("/m").text
    assert "You are at table <strong>3</strong>" in seen
    assert "table <span data-own-table>3</span>" in seen
    hall = sitting.desk.issue_token("display", sitting.assembly, sitting.session)
    assert "Person 24" not in page.browser.get(f"/hall/{hall}").text
    assert "Take the map off" in page.send("map", shown="yes")
    assert "Person 24" in page.browser.get(f"/hall/{hall}").text
    assert "Show the map" in page.send("map", shown="no")


CLASH = '{"pinned": [{"guest": "v1", "table": 1}, {"guest": "v2", "table": 1}], "apart": [["v1", "v2"]]}'


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"wishes": CLASH}, "Person 1 at table 1; Person 2 at table 1; Person 1, Person 2 apart"),
        ({"wishes": '{"tables": [\n1,'}, "line 2 is not JSON"),
        ({"wishes": "[]"}, "not a JSON object"),
        ({"wishes": '{"apart": [["v1", "nobody"]]}'}, "nobody, who is not among the guests"),
        ({"tables": ""}, "not said how many tables"),
        ({"tables": "2"}, "18 chairs at 2 tables for 24 people"),
        ({"tables": "many"}, "must be a whole number"),
        ({"rounds": "41"}, "41 rounds: that cannot be planned"),
        ({"rounds": ""}, "0 rounds"),
        ({"spread": ["shoe size"]}, "No guest has a value of “shoe size”"),
    ],
)
def test_what_cannot_be_planned_is_named_and_what_was_typed_is_kept(
    sitting: Sitting, asked: dict[str, object], said: str
) -> None:
    page = Page(sitting)
    text = page.send("plan", **page.asked(seed="my own seed", **asked))
    assert said in text
    assert page.status in (400, 422)
    assert 'value="my own seed"' in text
    assert str(asked.get("wishes", "")) in text
    assert ('value="gender" checked' in text) == ("spread" not in asked)


def test_who_came_and_who_did_not_are_seated_again_moving_few(sitting: Sitting) -> None:
    page = Page(sitting)
    page.send("plan", **page.asked())
    page.send("use", **page.carried())
    page.send("move", round="1")
    assert "Nobody is here yet" in page.send("again", round="1", **page.asked())
    members = sitting.arrive(20)
    at = tables_of(sitting)
    text = page.send("again", round="1", **page.asked())
    assert "No plan moves fewer than" in text
    assert "20 members are here; each has a seat." in text
    assert tables_of(sitting) == at  # nobody has moved yet
    carried = page.carried()
    late = sitting.desk.join(sitting.codes[20]).member
    assert "Person 21 is without a seat" in page.send("use", **carried)
    text = page.send("again", round="1", **page.asked())
    moved = re.search(r"(\d+) (?:person moves|people move)|Nobody has to move", text)
    assert moved is not None
    assert "Round 1 of 2" in page.send("use", **page.carried())
    now = tables_of(sitting)
    here = [*members, str(late["id"])]
    assert sum(at[one] != now[one] for one in here) == int(moved[1] or 0)
    plan = sitting.replayed().sessions[sitting.session].tables
    assert [sorted(seats) for seats in plan.rounds] == [sorted(here)] * 2
    sitting.desk.join(sitting.codes[23])
    assert 'without a seat in this round:</strong> <span dir="auto">Person 24' in page.browser.get(page.here).text


def test_the_list_and_the_place_cards_have_everyone_with_every_round(sitting: Sitting) -> None:
    page = Page(sitting)
    cards = page.browser.get(f"{page.here}/cards").text
    assert (cards.count("fm-placecard__name"), cards.count("fm-placecard__only")) == (24, 24)
    sitting.desk.use_tables(sitting.session, two_rounds(sitting), instead_of=0)
    for path in ("cards", "cards?size=a6"):
        cards = page.browser.get(f"{page.here}/{path}").text
        assert cards.count("<dt>Round 2</dt>") == 24
        assert ("fm-cards--a6" in cards) == ("a6" in path)
    listed = page.browser.get(f"{page.here}/list").text
    rows = re.findall(r'dir="auto">([^<]*)</th><td[^>]*>(\d)</td><td[^>]*>(\d)</td>', listed)
    first, second = two_rounds(sitting)
    tables = [(str(first[one]), str(second[one])) for one in first]
    names = [f"Person {n}" for n in range(1, 25)]
    assert rows == sorted((name, *at) for name, at in zip(names, tables, strict=True))
    assert listed.count("by table</h2>") == 2


def test_what_is_no_plan_is_refused_and_the_page_is_the_facilitators(sitting: Sitting) -> None:
    page = Page(sitting)
    for plan in ("", "{", "[1]", "[[[1, 2]]]", "[[[1]]]", '[[[1e999, ["a"]]]]', '[[["a", ["b"]]]]'):
        assert "This is not a plan." in page.send("use", plan=plan, first="0", instead_of="0")
        assert page.status == 400
    token = sitting.desk.join(sitting.codes[0]).token
    assert page.app.test_client().get(page.here, headers={"Authorization": f"Bearer {token}"}).status_code == 403


def test_who_takes_a_free_seat_has_its_table_in_every_round_to_come(sitting: Sitting) -> None:
    rounds, desk = two_rounds(sitting), sitting.desk
    desk.use_tables(sitting.session, rounds, instead_of=0)
    gone = list(rounds[0])[5]
    desk.withdraw_member(sitting.assembly, gone, "own-wish")
    desk.seat_again(sitting.assembly, gone)  # comes back, as a member of their own
    (new,) = tables_of(sitting).keys() - rounds[0].keys()
    for number in (2, 1):
        desk.move_tables(sitting.session, number)
        assert tables_of(sitting)[new] == rounds[number - 1][gone]
    assert [seats[new] for seats in desk.to_seat(sitting.session).plan.rounds] == [2, 1]


def test_what_members_said_today_is_seated_with_a_chair_for_whoever_supports_them(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    members = sitting.arrive()
    desk.ask_needs(sitting.assembly, ["gender"])
    desk.correct_needs(session, members[3], ["loop", "supporter"], "")
    page = Page(sitting)
    tables = [{"number": number, "offers": ["loop"] if number == 2 else []} for number in (1, 2, 3, 4)]
    asked = page.asked(tables="", rounds="1", wishes=json.dumps({"tables": tables}))
    text = page.send("plan", **asked)
    assert "25 people at 4 tables" in text, "with the chair beside"
    assert "Beside Person 4" in text
    page.send("use", **page.carried())
    page.send("move", round="1")
    assert sitting.replayed().members[members[3]].table == 2
    assert set(sitting.replayed().sessions[session].tables.seats) == set(members)
    assert not any(row.to_seat for row in desk.needs(session)), "they have been seated since"
    sitting.clock.go_on(60)
    desk.correct_needs(session, members[5], ["loop"], "")
    assert "Person 6" in page.send("again", round="1", **asked)
    page.send("use", **page.carried())
    assert sitting.replayed().members[members[5]].table == 2
