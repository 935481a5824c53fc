"""`folkmoot opinions`: the groups of opinion in a table of votes, what tells them apart and what unites them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from facilitation.cli.common import Told, as_json_text
from facilitation.errors import Refusal

if TYPE_CHECKING:
    from facilitation.opinions.telling import Opinions


@click.command()
@click.argument("votes", type=click.Path(path_type=Path))
@click.option("--least", type=int, default=5, show_default=True, help="No group of fewer people is shown.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def opinions(votes: Path, least: int, as_json: bool) -> None:
    """Tell what VOTES (CSV: a row for everyone, a column for every statement) has in groups and in common."""
    from facilitation.opinions.telling import opinions_of  # here: the other commands need no matrices
    from facilitation.opinions.votes import read_votes

    try:
        found = opinions_of(read_votes(votes.read_bytes()), least)
    except OSError as error:
        raise Told(f"{votes.name}: {error.strerror}. Remedy: Name a file that can be read.") from None
    except Refusal as refusal:
        raise Told(f"{votes.name}: {refusal}") from None
    click.echo(as_json_text(found.as_json()) if as_json else told(found))


def told(found: Opinions) -> str:
    """The picture in words."""
    votes = found.votes
    lines = [f"{len(votes.people)} people, {len(votes.statements)} statements."]
    if found.straight:
        lines.append(f"{len(found.straight)} said the same of everything they voted on.")
    if found.map is None:
        lines.append(f"No groups are shown. {found.why_no_groups}")
    for number, typical in enumerate(found.typical, start=1):
        size = int((found.map.group_of == number - 1).sum()) if found.map is not None else 0
        lines += ["", f"Group {number}: {size} people"]
        for one in typical:
            said = found.groups[number - 1][one.statement]
            word, count = ("agree", said.agree) if one.agrees else ("disagree", said.disagree)
            lines.append(f"  {count} of {said.voted} {word}: {votes.statements[one.statement]}")
        if not typical:
            lines.append("  Nothing tells this group from the others beyond doubt.")
    lines += ["", "What unites:"]
    for place, _ in found.uniting:
        said = found.everyone[place]
        lines.append(f"  {said.agree} of {said.voted} agree: {votes.statements[place]}")
    if not found.uniting:
        lines.append("  No statement has more agreement than disagreement in every group.")
    return "\n".join(lines)
