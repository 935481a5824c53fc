"""Real draws of the small pool, made once and shared: the files of a plain draw, and of one that is to be public."""

from __future__ import annotations

from functools import cache

from halls import ROOT

from sortition.drawing import make_draw
from sortition.fairness import leximin
from sortition.files import read_pool, read_quotas_file
from sortition.folder import draw_files
from sortition.problem import DrawProblem
from sortition.public.prepare import Terms, prepare
from sortition.public.randomness import read_randomness

SMALL = ROOT / "fixtures" / "small"
SIZE = 8


@cache
def prepared(randomness: str = "dice") -> dict[str, bytes]:
    """A real public draw of the small pool."""
    pool, quotas = ((SMALL / name).read_bytes() for name in ("pool.csv", "quotas.csv"))
    return prepared_from(pool, quotas, SIZE, "Northmoor", randomness)


def prepared_from(
    volunteers: bytes, wanted: bytes, size: int, title: str, randomness: str = "dice"
) -> dict[str, bytes]:
    """A real public draw of these files."""
    quotas = read_quotas_file("quotas.csv", wanted)
    pool = read_pool("pool.csv", volunteers, quotas.quotas, ())
    problem = DrawProblem(pool.pool, quotas.quotas, size)
    fair = leximin(problem)
    terms = Terms(b"0123456789abcdef" * 4, read_randomness(randomness), 1000, title)
    return prepare(pool, problem, fair.lottery, fair.proof, terms)


@cache
def drawn() -> dict[str, bytes]:
    """The files of a real draw of the small pool."""
    quotas = read_quotas_file("quotas.csv", (SMALL / "quotas.csv").read_bytes())
    pool = read_pool("pool.csv", (SMALL / "pool.csv").read_bytes(), quotas.quotas, ())
    problem = DrawProblem(pool.pool, quotas.quotas, 8)
    fair = leximin(problem)
    return draw_files(make_draw(problem, fair.lottery, fair.proof, "ten dice", 1000), pool)
