"""Who belongs to one assembly tries the doors of another with its real ids: nothing is seen there, nothing is changed.

Twice each: with the other's session in the address, and with one's own session and the other's things in it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from houses import House, web_of
from sqlalchemy import select

from facilitation.desk import Desk
from facilitation.store.backup import TABLES
from web.access import Audience

ROLES = ("member", "facilitator", "display", "scrutineer", "observer", "host", "recruiter")
SENT = {
    "name": "Broken", "title": "Broken", "text": "Broken", "what": "Broken", "reason": "other", "role": "observer",
    "table": "1", "state": "here", "choice": "yes", "key": "1b4e28ba-2fa1-41d2-883f-0016d3cca427", "code": "none",
    "word": "erase", "shows": "timer", "sure": "yes", "minutes": "5", "kind": "talk", "who": "table:1", "id": "1",
}  # fmt: skip


class Other:
    """The assembly of others: people, a vote, a paper, a question, a hall screen, every one with a mark."""

    def __init__(self, desk: Desk) -> None:
        people = [{"id": f"{n}", "table": f"{n}", "name": f"Othermark{n}", "note": f"Othermark{n}"} for n in (1, 2)]
        seated = desk.seat("Othermark assembly", people)
        screen = desk.public_screens(seated.session_id)["facilitator"]
        self.assembly, self.session = seated.assembly_id, seated.session_id
        desk.start_item(self.session, screen["agenda"][0]["id"])
        self.round = desk.create_round(self.session, {"title": "Othermark vote?", "rule": "yes-no"})
        desk.open_round(self.round)
        hall, _ = desk.add_hall_screen(self.session, "Othermark screen", "timer")
        recruitment = desk.new_recruitment("Othermark recruitment")
        member = desk.member_called(self.assembly, "1")
        desk.join(seated.members[0].code)
        self.ids = {
            "assembly_id": self.assembly, "round_id": self.round, "item_id": screen["agenda"][0]["id"],
            "member_id": member, "screen_id": getattr(hall, "id", hall), "recruitment_id": recruitment,
            "handle": f"m.{self.assembly}.{member}", "kind": "json",
        }  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('outsiders') / 'f.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


@pytest.fixture(scope="module")
def other(house: House) -> Other:
    return Other(house.desk)


def rows_of(desk: Desk, other: Other) -> list[dict[str, Any]]:
    """All rows in which the other assembly, or a thing of it, is named."""
    named = {other.session, *other.ids.values()} - {"json"}
    with desk._store.reading() as tx:
        rows = [dict(row) for table in TABLES for row in tx.connection.execute(select(table)).mappings()]
    return [row for row in rows if named & {value for value in row.values() if isinstance(value, str)}]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_another_assembly_is_seen_or_changed(house: House, other: Other, role: str) -> None:
    desk = house.desk
    token = desk.issue_token(role, house.seated.assembly_id) if role == "recruiter" else house.tokens[role]
    sent, before, faults = {"Authorization": f"Bearer {token}"}, rows_of(desk, other), []
    for rule, session in itertools.product(house.app.url_map.iter_rules(), (other.session, house.seated.session_id)):
        view = house.app.view_functions[rule.endpoint]
        open_to = getattr(view, "open_to", frozenset())
        if Audience.ANYONE in open_to or not rule.arguments:
            continue
        ids = {**other.ids, "session_id": session}
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda m, of=ids: str(of.get(m[1], "none")), rule.rule)
        for method in {"GET", "POST"} & set(rule.methods or ()):
            answer = house.browser().open(path, method=method, headers=sent, data=SENT if method == "POST" else None)
            if "thermark" in answer.text:
                faults.append(f"{method} {rule.rule}: {answer.status_code} shows something")
            if answer.status_code >= 500:
                faults.append(f"{method} {rule.rule}: {answer.status_code}")
    assert faults == []
    assert rows_of(desk, other) == before, "something of the other assembly was changed: look at each door alone"
