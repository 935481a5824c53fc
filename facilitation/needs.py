"""What members need so that they can take part: what is on record, what they say of it on arrival, what seats follow.

Pure. The panel's file has it in one or more columns, which the organisers choose (otherwise a column with a likely
name is taken). On arrival every member is shown what is on record and confirms or corrects it. The words of that are
about health; they lie in a table of their own, can be erased, and are shown to the member, to facilitators, and to the
host of the member's table alone. The journal keeps which columns were chosen and nothing else.

What a table can offer are the words of `WISHES`, which the seating understands: a member who corrected something is
seated by what they ticked, the others by the words that are found in what is on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from facilitation.errors import BadRequest
from facilitation.member_events import NeedsAsked
from facilitation.panel import cleaned
from facilitation.told import told

WISHES: Mapping[str, str] = {
    "loop": "A seat where the hearing loop works",
    "step-free": "A way without steps, and room for a wheelchair",
    "quiet": "A quiet seat",
    "door": "A seat near the door",
    "supporter": "A chair beside me for somebody who supports me",
}
"""What a seat can offer, by the word of the seating."""
FOUND_BY: Mapping[str, tuple[str, ...]] = {
    "loop": ("loop", "hearing"),
    "step-free": ("step-free", "step free", "wheelchair", "ramp"),
    "quiet": ("quiet",),
    "door": ("near the door", "near door", "by the door"),
    "supporter": ("supporter", "support worker", "personal assistant", "carer", "interpreter"),
}
COLUMNS: Final = (
    *("access needs", "access_needs", "needs", "access", "support needs", "support", "adjustments"),
    *("accessibility", "accessibility needs"),
)
"""How a panel's file calls the column of what members need, the likeliest first."""
SUPPORTER: Final = "supporter"
LONGEST_WORDS: Final = 300
MOST_COLUMNS: Final = 12


@dataclass(frozen=True)
class Need:
    """What a member answered last. With `own` the wishes and words are theirs and stand for what the file says."""

    member: str
    session: str
    at: datetime
    state: str
    own: bool
    wishes: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Record:
    """What is on record of one member: the file's columns that say something, the wishes for the seat, own words."""

    said: tuple[tuple[str, str], ...]
    wishes: tuple[str, ...]
    words: str
    own: bool
    before: tuple[str, ...]
    """The wishes that the file alone gives."""

    @property
    def text(self) -> str:
        """The words of it, whoever said them."""
        return self.words if self.own else "; ".join(text for _, text in self.said)

    @property
    def empty(self) -> bool:
        """Nothing is known."""
        return not self.said and not self.wishes and not self.words

    @property
    def new_wishes(self) -> tuple[str, ...]:
        """What the seating did not know from the file."""
        return tuple(wish for wish in self.wishes if wish not in self.before)


def found_column(columns: Iterable[str]) -> str | None:
    """The column of the panel's file that says what members need.

    >>> found_column(["gender", "Access needs"]), found_column(["gender"])
    ('Access needs', None)
    """
    known = {name.casefold().strip(): name for name in columns}
    return next((known[name] for name in COLUMNS if name in known), None)


def wishes_in(said: Iterable[str]) -> tuple[str, ...]:
    """The wishes for a seat that stand in these words.

    >>> wishes_in(["Uses a wheelchair; hearing aid", "a BSL interpreter"]), wishes_in(["vegetarian"])
    (('loop', 'step-free', 'supporter'), ())
    """
    text = " ".join(said).casefold()
    return tuple(wish for wish, signs in FOUND_BY.items() if any(sign in text for sign in signs))


def record(columns: Sequence[str], person: Mapping[str, str], need: Need | None) -> Record:
    """What is on record of one member.

    >>> record(["needs"], {"needs": "loop"}, None).wishes
    ('loop',)
    """
    said = tuple((column, text) for column in columns if (text := person.get(column, "").strip()))
    before = wishes_in(text for _, text in said)
    if need is None or not need.own:
        return Record(said, before, "", False, before)
    return Record((), need.wishes, need.words, True, before)


def state_of(need: Need | None, session_id: str) -> str:
    """How it stands in this session: to confirm, confirmed, or changed.

    >>> state_of(None, "s")
    'to confirm'
    """
    return "to confirm" if need is None or need.session != session_id else need.state


def seat_words(person: Mapping[str, str], known: Record) -> str:
    """What the seating reads as this person's `needs`: own wishes, or the file's own words for it, or what it says.

    >>> seat_words({"needs": "step-free; lift"}, record(["needs"], {"needs": "step-free; lift"}, None))
    'step-free; lift'
    """
    if not known.own and person.get("needs", "").strip():
        return person["needs"].strip()
    return "; ".join(wish for wish in known.wishes if wish != SUPPORTER)


def corrected(wishes: Iterable[str], words: str) -> tuple[tuple[str, ...], str]:
    """What a member typed and ticked, as it can be kept."""
    chosen = set(wishes)
    unknown = sorted(chosen - set(WISHES))
    if unknown:
        raise BadRequest(f"“{unknown[0][:40]}” is nothing that a seat can offer.", f"Use {', '.join(WISHES)}.")
    text = cleaned(words)
    if len(text) > LONGEST_WORDS:
        raise BadRequest(
            told("What you wrote has {n} characters; there is room for {most}.", n=len(text), most=LONGEST_WORDS),
            told("Make it shorter, or tell the team in person."),
        )
    return tuple(wish for wish in WISHES if wish in chosen), text


def asked(columns: Sequence[str], known: Iterable[str]) -> NeedsAsked:
    """Ask about these columns; refuse what is none."""
    names = set(known)
    wrong = [column for column in columns if column not in names]
    if wrong or len(columns) > MOST_COLUMNS:
        raise BadRequest(
            f"The panel's file has no column “{(wrong or ['?'])[0][:60]}” that says anything.", "Choose from the list."
        )
    return NeedsAsked(list(dict.fromkeys(columns)))
