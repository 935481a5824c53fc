"""What a draft can come from, by id: ideas and their groups, questions and papers of the assembly, in a few words.

Each kind of item knows its own things; here they are only named, so that a draft can cite them. A thing that was taken
back, or whose words were erased, is not offered any more, and a draft that cites it says that it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from facilitation.evidence.work import Evidence
from facilitation.ideas import trace
from facilitation.ideas.work import Work as Ideas
from facilitation.told import told
from facilitation.work import Seen

Named = Mapping[str, Mapping[str, str]]
"""Id → kind, words, the session in which it is, and the end of the address of its page."""

GROUP, IDEA, QUESTION, PAPER = told("group of ideas"), told("idea"), told("question"), told("paper")


def named(seen: Seen) -> Named:
    """Everything of this assembly that a draft can cite."""
    found: dict[str, Mapping[str, str]] = {}
    for work_id, work in seen.state.work.items():
        for thing, kind, words, link in _things(work_id, work, seen.texts):
            if words:
                session, _ = seen.state.item_called(work_id)
                found[thing] = {"kind": kind, "words": words, "session": session.id, "link": link}
    return found


def _things(work_id: str, work: Any, texts: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Id, kind, words and the end of the address of everything in one work."""
    if isinstance(work, Ideas):
        for thing, card in trace.named(work, texts).items():
            kind = GROUP if card["kind"] == "cluster" else IDEA
            yield thing, kind, card["words"], f"/ideas/{work_id}/{thing}"
    if isinstance(work, Evidence):
        for question in work.bank.questions.values():
            if not question.withdrawn:
                yield question.text, QUESTION, texts.get(question.text, ""), f"/items/{work_id}"
        for paper in work.papers:
            yield paper, PAPER, texts.get(paper, ""), f"/papers/{paper}"


def groups_without_a_theme(seen: Seen, taken: frozenset[str]) -> list[dict[str, str]]:
    """The groups of ideas of which no theme was made yet."""
    return [
        {"id": thing, "words": one["words"]}
        for thing, one in named(seen).items()
        if one["kind"] == GROUP and thing not in taken
    ]
