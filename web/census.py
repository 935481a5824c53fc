"""What a recruiter is told about shares of the population: the quotas they make, and why each came out as it did.

The files are strangers', so they are read in a child process (`python -m web.census`), as all uploads are (children).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from web.children import Upload, answer_as_child, ask, reading


@dataclass(frozen=True)
class Wish:
    """Shares, the size of the panel, how many places of slack and of flex, and the volunteers if they are there."""

    shares: Upload
    size: int
    slack: int = 0
    flex: int = 0
    pool: Upload | None = None

    def as_json(self) -> str:
        """For the child's stdin."""
        pool = self.pool and self.pool.as_json()
        numbers = {"size": self.size, "slack": self.slack, "flex": self.flex}
        return json.dumps({"shares": self.shares.as_json(), "pool": pool, **numbers})

    @classmethod
    def from_json(cls, text: str) -> Wish:
        """What `as_json` wrote."""
        said = json.loads(text)
        shares, pool = said.pop("shares"), said.pop("pool")
        return cls(Upload.from_json(shares), pool=Upload.from_json(pool) if pool else None, **said)


@dataclass(frozen=True)
class Offer:
    """The file's faults; or the quotas, a sentence for each, and what to look at."""

    problems: Sequence[Mapping[str, str]] = ()
    notices: Sequence[str] = ()
    quotas: Sequence[Mapping[str, Any]] = ()
    choices: Sequence[str] = ()
    warnings: Sequence[str] = ()
    quotas_file: str = ""


def propose(wish: Wish) -> Offer:
    """Quotas for these shares; a repeated question is answered from memory."""
    return ask("web.census", wish.as_json(), Offer)


# ------------------------------------------------------------------------------------------------ in the child


def answer(wish: Wish) -> Offer:
    """Read the files and ask the lottery house; every fault is told, not only the first."""
    from sortition.errors import BadFile, SortitionError
    from sortition.files import read_answers, read_shares_file, write_quotas
    from sortition.shares import quotas_from_shares

    try:
        with reading(files=2):
            file = read_shares_file(wish.shares.name, wish.shares.data)
            pool = None if wish.pool is None else read_answers(wish.pool.name, wish.pool.data, file.shares)
        made = quotas_from_shares(file.shares, wish.size, wish.slack, pool, wish.flex)
    except BadFile as bad:
        return Offer([{"place": p.place, "message": p.message, "remedy": p.remedy} for p in bad.problems])
    except SortitionError as bad:
        return Offer(({"place": "The shares", "message": bad.message, "remedy": bad.remedy},))
    rows = [
        {"feature": quota.feature, "value": quota.value, "min": quota.min, "max": quota.max, "why": why}
        for quota, why in zip(made.quotas.rows, made.choices, strict=True)
    ]
    data = write_quotas(made.quotas).decode("utf-8")
    return Offer((), list(file.notices), rows, list(made.choices), list(made.warnings), data)


if __name__ == "__main__":
    answer_as_child(lambda text: asdict(answer(Wish.from_json(text))))
