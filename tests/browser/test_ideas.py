"""Ideas on every screen: silent writing, telling, grouping by taps and by keys, naming, undo; looked at and checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from devices import beside, comes_true, is_connected, is_up_to_date, joins, opens_hall_screen, signs_in
from halls import Hall, Seats
from playwright.sync_api import Page, expect
from test_axe import at_every_width, small_targets

from facilitation.desk.ideas import Chosen, Words

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "What would help people here to live well and use less energy?"
AGENDA = [
    {
        "kind": "ideas",
        "title": "Idea cards",
        "planned_minutes": 45,
        "terms": {"question": QUESTION, "minutes": 5, "most": 300, "each": 6},
    }
]
CARDS = (
    "More buses at night, so that people who work shifts get home",
    "Run the buses later in the evening",
    "Plannu mwy o goed ar ein strydoedd",
    "Solar panels on every school roof",
    "Put solar panels on the roofs of public buildings",
    "مزيد من الأشجار في شوارعنا",
    "<b>Grants</b> for home insulation & draught-proofing 🏡",
    "A repair café where people mend broken things",
)
NAMES = ("Getting home at night", "Warm homes", "Trees", "Energy of our own", "Mending", "Water", "Food", "Streets")


@pytest.fixture
def at_the_tables(hall: Hall) -> tuple[Seats, str]:
    """Eight members, the item of ideas running."""
    people = [{"id": f"v{n}", "name": f"Member {n}"} for n in range(1, 9)]
    with beside(hall) as desk:
        seated = desk.seat(f"Ideas {hall.port}", people, agenda=AGENDA)
        item = str(desk.public_screens(seated.session_id)["facilitator"]["agenda"][0]["id"])
        desk.start_item(seated.session_id, item)
    return Seats(seated.assembly_id, seated.session_id, "", tuple(one.code for one in seated.members), ()), item


def looked_at(page: Page, folder: Path, name: str) -> None:
    """Axe at three widths, and a picture of each."""
    at_every_width(page)
    for width in (320, 820, 1920):
        page.set_viewport_size({"width": width, "height": 1080})
        page.screenshot(path=folder / f"ideas_{name}_{width}.png", full_page=True)


def sends(page: Page, words: str) -> None:
    page.locator("#idea-text").fill(words)
    page.get_by_role("button", name="Send this idea").click()
    expect(page.locator(".fm-idea", has_text=words)).to_be_visible()  # among their own
    expect(page.locator("#idea-text")).to_have_value("")


def test_the_room_from_silence_to_named_groups(
    hall: Hall, at_the_tables: tuple[Seats, str], open_page, picture_folder: Path
):
    seats, item = at_the_tables
    wall = opens_hall_screen(open_page(1920), hall, seats)
    console = signs_in(open_page(1920), hall, "facilitator", seats.assembly)
    is_connected(console)
    tablets = [joins(open_page(), hall, seats, number) for number in (0, 1)]
    for tablet in tablets:
        is_connected(tablet)

    # silence: own cards alone, and the hall sees only how many
    looked_at(tablets[0], picture_folder, "member_write")
    assert small_targets(tablets[0]) == []
    sends(tablets[0], CARDS[0])
    tablets[0].locator("#idea-text").fill("x" * 310)
    tablets[0].get_by_role("button", name="Send this idea").click()
    expect(tablets[0].locator(".fm-said").first).to_contain_text("has 310 characters; there is room for 300")
    expect(tablets[0].locator("#idea-text")).to_have_value("x" * 310)  # nothing is lost
    sends(tablets[0], CARDS[3])
    sends(tablets[1], CARDS[1])
    expect(tablets[1].get_by_text(CARDS[0])).to_have_count(0)
    expect(wall.locator(".fm-hallideas__count")).to_contain_text("3 cards are written")
    expect(wall.get_by_text(CARDS[0])).to_have_count(0)
    wall.screenshot(path=picture_folder / "ideas_hall_write_1920.png")
    with beside(hall) as desk:
        people = [str(one["id"]) for one in desk.public_screens(seats.session)["facilitator"]["members"]]
        for number, words in enumerate(CARDS):
            if number not in (0, 1, 3):
                desk.write_idea(seats.session, item, people[number], Words(f"k{number}", words))

    # telling: one each, ticked by the member
    tablets[1].locator("#idea-text").fill("half written, and")  # the screen goes on, and the words stay
    is_up_to_date(console, hall, seats)
    console.locator("#step-next").click()
    expect(tablets[0].get_by_text("Everyone at your table reads out one idea")).to_be_visible()
    expect(tablets[1].locator("#idea-text")).to_have_value("half written, and")
    tablets[0].get_by_role("button", name="I have said it").first.click()
    expect(wall.locator(".fm-hallideas__said")).to_contain_text(CARDS[0])
    expect(tablets[0].get_by_text("You have said it.")).to_be_visible()
    looked_at(tablets[0], picture_folder, "member_share")
    wall.screenshot(path=picture_folder / "ideas_hall_share_1920.png")

    host = open_page()
    with beside(hall) as desk:
        link = desk.issue_link("host", seats.assembly, table=1)
    host.goto(f"{hall.url}/sign-in/{link}")
    host.get_by_role("button", name="Sign in").click()
    host.get_by_text("Round 1:").wait_for()
    host.get_by_text("Type an idea for somebody").click()
    host.get_by_label("For whom").select_option("Member 8")
    host.get_by_label("Their idea, in their words").fill("Somewhere to sit on the way to the shops")
    host.get_by_role("button", name="Put this card down").click()
    host.get_by_text("Somewhere to sit").first.wait_for()
    host.locator(".fm-idea", has_text="Somewhere to sit").get_by_role("button", name="Said", exact=True).click()
    host.get_by_role("button", name="✓ Said. Take the tick back").nth(1).wait_for()
    looked_at(host, picture_folder, "host_share")

    # grouping: a pair is accepted, cards are chosen by tap and by key
    is_up_to_date(console, hall, seats)
    console.locator("#step-next").click()
    console.get_by_role("heading", name="May say the same").wait_for()
    looked_at(console, picture_folder, "console_group")
    expect(console.locator("[data-pair]")).not_to_have_count(0)
    pairs = console.locator("[data-pair]").count()
    console.locator("[data-pair]").first.get_by_role("button", name="One card, in these words").first.click()
    expect(console.locator("[data-pair]")).to_have_count(pairs - 1)
    console.get_by_role("link", name="Put cards into groups").first.click()
    expect(console.get_by_role("heading", level=1)).to_contain_text("Cards in no group")
    console.locator(".fm-sortcard label").nth(1).click()
    console.locator(".fm-sortcard input").nth(2).focus()
    console.keyboard.press("Space")
    expect(console.locator("[data-chosen]")).to_have_text("2 cards chosen")
    looked_at(console, picture_folder, "table")
    assert small_targets(console) == []
    console.locator("#title").fill("Trams & buses")
    console.locator("#do-new").click()
    expect(console.get_by_role("link", name="Trams & buses (2)")).to_be_visible()
    with beside(hall) as desk:
        for number, name in enumerate(NAMES):
            loose = desk.idea_cards(seats.session, item)["cards"]
            chosen = Chosen([card["id"] for card in loose[:1]])
            desk.make_cluster(seats.session, item, chosen, Words(f"g{number}", name), actor="host:1")
    wall.locator(".fm-hallideas__group").first.wait_for()
    expect(wall.locator("[data-page-line]")).to_contain_text("of 2")
    wall.wait_for_function("document.documentElement.scrollHeight <= innerHeight")
    comes_true(  # readable from ten metres
        wall,
        """Math.min(...[...document.querySelectorAll('.fm-hallideas__name')]
          .map((one) => parseFloat(getComputedStyle(one).fontSize))) >= 40""",
    )
    wall.screenshot(path=picture_folder / "ideas_hall_wall_1920.png")
    at_every_width(wall)
    wall.set_viewport_size({"width": 1920, "height": 1080})
    looked_at(tablets[0], picture_folder, "member_group")

    host.set_viewport_size({"width": 820, "height": 1180})
    looked_at(host, picture_folder, "host_group")

    # the second of two is told who moved the card
    console.goto(f"{hall.url}/run/{seats.session}/ideas/{item}/cards?group=")
    with beside(hall) as desk:
        groups = desk.item_screen(seats.session, item, "host")["work"]["groups"]
        card = groups[0]["cards"][0]
        other = {"csrf_token": console.locator('meta[name="csrf-token"]').get_attribute("content") or ""}
    answer = console.request.post(
        f"{hall.url}/run/{seats.session}/ideas/{item}/cards",
        form={**other, "card": card["id"], "seen": f"{card['id']}:", "do": "place", "cluster": groups[1]["id"]},
    )
    assert answer.status == 409
    assert "was put into group 1 by the facilitator" in answer.text()

    # names
    console.goto(f"{hall.url}/run/{seats.session}")
    console.locator("#step-next").click()
    tablets[0].get_by_role("heading", name="Names for the groups").wait_for()
    tablets[0].get_by_text("Propose a name for group 1").click()
    tablets[0].get_by_label("A name, at most 80 characters").first.fill("Buses that run late")
    tablets[0].get_by_role("button", name="Propose this name").first.click()
    expect(tablets[0].locator(".fm-ideanames__mine")).to_contain_text("Buses that run late")
    tablets[1].get_by_role("button", name="Choose the name Buses that run late").click()
    expect(tablets[1].locator(".fm-ideanames__mine")).to_contain_text("Buses that run late")
    looked_at(tablets[0], picture_folder, "member_name")
    assert small_targets(tablets[0]) == []
    looked_at(console, picture_folder, "console_name")
    is_up_to_date(console, hall, seats)
    console.locator("#step-next").click()
    expect(wall.get_by_text("Buses that run late")).to_have_count(1)
    tablets[0].get_by_role("link", name="Buses that run late").first.click()
    looked_at(tablets[0], picture_folder, "member_group_page")
    tablets[0].get_by_role("link", name="Where card").first.click()
    expect(tablets[0].get_by_role("heading", name="What happened")).to_be_visible()
    expect(tablets[0].locator("main")).not_to_contain_text("Member")
    looked_at(tablets[0], picture_folder, "trace")

    # a merge on which a group stands says so; once the group is dissolved it can be undone
    expect(console.get_by_text("Cannot be undone now: it was put into group 1 by the facilitator")).to_be_visible()
    console.locator("#step-cluster").click()
    expect(console.locator("#step-cluster")).to_have_count(0)
    with beside(hall) as desk:
        desk.dissolve_cluster(seats.session, item, groups[0]["id"], actor="facilitator")
    console.get_by_role("button", name="Undo this merge").first.click()
    expect(console.get_by_role("button", name="Undo this merge")).to_have_count(0)
