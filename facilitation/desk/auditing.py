"""The house's key, the heads that it signs when the hall moves on, and what witnesses can ask of the journal.

A head is written in the transaction of the act that moved the hall on, so there is no moment at which it is missing.
Its four words are slow to come by and are not made here: see `audit.heads.TreeHead.words`.

The key lies in the database, unless the environment names a file for it (`FOLKMOOT_KEY_FILE`): then it is moved there,
for its owner alone, and neither a stolen database nor a backup can sign in the house's name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from facilitation.audit import tree
from facilitation.audit.examine import Finding, Journal, examine
from facilitation.audit.heads import MARKS, Noted, TreeHead, head_of, key_change, row_leaf, row_of, trusted
from facilitation.audit.tree import Growing
from facilitation.desk.core import STAFF, Core
from facilitation.errors import BadRequest, NotFound
from facilitation.events import Act, Link
from facilitation.model import Assembly
from facilitation.recount.signing import KEY_LENGTH, new_key, public_half
from facilitation.store import Head, Transaction
from facilitation.times import in_text

KEY_FILE: Final = "FOLKMOOT_KEY_FILE"


class Auditing(Core):
    """The key, heads, proofs, and the examination of a journal."""

    def _append_all(self, tx: Transaction, state: Assembly, acts: Sequence[Act]) -> int:
        """Write what was done, and a head with it if the hall has moved on."""
        seq = super()._append_all(tx, state, acts)
        if any(isinstance(one.event, MARKS) for one in acts):
            root = self._root_now(tx, state.id)
            unsigned = TreeHead(state.id, seq, root, in_text(self._now()))
            tx.tree_heads.add(unsigned.signed(self._key_in(tx)))
        return seq

    def _root_now(self, tx: Transaction, assembly: str) -> str:
        """The root over all rows; the tree of the rows before is remembered, by the hash of the newest of them."""
        trees: dict[str, tuple[Head, Growing]] = self.__dict__.setdefault("_trees", {})
        known, grown = trees.pop(assembly, (Head(0, ""), Growing()))
        links = tx.journal.links(assembly, after=max(0, known.seq - 1))
        if known.seq and (not links or (links[0].seq, links[0].hash) != (known.seq, known.hash)):
            known, grown, links = Head(0, ""), Growing(), tx.journal.links(assembly)
        grown.add(row_leaf(assembly, link) for link in links if link.seq > known.seq)
        newest = links[-1] if links else None
        trees[assembly] = (Head(0, "") if newest is None else Head(newest.seq, newest.hash), grown)
        return grown.root().hex()

    # --------------------------------------------------------------------------------------------------------- key

    def public_key(self) -> str:
        """The public half of the house's key, in hexadecimal."""
        return public_half(self._signing_key())

    def change_key(self) -> tuple[str, str]:
        """Sign with a new key from now on; the public halves of the old and of the new one. Every journal says so."""
        with self._store.writing() as tx:
            old, new = self._key_in(tx), new_key(self._chance)
            if (file := _key_file()) is None:
                tx.signing_key.change(new)
            else:
                _written(file, new)
            for assembly, _ in tx.journal.assemblies():
                self._append(tx, self._folded(tx, assembly), STAFF, [key_change(old, new)])
        self._store.tidy()
        return public_half(old), public_half(new)

    def _signing_key(self) -> bytes:
        """The house's key, made when it is first asked for."""
        with self._store.reading() as tx:
            known = tx.signing_key.private() if _key_file() is None else _read(_key_file())
        if known is None:
            with self._store.writing() as tx:  # another program may have been quicker
                known = self._key_in(tx)
        return known

    def _key_in(self, tx: Transaction) -> bytes:
        """The same inside a transaction that may write."""
        file, known = _key_file(), tx.signing_key.private()
        if file is not None:
            if (kept := _read(file)) is None:
                kept = new_key(self._chance) if known is None else known
                _written(file, kept)
            if known is not None:
                tx.signing_key.forget()
            return kept
        if known is None:
            known = new_key(self._chance)
            tx.signing_key.keep(known)
        return known

    # ------------------------------------------------------------------------------------------------------- heads

    def heads(self, thing: str) -> list[TreeHead]:
        """All heads that were noted of the assembly of this session (or of this assembly), the oldest first."""
        with self._store.reading() as tx:
            return tx.tree_heads.of(tx.journal.assembly_of(thing))

    def newest_head(self, thing: str) -> TreeHead | None:
        """The head that stands on the hall screen; None for a journal from before there were heads."""
        with self._store.reading() as tx:
            return tx.tree_heads.newest(tx.journal.assembly_of(thing))

    def head_at(self, thing: str, size: int | None = None, *, leaves: bool = False) -> dict[str, Any]:
        """The head of the first rows, or of all, signed now if it was not noted before; with the leaves if asked."""
        with self._store.reading() as tx:
            assembly, links = self._rows(tx, thing, size)
            noted = {head.size: head for head in tx.tree_heads.of(assembly)}
        head = noted.get(len(links)) or head_of(assembly, links, in_text(self._now())).signed(self._signing_key())
        more = {"leaves": [row_leaf(assembly, link).hex() for link in links]} if leaves else {}
        return {**head.as_json(), **more}

    def row_proof(self, thing: str, row: int, size: int | None = None) -> dict[str, Any]:
        """That this row stands among the first rows, so many, of which a head is."""
        with self._store.reading() as tx:
            assembly, links = self._rows(tx, thing, size)
        if not 1 <= row <= len(links):
            raise _no_row(row, len(links))
        leaves = [row_leaf(assembly, link) for link in links]
        path = [one.hex() for one in tree.inclusion(leaves, row - 1)]
        said = row_of(assembly, links[row - 1])
        return {"row": said, "size": len(links), "root": tree.root_of(leaves).hex(), "inclusion": path}

    def growth_proof(self, thing: str, first: int, size: int | None = None) -> dict[str, Any]:
        """That the first rows, so many, were still the same when there were more."""
        with self._store.reading() as tx:
            assembly, links = self._rows(tx, thing, size)
        if not 1 <= first <= len(links):
            raise _no_row(first, len(links))
        leaves = [row_leaf(assembly, link) for link in links]
        before, after = (tree.root_of(some).hex() for some in (leaves[:first], leaves))
        path = [one.hex() for one in tree.consistency(leaves, first)]
        return {"first": first, "first_root": before, "size": len(links), "root": after, "consistency": path}

    def examined(self, thing: str, noted: Sequence[Noted] = ()) -> tuple[int, int, Finding | None]:
        """How many rows and signed heads there are, and the first thing that is not as it was; None when all is."""
        key = self.public_key()
        with self._store.reading() as tx:
            assembly, links = self._rows(tx, thing, None)
            heads = tx.tree_heads.of(assembly)
        found = examine(Journal(assembly, links, heads, trusted(links, key)), noted)
        return len(links), len(heads), found

    def trusted_keys(self, thing: str) -> list[str]:
        """The public halves by which heads of this journal may be signed: the key of now first."""
        key = self.public_key()
        with self._store.reading() as tx:
            _, links = self._rows(tx, thing, None)
        return [key, *sorted(trusted(links, key) - {key})]

    def _rows(self, tx: Transaction, thing: str, size: int | None) -> tuple[str, list[Link]]:
        """The assembly of this session (or this assembly itself), and the first rows of its journal, or all."""
        assembly = tx.journal.assembly_of(thing)
        links = tx.journal.links(assembly)
        if size is not None and not 1 <= size <= len(links):
            raise _no_row(size, len(links))
        return assembly, links if size is None else links[:size]


def _no_row(row: int, rows: int) -> NotFound:
    return NotFound(f"There is no row {row} in this journal, or not yet.", f"It has the rows 1 to {rows}.")


def _key_file() -> Path | None:
    named = os.environ.get(KEY_FILE, "")
    return Path(named) if named else None


def _read(file: Path | None) -> bytes | None:
    """The key in the file; None where there is no file."""
    assert file is not None
    try:
        known = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        known = b""
    if len(known) != KEY_LENGTH:
        raise BadRequest(f"{file} ({KEY_FILE}) holds no key that can be read.", "Put the house's key file back there.")
    return known


def _written(file: Path, key: bytes) -> None:
    """Into a new file for its owner alone, and then in one step where the key belongs."""
    new = file.with_name(f"{file.name}.new")
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as handle:
            handle.write(f"{key.hex()}\n")
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(new, file)
    except OSError as error:
        raise BadRequest(f"The house's key cannot be kept in {file}: {error.strerror}.", f"Mend {KEY_FILE}.") from None
