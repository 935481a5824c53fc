"""Ideas: a member's cards and names by `/m/ideas/…`; the facilitator's acts by `/run/SESSION/ideas/…`, a host's by
`/host/ideas/…`. All work without JavaScript, and whatever is sent twice is done once.

A form on which cards are chosen carries what was seen: `seen` is a card's id, a colon and the id of its group.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from facilitation.desk.ideas import Chosen, Words
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.live import session_shown
from web.pages.ideas import card_table, here, of_a_member_again
from web.refused import keep_forms
from web.server.bodies import fields, text, whole

cards = Blueprint("idea_cards", __name__)
team = Blueprint("idea_team", __name__)
keep_forms(cards, {}, otherwise=of_a_member_again)
keep_forms(team, {}, otherwise=card_table)
ROOM_FOR_A_CARD = 128 * 1024
"""Bytes: 10,000 characters of any alphabet, as a form writes them."""


# ------------------------------------------------------------------------------------------------ members


@cards.post("/m/ideas/<item_id>/write")
@open_to(Audience.MEMBER, body_limit=ROOM_FOR_A_CARD)
def write(item_id: str) -> ResponseReturnValue:
    """Send one idea. The same page sent twice is one card."""
    session_id, member = _mine()
    desk().write_idea(session_id, item_id, member, _words())
    return done(session_id, "/m")


@cards.post("/m/ideas/<item_id>/<idea>/correct")
@open_to(Audience.MEMBER, body_limit=ROOM_FOR_A_CARD)
def correct(item_id: str, idea: str) -> ResponseReturnValue:
    """New words for an own card."""
    session_id, member = _mine()
    desk().correct_idea(session_id, item_id, idea, _words(), member=member)
    return done(session_id, "/m")


@cards.post("/m/ideas/<item_id>/<idea>/withdraw")
@open_to(Audience.MEMBER)
def withdraw(item_id: str, idea: str) -> ResponseReturnValue:
    """Take an own card back, or put it back."""
    session_id, member = _mine()
    desk().withdraw_idea(session_id, item_id, idea, member=member, back=bool(text(fields(), "back")))
    return done(session_id, "/m")


@cards.post("/m/ideas/<item_id>/<idea>/said")
@open_to(Audience.MEMBER)
def said(item_id: str, idea: str) -> ResponseReturnValue:
    """Tick an own card as read out, or take the tick back."""
    session_id, member = _mine()
    desk().say_idea(session_id, item_id, idea, member=member, said=not text(fields(), "back"))
    return done(session_id, "/m")


@cards.post("/m/ideas/<item_id>/groups/<cluster>/names")
@open_to(Audience.MEMBER)
def propose(item_id: str, cluster: str) -> ResponseReturnValue:
    """Propose a name for a group."""
    session_id, member = _mine()
    desk().propose_name(session_id, item_id, cluster, _words(), member=member)
    return done(session_id, "/m")


@cards.post("/m/ideas/<item_id>/groups/<cluster>/support")
@open_to(Audience.MEMBER)
def support(item_id: str, cluster: str) -> ResponseReturnValue:
    """Support one of a group's names, and no other."""
    session_id, member = _mine()
    desk().support_name(session_id, item_id, cluster, text(fields(), "name"), member=member)
    return done(session_id, "/m")


# ------------------------------------------------------------------------------------------------ the team


@team.post("/run/<session_id>/ideas/<item_id>/step")
@open_to(Audience.FACILITATOR)
def step(session_id: str, item_id: str) -> ResponseReturnValue:
    """Go on, or back, to a step."""
    desk().ideas_step(session_id, item_id, text(fields(), "step"))
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/decide")
@open_to(Audience.FACILITATOR)
def decide(session_id: str, item_id: str) -> ResponseReturnValue:
    """Choose a group's name."""
    sent = fields()
    desk().decide_name(session_id, item_id, text(sent, "cluster"), text(sent, "name"))
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/off")
@open_to(Audience.FACILITATOR)
def off(session_id: str, item_id: str) -> ResponseReturnValue:
    """Take a card off the wall, or put it back."""
    sent = fields()
    actor = Audience.FACILITATOR.value
    desk().withdraw_idea(session_id, item_id, text(sent, "card"), actor=actor, back=bool(text(sent, "back")))
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/type")
@team.post("/host/ideas/<item_id>/type")
@open_to(Audience.FACILITATOR, Audience.HOST, body_limit=ROOM_FOR_A_CARD)
def type_for(item_id: str, session_id: str = "") -> ResponseReturnValue:
    """Type a card for somebody; with `card`, correct one that was typed for somebody."""
    session_id, actor = here(session_id)
    sent = fields()
    if card := text(sent, "card"):
        desk().correct_idea(session_id, item_id, card, _words(), actor=actor)
    elif member := text(sent, "member"):
        desk().write_idea(session_id, item_id, member, _words(), actor=actor)
    else:
        raise BadForm("Nobody was chosen.", "Choose for whom you type.")
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/said")
@team.post("/host/ideas/<item_id>/said")
@open_to(Audience.FACILITATOR, Audience.HOST)
def tick(item_id: str, session_id: str = "") -> ResponseReturnValue:
    """Tick a card as read out for its author, or take the tick back."""
    session_id, actor = here(session_id)
    sent = fields()
    desk().say_idea(session_id, item_id, text(sent, "card"), actor=actor, said=not text(sent, "back"))
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/cards")
@team.post("/host/ideas/<item_id>/cards")
@open_to(Audience.FACILITATOR, Audience.HOST, body_limit=ROOM_FOR_A_CARD)
def sort(item_id: str, session_id: str = "") -> ResponseReturnValue:
    """The cards that were chosen become one (`merge`), go into a group (`place`, `new`), or into none (`out`).

    `lead` is the card whose words a merged card has, the first where it is left out; `text` gives it others. `title` is
    that of a new group.
    """
    session_id, actor = here(session_id)
    sent = fields()
    at, act, chosen, words = (session_id, item_id), text(sent, "do"), _chosen(sent), _words()
    if act != "new" and not chosen.cards:
        raise BadForm("No card was chosen.", "Tap one card or more, then press the button.")
    if act == "merge":
        lead = text(sent, "lead")
        desk().merge_cards(*at, sorted(chosen.cards, key=lambda card: card != lead), words, actor=actor)
    elif act == "new":
        desk().make_cluster(*at, chosen, Words(words.key, text(sent, "title")), actor=actor)
    elif act == "place":
        if not text(sent, "cluster"):
            raise BadForm("No group was chosen.", "Choose the group, then press the button.")
        desk().place_cards(*at, text(sent, "cluster"), chosen, actor=actor)
    elif act == "out":
        desk().place_cards(*at, "", chosen, actor=actor)
    else:
        raise BadForm("It is not clear what to do with these cards.", "Press one of the buttons below them.")
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/alike")
@team.post("/host/ideas/<item_id>/alike")
@open_to(Audience.FACILITATOR, Audience.HOST)
def decline(item_id: str, session_id: str = "") -> ResponseReturnValue:
    """These two cards do not say the same."""
    session_id, actor = here(session_id)
    pair = _many(fields(), "card")
    if len(pair) != 2:
        raise BadForm("A pair is two cards.", "Load the page again.")
    desk().decline_alike(session_id, item_id, *pair, actor=actor)
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/undo")
@team.post("/host/ideas/<item_id>/undo")
@open_to(Audience.FACILITATOR, Audience.HOST)
def undo(item_id: str, session_id: str = "") -> ResponseReturnValue:
    """Undo a merge."""
    session_id, actor = here(session_id)
    desk().undo_merge(session_id, item_id, text(fields(), "merge"), actor=actor)
    return _back(session_id, item_id)


@team.post("/run/<session_id>/ideas/<item_id>/groups/<cluster>")
@team.post("/host/ideas/<item_id>/groups/<cluster>")
@open_to(Audience.FACILITATOR, Audience.HOST)
def group(item_id: str, cluster: str, session_id: str = "") -> ResponseReturnValue:
    """Give a group a title, dissolve it, or bring it back."""
    session_id, actor = here(session_id)
    act = text(fields(), "do")
    if act == "title":
        desk().title_cluster(session_id, item_id, cluster, _words(), actor=actor)
    elif act in ("dissolve", "bring"):
        desk().dissolve_cluster(session_id, item_id, cluster, actor=actor, dissolved=act == "dissolve")
    else:
        raise BadForm("It is not clear what to do with this group.", "Press one of its buttons.")
    return _back(session_id, item_id)


# ------------------------------------------------------------------------------------------------ inside


def _mine() -> tuple[str, str]:
    known = me()
    return session_shown(known), str(known.member_id)


def _words() -> Words:
    """What was typed, to the letter, and the key that was made with the form."""
    sent = fields()
    body = sent.get("text", "")
    if not isinstance(body, str):
        raise BadForm("The field “text” must be one text.", "Load the page again and send the form once more.")
    return Words(text(sent, "key"), body)


def _many(sent: dict[str, Any], name: str) -> list[str]:
    """A field that may have been sent once, several times, or not at all."""
    value = sent.get(name, [])
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in values):
        raise BadForm(f"The field “{name}” must be texts.", "Load the page again and send the form once more.")
    return values


def _chosen(sent: dict[str, Any]) -> Chosen:
    seen = dict(one.split(":", 1) for one in _many(sent, "seen") if ":" in one)
    return Chosen(_many(sent, "card"), seen)


def _back(session_id: str, item_id: str) -> ResponseReturnValue:
    """To the page on which the form stood: `page` is a word for it, never an address."""
    facilitator = me().role == Audience.FACILITATOR
    start = f"/run/{session_id}" if facilitator else "/host"
    page = text(fields(), "page")
    if page == "said":
        return done(session_id, f"{start}/ideas/{item_id}/said?table={whole(fields(), 'table', 0)}")
    if page == "cards":
        return done(session_id, f"{start}/ideas/{item_id}/cards")
    return done(session_id, f"{start}/items/{item_id}" if page == "item" and facilitator else start)
