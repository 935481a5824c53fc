"""Pages of ideas: the cards of a group, the table on which cards are sorted, and the trace of a card or a group."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from web.access import Audience, desk, me, open_to
from web.live import session_shown
from web.pages.items import of_a_member

pages = Blueprint("idea_pages", __name__)


@pages.get("/m/ideas/<item_id>/groups/<cluster>")
@open_to(Audience.MEMBER)
def group(item_id: str, cluster: str) -> ResponseReturnValue:
    """All cards of a group, or (`loose`) of none, some at a time."""
    known = me()
    place = desk().session_of_item(str(known.assembly_id), item_id)
    cards = desk().idea_cards(place, item_id, "" if cluster == "loose" else cluster, _page())
    seen: dict[str, Any] = {"cards": cards, "cluster": cluster, "item_id": item_id}
    return render_template("ideas/group.html", **seen)


@pages.get("/m/ideas/<item_id>/<thing>")
@open_to(Audience.MEMBER)
def trace(item_id: str, thing: str) -> ResponseReturnValue:
    """Where a card comes from and what became of it."""
    known = me()
    place = desk().session_of_item(str(known.assembly_id), item_id)
    found = desk().idea_trace(place, item_id, thing, member=str(known.member_id))
    return render_template("ideas/trace.html", trace=found, start=f"/m/ideas/{item_id}", home=f"/m/items/{item_id}")


@pages.get("/run/<session_id>/ideas/<item_id>/cards")
@pages.get("/host/ideas/<item_id>/cards")
@open_to(Audience.FACILITATOR, Audience.HOST)
def table(item_id: str, session_id: str = "") -> ResponseReturnValue:
    """The cards on a table: choose some, then what becomes of them."""
    return card_table(item_id, session_id)


@pages.get("/run/<session_id>/ideas/<item_id>/said")
@pages.get("/host/ideas/<item_id>/said")
@open_to(Audience.FACILITATOR, Audience.HOST)
def telling(item_id: str, session_id: str = "") -> ResponseReturnValue:
    """All cards of one table, to be ticked as they are read out: a host's own, or any (`?table=`)."""
    session_id, _ = here(session_id)
    asked = request.args.get("table", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else me().table or 0
    start = address(session_id, item_id)
    found = desk().idea_table(session_id, item_id, number)
    home = "/host" if me().role == Audience.HOST else f"/run/{session_id}/items/{item_id}"
    return render_template("ideas/telling.html", table=found, start=start, home=home)


@pages.get("/run/<session_id>/ideas/<item_id>/<thing>")
@pages.get("/host/ideas/<item_id>/<thing>")
@open_to(Audience.FACILITATOR, Audience.HOST)
def trace_for_the_team(item_id: str, thing: str, session_id: str = "") -> ResponseReturnValue:
    """The same trace, as the team may follow it."""
    session_id, _ = here(session_id)
    start = address(session_id, item_id)
    found = desk().idea_trace(desk().session_of_item(str(me().assembly_id), item_id), item_id, thing)
    return render_template("ideas/trace.html", trace=found, start=start, home=f"{start}/cards")


def card_table(item_id: str, session_id: str = "", **_others: str) -> ResponseReturnValue:
    """The table of cards; after a refusal with what is wrong, and with what was chosen and typed."""
    session_id, _ = here(session_id)
    facilitator = me().role == Audience.FACILITATOR
    item = desk().item_screen(session_id, item_id, "facilitator" if facilitator else "host")
    which = request.args.get("group", "")
    cards = desk().idea_cards(session_id, item_id, which, _page())
    seen: dict[str, Any] = {"item": item, "work": item["work"], "cards": cards, "sent": g.get("sent") or {}}
    start = address(session_id, item_id)
    home = f"/run/{session_id}/items/{item_id}" if facilitator else "/host"
    return render_template("ideas/table.html", **seen, start=start, home=home, chosen=_chosen_before())


def of_a_member_again(item_id: str, **_others: str) -> ResponseReturnValue:
    """The member's page of the item after a refusal, with what they typed."""
    return of_a_member(item_id)


def here(session_id: str) -> tuple[str, str]:
    """The session in which somebody from the team acts, and who they are in the journal."""
    known = me()
    if known.role == Audience.FACILITATOR:
        return session_shown(known, session_id or None), Audience.FACILITATOR.value
    return session_shown(known), f"host:{known.table}"


def address(session_id: str, item_id: str) -> str:
    """Under which address this device's acts on the item stand."""
    start = f"/run/{session_id}" if me().role == Audience.FACILITATOR else "/host"
    return f"{start}/ideas/{item_id}"


def _page() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _chosen_before() -> frozenset[str]:
    """Which cards were chosen on a form that was refused."""
    return frozenset(request.form.getlist("card")) if request.method == "POST" else frozenset()
