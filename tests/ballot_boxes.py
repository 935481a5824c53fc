"""Rounds of every rule with random ballots, seeded: `box("borda", Random(7))` → definition and ballots."""

from dataclasses import replace
from fractions import Fraction

from facilitation.rules import Electorate, RoundDefinition, Terms, every_rule

FIXED = {
    "yes-no": ("yes", "no", "abstain"),
    "support": ("love", "like", "live with", "lament", "loathe"),
    "consent": ("consent", "stand aside", "objection"),
    "temperature": ("warm", "mild", "cool"),
}
NAMES = ("tram", "bus", "path", "ferry", "bridge", "square")
BIDS = {"budget": Fraction(20), "costs": tuple(map(Fraction, (7, 5, 9, 4, 6, 3)))}
NEEDED = {
    "greedy": Terms(**BIDS),
    "equal-shares": Terms(**BIDS, completion="add1u"),
    "phragmen": Terms(**BIDS),
    "dots": Terms(points=6, cap=4),
    "quadratic": Terms(points=20),
}


def definition_of(rule, names=NAMES, terms=None):
    """A round of this rule, without a threshold."""
    return RoundDefinition(
        "Where?", rule, FIXED.get(rule, tuple(names)), None, None, terms or NEEDED.get(rule, Terms())
    )


def payload_of(definition, rng):
    """One ballot, as a tablet would send it."""
    options = list(definition.options)
    rule = definition.rule
    if rule == "consent":
        answer = rng.choice(options)
        return [answer, rng.choice(["Too dear.", "Too far."])] if answer == "objection" else answer
    if rule in (*FIXED, "plurality"):
        return rng.choice(options)
    some = rng.sample(options, rng.randint(1, len(options)))
    if rule in ("approval", "greedy", "equal-shares", "phragmen"):
        return some[: rng.randint(0, len(some))]
    if rule in ("borda", "schulze") and len(some) > 2 and rng.random() < 0.3:
        return [some[0], some[1:3], *some[3:]]
    if rule in ("borda", "schulze", "irv", "stv"):
        return some
    if rule == "dots":
        return dict(zip(some, [rng.randint(0, 4), rng.randint(0, 2), 0, 0, 0, 0], strict=False))
    if rule == "quadratic":
        return dict(zip(some, [rng.randint(0, 4), rng.randint(0, 2), 0, 0, 0, 0], strict=False))
    return {option: rng.randint(0, 5) for option in some}


def box(rule, rng, voters=25, terms=None, names=NAMES):
    """A definition and its ballots."""
    definition = definition_of(rule, names, terms)
    return definition, [payload_of(definition, rng) for _ in range(voters)]


def count(definition, payloads, spoilt=0):
    """The result of these ballots, everyone present."""
    rule = every_rule()[definition.rule]
    ballots = [rule.parse(definition, payload) for payload in payloads]
    return rule.tally(definition, ballots, Electorate(len(ballots) + spoilt, len(ballots) + spoilt), spoilt)


def turned_round(definition, turn):
    """The same round with its options in another order."""
    options = definition.options[turn:] + definition.options[:turn]
    costs = definition.terms.costs
    terms = definition.terms if costs is None else replace(definition.terms, costs=costs[turn:] + costs[:turn])
    return replace(definition, options=options, terms=terms)
