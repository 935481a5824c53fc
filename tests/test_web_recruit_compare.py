"""The ideas of fair side by side: asked for on the recruitment's page, worked out elsewhere, shown with a picture."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from draws import SMALL
from flask.testing import FlaskClient
from houses import House, csrf, signed_in, web_of

from facilitation.desk import Desk
from web.jobs import HueyJobs
from web.settings import Settings


@pytest.fixture
def recruiter(desk: Desk, tmp_path: Path) -> FlaskClient:
    app = web_of(desk)
    app.extensions["jobs"] = HueyJobs(desk, Settings(f"sqlite:///{tmp_path / 'house.sqlite'}", "secret"))
    return signed_in(House(desk, app), "recruiter")


@pytest.fixture
def made(desk: Desk) -> str:
    recruitment = desk.new_recruitment("Northmoor")
    files = {part: (f"{part}.csv", (SMALL / f"{part}.csv").read_bytes()) for part in ("pool", "quotas")}
    desk.put_files(recruitment, **files, size=8)
    return recruitment


@pytest.mark.slow
def test_ideas_are_compared_and_shown_with_their_figures(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    asked = recruiter.post(f"/recruit/{made}/compare", data={"csrf_token": csrf(recruiter)})
    page = asked.location
    assert "Comparing the ideas of fair" in recruiter.get(page).text
    assert recruiter.post(f"/recruit/{made}/compare", data={"csrf_token": csrf(recruiter)}).status_code == 409
    draw = page.rpartition("/")[2]
    recruiter.application.extensions["jobs"]._run(draw)
    assert desk.draw(draw).state == "done", desk.draw(draw).error
    shown = recruiter.get(page).text
    assert "Five ideas of fair, compared" in shown
    table = {
        row[0]: row[1:] for row in csv.reader(io.StringIO(recruiter.get(f"{page}/files/compare.csv").data.decode()))
    }
    assert table["figure"] == ["leximin", "maximin", "nash", "goldilocks", "minimax"]
    for chance in table["smallest chance"]:
        assert f"{round(100 * float(chance), 1):g} %" in shown
    picture = recruiter.get(f"{page}/picture")
    assert picture.mimetype == "image/svg+xml"
    assert picture.data.startswith(b"<svg")
    assert recruiter.post(f"{page}/seat", data={"csrf_token": csrf(recruiter), "assembly": "A"}).status_code == 409
    desk.erase_files(made)
    assert recruiter.get(page).status_code == 404
    assert recruiter.get(f"{page}/picture").status_code == 404


@pytest.mark.slow
def test_a_draw_spreads_over_many_panels_where_asked_to(desk: Desk, recruiter: FlaskClient, made: str) -> None:
    panels = {}
    for diversity in ("", "1"):
        data = {"csrf_token": csrf(recruiter), "seed": "ten dice", "diversity": diversity}
        draw = recruiter.post(f"/recruit/{made}/draw", data=data).location.rpartition("/")[2]
        recruiter.application.extensions["jobs"]._run(draw)
        assert desk.draw(draw).state == "done", desk.draw(draw).error
        panels[diversity] = desk.draw_files(draw)["lottery.json"].count(b'"members"')
        assert desk.draw(draw).options["diversity"] is bool(diversity)
    assert panels["1"] > panels[""] > 0
