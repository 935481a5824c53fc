"""Ideas at the desk, over a real database: words outside the journal, twice is once, names counted and then cut."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assemblies import Sitting

from facilitation.desk.ideas import Chosen, Words
from facilitation.errors import BadRequest, NotFound, SessionMovedOn, WrongState
from facilitation.ideas.work import Work

AGENDA: list[dict[str, Any]] = [
    {"kind": "ideas", "title": "Cards", "terms": {"question": "What would help?", "most": 300}},
    {"kind": "vote"},
]
ODD = ("🚲🌳", "مزيد من الحافلات", "Tŷ bach â dŵr, ŵyr", '<b>bold</b> & "quoted" <script>x</script>', "x" * 300)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Sitting]:
    sitting = Sitting(tmp_path / "ideas.sqlite", 6, agenda=AGENDA)
    sitting.arrive()
    sitting.desk.next_action(sitting.session)
    yield sitting
    sitting.close()


def item_of(hall: Sitting) -> str:
    return str(hall.facilitator()["agenda"][0]["id"])


def work_of(hall: Sitting) -> Work:
    """As the rows of the file tell it."""
    work = hall.replayed().work[item_of(hall)]
    assert isinstance(work, Work)
    return work


def members(hall: Sitting) -> list[str]:
    return list(hall.replayed().members)


def write(hall: Sitting, member: int, body: str, key: str = "", **how: Any) -> str:
    """A card; its id."""
    hall.desk.write_idea(hall.session, item_of(hall), members(hall)[member], Words(key or body[:90], body), **how)
    return list(work_of(hall).ideas)[-1]


def test_words_stand_outside_the_journal_and_sending_twice_is_sending_once(hall: Sitting) -> None:
    write(hall, 0, "More buses at night", key="k")
    write(hall, 0, "More buses at night", key="k")
    assert len(work_of(hall).ideas) == 1
    assert hall.rows("SELECT count(*) FROM journal WHERE data LIKE '%buses%'") == [(0,)]
    assert hall.rows("SELECT body FROM words") == [("More buses at night",)]
    write(hall, 1, "More buses at night", key="k")  # another member's key is another card
    assert len(work_of(hall).ideas) == 2


@pytest.mark.parametrize("body", ODD)
def test_any_words_come_back_to_the_letter(hall: Sitting, body: str) -> None:
    card = write(hall, 0, body, key="k")
    own = hall.desk.own_work(hall.session, item_of(hall), members(hall)[0])
    assert [(one["id"], one["text"]) for one in own["cards"]] == [(card, body)]


@pytest.mark.parametrize(
    ("body", "said"),
    [("", "The idea is empty"), ("  \n", "empty"), ("y" * 10_000, "has 10000 characters; there is room for 300")],
)
def test_an_empty_or_too_long_card_is_refused_and_changes_nothing(hall: Sitting, body: str, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        hall.desk.write_idea(hall.session, item_of(hall), members(hall)[0], Words("k", body))
    assert hall.rows("SELECT count(*) FROM words") == [(0,)]
    assert item_of(hall) not in hall.replayed().work


def test_a_host_types_corrects_and_the_author_sees_it(hall: Sitting) -> None:
    card = write(hall, 2, "A librry", key="k", actor="host:1")
    hall.desk.correct_idea(hall.session, item_of(hall), card, Words("k2", "A library"), actor="host:1")
    own = hall.desk.own_work(hall.session, item_of(hall), members(hall)[2])["cards"]
    assert [(one["text"], one["typed"], one["version"]) for one in own] == [("A library", True, 2)]
    mine = write(hall, 2, "My own", key="k3")
    with pytest.raises(NotFound):
        hall.desk.correct_idea(hall.session, item_of(hall), mine, Words("k4", "Changed"), actor="host:1")


def test_cards_are_merged_grouped_named_and_traced(hall: Sitting) -> None:
    desk, at = hall.desk, (hall.session, item_of(hall))
    first, second, third = (write(hall, n, body) for n, body in enumerate(("Buses at night", "Night buses", "Trees")))
    with pytest.raises(NotFound):
        desk.idea_trace(*at, first, member=members(hall)[1])  # not before it is read out
    assert desk.idea_trace(*at, first, member=members(hall)[0])["words"] == "Buses at night"
    assert desk.idea_cards(*at)["cards"] == []
    desk.ideas_step(*at, "cluster")
    for _ in range(2):
        desk.merge_cards(*at, [first, second], Words("m", "Buses late at night"), actor="host:1")
        desk.make_cluster(*at, Chosen([third]), Words("g", "Green"), actor="facilitator")
    work = work_of(hall)
    (merge,), (cluster,) = work.merges, work.clusters
    assert [card["text"] for card in desk.idea_cards(*at)["cards"]] == ["Buses late at night"]
    assert [card["text"] for card in desk.idea_cards(*at, cluster)["cards"]] == ["Trees"]
    desk.place_cards(*at, cluster, Chosen([merge]), actor="host:1")
    desk.title_cluster(*at, cluster, Words("t", "Greener"), actor="host:1")
    trace = desk.idea_trace(*at, merge)
    assert [idea["text"] for idea in trace["ideas"]] == ["Buses at night", "Night buses"]
    assert (trace["cluster"], trace["cluster_name"]) == (cluster, "Greener")
    known = desk.named_ideas(hall.session)
    assert (known[cluster]["words"], known[first]["words"]) == ("Greener", "Buses at night")
    screens = desk.public_screens(hall.session)
    assert not any(member in repr([trace, known, screens["hall"], screens["member"]]) for member in members(hall))


def test_two_hosts_at_once_and_the_second_is_told(hall: Sitting) -> None:
    desk, at = hall.desk, (hall.session, item_of(hall))
    card = write(hall, 0, "Trees")
    desk.ideas_step(*at, "cluster")
    for key in ("g", "h"):
        desk.make_cluster(*at, Chosen([]), Words(key), actor="host:1")
    one, other = work_of(hall).clusters
    second = hall.opened()  # another program with its own memory
    desk.place_cards(*at, one, Chosen([card], {card: ""}), actor="host:1")
    with pytest.raises(WrongState, match="Card 1 was put into group 1 by a host just now"):
        second.place_cards(*at, other, Chosen([card], {card: ""}), actor="host:2")
    assert work_of(hall).place_of(card) == one


def test_support_for_names_is_counted_and_then_nobody_can_be_found_in_it(hall: Sitting) -> None:
    desk, at, people = hall.desk, (hall.session, item_of(hall)), members(hall)
    write(hall, 0, "Trees")
    desk.ideas_step(*at, "cluster")
    desk.make_cluster(*at, Chosen([]), Words("g"), actor="facilitator")
    (cluster,) = work_of(hall).clusters
    desk.ideas_step(*at, "name")
    for member, body in enumerate(("Green", "Shade")):
        desk.propose_name(*at, cluster, Words("n", body), member=people[member])
    green, shade = work_of(hall).names
    for member in (2, 3):
        desk.support_name(*at, cluster, green, member=people[member])
        desk.support_name(*at, cluster, shade, member=people[member])
    assert desk.own_work(*at, people[2])["supports"] == {cluster: shade}
    with pytest.raises(NotFound):
        desk.support_name(*at, cluster, "nothing", member=people[2])
    screens = repr(desk.public_screens(hall.session))
    assert "'support" not in screens  # no count is shown
    desk.ideas_step(*at, "done")
    assert work_of(hall).chosen[cluster].name == shade
    assert hall.rows("SELECT count(*) FROM answer WHERE voice NOT LIKE '~%'") == [(0,)]
    with pytest.raises(WrongState, match="not being named"):
        desk.support_name(*at, cluster, green, member=people[2])
    desk.decide_name(*at, cluster, green)
    assert [name["name"] for name in hall.facilitator()["item"]["work"]["names"]] == ["Green"]


def test_undo_after_others_acted_says_what_was_built(hall: Sitting) -> None:
    desk, at = hall.desk, (hall.session, item_of(hall))
    cards = [write(hall, n, f"Card {n}") for n in range(3)]
    desk.ideas_step(*at, "cluster")
    desk.merge_cards(*at, cards[:2], Words("m"), actor="host:1")
    (merge,) = work_of(hall).merges
    desk.merge_cards(*at, [merge, cards[2]], Words("m2"), actor="host:2")
    hall.clock.go_on(120)
    (shown,) = [one for one in hall.facilitator()["item"]["work"]["merges"] if one["id"] == merge]
    assert shown["built_on"] == ["it was put together with other cards by a host 2 minutes ago"]
    desk.undo_merge(*at, list(work_of(hall).merges)[1], actor="facilitator")
    desk.next_action(hall.session)  # the item is over; a merge is undone all the same
    desk.undo_merge(*at, merge, actor="facilitator")
    assert work_of(hall).cards == tuple(cards)


def test_a_card_can_be_sent_while_a_vote_is_open_and_makes_no_page_stale(hall: Sitting) -> None:
    seen = hall.facilitator()["seq"]
    hall.open_round()
    write(hall, 0, "Late")
    with pytest.raises(SessionMovedOn):
        hall.desk.next_action(hall.session, seen_seq=seen)  # the vote that was opened did, not the card
    assert len(work_of(hall).ideas) == 1


def test_an_item_of_another_kind_has_no_cards(hall: Sitting) -> None:
    vote = str(hall.facilitator()["agenda"][1]["id"])
    with pytest.raises(WrongState, match="has no cards"):
        hall.desk.idea_cards(hall.session, vote)
    with pytest.raises(WrongState):
        hall.desk.write_idea(hall.session, vote, members(hall)[0], Words("k", "Card"))
