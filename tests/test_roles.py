"""The table of roles, held to the house: every address and every socket × every role and a stranger."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from halls import ROOT
from houses import House, csrf, socket_of, web_of

from facilitation.desk import Desk
from web.access import Audience
from web.roles import RIGHTS, ROLES, SOCKETS, as_markdown, right_of


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('roles') / 'house.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


def doors(app: Flask) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Every method and address of the house, with whom its view says that it is open to."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, getattr(app.view_functions[rule.endpoint], "open_to", frozenset())


def test_every_address_is_in_the_table_and_open_to_those_whom_it_names(house: House) -> None:
    wrong = []
    for method, address, open_to in doors(house.app):
        right = right_of(method, address)
        if right is None:
            wrong.append(f"{method} {address} is not in web/roles.py: say there who may")
        elif frozenset(right.who) != open_to:
            wrong.append(f"{method} {address}: the view says {sorted(open_to)}, the table {sorted(right.who)}")
    assert not wrong, "\n".join(wrong)


def test_every_door_of_the_table_leads_somewhere(house: House) -> None:
    used = {id(right_of(method, address)) for method, address, _ in doors(house.app)}
    assert [right.what for right in RIGHTS if id(right) not in used] == []
    there = {f"{method} {address}" for method, address, _ in doors(house.app)}
    exact = [door for right in RIGHTS for door in right.doors if not door.endswith("*")]
    assert [door for door in exact if door not in there] == []
    assert len(exact) == len(set(exact))


def test_every_role_and_a_stranger_at_every_door(house: House) -> None:
    """By real requests: 403 (a stranger 401) exactly where the table does not name the role."""
    wrong = []
    assert set(house.tokens) == set(ROLES)
    for method, address, _ in sorted(doors(house.app), key=lambda door: door[1] == "/rooms/everywhere"):
        right = right_of(method, address)
        assert right is not None
        path = re.sub(
            r"<[^>]+>", "nothing", address.replace("<token>", house.tokens["display"]).replace("<kind>", "json")
        )
        for role in (None, *ROLES):
            headers = {"Accept": "application/json"}
            if role is not None:
                headers["Authorization"] = f"Bearer {house.tokens[role]}"
            elif method == "POST" and Audience.ANYONE in right.who:
                continue  # forms of browsers ask for their own token first: tests/test_web_access.py
            answer = house.browser().open(path, method=method, headers=headers)
            may = role in right.who or Audience.ANYONE in right.who
            refused = answer.json is not None and answer.json.get("error") in ("not-signed-in", "not-for-you")
            if may and refused:
                wrong.append((method, address, role, "refused", answer.json))
            if not may and answer.status_code != (401 if role is None else 403):
                wrong.append((method, address, role, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


# ------------------------------------------------------------------------------------------------ what they see


ABOUT = {"name": "Namemark", "Access needs": "Needmark", "postmark": "Postmark", "originmark": "Originmark"}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An assembly in which all that is known of each person has a word of its own."""
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('marked') / 'house.sqlite'}")
    house = House(desk, web_of(desk))
    people = [{"id": f"{n}", "table": f"{n}", **{key: f"{word}{n}" for key, word in ABOUT.items()}} for n in (1, 2, 3)]
    house.seated = desk.seat("Marked", people)
    assembly, house.codes = house.seated.assembly_id, [one.code for one in house.seated.members]
    house.tokens = {role: desk.issue_token(role, assembly) for role in house.tokens if role in IN_AN_ASSEMBLY}
    house.tokens["host"] = desk.issue_token("host", assembly, table=2)
    joined = [desk.join(code) for code in house.codes]
    house.tokens["member"] = joined[0].token
    definition = {"title": "Secretmark?", "rule": "yes-no"}
    round_id = desk.create_round(house.seated.session_id, definition)
    desk.open_round(round_id)
    desk.cast_ballot(round_id, str(joined[1].member["id"]), "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "yes")
    desk.close_round(round_id)
    yield house
    desk.close()


IN_AN_ASSEMBLY = ("facilitator", "recruiter", "display", "scrutineer", "observer")


def pages_of(house: House, role: str) -> Iterator[tuple[str, str]]:
    """All that this role can read, with the real ids in every address."""
    seated, desk = house.seated, house.desk
    screen = desk.public_screens(seated.session_id)["facilitator"]
    ids = {
        "session_id": seated.session_id,
        "assembly_id": seated.assembly_id,
        "token": house.tokens["display"],
        "round_id": screen["rounds"][0]["id"],
        "item_id": screen["agenda"][0]["id"],
        "kind": "json",
    }
    for method, address, open_to in doors(house.app):
        if method != "GET" or not open_to & {role, Audience.ANYONE} or address.startswith("/static"):
            continue
        for member in desk.members(seated.assembly_id):
            path = re.sub(r"<(\w+:)?(\w+)>", lambda m, of=member: {**ids, "member_id": of.id}.get(m[2], "no"), address)
            sent = {"Authorization": f"Bearer {house.tokens[role]}"}
            yield path, house.browser().get(path, headers=sent).text
            if "<member_id>" not in address:
                break


SEES: dict[str, set[str]] = {
    "facilitator": {"Namemark1", "Namemark2", "Namemark3", "Needmark1", "Needmark2", "Needmark3"},
    "recruiter": {"Namemark1", "Namemark2", "Namemark3"},
    "host": {"Namemark2", "Needmark2"},
    "member": {"Namemark1", "Needmark1"},
    "display": set(),
    "scrutineer": set(),
    "observer": set(),
}


@pytest.mark.parametrize("role", SEES)
def test_no_page_shows_more_of_people_than_the_role_may_see(marked: House, role: str) -> None:
    """Names, needs, and what volunteers said of themselves, looked for in everything that the role can read."""
    seen = {word for _, page in pages_of(marked, role) for word in re.findall(r"(?:Name|Need|Post|Origin)mark\d", page)}
    assert seen == SEES[role]


def test_recruiters_read_nothing_of_votes(marked: House) -> None:
    """But what anyone may read: the hall's screen with its key, and a count that was published."""
    told = {path for path, page in pages_of(marked, "recruiter") if "Secretmark" in page}
    assert {path.split("/")[1] for path in told} == {"counts", "hall"}


def test_what_volunteers_said_is_corrected_by_recruiters_only(marked: House) -> None:
    desk, browser = marked.desk, marked.browser()
    member = desk.member_called(marked.seated.assembly_id, "1")
    path = f"/run/{marked.seated.session_id}/members/{member}"
    enter(browser, desk.issue_link("facilitator", marked.seated.assembly_id))
    typed = {"name": "Namemark1", "table": "1", "column:postmark": "guessed", "csrf_token": csrf(browser)}
    refused = browser.post(f"{path}/correct", data=typed)
    assert (refused.status_code, "Only recruiters" in refused.text) == (403, True)
    columns = {"column": ["originmark"], "csrf_token": csrf(browser)}
    assert browser.post(f"/run/{marked.seated.session_id}/needs/columns", data=columns).status_code == 403
    assert desk.member(marked.seated.assembly_id, member).columns["postmark"] == "Postmark1"
    enter(browser, desk.issue_link("recruiter"))
    assert "Postmark1" in browser.get(path).text
    typed |= {"column:postmark": "Postmark1", "csrf_token": csrf(browser)}
    assert browser.post(f"{path}/correct", data=typed).status_code == 303


def test_a_recruiter_of_one_assembly_finds_nothing_of_another(house: House) -> None:
    """Every address of the recruiter's that names something: the same as if it were not there; lists leave it out."""
    desk, other = house.desk, house.desk.seat("Elsewhere", [{"id": "9", "name": "Elsemark"}])
    theirs = desk.new_recruitment("Elsewhere’s own")
    mine = {"Authorization": f"Bearer {desk.issue_token('recruiter', house.seated.assembly_id)}"}
    ids = {"assembly_id": other.assembly_id, "recruitment_id": theirs, "kind": "json", "which": "dpia"}
    ids |= {"handle": f"m.{other.assembly_id}.{other.members[0].id}"}
    found, named = [], re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
    for method, address, open_to in doors(house.app):
        if Audience.RECRUITER not in open_to or not re.search("assembly_id|recruitment_id|handle", address):
            continue
        path = named.sub(lambda name: ids.get(name[1], "no"), address)
        if house.browser().open(path, method=method, headers=mine).status_code != 404:
            found.append((method, path))
    assert not found
    listed = house.browser().get("/recruit", headers=mine).text
    assert ("Elsewhere" in listed, house.seated.assembly_id in listed) == (False, True)
    assert house.browser().get(f"/recruit/assemblies/{house.seated.assembly_id}", headers=mine).status_code == 200
    assert other.assembly_id not in house.browser().get("/recruit/personal", headers=mine).text
    for path in (
        "/recruit",
        "/recruit/seat",
        "/recruit/authority",
        "/recruit/personal/periods",
        "/recruit/personal/due",
    ):
        assert house.browser().post(path, headers=mine).status_code == 403, path


def enter(browser: FlaskClient, link: str) -> None:
    assert browser.post(f"/sign-in/{link}", data={"csrf_token": csrf(browser)}).status_code == 303


# ------------------------------------------------------------------------------------------------ sockets


def test_every_role_and_a_stranger_at_the_socket(house: House) -> None:
    for role in (None, *ROLES):
        auth = {"token": house.tokens[role]} if role else {}
        client = socket_of(house.app, auth)
        assert client.is_connected() == (role in SOCKETS), role
        if role not in SOCKETS:
            continue
        for said in ("screen", "look", "vote", "join", "message", "ping"):
            client.emit(said, {"room": "all", "token": house.tokens[role]})
        heard = [each["name"] for each in client.get_received()]
        assert set(heard) <= {"screen"}
        client.disconnect()


def test_a_socket_listens_to_nothing(house: House) -> None:
    server = house.app.extensions["socketio"].server
    assert set(server.handlers.get("/", {})) == {"connect", "disconnect"}
    assert set(server.handlers) <= {"/"}


@pytest.mark.parametrize("audience", [*ROLES, "hall", "draw", "everything"])
def test_a_stranger_gets_no_socket_by_naming_an_audience(house: House, audience: str) -> None:
    assert not socket_of(house.app, {"audience": audience, "token": "guessed"}).is_connected()


def test_the_readme_shows_the_table_as_it_is() -> None:
    assert as_markdown() in (ROOT / "README.md").read_text(encoding="utf-8"), (
        "copy the output of web.roles.as_markdown()"
    )


def test_no_page_of_a_recruiter_of_one_assembly_names_another(house: House) -> None:
    """Titles, names and columns of other recruitments stand on no page; on those of a recruiter of all they do."""
    desk = house.desk
    desk.seat("Othermark assembly", [{"id": "9", "name": "Othermark"}])
    elsewhere = desk.new_recruitment("Othermark recruitment")
    desk.put_files(
        elsewhere,
        pool=("p.csv", b"id,name,othermark_column\n1,Ann Other,x\n"),
        quotas=("q.csv", b"feature,value,min,max\n"),
        size=1,
    )
    desk.set_house_setting("authority", {"said": {}, "columns": {"othermark_column": "Because of Othermark."}})
    told = {}
    for whose in (None, house.seated.assembly_id):
        sent = {"Authorization": f"Bearer {desk.issue_token('recruiter', whose)}"}
        paths = [
            re.sub(r"<any[^>]*>", "dpia", address).replace("<assembly_id>", str(whose))
            for method, address, open_to in doors(house.app)
            if method == "GET"
            and Audience.RECRUITER in open_to
            and not re.search("recruitment_id|handle|kind", address)
        ]
        told[whose] = {path for path in paths if "thermark" in house.browser().get(path, headers=sent).text}
    assert {"/recruit", "/recruit/dpia", "/recruit/processing", "/recruit/authority", "/recruit/dpia.html"} <= told[
        None
    ]
    assert told[house.seated.assembly_id] == set()
