"""Robot members: they watch the screen and vote like tablets do, through the API, each in their own time.

`python -m web.rehearsal.robots URL` reads a JSON list of member tokens (or an object of `tokens` and of `codes` to join
with) from standard input and runs until it is ended. Beside voting they do what there is to do in an item
(`robot_deeds`). A robot keeps its key until it has a receipt, so a lost answer costs nothing. What they think is made
up by the recipe of the rehearsal, under every rule. In a sealed round they ask for tokens and cast without a name, as
tablets do.
"""

from __future__ import annotations

import heapq
import json
import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from facilitation.codes import in_letters
from facilitation.rehearsal import robot_payloads
from facilitation.rules import parse_definition
from web.rehearsal.demo_day import new_key
from web.rehearsal.robot_deeds import Mind, next_deed
from web.rehearsal.robot_tokens import Token, signed

LOOK_EVERY = 1.5  # seconds between two looks at the screen
FIRST, LAST = 2.0, 70.0  # seconds after the opening between which the robots vote
SEED = "oil and patience"
ARRIVING = (1.0, 90.0)  # seconds within which they arrive
BUSY = (2.0, 6.0)  # seconds between two things that a robot does
NOTHING_TO_DO = (8.0, 30.0)  # seconds until it looks again
TURN = 0.5  # seconds that they take before ballots have a turn
AGAIN = 2.0  # seconds until a ballot without an answer is sent again


@dataclass(order=True)
class Ballot:
    """One robot's vote and when to send it."""

    due: float
    robot: int
    round: str = field(compare=False)
    key: str = field(compare=False)
    choice: Any = field(compare=False)
    tracker: str = field(compare=False)
    sealed: bool = field(compare=False, default=False)
    token: Token | None = field(compare=False, default=None)


class Robots:
    """All robots of a hall, driven by one loop."""

    def __init__(self, url: str, tokens: Sequence[str], chance: random.Random, codes: Sequence[str] = ()) -> None:
        self.url = url
        self.tokens = list(tokens)
        self.chance = chance
        self.known: set[str] = set()
        self.waiting: list[Ballot] = []
        self.coming = sorted((chance.uniform(*ARRIVING), code) for code in codes)
        self.minds: list[Mind] = []
        self.awake: list[tuple[float, int]] = []
        for _ in self.tokens:
            self.wake(0.0)

    def wake(self, now: float) -> None:
        """One more robot begins to look at its screen."""
        number = len(self.minds)
        self.minds.append(Mind(number, random.Random(self.chance.random())))  # noqa: S311  # not for secrets
        heapq.heappush(self.awake, (now + self.chance.uniform(*NOTHING_TO_DO), number))

    def arrive(self, now: float, began: float) -> None:
        """Let those in whose time has come, as members come: with their code, one after the other."""
        while self.coming and began + self.coming[0][0] <= now:
            _, code = self.coming.pop(0)
            joined = self.ask(None, "/api/join", {"code": code})
            if joined is None:
                self.coming.insert(0, (now - began + AGAIN, code))
                return
            if "token" in joined:
                self.tokens.append(joined["token"])
                self.wake(now)

    def act(self, now: float, until: float) -> None:
        """Whoever's time it is looks at their own screen and does the next thing, until the others must have a turn."""
        while self.awake and self.awake[0][0] <= now and time.monotonic() < until:
            _, number = heapq.heappop(self.awake)
            token = self.tokens[number]
            screen = self.ask(token, "/api/screen")
            deed = next_deed(screen, self.minds[number]) if screen is not None and "you" in screen else None
            if deed is not None:
                self.ask(token, *deed)
            heapq.heappush(
                self.awake, (now + self.chance.uniform(*(BUSY if deed is not None else NOTHING_TO_DO)), number)
            )

    def look(self, now: float) -> None:
        """See whether a new round is open; if so, every robot makes up its mind."""
        screen = self.ask(self.tokens[0], "/api/screen") if self.tokens else None
        asked = (screen or {}).get("round")
        if not asked or asked["state"] != "open" or asked["id"] in self.known:
            return
        self.known.add(asked["id"])
        sealed = asked.get("conduct", {}).get("secrecy") == "sealed"
        for robot, choice in enumerate(minds(asked, len(self.tokens))):
            due = now + self.chance.uniform(FIRST, LAST)
            tracker = in_letters(self.chance.randbytes(5))
            ballot = Ballot(due, robot, asked["id"], new_key(self.chance), choice, tracker, sealed)
            heapq.heappush(self.waiting, ballot)

    def send_due(self, now: float) -> None:
        """Send the ballots whose time has come; one without an answer waits and goes again with the same key."""
        while self.waiting and self.waiting[0].due <= now:
            ballot = heapq.heappop(self.waiting)
            if (self.send_sealed if ballot.sealed else self.send)(ballot) is None:
                ballot.due = now + AGAIN
                heapq.heappush(self.waiting, ballot)

    def send(self, ballot: Ballot) -> dict[str, Any] | None:
        """Send a ballot by the robot's name."""
        body = {"key": ballot.key, "choice": ballot.choice, "tracker": ballot.tracker}
        return self.ask(self.tokens[ballot.robot], f"/api/rounds/{ballot.round}/ballot", body)

    def send_sealed(self, ballot: Ballot) -> dict[str, Any] | None:
        """Get the token by the robot's name; then send the ballot with it, by nobody."""
        by_name = partial(self.ask, self.tokens[ballot.robot])
        ballot.token, in_the_way = signed(ballot.token, by_name, ballot.round, self.chance)
        if ballot.token is None or not ballot.token.signature:
            return in_the_way
        body = {**ballot.token.as_json(), "choice": ballot.choice, "tracker": ballot.tracker}
        return self.ask(None, f"/api/rounds/{ballot.round}/sealed-ballot", body)

    def ask(self, token: str | None, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The answer as JSON, a refusal included; None when there was no answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            request = Request(self.url + path, data=data, headers=headers)  # noqa: S310  # our own server
            with urlopen(request, timeout=5) as answer:  # noqa: S310  # as above
                told: dict[str, Any] = json.load(answer)
                return told
        except HTTPError as refusal:
            return None if refusal.code >= 500 else {"refused": refusal.code}
        except (OSError, HTTPException, ValueError):
            return None


def minds(asked: dict[str, Any], number: int) -> Sequence[object]:
    """What so many robots choose in the round that this screen shows; the same question, the same choices."""
    spec = {part: asked[part] for part in ("title", "rule", "options", "max_choices", "terms") if asked.get(part)}
    return robot_payloads(parse_definition(spec), number, SEED)


def main() -> None:
    """Run until ended, or until whoever started them has ended."""
    asked = json.load(sys.stdin)
    tokens, codes = (asked, []) if isinstance(asked, list) else (asked.get("tokens", []), asked.get("codes", []))
    robots = Robots(sys.argv[1], tokens, random.Random(20270306), codes)  # noqa: S311  # not for secrets
    began, looked, started_by = time.monotonic(), 0.0, os.getppid()
    while os.getppid() == started_by:  # nobody is left to watch them once what started them is gone
        now = time.monotonic()
        robots.arrive(now, began)
        robots.act(now, until=now + TURN)
        if now - looked >= LOOK_EVERY:
            looked = now
            robots.look(now)
        robots.send_due(now)
        time.sleep(0.1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
