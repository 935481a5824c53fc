"""Accounts of the staff in a browser: set up, sign in, rooms, being signed out, and the administrators' page."""

from __future__ import annotations

import base64
import html
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from houses import csrf, socket_of

from facilitation import totp
from facilitation.desk import Desk
from web import passwords
from web.access import SECRETS
from web.app import create_app
from web.settings import Settings, WeakSecret, refuse_unsafe, secret_beside, with_accounts

HOSTILE = ("<script>alert(1)</script>", "{{7*7}} ${x}", 'O\'Neil "null"', "\u202eevil \u200b name", "Ŵyn Đặng 🐙" * 8)
PASSWORD = "tram gravel ninety owls"


class Town:
    """A server that asks for accounts, with a clock that goes when it is told."""

    def __init__(self, path: Path) -> None:
        self.at = datetime(2027, 3, 6, 9, 0, tzinfo=UTC)
        self.desk = Desk.open(f"sqlite:///{path}", now=lambda: self.at, chance=random.Random(1))
        settings = Settings("sqlite:///unused", "a secret of the test", accounts=True)
        self.app = create_app(self.desk, settings)[0]
        seated = self.desk.seat("Northmoor", [{"id": "1", "name": "Someone"}, {"id": "2", "name": "Another"}])
        self.assembly, self.session = seated.assembly_id, seated.session_id
        self.keys: dict[str, bytes] = {}

    def go(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.app.extensions["accounts_seen"].clear()

    def digits(self, name: str) -> str:
        return totp.code_at(self.keys[name], totp.step_at(self.at))

    def set_up(self, link: str, name: str, password: str = PASSWORD) -> FlaskClient:
        """Somebody opens the invitation, lets an app scan the square, and signs in for the first time."""
        browser = self.app.test_client()
        page = browser.get(f"/sign-in/{link}").text
        letters = re.search(r'id="key">([A-Z2-7 ]+)<', page)
        assert letters is not None
        self.keys[name] = base64.b32decode(letters[1].replace(" ", ""))
        typed = {"name": name, "new": password, "again": password, "digits": self.digits(name)}
        answer = send(browser, f"/sign-in/{link}", **typed)
        assert "Keep these ten codes" in answer.text, answer.text
        self.go(totp.HALF_MINUTE)
        return browser

    def sign_in(self, who: str, browser: FlaskClient | None = None, **other: str):
        browser = browser or self.app.test_client()
        typed = {"name": who, "password": PASSWORD, "digits": self.digits(who), **other}
        answer = send(browser, "/sign-in", **typed)
        self.go(totp.HALF_MINUTE)
        return browser, answer


def send(browser: FlaskClient, path: str, **typed: str):
    return browser.post(path, data={"csrf_token": csrf(browser), **typed})


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path / "town.sqlite")
    yield made
    made.desk.close()


@pytest.fixture
def ada(town: Town) -> FlaskClient:
    return town.set_up(town.desk.first_administrator() or "", "Ada Byron")


# ------------------------------------------------------------------------------------------------ set up and sign in


def test_a_server_is_set_up_from_its_first_link_to_a_facilitators_console(town: Town, ada: FlaskClient) -> None:
    page = send(ada, "/staff/invite", role=f"facilitator:{town.assembly}").text
    link = re.search(r"/sign-in/(\w+)<", page)
    assert link is not None
    bob = town.set_up(link[1], "Bob Brown")
    assert bob.get(f"/run/{town.session}").status_code == 200
    assert bob.get("/staff").status_code == 403
    _, answer = town.sign_in("Bob Brown")
    assert answer.location == f"/run/{town.session}"
    shown = ada.get("/staff").text
    assert "Bob Brown" in shown
    assert "2 browsers are signed in" in shown
    assert "Northmoor" in shown


def test_a_mistake_keeps_the_name_never_the_password_and_the_link(town: Town) -> None:
    link, browser = town.desk.issue_link("facilitator", town.assembly), town.app.test_client()
    for typed, said in (
        ({"name": "Bob Brown", "new": "short", "again": "short"}, "at least 12 characters"),
        ({"name": "Bob Brown", "new": PASSWORD, "again": "another one of these"}, "not the same"),
        ({"name": "Bob Brown", "new": "bob brown is here", "again": "bob brown is here"}, "contains the name"),
        ({"name": "Bob Brown", "new": PASSWORD, "again": PASSWORD, "digits": "000000"}, "six digits are not right"),
    ):
        answer = send(browser, f"/sign-in/{link}", **typed)
        assert answer.status_code in (400, 403)
        assert said in answer.text
        assert 'value="Bob Brown"' in answer.text
        assert PASSWORD not in answer.text
    town.set_up(link, "Bob Brown")
    assert send(browser, f"/sign-in/{link}", name="X").status_code == 410
    assert browser.get(f"/sign-in/{link}").status_code == 410


def test_links_of_guests_still_work_by_one_press_and_so_do_tokens_of_scripts(town: Town) -> None:
    browser = town.app.test_client()
    answer = send(browser, f"/sign-in/{town.desk.issue_link('observer', town.assembly)}")
    assert answer.location == f"/observe/{town.session}"
    headers = {"Authorization": f"Bearer {town.desk.issue_token('facilitator', town.assembly)}"}
    assert browser.get(f"/run/{town.session}", headers=headers).status_code == 200


def test_signing_in_says_nothing_of_what_was_wrong(town: Town, ada: FlaskClient) -> None:
    said = set()
    for typed in ({"name": "Nobody"}, {"password": "wrong wrong wrong"}, {"digits": "123456"}, {"digits": "x" * 9999}):
        _, answer = town.sign_in("Ada Byron", **typed)
        assert answer.status_code == 403
        said.add(re.search(r"error-summary__list\"><li>(.*?)</li>", answer.text)[1])
    assert len(said) == 1
    answer = town.sign_in("Ada Byron")[1]
    assert answer.location == "/staff"


def test_after_wrong_tries_the_page_says_how_long_to_wait(town: Town, ada: FlaskClient) -> None:
    stranger = town.app.test_client()
    for _ in range(4):
        send(stranger, "/sign-in", name="Ada Byron", password="x", digits="1")
    answer = send(stranger, "/sign-in", name="Ada Byron", password=PASSWORD, digits=town.digits("Ada Byron"))
    assert (answer.status_code, "Wait 1 second" in answer.text or "Wait 2 seconds" in answer.text) == (429, True)
    assert answer.headers["Retry-After"] in answer.text.split("Wait ")[1].split(" second")[0]
    script = {"Accept": "application/json", "X-CSRF-Token": csrf(stranger)}
    told = stranger.post("/sign-in", data={"name": "Ada Byron", "password": "x", "digits": "1"}, headers=script)
    assert (told.status_code, told.json["error"]) == (429, "sign-in-waits")
    assert f"Wait {told.headers['Retry-After']} second" in told.json["remedy"]
    assert town.sign_in("Ada Byron", browser=ada)[1].status_code == 303, "a browser that is known does not wait"


def test_signing_in_changes_the_tokens_and_ends_those_from_before(town: Town, ada: FlaskClient) -> None:
    with ada.session_transaction() as before:
        old, form = dict(before["devices"]), before["csrf"]
    town.sign_in("Ada Byron", browser=ada)
    with ada.session_transaction() as after:
        assert set(after["devices"].values()).isdisjoint(old.values())
        assert after["csrf"] != form
    assert [town.desk.identify(token) for token in old.values()] == [None, None]


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\nevil", "evil"]
)
def test_nobody_is_led_elsewhere(town: Town, ada: FlaskClient, back: str) -> None:
    assert town.sign_in("Ada Byron", back=back)[1].location == "/staff"


def test_a_password_is_ground_by_argon2id_as_strongly_as_promised() -> None:
    kept = passwords.ground(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, PASSWORD)
    assert not any((passwords.matches(kept, "x"), passwords.matches(None, PASSWORD), passwords.matches("y", "x")))


# ------------------------------------------------------------------------------------------------ signed out


def test_who_was_signed_out_while_typing_loses_nothing(town: Town, ada: FlaskClient) -> None:
    link = town.desk.issue_link("facilitator", town.assembly)
    bob = town.set_up(link, "Bob Brown")
    typed = {"title": "Shall <b>trams</b> run?\nYes", "csrf_token": csrf(bob), "start": "", "kind": "talk"}
    town.go(31 * 60)
    path = f"/run/{town.session}/agenda/add"
    answer = bob.post(path, data=typed)
    assert (answer.status_code, "You have been signed out" in answer.text) == (401, True)
    assert "Shall &lt;b&gt;trams&lt;/b&gt; run?" in answer.text
    hidden = dict(re.findall(r'name="(kept:[^"]+|back)" value="([^"]*)"', answer.text))
    assert hidden["back"] == path
    kept = {name: html.unescape(value) for name, value in hidden.items()}
    _, wrong = town.sign_in("Bob Brown", browser=bob, digits="000000", **kept)
    assert "Shall &lt;b&gt;trams" in wrong.text
    _, again = town.sign_in("Bob Brown", browser=bob, **kept)
    assert "You are signed in again" in again.text
    assert f'action="{path}"' in again.text
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', again.text.split('class="fm-card">')[1]))
    assert html.unescape(sent["title"]) == typed["title"]
    assert bob.get(f"/run/{town.session}").status_code == 200


def test_a_password_that_came_too_late_is_carried_nowhere(town: Town, ada: FlaskClient) -> None:
    """The page on which somebody signs in again holds none, and leads back to the form, to be typed again."""
    secrets = {"password": PASSWORD, "new": "gravel tram owls ninety", "again": "gravel tram owls ninety"}
    typed = {**secrets, "digits": "123456", "csrf_token": csrf(ada)}
    town.go(31 * 60)
    answer = ada.post("/rooms/password", data=typed)
    assert (answer.status_code, "Passwords are never kept" in answer.text) == (401, True)
    assert not [value for value in (*secrets.values(), "123456") if value in answer.text]
    assert 'name="back" value="/rooms"' in answer.text
    _, entered = town.sign_in("Ada Byron", browser=ada, back="/rooms", **{"kept:new": secrets["new"]})
    assert (entered.status_code, entered.location) == (303, "/rooms")


def test_the_rest_of_a_form_with_a_password_is_kept(town: Town, ada: FlaskClient) -> None:
    town.go(31 * 60)
    typed = {"role": "recruiter", "password": PASSWORD, "csrf_token": csrf(ada)}
    answer = ada.post("/staff/invite", data=typed)
    assert 'name="kept:role" value="recruiter"' in answer.text
    assert PASSWORD not in answer.text


def test_every_secret_field_of_our_pages_is_known_as_one() -> None:
    """A field that the browser masks, or fills with a one-time code, has a name that is never carried on."""
    found = set()
    for path in Path("web/templates").rglob("*.html"):
        for call in re.findall(r"field\((.*?)\) ?\}\}", path.read_text(encoding="utf-8")):
            if 'type="password"' in call or "one-time-code" in call:
                named = re.search(r'\bname="(\w+)"', call)
                found.add(named[1] if named else call.split('"')[1])
    assert found == set(SECRETS)


def test_new_recovery_codes_ask_for_the_password_again(town: Town, ada: FlaskClient) -> None:
    for wrong in ({}, {"password": "tram gravel ninety cats"}):
        answer = send(ada, "/rooms/codes", **wrong)
        assert (answer.status_code, "is not right" in answer.text) == (400, True)
        assert "Keep these ten codes" not in answer.text
    assert "Keep these ten codes" in send(ada, "/rooms/codes", password=PASSWORD).text


def test_people_see_where_they_are_signed_in_and_end_it_there(town: Town, ada: FlaskClient) -> None:
    other, _ = town.sign_in("Ada Byron")
    bob = town.set_up(town.desk.issue_link("facilitator", town.assembly), "Bob Brown")
    page = ada.get("/rooms").text
    assert (page.count("This browser, signed in"), page.count("Another browser, signed in")) == (1, 1)
    [path] = re.findall(r'action="(/rooms/browsers/[^"]+/out)"', page)
    assert send(bob, path).status_code == 303
    assert other.get("/rooms").status_code == 200, "somebody else's browser is not Bob's to sign out"
    for _ in range(2):
        assert send(ada, path).status_code == 303
    assert [browser.get("/rooms").status_code for browser in (other, ada, bob)] == [401, 200, 200]
    assert other.get("/staff").status_code == 401, "its rooms are closed, too"


def test_a_form_from_elsewhere_is_not_kept(town: Town, ada: FlaskClient) -> None:
    town.go(31 * 60)
    answer = ada.post("/staff/invite", data={"role": "administrator", "csrf_token": "forged"})
    assert answer.status_code == 401
    assert 'name="kept:' not in answer.text


def test_a_page_leads_back_to_itself_after_signing_in(town: Town, ada: FlaskClient) -> None:
    town.go(31 * 60)
    page = ada.get("/staff?x=1")
    assert page.status_code == 401
    assert 'name="back" value="/staff?x=1"' in page.text
    assert ada.get("/rooms/left", headers={"Accept": "application/json"}).json["error"] == "session-over"
    assert town.sign_in("Ada Byron", browser=ada, back="/staff?x=1")[1].location == "/staff?x=1"


def test_pages_count_as_use_and_asking_how_long_is_left_does_not(town: Town, ada: FlaskClient) -> None:
    for _ in range(3):
        town.go(20 * 60)
        assert ada.get("/staff").status_code == 200
    assert ada.get("/rooms/left").json["left"] == 30 * 60
    for _ in range(2):
        town.go(10 * 60)
        assert ada.get("/rooms/left").json["left"] in (20 * 60, 10 * 60)
    headers = {"X-CSRF-Token": csrf(ada), "Accept": "application/json"}
    assert ada.post("/rooms/stay", headers=headers).json["left"] == 30 * 60
    town.go(30 * 60)
    assert ada.get("/rooms/left").status_code == 401


def test_an_open_console_counts_as_use(town: Town) -> None:
    bob = town.set_up(town.desk.issue_link("facilitator", town.assembly), "Bob Brown")
    live, socket = town.app.extensions["live"], socket_of(town.app, {"audience": "facilitator"}, bob)
    assert socket.is_connected()
    for _ in range(4):
        town.go(29 * 60)
        town.desk.keep_in_use(live.tokens.values())
    assert bob.get(f"/run/{town.session}").status_code == 200
    town.go(31 * 60)
    live.hang_up_on_revoked()
    assert not socket.is_connected()


def test_a_role_taken_away_closes_the_page_and_the_socket_at_once(town: Town, ada: FlaskClient) -> None:
    bob = town.set_up(town.desk.issue_link("facilitator", town.assembly), "Bob Brown")
    account = next(one.id for one in town.desk.staff().people if one.name == "Bob Brown")
    socket = socket_of(town.app, {"audience": "facilitator"}, bob)
    assert send(ada, f"/staff/{account}/take", role=f"facilitator:{town.assembly}").status_code == 303
    assert not socket.is_connected()
    assert bob.get(f"/run/{town.session}").status_code == 401
    assert "You have no role now" in bob.get("/rooms").text


# ------------------------------------------------------------------------------------------------ administrators


def test_two_administrators_who_remove_one_another(town: Town, ada: FlaskClient) -> None:
    bob = town.set_up(town.desk.issue_link("administrator"), "Bob Brown")
    ids = {one.name: one.id for one in town.desk.staff().people}
    assert "Are you sure?" in send(ada, f"/staff/{ids['Bob Brown']}/remove").text
    assert send(ada, f"/staff/{ids['Bob Brown']}/remove", sure="1").status_code == 303
    assert send(bob, f"/staff/{ids['Ada Byron']}/remove", sure="1").status_code == 401
    last = send(ada, f"/staff/{ids['Ada Byron']}/remove", sure="1")
    assert (last.status_code, "last administrator" in last.text) == (409, True)
    assert send(ada, f"/staff/{ids['Ada Byron']}/take", role="administrator").status_code == 409
    assert ada.get("/staff").status_code == 200


def test_an_administrator_makes_a_link_for_a_new_password(town: Town, ada: FlaskClient) -> None:
    bob = town.set_up(town.desk.issue_link("facilitator", town.assembly), "Bob Brown")
    account = next(one.id for one in town.desk.staff().people if one.name == "Bob Brown")
    link = re.search(r"/sign-in/(\w+)<", send(ada, f"/staff/{account}/renew").text)
    assert link is not None
    assert "gets a new password" in town.app.test_client().get(f"/sign-in/{link[1]}").text
    town.set_up(link[1], "Bob Brown", "another four strange cats")
    assert bob.get(f"/run/{town.session}").status_code == 401
    assert town.sign_in("Bob Brown")[1].status_code == 403
    assert town.sign_in("Bob Brown", password="another four strange cats")[1].status_code == 303


def test_who_may_not_open_a_page_is_led_to_where_they_can(town: Town, ada: FlaskClient) -> None:
    refused = ada.get(f"/run/{town.session}")
    assert (refused.status_code, refused.text.count('href="/rooms"')) == (403, 1)
    assert "You cannot open this page" in refused.text
    stranger = town.app.test_client().get(f"/run/{town.session}")
    assert (stranger.status_code, stranger.text.count(f'href="/sign-in?back=/run/{town.session}"')) == (401, 1)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("new", {"new": "short", "again": "short"}),
        ("again", {"again": "quite another one"}),
        ("digits", {"digits": "12345x"}),
    ],
)
def test_what_is_wrong_is_said_at_its_own_field(town: Town, field: str, typed: dict[str, str]) -> None:
    link = town.desk.issue_link("facilitator", town.assembly)
    fine = {"name": "Bob Brown", "new": PASSWORD, "again": PASSWORD, "digits": "000000"}
    page = send(town.app.test_client(), f"/sign-in/{link}", **fine | typed).text
    assert f'<a href="#{field}">' in page
    assert re.findall(r'id="(\w+)-error"', page) == [field]


def test_somebody_changes_their_password_and_keeps_this_browser_only(town: Town, ada: FlaskClient) -> None:
    other, _ = town.sign_in("Ada Byron")
    new = {"new": "four quite other words", "again": "four quite other words"}
    assert "The current password is not right" in send(ada, "/rooms/password", password="wrong", **new).text
    assert send(ada, "/rooms/password", password=PASSWORD, **new).status_code == 303
    assert (ada.get("/staff").status_code, other.get("/staff").status_code) == (200, 401)
    assert send(ada, "/rooms/everywhere").status_code == 303
    assert ada.get("/staff").status_code == 401


def test_a_second_role_is_taken_up_with_the_same_account(town: Town, ada: FlaskClient) -> None:
    link = town.desk.issue_link("facilitator", town.assembly)
    assert "Take this role up with my account" in ada.get(f"/sign-in/{link}").text
    assert send(ada, f"/sign-in/{link}", accept="1").location == "/rooms"
    assert ada.get(f"/run/{town.session}").status_code == 403
    entered = send(ada, "/rooms/enter", role="facilitator", assembly=town.assembly)
    assert entered.location == f"/run/{town.session}"
    assert ada.get(entered.location).status_code == 200
    assert send(ada, "/rooms/enter", role="recruiter", assembly="").status_code == 403


@pytest.mark.parametrize("name", HOSTILE)
def test_a_strange_name_is_shown_as_it_is(town: Town, ada: FlaskClient, name: str) -> None:
    town.set_up(town.desk.issue_link("recruiter"), name)
    page = ada.get("/staff").text
    assert "<script>alert" not in page
    assert str(html.escape(" ".join(name.split()), quote=False).replace('"', "&#34;").replace("'", "&#39;")) in page


# ------------------------------------------------------------------------------------------------ serving others


def test_others_are_served_only_with_a_secret_that_is_one(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'hall.sqlite'}"
    secret, file = secret_beside(database), tmp_path / "hall.sqlite-secret"

    def why(host: str = "0.0.0.0", said: str = secret, https: bool = False) -> str | None:
        try:
            refuse_unsafe(Settings(database, said, host, https=https))
        except WeakSecret as no:
            return str(no)
        return None

    assert why() is None
    file.chmod(0o644)
    assert "chmod 600" in (why() or "")
    assert "chmod 600" in (why("127.0.0.1", https=True) or "")
    assert why("127.0.0.1") is None
    file.chmod(0o600)
    for weak in ("", "secret", "a" * 64, "dev" * 20):
        assert "can be guessed" in (why(said=weak) or "")
    assert with_accounts(Settings(database, secret, "0.0.0.0", accounts=False)).accounts is False
