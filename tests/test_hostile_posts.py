"""Every door that takes a form, knocked at by whoever may with what nobody means well by: never a broken answer.

The fields of a door are the words that its function and those beside it name, so a new door is knocked at by itself.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from houses import House, web_of
from page_law import breaks
from werkzeug.routing import Rule

from facilitation.desk import By, Desk
from facilitation.desk.evidence import Place
from facilitation.desk.ideas import Chosen, Words

ROLES = ("member", "host", "facilitator", "display", "kiosk", "scrutineer")
HOSTILE = (
    "x" * 10_001,
    "\0\x1b[2J",
    "\ud800 half",
    "🇼🇸👩‍👩‍👧\u202e olleh ŵ \u0301\u0301",
    "<script>alert(1)</script>' OR 1=1 -- {{ 7 * 7 }} %s {n}",
    "-1",
    "9" * 5_000,
    "٣",
    "\u200b",
    '{"a": [1, {}]}',
    "../../etc/passwd",
)
ODD_JSON = (None, True, 1.5, -(10**30), [], [["a"], {}], {"a": None}, "", "\ud800")
KINDS = ("discussion", "evidence", "ideas", "opinions", "drafts", "evaluation")
KIND_OF = {
    **dict.fromkeys(("host", "at_table", "notes"), "discussion"),
    **dict.fromkeys(("idea_cards", "idea_team"), "ideas"),
    **dict.fromkeys(("drafts_of_members", "drafts_of_hosts", "drafts_of_staff"), "drafts"),
    **dict.fromkeys(("evidence", "evidence_questions"), "evidence"),
    **dict.fromkeys(("opinions", "answering"), "opinions"),
    **dict.fromkeys(("evaluation", "filling_in"), "evaluation"),
}
LAST = (
    "remove",
    "leave",
    "take-back",
    "sign-out",
    "finish",
    "close",
    "unpair",
    "next",
    "skip",
    "withdraw",
    "off",
    "end",
)
"""Doors after which less can be done stand last."""
ELSEWHERE = ("/recruit", "/witness", "/counts", "/sign-in", "/sign-out")


@dataclass
class Hall:
    """An assembly in the middle of a day, a browser for every role, and what stands in its work."""

    sitting: Sitting
    browsers: dict[str, FlaskClient]
    known: dict[str, str]
    items: dict[str, str]
    on: str
    """The kind of the item that is on; the others are over."""


@pytest.fixture(scope="module", params=KINDS)
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    kinds = [*(kind for kind in KINDS if kind != request.param), request.param]
    agenda = [{"kind": kind, "title": kind, "planned_minutes": 10, "terms": TERMS[kind]} for kind in kinds]
    sitting = Sitting(tmp_path_factory.mktemp("hostile") / "hall.sqlite", members=7, agenda=agenda)
    desk, codes = sitting.desk, iter(sitting.codes)
    tokens = {role: desk.issue_token(role, sitting.assembly, **({"table": 1} if role == "host" else {}))
              for role in ROLES if role not in ("member", "kiosk")}  # fmt: skip
    joined = [desk.join(code) for code in codes]
    tokens["member"] = joined[0].token
    here = [str(one.member["id"]) for one in joined]
    app = web_of(desk)
    browsers = {}
    for role in ROLES:
        browsers[role] = app.test_client()
        with browsers[role].session_transaction() as kept:
            kept["devices"], kept["csrf"] = ({role: tokens[role]} if role in tokens else {}), "token"
    items = {item["kind"]: item["id"] for item in sitting.facilitator()["agenda"]}
    known = {"session_id": sitting.session, "member_id": here[-1], **worked(sitting, items, here)}
    yield Hall(sitting, browsers, known, items, request.param)
    sitting.close()


TERMS: dict[str, Any] = {
    "discussion": {"headings": ["Said", "Missing"]},
    "evidence": {"speakers": [{"name": "Dr Who", "subject": "Time", "minutes": 5}]},
    "ideas": {"question": "What?", "minutes": 5},
    "opinions": {"add": True},
    "drafts": {"step": "write"},
    "evaluation": {"when": "before"},
}


def worked(sitting: Sitting, items: dict[str, str], here: list[str]) -> dict[str, str]:
    """Something of everything; the ids of it, by the names that addresses give them."""
    desk, session, host = sitting.desk, sitting.session, By(table=1)
    for kind in items:
        desk.start_item(session, items[kind])
        match kind:
            case "discussion":
                desk.add_note(session, items[kind], host, "Said", key="k", body="Buses")
            case "evidence":
                at = Place(session, items[kind])
                desk.start_slot(at, 1)
                desk.attach_paper(at, "paper", ("figures.txt", b"1"), "Figures")
                for key in ("q1", "q2"):
                    desk.ask_for_table(at, 1, key, "How much?", actor="host:1")
            case "ideas":
                desk.write_idea(session, items[kind], here[0], Words("idea", "More buses"))
                desk.ideas_step(session, items[kind], "share")
                desk.ideas_step(session, items[kind], "cluster")
                cards = [row.id for row in _work(sitting, items[kind]).ideas.values()]
                desk.make_cluster(session, items[kind], Chosen(cards), Words("cluster", "Buses"), actor="host:1")
            case "opinions":
                for line in ("Trams are good.", "Buses are good."):
                    desk.add_statement(session, items[kind], line, line)
            case "drafts":
                desk.make_theme(session, items[kind], "Travel", key="theme", sources=[])
                theme = next(iter(_work(sitting, items[kind]).themes))
                for member in here:
                    desk.choose_theme(session, items[kind], member, theme)
                desk.start_draft(session, items[kind], theme, DRAFT, key="d", member=here[0])
                draft = next(iter(_work(sitting, items[kind]).drafts))
                desk.attach_statement(session, items[kind], draft, "Not me.", key="m", member=here[0])
                desk.raise_objection(session, items[kind], draft, "Too dear.", key="o")
                desk.open_test(session, items[kind])
    notes, bank = _work(sitting, items["discussion"]), _work(sitting, items["evidence"])
    ideas, drafts = _work(sitting, items["ideas"]), _work(sitting, items["drafts"])
    asked = desk.create_round(session, {"title": "Trams?", "rule": "yes-no"})
    screen, _ = desk.add_hall_screen(session, "Hall")
    return {
        "note_id": next(iter(notes.notes)),
        "question_id": next(iter(bank.bank.questions)),
        "paper_id": next(iter(bank.papers)),
        "idea": next(iter(ideas.ideas)),
        "cluster": next(iter(ideas.clusters)),
        "statement": next(iter(_work(sitting, items["opinions"]).statements)),
        "draft": next(iter(drafts.drafts)),
        "theme": next(iter(drafts.themes)),
        "objection": next(iter(drafts.objections)),
        "test": drafts.testing,
        "round_id": asked,
        "screen_id": screen.id,
    }


DRAFT = {"title": "Run buses", "what": "Every hour", "who": "", "why": "", "concerns": ""}


def _work(sitting: Sitting, item: str) -> Any:
    return sitting.replayed().work[item]


# ------------------------------------------------------------------------------------------------ the doors


def fields_of(view: Any) -> list[str]:
    """Words in the code of a door and of the functions of its room that it calls, which could name fields."""
    module, seen, waiting = sys.modules[view.__module__], set(), [inspect.unwrap(view)]
    named: dict[str, None] = {}
    while waiting:
        code = waiting.pop()
        if code in seen:
            continue
        seen.add(code)
        source = inspect.getsource(code)
        named.update(dict.fromkeys(re.findall(r"[\"']([a-z][a-z_]{1,20})[\"']", source)))
        for name in code.__code__.co_names:
            found = getattr(module, name, None)
            if inspect.isfunction(found) and found.__module__ == module.__name__:
                waiting.append(inspect.unwrap(found))
    return list(named)[:9]


GOOD = {
    "key": "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "table": "1", "seconds": "60", "minutes": "5", "place": "1",
    "heading": "Said", "words": "Words", "text": "Words", "title": "Title", "name": "Name", "reason": "reason",
    "kind": "pause", "answer": "love", "value": "agree", "day": "2027-03-07", "start": "10:00", "body": "Words",
    "what": "start", "step": "share", "choice": "yes", "rule": "yes-no",
}  # fmt: skip


def kind_of(rule: Rule) -> str | None:
    return KIND_OF.get(rule.endpoint.partition(".")[0])


def doors(hall: Hall) -> list[Rule]:
    app = hall.browsers["member"].application
    found = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    found = [rule for rule in found if kind_of(rule) == hall.on or (hall.on == KINDS[0] and not kind_of(rule))]
    return sorted(
        (rule for rule in found if not rule.rule.startswith(ELSEWHERE)),
        key=lambda rule: (rule.rule.rsplit("/", 1)[-1] in LAST, rule.rule),
    )


def address(hall: Hall, rule: Rule, **instead: str) -> str:
    known = {**hall.known, "item_id": hall.items[kind_of(rule) or hall.on], "act": "show", "state": "coming", **instead}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known.get(found[1], "nothing"), rule.rule)


@pytest.mark.slow
def test_no_door_breaks_whatever_is_sent(hall: Hall) -> None:
    broken, knocked, turn, odd = [], 0, cycle(HOSTILE), cycle(ODD_JSON)
    app = hall.browsers["member"].application

    def knock(role: str, path: str, **sent: Any) -> None:
        nonlocal knocked
        headers = {"Accept": "application/json", "X-CSRF-Token": "token"}
        if "json" in sent:
            sent = {"data": json.dumps(sent["json"]), "content_type": "application/json"}
        answer = hall.browsers[role].post(path, headers=headers, **sent)
        knocked += 1
        if answer.status_code >= 500 and answer.status_code != 503:
            broken.append((role, path, answer.status_code, str(sent)[:200]))

    for rule in doors(hall):
        view = app.view_functions[rule.endpoint]
        named = fields_of(view)
        good = {name: GOOD.get(name, hall.known.get(name, "1")) for name in named}
        for role in sorted(set(ROLES) & {str(one.value) for one in view.open_to}) or ["member"]:
            path = address(hall, rule)
            for name in named:
                knock(role, path, data={**good, name: next(turn).encode("utf-8", "surrogatepass")})
                knock(role, path, json={**good, name: next(odd)})
            knock(role, path, data=dict.fromkeys(named, next(turn).encode("utf-8", "surrogatepass")))
            knock(role, path, data={name: [b"a", b"b"] for name in named})
            knock(role, path, data=b"\xff\xfe=%ff&%00=1", content_type="application/x-www-form-urlencoded")
            for thing in ODD_JSON[:3]:
                knock(role, path, json=dict.fromkeys(named, thing))
            if "<" in rule.rule.replace("<session_id>", ""):
                part = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)[-1]
                for wild in ("%00", "%F0%9F%9A%8B", "%ED%A0%80", "-1", "9" * 300):
                    knock(role, address(hall, rule, **{part: wild}), data=good)
    assert broken == []
    assert knocked > 50


@pytest.mark.slow
def test_every_page_still_draws_after_it(hall: Hall) -> None:
    app = hall.browsers["member"].application
    broken = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith((*ELSEWHERE, "/static")) or "stream" in rule.rule:
            continue
        open_to = {str(one.value) for one in app.view_functions[rule.endpoint].open_to}
        for role in sorted(set(ROLES) & open_to):
            answer = hall.browsers[role].get(address(hall, rule))
            if answer.status_code >= 500:
                broken.append((role, rule.rule, answer.status_code))
            broken += breaks(rule.rule, answer)
    for audience in ("member", "host", "facilitator", "display"):
        assert hall.browsers[audience].get("/api/screen").status_code < 500
    assert broken == []


def test_the_number_of_a_page_may_be_of_any_length(tmp_path: Path) -> None:
    """Python reads no number of more than 4,300 digits."""
    desk = Desk.open(str(tmp_path / "h.sqlite"))
    house = House(desk, web_of(desk))
    item = desk.public_screens(house.seated.session_id)["facilitator"]["agenda"][0]["id"]
    sent = {"Authorization": f"Bearer {house.tokens['member']}"}
    answer = house.browser().post(f"/m/items/{item}/evaluation", headers=sent, data={"page": "9" * 5000})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/m")
    desk.close()
