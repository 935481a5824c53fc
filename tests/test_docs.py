"""The README says what the code does: every command, option, rule, error code, address and dependency occurs in it."""

import importlib
import importlib.util
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import facilitation
import sortition
import web
from facilitation.activities import ACTIVITIES
from facilitation.desk import Desk
from facilitation.rules import every_rule
from web.app import create_app
from web.cli import GROUPS, folkmoot
from web.openapi import document
from web.settings import Settings, with_secret

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_IMPORTED = ("web.browser_libraries", "facilitation.migrations")


def commands(group: click.Group = folkmoot, path: str = "folkmoot") -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}", command


def modules() -> Iterator[object]:
    for house in (sortition, facilitation, web):
        for found in pkgutil.walk_packages(house.__path__, house.__name__ + "."):
            if not found.name.startswith(NOT_IMPORTED):
                yield importlib.import_module(found.name)


def error_codes() -> list[str]:
    codes = {
        code
        for module in modules()
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Exception)
        if thing.__module__.partition(".")[0] in ("sortition", "facilitation", "web")
        if isinstance(code := vars(thing).get("code"), str)
    }
    from web.errors import HTTP_WORDS

    return sorted(codes | {words[0] for words in HTTP_WORDS.values()})


ALL = dict(commands())


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_documented_and_has_help(name: str) -> None:
    assert name in README, f"`{name}` is missing from the README"
    assert ALL[name].help, f"`{name}` has no help"


def test_the_help_lists_every_command_once_under_a_heading_that_the_readme_names() -> None:
    """Whoever types `folkmoot --help` sees what belongs together, in the order of the work."""
    ctx = click.Context(folkmoot)
    under = [name for names in GROUPS.values() for name in names]
    assert sorted(under) == sorted({name.split()[1] for name in ALL})
    assert folkmoot.list_commands(ctx) == under
    lines = folkmoot.get_help(ctx).splitlines()
    seen = [line.split()[0] if line.startswith("  ") else line for line in lines if line]
    for heading, names in GROUPS.items():
        first = seen.index(f"{heading}:") + 1
        assert seen[first : first + len(names)] == list(names)
        assert f"*{heading}*" in README


@pytest.mark.parametrize("name", ALL)
def test_every_option_has_help(name: str) -> None:
    silent = [p.name for p in ALL[name].params if isinstance(p, click.Option) and not p.hidden and not p.help]
    assert not silent, f"`{name}`: options without help: {silent}"


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    words = {tuple(name.split()[:2]) for name in ALL}
    spoken = set(re.findall(r"(?:`+|^)folkmoot ([a-z][a-z-]*)", README, re.M))
    assert spoken, "the README shows no command at all"
    unknown = {word for word in spoken if ("folkmoot", word) not in words}
    assert not unknown, f"the README speaks of {sorted(unknown)}"


def test_there_are_error_codes_to_document() -> None:
    assert len(error_codes()) > 20


@pytest.mark.parametrize("code", error_codes())
def test_every_error_code_is_documented(code: str) -> None:
    assert f"`{code}`" in README, f"the README does not explain the error code {code}"


@pytest.mark.parametrize("rule", sorted(every_rule()))
def test_every_counting_rule_has_a_row(rule: str) -> None:
    assert re.search(rf"^\| `{rule}` \|", README, re.M), f"the README's table of rules has no row for {rule}"


@pytest.mark.parametrize("kind", sorted(ACTIVITIES))
def test_every_kind_of_agenda_item_is_documented(kind: str) -> None:
    assert f"`{kind}`" in README


def test_every_address_of_the_api_is_documented(tmp_path: Path) -> None:
    database = str(tmp_path / "api.sqlite")
    desk = Desk.open(database)
    app, _ = create_app(desk, with_secret(Settings(database, "")))
    paths = {re.sub(r"{\w+}", "<id>", path) for path in document(app)["paths"]}
    desk.close()
    assert len(paths) > 5
    missing = sorted(path for path in paths if path not in README)
    assert not missing, f"the README does not show {missing}"


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=~!;]", line)[0] for line in wanted} | {"govuk-frontend", "socket.io-client", "sass"}
    missing = [name for name in sorted(names) if f"| {name} |" not in README]
    assert not missing, f"no reason in the README for {missing}"


def test_every_make_command_is_documented() -> None:
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert {"demo", "test", "fast"} <= set(targets)
    missing = [target for target in targets if f"make {target}" not in README]
    assert not missing, f"the README does not mention make {missing}"


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert pictures, "the README shows no picture"
    for picture in pictures:
        assert (ROOT / picture).is_file(), f"{picture} is missing: the browser tests make it"


def heading_links() -> list[str]:
    """The addresses of all headings, as GitHub makes them."""
    return [re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in re.findall(r"^##+ (.+)$", README, re.M)]


def test_every_link_inside_the_readme_leads_to_a_heading() -> None:
    links = re.findall(r"\]\(#([^)]+)\)", README)
    assert len(links) > 60
    assert [link for link in links if link not in heading_links()] == []
    assert len(set(heading_links())) == len(heading_links()), "two headings have one address"


def test_every_section_stands_in_the_contents() -> None:
    contents = README.partition("## Where to find what\n")[2].partition("\n## ")[0]
    sections = re.findall(r"^## (.+)$", README, re.M)
    missing = [one for one in sections if f"[{one}](#" not in contents and one != "Where to find what"]
    assert not missing, f"the README's contents do not name {missing}"


def test_every_file_and_room_that_the_readme_names_is_there() -> None:
    files = set(re.findall(r"(?<![\w/])((?:sortition|facilitation|web|tests|fixtures)/[\w./*-]*\w)", README))
    assert len(files) > 40
    assert [file for file in sorted(files) if not list(ROOT.glob(file))] == []
    rooms = set(re.findall(r"`((?:sortition|facilitation|web)(?:\.\w+)+)", README))
    assert [room for room in sorted(rooms) if importlib.util.find_spec(room) is None] == []
