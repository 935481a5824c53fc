"""A public draw on the desk: two who must agree, one who revealed it, and keys that open one thing each."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from facilitation.desk import Desk
from facilitation.errors import BadRequest, LinkUsed, NotFound, Refusal, UnknownCode, WrongState

FILES = {"public/commitment.json": b"fixed", "private/pool.jsonl": b"Ada Byron"}


def told(files: Mapping[str, bytes], entry: str) -> tuple[Mapping[str, bytes], Mapping[str, object]]:
    """What a lottery would say: the desk only carries it."""
    assert set(FILES) <= set(files)
    return {"public/reveal.json": entry.encode()}, {"ticket": int(entry)}


@pytest.fixture
def draw(desk: Desk) -> str:
    made = desk.new_recruitment("Public")
    desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=2)
    prepared = desk.request_draw(made, kind="prepare", options={"tickets": "1000"})
    desk.start_draw(prepared)
    desk.finish_draw(prepared, FILES)
    return prepared


def test_two_who_agree_reveal_it_for_good(desk: Desk, draw: str) -> None:
    assert desk.public_draw(draw).step == 0
    first = desk.enter(draw, "witness", "307", told)
    assert (first.entered, first.outcome) == ({"witness": "307"}, None)
    second = desk.enter(draw, "recruiter", "307", told)
    assert second.outcome == {"ticket": 307}
    assert second.revealed_at is not None
    assert desk.draw_files(draw)["public/reveal.json"] == b"307"
    for typist, text in (("witness", "307"), ("recruiter", "001")):
        with pytest.raises(WrongState, match="stands"):
            desk.enter(draw, typist, text, told)
    assert desk.public_draw(draw) == second


def test_who_typed_may_correct_it_and_the_same_again_changes_nothing(desk: Desk, draw: str) -> None:
    desk.enter(draw, "recruiter", "300", told)
    step = desk.public_draw(draw).step
    assert desk.enter(draw, "recruiter", "300", told).step == step
    assert desk.enter(draw, "recruiter", "307", told).entered == {"recruiter": "307"}
    assert desk.enter(draw, "witness", "307", told).outcome == {"ticket": 307}


def test_two_who_differ_both_type_again(desk: Desk, draw: str) -> None:
    desk.enter(draw, "recruiter", "301", told)
    differed = desk.enter(draw, "witness", "307", told)
    assert differed.differed == {"recruiter": "301", "witness": "307"}
    assert (differed.entered, differed.outcome, differed.tries) == ({}, None, 1)
    again = desk.enter(draw, "recruiter", "307", told)
    assert (again.entered, again.differed) == ({"recruiter": "307"}, None)
    assert desk.enter(draw, "witness", "307", told).outcome == {"ticket": 307}


def test_a_reveal_that_fails_leaves_nothing_half_done(desk: Desk, draw: str) -> None:
    def broken(files: Mapping[str, bytes], entry: str):
        raise BadRequest("The files were meddled with.", "Prepare again.")

    desk.enter(draw, "recruiter", "307", told)
    before = desk.public_draw(draw)
    with pytest.raises(BadRequest):
        desk.enter(draw, "witness", "307", broken)
    assert desk.public_draw(draw) == before
    assert "public/reveal.json" not in desk.draw_files(draw)


def test_many_who_press_at_once_reveal_it_once(desk: Desk, draw: str, tmp_path: Path) -> None:
    desks = [Desk.open(str(tmp_path / "house.sqlite")) for _ in range(4)]
    revealed: list[str] = []
    refused: list[str] = []

    def counting(files: Mapping[str, bytes], entry: str):
        revealed.append(entry)
        return told(files, entry)

    def press(one: Desk, typist: str) -> None:
        try:
            one.enter(draw, typist, "307", counting)
        except Refusal as refusal:
            refused.append(refusal.code)

    threads = [
        threading.Thread(target=press, args=(one, typist))
        for one, typist in zip(desks, ["recruiter", "witness"] * 2, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert revealed == ["307"]
    assert set(refused) <= {"wrong-state"}
    assert desk.public_draw(draw).outcome == {"ticket": 307}
    for one in desks:
        one.close()


def test_only_the_two_type_and_only_in_a_prepared_draw(desk: Desk, draw: str) -> None:
    with pytest.raises(BadRequest):
        desk.enter(draw, "somebody", "307", told)
    with pytest.raises(NotFound):
        desk.enter("nothing", "witness", "307", told)
    made = desk.new_recruitment("Plain")
    desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=2)
    plain = desk.request_draw(made)
    for act in (
        lambda: desk.enter(plain, "witness", "307", told),
        lambda: desk.hall_key(plain),
        lambda: desk.invite_witness(plain),
        lambda: desk.public_draw(plain),
    ):
        with pytest.raises(WrongState):
            act()
    desk.cancel_draw(plain)
    waiting = desk.request_draw(made, kind="prepare")
    with pytest.raises(WrongState, match="queued"):
        desk.enter(waiting, "witness", "307", told)


def test_an_invitation_works_once_and_a_new_one_ends_it(desk: Desk, draw: str) -> None:
    old, invitation = desk.invite_witness(draw), desk.invite_witness(draw)
    with pytest.raises(LinkUsed):
        desk.become_witness(old)
    key = desk.become_witness(invitation)
    assert desk.draw_opened_by(key, "witness") == draw
    for act in (lambda: desk.become_witness(invitation), lambda: desk.draw_opened_by(invitation, "invitation")):
        with pytest.raises(LinkUsed):
            act()
    another = desk.become_witness(desk.invite_witness(draw))
    with pytest.raises(LinkUsed):
        desk.draw_opened_by(key, "witness")
    assert desk.draw_opened_by(another, "witness") == draw


def test_a_key_opens_what_it_was_made_for(desk: Desk, draw: str) -> None:
    halls = [desk.hall_key(draw), desk.hall_key(draw)]
    assert [desk.draw_opened_by(key, "hall") for key in halls] == [draw, draw]
    invitation = desk.invite_witness(draw)
    for key, role in ((halls[0], "witness"), (invitation, "witness"), ("nonsense", "hall"), ("", "hall")):
        with pytest.raises(UnknownCode):
            desk.draw_opened_by(key, role)
    for key in (halls[0], "nonsense"):
        with pytest.raises(UnknownCode):
            desk.become_witness(key)


def test_keys_and_secret_are_kept_apart_from_what_is_shown(desk: Desk, draw: str, tmp_path: Path) -> None:
    recruitment = desk.draw(draw).recruitment_id
    secret, key = desk.secret_of(recruitment), desk.hall_key(draw)
    assert desk.secret_of(recruitment) == secret
    assert len(secret) == 64
    assert desk.secret_of(desk.new_recruitment("Another")) != secret
    assert secret not in (desk.files(recruitment) | {"draw": desk.draw_files(draw)}).values()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert key.encode() not in everything
    assert bytes.fromhex(key) not in everything
    desk.erase_files(recruitment)
    desk.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret not in everything
    assert b"Ada Byron" not in everything


def test_the_database_refuses_a_second_event_of_one_number(desk: Desk, draw: str, tmp_path: Path) -> None:
    desk.enter(draw, "recruiter", "307", told)
    connection = sqlite3.connect(tmp_path / "house.sqlite")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO public_event SELECT * FROM public_event")
    connection.close()
