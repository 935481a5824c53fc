"""Files of ballots that other tools write: from bytes to a box of ballots, each with the line it stands on.

Pure: bytes in, values out; who opens the file is the command line. Nothing is mended by guessing: whatever is not what
the format says is refused with its line. The formats are known by the ends of the files' names:

- `.pb`: Pabulib (approval, cumulative, scoring and ordinal ballots on projects with costs);
- `.blt`: the ballots of an STV election, as most STV programs read them;
- `.soc`, `.soi`, `.toc`, `.toi`: PrefLib's rankings, complete or not, without or with level ranks;
- `.csv`: see `tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from facilitation.errors import BadBallotFile
from facilitation.formats.blt import read_blt
from facilitation.formats.box import Box, Paper
from facilitation.formats.pabulib import read_pabulib
from facilitation.formats.preflib import read_preflib
from facilitation.formats.tables import read_table

__all__ = ["FORMATS", "Box", "Paper", "read_ballots"]

FORMATS: Final[Mapping[str, Callable[[str, bytes], Box]]] = MappingProxyType(
    {
        "pb": read_pabulib,
        "blt": read_blt,
        "soc": read_preflib,
        "soi": read_preflib,
        "toc": read_preflib,
        "toi": read_preflib,
        "csv": read_table,
    }
)
"""The reader of each format, by the end of the file's name."""


def read_ballots(name: str, data: bytes) -> Box:
    """The ballots of this file.

    >>> read_ballots("dishes.txt", b"")
    Traceback (most recent call last):
    facilitation.errors.BadBallotFile: dishes.txt: files of this kind are not known. \
Remedy: Give a file that ends in .pb, .blt, .soc, .soi, .toc, .toi or .csv.
    """
    ending = name.rpartition(".")[2].lower()
    if ending not in FORMATS:
        ends = [f".{known}" for known in FORMATS]
        raise BadBallotFile(
            f"{name}: files of this kind are not known.",
            f"Give a file that ends in {', '.join(ends[:-1])} or {ends[-1]}.",
        )
    return FORMATS[ending](name, data)
