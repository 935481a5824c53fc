"""What may come instead of a ballot, item by item and rule by rule: refused in words, the counted ballots unchanged.

One assembly and one open round for each rule, in which one member has voted. Everything wrong is sent in another's
name; after each refusal the urn holds what it held, and at the close the count is that of the good ballots alone.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from ballot_boxes import NAMES, definition_of, payload_of
from flask import Flask
from flask.testing import FlaskClient
from halls import Hall, Seats, a_key, an_open_round, join
from houses import csrf, web_of

from facilitation.ballot_forms import form_of
from facilitation.desk import Desk
from facilitation.errors import BadRound, NotPresent, WrongState
from facilitation.rules import RULES, Electorate, RoundDefinition, parse_definition

MEGABYTE = 2**20
ENDLESS = "x" * 40_000
TEXT = {"Content-Type": "text/plain"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOT_OF_ONE = {"yes-no", "support", "consent", "temperature", "plurality", "irv", "borda", "schulze", "stv"}


@dataclass
class Place:
    """One assembly with an open round of one rule: who has voted, who has not, and how many lie in the urn."""

    desk: Desk
    app: Flask
    rule: str
    asked: RoundDefinition
    session: str = ""
    assembly: str = ""
    round: str = ""
    codes: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    good: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def made(cls, desk: Desk, app: Flask, rule: str, members: int = 4) -> Place:
        seated = desk.seat(f"On {rule} {a_key()}", [{"id": f"p{n}", "name": f"Member {n}"} for n in range(members)])
        place = cls(desk, app, rule, definition_of(rule), seated.session_id, seated.assembly_id)
        place.codes = [member.code for member in seated.members]
        place.ids = [str(desk.who_is(code)["id"]) for code in place.codes]
        place.tokens = [desk.join(code).token for code in place.codes]
        place.round = place.opened()
        place.good = {"key": a_key(), "choice": a_good_choice(place.asked)}
        assert place.send(place.good, token=place.tokens[0]).status_code == 200
        return place

    def opened(self, **spec: Any) -> str:
        round_id = self.desk.create_round(self.session, {**self.asked.as_json(), **spec})
        self.desk.open_round(round_id)
        return round_id

    def send(self, body: Any, token: str | None = None, **more: Any) -> Any:
        """A ballot by the API, as JSON unless it is bytes."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token or self.tokens[1]}", "Content-Type": "application/json"}
        return self.browser().post(
            f"/api/rounds/{more.pop('round', self.round)}/ballot", data=sent, headers=headers | more
        )

    def browser(self) -> FlaskClient:
        return self.app.test_client()


def a_good_choice(asked: RoundDefinition) -> Any:
    return payload_of(asked, Random(5))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Flask]]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('bad') / 'house.sqlite'}")
    yield desk, web_of(desk)
    desk.close()


@pytest.fixture(scope="module", params=sorted(RULES))
def place(house: tuple[Desk, Flask], request: pytest.FixtureRequest) -> Iterator[Place]:
    """The open round of one rule; when all has been tried on it, it is closed and counts exactly the good ballots."""
    made = Place.made(*house, request.param)
    yield made
    made.desk.close_round(made.round)
    rule = RULES[made.rule]
    expected = rule.tally(made.asked, [rule.parse(made.asked, made.good["choice"])], Electorate(4, 4)).as_json()
    result = made.desk.result(made.round)
    assert {name: result[name] for name in ("counts", "cast", "verdict", "winners", "spoilt")} == {
        name: expected[name] for name in ("counts", "cast", "verdict", "winners", "spoilt")
    }


def is_refused(place: Place, answer: Any, status: int, *codes: str) -> None:
    """In the one shape, with a code, a sentence and a remedy, and nothing of it in the urn."""
    assert answer.status_code == status, answer.text
    told = answer.json
    assert set(told) == {"error", "message", "remedy"}
    assert told["error"] in codes
    assert told["message"].endswith(".")
    assert told["remedy"].endswith((".", "?"))
    assert len(told["message"]) + len(told["remedy"]) < 1000
    assert place.desk.turnout(place.round) == 1


# ------------------------------------------------------------------------------------------------ what is no ballot


def one(name: str, payloads: Callable[[Place], list[Any]]) -> Any:
    return pytest.param(payloads, id=name)


def too_many_or_few(place: Place) -> list[Any]:
    """Beyond every limit that the form of this rule names."""
    form, options = form_of(place.asked), list(place.asked.options)
    match form["kind"]:
        case "one" | "reasoned":
            return [[], options[:2], options, [options[0], options[0]], ["objection"], ["objection", "", ""]]
        case "several" | "basket":
            return [options * 2, [options[0], options[0]], [*options, "maybe"]]
        case "ranking":
            return [[], [[]], options * 2, [options[0], options[0]], [options[0], [options[0], options[1]]]]
        case "points":
            return [{options[0]: form["cap"] + 1}, dict.fromkeys(options, form["cap"])]
        case "squares":
            return [{options[0]: form["cap"] + 1}, dict.fromkeys(options, form["cap"])]
    return [[1] * (len(options) + 1), [1] * (len(options) - 1), dict.fromkeys([*options, "maybe"], 1)]


def ties_and_gaps(place: Place) -> list[Any]:
    """Ranks that are empty, level where the rule has none, or nested."""
    first, second, *_ = place.asked.options
    wrong = [
        [first, [], second],
        [first, None, second],
        [[[first]]],
        [[first, second], first],
        {first: "1", second: "1"},
    ]
    level = form_of(place.asked).get("level")
    return wrong if level else [*wrong, [[first, second]]]


def strange_scores(place: Place) -> list[Any]:
    """Numbers that no option can have; null is none, and so is no ballot where a text or a list is asked for."""
    option = place.asked.options[0]
    marks = [-1, 1e308, 10**30, 0.5, "5", [], {}, True, [5], "NaN"]
    payloads: list[Any] = [{option: mark} for mark in marks]
    if form_of(place.asked)["kind"] not in ("points", "squares") or place.asked.terms.points != 11:
        payloads.append({option: 11})
    return [*payloads, None, 7, 1e308, True]


def of_another_round(place: Place) -> list[Any]:
    """Options that stand in other rounds, or look like ours and are not."""
    first = place.asked.options[0]
    strangers = ["build the airport", "", " ", f"{first}\u200b", first.upper() + "!", "\u202e" + first, ENDLESS, "null"]
    return [wrapped for stranger in strangers for wrapped in (stranger, [stranger], {stranger: 1}, [first, stranger])]


@pytest.mark.parametrize(
    "payloads",
    [
        one("option id from another round", of_another_round),
        one("too many or few selections", too_many_or_few),
        one("ranks with ties and gaps", ties_and_gaps),
        one("score -1, 11, 1e308, a text, null, a list, an object", strange_scores),
    ],
)
def test_what_is_no_ballot_is_refused_by_the_rule(place: Place, payloads: Callable[[Place], list[Any]]) -> None:
    for choice in payloads(place):
        is_refused(place, place.send({"key": a_key(), "choice": choice}), 400, "bad-ballot")


@pytest.mark.parametrize(
    ("body", "headers", "status", "codes"),
    [
        pytest.param(b'{"choice": "' + b"x" * 10 * MEGABYTE + b'"}', {}, 413, ("too-large",), id="10 MB body"),
        pytest.param(b'{"choice": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", {}, 400, ("bad-json",), id="deep JSON"),
        pytest.param(b'{"key": "a", "choice": "b", "choice": "c"}', {}, 400, ("bad-json",), id="duplicate JSON keys"),
        pytest.param(b'{"choice": {"tram": 1, "tram": 2}}', {}, 400, ("bad-json",), id="duplicate JSON keys inside"),
        pytest.param(b'{"choice": NaN}', {}, 400, ("bad-json",), id="no number"),
        pytest.param(b'{"choice": "\\ud800"}', {}, 400, ("bad-json",), id="half a character"),
        pytest.param(b"choice=yes", TEXT, 415, ("wrong-content-type",), id="wrong content type"),
        pytest.param(b"choice=yes", FORM, 415, ("wrong-content-type",), id="wrong content type, a form"),
        pytest.param(b"", {}, 400, ("bad-request",), id="nothing"),
        pytest.param(b"[]", {}, 400, ("bad-json",), id="a list"),
        pytest.param(b'{"choice": "yes"}', {}, 400, ("bad-request",), id="no key"),
        pytest.param(b'{"key": 7, "choice": "yes"}', {}, 400, ("bad-request",), id="a number as key"),
        pytest.param(b'{"key": "7", "choice": "yes"}', {}, 400, ("bad-key",), id="no UUID as key"),
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_refused(place: Place, body: bytes, headers: Any, status: int, codes: Any) -> None:
    is_refused(place, place.send(body, **headers), status, *codes)


# ------------------------------------------------------------------------------------------------ who may not, and when


def test_no_token_and_an_expired_one(place: Place) -> None:
    good = {"key": a_key(), "choice": place.good["choice"]}
    gone = place.desk.join(place.codes[1]).token
    place.desk.revoke(gone)
    for token in ("nobody", gone):
        is_refused(place, place.send(good, token=token), 401, "not-signed-in")
    bare = place.browser().post(f"/api/rounds/{place.round}/ballot", json=good)
    is_refused(place, bare, 401, "not-signed-in")


def test_a_token_of_another_assembly_or_another_role(place: Place) -> None:
    good = {"key": a_key(), "choice": place.good["choice"]}
    other = place.desk.seat(f"Elsewhere {a_key()}", [{"id": "1", "name": "Ada"}])
    tokens = [place.desk.join(other.members[0].code).token]
    tokens += [place.desk.issue_token(role, place.assembly) for role in ("facilitator", "display")]
    for token in tokens:
        is_refused(place, place.send(good, token=token), 403, "not-a-member", "not-for-you", "forbidden")


def test_another_members_key_is_only_a_key(place: Place) -> None:
    """Who learns a key cannot vote in its member's name: the ballot is that of the token, and the key is theirs."""
    answer = place.send({"key": place.good["key"], "choice": "no such option"})
    is_refused(place, answer, 400, "bad-ballot")


def test_an_absent_member(place: Place) -> None:
    """Present is who has joined the session; a device that never joined has no token, and the desk itself refuses."""
    new = place.desk.seat(f"Absent {place.rule}", [{"id": "1", "name": "Ada"}])
    round_id = place.desk.create_round(new.session_id, place.asked.as_json())
    place.desk.open_round(round_id)
    with pytest.raises(NotPresent) as caught:
        place.desk.cast_ballot(round_id, place.desk.who_is(new.members[0].code)["id"], a_key(), place.good["choice"])
    assert caught.value.remedy == "Join with the code on your badge, then vote."
    assert place.desk.turnout(round_id) == 0


def test_a_member_who_is_removed_in_mid_round(house: tuple[Desk, Flask], place: Place) -> None:
    other = Place.made(*house, place.rule)
    other.desk.withdraw_member(other.assembly, other.ids[1], "own-wish")
    is_refused(other, other.send({"key": a_key(), "choice": other.good["choice"]}), 410, "left-the-assembly")


def test_a_round_that_is_closed_or_cancelled_meanwhile_and_one_that_never_was(
    house: tuple[Desk, Flask], place: Place
) -> None:
    other = Place.made(*house, place.rule)
    late = {"key": a_key(), "choice": other.good["choice"]}
    other.desk.close_round(other.round)
    before = other.desk.result(other.round)
    is_refused(other, other.send(late), 409, "round-not-open")
    assert other.send(other.good, token=other.tokens[0]).status_code == 200  # its receipt can be had again
    assert other.desk.result(other.round) == before
    with pytest.raises(WrongState):  # no round is ever opened again
        other.desk.open_round(other.round)
    other.desk.acknowledge(other.session)
    first = other.round
    other.round = other.opened()
    draft = other.desk.create_round(other.session, other.asked.as_json())
    assert other.send(other.good, token=other.tokens[0]).status_code == 200
    is_refused(other, other.send(late, round=draft), 409, "round-not-open")
    is_refused(other, other.send(late, round=first), 409, "round-not-open")
    is_refused(other, other.send(late, round="nothing"), 404, "not-found")
    other.desk.cancel_round(other.round, "Wrong wording.")
    answer = other.send(late)
    assert (answer.status_code, answer.json["error"]) == (409, "round-not-open")
    assert other.desk.turnout(other.round) == 0  # its ballots are destroyed


# ------------------------------------------------------------------------------------------------ once, and not twice


def test_double_click_same_key_other_body_two_tabs_and_back_button(place: Place) -> None:
    """The same ballot again gets the same receipt; whatever differs is refused; the first ballot counts."""
    receipts = {place.send(place.good, token=place.tokens[0]).json["receipt"] for _ in range(3)}
    assert len(receipts) == 1
    other = a_second_choice(place)
    for body in ({**place.good, "choice": other}, {"key": a_key(), "choice": place.good["choice"]}):
        is_refused(place, place.send(body, token=place.tokens[0]), 409, "already-voted")


def a_second_choice(place: Place) -> Any:
    parse = RULES[place.rule].parse
    mine = parse(place.asked, place.good["choice"])
    drawn = (payload_of(place.asked, Random(seed)) for seed in range(100))
    return next(choice for choice in drawn if parse(place.asked, choice) != mine)


def test_a_plain_form_that_is_sent_again_after_going_back(house: tuple[Desk, Flask], place: Place) -> None:
    """The page is drawn with its key: the same page counts once, and a page from before cannot vote again."""
    other = Place.made(*house, place.rule)
    browser = other.browser()
    token = csrf(browser)
    assert browser.post("/join", data={"code": other.codes[1], "csrf_token": token}).status_code == 303
    path = f"/m/rounds/{other.round}"
    filled = plain_fields(other.asked, other.good["choice"])
    checked = browser.post(f"{path}/check", data={"csrf_token": csrf(browser), **filled})
    assert checked.status_code == 200, checked.text
    keys = re.findall(r'name="key" value="([^"]+)"', checked.text)
    form = {"csrf_token": csrf(browser), "key": keys[0], **filled}
    assert [browser.post(f"{path}/ballot", data=form).status_code for _ in range(2)] == [303, 303]
    assert other.desk.turnout(other.round) == 2
    again = browser.post(f"{path}/ballot", data={**form, "key": a_key()})
    assert (again.status_code, other.desk.turnout(other.round)) == (409, 2)
    assert "Your ballot in this round is in the urn already" in again.text
    assert "Your vote is counted" in browser.get("/m").text


def plain_fields(asked: RoundDefinition, choice: Any) -> dict[str, Any]:
    """The fields of the plain form that say this choice."""
    if isinstance(choice, dict):
        return {f"mark:{option}": str(mark) for option, mark in choice.items()}
    if form_of(asked)["kind"] == "ranking":
        ranks = [rank if isinstance(rank, list) else [rank] for rank in choice]
        return {f"rank:{option}": str(place) for place, rank in enumerate(ranks, 1) for option in rank}
    if form_of(asked)["kind"] == "reasoned" and isinstance(choice, list):
        return {"choice": choice[0], "reason": choice[1]}
    return {"choice": choice}


def test_a_plain_form_that_is_no_ballot_keeps_what_was_typed(house: tuple[Desk, Flask], place: Place) -> None:
    other = Place.made(*house, place.rule)
    browser = other.browser()
    browser.post("/join", data={"code": other.codes[1], "csrf_token": csrf(browser)})
    first, second, *_ = other.asked.options
    wrong: dict[str, dict[str, Any]] = {
        "one": {"choice": "no such answer"},
        "reasoned": {"choice": "objection", "reason": " "},
        "several": {"choice": [first, "no such option"]},
        "basket": {"choice": [first, "no such bid"]},
        "ranking": {f"rank:{first}": "2", f"rank:{second}": "2"},
        "marks": {f"mark:{first}": "4", f"mark:{second}": "77"},
        "grades": {f"mark:{first}": "4", f"mark:{second}": "77"},
        "points": {f"mark:{first}": "4", f"mark:{second}": "4"},
        "squares": {f"mark:{first}": "4", f"mark:{second}": "4"},
    }
    kind = form_of(other.asked)["kind"]
    path = f"/m/rounds/{other.round}/check"
    answer = browser.post(path, data={"csrf_token": csrf(browser), **wrong[kind]})
    assert answer.status_code == 400
    assert "<title>Error: " in answer.text
    assert re.search(r'id="choice-error"[^>]*>[^<]+\.', answer.text)
    kept = {"ranking": f'name="rank:{first}" [^>]*value="2"', "points": f'name="mark:{first}" [^>]*value="4"'}
    kept |= {"squares": kept["points"], "several": f'value="{first}" checked', "basket": f'value="{first}" checked'}
    kept |= {"marks": 'value="4" checked', "grades": 'value="4" checked', "reasoned": 'value="objection" checked'}
    assert re.search(kept.get(kind, 'value="yes"|name="choice"'), answer.text)
    assert other.desk.turnout(other.round) == 1


# ------------------------------------------------------------------------------------------------ how many


def test_a_thousand_votes_on_one_option(place: Place) -> None:
    """Where a rule takes a single option, 1,000 ballots on it are 1,000; where it does not, it says so beforehand."""
    one = place.asked.options[:1]
    terms = {**place.asked.terms.as_json(), **({"costs": ["7"]} if place.asked.terms.costs else {})}
    spec = {"title": "This?", "rule": place.rule, "options": list(one), "terms": terms}
    if place.rule in NOT_OF_ONE:
        with pytest.raises(BadRound) as caught:
            parse_definition(spec)
        assert caught.value.remedy.endswith(".")
        return
    asked = parse_definition(spec)
    rule = RULES[place.rule]
    choice = [one[0]] if form_of(asked)["kind"] in ("several", "basket") else {one[0]: 1}
    result = rule.tally(asked, [rule.parse(asked, choice)] * 1000, Electorate(1000, 1000))
    assert (result.bases.cast, result.winners) == (1000, one)
    assert result.sentence.endswith(".")


@pytest.mark.parametrize("rule", ["yes-no", "support", "approval", "irv", "plurality"])
@pytest.mark.parametrize(("voters", "enough"), [(2, True), (1, False)])
def test_a_quorum_that_is_exactly_met(house: tuple[Desk, Flask], rule: str, voters: int, enough: bool) -> None:
    """Half of four is two: exactly the minimum is enough, one less is no decision."""
    desk, app = house
    seated = desk.seat(f"Quorum {rule} {voters}", [{"id": f"p{n}", "name": f"Member {n}"} for n in range(4)])
    place = Place(desk, app, rule, definition_of(rule), seated.session_id, seated.assembly_id)
    base = "yes+no" if rule == "yes-no" else "valid"
    line = {"share": "1/2", "op": ">=", "base": base, "minimum_turnout": "1/2"}
    place.round = place.opened(threshold=line)
    first = place.asked.options[0]
    choice = [first] if rule in ("approval", "irv") else first
    for member in seated.members[:voters]:
        assert place.send({"key": a_key(), "choice": choice}, token=desk.join(member.code).token).status_code == 200
    desk.close_round(place.round)
    assert desk.result(place.round)["verdict"] == ("passed" if enough else "no-decision")


# ------------------------------------------------------------------------------------------------ at a served hall


def test_two_tabs_and_a_double_click_at_the_same_moment(hall: Hall, seats: Seats) -> None:
    """Eight requests at once, from two tabs with a key each: one ballot, and only one key has a receipt."""
    round_id, token = an_open_round(hall, seats, rule="score", options=list(NAMES)), join(hall, seats.codes[0])
    bodies = [{"key": key, "choice": {"tram": 5}} for key in (a_key(), a_key())] * 4
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: hall.post(f"/api/rounds/{round_id}/ballot", body, token), bodies))
    by_key = {bodies[n]["key"]: {a.status for a in answers[n::2]} for n in (0, 1)}
    assert sorted(map(sorted, by_key.values())) == [[200], [409]]
    assert len({answer.json["receipt"] for answer in answers if answer.status == 200}) == 1
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == 1


def test_a_round_that_closes_in_mid_post_counts_exactly_the_ballots_with_a_receipt(hall: Hall, seats: Seats) -> None:
    tokens = [join(hall, code) for code in seats.codes]
    round_id = an_open_round(hall, seats, rule="dots", options=list(NAMES), terms={"points": 3})
    statuses: list[int] = []

    def vote(token: str) -> None:
        body = {"key": a_key(), "choice": {"bus": 3}}
        statuses.append(hall.post(f"/api/rounds/{round_id}/ballot", body, token).status)

    voters = [threading.Thread(target=vote, args=(token,)) for token in tokens]
    for voter in voters:
        voter.start()
    assert hall.post(f"/api/rounds/{round_id}/close", token=seats.facilitator).status == 200
    for voter in voters:
        voter.join()
    assert set(statuses) <= {200, 409}
    result = hall.get(f"/api/rounds/{round_id}/result", seats.facilitator).json
    assert (result["cast"], result["counts"]["bus"]) == (statuses.count(200), 3 * statuses.count(200))


def test_a_body_in_slow_pieces_holds_up_nobody_and_one_that_never_ends_is_cut_off(hall: Hall, seats: Seats) -> None:
    round_id = an_open_round(hall, seats, rule="approval", options=list(NAMES))
    slow, quick = (join(hall, code) for code in seats.codes[:2])
    body = json.dumps({"key": a_key(), "choice": ["tram"]}).encode()
    head = (
        f"POST /api/rounds/{round_id}/ballot HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {slow}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", hall.port), timeout=10) as wire:
        wire.sendall(head.encode())
        wire.sendall(b"%x\r\n%s\r\n" % (10, body[:10]))
        meanwhile = hall.post(f"/api/rounds/{round_id}/ballot", {"key": a_key(), "choice": ["bus"]}, quick)
        assert meanwhile.status == 200
        wire.sendall(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body) - 10, body[10:]))
        answer = wire.recv(65536).split(b"\r\n", 1)[0]
    cast = hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"]
    assert (b" 200 " in answer, cast) in ((True, 2), (False, 1)), answer
    with socket.create_connection(("127.0.0.1", hall.port), timeout=10) as wire:
        wire.sendall(head.encode() + b"ffffff\r\n" + b"x" * 200_000)  # announces 16 MB, and the server takes 64 KB
        wire.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    assert b" 200 " not in answer.split(b"\r\n", 1)[0]
    assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] == cast
