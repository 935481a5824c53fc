"""Lay the counts of other people's packages beside ours: `python tests/oracles/compare.py [FOLDER] [PACKAGE …]`.

pabutools (GPL), abcvoting, pref_voting and votekit need gigabytes (solvers, compilers, plots), so they are neither
dependencies nor part of `make test`: this script makes a virtual environment for each in FOLDER (a temporary one unless
named, and used again if it is there), installs the version below from the package registry, and runs `agree.py` in it.
It prints one row per rule and ends with 1 when any difference is left that is not explained.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = {
    "pabutools": "pabutools==1.2.3",
    "abcvoting": "abcvoting==2.19.2",
    "pref_voting": "pref_voting==1.18.2",
    "votekit": "votekit==3.5.0",
}


def python_with(folder: Path, package: str) -> Path:
    """The interpreter of the environment that has this package; made and filled when it is not there."""
    home = folder / package
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGES[package], "numpy"], check=True)
        (home / "ready").touch()
    return python


def main() -> int:
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(tempfile.gettempdir()) / "folkmoot-oracles"
    chosen = sys.argv[2:] or list(PACKAGES)
    print(
        "| rule | package | boxes | the same | level, so not comparable | explained | not explained |\n|" + "---|" * 7
    )
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE.parent)])}
    worst = 0
    for package in chosen:
        ran = subprocess.run([python_with(folder, package), HERE / "agree.py", package], env=paths, check=False)
        worst = max(worst, ran.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
