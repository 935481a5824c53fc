"""The list of actions, asked of the desk."""

from __future__ import annotations

from typing import Any

from facilitation import action_log
from facilitation.action_log import LONGEST, NoteAction, SettleAction
from facilitation.desk.core import FACILITATOR
from facilitation.desk.work import Wish, Work, cleaned
from facilitation.events import canonical
from facilitation.store import Text

NAMES = {"what": "What is to be done", "who": "Who does it", "by": "By when"}


class ActionList(Work):
    """Noting, settling and listing what somebody is to do."""

    def note_action(self, session_id: str, key: str, what: str, who: str = "", by: str = "") -> int:
        """Note an action. Sent again with the same key, it is noted once."""
        given = {"what": what, "who": who, "by": by}
        said = {
            part: cleaned(Wish(FACILITATOR, key, words, LONGEST[part], NAMES[part])) if words.strip() else ""
            for part, words in given.items()
            if part != "what"
        }
        said["what"] = cleaned(Wish(FACILITATOR, key, what, LONGEST["what"], NAMES["what"]))
        wish = Wish(f"{FACILITATOR} {session_id}", key, canonical(said), 10_000)

        def command(text: Text) -> NoteAction:
            return NoteAction(session_id, FACILITATOR, text.id, text.commitment)

        return self._worded(session_id, wish, command)

    def settle_action(self, session_id: str, action: str, *, done: bool = True) -> int:
        """It is done, or open after all."""
        return self._command(session_id, SettleAction(session_id, FACILITATOR, action, done))

    def actions_of(self, assembly_id: str) -> list[dict[str, Any]]:
        """The whole list, the open ones first."""
        with self._store.reading() as tx:
            state = self._state(tx, assembly_id)
            return action_log.rows(state, self._texts(tx, state))
