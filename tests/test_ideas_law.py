"""The law of an ideas item, without a database: who may do what when, and what a refusal says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ideas_rooms import Room, room

from facilitation.errors import BadRequest, CannotUndo, NotAMember, NotFound, WrongState
from facilitation.ideas import commands as c
from facilitation.ideas.terms import read
from facilitation.ideas.trace import named, story, trace


def test_cards_are_written_one_at_a_time_and_sending_twice_is_sending_once() -> None:
    r = room()
    r.write("a", "m1")
    assert r.do(c.WriteIdea, "a", "hash", "m1", actor="member") == ()
    assert [(idea.number, idea.author, idea.table) for idea in r.work.ideas.values()] == [(1, "m1", 1)]


def test_nobody_but_a_member_writes_and_no_more_than_the_terms_allow() -> None:
    r = room(each=2)
    with pytest.raises(NotAMember):
        r.write("x", "stranger")
    r.write("a", "m1")
    r.write("b", "m1")
    with pytest.raises(WrongState, match="2 of at most 2 cards"):
        r.write("c", "m1")
    r.do(c.WithdrawIdea, "a", True, "m1")
    r.write("c", "m1")
    assert r.work.cards == ("b", "c")


def test_a_host_types_for_somebody_and_the_card_says_so_but_not_for_whom() -> None:
    r = room()
    r.do(c.WriteIdea, "a", "hash", "m2", True, actor="host")
    assert r.work.ideas["a"].typed
    r.step("share")
    for audience in ("member", "hall", "host", "facilitator"):
        assert "m2" not in repr(r.screen(audience))
    assert r.screen("host")["tables"][0]["cards"][0]["typed"]


def test_while_everyone_writes_no_screen_has_a_card() -> None:
    r = room()
    r.write("a", "m1")
    for audience in ("member", "hall", "host", "facilitator"):
        seen = r.screen(audience)
        assert "words of a" not in repr(seen)
        assert seen["written"] == 1
    assert [card["text"] for card in r.own("m1")["cards"]] == ["words of a"]
    assert r.own("m2")["cards"] == []
    r.step("share")
    r.do(c.SayIdea, "a", True, "m1", actor="member")
    r.step("write")  # also when the hall has gone back to it
    assert not any("words of a" in repr(r.screen(audience)) for audience in ("member", "hall", "host", "facilitator"))
    assert "words of a" not in repr(r.own("m2"))


def test_the_silence_is_a_clock_that_cuts_nobody_off() -> None:
    r = room(minutes=5)
    assert r.screen("hall")["silence"]["seconds_left"] == 300
    r.now += timedelta(minutes=7)
    assert r.screen("hall")["silence"]["seconds_left"] == -120
    r.write("late", "m1")
    r.step("share")
    assert r.screen("hall")["silence"] is None
    r.step("write")
    assert r.screen("hall")["silence"]["seconds_left"] == 300


def test_an_author_corrects_and_takes_back_until_cards_are_grouped() -> None:
    r = room()
    r.write("a", "m1")
    r.do(c.CorrectIdea, "a", "a2", "hash", "m1", actor="member")
    assert r.do(c.CorrectIdea, "a", "a2", "hash", "m1", actor="member") == ()
    assert r.work.ideas["a"].versions == ("a", "a2")
    with pytest.raises(NotFound):
        r.do(c.CorrectIdea, "a", "a3", "hash", "m2", actor="member")
    r.step("cluster")
    for command in ((c.CorrectIdea, "a", "a3", "hash", "m1"), (c.WithdrawIdea, "a", True, "m1")):
        with pytest.raises(WrongState, match="not possible in the step “Group”"):
            r.do(*command, actor="member")
    r.do(c.WithdrawIdea, "a", True, "", actor="facilitator")  # the facilitator takes a card off the wall at any time
    assert r.work.cards == ()
    r.do(c.WithdrawIdea, "a", False, "", actor="facilitator")
    assert [deed.what for deed in trace(r.work, "a").deeds] == ["written", "corrected", "withdrawn", "put back"]


def test_a_late_card_lies_loose_on_the_wall_and_the_last_step_takes_none() -> None:
    r = room()
    r.step("cluster")
    r.write("late", "m1")
    assert r.screen("hall")["loose"]["count"] == 1
    r.step("done")
    with pytest.raises(WrongState, match="“Done”"):
        r.write("too-late", "m1")


def test_nothing_is_taken_once_the_item_is_over() -> None:
    r = room()
    r.write("a", "m1")
    r.write("b", "m2")
    r.step("cluster")
    r.do(c.MergeCards, "ab", ["a", "b"])
    r.end()
    with pytest.raises(WrongState, match="is not running"):
        r.write("c", "m1")
    with pytest.raises(WrongState, match="is not running"):
        r.step("done")
    r.do(c.UndoMerge, "ab")  # a merge is undone at any time
    assert r.work.cards == ("a", "b")


def test_everyone_tells_one_idea_before_anyone_tells_a_second() -> None:
    r = room()
    for card, member in (("a", "m1"), ("b", "m1"), ("c", "m2"), ("d", "m3")):
        r.write(card, member)
    r.step("share")
    assert r.telling(1) == (1, 0, 2)  # m1 and m2 sit at table 1
    r.do(c.SayIdea, "a", True, "m1", actor="member")
    assert r.telling(1) == (1, 1, 2)
    r.do(c.SayIdea, "c", True, "", actor="host")
    assert r.telling(1) == (2, 0, 1)
    r.do(c.SayIdea, "b", True, "", actor="host")
    assert r.telling(1) == (0, 0, 0)
    assert r.do(c.SayIdea, "b", True, "", actor="host") == ()
    r.do(c.SayIdea, "b", False, "", actor="host")
    assert [card["id"] for card in r.screen("hall")["said"]["cards"]] == ["c", "a"]
    assert [card["id"] for card in r.own("m2")["table"]] == ["a", "c"]
    assert r.own("m3")["table"] == []


def test_a_member_moved_while_writing_takes_their_cards_along() -> None:
    r = room()
    r.write("a", "m1")
    r.move("m1", 2)
    r.write("b", "m1")
    r.step("share")
    assert [card["id"] for card in r.screen("host")["tables"][1]["cards"]] == ["a", "b"]
    r.do(c.SayIdea, "a", True, "m1", actor="member")
    r.move("m1", 1)
    assert [card["id"] for card in r.screen("host")["tables"][1]["cards"]] == ["a"]  # said at table 2, and stays there


def test_cards_become_one_and_the_originals_are_kept_under_it() -> None:
    r = grouping("a", "b", "d")
    r.do(c.MergeCards, "ab", ["b", "a"])
    assert r.work.cards == ("ab", "d")
    shown = r.screen("hall")["loose"]["cards"][0]
    assert (shown["text"], [part["id"] for part in shown["parts"]]) == ("words of b", ["b", "a"])
    r.do(c.MergeCards, "abd", ["ab", "d"], "own words", "hash", actor="host")
    assert [part["id"] for part in r.screen("hall")["loose"]["cards"][0]["parts"]] == ["b", "a", "d"]
    assert r.do(c.MergeCards, "abd", ["ab", "d"]) == ()


@pytest.mark.parametrize("cards", [[], ["a"], ["a", "a"]])
def test_one_card_is_made_of_two_different_ones(cards: list[str]) -> None:
    with pytest.raises(BadRequest, match="two or more different cards"):
        grouping("a", "b").do(c.MergeCards, "x", cards)


def test_cards_taken_back_and_cards_under_others_cannot_be_merged() -> None:
    r = grouping("a", "b", "d")
    r.do(c.WithdrawIdea, "d", True, "", actor="facilitator")
    with pytest.raises(WrongState, match="Card 3 was taken back by the facilitator just now"):
        r.do(c.MergeCards, "x", ["a", "d"])
    r.do(c.MergeCards, "ab", ["a", "b"], actor="host")
    with pytest.raises(WrongState, match="Card 2 was put together with others by a host just now") as no:
        r.do(c.MergeCards, "x", ["b", "ab"])
    assert "number 1" in no.value.remedy
    with pytest.raises(NotFound):
        r.do(c.MergeCards, "x", ["ab", "nowhere"])


def test_an_author_cannot_change_what_was_put_together() -> None:
    r = grouping("a", "b")
    r.do(c.MergeCards, "ab", ["a", "b"], actor="host")
    r.step("share")
    for command in ((c.CorrectIdea, "a", "a2", "hash", "m1"), (c.WithdrawIdea, "a", True, "m1")):
        with pytest.raises(WrongState, match="put together with others by a host"):
            r.do(*command, actor="member")


def test_undoing_a_merge_puts_every_card_back_where_it_was() -> None:
    r = grouping("a", "b", "d")
    r.do(c.MakeCluster, "g", ["a"], {}, 1)
    r.do(c.MakeCluster, "h", ["b"], {}, 1)
    before = r.bare()
    r.do(c.MergeCards, "ab", ["a", "b"])
    assert r.work.place_of("ab") == "g"
    r.do(c.UndoMerge, "ab")
    assert r.bare() == before
    assert r.do(c.UndoMerge, "ab") == ()
    with pytest.raises(NotFound):
        r.do(c.UndoMerge, "never")


def test_a_merge_on_which_something_is_built_is_not_undone_and_says_why() -> None:
    r = grouping("a", "b", "d")
    r.do(c.MergeCards, "ab", ["a", "b"])
    r.do(c.MergeCards, "abd", ["ab", "d"], actor="host")
    r.now += timedelta(minutes=3)
    with pytest.raises(CannotUndo, match="put together with other cards by a host 3 minutes ago"):
        r.do(c.UndoMerge, "ab")
    r.do(c.UndoMerge, "abd")
    r.do(c.MakeCluster, "g", ["ab"], {}, 2, actor="host")
    with pytest.raises(CannotUndo, match="put into group 1 by a host just now"):
        r.do(c.UndoMerge, "ab")
    r.do(c.PlaceCards, "", ["ab"], {"ab": "g"})
    r.cite("ab")
    with pytest.raises(CannotUndo, match="draft 1, written by members, cites it"):
        r.do(c.UndoMerge, "ab")


def test_the_second_of_two_hosts_is_told_who_moved_the_card() -> None:
    r = grouping("a", "b")
    r.do(c.MakeCluster, "g", ["a"], {}, 1, actor="host")
    r.do(c.MakeCluster, "h", [], {}, 2, actor="host")
    before = r.work
    with pytest.raises(WrongState, match="Card 1 was put into group 1 by a host just now"):
        r.do(c.PlaceCards, "h", ["b", "a"], {"a": "", "b": ""}, actor="host")
    assert r.work == before
    assert r.do(c.PlaceCards, "g", ["a"], {}, actor="host") == ()  # both wanted the same: nothing to tell
    r.do(c.PlaceCards, "h", ["a"], {"a": "g"}, actor="host")
    with pytest.raises(WrongState, match="was put into group 2"):
        r.do(c.PlaceCards, "", ["a"], {"a": "g"}, actor="host")


def test_a_dissolved_group_comes_back_with_the_cards_that_are_still_loose() -> None:
    r = grouping("a", "b", "d")
    r.do(c.MakeCluster, "g", ["a", "b"], {}, 1)
    r.do(c.MakeCluster, "h", [], {}, 1)
    r.do(c.DissolveCluster, "g", True)
    with pytest.raises(WrongState, match="Group 1 was dissolved"):
        r.do(c.PlaceCards, "g", ["d"], {})
    r.do(c.PlaceCards, "h", ["a"], {})
    r.do(c.DissolveCluster, "g", False)
    assert (r.work.in_cluster("g"), r.work.in_cluster("h"), r.work.in_cluster("")) == (("b",), ("a",), ("d",))
    assert r.do(c.DissolveCluster, "g", False) == ()


def test_where_the_agenda_says_so_the_facilitator_alone_groups() -> None:
    r = grouping("a", "b", clusters="facilitator")
    for command in ((c.MakeCluster, "g", ["a"], {}, 1), (c.MergeCards, "ab", ["a", "b"])):
        with pytest.raises(WrongState, match="the facilitator alone"):
            r.do(*command, actor="host")
        r.do(*command, actor="facilitator")


def test_a_declined_pair_is_not_suggested_again_nor_is_one_that_was_merged() -> None:
    r = grouping(
        "a", "b", "d", "e", texts={"a": "night buses", "b": "night buses", "d": "more trees", "e": "more trees"}
    )
    assert [[card["id"] for card in pair["cards"]] for pair in r.screen("facilitator")["alike"]["pairs"]] == [
        ["a", "b"],
        ["d", "e"],
    ]
    r.do(c.DeclineAlike, "b", "a")
    r.do(c.MergeCards, "de", ["d", "e"])
    assert r.screen("facilitator")["alike"] == {"count": 0, "pairs": []}
    assert r.do(c.DeclineAlike, "a", "b") == ()
    r.do(c.UndoMerge, "de")
    assert r.screen("host")["alike"]["count"] == 1


def test_the_most_supported_name_is_chosen_and_a_tie_is_told() -> None:
    r = grouping("a", "b")
    for cluster in ("g", "h"):
        r.do(c.MakeCluster, cluster, [], {}, 1)
    r.step("name")
    r.propose("g", "n1", "m1")
    r.propose("g", "n2", "m2")
    r.propose("h", "n3", "m1")
    assert r.propose("h", "n3", "m1") == ()
    r.support["m3"] = {"g": "n2"}
    r.step("done")
    assert [(one["name"], one["by"]) for one in shown_names(r)] == [
        ("words of n2", "members"),
        ("words of n3", "members"),
    ]
    r.step("name")
    r.support["m3"] = {}
    r.step("done")
    first = shown_names(r)[0]
    assert (first["name"], first["named"], first["level"]) == ("Group 1", False, ["words of n1", "words of n2"])
    r.do(c.DecideName, "g", "n1")
    assert shown_names(r)[0]["name"] == "words of n1"
    r.step("name")
    r.support["m3"] = {"g": "n2"}
    r.step("done")
    assert shown_names(r)[0]["name"] == "words of n1"  # what the facilitator decided stays
    with pytest.raises(NotFound):
        r.do(c.DecideName, "g", "n3")


def test_names_are_proposed_in_their_step_by_members_three_for_each_group() -> None:
    r = grouping("a")
    r.do(c.MakeCluster, "g", ["a"], {}, 1)
    with pytest.raises(WrongState):
        r.propose("g", "n0", "m1")
    r.step("name")
    for name in ("n1", "n2", "n3"):
        r.propose("g", name, "m1")
    with pytest.raises(WrongState, match="proposed 3 names"):
        r.propose("g", "n4", "m1")
    with pytest.raises(NotAMember):
        r.propose("g", "n5", "stranger")
    assert r.own("m1")["supports"] == {"g": "n3"}


def test_steps_go_on_and_back_and_pressing_twice_is_pressing_once() -> None:
    r = room()
    r.step("share")
    assert r.step("share") == ()
    r.step("write")
    assert [step["state"] for step in r.screen("hall")["steps"]] == ["now", "later", "later", "later", "later"]
    with pytest.raises(BadRequest, match="There is no such step"):
        r.step("nowhere")


def test_the_trace_tells_wordings_merges_and_groups_with_role_and_moment() -> None:
    r = grouping("a", "b")
    r.step("share")
    r.do(c.CorrectIdea, "a", "a2", "hash", "m1", actor="member")
    r.step("cluster")
    r.do(c.MergeCards, "ab", ["a", "b"], actor="host")
    r.do(c.MakeCluster, "g", ["ab"], {}, 1, "title", "hash", actor="host")
    found = trace(r.work, "a")
    assert (found.kind, found.ideas, found.under, found.cluster) == ("idea", ("a",), "ab", "g")
    assert trace(r.work, "g").ideas == ("a", "b")
    lines = [(line["who"], line["what"], line["words"]) for line in story(r.work, "a", r.texts)]
    assert lines == [
        ("a member", "Written", "words of a"),
        ("a member", "Corrected", "words of a2"),
        ("a host", "Put together with other cards", None),
    ]
    with pytest.raises(NotFound):
        trace(r.work, "nowhere")
    del r.texts["a"]
    assert story(r.work, "a", r.texts)[0]["erased"]
    assert "m1" not in repr([story(r.work, thing, r.texts) for thing in ("a", "ab", "g")])


def test_drafts_can_cite_cards_and_groups_once_all_can_see_them() -> None:
    r = grouping("a", "b", "d")
    r.do(c.WithdrawIdea, "d", True, "", actor="facilitator")
    r.do(c.MergeCards, "ab", ["a", "b"])
    r.do(c.MakeCluster, "g", ["ab"], {}, 1, "title", "hash")
    found = {thing: (told["kind"], told["words"]) for thing, told in named(r.work, r.texts).items()}
    cards = {"ab": ("idea", "words of a"), "a": ("idea", "words of a"), "b": ("idea", "words of b")}
    assert found == {"g": ("cluster", "words of title"), **cards}
    r.step("write")
    assert named(r.work, r.texts) == {}


def test_the_minutes_have_question_groups_and_cards_and_no_names() -> None:
    r = grouping("a", "b", "d")
    r.do(c.MergeCards, "ab", ["a", "b"])
    r.do(c.MakeCluster, "g", ["ab"], {}, 1)
    assert r.minutes() == [
        "The question was: What would help?",
        "Members wrote 3 cards in silence; 2 are left after those that say the same were put together.",
        "## Group 1 (1 card)",
        "- words of a; also: words of b",
        "## In no group (1 card)",
        "- words of d",
    ]
    assert room().minutes() == []


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"most": 10_001}, "most"),
        ({"most": "many"}, "most"),
        ({"minutes": 0}, "minutes"),
        ({"each": -1}, "each"),
        ({"each": True}, "each"),
        ({"clusters": "members"}, "groups"),
        ({"question": "x" * 501}, "501 characters"),
        ({"question": 7}, "question"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_terms_that_do_not_fit_are_refused(row: dict[str, Any], word: str) -> None:
    with pytest.raises(BadRequest, match=word):
        read(row)


def test_an_item_that_goes_on_has_the_terms_of_the_first_unless_it_says_others() -> None:
    r = room(most=500)
    again = replace(r.item, id="i2", continues="i1", terms={"minutes": 2}, title="Again")
    r.use(again)
    seen = r.screen("member")
    assert (seen["question"], seen["most"]) == ("What would help?", 500)
    assert r.screen("hall")["silence"]["seconds_left"] == 120


def grouping(*cards: str, texts: dict[str, str] | None = None, **terms: Any) -> Room:
    """A room with these cards in the step of grouping."""
    r = room(**terms)
    r.texts.update(texts or {})
    for place, card in enumerate(cards):
        r.write(card, f"m{place % 3 + 1}")
    r.step("cluster")
    return r


def shown_names(r: Room) -> list[dict[str, Any]]:
    names: list[dict[str, Any]] = r.screen("hall")["names"]
    return names
