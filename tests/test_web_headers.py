"""What every answer carries, and what every form must bring: all addresses, all roles."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from houses import ROLES, House, csrf, web_of
from page_law import breaks, inline_of
from sqlalchemy import select
from werkzeug.routing import Rule

from facilitation.desk import Desk
from facilitation.store.backup import TABLES
from web.app import create_app
from web.settings import Settings

WITHOUT_COOKIE = {"/api/join", "/api/rounds/<round_id>/sealed-ballot"}
"""Doors that never look at a cookie: a browser's own requests bring nothing there that a page of another could use."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('headers') / 'f.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


def posts(app: Flask) -> list[Rule]:
    unsafe = {"POST", "PUT", "PATCH", "DELETE"}
    return [rule for rule in app.url_map.iter_rules() if unsafe & set(rule.methods or ())]


def signed_in(house: House, role: str) -> FlaskClient:
    """A browser that holds the role in its cookie."""
    browser = house.browser()
    with browser.session_transaction() as kept:
        kept["devices"], kept["csrf"] = ({role: house.tokens[role]} if role in house.tokens else {}), "token"
    return browser


def test_pages_with_nothing_behind_them_keep_the_law_of_pages(house: House) -> None:
    desk, broken, looked = house.desk, [], 0
    recruitment = desk.new_recruitment("Forest")
    known = {
        "session_id": house.seated.session_id,
        "assembly_id": house.seated.assembly_id,
        "recruitment_id": recruitment,
        "member_id": str(desk.who_is(house.codes[0])["id"]),
        "code": desk.issue_link("facilitator", house.seated.assembly_id),
        "token": desk.add_hall_screen(house.seated.session_id)[1],
    }
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/static"):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known.get(found[1], "nothing"), rule.rule)
        for role in sorted({"", *ROLES} & {"", *map(str, house.app.view_functions[rule.endpoint].open_to)}):
            answer = signed_in(house, role).get(path)
            looked += answer.status_code == 200
            broken += [f"{role}: {one}" for one in breaks(path, answer)]
    assert broken == []
    assert looked > 60


def test_answers_that_flask_never_sees_and_refusals_keep_it_too(house: House) -> None:
    browser, broken = house.browser(), []
    for path in ("/nothing", "/static/x/nothing.js", "/api/nothing", "/socket.io/?EIO=4&transport=polling", "/m"):
        answer = browser.get(path)
        broken += [one for one in breaks(path, answer) if "may be stored" not in one]
    broken += breaks("/join", browser.post("/join", data={"code": "x"}))
    broken += breaks("/api/join", browser.post("/api/join", data=b"{"))
    broken += breaks("/api/screen", browser.delete("/api/screen"))
    assert broken == []


def test_the_law_of_pages_notices_what_is_inline() -> None:
    for bad in (
        "<p style='color: red'>",
        "<style>p { }</style>",
        "<script>alert(1)</script>",
        "<button onclick='go()'>",
        "<a href=' JavaScript:go()'>",
        "<script src='https://cdn.example/x.js'></script>",
        "<base href='/x'>",
        "<form action='//evil.example'>",
    ):
        assert inline_of(bad), bad
    assert (
        inline_of('<script type="module" src="/static/x.js"></script><script type="application/json">{}</script>') == []
    )


def test_powers_that_nobody_needs_are_off_and_the_wake_lock_is_on(house: House) -> None:
    policy = house.browser().get("/").headers["Permissions-Policy"]
    assert "screen-wake-lock=(self)" in policy
    assert all(f"{power}=()" in policy for power in ("camera", "microphone", "geolocation", "payment"))


@pytest.mark.parametrize(("hsts", "said"), [(True, "max-age=31536000; includeSubDomains"), (False, None)])
def test_browsers_remember_https_where_the_world_vouches_for_the_name(house: House, hsts: bool, said: str) -> None:
    app, _ = create_app(house.desk, Settings("sqlite:///unused", "s", https=True, hsts=hsts))
    answer = app.test_client().get("/join", base_url="https://hall.example.org")
    assert answer.headers.get("Strict-Transport-Security") == said
    assert answer.headers["Set-Cookie"].startswith("__Host-folkmoot_8000=")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in answer.headers["Set-Cookie"].split(";")}


def test_every_door_that_looks_at_a_cookie_wants_the_token_of_its_session_and_our_origin(house: House) -> None:
    wrong = []
    for rule in posts(house.app):
        view = house.app.view_functions[rule.endpoint]
        if not view.reads_cookie:
            continue
        path, method = (
            re.sub(r"<[^>]+>", "nothing", rule.rule),
            sorted(set(rule.methods or ()) - {"GET", "HEAD", "OPTIONS"})[0],
        )
        roles = [role for role in ROLES if role in view.open_to] or [""]
        browser, accept = signed_in(house, roles[0]), {"Accept": "application/json"}
        tries = {
            "nothing": {"data": {}},
            "a guess": {"data": {"csrf_token": "guessed"}},
            "another's": {"data": {"csrf_token": csrf(house.browser())}},
            "json": {"json": {"csrf_token": "token"}},
            "plain text": {"data": b"csrf_token=token", "content_type": "text/plain"},
            "another origin": {
                "data": {"csrf_token": "token"},
                "headers": {**accept, "Origin": "https://evil.example"},
            },
            "no origin": {"data": {"csrf_token": "token"}, "headers": {**accept, "Origin": "null"}},
        }
        for what, sent in tries.items():
            answer = browser.open(path, method=method, **{"headers": accept, **sent})
            if (answer.status_code, answer.json["error"]) != (403, "wrong-origin"):
                wrong.append((method, rule.rule, what, answer.status_code))
    assert wrong == []


def test_doors_that_look_at_no_cookie_are_these_and_do_nothing_with_one(house: House) -> None:
    without = {rule.rule for rule in posts(house.app) if not house.app.view_functions[rule.endpoint].reads_cookie}
    assert without == WITHOUT_COOKIE


def test_nothing_is_changed_by_looking(house: House) -> None:
    """GET, HEAD and OPTIONS of every address leave every row of the database as it was; but when a token was used."""
    browsers = [signed_in(house, role) for role in ("facilitator", "recruiter")]
    ids = {"<session_id>": house.seated.session_id, "<assembly_id>": house.seated.assembly_id}
    before = rows_of(house)
    for rule in house.app.url_map.iter_rules():
        address = rule.rule
        for name, one in ids.items():
            address = address.replace(name, one)
        path = re.sub(r"<[^>]+>", "nothing", address)
        for method in {"GET", "HEAD", "OPTIONS"} & set(rule.methods or ()):
            for browser in browsers:
                browser.open(path, method=method)
            assert rows_of(house) == before, f"{method} {path}"


def rows_of(house: House) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    with house.desk._store.reading() as tx:
        return {
            table.name: [{**row, "used_at": None} for row in tx.connection.execute(select(table)).mappings()]
            for table in TABLES
        }


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH"])
def test_other_methods_are_refused(house: House, method: str) -> None:
    assert house.browser().open("/", method=method).status_code == 405


def test_no_folder_is_listed_and_no_source_is_served(house: House) -> None:
    for path in (
        "/static/",
        "/static/x/",
        "/static/x/js",
        "/.git/config",
        "/static/x/../app.py",
        "/web/app.py",
        "/server-status",
    ):
        assert house.browser().get(path).status_code == 404
