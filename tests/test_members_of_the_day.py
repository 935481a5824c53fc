"""Members added, corrected and taken out in the middle of a day, with what that means for votes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from assemblies import Sitting, ballot_key
from flask.testing import FlaskClient
from houses import csrf, web_of

from facilitation.errors import BadRequest, LeftTheAssembly, NotFound, SeatTaken, UnknownCode, WrongState
from facilitation.events import first_broken

NAMES = [
    "Siân Ŵyn-Llŷr",
    "<script>alert(1)</script>",
    "فريد الهاشمي",
    "👩\u200d🌾 Jo",
    "'; DROP TABLE person; --",
]


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(
        tmp_path / "f.sqlite", members=4, columns=[{"area": area, "post": "PC1"} for area in ("n", "s", "n", "s")]
    )


def first(sitting: Sitting) -> str:
    return next(iter(sitting.replayed().members))


def test_who_is_added_while_a_vote_is_open_votes_in_it_and_is_entitled(sitting: Sitting) -> None:
    desk = sitting.desk
    one, two = sitting.arrive(2)
    round_id = sitting.open_round()
    desk.cast_ballot(round_id, one, ballot_key(1), "yes")
    assert any("it then has 5 entitled" in line for line in desk.consequences(sitting.assembly))
    new, code = desk.add_member(sitting.assembly, {"id": "v9", "name": " Ada\u202e  Byron ", "area": "n"}, 3)
    assert desk.who_is(code) == {"id": new, "name": "Ada Byron", "table": 3, "tablet": None}
    desk.join(code)
    desk.cast_ballot(round_id, new, ballot_key(2), "no")
    desk.withdraw_member(sitting.assembly, two, "own-wish")
    desk.close_round(round_id)
    result = desk.result(round_id)
    assert (result["cast"], result["present"], result["entitled"]) == (2, 2, 4)
    assert desk.members(sitting.assembly)[-1].seat == 5
    assert "seat 5 (table 3): added by the organisers." in desk.minutes(sitting.session)
    rows = "".join(link.data for link in sitting.links())
    assert not re.search("Ada|Byron|v9", rows)
    assert first_broken(sitting.assembly, sitting.links()) is None
    assert desk.columns(sitting.assembly)["area"] == {"n": 3, "s": 1}


def test_who_is_added_after_the_voting_ended_was_not_there(sitting: Sitting) -> None:
    desk = sitting.desk
    one = sitting.arrive(2)[0]
    round_id = sitting.open_round(conduct={"scrutiny": True})
    desk.cast_ballot(round_id, one, ballot_key(1), "yes")
    desk.close_round(round_id)
    assert any("was not present" in line for line in desk.consequences(sitting.assembly))
    desk.join(desk.add_member(sitting.assembly, {"name": "Late"}, 1)[1])
    desk.confirm_close(round_id)
    assert {part: desk.result(round_id, held_too=True)[part] for part in ("present", "entitled")} == {
        "present": 2,
        "entitled": 5,
    }


def test_a_correction_reaches_every_screen_and_the_journal_keeps_a_fresh_hash_alone(sitting: Sitting) -> None:
    desk, member = sitting.desk, first(sitting)
    before = sitting.replayed().members[member]
    assert desk.correct_member(sitting.assembly, member, {"name": "Zoë", "area": "s", "post": ""}, 2)
    assert not desk.correct_member(sitting.assembly, member, {"name": "Zoë", "area": "s", "post": ""}, 2)
    after = sitting.replayed().members[member]
    assert after.table == 2
    assert after.commitment != before.commitment
    assert sitting.facilitator()["members"][0]["name"] == "Zoë"
    assert desk.badges(sitting.assembly)[0].name == "Zoë"
    assert desk.member(sitting.assembly, member).columns == {"area": "s"}
    assert desk.badges(sitting.assembly)[0].code == sitting.codes[0], "the badge stays good"
    assert "Person 1" not in str(sitting.rows("SELECT * FROM person")) + "".join(row.data for row in sitting.links())


def test_a_column_by_which_a_vote_goes_stays_as_it_is(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite", members=4, columns=[{"area": area} for area in ("n", "s", "n", "s")])
    desk, member = sitting.desk, first(sitting)
    sitting.arrive()
    round_id = sitting.open_round(conduct={"secrecy": "open", "classes": "area"})
    with pytest.raises(WrongState, match="goes by the column “area”"):
        desk.correct_member(sitting.assembly, member, {"name": "Zoë", "area": "s"}, 1)
    assert desk.correct_member(sitting.assembly, member, {"name": "Zoë", "area": "n"}, 1)
    desk.close_round(round_id)
    with pytest.raises(WrongState, match="held by name"):
        desk.correct_member(sitting.assembly, member, {"name": "Zoë", "area": "s"}, 1)


def test_what_cannot_be_is_refused(sitting: Sitting) -> None:
    desk, assembly, member = sitting.desk, sitting.assembly, first(sitting)
    for wrong in ("", "  \u200b\u202e ", "x" * 201):
        with pytest.raises(BadRequest, match="name"):
            desk.add_member(assembly, {"name": wrong}, 1)
        with pytest.raises(BadRequest, match="name"):
            desk.correct_member(assembly, member, {"name": wrong}, 1)
    for table in (0, -1, 1001):
        with pytest.raises(BadRequest, match="no table"):
            desk.add_member(assembly, {"name": "Ada"}, table)
    with pytest.raises(BadRequest, match="“post” has 201"):
        desk.correct_member(assembly, member, {"name": "Ada", "post": "y" * 201}, 1)
    with pytest.raises(SeatTaken, match="has a seat"):
        desk.add_member(assembly, {"id": "v1", "name": "Person 1"}, 1)
    with pytest.raises(NotFound):
        desk.correct_member(assembly, "nobody", {"name": "Ada"}, 1)
    desk.erase_person(member, assembly)
    with pytest.raises(LeftTheAssembly, match="was erased"):
        desk.correct_member(assembly, member, {"name": "Ada"}, 1)


# ------------------------------------------------------------------------------------------------------- on the page


class Console:
    """A facilitator's browser on the page of members."""

    def __init__(self, sitting: Sitting) -> None:
        self.app = web_of(sitting.desk)
        self.browser: FlaskClient = self.app.test_client()
        self.path = f"/run/{sitting.session}/members"
        link = sitting.desk.issue_link("facilitator", sitting.assembly)
        self.browser.post(f"/sign-in/{link}", data={"csrf_token": csrf(self.browser)})

    def press(self, act: str = "", **sent: str) -> str:
        data = {"csrf_token": csrf(self.browser), **sent}
        return self.browser.post(f"{self.path}{act}", data=data, follow_redirects=True).text

    def look(self, place: str = "") -> str:
        return self.browser.get(f"{self.path}{place}").text


def test_everything_is_done_from_one_page(sitting: Sitting) -> None:
    console = Console(sitting)
    page = console.press(name="Ada Byron", table="2", key="abcdefgh-1", **{"column:area": "n"})
    assert "Seated. Give them this code" in page
    letters = re.search(r"fm-membercode\">(\w{4}) (\w{4})<", page)
    assert letters is not None
    code = letters[1] + letters[2]
    tablet = console.app.test_client()
    tablet.post("/join", data={"code": code, "csrf_token": csrf(tablet)})
    assert "Ada Byron" in tablet.get("/m").text
    assert "has a seat in this assembly already" in console.press(name="Ada Byron", table="2", key="abcdefgh-1")
    member = sitting.desk.member_called(sitting.assembly, "added-abcdefgh")
    assert 'class="fm-badge__name">Ada Byron' in console.look(f"/{member}/badge")
    assert "Person 1" not in console.look(f"/{member}/badge")
    assert "Choose one" in console.press(f"/{member}/remove")
    console.press(f"/{member}/correct", name="Ada King", table="3")
    assert "Ada King" in tablet.get("/m").text
    page = console.press(f"/{member}/remove", reason="own-wish")
    assert "Seat 5 at table 3 is free" in page
    gone = tablet.get("/m")
    assert (gone.status_code, "You have left this assembly" in gone.text) == (410, True)
    assert "left the assembly already" in console.press(f"/{member}/remove", reason="own-wish")
    assert "Type the name" in console.press(f"/{member}/fill", name="", key="k")
    assert "Seated." in console.press(f"/{member}/fill", name="Bob", key="qwertyui")
    assert "Somebody has taken this seat" in console.press(f"/{member}/fill", name="Bob", key="asdfghjk")
    assert "5 seats are taken" in console.look()
    with pytest.raises(UnknownCode):
        sitting.desk.who_is("00000000")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_kind_are_shown_as_they_are(sitting: Sitting, name: str) -> None:
    console = Console(sitting)
    console.press(name=name, table="1", key="abcdefgh")
    page = console.press(name=name, table="1", key="zyxwvuts")
    assert "<script>alert" not in page
    page = console.look("?q=" + name[:3])
    assert "<script>alert" not in page
    assert page.count("same name twice") == 2
    assert [one.name for one in sitting.desk.members(sitting.assembly)][-2:] == [name, name]


def test_a_refused_form_keeps_what_was_typed(sitting: Sitting) -> None:
    console = Console(sitting)
    page = console.press(name="Ada <b>", table="", key="k", **{"column:area": "s", "column:post": "PC9"})
    assert "There is a problem" in page
    assert 'value="Ada &lt;b&gt;"' in page
    assert 'value="PC9"' in page
    assert "must be a whole number" in console.press(name="Ada", table="two", key="k")
    assert "is missing" in console.press(name=" ", table="2", key="k")


def test_nobody_else_may(sitting: Sitting) -> None:
    app, path = web_of(sitting.desk), f"/run/{sitting.session}/members"
    tokens = [
        sitting.desk.join(sitting.codes[0]).token,
        *(sitting.desk.issue_token(role, sitting.assembly) for role in ("display", "observer", "scrutineer")),
    ]
    for token in tokens:
        bearer = {"Authorization": f"Bearer {token}"}
        assert app.test_client().get(path, headers=bearer).status_code == 403
        assert app.test_client().post(path, headers=bearer, data={"name": "x", "table": "1"}).status_code == 403
