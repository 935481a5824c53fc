"""A round before it is held: choose its kind, fill in its form, look at it, rehearse it, change it.

Everything works without JavaScript. A form that is refused comes back with what was typed, and with what is wrong
beside its field. To send a form twice makes two drafts, or two versions of one: both are seen, and a draft can be
withdrawn. Nothing of a rehearsal is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from facilitation.desk.publishing import is_public
from facilitation.errors import NotNow
from facilitation.model import Round
from facilitation.rehearsal import MOST_ROBOTS
from facilitation.rehearsed import BANNER, ROBOTS, SEED
from facilitation.rules import RULES
from facilitation.side_by_side import BUDGET_RULES, counted_by
from web import live
from web.access import Audience, desk, me, open_to
from web.charts import picture_of
from web.children import PATIENCE, ask
from web.doors.joining import done
from web.errors import BadForm, NeedsHttps
from web.pages.facilitator import action_path, console
from web.pages.member import screen_for
from web.practice import practice_spec
from web.refused import keep_forms
from web.round_fields import CREDITS, FIELDS
from web.round_forms import base_choices, fields_of, spec_of, threshold_choices, turnout_choices
from web.round_kinds import GROUPS, KINDS, of_group, rule_words
from web.round_words import after_words, conduct_words
from web.secure_tablets import check_tablets
from web.server.bodies import fields, text, whole

room = Blueprint("rounds", __name__, url_prefix="/run/<session_id>/rounds")

MOST_CLASSES = 8
LONGEST_SEED = 100
SLOW = 4  # seconds of the computer's time from which a rehearsal says how long the counts took
GAVE_UP = (
    (
        f"The count took longer than {PATIENCE} seconds, and so might the real one.",
        "Choose another way to spend what is left over, or count in larger units of money.",
    ),
    ("The rehearsal broke down.", "Look at the round once more, and rehearse it again."),
)


# ------------------------------------------------------------------------------------------------ the form


@room.get("/new")
@open_to(Audience.FACILITATOR)
def new_round(session_id: str) -> ResponseReturnValue:
    """What kind of question? And with a kind: its form."""
    return _form_or_kinds(session_id, {"rule": request.args.get("rule", "")})


@room.post("/form")
@open_to(Audience.FACILITATOR)
def show_form(session_id: str) -> ResponseReturnValue:
    """The form of another kind with everything that was typed, or all kinds again. Changes nothing."""
    sent = _texts(fields())
    return _form_or_kinds(session_id, {**sent, "rule": ""} if sent.get("kind") == "other" else sent)


def form_again(session_id: str, round_id: str = "") -> ResponseReturnValue:
    """The form that was refused, as it was sent."""
    return _form_or_kinds(session_id, {**g.sent, "round": round_id})


keep_forms(
    room,
    {"prepare_round": form_again, "revise_round": form_again},
    otherwise=lambda session_id, **_others: console(session_id),
)


@room.post("/new")
@open_to(Audience.FACILITATOR)
def prepare_round(session_id: str) -> ResponseReturnValue:
    """Prepare the round of the form and, where it says so, open it at once."""
    sent = fields()
    round_id = desk().create_round(session_id, spec_of(sent))
    if not sent.get("open"):
        return done(session_id, f"/run/{session_id}/rounds/{round_id}", {"round": round_id})
    g.form_done = True  # the round is prepared: should its opening be refused, the form is not to be sent again
    live.publish(session_id)
    check_tablets(round_id)
    desk().open_round(round_id)
    return done(session_id, f"/run/{session_id}", {"round": round_id})


@room.get("/<round_id>/revise")
@open_to(Audience.FACILITATOR)
def change_round(session_id: str, round_id: str) -> ResponseReturnValue:
    """The form of a prepared round, filled in."""
    found = _own(session_id, round_id)
    filled = fields_of(found.definition.as_json(), found.conduct.as_json())
    return _form_or_kinds(session_id, {**filled, "round": round_id})


@room.post("/<round_id>/revise")
@open_to(Audience.FACILITATOR)
def revise_round(session_id: str, round_id: str) -> ResponseReturnValue:
    """Change a prepared round: its next version."""
    _own(session_id, round_id)
    desk().revise_round(round_id, spec_of(fields()))
    return done(session_id, f"/run/{session_id}/rounds/{round_id}", {"round": round_id})


def _form_or_kinds(session_id: str, sent: Mapping[str, str]) -> ResponseReturnValue:
    screen = screen_for(me(), session_id)
    kind = KINDS.get(sent.get("rule", ""))
    typed = {name: value for name, value in sent.items() if value and name not in ("rule", "open", "kind")}
    if kind is None:
        return render_template("run/kinds.html", screen=screen, groups=GROUPS, of_group=of_group, typed=typed)
    group = next(group for group in GROUPS if group.name == kind.group)
    return render_template(
        "run/round_form.html",
        screen=screen,
        kind=kind,
        group=group,
        typed=typed,
        choices=lambda one: [{"value": value, "text": words} for value, words in one.choices],
        fields={**FIELDS, "points": CREDITS} if kind.rule == "quadratic" else FIELDS,
        threshold_choices=threshold_choices(kind.rule, other=True),
        turnout_choices=turnout_choices(typed.get("minimum_turnout", "")),
        base_choices=base_choices(kind.rule),
        columns=_columns_of_groups(screen["assembly"]["id"]),
        named_columns=list(desk().columns(screen["assembly"]["id"])),
        most_classes=MOST_CLASSES,
        earlier=[one for one in screen["rounds"] if one["id"] != typed.get("round") and one["state"] != "cancelled"],
    )


def _columns_of_groups(assembly_id: str) -> dict[str, dict[str, int]]:
    """The columns that put members into groups; where nobody shares a value with another, it says who somebody is."""
    return {name: values for name, values in desk().columns(assembly_id).items() if max(values.values(), default=0) > 1}


def _texts(sent: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a form that are one text each."""
    return {name: value for name, value in sent.items() if isinstance(value, str)}


# ------------------------------------------------------------------------------------------------ a prepared round


@room.get("/<round_id>")
@open_to(Audience.FACILITATOR)
def prepared(session_id: str, round_id: str) -> ResponseReturnValue:
    """The round as it stands: what it asks, how it is counted, how it is held, its version and its fingerprint."""
    found = _own(session_id, round_id)
    screen = screen_for(me(), session_id)
    return render_template("run/round.html", screen=screen, **_seen(screen, found))


@room.get("/<round_id>/rehearsal")
@open_to(Audience.FACILITATOR)
def rehearsal(session_id: str, round_id: str) -> ResponseReturnValue:
    """The round with the ballots of robots, counted; for a budget in several ways. Nothing is stored."""
    found = _own(session_id, round_id)
    robots = whole(dict(request.args), "robots", ROBOTS) or 0
    seed = request.args.get("seed", "").strip() or SEED
    if not 1 <= robots <= MOST_ROBOTS:
        raise BadForm(f"A rehearsal with {robots} robots cannot be.", f"Take 1 to {MOST_ROBOTS} robots.")
    if len(seed) > LONGEST_SEED:
        raise BadForm("The seed is too long.", f"Give at most {LONGEST_SEED} characters.")
    question: dict[str, Any] = {"definition": found.definition.as_json(), "robots": robots, "seed": seed}
    question |= {"conduct": found.conduct.as_json(), "groups": _groups(found)}
    answer = ask("web.rehearsing", json.dumps(question), Rehearsal, GAVE_UP)
    screen = screen_for(me(), session_id)
    seen = _seen(screen, found)
    seen["picture"] = picture_of(seen["round"], answer.told["result"]) if answer.told else None
    return render_template(
        "run/rehearsal.html",
        screen=screen,
        **seen,
        answer=answer,
        slow=answer.seconds >= SLOW,
        banner=BANNER,
        robots=robots,
        seed=seed,
    )


def _groups(found: Round) -> dict[str, int]:
    """How many members each group has by whose column the result is told as well."""
    column = found.conduct.classes
    return {} if column is None else desk().columns(desk().assembly_of(found.session)).get(column, {})


@dataclass(frozen=True)
class Rehearsal:
    """What came of it, or why nothing did."""

    told: Mapping[str, Any] | None = None
    seconds: int = 0
    problems: Sequence[Mapping[str, str]] = field(default_factory=list)


@room.post("/<round_id>/count-by")
@open_to(Audience.FACILITATOR)
def count_by(session_id: str, round_id: str) -> ResponseReturnValue:
    """Count the budget in another way: the round's next version. The way that it has already changes nothing."""
    found = _own(session_id, round_id)
    chosen = counted_by(found.definition, text(fields(), "way"))
    if chosen != found.definition:
        desk().revise_round(round_id, {**chosen.as_json(), "conduct": found.conduct.as_json()})
    return done(session_id, f"/run/{session_id}/rounds/{round_id}", {"round": round_id})


@room.post("/practice")
@open_to(Audience.FACILITATOR)
def practise(session_id: str) -> ResponseReturnValue:
    """Make a practice round, by a rule or for a prepared round; it opens at once where nothing else is on."""
    sent = fields()
    rule, conduct = text(sent, "rule"), {}
    if for_round := text(sent, "for"):
        found = _own(session_id, for_round)
        rule, conduct = found.definition.rule, found.conduct.as_json()
    if rule not in KINDS:
        raise BadForm("There is no practice question of this kind.", "Choose one of those on the page.")
    round_id = desk().create_round(session_id, practice_spec(rule, conduct))
    with suppress(NotNow, NeedsHttps):
        check_tablets(round_id)
        desk().open_round(round_id)
    return done(session_id, f"/run/{session_id}", {"round": round_id})


def _own(session_id: str, round_id: str) -> Round:
    """The round, if it belongs to this session."""
    if desk().session_of_round(round_id) != session_id:
        raise BadForm("This vote belongs to another session.", "Go back to the session and choose a vote there.")
    return desk().round(round_id)


def _seen(screen: Mapping[str, Any], found: Round) -> dict[str, Any]:
    shown = next(one for one in screen["rounds"] if one["id"] == found.id)
    titles = {one["id"]: one["title"] for one in screen["rounds"]}
    can = {one["id"] for one in screen["actions"] if one["round"] == found.id}
    return {
        "round": shown,
        "kind": KINDS[found.definition.rule],
        "rule_words": rule_words,
        "explained": RULES[found.definition.rule].explained(found.definition),
        "held": conduct_words(found.conduct, titles),
        "waits": after_words(found.conduct.after, titles) if found.conduct.after else "",
        "is_budget": found.definition.rule in BUDGET_RULES,
        "can_open": "open-round" in can,
        "published": is_public(found),
        "casting": [one for one in screen["actions"] if one["id"] == "casting-vote" and one["round"] == found.id],
        "action_path": action_path,
        "can_show": "show-result" in can,
        "picture": picture_of(shown, shown["result"]) if shown["result"] else None,
    }
