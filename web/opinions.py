"""The picture of opinions as a program of its own: the answers as JSON from stdin, the picture to stdout.

Matrices are loaded here and not by a server in the hall, and no vote waits for it (`web.children`).
"""

from __future__ import annotations

import json
from typing import Any

from facilitation.opinions.picture import Table, draw
from web.children import answer_as_child


def answer(question: str) -> dict[str, Any]:
    """The picture of these rows."""
    asked = json.loads(question)
    return {"picture": draw(Table(asked["statements"], asked["rows"], asked["straight"])), "problems": []}


if __name__ == "__main__":
    answer_as_child(answer)
