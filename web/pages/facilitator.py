"""The facilitator's console: what is on, what comes next, who has not voted (never how)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk.hall_screens import SHOWS
from facilitation.speakers.speaking import TABLE
from web.access import Audience, desk, me, open_to
from web.badges import on_the_square
from web.charts import picture_of
from web.console_keys import numbered, question
from web.journal_words import newest
from web.live import lost_tablets, session_shown
from web.needing_help import needs
from web.pages.member import result_view, screen_for
from web.plan_words import drift, next_place
from web.practice import OFFERED as PRACTISED
from web.qr import address, square
from web.round_forms import threshold_choices, turnout_choices
from web.round_kinds import rule_words
from web.round_words import after_words
from web.secure_tablets import tablets_are_secure

facilitator_pages = Blueprint("facilitator_pages", __name__, url_prefix="/run")
facilitator_pages.app_template_global("numbered")(numbered)

PHASES: Mapping[str, str] = {
    "waiting": "Waiting to start",
    "plenary": "Everyone together",
    "discussion": "At the tables",
    "voting": "Vote open",
    "result": "Result on the screens",
    "closed": "Session closed",
}
LONGEST_BUTTON = 60
MOST_GROUPS = 12
OFFERED = (
    *("open-round", "close-round", "show-result", "acknowledge", "casting-vote"),
    *("start-item", "end-item", "close-session"),
)


@facilitator_pages.get("")
@open_to(Audience.FACILITATOR)
def today() -> ResponseReturnValue:
    """Today's session of this facilitator's assembly."""
    return redirect(f"/run/{session_shown(me())}")


@facilitator_pages.get("/<session_id>")
@open_to(Audience.FACILITATOR)
def console(session_id: str) -> ResponseReturnValue:
    """The whole console: works by plain forms without JavaScript."""
    return render_template("run/console.html", **_seen(session_id))


@facilitator_pages.get("/<session_id>/picture")
@open_to(Audience.FACILITATOR)
def picture(session_id: str) -> ResponseReturnValue:
    """The picture inside it."""
    return render_template("run/_picture.html", **_seen(session_id))


@facilitator_pages.post("/<session_id>/hall")
@open_to(Audience.FACILITATOR)
def hall(session_id: str) -> ResponseReturnValue:
    """One more hall screen with each press. Every screen has a link of its own, so that one can be taken away."""
    _, token = desk().add_hall_screen(session_id)
    return redirect(f"/hall/{token}", 303)


@facilitator_pages.get("/<session_id>/badges")
@open_to(Audience.FACILITATOR)
def badges(session_id: str) -> ResponseReturnValue:
    """The badges of all members, to print."""
    screen = screen_for(me(), session_id)
    return render_template("badges.html", **badge_sheet(screen["assembly"]), back=f"/run/{session_id}")


def badge_sheet(assembly: Mapping[str, Any]) -> dict[str, Any]:
    """What the sheet of badges shows: name, table, code and its square."""
    here = address()
    people = [
        {
            "name": badge.name,
            "table": badge.table,
            "code": badge.code,
            "qr": square(here.join_link(on_the_square(badge.member, badge.code)), f"QR code of {badge.name}"),
        }
        for badge in desk().badges(assembly["id"])
    ]
    return {"assembly": assembly, "people": people, "here": here}


def _seen(session_id: str) -> dict[str, Any]:
    screen = screen_for(me(), session_id)
    screen["actions"] = [action for action in screen["actions"] if action["id"] in OFFERED]
    return {
        "screen": screen,
        "needs": needs(screen, lost_tablets(session_id)),
        "result_view": result_view(screen),
        "held": held_results(screen),
        "noted": newest(session_id),
        "hall_door": f"/run/{session_id}/hall",
        "hall_screens": desk().hall_screens(session_id),
        "hall_shows": SHOWS,
        "threshold_choices": threshold_choices(),
        "turnout_choices": turnout_choices(),
        "practice": PRACTISED,
        "after_words": after_words,
        "titles": {one["id"]: one["title"] for one in screen["rounds"]},
        "phase_words": lambda phase: PHASES.get(phase, phase),
        "rule_words": rule_words,
        "action_path": action_path,
        "action_question": question,
        "button_words": button_words,
        "who_can_speak": who_can_speak,
        "drift": drift,
        "next_place": next_place,
        "talk_columns": columns_of_groups(screen["assembly"]["id"]),
        "tablets_are_secure": tablets_are_secure(),
    }


def held_results(screen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The counted rounds whose result the hall has not seen yet, each with its picture."""
    waiting = {one["id"] for one in screen["counting"]}
    held = [one for one in screen["rounds"] if one["id"] in waiting and one["result"]]
    return [{**one, "view": picture_of(one, one["result"])} for one in held]


def button_words(action: Mapping[str, Any]) -> str:
    """What stands on the button: short enough that it stays in sight; the whole question stands beside it.

    >>> button_words({"id": "close-round", "label": "Close “Adopt?” and count"})
    'Close the vote and count'
    >>> len(button_words({"id": "open-round", "label": f"Open “{'long ' * 40}”"}))
    60
    """
    if action["id"] == "close-round" and action["label"].endswith("count"):
        return "Close the vote and count"
    label = str(action["label"])
    return label if len(label) <= LONGEST_BUTTON else f"{label[: LONGEST_BUTTON - 2].rstrip()}…”"


def action_path(session_id: str, action: Mapping[str, Any]) -> str:
    """The door of an action that the console offers as a button.

    >>> action_path("s1", {"id": "open-round", "round": "r1"}), action_path("s1", {"id": "acknowledge"})
    ('/run/s1/rounds/r1/open', '/run/s1/acknowledge')
    """
    parts = ("round", "item", "option")
    round_id, item_id, option = (quote(str(action.get(part) or ""), safe="") for part in parts)
    doors = {
        "open-round": f"rounds/{round_id}/open",
        "close-round": f"rounds/{round_id}/close",
        "show-result": f"rounds/{round_id}/show",
        "casting-vote": f"rounds/{round_id}/casting-vote?option={option}",
        "start-item": f"items/{item_id}/start",
        "end-item": f"items/{item_id}/end",
        "close-session": "finish",
        "acknowledge": "acknowledge",
    }
    return f"/run/{session_id}/{doors[action['id']]}"


def who_can_speak(members: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The choices of “add”: every member who is here, then every table.

    >>> who_can_speak([{"id": "a", "name": "Ada", "table": 2, "present": True}])
    [{'value': 'a', 'text': 'Ada, table 2'}, {'value': 'table:2', 'text': 'Table 2'}]
    """
    here = [one for one in members if one["present"]]
    people = [{"value": one["id"], "text": f"{one['name']}, table {one['table']}"} for one in here]
    numbers = sorted({one["table"] for one in members})
    return [*people, *({"value": f"{TABLE}{number}", "text": f"Table {number}"} for number in numbers)]


def columns_of_groups(assembly_id: str) -> list[str]:
    """The columns of the panel's file that put members into a few groups: by these a speakers' list can alternate."""
    return [name for name, values in desk().columns(assembly_id).items() if 1 < len(values) <= MOST_GROUPS]
