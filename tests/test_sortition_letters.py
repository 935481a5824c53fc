"""What volunteers are told of their chance: every sentence follows from the quotas, and none contradicts the chance."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from draws import drawn
from openpyxl import load_workbook
from small_pools import problem_of

from sortition.cli import sortition
from sortition.drawing import make_draw
from sortition.fairness import fair_lottery
from sortition.folder import Draw, read_draw
from sortition.letters import BadLetter, Person, bounds_of, in_100, letter, letters, odds_of, words
from sortition.lists import Lists, with_lists
from sortition.problem import DrawProblem
from sortition.record import BadRecord

AGES = [{"age": "16-29"}] * 8 + [{"age": "30+"}] * 2


def draw_of(problem: DrawProblem) -> Draw:
    fair = fair_lottery(problem)
    return make_draw(problem, fair.lottery, fair.proof, "ten dice", 1000)


@pytest.mark.parametrize(
    ("quota", "chance", "answer", "said"),
    [
        ((1, 1), Fraction(1, 8), "16-29", "lower because many people volunteered with the answer “16-29” (age): 8"),
        ((1, 1), Fraction(1, 8), "16-29", "places for only 1 of them"),
        ((1, 2), Fraction(1, 2), "30+", "people with all of your answers together than there are"),
        ((0, 2), Fraction(1, 10), "16-29", "fewer places for people with all of your answers together"),
        ((0, 2), Fraction(1, 5), "16-29", "equal chances would have been 20 in 100. Yours was the same."),
        ((2, 2), Fraction(0), "30+", "You had no chance of being chosen."),
        ((0, 0), Fraction(0), "16-29", "No place was left for people with the answer “16-29” (age)."),
        ((0, 1), Fraction(1, 900), "16-29", "Your chance of being chosen was less than 1 in 100."),
        ((0, 1), Fraction(1), "16-29", "It was certain that you would be chosen."),
    ],
)
def test_the_reason_is_what_the_quotas_say(quota: tuple[int, int], chance: Fraction, answer: str, said: str) -> None:
    quotas = [{"feature": "age", "value": "16-29", "min": quota[0], "max": quota[1]}]
    assert said in words(Person(chance, {"age": answer}, drawn=False), odds_of(2, quotas, AGES))


def test_a_wanted_answer_is_told_with_what_is_needed_and_what_there_is() -> None:
    odds = odds_of(2, [{"feature": "age", "value": "30+", "min": 1, "max": 2}], AGES)
    assert words(Person(Fraction(1, 2), {"age": "30+"}, drawn=True), odds) == (
        "Your chance of being chosen was 50 in 100. 10 people volunteered for 2 places, so equal chances would have "
        "been 20 in 100. Yours was higher because few people volunteered with the answer “30+” (age): 2, and the "
        "assembly needs 1 to 2 of them. You were chosen."
    )


def test_before_the_draw_nothing_is_told_as_if_it_had_happened() -> None:
    told = words(Person(Fraction(1, 3), {"age": "30+"}, None, tied=True), odds_of(2, [], AGES))
    assert told.startswith("Your chance of being chosen is about 33.3 in 100. ")
    assert "was" not in told
    assert "chosen." not in told.rpartition("household")[2].replace("could be chosen.", "")


def test_tickets_that_give_another_chance_are_told() -> None:
    one = Person(Fraction(1, 8), {}, drawn=False, by_ticket=Fraction(1, 10))
    assert "was 12.5 in 100 (with the numbered tickets it was 10 in 100)." in words(one, odds_of(1, [], AGES))


def test_lists_are_told_and_their_seats_are_not_in_the_lottery() -> None:
    rows = [("young", "")] * 2 + [("old", "")] * 6
    problem = problem_of(rows, {"age": {"young": (1, 1), "old": (2, 2)}}, 3)
    draw = draw_of(with_lists(problem, Lists(included={"v002": "a"}, excluded={"v003": "b"}, seated={"v000": "c"})))
    assert letter(draw, "v002") == "A list gave you a seat, so it was not drawn by lot."
    assert letter(draw, "v003") == "A list left you out of the lottery, so you had no chance of being chosen."
    assert letter(draw, "v000") == "You had been selected before, so your seat was not drawn by lot."
    assert "5 people took part in the lottery for the 1 place" in letter(draw, "v004")
    assert "No place was left for people with the answer “young” (f" not in letter(draw, "v001")
    assert "No place was left for people with the answer “young” (age)." in letter(draw, "v001")
    with pytest.raises(BadLetter, match="took no part"):
        letter(draw, "v999")


def test_who_is_blocked_by_several_quotas_together_reads_which() -> None:
    """Two members, one of each gender and one of each age: the only old woman needs a young man, and there is none."""
    rows = [("man", "old", ""), ("woman", "old", ""), ("woman", "young", ""), ("woman", "young", "")]
    problem = problem_of(rows, {"sex": {"man": (1, 1), "woman": (1, 1)}, "age": {"old": (1, 1), "young": (1, 1)}}, 2)
    told = letter(draw_of(problem), "v001")
    assert told.startswith("You had no chance of being chosen. 4 people volunteered for 2 places")
    assert "What leaves no place is this: the m" in told
    assert "It was certain that you would be chosen." in letter(draw_of(problem), "v000")


def test_the_limits_of_the_proof_are_named_and_long_lists_cut() -> None:
    level = {"multipliers": [{"name": f"f{n}=v", "multiplier": "-1/3"} for n in range(6)]}
    bounds = bounds_of(level, {"f0": "w"})
    assert bounds[0] == "the minimum for “v” (f0)"
    assert bounds_of({"multipliers": [{"name": "panel size", "multiplier": "1"}]}, {}) == ()
    told = words(Person(Fraction(0), {"f0": "w"}, drawn=False, bounds=bounds), odds_of(2, [], AGES))
    assert "for “v” (f3) and 2 more limits." in told


def test_no_reason_contradicts_the_chance() -> None:
    """Whatever answer is named, its average limit lies on the side of the equal chance on which the chance lies."""
    draw = read_draw(drawn())
    equal = Fraction(draw.record.problem.panel_size, len(draw.record.problem.pool))
    told = list(letters(draw))
    assert [id_ for id_, _, _ in told] == sorted(draw.record.problem.pool.ids)
    for id_, chance, text in told:
        assert chance == draw.chances()[id_]
        assert ("Yours was lower" in text) == (0 < chance <= equal - Fraction(1, 2000))
        assert ("Yours was higher" in text) == (chance >= equal + Fraction(1, 2000))
        assert text.endswith("You were chosen." if id_ in draw.panel else "You were not chosen.")
        assert letter(draw, id_) == text


def test_numbers_are_said_as_people_say_them() -> None:
    said = [in_100(Fraction(n, 10_000)) for n in (0, 1, 99, 100, 1249, 9900, 9999, 10_000)]
    assert said == [
        f"{one} in 100" for one in ("0", "less than 1", "less than 1", "1", "12.5", "99", "more than 99", "100")
    ]


def folder_of(place: Path) -> Path:
    place.mkdir()
    for name, data in drawn().items():
        (place / name).write_bytes(data)
    return place


def test_the_command_writes_a_letter_for_everyone(tmp_path: Path) -> None:
    folder, out = folder_of(tmp_path / "drawn"), tmp_path / "letters.csv"
    answer = CliRunner().invoke(sortition, ["letters", str(folder), "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert list(rows[0]) == ["id", "chance_in_100", "text"]
    assert [row["id"] for row in rows] == sorted(read_draw(drawn()).record.problem.pool.ids)
    book = tmp_path / "letters.xlsx"
    assert CliRunner().invoke(sortition, ["letters", str(folder), "--out", str(book)]).exit_code == 0
    sheet = load_workbook(book).active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1
    assert {cell.number_format for row in sheet.iter_rows() for cell in row} == {"@"}


@pytest.mark.parametrize(
    ("broken", "out", "said"),
    [
        ({}, "letters.txt", "Let the name end in .csv or .xlsx"),
        ({"report.json": None}, "letters.csv", "report.json is missing: this is not the folder of a draw"),
        ({"certificate.json": b"{}"}, "letters.csv", "certificate.json does not have the hash"),
        ({"report.json": b"{}"}, "letters.csv", "it was changed"),
    ],
)
def test_what_is_no_draw_gets_no_letters(tmp_path: Path, broken: dict[str, bytes | None], out: str, said: str) -> None:
    folder = folder_of(tmp_path / "drawn")
    for name, data in broken.items():
        (folder / name).unlink() if data is None else (folder / name).write_bytes(data)
    answer = CliRunner().invoke(sortition, ["letters", str(folder), "--out", str(tmp_path / out)])
    assert answer.exit_code == 1
    assert said in answer.output
    assert not (tmp_path / out).exists()


def test_a_folder_is_read_as_it_was_written() -> None:
    assert read_draw(drawn()).panel
    with pytest.raises(BadRecord, match=r"lottery.json does not have the hash"):
        read_draw(drawn() | {"lottery.json": drawn()["lottery.json"] + b" "})
