"""A round before it is held, by the facilitator's pages: every kind has its form, a refusal keeps what was typed."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of
from test_rehearsal_robots import a_budget

from facilitation.desk import Desk
from facilitation.model import RoundState
from facilitation.rules import RULES
from web.practice import practice_spec
from web.rehearsal.robots import minds
from web.round_forms import fields_of
from web.round_kinds import KINDS

BIDS = "Trees for Mill Lane | 4200\nBenches | 1500\nA youth club | 9000 | 6000\nLights in the park | 7400"
CHOICES = {"title": "Which first?", "options": "Tram\nBus\nPath"}
BUDGET = {"title": "Which bids?", "budget": "12000", "bids": BIDS}
NEEDED: dict[str, dict[str, str]] = {
    "stv": {"seats": "2"},
    "dots": {"points": "5", "cap": "2"},
    "quadratic": {"points": "16"},
    "equal-shares": {"completion": "add1u"},
}


def filled(rule: str) -> dict[str, str]:
    """The form of this kind, filled in."""
    group = KINDS[rule].group
    asked = {"decide": {"title": "Adopt the report?"}, "choose": CHOICES, "budget": BUDGET}[group]
    bids = {"bids": BIDS.replace(" | 6000", "")} if rule == "phragmen" else {}
    return {"rule": rule, **asked, **NEEDED.get(rule, {}), **bids}


class Console:
    """A facilitator's browser in front of one session."""

    def __init__(self, house: House, session: str = "", browser: FlaskClient | None = None) -> None:
        self.house, self.browser = house, browser or signed_in(house, "facilitator")
        self.session = session or house.seated.session_id

    def get(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(f"/run/{self.session}/rounds{path}")
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    def post(self, path: str, data: dict[str, str], status: int = 303) -> str:
        sent = {**data, "csrf_token": csrf(self.browser)}
        answer = self.browser.post(f"/run/{self.session}/rounds{path}", data=sent)
        assert answer.status_code == status, answer.text
        return answer.headers["Location"] if status == 303 else html.unescape(answer.text)

    def prepare(self, data: dict[str, str]) -> str:
        """Prepare a round by its form; its id."""
        return self.post("/new", data).rpartition("/")[2]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Flask]]:
    """One web house for all tests of this file: its templates are read once."""
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('rounds') / 'house.sqlite'}")
    yield desk, web_of(desk)
    desk.close()


@pytest.fixture
def house(served: tuple[Desk, Flask], request: pytest.FixtureRequest) -> House:
    """An assembly of this test's own."""
    return House(*served, request.node.name)


@pytest.fixture
def console(house: House) -> Console:
    return Console(house)


def value_of(page: str, name: str) -> str:
    """What stands in this field of the page."""
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>(.*?)</textarea>', page, re.S)
    found = found or re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    found = found or re.search(rf'<select[^>]* name="{name}".*?<option value="([^"]*)" selected', page, re.S)
    return found[1] if found else ""


def test_the_first_step_offers_every_kind_in_three_groups(console: Console) -> None:
    page = console.get("/new")
    for words in ("Decide yes or no", "Choose among answers", "Share out a budget"):
        assert f">{words}</h2>" in page
    assert set(re.findall(r'rounds/new\?rule=([\w-]+)"', page)) == set(RULES)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_kind_is_prepared_rehearsed_and_changed_by_its_form(console: Console, rule: str) -> None:
    form = console.get(f"/new?rule={rule}")
    for name in KINDS[rule].fields:
        assert f'name="{name}"' in form
    round_id = console.prepare(filled(rule))
    made = console.house.desk.round(round_id)
    assert made.definition.rule == rule
    assert made.state is RoundState.DRAFT
    page = console.get(f"/{round_id}")
    assert made.hash in page
    assert RULES[rule].explained(made.definition) in page
    again = console.get(f"/{round_id}/revise")
    for name, value in fields_of(made.definition.as_json()).items():
        if value and name != "rule":
            assert value_of(again, name) == value
    console.post(f"/{round_id}/revise", {**filled(rule), "title": "Asked otherwise?", "hold": "1"})
    changed = console.house.desk.round(round_id)
    assert (changed.version, changed.definition.title, changed.conduct.hold) == (2, "Asked otherwise?", True)
    assert changed.hash != made.hash
    assert changed.definition.options == made.definition.options


@pytest.mark.parametrize("rule", ["yes-no", "stv", "majority-judgement", "greedy"])
def test_a_rehearsal_shows_a_result_and_stores_nothing(console: Console, rule: str) -> None:
    desk = console.house.desk
    round_id = console.prepare(filled(rule))
    before = len(desk.journal(console.house.seated.assembly_id))
    page = console.get(f"/{round_id}/rehearsal?robots=30&seed=twelve+beans")
    assert "Rehearsal: made-up ballots, nothing is stored" in page
    assert "What 30 robots would have decided" in page
    assert console.get(f"/{round_id}/rehearsal?robots=30&seed=twelve+beans") == page
    assert ("counted in other ways" in page) == (rule == "greedy")
    assert len(desk.journal(console.house.seated.assembly_id)) == before
    assert desk.round(round_id).state is RoundState.DRAFT
    assert desk.turnout(round_id) == 0


def test_a_way_to_count_is_chosen_from_the_rehearsal_before_a_ballot_exists(console: Console) -> None:
    round_id = console.prepare({**filled("greedy"), "hold": "1", "order": "strict"})
    page = console.get(f"/{round_id}/rehearsal")
    ways = re.findall(r'name="way" value="([^"]+)"', page)
    assert ways == ["equal-shares none", "equal-shares utilitarian", "equal-shares add1u", "phragmen"]
    console.post(f"/{round_id}/count-by", {"way": "equal-shares add1u"})
    made = console.house.desk.round(round_id)
    assert (made.definition.rule, made.definition.terms.completion, made.version) == ("equal-shares", "add1u", 2)
    assert made.definition.terms.least is not None  # this way funds in part
    assert made.conduct.hold
    console.post(f"/{round_id}/count-by", {"way": "equal-shares add1u"})
    assert console.house.desk.round(round_id).version == 2
    page = console.post(f"/{round_id}/count-by", {"way": "by heart"}, status=400)
    assert "cannot be counted by" in page
    console.house.desk.open_round(round_id)
    assert 'name="way"' not in console.get(f"/{round_id}/rehearsal")
    console.post(f"/{round_id}/count-by", {"way": "phragmen"}, status=409)


WRONG = [
    ("irv", {"options": "Tram\ntram"}, "options", "cannot be told apart"),
    ("irv", {"title": " "}, "title", "is blank"),
    ("stv", {"seats": "two"}, "seats", "whole number"),
    ("dots", {"cap": "9"}, "cap", "above the number of dots"),
    ("dots", {"points": ""}, "points", "how many dots"),
    ("majority-judgement", {"grades": "good"}, "grades", "at least two grades"),
    ("equal-shares", {"bids": "Trees | 12\nLights"}, "bids", "line 2"),
    ("equal-shares", {"bids": "Lights | £9\nTrees | a lot"}, "bids", "line 2: “a lot” is not a sum of money"),
    ("equal-shares", {"budget": "1,25"}, "budget", "“1,25” is not a sum of money"),
    ("equal-shares", {"completion": "none"}, "completion", "in full or not at all"),
    ("greedy", {"max_choices": "9"}, "max_choices", "max_choices is 9"),
    ("yes-no", {"threshold": "other", "share": "lots", "op": ">", "base": "valid"}, "threshold", "not a share"),
    ("yes-no", {"minimum_turnout": "1/2"}, "minimum_turnout", "needs a line"),
    ("approval", {"secrecy": "sealed", "changeable": "1"}, "changeable", "changeable"),
    (
        "plurality",
        {"threshold": '{"share": "1/2", "op": ">", "base": "valid"}', "seats": "2"},
        "threshold",
        "one leader",
    ),
]


@pytest.mark.parametrize(("rule", "typed", "field", "words"), WRONG, ids=[f"{one[0]}-{one[2]}" for one in WRONG])
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    console: Console, rule: str, typed: dict[str, str], field: str, words: str
) -> None:
    sent = {**filled(rule), **typed}
    page = console.post("/new", sent, status=400)
    assert words in page
    assert f'id="{field}-error"' in page
    assert f'href="#{field}"' in page
    assert re.search(rf'id="{field}"', page)
    for name, value in sent.items():
        if value.strip() and name not in ("rule", "both", "changeable", "secrecy"):
            assert value_of(page, name) == value or f'<option value="{value}" selected' in page
    assert all(
        f'name="{name}" type="checkbox" value="1" checked' in page for name in ("both", "changeable") if name in typed
    )


def test_a_refused_change_keeps_what_was_typed_and_the_round(console: Console) -> None:
    round_id = console.prepare(filled("irv"))
    page = console.post(f"/{round_id}/revise", {**filled("irv"), "options": "One\none"}, status=400)
    assert "cannot be told apart" in page
    assert "Change a vote" in page
    assert value_of(page, "options") == "One\none"
    assert console.house.desk.round(round_id).version == 1


def test_another_kind_keeps_what_was_typed(console: Console) -> None:
    kinds = console.post("/form", {**filled("greedy"), "kind": "other"}, status=200)
    assert "What kind of question?" in kinds
    assert "What you have typed is kept." in kinds
    page = console.post("/form", {**filled("greedy"), "rule": "equal-shares"}, status=200)
    assert value_of(page, "bids") == BIDS
    assert value_of(page, "title") == "Which bids?"
    page = console.post("/form", {**filled("greedy"), "rule": "yes-no"}, status=200)
    assert f'<input type="hidden" name="bids" value="{BIDS}">' in page
    round_id = console.prepare({**filled("greedy"), "rule": "yes-no"})
    assert console.house.desk.round(round_id).definition.options == ("yes", "no", "abstain")


def test_a_draft_can_become_another_kind(console: Console) -> None:
    round_id = console.prepare(filled("irv"))
    page = console.post("/form", {**filled("irv"), "rule": "approval", "round": round_id}, status=200)
    assert f'formaction="/run/{console.session}/rounds/{round_id}/revise"' in page
    console.post(f"/{round_id}/revise", {**filled("irv"), "rule": "approval"})
    assert console.house.desk.round(round_id).definition.rule == "approval"


def test_a_plain_vote_opens_by_its_question_alone(console: Console) -> None:
    assert console.post("/new", {"rule": "yes-no", "title": "Adopt?", "open": "1"}) == f"/run/{console.session}"
    rounds = console.house.desk.public_screens(console.session)["facilitator"]["rounds"]
    assert [(one["title"], one["state"]) for one in rounds] == [("Adopt?", "open")]


def test_how_it_is_held_stands_on_the_page_in_plain_words(console: Console) -> None:
    first = console.prepare(filled("yes-no"))
    second = console.prepare(
        {
            **filled("yes-no"),
            "title": "With amendments?",
            "after": f"failed {first}",
            "scrutiny": "1",
            "publish": "root",
        }
    )
    page = console.get(f"/{second}")
    assert "Held only if “Adopt the report?” has failed." in page
    assert "The scrutineer confirms the close before anything is counted." in page
    assert "only a fingerprint of the ballots" in page
    assert 'id="open"' not in page
    whole = html.unescape(console.browser.get(f"/run/{console.session}").text)
    assert "Held only if “Adopt the report?” has failed." in whole
    assert f'id="round-{first}"' in whole
    assert f'id="round-{second}"' not in whole
    assert "selected>Only if “Adopt the report?” has failed" in console.get(f"/{second}/revise")


def test_columns_of_the_panel_are_offered_for_groups_and_conflicts(house: House) -> None:
    rows = [
        {"id": str(n), "name": f"Member {n}", "group": "Official" if n % 2 else "Resident", "bid": "Benches" * (n == 1)}
        for n in range(1, 13)
    ]
    seated = house.desk.seat("With groups", rows)
    browser = house.browser()
    link = house.desk.issue_link("facilitator", seated.assembly_id)
    browser.post(f"/sign-in/{link}", data={"csrf_token": csrf(browser)})
    console = Console(house, seated.session_id, browser)
    page = console.get("/new?rule=greedy")
    assert "group (Official 6, Resident 6)" in page
    assert '<option value="bid">bid</option>' in page
    round_id = console.prepare({**filled("greedy"), "classes": "group", "blocks": "bid"})
    assert "The result is also told for each group by “group”." in console.get(f"/{round_id}")
    assert house.desk.columns(seated.assembly_id)["bid"] == {"Benches": 1}
    line = '{"share": "1/2", "op": ">", "base": "yes+no"}'
    both = console.prepare({**filled("yes-no"), "threshold": line, "classes": "group", "both": "1"})
    page = console.get(f"/{both}/rehearsal?robots=40")
    assert "Official" in page
    assert "Resident" in page
    page = console.post("/new", {**filled("yes-no"), "both": "1"}, status=400)
    assert 'id="both-error"' in page
    assert 'name="both" type="checkbox" value="1" checked' in page


def test_a_level_vote_is_decided_by_the_chair_and_a_held_result_shown_from_its_page(console: Console) -> None:
    desk, session = console.house.desk, console.session
    line = '{"share": "1/2", "op": ">", "base": "yes+no"}'
    round_id = console.prepare({**filled("yes-no"), "threshold": line, "level": "casting-vote", "hold": "1"})
    desk.open_round(round_id)
    for code, choice in zip(console.house.codes, ("yes", "no"), strict=True):
        member = str(desk.identify(desk.join(code).token).member_id)
        desk.cast_ballot(round_id, member, str(uuid.uuid4()), choice)
    desk.close_round(round_id)
    page = console.get(f"/{round_id}")
    assert "The hall has not seen it yet." in page
    assert "Casting vote of the chair: no" in page
    assert "how to count it again" not in page
    whole = html.unescape(console.browser.get(f"/run/{session}").text)
    assert "Not shown yet:" in whole
    assert "Casting vote of the chair: no" in whole
    console.post(f"/{round_id}/casting-vote?option=no", {})
    console.post(f"/{round_id}/show", {})
    page = console.get(f"/{round_id}")
    assert "the casting vote of the chair was no" in page
    assert f'href="/counts/{round_id}"' in page


# ------------------------------------------------------------------------------------------------ practice


@pytest.mark.parametrize("rule", sorted(RULES))
def test_one_press_makes_a_practice_round_of_any_kind(console: Console, rule: str) -> None:
    assert console.post("/practice", {"rule": rule}) == f"/run/{console.session}"
    made = console.house.desk.public_screens(console.session)["facilitator"]["rounds"][-1]
    assert (made["rule"], made["practice"], made["state"]) == (rule, True, "open")
    for audience in ("hall", "member"):
        assert console.house.desk.public_screens(console.session)[audience]["round"]["practice"]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_demos_robots_vote_under_every_rule_as_a_tablet_does(console: Console, rule: str) -> None:
    console.post("/practice", {"rule": rule})
    browser, desk = console.house.browser(), console.house.desk
    token = desk.join(console.house.codes[1]).token
    bearer = {"Authorization": f"Bearer {token}"}
    shown = browser.get("/api/screen", headers=bearer).json["round"]
    for choice in minds(shown, 3)[2:]:
        body = {"key": str(uuid.uuid4()), "choice": choice}
        answer = browser.post(f"/api/rounds/{shown['id']}/ballot", json=body, headers=bearer)
        assert answer.status_code == 200, answer.json
    desk.close_round(shown["id"])
    assert desk.result(shown["id"])["cast"] == 1


def test_practice_stands_on_every_screen(console: Console, house: House) -> None:
    console.post("/practice", {"rule": "yes-no"})
    for role, path in (("facilitator", f"/run/{console.session}"), ("member", "/m")):
        browser = console.browser if role == "facilitator" else house.browser()
        if role == "member":
            browser.post("/join", data={"code": house.codes[0], "csrf_token": csrf(browser)})
        assert "this does not count" in browser.get(path).text
    hall = house.browser().get(f"/hall/{house.tokens['display']}", follow_redirects=True)
    assert "this does not count" in hall.text


def test_a_second_practice_waits_and_a_prepared_vote_is_practised_as_it_is_held(console: Console) -> None:
    round_id = console.prepare({**filled("dots"), "changeable": "1", "hold": "1"})
    console.post("/practice", {"for": round_id})
    console.post("/practice", {"rule": "irv"})
    first, second = console.house.desk.public_screens(console.session)["facilitator"]["rounds"][1:]
    assert (first["rule"], first["conduct"]) == ("dots", {"secrecy": "secret", "changeable": True, "practice": True})
    assert (first["state"], second["state"]) == ("open", "draft")


def test_practice_of_no_kind_is_refused(console: Console) -> None:
    assert "no practice question of this kind" in console.post("/practice", {"rule": "dice"}, status=400)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_practice_question_is_a_round(rule: str) -> None:
    from facilitation.rules import parse_definition

    spec: dict[str, Any] = practice_spec(rule)
    assert spec.pop("conduct") == {"practice": True}
    assert parse_definition(spec).rule == rule


# ------------------------------------------------------------------------------------------------ who may


def test_a_foreign_round_and_an_endless_rehearsal_are_refused(console: Console, house: House) -> None:
    round_id = console.prepare(filled("irv"))
    for query in ("robots=301", "robots=0", "robots=many", f"seed={'s' * 101}"):
        assert "There is a problem" in console.get(f"/{round_id}/rehearsal?{query}", status=400)
    other = house.desk.seat("Other", [{"id": "1", "name": "Eve"}])
    foreign = house.desk.create_round(other.session_id, {"title": "?", "rule": "yes-no"})
    for path in ("", "/revise", "/rehearsal"):
        assert console.browser.get(f"/run/{console.session}/rounds/{foreign}{path}").status_code in (403, 404)


def test_a_large_budget_is_counted_away_from_the_server(console: Console) -> None:
    asked = a_budget("equal-shares", completion="add1u")
    round_id = console.prepare({name: value for name, value in fields_of(asked.as_json()).items() if value})
    assert console.house.desk.round(round_id).definition == asked
    assert "Equal shares, made larger" in console.get(f"/{round_id}/rehearsal?robots=300")


def test_a_session_that_is_over_takes_no_more_votes_and_blames_no_field(console: Console) -> None:
    console.house.desk.close_session(console.session)
    page = console.post("/new", filled("irv"), status=409)
    assert "There is a problem" in page
    assert "govuk-error-message" not in page
    assert value_of(page, "options") == CHOICES["options"]
