"""The hall of a thousand: `python tests/benchmarks/hall.py` measures what Folkmoot promises a hall.

Every row is a module of `hall_rows` and has a real server (and database, and where it says so network) of its own, on
the same machine as the tablets. `--url` measures a server that runs already; `--database` is then the one that it
serves, so that members can be seated in it. Exit status 1 where a figure was not held.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import pkgutil
import platform
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

import hall_rows  # noqa: E402  # only now is it found
from hall_rows import Place, Row, not_here  # noqa: E402  # as above

ORDER = (
    *("joins", "phase", "ballots", "killed", "loss", "snapshots", "closing", "reconnect", "workers", "jobs", "tablets"),
    *("attack", "disk", "soak", "idle"),
)
"""Rows stand in this order; others come after them, by name."""
BEGIN, END = "<!-- figures of the hall: begin -->", "<!-- figures of the hall: end -->"
README = ROOT / "README.md"
HERE = re.compile(r"http://(127\.0\.0\.1|localhost):\d+/?")
"""A running server is asked from the machine on which it runs: members are seated in its database."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; the exit status."""
    asked = options().parse_args(arguments)
    if asked.figures:
        taken = merged([json.loads(file.read_text(encoding="utf-8")) for file in asked.figures])
        keep(taken, asked.out)
    else:
        taken = {"machine": machine(), "members": asked.members, "rows": []}
        print("\n".join(heading(taken)), flush=True)
        for row in measured(asked):
            taken["rows"].append(row)
            print(line(row), flush=True)
            keep(taken, asked.out)
    if asked.readme:
        into_readme(table(taken), README)
    return 0 if all(row["held"] for row in taken["rows"]) else 1


def options() -> argparse.ArgumentParser:
    """What can be asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=1000, help="tablets in the hall")
    parser.add_argument("--url", help="a running server, such as http://127.0.0.1:8000")
    parser.add_argument("--database", help="sqlite, postgresql, or (with --url) the URL of the server's database")
    parser.add_argument("--workers", type=int, default=1, help="processes of the server")
    parser.add_argument("--rows", help="only these, with commas: " + ",".join(names()))
    parser.add_argument("--out", type=Path, help="write the table to FILE.md and the figures to FILE.json, row by row")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    parser.add_argument(
        "--figures",
        type=Path,
        nargs="+",
        metavar="FILE.json",
        help="measure nothing, and read the figures from these; of a row that is in several, those of the last",
    )
    return parser


def names() -> list[str]:
    """All rows."""
    found = [one.name for one in pkgutil.iter_modules(hall_rows.__path__)]
    return sorted(found, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


# ------------------------------------------------------------------------------------------------ measuring


def measured(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Every figure, as soon as it is there."""
    wanted = asked.rows.split(",") if asked.rows else names()
    if unknown := set(wanted) - set(names()):
        sys.exit(f"There is no row {', '.join(sorted(unknown))}. There are: {', '.join(names())}.")
    if asked.url and not asked.database:
        sys.exit("--url needs --database, the one that the server serves: members are seated in it.")
    if asked.url and not HERE.fullmatch(asked.url):
        sys.exit(f"--url {asked.url} is not on this machine. Write it as http://127.0.0.1:8000.")
    for name in wanted:
        row = importlib.import_module(f"hall_rows.{name}")
        both = getattr(row, "BOTH", False) and asked.database is None
        for database in ("sqlite", "postgresql") if both else (asked.database or "sqlite",):
            for figure in taken_of(row, database, asked):
                title = row.TITLE + (" (PostgreSQL)" if both and database == "postgresql" else "")
                yield {"row": name, "title": title, "must": row.MUST, **vars(figure), "at": now()}


def taken_of(row: ModuleType, database: str, asked: argparse.Namespace) -> Iterator[Row]:
    """The figures of one row on one database. What goes wrong is a figure that was not held, and says why."""
    if asked.url and getattr(row, "OWN", False):
        yield not_here("", "it needs a server of its own, and --url names another")
        return
    begun = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="folkmoot-hall-") as folder, a_database(database, Path(folder)) as url:
            yield from row.measure(Place(url, asked.url, asked.workers, asked.members, Path(folder)))
    except Exception as wrong:  # noqa: BLE001  # the other rows are measured all the same
        yield Row(
            "", f"broke after {time.monotonic() - begun:.0f} s: {type(wrong).__name__}: {str(wrong)[:300]}", False
        )


@contextlib.contextmanager
def a_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a new, empty database of this kind that waits for the disk; or the one that was named."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/hall.sqlite"
    elif kind == "postgresql":
        from postgres import a_cluster

        with a_cluster(fsync="on", max_connections="200") as cluster:
            yield cluster.new()
    else:
        yield kind


# ------------------------------------------------------------------------------------------------ putting together


def merged(several: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of several runs as one table, in its order: of a row that was measured again, the last run's alone.

    Runs on different machines, or with halls of different sizes, make no table.
    """
    for what in ("processor", "cores", "memory"):
        if len({one["machine"][what] for one in several}) > 1:
            sys.exit(f"These figures differ in their {what}. Put those of one machine into a table.")
    if len({one["members"] for one in several}) > 1:
        sys.exit("These figures come from halls of different sizes. Measure with the same --members.")
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in several:
        again: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in one["rows"]:
            again.setdefault((row["row"], row["title"]), []).append(row)
        rows |= again
    known = names()
    order = sorted(rows, key=lambda key: known.index(key[0]) if key[0] in known else len(known))
    told = {**several[0]["machine"], **when([one["machine"] for one in several])}
    return {**several[0], "machine": told, "rows": [row for key in order for row in rows[key]]}


def when(runs: Sequence[dict[str, str]]) -> dict[str, str]:
    """When several runs began, and the busiest beginning of them."""
    if len(runs) == 1:
        return runs[0]
    begun = sorted((run["at"] for run in runs), key=lambda at: time.strptime(at, "%d %B %Y %H:%M UTC"))
    busiest = max((run["busy"] for run in runs), key=lambda said: float(said.split()[0]))
    return {"at": f"{len(runs)} runs, {begun[0]} to {begun[-1]}", "busy": f"at most {busiest}"}


# ------------------------------------------------------------------------------------------------ telling


def now() -> str:
    """The time by UTC, to the minute."""
    return time.strftime("%d %B %Y %H:%M", time.gmtime()) + " UTC"


def machine() -> dict[str, str]:
    """What this was measured on, and when."""
    said = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = next((one.partition(":")[2].strip() for one in said.splitlines() if one.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model or platform.processor() or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "busy": f"{os.getloadavg()[0]:.1f} waiting processes on average in the minute before",
        "at": now(),
    }


def heading(taken: dict[str, Any]) -> list[str]:
    """The machine in a sentence, and the head of the table."""
    at = taken["machine"]
    said = (
        f"{at['processor']}, {at['cores']} cores shared by server and tablets, {at['memory']}, {at['system']}, "
        f"Python {at['python']}; {at['at']}; {at['busy']}; {taken['members']} members unless a row says otherwise."
    )
    return [said, "", "| test | must | measured | held |", "|---|---|---|---|"]


def line(row: dict[str, Any]) -> str:
    """A figure as a row of the table."""
    what = row["title"] + (f": {row['what']}" if row["what"] else "")
    cells = (what, row["must"], row["measured"], "yes" if row["held"] else "**no**")
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(taken: dict[str, Any]) -> str:
    """The whole table."""
    return "\n".join([*heading(taken), *(line(row) for row in taken["rows"])]) + "\n"


def keep(taken: dict[str, Any], out: Path | None) -> None:
    """Write what is there so far: a long run that is stopped leaves what it has measured."""
    if out is not None:
        figures = json.dumps(taken, indent=1, ensure_ascii=False) + "\n"
        for suffix, text in ((".md", table(taken)), (".json", figures)):
            whole = out.with_suffix(f"{suffix}.new")
            whole.write_text(text, encoding="utf-8")
            whole.replace(out.with_suffix(suffix))


def into_readme(text: str, readme: Path) -> None:
    """Put the table between the two marks."""
    whole = readme.read_text(encoding="utf-8")
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        sys.exit(f"{readme} has no marks for the table. Write {BEGIN} and {END} where it belongs.")
    readme.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
