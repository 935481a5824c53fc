"""How secret a vote is, in plain words for whoever is about to cast one. What it rests on is told in the README.

>>> print(*explained(Conduct("open")), sep=chr(10))
When the vote has closed, the staff, the hall and all members can see your name and your vote.
Everyone else can see your vote beside the number of your seat.
Once sent, your vote stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from facilitation.conduct import Conduct

LEVELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "open": ("When the vote has closed, the staff, the hall and all members can see your name and your vote.",),
        "secret": (
            "Your name and your vote are kept in two places with nothing between them.",
            "When the vote closes, all votes are shuffled. From then on nobody can find yours.",
            "While the vote is open, somebody who steals the computer with all its files might find out. "
            "A sealed vote protects against that too; this one is not sealed.",
        ),
        "sealed": (
            "This tablet asks for a token by your name. Your ballot goes out with the token and without your name.",
            "The server signs the token without seeing it, so it cannot tell whose it is.",
            "Somebody who steals the computer while the vote is open and also saw the moment at which you sent might "
            "still find out.",
            "Use this tablet until your vote is counted: the token lies here, and nobody is given two.",
        ),
    }
)
CHANGEABLE = "You can change your vote on this tablet until it closes."
FINAL = "Once sent, your vote stands."
BY_SEAT = "Everyone else can see your vote beside the number of your seat."
TRACKER = (
    "When it is counted, this tablet shows your tracker. When the votes are published, you find yours under it. "
    "Whoever knows your tracker can see your vote."
)


HALL: Mapping[str, str] = MappingProxyType(
    {
        "open": "Open vote: names will stand beside the votes once it has closed.",
        "secret": "Secret vote: nobody can see how anyone voted.",
        "sealed": "Sealed vote: ballots leave the tablets without a name.",
    }
)


def for_the_hall(conduct: Conduct) -> str:
    """The same in a line, for those who look on."""
    return f"{HALL[conduct.secrecy]}{' It can be changed until it closes.' if conduct.changeable else ''}"


def explained(conduct: Conduct) -> list[str]:
    """The sentences behind “How secret is this vote?”, for how this round is held."""
    seats = [BY_SEAT] if conduct.secrecy == "open" and conduct.publish == "ballots" and not conduct.practice else []
    said = [*LEVELS[conduct.secrecy], *seats, CHANGEABLE if conduct.changeable else FINAL]
    if has_trackers(conduct):
        said.append(TRACKER)
    return said


def has_trackers(conduct: Conduct) -> bool:
    """Will the votes be published, each under its tracker? Open votes have names, and practice is never published."""
    return conduct.publish == "ballots" and conduct.secrecy != "open" and not conduct.practice
