"""How a round is held, beside what it asks: secrecy, who confirms its close, what is published, what it hangs on.

Pure. Like the definition, the conduct is data: frozen and hashed before the first ballot exists, kept in the journal,
published with the count.

- `secrecy`: **secret** (who voted and what was voted lie apart; nobody can join them afterwards), **open** (by name,
  said before the opening), **sealed** (the ballot comes without a name, under a blind signature: nobody can join them
  even while the round is open).
- `changeable`: a ballot may be changed on the tablet that cast it until the close.
- `publish`: at close the **ballots** with their trackers, or, where a tracker could be used to sell a vote, only the
  Merkle **root** over them.
- `scrutiny`: the count waits until the scrutineer has confirmed the close. `hold`: the hall sees the result when the
  facilitator shows it. `practice`: nothing hangs on it, and nothing of it is published.
- `classes`: a column of the members' rows; the result is told for each of its values as well, and with `both` the
  round passes only if it passes in each of them (a double majority).
- `blocks`: a column that names the options in which a member has a part and for which they cannot vote.
- `after`: the round exists only once an earlier one has passed, or has failed. It opens once that result has been
  shown, since its opening would tell it.

>>> read_conduct({"secrecy": "open", "after": {"round": "r1", "verdict": "failed"}}).as_json()
{'secrecy': 'open', 'after': {'round': 'r1', 'verdict': 'failed'}}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from facilitation.errors import BadRound
from facilitation.events import canonical
from facilitation.rules.definition import RoundDefinition
from facilitation.rules.reading import check_text, known_keys, text_of, tidy

SECRECY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "secret": "Secret: nobody, not even staff, can see how you voted.",
        "open": "Open: your name will stand beside your vote once the vote has closed.",
        "sealed": "Sealed: your ballot leaves this tablet without your name. Nobody can see how you voted; even "
        "someone who steals the computer while the vote is open finds ballots and no names with them.",
    }
)
"""Each level of secrecy as members read it."""

PUBLISH: Final = ("ballots", "root")
AFTER: Final = ("passed", "failed")
LONGEST_COLUMN: Final = 200


@dataclass(frozen=True)
class After:
    """An earlier round, and how it must have ended."""

    round: str
    verdict: str

    def __post_init__(self) -> None:
        if self.verdict not in AFTER:
            raise BadRound("The earlier round's verdict is not known.", f"Use one of: {', '.join(AFTER)}.")

    def as_json(self) -> dict[str, str]:
        """The form of the API."""
        return {"round": self.round, "verdict": self.verdict}


@dataclass(frozen=True)
class Conduct:
    """See the head of this file; what is not said is the first choice everywhere."""

    secrecy: str = "secret"
    changeable: bool = False
    publish: str = "ballots"
    scrutiny: bool = False
    hold: bool = False
    practice: bool = False
    classes: str | None = None
    both: bool = False
    blocks: str | None = None
    after: After | None = None

    def __post_init__(self) -> None:
        for name, words in (("secrecy", tuple(SECRECY)), ("publish", PUBLISH)):
            if getattr(self, name) not in words:
                raise BadRound(f"The round's {name} is not known.", f"Use one of: {', '.join(words)}.")
        for name in ("classes", "blocks"):
            if (column := getattr(self, name)) is not None:
                check_text(f"column of {name}", column, LONGEST_COLUMN)
        for first, second, why in self._clashes():
            raise BadRound(f"A round cannot be held with {first} and {second}: {why}.", f"Choose {first} or {second}.")

    def _clashes(self) -> list[tuple[str, str, str]]:
        """Pairs that contradict each other."""
        found = []
        if self.both and self.classes is None:
            raise BadRound("A double majority needs the classes.", "Name the column of the members in “classes”.")
        if self.secrecy == "sealed":
            why = "a sealed ballot says nothing of who cast it"
            found += [(name, "sealed ballots", why) for name in ("classes", "blocks") if getattr(self, name)]
            if self.changeable:
                found.append(("changeable", "sealed ballots", "a token opens the urn once"))
        if self.changeable and self.secrecy == "open":
            found.append(("changeable", "open ballots", "what is said by name in the hall stands"))
        return found

    def as_json(self) -> dict[str, object]:
        """What differs from the first choices, and always the secrecy."""
        said: dict[str, object] = {"secrecy": self.secrecy}
        for part in fields(self):
            value = getattr(self, part.name)
            if value != part.default:
                said[part.name] = value.as_json() if isinstance(value, After) else value
        return said


SECRET: Final = Conduct()


def read_conduct(spec: object) -> Conduct:
    """The conduct that the API's JSON asks for; nothing is guessed.

    >>> read_conduct({"practise": True})
    Traceback (most recent call last):
    facilitation.errors.BadRound: A round's conduct has no field “practise”. Remedy: Did you mean “practice”? \
The fields are: secrecy, changeable, publish, scrutiny, hold, practice, classes, both, blocks, after.
    """
    if spec is None:
        return SECRET
    if not isinstance(spec, Mapping):
        raise BadRound("The conduct is not an object.", "Write it as {“secrecy”: “secret”}.")
    known_keys(spec, (part.name for part in fields(Conduct)), "round's conduct")
    said = {name: value for name, value in spec.items() if value is not None}
    for name in ("changeable", "scrutiny", "hold", "practice", "both"):
        if not isinstance(said.get(name, False), bool):
            raise BadRound(f"The conduct's {name} is neither true nor false.", f"Give “{name}” as true or false.")
    texts = {name: tidy(text_of(said, name, "conduct")) for name in TEXTS if name in said}
    return Conduct(**{**said, **texts, "after": _after(said.get("after"))})


TEXTS: Final = ("secrecy", "publish", "classes", "blocks")


def _after(spec: object) -> After | None:
    if spec is None:
        return None
    if not isinstance(spec, Mapping):
        raise BadRound("“after” is not an object.", "Write it as {“round”: “its id”, “verdict”: “passed”}.")
    known_keys(spec, ("round", "verdict"), "conduct's “after”")
    return After(text_of(spec, "round", "conduct's “after”"), text_of(spec, "verdict", "conduct's “after”"))


def fingerprint(definition: RoundDefinition, conduct: Conduct, version: int) -> str:
    """SHA-256 over the one spelling of what is asked, how, and which version of it this is: in hexadecimal."""
    frozen = {"definition": definition.as_json(), "conduct": conduct.as_json(), "version": version}
    return hashlib.sha256(canonical(frozen).encode()).hexdigest()
