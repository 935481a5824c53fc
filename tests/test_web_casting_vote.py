"""The chair's casting vote by the console's buttons and by the API; sides may be worded as they like."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk

LINE = {"share": "1/2", "op": ">", "base": "yes+no"}
SIDES = ["for / all of it", "against & none"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


def a_tie(house: House, options: list[str] | None = None) -> str:
    """One vote on either side."""
    spec = {"title": "Adopt?", "rule": "yes-no", "threshold": LINE, "terms": {"level": "casting-vote"}}
    options = options or ["yes", "no"]
    round_id = house.desk.create_round(house.seated.session_id, {**spec, "options": options})
    house.desk.open_round(round_id)
    for code, choice in zip(house.codes, options, strict=True):
        member = str(house.desk.join(code).member["id"])
        house.desk.cast_ballot(round_id, member, str(uuid.uuid4()), choice)
    house.desk.close_round(round_id)
    return round_id


def test_the_console_offers_either_side_and_each_button_does_what_it_says(house: House) -> None:
    round_id = a_tie(house, SIDES)
    browser = signed_in(house, "facilitator")
    page = browser.get(f"/run/{house.seated.session_id}").text
    doors = [html.unescape(found) for found in re.findall(r'action="([^"]*casting-vote[^"]*)"', page)]
    assert len(doors) == 2
    ids = re.findall(r'id="(act-[^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert all(f"Casting vote of the chair: {html.escape(side)}" in page for side in SIDES)
    seq = re.search(r'name="seen_seq" value="(\d+)"', page)
    assert seq is not None
    sent = {"csrf_token": csrf(browser), "seen_seq": seq[1]}
    assert browser.post(doors[1], data=sent).status_code == 303
    assert house.desk.result(round_id)["casting_vote"] == SIDES[1]
    again = browser.get(f"/run/{house.seated.session_id}").text
    assert "casting-vote" not in again
    assert "the casting vote of the chair was against" in html.unescape(again)


def test_the_api_takes_it_once_and_from_the_facilitator_alone(house: House) -> None:
    round_id = a_tie(house)
    browser = house.browser()

    def sent(role: str, choice: str) -> int:
        headers = {"Authorization": f"Bearer {house.tokens[role]}"}
        return browser.post(
            f"/api/rounds/{round_id}/casting-vote", json={"choice": choice}, headers=headers
        ).status_code

    assert sent("member", "yes") == sent("scrutineer", "yes") == 403
    assert sent("facilitator", "abstain") == 400
    assert sent("facilitator", "yes") == 200
    assert sent("facilitator", "no") == 400
    assert house.desk.result(round_id)["verdict"] == "passed"
