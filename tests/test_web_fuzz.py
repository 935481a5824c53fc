"""The API against its own OpenAPI document: nothing that is sent breaks the server, and every answer has its shape."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from halls import a_hall, a_key, an_open_round, join, seat

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.slow
@pytest.mark.parametrize("role", ["facilitator", "member"])
def test_no_request_breaks_the_server_or_its_document(tmp_path: Path, role: str) -> None:
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=3)
        members = [join(hall, code) for code in seats.codes]
        token = seats.facilitator if role == "facilitator" else members[0]
        round_id = an_open_round(hall, seats)
        config = tmp_path / "schemathesis.toml"
        config.write_text(
            f'[parameters]\n"path.round_id" = "{round_id}"\n"path.session_id" = "{seats.session}"\n', encoding="utf-8"
        )
        command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(config), "run"]
        command += [f"{hall.url}/api/openapi.json", "--header", f"Authorization: Bearer {token}"]
        command += ["--max-examples", "15", "--phases", "examples,coverage,fuzzing", "--checks", CHECKS, "--seed", "1"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout[-4000:]
        assert hall.log is not None
        assert '"broken"' not in hall.log.read_text()
        if role == "member":
            ballot = {"key": a_key(), "choice": "no"}
            assert hall.post(f"/api/rounds/{round_id}/ballot", ballot, members[1]).status == 200
            assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] in (1, 2)
