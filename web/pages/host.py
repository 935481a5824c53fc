"""The table host's page, and the links that let hosts in.

A host sees their own table: who sits there, what they need, the running item, the go-round and the notes, and calls for
help. Host devices are shared and change hands, so everything is large, and half a sentence survives a reload.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from facilitation.help.helping import KINDS_OF_HELP
from facilitation.needs import WISHES
from web.access import Audience, desk, me, open_to
from web.errors import BadForm
from web.live import session_shown
from web.pages.member import screen_for
from web.qr import address, square
from web.server.bodies import fields, whole

host_pages = Blueprint("host_pages", __name__)


@host_pages.get("/host")
@open_to(Audience.HOST)
def today() -> ResponseReturnValue:
    """Today's session of this host's assembly."""
    return redirect(f"/host/{session_shown(me())}")


@host_pages.get("/host/<session_id>")
@open_to(Audience.HOST)
def host(session_id: str) -> ResponseReturnValue:
    """The whole page: works by plain forms without JavaScript."""
    return render_template("host/host.html", **_seen(session_id))


@host_pages.get("/host/<session_id>/picture")
@open_to(Audience.HOST)
def picture(session_id: str) -> ResponseReturnValue:
    """The picture inside it."""
    return render_template("host/_picture.html", **_seen(session_id))


@host_pages.post("/run/<session_id>/hosts")
@open_to(Audience.FACILITATOR)
def links(session_id: str) -> ResponseReturnValue:
    """One-time links for the hosts, to print or to scan: of one table, or of all at once, each on a card of its own.

    Each press makes new ones, and those from before stay good; a table may have two hosts, or its host a new tablet.
    """
    assembly, table = desk().assembly_of(session_id), whole(fields(), "table")
    tables = desk().tables_of(assembly)
    if table is not None and table not in tables:
        raise BadForm(f"Nobody sits at table {table}.", "Choose a table of this assembly, or all tables.")
    here = address()
    cards = []
    for number in tables if table is None else [table]:
        link = f"{here.base}/sign-in/{desk().issue_link(Audience.HOST, assembly, table=number, by=me())}"
        cards.append({"table": number, "link": link, "qr": square(link, f"QR code: host of table {number}")})
    screen = screen_for(me(), session_id)
    return render_template("run/host_links.html", screen=screen, cards=cards, here=here, back=f"/run/{session_id}")


def _seen(session_id: str) -> dict[str, Any]:
    known = me()
    screen = screen_for(known, session_id)
    table = known.table or 0
    needs = {row.member: _needs(row.known.wishes, row.known.text) for row in desk().needs_at_table(session_id, table)}
    people = [{**one, "needs": needs.get(one["id"], "")} for one in screen["members"] if one["table"] == table]
    return {"screen": screen, "you": screen["you"], "people": people, "kinds_of_help": KINDS_OF_HELP}


def _needs(wishes: tuple[str, ...], words: str) -> str:
    """What a member needs, in their words, or else as the seat has it.

    >>> _needs(("quiet",), ""), _needs(("loop",), "hears better on the left")
    ('A quiet seat', 'hears better on the left')
    """
    return words or ", ".join(WISHES[one] for one in wishes)
