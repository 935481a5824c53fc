"""Evidence on pages and by plain forms: members, hosts, the facilitator, the hall; papers that do nothing but show."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from houses import csrf, web_of

from facilitation.desk import Desk
from facilitation.desk.evidence import Place
from web.app import CSP

AGENDA: list[dict[str, Any]] = [
    {"kind": "evidence", "title": "Heating", "terms": {"speakers": [{"name": "Dr <b>Rahman", "subject": "Pumps"}]}},
    {"kind": "discussion"},
]
PDF = b"%PDF-1.7\nheat"


class Hall:
    """An assembly of three at two tables, with evidence on, and a browser for each role."""

    def __init__(self, desk: Desk, app: Flask, name: str) -> None:
        self.desk, self.app = desk, app
        people = [{"id": str(n), "name": f"Person {n}", "table": str(n % 2 + 1)} for n in (1, 2, 3)]
        seated = desk.seat(name, people, AGENDA)
        self.assembly, self.session = seated.assembly_id, seated.session_id
        self.codes = [member.code for member in seated.members]
        self.item = desk.public_screens(self.session)["facilitator"]["agenda"][0]["id"]
        desk.start_item(self.session, self.item)
        self.at = Place(self.session, self.item)

    def signed_in(self, role: str, **more: Any) -> FlaskClient:
        browser = self.app.test_client()
        code = self.desk.issue_link(role, self.assembly, **more)
        assert browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(browser)}).status_code == 303
        return browser

    def member(self, number: int) -> FlaskClient:
        browser = self.app.test_client()
        sent = {"csrf_token": csrf(browser), "code": self.codes[number]}
        assert browser.post("/join", data=sent).status_code == 303
        return browser

    def questions(self) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.item_screen(self.session, self.item, "member")["work"]["questions"]
        return found

    def first(self) -> str:
        return str(self.questions()["waiting"][0]["id"])

    def attached(self) -> str:
        return str(self.desk.evidence_papers(self.assembly)[0]["papers"][0]["id"])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One house for all tests here, so that its pages are compiled once; each test seats an assembly of its own."""
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('house') / 'house.sqlite'}")
    yield web_of(desk)
    desk.close()


@pytest.fixture
def hall(house: Flask, request: pytest.FixtureRequest) -> Hall:
    return Hall(house.extensions["desk"], house, request.node.name[:80])


def send(browser: FlaskClient, path: str, status: int = 200, **sent: Any) -> str:
    """Send a plain form, and give the page to which it leads."""
    answer = browser.post(path, data={"csrf_token": csrf(browser), **sent}, follow_redirects=True)
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


def test_a_member_asks_supports_and_takes_back_by_plain_forms(hall: Hall) -> None:
    one, other = hall.member(0), hall.member(1)
    path = f"/m/items/{hall.item}/questions"
    page = send(one, path, key="k1", question="<script>alert(1)</script> pwy ŵ 😀 كم؟")
    assert "1 of 2 used" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; pwy ŵ 😀 كم؟" in page
    assert "<script>alert" not in page
    assert "1 of 2 used" in send(one, path, key="k1", question="<script>alert(1)</script> pwy ŵ 😀 كم؟")
    page = send(other, f"{path}/{hall.first()}/support")
    assert "1 person wants this answered, and you are one of them" in page
    assert "1 person wants this answered, and" in send(other, f"{path}/{hall.first()}/support")
    assert "Nobody has pressed yet" in send(other, f"{path}/{hall.first()}/support", withdraw="yes")
    send(one, path, key="k2", question="And this?")
    assert "asked all its questions" in one.get("/m").text
    assert "its 2 questions" in send(one, path, 409, key="k3", question="And that?")
    assert "only that table" in send(other, f"{path}/{hall.first()}/withdraw", 409)
    assert "1 of 2 used" in send(one, f"{path}/{hall.first()}/withdraw")
    for words in ("", "x" * 10_000):
        send(one, path, 400, key="k4", question=words)
    assert len(hall.questions()["waiting"]) == 1


def test_a_script_that_sends_a_question_is_answered_in_json(hall: Hall) -> None:
    tablet, body = hall.member(0), {"key": "k1", "question": "How loud?"}
    headers = {"X-CSRF-Token": csrf(tablet)}
    for _ in range(2):
        assert tablet.post(f"/m/items/{hall.item}/questions", json=body, headers=headers).status_code == 200
    assert [one["words"] for one in hall.questions()["waiting"]] == ["How loud?"]


def test_the_item_has_a_page_of_its_own_when_it_is_over(hall: Hall) -> None:
    tablet = hall.member(0)
    hall.desk.next_action(hall.session)
    answer = tablet.post(
        f"/m/items/{hall.item}/questions",
        data={"csrf_token": csrf(tablet), "key": "k", "question": "What did we miss?"},
    )
    assert answer.location == f"/m/items/{hall.item}"
    assert "What did we miss?" in tablet.get(answer.location).text
    facilitator = hall.signed_in("facilitator")
    page = send(facilitator, f"/run/{hall.session}/items/{hall.item}/questions/allow", each="0")
    assert "Take questions: 1 from each table" in page
    assert "No questions are taken now." in tablet.get(f"/m/items/{hall.item}").text
    send(facilitator, f"/run/{hall.session}/items/{hall.item}/slots", 409, speaker="1")


def test_a_host_asks_for_the_table_of_the_link(hall: Hall) -> None:
    host, path = hall.signed_in("host", table=2), f"/host/items/{hall.item}/questions"
    token = {"csrf_token": csrf(host)}
    assert host.post(path, data={**token, "key": "k", "question": "How loud?"}).status_code == 303
    assert [(one["table"], one["words"]) for one in hall.questions()["waiting"]] == [(2, "How loud?")]
    page = host.get(f"/host/{hall.session}").text
    assert "Questions of table 2" in page
    assert "1 of 2 used" in page
    hall.desk.ask_for_table(hall.at, 1, "k", "Who pays?")
    foreign = hall.questions()["waiting"][1]["id"]
    assert host.post(f"{path}/{foreign}/withdraw", data=token).status_code == 409
    assert host.post(f"{path}/{hall.first()}/withdraw", data=token).status_code == 303
    assert [one["words"] for one in hall.questions()["waiting"]] == ["Who pays?"]


def test_the_facilitator_runs_slots_and_the_bank_by_plain_forms(hall: Hall) -> None:
    facilitator, path = hall.signed_in("facilitator"), f"/run/{hall.session}/items/{hall.item}"
    page = send(facilitator, f"{path}/slots", speaker="1")
    assert "Dr &lt;b&gt;Rahman" in page
    assert re.search(r'role="timer" data-quiet data-ends-at="[^"]+"><span data-clock>(10:00|9:5\d)', page)
    assert "<b>Rahman" not in page + hall.member(0).get("/m").text
    send(facilitator, f"{path}/slots/more")
    left = hall.desk.item_screen(hall.session, hall.item, "hall")["work"]["slot"]["seconds_left"]
    assert 640 <= left <= 660
    send(facilitator, f"{path}/slots/end")
    for number, table in ((1, 1), (2, 2), (3, 2)):
        send(facilitator, f"{path}/questions", table=str(table), key=f"k{number}", question=f"Question {number}?")
    one, two, three = (row["id"] for row in hall.questions()["waiting"])
    assert "Take apart" in send(facilitator, f"{path}/questions/{two}/merge", under=one)
    assert "1 more question says the same" in hall.member(0).get("/m").text
    send(facilitator, f"{path}/questions/{three}/merge", 409, under=two)
    send(facilitator, f"{path}/questions/{three}/merge", 400)
    send(facilitator, f"{path}/questions/{two}/part")
    send(facilitator, f"{path}/questions/{one}/mark", mark="now")
    assert "Being answered now" in hall.member(0).get("/m").text
    send(facilitator, f"{path}/questions/{one}/mark", mark="answered", note="Dr Rahman", key="n1")
    send(facilitator, f"{path}/questions/{two}/mark", mark="owed", note="The ministry <i>", key="n2")
    assert (
        'To be answered by the next session: <span dir="auto">The ministry &lt;i&gt;' in hall.member(0).get("/m").text
    )
    send(facilitator, f"{path}/questions/{three}/mark", 400, mark="nonsense")
    send(facilitator, f"{path}/questions/nothing/mark", 404, mark="now")
    send(facilitator, f"{path}/questions/{three}/remove")
    assert [len(hall.questions()[what]) for what in ("waiting", "owed", "answered")] == [0, 1, 1]


def test_speakers_are_written_down_line_by_line(hall: Hall) -> None:
    facilitator, path = hall.signed_in("facilitator"), f"/run/{hall.session}/items/{hall.item}"
    assert f'href="{path}"' in facilitator.get(f"/run/{hall.session}/agenda").text
    page = send(facilitator, f"{path}/speakers", 400, speakers="Sian Pugh; Who pays; soon")
    assert "Speaker 1: &#39;soon&#39; is not a length." in page
    assert "Sian Pugh; Who pays; soon</textarea>" in page
    send(facilitator, f"{path}/speakers", speakers="Sian Pugh; Who pays; 5\r\n\r\nفريد; <i>; 10")
    assert "Sian Pugh; Who pays; 5\nفريد; &lt;i&gt;; 10</textarea>" in facilitator.get(path).text


def test_a_refused_question_comes_back_with_what_was_typed(hall: Hall) -> None:
    facilitator, path = hall.signed_in("facilitator"), f"/run/{hall.session}/items/{hall.item}"
    page = send(facilitator, f"{path}/questions", 400, table="2", key="k", question="ŵ" * 401)
    assert "The question has 401 characters; there is room for 400." in page
    assert "ŵ" * 401 + "</textarea>" in page
    assert '<option value="2" selected>' in page


def upload(browser: FlaskClient, hall: Hall, file: tuple[bytes, str], status: int = 200, **more: str) -> str:
    path = f"/run/{hall.session}/items/{hall.item}/papers"
    data = {"csrf_token": csrf(browser), "key": "k", **more, "file": (io.BytesIO(file[0]), file[1])}
    answer = browser.post(path, data=data, content_type="multipart/form-data", follow_redirects=True)
    assert answer.status_code == status, answer.text[:2000]
    return answer.text


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"MZ\x90\x00\x03", "setup.exe", "of a kind that cannot be handed out"),
        (b"MZ\x90\x00\x03", "guide.pdf", "not what its ending says"),
        (b"<svg onload='x()'/>", "a.svg", "of a kind that cannot be handed out"),
        (b"", "empty.pdf", "is empty"),
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "large.pdf", "is larger than 10 MB"),
    ],
)
def test_what_cannot_be_handed_out_is_refused_with_its_reason(hall: Hall, data: bytes, name: str, says: str) -> None:
    assert says in upload(hall.signed_in("facilitator"), hall, (data, name), 400)
    assert hall.desk.evidence_papers(hall.assembly) == []


def test_papers_are_opened_by_members_and_can_do_nothing(hall: Hall) -> None:
    facilitator, tablet = hall.signed_in("facilitator"), hall.member(0)
    upload(facilitator, hall, (PDF, "..\\..\\Llŵybr.pdf"), title='Gwres: ŵ & "heat"\r\nX: y')
    paper = hall.attached()
    for browser in (tablet, facilitator, hall.signed_in("host", table=1)):
        opened = browser.get(f"/papers/{paper}")
        assert (opened.status_code, opened.data, opened.mimetype) == (200, PDF, "application/pdf")
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    policy = opened.headers["Content-Security-Policy"]
    assert policy != CSP
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy
    name = "filename=\"Gwres  heat X y.pdf\"; filename*=UTF-8''Gwres%20%C5%B5%20heat%20X%20y.pdf"
    assert opened.headers["Content-Disposition"] == f"inline; {name}"
    assert "Gwres: ŵ &amp; &#34;heat&#34; X: y</span>" in tablet.get("/m").text
    assert f'href="/papers/{paper}"' in tablet.get("/papers").text
    hall.desk.close_session(hall.session)
    assert tablet.get(f"/papers/{paper}").status_code == 200


def test_what_a_browser_does_not_show_is_saved_and_all_else_is_in_a_sandbox(hall: Hall) -> None:
    facilitator, tablet = hall.signed_in("facilitator"), hall.member(0)
    upload(facilitator, hall, (b"<script>x()</script> is what not to write", "a.txt"), 400)
    upload(facilitator, hall, (b"Read <b>this</b> <script>x()</script>", "a.txt"))
    opened = tablet.get(f"/papers/{hall.attached()}")
    assert opened.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert opened.headers["Content-Security-Policy"].endswith("; sandbox")
    assert opened.headers["Content-Disposition"].startswith("inline;")
    send(facilitator, f"/run/{hall.session}/items/{hall.item}/papers/{hall.attached()}/remove")
    from test_evidence import DOCX, zipped

    upload(facilitator, hall, (zipped(DOCX), "a.docx"), key="k2")
    opened = tablet.get(f"/papers/{hall.attached()}")
    assert opened.headers["Content-Disposition"].startswith("attachment;")


def test_papers_are_for_the_people_of_their_assembly(hall: Hall) -> None:
    upload(hall.signed_in("facilitator"), hall, (PDF, "a.pdf"))
    paper = hall.attached()
    elsewhere = Hall(hall.desk, hall.app, "Another assembly")
    assert elsewhere.member(0).get(f"/papers/{paper}").status_code == 404
    assert hall.app.test_client().get(f"/papers/{paper}").status_code == 401
    assert elsewhere.signed_in("facilitator").get("/papers").text.count("/papers/") == 0


def test_every_screen_says_whether_the_stream_is_on(hall: Hall) -> None:
    facilitator, tablet = hall.signed_in("facilitator"), hall.member(0)
    wall = f"/hall/{hall.desk.issue_token('display', hall.assembly, hall.session)}"
    host = (hall.signed_in("host", table=1), f"/host/{hall.session}")
    pages = ((facilitator, f"/run/{hall.session}"), (tablet, "/m"), (tablet, wall), host)
    assert not any("data-stream" in browser.get(path).text for browser, path in pages)
    send(facilitator, f"/run/{hall.session}/livestream", used="yes")
    assert all("Livestream on</strong>" in browser.get(path).text for browser, path in pages)
    hall.desk.next_action(hall.session)
    assert "This part is usually private." in facilitator.get(f"/run/{hall.session}").text
    send(facilitator, f"/run/{hall.session}/livestream", on="no")
    off = "Livestream off – what is said now stays in the room</strong>"
    assert all(off in browser.get(path).text for browser, path in pages)
    assert "usually private" not in facilitator.get(f"/run/{hall.session}").text
    hall.desk.plan_livestream(hall.session, used=False)
    send(facilitator, f"/run/{hall.session}/livestream", 409, on="yes")


def test_every_button_of_the_evidence_has_a_key_of_its_own(hall: Hall) -> None:
    from test_web_console_keys import faults

    facilitator = hall.signed_in("facilitator")
    hall.desk.plan_livestream(hall.session, used=True)
    for number in range(4):
        hall.desk.ask_for_table(hall.at, 1 + number % 2, f"k{number}", f"Question {number}?")
    one, two, three, _ = (row["id"] for row in hall.questions()["waiting"])
    hall.desk.merge_questions(hall.at, two, one)
    hall.desk.mark_question(hall.at, three, "answered")
    upload(facilitator, hall, (PDF, "a.pdf"))
    hall.desk.start_slot(hall.at, 1)
    assert faults(facilitator.get(f"/run/{hall.session}").text) == []
    hall.desk.mark_question(hall.at, one, "now")
    assert faults(facilitator.get(f"/run/{hall.session}").text) == []
