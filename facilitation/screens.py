"""What each audience sees: one whole picture per audience, and the law of secrecy.

A tally exists on no screen before its round is closed, because it exists nowhere. How many have voted goes to the
facilitator and the hall; who has not, to the facilitator alone; how anyone voted, to nobody. A member's own facts
(`you`) are never part of a picture that is sent to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from facilitation.actions import actions
from facilitation.activities import ACTIVITIES
from facilitation.ballot_forms import form_of
from facilitation.conduct import SECRECY
from facilitation.evidence.telling import papers_in_all
from facilitation.help.screen import help_json
from facilitation.law import UNDO_SECONDS
from facilitation.livestream import stream_json
from facilitation.model import Assembly, Item, Phase, Round, RoundState, Session
from facilitation.plan.clock import forecast, length, planned_end
from facilitation.plan.planning import plan_of
from facilitation.recount.words import four_words
from facilitation.rules import RULES
from facilitation.secrecy import explained, for_the_hall, has_trackers
from facilitation.speakers.screen import list_json, next_names, talk_json
from facilitation.tables.screen import map_json, tables_json
from facilitation.times import in_text, in_text_or_none
from facilitation.work import Answers, Audience, Seen


@dataclass(frozen=True)
class Picture:
    """All that screens are made of: the journal's state, the names, the moment; and of the open round who has voted,
    how many ballots are in the urn, and, where it is sealed, who holds a token for it and by which letters its key is
    known.
    """

    state: Assembly
    session: Session
    names: Mapping[str, str]
    voted: frozenset[str]
    now: datetime
    cast: int = 0
    holders: frozenset[str] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    """The value by which the speakers' list alternates, of every member."""
    key_print: str = ""
    timed: Mapping[str, str] = field(default_factory=dict)
    """The value by which speaking time is shared out, of every member."""
    texts: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    """Those of the running item."""


def screen(picture: Picture, audience: Audience) -> dict[str, Any]:
    """The whole screen of one audience; every key is always there."""
    state, session, shown = picture.state, picture.session, picture.session.shown_round
    open_now = shown is not None and shown.state is RoundState.OPEN
    counts_voters = open_now and audience != "member"
    here = picture.state.seats_of(session.present | picture.voted | picture.holders)
    whole = {
        "seq": picture.state.seq,
        "turnout_seq": _turnout_seq(picture, audience, counts_voters=counts_voters),
        "audience": audience,
        "now": in_text(picture.now),
        "assembly": {"id": picture.state.id, "name": picture.state.name},
        "session": {"id": session.id, "name": session.name, "phase": session.phase.value},
        "item": _item(picture, audience),
        "next": None if session.next_item is None else plan_of(session.next_item),
        "timer": _timer(session, picture.now),
        "round": None if shown is None else {**round_json(shown), "key_print": picture.key_print},
        "turnout": {"cast": picture.cast, "of": len(here)} if counts_voters else None,
        "present": len(session.present),
        "result": None if shown is None else shown.public_result,
        "words": None if shown is None or shown.public_result is None or not shown.root else four_words(shown.root),
        "cancelled": _cancelled(session),
        "counting": [_counting(one) for one in session.rounds.values() if _is_counting(one)],
        "agenda": [{**_agenda_row(session, item), "page": item.work_id in state.work} for item in session.agenda],
        "plan": _forecast(session, picture.now),
        "talk": talk_json(session.talk, picture.state, picture.names),
        "tables": tables_json(session.tables, picture.now),
        "papers": papers_in_all(picture.state),
        "livestream": stream_json(session.stream, None if session.item is None else session.item.kind),
    }
    if audience == "facilitator":
        whole |= _for_the_facilitator(picture)
    listed = (session.talk, picture.state, picture.names, picture.groups)
    if audience == "facilitator":
        whole["speakers"] = list_json(*listed, timed=picture.timed)
    if audience == "hall":
        whole |= {"join": {"path": "/join"}, "speakers": next_names(*listed)}
    if audience == "facilitator" or (audience == "hall" and session.tables.shown):
        whole["table_map"] = map_json(picture.state, picture.names)
    return whole


def _cancelled(session: Session) -> dict[str, str] | None:
    """The vote that people took part in and that no longer counts, with the reason, until something else begins."""
    held = [(one.ended_at, one) for one in session.rounds.values() if one.opened_at is not None and one.ended_at]
    if session.shown is not None or not held:
        return None
    ended_at, last = max(held, key=lambda pair: pair[0])
    begun = session.item.started_at if session.item is not None else None
    if last.state is not RoundState.CANCELLED or (begun is not None and begun > ended_at):
        return None
    return {"title": last.definition.title, "reason": last.reason}


def _is_counting(one: Round) -> bool:
    return one.state is RoundState.ENDED or (one.result is not None and not one.shown)


def _counting(one: Round) -> dict[str, str]:
    """A vote that is over and whose result nobody in the hall has seen yet."""
    return {"id": one.id, "title": one.definition.title, "state": one.state.value}


def round_json(one: Round) -> dict[str, Any]:
    """A round as everyone may see it: its wording, rule, terms and threshold, and how its ballot is filled in."""
    asked = one.definition
    threshold = None if asked.threshold is None else {**asked.threshold.as_json(), "words": asked.threshold.words}
    return {
        "id": one.id,
        "item": one.item,
        "title": asked.title,
        "rule": asked.rule,
        "instruction": RULES[asked.rule].instruction,
        "explained": RULES[asked.rule].explained(asked),
        "options": list(asked.options),
        "threshold": threshold,
        "max_choices": asked.max_choices,
        "terms": asked.terms.as_json(),
        "ballot": form_of(asked),
        "state": one.state.value,
        "secrecy": SECRECY[one.conduct.secrecy],
        "hall_secrecy": for_the_hall(one.conduct),
        "secrecy_explained": explained(one.conduct),
        "has_trackers": has_trackers(one.conduct),
        "conduct": one.conduct.as_json(),
        "practice": one.conduct.practice,
        "version": one.version,
        "hash": one.hash,
    }


def _for_the_facilitator(picture: Picture) -> dict[str, Any]:
    session, shown, present = picture.session, picture.session.shown_round, picture.session.present
    open_now = shown is not None and shown.state is RoundState.OPEN
    rounds = [{**round_json(one), "result": one.result, "reason": one.reason} for one in session.rounds.values()]
    voted, spoken_for = (picture.state.seats_of(of) for of in (picture.voted, picture.voted | picture.holders))
    sealed = shown is not None and open_now and shown.conduct.secrecy == "sealed"
    members = [
        {
            "id": member.id,
            "name": picture.names.get(member.id, ""),
            "table": member.table,
            "present": member.id in present,
            "left": member.id in session.stays and member.id not in present,
            "remote": member.id in session.stays and session.stays[member.id].remote,
            "voted": picture.state.seat_of(member.id) in voted if open_now and not sealed else None,
            "token": picture.state.seat_of(member.id) in spoken_for if sealed else None,
        }
        for member in picture.state.seated.values()
    ]
    offered = [action.as_json() for action in actions(session)]
    help_asked = help_json(session.help, picture.names, picture.now)
    return {"rounds": rounds, "members": members, "actions": offered, "undo": _undo(picture), "help": help_asked}


def at_the_table(picture: Picture, table: int) -> list[dict[str, Any]]:
    """Who sits there, for the host of this table alone: it is in no picture that is sent to all hosts."""
    present = picture.session.present
    return [
        {"id": one.id, "name": picture.names.get(one.id, ""), "table": one.table, "present": one.id in present}
        for one in picture.state.seated.values()
        if one.table == table
    ]


def _undo(picture: Picture) -> dict[str, Any] | None:
    point = picture.session.undo
    if point is None or (picture.cast and point.before.phase is not Phase.VOTING):
        return None
    until = point.at + timedelta(seconds=UNDO_SECONDS)
    return {"what": point.what, "until": in_text(until)} if picture.now <= until else None


def _forecast(session: Session, now: datetime) -> dict[str, Any]:
    """The plan's length and end by its own clock; and, while the session runs, its end as planned and as it goes now.

    `rest_seconds` are those of the items still to come: with them a page goes on reckoning until the next picture.
    """
    found = forecast(session, now)
    last = planned_end(session.agenda[-1]) if session.agenda else None
    whole = {"minutes": length(session.agenda), "clock_end": last}
    if found is None:
        return {**whole, "planned": None, "expected": None, "behind_minutes": None, "rest_seconds": None}
    running = {"planned": in_text(found.planned), "expected": in_text(found.expected)}
    behind = found.behind // timedelta(minutes=1)
    return {**whole, **running, "behind_minutes": behind, "rest_seconds": found.rest_minutes * 60}


def _turnout_seq(picture: Picture, audience: Audience, *, counts_voters: bool) -> int:
    """What moves without a row of the journal: ballots in the open urn, and answers to the running item."""
    voters = picture.cast + len(picture.holders) if counts_voters else 0
    return voters + (picture.answers.count if audience != "member" else 0)


def _item(picture: Picture, audience: Audience) -> dict[str, Any] | None:
    """The running item with what came of it so far."""
    session, item = picture.session, picture.session.item
    if item is None:
        return None
    times = {"started_at": in_text_or_none(item.started_at), "ends_at": in_text_or_none(item.ends_at)}
    activity = ACTIVITIES[item.kind]
    work = picture.state.work.get(item.work_id, activity.state())
    seen = Seen(picture.state, session, item, picture.names, picture.texts, picture.answers, picture.now)
    return {**plan_of(item), **times, "work_id": item.work_id, "work": activity.screen(work, seen, audience)}


def _timer(session: Session, now: datetime) -> dict[str, Any] | None:
    if session.item is None or session.item.ends_at is None:
        return None
    left = (session.item.ends_at - now) // timedelta(seconds=1)
    return {"ends_at": in_text(session.item.ends_at), "seconds_left": left}


def _agenda_row(session: Session, item: Item) -> dict[str, Any]:
    coming = session.next_item
    state = "later" if coming is None or item.id != coming.id else "next"
    if item.skipped_at is not None:
        state = "skipped"
    if item.started_at is not None:
        state = "now" if item.running else "done"
    times = {"started_at": in_text_or_none(item.started_at), "ended_at": in_text_or_none(item.ended_at)}
    return {**plan_of(item), **times, "state": state, "skip_reason": item.skip_reason}
