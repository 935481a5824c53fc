"""Drafts under any order of acts, sensible or not: no text is lost, the history is a line, the loop ends as it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from facilitation.activities import drafts
from facilitation.commands import ItemCommand
from facilitation.drafts import commands as ask
from facilitation.drafts.events import DraftMade, DraftTestClosed
from facilitation.drafts.loop import Line, State, counts_of, movement, told_movement
from facilitation.drafts.testing import WAITING, in_test
from facilitation.drafts.work import Draft, Fate, Work
from facilitation.errors import Refusal
from facilitation.event import Event
from facilitation.events import KINDS, Entry
from facilitation.model import Assembly, Item, Member, Session
from facilitation.rules.support import COMFORTABLE, SCALE
from facilitation.small_numbers import K
from facilitation.work import Context

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MEMBERS = tuple(f"m{number}" for number in range(12))
TERMS = {**drafts.terms({"seats": 3})}
ANSWERS = st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(SCALE), max_size=12)
CONTENT = st.tuples(st.just(MEMBERS), st.lists(st.sampled_from(COMFORTABLE), min_size=12, max_size=12)).map(
    lambda both: dict(zip(*both, strict=True))
)
WORDS, PLACE, BACK = st.sampled_from("abcd"), st.integers(0, 11), st.sampled_from([0, 0, 0, 1, 2])


def context(*, running: bool = True) -> Context:
    item = Item("i", "drafts", "Drafting", "", "14:00", 60, started_at=NOON if running else None, terms=TERMS)
    session = Session("s", "Sitting", (item,), current="i" if running else None)
    state = Assembly("a", members={one: Member(one, 1, "") for one in MEMBERS}, sessions={"s": session})
    return Context(state, session, item, NOON)


class Drafting(RuleBasedStateMachine):
    """Members, facilitators and latecomers press everything in any order; `sent` is every text that was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.work = Work()
        self.seq = 0
        self.sent: dict[str, str] = {}
        self.sheets: dict[str, dict[str, str]] = {}

    def press(self, command: ItemCommand, *, running: bool = True) -> tuple[Event, ...]:
        """The events, or none where it was refused; and what was refused or done already changes nothing."""
        try:
            events = drafts.decide(self.work, command, context(running=running))
        except Refusal:
            return ()
        for event in events:
            self.seq += 1
            entry = Entry(self.seq, NOON + timedelta(seconds=self.seq), "member", event)
            read_back = entry.link("a", "").entry
            assert KINDS[event.kind] is type(event)
            self.work = drafts.apply(self.work, read_back)
        if events:
            text = getattr(command, "text", None)
            if text is not None:
                assert drafts.decide(self.work, command, context()) == (), "what is sent twice is done once"
        return events

    def text(self, words: str) -> ask.Written:
        self.seq += 1
        return ask.Written(f"t{self.seq}", "c", words)

    def draft_at(self, place: int) -> Draft:
        return list(self.work.drafts.values())[place % len(self.work.drafts)]

    def theme_at(self, place: int) -> str:
        return ([*self.work.themes, "gone"])[place % (len(self.work.themes) + 1)]

    def someone(self, draft: Draft, who: int) -> str:
        """The staff, or one of the group, or anybody."""
        return ["", *self.work.group(draft.theme), *MEMBERS][who % (1 + len(self.work.group(draft.theme)) + 3)]

    @initialize(drafts=st.integers(1, 3))
    def begin(self, drafts: int) -> None:
        self.make_theme()
        self.make_theme()
        for member in MEMBERS[:4]:
            self.choose(member, int(member[1:]))
        for number in range(drafts):
            self.start("", number, "abc"[number])

    @rule()
    def make_theme(self) -> None:
        self.press(ask.MakeTheme("s", "f", "i", self.text("theme")))

    @rule(member=st.sampled_from(MEMBERS), theme=st.integers(0, 5))
    def choose(self, member: str, theme: int) -> None:
        self.press(ask.ChooseTheme("s", "m", "i", member, self.theme_at(theme)))

    @rule(theme=st.integers(0, 5))
    def remove_theme(self, theme: int) -> None:
        self.press(ask.RemoveTheme("s", "f", "i", self.theme_at(theme)))

    @rule(member=st.sampled_from((*MEMBERS[:4], "")), theme=st.integers(0, 5), words=WORDS)
    def start(self, member: str, theme: int, words: str) -> None:
        text = self.text(words)
        for event in self.press(ask.StartDraft("s", "m", "i", member, self.theme_at(theme), text)):
            assert isinstance(event, DraftMade)
            self.sent[text.id] = text.id

    @precondition(lambda self: self.work.drafts)
    @rule(place=PLACE, who=PLACE, words=WORDS, back=BACK)
    def save(self, place: int, who: int, words: str, back: int) -> None:
        found, text = self.draft_at(place), self.text(words)
        on = max(1, found.now.number - back)
        if self.press(ask.SaveDraft("s", "m", "i", self.someone(found, who), found.id, on, text)):
            self.sent[text.id] = found.id
        elif not found.withdrawn:
            said = (found.now.fingerprint, found.version(on).fingerprint)
            assert words in said, "a save of other words is a version or an amendment, never nothing"

    @precondition(lambda self: self.work.drafts)
    @rule(place=PLACE, words=WORDS, back=BACK)
    def propose(self, place: int, words: str, back: int) -> None:
        found, text = self.draft_at(place), self.text(words)
        on = max(1, found.now.number - back)
        if self.press(ask.ProposeAmendment("s", "m", "i", found.id, on, text)):
            self.sent[text.id] = found.id

    @precondition(lambda self: any(draft.amendments for draft in self.work.drafts.values()))
    @rule(place=PLACE, which=PLACE, who=PLACE, stale=BACK)
    def accept(self, place: int, which: int, who: int, stale: int) -> None:
        amended = [draft for draft in self.work.drafts.values() if draft.amendments]
        found = amended[place % len(amended)]
        amendment = found.amendments[which % len(found.amendments)]
        on, text = found.now.number - stale, self.text(amendment.fingerprint)
        someone = self.someone(found, who)
        if self.press(ask.AcceptAmendment("s", "m", "i", someone, found.id, amendment.id, on, text)):
            assert amendment.fate is Fate.OPEN
            assert stale == 0
            assert self.work.drafts[found.id].now.fingerprint == amendment.fingerprint

    @precondition(lambda self: any(draft.amendments for draft in self.work.drafts.values()))
    @rule(place=PLACE, which=PLACE, back=st.booleans())
    def refuse(self, place: int, which: int, back: bool) -> None:
        amended = [draft for draft in self.work.drafts.values() if draft.amendments]
        found = amended[place % len(amended)]
        amendment = found.amendments[which % len(found.amendments)].id
        declined = ask.DeclineAmendment("s", "f", "i", "", found.id, amendment, self.text("why"))
        self.press(ask.TakeAmendmentBack("s", "m", "i", found.id, amendment) if back else declined)

    @precondition(lambda self: self.work.drafts)
    @rule(place=PLACE, what=st.sampled_from(["withdraw", "restore", "restore", "stop", "resume", "resume", "show"]))
    def handle(self, place: int, what: str) -> None:
        draft = self.draft_at(place).id
        asked: dict[str, ItemCommand] = {
            "withdraw": ask.WithdrawDraft("s", "f", "i", draft, self.text("why")),
            "restore": ask.RestoreDraft("s", "f", "i", draft),
            "stop": ask.StopLoop("s", "f", "i", draft, self.text("why")),
            "resume": ask.ResumeLoop("s", "f", "i", draft),
            "show": ask.ShowDraft("s", "f", "i", draft),
        }
        self.press(asked[what])

    @precondition(lambda self: self.work.drafts)
    @rule(chosen=st.lists(PLACE, max_size=2), running=st.sampled_from([True, True, True, False]))
    def open_test(self, chosen: list[int], running: bool) -> None:
        self.seq += 1
        was_open, drafts = self.work.testing, tuple(self.draft_at(one).id for one in chosen)
        if self.press(ask.OpenTest("s", "f", "i", f"test{self.seq}", drafts), running=running):
            assert running
            assert not was_open

    @precondition(lambda self: self.work.testing)
    @rule(answers=ANSWERS | CONTENT, objects=st.booleans())
    def close_test(self, answers: dict[str, str], objects: bool) -> None:
        test = self.work.testing
        results = {}
        for draft in in_test(self.work):
            before = self.sheets.get(draft.id)
            moved = None if before is None else told_movement(before, answers)
            reason = {"text": self.text("r").id, "commitment": "c", "answer": "lament", "objection": objects}
            results[draft.id] = {
                "answered": len(answers),
                "counts": counts_of(answers) if len(answers) >= K else None,
                "moved": None if moved is None else vars(moved),
                "reasons": [reason],
            }
        for event in self.press(ask.CloseTest("s", "f", "i", test, len(MEMBERS), results)):
            assert isinstance(event, DraftTestClosed)
            assert not self.press(ask.CloseTest("s", "f", "i", test, len(MEMBERS), results)), "closed once"
            self.sheets |= dict.fromkeys(results, answers)

    @precondition(lambda self: self.work.objections)
    @rule(which=st.integers(0, 3), what=st.sampled_from(["resolve", "confirm", "reopen"]))
    def answer_an_objection(self, which: int, what: str) -> None:
        for one in list(self.work.objections.values())[which : which + 1]:
            asked: dict[str, ItemCommand] = {
                "resolve": ask.ResolveObjection("s", "f", "i", "", one.id),
                "confirm": ask.ConfirmObjection("s", "m", "i", one.id),
                "reopen": ask.ReopenObjection("s", "m", "i", one.id),
            }
            self.press(asked[what])

    @invariant()
    def no_text_is_lost(self) -> None:
        for text, draft in self.sent.items():
            found = self.work.drafts[draft]
            assert text in {one.text for one in found.versions} | {one.id for one in found.amendments}

    @invariant()
    def history_is_a_line(self) -> None:
        for draft in self.work.drafts.values():
            assert [one.number for one in draft.versions] == list(range(1, len(draft.versions) + 1))
            assert list(draft.versions) == sorted(draft.versions, key=lambda one: one.at)
            for one in draft.amendments:
                assert one.on <= len(draft.versions)
                assert (one.fate is Fate.ACCEPTED) == (one.version > 0)
            for version in draft.versions:
                if version.amendment:
                    assert draft.amendment(version.amendment).version == version.number

    @invariant()
    def no_group_is_over_full(self) -> None:
        assert all(len(self.work.group(theme)) <= TERMS["seats"] for theme in self.work.themes)
        assert set(self.work.groups.values()) <= self.work.themes.keys()

    @invariant()
    def the_loop_ends_only_at_reached_or_stopped(self) -> None:
        for draft in self.work.drafts.values():
            if draft.state is State.REACHED:
                last = draft.held[-1]
                assert last.counts is not None
                comfort = sum(last.counts[answer] for answer in COMFORTABLE)
                assert 5 * comfort >= 4 * last.answered
                assert last.answered >= K
                assert draft.version(last.version).fingerprint == draft.now.fingerprint
            elif draft.state not in (State.STOPPED, State.WITHDRAWN, State.IN_TEST):
                assert draft.state in WAITING

    @invariant()
    def tests_stand(self) -> None:
        for draft in self.work.drafts.values():
            assert sum(one.closed_at is None for one in draft.tests) == (draft.in_test)
            assert not draft.in_test or draft.tests[-1].test == self.work.testing
            assert not draft.in_test or draft.tests[-1].version == draft.now.number, (
                "wordings wait while they are asked"
            )
            for one in draft.held:
                assert one.counts is None or sum(one.counts.values()) == one.answered
                if one.moved is not None:
                    moved = one.moved
                    assert moved.up + moved.down + moved.stayed + moved.new == one.answered


Drafting.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
TestDrafting = pytest.mark.slow(Drafting.TestCase)


@given(ANSWERS, ANSWERS)
def test_movement_is_what_it_says(before: dict[str, str], now: dict[str, str]) -> None:
    moved = movement(before, now)
    assert moved.up + moved.down + moved.stayed + moved.new == len(now)
    assert moved.up + moved.down + moved.stayed + moved.gone == len(before)
    swapped = movement(now, before)
    assert (swapped.up, swapped.down, swapped.new, swapped.gone) == (moved.down, moved.up, moved.gone, moved.new)
    assert movement(now, now) == replace(movement({}, {}), stayed=len(now))


@given(ANSWERS, ANSWERS)
def test_movement_is_told_only_where_few_who_answered_once_cannot_be_worked_out(
    before: dict[str, str], now: dict[str, str]
) -> None:
    told = told_movement(before, now)
    for one, other in ((before, now), (now, before)):
        once = [answer for voice, answer in one.items() if voice not in other]
        if 0 < len(once) < K or (once and max(map(once.count, once)) >= len(once) - 1):
            assert told is None
    if told is not None:
        assert told == movement(before, now)
        assert min(len(before), len(now)) >= K


@given(st.integers(0, 40), st.integers(0, 40))
def test_four_fifths_are_reached_exactly_at_four_fifths(comfortable: int, others: int) -> None:
    answered = comfortable + others
    assert Line().reached(comfortable, answered) == (answered > 0 and 5 * comfortable >= 4 * answered)
    assert Line(Fraction(1)).reached(comfortable, answered) == (answered > 0 and others == 0)


def test_four_of_five_are_enough_and_one_in_a_hundred_less_is_not() -> None:
    assert Line().reached(4, 5)
    assert Line().reached(80, 100)
    assert not Line().reached(79, 99 + 1)
    assert Line().enough(K, 1000)
    assert not Line().enough(K - 1, 4)
    assert Line(participation=Fraction(1, 2)).enough(20, 40)
    assert not Line(participation=Fraction(1, 2)).enough(19, 40)
