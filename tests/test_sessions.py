"""Assemblies and sessions made in the browser: seated from a file, planned with a day, renamed, removed."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of
from openpyxl import Workbook

from facilitation.desk import Desk
from facilitation.errors import BadRequest, NotFound, WrongState


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite")


def names(sitting: Sitting) -> list[tuple[str, str]]:
    return [(one.name, one.day) for one in sitting.desk.sessions(sitting.assembly)]


def test_a_session_is_planned_with_a_day_renamed_and_removed(sitting: Sitting):
    desk = sitting.desk
    second = desk.add_session(sitting.assembly, " Rhyl,  y gwanwyn ", [{"kind": "vote"}], day="2027-03-06")
    assert names(sitting) == [("Session 1", ""), ("Rhyl, y gwanwyn", "2027-03-06")]
    head = desk.name_session(second, "RHYL", "2027-03-07")
    assert desk.name_session(second, "RHYL", "2027-03-07") == head  # sent twice
    assert names(sitting)[1] == ("RHYL", "2027-03-07")
    assert sitting.replayed().sessions[second].day == "2027-03-07"
    assert desk.remove_session(second) == sitting.session
    assert names(sitting) == [("Session 1", "")]
    assert list(sitting.replayed().sessions) == [sitting.session]
    for act in (desk.remove_session, desk.minutes, lambda one: desk.name_session(one, "Again")):
        with pytest.raises(NotFound):
            act(second)


def test_bad_names_and_days_are_refused(sitting: Sitting):
    desk = sitting.desk
    desk.add_session(sitting.assembly, "Second", [{"kind": "vote"}])
    for name, day in (
        ("", ""),
        ("second", ""),
        ("n" * 201, ""),
        ("a\u202eb", ""),
        ("x", "6 March"),
        ("x", "2027-02-30"),
        ("x", "20270306"),
    ):
        with pytest.raises(BadRequest):
            desk.name_session(sitting.session, name, day)
    assert names(sitting)[0] == ("Session 1", "")
    desk.name_session(sitting.session, "<b>Ŵ & co</b>", "")
    assert names(sitting)[0] == ("<b>Ŵ & co</b>", "")


def test_what_has_begun_or_is_needed_stays(sitting: Sitting):
    desk = sitting.desk
    with pytest.raises(WrongState, match="only session"):
        desk.remove_session(sitting.session)
    second = desk.add_session(sitting.assembly, "Second", [{"kind": "drafts"}])
    third = desk.add_session(sitting.assembly, "Third", [{"kind": "drafts"}])
    first_draft, later = (desk.public_screens(one)["facilitator"]["agenda"][0]["id"] for one in (second, third))
    desk.correct_item(third, later, {"continues": first_draft})
    with pytest.raises(WrongState, match="“Third” goes on with its work"):
        desk.remove_session(second)
    vote = desk.create_round(third, {"title": "Adopt?", "rule": "yes-no"})
    with pytest.raises(WrongState, match="vote is prepared"):
        desk.remove_session(third)
    desk.cancel_round(vote, "not needed")
    desk.remove_session(third)
    desk.join(sitting.codes[0])
    with pytest.raises(WrongState, match="have arrived"):
        desk.remove_session(sitting.session)
    desk.next_action(second)
    with pytest.raises(WrongState, match="has begun"):
        desk.remove_session(second)


def test_members_join_the_first_session_that_is_not_closed(sitting: Sitting):
    desk = sitting.desk
    second = desk.add_session(sitting.assembly, "Second", [{"kind": "vote"}])
    third = desk.add_session(sitting.assembly, "Third", [{"kind": "vote"}])
    assert desk.join(sitting.codes[0]).session_id == sitting.session
    desk.next_action(sitting.session)
    desk.close_session(sitting.session)
    assert desk.join(sitting.codes[0]).session_id == second
    assert desk.join(sitting.codes[1]).session_id == second
    desk.next_action(second)
    desk.close_session(second)
    assert desk.join(sitting.codes[1]).session_id == third


# ------------------------------------------------------------------------------------------------ the pages


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk))


def post(browser: FlaskClient, path: str, **sent: object) -> tuple[int, str]:
    form = {"csrf_token": csrf(browser), **sent}
    answer = browser.post(path, data=form, content_type="multipart/form-data", follow_redirects=True)
    return answer.status_code, answer.text


def test_sessions_are_named_and_removed_on_their_page(house: House):
    browser, first = signed_in(house, "facilitator"), house.seated.session_id
    status, page = post(browser, f"/run/{first}/sessions", name="Second", usual="short", day="2027-03-06")
    second = house.desk.sessions(house.seated.assembly_id)[1].id
    assert (status, "Second" in page) == (200, True)
    page = browser.get(f"/run/{second}/sessions").text
    assert "Saturday 6 March 2027" in page
    assert f'id="remove-{second}"' in page
    status, page = post(browser, f"/run/{second}/name", name="<i>Rhyl</i>", day="soon")
    assert status == 400
    assert f'href="#day-{second}"' in page
    assert 'value="&lt;i&gt;Rhyl&lt;/i&gt;"' in page
    status, page = post(browser, f"/run/{second}/name", name="<i>Rhyl</i>", day="")
    assert "&lt;i&gt;Rhyl&lt;/i&gt;" in page
    house.desk.next_action(second)
    status, page = post(browser, f"/run/{second}/remove")
    assert (status, "It has begun." in page) == (409, True)
    third = house.desk.add_session(house.seated.assembly_id, "Third", [{"kind": "vote"}])
    status, page = post(browser, f"/run/{third}/remove")
    assert (status, "Third" in page) == (200, False)
    assert browser.get(f"/run/{third}").status_code == 404


def workbook() -> bytes:
    book = Workbook()
    for row in (("id", "name", "table"), ("007", "Zoë Ŵyn", 2), ("8", "=1+1", 1)):
        book.active.append(row)
    book.active["B3"].data_type = "s"  # a text that looks like a formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("panel.csv", "id,name,table\n007,Zoë Ŵyn,2\n8,=1+1,1\n".encode()), ("panel.xlsx", workbook())],
)
def test_a_panel_is_seated_from_a_file(house: House, name: str, data: bytes):
    recruiter = signed_in(house, "recruiter")
    status, page = post(recruiter, "/recruit/seat", assembly="From a file", panel=(io.BytesIO(data), name))
    assert status == 200
    assert "2 members are seated" in page
    assert "Zoë Ŵyn" in page
    made = next(one for one in house.desk.assemblies() if one.name == "From a file")
    assert [one.table for one in house.desk.badges(made.id)] == [2, 1]


def test_a_file_that_cannot_be_seated_is_refused_beside_its_field(house: House):
    recruiter = signed_in(house, "recruiter")
    for assembly, data, field, words in (
        ("", b"id\n1\n", "assembly", "needs a name"),
        ("New", b"", "panel", "cannot be seated|no column id|panel"),
        ("New", b"name\nAda\n", "panel", "no column id"),
        ("New", b"id\n7\n7\n", "panel", "row 3, column id"),
        ("New", b"PK\x03\x04 no workbook", "panel", "cannot be read"),
        ("New", b"id\n" + b"1" * (2 * 1024 * 1024), "panel", "larger than 2 MB"),
    ):
        status, page = post(recruiter, "/recruit/seat", assembly=assembly, panel=(io.BytesIO(data), "p.csv"))
        assert status == 400, words
        assert re.search(words, page), words
        assert f'href="#{field}"' in page, words
    assert [one.name for one in house.desk.assemblies()] == ["Assembly"]
    facilitator = signed_in(house, "facilitator")
    assert facilitator.get("/recruit/seat").status_code == 403
