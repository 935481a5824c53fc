"""The demo's day moves house: every kind of agenda item, from SQLite to PostgreSQL and back, by the commands alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from postgres import Cluster
from test_moving import everything

from facilitation.cli import main
from facilitation.desk import Desk
from web.rehearsal.day_agenda import AGENDA, VOTE
from web.rehearsal.demo import ASSEMBLY, PANEL_SIZE, demo_pool, seat


def said(*words: str) -> str:
    """What a command prints that does what it is asked."""
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.slow
def test_the_day_of_the_demo_is_the_same_day_on_postgresql_and_when_it_has_come_back(
    postgres: Cluster, tmp_path: Path
) -> None:
    """Rows and heads are equal, the witnesses' check says the same, and the minutes are the same to the byte."""
    pool = (demo_pool() / "pool.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "panel.csv").write_text("\n".join(pool[: PANEL_SIZE + 1]), encoding="utf-8")
    old, _ = seat(tmp_path, tmp_path)
    there, home = postgres.empty(), str(tmp_path / "home.sqlite")
    desk = Desk.open(old)
    assembly = desk.assemblies()[0].id
    session = desk.sessions(assembly)[0].id
    agenda = desk.public_screens(session)["facilitator"]["agenda"]
    assert all(item["state"] == "done" for item in agenda[:VOTE]), "a whole day was played"
    journal = len(desk.journal(assembly))
    desk.close()
    assert {item["kind"] for item in agenda} == {str(item["kind"]) for item in AGENDA}
    moved = said("migrate-db", old, there)
    assert "All rows and all heads are equal in both." in moved
    assert f"“{ASSEMBLY}”: {journal} rows, head " in moved
    assert said("migrate-db", there, home) == moved
    assert everything(home) == everything(old)
    checks = [said("audit", "verify", "--database", one) for one in (old, there, home)]
    assert f"{journal} rows, all in the chain" in checks[0]
    assert len(set(checks)) == 1
    for how in ([], ["--json"]):
        minutes = [said("minutes", "--database", one, "--session", session, *how) for one in (old, there, home)]
        assert AGENDA[VOTE]["title"] in minutes[0]
        assert len(set(minutes)) == 1
