"""The doors of ideas by plain forms: members, hosts, the facilitator; refusals keep what was typed; no author shows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from houses import House, csrf, web_of

from facilitation.desk import Desk
from facilitation.desk.ideas import Words
from web.access import Audience

AGENDA: list[dict[str, Any]] = [{"kind": "ideas", "title": "Cards", "terms": {"question": "What helps?", "most": 120}}]
ODD = "<script>x</script> & “ŵ” 🚲 مزيد"


class Walk:
    """One running item with six members, and the browsers of two of them, of a host and of the facilitator."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seated = desk.seat("Ideas", [{"id": f"v{n}", "name": f"Person {n}"} for n in range(6)], agenda=AGENDA)
        self.session = self.seated.session_id
        self.app = web_of(desk)
        self.item = str(self.screen()["agenda"][0]["id"])
        desk.start_item(self.session, self.item)
        self.member, self.other = (self.joined(place) for place in (0, 1))
        self.host = self.with_token("host", table=1)
        self.facilitator = self.with_token("facilitator")
        self.people = [str(one["id"]) for one in self.screen()["members"]]

    def screen(self) -> dict[str, Any]:
        return self.desk.public_screens(self.session)["facilitator"]

    @property
    def work(self) -> dict[str, Any]:
        return self.screen()["item"]["work"]

    def joined(self, place: int) -> FlaskClient:
        client = self.app.test_client()
        client.get("/join")
        client.post("/join", data={"csrf_token": csrf(client), "code": self.seated.members[place].code})
        return client

    def with_token(self, role: str, **more: Any) -> FlaskClient:
        client = self.app.test_client()
        link = self.desk.issue_link(role, self.seated.assembly_id, **more)
        client.get(f"/sign-in/{link}")
        client.post(f"/sign-in/{link}", data={"csrf_token": csrf(client)})
        return client

    def send(self, client: FlaskClient, path: str, status: int = 200, **sent: Any) -> str:
        """A plain form to an address of this item, and the page that comes back."""
        where = {self.member: "/m", self.other: "/m", self.host: "/host"}.get(client, f"/run/{self.session}")
        form = {"csrf_token": csrf(client), "key": "k", **sent}
        answer = client.post(f"{where}/ideas/{self.item}/{path}", data=form, follow_redirects=True)
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    def cards(self, *bodies: str) -> list[str]:
        for number, body in enumerate(bodies):
            self.desk.write_idea(self.session, self.item, self.people[number], Words(body, body))
        self.desk.ideas_step(self.session, self.item, "cluster")
        return [card["id"] for card in self.desk.idea_cards(self.session, self.item)["cards"]]


@pytest.fixture
def walk(desk: Desk) -> Walk:
    return Walk(desk)


def test_a_member_writes_corrects_takes_back_and_ticks_by_plain_forms(walk: Walk) -> None:
    page = walk.send(walk.member, "write", text=ODD)
    assert "&lt;script&gt;x&lt;/script&gt; &amp; “ŵ” 🚲 مزيد" in page
    assert "<script>x" not in page
    walk.send(walk.member, "write", text=ODD)  # the same page again
    assert walk.work["written"] == 1
    assert "مزيد" not in walk.other.get("/m").text
    card = walk.desk.own_work(walk.session, walk.item, walk.people[0])["cards"][0]["id"]
    assert "New words" in walk.send(walk.member, f"{card}/correct", text="New words", key="k2")
    walk.send(walk.other, f"{card}/correct", 404, text="Not mine", key="k3")
    assert "Taken back" in walk.send(walk.member, f"{card}/withdraw")
    walk.send(walk.member, f"{card}/withdraw", back="yes")
    walk.send(walk.facilitator, "step", step="share")
    assert "You have said it" in walk.send(walk.member, f"{card}/said")
    assert "New words" in walk.other.get("/m").text


def test_what_is_too_long_comes_back_with_both_lengths_and_nothing_lost(walk: Walk) -> None:
    page = walk.send(walk.member, "write", 400, text="ŵ" * 10_000)
    assert "has 10000 characters; there is room for 120" in page
    assert "ŵ" * 10_000 in page
    assert "The idea is empty" in walk.send(walk.member, "write", 400, text="  ")
    assert walk.work["written"] == 0


def test_a_host_types_for_somebody_and_ticks(walk: Walk) -> None:
    walk.send(walk.host, "type", member=walk.people[2], text="Typed")
    walk.send(walk.host, "type", 400, member="", text="For whom?")
    card = walk.desk.own_work(walk.session, walk.item, walk.people[2])["cards"][0]
    assert card["typed"]
    walk.send(walk.host, "type", card=card["id"], text="Typed well", key="k2")
    walk.send(walk.facilitator, "step", step="share")
    walk.send(walk.host, "said", card=card["id"])
    assert walk.work["said"]["cards"][0]["text"] == "Typed well"
    walk.send(walk.host, "said", card=card["id"], back="yes")
    assert walk.work["said"]["count"] == 0
    page = walk.send(walk.facilitator, "said", card=card["id"], page="said", table="1")  # for a table without a host
    assert "Cards of table 1" in page
    assert "✓ Said. Take the tick back" in page


def test_a_host_sees_the_next_cards_and_has_a_page_of_all(walk: Walk) -> None:
    for number in range(15):
        walk.desk.write_idea(walk.session, walk.item, walk.people[0], Words(f"k{number}", f"Card {number}"))
    walk.send(walk.facilitator, "step", step="share")
    page = walk.host.get("/host", follow_redirects=True).text
    assert "All 15 cards of table 1" in page
    assert page.count('class="fm-idea"') == 9
    assert walk.host.get(f"/host/ideas/{walk.item}/said").text.count('class="fm-idea"') == 15


def test_cards_are_sorted_by_plain_forms_and_every_act_has_a_way_back(walk: Walk) -> None:
    one, two, three = walk.cards("Night buses", "Buses at night", "Trees")
    page = walk.host.get(f"/host/ideas/{walk.item}/cards").text
    assert f'value="{one}:"' in page
    walk.send(walk.host, "cards", do="merge", card=[two, one], lead=one, page="cards")
    (merge,) = walk.work["merges"]
    assert (merge["text"], len(merge["parts"])) == ("Night buses", 2)
    walk.send(walk.host, "cards", do="new", card=three, seen=f"{three}:", title="Green", key="g")
    (group,) = walk.work["groups"]
    assert (group["name"], group["table"], group["count"]) == ("Green", 1, 1)
    walk.send(walk.facilitator, "cards", do="place", card=merge["id"], seen=f"{merge['id']}:", cluster=group["id"])
    refused = walk.send(walk.host, "undo", 409, merge=merge["id"])
    assert "it was put into group 1 by the facilitator just now" in refused
    walk.send(walk.host, "cards", do="out", card=merge["id"], seen=f"{merge['id']}:{group['id']}")
    walk.send(walk.host, "undo", merge=merge["id"])
    walk.send(walk.host, f"groups/{group['id']}", do="title", text="Greener", key="t")
    walk.send(walk.host, f"groups/{group['id']}", do="dissolve")
    walk.send(walk.host, f"groups/{group['id']}", do="bring")
    assert (walk.work["groups"][0]["name"], walk.work["loose"]["count"]) == ("Greener", 2)
    walk.send(walk.facilitator, "off", card=one)
    assert walk.work["count"] == 2
    walk.send(walk.facilitator, "off", card=one, back="yes")
    assert walk.work["count"] == 3


def test_forms_without_what_they_need_say_so(walk: Walk) -> None:
    one, two = walk.cards("Night buses", "Buses at night")
    assert "No card was chosen" in walk.send(walk.host, "cards", 400, do="merge")
    assert "No group was chosen" in walk.send(walk.host, "cards", 400, do="place", card=one)
    page = walk.send(walk.host, "cards", 400, do="merge", card=one)
    assert "two or more different cards" in page
    assert re.search(rf'value="{one}" checked', page)  # what was chosen stays chosen
    walk.send(walk.host, "cards", 400, do="dance", card=[one, two])
    walk.send(walk.host, "alike", 400, card=one)
    walk.send(walk.host, "alike", card=[one, two])
    assert walk.work["alike"]["count"] == 0
    walk.send(walk.facilitator, "step", 400, step="backwards")


def test_groups_are_named_by_members(walk: Walk) -> None:
    (one,) = walk.cards("Trees")
    walk.send(walk.host, "cards", do="new", card=one, seen=f"{one}:", key="g")
    group = walk.work["groups"][0]["id"]
    walk.send(walk.facilitator, "step", step="name")
    walk.send(walk.member, f"groups/{group}/names", text="Shade")
    walk.send(walk.other, f"groups/{group}/names", text="Green")
    shade, green = [name["id"] for name in walk.work["names"][0]["proposed"]]
    walk.send(walk.facilitator, "step", step="done")
    assert "These names have the same support" in walk.member.get("/m").text
    walk.send(walk.facilitator, "step", step="name")
    walk.send(walk.other, f"groups/{group}/support", name=shade)
    walk.send(walk.facilitator, "step", step="done")
    assert walk.work["groups"][0]["name"] == "Shade"
    walk.send(walk.facilitator, "decide", cluster=group, name=green)
    assert walk.work["groups"][0]["name"] == "Green"
    assert "Green" in walk.member.get(f"/m/ideas/{walk.item}/groups/{group}").text
    assert "Trees" in walk.member.get(f"/m/ideas/{walk.item}/groups/{group}").text


def test_the_trace_is_open_once_a_card_is_and_names_nobody(walk: Walk) -> None:
    walk.send(walk.member, "write", text="Mine")
    card = walk.desk.own_work(walk.session, walk.item, walk.people[0])["cards"][0]["id"]
    assert walk.member.get(f"/m/ideas/{walk.item}/{card}").status_code == 200
    assert walk.other.get(f"/m/ideas/{walk.item}/{card}").status_code == 404
    assert walk.host.get(f"/host/ideas/{walk.item}/{card}").status_code == 404
    walk.send(walk.facilitator, "step", step="cluster")
    for client, start in ((walk.other, "/m"), (walk.host, "/host"), (walk.facilitator, f"/run/{walk.session}")):
        page = client.get(f"{start}/ideas/{walk.item}/{card}").text
        assert "Written" in page
        assert walk.people[0] not in page


def test_a_page_shows_some_cards_at_a_time_and_stays_small(walk: Walk) -> None:
    desk, at = walk.desk, (walk.session, walk.item)
    for number in range(130):
        desk.write_idea(*at, walk.people[number % 6], Words(f"k{number}", f"Idea {number}: " + f"word{number} " * 12))
    desk.ideas_step(*at, "cluster")
    page = walk.member.get("/m")
    assert len(page.data) < 80_000  # even before it is packed
    second = walk.member.get(f"/m/ideas/{walk.item}/groups/loose?page=2").text
    assert "Page 2 of 3" in second
    assert second.count('class="fm-idea"') == 60
    assert walk.member.get(f"/m/ideas/{walk.item}/groups/loose?page=x").status_code == 200


def test_doors_are_open_to_those_they_are_for(walk: Walk) -> None:
    for client, path in ((walk.member, f"/host/ideas/{walk.item}/cards"), (walk.host, f"/m/ideas/{walk.item}/write")):
        answer = client.post(path, data={"csrf_token": csrf(client), "key": "k"})
        assert answer.status_code in (401, 403)
    assert walk.host.post(
        f"/run/{walk.session}/ideas/{walk.item}/step", data={"csrf_token": csrf(walk.host), "step": "done"}
    ).status_code in (401, 403)
    views = walk.app.view_functions
    assert vars(views["idea_team.sort"])["open_to"] == {Audience.FACILITATOR, Audience.HOST}


def test_a_command_after_the_item_is_refused(walk: Walk) -> None:
    walk.desk.next_action(walk.session)
    assert "is not running" in walk.send(walk.member, "write", 409, text="Late")


def test_another_assembly_has_nothing_to_do_with_it(walk: Walk, desk: Desk) -> None:
    stranger = House(desk, walk.app)
    assert stranger.seated.assembly_id != walk.seated.assembly_id
    client = walk.app.test_client()
    client.get("/join")
    client.post("/join", data={"csrf_token": csrf(client), "code": stranger.seated.members[0].code})
    answer = client.post(f"/m/ideas/{walk.item}/write", data={"csrf_token": csrf(client), "key": "k", "text": "x"})
    assert answer.status_code == 404
