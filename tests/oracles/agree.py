"""One package's counts beside ours, run by `compare.py` in the package's own environment: `agree.py PACKAGE`.

Each comparison takes random boxes (`ballot_boxes`, seeds 0, 1, 2, …), counts them here without a seed for lots, and
lets the package count the same ballots. Where our result is a tie the package has broken it in its own way, so the box
is set aside (or, where the package tells all winners, compared as a set). A difference that follows from another
definition is counted as explained; the reason stands beside the comparison.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Callable
from random import Random

from ballot_boxes import NAMES, box, count

from facilitation.rules import Terms, parse_count

BOXES = 300
SAME, LEVEL, EXPLAINED, DIFFERENT = "the same", "level", "explained", "not explained"
Comparison = Callable[[Random], str]


def judged(ours, theirs, level=False):
    """The same winners, or not; `level` when ours is a tie that the package breaks."""
    return LEVEL if level else SAME if set(ours) == set(theirs) else DIFFERENT


# ---- pabutools


def a_budget(rng, rule, form="approval", **terms):
    """Bids with costs that the budget can pay one by one, and random ballots."""
    options = list(NAMES)
    costs = [rng.randint(1, 12) for _ in options]
    spec = {"budget": rng.randint(12, sum(costs) + 2), "costs": costs, "ballots": form, "seed": "dice", **terms}
    definition = parse_count({"title": "Which bids?", "rule": rule, "options": options, "terms": spec})
    voters = rng.choice([4, 9, 16])
    some = [rng.sample(options, rng.randint(1, 5)) for _ in range(voters)]
    if form == "score":
        return definition, [{option: rng.randint(1, 5) for option in each} for each in some]
    return definition, some


def in_pabutools(definition, payloads):
    """The same bids, ballots and order of breaking ties in pabutools."""
    from pabutools.election import ApprovalBallot, ApprovalProfile, CardinalBallot, CardinalProfile, Instance, Project
    from pabutools.tiebreaking import TieBreakingRule

    from facilitation.rules.lot import Lot

    projects = {o: Project(o, int(c)) for o, c in zip(definition.options, definition.terms.costs, strict=True)}
    instance = Instance(projects.values(), budget_limit=int(definition.terms.budget))
    if isinstance(payloads[0], dict):
        ballots = [CardinalBallot({projects[o]: score for o, score in each.items()}) for each in payloads]
        profile = CardinalProfile(ballots, instance=instance)
    else:
        profile = ApprovalProfile([ApprovalBallot({projects[o] for o in each}) for each in payloads], instance=instance)
    votes = Counter()
    for each in payloads:
        votes.update(each if isinstance(each, dict) else dict.fromkeys(each, 1))
    lot = Lot.of(definition).order
    places = sorted(projects, key=lambda o: (-votes[o], projects[o].cost, lot.index(o)))
    return instance, profile, TieBreakingRule(lambda _instance, _profile, project: places.index(project.name))


def names_of(allocation):
    return {project.name for project in allocation}


def greedy_pabutools(rng):
    """By cost utilities the most satisfaction per money is the most votes; it also funds what nobody supports."""
    from pabutools.election import Cost_Sat
    from pabutools.rules import greedy_utilitarian_welfare

    definition, payloads = a_budget(rng, "greedy")
    instance, profile, ties = in_pabutools(definition, payloads)
    theirs = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=ties)
    return but_for_unsupported(count(definition, payloads), names_of(theirs))


def but_for_unsupported(ours, theirs):
    """The same winners; where they differ only in bids without any vote, that explains it."""
    verdict = judged(ours.winners, theirs)
    differ = set(ours.winners) ^ set(theirs)
    return EXPLAINED if verdict == DIFFERENT and not any(ours.counts[option] for option in differ) else verdict


def shares_pabutools(sat, form, utility):
    def compare(rng):
        import pabutools.election
        from pabutools.rules import method_of_equal_shares

        definition, payloads = a_budget(rng, "equal-shares", form, utility=utility)
        instance, profile, ties = in_pabutools(definition, payloads)
        theirs = method_of_equal_shares(
            instance, profile, sat_class=getattr(pabutools.election, sat), tie_breaking=ties
        )
        return judged(count(definition, payloads).winners, names_of(theirs))

    return compare


def add1_pabutools(completion):
    """To pabutools no count is exhaustive in which a bid that nobody supports would still fit, so it goes on there."""

    def compare(rng):
        from pabutools.election import Cost_Sat
        from pabutools.rules import exhaustion_by_budget_increase, method_of_equal_shares

        definition, payloads = a_budget(rng, "equal-shares", completion=completion)
        instance, profile, ties = in_pabutools(definition, payloads)
        theirs = exhaustion_by_budget_increase(
            instance,
            profile,
            method_of_equal_shares,
            {"sat_class": Cost_Sat, "tie_breaking": ties},
            exhaustive_stop=completion == "add1-exhaustive",
            budget_step=len(payloads),
        )
        ours = count(definition, payloads)
        verdict = judged(ours.winners, names_of(theirs))
        waits = completion == "add1-exhaustive" and not all(ours.counts.values())
        return EXPLAINED if verdict == DIFFERENT and waits else verdict

    return compare


def phragmen_pabutools(rng):
    """pabutools ends when any of several bids with the same time does not fit, ours when the one whose turn it is; and
    it buys what nobody supports, at the time infinity."""
    from pabutools.rules import sequential_phragmen

    definition, payloads = a_budget(rng, "phragmen")
    instance, profile, ties = in_pabutools(definition, payloads)
    theirs = names_of(sequential_phragmen(instance, profile, tie_breaking=ties))
    ours = count(definition, payloads)
    verdict = but_for_unsupported(ours, theirs)
    return EXPLAINED if verdict == DIFFERENT and theirs < set(ours.winners) else verdict


# ---- abcvoting: committees, which are budgets where every bid costs 1


def a_committee(rng, rule, **terms):
    costs = [1] * len(NAMES)
    definition = parse_count(
        {"title": "Which bids?", "rule": rule, "options": list(NAMES)}
        | {"terms": {"budget": rng.randint(2, 5), "costs": costs, **terms}}
    )
    return definition, [rng.sample(NAMES, rng.randint(1, 4)) for _ in range(rng.choice([5, 9, 14]))]


def committees_of(rule, definition, payloads):
    """All committees that abcvoting finds, whatever way ties are broken."""
    from abcvoting import abcrules
    from abcvoting.preferences import Profile

    profile = Profile(len(NAMES))
    profile.add_voters([[NAMES.index(option) for option in each] for each in payloads])
    size = int(definition.terms.budget)
    found = abcrules.compute(rule, profile, committeesize=size, resolute=False, algorithm="standard-fractions")
    return {frozenset(NAMES[place] for place in committee) for committee in found}


def phragmen_abcvoting(rng):
    """abcvoting tells every committee that some order of the level ones gives; ours knows more votes before a lot."""
    definition, payloads = a_committee(rng, "phragmen")
    supported = {option for each in payloads for option in each}
    if len(supported) < int(definition.terms.budget):
        return LEVEL
    theirs = committees_of("seqphragmen", definition, payloads)
    ours = count(definition, payloads)
    if ours.verdict == "tie":
        return SAME if len(theirs) > 1 else LEVEL
    return SAME if frozenset(ours.winners) in theirs else DIFFERENT


def approval_abcvoting(rng):
    from abcvoting import abcrules
    from abcvoting.preferences import Profile

    seats = rng.randint(1, 4)
    definition, payloads = box("approval", rng, voters=11, terms=Terms(seats=seats))
    profile = Profile(len(NAMES))
    profile.add_voters([[NAMES.index(option) for option in each] for each in payloads if each])
    if not any(payloads):
        return LEVEL
    theirs = {frozenset(NAMES[c] for c in each) for each in abcrules.compute("av", profile, seats, resolute=False)}
    ours = count(definition, payloads)
    return judged(ours.winners, frozenset().union(*theirs))


# ---- pref_voting


def strict(rng, rule, terms=None, full=False):
    """Rankings without level ranks, so many that few counts hang on a lot; complete where a package knows no others."""
    definition, _ = box(rule, rng, voters=1, terms=terms)
    voters = rng.choice([5, 12, 25]) if full else rng.choice([321, 601])
    return definition, [rng.sample(NAMES, len(NAMES) if full else rng.randint(1, len(NAMES))) for _ in range(voters)]


def ranks_of(payloads):
    return [{NAMES.index(option): rank for rank, option in enumerate(each, start=1)} for each in payloads]


def named(places):
    return {NAMES[place] for place in places}


def complete_pref_voting(rule, method):
    """Plurality and Borda on complete rankings, all winners told."""

    def compare(rng):
        from pref_voting import scoring_methods
        from pref_voting.profiles import Profile

        definition, payloads = strict(rng, "borda" if rule == "borda" else "plurality", full=True)
        profile = Profile([[NAMES.index(option) for option in each] for each in payloads])
        ours = count(definition, payloads if rule == "borda" else [each[0] for each in payloads])
        return judged(ours.winners, named(getattr(scoring_methods, method)(profile)))

    return compare


def irv_pref_voting(rng):
    """Its winners by every way of breaking ties; ours looks back first, so a narrower answer is explained."""
    from pref_voting.iterative_methods import instant_runoff_put
    from pref_voting.profiles import Profile

    definition, payloads = strict(rng, "irv", full=True)
    theirs = named(instant_runoff_put(Profile([[NAMES.index(option) for option in each] for each in payloads])))
    ours = set(count(definition, payloads).winners)
    return EXPLAINED if ours < theirs else judged(ours, theirs)


def schulze_pref_voting(rng):
    """Beat path with winning votes; unranked options stand below the ranked ones in both."""
    from pref_voting.margin_based_methods import beat_path
    from pref_voting.profiles_with_ties import ProfileWithTies

    definition, payloads = box("schulze", rng, voters=rng.choice([5, 12, 25]))
    groups = [[[rank] if isinstance(rank, str) else rank for rank in each] for each in payloads]
    maps = [{NAMES.index(o): r for r, group in enumerate(each, start=1) for o in group} for each in groups]
    profile = ProfileWithTies(maps, candidates=list(range(len(NAMES))))
    profile.use_extended_strict_preference()
    theirs = beat_path(profile, strength_function=profile.support)
    return judged(count(definition, payloads).winners, named(theirs))


def stv_pref_voting(rng):
    """The same Order; its own lots, and floats: so only counts without a tie that needs a lot."""
    from pref_voting.profiles_with_ties import ProfileWithTies
    from pref_voting.proportional_methods import stv_scottish

    definition, payloads = strict(rng, "stv", terms=Terms(seats=rng.randint(1, 4)))
    ours = count(definition, payloads)
    if any(stage.note and "level in every stage" in stage.note for stage in ours.rounds):
        return LEVEL
    profile = ProfileWithTies(ranks_of(payloads), candidates=list(range(len(NAMES))))
    theirs = named(stv_scottish(profile, num_seats=definition.terms.seats, rng=Random(1)))
    return judged(ours.winners, theirs, ours.verdict == "tie")


def grades_pref_voting(rule):
    """Its majority judgement stops at the majority gauge (the shares above and below the median); ours takes medians
    away to the end, so winners with the same median grade may differ."""

    def compare(rng):
        from pref_voting import grade_methods
        from pref_voting.grade_profiles import GradeProfile

        definition, _ = box("majority-judgement" if rule == "majority-judgement" else "score", rng, voters=1)
        voters = rng.choice([4, 9, 15])
        payloads = [{option: rng.randint(0, 5) for option in NAMES} for _ in range(voters)]
        maps = [{NAMES.index(option): grade for option, grade in each.items()} for each in payloads]
        profile = GradeProfile(maps, list(range(6)), candidates=list(range(len(NAMES))))
        method = grade_methods.majority_judgement if rule == "majority-judgement" else grade_methods.score_voting
        ours, theirs = count(definition, payloads), named(method(profile))
        verdict = judged(ours.winners, theirs)
        if verdict == SAME or rule == "score":
            return verdict
        median = {row[0]: row[1] for row in ours.tables[0].rows}
        return EXPLAINED if len({median[option] for option in {*ours.winners, *theirs}}) == 1 else verdict

    return compare


# ---- votekit


def votekit_profile(payloads):
    from votekit.ballot import RankBallot
    from votekit.pref_profile import RankProfile

    ballots = [RankBallot(ranking=[{option} for option in each], weight=1) for each in payloads]
    return RankProfile(ballots=ballots, candidates=list(NAMES), max_ranking_length=len(NAMES))


def stv_votekit(rng):
    """Its values are exact fractions that nothing cuts, and it elects by quota all at once: compared where the Order
    cuts nothing and no tie is broken; otherwise a different answer is explained."""
    from votekit.elections import STV

    definition, payloads = strict(rng, "stv", terms=Terms(seats=rng.randint(1, 3)))
    ours = count(definition, payloads)
    if ours.verdict == "tie" or any(stage.note and "were level" in stage.note for stage in ours.rounds):
        return LEVEL
    election = STV(
        votekit_profile(payloads),
        n_seats=definition.terms.seats,
        simultaneous=False,
        tiebreak="random",
        rng_seed=1,
        exact=True,
    )
    theirs = {option for group in election.get_elected() for option in group}
    cut = any(stage.lost for stage in ours.rounds)
    verdict = judged(ours.winners, theirs)
    return EXPLAINED if verdict == DIFFERENT and cut else verdict


def irv_votekit(rng):
    from votekit.elections import IRV

    definition, payloads = strict(rng, "irv")
    ours = count(definition, payloads)
    if ours.verdict == "tie" or any(stage.note for stage in ours.rounds):
        return LEVEL
    theirs = {o for group in IRV(votekit_profile(payloads), tiebreak="random", rng_seed=1).get_elected() for o in group}
    return judged(ours.winners, theirs)


COMPARISONS: dict[str, dict[str, Comparison]] = {
    "pabutools": {
        "greedy": greedy_pabutools,
        "equal-shares (approval, cost)": shares_pabutools("Cost_Sat", "approval", "cost"),
        "equal-shares (approval, count)": shares_pabutools("Cardinality_Sat", "approval", "count"),
        "equal-shares (score, count)": shares_pabutools("Additive_Cardinal_Sat", "score", "count"),
        "equal-shares, add1": add1_pabutools("add1"),
        "equal-shares, add1-exhaustive": add1_pabutools("add1-exhaustive"),
        "phragmen": phragmen_pabutools,
    },
    "abcvoting": {"phragmen": phragmen_abcvoting, "approval": approval_abcvoting},
    "pref_voting": {
        "plurality": complete_pref_voting("plurality", "plurality"),
        "borda": complete_pref_voting("borda", "borda"),
        "irv": irv_pref_voting,
        "schulze": schulze_pref_voting,
        "stv": stv_pref_voting,
        "majority-judgement": grades_pref_voting("majority-judgement"),
        "score": grades_pref_voting("score"),
    },
    "votekit": {"stv": stv_votekit, "irv": irv_votekit},
}


def main() -> int:
    warnings.simplefilter("ignore")
    package, left = sys.argv[1], 0
    for rule, compare in COMPARISONS[package].items():
        found = Counter()
        for seed in range(BOXES):
            verdict = compare(Random(seed))
            found[verdict] += 1
            if verdict == DIFFERENT:
                print(f"{rule}, {package}, seed {seed}: another result", file=sys.stderr)
        left += found[DIFFERENT]
        cells = (rule, package, BOXES, *(found[verdict] for verdict in (SAME, LEVEL, EXPLAINED, DIFFERENT)))
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
