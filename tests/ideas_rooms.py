"""An ideas item without a database, for tests of its law: commands go through `decide` and `apply`, time is given."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from facilitation.activities import ideas
from facilitation.event import Event
from facilitation.events import KINDS, Entry
from facilitation.ideas import commands as c
from facilitation.ideas.naming import support
from facilitation.ideas.wall import at_table, round_of
from facilitation.ideas.work import Work
from facilitation.model import Assembly, Item, Member, Session
from facilitation.work import Answers, Audience, Context, Seen

START = datetime(2027, 3, 6, 11, 35, tzinfo=UTC)


class Words(dict[str, str]):
    """Every text says “words of …” unless the test says otherwise or erases it."""

    def __init__(self) -> None:
        super().__init__()
        self.erased: set[str] = set()

    def __contains__(self, key: object) -> bool:
        return bool(key) and key not in self.erased

    def __missing__(self, key: str) -> str:
        if key not in self:
            raise KeyError(key)
        return f"words of {key}"

    def get(self, key: str, default: Any = None) -> Any:
        return default if key not in self else self[key]  # noqa: SIM401  # this is its own `get`

    def __delitem__(self, key: str) -> None:
        self.erased.add(key)
        self.pop(key, None)


class Room:
    """One running item; m1 and m2 sit at table 1, m3 at table 2."""

    def __init__(self, **terms: Any) -> None:
        given = ideas.terms({"question": "What would help?", **terms})
        self.now, self.seq = START, 10
        self.work: Work = ideas.state()
        self.texts = Words()
        self.support: dict[str, dict[str, str]] = {}
        members = {f"m{n}": Member(f"m{n}", 1 if n < 3 else 2, "") for n in (1, 2, 3)}
        self.item = Item("i1", "ideas", "Ideas", "", "11:35", 45, started_at=START, terms=given)
        self.state = Assembly("a", members=members)
        self.use(self.item)

    def use(self, item: Item) -> None:
        self.item = item
        others = [one for one in self.agenda if one.id != item.id]
        session = Session("s", "Saturday", (*others, item), current=item.id)
        self.state = replace(self.state, sessions={"s": session})

    @property
    def agenda(self) -> tuple[Item, ...]:
        return self.state.sessions["s"].agenda if self.state.sessions else ()

    def move(self, member: str, table: int) -> None:
        moved = replace(self.state.members[member], table=table)
        self.state = replace(self.state, members={**self.state.members, member: moved})

    def cite(self, thing: str) -> None:
        """A draft of another item names this card as its source."""
        drafts = SimpleNamespace(drafts={"d": SimpleNamespace(sources=(thing,))}, themes={})
        self.state = replace(self.state, work={"drafts": drafts})

    def end(self) -> None:
        self.use(replace(self.item, ended_at=self.now))

    # ------------------------------------------------------------------------------------------------------- acts

    def do(self, command: Any, *parts: Any, actor: str = "facilitator") -> tuple[Event, ...]:
        """Carry a command out, through JSON as the journal does; what it amounted to."""
        asked = command("s", actor, self.item.id, *parts)
        events = ideas.decide(self.work, asked, Context(self.state, self.state.sessions["s"], self.item, self.now))
        for event in events:
            self.seq += 1
            read = KINDS[event.kind](**json.loads(json.dumps(event.data())))
            self.work = ideas.apply(self.work, Entry(self.seq, self.now, actor, read))
        return events

    def write(self, card: str, member: str) -> tuple[Event, ...]:
        return self.do(c.WriteIdea, card, "hash", member, actor="member")

    def propose(self, cluster: str, name: str, member: str) -> tuple[Event, ...]:
        return self.do(c.ProposeName, cluster, name, "hash", member, actor="member")

    def step(self, step: str) -> tuple[Event, ...]:
        return self.do(c.GoToStep, step, support(self.work, self.support))

    # ------------------------------------------------------------------------------------------------------ looks

    @property
    def seen(self) -> Seen:
        answers = Answers({self.work.sheet: self.support})
        return Seen(self.state, self.state.sessions["s"], self.item, {}, self.texts, answers, self.now)

    def screen(self, audience: str) -> dict[str, Any]:
        return ideas.screen(self.work, self.seen, cast(Audience, audience))

    def own(self, member: str) -> dict[str, Any]:
        return ideas.own(self.work, self.seen, member)

    def minutes(self) -> list[str]:
        return ideas.minutes(self.work, self.seen)

    def telling(self, table: int) -> tuple[int, int, int]:
        tables = {member.id: member.table for member in self.state.seated.values()}
        return round_of(at_table(self.work, tables, table))

    def bare(self) -> tuple[Any, ...]:
        """What the wall amounts to, without its history."""
        work = self.work
        return work.cards, work.ideas, work.merges, work.under, work.places, work.clusters


def room(**terms: Any) -> Room:
    return Room(**terms)
