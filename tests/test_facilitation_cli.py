"""The command line: from a panel to a counted vote without the web."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import golden
import pytest
from assemblies import Sitting, ballot_key
from click.testing import CliRunner, Result

from facilitation.cli import main


def facilitation(folder: Path, *arguments: str) -> Result:
    environment = {"FOLKMOOT_DATABASE": str(folder / "f.sqlite")}
    words = [str(folder / word) if word.endswith(".csv") else word for word in arguments]
    return CliRunner().invoke(main, words, env=environment)


def said(folder: Path, *arguments: str) -> str:
    done = facilitation(folder, *arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def a_panel(folder: Path, text: str = "id,name,age\nv1,Ada,30\nv2,Bob,40\nv3,,50\n") -> str:
    (folder / "panel.csv").write_bytes(text.encode("utf-8-sig"))
    return "panel.csv"


def test_seat_round_votes_result(tmp_path: Path) -> None:
    lines = said(tmp_path, "seat", "--assembly", "Climate", a_panel(tmp_path)).splitlines()
    assembly, session = (lines[place].split(": ")[1] for place in (0, 1))
    seats = list(csv.DictReader(lines[2:]))
    assert [(seat["id"], seat["name"], len(seat["code"])) for seat in seats] == [
        ("v1", "Ada", 8),
        ("v2", "Bob", 8),
        ("v3", "v3", 8),
    ]
    asked = ("round", "create", "--session", session, "--title", "Trams?", "--rule", "yes-no")
    round_id = said(tmp_path, *asked, "--threshold", '{"share": "1/2", "op": ">", "base": "cast"}').strip()
    said(tmp_path, "round", "open", round_id)
    cast = ("round", "cast", "--code", seats[0]["code"], "--choice", "yes", "--key", ballot_key(), round_id)
    assert said(tmp_path, *cast) == said(tmp_path, *cast)
    said(tmp_path, "round", "cast", "--code", seats[1]["code"].lower(), "--choice", "yes", round_id)
    early = facilitation(tmp_path, "round", "result", round_id)
    assert (early.exit_code, early.stdout) == (1, "")
    assert "Remedy: " in early.stderr
    assert said(tmp_path, "round", "close", round_id).startswith("Passed")
    result = json.loads(said(tmp_path, "round", "result", round_id))
    assert (result["counts"], result["entitled"]) == ({"yes": 2, "no": 0, "abstain": 0}, 3)
    said(tmp_path, "next", "--session", session)
    assert "Trams?" in said(tmp_path, "agenda", "--session", session)
    assert "all in the chain" in said(tmp_path, "journal", "--assembly", assembly, "--verify")
    assert json.loads(said(tmp_path, "minutes", "--session", session, "--json"))["present"] == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\nAda\n", "panel.csv, row 1: there is no column id, only name."),
        ("id,name\n1,Ada\n1,Bob\n", "panel.csv, row 3, column id: “1” stands in row 2 as well."),
        ("id,name\n,Ada\n", "panel.csv, row 2, column id: it is empty."),
        ("id,id\n1,2\n", "panel.csv, row 1, column id: it is there twice."),
        ("id,name\n1,Ada,more\n", "panel.csv, row 2: 3 cells under 2 columns."),
        ('id,name\n1,"Ada\n', "panel.csv, row 2: it cannot be read"),
        ("id,name\n", "panel.csv, row 2: there is no member."),
        ("", "panel.csv, row 1: there is no column id, only nothing."),
    ],
)
def test_a_bad_panel_is_told_by_file_row_and_column(tmp_path: Path, text: str, told: str) -> None:
    done = facilitation(tmp_path, "seat", "--assembly", "A", a_panel(tmp_path, text))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(told)
    assert "Remedy: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_refusals_are_one_line_and_exit_1(tmp_path: Path) -> None:
    said(tmp_path, "seat", "--assembly", "A", a_panel(tmp_path))
    for arguments in (
        ("seat", "--assembly", "a", "panel.csv"),
        ("seat", "--assembly", "B", "nowhere.csv"),
        ("token", "--role", "facilitator"),
        ("token", "--role", "facilitator", "--assembly", "nope"),
        ("minutes", "--session", "nope"),
        ("round", "open", "nope"),
    ):
        done = facilitation(tmp_path, *arguments)
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
        assert "Remedy: " in done.stderr


def test_token_prints_the_token_alone(tmp_path: Path) -> None:
    said(tmp_path, "seat", "--assembly", "A", a_panel(tmp_path))
    assert len(said(tmp_path, "token", "--role", "recruiter").strip()) == 64
    assert said(tmp_path, "token", "--role", "recruiter", "--link").startswith("/sign-in/")


def test_minutes_tell_the_session_without_names(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "f.sqlite", members=5)
    members = sitting.arrive(4)
    sitting.desk.next_action(sitting.session)
    sitting.clock.go_on(1200)
    sitting.desk.next_action(sitting.session)
    sitting.clock.go_on(600)
    threshold = {"share": "2/3", "op": ">=", "base": "yes+no", "minimum_turnout": "1/2"}
    round_id = sitting.open_round(threshold=threshold)
    for number, choice in enumerate(("yes", "yes", "no", "abstain")):
        sitting.desk.cast_ballot(round_id, members[number], ballot_key(number), choice)
    sitting.clock.go_on(120)
    sitting.desk.close_round(round_id)
    void = sitting.open_round(title="Buses?", rule="approval", options=["more", "faster"])
    sitting.desk.cancel_round(void, "An option was missing.")
    sitting.desk.create_round(sitting.session, {"title": "How do you like it?", "rule": "support"})
    sitting.desk.close_session(sitting.session)
    text = sitting.desk.minutes(sitting.session)
    assert "Person" not in text
    golden.check(text, "minutes/a_short_session.txt")
