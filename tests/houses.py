"""The web house in the test's own process: no server, no sockets, a seated assembly and a token for each role."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from facilitation import totp
from facilitation.desk import Desk, Setup
from web.app import create_app
from web.server.gate import PLACE
from web.server.wire import WIRE
from web.settings import Settings

ROLES = (
    *("member", "facilitator", "recruiter", "display", "scrutineer", "observer", "host", "kiosk"),
    *("administrator", "staff"),
)


class House:
    """The web house in this process (no server, no sockets), with one seated assembly and a token for each role."""

    def __init__(self, desk: Desk, app: Flask, name: str = "Assembly") -> None:
        self.desk, self.app = desk, app
        self.seated = self.desk.seat(name, [{"id": "1", "name": "Ada"}, {"id": "2", "name": "Bob"}])
        assembly = self.seated.assembly_id
        self.codes = [member.code for member in self.seated.members]
        for_the_asking = [role for role in ROLES if role not in ("member", "host", "kiosk", "administrator", "staff")]
        of_all = ("recruiter",)
        self.tokens = {
            role: self.desk.issue_token(role, None if role in of_all else assembly) for role in for_the_asking
        }
        self.tokens["host"] = self.desk.issue_token("host", assembly, table=1)
        self.tokens["member"] = self.desk.join(self.codes[0]).token
        self.tokens["kiosk"] = self._shared()
        self.tokens["administrator"] = self.desk.issue_token("administrator")
        self.tokens["staff"] = an_account(self.desk, f"Ada of {self.seated.assembly_id}")

    def _shared(self) -> str:
        """The token of a tablet that a helper paired for many to use."""
        secret, code = self.desk.wait_to_be_paired()
        self.desk.pair_tablet(self.seated.session_id, code, None)
        return self.desk.take_pairing(secret).token

    def browser(self) -> FlaskClient:
        return self.app.test_client()


def an_account(desk: Desk, name: str) -> str:
    """Somebody sets an account up; the token of a browser that is signed in to it."""
    number, key = f"number of {name}", "a secret of the test"
    digits = totp.code_at(totp.secret_of(key, number), totp.step_at(desk._now()))
    return desk.set_up(desk.issue_link("recruiter"), Setup(name, "ground", number, digits), key)[0].token


def web_of(desk: Desk) -> Flask:
    return create_app(desk, Settings("sqlite:///unused", "a secret of the test"))[0]


class Unwired:
    """Stands where the wire of a real socket stands (tests/test_web_live.py has real ones): everybody is admitted."""

    def admit(self) -> None:
        """Nothing is counted here."""

    give_back = admit


def socket_of(app: Flask, auth: dict[str, str], browser: FlaskClient | None = None) -> SocketIOTestClient:
    """A socket in this process, opened with a token or with a browser's cookie; ask `is_connected`."""

    server = app.extensions["socketio"].server
    connect = server._handle_eio_connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            server,
            "_handle_eio_connect",
            lambda sid, environ: connect(sid, {**environ, WIRE: Unwired(), PLACE: Unwired()}),
        )
        return app.extensions["socketio"].test_client(app, flask_test_client=browser, auth=auth)


def csrf(browser: FlaskClient) -> str:
    """The token of this browser's session, as a page shows it."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/join").text)
    assert found is not None
    return found[1]


def signed_in(house: House, role: str) -> FlaskClient:
    """A browser of the staff that has used a one-time link."""
    browser = house.browser()
    code = house.desk.issue_link(role, None if role == "recruiter" else house.seated.assembly_id)
    assert browser.post(f"/sign-in/{code}", data={"csrf_token": csrf(browser)}).status_code == 303
    return browser


class Asked:
    """Stands where the worker's queue stands, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.draws: list[str] = []

    def ask(self, draw_id: str) -> None:
        self.draws.append(draw_id)
