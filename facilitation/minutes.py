"""The minutes of a session, from the journal and the words that it points at: no names, no count without its base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from facilitation import livestream, seats
from facilitation.audit.heads import TreeHead
from facilitation.minutes_blocks import Chapter, as_blocks, as_text, of_the_work
from facilitation.model import Assembly, Item, Round, RoundState, SeatChange, Session
from facilitation.presence import totals
from facilitation.rules.result import listed
from facilitation.screens import round_json
from facilitation.speakers import speaking_time
from facilitation.times import ZONE, in_text, in_text_or_none, local

BALLOTS: Mapping[str, str] = {"secret": "Secret ballot", "open": "Open ballot, by name", "sealed": "Sealed ballot"}


def minutes_json(
    state: Assembly, session: Session, work: Sequence[Mapping[str, Any]] = (), actions: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The minutes as JSON values; `work` is what came of the items, `actions` what is to be done (from their words)."""
    return {
        "assembly": {"id": state.id, "name": state.name},
        "session": {"id": session.id, "name": session.name, "phase": session.phase.value},
        "started_at": in_text_or_none(session.started_at),
        "closed_at": in_text_or_none(session.closed_at),
        "entitled": len(state.seated) if session.entitled is None else session.entitled,
        "present": len(session.present),
        "attendance": asdict(totals(session.stays, session.started_at)),
        "agenda": [_item(item) for item in session.agenda],
        "work": [dict(one) for one in work],
        "actions": [dict(one) for one in actions],
        "rounds": [_round(state, one) for one in session.rounds.values()],
        "members": [_change(state, one) for one in state.changes if not _later(one, session)],
        "talk": session.talk.report,
        "livestream": livestream.written(session.stream, session.closed_at),
        "journal_seq": state.seq,
    }


def minutes_text(minutes: Mapping[str, Any]) -> str:
    """The same for reading: plain text, times as the clock in the hall showed them."""
    return as_text(title_of(minutes), chapters(minutes), _source(minutes))


def minutes_blocks(minutes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same as headings, paragraphs and lists, for a page and for print."""
    return [*as_blocks(chapters(minutes)), {"kind": "paragraph", "text": _source(minutes)}]


def title_of(minutes: Mapping[str, Any]) -> str:
    """The assembly and the session."""
    return f"{minutes['assembly']['name']}: {minutes['session']['name']}"


def told_head(heads: Sequence[TreeHead], closed_at: str | None) -> dict[str, Any] | None:
    """The head of the journal that belongs to these minutes: that of the end of the session, or the newest so far."""
    ends = [head for head in heads if closed_at is not None and head.at >= closed_at]
    found = ends[0] if ends else heads[-1] if heads else None
    return None if found is None else {"row": found.size, "root": found.root, "words": found.words}


def _source(minutes: Mapping[str, Any]) -> str:
    head, source = minutes.get("head"), f"From the journal up to row {minutes['journal_seq']}."
    if head is None:
        return source
    return f"{source} Its rows up to row {head['row']} have the words: {head['words']}."


def chapters(minutes: Mapping[str, Any]) -> tuple[Chapter, ...]:
    """What the minutes say, in the order in which it is read."""
    votes: list[str] = []
    for number, one in enumerate(minutes["rounds"], start=1):
        votes += [f"## {number}. {one['title']}", *_round_lines(one)]
    found = [
        Chapter("", tuple(_opening(minutes))),
        Chapter("Agenda", tuple(_item_line(item) for item in minutes["agenda"])),
        Chapter("What was done", of_the_work(minutes["work"])),
        Chapter("Votes", tuple(votes) or ("No votes were taken.",)),
        Chapter("Actions", tuple(map(_action_line, minutes["actions"]))),
        Chapter("Who spoke", () if minutes["talk"] is None else tuple(speaking_time.lines(minutes["talk"]))),
        Chapter("Changes of members", tuple(map(_change_line, minutes["members"]))),
    ]
    return tuple(chapter for chapter in found if chapter.lines)


def _opening(minutes: Mapping[str, Any]) -> list[str]:
    return [
        f"Members present: {minutes['present']} of {minutes['entitled']}. Times are those of {ZONE}.",
        _attendance_line(minutes["attendance"]),
        f"Started: {_clock(minutes['started_at'])}. Closed: {_clock(minutes['closed_at'])}.",
        *minutes["livestream"],
    ]


def _action_line(one: Mapping[str, Any]) -> str:
    """What somebody is to do.

    >>> _action_line({"what": "Send the bus figures", "who": "Transport team", "by": "1 May", "done_at": None})
    '- Send the bus figures. Who: Transport team. By: 1 May. Open.'
    """
    who, by = (f" {name}: {one[key]}." if one[key] else "" for name, key in (("Who", "who"), ("By", "by")))
    state = "Open." if one["done_at"] is None else f"Done on {local(one['done_at'])[:10]}."
    return f"- {one['what'].rstrip('.')}.{who}{by} {state}"


def _attendance_line(count: Mapping[str, int]) -> str:
    """How many came, without names.

    >>> _attendance_line({"came": 48, "late": 3, "remote": 1, "left_early": 0, "present": 48})
    'Came: 48, of them late: 3, from afar: 1. Left before the end: 0.'
    """
    return (
        f"Came: {count['came']}, of them late: {count['late']}, from afar: {count['remote']}."
        f" Left before the end: {count['left_early']}."
    )


def _change(state: Assembly, one: SeatChange) -> dict[str, Any]:
    why = seats.REASONS[one.why] if one.left else seats.SOURCES.get(one.why, "")
    number, table = seats.number_of(state, one.seat), state.members[one.seat].table
    return {"at": in_text(one.at), "seat": number, "table": table, "left": one.left, "why": why}


def _later(one: SeatChange, session: Session) -> bool:
    return session.closed_at is not None and one.at > session.closed_at


def _change_line(one: Mapping[str, Any]) -> str:
    at = local(one["at"]).replace("T", " ")
    what = f"given up. {one['why']}" if one["left"] else f"taken again: {one['why']}"
    what = what if one["why"] else "added by the organisers"
    return f"- {at}, seat {one['seat']} (table {one['table']}): {what}."


def _item(item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "title": item.title,
        "planned_start": item.planned_start,
        "planned_minutes": item.planned_minutes,
        "started_at": in_text_or_none(item.started_at),
        "ended_at": in_text_or_none(item.ended_at),
        "skipped_at": in_text_or_none(item.skipped_at),
        "skip_reason": item.skip_reason,
    }


def _round(state: Assembly, one: Round) -> dict[str, Any]:
    times = {"opened_at": in_text_or_none(one.opened_at), "ended_at": in_text_or_none(one.ended_at)}
    cast = one.casting_vote if one.shown else None
    watched = {
        "casting_vote": None if cast is None else {"at": in_text(cast[0]), "option": cast[2]},
        "struck": list(one.struck),
        "countersigned": [in_text(at) for at, _ in one.countersigned],
        "recounts": [{"at": in_text(again.at), "why": again.reason, "agrees": again.agrees} for again in one.recounts],
    }
    opened = None if one.opened_at is None else len(state.seats_of(one.present_at_opening))
    return {
        **round_json(one),
        **times,
        "present_at_opening": opened,
        "reason": one.reason,
        "result": one.public_result,
        **watched,
    }


def _item_line(item: Mapping[str, Any]) -> str:
    planned = f"{item['planned_start']}, {item['planned_minutes']} min"
    if item["skipped_at"] is not None:
        why = f": {item['skip_reason']}" if item["skip_reason"] else ""
        return f"{item['title']} (planned {planned}): skipped at {_clock(item['skipped_at'])}{why}"
    if item["started_at"] is None:
        return f"{item['title']} (planned {planned}): not held"
    return f"{item['title']} (planned {planned}): {_clock(item['started_at'])} to {_clock(item['ended_at'])}"


def _round_lines(one: Mapping[str, Any]) -> list[str]:
    lines = [f"Rule: {one['rule']}. Options: {', '.join(one['options'])}."]
    if one["practice"]:
        lines.insert(0, "Practice only: nothing hangs on it.")
    if one["threshold"] is not None:
        lines.append(f"Needed: {one['threshold']['words']}.")
    match one["state"]:
        case RoundState.DRAFT.value:
            return [*lines, "Not opened."]
        case RoundState.OPEN.value:
            return [*lines, f"Opened {_clock(one['opened_at'])}; still open.", *_watched_lines(one)]
        case RoundState.ENDED.value:
            times = f"Opened {_clock(one['opened_at'])}, ended {_clock(one['ended_at'])}"
            return [*lines, f"{times}; the scrutineer has not confirmed the close.", *_watched_lines(one)]
        case RoundState.CANCELLED.value:
            return [*lines, f"Cancelled, nothing was counted: {one['reason']}"]
    lines.append(f"Version {one['version']}, fingerprint {one['hash']}.")
    kind = BALLOTS[one["conduct"]["secrecy"]]
    lines.append(f"Opened {_clock(one['opened_at'])}, closed {_clock(one['ended_at'])}. {kind}.")
    lines.append(f"Present when it opened: {one['present_at_opening']}.")
    if one["result"] is None:
        return [*lines, "The result has not been shown yet.", *_watched_lines(one)]
    lines += [*_result_lines(one["result"]), str(one["result"]["sentence"])]
    if (cast := one["casting_vote"]) is not None:
        lines.append(f"Casting vote of the chair at {_clock(cast['at'])}: {cast['option']}.")
    return [*lines, *_watched_lines(one)]


def _watched_lines(one: Mapping[str, Any]) -> list[str]:
    """What the scrutineer did."""
    lines = []
    if one["struck"]:
        reasons = "; ".join(why.rstrip(".") for why in one["struck"])
        lines.append(f"Paper ballots struck after their first typing: {len(one['struck'])} ({reasons}).")
    lines += [f"Countersigned by the scrutineer at {_clock(at)}." for at in one["countersigned"]]
    lines += [
        f"Counted again at {_clock(again['at'])} ({again['why'].rstrip('.')}): "
        + ("the same result." if again["agrees"] else "ANOTHER result. The count above does not stand.")
        for again in one["recounts"]
    ]
    return lines


def _result_lines(result: Mapping[str, Any]) -> list[str]:
    """Who voted and how, with everything that the rule tells of every option, bid and group."""
    blank = f"blank: {result['blank']}, " if result.get("blank") else ""
    lines = [
        f"Ballots cast: {result['cast']} ({blank}spoilt: {result['spoilt']}); present: {result['present']};"
        f" entitled: {result['entitled']}."
    ]
    lines += channel_lines(result.get("channels", {}))
    lines += [_count_line(result, option, count) for option, count in result["counts"].items()]
    lines += [f"- {award['option']}: {award['why']}" for award in result.get("awards", ())]
    lines += [f"Said: {remark}" for remark in result.get("remarks", ())]
    if "classes" in result:
        lines += ["By groups:", *(f"- {one['name']}: {one['sentence']}" for one in result["classes"])]
    return lines


def channel_lines(channels: Mapping[str, int | None]) -> list[str]:
    """How the ballots came, as far as it may be told.

    >>> channel_lines({"tablet": 41, "assisted": None, "paper": 12, "phone": None})
    ['By tablet: 41; on paper: 12. With help and by phone: withheld, as few came so.']
    """
    words = {"tablet": "by tablet", "assisted": "with help", "paper": "on paper", "phone": "by phone"}
    told = "; ".join(f"{words[way]}: {number}" for way, number in channels.items() if number is not None)
    withheld = [words[way] for way, number in channels.items() if number is None]
    if not told:
        return ["How many ballots came by each way is withheld, as few came by some of them."] if withheld else []
    rest = f" {_capital(listed(withheld))}: withheld, as few came so." if withheld else ""
    return [f"{_capital(told)}.{rest}"]


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _count_line(result: Mapping[str, Any], option: str, count: object) -> str:
    """The count; its share of the ballots where it is a number of ballots, not of points."""
    share = result["shares"].get("cast", {}).get(option)
    line = f"- {option}: {count}"
    if share is None or share["exact"] != f"{count}/{result['cast']}":
        return line
    return f"{line} ({share['text']} of {result['cast']} ballots cast)"


def _clock(text: str | None) -> str:
    return "–" if text is None else local(text)[11:]
