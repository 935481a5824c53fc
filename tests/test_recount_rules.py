"""`verify_count.py` counts as the house does, by code that shares nothing with it: random boxes of all its rules."""

import json
import random
from typing import Any

import pytest
from ballot_profiles import RULES, Box, some_box, some_round

from facilitation.recount import verify_count
from facilitation.rules import Choice, Electorate, RoundDefinition, canonical, named

BOXES = 400


def by_the_house(asked: RoundDefinition, box: Box, base: Electorate) -> dict[str, Any]:
    """The result as it is published."""
    rule = named(asked.rule)
    assert rule is not None
    valid: list[Choice] = [choice for choice in box if choice is not None and not isinstance(choice, bool)]
    blank, spoilt = box.count(None), box.count(False)
    result = rule.tally(asked, valid, base, blank + spoilt).as_json()
    return {**result, "blank": blank, "spoilt": spoilt}


def read(asked: RoundDefinition, box: Box) -> tuple[dict[str, Any], list[Any]]:
    """Definition and ballots as the script reads them from a file."""
    definition = json.loads(json.dumps(asked.as_json()))
    choices = [choice if choice is None or choice is False else json.loads(canonical(choice)) for choice in box]
    return {"terms": {}, **definition}, choices


def differences(asked: RoundDefinition, box: Box, base: Electorate) -> list[str]:
    definition, choices = read(asked, box)
    assert all(verify_count.is_ballot(definition, choice) for choice in choices if choice not in (None, False))
    published = json.loads(json.dumps(by_the_house(asked, box, base)))
    found = verify_count.count(definition, choices, {"present": base.present, "entitled": base.entitled})
    return verify_count.differences("result", published, found)


@pytest.mark.parametrize("rule", RULES)
def test_the_script_counts_random_boxes_as_the_house_does(rule: str) -> None:
    chance = random.Random(f"recount {rule}")
    verdicts = set()
    for number in range(BOXES):
        asked = some_round(rule, chance)
        box = some_box(asked, chance)
        entitled = len(box) + chance.randint(0, 6)
        base = Electorate(chance.randint(0, entitled), entitled)
        assert not differences(asked, box, base), f"box {number}: {asked.as_json()} {box}"
        verdicts.add(by_the_house(asked, box, base)["verdict"])
    assert {"tie", "no-decision"} <= verdicts or rule == "support"
