"""The API as in a hall: a served process, a real SQLite file, HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from halls import Hall, Seats, a_key, an_open_round, join, seat, seat_by_command


def test_the_front_page_is_open(hall: Hall) -> None:
    assert hall.get("/").status == 200


def test_from_seat_to_result(hall: Hall, tmp_path: Path) -> None:
    seats = seat_by_command(hall.database, tmp_path, members=4)
    tokens = [join(hall, code) for code in seats.codes]
    round_id = an_open_round(hall, seats, threshold={"share": "2/3", "op": ">=", "base": "yes+no"})
    for token, choice in zip(tokens, ["yes", "yes", "yes", "no"], strict=True):
        answer = hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": choice}, token)
        assert answer.status == 200
        assert answer.json["receipt"]
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
    assert result["counts"] == {"yes": 3, "no": 1, "abstain": 0}
    assert (result["cast"], result["spoilt"], result["present"], result["entitled"]) == (4, 0, 4, 4)
    assert result["verdict"] == "passed"


@pytest.mark.parametrize(
    ("spec", "choices"),
    [
        ({"rule": "support"}, ["love", "like", "live with", "loathe"]),
        ({"rule": "approval", "options": ["tram", "bus"]}, [["tram"], ["tram", "bus"], [], ["bus"]]),
        ({"rule": "irv", "options": ["tram", "bus", "train"]}, [["tram"], ["bus", "tram"], ["train", "bus"], ["bus"]]),
    ],
    ids=["support", "approval", "irv"],
)
def test_every_rule_counts_through_the_api(hall: Hall, seats: Seats, spec: dict, choices: list) -> None:
    round_id = an_open_round(hall, seats, title="Which first?", **spec)
    for code, choice in zip(seats.codes, choices, strict=True):
        body = {"key": a_key(), "choice": choice}
        assert hall.post(f"/api/rounds/{round_id}/ballot", body, join(hall, code)).status == 200
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
    assert result["cast"] == 4
    assert ("rounds" in result and bool(result["rounds"])) == (spec["rule"] == "irv")


def test_joining_tells_who_you_are_and_marks_you_present(hall: Hall, seats: Seats) -> None:
    before = hall.get("/api/screen", seats.facilitator).json["present"]
    answer = hall.post("/api/join", {"code": seats.codes[0].lower()})
    assert set(answer.json) == {"token", "member"}
    assert answer.json["member"] == {"name": "Member 1", "table": 1}
    assert hall.get("/api/screen", seats.facilitator).json["present"] == before + 1


def test_successful_joins_are_never_limited(hall: Hall, seats: Seats) -> None:
    assert all(hall.post("/api/join", {"code": seats.codes[0]}).status == 200 for _ in range(60))


def test_the_same_ballot_again_gives_the_same_receipt(hall: Hall, seats: Seats) -> None:
    token, round_id = join(hall, seats.codes[0]), an_open_round(hall, seats)
    ballot = {"key": a_key(), "choice": "yes"}
    first = hall.post(f"/api/rounds/{round_id}/ballot", ballot, token)
    again = hall.post(f"/api/rounds/{round_id}/ballot", ballot, token)
    assert (first.status, again.status) == (200, 200)
    assert first.json["receipt"] == again.json["receipt"]
    assert hall.get("/api/screen", seats.facilitator).json["turnout"] == {"cast": 1, "of": 1}


def test_a_key_with_another_choice_is_refused(hall: Hall, seats: Seats) -> None:
    token, round_id, key = join(hall, seats.codes[0]), an_open_round(hall, seats), a_key()
    hall.post(f"/api/rounds/{round_id}/ballot", {"key": key, "choice": "yes"}, token)
    other = hall.post(f"/api/rounds/{round_id}/ballot", {"key": key, "choice": "no"}, token)
    assert other.status == 409
    assert set(other.json) == {"error", "message", "remedy"}


def test_a_member_votes_once_per_round(hall: Hall, seats: Seats) -> None:
    token, round_id = join(hall, seats.codes[0]), an_open_round(hall, seats)
    hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, token)
    assert hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, token).status == 409


def test_a_closed_round_takes_no_ballot_but_still_gives_the_receipt(hall: Hall, seats: Seats) -> None:
    token, late = join(hall, seats.codes[0]), join(hall, seats.codes[1])
    round_id, ballot = an_open_round(hall, seats), {"key": a_key(), "choice": "yes"}
    receipt = hall.post(f"/api/rounds/{round_id}/ballot", ballot, token).json["receipt"]
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    assert hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, late).status == 409
    assert hall.post(f"/api/rounds/{round_id}/ballot", ballot, token).json == {"receipt": receipt}


def test_there_is_no_result_before_close(hall: Hall, seats: Seats) -> None:
    round_id = an_open_round(hall, seats)
    assert hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).status == 409


def test_a_cancelled_round_has_no_tally(hall: Hall, seats: Seats) -> None:
    round_id = an_open_round(hall, seats)
    done = hall.post(f"/api/rounds/{round_id}/cancel", {"reason": "Wrong wording."}, seats.facilitator)
    assert done.status == 200
    assert hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).status == 409


def test_a_stale_facilitator_is_told_so(hall: Hall, seats: Seats) -> None:
    made = hall.post(f"/api/sessions/{seats.session}/rounds", {"title": "One?", "rule": "yes-no"}, seats.facilitator)
    stale = hall.post(f"/api/rounds/{made.json['round']}/open", {"seq": 1}, seats.facilitator)
    assert stale.status == 409
    assert stale.json["error"] == "session-moved-on"


def test_a_member_sees_their_own_part_and_others_do_not(hall: Hall, seats: Seats) -> None:
    token, round_id = join(hall, seats.codes[0]), an_open_round(hall, seats)
    receipt = hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "no"}, token).json["receipt"]
    screen = hall.get("/api/screen", token).json
    assert screen["audience"] == "member"
    assert screen["turnout"] is None
    assert screen["turnout_seq"] == 0
    assert screen["you"]["voted"] == {round_id: True}
    assert screen["you"]["receipt"] == {round_id: receipt}
    assert "you" not in hall.get("/api/screen", seats.facilitator).json


def test_a_facilitator_acts_on_their_own_assembly_only(hall: Hall, seats: Seats) -> None:
    other = seat(hall.database, name=f"other {seats.assembly}")
    round_id = an_open_round(hall, seats)
    asked = {"title": "Mine?", "rule": "yes-no"}
    assert hall.post(f"/api/sessions/{seats.session}/rounds", asked, other.facilitator).status == 403
    assert hall.post(f"/api/rounds/{round_id}/close", token=other.facilitator).status == 403
    assert hall.get(f"/api/rounds/{round_id}/result", other.facilitator).status == 403
    stranger = join(hall, other.codes[0])
    assert hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": "yes"}, stranger).status == 403


def test_an_unknown_round_or_session_is_not_found(hall: Hall, seats: Seats) -> None:
    for path in ("/api/rounds/nothing/open", "/api/sessions/nothing/rounds"):
        answer = hall.post(path, {}, seats.facilitator)
        assert answer.status == 404
        assert answer.json["error"] == "not-found"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"[]", {"Content-Type": "application/json"}, 400),
        (b"null", {"Content-Type": "application/json"}, 400),
        (b"\xff\xfe", {"Content-Type": "application/json"}, 400),
        (b"[" * 30_000, {"Content-Type": "application/json"}, 400),
        (b'{"code": "A", "code": "B"}', {"Content-Type": "application/json"}, 400),
        (b'{"code": NaN}', {"Content-Type": "application/json"}, 400),
        (b'{"code": "\\ud800"}', {"Content-Type": "application/json"}, 400),
        (b'{"code": "\\u0000"}', {"Content-Type": "application/json"}, 400),
        (b'{"code": 7}', {"Content-Type": "application/json"}, 400),
        (b'{"code": null}', {"Content-Type": "application/json"}, 400),
        (b'{"cod": "K7QF2MXD"}', {"Content-Type": "application/json"}, 400),
        (b"", {"Content-Type": "application/json"}, 400),
        (b'{"code": "K7QF2MXD"}', {"Content-Type": "text/plain"}, 415),
        (b"code=K7QF2MXD", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b'{"code": "' + b"A" * 70_000 + b'"}', {"Content-Type": "application/json"}, 413),
        (b'{"code": "K7QF2MXD" /* */}', {"Content-Type": "application/json"}, 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_the_one_shape(
    hall: Hall, body: bytes, headers: dict, status: int
) -> None:
    answer = hall.ask("POST", "/api/join", body, headers=headers)
    assert answer.status == status
    assert set(answer.json) == {"error", "message", "remedy"}


def test_a_round_is_opened_and_closed_with_any_empty_body(hall: Hall, seats: Seats) -> None:
    json_type = {"Content-Type": "application/json"}
    for body, headers in [(None, {}), (b"", json_type), (b"{}", json_type), (b"{}", {})]:
        asked = {"title": "Trams?", "rule": "yes-no"}
        round_id = hall.post(f"/api/sessions/{seats.session}/rounds", asked, seats.facilitator).json["round"]
        for act in ("open", "close"):
            path = f"/api/rounds/{round_id}/{act}"
            assert hall.ask("POST", path, body, seats.facilitator, headers).status == 200


@pytest.mark.parametrize("choice", [None, 7, True, {}, [1], [["yes"]], "maybe", "", ["yes"], "x" * 50_000])
def test_a_choice_that_is_none_is_refused_and_nothing_is_counted(hall: Hall, seats: Seats, choice: object) -> None:
    token, round_id = join(hall, seats.codes[0]), an_open_round(hall, seats)
    answer = hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": choice}, token)
    assert answer.status == 400
    assert set(answer.json) == {"error", "message", "remedy"}
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == 0


@pytest.mark.parametrize("key", ["", "not-a-uuid", 7, None])
def test_a_key_must_be_a_uuid(hall: Hall, seats: Seats, key: object) -> None:
    token, round_id = join(hall, seats.codes[0]), an_open_round(hall, seats)
    assert hall.post(f"/api/rounds/{round_id}/ballot", {"key": key, "choice": "yes"}, token).status == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/nothing", 404), ("GET", "/api/join", 405), ("DELETE", "/api/screen", 405), ("GET", "/api", 404)],
)
def test_the_api_never_answers_with_a_page(hall: Hall, method: str, path: str, status: int) -> None:
    answer = hall.ask(method, path, headers={"Accept": "text/html"})
    assert answer.status == status
    assert set(answer.json) == {"error", "message", "remedy"}


def test_errors_are_pages_for_people(hall: Hall) -> None:
    answer = hall.ask("GET", "/nothing", headers={"Accept": "text/html"})
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_the_openapi_document_is_served(hall: Hall) -> None:
    document = hall.get("/api/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert "/api/rounds/{round_id}/ballot" in document["paths"]
