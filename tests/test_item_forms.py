"""The terms of items in the agenda's editor, and work that goes on from item to item and from session to session."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of

from facilitation.activities import ACTIVITIES
from facilitation.desk import Desk
from facilitation.errors import BadRequest, WrongState
from facilitation.item_forms import FORMS, filled, form_of, read_form
from facilitation.plan.usual_days import WORKING_DAY

Press = Callable[..., str]


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "f.sqlite")


@pytest.mark.parametrize("kind", sorted(ACTIVITIES))
def test_a_form_filled_in_as_it_stands_means_the_usual_terms(kind: str):
    usual = read_form(kind, filled(kind, {}))
    assert read_form(kind, filled(kind, usual)) == usual
    assert all(name in {field.name for field in form_of(kind)} for name in usual)


def test_every_kind_whose_terms_can_be_said_has_a_form():
    said = {
        "evidence": {"questions": 3},
        "discussion": {"seconds": 30},
        "ideas": {"minutes": 3},
        "opinions": {"each": 2},
        "drafts": {"seats": 4},
        "evaluation": {"when": "before"},
    }
    with_terms = {kind for kind, activity in ACTIVITIES.items() if activity.terms(said.get(kind, {}))}
    assert with_terms == set(FORMS)
    for kind, terms in said.items():
        whole = ACTIVITIES[kind].terms(terms)
        assert read_form(kind, filled(kind, whole)).items() >= terms.items()


def test_what_cannot_be_is_refused_in_the_words_of_the_kind():
    with pytest.raises(BadRequest, match="whole number"):
        read_form("ideas", {"minutes": "five"})
    with pytest.raises(BadRequest, match="2 to 6 headings"):
        read_form("discussion", {"headings": "Only one"})
    with pytest.raises(BadRequest, match="step of drafting"):
        read_form("drafts", {"step": "<b>"})


# ------------------------------------------------------------------------------------------------ going on


def agenda(sitting: Sitting, session: str = "") -> list[dict]:
    return sitting.desk.public_screens(session or sitting.session)["facilitator"]["agenda"]


def test_a_working_day_goes_on_with_its_own_items_also_when_it_is_copied(sitting: Sitting):
    desk = sitting.desk
    desk.plan_agenda(sitting.session, WORKING_DAY.agenda())
    rows = agenda(sitting)
    drafts = [row for row in rows if row["kind"] == "drafts"]
    assert [row.get("continues", "") for row in drafts] == ["", drafts[0]["id"], drafts[0]["id"]]
    assert {row["kind"] for row in rows} == set(ACTIVITIES)
    assert sum(row["planned_minutes"] for row in rows) == 480
    copy = agenda(sitting, desk.add_session(sitting.assembly, "Another"))
    first = next(row for row in copy if row["kind"] == "drafts")
    assert [row.get("continues", "") for row in copy if row["kind"] == "drafts"] == ["", first["id"], first["id"]]
    assert first["id"] != drafts[0]["id"]


def test_drafts_go_on_in_the_next_session(sitting: Sitting):
    desk = sitting.desk
    first = desk.add_item(sitting.session, {"kind": "drafts", "title": "Drafting"})
    second = desk.add_session(sitting.assembly, "Session 2", [{"kind": "drafts"}, {"kind": "ideas"}])
    later, ideas = (row["id"] for row in agenda(sitting, second))
    desk.correct_item(second, later, {"continues": first})
    assert agenda(sitting, second)[0]["continues"] == first
    assert [one.title for one in desk.earlier_work(second) if one.kind == "drafts"] == ["Drafting"]
    for item, named in ((ideas, first), (ideas, ideas), (later, later)):
        with pytest.raises(BadRequest, match="cannot go on with"):
            desk.correct_item(second, item, {"continues": named})
    with pytest.raises(BadRequest, match="cannot go on with"):  # not with what comes after it
        desk.correct_item(sitting.session, first, {"continues": later})
    with pytest.raises(WrongState, match="goes on with it"):
        desk.remove_item(sitting.session, first)
    with pytest.raises(WrongState, match="goes on with it"):
        desk.plan_agenda(sitting.session, [{"kind": "close"}])
    desk.correct_item(second, later, {"continues": ""})
    desk.remove_item(sitting.session, first)


# ------------------------------------------------------------------------------------------------ the page


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk))


@pytest.fixture
def press(house: House) -> Press:
    facilitator: FlaskClient = signed_in(house, "facilitator")

    def send(act: str, status: int = 200, **sent: str) -> str:
        seq = house.desk.public_screens(house.seated.session_id)["facilitator"]["seq"]
        form = {"csrf_token": csrf(facilitator), "seen_seq": str(seq), **sent}
        answer = facilitator.post(f"/run/{house.seated.session_id}/{act}", data=form, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return answer.text

    return send


def test_terms_are_changed_in_a_plain_form_and_a_refused_one_keeps_what_was_typed(house: House, press: Press):
    page = press("agenda/usual", usual="working", start="")
    rows = house.desk.public_screens(house.seated.session_id)["facilitator"]["agenda"]
    ideas, grouping = (row for row in rows if row["kind"] == "ideas")
    assert f'id="term-question-{ideas["id"]}"' in page
    assert "Goes on with “Ideas, at new tables”" in page
    plan = {"kind": "ideas", "kind_before": "ideas", "title": "Ideas", "note": "", "minutes": "40"}
    page = press(
        f"items/{ideas['id']}/correct", 400, **plan, **{"term-question": "<b>Why?</b>", "term-minutes": "never"}
    )
    assert "must be a whole number" in page
    assert "&lt;b&gt;Why?&lt;/b&gt;" in page
    press(f"items/{ideas['id']}/correct", **plan, **{"term-question": "<b>Why?</b>", "term-minutes": "7"})
    now = house.desk.public_screens(house.seated.session_id)["facilitator"]["agenda"]
    assert next(row for row in now if row["id"] == ideas["id"])["terms"] == {"question": "<b>Why?</b>", "minutes": 7}
    again = {**plan, "title": "Grouping", "continues": ""}
    press(f"items/{grouping['id']}/correct", **again)
    now = house.desk.public_screens(house.seated.session_id)["facilitator"]["agenda"]
    assert "continues" not in next(row for row in now if row["id"] == grouping["id"])
    press(f"items/{grouping['id']}/correct", **{**again, "continues": ideas["id"]})
    page = press(f"items/{grouping['id']}/correct", **{**again, "kind": "break", "continues": ideas["id"]})
    assert re.search(r'value="break" selected', page)
