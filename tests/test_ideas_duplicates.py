"""Suggested duplicates: how good they are, that they are always the same, and that they are there in time."""

import csv
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.ideas.duplicates import LEAST, alike, vectors_of, words_of
from tests.benchmarks.ideas import cards

ROOT = Path(__file__).parent.parent
ROWS = list(csv.DictReader((ROOT / "fixtures/ideas/alike.csv").open(encoding="utf-8")))


def measured(language: str | None) -> tuple[float, float]:
    """Precision and recall of the suggested pairs among the fixture's cards, of which it says which say the same."""
    rows = [row for row in ROWS if language in (None, row["language"])]
    pairs = itertools.combinations(range(len(rows)), 2)
    true = {(a, b) for a, b in pairs if rows[a]["said"] and rows[a]["said"] == rows[b]["said"]}
    found = {(pair.first, pair.second) for pair in alike(tuple(row["text"] for row in rows))}
    return len(found & true) / len(found), len(found & true) / len(true)


@pytest.mark.parametrize(
    ("language", "precision", "recall"), [("en", 0.74, 0.80), ("cy", 0.95, 0.90), (None, 0.75, 0.80)]
)
def test_paraphrases_in_english_and_welsh_are_suggested(language: str | None, precision: float, recall: float) -> None:
    """The README tells the figures; the bound was chosen on these very cards, so other halls may see a bit less."""
    found = measured(language)
    assert found[0] >= precision
    assert found[1] >= recall


def test_a_pair_of_unlike_cards_is_not_suggested() -> None:
    assert alike(("Plant more trees", "A doctor within a week")) == ()


def test_accents_case_signs_and_order_do_not_hide_a_duplicate() -> None:
    pairs = alike(("Tŷ bach cyhoeddus", "CYHOEDDUS: ty bach!", "Dŵr yfed", "A bank that is open"))
    assert [tuple(pair) for pair in pairs] == [(0, 1, 1000)]


def test_equals_come_in_the_order_of_the_cards() -> None:
    same = ("night bus", "library", "library", "night bus", "library")
    assert [tuple(pair) for pair in alike(same)] == [(0, 3, 1000), (1, 2, 1000), (1, 4, 1000)]


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("",),
        ("🚲", "🚲", "🌳"),
        ("   ", "!"),
        ("مزيد من الحافلات", "مزيد من الحافلات ليلا"),
        ("<b>x</b>", "x"),
        ("a" * 10_000,) * 2,
    ],
)
def test_any_text_can_be_compared(texts: tuple[str, ...]) -> None:
    assert all(0 <= pair.first < pair.second < len(texts) for pair in alike(texts))


def test_signs_and_other_alphabets_are_compared_too() -> None:
    assert [tuple(pair) for pair in alike(("🚲", "🚲", "🌳"))] == [(0, 1, 1000)]
    assert alike(("مزيد من الحافلات", "مزيد من الحافلات", "حديقة"))[0][:2] == (0, 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abcé tŵ", min_size=1, max_size=30), max_size=12), st.integers(150, 700))
def test_the_index_finds_what_multiplying_all_pairs_out_finds(texts: list[str], least: int) -> None:
    """Brute force as the oracle: the bound leaves no pair out and lets none in."""
    distinct = list({tuple(sorted(words_of(text))): text for text in texts}.values())
    vectors = [dict(vector) for vector in vectors_of([words_of(text) for text in distinct])]
    one = 1 << 20
    expected = {}
    for a, b in itertools.combinations(range(len(distinct)), 2):
        product = sum(weight * vectors[b].get(part, 0) for part, weight in vectors[a].items())
        if product >= least * one * one // 1000:
            expected[a, b] = product * 1000 // (one * one)
    assert {(p.first, p.second): p.thousandths for p in alike(tuple(distinct), least)} == expected


def in_a_process(code: str, seed: str = "0") -> str:
    """What this code prints, that knows `alike` and `cards`: in a process of its own, with this hash seed."""
    imports = "from facilitation.ideas.duplicates import alike; from tests.benchmarks.ideas import cards"
    return subprocess.run(
        [sys.executable, "-c", f"{imports}\n{code}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
    ).stdout


def test_the_same_cards_give_the_same_pairs_whatever_the_hash_seed() -> None:
    runs = {in_a_process("print(alike(cards(200)))", seed) for seed in ("0", "7")}
    assert len(runs) == 1
    assert len(runs.pop()) > 100


def test_a_thousand_cards_take_less_than_a_second() -> None:
    """In a fresh process: one that has run other tests walks their thousands of objects again and again meanwhile."""
    timed = "import time; texts = cards(1000); begun = time.process_time(); alike(texts)"
    assert float(in_a_process(f"{timed}; print(time.process_time() - begun)")) < 1
    pairs = alike(cards(1000))
    assert len(pairs) > 50
    assert all(pair.thousandths >= LEAST for pair in pairs)
