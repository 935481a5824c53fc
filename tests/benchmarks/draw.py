"""How long a fair draw takes, beside the field's standard library:

    python tests/benchmarks/draw.py [--peers] [--instances DIR] [--scale] [--out FILE] [NAME …]

measures whole `folkmoot draw` processes: processor seconds (user and system) and largest memory of the child, on one
core. DIR holds one folder per pool, named `NAME_SIZE` (`sfa_35`: panel size 35), each with pool.csv and quotas.csv;
without it, ten pools are made (`fixtures/make_pools.py`). `--scale` measures growing pools instead.

`--peers` draws the same pools with sortition-algorithms from PyPI, in an environment that is made for it under build/:
its leximin, or its maximin where pip's Gurobi licence is too small for its leximin. Each lottery, theirs and ours, is
recounted here by other means than it was found: every panel against the quotas, every chance in fractions. The table
is written as Markdown; a row is printed as soon as it is known.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build"
sys.path[:0] = [str(HERE), str(ROOT / "fixtures")]

from make_pools import GROWING, TEN, growing, make_pool  # noqa: E402  # found only on the path above
from recount import Profile, read_ours, read_theirs  # noqa: E402  # found only on the path above

LICENCE_ROWS = 2000  # of pip's Gurobi; the peer's leximin begins with three panels for every volunteer
OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)
TABLE = ("pool", "n", "k", "ours", "MB", "peer", "ratio", "smallest chance: ours, proved", "peer's", "below ours")
GROWTH = ("volunteers", "panel", "features", "processor seconds", "MB", "panels", "proved gap")


@dataclass(frozen=True)
class Run:
    """What a child used, and whether it came to its end."""

    seconds: float
    megabytes: int
    status: int
    said: str


def run(command: Sequence[str], limit: float | None = None) -> Run:
    """One process on one core, with one thread, for at most so many processor seconds."""
    core = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None

    def alone() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))

    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryFile() as said:
        environment = os.environ | threads | {"PYTHONPATH": str(ROOT)}
        child = subprocess.Popen(command, stdout=said, stderr=said, env=environment, preexec_fn=alone)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words = said.read().decode(errors="replace")
    megabytes = used.ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024)
    return Run(used.ru_utime + used.ru_stime, megabytes, child.returncode, words)


@dataclass(frozen=True)
class Pool:
    """One pool to draw from."""

    folder: Path
    size: int
    household: str

    @property
    def name(self) -> str:
        return self.folder.name


def ours(pool: Pool, out: Path) -> tuple[Run, Profile, str]:
    """A draw by `folkmoot draw`, recounted, and the gap that its certificate states."""
    given = ["--pool", str(pool.folder / "pool.csv"), "--quotas", str(pool.folder / "quotas.csv")]
    more = ["--size", str(pool.size), "--household", pool.household, "--seed", "benchmark", "--progress", "none"]
    used = run([sys.executable, "-m", "sortition.cli", "draw", *given, *more, "--out", str(out)])
    if used.status:
        raise SystemExit(f"{pool.name}: {used.said}")
    gap = json.loads((out / "certificate.json").read_bytes())["gap"]
    return used, Profile.of(pool.folder, pool.size, pool.household, read_ours(out / "lottery.json")), gap


def theirs(pool: Pool, python: Path, limit: float, out: Path) -> tuple[Run, Profile | None, str]:
    """A draw by the peer, recounted; no profile where it did not end in time."""
    volunteers = sum(1 for _ in (pool.folder / "pool.csv").open(encoding="utf-8")) - 1
    fairness = "leximin" if 3 * volunteers < LICENCE_ROWS else "maximin"
    peer = [str(python), str(HERE / "peer.py"), fairness, str(pool.folder), str(pool.size), pool.household, str(out)]
    used = run(peer, limit)
    if used.status and used.status not in OUT_OF_TIME:
        raise SystemExit(f"{pool.name}: the peer failed: {used.said}")
    if used.status:
        return used, None, fairness
    return used, Profile.of(pool.folder, pool.size, pool.household, read_theirs(out)), fairness


def peer_environment() -> Path:
    """The peer's own Python, made once."""
    folder = BUILD / "peers"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        pip = [find_python_with_pip(), "-m", "pip", "--python", str(python), "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", "sortition-algorithms", "gurobipy"], check=True)
    return python


def find_python_with_pip() -> str:
    """The first Python here that has pip; the one of `make` has none."""
    for name in (sys.executable, "python3", "/usr/bin/python3"):
        if subprocess.run([name, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
            return name
    raise SystemExit("No Python with pip was found to install the peer.")


def rows(pools: Iterable[Pool], python: Path | None, limit: float, scratch: Path) -> Iterator[tuple[str, ...]]:
    """The table, one pool after the other; both profiles are printed as they are known."""
    for pool in pools:
        mine, profile, gap = ours(pool, scratch / f"{pool.name}_ours")
        print(f"{pool.name}: ours  {mine.seconds:7.2f} s  {profile}; gap {gap}", flush=True)
        row = [pool.name, str(profile.volunteers), str(pool.size), f"{mine.seconds:.2f} s", str(mine.megabytes)]
        smallest = f"{float(profile.least):.6f}, {'yes' if gap == '0' else f'within {gap}'}"
        if python is None:
            yield (*row, "", "", smallest, "", "")
            continue
        peer, other, fairness = theirs(pool, python, limit, scratch / f"{pool.name}_theirs.json")
        if other is None:
            print(f"{pool.name}: peer  stopped after {limit:.0f} s", flush=True)
            yield (*row, f"over {limit:.0f} s", f"over {limit / mine.seconds:.0f}", smallest, "none", "")
            continue
        print(f"{pool.name}: peer  {peer.seconds:7.2f} s  {other}; {fairness}", flush=True)
        below = other.below(profile.least)
        known = (f"{peer.seconds:.1f} s ({fairness})", f"{peer.seconds / mine.seconds:.0f}")
        yield (*row, *known, smallest, f"{float(other.least):.6f}", f"{below} volunteers")


def growth(scratch: Path, most: int) -> Iterator[tuple[str, ...]]:
    """How time and memory grow with the pool."""
    for number in (number for number in GROWING if number <= most):
        shape = growing(number)
        folder = scratch / f"growing_{number}"
        make_pool(folder, shape, f"growing {number}")
        used, profile, gap = ours(Pool(folder, shape.size, ""), scratch / f"drawn_{number}")
        cells = (number, shape.size, shape.features, f"{used.seconds:.1f}", used.megabytes, profile.panels, gap)
        yield tuple(str(cell) for cell in cells)


@contextmanager
def the_pools(instances: Path | None, names: Sequence[str], household: str) -> Iterator[list[Pool]]:
    """Those of a folder, or ten that are made."""
    with tempfile.TemporaryDirectory() as made:
        if instances is None:
            for name, shape in TEN.items():
                make_pool(Path(made) / name, shape, f"folkmoot {name}")
        folders = {path.name: path for path in sorted((instances or Path(made)).iterdir()) if path.is_dir()}
        chosen = [folders[name] for name in names or folders if (folders[name] / "pool.csv").exists()]
        yield [Pool(path, int(path.name.rsplit("_", 1)[1]), household) for path in chosen]


def write_table(headings: Sequence[str], lines: Iterable[Sequence[str]], out: Path) -> None:
    """As Markdown: printed row by row, and written."""
    table = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    out.parent.mkdir(parents=True, exist_ok=True)
    for line in lines:
        table.append("| " + " | ".join(line) + " |")
        print(table[-1], flush=True)
        out.write_text("\n".join(table) + f"\n\n{machine()}\n", encoding="utf-8")


def machine() -> str:
    """What was measured on."""
    processor = platform.processor() or platform.machine()
    found = Path("/proc/cpuinfo")
    if found.exists():
        models = [line.partition(":")[2].strip() for line in found.read_text().splitlines() if "model name" in line]
        processor = models[0] if models else processor
    return f"One core of {processor} ({os.cpu_count()} cores), {platform.system()}, Python {platform.python_version()}."


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=Path, metavar="DIR")
    parser.add_argument("--peers", action="store_true", help="draw with sortition-algorithms too")
    parser.add_argument("--limit", type=float, default=900, help="processor seconds for each draw of the peer")
    parser.add_argument("--scale", action="store_true", help="growing pools instead")
    parser.add_argument("--most", type=int, default=GROWING[-1], help="with --scale: the largest pool")
    parser.add_argument("--household", default="", help="columns, such as address,postcode")
    parser.add_argument("--out", type=Path, default=None, help="default: build/draw.md or build/growth.md")
    parser.add_argument("names", nargs="*", metavar="NAME")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if chosen.scale:
            write_table(GROWTH, growth(Path(scratch), chosen.most), chosen.out or BUILD / "growth.md")
            return
        python = peer_environment() if chosen.peers else None
        with the_pools(chosen.instances, chosen.names, chosen.household) as pools:
            lines = rows(pools, python, chosen.limit, Path(scratch))
            write_table(TABLE, lines, chosen.out or BUILD / "draw.md")


if __name__ == "__main__":
    main()
