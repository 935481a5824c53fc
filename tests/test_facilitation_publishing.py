"""What is published of a round: only what the hall has seen, only what was promised, and always what was counted."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from assemblies import TRAMS, Sitting, ballot_key
from click.testing import CliRunner
from test_facilitation_papers import Table
from test_facilitation_sealed import a_tablet
from test_recount_bundle import checked, run_alone

from facilitation.cli import main
from facilitation.errors import BallotsChanged, NoResultYet, WrongState
from facilitation.recount import verify_count
from facilitation.recount.signing import public_half
from facilitation.recount.words import four_words

TRACKERS = ("K7Q2-MX9D", "0RB5-Z81A", "8WTH-3NCE", "5PJV-66YF", "MM2G-K0D4", "9SXA-R7B1")
CHOICES = ("yes", "yes", "no", "yes", "abstain", "no")


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    return Sitting(tmp_path / "hall.sqlite", members=6)


def held(sitting: Sitting, spec: dict[str, Any], choices: tuple[Any, ...] = CHOICES, **conduct: Any) -> str:
    """A round that was drafted, opened, voted in and closed."""
    members = sitting.arrive()
    asked = sitting.desk.create_round(sitting.session, {**spec, "conduct": conduct} if conduct else spec)
    sitting.desk.open_round(asked)
    for number, (member, choice, tracker) in enumerate(zip(members, choices, TRACKERS, strict=False)):
        sitting.desk.cast_ballot(asked, member, ballot_key(number), choice, tracker=tracker)
    sitting.desk.close_round(asked)
    return asked


def body_of(raw: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(raw)["body"]
    return body


def test_a_closed_round_is_published_with_every_ballot_under_its_tracker(sitting: Sitting, tmp_path: Path) -> None:
    asked = held(sitting, TRAMS)
    raw = sitting.desk.bundle(asked)
    body, one = body_of(raw), sitting.desk.round(asked)
    assert {ballot["tracker"]: ballot["choice"] for ballot in body["ballots"]} == dict(
        zip(TRACKERS, CHOICES, strict=True)
    )
    assert [ballot["tracker"] for ballot in body["ballots"]] == sorted(TRACKERS)
    assert (body["result"], body["root"], body["hash"]) == (one.result, one.root, one.hash)
    assert one.root
    assert not any(name in raw.decode() for name in ("Person", "v1", *sitting.codes))
    assert raw == sitting.desk.bundle(asked)
    sitting.restart()
    assert raw == sitting.desk.bundle(asked)
    ran = run_alone(tmp_path, raw, "k7q2mx9d", four_words(one.root))
    assert ran.returncode == 0, ran.stdout


def test_open_ballots_are_published_by_seat_and_never_by_name(sitting: Sitting) -> None:
    asked = held(sitting, TRAMS, secrecy="open")
    raw = sitting.desk.bundle(asked)
    assert body_of(raw)["ballots"] == [{"seat": n, "choice": choice} for n, choice in enumerate(CHOICES, start=1)]
    assert "Person" not in raw.decode()
    assert not checked(raw, "3")


def test_ballots_of_a_root_only_round_never_leave_the_house(sitting: Sitting) -> None:
    asked = held(sitting, TRAMS, publish="root")
    raw = sitting.desk.bundle(asked)
    assert body_of(raw)["ballots"] is None
    assert body_of(raw)["root"] == sitting.desk.round(asked).root
    assert not any(tracker in raw.decode() for tracker in TRACKERS)
    assert sitting.desk.public_count(asked).body["ballots"] is None
    assert not checked(raw)


def test_nothing_is_published_before_the_hall_has_seen_it_and_nothing_of_practice(sitting: Sitting) -> None:
    practice = held(sitting, TRAMS, practice=True)
    sitting.desk.acknowledge(sitting.session)
    with pytest.raises(WrongState, match="for practice"):
        sitting.desk.bundle(practice)
    assert sitting.desk.round(practice).root == ""
    later = sitting.desk.create_round(sitting.session, {**TRAMS, "title": "Buses?", "conduct": {"hold": True}})
    for act in (lambda: None, lambda: sitting.desk.open_round(later), lambda: sitting.desk.close_round(later)):
        act()
        with pytest.raises(NoResultYet):
            sitting.desk.bundle(later)
        with pytest.raises(NoResultYet):
            sitting.desk.public_count(later)
        assert sitting.desk.public_counts() == []
    sitting.desk.show_result(later)
    assert not checked(sitting.desk.bundle(later))
    assert [one.id for one in sitting.desk.public_counts()] == [later]


def test_the_scrutineer_can_countersign_after_publication(sitting: Sitting) -> None:
    asked = held(sitting, TRAMS)
    before = sitting.desk.bundle(asked)
    sitting.desk.countersign(asked)
    after = sitting.desk.bundle(asked)
    assert body_of(after) == body_of(before)
    assert [one["by"] for one in json.loads(after)["countersignatures"]] == ["scrutineer"]
    assert not checked(after)


def test_ballots_that_were_changed_after_the_close_are_not_published_and_a_recount_says_so(sitting: Sitting) -> None:
    asked = held(sitting, TRAMS)
    assert sitting.desk.recount(asked, "Somebody asked for it.")
    database = sqlite3.connect(sitting.path)
    with database:  # the tracker only: every count stays the same
        database.execute("UPDATE ballot SET tracker = 'ZZZZ-ZZZZ' WHERE tracker = ?", (TRACKERS[0],))
    database.close()
    with pytest.raises(BallotsChanged):
        sitting.desk.bundle(asked)
    assert not sitting.desk.recount(asked, "Because the bundle was refused.")


def test_the_house_has_one_key_for_good(sitting: Sitting) -> None:
    first = sitting.desk.public_key()
    other = sitting.opened()
    assert other.public_key() == first == sitting.desk.public_key()
    other.close()
    database = sqlite3.connect(sitting.path)
    ((private,),) = database.execute("SELECT private FROM signing_key").fetchall()
    database.close()
    assert public_half(private) == first


@pytest.mark.parametrize(
    ("rule", "terms", "choices"),
    [
        ("support", {}, ["love", "like", "live with", "lament", "loathe", "love"]),
        ("approval", {}, [["tram"], ["tram", "bus"], [], ["bus"], ["path"], ["tram"]]),
        ("score", {"highest": 3}, [{"tram": 3}, {"bus": 1}, {"path": 0, "tram": 2}, {}, {"bus": 3}, {"tram": 1}]),
        ("irv", {}, [["tram"], ["bus", "tram"], ["path", "bus"], ["bus"], ["tram"], ["path"]]),
        ("stv", {"seats": 2}, [["tram"], ["bus", "tram"], ["path", "bus"], ["bus"], ["tram"], ["path"]]),
        ("equal-shares", {"budget": 6, "costs": [3, 2, 4], "completion": "add1u"}, [["tram"], ["bus"], ["path"]] * 2),
        ("borda", {}, [["tram"], ["bus", "tram"], ["path", "bus"], ["bus"], ["tram"], ["path"]]),
    ],
)
def test_rounds_of_other_rules_are_counted_again_by_the_script(
    sitting: Sitting, tmp_path: Path, rule: str, terms: dict[str, Any], choices: list[Any]
) -> None:
    spec: dict[str, Any] = {"title": "Which first?", "rule": rule, "terms": terms}
    if rule != "support":
        spec["options"] = ["tram", "bus", "path"]
    ran = run_alone(tmp_path, sitting.desk.bundle(held(sitting, spec, tuple(choices))))
    assert ran.returncode == 0, ran.stdout
    known = rule != "borda"
    assert (f"Counted again by the rule {rule}: this is the published result." in ran.stdout) == known
    assert ("does not count by the rule borda" in ran.stdout) != known


def test_the_command_writes_the_bundle_and_its_script_and_prints_the_words(sitting: Sitting, tmp_path: Path) -> None:
    asked = held(sitting, TRAMS)
    folder = tmp_path / "counted"
    done = CliRunner().invoke(main, ["bundle", "--database", str(sitting.path), asked, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    assert f"words: {four_words(sitting.desk.round(asked).root)}" in done.output
    checks = subprocess.run([sys.executable, "-I", "verify_count.py"], cwd=folder, capture_output=True, check=False)
    assert checks.returncode == 0
    open_one = sitting.desk.create_round(sitting.session, TRAMS)
    refused = CliRunner().invoke(main, ["bundle", "--database", str(sitting.path), open_one, "--out", str(folder)])
    assert (refused.exit_code, "Remedy" in refused.output) == (1, True)


def in_two_classes(tmp_path: Path, choices: str, **conduct: Any) -> tuple[Sitting, str]:
    """A round of as many members as choices (y, n, a), the first half of them residents, the others officers."""
    half = len(choices) // 2
    columns = [{"Kind": "resident" if number < half else "officer"} for number in range(len(choices))]
    sitting = Sitting(tmp_path / "classes.sqlite", members=len(choices), columns=columns)
    words = {"y": "yes", "n": "no", "a": "abstain"}
    threshold = {"share": "1/2", "op": ">", "base": "yes+no"}
    members = sitting.arrive()
    asked = sitting.desk.create_round(
        sitting.session, {**TRAMS, "threshold": threshold, "conduct": {"classes": "Kind", **conduct}}
    )
    sitting.desk.open_round(asked)
    for number, (member, choice) in enumerate(zip(members, choices, strict=True)):
        sitting.desk.cast_ballot(asked, member, ballot_key(number), words[choice])
    sitting.desk.close_round(asked)
    return sitting, asked


@pytest.mark.parametrize("both", [False, True])
def test_figures_of_classes_are_counted_again_where_all_are_told(tmp_path: Path, both: bool) -> None:
    sitting, asked = in_two_classes(tmp_path, "yyyyyyyynnnnaaa" + "yyyyyyynnnnnaaa", **({"both": True} if both else {}))
    raw = sitting.desk.bundle(asked)
    body = body_of(raw)
    assert all(one["told"] for one in body["result"]["classes"])
    assert {ballot["class"] for ballot in body["ballots"]} == {"resident", "officer"}
    ran = run_alone(tmp_path, raw)
    assert ran.returncode == 0, ran.stdout
    assert "Counted again for the class officer: these are its published figures." in ran.stdout
    assert ("The double majority follows" in ran.stdout) == both
    lie = json.loads(json.dumps(body))
    lie["result"]["classes"][0]["counts"]["yes"] += 1
    assert any("class officer" in line for line in recounted(lie))
    if both:
        lie = {**body, "result": {**body["result"], "verdict": "failed"}}
        assert any("double majority" in line for line in recounted(lie))


def test_where_figures_of_classes_are_withheld_no_ballot_tells_its_class(tmp_path: Path) -> None:
    sitting, asked = in_two_classes(tmp_path, "yyyyyy" + "nnnnyy", both=True)
    raw = sitting.desk.bundle(asked)
    assert not any(one["told"] for one in body_of(raw)["result"]["classes"])
    assert not any("class" in ballot for ballot in body_of(raw)["ballots"])
    ran = run_alone(tmp_path, raw)
    assert ran.returncode == 0, ran.stdout
    assert "figures of the classes cannot be counted again" in ran.stdout
    assert "The double majority follows" in ran.stdout


def recounted(body: dict[str, Any]) -> list[str]:
    """What the script's recount finds wrong with a body, whoever signed it."""
    verify_count.FAILED.clear()
    verify_count.check_count(body)
    verify_count.check_classes(body)
    return list(verify_count.FAILED)


def test_papers_blank_and_spoilt_ones_too_stand_under_their_numbers(tmp_path: Path) -> None:
    table = Table(tmp_path)
    for paper, (kind, choice) in enumerate((("blank", None), ("spoilt", None), ("filled", "no"))):
        table.first(paper, choice, kind=kind)
        assert table.second(paper, paper, choice, kind=kind)
    table.desk.close_round(table.round)
    table.desk.confirm_close(table.round)
    table.desk.show_result(table.round)
    table.desk.countersign(table.round)
    raw = table.desk.bundle(table.round)
    listed = {ballot["tracker"]: ballot["choice"] for ballot in body_of(raw)["ballots"]}
    assert listed == dict(zip(table.numbers, (None, False, "no"), strict=False))
    ran = run_alone(tmp_path, raw, table.numbers[1])
    assert ran.returncode == 0, ran.stdout
    assert f"The ballot with the tracker {table.numbers[1]} is on the list: spoilt" in ran.stdout
    assert "It was countersigned by scrutineer" in ran.stdout
    table.sitting.close()


def test_sealed_ballots_are_published_under_their_trackers(sitting: Sitting, tmp_path: Path) -> None:
    asked = sitting.open_round(conduct={"secrecy": "sealed"})
    for number, choice in enumerate(("yes", "no", "yes")):
        tablet = a_tablet(sitting, asked, number)
        tablet.ask()
        sent = (tablet.prepared.hex(), tablet.signature.hex(), choice)
        sitting.desk.cast_sealed(asked, *sent, tracker=TRACKERS[number])
    sitting.desk.close_round(asked)
    raw = sitting.desk.bundle(asked)
    assert {ballot["tracker"] for ballot in body_of(raw)["ballots"]} == set(TRACKERS[:3])
    ran = run_alone(tmp_path, raw, TRACKERS[1])
    assert ran.returncode == 0, ran.stdout
    assert sitting.desk.recount(asked, "To see that it comes out the same.")
