"""A held result is on no page: every address that answers GET is asked by every role that is not to know it yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from assemblies import ballot_key
from houses import House, web_of

from facilitation.desk import Desk

TOLD_TO = ("facilitator", "scrutineer")
OTHERS = ("member", "display", "observer", "recruiter", None)
WORDS = ("Passed:", "yes-or-no votes", "two thirds were needed", '"winners"')
ABOUT_THE_HOUSE = ("/api/openapi.json", "/counts/verify_count.py")  # the words of results, of none in particular


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


def addresses(house: House, round_id: str) -> list[str]:
    """Every address whose blanks are a session, a round, an assembly or the hall screen's key."""
    known = {
        "round_id": round_id,
        "session_id": house.seated.session_id,
        "assembly_id": house.seated.assembly_id,
        "token": house.tokens["display"],
    }
    rules = [
        rule
        for rule in house.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and known.keys() >= rule.arguments
    ]
    filled = [re.sub(r"<(?:\w+:)?(\w+)>", lambda blank: known[blank[1]], rule.rule) for rule in rules]
    return [path for path in filled if path not in ABOUT_THE_HOUSE]


def pages_that_tell(house: House, role: str | None, round_id: str) -> list[str]:
    headers = {} if role is None else {"Authorization": f"Bearer {house.tokens[role]}"}
    signs = (*WORDS, house.desk.round(round_id).root)
    asked = [*addresses(house, round_id), "/api/screen?audience=hall"]

    def said(path: str) -> str:
        """The page without the line that says what is needed: it was known before anybody voted."""
        return re.sub(r"Needed: [^<\n]*", "", house.browser().get(path, headers=headers).text)

    return [path for path in asked if any(sign in said(path) for sign in signs)]


@pytest.mark.slow
@pytest.mark.parametrize("conduct", [{"hold": True, "secrecy": "open"}, {"scrutiny": True}])
def test_a_held_result_is_told_to_those_who_hold_the_vote_and_to_nobody_else(
    house: House, conduct: dict[str, object]
) -> None:
    desk, session = house.desk, house.seated.session_id
    line = {"share": "2/3", "op": ">=", "base": "yes+no"}
    spec = {"title": "Trams?", "rule": "yes-no", "threshold": line, "conduct": conduct}
    round_id = desk.create_round(session, spec)
    desk.open_round(round_id)
    for number, code in enumerate(house.codes):
        joined = desk.join(code)
        house.tokens["member"] = joined.token  # the newest tablet of a member is the one that shows something
        desk.cast_ballot(round_id, joined.member["id"], ballot_key(number), "yes")
    desk.close_round(round_id)
    if "scrutiny" in conduct:
        desk.confirm_close(round_id)
    desk.countersign(round_id)
    desk.recount(round_id, "to be sure")
    for role in OTHERS:
        assert pages_that_tell(house, role, round_id) == [], role
    result = f"/api/rounds/{round_id}/result"
    for role in TOLD_TO:
        assert house.browser().get(result, headers={"Authorization": f"Bearer {house.tokens[role]}"}).status_code == 200
    desk.show_result(round_id)
    assert {result, f"/counts/{round_id}", "/m"} <= set(pages_that_tell(house, "member", round_id))
