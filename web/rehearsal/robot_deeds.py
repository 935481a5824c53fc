"""What robot members do beside voting: they ask to speak, ask questions, write, test drafts, fill things in.

Pure and seeded: from a member's own screen follows the next thing this robot does, or nothing. A robot looks at its
screen again and again, as a member does, and does one thing at a time; so whatever the facilitator starts, skips or
goes back to, the robots go along. Each has a temper: some write much, some never ask to speak.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from web.rehearsal import day_words as said

Screen = Mapping[str, Any]
Deed = tuple[str, dict[str, Any]]
"""An address and what is sent to it."""


@dataclass
class Mind:
    """One robot: its number, its chance, and what it has done once and does not do again."""

    number: int
    chance: random.Random
    did: set[str] = field(default_factory=set)

    def inclined(self, to: str, one_in: int) -> bool:
        """Whether this robot is one of those who do such a thing, and has not done it yet.

        >>> minds = [Mind(n, random.Random(n)) for n in range(300)]
        >>> 50 < sum(mind.inclined("speak", 4) for mind in minds) < 100
        True
        """
        lot = hashlib.sha256(f"{to} {self.number}".encode()).digest()[0]
        return to not in self.did and lot % one_in == 0

    def once(self, to: str, deed: Deed) -> Deed:
        """This deed, remembered."""
        self.did.add(to)
        return deed

    def key(self) -> str:
        """As a form makes it."""
        return self.chance.randbytes(16).hex()


def next_deed(screen: Screen, mind: Mind) -> Deed | None:
    """The next thing that this robot does, seeing its own screen; None where it only listens."""
    item, you = screen["item"], screen["you"]
    if screen["session"]["phase"] in ("voting", "closed") or item is None or not you["here"]:
        return None
    talk = screen["talk"]
    waits = you["talk"]["place"] is not None or you["talk"]["speaking"]
    if talk["open"] and not waits and mind.inclined(f"speak {item['id']}", 12):
        return mind.once(f"speak {item['id']}", ("/m/speak", {}))
    kind = KINDS.get(item["kind"])
    return None if kind is None or not item["work"] else kind(item, you["work"], mind)


def _discuss(item: Screen, own: Screen, mind: Mind) -> Deed | None:
    work, to = item["work"], f"note {item['id']}"
    if not work["members_write"] or not work["takes_notes"] or not mind.inclined(to, 6):
        return None
    heading = mind.chance.choice(work["headings"])
    lines = said.NOTES.get(heading) or said.PROMISES.get(heading) or said.NOTES["What stood out"]
    body = {"heading": heading, "text": mind.chance.choice(lines), "key": mind.key()}
    return mind.once(to, (f"/m/items/{item['id']}/notes", body))


def _hear(item: Screen, own: Screen, mind: Mind) -> Deed | None:
    questions, to = item["work"]["questions"], f"question {item['id']}"
    if questions["open"] and own["left"] and mind.inclined(to, 8):
        body = {"question": mind.chance.choice(said.QUESTIONS), "key": mind.key()}
        return mind.once(to, (f"/m/items/{item['id']}/questions", body))
    for question in questions["waiting"]:
        one = question["id"]
        if one not in own["supported"] and mind.inclined(f"support {one}", 3):
            return mind.once(f"support {one}", (f"/m/items/{item['id']}/questions/{one}/support", {}))
    return None


def _have_ideas(item: Screen, own: Screen, mind: Mind) -> Deed | None:
    work, path, step = item["work"], f"/m/ideas/{item['id']}", item["work"]["step"]
    if step == "write" and own["may_write"] and len(own["cards"]) <= mind.number % 3 and own["left"] != 0:
        body = {"text": mind.chance.choice([idea for _, ideas in said.IDEAS for idea in ideas]), "key": mind.key()}
        return f"{path}/write", body
    if step == "share" and own["may_say"]:
        loose = [card for card in own["cards"] if not card["said"] and not card["withdrawn"]]
        return (f"{path}/{loose[0]['id']}/said", {}) if loose else None
    if step == "name" and own["may_name"]:
        return _name(work, own, mind, path)
    return None


def _name(work: Screen, own: Screen, mind: Mind, path: str) -> Deed | None:
    for place, group in enumerate(work["names"]):
        one, names = group["id"], [name["id"] for name in group["proposed"]]
        if not names and mind.inclined(f"name {one}", 10):
            name = said.IDEAS[place % len(said.IDEAS)][0]
            return mind.once(f"name {one}", (f"{path}/groups/{one}/names", {"text": name, "key": mind.key()}))
        if names and one not in own["supports"] and mind.inclined(f"support {one}", 2):
            return mind.once(f"support {one}", (f"{path}/groups/{one}/support", {"name": mind.chance.choice(names)}))
    return None


def _give_opinions(item: Screen, own: Screen, mind: Mind) -> Deed | None:
    if not item["work"]["open"] or not own.get("next"):
        return None
    statement = own["next"]["text"]
    camp = mind.number % 2 if int(statement[:2], 16) % 2 else 0
    value = mind.chance.choices(("agree", "disagree", "pass"), ((7, 2, 1), (2, 7, 1))[camp])[0]
    return f"/m/items/{item['id']}/opinions/{statement}", {"value": value}


def _draft(item: Screen, own: Screen, mind: Mind) -> Deed | None:
    work, path = item["work"], f"/m/items/{item['id']}"
    for asked in own["test"]:
        if not asked["answer"]:
            return f"{path}/drafts/{asked['id']}/answer", _answer(asked["number"], mind)
    if work["step"] != "write":
        return None
    if not own["theme"]:
        open_ones = [theme["id"] for theme in work["themes"] if theme["left"]]
        return (f"{path}/theme", {"theme": mind.chance.choice(open_ones)}) if open_ones else None
    to = f"draft {own['theme']}"
    if own["drafts"] or not mind.inclined(to, 4):
        return None
    place = [theme["id"] for theme in work["themes"]].index(own["theme"])
    words = said.DRAFTS[place % len(said.DRAFTS)]
    return mind.once(to, (f"{path}/drafts", {**words, "theme": own["theme"], "key": mind.key()}))


def _answer(number: int, mind: Mind) -> dict[str, Any]:
    answer = mind.chance.choices(("love", "like", "live with", "lament", "loathe"), (9, 10, 9, 5, 2))[0]
    unhappy = answer in ("lament", "loathe")
    why = mind.chance.choice(said.REASONS[number % len(said.REASONS)]) if unhappy else ""
    return {"answer": answer, "why": why}


def _fill_in(item: Screen, own: Screen, mind: Mind) -> Deed | None:
    open_questions = [question for page in own.get("pages", ()) for question in page if not question["value"]]
    if not open_questions:
        return None
    sent: dict[str, Any] = {}
    for question in open_questions:
        likely = [2 * len(question["options"]) - place for place in range(len(question["options"]))]
        chosen = mind.chance.choices([option["value"] for option in question["options"]], likely)[0]
        sent[f"q-{question['id']}"] = chosen
    return f"/m/items/{item['id']}/evaluation", sent


KINDS: Mapping[str, Callable[[Screen, Screen, Mind], Deed | None]] = {
    "discussion": _discuss,
    "evidence": _hear,
    "ideas": _have_ideas,
    "opinions": _give_opinions,
    "drafts": _draft,
    "evaluation": _fill_in,
}
"""What there is to do in an agenda item, by its kind; in the others a robot listens."""
