"""Votes by name: of open rounds alone, and only once the result may be seen."""

from __future__ import annotations

from halls import Hall, Seats, a_key, an_open_round, join


def a_vote_by_name(hall: Hall, seats: Seats, **conduct: object) -> tuple[str, str]:
    """An open round in which the first member has said yes; its id, and the member's token."""
    member = join(hall, seats.codes[0])
    round_id = an_open_round(hall, seats, conduct={"secrecy": "open", **conduct})
    body = {"key": a_key(), "choice": "yes"}
    assert hall.post(f"/api/rounds/{round_id}/ballot", body, member).status == 200
    return round_id, member


def test_names_stand_beside_votes_once_the_round_has_closed(hall: Hall, seats: Seats) -> None:
    round_id, member = a_vote_by_name(hall, seats)
    for token in (member, seats.facilitator):
        early = hall.get(f"/api/rounds/{round_id}/names", token)
        assert (early.status, early.json["error"]) == (409, "no-result-yet")
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    for token in (member, seats.facilitator):
        told = hall.get(f"/api/rounds/{round_id}/names", token)
        assert told.json == {"votes": [{"name": "Member 1", "lines": ["Yes"], "seat": 1}]}
    assert hall.get(f"/api/rounds/{round_id}/names").status == 401


def test_a_held_result_keeps_its_names_from_all_but_the_facilitator(hall: Hall, seats: Seats) -> None:
    round_id, member = a_vote_by_name(hall, seats, hold=True)
    hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
    held = hall.get(f"/api/rounds/{round_id}/names", member)
    assert (held.status, held.json["error"]) == (409, "no-result-yet")
    assert hall.get(f"/api/rounds/{round_id}/names", seats.facilitator).status == 200
    assert hall.post(f"/api/rounds/{round_id}/show", token=seats.facilitator).status == 200
    assert hall.get(f"/api/rounds/{round_id}/names", member).status == 200


def test_no_other_round_has_names_and_the_refusal_says_so(hall: Hall, seats: Seats) -> None:
    for secrecy in ("secret", "sealed"):
        round_id = an_open_round(hall, seats, conduct={"secrecy": secrecy})
        hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator)
        refused = hall.get(f"/api/rounds/{round_id}/names", seats.facilitator)
        assert (refused.status, refused.json["error"], bool(refused.json["remedy"])) == (404, "no-names", True)
