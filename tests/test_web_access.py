"""Who may come in: every view of the house, every role, and what a browser's cookie must bring."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from halls import ROOT
from houses import House, csrf, web_of

from facilitation.desk import Desk
from facilitation.errors import UnknownCode
from web.access import Audience
from web.app import CSP
from web.errors import TooManyTries
from web.guessing import Tries
from web.openapi import SHAPES, document


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    opened = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('house') / 'house.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def app(desk: Desk) -> Flask:
    return web_of(desk)


@pytest.fixture
def house(desk: Desk, app: Flask, request: pytest.FixtureRequest) -> House:
    return House(desk, app, request.node.name)


@pytest.fixture
def new_house(desk: Desk, request: pytest.FixtureRequest) -> House:
    """One that may still get views of its own."""
    return House(desk, web_of(desk), request.node.name)


def joined(house: House, browser: FlaskClient, code: int = 0) -> FlaskClient:
    answer = browser.post("/join", data={"code": house.codes[code], "csrf_token": csrf(browser)})
    assert answer.status_code == 303
    return browser


# ------------------------------------------------------------------------------------------------ deny by default


def test_a_view_that_says_nothing_answers_nobody(new_house: House) -> None:
    house = new_house
    house.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for token in (None, *house.tokens.values()):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        assert house.browser().get("/forgotten", headers=headers).status_code == 403


def test_a_revoked_token_opens_nothing(house: House) -> None:
    house.desk.revoke(house.tokens["facilitator"])
    headers = {"Authorization": f"Bearer {house.tokens['facilitator']}"}
    assert house.browser().get("/api/screen", headers=headers).status_code == 401


def test_a_member_without_a_device_is_sent_to_join(house: House) -> None:
    answer = house.browser().get("/m")
    assert (answer.status_code, answer.location) == (302, "/join")


# ------------------------------------------------------------------------------------------------ browsers


def test_a_browser_joins_votes_and_signs_out_by_plain_forms(house: House) -> None:
    browser = joined(house, house.browser())
    round_id = house.desk.create_round(house.seated.session_id, {"title": "Adopt?", "rule": "yes-no"})
    house.desk.open_round(round_id)
    form = {"csrf_token": csrf(browser), "key": "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "choice": "yes"}
    for _ in range(2):
        assert browser.post(f"/m/rounds/{round_id}/ballot", data=form).status_code == 303
    assert house.desk.turnout(round_id) == 1
    assert browser.post("/sign-out", data={"csrf_token": csrf(browser)}).status_code == 303
    assert browser.get("/m").location == "/join"


@pytest.mark.parametrize(
    ("rule", "form", "counted"),
    [
        ("approval", {"choice": ["tram", "bus"]}, {"tram": 1, "bus": 1, "train": 0}),
        ("approval", {"choice": "bus"}, {"tram": 0, "bus": 1, "train": 0}),
        ("irv", {"rank:tram": "2", "rank:bus": "1", "rank:train": ""}, {"tram": 0, "bus": 1, "train": 0}),
    ],
)
def test_lists_and_ranks_come_by_plain_form(house: House, rule: str, form: dict, counted: dict) -> None:
    browser = joined(house, house.browser())
    spec = {"title": "Which?", "rule": rule, "options": ["tram", "bus", "train"]}
    round_id = house.desk.create_round(house.seated.session_id, spec)
    house.desk.open_round(round_id)
    key = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
    answer = browser.post(f"/m/rounds/{round_id}/ballot", data={"csrf_token": csrf(browser), "key": key, **form})
    assert answer.status_code == 303
    house.desk.close_round(round_id)
    assert house.desk.result(round_id)["counts"] == counted


@pytest.mark.parametrize("sent", [{}, {"csrf_token": ""}, {"csrf_token": "guessed"}])
def test_a_form_without_its_token_changes_nothing(house: House, sent: dict) -> None:
    browser = joined(house, house.browser())
    answer = browser.post("/sign-out", data=sent)
    assert answer.status_code == 403
    assert browser.get("/m").status_code == 200


def test_a_form_of_another_session_or_origin_is_refused(house: House) -> None:
    browser, other = joined(house, house.browser()), joined(house, house.browser(), code=1)
    assert browser.post("/sign-out", data={"csrf_token": csrf(other)}).status_code == 403
    mine = {"csrf_token": csrf(browser)}
    assert browser.post("/sign-out", data=mine, headers={"Origin": "https://evil.example"}).status_code == 403
    assert browser.post("/sign-out", data=mine, headers={"Origin": "null"}).status_code == 403
    assert browser.post("/sign-out", data=mine, headers={"Origin": "http://localhost"}).status_code == 303


def test_a_script_with_a_cookie_sends_the_token_as_a_header(house: House) -> None:
    browser = joined(house, house.browser())
    path, body = "/api/rounds/nothing/ballot", {"key": "k", "choice": "yes"}
    assert browser.post(path, json=body).status_code == 403
    assert browser.post(path, json=body, headers={"X-CSRF-Token": csrf(browser)}).status_code == 404


def test_a_bearer_needs_no_csrf_token_and_the_cookie_is_not_looked_at(house: House) -> None:
    browser = joined(house, house.browser())
    headers = {"Authorization": f"Bearer {house.tokens['facilitator']}"}
    path = f"/api/sessions/{house.seated.session_id}/rounds"
    assert browser.post(path, json={"title": "A?", "rule": "yes-no"}, headers=headers).status_code == 200
    wrong = browser.get("/api/screen", headers={"Authorization": "Bearer nobody"})
    assert wrong.status_code == 401
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


def test_a_sign_in_link_is_used_by_its_button_not_by_a_preview(house: House) -> None:
    code = house.desk.issue_link("facilitator", house.seated.assembly_id)
    browser = house.browser()
    for _ in range(3):
        assert browser.get(f"/sign-in/{code}").status_code == 200
    answer = browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(browser)})
    assert (answer.status_code, answer.location) == (303, f"/run/{house.seated.session_id}")
    assert browser.get(answer.location).status_code == 200
    again = house.browser()
    assert again.post(f"/sign-in/{code}", data={"csrf_token": csrf(again)}).status_code == 410


def test_one_browser_may_hold_several_roles(house: House) -> None:
    browser = joined(house, house.browser())
    code = house.desk.issue_link("facilitator", house.seated.assembly_id)
    browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(browser)})
    audiences = [browser.get(f"/api/screen?audience={who}").json["audience"] for who in ("member", "facilitator")]
    assert audiences == ["member", "facilitator"]
    assert browser.get("/api/screen?audience=hall").status_code == 403
    assert browser.get("/m").status_code == 200


def test_a_facilitators_form_moves_the_session_on(house: House) -> None:
    browser, session_id = house.browser(), house.seated.session_id
    code = house.desk.issue_link("facilitator", house.seated.assembly_id)
    browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(browser)})
    headers = {"X-CSRF-Token": csrf(browser), "Accept": "application/json"}
    seq = browser.get("/api/screen").json["seq"]
    assert browser.post(f"/run/{session_id}/next", json={"seen_seq": seq}, headers=headers).status_code == 200
    assert browser.post(f"/run/{session_id}/next", json={"seen_seq": seq}, headers=headers).status_code == 409
    form = {"csrf_token": csrf(browser), "seconds": "60"}
    assert browser.post(f"/run/{session_id}/extend", data=form).location == f"/run/{session_id}"
    asked = {
        "csrf_token": csrf(browser),
        "title": "Which?",
        "rule": "approval",
        "options": "tram\n\nbus\n",
        "open": "1",
    }
    asked["threshold"] = '{"share": "1/2", "op": ">", "base": "valid"}'
    assert browser.post(f"/run/{session_id}/rounds", data=asked).status_code == 303
    shown = browser.get("/api/screen").json["round"]
    assert (shown["state"], shown["options"]) == ("open", ["tram", "bus"])


# ------------------------------------------------------------------------------------------------ headers


@pytest.mark.parametrize("path", ["/", "/join", "/nothing", "/api/screen", "/api/openapi.json"])
def test_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    answer = house.browser().get(path)
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_is_for_this_server_alone(house: House) -> None:
    cookie = house.browser().get("/join").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_static_files_are_kept_for_long_only_under_their_present_edition(house: House) -> None:
    with house.app.test_request_context():
        from flask import url_for

        address = url_for("static", filename="css/folkmoot.css")
    assert "immutable" in house.browser().get(address).headers["Cache-Control"]
    assert house.browser().get("/static/old/css/folkmoot.css").headers["Cache-Control"] == "no-cache"
    assert house.browser().get("/static/old/../../app.py").status_code == 404


def test_no_text_of_a_script_goes_over_two_lines() -> None:
    """Scripts are sent without the white space before their lines (web/slim.py): it must not be part of a text."""
    from web.app import STATIC

    scripts = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    assert len(scripts) > 40
    for path in scripts:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            code = line if not line.lstrip().startswith(("//", "*", "/*")) else ""
            assert code.replace("\\`", "").count("`") % 2 == 0, f"{path.name}, line {number}"


def test_an_error_of_ours_shows_and_logs_nothing_of_the_request(
    new_house: House, capsys: pytest.CaptureFixture
) -> None:
    house = new_house
    from web.access import open_to

    def fail() -> str:
        raise RuntimeError("Ada Byron, 12 Main Street")

    house.app.add_url_rule("/api/fail", "fail", open_to(Audience.ANYONE)(fail))
    answer = house.browser().get("/api/fail")
    assert answer.status_code == 500
    assert answer.json["error"] == "broken"
    said = capsys.readouterr()
    assert "Ada" not in answer.text + said.out + said.err


# ------------------------------------------------------------------------------------------------ join codes


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def unknown() -> str:
    raise UnknownCode("Nobody here has this code.", "Ask.")


def spent(clock: Clock) -> Tries:
    tries = Tries(clock)
    for _ in range(Tries.OF_ONE_ADDRESS):
        with pytest.raises(UnknownCode):
            tries.attempt("hall", unknown)
    return tries


def test_guessing_codes_is_told_so() -> None:
    tries = spent(Clock())
    for _ in range(5):
        with pytest.raises(TooManyTries):
            tries.attempt("hall", unknown)
    with pytest.raises(UnknownCode):
        tries.attempt("elsewhere", unknown)


def test_a_right_code_is_let_in_at_once_however_much_somebody_guesses() -> None:
    tries = spent(Clock())
    for _ in range(2 * Tries.OF_ALL):
        with pytest.raises(TooManyTries):
            tries.attempt("hall", unknown)
        assert tries.attempt("hall", lambda: "welcome") == "welcome"
    with pytest.raises(TooManyTries):
        tries.attempt("elsewhere", unknown)
    assert tries.attempt("elsewhere", lambda: "welcome") == "welcome"


def test_the_badge_of_yesterday_does_not_use_up_the_halls_budget() -> None:
    clock = Clock()
    tries = Tries(clock)
    for time in range(100):
        with pytest.raises(UnknownCode if time < Tries.OF_ONE_CODE else TooManyTries):
            tries.attempt("hall", unknown, "K7QF-2MXA")
    with pytest.raises(UnknownCode):
        tries.attempt("hall", unknown, "another one")
    assert len(tries.failed) == 2
    assert tries.attempt("hall", lambda: "welcome", "K7QF-2MXA") == "welcome"
    clock.now += Tries.WINDOW + 1
    with pytest.raises(UnknownCode):
        tries.attempt("hall", unknown, "K7QF-2MXA")


@pytest.mark.slow
def test_a_thousand_join_from_one_address_between_the_guesses(desk: Desk, app: Flask) -> None:
    people = [{"id": str(number), "name": f"Member {number}"} for number in range(1000)]
    seated = desk.seat("A thousand", people)
    app.extensions["tries"] = Tries()
    for number, member in enumerate(seated.members):
        if number % 10 == 0:
            guess = app.test_client().post("/api/join", json={"code": f"0000000{number % 7}"})
            assert guess.status_code in (400, 404, 429)
        joined = app.test_client().post("/api/join", json={"code": member.code})
        assert joined.status_code == 200, joined.json
    assert len(desk.badges(seated.assembly_id)) == 1000


def test_successes_count_for_nothing_and_failures_are_forgotten() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(1000):
        assert tries.attempt("hall", lambda: "welcome") == "welcome"
    tries = spent(clock)
    clock.now += Tries.WINDOW + 1
    with pytest.raises(UnknownCode):
        tries.attempt("hall", unknown)


# ------------------------------------------------------------------------------------------------ the document


def test_the_openapi_document_names_every_address_of_the_api(house: House) -> None:
    rules = {rule.endpoint: rule for rule in house.app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert set(SHAPES) == set(rules)
    described = {(path, method) for path, methods in document(house.app)["paths"].items() for method in methods}
    expected = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in rules.values()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == expected


def test_every_shape_that_the_document_refers_to_is_there(house: House) -> None:
    made = document(house.app)
    text = str(made["paths"])
    for name in set(re.findall(r"#/components/schemas/(\w+)", str(made))):
        assert name in made["components"]["schemas"]
    assert "ErrorAnswer" in text


# ------------------------------------------------------------------------------------------------ forms and doors


def test_every_form_of_the_pages_leads_to_a_door(house: House) -> None:
    doors = house.app.url_map.bind("localhost")
    templates = sorted((ROOT / "web" / "templates").rglob("*.html"))
    posts = r'<form[^>]*method="post"[^>]*action="(/[^"]*)"|<form[^>]*action="(/[^"]*)"[^>]*method="post"'
    found = [next(filter(None, match)) for path in templates for match in re.findall(posts, path.read_text("utf-8"))]
    assert len(found) > 10
    for action in found:
        doors.match(re.sub(r"{{.*?}}", "open", action), method="POST")
