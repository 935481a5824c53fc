"""A draw in public through the web: terms, commitment, hall screen, witness, two entries, ticket, names, seats."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from draws import SIZE, SMALL, prepared
from flask.testing import FlaskClient
from houses import Asked, House, csrf, signed_in, web_of

from facilitation.desk import Desk
from web.jobs import HueyJobs
from web.settings import Settings


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def house(desk: Desk) -> House:
    made = House(desk, web_of(desk))
    made.app.extensions["jobs"] = Asked()
    return made


@pytest.fixture
def recruiter(house: House) -> FlaskClient:
    return signed_in(house, "recruiter")


@pytest.fixture
def made(desk: Desk) -> str:
    recruitment = desk.new_recruitment("Northmoor")
    files = {part: (f"{part}.csv", (SMALL / f"{part}.csv").read_bytes()) for part in ("pool", "quotas")}
    desk.put_files(recruitment, **files, size=SIZE)
    return recruitment


def a_draw(desk: Desk, recruitment: str, names: str = "number", randomness: str = "dice") -> str:
    options = {"tickets": "1000", "names": names, "randomness": randomness, "reason": ""}
    draw = desk.request_draw(recruitment, kind="prepare", options=options)
    desk.start_draw(draw)
    desk.finish_draw(draw, prepared(randomness))
    return draw


def sent(browser: FlaskClient, path: str, **fields: str):
    return browser.post(path, data={"csrf_token": csrf(browser), **fields})


def boxes(*values: str) -> dict[str, str]:
    return {f"box-{number}": value for number, value in enumerate(values, start=1)}


def the_witness(house: House, recruiter: FlaskClient, page: str) -> FlaskClient:
    shown = sent(recruiter, f"{page}/public/witness").text
    link = re.search(r"<code>http://localhost(/witness/[0-9a-f]{64})</code>", shown)
    assert link is not None
    browser = house.browser()
    for _ in range(2):
        assert browser.get(link[1]).status_code == 200
    assert sent(browser, link[1]).status_code == 303
    assert sent(house.browser(), link[1]).status_code == 410
    return browser


# ------------------------------------------------------------------------------------------------ terms


def test_the_terms_are_asked_for_and_kept(desk: Desk, house: House, recruiter: FlaskClient, made: str) -> None:
    assert "Prepare a public draw" in recruiter.get(f"/recruit/{made}/prepare").text
    answer = sent(recruiter, f"/recruit/{made}/prepare", tickets="10000", decides="dice", names="number")
    assert answer.status_code == 303
    draw = desk.recruitment(made).draw
    assert draw is not None
    terms = {"tickets": "10000", "names": "number", "randomness": "dice", "reason": ""}
    assert draw.options == {"fairness": "leximin", **terms}
    assert house.app.extensions["jobs"].draws == [draw.id]
    assert sent(recruiter, f"/recruit/{made}/prepare", decides="dice").status_code == 409


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tickets": "7"}, "number of tickets is not offered"),
        ({"names": "everything"}, "way to show names"),
        ({"decides": "my gut"}, "none that Folkmoot knows"),
        ({"decides": "drand", "round": "soon"}, "drand round is missing"),
        ({"decides": "drand", "round": "1"}, "is in the past"),
        ({"decides": "national-lottery"}, "day of the Lotto draw is missing"),
        ({"decides": "national-lottery", "day": "2099-01-01"}, "no Lotto draw on Thursday"),
        ({"decides": "national-lottery", "day": "2020-01-01"}, "is in the past"),
    ],
)
def test_bad_terms_are_told(recruiter: FlaskClient, made: str, desk: Desk, fields: dict, words: str) -> None:
    answer = sent(recruiter, f"/recruit/{made}/prepare", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert desk.recruitment(made).draws == ()


def test_a_second_commitment_needs_a_reason(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    a_draw(desk, made)
    assert "published a commitment already" in recruiter.get(f"/recruit/{made}/prepare").text
    assert sent(recruiter, f"/recruit/{made}/prepare").status_code == 400
    assert sent(recruiter, f"/recruit/{made}/prepare", reason="a volunteer withdrew").status_code == 303


@pytest.mark.slow
def test_the_worker_prepares_and_a_second_preparation_names_the_first(desk: Desk, tmp_path: Path, made: str) -> None:
    jobs = HueyJobs(desk, Settings(f"sqlite:///{tmp_path / 'house.sqlite'}", "secret"))
    hashes = []
    for reason in ("", "a volunteer withdrew"):
        options = {"tickets": "1000", "names": "number", "randomness": "dice", "reason": reason}
        draw = desk.request_draw(made, kind="prepare", options=options)
        jobs._run(draw)
        assert desk.draw(draw).state == "done", desk.draw(draw).error
        files = desk.draw_files(draw)
        hashes.append(hashlib.sha256(files["public/commitment.json"]).hexdigest())
        assert not any(desk.secret_of(made) in data for data in files.values())
    said = json.loads(files["public/commitment.json"])
    assert said["supersedes"] == {"commitment": hashes[0], "reason": "a volunteer withdrew"}


# ------------------------------------------------------------------------------------------------ before the throw


def test_what_is_published_has_no_name_and_what_is_private_stays(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{made}/draws/{a_draw(desk, made)}"
    shown = recruiter.get(page).text
    assert "The draw is prepared" in shown
    groups = re.findall(r"<span>([0-9a-f]{4})</span>", shown)
    commitment = recruiter.get(f"{page}/files/public/commitment.json").data
    assert "".join(groups) == hashlib.sha256(commitment).hexdigest()
    assert " ".join(groups[:8]) in recruiter.get(f"{page}/public/announcement").text
    assert recruiter.get(f"{page}/files/private/letters.csv").status_code == 200
    letters = recruiter.get(f"{page}/spreadsheet/private/letters.csv")
    assert letters.headers["Content-Disposition"] == 'attachment; filename="letters.xlsx"'
    assert recruiter.get(f"{page}/files/private/secret.txt").status_code == 404


def test_the_halls_key_opens_public_files_and_nothing_else(
    desk: Desk, house: House, recruiter: FlaskClient, made: str
) -> None:
    page = f"/recruit/{made}/draws/{a_draw(desk, made)}"
    hall = sent(recruiter, f"{page}/public/hall").location
    stranger = house.browser()
    assert "one of 1,000 equally likely tickets" in stranger.get(hall).text
    for name in ("bundle.json", "certificate.json", "verify_draw.py", "commitment.json", "announcement.txt"):
        assert stranger.get(f"{hall}/files/{name}").data == prepared()[f"public/{name}"]
    for name in ("letters.csv", "pool.jsonl", "organiser.json", "reveal.json", "..%2Fprivate%2Fpool.jsonl"):
        assert stranger.get(f"{hall}/files/{name}").status_code == 404
    screen = stranger.get(f"{hall}/screen").json
    assert (screen["seq"], screen["members"], screen["outcome"]) == (0, [], None)
    assert stranger.get("/draw/nonsense").status_code == 404
    assert stranger.get("/witness").status_code == 404
    assert stranger.get(page).status_code == 401


# ------------------------------------------------------------------------------------------------ the throw


def test_two_who_agree_reveal_the_ticket_and_the_panel_is_seated(
    desk: Desk, house: House, recruiter: FlaskClient, made: str
) -> None:
    page = f"/recruit/{made}/draws/{a_draw(desk, made)}"
    hall = sent(recruiter, f"{page}/public/hall").location
    witness = the_witness(house, recruiter, page)
    assert sent(recruiter, f"/recruit/{made}/draws/{page.rpartition('/')[2]}/seat", assembly="Early").status_code == 409
    assert sent(witness, "/witness", **boxes("3", "0", "7")).status_code == 303
    assert "You typed <strong>307</strong>" in witness.get("/witness").text
    waiting = recruiter.get(page).text
    assert "The witness has typed" in waiting
    assert "307" not in re.sub(r"<span>\w+</span>", "", waiting.partition("4. Type what you see")[2])
    assert house.browser().get(f"{hall}/screen").json["typed"] == ["The witness"]
    assert sent(recruiter, f"{page}/public/entry", **boxes("3", "0", "7")).status_code == 303
    shown = recruiter.get(page).text
    assert "Ticket 307 is drawn" in shown
    assert "Ticket 307 is drawn" in witness.get("/witness").text
    screen = house.browser().get(f"{hall}/screen").json
    bundle, revealed = json.loads(prepared()["public/bundle.json"]), json.loads(desk_file(desk, page, "reveal.json"))
    panel = bundle["panels"][bundle["tickets"][306] - 1]["members"]
    assert [one["number"] for one in screen["members"]] == [bundle["volunteers"][n - 1]["volunteer"] for n in panel]
    assert revealed["ticket"] == 307
    for quota in screen["quotas"]:
        assert quota["min"] <= quota["who"] <= quota["max"]
        assert quota["who"] == sum(quota["place"] in one["quotas"] for one in screen["members"])
    assert sent(recruiter, f"{page}/public/entry", **boxes("1", "1", "1")).status_code == 409
    assert sent(witness, "/witness", **boxes("1", "1", "1")).status_code == 409
    seated = sent(recruiter, f"{page}/seat", assembly="Northmoor")
    assert seated.status_code == 303
    people = desk.members(seated.location.rpartition("/")[2])
    tables = {one["number"]: one["table"] for one in screen["members"]}
    pool = [json.loads(line) for line in prepared()["private/pool.jsonl"].splitlines()]
    number = {row["id"]: row["volunteer"] for row in pool}
    assert {number[one.panel_id]: one.table for one in people} == tables


def desk_file(desk: Desk, page: str, name: str) -> bytes:
    return desk.draw_files(page.rpartition("/")[2])[f"public/{name}"]


def test_two_who_differ_are_told_so_and_type_again(desk: Desk, house: House, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{made}/draws/{a_draw(desk, made)}"
    hall = sent(recruiter, f"{page}/public/hall").location
    witness = the_witness(house, recruiter, page)
    sent(recruiter, f"{page}/public/entry", **boxes("3", "0", "1"))
    sent(witness, "/witness", **boxes("3", "0", "7"))
    for text in (recruiter.get(page).text, witness.get("/witness").text, house.browser().get(hall).text):
        assert "The two entries differ" in text
    sent(witness, "/witness", **boxes("3", "0", "7"))
    sent(recruiter, f"{page}/public/entry", **boxes("3", "0", "7"))
    assert "Ticket 307 is drawn" in recruiter.get(page).text


@pytest.mark.parametrize("typed", [(), ("3", "0"), ("3", "0", "x"), ("3", "0", "12"), ("3", "0", ""), ("-", "0", "7")])
def test_what_dice_cannot_show_is_told_at_its_boxes(
    desk: Desk, house: House, recruiter: FlaskClient, made: str, typed: tuple[str, ...]
) -> None:
    draw = a_draw(desk, made)
    page = f"/recruit/{made}/draws/{draw}"
    witness = the_witness(house, recruiter, page)
    for browser, path in ((recruiter, f"{page}/public/entry"), (witness, "/witness")):
        answer = sent(browser, path, **boxes(*typed))
        assert answer.status_code == 400
        assert "There is a problem" in answer.text
    assert desk.public_draw(draw).step == 0


def test_another_recruitments_draw_is_not_found_here(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    draw, other = a_draw(desk, made), desk.new_recruitment("Other")
    for door in ("hall", "witness", "entry"):
        answer = sent(recruiter, f"/recruit/{other}/draws/{draw}/public/{door}", **boxes("3", "0", "7"))
        assert answer.status_code == 404
    assert desk.public_draw(draw).step == 0


def test_names_are_shown_as_was_chosen(desk: Desk, house: House, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{made}/draws/{a_draw(desk, made, names='number-and-first-name')}"
    hall = sent(recruiter, f"{page}/public/hall").location
    witness = the_witness(house, recruiter, page)
    sent(witness, "/witness", **boxes("0", "0", "0"))
    sent(recruiter, f"{page}/public/entry", **boxes("0", "0", "0"))
    names = [one["name"] for one in house.browser().get(f"{hall}/screen").json["members"]]
    assert len(names) == SIZE
    assert all(re.fullmatch(r"V\d{3} Volunteer", name) for name in names)
    desk.erase_files(made)
    assert house.browser().get(hall).status_code == 404


def test_a_beacon_decides_as_dice_do(desk: Desk, house: House, recruiter: FlaskClient, made: str) -> None:
    page = f"/recruit/{made}/draws/{a_draw(desk, made, randomness='national-lottery:2026-12-05')}"
    witness = the_witness(house, recruiter, page)
    balls = ("2026-12-05", "3", "12", "24", "33", "41", "58", "7")
    shuffled = ("2026-12-05", "58", "12", "3", "24", "33", "41", "7")
    assert "ball 1" in witness.get("/witness").text.casefold()
    assert sent(witness, "/witness", **boxes(*balls[:-1])).status_code == 400
    sent(witness, "/witness", **boxes(*balls))
    sent(recruiter, f"{page}/public/entry", **boxes(*shuffled))
    outcome = desk.public_draw(page.rpartition("/")[2]).outcome
    assert outcome is not None
    assert f"Ticket {outcome['shown']} is drawn" in recruiter.get(page).text
