"""`make audit` makes its bill without a network, and never calls silence a success."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import audit
import pytest

LOCKED = re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ \\;]+)", audit.LOCK.read_text(encoding="utf-8"), re.M)


def service(dependencies: list[dict] | None):
    """pip-audit as it answers: this report, or nothing that can be read."""

    def run(command):
        out = "" if dependencies is None else json.dumps({"dependencies": dependencies, "fixes": []})
        return subprocess.CompletedProcess(command, 1, out, "no route to host")

    return run


KNOWN = {"name": "flask", "version": "3.1.3", "vulns": []}
SILENT = {"name": "flask", "skip_reason": "Dependency not found on PyPI and could not be audited: flask (3.1.3)"}
FLAW = {**KNOWN, "vulns": [{"id": "PYSEC-1", "fix_versions": ["9.9"], "aliases": [], "description": ""}]}


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ([KNOWN], 0, "pypi: 1 packages asked about, 0 known flaws."),
        ([FLAW], 1, "flask 3.1.3: PYSEC-1, mended in 9.9"),
        ([KNOWN, SILENT], 2, "pypi does not know: flask"),
        ([SILENT, SILENT], 2, "NOT AUDITED: nobody could be asked."),
        (None, 2, "NOT AUDITED: nobody could be asked."),
    ],
    ids=["clean", "flaw", "partly silent", "all silent", "no network"],
)
def test_what_is_known_is_told_and_silence_is_no_success(
    said, status, words, tmp_path: Path, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(audit, "bill", lambda *_: 88)
    assert audit.main(service(said), tmp_path / "bill.json") == status
    assert words in capsys.readouterr().out


@pytest.mark.slow
def test_the_bill_names_everything_that_is_locked_and_is_the_same_every_time(tmp_path: Path) -> None:
    assert audit.bill(audit.of_this_environment, tmp_path / "a.json") > 30
    audit.bill(audit.of_this_environment, tmp_path / "b.json")
    whole = (tmp_path / "a.json").read_text()
    assert whole == (tmp_path / "b.json").read_text()
    found = json.loads(whole)
    assert found["bomFormat"] == "CycloneDX"
    named = {(one["name"].lower(), one["version"]) for one in found["components"]}
    assert {(name, version) for name, version in LOCKED} <= named
    assert {"socket.io-client", "govuk-frontend"} <= {name for name, _ in named}
    assert {one["purl"].partition("/")[0] for one in found["components"]} == {"pkg:pypi", "pkg:npm"}


def test_a_bill_that_cannot_be_made_is_said(tmp_path: Path, capsys) -> None:
    assert audit.main(lambda command: subprocess.CompletedProcess(command, 1, "", "no such tool"), tmp_path / "b") == 3
    assert "could not be made: no such tool" in capsys.readouterr().out
