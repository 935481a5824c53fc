"""How long a fair draw takes: `python tests/benchmarks/draw.py [--instances DIR] [NAME …]`.

DIR holds one folder per pool, named `NAME_SIZE` (`sfa_35`: panel size 35), each with pool.csv and quotas.csv;
without it, the climate assembly under fixtures/ is drawn. Times are processor seconds of this process, so a busy
machine hardly matters. Every lottery is checked exactly before its line is printed.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from sortition.certificate import build, check
from sortition.drawing import share_tickets
from sortition.fairness import leximin
from sortition.lottery import number_tickets
from sortition.pool_file import read_pool
from sortition.problem import DrawProblem
from sortition.quota_file import read_quotas

ROOT = Path(__file__).parents[2]
HEADINGS = ("pool", "n", "k", "types", "seconds", "panels", "least chance", "proof", "gap", "tickets off", "MB")


def read(folder: Path, size: int, household: tuple[str, ...]) -> DrawProblem:
    quotas = read_quotas("quotas.csv", (folder / "quotas.csv").read_bytes())
    pool = read_pool("pool.csv", (folder / "pool.csv").read_bytes(), quotas, household)
    return DrawProblem(pool.pool, quotas, size)


def measure(name: str, problem: DrawProblem) -> tuple[str, ...]:
    start = time.process_time()
    fair = leximin(problem)
    seconds = time.process_time() - start
    faults = check(problem, fair.lottery, build(problem, fair.proof))
    if faults:
        raise SystemExit(f"{name}: {faults[0]}")
    least = fair.proof.levels[0].chance
    tickets = number_tickets(fair.lottery, share_tickets(problem, fair.lottery, 1000).panels, "benchmark")
    off = tickets.deviation * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    own = (name, len(problem.pool), problem.panel_size, len(problem.types), f"{seconds:.2f}", len(fair.lottery.panels))
    rest = (f"{float(least):.6f}", fair.proof.kind, fair.proof.gap, f"{float(off):.2f}", memory)
    return tuple(str(cell) for cell in (*own, *rest))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=Path)
    parser.add_argument("--household", default="", help="columns, such as address,postcode")
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args()
    household = tuple(chosen.household.split(",")) if chosen.household else ()
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    if chosen.instances is None:
        folders = [(ROOT / "fixtures" / "climate_assembly", 50)]
    else:
        found = sorted(path for path in chosen.instances.iterdir() if (path / "pool.csv").exists())
        folders = [(path, int(path.name.rsplit("_", 1)[1])) for path in found]
    for folder, size in folders:
        if not chosen.names or folder.name in chosen.names:
            print("| " + " | ".join(measure(folder.name, read(folder, size, household))) + " |", flush=True)


if __name__ == "__main__":
    main()
