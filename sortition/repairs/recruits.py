"""The fewest more volunteers that would make impossible quotas possible, as concrete profiles.

How many have each value of each feature comes from `elastic`; any way to join these values to people will do, since a
panel is counted feature by feature, so they are joined to as few different profiles as the numbers allow in order. A
feature *matters* if no average of panels allows all recruits to have some other value of it: those features are
named, the others only serve as an example.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sortition.repairs.diagnosis import Recruits, listed
from sortition.repairs.elastic import Answered, Elastic

RARITY = 10  # how much dearer the rarest value is than the commonest: easy finds are preferred


def fewest_recruits(elastic: Elastic) -> Answered | None:
    """The fewest recruits, of values that are common in the pool if there is a choice; None if they cannot help."""
    rows = elastic.problem.quotas.rows
    pool, column = elastic.problem.pool, {}
    for feature in elastic.problem.quotas.features:
        place = pool.column(feature)
        column[feature] = Counter(one.values[place] for one in pool.volunteers)
    prices = {}
    for n, quota in enumerate(rows):
        common = column[quota.feature][quota.value] / max(len(pool), 1)
        prices[f"recruited_{n}"] = RARITY - int(RARITY * common)
    dearest = (RARITY + 1) * len(elastic.problem.quotas.features) * (elastic.problem.panel_size + 1)
    room = dict.fromkeys((*prices, "recruits"), elastic.problem.panel_size)
    return elastic.cheapest({**prices, "recruits": dearest}, room)


def profiles_of(elastic: Elastic, found: Answered, features: Sequence[str]) -> tuple[Recruits, ...]:
    """The recruits grouped by their values of these features, the largest group first."""
    rows = elastic.problem.quotas.rows
    columns = []
    for feature in features:
        have = [(found[f"recruited_{n}"], quota.value) for n, quota in enumerate(rows) if quota.feature == feature]
        ordered = sorted(have, key=lambda pair: -pair[0])
        columns.append([(feature, value) for many, value in ordered for _ in range(many)])
    people = zip(*columns, strict=True) if columns else [()] * found["recruits"]
    return tuple(Recruits(many, profile) for profile, many in Counter(people).most_common())


def features_that_matter(elastic: Elastic, found: Answered) -> tuple[str, ...]:
    """Features of which some value would not do if all recruits had it."""
    rows = elastic.problem.quotas.rows
    matter = []
    for feature in elastic.problem.quotas.features:
        places = [n for n, quota in enumerate(rows) if quota.feature == feature]
        for value in places:
            others = {f"recruited_{n}": found["recruits"] if n == value else 0 for n in places}
            if not elastic.allows_on_average({**found.gives, **others}):
                matter.append(feature)
                break
    return tuple(matter)


def recruits_in_words(count: int, groups: Sequence[Recruits]) -> str:
    """The sentence of the repair."""
    sentence = f"recruit at least {count} more volunteer{'s' * (count > 1)}"
    if not any(group.profile for group in groups):
        return sentence
    if len(groups) == 1:
        return f"{sentence} with {listed(f'{feature}={value}' for feature, value in groups[0].profile)}"
    return f"{sentence}: {'; '.join(map(str, groups))}"
