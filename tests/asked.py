"""Sittings in which something is asked: statements to agree with, a questionnaire; answered by a lot with a seed."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from assemblies import Sitting

from facilitation.opinions.picture import Table, draw

WORDS = [f"Statement number {number}" for number in range(1, 11)]


class Asked(Sitting):
    """A sitting with one item that asks something, running, and everybody here."""

    item: str
    here: list[str]

    def begin(self) -> Asked:
        self.here = self.arrive()
        self.item = self.facilitator()["agenda"][0]["id"]
        self.desk.start_item(self.session, self.item)
        return self

    def work(self, audience: str = "facilitator") -> dict[str, Any]:
        return dict(self.desk.item_screen(self.session, self.item, audience)["work"])

    def own(self, member: str) -> dict[str, Any]:
        return self.desk.own_work(self.session, self.item, member)


def opinions(folder: Path, members: int = 12, *, statements: int = 10, **terms: Any) -> Asked:
    """Statements of the facilitator that wait for answers."""
    asked = Asked(folder / "asked.sqlite", members, agenda=[{"kind": "opinions", "terms": terms}]).begin()
    for number, words in enumerate(WORDS[:statements]):
        asked.desk.add_statement(asked.session, asked.item, words, f"key {number}")
    return asked


def two_camps(asked: Asked, seed: int = 1) -> None:
    """Every member answers everything: the first half agrees with the odd ones, the others with the even ones."""
    lot = random.Random(seed)
    texts = [one["text"] for one in asked.work()["list"]]
    rows = [(member, text) for member in asked.here for text in texts]
    lot.shuffle(rows)
    for member, text in rows:
        first = asked.here.index(member) < len(asked.here) // 2
        agree = texts.index(text) < 2 or (texts.index(text) % 2 == 0) == first
        asked.desk.answer_statement(asked.session, asked.item, member, text, "agree" if agree else "disagree")


def close_and_draw(asked: Asked) -> dict[str, Any]:
    """The picture, as the console has it drawn."""
    asked.desk.close_opinions(asked.session, asked.item)
    table = asked.desk.opinion_table(asked.session, asked.item)
    assert table is not None
    picture = draw(Table(table["statements"], table["rows"]))
    asked.desk.draw_opinions(asked.session, asked.item, picture)
    return picture


def evaluation(folder: Path, members: int = 8, **terms: Any) -> Asked:
    """A questionnaire that waits for answers."""
    return Asked(folder / "asked.sqlite", members, agenda=[{"kind": "evaluation", "terms": terms}]).begin()
