"""The pages of results, for every rule: golden pairs and extremes, drawn by the true templates; no script is run."""

from __future__ import annotations

import html
import re
import uuid
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from galleries import EXHIBITS, HOSTILE, exhibit, gallery_of
from houses import House, signed_in, web_of
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.desk import Desk
from facilitation.rules import Electorate, every_rule, parse_count
from web.charts import picture_of
from web.charts.rounds import NOBODY, columns_of

HEAVY = [name for name in EXHIBITS if name.endswith(("_hundred", "_pitches"))]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A browser without a screen before an application with the gallery in it."""
    app = web_of(Desk.open(str(tmp_path_factory.mktemp("gallery") / "gallery.sqlite")))
    gallery_of(app)
    return app.test_client()


def page_of(gallery: FlaskClient, name: str, audience: str) -> str:
    answer = gallery.get(f"/gallery/{audience}/{name}")
    assert answer.status_code == 200, answer.text[:2000]
    return answer.text


class Drawing(HTMLParser):
    """The shapes of a page's pictures with their boxes, the cells of its tables, and what no page may have."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[tuple[Fraction, Fraction] | None] = []
        self.outside: list[str] = []
        self.inline: list[str] = []
        self.shapes = 0
        self.cells: list[str] = []
        self.words: list[str] = []
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.inline += [f"{tag} {name}" for name in told if name == "style" or name.startswith("on")]
        if tag in ("td", "th"):
            self.in_cell = True
            self.cells.append("")
        if tag == "svg":
            box = told.get("viewbox", told.get("viewBox", "")).split()
            self.boxes.append((Fraction(box[2]), Fraction(box[3])) if box else None)
        elif self.boxes:
            self.look_at(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self.boxes.pop()
        if tag in ("td", "th"):
            self.in_cell = False

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.in_cell:
            self.cells[-1] += data

    def look_at(self, tag: str, told: dict[str, str]) -> None:
        """Note a shape that is outside its box: a rectangle, or any point of a stream."""
        box = self.boxes[-1]
        if tag == "rect":
            self.shapes += 1
            for start, size, full in (("x", "width", 0), ("y", "height", 1)):
                begins, long = (self.number(told.get(name, "0"), box, full) for name in (start, size))
                whole = Fraction(100) if box is None else box[full]
                if begins < 0 or long < 0 or begins + long > whole:
                    self.outside.append(f"{tag} {told} in {box}")
        if tag == "path" and told.get("class", "").startswith("fm-band"):
            self.shapes += 1
            assert box is not None
            numbers = [int(number) for number in re.findall(r"-?\d+", told["d"])]
            if min(numbers) < 0 or max(numbers) > max(box):
                self.outside.append(told["d"])

    @staticmethod
    def number(text: str, box: tuple[Fraction, Fraction] | None, full: int) -> Fraction:
        """A length in the units of its box; a box without units has a hundred parts."""
        whole = Fraction(100) if box is None else box[full]
        return Fraction(text[:-1]) * whole / 100 if text.endswith("%") else Fraction(text)


def drawing_of(page: str) -> Drawing:
    read = Drawing()
    read.feed(page)
    return read


@pytest.mark.parametrize("audience", ["member", "hall"])
@pytest.mark.parametrize("name", [name for name in EXHIBITS if name not in HEAVY])
def test_the_page_of_a_result(gallery: FlaskClient, name: str, audience: str):
    one, page = exhibit(name), page_of(gallery, name, audience)
    drawn = drawing_of(page)
    assert one.result["sentence"] in "".join(drawn.words)
    assert drawn.outside == []
    assert drawn.inline == []
    if audience == "member":
        cells = [cell.strip() for cell in drawn.cells]
        for option in one.result["counts"]:
            if one.result["rounds"] or one.result["rule"] not in ("greedy", "equal-shares", "phragmen", "irv", "stv"):
                assert option[:1].upper() + option[1:] in cells
    voted = f"{one.result['cast']:,} of {one.result['entitled']:,} members voted"
    assert voted in "".join(drawn.words)


@pytest.mark.parametrize("audience", ["member", "hall"])
@pytest.mark.parametrize("name", HEAVY)
def test_a_hundred_options_and_29_bids_stay_within_their_pictures(gallery: FlaskClient, name: str, audience: str):
    drawn = drawing_of(page_of(gallery, name, audience))
    assert drawn.outside == []
    assert drawn.inline == []


@pytest.mark.parametrize("rule", [rule for rule in every_rule() if f"{rule}_wide" in EXHIBITS])
@pytest.mark.parametrize("audience", ["member", "hall"])
def test_what_looks_like_html_is_shown_as_text(gallery: FlaskClient, rule: str, audience: str):
    page = page_of(gallery, f"{rule}_wide", audience)
    assert "<script>alert" not in page
    assert html.escape(HOSTILE, quote=False) in page or "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("rule", list(every_rule()))
def test_the_picture_of_a_rule_is_pure(rule: str):
    one = exhibit(f"{rule}_five")
    assert picture_of(one.round, one.result) == picture_of(one.round, one.result)


def table_rows(page: str) -> list[list[str]]:
    """The words of every row of a page's tables."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in cells]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("yes_no_passes_on_yes_or_no_votes", ["Yes", "125", "79.6 %"]),
        ("yes_no_passes_on_yes_or_no_votes", ["Abstain", "10", "not part of it"]),
        ("support_four_fifths", ["Love, like or live with", "40", "80.0 %"]),
        ("approval_three_of_five", ["Tram", "7", "63.6 %"]),
        ("irv_tennessee", ["Knoxville", "17", "32", "58 ✓ wins"]),
        ("irv_tennessee", ["Chattanooga", "15", "out", "out"]),
        ("consent_one_objection", ["Objection", "1", "7.1 %"]),
        ("temperature_decides_nothing", ["Warm", "11", "78.6 %"]),
        ("plurality_tennessee", ["Memphis", "42", "42.0 %"]),
        ("score_missing_left_out", ["Tram", "3.55 mean, from 11 ballots"]),
        ("majority_judgement_orsay", ["Bayrou", "Good", "694 · 69.4 %", "136", "307", "251", "148", "84", "74", "0"]),
        ("dots_five_with_a_cap", ["Trees", "14 from 7 ballots", "34.1 %"]),
        ("quadratic_a_strong_minority", ["Trees", "16 from 8 ballots", "36.4 %"]),
        ("borda_truncated", ["Bus", "11.5", "34.8 %"]),
        ("schulze_tennessee", ["Nashville", "–", "68 wins", "68 wins", "58 wins"]),
        ("stv_food", ["Oranges", "4", "4", "6 ✓ elected", "6"]),
        ("stv_food", ["Pears", "2", "2", "out", "out"]),
        ("greedy_in_part", ["Repair café", "3,500", "1,000", "15"]),
        ("equal_shares_community_day", ["Walking group", "1,500", "1,500", "9", "3", "8.68", "9"]),
        ("phragmen_running_example", ["A", "1", "1", "8", "1", "8"]),
    ],
)
def test_the_table_beside_a_picture(gallery: FlaskClient, name: str, row: list[str]):
    assert row in table_rows(page_of(gallery, name, "member"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("irv_tennessee", "Out: Chattanooga, with 15 ballots. They go on to their next choices."),
        ("irv_tennessee", "Ahead: Knoxville, with 58 of 100 ballots still counting. This is more than half."),
        ("stv_food", "More than the quota: chocolate, by 6. This surplus goes on to the next choices."),
        ("stv_tie_by_lot", "Decided by lot from the published seed."),
        ("approval_choose_two_by_lot", "path and ferry were level; by lot: path."),
        ("temperature_decides_nothing", "Not binding – this shows a mood and decides nothing"),
        ("yes-no_practice", "Practice – this does not count"),
        ("consent_one_objection", "The bridge is too narrow for two wheelchairs."),
        ("equal_shares_community_day", "and 23 of its 23 supporters paid."),
        ("schulze_45_voters", "Ahead by a chain of wins: its weakest link has"),
        ("yes_no_with_spoilt_paper", "of these ballots, 2 were spoilt."),
        ("stv_nobody", "No decision: there are no valid ballots."),
    ],
)
def test_what_a_result_page_says(gallery: FlaskClient, name: str, words: str):
    page = page_of(gallery, name, "member")
    assert words in " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


RANKINGS = st.lists(
    st.permutations(["a", "b", "c", "d", "e"]).flatmap(lambda r: st.integers(1, 5).map(lambda n: r[:n]))
)


@given(RANKINGS, st.sampled_from(["irv", "stv"]))
@settings(max_examples=150)
def test_no_ballot_is_lost_between_two_rounds(ballots: list[list[str]], rule: str):
    terms = {"terms": {"seats": 2, "seed": "s"}} if rule == "stv" else {}
    spec = {"title": "?", "rule": rule, "options": ["a", "b", "c", "d", "e"], **terms}
    asked = parse_count(spec)
    result = every_rule()[rule].tally(asked, [tuple(b) for b in ballots], Electorate(999, 999)).as_json()
    columns = columns_of(asked.as_json(), result)
    for before, column in pairwise(columns):
        assert column.continuing + column.nobody == len(ballots)
        assert column.move is not None
        assert column.move.known
        for option in (*column.votes, NOBODY):
            gained = sum((gain.votes for gain in column.move.gains if gain.taker == option), Fraction(0))
            held = (before.nobody, column.nobody) if option == NOBODY else (before.votes[option], column.votes[option])
            if option not in column.move.givers:
                assert gained == held[1] - held[0]
        assert sum((gain.votes for gain in column.move.gains), Fraction(0)) == column.move.votes
        assert all(0 <= gain.length <= 1000 for gain in column.move.gains)
        for giver in column.move.givers if rule == "irv" else ():
            gave = sum((gain.votes for gain in column.move.gains if gain.giver == giver), Fraction(0))
            assert gave == before.votes[giver]
    assert picture_of(asked.as_json(), result).rounds is not None


# ------------------------------------------------------------------------------------------------ on the way to it


@pytest.fixture
def house(desk: Desk) -> House:
    return House(desk, web_of(desk), "Results")


def pages_of(house: House) -> dict[str, str]:
    """What the hall, a member's tablet and the console show now."""
    hall = house.browser().get(f"/hall/{house.tokens['display']}/picture").text
    member = house.browser().get("/m/picture", headers={"Authorization": f"Bearer {house.tokens['member']}"}).text
    console = signed_in(house, "facilitator").get(f"/run/{house.seated.session_id}/picture").text
    return {name: words_of(page) for name, page in (("hall", hall), ("member", member), ("console", console))}


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_checked_and_held_result_on_its_way_to_the_hall(house: House):
    spec = {"title": "Trams?", "rule": "yes-no", "conduct": {"scrutiny": True, "hold": True}}
    round_id = house.desk.create_round(house.seated.session_id, spec)
    house.desk.open_round(round_id)
    assert "How it is counted: We count the answers." in pages_of(house)["hall"]
    house.desk.close_round(round_id)
    for audience in ("hall", "member"):
        assert "The vote has ended. The count is being checked by the scrutineer." in pages_of(house)[audience]
    house.desk.confirm_close(round_id)
    held = pages_of(house)
    for audience in ("hall", "member"):
        assert "The vote is counted. Its result will be shown soon." in held[audience]
        assert "No decision" not in held[audience]
    assert "only you and the scrutineer see this until you show it Trams? No decision" in held["console"]
    house.desk.show_result(round_id)
    shown = pages_of(house)
    assert all("No decision: there are no yes-or-no votes." in page for page in shown.values())
    assert all("result will be shown soon" not in page for page in shown.values())


def test_a_practice_says_on_every_screen_that_it_does_not_count(house: House):
    spec = {"title": "Tea?", "rule": "yes-no", "conduct": {"practice": True}}
    round_id = house.desk.create_round(house.seated.session_id, spec)
    house.desk.open_round(round_id)
    assert all("Practice – this does not count" in page for page in pages_of(house).values())
    house.desk.close_round(round_id)
    assert all("Practice – this does not count" in page for page in pages_of(house).values())


def test_a_result_by_groups_tells_each_verdict_and_withholds_what_must_be(gallery: FlaskClient):
    page = words_of(page_of(gallery, "yes-no_groups", "member"))
    assert "By groups Community members ✓ passed 20 of 24 · 83.3 %" in page
    assert "Civic leaders not passed figures withheld" in page
    assert "All ballots together: Passed: 26 of 34 yes-or-no votes" in page
    assert ["Yes", "20", "withheld"] in table_rows(page_of(gallery, "yes-no_groups", "member"))
    assert "By tablet: 30; with help: 0; on paper: 6; by phone: 0." in page
    assert "Civic leaders not passed" in words_of(page_of(gallery, "yes-no_groups", "hall"))


def test_a_bid_says_how_many_more_votes_it_needed(house: House):
    terms = {"budget": 10, "costs": [6, 5]}
    spec = {"title": "Which bids?", "rule": "greedy", "options": ["trees", "lights"], "terms": terms}
    round_id = house.desk.create_round(house.seated.session_id, spec)
    house.desk.open_round(round_id)
    house.desk.join(house.codes[1])
    for number, member in enumerate(house.desk.members(house.seated.assembly_id)):
        house.desk.cast_ballot(round_id, member.id, str(uuid.UUID(int=number, version=4)), ["trees"])
    house.desk.close_round(round_id)
    shown = pages_of(house)
    assert "Not funded: nobody supports it. 2 more votes would have funded it." in shown["member"]
    assert "2 more votes would have funded it." in shown["hall"]
