"""The rows of the hall's table at a small size: what must hold of a thousand members must hold of a handful.

Only what is counted is looked at here, never how long it took: that is measured by `tests/benchmarks/hall.py`.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from postgres import Cluster

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import hall
from crowd import Tablet, gone, tablets
from hall_rows import Place, attack, ballots, closing, killed, phase, quantile, reconnect, served, snapshots, soak

MEMBERS = 12


def small(tmp_path: Path, database: str = "") -> Place:
    return Place(database or f"sqlite:///{tmp_path / 'hall.sqlite'}", None, 1, MEMBERS, tmp_path)


def figure(row: Any, place: Place) -> list[str]:
    found = [figure.measured for figure in row.measure(place)]
    assert found
    return found


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_in_the_middle_of_a_vote_with_answers_thrown_away_every_receipt_is_one_ballot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, database: str
) -> None:
    monkeypatch.setattr(killed, "KILLS", (0.4,))
    cluster: Cluster | None = request.getfixturevalue("postgres") if database == "postgresql" else None
    (said,) = figure(killed, small(tmp_path, cluster.new() if cluster else ""))
    assert f"{MEMBERS} receipts, {MEMBERS} ballots of {MEMBERS} members" in said
    sendings = re.search(r"(\d+) sendings", said)
    assert sendings is not None
    assert int(sendings[1]) > MEMBERS  # answers were thrown away


@pytest.mark.slow
def test_a_thousand_join_at_once_on_postgresql_and_none_is_sent_away(tmp_path: Path, postgres: Cluster) -> None:
    """The whole hall; in a transaction each, they waited for up to ten of the fifteen seconds that one may wait."""
    database = postgres.new()
    with served(Place(database, None, 1, 1000, tmp_path)) as here:
        answers = asyncio.run(let_in(tablets(here.hall.url, here.seats.codes)))
    assert Counter(answers) == {200: 1000}
    arrived = "SELECT count(*), count(DISTINCT actor) FROM journal WHERE kind = 'member-arrived'"
    assert postgres.rows(database, arrived) == [(1000, 1000)]
    assert postgres.rows(database, "SELECT count(*) FROM token WHERE role = 'member' AND NOT parked") == [(1000,)]


async def let_in(crowd: list[Tablet]) -> list[int]:
    """All type their code in the same moment; how each is answered."""
    answers = await asyncio.gather(*(one.ask("POST", "/api/join", {"code": one.code}) for one in crowd))
    await gone(crowd)
    return [one.status for one in answers]


@pytest.mark.slow
def test_every_snapshot_of_a_crash_is_sound_and_has_every_answered_ballot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "SNAPSHOTS", 12)
    monkeypatch.setattr(snapshots, "IN_A_ROUND", 12)
    taken, torn = figure(snapshots, small(tmp_path))
    assert taken.startswith("12 of 12 sound, 0 answered ballots missing of ")
    assert not taken.endswith(" of 0 looked for")
    cuts = re.match(r"(\d+) of (\d+) sound", torn)
    assert cuts is not None
    assert cuts[1] == cuts[2] != "0"


@pytest.mark.slow
def test_the_tally_is_what_was_answered_whenever_the_round_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "OFFSETS", 8)
    monkeypatch.setattr(closing, "WITHIN", 0.2)
    monkeypatch.setattr(closing, "TWICE", 60)
    monkeypatch.setattr(closing, "IN_A_ROUND", 20)
    raced, twice = figure(closing, small(tmp_path))
    assert raced.startswith("tally = answered in 8 of 8;")
    before = re.search(r"(\d+), \d+, (\d+) ballots before the close", raced)
    assert before is not None
    assert int(before[1]) < MEMBERS / 4 < MEMBERS * 3 / 4 < int(before[2])  # offsets spread over the whole burst
    assert twice == "60 times exactly one counted, 60 times the other was told"


@pytest.mark.slow
def test_sockets_that_are_cut_come_back_to_the_newest_screen_and_leave_no_descriptor_behind(tmp_path: Path) -> None:
    (said,) = figure(reconnect, small(tmp_path))
    counts = re.search(r"descriptors (\d+) before, (\d+) with all tablets back, (\d+) after", said)
    assert counts is not None
    before, with_all, after = (int(counts[n]) for n in (1, 2, 3))
    assert with_all >= before + MEMBERS
    assert after <= before + reconnect.SPARE


@pytest.mark.slow
def test_every_tablet_comes_to_the_same_step_and_every_ballot_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phase, "CHANGES", 2)
    (tmp_path / "other").mkdir()
    (said,) = figure(phase, small(tmp_path))
    assert ", same `seq` everywhere" in said
    (said,) = figure(ballots, small(tmp_path / "other"))
    assert f"{MEMBERS} counted of {MEMBERS} answered" in said


@pytest.mark.slow
def test_a_long_day_changes_the_phase_and_votes_as_often_as_it_says_and_stays_as_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ROUNDS": 3, "CHANGES": 8, "FIFTH": 1, "SAMPLES": 1}.items():
        monkeypatch.setattr(soak, name, value)
    (found,) = soak.measure(small(tmp_path))
    assert found.what.startswith(f"{MEMBERS} members, 24 changes, 3 rounds in ")
    drift = re.search(r"at the end \(([+-]\d+\.\d)%\)", found.measured)
    assert drift is not None
    assert float(drift[1]) <= 100 * soak.DRIFT


def test_a_quantile_is_one_of_the_values() -> None:
    assert [quantile([3.0, 1.0, 2.0, 4.0], share) for share in (0.0, 0.25, 0.5, 0.75, 0.99, 1.0)] == [1, 1, 2, 3, 4, 4]
    assert quantile([float(n) for n in range(1, 1001)], 0.99) == 990
    assert quantile([7.0], 0.5) == 7


def test_the_table_names_the_machine_and_goes_between_the_marks_of_the_readme(tmp_path: Path) -> None:
    readme, figures = tmp_path / "README.md", tmp_path / "figures.json"
    readme.write_text(f"Before.\n\n{hall.BEGIN}\nold\n{hall.END}\n\nAfter.\n", encoding="utf-8")
    row = {"row": "x", "title": "Joins", "must": "≤ 4 s", "what": "a | b", "measured": "5 s", "held": False}
    figures.write_text(json.dumps({"machine": hall.machine(), "members": 10, "rows": [row]}), encoding="utf-8")
    hall.into_readme(hall.table(json.loads(figures.read_text(encoding="utf-8"))), readme)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "old" not in text
    assert "| Joins: a \\| b | ≤ 4 s | 5 s | **no** |" in text
    assert "cores shared by server and tablets" in text


def run_of(*rows: tuple[str, str], at: str, busy: str, members: int = 10) -> dict[str, Any]:
    found = [{"row": row, "title": row, "must": "", "what": "", "measured": said, "held": True} for row, said in rows]
    return {"machine": hall.machine() | {"at": at, "busy": f"{busy} waiting"}, "members": members, "rows": found}


def test_figures_of_several_runs_are_one_table_and_what_was_measured_again_stands_there_once(tmp_path: Path) -> None:
    early = run_of(("idle", "old"), ("joins", "kept"), at="30 November 2026 09:00 UTC", busy="10.0")
    late = run_of(
        ("closing", "first"), ("closing", "second"), ("idle", "new"), at="1 December 2026 08:00 UTC", busy="2"
    )
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file, run in zip(files, (early, late), strict=True):
        file.write_text(json.dumps(run), encoding="utf-8")
    assert hall.main(["--figures", *map(str, files), "--out", str(tmp_path / "both")]) == 0
    both = json.loads((tmp_path / "both.json").read_text(encoding="utf-8"))
    assert [row["measured"] for row in both["rows"]] == ["kept", "first", "second", "new"]
    table = (tmp_path / "both.md").read_text(encoding="utf-8")
    assert "2 runs, 30 November 2026 09:00 UTC to 1 December 2026 08:00 UTC; at most 10.0 waiting" in table


def test_figures_of_halls_of_different_sizes_or_machines_make_no_table() -> None:
    one = run_of(("idle", "a"), at="1 December 2026 08:00 UTC", busy="2")
    with pytest.raises(SystemExit, match="Measure with the same --members"):
        hall.merged([one, one | {"members": 11}])
    with pytest.raises(SystemExit, match="differ in their cores"):
        hall.merged([one, one | {"machine": one["machine"] | {"cores": "64"}}])


@pytest.mark.parametrize("url", ["http://hall.example.org:8000", "http://127.0.0.1", "https://127.0.0.1:8000"])
def test_a_server_that_cannot_be_asked_from_here_is_refused(url: str) -> None:
    with pytest.raises(SystemExit, match=r"Write it as http://127\.0\.0\.1:8000"):
        hall.main(["--url", url, "--database", "sqlite:///hall.sqlite", "--rows", "joins"])


def test_a_run_that_is_stopped_leaves_every_row_that_it_has_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(_asked: object) -> Iterator[dict[str, Any]]:
        yield from run_of(("idle", "there"), at="", busy="1")["rows"]
        raise KeyboardInterrupt

    monkeypatch.setattr(hall, "measured", measured)
    with pytest.raises(KeyboardInterrupt):
        hall.main(["--out", str(tmp_path / "figures.json")])
    assert [row["measured"] for row in json.loads((tmp_path / "figures.json").read_text())["rows"]] == ["there"]
    assert "there" in (tmp_path / "figures.md").read_text()


@pytest.mark.slow
def test_all_vote_under_each_attack_and_the_row_tells_what_was_offered_and_what_the_server_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attack, "VOTING", 0.5)
    monkeypatch.setattr(attack, "SETTLING", 0.2)
    monkeypatch.setattr(attack, "TURNS", 1)
    said = figure(attack, small(tmp_path))
    assert len(said) == 1 + len(attack.ATTACKS)
    assert not [one for one in said if "not answered" in one]
    assert all(re.search(r"p99 \d+ ms \(in the server \d+ ms\) of \d+, .* waited for a core", one) for one in said)
    for did, one in zip(
        (r"messages, of each", r"200 at once", r"offered a second, [\d,]+ answered"), said[1:], strict=True
    ):
        assert re.search(did, one), one


def test_an_attack_that_was_weaker_than_asked_for_holds_nothing() -> None:
    calm = attack.Vote([0.01] * 100)
    assert attack._row("x", calm, attack.Vote([0.02] * 100), [("all", 1.0), ("all", 1.0)]).held
    assert not attack._row("x", calm, attack.Vote([0.021] * 100), [("all", 1.0)]).held
    weak = attack._row("x", calm, attack.Vote([0.01] * 100), [("all", 1.0), ("half", 0.5)])
    assert (weak.held, "only 50% of it" in weak.measured) == (False, True)
    assert not attack._row("x", calm, attack.Vote([0.01] * 100, grown=51.0), [("all", 1.0)]).held
    assert not attack._row("x", calm, attack.Vote([0.01] * 99, wrong=[OSError()]), [("all", 1.0)]).held


def test_every_row_says_what_it_measures_and_what_must_be() -> None:
    for name in hall.names():
        row = importlib.import_module(f"hall_rows.{name}")
        assert row.TITLE
        assert row.MUST
        assert callable(row.measure)
    assert {"joins", "phase", "ballots", "killed", "loss", "snapshots", "closing", "reconnect", "soak", "idle"} <= set(
        hall.names()
    )
