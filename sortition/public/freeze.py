"""The frozen pool: one canonical row for each volunteer, a public name without meaning, and a salted leaf for the tree.

Pure. Canonical means: every text in Unicode's form NFC, keys sorted, no spaces, UTF-8, one row per line, sorted by
the public names. Public names (V001, V002, …) are given in an order that only the secret knows, so they say nothing
about the ids, and the public draw works on them alone. Features, quotas and households are sorted too, so the order
of rows in the organiser's files changes no byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from sortition.lottery import Lottery
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.public.merkle import leaf_of, paths_of, root_of
from sortition.public.secret import Secret
from sortition.public.signed import BadPreparation
from sortition.quotas import Quota, Quotas
from sortition.reading.pool_file import PoolFile


@dataclass(frozen=True)
class Frozen:
    """The draw problem under public names, and for each of them, in order, row, salt and leaf."""

    problem: DrawProblem
    names: Mapping[str, str]
    rows: tuple[bytes, ...]
    salts: tuple[bytes, ...]

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_of(salt, row) for salt, row in zip(self.salts, self.rows, strict=True)]

    @property
    def root(self) -> bytes:
        return root_of(self.leaves)

    @property
    def paths(self) -> list[list[bytes]]:
        return paths_of(self.leaves)

    def renamed(self, lottery: Lottery) -> Lottery:
        """The same lottery over public names."""
        panels = [tuple(sorted(self.names[id_] for id_ in panel)) for panel in lottery.panels]
        ordered = sorted(zip(panels, lottery.weights, strict=True))
        return Lottery(tuple(panel for panel, _ in ordered), tuple(weight for _, weight in ordered))


def freeze(pool: PoolFile, problem: DrawProblem, secret: Secret) -> Frozen:
    """Give everyone a public name and write the canonical rows."""
    if missing := [id_ for id_ in problem.pool.ids if id_ not in pool.rows]:
        raise BadPreparation(f"The volunteer {missing[0]!r} is not in {pool.name}.", "Use the pool of this draw.")
    names = public_names(problem.pool.ids, secret)
    frozen = _under(names, problem)
    rows, salts = [], []
    for id_, name in sorted(names.items(), key=lambda pair: pair[1]):
        one = frozen.pool.by_id[name]
        row = {
            "id": nfc(id_),
            "volunteer": name,
            "values": dict(zip(frozen.pool.features, one.values, strict=True)),
            "household": int(one.household) if one.household else None,
            "columns": dict(zip(map(nfc, pool.columns), map(nfc, pool.rows[id_]), strict=True)),
        }
        rows.append(row_bytes(row))
        salts.append(secret.of_each("salts", nfc(id_)))
    return Frozen(frozen, names, tuple(rows), tuple(salts))


def row_bytes(row: Mapping[str, object]) -> bytes:
    """The one way to write a row."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def public_names(ids: tuple[str, ...], secret: Secret) -> dict[str, str]:
    """V001, V002, … in an order that only the secret knows."""
    order = sorted(ids, key=lambda id_: (secret.of_each("names", nfc(id_)), id_))
    width = max(3, len(str(len(ids))))
    return {id_: f"V{number:0{width}d}" for number, id_ in enumerate(order, start=1)}


def nfc(text: str) -> str:
    """One form of accented letters."""
    return normalize("NFC", text)


def _under(names: Mapping[str, str], problem: DrawProblem) -> DrawProblem:
    """The problem with public names, features and quotas sorted, households numbered."""
    pool = problem.pool
    shared = sorted(sorted(names[id_] for id_ in ids) for ids in pool.households.values())
    homes = {name: str(number) for number, mates in enumerate(shared, start=1) for name in mates}
    features = sorted(problem.quotas.features)
    columns = [pool.column(feature) for feature in features]
    people = [
        Volunteer(names[one.id], tuple(nfc(one.values[column]) for column in columns), homes.get(names[one.id], ""))
        for one in pool.volunteers
    ]
    quotas = sorted((nfc(row.feature), nfc(row.value), row.min, row.max) for row in problem.quotas.rows)
    return DrawProblem(
        Pool(tuple(map(nfc, features)), tuple(sorted(people, key=lambda one: one.id))),
        Quotas(tuple(Quota(*row) for row in quotas)),
        problem.panel_size,
    )
