"""Random rounds and boxes of ballots: small enough that ties, empty boxes and level options come often."""

import random
from typing import Any

from facilitation.rules import Choice, RoundDefinition, named, parse_count

OPTIONS = ("tram", "bus", "path", "square", "library", "pond")
SHARES = ("1/2", "2/3", "1/3", "3/5", "66%", "1/1", "0.25")
RULES = ("yes-no", "support", "approval", "score", "irv", "stv", "equal-shares", "greedy")
COMPLETIONS = (None, "none", "utilitarian", "add1", "add1-exhaustive", "add1u")

Box = list[Choice | bool | None]


def some_round(rule: str, chance: random.Random) -> RoundDefinition:
    """A round of this rule, with terms and threshold as the rule allows them."""
    spec: dict[str, Any] = {"title": f"Which {chance.randrange(1000)}?", "rule": rule}
    terms: dict[str, Any] = {"seed": "ten dice"} if chance.random() < 0.4 else {}
    options = list(OPTIONS[: chance.randint(2, 6)])
    if rule in ("yes-no", "support"):
        terms = {}
    else:
        spec["options"] = options
    bases = ["valid", "cast", "present", "entitled"]
    if rule == "support" and chance.random() < 0.3:
        terms = {"participation": chance.choice(["cast", "present"])}
    if rule == "yes-no":
        bases = ["yes+no", *bases]
        spec["options"] = chance.choice(
            [None, ["for", "against", "abstain"], ["tram", "bus", "neither"], ["no", "yes"]]
        )
        terms = {"level": chance.choice(["stand", "fail", "casting-vote"])} if chance.random() < 0.5 else {}
        terms |= {"participation": "present"} if chance.random() < 0.3 else {}
    if rule in ("yes-no", "support", "irv") or (rule == "approval" and chance.random() < 0.6):
        if chance.random() < 0.8:
            threshold = {"share": chance.choice(SHARES), "op": chance.choice([">=", ">"]), "base": chance.choice(bases)}
            threshold["op"] = ">=" if threshold["share"] == "1/1" else threshold["op"]
            least = chance.choice(["1/2", "3/4"]) if chance.random() < 0.4 else None
            spec["threshold"] = {**threshold, "minimum_turnout": least}
    elif rule in ("approval", "score", "stv"):
        terms["seats"] = chance.randint(1, len(options))
    if rule == "score" and chance.random() < 0.5:
        terms |= {"highest": chance.randint(1, 4), "missing": chance.choice(["left-out", "zero"])}
    if rule in ("equal-shares", "greedy"):
        spec["max_choices"] = _budget(rule, terms, len(options), chance)
    if rule == "approval" and chance.random() < 0.4:
        spec["max_choices"] = chance.randint(1, len(options))
    return parse_count({**spec, "terms": terms})


def _budget(rule: str, terms: dict[str, Any], bids: int, chance: random.Random) -> int | None:
    """Terms of a budget; how many bids a ballot may name."""
    costs = [chance.choice([chance.randint(1, 9), "2.5", "10/3"]) for _ in range(bids)]
    terms |= {"budget": chance.choice([chance.randint(3, 25), "12.5"]), "costs": costs}
    terms["ballots"] = chance.choice(["approval", "score", "ranked"])
    completion = chance.choice(COMPLETIONS)
    if rule == "equal-shares":
        terms |= {} if completion is None else {"completion": completion}
        terms |= {"utility": chance.choice(["cost", "count"])} if chance.random() < 0.5 else {}
    else:
        terms |= {"order": chance.choice(["skip", "strict"])} if chance.random() < 0.6 else {}
    if chance.random() < 0.5 and (rule == "greedy" or completion in ("utilitarian", "add1u")):
        terms["least"] = [chance.choice([None, 1, "0.5"]) for _ in costs]
    return chance.randint(1, bids) if terms["ballots"] != "score" and chance.random() < 0.4 else None


def some_box(asked: RoundDefinition, chance: random.Random, most: int = 14) -> Box:
    """Ballots of the round, few enough to be level often; some are blank (None) or spoilt (False)."""
    rule = named(asked.rule)
    assert rule is not None
    box: Box = []
    for _ in range(chance.randint(0, most)):
        sort = chance.random()
        box.append(None if sort < 0.06 else False if sort < 0.12 else rule.parse(asked, _payload(asked, chance)))
    return box


def _payload(asked: RoundDefinition, chance: random.Random) -> object:
    options = list(asked.options)
    if asked.rule in ("yes-no", "support"):
        return chance.choice(options)
    if asked.rule == "score" or asked.terms.ballots == "score":
        marks = {option: chance.randint(0, asked.terms.highest or 5) for option in options}
        return {option: mark for option, mark in marks.items() if chance.random() < 0.7}
    chance.shuffle(options)
    least = 1 if asked.rule in ("irv", "stv") else 0
    return options[: chance.randint(least, asked.max_choices or len(options))]
