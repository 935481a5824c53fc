"""Opinions and the questionnaire through their doors: plain forms, bad input, and who may open which."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asked import Asked, evaluation, opinions, two_camps
from flask.testing import FlaskClient
from houses import web_of
from werkzeug.test import TestResponse

from facilitation.evaluation.questions import BUILT_IN
from web.opinions import answer as drawn_by_the_child

HOSTILE = "<script>alert(1)</script> ‮שלום 👩‍👩‍👧 ŵ"
HEAVIEST_PAGE = 80 * 1024


class Browsers:
    """A browser for the facilitator, and one for every member."""

    def __init__(self, asked: Asked) -> None:
        self.asked, self.desk = asked, asked.desk
        self.app = web_of(asked.desk)
        self.staff = self._browser(asked.desk.issue_token("facilitator", asked.assembly), "facilitator")
        self.tablets = [self._browser(asked.desk.join(code).token, "member") for code in asked.codes]
        self.run = f"/run/{asked.session}/items/{asked.item}"
        self.mine = f"/m/items/{asked.item}"

    def _browser(self, token: str, role: str) -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["devices"], kept["csrf"] = {role: token}, "token"
        return client


def send(client: FlaskClient, address: str, **fields: Any) -> TestResponse:
    """A plain form."""
    return client.post(address, data={"csrf_token": "token", **fields})


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Browsers]:
    asked = opinions(tmp_path, 12)
    yield Browsers(asked)
    asked.close()


@pytest.fixture
def questions(tmp_path: Path) -> Iterator[Browsers]:
    asked = evaluation(tmp_path, 6)
    yield Browsers(asked)
    asked.close()


def statement(page: str) -> str:
    found = re.search(r'data-now="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_a_member_answers_by_plain_forms_one_statement_after_another(few: Browsers) -> None:
    tablet, seen = few.tablets[0], []
    for number in range(10):
        page = tablet.get("/m").text
        assert f"You have answered {number} of 10." in page
        seen.append(statement(page))
        assert send(tablet, f"{few.mine}/opinions/{seen[-1]}", value="agree").status_code == 303
    assert len(set(seen)) == 10
    page = tablet.get("/m").text
    assert "You have answered everything." in page
    assert send(tablet, f"{few.mine}/look-again", statement=seen[3]).status_code == 303
    assert statement(tablet.get("/m").text) == seen[3]
    assert send(tablet, f"{few.mine}/opinions/{seen[3]}", value="disagree").status_code == 303
    assert len(gzip.compress(page.encode())) < HEAVIEST_PAGE


@pytest.mark.parametrize(
    ("rest", "fields", "status"),
    [
        ("opinions/none", {"value": "agree"}, 404),
        ("opinions/{text}", {"value": "maybe"}, 400),
        ("opinions/{text}", {}, 400),
        ("look-again", {"statement": "none"}, 404),
        ("opinions", {"words": "", "key": "k"}, 400),
        ("opinions", {"words": "x" * 10_000, "key": "k"}, 400),
        ("opinions", {"words": "no key"}, 400),
    ],
)
def test_bad_input_is_refused_and_nothing_is_kept(few: Browsers, rest: str, fields: Any, status: int) -> None:
    text = few.asked.work()["list"][0]["text"]
    before = few.asked.rows("SELECT count(*) FROM answer"), len(few.asked.links())
    answer = send(few.tablets[0], f"{few.mine}/{rest.format(text=text)}", **fields)
    assert answer.status_code == status, answer.text
    assert (few.asked.rows("SELECT count(*) FROM answer"), len(few.asked.links())) == before


def test_hostile_statements_are_shown_as_words_on_every_screen(few: Browsers) -> None:
    assert send(few.tablets[0], f"{few.mine}/opinions", words=HOSTILE, key="k").status_code == 303
    text = few.asked.work()["list"][-1]["text"]
    assert send(few.staff, f"{few.run}/opinions/statements/{text}", state="shown").status_code == 303
    send(few.tablets[1], f"{few.mine}/look-again", statement=text)
    pages = [few.staff.get(few.run), few.tablets[0].get("/m"), few.tablets[1].get("/m")]
    for page in (*pages, few.staff.get(f"/run/{few.asked.session}")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_the_facilitator_closes_draws_and_shows_and_pressing_twice_is_pressing_once(few: Browsers) -> None:
    two_camps(few.asked)
    assert send(few.staff, f"{few.run}/opinions/draw").status_code == 409
    for door in ("close", "close", "draw", "draw"):
        assert send(few.staff, f"{few.run}/opinions/{door}").status_code == 303
    assert few.asked.work()["picture"]["grouped"] == 12
    page = few.staff.get(few.run).text
    assert "Group A" in page
    assert page.count('class="fm-group fm-group--0"') == page.count('class="fm-group fm-group--1"') == 6
    assert "Group A" not in few.tablets[0].get("/m").text
    assert send(few.staff, f"{few.run}/opinions/show", members="yes").status_code == 303
    assert "Group A" in few.tablets[0].get("/m").text
    assert send(few.tablets[0], f"{few.mine}/opinions/x", value="agree").status_code == 409
    kinds = [kind for (kind,) in few.asked.rows("SELECT kind FROM journal WHERE kind LIKE 'opinions-%'")]
    assert kinds == ["opinions-closed", "opinions-drawn", "opinions-shown"]


def test_many_statements_come_at_once_or_not_at_all(few: Browsers) -> None:
    door = f"{few.run}/opinions/statements"
    refused = send(few.staff, door, words="One\n" + "x" * 281, key="k")
    assert refused.status_code == 400
    assert "The statement in line 2 has 281 characters" in refused.text
    for _ in range(2):
        assert send(few.staff, door, words="One\n\n  Two  \n", key="k").status_code == 303
    assert [one["words"] for one in few.asked.work()["list"][10:]] == ["One", "Two"]
    assert send(few.staff, door, words=" \n ", key="k2").status_code == 400


def test_nobody_opens_a_door_that_is_not_theirs(few: Browsers) -> None:
    member, staff = few.tablets[0], few.staff
    for door in ("opinions/close", "opinions/draw", "opinions/show", "opinions/statements", "evaluation/close"):
        assert send(member, f"{few.run}/{door}").status_code in (401, 403), door
    assert send(staff, f"{few.mine}/opinions", words="x", key="k").status_code in (401, 403)
    assert member.get(f"{few.run}/evaluation.csv").status_code in (401, 403)
    assert few.app.test_client().get(f"/evaluation/{few.asked.session}/{few.asked.item}").status_code == 409


def test_the_child_that_draws_answers_with_json_and_no_server_loads_matrices() -> None:
    asked = {"statements": list("abcdefgh"), "rows": ["++++----"] * 6 + ["----++++"] * 6, "straight": False}
    found = drawn_by_the_child(json.dumps(asked))
    assert [group["people"] for group in found["picture"]["groups"]] == [6, 6]


def test_a_member_fills_in_the_questionnaire_by_plain_forms(questions: Browsers) -> None:
    tablet, door = questions.tablets[0], f"{questions.mine}/evaluation"
    sent = send(tablet, door, **{"q-know-subject": "2", "q-own-view": "skip", "page": "2"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{questions.mine}?page=2")
    page = tablet.get(f"{questions.mine}?page=1").text
    assert re.search(r'id="q-know-subject-2"[^>]* checked', page)
    assert re.search(r'id="q-own-view-skip"[^>]* checked', page)
    assert len(gzip.compress(page.encode())) < HEAVIEST_PAGE
    for bad in ({"q-know-subject": "9"}, {"q-nothing": "1"}, {"q-know-subject": ["1", "2"]}):
        assert send(tablet, door, **bad).status_code in (400, 404)
    assert send(tablet, door, page="²").status_code == 303
    assert send(tablet, door, comment="x" * 10_000).status_code == 400


def test_the_results_are_told_as_a_whole_to_whom_the_facilitator_says(questions: Browsers) -> None:
    public = f"/evaluation/{questions.asked.session}/{questions.asked.item}"
    for tablet in questions.tablets:
        send(tablet, f"{questions.mine}/evaluation", **{"q-respect": "1", "comment": HOSTILE})
    assert send(questions.staff, f"{questions.run}/evaluation/show", public="yes").status_code == 409
    assert send(questions.staff, f"{questions.run}/evaluation/close").status_code == 303
    stranger = questions.app.test_client()
    assert stranger.get(public).status_code == 404
    assert send(questions.staff, f"{questions.run}/evaluation/show", public="yes").status_code == 303
    page = stranger.get(public).text
    assert "6 of 6" in page
    assert "script&gt;" not in page
    console = questions.staff.get(questions.run).text
    assert "&lt;script&gt;alert" in console
    assert "<script>alert" not in console
    table = questions.staff.get(f"{questions.run}/evaluation.csv")
    assert table.mimetype == "text/csv"
    assert 'respect,"Deliberative experience: facilitation, equality and respect"' in table.text
    assert ",Agree,,,6,6" in table.text


def test_a_file_with_another_wording_is_read_or_refused_by_place(questions: Browsers) -> None:
    door = f"{questions.run}/evaluation/questions"

    def load(data: bytes) -> TestResponse:
        return send(questions.staff, door, file=(io.BytesIO(data), "questions.json"))

    assert "Line 1 is not JSON" in load(b"{").text
    assert load(b"").status_code == 400
    assert load(b"[" * 300_000).status_code in (400, 413)
    assert load(BUILT_IN.read_bytes()).status_code == 303
    assert questions.asked.work()["built_in"] is False
    assert send(questions.staff, door, built_in="yes").status_code == 303
    assert json.loads(questions.staff.get(f"{questions.run}/questions.json").text)["pages"]
