"""An ideas item in any order of acts: no card is ever lost, none is in two groups, and undoing restores exactly."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from ideas_rooms import Room

from facilitation.activities import ideas
from facilitation.errors import Refusal
from facilitation.events import Entry
from facilitation.ideas import commands as c
from facilitation.ideas.work import STEPS

MEMBERS = st.sampled_from(["m1", "m2", "m3"])
STAFF = st.sampled_from(["host", "facilitator"])


class Hall(RuleBasedStateMachine):
    cards = Bundle("cards")
    clusters = Bundle("clusters")

    @initialize()
    def begin(self) -> None:
        self.room, self.made = Room(each=0), 0
        self.entries: list[Entry] = []

    def ask(self, command: type, *parts: object, actor: str = "facilitator") -> bool:
        """Whether it was done; a refusal has changed nothing."""
        before, seq = self.room.work, self.room.seq
        try:
            events = self.room.do(command, *parts, actor=actor)
        except Refusal:
            assert self.room.work is before
            return False
        self.entries += [Entry(seq + place, self.room.now, actor, event) for place, event in enumerate(events, start=1)]
        return bool(events)

    def new(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    @rule(target=cards, member=MEMBERS, typed=st.booleans())
    def write(self, member: str, typed: bool) -> str:
        card = self.new("c")
        self.ask(c.WriteIdea, card, "hash", member, typed, actor="host" if typed else "member")
        return card

    @rule(card=cards, member=MEMBERS)
    def correct(self, card: str, member: str) -> None:
        self.ask(c.CorrectIdea, card, self.new("t"), "hash", member, actor="member")

    @rule(card=cards, back=st.booleans(), member=st.sampled_from(["m1", "m2", "m3", ""]))
    def withdraw(self, card: str, back: bool, member: str) -> None:
        self.ask(c.WithdrawIdea, card, not back, member, actor="member" if member else "facilitator")

    @rule(card=cards, said=st.booleans())
    def say(self, card: str, said: bool) -> None:
        self.ask(c.SayIdea, card, said, "", actor="host")

    @rule(target=cards, parts=st.lists(cards, min_size=1, max_size=4), actor=STAFF)
    def merge(self, parts: list[str], actor: str) -> str:
        merged = self.new("x")
        before = self.room.bare()
        if self.ask(c.MergeCards, merged, parts, actor=actor):
            kept = self.room.work, self.room.seq
            assert self.room.do(c.UndoMerge, merged)
            assert self.room.bare() == before
            self.room.work, self.room.seq = kept
        return merged

    @rule(card=cards)
    def undo(self, card: str) -> None:
        work = self.room.work
        if self.ask(c.UndoMerge, card):
            after = self.room.work
            assert set(work.merges[card].parts) <= set(after.cards)
            assert all(after.places.get(part) == work.places.get(part) for part in work.merges[card].parts)

    @rule(target=clusters, some=st.lists(cards, max_size=3))
    def make(self, some: list[str]) -> str:
        cluster = self.new("g")
        seen = {card: self.room.work.place_of(card) for card in some}
        self.ask(c.MakeCluster, cluster, some, seen, 1, actor="host")
        return cluster

    @rule(cluster=st.one_of(st.just(""), clusters), some=st.lists(cards, min_size=1, max_size=3), stale=st.booleans())
    def place(self, cluster: str, some: list[str], stale: bool) -> None:
        seen = {card: "elsewhere" if stale else self.room.work.place_of(card) for card in some}
        self.ask(c.PlaceCards, cluster, some, seen, actor="host")

    @rule(cluster=clusters, dissolved=st.booleans())
    def dissolve(self, cluster: str, dissolved: bool) -> None:
        self.ask(c.DissolveCluster, cluster, dissolved)

    @rule(cluster=clusters, member=MEMBERS)
    def propose(self, cluster: str, member: str) -> None:
        self.ask(c.ProposeName, cluster, self.new("n"), "hash", member, actor="member")

    @rule(step=st.sampled_from(["cluster", "cluster", *STEPS]))
    def step(self, step: str) -> None:
        before = self.room.seq
        events = self.room.step(step)
        self.entries += [
            Entry(before + place, self.room.now, "facilitator", event) for place, event in enumerate(events, 1)
        ]

    @invariant()
    def no_card_is_lost(self) -> None:
        work = self.room.work
        shown = [idea.id for card in work.cards for idea in work.originals(card)]
        assert sorted(shown) == sorted(idea.id for idea in work.ideas.values() if not idea.withdrawn)
        assert all(work.told[idea] for idea in work.ideas)

    @invariant()
    def a_card_is_in_one_group_at_most(self) -> None:
        work = self.room.work
        grouped = [card for cluster in work.open_clusters for card in work.in_cluster(cluster.id)]
        assert sorted([*grouped, *work.in_cluster("")]) == sorted(work.cards)
        assert {place.cluster for place in work.places.values()} <= {cluster.id for cluster in work.open_clusters}

    @invariant()
    def screens_can_be_drawn(self) -> None:
        for audience in ("member", "hall", "host", "facilitator"):
            seen = self.room.screen(audience)
            assert not any(f"'{member}'" in repr(seen) for member in ("m1", "m2", "m3"))
            if self.room.work.step == "write":
                assert "words of c" not in repr(seen)

    def teardown(self) -> None:
        """The journal alone gives the same work again."""
        if not hasattr(self, "room"):
            return
        again = ideas.state()
        for entry in self.entries:
            again = ideas.apply(again, entry)
        assert again == self.room.work


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
