"""What a member or a host has pressed arrives, once, whatever happens to the tablet before there is an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from devices import ALL_KEPT, Shut, chromium_path, comes_to_hold, comes_true, joins, turnout
from halls import Hall, an_open_round
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sittings import seated
from test_member import close, is_counted, votes_by_touch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KEPT = "Your vote is kept on this tablet"
SPEAKERS: list[dict[str, object]] = [{"kind": "speakers", "title": "Questions", "planned_minutes": 20}]
QUESTIONS: list[dict[str, object]] = [{"kind": "evaluation", "title": "What was the day like?"}]
TERMS = {"question": "What would help?", "minutes": 5, "most": 300, "each": 6}
IDEAS: list[dict[str, object]] = [{"kind": "ideas", "title": "Idea cards", "planned_minutes": 45, "terms": TERMS}]


def switched_on(chromium: Browser, folder: Path) -> BrowserContext:
    """A tablet with a disk: what it keeps is there again when it is switched on again."""
    return chromium.browser_type.launch_persistent_context(
        str(folder), executable_path=chromium_path(), args=["--no-sandbox"], viewport={"width": 820, "height": 1180}
    )


def test_a_tablet_that_was_switched_off_keeps_its_draft_and_its_unsent_vote(hall, seats, chromium, tmp_path):
    round_id = an_open_round(hall, seats, rule="consent")
    tablet = switched_on(chromium, tmp_path)
    page = joins(tablet.pages[0], hall, seats, 0)
    page.get_by_text("Objection", exact=True).click()
    page.get_by_label("Why do you object?").fill("It is too far.")
    comes_true(page, f"({ALL_KEPT})().then((all) => JSON.stringify(all).includes('It is too far.'))")
    tablet.close()  # the battery is flat in the middle of the ballot
    tablet = switched_on(chromium, tmp_path)
    page = tablet.pages[0]
    page.goto(f"{hall.url}/m")
    expect(page.get_by_role("radio", name="Objection")).to_be_checked()
    expect(page.get_by_label("Why do you object?")).to_have_value("It is too far.")
    tablet.route("**/*", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    expect(page.locator("[data-sending-words]")).to_contain_text(KEPT)
    comes_to_hold(page, ["ballot"])
    page.reload()
    expect(page.locator("[data-sending-words]")).to_contain_text(KEPT)
    tablet.new_page()
    page.close()
    tablet.close()
    assert turnout(hall, seats) == 0
    tablet = switched_on(chromium, tmp_path)
    page = tablet.pages[0]
    sent = []
    page.on("request", lambda one: sent.append(one.post_data_json["key"]) if one.url.endswith("/ballot") else None)
    page.goto(f"{hall.url}/m")
    is_counted(page)
    expect(page.locator("[data-receipt]")).to_be_visible()
    comes_to_hold(page, [])
    tablet.close()
    assert len(sent) == 1
    assert close(hall, seats, round_id)["cast"] == 1


def test_a_tablet_that_died_in_the_middle_is_replaced_and_its_late_vote_does_not_count_twice(hall, seats, open_page):
    round_id = an_open_round(hall, seats)
    dead = joins(open_page(), hall, seats, 0)
    dead.context.set_offline(True)
    votes_by_touch(dead, "No")
    expect(dead.locator("[data-sending-words]")).to_contain_text(KEPT)
    new = joins(open_page(), hall, seats, 0)
    votes_by_touch(new, "Yes")
    is_counted(new)
    dead.context.set_offline(False)
    expect(dead.get_by_role("heading", level=1)).to_have_text("Your seat is now on another tablet")
    comes_to_hold(dead, [])
    assert close(hall, seats, round_id)["counts"] == {"yes": 1, "no": 0, "abstain": 0}


def test_two_tabs_send_one_vote(hall, seats, open_page):
    first = joins(open_page(), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    second = first.context.new_page()
    second.goto(f"{hall.url}/m")
    for page, choice in ((first, "Yes"), (second, "No")):
        page.get_by_text(choice, exact=True).click()
        page.get_by_role("button", name="Check my choice").click()
    urn = Shut(first, "**/ballot")
    first.get_by_role("button", name="Send my vote").click()
    expect(first.locator("[data-sending-words]")).to_contain_text(KEPT)
    second.get_by_role("button", name="Send my vote").click()
    is_counted(second)
    urn.open()
    for page in (first, second):
        expect(page.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    comes_to_hold(first, [])
    assert close(hall, seats, round_id)["cast"] == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_going_back_after_the_vote_sends_nothing_twice(hall, seats, open_page, scripts):
    page = joins(open_page(java_script_enabled=scripts), hall, seats, 0)
    round_id = an_open_round(hall, seats)
    page.goto(f"{hall.url}/m")
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Check my choice").click()
    page.get_by_role("button", name="Send my vote").click()
    counted = page.get_by_role("heading", name="Your vote is counted").first
    expect(counted).to_be_visible()
    if scripts:
        page.go_back()
    else:
        with pytest.raises(Exception, match="ERR_CACHE_MISS"):
            page.go_back()  # it was the answer to a form: the browser asks, and sends nothing by itself
    again = page.context.new_page()
    again.goto(f"{hall.url}/m")
    expect(again.get_by_role("heading", name="Your vote is counted").first).to_be_visible()
    assert close(hall, seats, round_id)["counts"] == {"yes": 1, "no": 0, "abstain": 0}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (503, "The server cannot take it just now. It is kept on this tablet, and we keep trying."),
        (429, "The server cannot take it just now. It is kept on this tablet, and we keep trying."),
        (401, "This tablet is signed out. Scan your badge again; your vote is kept."),
    ],
)
def test_a_vote_that_cannot_be_taken_now_is_kept_and_the_tablet_says_why(hall, seats, open_page, status, words):
    page = joins(open_page(), hall, seats, 0)
    an_open_round(hall, seats)
    told = json.dumps({"error": "x", "message": "No.", "remedy": "Wait."})
    answer = {"status": status, "content_type": "application/json", "body": told}
    urn = Shut(page, "**/ballot", lambda route: route.fulfill(**answer))
    votes_by_touch(page, "Yes")
    expect(page.locator("[data-sending-words]")).to_have_text(words)
    comes_to_hold(page, ["ballot"])
    urn.open()
    is_counted(page)
    assert turnout(hall, seats) == 1


def test_a_vote_that_is_refused_is_told_and_not_sent_again(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    an_open_round(hall, seats)
    told = json.dumps({"error": "too-large", "message": "The request is too large.", "remedy": "Send at most 64 KB."})
    sent = []

    def refuse(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=413, content_type="application/json", body=told)

    page.route("**/ballot", refuse)
    votes_by_touch(page, "Yes")
    expect(page.get_by_text("Your vote was not counted. The request is too large. Send at most 64 KB.")).to_be_visible()
    comes_to_hold(page, [])
    assert len(sent) == 1


def unsent(page: Page, kind: str, many: int) -> None:
    """Wait until the tablet keeps so many of these."""
    counted = f"([kind, many]) => ({ALL_KEPT})().then((all) => all.filter((one) => one.kind === kind).length === many)"
    comes_true(page, counted, [kind, many])


def test_a_call_and_a_wish_to_speak_survive_a_reload_and_arrive_once(hall: Hall, open_page):
    seats = seated(hall, "Taps", SPEAKERS, members=2)
    page = joins(open_page(), hall, seats, 0)
    doors = [Shut(page, door) for door in ("**/m/help", "**/m/speak")]
    page.get_by_role("button", name="Ask to speak").click()
    expect(page.get_by_text("No connection. Your wish to speak is sent as soon as it is back.")).to_be_visible()
    page.get_by_text("Call somebody to your table").click()
    page.get_by_role("button", name="My tablet does not work").click()
    unsent(page, "tap", 2)
    page.reload()
    unsent(page, "tap", 2)
    for door in doors:
        door.open()
    expect(page.get_by_text("You are next.")).to_be_visible()
    expect(page.get_by_text("The team knows that your table needs help.").first).to_be_visible()
    unsent(page, "tap", 0)
    screen = hall.get("/api/screen", seats.facilitator).json
    assert screen["talk"]["waiting"] == 1
    assert page.url.endswith("/m"), "the page was never left"


def test_a_member_who_leaves_without_a_network_does_not_lose_the_page(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    page.context.set_offline(True)
    page.get_by_text("I have to leave").click()
    page.get_by_role("button", name="I am leaving now").click()
    expect(page.locator(".fm-leave [data-said]")).to_have_text("No connection. We go on trying.")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("You have left this session")


def test_answers_to_the_questionnaire_survive_a_reload_before_they_are_sent(hall: Hall, open_page):
    seats = seated(hall, "Questionnaire", QUESTIONS, members=5)
    page = joins(open_page(), hall, seats, 0)
    door = Shut(page, "**/evaluation")
    page.locator("label[for=q-know-subject-1]").click()
    expect(page.locator("[data-kept]")).to_contain_text("No connection. What you chose is kept on this tablet")
    unsent(page, "evaluation", 1)
    page.reload()
    expect(page.locator("#q-know-subject-1")).to_be_checked()
    door.open()
    expect(page.locator("[data-kept]")).to_have_text("Kept.")
    unsent(page, "evaluation", 0)
    page.reload()
    expect(page.locator("#q-know-subject-1")).to_be_checked()


def test_a_vote_is_possible_at_four_times_the_size(hall, seats, open_page):
    """WCAG 1.4.10: 1280 × 1024 at 400 % is 320 × 256, and nothing goes over the side."""
    page = open_page(320)
    page.set_viewport_size({"width": 320, "height": 256})
    joins(page, hall, seats, 0)
    round_id = an_open_round(hall, seats, title="Shall the donaudampfschifffahrtsgesellschaft be asked?")
    expect(page.get_by_role("button", name="Check my choice")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    votes_by_touch(page, "Abstain")
    is_counted(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert close(hall, seats, round_id)["counts"]["abstain"] == 1


class Late:
    """A script that is on its way for as long as it pleases us."""

    def __init__(self, page: Page, script: str) -> None:
        self._waiting: list[Route] = []
        self._door = Shut(page, script, self._waiting.append)

    def comes(self) -> None:
        self._door.open()
        for route in self._waiting:
            route.continue_()


def test_an_answer_chosen_before_the_script_came_is_sent(hall: Hall, open_page):
    seats = seated(hall, "Early", QUESTIONS, members=5)
    page = open_page()
    script = Late(page, "**/items/evaluation.js")
    joins(page, hall, seats, 0)
    page.locator("label[for=q-know-subject-1]").click()
    script.comes()
    expect(page.locator("[data-kept]")).to_have_text("Kept.")
    page.reload()
    expect(page.locator("#q-know-subject-1")).to_be_checked()


def test_a_script_that_could_not_be_had_is_asked_for_again(hall: Hall, open_page):
    seats = seated(hall, "Early and lost", QUESTIONS, members=5)
    page = open_page()
    script = Shut(page, "**/items/evaluation.js*")
    joins(page, hall, seats, 0)
    page.locator("label[for=q-know-subject-1]").click()
    script.open()
    expect(page.locator("[data-kept]")).to_have_text("Kept.")


def test_words_typed_before_the_script_came_stay_and_are_kept(hall: Hall, open_page):
    seats = seated(hall, "Early words", IDEAS, members=5)
    page = open_page()
    script = Late(page, "**/js/member.js")
    page.goto(f"{hall.url}/join?code={seats.codes[0]}")
    page.get_by_role("button", name="Yes, that is me").click(no_wait_after=True)
    page.locator("#idea-text").fill("More buses at night")
    page.locator("#idea-text").blur()
    script.comes()
    expect(page.locator("[data-connection-words]").first).to_have_text("Connected")
    an_open_round(hall, seats)  # the hall goes on
    expect(page.locator("#notice")).to_contain_text("What you have written is kept.")
    expect(page.locator("#idea-text")).to_have_value("More buses at night")
    comes_true(page, f"({ALL_KEPT})().then((all) => all.some((one) => one.kind === 'writing' && one.saved))")


def test_a_ballot_filled_in_before_the_script_came_is_not_taken_away(hall, seats, open_page):
    round_id = an_open_round(hall, seats)
    page = open_page()
    script = Late(page, "**/js/member.js")
    page.goto(f"{hall.url}/join?code={seats.codes[0]}")
    page.get_by_role("button", name="Yes, that is me").click(no_wait_after=True)
    page.get_by_text("Yes", exact=True).click()
    script.comes()
    comes_true(page, f"({ALL_KEPT})().then((all) => all.some((one) => one.kind === 'draft'))")
    close(hall, seats, round_id)
    expect(page.locator("#notice")).to_contain_text("This vote has closed. Your choice was not sent and not counted.")


def test_a_list_to_choose_from_is_no_sign_that_somebody_is_busy(hall, seats, open_page):
    page = joins(open_page(), hall, seats, 0)
    changed = """async (asked) => {
      const script = document.querySelector('script[src*="member.js"]').src;
      const { isChanged } = await import(script.replace("member.js", "regions.js"));
      const made = document.createElement("div");
      made.innerHTML = asked.drawn;
      const field = made.querySelector("select");
      if (asked.then !== undefined) field.value = asked.then;
      return isChanged(field);
    }"""
    plain, chosen = "<select><option>1<option>2</select>", "<select><option>1<option selected>2</select>"
    for drawn, then, expected in ((plain, None, False), (plain, "2", True), (chosen, None, False), (chosen, "1", True)):
        asked = {"drawn": drawn} if then is None else {"drawn": drawn, "then": then}
        assert page.evaluate(changed, asked) is expected, (drawn, then)
