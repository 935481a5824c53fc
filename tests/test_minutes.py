"""The minutes in all their forms: as text, page and tagged PDF the same chapters; actions noted, done, carried on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk
from facilitation.errors import BadRequest, NotFound
from facilitation.minutes import minutes_blocks, minutes_text
from facilitation.minutes_pdf import WITHOUT, minutes_pdf


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "m.sqlite", members=4)


@pytest.fixture
def house(desk: Desk, request: pytest.FixtureRequest) -> House:
    return House(desk, web_of(desk), request.node.name)


def minutes(sitting: Sitting) -> dict[str, Any]:
    return sitting.desk.minutes_json(sitting.session)


def a_vote(sitting: Sitting, title: str = "Trams?") -> None:
    sitting.arrive()
    sitting.desk.close_round(sitting.open_round(title=title))


def words_of(blocks: list[dict[str, Any]]) -> list[str]:
    return [word for block in blocks for word in block.get("points", [block.get("text")])]


def test_text_and_blocks_say_the_same(sitting: Sitting) -> None:
    a_vote(sitting)
    sitting.desk.note_action(sitting.session, "k", "Send the bus figures", "Transport team", "1 May")
    text = minutes_text(minutes(sitting))
    for word in words_of(minutes_blocks(minutes(sitting))):
        assert word in text
    assert "- Send the bus figures. Who: Transport team. By: 1 May. Open." in text


def test_times_are_those_of_the_clock_in_the_hall(sitting: Sitting) -> None:
    """In summer an hour later than what the journal keeps."""
    a_vote(sitting)
    summer = {**minutes(sitting), "started_at": "2027-07-01T09:30:00.000Z", "closed_at": "2027-07-01T23:05:00.000Z"}
    assert "Times are those of Europe/London." in minutes_text(summer)
    assert "Started: 10:30. Closed: 00:05." in minutes_text(summer)


def test_the_pdf_is_tagged_has_a_language_and_comes_out_the_same_again(sitting: Sitting) -> None:
    a_vote(sitting, "A oes angen mwy o fysiau? Ŵ")
    data = minutes_pdf(minutes(sitting))
    assert data == minutes_pdf(minutes(sitting))
    assert data.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid"):
        assert mark in data, mark
    assert data != minutes_pdf(minutes(sitting), "cy")


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", '#panic("x") $ ] *', "مرحبا بالعالم", "\\ ` @ <x>"])
def test_what_people_write_is_never_markup(sitting: Sitting, title: str) -> None:
    a_vote(sitting, title)
    assert b"pdfuaid" in minutes_pdf(minutes(sitting))


def test_a_sign_without_a_letterform_makes_no_promise_and_loses_no_minutes(sitting: Sitting) -> None:
    a_vote(sitting, "More trees 🌳?")
    data = minutes_pdf(minutes(sitting))
    assert b"pdfuaid" not in data
    assert b"/StructTreeRoot" in data
    assert "page on the web shows all" in WITHOUT


def test_an_action_is_noted_once_done_and_open_again_and_stands_in_the_next_sessions_minutes(sitting: Sitting) -> None:
    desk, session = sitting.desk, sitting.session
    desk.note_action(session, "k", " Ask the bus company ")
    desk.note_action(session, "k", " Ask the bus company ")
    (action,) = desk.actions_of(sitting.assembly)
    assert (action["what"], action["who"], action["done_at"]) == ("Ask the bus company", "", None)
    desk.close_session(session)
    later = desk.add_session(sitting.assembly, "Session 2")
    assert desk.minutes_json(later)["actions"] == [action]
    desk.start_item(later, desk.public_screens(later)["facilitator"]["agenda"][0]["id"])
    desk.settle_action(later, action["id"])
    desk.settle_action(later, action["id"])
    assert "Done on 2027-03-06." in desk.minutes(later)
    desk.settle_action(later, action["id"], done=False)
    assert desk.actions_of(sitting.assembly) == [action]
    third = desk.add_session(sitting.assembly, "Session 3")
    desk.settle_action(later, action["id"])
    sitting.clock.go_on(60)
    desk.start_item(third, desk.public_screens(third)["facilitator"]["agenda"][0]["id"])
    assert desk.minutes_json(third)["actions"] == [], "done before this session began"
    assert not any("bus company" in row["data"] for row in desk.journal(sitting.assembly))


@pytest.mark.parametrize(("what", "who"), [("", ""), (" ", "x"), ("x" * 1001, ""), ("x", "y" * 201)])
def test_an_action_that_cannot_be_is_refused_and_nothing_is_kept(sitting: Sitting, what: str, who: str) -> None:
    with pytest.raises(BadRequest):
        sitting.desk.note_action(sitting.session, "k", what, who)
    assert sitting.rows("SELECT * FROM words") == []
    with pytest.raises(NotFound):
        sitting.desk.settle_action(sitting.session, "nothing")


def test_on_the_web_the_minutes_are_a_page_a_text_and_a_pdf(house: House) -> None:
    session = house.seated.session_id
    client = signed_in(house, "facilitator")
    form = {"csrf_token": csrf(client), "key": "k", "what": "Ask <b>them</b>", "who": "", "by": ""}
    assert client.post(f"/run/{session}/actions", data=form).status_code == 303
    page = client.get(f"/run/{session}/minutes").get_data(as_text=True)
    assert "Ask &lt;b&gt;them&lt;/b&gt;" in page
    button = "".join(client.get(f"/run/{session}/actions").get_data(as_text=True).split("<button")[1:])
    assert 'Done<span class="govuk-visually-hidden" dir="auto">: Ask &lt;b&gt;them&lt;/b&gt;</span>' in button
    assert "Ask <b>them</b>" in client.get(f"/run/{session}/minutes.txt").get_data(as_text=True)
    answer = client.get(f"/run/{session}/minutes.pdf")
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(f"/run/{session}/minutes.exe").status_code == 403
    refused = client.post(f"/run/{session}/actions", data={**form, "what": ""})
    assert refused.status_code == 400
    assert "Write something first" in refused.get_data(as_text=True)
