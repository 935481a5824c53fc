"""How a round is held, in sentences that a facilitator can read aloud before it opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from facilitation.conduct import SECRECY, After, Conduct


def conduct_words(conduct: Conduct, titles: Mapping[str, str]) -> list[str]:
    """Every promise that the conduct makes; `titles` are those of the session's rounds by id.

    >>> conduct_words(Conduct(hold=True), {})[1:3]
    ['A vote is final once it is sent.', 'The hall sees the result when you show it.']
    """
    return list(_sentences(conduct, titles))


def _sentences(conduct: Conduct, titles: Mapping[str, str]) -> Iterator[str]:
    if conduct.practice:
        yield "Practice: nothing hangs on this vote, and nothing of it is published."
    yield SECRECY[conduct.secrecy]
    if conduct.changeable:
        yield "Until the close, a vote can be changed on the tablet that sent it."
    else:
        yield "A vote is final once it is sent."
    if conduct.after is not None:
        yield after_words(conduct.after, titles)
    if conduct.scrutiny:
        yield "The scrutineer confirms the close before anything is counted."
    if conduct.hold or conduct.scrutiny:
        yield "The hall sees the result when you show it."
    if conduct.classes is not None:
        told = f"The result is also told for each group by “{conduct.classes}”"
        yield f"{told}, and the vote passes only if it passes in every group." if conduct.both else f"{told}."
    if conduct.blocks is not None:
        yield f"Nobody can vote for what they have a part in, as the column “{conduct.blocks}” says."
    if not conduct.practice and conduct.secrecy != "open":
        yield PUBLISHED[conduct.publish]


PUBLISHED: Mapping[str, str] = {
    "ballots": "After the close all ballots are published without names, so that anyone can count them again.",
    "root": "After the close only a fingerprint of the ballots is published, so that nobody can be paid for a vote.",
}


def after_words(after: After | Mapping[str, str], titles: Mapping[str, str]) -> str:
    """What an earlier vote has to do with this one.

    >>> after_words(After("r1", "passed"), {"r1": "Build it?"})
    'Held only if “Build it?” has passed.'
    """
    round_id, verdict = (after.round, after.verdict) if isinstance(after, After) else (after["round"], after["verdict"])
    return f"Held only if “{titles.get(round_id, 'an earlier vote')}” has {verdict}."
