"""What members need: confirmed or corrected on arrival, kept where it can be erased, seen by those who help alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import csrf, web_of
from thieves import files_of

from facilitation.desk import NeedRow
from facilitation.errors import BadRequest, NotAMember, NotNow
from facilitation.store import Identity

NEEDS = ["hearing loop; vegetarian", "", "Uses a wheelchair", ""]


def seated(path: Path) -> Sitting:
    return Sitting(path / "f.sqlite", members=4, columns=[{"Access needs": one, "area": "n"} for one in NEEDS])


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return seated(tmp_path)


def row_of(sitting: Sitting, name: str) -> NeedRow:
    return next(row for row in sitting.desk.needs(sitting.session) if row.name == name)


def test_what_is_on_record_is_confirmed_once_in_every_session(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    one = sitting.arrive(1)[0]
    row = row_of(sitting, "Person 1")
    assert (row.state, row.here, row.known.text, row.known.wishes) == ("to confirm", True, NEEDS[0], ("loop",))
    desk.confirm_needs(session, one)
    desk.confirm_needs(session, one)
    assert row_of(sitting, "Person 1").state == "confirmed"
    desk.close_session(session)
    with pytest.raises(NotNow):
        desk.confirm_needs(session, one)
    second = desk.add_session(sitting.assembly, "Session 2", agenda=[{"kind": "welcome"}])
    assert next(row for row in desk.needs(second) if row.member == one).state == "to confirm"


def test_a_correction_stands_for_what_the_file_says_and_for_the_next_session_too(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    one, two = sitting.arrive(2)
    assert desk.correct_needs(session, two, ["loop", "supporter"], " Ac\u0302 \u202e no nuts ")
    row = row_of(sitting, "Person 2")
    assert (row.state, row.known.wishes, row.known.words) == ("changed", ("loop", "supporter"), "Aĉ no nuts")
    assert row.to_seat
    assert row.known.new_wishes == ("loop", "supporter")
    assert not desk.correct_needs(session, two, ["supporter", "loop"], "Aĉ no nuts"), "said twice, it is said once"
    assert not desk.correct_needs(session, one, ["loop"], NEEDS[0]), "as it was on record: that is a confirmation"
    assert row_of(sitting, "Person 1").state == "confirmed"
    assert desk.correct_needs(session, one, [], "")
    assert row_of(sitting, "Person 1").known.empty
    desk.close_session(session)
    second = desk.add_session(sitting.assembly, "Session 2", agenda=[{"kind": "welcome"}])
    rows = {row.name: row for row in desk.needs(second)}
    assert (rows["Person 2"].state, rows["Person 2"].known.words) == ("to confirm", "Aĉ no nuts")
    desk.confirm_needs(second, two)
    again = next(row for row in desk.needs(second) if row.member == two)
    assert (again.state, again.known.wishes) == ("confirmed", ("loop", "supporter"))


def test_words_are_in_no_journal_and_no_screen_and_gone_when_the_person_is(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite", 3)
    desk, session = sitting.desk, sitting.session
    sitting.desk.correct_member(
        sitting.assembly, next(iter(sitting.replayed().members)), {"name": "P", "needs": "?"}, 1
    )
    two = sitting.arrive(2)[1]
    desk.correct_needs(session, two, ["quiet"], "epileptiform words")
    screens = json.dumps(desk.public_screens(session)) + json.dumps(
        desk.screen(Identity("member", sitting.assembly, session, two))
    )
    rows = "".join(link.data for link in sitting.links())
    assert "epileptiform" not in screens + rows + desk.minutes(session)
    assert "quiet" not in screens + rows
    assert len(sitting.rows("SELECT * FROM need")) == 1
    desk.erase_person(two, sitting.assembly)
    assert sitting.rows("SELECT * FROM need") == []
    assert all(b"epileptiform" not in data for data in files_of(sitting).values())
    sitting.close()


def test_what_seats_follow(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    two = sitting.arrive(2)[1]
    rows = {row["name"]: row for row in desk.to_seat(session).rows}
    assert [rows[f"Person {n}"].get("needs") for n in (1, 2, 3)] == ["loop", None, "step-free"]
    desk.correct_needs(session, two, ["loop", "door", "supporter"], "")
    known = desk.to_seat(session)
    rows = {row["name"]: row for row in known.rows}
    assert rows["Person 2"]["needs"] == "loop; door"
    assert rows["Beside Person 2"]["supports"] == rows["Person 2"]["id"]
    assert rows["Beside Person 2"]["id"] not in known.members
    assert len(known.members) == 4


def test_columns_are_chosen_and_none_means_that_nobody_is_asked(sitting: Sitting) -> None:
    desk, assembly = sitting.desk, sitting.assembly
    assert desk.needs_columns(assembly) == ["Access needs"]
    seq = desk.ask_needs(assembly, ["area"])
    assert desk.ask_needs(assembly, ["area"]) == seq
    assert row_of(sitting, "Person 1").known.text == "n"
    desk.ask_needs(assembly, [])
    assert desk.needs(sitting.session) == []
    with pytest.raises(BadRequest, match="no column “shoe”"):
        desk.ask_needs(assembly, ["shoe"])


def test_what_cannot_be_is_refused(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    one = sitting.arrive(1)[0]
    with pytest.raises(BadRequest, match="“throne” is nothing"):
        desk.correct_needs(session, one, ["throne"], "")
    with pytest.raises(BadRequest, match="301 characters; there is room for 300"):
        desk.correct_needs(session, one, [], "x" * 301)
    for nobody in ("nobody", ""):
        with pytest.raises(NotAMember):
            desk.confirm_needs(session, nobody)
    desk.withdraw_member(sitting.assembly, one, "other")
    with pytest.raises(NotAMember):
        desk.correct_needs(session, one, [], "")


# ------------------------------------------------------------------------------------------------------ on the pages


class Hall:
    """Browsers before one seated assembly."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting, self.app = sitting, web_of(sitting.desk)

    def tablet(self, number: int) -> FlaskClient:
        browser = self.app.test_client()
        data = {"code": self.sitting.codes[number], "csrf_token": csrf(browser)}
        self.landed = browser.post("/join", data=data).location
        return browser

    def staff(self, role: str) -> FlaskClient:
        browser = self.app.test_client()
        link = self.sitting.desk.issue_link(role, self.sitting.assembly)
        browser.post(f"/sign-in/{link}", data={"csrf_token": csrf(browser)})
        return browser

    def sends(self, browser: FlaskClient, path: str, **sent: object) -> str:
        return browser.post(path, data={"csrf_token": csrf(browser), **sent}, follow_redirects=True).text


def test_a_member_is_asked_after_joining_and_answers_once(sitting: Sitting) -> None:
    hall = Hall(sitting)
    tablet = hall.tablet(0)
    assert hall.landed == "/m/needs"
    assert "hearing loop; vegetarian" in tablet.get("/m/needs").text
    assert "What I need" in hall.sends(tablet, "/m/needs", answer="right")
    hall.tablet(0)
    assert hall.landed == "/m"
    other = hall.tablet(1)
    assert "You have not asked us for anything" in other.get("/m/needs").text
    assert "Is it right" in hall.sends(other, "/m/needs")
    page = hall.sends(other, "/m/needs", answer="otherwise", wish=["loop"], words="<b>" + "x" * 300)
    assert "303 characters" in page
    assert re.search(r'id="wish-loop"[^>]*checked', page)
    assert "&lt;b&gt;xxx" in page
    hall.sends(other, "/m/needs", answer="otherwise", wish=["loop", "quiet"], words="<b>")
    assert "A quiet seat" in other.get("/m/needs").text
    third = hall.tablet(2)
    sitting.desk.ask_needs(sitting.assembly, [])
    assert third.get("/m/needs").status_code == 404
    assert "What I need" not in third.get("/m").text


def test_facilitators_see_the_list_and_answer_at_the_desk_and_nobody_else_does(sitting: Sitting) -> None:
    hall = Hall(sitting)
    tablet, console = hall.tablet(1), hall.staff("facilitator")
    hall.sends(tablet, "/m/needs", answer="otherwise", wish=["loop"], words="dim light")
    path = f"/run/{sitting.session}/needs"
    page = console.get(path).text
    assert "A seat where the hearing loop works; dim light" in page
    assert "Another seat, perhaps" in page
    assert "Person 2</bdi> said so today" in console.get(f"/run/{sitting.session}/tables").text
    three = list(sitting.replayed().members)[2]
    sitting.desk.mark_arrived(sitting.session, three)
    assert "1 of those here has not confirmed" in console.get(f"/run/{sitting.session}/presence").text
    assert "0 of those here have not" in (
        hall.sends(console, f"{path}/{three}", answer="right") + console.get(f"/run/{sitting.session}/presence").text
    )
    hall.sends(console, f"{path}/{three}", answer="otherwise", wish="quiet", words="")
    assert row_of(sitting, "Person 3").known.wishes == ("quiet",)
    assert "dim light" in console.get(f"/run/{sitting.session}/sheet").text
    assert "Nobody is asked" in hall.sends(console, f"{path}/columns")
    assert "hearing loop; vegetarian" in hall.sends(console, f"{path}/columns", column="Access needs")
    assert "no column “x”" in hall.sends(console, f"{path}/columns", column="x")
    display = sitting.desk.issue_token("display", sitting.assembly, sitting.session)
    assert "dim light" not in hall.app.test_client().get(f"/hall/{display}").text
    for browser in (tablet, hall.staff("observer"), hall.staff("scrutineer")):
        assert browser.get(path).status_code == 403
    observer = hall.staff("observer")
    assert "dim light" not in observer.get(f"/observe/{sitting.session}").text
    assert "dim light" not in hall.tablet(0).get("/m").text
