"""Robots go through a whole working day: whatever is started, they do what members do, by the doors of members."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from assemblies import Sitting
from flask.testing import FlaskClient
from halls import free_port
from houses import web_of

from facilitation.desk.ideas import Chosen, Words
from web.rehearsal import day_words
from web.rehearsal.day_agenda import AGENDA, VOTE
from web.rehearsal.dress_rehearsal import agenda_like
from web.rehearsal.robot_deeds import Mind, next_deed

ROBOTS = 24
MOST_TURNS = 60
"""More than any robot needs for one item; one that never stops would fail here."""


class Hall:
    """A sitting, the web before it, and a robot for every member."""

    def __init__(self, path: Path, robots: int = ROBOTS) -> None:
        self.sitting = Sitting(path, members=robots, agenda=[dict(row) for row in AGENDA])
        self.desk, self.session = self.sitting.desk, self.sitting.session
        self.web: FlaskClient = web_of(self.desk).test_client()
        self.tokens = [self.desk.join(code).token for code in self.sitting.codes]
        self.minds = [Mind(number, random.Random(number)) for number in range(robots)]
        self.done: Counter[str] = Counter()

    def headers(self, robot: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[robot]}", "Accept": "application/json"}

    def go(self) -> None:
        """Everyone does what there is to do, until nobody has anything left."""
        for robot, mind in enumerate(self.minds):
            for _ in range(MOST_TURNS):
                screen = self.web.get("/api/screen", headers=self.headers(robot)).get_json()
                deed = next_deed(screen, mind)
                if deed is None:
                    break
                answer = self.web.post(deed[0], json=deed[1], headers=self.headers(robot))
                assert answer.status_code in (200, 409), (deed, answer.get_json())
                self.done[screen["item"]["kind"]] += 1
            else:
                pytest.fail(f"robot {robot} never stops: {deed}")

    def items(self) -> list[dict[str, Any]]:
        return list(self.sitting.facilitator()["agenda"])

    def start(self, place: int) -> str:
        item = str(self.items()[place]["id"])
        self.desk.start_item(self.session, item)
        return item

    def look(self, item: str) -> dict[str, Any]:
        return dict(self.desk.item_screen(self.session, item, "facilitator")["work"])


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    return Hall(tmp_path_factory.mktemp("dress") / "h.sqlite")


@pytest.mark.slow
def test_robots_take_part_in_everything_from_nine_to_five(hall: Hall) -> None:
    play(hall)


def play(hall: Hall) -> None:
    """The whole day."""
    desk, session = hall.desk, hall.session
    for place, row in enumerate(AGENDA):
        item = hall.start(place)
        hall.go()
        if row["kind"] == "evaluation":
            assert hall.look(item)["people"] == len(hall.minds)
        elif row["kind"] == "ideas":
            _ideas(hall, item)
        elif row["kind"] == "opinions":
            for statement in day_words.STATEMENTS[:3]:
                desk.add_statement(session, item, statement, statement)
            hall.go()
            assert hall.look(item)["finished"] == len(hall.minds)
        elif row["kind"] == "drafts":
            _drafts(hall, item, str(row["terms"]["step"]))
        elif row["kind"] == "speakers":
            hall.go()
            assert hall.sitting.facilitator()["talk"]["waiting"] > 0
    kinds = {str(row["kind"]) for row in AGENDA} - {"welcome", "break", "vote", "close"}
    assert set(hall.done) >= kinds, kinds - set(hall.done)


def _ideas(hall: Hall, item: str) -> None:
    step = hall.look(item)["step"]
    if step == "write":
        written = hall.look(item)["written"]
        assert written >= len(hall.minds)
        hall.desk.ideas_step(hall.session, item, "share")
        hall.go()
        assert hall.look(item)["said"]["count"] == written
        return
    hall.desk.ideas_step(hall.session, item, "cluster")
    cards = [card["id"] for card in hall.look(item)["loose"]["cards"]]
    hall.desk.make_cluster(hall.session, item, Chosen(cards[:5]), Words("k", "One"), actor="facilitator")
    hall.desk.ideas_step(hall.session, item, "name")
    hall.go()
    hall.go()
    assert hall.look(item)["names"][0]["proposed"]


def _drafts(hall: Hall, item: str, step: str) -> None:
    desk, session = hall.desk, hall.session
    if step == "write":
        for number in range(3):
            desk.make_theme(session, item, day_words.IDEAS[number][0], key=str(number))
        hall.go()
        assert hall.look(item)["without_theme"] == 0
        assert hall.look(item)["drafts"]
    if step == "test":
        desk.open_test(session, item)
        hall.go()
        asked = hall.look(item)["testing"]
        assert set(asked["answered"].values()) == {len(hall.minds)}
        desk.close_test(session, item, asked["test"])


def test_a_robot_does_nothing_while_a_vote_is_open_or_nobody_has_begun(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "x.sqlite", members=2)
    identity = sitting.desk.identify(sitting.desk.join(sitting.codes[0]).token)
    assert identity is not None
    assert next_deed(sitting.desk.screen(identity), Mind(0, random.Random(0))) is None
    sitting.desk.start_item(sitting.session, sitting.facilitator()["next"]["id"])
    sitting.open_round()
    assert next_deed(sitting.desk.screen(identity), Mind(0, random.Random(0))) is None


@pytest.mark.slow
def test_however_it_is_ended_nothing_of_it_is_left(tmp_path: Path) -> None:
    port = str(free_port())
    command = [sys.executable, "-m", "web.cli", "dress-rehearsal", "--members", "5", "--port", port]
    with open(tmp_path / "said.txt", "w+b") as said:
        running = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
        try:
            until = time.monotonic() + 90
            while b"ends the rehearsal" not in (tmp_path / "said.txt").read_bytes():
                assert running.poll() is None, (tmp_path / "said.txt").read_text()
                assert time.monotonic() < until
                time.sleep(0.1)
            running.send_signal(signal.SIGTERM)
            assert running.wait(timeout=30) == 0
        finally:
            running.kill()
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/", timeout=2)


def test_an_agenda_is_copied_with_what_goes_on_with_what(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path / "x.sqlite", members=2, agenda=[dict(row) for row in AGENDA])
    copied = agenda_like(sitting.database, sitting.session)
    assert [row.get("continues") for row in copied] == [row.get("continues") for row in AGENDA]
    assert copied[VOTE]["title"] == AGENDA[VOTE]["title"]
    again = Sitting(tmp_path / "y.sqlite", members=2, agenda=copied)
    assert [row["title"] for row in again.facilitator()["agenda"]] == [row["title"] for row in AGENDA]
