"""Robot members: they watch the screen and vote like tablets do, through the API, each in their own time.

`python -m web.robots URL` reads a JSON list of member tokens from standard input and runs until it is ended. A robot
keeps its key until it has a receipt, so a lost answer costs nothing. For the demo and for rehearsals.
"""

from __future__ import annotations

import heapq
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from web.demo_day import new_key

LOOK_EVERY = 1.5  # seconds between two looks at the screen
FIRST, LAST = 2.0, 70.0  # seconds after the opening between which the robots vote
YES_SHARE = 0.72
AGAIN = 2.0  # seconds until a ballot without an answer is sent again


@dataclass(order=True)
class Ballot:
    """One robot's vote and when to send it."""

    due: float
    robot: int
    round: str = field(compare=False)
    key: str = field(compare=False)
    choice: Any = field(compare=False)


class Robots:
    """All robots of a hall, driven by one loop."""

    def __init__(self, url: str, tokens: Sequence[str], chance: random.Random) -> None:
        self.url = url
        self.tokens = tokens
        self.chance = chance
        self.known: set[str] = set()
        self.waiting: list[Ballot] = []

    def look(self, now: float) -> None:
        """See whether a new round is open; if so, every robot makes up its mind."""
        screen = self.ask(self.tokens[0], "/api/screen")
        asked = (screen or {}).get("round")
        if not asked or asked["state"] != "open" or asked["id"] in self.known:
            return
        self.known.add(asked["id"])
        for robot in range(len(self.tokens)):
            due = now + self.chance.uniform(FIRST, LAST)
            ballot = Ballot(due, robot, asked["id"], new_key(self.chance), self.mind(asked))
            heapq.heappush(self.waiting, ballot)

    def mind(self, asked: dict[str, Any]) -> Any:
        """A choice: robots lean to the first options, and a few of them abstain."""
        options = list(asked["options"])
        if asked["rule"] == "irv":
            leaning = sorted(options, key=lambda option: self.chance.random() * (1 + 0.4 * options.index(option)))
            return leaning[: self.chance.randint(1, len(options))]
        if asked["rule"] == "approval":
            return [option for option in options if self.chance.random() < 0.45]
        if asked["rule"] == "yes-no" and {"yes", "no"} <= set(options):
            drawn = self.chance.random()
            return "yes" if drawn < YES_SHARE else "no" if drawn < 0.94 or "abstain" not in options else "abstain"
        weights = range(len(options) + 1, 1, -1)
        return self.chance.choices(options, weights=weights)[0]

    def send_due(self, now: float) -> None:
        """Send the ballots whose time has come; one without an answer waits and goes again with the same key."""
        while self.waiting and self.waiting[0].due <= now:
            ballot = heapq.heappop(self.waiting)
            body = {"key": ballot.key, "choice": ballot.choice}
            answer = self.ask(self.tokens[ballot.robot], f"/api/rounds/{ballot.round}/ballot", body)
            if answer is None:
                ballot.due = now + AGAIN
                heapq.heappush(self.waiting, ballot)

    def ask(self, token: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The answer as JSON, a refusal included; None when there was no answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            request = Request(self.url + path, data=data, headers=headers)  # noqa: S310  # our own server
            with urlopen(request, timeout=5) as answer:  # noqa: S310  # as above
                told: dict[str, Any] = json.load(answer)
                return told
        except HTTPError as refusal:
            return None if refusal.code >= 500 else {"refused": refusal.code}
        except (OSError, HTTPException, ValueError):
            return None


def main() -> None:
    """Run until ended."""
    robots = Robots(sys.argv[1], json.load(sys.stdin), random.Random(20270306))  # noqa: S311  # not for secrets
    looked = 0.0
    while True:
        now = time.monotonic()
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
