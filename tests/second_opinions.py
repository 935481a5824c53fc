"""Every counting rule a second time, straight from its definition: slow, plain, and sharing nothing with the house.

Options are numbers 0 … m−1, ballots are given one by one, and every figure is a Fraction. Nothing of `facilitation` is
imported: these are the words of the definitions, written again by another way of thinking (lists instead of counters,
triple loops instead of matrices, papers instead of piles). Where a rule is level they say so and break nothing.
"""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import combinations


def best(heights):
    """All options of the greatest height."""
    return {option for option, height in heights.items() if height == max(heights.values())}


def plurality(options, ballots):
    return best({o: sum(ballot == o for ballot in ballots) for o in options})


def approval(options, ballots):
    return best({o: sum(o in ballot for ballot in ballots) for o in options})


def score(options, ballots, missing="left-out"):
    """Ballots are dictionaries option → score."""
    heights = {}
    for option in options:
        given = [ballot[option] for ballot in ballots if option in ballot]
        heights[option] = sum(given) if missing == "zero" else Fraction(sum(given), len(given)) if given else -1
    return best(heights)


def majority_judgement(options, ballots):
    """By taking medians away one ballot at a time, until one option is left or none can be told apart."""
    grades = {o: sorted(ballot.get(o, 0) for ballot in ballots) for o in options}
    left = set(options)
    while len(left) > 1 and all(grades[o] for o in left):
        medians = {o: grades[o][(len(grades[o]) - 1) // 2] for o in left}
        left = best(medians)
        for option in left:
            grades[option].remove(medians[option])
    return left


def points(options, ballots):
    return best({o: sum(ballot.get(o, 0) for ballot in ballots) for o in options})


def borda(options, ballots, unranked="average"):
    """Ballots are lists of lists: groups of level options, best first."""
    totals = dict.fromkeys(options, Fraction(0))
    for groups in ballots:
        ranked = [o for group in groups for o in group]
        rest = [o for o in options if o not in ranked]
        ladder = list(range(len(options) - 1, -1, -1))
        if unranked == "modified":
            ladder = list(range(len(ranked), 0, -1)) + [0] * len(rest)
        for group in [*groups, rest]:
            steps, ladder = ladder[: len(group)], ladder[len(group) :]
            for option in group:
                if group is not rest or unranked == "average":
                    totals[option] += Fraction(sum(steps), len(group))
    return totals


def schulze(options, ballots):
    """The strongest paths by looking for the least step of every simple path, one pair at a time."""

    def above(ballot, i, j):
        place = {o: rank for rank, group in enumerate(ballot) for o in group}
        return place.get(i, len(options)) < place.get(j, len(options))

    d = {(i, j): sum(above(b, i, j) for b in ballots) for i in options for j in options if i != j}

    def strongest(i, j, passed):
        found = d[i, j] if d[i, j] > d[j, i] else 0
        for middle in options:
            if middle not in (i, j, *passed) and d[i, middle] > d[middle, i]:
                found = max(found, min(d[i, middle], strongest(middle, j, (*passed, i))))
        return found

    p = {(i, j): strongest(i, j, ()) for i in options for j in options if i != j}
    return {i for i in options if all(p[i, j] >= p[j, i] for j in options if j != i)}, p


def irv_winners(options, ballots):
    """Every winner that some way of breaking ties for last can bring about."""
    counts = dict.fromkeys(options, 0)
    for ballot in ballots:
        ranked = [o for o in ballot if o in counts]
        if ranked:
            counts[ranked[0]] += 1
    leader = max(counts, key=counts.get)
    if 2 * counts[leader] > sum(counts.values()):
        return {leader}
    last = [o for o in options if counts[o] == min(counts.values())]
    return (
        set().union(*(irv_winners([o for o in options if o != out], ballots) for out in last))
        if len(options) > 1
        else set(options)
    )


def condorcet(options, ballots):
    """The option that beats every other one, if there is one; ballots rank strictly and may stop early."""

    def rank(ballot, option):
        return ballot.index(option) if option in ballot else len(options)

    wins = dict.fromkeys(options, 0)
    for i, j in combinations(options, 2):
        for_i = sum(rank(b, i) < rank(b, j) for b in ballots)
        for_j = sum(rank(b, j) < rank(b, i) for b in ballots)
        wins[i] += for_i > for_j
        wins[j] += for_j > for_i
    return {option for option, won in wins.items() if won == len(options) - 1}


def stv(options, ballots, seats, order):
    """The Scottish rules paper by paper, in decimals; `order` is the lot, best first. The elected, and all stages."""
    cents = Decimal("0.00001")
    papers = [{"names": list(ballot), "at": ballot[0], "worth": Decimal(1)} for ballot in ballots]
    quota = len(ballots) // (seats + 1) + 1
    hopeful, elected, spent, stages = set(options), [], set(), []

    def votes_now():
        votes = dict.fromkeys(options, Decimal(0))
        for paper in papers:
            if paper["at"] is not None:
                votes[paper["at"]] += paper["worth"]
        return votes

    def close():
        votes = votes_now()
        over = [o for o in hopeful if votes[o] >= quota]
        for option in over:
            hopeful.discard(option)
            elected.append(option)
        if len(hopeful) == seats - len(elected):
            elected.extend(hopeful)
            hopeful.clear()
        stages.append(votes)

    def worst_first(candidates):
        """Latest stage first, then the lot: the one with the least votes at the head."""
        return sorted(candidates, key=lambda o: ([stage[o] for stage in reversed(stages)], -order.index(o)))

    close()
    while len(elected) < seats:
        over = [o for o in elected if o not in spent and stages[-1][o] > quota]
        if over:
            mover = worst_first(over)[-1]
            spent.add(mover)
            total = stages[-1][mover]
            mine = [paper for paper in papers if paper["at"] == mover]
            for paper in mine:
                worth = ((total - quota) * paper["worth"] / total).quantize(cents, ROUND_DOWN)
                paper["worth"], paper["at"] = worth, next_hopeful(paper, hopeful)
            papers.append({"names": [], "at": mover, "worth": Decimal(quota)})
        else:
            mover = worst_first(hopeful)[0]
            hopeful.discard(mover)
            if len(hopeful) > seats - len(elected):
                for paper in papers:
                    if paper["at"] == mover:
                        paper["at"] = next_hopeful(paper, hopeful)
        close()
    return set(elected), stages


def next_hopeful(paper, hopeful):
    """The next name on this paper that can still take it."""
    later = paper["names"][paper["names"].index(paper["at"]) + 1 :]
    return next((name for name in later if name in hopeful), None)


def in_order(options, totals, costs, order):
    """Of what a budget rule cannot tell apart: more votes, then lower cost, then the lot."""
    return sorted(options, key=lambda o: (-totals[o], costs[o], order.index(o)))


def fund_by_votes(waiting, votes, left, order, least=None, strict=False):
    """Ballots are dictionaries option → weight; `votes` is (totals, costs)."""
    totals, costs = votes
    amounts = {}
    for option in in_order([o for o in waiting if totals[o]], totals, costs, order):
        if costs[option] <= left:
            amounts[option] = costs[option]
        elif least and least[option] is not None and least[option] <= left:
            amounts[option] = left
        elif strict:
            break
        left -= amounts.get(option, 0)
    return amounts


def equal_shares(costs, ballots, setting, order):
    """Voter by voter, with a Fraction in every purse; `setting` is (share, budget, utility)."""
    share, budget, utility = setting
    totals = {o: sum(ballot.get(o, 0) for ballot in ballots) for o in costs}
    purses = [share] * len(ballots)
    left = [o for o in costs if totals[o] and costs[o] <= budget]
    bought = {}
    while True:
        offers = {}
        for option in left:
            backers = sorted(
                (purses[v] / b[option], purses[v], b[option]) for v, b in enumerate(ballots) if b.get(option)
            )
            for poor in range(len(backers)):
                rest = costs[option] - sum(purse for _, purse, _ in backers[:poor])
                price = rest / sum(weight for _, _, weight in backers[poor:])
                if all(can >= price for can, _, _ in backers[poor:]) and all(
                    can <= price for can, _, _ in backers[:poor]
                ):
                    offers[option] = price
                    break
        if not offers:
            return bought
        value = {o: price / costs[o] if utility == "cost" else price for o, price in offers.items()}
        level = [o for o in offers if value[o] == min(value.values())]
        option = in_order(level, totals, costs, order)[0]
        for voter, ballot in enumerate(ballots):
            purses[voter] -= min(purses[voter], offers[option] * ballot.get(option, 0))
        bought[option] = costs[option] / offers[option]
        left.remove(option)


def equal_shares_completed(costs, ballots, budget, how, order):
    """`how` is (completion, utility). Amounts of the funded."""
    completion, utility = how
    totals = {o: sum(ballot.get(o, 0) for ballot in ballots) for o in costs}
    share = Fraction(budget) / len(ballots)

    def spent(outcome):
        return sum(costs[o] for o in outcome)

    outcome = equal_shares(costs, ballots, (share, budget, utility), order)
    able = [o for o in costs if totals[o] and costs[o] <= budget]
    while completion.startswith("add1") and len(outcome) < len(able):
        if completion == "add1-exhaustive" and all(
            spent(outcome) + costs[o] > budget for o in able if o not in outcome
        ):
            break
        share += 1
        larger = equal_shares(costs, ballots, (share, budget, utility), order)
        if spent(larger) > budget:
            break
        outcome = larger
    amounts = {o: costs[o] for o in outcome}
    if completion in ("utilitarian", "add1u"):
        waiting = [o for o in costs if o not in amounts]
        amounts |= fund_by_votes(waiting, (totals, costs), budget - spent(outcome), order)
    return amounts


def phragmen(costs, ballots, budget, order):
    """By loads, voter by voter."""
    totals = {o: sum(o in ballot for ballot in ballots) for o in costs}
    loads = [Fraction(0)] * len(ballots)
    left, amounts = [o for o in costs if totals[o] and costs[o] <= budget], {}
    while left:
        times = {
            o: (costs[o] + sum(load for load, ballot in zip(loads, ballots, strict=True) if o in ballot)) / totals[o]
            for o in left
        }
        level = [o for o in left if times[o] == min(times.values())]
        option = in_order(level, totals, costs, order)[0]
        if sum(amounts.values()) + costs[option] > budget:
            break
        amounts[option] = costs[option]
        loads = [times[option] if option in b else load for load, b in zip(loads, ballots, strict=True)]
        left.remove(option)
    return amounts
