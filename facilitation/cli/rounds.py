"""The commands of a vote: `folkmoot round …`."""

from __future__ import annotations

import uuid
from typing import Any

import click

from facilitation.cli.common import Told, as_json_text, database_option, desk_of, read_json
from facilitation.rules import RULES


@click.group("round")
def round_() -> None:
    """Hold a vote: create, open, close or cancel a round, cast a ballot, read the result."""


@round_.command("create")
@database_option
@click.option("--session", "session_id", required=True, metavar="ID", help="The session, as `seat` printed it.")
@click.option("--title", required=True, help="The question as the members read it.")
@click.option("--rule", required=True, type=click.Choice(sorted(RULES)), help="How it is counted.")
@click.option("--option", "options", multiple=True, help="An option; give it once for each.")
@click.option("--threshold", help='As JSON: {"share": "2/3", "op": ">=", "base": "yes+no"}.')
@click.option("--conduct", help='How it is held, as JSON: {"secrecy": "open", "scrutiny": true}.')
def create_round(database: str, session_id: str, **asked: Any) -> None:
    """Define a round and print its id; once it is open, nothing of it can be changed."""
    spec = {"title": asked["title"], "rule": asked["rule"], "options": list(asked["options"]) or None}
    if asked["threshold"]:
        spec["threshold"] = read_json(asked["threshold"], "threshold")
    if asked["conduct"]:
        spec["conduct"] = read_json(asked["conduct"], "conduct")
    with desk_of(database) as desk:
        click.echo(desk.create_round(session_id, spec))


@round_.command("open")
@database_option
@click.argument("round_id", metavar="ROUND")
def open_round(database: str, round_id: str) -> None:
    """Let the members vote in ROUND."""
    with desk_of(database) as desk:
        desk.open_round(round_id)


@round_.command("close")
@database_option
@click.argument("round_id", metavar="ROUND")
def close_round(database: str, round_id: str) -> None:
    """Close ROUND, count it and print the verdict; where a scrutineer confirms the close, only end the voting."""
    with desk_of(database) as desk:
        desk.close_round(round_id)
        if desk.round(round_id).result is None:
            click.echo("Voting has ended. The count waits for the scrutineer.")
        else:
            click.echo(desk.result(round_id, held_too=True)["sentence"])


@round_.command("confirm")
@database_option
@click.argument("round_id", metavar="ROUND")
def confirm_close(database: str, round_id: str) -> None:
    """As the scrutineer: confirm the close of ROUND, count it and print the verdict."""
    with desk_of(database) as desk:
        desk.confirm_close(round_id)
        click.echo(desk.result(round_id, held_too=True)["sentence"])


@round_.command("show")
@database_option
@click.argument("round_id", metavar="ROUND")
def show_result(database: str, round_id: str) -> None:
    """Put the held result of ROUND on the screens."""
    with desk_of(database) as desk:
        desk.show_result(round_id)


@round_.command("casting-vote")
@database_option
@click.argument("round_id", metavar="ROUND")
@click.argument("option", metavar="OPTION")
def casting_vote(database: str, round_id: str, option: str) -> None:
    """As the chair: break the tie of ROUND by OPTION, where its definition gives a casting vote."""
    with desk_of(database) as desk:
        desk.casting_vote(round_id, option)
        click.echo(desk.result(round_id, held_too=True)["sentence"])


@round_.command("recount")
@database_option
@click.option("--reason", required=True, help="Why, for the minutes.")
@click.argument("round_id", metavar="ROUND")
def recount(database: str, round_id: str, reason: str) -> None:
    """As the scrutineer: count the ballots of ROUND again and say whether the result is the same."""
    with desk_of(database) as desk:
        if not desk.recount(round_id, reason):
            raise Told("The recount came to another result. Remedy: Do not use this one; see the journal and a backup.")
        click.echo("The recount came to the same result.")


@round_.command("cancel")
@database_option
@click.option("--reason", required=True, help="Why, for the minutes.")
@click.argument("round_id", metavar="ROUND")
def cancel_round(database: str, round_id: str, reason: str) -> None:
    """Declare ROUND void; its ballots are destroyed uncounted."""
    with desk_of(database) as desk:
        desk.cancel_round(round_id, reason)


@round_.command("result")
@database_option
@click.argument("round_id", metavar="ROUND")
def result(database: str, round_id: str) -> None:
    """Print the result of a closed ROUND as JSON."""
    with desk_of(database) as desk:
        click.echo(as_json_text(desk.result(round_id, held_too=True)))


@round_.command("cast")
@database_option
@click.option("--code", required=True, help="The member's join code.")
@click.option("--choice", required=True, help="The option; for several options a JSON list.")
@click.option("--key", help="The ballot's key (a UUID); give the same one to send a ballot again.")
@click.argument("round_id", metavar="ROUND")
def cast(database: str, round_id: str, code: str, choice: str, key: str | None) -> None:
    """Cast a member's ballot in ROUND and print the receipt. The choice stays in your shell's history: for tests."""
    payload = read_json(choice, "choice") if choice.startswith("[") else choice
    with desk_of(database) as desk:
        joined = desk.join(code)
        desk.revoke(joined.token)
        click.echo(desk.cast_ballot(round_id, joined.member["id"], key or str(uuid.uuid4()), payload))
