"""`folkmoot reveal`: what the dice or the beacon showed, the ticket it is, and the panel of that ticket.

Pure. `outcome` needs the public files alone and tells who was drawn by public names. `reveal` also has the private
files, gives the names, and signs. A draw is revealed once: the same value again changes nothing, another is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sortition.errors import SortitionError
from sortition.public.bundle import Rounding
from sortition.public.entry import understood
from sortition.public.letters import announcement, shown
from sortition.public.merkle import leaf_of, root_of
from sortition.public.randomness import Randomness, read_randomness, ticket_of
from sortition.public.signed import COMMITMENT, BadPreparation, hash_of, in_groups, read_object, read_signed, sign
from sortition.reading.cells import write_csv
from sortition.record import sha256

FORMAT = "folkmoot reveal 1"
Files = Mapping[str, bytes]


class AlreadyRevealed(SortitionError):
    """A public draw is revealed once; what was entered first stands."""

    code = "already-revealed"


@dataclass(frozen=True)
class Outcome:
    """What was drawn, by public names."""

    commitment: str
    randomness: Randomness
    entered: str
    ticket: int
    tickets: int
    panel: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The ticket as dice show it."""
        return shown(self.ticket, self.tickets)


def outcome(files: Files, typed: str) -> Outcome:
    """Who is drawn when this was typed; only the public files are looked at. Raises BadEntry or BadPreparation."""
    fixed, bundle = _public(files)
    hash_ = hash_of(files["public/commitment.json"])
    try:
        randomness, tickets = read_randomness(fixed["randomness"]), int(fixed["tickets"])
        entered = understood(randomness, tickets, typed).text
        ticket = ticket_of(randomness, entered, hash_, tickets)
        members = bundle["panels"][bundle["tickets"][ticket - 1] - 1]["members"]
        panel = tuple(bundle["volunteers"][number - 1]["volunteer"] for number in members)
    except (KeyError, TypeError, IndexError, AttributeError) as fault:
        raise BadPreparation("public/bundle.json has no panel for this ticket.", GET_AGAIN) from fault
    return Outcome(hash_, randomness, entered, ticket, tickets, panel)


def reveal(files: Files, typed: str) -> dict[str, bytes]:
    """The files to add to a prepared draw; the same again adds only what is missing, and refuses what differs."""
    drawn = outcome(files, typed)
    fixed, bundle = _public(files)
    _refuse_another(files, fixed, drawn)
    tables, key = _with_names(files, fixed, bundle, drawn)
    content = {
        "format": FORMAT,
        "commitment": drawn.commitment,
        "entered": drawn.entered,
        "ticket": drawn.ticket,
        "panel": list(drawn.panel),
    }
    added = {
        "public/reveal.json": sign(content, key),
        "public/result.txt": result_in_words(drawn, fixed, bundle).encode(),
        **tables,
    }
    for name in sorted(added.keys() & files.keys()):
        if files[name] != added[name]:
            raise BadPreparation(
                f"{name} is there already, but is not that of ticket {drawn.ticket}: it was changed, or is another's.",
                "Put it elsewhere, find out who wrote it, and reveal again: the right one is written.",
            )
    return {name: data for name, data in added.items() if name not in files}


def untrue(files: Files) -> list[str]:
    """The pages and tables for people that do not say what the signed files say; each is written anew and compared.

    Tables with names are looked at where the private files are among those given.
    """
    fixed, bundle = _public(files)
    everyone = bundle["volunteers"]
    told = Rounding(
        {one["volunteer"]: Fraction(one["chance"]) for one in everyone},
        {one["volunteer"]: int(one["tickets"]) for one in everyone},
        int(fixed["tickets"]),
    )
    right = {"public/announcement.txt": [announcement(files["public/commitment.json"], told, t) for t in (True, False)]}
    if "public/reveal.json" in files:
        drawn = outcome(files, read_object("public/reveal.json", files["public/reveal.json"])["entered"])
        right["public/result.txt"] = [result_in_words(drawn, fixed, bundle).encode()]
        if any(name.startswith("private/") for name in files):
            right |= {name: [data] for name, data in _with_names(files, fixed, bundle, drawn)[0].items()}
    return [name for name, ways in right.items() if name in files and files[name] not in ways]


GET_AGAIN = "Take the folder as `folkmoot prepare` wrote it; never change a file in it."


def _public(files: Files) -> tuple[dict[str, Any], dict[str, Any]]:
    """Commitment and bundle, which must belong together."""
    for name in ("public/commitment.json", "public/bundle.json"):
        if name not in files:
            raise BadPreparation(f"{name} is missing.", "Name the folder that `folkmoot prepare --out` made.")
    fixed = read_signed("public/commitment.json", files["public/commitment.json"], COMMITMENT)
    if dict(fixed.get("files", ())).get("bundle.json") != sha256(files["public/bundle.json"]):
        raise BadPreparation("public/bundle.json is not the file that the commitment speaks of.", GET_AGAIN)
    return fixed, read_object("public/bundle.json", files["public/bundle.json"])


def _with_names(
    files: Files, fixed: Mapping[str, Any], bundle: Mapping[str, Any], drawn: Outcome
) -> tuple[dict[str, bytes], Ed25519PrivateKey]:
    """The members and everybody else by name, and the key to sign with."""
    rows = _private(files, fixed, bundle)
    columns, key = _organiser(files["private/organiser.json"], fixed)
    members = set(drawn.panel)
    tables = {
        "private/panel.csv": _table(columns, [row for row in rows if row["volunteer"] in members]),
        "private/remaining.csv": _table(columns, [row for row in rows if row["volunteer"] not in members]),
    }
    return tables, key


def _private(files: Files, fixed: Mapping[str, Any], bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The frozen rows, each held against its leaf."""
    for name in ("private/pool.jsonl", "private/proofs.jsonl", "private/organiser.json"):
        if name not in files:
            raise BadPreparation(f"{name} is missing.", "Name the folder that `folkmoot prepare --out` made.")
    lines = files["private/pool.jsonl"].splitlines()
    salts = _salts(files["private/proofs.jsonl"])
    known = [str(one["leaf"]) for one in bundle["volunteers"]]
    if not len(lines) == len(salts) == len(known):
        raise BadPreparation(
            f"private/pool.jsonl has {len(lines)} rows, but {len(known)} volunteers were committed to.", GET_AGAIN
        )
    leaves = [leaf_of(salt, line) for salt, line in zip(salts, lines, strict=True)]
    for number, (leaf, wanted) in enumerate(zip(leaves, known, strict=True), start=1):
        if leaf.hex() != wanted:
            raise BadPreparation(
                f"private/pool.jsonl, row {number}: this is not the row that was committed to; the pool was changed.",
                GET_AGAIN,
            )
    if root_of(leaves).hex() != fixed["pool_root"]:
        raise BadPreparation("The rows of private/pool.jsonl do not make the root of the commitment.", GET_AGAIN)
    return [json.loads(line) for line in lines]


def _organiser(data: bytes, fixed: Mapping[str, Any]) -> tuple[list[str], Ed25519PrivateKey]:
    """The pool's columns in their order, and the key that signed the commitment."""
    content = read_object("private/organiser.json", data)
    try:
        columns = [str(column) for column in content["columns"]]
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(content["signing_key"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise BadPreparation("private/organiser.json has no signing key, or no columns.", GET_AGAIN) from fault
    if key.public_key().public_bytes_raw().hex() != fixed["key"]:
        raise BadPreparation("private/organiser.json has another key than the one that signed.", GET_AGAIN)
    return columns, key


def _salts(data: bytes) -> list[bytes]:
    try:
        return [bytes.fromhex(json.loads(line)["salt"]) for line in data.splitlines()]
    except (ValueError, KeyError, TypeError) as fault:
        raise BadPreparation("private/proofs.jsonl cannot be read.", GET_AGAIN) from fault


def _refuse_another(files: Files, fixed: Mapping[str, Any], drawn: Outcome) -> None:
    """What was revealed stands."""
    if "public/reveal.json" not in files:
        return
    before = read_signed("public/reveal.json", files["public/reveal.json"], FORMAT, fixed["key"])
    if before["commitment"] != drawn.commitment:
        raise BadPreparation("public/reveal.json belongs to another commitment.", GET_AGAIN)
    if before["entered"] != drawn.entered:
        raise AlreadyRevealed(
            f"This draw was already revealed: {before['entered']} was entered, ticket {before['ticket']}.",
            "It stands. If it was mistyped, say so in public, and prepare again with --supersedes and --reason.",
        )


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """`panel.csv` or `remaining.csv`: the pool's own columns, in the order of the ids."""
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    return write_csv([columns, *([str(row["columns"][column]) for column in columns] for row in ordered)])


def result_in_words(drawn: Outcome, fixed: Mapping[str, Any], bundle: Mapping[str, Any]) -> str:
    """`result.txt`: for the hall and the public, without a name."""
    chosen = set(drawn.panel)
    members = [one for one in bundle["volunteers"] if one["volunteer"] in chosen]
    lines = [
        f"The public draw of {fixed['assembly'] or 'the assembly'}",
        "",
        f"Seen: {drawn.randomness.in_words(drawn.tickets)} showed {drawn.entered}.",
        f"Ticket {drawn.ticket:,} of {drawn.tickets:,} was drawn: a panel of {len(drawn.panel)} members.",
        "",
        *(" ".join(drawn.panel[start : start + 10]) for start in range(0, len(drawn.panel), 10)),
        "",
    ]
    for quota in bundle["quotas"]:
        place = bundle["features"].index(quota["feature"])
        have = sum(1 for one in members if one["values"][place] == quota["value"])
        lines.append(f"{quota['feature']}, {quota['value']}: {have} (from {quota['min']} to {quota['max']})")
    lines += ["", "Fixed before the draw as:", f"    {in_groups(drawn.commitment)}"]
    return "\n".join(lines) + "\n"
