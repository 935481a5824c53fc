"""`folkmoot draw --fairness …` from the file to the proof: drawn, verified, and refused where it must be."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from public_draws import SECRET

from sortition.cli import sortition
from sortition.files import read_folder
from sortition.objectives import FAIRNESS, IDEAS
from sortition.record import canonical, read_record, write_record
from sortition.verify import faults_of

SMALL = Path(__file__).parent.parent / "fixtures" / "small"
PROBLEM = ["--pool", str(SMALL / "pool.csv"), "--quotas", str(SMALL / "quotas.csv"), "--size", "8"]


def folkmoot(*arguments: str):
    return CliRunner().invoke(sortition, list(arguments))


def drawn(folder: Path, *options: str) -> dict[str, bytes]:
    done = folkmoot("draw", *PROBLEM, "--seed", "dice", "--progress", "none", "--out", str(folder), *options)
    assert done.exit_code == 0, done.output
    return read_folder(str(folder))


@pytest.mark.parametrize("fairness", FAIRNESS)
def test_every_idea_of_fair_is_drawn_explained_and_verified(fairness, tmp_path):
    files = drawn(tmp_path / "out", "--fairness", fairness)
    assert json.loads(files["report.json"])["fairness"] == fairness
    assert IDEAS[fairness].meaning in " ".join(files["report.html"].decode().split())
    checked = folkmoot("verify", str(tmp_path / "out"))
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize("fairness", FAIRNESS)
def test_every_number_of_the_proof_is_held_by_the_folder(fairness, tmp_path):
    """One digit changed in certificate.json is found by its hash, whatever it proves."""
    files = drawn(tmp_path / "out", "--fairness", fairness)
    proof = files["certificate.json"].decode()
    digits = [place for place, letter in enumerate(proof) if letter.isdigit()]
    assert digits
    for place in digits[:: max(1, len(digits) // 40)]:
        changed = proof[:place] + str((int(proof[place]) + 1) % 10) + proof[place + 1 :]
        assert any(
            fault.startswith("certificate.json") for fault in faults_of(files | {"certificate.json": changed.encode()})
        )


@pytest.mark.parametrize("fairness", FAIRNESS)
def test_a_forger_who_also_renews_the_hashes_is_found(fairness, tmp_path):
    files = drawn(tmp_path / "out", "--fairness", fairness)
    record, _ = read_record(files["report.json"])
    content = json.loads(files["certificate.json"])
    for key in [key for key in ("gap", "value", "value_gap", "gamma") if key in content]:
        forged = canonical(content | {key: "1/1000"})
        new = files | {"certificate.json": forged}
        sealed = write_record(record, {name: data for name, data in new.items() if name != "report.json"})
        assert any(fault.startswith("certificate.json") for fault in faults_of(new | {"report.json": sealed})), key


def test_gamma_moves_goldilocks_and_is_1_where_it_is_not_given(tmp_path):
    one = drawn(tmp_path / "one", "--fairness", "goldilocks", "--gamma", "1/2")
    assert json.loads(one["certificate.json"])["gamma"] == "1/2"
    assert json.loads(drawn(tmp_path / "two", "--fairness", "goldilocks")["certificate.json"])["gamma"] == "1"
    assert "gamma" not in json.loads(drawn(tmp_path / "three")["certificate.json"])


@pytest.mark.parametrize("fairness", [name for name in FAIRNESS if name != "goldilocks"])
@pytest.mark.parametrize("command", ["draw", "prepare", "replace"])
def test_gamma_is_refused_where_it_would_do_nothing(command, fairness, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_bytes(SECRET)
    more = {"prepare": ("--secret", str(secret), "--randomness", "dice"), "replace": ("--status", str(secret))}
    options = ("--fairness", fairness, "--gamma", "1", "--out", str(tmp_path / "out"))
    refused = folkmoot(command, *PROBLEM, *more.get(command, ()), *options)
    assert refused.exit_code == 1
    assert f"--gamma: only goldilocks uses it, and this draw is by {fairness}." in refused.output
    assert "Remedy: Add --fairness goldilocks, or leave --gamma out." in refused.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("gamma", ["0", "-1", "1/0", "much", "1e9", ""])
def test_an_impossible_gamma_is_refused_before_anything_is_written(gamma, tmp_path):
    refused = folkmoot("draw", *PROBLEM, "--fairness", "goldilocks", f"--gamma={gamma}", "--out", str(tmp_path / "out"))
    assert refused.exit_code == 1
    assert "--gamma" in refused.output
    assert not (tmp_path / "out").exists()
