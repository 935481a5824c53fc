"""A paper to hand out, looked at in a child process before anything is kept of it (`web.children`).

Only the list of an office document's parts is read, but that list, too, is a stranger's and may be endless.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facilitation.errors import Refusal
from facilitation.evidence.files import MOST_BYTES, paper
from web.children import FILES, Upload, answer_as_child, ask, reading


@dataclass(frozen=True)
class Look:
    """What is wrong with a paper; nothing, where it may be handed out."""

    problems: Sequence[Mapping[str, str]] = ()


def look_at(name: str, data: bytes) -> None:
    """Refuse a paper that may not be handed out."""
    if len(data) > MOST_BYTES:
        return  # refused by its size alone, in its own words
    from web.errors import BadForm  # here and not above: the child needs no Flask

    looked = ask("web.handouts", json.dumps(Upload(name, data).as_json()), Look, FILES)
    for problem in looked.problems:
        raise BadForm(problem["message"], problem["remedy"])


# ------------------------------------------------------------------------------------------------ in the child


def answer(question: str) -> dict[str, Any]:
    """Look at it."""
    file = Upload.from_json(json.loads(question))
    try:
        with reading():
            paper(file.name, file.data)
    except Refusal as no:
        return {"problems": [{"place": "The paper", "message": no.message, "remedy": no.remedy}]}
    return {}


if __name__ == "__main__":
    answer_as_child(answer)
