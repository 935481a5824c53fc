"""Drafts at the desk, on a real database: written, amended, tested, rewritten, tested again, and what is left of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting
from thieves import files_of

from facilitation.desk.evidence import Place
from facilitation.desk.ideas import Chosen, Words
from facilitation.errors import BadRequest, NotFound, NotNow, NotPresent, WrongState

AGENDA: list[dict[str, Any]] = [
    {"kind": "drafts", "title": "Writing", "terms": {"seats": 4}},
    {"kind": "drafts", "title": "Gallery", "terms": {"step": "test"}, "continues": 1},
    {"kind": "drafts", "title": "Reading", "terms": {"step": "read", "share": "1/1"}, "continues": 1},
]
TRAM = {"title": "A tram", "what": "Build it.\nSoon.", "who": "The council"}


@pytest.fixture
def drafting(tmp_path: Path) -> Iterator[Drafting]:
    sitting = Sitting(tmp_path / "house.sqlite", 10, AGENDA)
    yield Drafting(sitting)
    sitting.close()


class Drafting:
    """A sitting in which the writing has begun: two themes, the first four members on the first of them."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting, self.desk, self.session = sitting, sitting.desk, sitting.session
        if not any(item["kind"] == "drafts" for item in sitting.facilitator()["agenda"]):
            self.desk.plan_agenda(self.session, AGENDA)
        self.items = [item["id"] for item in sitting.facilitator()["agenda"]]
        self.item = self.items[0]
        self.members = sitting.arrive()
        self.desk.start_item(self.session, self.item)
        for number, name in enumerate(("Getting about", "Homes")):
            self.desk.make_theme(self.session, self.item, name, key=f"theme{number}")
        self.theme, self.homes = (theme["id"] for theme in self.screen()["themes"])
        for member in self.members[:4]:
            self.desk.choose_theme(self.session, self.item, member, self.theme)

    @property
    def place(self) -> tuple[str, str]:
        return self.session, self.item

    def screen(self, audience: str = "facilitator") -> dict[str, Any]:
        return dict(self.desk.item_screen(self.session, self.item, audience)["work"])

    def own(self, number: int) -> dict[str, Any]:
        return self.desk.own_work(self.session, self.item, self.members[number])

    def write(self, fields: dict[str, str] = TRAM, *, member: int = 0, key: str = "first") -> str:
        who = self.members[member]
        self.desk.start_draft(*self.place, self.desk.own_work(*self.place, who)["theme"], fields, key=key, member=who)
        return str(self.screen()["drafts"][-1]["id"])

    def save(self, draft: str, on: int, key: str, *, member: int = 0, **fields: str) -> None:
        who = self.members[member]
        self.desk.save_draft(*self.place, draft, {**TRAM, **fields}, on=on, key=key, member=who)

    def page(self, draft: str, member: int | None = None) -> dict[str, Any]:
        who = "" if member is None else self.members[member]
        return self.desk.draft_page(self.sitting.assembly, draft, member=who)

    def test(self, draft: str, answers: str, *, why: str = "", objects: str = "") -> dict[str, Any]:
        """A whole test: a letter for each member (o, i, w, a, e: the second of each word), a dot for nobody."""
        words = {"o": "love", "i": "like", "w": "live with", "a": "lament", "e": "loathe"}
        self.desk.open_test(*self.place, [draft])
        for number, letter in enumerate(answers):
            if letter in words:
                given = {"answer": words[letter]}
                if str(number) in why:
                    given |= {"why": f"Because {number}", "objects": "yes" if str(number) in objects else ""}
                self.desk.answer_draft(*self.place, self.members[number], draft, given)
        self.desk.close_test(*self.place, self.screen()["testing"]["test"])
        last: dict[str, Any] = self.page(draft)["draft"]["last"]
        return last


def test_the_loop_from_the_first_wording_to_the_one_that_people_can_live_with(drafting: Drafting) -> None:
    drafting = drafting
    draft = drafting.write()
    first = drafting.test(draft, "oiwwwaaeee", why="57", objects="7")
    assert first["counts"] == {"love": 1, "like": 1, "live with": 3, "lament": 2, "loathe": 3}
    assert (first["exact"], first["share"], first["reached"], first["moved"]) == ("5/10", "50.0 %", False, None)
    page = drafting.page(draft)["draft"]
    assert page["state"] == "to-rewrite"
    assert sorted((one["answer"], one["text"]) for one in page["reasons"]) == [
        ("lament", "Because 5"),
        ("loathe", "Because 7"),
    ]
    assert [(one["text"], one["open"], one["on"]) for one in page["objected"]] == [("Because 7", True, 1)]
    drafting.save(draft, 1, "second", what="Build it.\nSlowly.")
    assert drafting.page(draft)["draft"]["state"] == "test-again"
    second = drafting.test(draft, "oiwwwwwwee")
    assert second["moved"] == {"up": 3, "down": 0, "stayed": 7, "new": 0, "gone": 0}
    assert (second["exact"], second["reached"], second["version"]) == ("8/10", True, 2)
    assert drafting.page(draft)["draft"]["state"] == "reached"
    objection = page["objected"][0]["id"]
    drafting.desk.resolve_objection(*drafting.place, objection, member=drafting.members[1])
    with pytest.raises(WrongState, match="Only whoever objected"):
        drafting.desk.confirm_objection(*drafting.place, objection, member=drafting.members[1])
    assert drafting.own(7)["objections"][0]["met"] == 2
    drafting.desk.reopen_objection(*drafting.place, objection, member=drafting.members[7])
    assert drafting.page(draft)["draft"]["objections"] == {"open": 1, "met": 0}
    drafting.desk.resolve_objection(*drafting.place, objection)
    drafting.desk.confirm_objection(*drafting.place, objection, member=drafting.members[7])
    assert drafting.page(draft)["draft"]["objected"][0]["confirmed"]


def test_after_the_session_nobody_is_left_in_the_answers(drafting: Drafting) -> None:
    drafting = drafting
    draft = drafting.write()
    drafting.test(draft, "oiwwwaaeee", why="0123456789", objects="9")
    drafting.test(draft, "oiwwwwaaee")
    drafting.desk.attach_statement(*drafting.place, draft, "I want it noted.", key="m", member=drafting.members[8])
    of_the_first = [
        sheet for (sheet,) in drafting.sitting.rows("SELECT DISTINCT sheet FROM answer WHERE voice LIKE '~%'")
    ]
    assert len(of_the_first) == 1, "the first sheet was cut when the second was counted"
    drafting.desk.open_test(*drafting.place, [draft])
    for number in range(6):
        drafting.desk.answer_draft(*drafting.place, drafting.members[number], draft, {"answer": "love", "why": "x"})
    if drafting.sitting.postgres is None:
        before = b"".join(files_of(drafting.sitting).values())
        assert [one for one in drafting.members[:6] if f"{one}answerlove".encode() in before], (
            "that is how it would lie"
        )
    kept = {"answer": "loathe", "why": "Never sent"}
    drafting.desk.keep_writing(drafting.session, f"member:{drafting.members[9]}", f"answer-{draft}-1", kept)
    drafting.desk.close_session(drafting.session)
    assert drafting.sitting.rows("SELECT * FROM kept_text") == []
    voices = {voice for (voice,) in drafting.sitting.rows("SELECT voice FROM answer")}
    assert voices
    assert not voices & set(drafting.members)
    page = drafting.page(draft)
    assert page["draft"]["last"]["counts"]["love"] == 6, "an open test is counted when the session closes"
    assert page["statements"][0]["supporters"] == 1
    assert {author for (author,) in drafting.sitting.rows("SELECT author FROM words")} == {"", "facilitator"}
    assert "Because" not in "".join(data for (data,) in drafting.sitting.rows("SELECT data FROM journal"))
    if drafting.sitting.postgres is None:
        everything = b"".join(files_of(drafting.sitting).values())
        assert b"Never sent" not in everything
        for part in ("answer", "why", "objects"):
            assert not [one for one in drafting.members if f"{one}{part}".encode() in everything]


def test_two_who_write_at_once_lose_nothing(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.save(draft, 1, "one", what="Build it now.\nSoon.")
    drafting.save(draft, 1, "two", member=1, what="Build it.\nBy 2030.")
    drafting.save(draft, 1, "two", member=1, what="Build it.\nBy 2030.")
    page = drafting.page(draft)["draft"]
    assert (page["version"], page["wording"]["what"]) == (2, "Build it now.\nSoon.")
    assert [(one["late"], one["on"], one["stale"]) for one in page["proposed"]] == [(True, 1, True)]
    marked = [
        part["text"] for line in page["proposed"][0]["changes"][0]["lines"] for part in line["parts"] if part["marked"]
    ]
    assert marked == ["Soon", "By 2030"]
    amendment = page["proposed"][0]["id"]
    with pytest.raises(WrongState, match="at version 2"):
        drafting.desk.accept_amendment(*drafting.place, draft, amendment, on=1, member=drafting.members[1])
    drafting.desk.accept_amendment(*drafting.place, draft, amendment, on=2, member=drafting.members[1])
    page = drafting.page(draft)
    assert page["draft"]["wording"]["what"] == "Build it.\nBy 2030.", "both touched neighbouring lines: the later is in"
    assert [one["wording"]["what"] for one in page["history"]] == [
        "Build it.\nBy 2030.",
        "Build it now.\nSoon.",
        "Build it.\nSoon.",
    ]


def test_changes_of_other_lines_and_fields_are_joined(drafting: Drafting) -> None:
    draft = drafting.write({**TRAM, "what": "One.\nTwo.\nThree.\nFour."})
    fields = {"what": "ONE.\nTwo.\nThree.\nFour."}
    drafting.save(draft, 1, "one", **fields)
    other = {**TRAM, "what": "One.\nTwo.\nThree.\nFOUR.", "who": "The region", "reason": "It is theirs."}
    drafting.desk.propose_amendment(*drafting.place, draft, other, on=1, key="a", member=drafting.members[9])
    amendment = drafting.page(draft)["draft"]["proposed"][0]
    assert amendment["reason"] == "It is theirs."
    with pytest.raises(WrongState, match="not in the group"):
        drafting.desk.accept_amendment(*drafting.place, draft, amendment["id"], on=2, member=drafting.members[9])
    for _ in range(2):
        drafting.desk.accept_amendment(*drafting.place, draft, amendment["id"], on=2)
    page = drafting.page(draft)["draft"]
    assert (page["version"], page["wording"]["who"]) == (3, "The region")
    assert page["wording"]["what"] == "ONE.\nTwo.\nThree.\nFOUR."


def test_amendments_are_declined_with_a_reason_or_taken_back_by_their_writer(drafting: Drafting) -> None:
    draft = drafting.write()
    for number, key in ((8, "a"), (9, "b")):
        fields = {**TRAM, "why": f"Because {key}"}
        drafting.desk.propose_amendment(*drafting.place, draft, fields, on=1, key=key, member=drafting.members[number])
    one, other = (found["id"] for found in drafting.page(draft)["draft"]["proposed"])
    with pytest.raises(BadRequest, match="empty"):
        drafting.desk.decline_amendment(*drafting.place, draft, one, reason=" ", key="k", member=drafting.members[0])
    drafting.desk.decline_amendment(
        *drafting.place, draft, one, reason="Said already", key="k", member=drafting.members[0]
    )
    with pytest.raises(WrongState, match="Only whoever wrote"):
        drafting.desk.take_amendment_back(*drafting.place, draft, other, member=drafting.members[8])
    drafting.desk.take_amendment_back(*drafting.place, draft, other, member=drafting.members[9])
    decided = {found["id"]: (found["fate"], found["why"]) for found in drafting.page(draft)["draft"]["decided"]}
    assert decided == {one: ("declined", "Said already"), other: ("taken-back", "")}
    with pytest.raises(WrongState, match="taken back already"):
        drafting.desk.accept_amendment(*drafting.place, draft, other, on=1)


def test_a_member_who_changed_groups_while_writing_has_their_words_kept(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.desk.choose_theme(*drafting.place, drafting.members[0], drafting.homes)
    drafting.save(draft, 1, "late", concerns="It is loud.")
    page = drafting.page(draft)["draft"]
    assert (page["version"], page["proposed"][0]["late"]) == (1, True)
    with pytest.raises(WrongState, match="not in the group of this theme"):
        drafting.desk.start_draft(*drafting.place, drafting.theme, TRAM, key="x", member=drafting.members[0])


def test_a_full_group_says_so(drafting: Drafting) -> None:
    with pytest.raises(WrongState, match="4 of 4 places"):
        drafting.desk.choose_theme(*drafting.place, drafting.members[5], drafting.theme)
    drafting.desk.choose_theme(*drafting.place, drafting.members[0], "")
    drafting.desk.choose_theme(*drafting.place, drafting.members[5], drafting.theme)
    assert drafting.own(0)["theme"] == ""


def test_wordings_wait_while_everyone_is_asked(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.desk.open_test(*drafting.place)
    drafting.save(draft, 1, "meanwhile", what="Something else.")
    page = drafting.page(draft)["draft"]
    assert (page["version"], page["state"], len(page["proposed"])) == (1, "in-test", 1)
    with pytest.raises(WrongState, match="being asked"):
        drafting.desk.accept_amendment(*drafting.place, draft, page["proposed"][0]["id"], on=1)
    with pytest.raises(WrongState, match="open already"):
        drafting.desk.open_test(*drafting.place)
    with pytest.raises(WrongState, match="Close the test"):
        drafting.desk.withdraw_draft(*drafting.place, draft, "No", key="w")


@pytest.mark.parametrize("how", ["left", "withdrawn", "erased"])
def test_whoever_answered_and_left_is_among_those_present(drafting: Drafting, how: str) -> None:
    """Never “10 of 8 members present answered”, neither while the test is open nor after it."""
    desk, draft = drafting.desk, drafting.write()
    desk.open_test(*drafting.place, [draft])
    for member in drafting.members[1:]:
        desk.answer_draft(*drafting.place, member, draft, {"answer": "like"})
    for member in drafting.members[8:]:
        if how == "left":
            desk.mark_left(drafting.session, member)
        elif how == "withdrawn":
            desk.withdraw_member(drafting.sitting.assembly, member, "own-wish")
        else:
            desk.erase_person(member, drafting.sitting.assembly)
    testing = drafting.screen()["testing"]
    assert (testing["answered"], testing["of"]) == ({draft: 9}, 10)
    desk.close_test(*drafting.place, testing["test"])
    assert "9 of 10 members present answered" in desk.minutes(drafting.session)


def test_what_is_asked_of_drafts_where_there_are_none_is_refused(drafting: Drafting) -> None:
    """A form of another item, or of a draft that nobody knows, is no fault of the program."""
    desk, session, member = drafting.desk, drafting.session, drafting.members[0]
    elsewhere = desk.add_item(session, {"kind": "break", "title": "Lunch", "planned_minutes": 30})
    place, like = (session, elsewhere), {"answer": "like"}
    for ask in (
        lambda: desk.start_draft(*place, drafting.theme, TRAM, key="k", member=member),
        lambda: desk.save_draft(*place, "d", TRAM, on=1, key="k", member=member),
        lambda: desk.accept_amendment(*place, "d", "a", on=1),
        lambda: desk.answer_draft(*place, member, "d", like),
        lambda: desk.close_test(*place, "t"),
        lambda: desk.stop_loop(*place, "d", "why", key="k"),
        lambda: desk.stand_by(*place, "s", member=member),
        lambda: desk.ask_priorities(*place, "score", ["d"]),
    ):
        with pytest.raises(WrongState, match="“Lunch” has no drafts"):
            ask()
    with pytest.raises(NotFound, match="no such draft"):
        desk.ask_priorities(*drafting.place, "score", ["d"])


def test_a_test_that_nobody_answers_decides_nothing_and_closes_once(drafting: Drafting) -> None:
    draft = drafting.write()
    last = drafting.test(draft, "")
    assert (last["answered"], last["counts"], last["reached"]) == (0, None, None)
    assert drafting.page(draft)["draft"]["state"] == "too-few"
    with pytest.raises(WrongState, match="closed already"):
        drafting.desk.close_test(*drafting.place, "anything")


def test_few_answers_are_kept_back_with_what_they_would_tell(drafting: Drafting) -> None:
    draft = drafting.write()
    last = drafting.test(draft, "oiwa", why="3")
    assert (last["answered"], last["counts"], last["share"], last["reached"]) == (4, None, None, None)
    assert [(one["answer"], one["text"]) for one in drafting.page(draft)["draft"]["reasons"]] == [("", "Because 3")]
    closed = [
        json.loads(data)
        for kind, data in drafting.sitting.rows("SELECT kind, data FROM journal")
        if kind == "test-closed"
    ]
    assert closed[0]["results"][draft]["counts"] is None


def test_answers_can_be_changed_until_the_close_and_are_nobody_elses(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.desk.open_test(*drafting.place)
    for answer in ("loathe", "love"):
        for member in drafting.members:
            drafting.desk.answer_draft(*drafting.place, member, draft, {"answer": answer, "why": "w" * 2000})
    with pytest.raises(BadRequest, match="2,001 characters"):
        drafting.desk.answer_draft(*drafting.place, drafting.members[0], draft, {"answer": "love", "why": "w" * 2001})
    with pytest.raises(BadRequest, match="five answers"):
        drafting.desk.answer_draft(*drafting.place, drafting.members[0], draft, {"answer": "adore"})
    drafting.desk.mark_left(drafting.session, drafting.members[9])
    with pytest.raises(NotPresent):
        drafting.desk.answer_draft(*drafting.place, drafting.members[9], draft, {"answer": "love"})
    assert drafting.own(0)["test"][0]["answer"] == "love"
    for audience in ("member", "hall", "facilitator", "host"):
        told = json.dumps(drafting.screen(audience))
        assert "wwww" not in told
        assert '"love": 10' not in told
    assert drafting.screen("hall")["testing"]["answered"] == {draft: 10}
    assert "answered" not in drafting.screen("member")["testing"]


def test_the_loop_is_stopped_for_a_reason_and_taken_up_again(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.test(draft, "eeeeeeeeee")
    drafting.desk.stop_loop(*drafting.place, draft, "We are out of time", key="s")
    row = drafting.screen()["drafts"][0]
    assert (row["state"], row["why"]) == ("stopped", "We are out of time")
    assert not {voice for (voice,) in drafting.sitting.rows("SELECT voice FROM answer WHERE part = 'answer'")} & set(
        drafting.members
    )
    with pytest.raises(WrongState, match="No draft waits"):
        drafting.desk.open_test(*drafting.place)
    drafting.desk.resume_loop(*drafting.place, draft)
    assert drafting.test(draft, "oooooooooo")["moved"] is None, "with whom to compare is forgotten"


def test_amendments_to_a_withdrawn_draft_wait_until_it_is_taken_up_again(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.desk.withdraw_draft(*drafting.place, draft, "It is in another one", key="w")
    with pytest.raises(WrongState, match="withdrawn"):
        drafting.desk.propose_amendment(*drafting.place, draft, {**TRAM, "why": "x"}, on=1, key="a")
    with pytest.raises(WrongState, match="withdrawn"):
        drafting.save(draft, 1, "s", why="x")
    drafting.desk.restore_draft(*drafting.place, draft)
    drafting.save(draft, 1, "s", why="x")
    assert drafting.page(draft)["draft"]["version"] == 2


def test_minority_statements_stand_to_the_letter_with_the_number_of_those_who_stand_by_them(drafting: Drafting) -> None:
    draft = drafting.write()
    text = "<b>We</b> object\n\n  strongly. שלום 👩‍👩‍👧 ŵ" + "x" * 99_900
    for _ in range(2):
        drafting.desk.attach_statement(*drafting.place, draft, text, key="m", member=drafting.members[0])
    statement = drafting.page(draft)["statements"][0]["id"]
    drafting.desk.stand_by(*drafting.place, statement, member=drafting.members[1])
    drafting.desk.stand_by(*drafting.place, statement, member=drafting.members[1])
    drafting.desk.stand_by(*drafting.place, statement, member=drafting.members[2])
    drafting.desk.stand_by(*drafting.place, statement, member=drafting.members[2], stands=False)
    told = drafting.desk.minority_statement(drafting.sitting.assembly, statement)
    assert (told["text"], told["supporters"]) == (text, 2)
    with pytest.raises(BadRequest, match="100001 characters"):
        drafting.desk.attach_statement(*drafting.place, "", "y" * 100_001, key="n", member=drafting.members[0])
    drafting.desk.attach_statement(*drafting.place, "", "On all of it.", key="n", member=drafting.members[3])
    with pytest.raises(WrongState, match="Only whoever wrote"):
        drafting.desk.take_statement_back(*drafting.place, statement, member=drafting.members[1])
    drafting.desk.take_statement_back(*drafting.place, statement, member=drafting.members[0])
    with pytest.raises(NotFound):
        drafting.desk.minority_statement(drafting.sitting.assembly, statement)
    assert [one["begins"] for one in drafting.screen("hall")["statements"]] == ["On all of it."]


def test_one_work_goes_through_several_items_and_sessions(drafting: Drafting) -> None:
    draft = drafting.write()
    gallery, reading = drafting.items[1:]
    drafting.desk.start_item(drafting.session, gallery)
    with pytest.raises(WrongState, match="not on now"):
        drafting.desk.open_test(*drafting.place)
    drafting.item = gallery
    drafting.test(draft, "oooooooooe")
    assert drafting.screen()["step"] == "test"
    drafting.item = reading
    assert drafting.screen()["drafts"][0]["state"] == "reached"
    assert drafting.screen()["line"] == "at least all of those who answer can live with it"
    later = drafting.desk.add_session(drafting.sitting.assembly, "Second", [{"kind": "drafts", "continues": reading}])
    drafting.desk.close_session(drafting.session)
    with pytest.raises(NotNow):
        drafting.save(draft, 1, "too late", why="x")
    item = drafting.desk.public_screens(later)["facilitator"]["agenda"][0]["id"]
    drafting.desk.save_draft(later, item, draft, {**TRAM, "why": "x"}, on=1, key="next", member=drafting.members[0])
    assert drafting.page(draft)["draft"]["version"] == 2


def test_a_vote_on_drafts_keeps_the_fingerprint_of_every_wording(drafting: Drafting) -> None:
    tram = drafting.write()
    other = drafting.write({"title": "a TRAM", "what": "Another."}, key="second")
    (round_id,) = drafting.desk.ask_priorities(*drafting.place, "irv", [tram, other])
    drafting.save(tram, 1, "later", why="Afterwards")
    definition = drafting.desk.round(round_id).definition
    assert definition.options == ("1. A tram", "2. a TRAM")
    votes = drafting.desk.draft_lineage(drafting.sitting.assembly, tram)["votes"]
    assert [(one["round"], one["option"], one["version"]) for one in votes] == [(round_id, "1. A tram", 1)]
    asked = [
        json.loads(data)
        for kind, data in drafting.sitting.rows("SELECT kind, data FROM journal")
        if kind == "priorities-asked"
    ]
    assert asked[0]["options"]["1. A tram"] == [tram, 1, drafting.page(tram)["history"][-1]["fingerprint"]]
    assert len(drafting.desk.ask_priorities(*drafting.place, "support", [tram, other])) == 2
    with pytest.raises(BadRequest, match="One draft alone"):
        drafting.desk.ask_priorities(*drafting.place, "score", [tram])
    with pytest.raises(BadRequest, match="not a way"):
        drafting.desk.ask_priorities(*drafting.place, "greedy", [tram, other])
    assert len(drafting.desk.rounds_of(drafting.session)) == 3


@pytest.mark.parametrize(
    "rule", ["score", "irv", "borda", "approval", "plurality", "schulze", "dots", "stv", "support", "yes-no", "consent"]
)
def test_every_way_to_vote_on_drafts_can_be_opened(drafting: Drafting, rule: str) -> None:
    drafts = [drafting.write({"title": f"Draft {number}\u202e"}, key=str(number)) for number in range(2)]
    for round_id in drafting.desk.ask_priorities(*drafting.place, rule, drafts)[:1]:
        drafting.desk.open_round(round_id)


def test_the_minutes_have_every_draft_with_its_tests_and_statements_to_the_letter(drafting: Drafting) -> None:
    draft = drafting.write({**TRAM, "why": "- not a point\n## not a heading"})
    drafting.test(draft, "oiwwwaaeee", why="7", objects="7")
    drafting.save(draft, 1, "second", what="Build it slowly.")
    drafting.test(draft, "oiwwwwwwee")
    text = "We want buses.\n\n  ## Buses!\n- All of us"
    drafting.desk.attach_statement(*drafting.place, draft, text, key="m", member=drafting.members[8])
    other = drafting.write({"title": "Something else"}, key="other")
    drafting.desk.withdraw_draft(*drafting.place, other, "It is in the first", key="w")
    minutes = drafting.desk.minutes_json(drafting.session)
    (part,) = [one for one in minutes["work"] if one["kind"] == "drafts"]
    lines = part["lines"]
    assert lines[0] == "## Draft 1: A tram"
    assert f"Version 2, fingerprint {drafting.page(draft)['history'][0]['fingerprint']}." in lines
    assert (
        "- Test 2, of version 2: 10 of 10 members present answered (love 1, like 1, live with 6, lament 0, loathe 2)."
        " 8 of 10 can live with it, 80.0 %; needed: at least four fifths of those who answer can live with it: reached."
        " Since the test before: 3 moved up, 0 moved down, 7 stayed."
    ) in lines
    assert "- Objection, raised on version 1, open: Because 7" in lines
    assert lines[lines.index("- Minority statement (1 member stands by it), to the letter:") + 1] == f"“{text}”"
    assert lines[-2:] == ["## Draft 2: Something else", "Withdrawn: It is in the first"]
    assert [line for line in lines if line.startswith("## ")] == ["## Draft 1: A tram", "## Draft 2: Something else"]
    assert not [name for name in drafting.members if name in drafting.desk.minutes(drafting.session)]
    assert "Person" not in drafting.desk.minutes(drafting.session)


def test_lineage_leads_back_to_groups_of_ideas_questions_and_papers(tmp_path: Path) -> None:
    agenda = [{"kind": "ideas"}, {"kind": "evidence"}, {"kind": "drafts"}]
    sitting = Sitting(tmp_path / "house.sqlite", 6, agenda)
    ideas, evidence, item = (row["id"] for row in sitting.facilitator()["agenda"])
    members, desk, session = sitting.arrive(), sitting.desk, sitting.session
    desk.start_item(session, ideas)
    for number in range(2):
        desk.write_idea(session, ideas, members[number], Words(f"k{number}", f"A tram {number}"))
    desk.ideas_step(session, ideas, "cluster")
    cards = [thing for thing, told in desk.named_ideas(session).items() if told["kind"] == "idea"]
    desk.make_cluster(session, ideas, Chosen(cards), Words("c", "Rails"), actor="facilitator")
    desk.start_item(session, evidence)
    desk.ask_as_member(Place(session, evidence), members[0], "q", "What does a tram cost?")
    desk.attach_paper(Place(session, evidence), "p", ("costs.txt", b"Much."), "What trams cost")
    desk.start_item(session, item)
    (group,) = desk.item_screen(session, item, "facilitator")["work"]["idea_groups"]
    assert group["words"] == "Rails"
    for _ in range(2):
        desk.make_themes_of(session, item, [group["id"]])
    work = desk.item_screen(session, item, "facilitator")["work"]
    assert [theme["name"] for theme in work["themes"]] == ["Rails"]
    assert work["idea_groups"] == []
    theme = work["themes"][0]["id"]
    desk.choose_theme(session, item, members[0], theme)
    desk.start_draft(session, item, theme, TRAM, key="d", member=members[0])
    (draft,) = (row["id"] for row in desk.item_screen(session, item, "hall")["work"]["drafts"])
    choices = {one["words"]: one["id"] for one in desk.draft_page(sitting.assembly, draft)["choices"]}
    named = [choices[words] for words in ("A tram 0", "What does a tram cost?", "What trams cost")]
    desk.source_draft(session, item, draft, named, member=members[0])
    told = [(one["kind"], one["words"]) for one in desk.draft_lineage(sitting.assembly, draft)["sources"]]
    assert told == [
        ("idea", "A tram 0"),
        ("question", "What does a tram cost?"),
        ("paper", "What trams cost"),
        ("group of ideas", "Rails"),
    ]
    desk.withdraw_question(Place(session, evidence), choices["What does a tram cost?"])
    assert desk.draft_lineage(sitting.assembly, draft)["sources"][1]["kind"] == "missing"
    sitting.close()


def test_lineage_names_what_is_missing(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.desk.source_draft(*drafting.place, draft, ["idea:1", "idea:1", "idea:2"], member=drafting.members[0])
    tree = drafting.desk.draft_lineage(drafting.sitting.assembly, draft)
    assert [(one["id"], one["kind"]) for one in tree["sources"]] == [("idea:1", "missing"), ("idea:2", "missing")]
    with pytest.raises(WrongState):
        drafting.desk.source_draft(*drafting.place, draft, [], member=drafting.members[9])
    with pytest.raises(NotFound):
        drafting.desk.draft_lineage(drafting.sitting.assembly, "nothing")


def test_the_journal_alone_tells_the_same_work(drafting: Drafting) -> None:
    draft = drafting.write()
    drafting.test(draft, "oiwwwaaeee", why="5")
    told = drafting.screen()
    drafting.sitting.restart()
    drafting.desk = drafting.sitting.desk
    assert drafting.screen() == told
    assert drafting.sitting.desk.broken_journal_row(drafting.sitting.assembly) is None
