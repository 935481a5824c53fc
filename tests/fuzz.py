"""`make fuzz`: atheris at the readers of strangers' files, led by which lines of ours a file reaches.

A reader gives a value, or refuses in its own words with a remedy; whatever else comes out of it is a finding, and its
file is kept under build/fuzz. Time is divided among the readers; every reader has a process of its own, and a file that
takes longer than ten seconds or 2 GB is a finding, too. `tests/test_reader_fuzz.py` tries the same without atheris.

    python tests/fuzz.py --seconds 60            all readers
    python tests/fuzz.py --target pb --seconds 60
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
FOUND = ROOT / "build/fuzz"
SLOWEST, MOST_MEMORY = 10, 2048  # seconds; MB

try:
    import atheris
except ImportError:  # there are wheels for Linux on x86-64 alone
    atheris = None
LED = atheris is not None and __name__ == "__main__"

with atheris.instrument_imports(include=["sortition", "facilitation"]) if LED else nullcontext():
    from facilitation.errors import Refusal
    from facilitation.evaluation.questions import read_questionnaire
    from facilitation.evidence.files import paper
    from facilitation.formats import read_ballots
    from facilitation.opinions.votes import read_votes
    from facilitation.panel import read_panel
    from sortition.errors import SortitionError
    from sortition.files import (
        ListFiles,
        apply_lists,
        read_history,
        read_pool,
        read_quotas,
        read_quotas_file,
        read_rates,
        read_shares_file,
        read_statuses,
    )
    from sortition.reading import archive, sheet_marks, workbook


def small(name: str) -> bytes:
    return (ROOT / "fixtures/small" / name).read_bytes()


QUOTAS = read_quotas("quotas.csv", small("quotas.csv"))
POOL = read_pool("pool.csv", small("pool.csv"), QUOTAS)


def csv_lists(data: bytes) -> None:
    apply_lists(ListFiles(exclude=("list.csv", data)), POOL, QUOTAS, 8)


TARGETS: Mapping[str, tuple[Callable[[bytes], object], str]] = {
    "pool-csv": (lambda data: read_pool("pool.csv", data, QUOTAS, ("address",)), "small/pool.csv bad/pool_*.csv"),
    "pool-xlsx": (lambda data: read_pool("pool.xlsx", data, QUOTAS), "*.xlsx"),
    "quotas": (lambda data: read_quotas_file("quotas.csv", data), "small/quotas.csv bad/quotas_*.csv"),
    "shares": (lambda data: read_shares_file("shares.csv", data), "bad/shares_*.csv"),
    "lists": (csv_lists, "small/pool.csv"),
    "statuses": (lambda data: read_statuses("status.csv", data, POOL.rows), ""),
    "rates": (lambda data: read_rates("rates.csv", data, QUOTAS), ""),
    "history": (lambda data: read_history("history.csv", data, QUOTAS), ""),
    "panel": (read_panel, "small/pool.csv"),
    "pb": (lambda data: read_ballots("a.pb", data), "ballots/*.pb"),
    "blt": (lambda data: read_ballots("a.blt", data), "ballots/*.blt"),
    "preflib": (lambda data: read_ballots("a.toi", data), "ballots/*.toi ballots/*.soc"),
    "ballots-csv": (lambda data: read_ballots("a.csv", data), "ballots/*.csv"),
    "opinions": (read_votes, ""),
    "questionnaire": (read_questionnaire, "*.json"),
    "paper": (lambda data: [paper(f"a.{end}", data) for end in ("pdf", "txt", "odt", "docx")], "*.xlsx"),
}


def look(target: str, data: bytes) -> None:
    """One file: a value or a refusal of ours, each fault of it with a remedy; anything else goes through."""
    try:
        TARGETS[target][0](data)
    except (SortitionError, Refusal) as refusal:
        lines = str(refusal).split("\n")
        if len(lines) > 1 and not isinstance(refusal, SortitionError):
            raise ValueError("a refusal of two lines") from refusal
        if not all(" Remedy: " in line for line in lines):
            raise ValueError("a refusal without a remedy") from refusal


def seeds(target: str) -> list[bytes]:
    """Sound files to begin with."""
    from workbooks import as_excel_writes, book_of

    patterns = TARGETS[target][1].split()
    found = [path.read_bytes() for pattern in patterns for path in sorted((ROOT / "fixtures").glob(pattern))]
    if "*.xlsx" in patterns:
        rows = [line.split(",") for line in small("pool.csv").decode().splitlines()[:6]]
        found += [book_of(rows), as_excel_writes(book_of(rows))]
    if target == "questionnaire":
        found.append((ROOT / "facilitation/evaluation/questions.json").read_bytes())
    return [*found, b"id;status\n1;confirmed\n", b"feature,value,rate\ngender,Woman,20%\n", b"id,stayed\n1,yes\n"]


def fuzz(target: str, seconds: int, seed: int) -> None:
    """Fuzz one reader in this process; does not come back."""
    corpus = FOUND / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(data)
    options = [f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MEMORY}", f"-seed={seed}"]
    options += ["-max_len=20000", f"-artifact_prefix={corpus}/found-", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: look(target, data))
    atheris.Fuzz()


def main() -> int:
    """All readers, or one."""
    said = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    said.add_argument("--target", choices=TARGETS)
    said.add_argument("--seconds", type=int, default=60)
    said.add_argument("--seed", type=int, default=1)
    asked = said.parse_args()
    if atheris is None:
        print(
            "atheris is not installed here. Remedy: run `make fuzz` on Linux with an x86-64 processor, Python to 3.13."
        )
        return 2
    if asked.target:
        fuzz(asked.target, asked.seconds, asked.seed)
    broken = 0
    for target in TARGETS:
        each = max(1, asked.seconds // len(TARGETS))
        command = [sys.executable, __file__, "--target", target, "--seconds", str(each), "--seed", str(asked.seed)]
        done = subprocess.run(command, capture_output=True, text=True)
        runs = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        print(f"{target}: {'BROKEN' if done.returncode else 'sound'}, {runs[0] if runs else '?'} files", flush=True)
        if done.returncode:
            broken += 1
            print(done.stdout.strip()[-1500:], *sorted(map(str, (FOUND / target).glob("found-*"))), sep="\n")
    return 1 if broken else 0


LOOKED_INTO = (archive, sheet_marks, workbook)  # imported late by the readers; here, so that atheris sees them


if __name__ == "__main__":
    sys.exit(main())
