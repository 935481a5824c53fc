"""What each audience sees of an ideas item, and what a member sees of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from facilitation.ideas import wall
from facilitation.ideas.merging import built_on
from facilitation.ideas.naming import LONGEST_NAME, MOST_NAMES, supported
from facilitation.ideas.terms import Terms, terms_of
from facilitation.ideas.trace import words_for
from facilitation.ideas.work import STEPS, Idea, Work
from facilitation.times import in_text
from facilitation.work import Audience, Context, Seen

IN_A_GROUP: Final = {"hall": 4, "member": 3, "facilitator": 8, "host": 8}
"""How many cards of a group are on the screens of each audience."""
LOOSE: Final = {"hall": 8, "member": 12, "facilitator": wall.PAGE, "host": wall.PAGE}
TO_TICK: Final = 9
"""Cards of each table that its host can tick at once; the page of the table has all."""
SAID: Final = {"hall": 12, "member": 20, "facilitator": 20, "host": 20}


def screen(work: Work, seen: Seen, audience: Audience) -> dict[str, Any]:
    """The public picture. In the step of writing it has no card."""
    terms, texts = terms_of(seen.state, seen.item), seen.texts
    written = sum(not idea.withdrawn for idea in work.ideas.values())
    whole: dict[str, Any] = {
        "question": terms.question,
        "most": terms.most,
        "each": terms.each,
        "hosts_cluster": terms.clusters == "hosts",
        "step": work.step,
        "steps": _steps(work),
        "silence": _silence(work, seen, terms),
        "written": written,
        "count": len(work.cards),
        "said": None,
        "groups": [],
        "loose": {"count": 0, "cards": []},
        "names": [],
        "longest_name": LONGEST_NAME,
        "running": seen.item.running,
    }
    if work.step == "share":
        whole["said"] = wall.said_json(work, texts, SAID[audience])
    if work.step in ("cluster", "name", "done"):
        whole["groups"] = wall.groups_json(work, texts, IN_A_GROUP[audience])
        whole["loose"] = wall.loose_json(work, texts, LOOSE[audience])
    if work.step in ("name", "done"):
        whole["names"] = _names(work, seen)
    if audience == "facilitator":
        whole |= _for_the_facilitator(work, seen)
    if audience == "host":
        whole |= _for_hosts(work, seen)
    return whole


def own(work: Work, seen: Seen, member: str) -> dict[str, Any]:
    """What this member alone sees: their own cards, those of their table, and which names they support."""
    terms = terms_of(seen.state, seen.item)
    mine = work.written_by(member)
    kept = sum(not idea.withdrawn for idea in mine)
    seat = seen.state.members.get(member)
    running = seen.item.running
    return {
        "cards": [_own_card(work, seen, idea) for idea in mine],
        "left": max(0, terms.each - kept) if terms.each else None,
        "may_write": running and work.step != "done" and (not terms.each or kept < terms.each),
        "may_change": running and work.step in ("write", "share"),
        "may_say": running and work.step == "share",
        "may_name": running and work.step == "name",
        "table": [] if seat is None or work.step != "share" else _said_here(work, seen, seat.table),
        "supports": supported(work, seen.answers.of(work.sheet), member),
        "proposed": _proposed(work, member),
        "most_names": MOST_NAMES,
    }


def _proposed(work: Work, member: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in work.names.values():
        if name.author == member:
            found[name.cluster] = found.get(name.cluster, 0) + 1
    return found


def _steps(work: Work) -> list[dict[str, str]]:
    order = list(STEPS)
    here = order.index(work.step)
    states = ["done" if place < here else "now" if place == here else "later" for place in range(len(order))]
    return [{"id": step, "label": STEPS[step], "state": state} for step, state in zip(order, states, strict=True)]


def _silence(work: Work, seen: Seen, terms: Terms) -> dict[str, Any] | None:
    """The silent time of the first step: a wish, like every clock here; it cuts nobody off."""
    begun = work.step_at or seen.item.started_at
    if work.step != "write" or begun is None or not seen.item.running:
        return None
    ends = begun + timedelta(minutes=terms.minutes)
    return {"ends_at": in_text(ends), "seconds_left": (ends - seen.now) // timedelta(seconds=1)}


def _own_card(work: Work, seen: Seen, idea: Idea) -> dict[str, Any]:
    """A card for its author; changed from where it stands until something is built on it."""
    top = work.top(idea.id)
    return {
        "id": idea.id,
        "number": idea.number,
        "text": seen.texts.get(idea.text),
        "version": len(idea.versions),
        "typed": idea.typed,
        "said": idea.said,
        "withdrawn": idea.withdrawn,
        "merged": top != idea.id,
        "group": words_for(work, work.place_of(top), seen.texts) if work.place_of(top) else "",
    }


def _said_here(work: Work, seen: Seen, table: int) -> list[dict[str, Any]]:
    tables = {member.id: member.table for member in seen.state.seated.values()}
    said = [idea for idea in wall.at_table(work, tables, table) if idea.said]
    return [wall.card_json(work, idea.id, seen.texts) for idea in said]


def _names(work: Work, seen: Seen) -> list[dict[str, Any]]:
    """The proposed names of each group in the order of proposal, without how many support them."""
    found = []
    for cluster in work.open_clusters:
        names = [name.id for name in work.names.values() if name.cluster == cluster.id and name.id in seen.texts]
        chosen = work.chosen.get(cluster.id)
        found.append(
            {
                **wall.group_json(work, cluster, seen.texts),
                "proposed": [{"id": name, "text": seen.texts[name]} for name in names],
                "chosen": "" if chosen is None else chosen.name,
                "by": "" if chosen is None else chosen.by,
            }
        )
    return found


def _for_the_facilitator(work: Work, seen: Seen) -> dict[str, Any]:
    return {**_for_hosts(work, seen, to_tick=0), "proposals": len(work.names)}


def _for_hosts(work: Work, seen: Seen, to_tick: int = TO_TICK) -> dict[str, Any]:
    """For those who put cards together: what may be alike, the merges with what stands in the way of undoing them,
    the groups that can be brought back; and of every table how far its round of telling has come.
    """
    tables = sorted({member.table for member in seen.state.seated.values()})
    grouping = work.step in ("cluster", "name")
    return {
        "alike": wall.suggestions(work, seen.texts) if grouping else {"count": 0, "pairs": []},
        "merges": _merges(work, seen) if work.step != "write" else [],
        "dissolved": [wall.group_json(work, one, seen.texts) for one in work.clusters.values() if one.dissolved],
        "tables": [table_json(work, seen, table, to_tick) for table in tables],
    }


def _merges(work: Work, seen: Seen) -> list[dict[str, Any]]:
    context = Context(seen.state, seen.session, seen.item, seen.now)
    newest = sorted(work.merges.values(), key=lambda merge: -merge.seq)
    return [
        {**wall.card_json(work, merge.id, seen.texts), "built_on": built_on(work, merge.id, context)}
        for merge in newest
    ]


def table_json(work: Work, seen: Seen, table: int, most: int | None = None) -> dict[str, Any]:
    """A table's telling, and its cards for the host to tick, those to be said first; none while everyone writes."""
    cards = wall.at_table(work, {member.id: member.table for member in seen.state.seated.values()}, table)
    number, told, of = wall.round_of(cards)
    shown = sorted(cards, key=lambda idea: (idea.said, idea.number))[:most] if work.step == "share" else []
    return {
        "table": table,
        "written": len(cards),
        "round": number,
        "told": told,
        "of": of,
        "cards": [{**wall.card_json(work, idea.id, seen.texts), "said": idea.said} for idea in shown],
    }
