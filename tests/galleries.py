"""A gallery of results: every golden pair of a count, and the extremes, as the screens get them.

`EXHIBITS` make pairs of a round's screen and its result. `gallery_of(app)` hangs them on the walls of an application:
each on a page of its own, as a tablet or the hall shows it, with the true templates and style sheets.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

from flask import Flask, abort, current_app, render_template

from facilitation.classes import told_class
from facilitation.conduct import Conduct
from facilitation.rules import Electorate, every_rule, parse_count
from facilitation.rules.more_votes import with_more_votes
from web.access import Audience, open_to
from web.charts import picture_of
from web.looks import keep_words

FIXTURES = Path(__file__).parent.parent / "fixtures"
LONG = "The whole length of the old railway line, from the harbour to the hills, with lights and benches " * 2
RTL = (
    "مركز المجتمع",
    "מרכז קהילתי",
    "Canolfan y Gymuned a’r Llŷn, Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
)
HOSTILE = "<script>alert(1)</script> & “quotes”"


@dataclass(frozen=True)
class Exhibit:
    """A round and its result, as a screen has them."""

    round: dict[str, Any]
    result: dict[str, Any]


Hang = Callable[[], Exhibit]


def shown(definition: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A round as screens have it: the definition, with the threshold in words."""
    asked = parse_count(definition)
    told = {**asked.as_json(), "id": "r1", "state": "closed", "secrecy": "Secret", "instruction": "", "item": None}
    told |= {"explained": every_rule()[asked.rule].explained(asked), "conduct": Conduct().as_json()}
    if asked.threshold is not None:
        told["threshold"] = {**asked.threshold.as_json(), "words": asked.threshold.words}
    return {**told, **more}


def counted(definition: dict[str, Any], ballots: list[Any], entitled: int = 0, spoilt: int = 0) -> dict[str, Any]:
    """The result of these ballots."""
    asked = parse_count(definition)
    rule = every_rule()[asked.rule]
    choices = [rule.parse(asked, ballot) for ballot in ballots]
    members = max(entitled, len(ballots) + spoilt)
    result = rule.tally(asked, choices, Electorate(members, members), spoilt)
    if asked.rule == "greedy":
        result = with_more_votes(asked, choices, result)
    return json.loads(json.dumps(result.as_json()))


def golden_pairs() -> Iterator[tuple[str, Hang]]:
    """Every golden pair of fixtures/rounds and fixtures/counts."""
    for path in sorted([*FIXTURES.glob("rounds/*.json"), *FIXTURES.glob("counts/*.json")]):
        if not path.name.endswith(".result.json"):
            yield path.stem, partial(accepted, path)


def accepted(path: Path) -> Exhibit:
    """A golden pair."""
    given = json.loads(path.read_text(encoding="utf-8"))
    return Exhibit(shown(given["definition"]), json.loads(path.with_suffix(".result.json").read_text(encoding="utf-8")))


def bare(rule: str, options: list[str]) -> dict[str, Any]:
    """The least definition of this rule."""
    costs = [500 * (1 + place % 5) for place in range(len(options))]
    terms = {
        "dots": {"points": 10},
        "quadratic": {"points": 25},
        "stv": {"seats": max(1, len(options) // 3)},
    }.get(rule)
    if rule in ("greedy", "equal-shares", "phragmen"):
        terms = {"budget": max(1000, sum(costs) // 2), "costs": costs}
    own = every_rule()[rule].default_options is not None
    return {
        "title": "Which?",
        "rule": rule,
        **({} if own else {"options": options}),
        **({"terms": terms} if terms else {}),
    }


def some_ballots(rule: str, options: list[str], number: int, seed: int = 7) -> list[Any]:
    """Made-up ballots: the options are liked less and less."""
    source = random.Random(f"{rule} {seed}")
    answers = every_rule()[rule].default_options or tuple(options)
    made: list[Any] = []
    for _ in range(number):
        order = sorted(options, key=lambda option: options.index(option) / 3 + source.gauss(0, len(options) / 3))
        if rule in ("irv", "stv", "borda", "schulze"):
            made.append(order[: source.randint(1, min(6, len(order)))])
        elif rule in ("approval", "greedy", "equal-shares", "phragmen"):
            made.append(order[: source.randint(1, min(5, len(order)))])
        elif rule in ("score", "majority-judgement"):
            made.append({option: max(0, 5 - place % 6) for place, option in enumerate(order) if source.random() < 0.9})
        elif rule in ("dots", "quadratic"):
            made.append({order[0]: 3, order[-1]: 2} if len(order) > 1 else {order[0]: 3})
        elif rule == "consent":
            made.append(["objection", f"{HOSTILE} {LONG}"] if source.random() < 0.04 else "consent")
        else:
            made.append(answers[min(len(answers) - 1, int(source.expovariate(0.6)))])
    return made


def extremes() -> Iterator[tuple[str, Hang]]:
    """Nobody, one alone, a hundred, the longest names, all level, right to left, and what looks like HTML."""
    several = ["tram", "bus", "cycle path", "ferry", "cable car"]
    kinds = ("Garden", "Theatre by the lake", "Repair café")
    pitches = [f"{kind} {number}" for number in range(1, 11) for kind in kinds][:29]
    hundred = [f"Option number {n}" for n in range(1, 101)]
    for name, rule in every_rule().items():
        yield f"{name}_nobody", partial(made_up, bare(name, several[:3]), 0)
        yield f"{name}_five", partial(made_up, bare(name, several), 180)
        if rule.default_options is None:
            yield f"{name}_wide", partial(made_up, bare(name, [*RTL, LONG[:190], HOSTILE]), 90)
            yield f"{name}_hundred", partial(made_up, bare(name, hundred), 120, 200 if name == "irv" else 1)
            yield f"{name}_pitches", partial(made_up, bare(name, pitches), 300)
    alone = {"title": "Do you approve of it?", "rule": "approval", "options": ["the plan"]}
    yield "approval_alone", lambda: Exhibit(shown(alone), counted(alone, [["the plan"], []]))
    level = {"title": "Which?", "rule": "approval", "options": [f"place {n}" for n in range(1, 9)]}
    yield "approval_level", lambda: Exhibit(shown(level), counted(level, [[f"place {n}"] for n in range(1, 9)]))
    asked = {"title": "Adopt it?", "rule": "yes-no", "threshold": {"share": "2/3", "op": ">=", "base": "yes+no"}}
    votes = ["yes"] * 125 + ["no"] * 32 + ["abstain"] * 10
    practice = {"conduct": Conduct(practice=True).as_json()}
    yield "yes-no_groups", by_groups
    yield "yes-no_practice", lambda: Exhibit(shown(asked, **practice), counted(asked, votes, 184))


def by_groups() -> Exhibit:
    """A double majority that one of two groups stops, with the figures of that group withheld."""
    asked = {"title": "Adopt it?", "rule": "yes-no", "threshold": {"share": "2/3", "op": ">=", "base": "yes+no"}}
    whole = counted(asked, ["yes"] * 26 + ["no"] * 8 + ["abstain"] * 2, 40)
    whole["blank"] = 0
    mine = {**counted(asked, ["yes"] * 20 + ["no"] * 4 + ["abstain"], 28), "blank": 0}
    classes = [
        told_class("Community members", mine, told=True, both=True),
        told_class("Civic leaders", {**whole, "verdict": "failed"}, told=False, both=True),
    ]
    said = "Not passed: it had to pass in both groups. Community members: passed; Civic leaders: not passed."
    together = {key: whole[key] for key in ("verdict", "sentence", "winners")}
    decided = {"verdict": "failed", "sentence": said, "winners": [], "counted": together, "classes": classes}
    ways = {"tablet": 30, "assisted": 0, "paper": 6, "phone": 0}
    return Exhibit(shown(asked), {**whole, **decided, "channels": ways})


def made_up(definition: dict[str, Any], number: int, firm: int = 1) -> Exhibit:
    """So many made-up ballots, the first of them so many times, and three that were spoilt."""
    ballots = some_ballots(definition["rule"], definition.get("options") or [], number)
    ballots += ballots[:1] * (firm - 1)
    return Exhibit(shown(definition), counted(definition, ballots, 310, 3 if number else 0))


EXHIBITS: dict[str, Hang] = dict(chain(golden_pairs(), extremes()))


@cache
def exhibit(name: str) -> Exhibit:
    """One exhibit of the gallery."""
    return EXHIBITS[name]()


def screen_of(shown_one: Exhibit, audience: str) -> dict[str, Any]:
    """A screen that shows this result and nothing else."""
    session = {"id": "s1", "name": "Second session", "phase": "result"}
    assembly = {"id": "a1", "name": "Northmoor climate assembly"}
    screen = {"seq": 1, "turnout_seq": 0, "audience": audience, "now": "2027-03-06T10:00:00.000Z", "turnout": None}
    empty = dict.fromkeys(("item", "next", "timer", "cancelled", "undo"))
    screen |= {**empty, "assembly": assembly, "session": session, "round": shown_one.round, "result": shown_one.result}
    screen |= {"tables": {"shown": False}, "talk": {"open": False, "speaking": None}, "livestream": {"used": False}}
    return screen | {"counting": [], "agenda": [], "members": [], "rounds": [], "actions": [], "present": 3}


def gallery_of(app: Flask) -> None:
    """Hang the gallery: /gallery/<audience>/<name>."""

    @app.get("/gallery/<audience>/<name>")
    @open_to(Audience.ANYONE)
    def gallery(audience: str, name: str) -> str:
        if name not in EXHIBITS:
            abort(404)
        return drawn(exhibit(name), audience)


def drawn(one: Exhibit, audience: str) -> str:
    """The page of one exhibit for one audience, by the true templates."""
    current_app.jinja_env.globals["drafts_of_round"] = (
        lambda _: []
    )  # these votes are not about drafts, nor in any journal
    keep_words(one.round.get("options", ()), (each["name"] for each in one.result.get("classes", ())))
    screen, picture = screen_of(one, audience), picture_of(one.round, one.result)
    values: dict[str, Any] = {"screen": screen, "result_view": picture}
    if audience == "voting":  # the same round while it is open, on the wall
        values["screen"] |= {"round": {**one.round, "state": "open"}, "result": None, "turnout": {"cast": 23, "of": 40}}
    if audience in ("hall", "voting"):
        join = {"qr": "", "address": "folkmoot.example", "only_here": False}
        return render_template("hall/hall.html", token="none", join=join, **values)
    you = {"here": True, "member": {"id": "m1", "name": "Ada", "table": "3"}, "voted": {}, "receipt": {}}
    return render_template("member/member.html", you=you, **values)
