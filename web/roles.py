"""Who may do what: the one table of the house. Every address and every socket is in it, or a test fails.

A row says in a sentence what it is about, who may, and which doors that opens. A door is a method and an address as
Flask writes it; `*` at its end stands for the rest. The longest door that fits an address decides. The views themselves
say it once more (`@open_to`, web/access.py), and nobody enters one that says nothing: tests/test_roles.py walks every
address, every method and every socket as every role and as a stranger, and holds the two to one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from web.access import Audience

ANYONE, MEMBER, HOST, KIOSK = Audience.ANYONE, Audience.MEMBER, Audience.HOST, Audience.KIOSK
FACILITATOR, RECRUITER = Audience.FACILITATOR, Audience.RECRUITER
ADMINISTRATOR, SIGNED_IN = Audience.ADMINISTRATOR, Audience.SIGNED_IN
DISPLAY, SCRUTINEER, OBSERVER = Audience.DISPLAY, Audience.SCRUTINEER, Audience.OBSERVER


@dataclass(frozen=True)
class Right:
    """One row: what may be done, by whom, and through which doors."""

    what: str
    who: tuple[Audience, ...]
    doors: tuple[str, ...]


RUN, ITEM, ROUND = "/run/<session_id>", "/run/<session_id>/items/<item_id>", "/run/<session_id>/rounds/<round_id>"
CARDS = tuple(
    door
    for base in ("/host/ideas/<item_id>", f"{RUN}/ideas/<item_id>")
    for door in (
        f"GET {base}/<thing>",
        *(f"{method} {base}/{thing}" for thing in ("cards", "said") for method in ("GET", "POST")),
        *(f"POST {base}/{act}" for act in ("alike", "groups/<cluster>", "type", "undo")),
    )
)

RIGHTS: Final = (
    Right(
        "Read the front page and what is kept of people, join by a code, pair a tablet, choose a look, sign in and out",
        (ANYONE,),
        (
            *("GET /", "GET /join", "POST /join", "POST /api/join", "GET /api/openapi.json"),
            *("GET /m/look", "POST /m/look", "GET /sign-in/<code>", "POST /sign-in/<code>"),
            *("GET /sign-in", "POST /sign-in", "POST /sign-out"),
            *("GET /pair", "POST /pair", "POST /pair/again", "GET /pair/state", "POST /pair/take"),
            *("GET /privacy", "GET /accessibility"),
            *("GET /tls", "GET /tls/authority.crt", "GET /tls/authority.mobileconfig"),
            *("POST /kiosk/finish", "GET /kiosk/over", "GET /static/<edition>/<path:filename>", "GET /worker.js"),
        ),
    ),
    Right(
        "Check a published count, follow a draw held in public, be its witness, read what an evaluation showed",
        (ANYONE,),
        (
            *("GET /counts*", "POST /counts/<round_id>", "GET /draw/<key>*", "GET /evaluation/<session_id>/<item_id>"),
            *("GET /witness", "POST /witness", "GET /witness-step"),
            *("GET /witness/<invitation>", "POST /witness/<invitation>"),
        ),
    ),
    Right(
        "Look at the hall’s screen, with the key in its address",
        (ANYONE,),
        ("GET /hall/<token>", "GET /hall/<token>/picture", "GET /hall/<token>/rounds/<round_id>/names"),
    ),
    Right(
        "Hand in a sealed ballot, which must come without a name",
        (ANYONE,),
        ("POST /api/rounds/<round_id>/sealed-ballot",),
    ),
    Right(
        "Take part: vote, write, answer, say what one needs, ask for help",
        (MEMBER,),
        (
            *("GET /m", "GET /m/picture", "POST /m/back", "POST /m/leave", "POST /m/speak", "POST /m/take-back"),
            *("GET /m/needs", "POST /m/needs", "POST /m/help", "GET /kiosk/alive"),
            *("POST /m/rounds/<round_id>/ballot", "POST /m/rounds/<round_id>/check"),
            *("GET /m/items*", "POST /m/items*", "GET /m/ideas*", "POST /m/ideas*"),
            *("GET /m/drafts/<draft>", "GET /m/lineage/<draft>", "GET /m/statements/<statement>"),
            *(f"{door} /api/rounds/<round_id>/{end}" for door, end in
              (("POST", "ballot"), ("POST", "token"), ("GET", "key"))),
        ),
    ),
    Right(
        "Share a tablet: type a code, and hand the tablet on",
        (KIOSK,),
        ("GET /kiosk*", "POST /kiosk/code", "POST /kiosk/join"),
    ),
    Right("Read the papers of the day", (MEMBER, HOST, FACILITATOR), ("GET /papers", "GET /papers/<paper_id>")),
    Right("Keep a text that is still being written", (MEMBER, HOST, FACILITATOR), ("POST /writing",)),
    Right(
        "Read how each person voted, where the vote was open by name from the start",
        (MEMBER, FACILITATOR),
        ("GET /rounds/<round_id>/names",),
    ),
    Right(
        "The same for the hall’s screen",
        (MEMBER, FACILITATOR, DISPLAY),
        ("GET /api/rounds/<round_id>/names",),
    ),
    Right(
        "Read the result of a vote: before it is shown, only those who hold it",
        (MEMBER, FACILITATOR, DISPLAY, SCRUTINEER, OBSERVER),
        ("GET /api/rounds/<round_id>/result",),
    ),
    Right(
        "Ask for the screen of one’s own role",
        (MEMBER, FACILITATOR, DISPLAY, SCRUTINEER, OBSERVER, HOST),
        ("GET /api/screen",),
    ),
    Right(
        "Help at one table: names and needs of those who sit there, notes, questions",
        (HOST,),
        ("GET /host*", "POST /host/<session_id>*", "POST /host/items*"),
    ),
    Right("Keep the cards of ideas of a table", (HOST, FACILITATOR), CARDS),
    Right(
        "Pair the members’ tablets: a host those of one table",
        (HOST, FACILITATOR),
        ("GET /run/pair", f"GET {RUN}/pair", f"POST {RUN}/pair", f"POST {RUN}/pair/<code>/unpair"),
    ),
    Right(
        "Run the session: agenda, votes, speakers, tables, presence, screens; names, tables and needs of the members",
        (FACILITATOR,),
        (
            *("GET /run", f"GET {RUN}", f"GET {RUN}/picture", f"POST {RUN}/hall", f"GET {RUN}/sheet"),
            *(f"{method} {RUN}/{room}*" for method in ("GET", "POST") for room in ("actions", "agenda", "items",
              "ideas", "members", "needs", "presence", "rounds", "screens", "sessions", "speakers", "tables")),
            *(f"GET {RUN}/{page}" for page in ("badges", "drafts/<draft>", "lineage/<draft>")),
            *(f"POST {RUN}/{act}" for act in ("acknowledge", "extend", "finish", "hosts", "links", "livestream", "name",
              "next", "remove", "undo", "help/<call_id>/<state>")),
            *(f"POST /api/rounds/<round_id>/{act}" for act in ("cancel", "casting-vote", "close", "open", "show")),
            "POST /api/sessions/<session_id>/rounds",
        ),
    ),
    Right(
        "Print and type ballots on paper",
        (FACILITATOR, SCRUTINEER),
        (f"GET {ROUND}/paper", f"POST {ROUND}/paper"),
    ),
    Right(
        "Read the minutes, and the journal’s witnesses, which hold no names",
        (FACILITATOR, SCRUTINEER, OBSERVER),
        (f"GET {RUN}/minutes", f"GET {RUN}/minutes.<kind>", f"GET {RUN}/journal"),
    ),
    Right(
        "Check a vote: type papers a second time, confirm, countersign, count again",
        (SCRUTINEER,),
        ("GET /scrutiny*", "POST /scrutiny/<session_id>/rounds/<round_id>/*"),
    ),
    Right("Look on: the day and its published results", (OBSERVER,), ("GET /observe*",)),
    Right(
        "Choose the members: volunteers with all that they said, quotas, draws, letters, seats, replacements",
        (RECRUITER,),
        ("GET /recruit*", "POST /recruit*"),
    ),
    Right(
        "Give and take roles, invite, sign out and remove accounts",
        (ADMINISTRATOR,),
        ("GET /staff", "POST /staff/*"),
    ),
    Right(
        "Look after one’s own account, and enter one’s rooms",
        (SIGNED_IN,),
        ("GET /rooms", "GET /rooms/left", "POST /rooms/*"),
    ),
)  # fmt: skip

SOCKETS: Final[Mapping[str, str]] = {
    MEMBER: "member",
    FACILITATOR: "facilitator",
    DISPLAY: "hall",
    SCRUTINEER: "hall",
    OBSERVER: "hall",
    HOST: "host",
}
"""Whose socket is opened, and which picture it is sent. All others are refused; the key of a draw in public opens the
picture of that draw, which is public. Nothing that a socket says is listened to."""


def right_of(method: str, address: str) -> Right | None:
    """The row that decides about an address; None where the table is silent.

    >>> right_of("GET", "/run/<session_id>/minutes").who == (FACILITATOR, SCRUTINEER, OBSERVER)
    True
    >>> right_of("POST", "/run/<session_id>/nobody-thought-of-it") is None
    True
    """
    return _table().get(f"{method} {address}") or _longest(f"{method} {address}")


@lru_cache(maxsize=1)
def _table() -> dict[str, Right]:
    return {door: right for right in RIGHTS for door in right.doors if not door.endswith("*")}


def _longest(door: str) -> Right | None:
    fitting = [(len(each), right) for right in RIGHTS for each in right.doors if _fits(each, door)]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _fits(pattern: str, door: str) -> bool:
    """Does a door with a star cover this one? The star ends at the end of a word: `/m/items*` is not `/m/itemsize`."""
    stem = pattern[:-1]
    return (
        pattern.endswith("*")
        and door.startswith(stem)
        and (door == stem or stem.endswith("/") or door[len(stem)] in "/.")
    )


ROLES: Final = tuple(role for role in Audience if role is not ANYONE)


def matrix() -> Iterator[tuple[str, ...]]:
    """The table for people: what, and for each role whether it may."""
    yield ("", *(role.value for role in ROLES), "stranger")
    for right in RIGHTS:
        everyone = ANYONE in right.who
        yield (
            right.what,
            *("yes" if everyone or role in right.who else "" for role in ROLES),
            "yes" if everyone else "",
        )


def as_markdown() -> str:
    """The table as it stands in README."""
    head, *rows = (f"| {' | '.join(row)} |" for row in matrix())
    return "\n".join([head, "|---|" + ":-:|" * (len(ROLES) + 1), *rows])
