"""Every rule counted twice, by the house and by `second_opinions`, on at least two hundred random boxes of ballots."""

from fractions import Fraction
from random import Random

import pytest
import second_opinions as again
from ballot_boxes import NAMES, box, count

from facilitation.rules import Terms, parse_count

SEEDS = range(200)


def names_of(result):
    return set(result.winners)


def groups_of(payload):
    return [[rank] if isinstance(rank, str) else list(rank) for rank in payload]


@pytest.mark.parametrize("rule", ["plurality", "approval"])
def test_most_named_and_most_approved(rule):
    for seed in SEEDS:
        definition, payloads = box(rule, Random(seed), voters=seed % 17 + 1)
        expected = getattr(again, rule)(NAMES, payloads)
        got = count(definition, payloads)
        if rule == "approval" and not any(payloads):
            assert got.verdict == "no-decision"
        else:
            assert names_of(got) == expected, seed
            assert got.verdict == ("none" if len(expected) == 1 else "tie")


def test_answers_of_a_temperature_check_and_of_consent():
    for seed in SEEDS:
        rng = Random(seed)
        voters = seed % 9
        feelings = [rng.choice(["warm", "mild", "cool"]) for _ in range(voters)]
        check = count(parse_count({"title": "So far?", "rule": "temperature"}), feelings)
        assert [check.counts[word] for word in ("warm", "mild", "cool")] == list(map(feelings.count, check.counts))
        assert (check.verdict, check.winners, check.binding) == ("none" if voters else "no-decision", (), False)
        reasons = [f"Reason {rng.randrange(3)}." for _ in range(voters)]
        said = [rng.choice(["consent"] * 5 + ["stand aside", ["objection", reason]]) for reason in reasons]
        objected = sorted(each[1] for each in said if isinstance(each, list))
        consent = count(parse_count({"title": "Adopt?", "rule": "consent"}), said)
        assert list(consent.remarks) == objected, seed
        assert consent.verdict == ("no-decision" if not said else "failed" if objected else "passed")


@pytest.mark.parametrize("missing", ["left-out", "zero"])
def test_scores(missing):
    for seed in SEEDS:
        definition, payloads = box("score", Random(seed), voters=seed % 13 + 1, terms=Terms(missing=missing))
        assert names_of(count(definition, payloads)) == again.score(NAMES, payloads, missing), seed


def test_majority_judgement():
    for seed in SEEDS:
        names = NAMES[: seed % 4 + 2]
        definition, payloads = box("majority-judgement", Random(seed), voters=seed % 11 + 1, names=names)
        assert names_of(count(definition, payloads)) == again.majority_judgement(names, payloads), seed


@pytest.mark.parametrize("rule", ["dots", "quadratic"])
def test_points(rule):
    for seed in SEEDS:
        definition, payloads = box(rule, Random(seed), voters=seed % 13 + 1)
        if any(sum(payload.values()) for payload in payloads):
            assert names_of(count(definition, payloads)) == again.points(NAMES, payloads), seed


@pytest.mark.parametrize("unranked", ["average", "zero", "modified"])
def test_borda(unranked):
    for seed in SEEDS:
        definition, payloads = box("borda", Random(seed), voters=seed % 13 + 1, terms=Terms(unranked=unranked))
        totals = again.borda(NAMES, list(map(groups_of, payloads)), unranked)
        got = count(definition, payloads)
        assert {option: Fraction(points) for option, points in got.counts.items()} == totals, seed
        assert names_of(got) == again.best(totals), seed


def test_schulze():
    for seed in SEEDS:
        names = NAMES[: seed % 4 + 2]
        definition, payloads = box("schulze", Random(seed), voters=seed % 13 + 1, names=names)
        winners, paths = again.schulze(names, list(map(groups_of, payloads)))
        got = count(definition, payloads)
        assert names_of(got) == winners, seed
        strongest = {(row[0], to): p for row in got.tables[1].rows for to, p in zip(names, row[1:], strict=True)}
        assert all(strongest[pair] == p for pair, p in paths.items()), seed


def test_irv_names_a_winner_only_where_every_way_of_breaking_ties_does():
    """The house breaks ties for last by earlier rounds first, so its winners are among all possible ones."""
    clear = 0
    for seed in SEEDS:
        names = NAMES[: seed % 4 + 2]
        definition, payloads = box("irv", Random(seed), voters=seed % 23 + 1, names=names)
        possible = again.irv_winners(list(names), payloads)
        got = names_of(count(definition, payloads))
        assert got <= possible, seed
        if len(possible) == 1:
            clear += 1
            assert got == possible, seed
    assert clear > 100


def test_schulze_always_finds_the_one_that_beats_all_others():
    found = 0
    for seed in SEEDS:
        definition, payloads = box("schulze", Random(seed), voters=9)
        strict = [[o for group in groups_of(payload) for o in group] for payload in payloads]
        beats_all = again.condorcet(NAMES, strict)
        if beats_all:
            found += 1
            result = count(definition, strict)
            assert names_of(result) == beats_all
            assert "a direct win over " in result.sentence
    assert found > 50
