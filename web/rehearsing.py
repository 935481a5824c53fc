"""A rehearsal as a program of its own: the question as JSON from stdin, the answer to stdout (`web.children`).

A count by equal shares that makes its shares larger step by step can take many seconds for a large budget; it takes
them here, and no vote in the hall waits for it.
"""

from __future__ import annotations

import json
import time
from typing import Any

from facilitation.conduct import read_conduct
from facilitation.rehearsed import Groups, rehearse
from facilitation.rules import parse_definition
from web.children import answer_as_child


def answer(question: str) -> dict[str, Any]:
    """The rehearsal of this definition."""
    asked, began = json.loads(question), time.process_time()
    groups = Groups(read_conduct(asked["conduct"]), asked["groups"]) if asked["groups"] else None
    done = rehearse(parse_definition(asked["definition"]), asked["robots"], asked["seed"], groups)
    return {"told": done.as_json(), "seconds": round(time.process_time() - began), "problems": []}


if __name__ == "__main__":
    answer_as_child(answer)
