"""The API against its own OpenAPI document: nothing that is sent breaks the server, and every answer has its shape."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from halls import Seats, a_hall, a_key, an_open_round, join, seat

from facilitation.desk import Desk

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


ROLES = ("facilitator", "member", "host", "display", "scrutineer", "observer", "recruiter", "nobody")


@pytest.mark.slow
@pytest.mark.parametrize("roles", [ROLES[:1], ROLES[1:2], ROLES[2:]], ids=["facilitator", "member", "everybody else"])
def test_no_request_breaks_the_server_or_its_document(tmp_path: Path, roles: tuple[str, ...]) -> None:
    """Facilitators and members come through most doors, so most is tried as them; and a little as everybody else."""
    with a_hall(tmp_path, "--no-worker") as hall:
        seats = seat(hall.database, members=3)
        members = [join(hall, code) for code in seats.codes]
        round_id = an_open_round(hall, seats)
        config = tmp_path / "schemathesis.toml"
        config.write_text(
            f'[parameters]\n"path.round_id" = "{round_id}"\n"path.session_id" = "{seats.session}"\n', encoding="utf-8"
        )
        for role in roles:
            token = {"facilitator": seats.facilitator, "member": members[0]}.get(role) or a_token(
                hall.database, seats, role
            )
            command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(config), "run"]
            command += [f"{hall.url}/api/openapi.json", "--header", f"Authorization: Bearer {token}"]
            amount = (
                ["15", "--phases", "examples,coverage,fuzzing"] if len(roles) == 1 else ["3", "--phases", "fuzzing"]
            )
            command += ["--max-examples", *amount, "--checks", CHECKS, "--seed", "1"]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
            assert done.returncode == 0, role + done.stdout[-4000:]
        assert hall.log is not None
        assert '"broken"' not in hall.log.read_text()
        if "facilitator" not in roles:
            ballot = {"key": a_key(), "choice": "no"}
            assert hall.post(f"/api/rounds/{round_id}/ballot", ballot, members[1]).status == 200
            assert hall.get("/api/screen", seats.facilitator).json["turnout"]["cast"] in (1, 2)


def a_token(database: str, seats: Seats, role: str) -> str:
    if role == "nobody":
        return "nobody"
    desk = Desk.open(database)
    token = desk.issue_token(role, seats.assembly, **({"table": 1} if role == "host" else {}))
    desk.close()
    return token
