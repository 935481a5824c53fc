"""The four words of the journal's newest head, for every page and screen on which a witness may note them.

Words are slow to come by on purpose (fifty milliseconds of a processor), so they are made in a thread of their own: the
hall goes on meanwhile. Each is made once in a process.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from gevent import get_hub

from facilitation.audit.heads import TreeHead
from web.access import Audience, desk, me, open_to
from web.pages.minutes import BACK, READERS

room = Blueprint("journal_words", __name__)


def words_of(head: TreeHead) -> str:
    """The words, without standing in anybody's way."""
    return str(get_hub().threadpool.apply(lambda: head.words))


def newest(session_id: str) -> dict[str, Any] | None:
    """The newest head as the screens show it; None for a journal from before there were heads."""
    head = desk().newest_head(session_id)
    return None if head is None else {"row": head.size, "words": words_of(head)}


@room.get("/run/<session_id>/journal")
@open_to(*READERS)
def heads(session_id: str) -> ResponseReturnValue:
    """Every head that was noted, the newest first: what a witness may copy, and how it is checked."""
    here = desk().session(session_id)
    rows = [{"row": one.size, "at": one.at, "words": words_of(one)} for one in reversed(desk().heads(session_id))]
    back = f"{BACK[Audience(me().role)]}/{session_id}"
    return render_template("run/journal.html", here=here, rows=rows, key=desk().public_key(), back=back)
