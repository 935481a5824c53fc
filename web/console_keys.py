"""The keys of the console: what facilitators press instead of a button.

Every control that does something carries its key as `data-key`, and `keys.js` collects them from the page, so neither
the page nor the list under `?` can promise a key that is not there. The letters:

    n  the next thing      u  undo            e  end the item         1 5  minutes more     a  take the result down
    s  skip the next item  w  swap it with the one after              z  end the session    q  prepare a vote
    l  speakers' list      j  add to it       g  give the floor       f  finished           +  half a minute more
    t  to the next tables  m  map on, off     /  find a member

Where there are many of a kind, a letter and a number: v votes, r results to show, c casting votes, d votes to withdraw,
h the floor to this speaker, y off the list, i check in, b back again, p practise, o other pages, k the running item,
; what a hall screen shows, the full stop calls for help, the comma acts beside the large button, and x for buttons that
were given no key, which `keys.js` numbers.
No key begins with another key, so each acts at the moment it is complete, and none has to wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

QUESTIONS: Final[Mapping[str, str]] = {
    "open-round": "{label}?",
    "close-round": "{label}? The vote cannot be opened again.",
    "show-result": "{label} to the hall?",
    "casting-vote": "{label}? This decides the vote.",
    "close-session": "Close the session for good?",
}
"""What a key asks before an act of the console that members see at once or that nobody can take back."""


def question(action: Mapping[str, Any]) -> str:
    """The question before this act; none where undo is enough.

    >>> question({"id": "open-round", "label": "Open “Adopt?”"}), question({"id": "start-item", "label": "Start “Tea”"})
    ('Open “Adopt?”?', '')
    """
    return QUESTIONS.get(action["id"], "").format(label=action["label"])


def numbered(prefix: str, place: int, of: int) -> str:
    """The key of one of many: a letter and a number, as wide as the largest number, so that no key begins another.

    >>> numbered("v", 2, 5), numbered("i", 2, 12), numbered("i", 12, 12)
    ('v 2', 'i 0 2', 'i 1 2')
    """
    return " ".join([prefix, *str(place).zfill(len(str(of)))])
