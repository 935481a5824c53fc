"""What a tablet may keep of its member's pages for a reload without a network, as the server says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from houses import House, web_of

from facilitation.desk import Desk
from web.app import CSP

TEMPLATES = Path(__file__).parent.parent / "web" / "templates" / "member"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('kept') / 'f.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(house: House) -> None:
    answer = house.browser().get("/worker.js")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == CSP
    assert "Set-Cookie" not in answer.headers
    assert house.browser().get("/worker.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_page_may_be_kept_for_its_own_member_and_nothing_else_may_be(house: House) -> None:
    tablet, mine_alone = house.browser(), {"Authorization": f"Bearer {house.tokens['member']}"}
    known = house.desk.identify(house.tokens["member"])
    assert known is not None
    for path in ("/m", "/m/picture"):
        answer = tablet.get(path, headers=mine_alone)
        assert answer.headers["Folkmoot-Keep"] == str(known.member_id)
        assert answer.headers["Cache-Control"] == "no-store", "by the browser itself it is kept nowhere"
    page = tablet.get("/m", headers=mine_alone).text
    picture = re.search(r"<!--picture-->(.*)<!--/picture-->", page, re.DOTALL)
    assert picture is not None
    assert "data-screen" in picture[1]
    for path in ("/m/needs", "/m/look", "/api/screen", "/privacy", "/join", "/"):
        assert "Folkmoot-Keep" not in tablet.get(path, headers=mine_alone).headers, path


def test_what_shows_answers_of_ones_own_is_marked_to_be_left_out() -> None:
    """Every kind of item whose page has buttons or choices that come back as they were answered."""
    picture = (TEMPLATES / "_picture.html").read_text()
    marked = re.search(r"set own = item.kind in (\(.*?\))", picture)
    assert marked is not None
    answered = {
        path.stem
        for path in (TEMPLATES / "items").glob("*.html")
        if re.search(r"(value|answer|skipped|trim) ?(== \w[\w.]*)? %} (checked|aria-pressed)", path.read_text())
    }
    assert answered == {"drafts", "evaluation", "opinions"} == set(re.findall(r'"(\w+)"', marked[1]))
