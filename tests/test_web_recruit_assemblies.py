"""The recruiter's page of an assembly: who leaves, who takes the seat, and what their tablets are told."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from draws import SMALL, drawn
from flask.testing import FlaskClient
from houses import Asked, House, csrf, signed_in, web_of

from facilitation.desk import Desk
from web.jobs import HueyJobs
from web.settings import Settings


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk))


@pytest.fixture
def recruiter(house: House) -> FlaskClient:
    return signed_in(house, "recruiter")


def page_of(house: House) -> str:
    return f"/recruit/assemblies/{house.seated.assembly_id}"


def sent(browser: FlaskClient, path: str, **fields: str):
    return browser.post(path, data={"csrf_token": csrf(browser), **fields})


def member(house: House, name: str) -> str:
    return next(row.id for row in house.desk.members(house.seated.assembly_id) if row.name == name and not row.left)


def tablet(house: House, code: str) -> FlaskClient:
    browser = house.browser()
    assert sent(browser, "/join", code=code).status_code == 303
    return browser


def test_a_member_leaves_and_somebody_takes_the_seat(house: House, recruiter: FlaskClient) -> None:
    page, ada, old = page_of(house), member(house, "Ada"), tablet(house, house.codes[0])
    assert "Ada leaves the assembly" in recruiter.get(f"{page}/members/{ada}/leave").text
    answer = sent(recruiter, f"{page}/members/{ada}/leave", reason="own-wish")
    assert (answer.status_code, answer.location) == (303, f"{page}/members/{ada}/seat")
    assert "Who takes seat 1" in recruiter.get(answer.location).text
    assert "Seat 1 at table 1 is free" in recruiter.get(page).text
    for path in ("/m", "/m/picture", "/api/screen"):
        told = old.get(path)
        assert told.status_code == 410
        assert "You have left this assembly" in told.text
    assert "has left the assembly" in house.browser().get(f"/join?code={house.codes[0]}").text
    assert sent(recruiter, f"{page}/members/{ada}/seat", volunteer="9", name="Cem").status_code == 303
    seated = recruiter.get(page).text
    assert "2 members are seated" in seated
    assert "is free</h2>" not in seated
    code = next(row.code for row in house.desk.members(house.seated.assembly_id) if row.name == "Cem")
    assert "Cem" in tablet(house, code).get("/m").text
    assert "The member asked to leave" in seated


def test_what_is_sent_twice_or_wrong_is_told_on_its_page(house: House, recruiter: FlaskClient) -> None:
    page, ada = page_of(house), member(house, "Ada")
    leave, seat = f"{page}/members/{ada}/leave", f"{page}/members/{ada}/seat"
    assert "The reason is missing" in sent(recruiter, leave).text
    assert sent(recruiter, leave, reason="Ada is ill").status_code == 400
    assert sent(recruiter, seat, volunteer="9").status_code == 409
    assert sent(recruiter, leave, reason="own-wish").status_code == 303
    assert sent(recruiter, leave, reason="own-wish").status_code == 410
    for fields, status in (({}, 400), ({"volunteer": "2"}, 409), ({"volunteer": "1"}, 409)):
        answer = sent(recruiter, seat, **fields)
        assert (answer.status_code, "There is a problem" in answer.text) == (status, True)
    assert sent(recruiter, seat, volunteer="9").status_code == 303
    again = sent(recruiter, seat, volunteer="10")
    assert again.status_code == 409
    assert "Seat 1 is not free" in again.text
    assert recruiter.get(f"{page}/members/nobody/leave").status_code == 404
    assert sent(recruiter, f"{page}/members/nobody/leave", reason="own-wish").status_code == 404
    assert recruiter.get("/recruit/assemblies/nothing/members/x/seat").status_code == 404


def test_a_member_of_another_assembly_is_not_found_here(house: House, recruiter: FlaskClient, desk: Desk) -> None:
    other = House(desk, house.app, "Another")
    stranger = member(other, "Ada")
    answer = sent(recruiter, f"{page_of(house)}/members/{stranger}/leave", reason="own-wish")
    assert answer.status_code == 404
    assert len(desk.badges(other.seated.assembly_id)) == 2


def test_called_back_after_a_mistake(house: House, recruiter: FlaskClient) -> None:
    page, ada = page_of(house), member(house, "Ada")
    assert sent(recruiter, f"{page}/members/{ada}/call-back").status_code == 409
    sent(recruiter, f"{page}/members/{ada}/leave", reason="other")
    assert sent(recruiter, f"{page}/members/{ada}/call-back").status_code == 303
    assert sent(recruiter, f"{page}/members/{ada}/call-back").status_code == 409
    assert [row.name for row in house.desk.members(house.seated.assembly_id) if not row.left] == ["Ada", "Bob"]


def test_alternates_and_other_volunteers_come_from_the_draw_that_was_seated(
    house: House, recruiter: FlaskClient, desk: Desk
) -> None:
    made = desk.new_recruitment("Walk")
    desk.put_files(made, pool=("p.csv", b"-"), quotas=("q.csv", b"-"), size=1)
    draw = desk.request_draw(made)
    desk.start_draw(draw)
    files = {
        "panel.csv": b"id,name\np1,Pia\n",
        "remaining.csv": b"id,name,age\na1,Ali,20\na2,Amy,30\nr1,Rex,40\n",
    }
    desk.finish_draw(draw, files)
    chosen = desk.request_draw(made, kind="alternates", options={"of": draw})
    desk.start_draw(chosen)
    listed = b"id,calling order,serves,reason,name\na1,1,9,a woman of 16-29,Ali\na2,2,7,,Amy\n"
    desk.finish_draw(chosen, {"alternates.csv": listed})
    seated = desk.seat("Walk", [{"id": "p1", "name": "Pia"}], recruitment_id=made, draw_id=draw)
    page, pia = f"/recruit/assemblies/{seated.assembly_id}", desk.members(seated.assembly_id)[0].id
    sent(recruiter, f"{page}/members/{pia}/leave", reason="not-reached")
    asked = recruiter.get(f"{page}/members/{pia}/seat").text
    assert asked.index("Ali") < asked.index("Amy")
    assert sent(recruiter, f"{page}/members/{pia}/seat", alternate="other", volunteer="zz").status_code == 400
    assert sent(recruiter, f"{page}/members/{pia}/seat", alternate="alternate:r1").status_code == 400
    assert sent(recruiter, f"{page}/members/{pia}/seat", alternate="alternate:a2").status_code == 303
    rows = desk.journal(seated.assembly_id)
    assert '"source":"alternate"' in rows[-1]["data"]
    amy = desk.members(seated.assembly_id)[-1]
    assert (amy.panel_id, amy.name) == ("a2", "Amy")
    sent(recruiter, f"{page}/members/{amy.id}/leave", reason="own-wish")
    assert "Amy <" not in recruiter.get(f"{page}/members/{amy.id}/seat").text
    assert sent(recruiter, f"{page}/members/{amy.id}/seat", alternate="other", volunteer="r1").status_code == 303
    assert '"source":"remaining"' in desk.journal(seated.assembly_id)[-1]["data"]


# ------------------------------------------------------------------------------------------------ replacement draws


@pytest.fixture
def seated_by_lot(desk: Desk, tmp_path: Path) -> tuple[str, HueyJobs]:
    """The small pool, drawn for real and seated: the assembly, and the queue of its work."""
    made = desk.new_recruitment("By lot")
    files = {part: (f"{part}.csv", (SMALL / f"{part}.csv").read_bytes()) for part in ("pool", "quotas")}
    desk.put_files(made, **files, size=8)
    draw = desk.request_draw(made)
    desk.start_draw(draw)
    desk.finish_draw(draw, drawn())
    panel = list(csv.DictReader(io.StringIO(drawn()["panel.csv"].decode())))
    seated = desk.seat("By lot", panel, recruitment_id=made, draw_id=draw)
    return seated.assembly_id, HueyJobs(desk, Settings(f"sqlite:///{tmp_path / 'house.sqlite'}", "secret"))


@pytest.mark.slow
def test_the_lot_decides_who_takes_the_free_seats(house: House, recruiter: FlaskClient, seated_by_lot: tuple) -> None:
    assembly, jobs = seated_by_lot
    house.app.extensions["jobs"] = jobs
    desk, page = house.desk, f"/recruit/assemblies/{assembly}"
    assert sent(recruiter, f"{page}/replacement").status_code == 409
    before = desk.members(assembly)
    gone = before[:2]
    for one in gone:
        sent(recruiter, f"{page}/members/{one.id}/leave", reason="own-wish")
    assert "Hold a replacement draw" in recruiter.get(f"{page}/members/{gone[0].id}/seat").text
    asked = sent(recruiter, f"{page}/replacement", seed="ten dice")
    assert sent(recruiter, f"{page}/replacement").status_code == 409
    draw = asked.location.rpartition("/")[2]
    jobs._run(draw)
    assert desk.draw(draw).state == "done", desk.draw(draw).error
    assert "Everything is in" not in desk.draw(draw).error
    panel = {row["id"] for row in csv.DictReader(io.StringIO(desk.draw_files(draw)["panel.csv"].decode()))}
    new = panel - {one.panel_id for one in before}
    assert panel == {one.panel_id for one in before[2:]} | new
    assert len(new) == 2
    assert "The replacement is drawn" in recruiter.get(asked.location).text
    assert sent(recruiter, f"{asked.location}/seat", assembly="Again").status_code == 409
    for one, new_id in zip(gone, sorted(new), strict=True):
        seat = f"{page}/members/{one.id}/seat"
        assert f'value="drawn:{new_id}"' in recruiter.get(seat).text
        assert sent(recruiter, seat, alternate=f"drawn:{gone[0].panel_id}").status_code == 400
        assert sent(recruiter, seat, alternate=f"drawn:{new_id}").status_code == 303
        assert '"source":"replacement-draw"' in desk.journal(assembly)[-1]["data"]
    assert {one.panel_id for one in desk.members(assembly) if not one.left} == panel
    quotas_hold(desk, assembly)


@pytest.mark.slow
def test_a_draw_that_cannot_repair_says_what_breaks_and_draws_if_that_is_accepted(
    house: House, recruiter: FlaskClient, seated_by_lot: tuple
) -> None:
    assembly, jobs = seated_by_lot
    house.app.extensions["jobs"] = jobs
    desk, page = house.desk, f"/recruit/assemblies/{assembly}"
    made = next(one for one in desk.recruitments() if one.assembly_id == assembly)
    young = [row for row in csv.DictReader((SMALL / "pool.csv").open(encoding="utf-8")) if row["age"] == "16-29"]
    others = [row for row in csv.DictReader((SMALL / "pool.csv").open(encoding="utf-8")) if row["age"] != "16-29"]
    seated = {one.panel_id: one.id for one in desk.members(assembly)}
    left = io.StringIO(newline="")
    writer = csv.DictWriter(left, young[0])
    writer.writeheader()
    writer.writerows(others + [row for row in young if row["id"] in seated])
    quotas = ("quotas.csv", (SMALL / "quotas.csv").read_bytes())
    desk.put_files(made.id, pool=("pool.csv", left.getvalue().encode()), quotas=quotas, size=8)
    gone = next(row["id"] for row in young if row["id"] in seated)
    sent(recruiter, f"{page}/members/{seated[gone]}/leave", reason="own-wish")
    asked = sent(recruiter, f"{page}/replacement", seed="ten dice")
    jobs._run(asked.location.rpartition("/")[2])
    refused = recruiter.get(asked.location).text
    assert "age=16-29: 1 member, 1 fewer than the 2 needed" in refused
    assert "Nobody can repair the panel" in refused
    assert "Accept this and draw" in refused
    assert "--allow-violation" not in refused
    again = sent(recruiter, f"{page}/replacement", seed="ten dice", accept="yes")
    jobs._run(again.location.rpartition("/")[2])
    drawn_page = recruiter.get(again.location).text
    assert "The replacement is drawn" in drawn_page
    assert "not met" in drawn_page
    assert "Every quota is met" not in drawn_page
    assert 'value="drawn:' in recruiter.get(f"{page}/members/{seated[gone]}/seat").text


def quotas_hold(desk: Desk, assembly: str) -> None:
    seated = {one.panel_id for one in desk.members(assembly) if not one.left}
    pool = {row["id"]: row for row in csv.DictReader(io.StringIO((SMALL / "pool.csv").read_text(encoding="utf-8")))}
    for quota in csv.DictReader(io.StringIO((SMALL / "quotas.csv").read_text(encoding="utf-8"))):
        have = sum(pool[one][quota["feature"]] == quota["value"] for one in seated)
        assert int(quota["min"]) <= have <= int(quota["max"])


def test_nobody_draws_again_for_the_same_seats(house: House, recruiter: FlaskClient, seated_by_lot: tuple) -> None:
    assembly, _ = seated_by_lot
    desk, page = house.desk, f"/recruit/assemblies/{assembly}"
    member = desk.members(assembly)[0]
    desk.withdraw_member(assembly, member.id, "own-wish")
    house.app.extensions["jobs"] = Asked()
    draw = sent(recruiter, f"{page}/replacement").location.rpartition("/")[2]
    desk.start_draw(draw)
    desk.finish_draw(draw, {"panel.csv": b"id\n999\n"})
    again = sent(recruiter, f"{page}/replacement")
    assert again.status_code == 409
    assert "was drawn for already" in again.text
    desk.withdraw_member(assembly, desk.members(assembly)[2].id, "own-wish")
    assert sent(recruiter, f"{page}/replacement").status_code == 303
    assert sent(recruiter, f"{page_of(house)}/replacement").status_code == 409


def test_only_quotas_that_are_met_get_a_tick(house: House, recruiter: FlaskClient, desk: Desk) -> None:
    made = desk.new_recruitment("Ticks")
    desk.put_files(made, pool=("p.csv", b"p"), quotas=("q.csv", b"q"), size=8)
    shown = []
    for panel in (drawn()["panel.csv"], b"\n".join(drawn()["panel.csv"].splitlines()[:3]) + b"\n"):
        draw = desk.request_draw(made)
        desk.start_draw(draw)
        desk.finish_draw(draw, {**drawn(), "panel.csv": panel})
        shown.append(recruiter.get(f"/recruit/{made}/draws/{draw}").text)
    assert [("Every quota is met" in text, "not met" in text) for text in shown] == [(True, False), (False, True)]


# ------------------------------------------------------------------------------------------------ alternates


@pytest.mark.slow
def test_alternates_are_chosen_and_offered_for_a_free_seat(
    house: House, recruiter: FlaskClient, seated_by_lot: tuple
) -> None:
    assembly, jobs = seated_by_lot
    house.app.extensions["jobs"] = jobs
    desk = house.desk
    found = next(one for one in desk.recruitments() if one.assembly_id == assembly)
    page = f"/recruit/{found.id}/draws/{found.seated_draw}"
    assert "Choose alternates" in recruiter.get(page).text
    bad = (({"number": "21"}, "from 1 to 20"), ({"number": "x"}, "whole number"), ({"drop_out": "100"}, "0 to 99"))
    for fields, words in bad:
        answer = sent(recruiter, f"{page}/alternates", **fields)
        assert (answer.status_code, words in answer.text) == (400, True)
    asked = sent(recruiter, f"{page}/alternates", number="3", drop_out="20")
    assert sent(recruiter, f"{page}/alternates").status_code == 409
    chosen = asked.location.rpartition("/")[2]
    jobs._run(chosen)
    assert desk.draw(chosen).state == "done", desk.draw(chosen).error
    assert recruiter.get(asked.location).location == f"{page}#alternates"
    rows = list(csv.DictReader(io.StringIO(desk.draw_files(chosen)["alternates.csv"].decode())))
    assert len(rows) == 3
    shown = recruiter.get(page).text
    assert [shown.index(f"({row['id']})") for row in rows] == sorted(shown.index(f"({row['id']})") for row in rows)
    member = desk.members(assembly)[0]
    desk.withdraw_member(assembly, member.id, "own-wish")
    seat = f"/recruit/assemblies/{assembly}/members/{member.id}/seat"
    assert f'value="alternate:{rows[0]["id"]}" checked' in recruiter.get(seat).text
    assert sent(recruiter, seat, alternate=f"alternate:{rows[0]['id']}").status_code == 303
    assert '"source":"alternate"' in desk.journal(assembly)[-1]["data"]
    assert sent(recruiter, f"/recruit/{found.id}/draws/{chosen}/alternates").status_code == 409
