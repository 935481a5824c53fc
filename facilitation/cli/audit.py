"""`folkmoot audit`: heads of the journal for witnesses, proofs, and whether it is still what the hall saw."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from facilitation.audit import verify_journal
from facilitation.audit.heads import Noted, noted_in, read_noted
from facilitation.cli.common import Told, as_json_text, database_option, desk_of
from facilitation.recount import verify_count
from facilitation.recount.signing import in_groups

assembly_option = click.option(
    "--assembly", "assembly_id", required=True, metavar="ID", help="The assembly, as `seat` printed it."
)


@click.group("audit")
def audit() -> None:
    """Witness the journal: signed heads in four words, proofs, and what was tampered with."""


@audit.command("head")
@database_option
@assembly_option
@click.option("--row", type=int, metavar="N", help="The head of the first N rows; without it, of all.")
@click.option("--leaves", is_flag=True, help="With the hash of every row: who keeps it can name a row that changes.")
@click.option("--list", "as_list", is_flag=True, help="Every head that was noted: row, time, words.")
def head(database: str, assembly_id: str, row: int | None, leaves: bool, as_list: bool) -> None:
    """Print the signed head of the journal as JSON, to be kept by a witness outside this house."""
    with desk_of(database) as desk:
        if as_list:
            for one in desk.heads(assembly_id):
                click.echo(f"row {one.size}  {one.at}  {one.words}")
            return
        click.echo(as_json_text(desk.head_at(assembly_id, row, leaves=leaves)))


@audit.command("proof")
@database_option
@assembly_option
@click.option("--row", type=int, metavar="N", help="That row N stands in the journal.")
@click.option("--since", type=int, metavar="N", help="That the first N rows are still the same.")
@click.option("--size", type=int, metavar="N", help="In the tree of the first N rows; without it, of all.")
def proof(database: str, assembly_id: str, row: int | None, since: int | None, size: int | None) -> None:
    """Print a proof as JSON: of a row, or that the journal has only grown. `verify_journal.py` checks it."""
    if (row is None) == (since is None):
        raise Told("A proof is of one thing. Remedy: Give --row N, or --since N.")
    with desk_of(database) as desk:
        made = desk.growth_proof(assembly_id, since, size) if since else desk.row_proof(assembly_id, row or 0, size)
        click.echo(as_json_text(made))


@audit.command("verify")
@database_option
@click.option("--assembly", "assembly_id", metavar="ID", help="Only this assembly; without it, every one.")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="WORDS|FILE",
    help='What a witness noted: "412 paper prism history glaze", or a file of `audit head`; repeatable.',
)
def verify(database: str, assembly_id: str | None, heads: tuple[str, ...]) -> None:
    """Check every row, every signed head and what witnesses noted; name the first row that is not what it was."""
    if heads and assembly_id is None:
        raise Told("A noted head is one assembly's. Remedy: Name it with --assembly ID.")
    noted = [_noted(text) for text in heads]
    with desk_of(database) as desk:
        found = [(assembly_id, "")] if assembly_id else [(one.id, one.name) for one in desk.assemblies()]
        results = [(one, name, *desk.examined(one, noted)) for one, name in found]
    for one, name, rows, signed, finding in results:
        if finding is not None:
            continue
        beside = f"; {len(noted)} noted by witnesses agree" if noted else ""
        click.echo(f"{name or one}: {rows} rows, all in the chain; {signed} signed heads agree{beside}")
    bad = [(name or one, finding) for one, name, _, _, finding in results if finding is not None]
    if bad:
        told = "\n".join(f"{name}, row {finding.row}: {finding.why}." for name, finding in bad)
        raise Told(f"{told} Remedy: Publish nothing of this database; compare it with a backup from before.")


@audit.command("export")
@database_option
@assembly_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder to write into.")
def export(database: str, assembly_id: str, out: Path) -> None:
    """Write journal, heads and the two scripts that check them with nothing but Python; no name is in them."""
    with desk_of(database) as desk:
        rows = [json.dumps(link, ensure_ascii=False) for link in desk.journal(assembly_id)]
        heads = {
            "assembly": desk.assembly_of(assembly_id),
            "keys": desk.trusted_keys(assembly_id),
            "heads": [{"format": one.content["format"], **asdict(one)} for one in desk.heads(assembly_id)],
        }
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "journal.jsonl").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        (out / "heads.json").write_text(f"{as_json_text(heads)}\n", encoding="utf-8")
        for script in (Path(verify_journal.__file__), Path(verify_count.__file__)):
            (out / script.name).write_bytes(script.read_bytes())
    except OSError as error:
        raise Told(f"{out}: {error.strerror}. Remedy: Name a folder that can be written.") from None
    click.echo(f"{out}: {len(rows)} rows, {len(heads['heads'])} heads; check with: python3 verify_journal.py .")


@audit.command("key")
@database_option
@click.option("--change", is_flag=True, help="Sign with a new key from now on; every journal records it.")
def key(database: str, change: bool) -> None:
    """Print the public half of the house's key, to be announced before the first session."""
    with desk_of(database) as desk:
        if change:
            old, new = desk.change_key()
            click.echo(f"old: {in_groups(old)}\nnew: {in_groups(new)}")
            return
        click.echo(f"key: {in_groups(desk.public_key())}")


def _noted(text: str) -> Noted:
    path = Path(text)
    try:
        if path.is_file():
            return noted_in(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Told(f"{path.name} is no head of a journal. Remedy: Name a file of `folkmoot audit head`.") from None
    found = read_noted(text)
    if len(found.words.split()) != 4:
        raise Told(f"“{text[:60]}” is no head. Remedy: Give the number of the row and its four words, or a file.")
    return found
