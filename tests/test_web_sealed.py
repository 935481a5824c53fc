"""Sealed and changeable votes over HTTP: who may knock, what a request may carry, what stays in the log."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path
from typing import Any

import pytest
from halls import Answer, Hall, Seats, a_hall, a_key, an_open_round, join, seat
from houses import House, csrf, signed_in

from facilitation import blind
from facilitation.desk import Desk
from web.app import create_app
from web.rehearsal.robots import Robots
from web.settings import Settings

SEALED = {"secrecy": "sealed"}


def a_token(hall: Hall, round_id: str, member: str, number: int = 0) -> dict[str, str]:
    """Ask for a token as a tablet does."""
    chance = random.Random(number)
    key = hall.get(f"/api/rounds/{round_id}/key", member).json
    public = blind.PublicKey(int(key["n"], 16), int(key["e"], 16))
    prepared = blind.prepared_message(chance, chance.randbytes(blind.MESSAGE_BYTES))
    blinded, inverse = blind.blind(public, prepared, chance)
    answer = hall.post(f"/api/rounds/{round_id}/token", {"blinded": blinded.hex()}, member)
    assert answer.status == 200, answer.body
    signature = blind.finalize(public, prepared, bytes.fromhex(answer.json["signature"]), inverse)
    return {"token": prepared.hex(), "signature": signature.hex()}


def cast(hall: Hall, round_id: str, token: dict[str, str], choice: Any, **headers: str) -> Answer:
    return hall.ask("POST", f"/api/rounds/{round_id}/sealed-ballot", {**token, "choice": choice}, headers=headers)


def test_a_sealed_ballot_is_cast_by_nobody_and_counted(hall: Hall, seats: Seats) -> None:
    members = [join(hall, code) for code in seats.codes]
    round_id = an_open_round(hall, seats, conduct=SEALED)
    tokens = [a_token(hall, round_id, member, number) for number, member in enumerate(members)]
    answers = [cast(hall, round_id, token, "yes") for token in tokens[:2]]
    assert [answer.status for answer in answers] == [200, 200]
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert cast(hall, round_id, tokens[0], "yes").json == answers[0].json
    assert cast(hall, round_id, tokens[0], "no").status == 409
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == 2
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    assert cast(hall, round_id, tokens[0], "yes").json == answers[0].json
    late = cast(hall, round_id, tokens[2], "yes")
    assert (late.status, late.json["error"]) == (409, "round-not-open")
    assert hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json["counts"]["yes"] == 2


@pytest.mark.parametrize("name", ["Cookie", "Authorization"])
def test_a_sealed_ballot_with_a_name_tag_is_refused_and_not_counted(hall: Hall, seats: Seats, name: str) -> None:
    member = join(hall, seats.codes[0])
    round_id = an_open_round(hall, seats, conduct=SEALED)
    token = a_token(hall, round_id, member)
    refused = cast(hall, round_id, token, "yes", **{name: f"Bearer {member}"})
    assert (refused.status, refused.json["error"]) == (400, "not-anonymous")
    assert refused.json["remedy"]
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == 0
    assert cast(hall, round_id, token, "yes").status == 200


def test_every_refusal_of_a_sealed_round_has_its_code_and_a_remedy(hall: Hall, seats: Seats) -> None:
    member = join(hall, seats.codes[0])
    round_id = an_open_round(hall, seats, conduct=SEALED)
    token = a_token(hall, round_id, member)
    doors = f"/api/rounds/{round_id}"
    answers = {
        "token-given": hall.post(f"{doors}/token", {"blinded": "00" * 383 + "02"}, member),
        "bad-token": cast(hall, round_id, {**token, "signature": "00" * 384}, "yes"),
        "bad-ballot": cast(hall, round_id, token, "perhaps"),
        "bad-round": hall.post(f"{doors}/ballot", {"key": a_key(), "choice": "yes"}, member),
        "bad-request": hall.post(f"{doors}/sealed-ballot", {"token": token["token"]}),
        "not-signed-in": hall.post(f"{doors}/token", {"blinded": "00"}),
        "not-for-you": hall.get(f"{doors}/key", seats.facilitator),
        "not-found": hall.post("/api/rounds/nowhere/sealed-ballot", {**token, "choice": "yes"}),
    }
    assert {code: answer.json["error"] for code, answer in answers.items()} == {code: code for code in answers}
    assert all(400 <= answer.status < 500 and answer.json["remedy"] for answer in answers.values())
    assert hall.post(f"{doors}/close", token=seats.facilitator).status == 200
    ordinary = an_open_round(hall, seats)
    for answer in (hall.get(f"/api/rounds/{ordinary}/key", member), cast(hall, ordinary, token, "yes")):
        assert (answer.status, answer.json["error"]) == (409, "not-sealed")


def test_one_token_from_twenty_connections_counts_once(hall: Hall, seats: Seats) -> None:
    round_id = an_open_round(hall, seats, conduct=SEALED)
    token = a_token(hall, round_id, join(hall, seats.codes[0]))
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda choice=choice: answers.append(cast(hall, round_id, token, choice)))
        for choice in ["yes", "no"] * 10
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200] * 10 + [409] * 10
    assert len({answer.json["receipt"] for answer in answers if answer.status == 200}) == 1
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == 1


def test_the_log_knows_neither_the_member_nor_the_token_nor_the_choice(tmp_path: Path) -> None:
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=2)
        member = join(hall, seats.codes[0])
        round_id = an_open_round(hall, seats, conduct=SEALED)
        token = a_token(hall, round_id, member)
        assert cast(hall, round_id, token, "abstain").status == 200
        assert hall.log is not None
        lines = [line for line in hall.log.read_text().splitlines() if "sealed_ballot" in line]
        said = {name: value for line in lines for name, value in json.loads(line).items()}
        log = hall.log.read_text()
    assert len(lines) == 1
    assert set(said) <= {"event", "level", "timestamp", "method", "endpoint", "status", "ms"}
    for secret in (token["token"], token["signature"], "abstain", member, *seats.names):
        assert secret not in log


def test_robots_vote_in_sealed_and_in_changeable_rounds(hall: Hall, seats: Seats) -> None:
    robots = Robots(hall.url, [join(hall, code) for code in seats.codes], random.Random(5))
    for conduct in (SEALED, {"changeable": True}):
        round_id = an_open_round(hall, seats, conduct=conduct)
        robots.look(now=0.0)
        robots.send_due(now=100.0)
        assert robots.waiting == []
        assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == len(seats.codes)
        assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200


def test_a_vote_is_changed_over_http_and_a_stale_change_is_refused(hall: Hall, seats: Seats) -> None:
    member, key = join(hall, seats.codes[0]), a_key()
    round_id = an_open_round(hall, seats, conduct={"changeable": True})

    def send(choice: str, tracker: str, replaces: str = "") -> Answer:
        body = {"key": key, "choice": choice, "tracker": tracker, "replaces": replaces}
        return hall.post(f"/api/rounds/{round_id}/ballot", body, member)

    assert send("yes", "AAAA0001").status == send("no", "AAAA0002", "AAAA0001").status == 200
    stale = send("abstain", "AAAA0003", "AAAA0001")
    assert (stale.status, stale.json["error"]) == (409, "vote-changed")
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    assert send("no", "AAAA0002", "AAAA0001").status == 200
    late = send("yes", "AAAA0003", "AAAA0002")
    assert (late.status, late.json["error"]) == (409, "round-not-open")
    counts = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json["counts"]
    assert counts == {"yes": 0, "no": 1, "abstain": 0}


# ------------------------------------------------------------------------------------------------ plain HTTP in a hall


@pytest.fixture
def open_to_the_hall(tmp_path: Path):
    """A server that phones and tablets reach over plain HTTP."""
    desk = Desk.open(str(tmp_path / "hall.sqlite"))
    settings = Settings("sqlite:///unused", "a secret of the test", host="0.0.0.0")
    yield House(desk, create_app(desk, settings)[0])
    desk.close()


def test_a_sealed_round_is_not_opened_over_plain_http_by_any_door(open_to_the_hall: House) -> None:
    house = open_to_the_hall
    session, token = house.seated.session_id, house.tokens["facilitator"]
    spec = {"title": "Trams?", "rule": "yes-no", "conduct": SEALED}
    round_id = house.desk.create_round(session, spec)
    while house.desk.actions(session)[0].id != "open-round":
        house.desk.next_action(session)
    api = house.browser().post(f"/api/rounds/{round_id}/open", headers={"Authorization": f"Bearer {token}"})
    assert (api.status_code, api.json["error"]) == (409, "needs-https")
    browser = signed_in(house, "facilitator")
    for path in (f"/run/{session}/rounds/{round_id}/open", f"/run/{session}/next"):
        refused = browser.post(path, data={"csrf_token": csrf(browser)})
        assert refused.status_code == 409
        assert "HTTPS" in refused.text
    assert house.desk.round(round_id).state.value == "draft"
    ordinary = house.desk.create_round(session, {"title": "Trams?", "rule": "yes-no"})
    opened = house.browser().post(f"/api/rounds/{ordinary}/open", headers={"Authorization": f"Bearer {token}"})
    assert opened.status_code == 200


@pytest.mark.parametrize(
    ("host", "https", "secure"), [("127.0.0.1", False, True), ("0.0.0.0", False, False), ("0.0.0.0", True, True)]
)
def test_where_sealed_votes_can_be_held(tmp_path: Path, host: str, https: bool, secure: bool) -> None:
    assert Settings("sqlite:///unused", "s", host=host, https=https).tablets_are_secure is secure
    desk = Desk.open(str(tmp_path / "hall.sqlite"))
    app = create_app(desk, Settings("sqlite:///unused", "s", host=host, https=https))[0]
    assert app.config["SESSION_COOKIE_SECURE"] is https
    desk.close()
