"""Preparing a public draw: the terms are chosen, and everything is fixed and signed before the dice are thrown."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.orders import commitments
from web.public_names import CHOICES, NUMBER_AND_FIRST
from web.queue import jobs
from web.recruit.recruitments import FAIRNESS, checked_now, fairness_of
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("prepare", __name__, url_prefix="/recruit/<recruitment_id>")
TICKETS = {"1000": "1,000 tickets", "10000": "10,000 tickets"}
LONGEST_REASON = 500


@room.get("/prepare")
@open_to(Audience.RECRUITER)
def terms(recruitment_id: str) -> ResponseReturnValue:
    """How many tickets, what decides, and what the hall screen calls people."""
    found = desk().recruitment(recruitment_id)
    return render_template(
        "recruit/prepare.html",
        found=found,
        checked=checked_now(found),
        tickets=TICKETS,
        names=CHOICES,
        fairness=FAIRNESS,
        earlier=commitments(desk(), found),
    )


keep_forms(room, {"prepare": terms})


@room.post("/prepare")
@open_to(Audience.RECRUITER)
def prepare(recruitment_id: str) -> ResponseReturnValue:
    """Ask for the preparation; refused (409) while work for this recruitment goes on, so to press twice asks once."""
    found = desk().recruitment(recruitment_id)
    options = {**_terms(fields()), "reason": _reason(fields(), bool(commitments(desk(), found)))}
    draw_id = desk().request_draw(recruitment_id, kind="prepare", options=options)
    jobs().ask(draw_id)
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}", {"draw": draw_id})


def _terms(sent: dict[str, Any]) -> dict[str, str]:
    """The terms, each one of those that the page offers; the lottery house reads what decides."""
    from sortition.public.randomness import BadRandomness, read_randomness

    tickets, names = text(sent, "tickets", "1000"), text(sent, "names", NUMBER_AND_FIRST)
    if tickets not in TICKETS:
        raise BadForm("That number of tickets is not offered.", "Choose 1,000 or 10,000 tickets.")
    if names not in CHOICES:
        raise BadForm("That way to show names is not offered.", "Choose one of the ways on the page.")
    try:
        randomness = read_randomness(_announced(sent))
    except BadRandomness as bad:
        raise BadForm(bad.message, bad.remedy) from None
    if _is_past(randomness.kind, randomness.event, datetime.now(UTC)):
        raise BadForm(
            f"The {'round of drand' if randomness.kind == 'drand' else 'day of the Lotto draw'} is in the past.",
            "Announce one that is still to come, so that nobody can know it.",
        )
    return {"fairness": fairness_of(sent), "tickets": tickets, "names": names, "randomness": str(randomness)}


def _announced(sent: dict[str, Any]) -> str:
    """What decides, as the lottery house writes it."""
    kind = text(sent, "decides", "dice")
    if kind == "drand":
        number = text(sent, "round")
        if not (number.isascii() and number.isdigit()):
            raise BadForm("The number of the drand round is missing.", "Type a round still to come, such as 45000000.")
        return f"drand:{number}"
    if kind == "national-lottery":
        day = text(sent, "day")
        if not day:
            raise BadForm("The day of the Lotto draw is missing.", "Type a day to come, such as 2026-12-05.")
        return f"national-lottery:{day}"
    return kind


def _is_past(kind: str, event: str, now: datetime) -> bool:
    """Could anybody know by now what will decide? Dice never lie behind.

    >>> now = datetime(2026, 12, 5, 12, tzinfo=UTC)
    >>> [_is_past("national-lottery", day, now) for day in ("2026-12-02", "2026-12-05")]
    [True, False]
    >>> [_is_past("drand", number, now) for number in ("1", "99000000")], _is_past("dice", "", now)
    ([True, False], False)
    """
    from sortition.public.randomness import CHAINS, QUICKNET

    if kind == "national-lottery":
        return date.fromisoformat(event) < now.date()
    _, start, period = CHAINS[QUICKNET]
    return kind == "drand" and start + period * (int(event) - 1) <= now.timestamp()


def _reason(sent: dict[str, Any], needed: bool) -> str:
    """Why an earlier commitment is replaced; everyone will read it."""
    reason = text(sent, "reason")
    if needed and not (reason and reason.isprintable() and len(reason) <= LONGEST_REASON):
        raise BadForm(
            "A draw of this recruitment is committed to already, and no reason is given for replacing it.",
            f"Say in one line of at most {LONGEST_REASON} characters what happened; it will be published.",
        )
    return reason if needed else ""
