"""Who can vote in what, when members come and go in the middle of a day: told in sentences before anything is done.

Pure. No definition freezes the electorate: present and entitled are counted when a round closes (or, where a scrutineer
confirms, when its voting ended). So whoever is added while a round is open can vote in it once they have joined, and a
free seat is not among those entitled any more. What is fixed is the class by which a round is counted: nobody's column
is corrected while a vote depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping

from facilitation.errors import WrongState
from facilitation.model import Assembly, Round, RoundState

UNCOUNTED = (RoundState.OPEN, RoundState.ENDED)


def consequences(state: Assembly) -> list[str]:
    """What it means for votes to add or remove a member now."""
    seats = len(state.seated)
    found = [f"{seats} {'seat is' if seats == 1 else 'seats are'} taken: so many are entitled to vote."]
    going_on = [one for session in state.sessions.values() for one in session.rounds.values() if one.state in UNCOUNTED]
    for one in going_on:
        title = one.definition.title
        if one.state is RoundState.OPEN:
            found.append(
                f"The vote “{title}” is open. Present and entitled are counted when it closes: whoever is added can"
                f" vote in it as soon as they have joined, and it then has {seats + 1} entitled. Whoever has voted and"
                " leaves stays counted; nobody can find their ballot."
            )
        else:
            found.append(
                f"The voting in “{title}” has ended and is being counted: whoever is added now is entitled, but was"
                " not present, and cannot vote in it."
            )
        if one.definition.threshold is not None and one.definition.threshold.minimum_turnout is not None:
            found.append(f"“{title}” needs a turnout, which is reckoned from those entitled.")
    if not going_on:
        found.append("No vote is open. Whoever is added or leaves counts, or does not, from the next vote on.")
    return found


def refuse_fixed(state: Assembly, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Refuse to change a column on which a vote depends: one that is going on, or an open ballot, whose classes are
    nowhere else.
    """
    changed = {name for name in {*before, *after} if before.get(name, "") != after.get(name, "")}
    for session in state.sessions.values():
        for one in session.rounds.values():
            for column in changed & _columns_that_matter(one):
                raise WrongState(
                    f"The vote “{one.definition.title}” goes by the column “{column}”, so it stays as it is.",
                    "Correct it once that vote is closed."
                    if one.state in UNCOUNTED
                    else "That vote was held by name, and a recount reads this column. Leave it as it was.",
                )


def _columns_that_matter(one: Round) -> set[str]:
    conduct = one.conduct
    if one.state in UNCOUNTED:
        return {column for column in (conduct.classes, conduct.blocks) if column is not None}
    by_name = one.state is RoundState.CLOSED and conduct.secrecy == "open"
    return {conduct.classes} if by_name and conduct.classes is not None else set()
