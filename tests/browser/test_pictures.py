"""The pictures of the README, made by the pages themselves: they cannot grow old.

`FOLKMOOT_PICTURES=tests/browser/pictures python -m pytest tests/browser/test_pictures.py` makes them again.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from devices import beside, is_connected, joins, opens_hall_screen, signs_in
from draws import prepared_from
from halls import Hall, Seats, a_key
from playwright.sync_api import Page, expect

from web.public_screen import reveal_files
from web.rehearsal.day_agenda import AGENDA as WORKING_DAY
from web.rehearsal.day_played import PARTS, Played
from web.rehearsal.demo_day import COMING

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = (
    *("Amina", "Ben", "Carys", "Dmitri", "Eve", "Farid", "Gwen", "Hassan"),
    *("Ines", "Jack", "Kofi", "Lena", "Mohammed", "Nia", "Owen", "Priya"),
)
LAST = ["Okafor", "Carter", "Llŵyd"]
AGENDA = [
    {"kind": "welcome", "title": "Welcome", "planned_start": "10:00", "planned_minutes": 15},
    {"kind": "evidence", "title": "Evidence: how Northmoor travels", "planned_start": "10:15", "planned_minutes": 30},
    {"kind": "vote", "title": "Votes", "planned_start": "10:45", "planned_minutes": 20},
    {"kind": "close", "title": "Closing round", "planned_start": "11:05", "planned_minutes": 10},
]
QUESTION = {
    "title": "Should buses be free for everyone under 22?",
    "rule": "yes-no",
    "threshold": {"share": "2/3", "op": ">=", "base": "yes+no", "minimum_turnout": "1/2"},
}


def choice_of(number: int) -> str:
    """A made-up member's answer: mostly yes."""
    return ("yes", "yes", "no", "yes", "abstain", "yes", "yes")[number % 7]


def test_the_pictures_of_the_readme(hall: Hall, open_page, picture_folder: Path):
    people = [{"id": f"v{n}", "name": f"{FIRST[n % 16]} {LAST[n // 16]}"} for n in range(48)]
    with beside(hall) as desk:
        seated = desk.seat("Northmoor climate assembly", people, agenda=AGENDA)
        codes = tuple(one.code for one in seated.members)
        seats = Seats(seated.assembly_id, seated.session_id, "", codes, ())
        for code in codes[:46]:
            desk.join(code)
        for item in desk.screen(desk.identify(desk.issue_token("facilitator", seated.assembly_id)))["agenda"][:3]:
            desk.start_item(seated.session_id, item["id"])
        round_id = desk.create_round(seated.session_id, QUESTION)
        desk.open_round(round_id)
        token = desk.issue_token("display", seated.assembly_id, seated.session_id)
        people_ids = [one["id"] for one in desk.public_screens(seated.session_id)["facilitator"]["members"]]
        for number, member in enumerate(people_ids[1:38]):
            desk.cast_ballot(round_id, member, a_key(), choice_of(number))
    tablet = joins(open_page(820), hall, seats, 0)
    screen, console = open_page(1920), signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    screen.goto(f"{hall.url}/hall/{token}")
    tablet.get_by_text("Yes", exact=True).click()
    for page, name in ((screen, "hall_voting"), (console, "console"), (tablet, "tablet")):
        take(page, picture_folder / f"{name}.png")
    console.locator("#act-close-round-next").click()
    expect(screen.locator("[data-verdict]")).to_be_visible()
    take(screen, picture_folder / "hall_result.png")


class RealTime:
    """The day is played as fast as it goes."""

    def go(self, minutes: float) -> None:
        """The server's own clock goes by itself."""


def test_the_pictures_of_a_working_day(hall: Hall, open_page, picture_folder: Path):
    """Made-up members have done their part of an item; then its picture is taken."""
    people = [{"id": f"v{n}", "name": f"{FIRST[n % 16]} {LAST[n // 16 % 3]}"} for n in range(46)]
    with beside(hall) as desk:
        seated = desk.seat("Northmoor citizens’ assembly", people, agenda=[dict(row) for row in WORKING_DAY])
        codes = tuple(one.code for one in seated.members)
        seats = Seats(seated.assembly_id, seated.session_id, "", codes, ())
        members = tuple(str(desk.join(code).member["id"]) for code in codes[:40])
        day = Played(desk, seats.session, members, RealTime(), random.Random(7))
        wall, tablet = opens_hall_screen(open_page(1920), hall, seats), joins(open_page(820), hall, seats, 41)
        host = open_page(820)
        host.goto(f"{hall.url}/sign-in/{desk.issue_link('host', seats.assembly, table=1)}")
        host.get_by_role("button", name="Sign in").click()
        desk.plan_livestream(seats.session, used=True)
        for place, item in enumerate(day.items[:15]):
            desk.start_item(seats.session, item)
            if place == 5:
                take(host, picture_folder / "day_host.png")
            if place == 13:
                desk.open_test(seats.session, item)
                expect(tablet.get_by_role("heading", name="Can you live with it?")).to_be_visible()
                take(tablet, picture_folder / "day_tablet.png")
                desk.close_test(seats.session, item, day.look(item)["testing"]["test"])
            if place in PARTS:
                PARTS[place](day, item)
            if place in PICTURED:
                is_connected(wall)
                expect(wall.locator("h1")).to_contain_text(str(WORKING_DAY[place]["title"]))
                wall.wait_for_timeout(1500)  # the last picture of what was just played
                take(wall, picture_folder / f"day_{PICTURED[place]}.png")


PICTURED = {9: "hall_ideas", 11: "hall_opinions", 14: "hall_drafts"}
"""Which places of the agenda the hall's screen is pictured at."""

BIDS = [
    "More buses in the evening",
    "A tram to the hospital",
    "Safe cycle lanes on Mill Road",
    "Benches on Station Road",
]
BUDGET = {"budget": 60000, "costs": [25000, 30000, "12500.50", 4000], "ballots": "score"}


def test_the_picture_of_a_paper_ballot(hall: Hall, open_page, picture_folder: Path):
    with beside(hall) as desk:
        seated = desk.seat("Northmoor climate budget", [{"id": "v1", "name": "Amina Okafor"}])
        asked = {
            "title": "What should the street fund pay for?",
            "rule": "equal-shares",
            "options": BIDS,
            "terms": BUDGET,
        }
        round_id = desk.create_round(seated.session_id, asked)
        sheet = desk.print_papers(round_id, 2)
    page = signs_in(open_page(1920), hall, "facilitator", seated.assembly_id)
    page.goto(f"{hall.url}/run/{seated.session_id}/rounds/{round_id}/paper?sheet={sheet}")
    page.locator("[data-paper]").first.screenshot(path=picture_folder / "paper.png")


AGES, AREAS = ("16-29", "30-49", "50-64", "65+"), ("Coast", "Hills", "Town")
VOLUNTEERS = "id,name,age,area,gender\n" + "".join(
    f"v{n},{FIRST[n % 16]} {LAST[n % 3]},{AGES[n % 7 % 4]},{AREAS[n % 5 % 3]},{('Woman', 'Man')[n % 11 % 2]}\n"
    for n in range(96)
)
WANTED = """feature,value,min,max
age,16-29,5,7
age,30-49,7,9
age,50-64,5,7
age,65+,4,6
area,Coast,8,10
area,Hills,6,8
area,Town,7,9
gender,Woman,12,12
gender,Man,12,12
"""


def test_the_picture_of_a_public_draw(hall: Hall, open_page, picture_folder: Path):
    """The hall screen while the names appear: more than half of 24."""
    with beside(hall) as desk:
        made = desk.new_recruitment("Northmoor climate assembly")
        desk.put_files(made, pool=("p.csv", VOLUNTEERS.encode()), quotas=("q.csv", WANTED.encode()), size=24)
        draw = desk.request_draw(made, kind="prepare", options={"names": "first-name-initial"})
        desk.start_draw(draw)
        desk.finish_draw(draw, prepared_from(VOLUNTEERS.encode(), WANTED.encode(), 24, "Northmoor climate assembly"))
        screen = open_page(1920)
        screen.goto(f"{hall.url}/draw/{desk.hall_key(draw)}")
        for typist in ("recruiter", "witness"):
            desk.enter(draw, typist, "307", reveal_files)
    screen.reload()
    names = screen.locator("[data-names] > li")
    expect(names).to_have_count(24)
    expect(names.nth(13)).to_be_visible(timeout=30_000)
    take(screen, picture_folder / "hall_draw.png")
    assert names.nth(13).is_visible()
    assert not names.nth(23).is_visible()


def test_the_picture_of_a_rehearsal(hall: Hall, seats: Seats, open_page, picture_folder: Path):
    """Ways to count one budget, side by side on the same made-up ballots."""
    with beside(hall) as desk:
        round_id = desk.create_round(seats.session, COMING[-1])
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    console.set_viewport_size({"width": 1100, "height": 1000})
    console.goto(f"{hall.url}/run/{seats.session}/rounds/{round_id}/rehearsal")
    path = picture_folder / "rehearsal.png"
    console.locator("[data-ways]").screenshot(path=path)
    assert path.stat().st_size > 10_000


def take(page: Page, path: Path) -> None:
    """What is seen without scrolling, once the page is at rest."""
    is_connected(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000
