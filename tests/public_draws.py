"""A small public draw, prepared once for all tests, and its checking by the citizen's script in this process."""

from __future__ import annotations

import contextlib
import functools
import io
import json
from pathlib import Path
from typing import Any

from sortition.fairness import leximin
from sortition.problem import DrawProblem
from sortition.public import verify_draw
from sortition.public.prepare import Terms, prepare
from sortition.public.randomness import read_randomness
from sortition.public.secret import Secret
from sortition.public.signed import hash_of, sign
from sortition.reading.pool_file import read_pool
from sortition.reading.quota_file import read_quotas
from sortition.record import sha256

FIXTURES = Path(__file__).parent.parent / "fixtures"
SECRET = b"the ducks of the river Wey, 2026: 7 4 9 1 0 2"
is_signed = functools.lru_cache(4)(verify_draw.is_signed)  # the same question has the same answer


def small_input():
    quotas = read_quotas("quotas.csv", (FIXTURES / "small/quotas.csv").read_bytes())
    pool = read_pool("pool.csv", (FIXTURES / "small/pool.csv").read_bytes(), quotas, ("address", "postcode"))
    return pool, DrawProblem(pool.pool, quotas, 8)


@functools.cache
def small_lottery():
    return leximin(small_input()[1])


def prepared(randomness: str = "dice", **terms: Any) -> dict[str, bytes]:
    pool, problem = small_input()
    fair = small_lottery()
    given = {"secret": SECRET, "randomness": read_randomness(randomness), "assembly": "Small", **terms}
    return prepare(pool, problem, fair.lottery, fair.proof, Terms(**given))


class Folder:
    """The public files as the script sees them, without a disk."""

    def __init__(self, files, name=""):
        self.files, self.name = files, name

    def __truediv__(self, name):
        return Folder(self.files, f"public/{name}")

    def exists(self):
        return self.name in self.files

    def read_bytes(self):
        if self.name not in self.files:
            raise FileNotFoundError(self.name)
        return self.files[self.name]


def checked(files, proof=None) -> tuple[bool, str]:
    """Whether the script finds that all holds, and what it says."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        original, verify_draw.is_signed = verify_draw.is_signed, is_signed
        try:
            verify_draw.check_draw(Folder(files), proof)
        except (SystemExit, *verify_draw.UNREADABLE):
            return False, said.getvalue()
        finally:
            verify_draw.is_signed = original
    return True, said.getvalue()


def resealed(files, secret: bytes = SECRET) -> dict[str, bytes]:
    """The same files with hashes and signatures that fit, as an organiser who cheats would leave them."""
    key = Secret(secret).signing_key()
    public = {name.removeprefix("public/"): data for name, data in files.items() if name.startswith("public/")}
    fixed = json.loads(public["commitment.json"])
    fixed["files"] = {name: sha256(public[name]) for name in fixed["files"]}
    fixed["key"] = key.public_key().public_bytes_raw().hex()
    del fixed["signature"]
    commitment = sign(fixed, key)
    files = files | {"public/commitment.json": commitment}
    if "reveal.json" in public:
        shown = json.loads(public["reveal.json"]) | {"commitment": hash_of(commitment)}
        del shown["signature"]
        files["public/reveal.json"] = sign(shown, key)
    return files
