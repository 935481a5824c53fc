"""Lineage: from a recommendation back to everything that it came from, as a tree of a few branches.

Votes (with their results, where these are public), tests, versions and amendments, objections, minority statements,
and the ideas, clusters, questions and materials that its writers named. What was named and is there no longer is told
as missing, never left out.
"""

from __future__ import annotations

from typing import Any

from facilitation.drafts.naming import Named
from facilitation.drafts.showing import attached, full, history
from facilitation.drafts.work import Work
from facilitation.model import Assembly, Round
from facilitation.told import told
from facilitation.work import Seen


def lineage(work: Work, seen: Seen, draft: str, named: Named) -> dict[str, Any]:
    """The tree of one draft."""
    found = work.draft(draft)
    whole = full(work, seen, found)
    theme = work.themes.get(found.theme)
    sources = dict.fromkeys((*found.sources, *(() if theme is None else theme.sources)))
    return {
        "draft": whole,
        "votes": [
            _vote(seen.state, one, option, cited.version) for one, (option, cited) in work.rounds_on(draft).items()
        ],
        "tests": whole["tests"][::-1],
        "history": history(work, seen, found),
        "amendments": [*whole["proposed"], *whole["decided"]],
        "objections": whole["objected"],
        "statements": attached(work, seen, draft),
        "sources": [_source(named, one) for one in sources],
    }


def _source(named: Named, one: str) -> dict[str, str]:
    known = named.get(one)
    if known is None:
        gone = {"kind": told("missing"), "words": told("Something that is here no longer")}
        return {"id": one, **gone, "link": "", "session": ""}
    return {"id": one, **known}


def _vote(state: Assembly, round_id: str, option: str, version: int) -> dict[str, Any]:
    held: Round = state.session_of_round(round_id).rounds[round_id]
    result = held.public_result
    return {
        "round": round_id,
        "title": held.definition.title,
        "state": held.state.value,
        "option": option,
        "version": version,
        "fingerprint": held.hash,
        "sentence": "" if result is None else str(result["sentence"]),
        "count": None if result is None else result["counts"].get(option),
    }
