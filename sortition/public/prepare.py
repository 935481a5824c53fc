"""`folkmoot prepare`: everything is written down, hashed and signed before the randomness exists.

Pure: values in, the bytes of every file out, the same bytes for the same secret and input.

    public/   bundle.json certificate.json verify_draw.py commitment.json announcement.txt
    private/  pool.jsonl proofs.jsonl letters.csv organiser.json
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sortition import certificate
from sortition.drawing import share_out
from sortition.errors import BadLottery
from sortition.lottery import Lottery, number_tickets
from sortition.problem import DrawProblem
from sortition.proof import FairnessProof
from sortition.public.bundle import rounding_of, write_bundle
from sortition.public.freeze import Frozen, freeze, nfc
from sortition.public.letters import announcement, letters, proofs
from sortition.public.randomness import Randomness
from sortition.public.secret import Secret
from sortition.public.signed import COMMITMENT, AlreadyCommitted, Supersedes, hash_of, sign
from sortition.reading.pool_file import PoolFile
from sortition.record import canonical, sha256

TICKETS = (1000, 10_000)


@dataclass(frozen=True)
class Terms:
    """On what terms the draw will be held; `earlier` are the commitments this assembly has published already."""

    secret: bytes = field(repr=False)
    randomness: Randomness
    tickets: int = 1000
    assembly: str = ""
    supersedes: Supersedes | None = None
    earlier: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.tickets not in TICKETS:
            raise BadLottery(f"A public draw of {self.tickets} tickets is not possible.", "Take 1,000 or 10,000.")
        if not (self.assembly.isprintable() and len(self.assembly) <= 200):
            raise BadLottery("The name of the assembly cannot be printed.", "Write it in one line.")


def prepare(
    pool: PoolFile,
    problem: DrawProblem,
    lottery: Lottery,
    proof: FairnessProof,
    terms: Terms,
    *,
    few: Lottery | None = None,
) -> dict[str, bytes]:
    """Every file of the prepared draw, by its path in the folder; the problem is the one the lottery was made for.

    `few`: where the panels were spread (`--diversity`), the lottery of few panels that has the same chances.
    """
    secret = Secret(terms.secret)
    frozen = freeze(pool, problem, secret)
    lottery = frozen.renamed(lottery)
    shared = share_out(frozen.problem, lottery, terms.tickets, few and frozen.renamed(few))
    tickets = number_tickets(lottery, shared.panels, secret.key("ticket numbers").hex())
    public = {
        "bundle.json": write_bundle(proof.fairness, frozen, tickets),
        "certificate.json": canonical(certificate.build(frozen.problem, proof)),
        "verify_draw.py": citizens_script(),
    }
    public["commitment.json"] = sign(_commitment(frozen, terms, secret, public), secret.signing_key())
    _refuse_a_second(hash_of(public["commitment.json"]), terms)
    told = rounding_of(frozen.problem, tickets)
    public["announcement.txt"] = announcement(public["commitment.json"], told, shared.least)
    private = {
        "pool.jsonl": b"".join(row + b"\n" for row in frozen.rows),
        "proofs.jsonl": proofs(frozen, tickets),
        "letters.csv": letters(pool, frozen, tickets, told),
        "organiser.json": canonical(
            {"columns": [nfc(column) for column in pool.columns], "signing_key": secret.key("signing key").hex()}
        ),
    }
    return {f"public/{name}": data for name, data in public.items()} | {
        f"private/{name}": data for name, data in private.items()
    }


def citizens_script() -> bytes:
    """`verify_draw.py`, which travels with every bundle; it is part of this program, not one of anybody's files."""
    script = pkgutil.get_data("sortition.public", "verify_draw.py")
    if script is None:
        raise FileNotFoundError("sortition/public/verify_draw.py")
    return script


def _commitment(frozen: Frozen, terms: Terms, secret: Secret, public: Mapping[str, bytes]) -> dict[str, Any]:
    """All that is fixed, by hash."""
    replaced = terms.supersedes
    return {
        "format": COMMITMENT,
        "assembly": terms.assembly,
        "files": {name: sha256(data) for name, data in public.items()},
        "pool_root": frozen.root.hex(),
        "volunteers": len(frozen.rows),
        "panel_size": frozen.problem.panel_size,
        "tickets": terms.tickets,
        "randomness": str(terms.randomness),
        "supersedes": replaced and {"commitment": replaced.commitment, "reason": replaced.reason},
        "key": secret.signing_key().public_key().public_bytes_raw().hex(),
    }


def _refuse_a_second(commitment: str, terms: Terms) -> None:
    """One assembly, one commitment; another one must name the last and say why."""
    if not terms.earlier or commitment in terms.earlier:
        return
    if terms.supersedes is None or terms.supersedes.commitment != terms.earlier[-1]:
        raise AlreadyCommitted(
            f"This assembly's draw is committed to already: {terms.earlier[-1]}.",
            "Keep to it; or, if it cannot be drawn, replace it with --supersedes and that hash, and --reason.",
        )
