"""Drafts by plain forms, as every browser without JavaScript has them; nothing that is typed breaks a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import csrf, web_of

AGENDA = [{"kind": "drafts", "title": "Writing"}, {"kind": "drafts", "terms": {"step": "test"}, "continues": 1}]
HOSTILE = "<script>alert(1)</script> & ‮שלום 👩‍👩‍👧 ŵ\n\n“x”"
FIELDS = {"title": "A tram", "what": "Build it.\nSoon.", "who": "The council", "why": "", "concerns": ""}


class Hall:
    """An assembly in which drafts are on, with browsers for everyone."""

    def __init__(self, path: Path) -> None:
        self.sitting = Sitting(path, 8, AGENDA)
        self.desk, self.session = self.sitting.desk, self.sitting.session
        self.item, self.gallery = (item["id"] for item in self.sitting.facilitator()["agenda"])
        self.app = web_of(self.desk)
        self.members = self.sitting.arrive()
        self.tablets = [self.browser(self.desk.join(code).token, "member") for code in self.sitting.codes]
        self.staff = self.browser(self.desk.issue_token("facilitator", self.sitting.assembly), "facilitator")
        self.desk.start_item(self.session, self.item)

    def browser(self, token: str, role: str) -> Browser:
        return Browser(self.app.test_client(), token, role)

    def themes(self, *names: str) -> list[str]:
        for name in names:
            assert (
                self.staff.post(f"/run/{self.session}/items/{self.item}/themes", name=name, key=name).status_code == 303
            )
        return [theme["id"] for theme in self.work()["themes"]]

    def work(self) -> dict:
        return self.desk.item_screen(self.session, self.item, "facilitator")["work"]

    def door(self, rest: str) -> str:
        return f"/m/items/{self.item}/{rest}"

    def run(self, rest: str) -> str:
        return f"/run/{self.session}/items/{self.item}/{rest}"

    def draft(self, **fields: str) -> str:
        (theme, *_) = self.themes("Getting about")
        for tablet in self.tablets[:3]:
            assert tablet.post(self.door("theme"), theme=theme).status_code == 303
        assert (
            self.tablets[0].post(self.door("drafts"), theme=theme, key="k", **{**FIELDS, **fields}).status_code == 303
        )
        return str(self.work()["drafts"][0]["id"])


class Browser:
    """A browser that holds one role, by its cookie, and sends what its pages carry."""

    def __init__(self, client: FlaskClient, token: str, role: str) -> None:
        self.client = client
        with client.session_transaction() as kept:
            kept["devices"], kept["csrf"] = {role: token}, "token"

    def get(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text[:300]}"
        return answer.text

    def post(self, address: str, **fields: object):
        return self.client.post(address, data={**fields, "csrf_token": "token"})


@pytest.fixture
def hall(tmp_path: Path):
    made = Hall(tmp_path / "house.sqlite")
    yield made
    made.sitting.close()


@pytest.mark.slow
def test_from_a_theme_to_a_vote_by_plain_forms(hall: Hall) -> None:
    draft = hall.draft()
    ada = hall.tablets[0]
    page = ada.get("/m")
    assert "Your group:" in page
    assert 'name="on" value="1"' in page
    assert (
        ada.post(hall.door(f"drafts/{draft}"), on="1", key="k2", here="draft", **{**FIELDS, "why": HOSTILE}).location
        == f"/m/drafts/{draft}"
    )
    page = ada.get(f"/m/drafts/{draft}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    hall.tablets[7].post(
        hall.door(f"drafts/{draft}/amendments"), on="2", key="a", reason="Better", **{**FIELDS, "who": "The region"}
    )
    (amendment,) = re.findall(r'id="amendment-(\w+)"', hall.tablets[1].get(f"/m/drafts/{draft}"))
    hall.tablets[1].post(hall.door(f"drafts/{draft}/amendments/{amendment}"), do="accept", on="2")
    assert hall.work()["drafts"][0]["version"] == 3
    hall.staff.post(hall.run("tests"))
    console = hall.staff.get(f"/run/{hall.session}")
    (test,) = set(re.findall(r"/tests/(\w+)/close", console))
    for number, tablet in enumerate(hall.tablets):
        given = {
            "answer": "live with" if number < 6 else "loathe",
            "why": f"Because {number}",
            "objects": "yes" if number == 7 else "",
        }
        assert tablet.post(hall.door(f"drafts/{draft}/answer"), **given).status_code == 303
    assert "You have answered every draft" in ada.get("/m")
    hall.staff.post(hall.run(f"tests/{test}/close"))
    assert hall.staff.post(hall.run(f"tests/{test}/close")).status_code == 409
    page = ada.get("/m")
    assert "6 of 8 can live with it, 75.0 %" in page
    assert "Because 7" in page
    (objection,) = hall.desk.draft_page(hall.sitting.assembly, draft)["draft"]["objected"]
    ada.post(hall.door(f"objections/{objection['id']}"), do="met", draft=draft)
    assert "Is your objection met?" in hall.tablets[7].get("/m")
    assert "Is your objection met?" not in hall.tablets[6].get("/m")
    hall.tablets[7].post(hall.door(f"objections/{objection['id']}"), do="agree")
    assert hall.desk.draft_page(hall.sitting.assembly, draft)["draft"]["objected"][0]["confirmed"]
    hall.tablets[7].post(hall.door("statements"), draft=draft, key="s", text=HOSTILE)
    (statement,) = hall.desk.draft_page(hall.sitting.assembly, draft)["statements"]
    hall.tablets[6].post(hall.door(f"statements/{statement['id']}"), do="stand", draft=draft)
    assert "2 members stand by it" in ada.get(f"/m/statements/{statement['id']}")
    asked = hall.staff.post(hall.run("priorities"), rule="support", draft=draft)
    assert asked.location.startswith(f"/run/{hall.session}/rounds/")
    round_page = hall.staff.get(asked.location)
    assert f"/run/{hall.session}/lineage/{draft}" in round_page, "from the vote back to where its options come from"
    for page in (ada.get(f"/m/lineage/{draft}"), hall.staff.get(f"/run/{hall.session}/lineage/{draft}")):
        assert "as “A tram”" in page
        assert "from an amendment" in page
    hall.staff.post(hall.run(f"drafts/{draft}/stop"), reason="Out of time", key="st")
    assert "Stopped by the facilitator" in hall.staff.get(f"/run/{hall.session}/drafts/{draft}")


@pytest.mark.slow
def test_every_page_is_drawn_in_every_state(hall: Hall) -> None:
    token = hall.desk.issue_token("display", hall.sitting.assembly)
    screen = hall.browser(token, "display")
    host = hall.browser(hall.desk.issue_token("host", hall.sitting.assembly, table=1), "host")

    def drawn() -> str:
        pages = [hall.tablets[0].get("/m"), hall.tablets[5].get(f"/m/items/{hall.item}"), screen.get(f"/hall/{token}")]
        pages += [hall.staff.get(f"/run/{hall.session}"), hall.staff.get(hall.run("")[:-1])]
        for row in hall.work()["drafts"]:
            pages += [
                hall.tablets[5].get(f"/m/drafts/{row['id']}"),
                hall.staff.get(f"/run/{hall.session}/drafts/{row['id']}"),
            ]
            pages.append(host.get(f"/host/drafts/{row['id']}"))
        return "\n".join(pages)

    assert "There are no themes yet" in drawn()
    draft = hall.draft(title="T" * 200, what="w" * 10_000, concerns=HOSTILE)
    assert "place" in drawn()
    hall.desk.open_test(hall.session, hall.item)
    assert "Can you live with it?" in drawn()
    hall.desk.close_test(hall.session, hall.item, hall.work()["testing"]["test"])
    assert "too few to tell how" in drawn()
    for answer in ("lament", "love"):
        hall.desk.open_test(hall.session, hall.item)
        for member in hall.members:
            hall.desk.answer_draft(hall.session, hall.item, member, draft, {"answer": answer, "why": HOSTILE})
        hall.desk.close_test(hall.session, hall.item, hall.work()["testing"]["test"])
        if answer == "lament":
            hall.tablets[0].post(hall.door(f"drafts/{draft}"), on="1", key="v2", **{**FIELDS, "title": "B"})
    page = drawn()
    assert "moved up" in page
    assert "<polygon" in page
    hall.staff.post(hall.run(f"drafts/{draft}/show"))
    assert "fm-hallread" in drawn()
    host.post(f"/host/items/{hall.item}/drafts/{draft}", on="2", key="h", **{**FIELDS, "title": "C"})
    assert "Rewritten" in drawn()
    hall.staff.post(hall.run(f"drafts/{draft}/withdraw"), reason="No", key="w")
    assert "Withdrawn" in drawn()
    hall.desk.close_session(hall.session)
    assert "All versions" in hall.tablets[0].get(f"/m/drafts/{draft}")


def test_an_item_is_planned_on_its_page_and_goes_on_with_an_earlier_one(hall: Hall) -> None:
    draft = hall.draft()
    added = hall.staff.post(
        f"/run/{hall.session}/agenda/add", kind="drafts", title="Again", note="", minutes="20", place="2"
    )
    item = added.location.partition("#item-")[2]
    assert f"/run/{hall.session}/items/{item}" in hall.staff.get(f"/run/{hall.session}/agenda")
    page = f"/run/{hall.session}/items/{item}"
    assert "How this item is held" in hall.staff.get(page)
    told = {"step": "redraft", "continues": hall.gallery, "seats": "5", "share": "75 %", "participation": ""}
    refused = hall.staff.post(f"{page}/drafts-terms", **{**told, "share": "most"})
    assert refused.status_code == 400
    assert 'value="most"' in refused.text
    assert hall.staff.post(f"{page}/drafts-terms", **told).status_code == 303
    screen = hall.desk.item_screen(hall.session, item, "facilitator")
    assert (screen["terms"]["share"], screen["work"]["step"], screen["work"]["seats"]) == ("3/4", "redraft", 5)
    assert [row["id"] for row in screen["work"]["drafts"]] == [draft]
    hall.staff.post(f"/run/{hall.session}/items/{item}/correct", kind="drafts", title="Rewrite", note="", minutes="20")
    assert hall.desk.item_screen(hall.session, item, "facilitator")["terms"]["share"] == "3/4"
    hall.desk.start_item(hall.session, item)
    assert "How this item is held" not in hall.staff.get(page)
    assert hall.staff.post(f"{page}/drafts-terms", **told).status_code == 409


def test_what_is_refused_comes_back_with_what_was_typed(hall: Hall) -> None:
    draft = hall.draft()
    answer = hall.staff.post(hall.run(f"drafts/{draft}/stop"), reason=" ", key="st", back="draft")
    assert answer.status_code == 400
    assert "is empty" in answer.text
    answer = hall.staff.post(
        hall.run(f"drafts/{draft}"), on="1", key="x", **{**FIELDS, "title": "", "what": "Typed before"}
    )
    assert answer.status_code == 400
    assert "Typed before" in answer.text
    answer = hall.tablets[0].post(hall.door(f"drafts/{draft}"), on="1", key="x", **{**FIELDS, "what": "w" * 10_001})
    assert answer.status_code == 400
    assert "10,001 characters" in answer.text


def test_a_statement_of_a_hundred_thousand_characters_fits_through_a_plain_form(hall: Hall) -> None:
    draft = hall.draft()
    text = "ŵ" * 99_000 + "👩" * 1000
    assert hall.tablets[0].post(hall.door("statements"), draft=draft, key="s", text=text).status_code == 303
    (statement,) = hall.desk.draft_page(hall.sitting.assembly, draft)["statements"]
    assert statement["text"] == text


@pytest.mark.parametrize(
    "address", ["/m/drafts/{}", "/m/lineage/{}", "/run/{session}/drafts/{}", "/run/{session}/lineage/{}"]
)
def test_drafts_are_for_the_people_of_the_assembly_alone(hall: Hall, address: str) -> None:
    draft = hall.draft()
    address = address.format(draft, session=hall.session)
    assert hall.app.test_client().get(address).status_code in (302, 401)
    other = hall.desk.seat("Another assembly", [{"id": "1", "name": "Eve"}])
    role = "member" if address.startswith("/m") else "facilitator"
    token = (
        hall.desk.join(other.members[0].code).token
        if role == "member"
        else hall.desk.issue_token(role, other.assembly_id)
    )
    assert hall.browser(token, role).client.get(address).status_code in (403, 404)
    stranger = hall.browser(hall.desk.join(other.members[0].code).token, "member")
    assert stranger.post(hall.door(f"drafts/{draft}"), on="1", key="e", **FIELDS).status_code == 404
    assert csrf(hall.tablets[0].client)
