"""How long a check takes: `python tests/benchmarks/check.py [--volunteers 2000] [--seeds 1]`.

Made-up pools with 4 to 8 features and a tenth of the volunteers in shared households, checked by the whole command in
a process of its own: quotas that can be met, quotas that contradict each other across two features, and quotas that can
be met, but never with some of the volunteers. Times are processor seconds of that process, start and imports included.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

KINDS = ("possible", "impossible", "never chosen")
HEADINGS = ("features", "quotas", "kind", "volunteers", "panel", "possible", "never", "repairs", "seconds", "MB")
PANEL = 100


def make(folder: Path, volunteers: int, features: int, kind: str, random: Random) -> None:
    """Write pool.csv and quotas.csv."""
    names = [f"feature {n}" for n in range(features)]
    values = {name: [f"value {n}" for n in range(random.randint(2, 6))] for name in names}
    people = {name: [random.uniform(0.5, 2) for _ in values[name]] for name in names}
    willing = {name: [p * random.uniform(0.4, 1.6) for p in people[name]] for name in names}
    first, second = names[:2]
    home, pool = 0, []
    for number in range(volunteers):
        home += not (number and random.random() < 0.1)
        row = {name: random.choices(values[name], willing[name])[0] for name in names}
        if row[first] == "value 0" and (kind == "never chosen" or (kind == "impossible" and random.random() < 0.99)):
            row[second] = "value 1"  # nearly all who have the one also have the other
        pool.append([str(number), *row.values(), f"{home} High Street"])
    quotas = []
    for name in names:
        for value, share in zip(values[name], people[name], strict=True):
            exact = PANEL * share / sum(people[name])
            quotas.append([name, value, str(int(exact)), str(int(exact) + 1)])
    # of whom too few are wanted; or just as many as there must be with the first, so that nobody else with it can serve
    most = {"possible": None, "impossible": 2, "never chosen": int(quotas[0][2])}[kind]
    for row in quotas if most is not None else ():
        if row[0] == second:
            row[2:] = ["0", str(most if row[1] == "value 1" else PANEL)]
    for name, heading, rows in (
        ("pool.csv", ["id", *names, "address"], pool),
        ("quotas.csv", ["feature", "value", "min", "max"], quotas),
    ):
        (folder / name).write_text("\n".join(",".join(row) for row in [heading, *rows]) + "\n", encoding="utf-8")


def measure(folder: Path, features: int, kind: str) -> tuple[str, ...]:
    files = ("--pool", folder / "pool.csv", "--quotas", folder / "quotas.csv")
    command = (sys.executable, "-m", "web.cli", "check", *map(str, files), "--size", str(PANEL))
    out = folder / "answer.json"
    with out.open("wb") as stream:
        child = subprocess.Popen([*command, "--household", "address", "--json"], stdout=stream)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    said = json.loads(out.read_bytes())
    never = sum(len(group["ids"]) for group in said["never"])
    quotas = len((folder / "quotas.csv").read_text(encoding="utf-8").splitlines()) - 1
    own = (features, quotas, kind, said["volunteers"], said["panel_size"], "yes" if said["possible"] else "no", never)
    seconds = used.ru_utime + used.ru_stime
    return tuple(map(str, (*own, len(said["repairs"]), f"{seconds:.2f}", used.ru_maxrss // 1024)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volunteers", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=1)
    chosen = parser.parse_args()
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    for features in (4, 6, 8):
        for kind in KINDS:
            for seed in range(chosen.seeds):
                with tempfile.TemporaryDirectory() as folder:
                    make(Path(folder), chosen.volunteers, features, kind, Random(f"{features} {kind} {seed}"))
                    print("| " + " | ".join(measure(Path(folder), features, kind)) + " |", flush=True)


if __name__ == "__main__":
    main()
