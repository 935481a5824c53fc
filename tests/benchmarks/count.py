"""How long counting takes: `python tests/benchmarks/count.py [WORD …]` (only the rows that hold a WORD).

Every row is counted in a process of its own, on made-up ballots from a fixed seed. Times are processor seconds of the
count alone, without reading or making ballots; memory is the whole process's, ballots included.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from random import Random

from facilitation.rules import Electorate, every_rule, parse_count

MANY = 100_000
TARGETS = [
    {"rule": "equal-shares", "ballots": 6_500, "options": 64, "terms": {"budget": 500_000, "completion": "add1"}},
    {"rule": "equal-shares", "ballots": 6_500, "options": 64, "terms": {"budget": 2_000_000, "completion": "add1"}},
    {"rule": "stv", "ballots": 10_000, "options": 20, "terms": {"seats": 6}},
]
ROWS = TARGETS + [
    {"rule": rule, "ballots": MANY, "options": 20, "terms": terms}
    for rule, terms in {
        "yes-no": {},
        "support": {},
        "consent": {},
        "temperature": {},
        "plurality": {},
        "approval": {"seats": 3},
        "score": {},
        "majority-judgement": {},
        "dots": {"points": 10, "cap": 4},
        "quadratic": {"points": 30},
        "borda": {},
        "irv": {},
        "schulze": {},
        "stv": {"seats": 6},
        "greedy": {"budget": 5_000_000},
        "phragmen": {"budget": 5_000_000},
        "equal-shares": {"budget": 5_000_000, "completion": "add1u"},
    }.items()
]
ROWS += [
    {"rule": "equal-shares", "ballots": MANY, "options": 64, "terms": {"budget": 20_000_000, "completion": "add1"}},
    {"rule": "equal-shares", "ballots": MANY, "options": 20}
    | {"terms": {"budget": 5_000_000, "completion": "add1", "ballots": "score"}},
]


def payload(rule, rng, options, terms):
    """One made-up ballot; popular options come early in the list."""
    some = list(dict.fromkeys(min(int(rng.expovariate(4 / len(options))), len(options) - 1) for _ in range(9)))
    names = [options[place] for place in some]
    if rule in ("score", "majority-judgement") or terms.get("ballots") == "score":
        return {name: rng.randint(0, 5) for name in names}
    if rule in ("dots", "quadratic"):
        return dict(zip(names, (4, 3, 2, 1), strict=False)) if len(names) > 3 else {names[0]: 2}
    if rule == "consent":
        return rng.choice(["consent", "stand aside"])
    if rule in ("yes-no", "support", "temperature", "plurality"):
        return rng.choice(options)
    return names


def measure(row):
    rule, rng = every_rule()[row["rule"]], Random(20270306)
    options = list(rule.default_options or (f"option {place}" for place in range(row["options"])))
    terms = dict(row["terms"])
    if "budget" in terms:
        terms |= {"costs": [rng.choice([1, 2, 4, 8, 16, 32]) * terms["budget"] // 200 for _ in options], "seed": "dice"}
    if "seats" in terms:
        terms["seed"] = "dice"
    definition = parse_count({"title": "Which?", "rule": rule.name, "options": options, "terms": terms})
    ballots = [rule.parse(definition, payload(rule.name, rng, options, terms)) for _ in range(row["ballots"])]
    start = time.process_time()
    result = rule.tally(definition, ballots, Electorate(len(ballots), len(ballots)))
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps([f"{seconds:.2f}", memory, len(set(ballots)), result.verdict]))


def main() -> None:
    if sys.argv[1:2] == ["--row"]:
        measure(json.loads(sys.argv[2]))
        return
    print("| rule | ballots | different | options | terms | seconds | MB | verdict |\n|" + "---|" * 8)
    for row in ROWS:
        terms = ", ".join(f"{name} {value}" for name, value in row["terms"].items())
        if sys.argv[1:] and not any(word in f"{row['rule']} {terms}" for word in sys.argv[1:]):
            continue
        ran = subprocess.run([sys.executable, __file__, "--row", json.dumps(row)], capture_output=True, check=True)
        seconds, memory, different, verdict = json.loads(ran.stdout)
        cells = (row["rule"], row["ballots"], different, row["options"], terms, seconds, memory, verdict)
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main()
