"""What a child of the worker is told: the command line for a kind of work, with its files laid into a private folder.

A draw request says which kind it is and with which options; these are words of this house, and only those known here
become options of a command. What a person typed never becomes a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from facilitation.desk import Desk, DrawRequest, Recruitment
from web.checks import LISTS

SECRET = "secret.txt"  # noqa: S105  # a file's name


def order(desk: Desk, draw_id: str, folder: Path) -> list[str]:
    """The command line of this request; everything it makes goes to `folder/out`."""
    wish = desk.draw(draw_id)
    asked = desk.recruitment(wish.recruitment_id)
    if wish.kind == "alternates":
        return _alternates(desk, wish, folder)
    own = desk.draw_input(draw_id)
    paths = lay_out(folder, {**desk.files(asked.id), **own})
    command = KINDS[wish.kind](desk, asked, wish, folder)
    if wish.kind == "replacement":
        asked = replace(asked, exclude_by="")
        paths = {part: path for part, path in paths.items() if part not in LISTS}
        command += ["--status", paths["status"]]
    return [*command[:1], *given(asked, paths), *command[1:], "--out", str(folder / "out")]


def given(asked: Recruitment, paths: Mapping[str, str]) -> list[str]:
    """The options that name the draw problem."""
    options = ["--pool", paths["pool"], "--quotas", paths["quotas"], "--size", str(asked.size)]
    if asked.household:
        options += ["--household", ",".join(asked.household)]
    for name in LISTS:
        if name in paths:
            options += [f"--{name}", paths[name]]
    if asked.exclude_by and "exclude" in paths:
        options.append(f"--exclude-by={asked.exclude_by}")
    return options


def lay_out(folder: Path, files: Mapping[str, tuple[str, bytes]]) -> dict[str, str]:
    """Write uploaded files for a child; a name from outside is used for its ending only."""
    paths = {}
    for part, (name, data) in files.items():
        path = folder / f"{part}{'.xlsx' if name.lower().endswith('.xlsx') else '.csv'}"
        path.write_bytes(data)
        paths[part] = str(path)
    return paths


def _draw(desk: Desk, asked: Recruitment, wish: DrawRequest, folder: Path) -> list[str]:
    seed = (f"--seed={wish.seed}",) if wish.seed else ()
    fairness = (f"--fairness={wish.options['fairness']}",) if "fairness" in wish.options else ()
    spread = ("--diversity",) if wish.options.get("diversity") else ()
    return ["draw", *seed, *fairness, *spread, *("--keep-best", "--progress", "json")]


def _replacement(desk: Desk, asked: Recruitment, wish: DrawRequest, folder: Path) -> list[str]:
    """Its statuses say about everybody whom the lists of the recruitment spoke of, so these are left out."""
    seed = (f"--seed={wish.seed}",) if wish.seed else ()
    accepted = ("--allow-violation",) if wish.options.get("accept") else ()
    return ["replace", *seed, *accepted, *("--keep-best", "--progress", "json")]


def _compare(desk: Desk, asked: Recruitment, wish: DrawRequest, folder: Path) -> list[str]:
    return ["compare", "--progress", "json"]


def _prepare(desk: Desk, asked: Recruitment, wish: DrawRequest, folder: Path) -> list[str]:
    """The secret of the recruitment, and beside it the commitments that were made with it before."""
    secret = folder / SECRET
    secret.write_bytes(desk.secret_of(asked.id))
    earlier = commitments(desk, asked)
    (folder / f"{SECRET}.commitments").write_text("".join(f"{one}\n" for one in earlier), encoding="ascii")
    options = ["prepare", "--secret", str(secret), f"--randomness={wish.options['randomness']}"]
    options += [f"--fairness={wish.options.get('fairness', 'leximin')}"]
    options += [f"--tickets={wish.options['tickets']}", f"--assembly={asked.title}", *("--progress", "json")]
    if earlier and wish.options.get("reason"):
        options += [f"--supersedes={earlier[-1]}", f"--reason={wish.options['reason']}"]
    return options


def _alternates(desk: Desk, wish: DrawRequest, folder: Path) -> list[str]:
    """Alternates need the folder of their draw alone."""
    drawn, out = folder / "drawn", folder / "out"
    for place in (drawn, out):
        place.mkdir()
    for name, data in desk.draw_files(wish.options["of"]).items():
        (drawn / name).write_bytes(data)
    numbers = ["--number", str(wish.options["number"]), "--drop-out", str(wish.options["drop_out"])]
    return ["alternates", str(drawn), *numbers, "--out", str(out / "alternates.csv")]


def commitments(desk: Desk, asked: Recruitment) -> list[str]:
    """The hashes of all commitments made for this recruitment, the oldest first."""
    prepared = [draw for draw in asked.draws if draw.kind == "prepare" and draw.state == "done"]
    files = [desk.draw_files(draw.id).get("public/commitment.json") for draw in prepared]
    return list(dict.fromkeys(hashlib.sha256(data).hexdigest() for data in files if data))


KINDS: Mapping[str, Callable[[Desk, Recruitment, DrawRequest, Path], list[str]]] = {
    "draw": _draw,
    "prepare": _prepare,
    "compare": _compare,
    "replacement": _replacement,
}
