"""Table notes by HTTP: a host speaks for one table, members for theirs, and every page works by plain forms."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path
from typing import Any

import pytest
from assemblies import HandClock, an_empty_database
from flask.testing import FlaskClient
from houses import csrf, web_of

from facilitation.desk import By, Desk

AGENDA: list[dict[str, Any]] = [{"kind": "discussion", "title": "Buses"}, {"kind": "break"}]
WORDS = ("bus", "night", "early", "late", "shift", "fare", "ticket", "stop", "shelter", "driver", "train")
NAMES = ("Ada", "Bob <b>", "Carys Llŵyd", "Dai", "فريد", "Eve")


class Hall:
    """Three tables of two; everybody has joined but Eve; the discussion runs."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(an_empty_database())
        self.clock = HandClock()
        self.desk = Desk.open(f"sqlite:///{path}", now=self.clock)
        self.app = web_of(self.desk)
        people = [
            {"id": str(n), "name": name, "table": str(1 + n // 2), "access needs": "quiet seat" if n == 1 else ""}
            for n, name in enumerate(NAMES)
        ]
        self.seated = self.desk.seat("Buses for all", people, AGENDA)
        self.session, self.assembly = self.seated.session_id, self.seated.assembly_id
        joined = [self.desk.join(one.code) for one in self.seated.members[:5]]
        self.ids, self.tokens = [str(one.member["id"]) for one in joined], [one.token for one in joined]
        self.desk.next_action(self.session)
        self.item = str(self.screen()["item"]["id"])

    def screen(self) -> dict[str, Any]:
        return self.desk.public_screens(self.session)["facilitator"]

    def browser(self, role: str, table: int | None = None) -> FlaskClient:
        browser = self.app.test_client()
        code = self.desk.issue_link(role, self.assembly, table=table)
        assert browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(browser)}).status_code == 303
        return browser

    def member(self, number: int) -> FlaskClient:
        browser = self.app.test_client()
        code = self.seated.members[number].code
        browser.post("/join", data={"code": code, "csrf_token": csrf(browser)})
        return browser

    def notes(self, table: int) -> list[str]:
        seen = self.desk.item_screen(self.session, self.item, "facilitator")["work"]["notes"]
        return [one["text"] for one in seen if one["table"] == table]


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path / "hall.sqlite")


def post(browser: FlaskClient, path: str, **sent: Any) -> Any:
    return browser.post(path, data={"csrf_token": csrf(browser), **sent})


def test_a_host_signs_in_by_a_link_and_sees_their_own_table_alone(hall: Hall) -> None:
    browser = hall.browser("host", 1)
    assert browser.get("/host").location == f"/host/{hall.session}"
    page = browser.get(f"/host/{hall.session}").text
    assert "Host of table 1" in page
    assert "Ada" in page
    assert "Bob &lt;b&gt;" in page
    assert "quiet seat" in page  # what Bob needs
    assert "Carys" not in page
    shown = browser.get("/api/screen?audience=host").json
    assert shown["you"]["table"] == 1
    assert "quiet seat" not in str(shown)  # needs are on the page alone, and in no picture that is sent around


def test_a_host_taps_writes_changes_and_calls_by_plain_forms(hall: Hall) -> None:
    browser, here = hall.browser("host", 2), f"/host/{hall.session}"
    door = f"{here}/items/{hall.item}"
    carys, dai = hall.ids[2:4]
    for deed, what in (("start", carys), ("start", carys), ("pass", dai), ("round", "2"), ("end", carys)):
        assert post(browser, f"{door}/tap", deed=deed, what=what).location == here
    assert "Round 2 of the table" in browser.get(here).text
    for _ in range(2):
        post(browser, f"{door}/notes", heading="What stood out", text="No bus at <b>night</b>", key="k1")
    assert hall.notes(2) == ["No bus at <b>night</b>"]
    page = browser.get(f"{here}/picture").text
    assert "No bus at &lt;b&gt;night&lt;/b&gt;" in page
    assert "<b>night" not in page
    note = re.search(rf"{door}/notes/([0-9a-f]+)\"", page)
    version = re.search(r'name="version" value="([0-9a-f]+)"', page)
    assert note is not None
    assert version is not None
    for key, text in (("k2", "No night bus"), ("k3", "No bus after eight")):
        post(browser, f"{door}/notes/{note[1]}", version=version[1], text=text, key=key)
    assert hall.notes(2) == ["No night bus", "No bus after eight"]
    post(browser, f"{door}/notes/{note[1]}/withdraw")
    assert hall.notes(2) == ["No bus after eight"]
    post(browser, f"{door}/notes/{note[1]}/withdraw", back="yes")
    post(browser, f"{here}/help", what="technician")
    post(browser, f"{here}/help", what="technician")
    (call,) = hall.screen()["help"]
    assert (call["table"], call["state"]) == (2, "called")
    post(browser, f"{here}/help/{call['id']}/withdraw")
    assert hall.screen()["help"] == []


def test_what_a_host_got_wrong_comes_back_in_words_above_the_page(hall: Hall) -> None:
    browser, here = hall.browser("host", 1), f"/host/{hall.session}"
    door = f"{here}/items/{hall.item}"
    refused = {
        ("notes", 400): {"heading": "What stood out", "text": "x" * 10_000, "key": "k"},
        ("tap", 409): {"deed": "start", "what": hall.ids[2]},  # sits at table 2
        ("tap", 400): {"deed": "dance", "what": hall.ids[0]},
    }
    for (path, status), sent in refused.items():
        answer = post(browser, f"{door}/{path}", **sent)
        assert answer.status_code == status
        assert "There is a problem" in answer.text
    post(browser, f"{door}/notes", heading="What stood out", text="   ", key="k")
    assert hall.notes(1) == []


def test_a_host_of_one_table_writes_nothing_for_another(hall: Hall) -> None:
    first, second = hall.browser("host", 1), hall.browser("host", 2)
    door = f"/host/{hall.session}/items/{hall.item}"
    post(first, f"{door}/notes", heading="What stood out", text="Ours", key="k1")
    note = hall.desk.item_screen(hall.session, hall.item, "facilitator")["work"]["notes"][0]["id"]
    assert post(second, f"{door}/notes/{note}", version=note, text="Theirs", key="k2").status_code == 403
    assert post(second, f"{door}/notes/{note}/withdraw").status_code == 403
    post(first, f"/host/{hall.session}/help", what="access")
    call = hall.screen()["help"][0]["id"]
    assert post(second, f"/host/{hall.session}/help/{call}/withdraw").status_code == 403
    assert post(second, f"/host/{hall.session}/help/{call}x/withdraw").status_code == 404
    assert hall.notes(1) == ["Ours"]
    for path in (f"/run/{hall.session}", "/m", f"/run/{hall.session}/items/{hall.item}"):
        assert first.get(path).status_code in (302, 403)
    other = Hall(
        hall_path := Path(str(hall.desk._store.engine.url.database) + ".2")
    )  # another assembly, another server
    assert hall_path.exists()
    assert first.get(f"/host/{other.session}").status_code == 404


def test_a_member_writes_for_their_table_and_calls_somebody_to_it(hall: Hall) -> None:
    browser = hall.member(4)
    assert "Write something for your table" in browser.get("/m").text
    post(browser, f"/m/items/{hall.item}/notes", heading="What is missing", text="حافلة", key="k1")
    assert hall.notes(3) == ["حافلة"]
    assert "حافلة" in browser.get("/m").text
    assert "حافلة" not in hall.member(0).get("/m").text
    note = hall.desk.item_screen(hall.session, hall.item, "facilitator")["work"]["notes"][0]["id"]
    post(browser, f"/m/items/{hall.item}/notes/{note}", version=note, text="حافلات", key="k2")
    assert hall.notes(3) == ["حافلات"]
    assert post(hall.member(0), f"/m/items/{hall.item}/notes/{note}/withdraw").status_code == 403
    post(browser, f"/m/items/{hall.item}/notes/{note}/withdraw")
    assert hall.notes(3) == []
    post(browser, "/m/help", what="access")
    (call,) = hall.screen()["help"]
    assert (call["table"], call["what"], call["name"]) == (3, "access", "فريد")
    assert "The team knows that your table needs help." in browser.get("/m").text
    other = hall.member(0)
    assert post(other, "/m/help", withdraw=call["id"]).status_code == 403
    post(browser, "/m/help", withdraw=call["id"])
    assert hall.screen()["help"] == []


def test_the_facilitator_puts_notes_together_and_shows_them(hall: Hall) -> None:
    for table, text in ((1, "No bus at night"), (2, "The last bus goes at eight"), (2, "Fares")):
        door = f"/host/{hall.session}/items/{hall.item}/notes"
        post(hall.browser("host", table), door, heading="What stood out", text=text, key=text)
    browser, page = hall.browser("facilitator"), f"/run/{hall.session}/items/{hall.item}"
    ids = re.findall(r'name="notes" value="([0-9a-f]+)"', browser.get(page).text)
    assert len(ids) == 3
    alone = post(browser, f"{page}/notes/group", notes=ids[:1], name="Evening", key="g0")
    assert alone.status_code == 400
    assert "at least two notes" in alone.text
    assert post(browser, f"{page}/notes/group", name="Evening", key="g0").status_code == 400
    for _ in range(2):
        assert post(browser, f"{page}/notes/group", notes=ids[:2], name="Evening <i>", key="g1").location == page
    assert "Evening &lt;i&gt;" in browser.get(page).text
    post(browser, f"{page}/notes/group", notes=ids[2:], into=group(hall), key="g2")
    post(browser, f"{page}/notes/part", notes=ids[2:])
    post(browser, f"{page}/notes/name", group=group(hall), name="Evening buses", key="g3")
    step = hall.desk.item_screen(hall.session, hall.item, "facilitator")["work"]["undo"]["step"]
    post(browser, f"{page}/notes/undo", step=step)
    post(browser, f"{page}/notes/withdraw", notes=ids[2:])
    assert hall.notes(2) == ["The last bus goes at eight"]
    assert post(browser, f"{page}/notes/show?from=console", heading="What stood out").location == f"/run/{hall.session}"
    wall = hall.app.test_client()
    token = hall.desk.issue_token("display", hall.assembly, hall.session)
    shown = wall.get(f"/hall/{token}").text
    assert "Evening &lt;i&gt;" in shown
    assert "2 tables" in shown
    assert "All tables" in hall.member(0).get("/m").text
    console = browser.get(f"/run/{hall.session}").text
    assert "notes of 2 of 3" in console
    assert "Take down" in console
    post(browser, f"{page}/notes/show", heading="")
    assert "All tables" in hall.member(0).get("/m").text  # on the tablets it stays


def group(hall: Hall) -> str:
    rows = hall.desk.item_screen(hall.session, hall.item, "facilitator")["work"]["groups"][0]["rows"]
    return str(next(row["group"] for row in rows if row["group"]))


def test_a_members_page_stays_light_however_much_the_tables_write(hall: Hall) -> None:
    words = random.Random(7)
    for number in range(120):
        text = f"{number} " + " ".join(words.choice(WORDS) for _ in range(30))
        by = By(table=1 + number % 3)
        hall.desk.add_note(hall.session, hall.item, by, "What stood out", key=str(number), body=text)
    hall.desk.show_notes(hall.session, hall.item, "What stood out")
    page = hall.member(0).get("/m")
    assert "+ 80" in page.text
    assert len(gzip.compress(page.data)) <= 80_000


def test_the_facilitator_sets_the_headings_until_the_item_begins(hall: Hall) -> None:
    later = hall.desk.add_item(hall.session, {"kind": "discussion"}, 2)
    browser, page = hall.browser("facilitator"), f"/run/{hall.session}/items/{later}"
    assert "Headings of the notes" in browser.get(f"/run/{hall.session}/agenda").text
    assert "What is missing" in browser.get(page).text
    wrong = post(browser, f"{page}/notes/terms", headings="Only <one>", seconds="45")
    assert wrong.status_code == 400
    assert "2 to 6 headings" in wrong.text
    assert "Only &lt;one&gt;" in wrong.text
    saved = post(browser, f"{page}/notes/terms", headings="Good \r\n\r\nBad\r\n", seconds="45", go_round="yes")
    assert saved.location == page
    work = hall.desk.item_screen(hall.session, later, "member")["work"]
    assert (work["headings"], work["seconds"]) == (["Good", "Bad"], 45)
    assert (work["go_round"], work["members_write"]) == (True, False)
    hall.desk.next_action(hall.session)
    hall.desk.next_action(hall.session)
    assert post(browser, f"{page}/notes/terms", headings="A\nB", seconds="45").status_code == 409


def test_the_console_answers_calls(hall: Hall) -> None:
    post(hall.browser("host", 3), f"/host/{hall.session}/help", what="access")
    hall.clock.go_on(130)
    browser, page = hall.browser("facilitator"), f"/run/{hall.session}"
    assert "Table 3 asks for help, 2 min: access or first aid." in browser.get(page).text
    call = hall.screen()["help"][0]["id"]
    assert post(browser, f"{page}/help/{call}/coming").location == page
    assert "on the way" in browser.get(page).text
    assert "asks for help" not in browser.get(page).text
    assert post(browser, f"{page}/help/{call}/tea").status_code == 400
    assert post(browser, f"{page}/help/999/done").status_code == 404
    post(browser, f"{page}/help/{call}/done")
    assert "Calls for help" not in browser.get(page).text


def test_the_console_makes_a_link_for_one_table_or_for_all(hall: Hall) -> None:
    browser, door = hall.browser("facilitator"), f"/run/{hall.session}/hosts"
    page = post(browser, door).text
    links = re.findall(r"<code>http://localhost(/sign-in/[0-9a-f]+)</code>", page)
    assert len(links) == len(set(links)) == 3
    assert page.count("<svg role=") >= 3
    assert len(re.findall(r"<code>[^<]*/sign-in/", post(browser, door, table="2").text)) == 1
    assert post(browser, door, table="9").status_code == 400
    host = hall.app.test_client()
    assert post(host, links[1]).location == f"/host/{hall.session}"
    assert "Host of table 2" in host.get(f"/host/{hall.session}").text


def test_a_host_sees_what_is_on_in_every_phase(hall: Hall) -> None:
    browser, here = hall.browser("host", 1), f"/host/{hall.session}"
    hall.desk.next_action(hall.session)
    assert "Break" in browser.get(here).text
    round_id = hall.desk.create_round(hall.session, {"title": "Trams?", "rule": "yes-no"})
    hall.desk.open_round(round_id)
    assert "A vote is open" in browser.get(here).text
    hall.desk.close_round(round_id)
    hall.desk.close_session(hall.session)
    assert "This session is over" in browser.get(here).text
    empty = hall.browser("host", 77)
    assert "Nobody sits at this table now." in empty.get(here).text
    assert post(empty, f"{here}/help", what="access").status_code in (400, 409)
