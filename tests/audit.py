"""`make audit`: a bill of materials of what is locked, and what is known to be wrong with it.

The bill (CycloneDX) is made from the lock files alone, and so always. What is known is asked of PyPI, then of OSV, by
pip-audit. pip-audit itself says “no known vulnerabilities” when nobody answers; here that is said, and is no success.

Exit: 0 nothing is known; 1 something is known; 2 it could not be asked; 3 the bill could not be made.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK, BROWSER_LOCK = ROOT / "requirements.txt", ROOT / "web/package-lock.json"
BILL = ROOT / "build/sbom.cdx.json"
SERVICES = ("pypi", "osv")
PATIENCE = 120  # seconds for each service

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Known:
    """What a service said: how many packages it knows, which it does not, and what is wrong with some."""

    asked: int
    silent: tuple[str, ...]
    wrong: tuple[str, ...]


def bill(run: Run, to: Path = BILL) -> int:
    """Write the bill of materials; how many packages stand in it."""
    command = ["cyclonedx-py", "requirements", str(LOCK), "--pyproject", str(ROOT / "pyproject.toml")]
    made = run([*command, "--output-reproducible", "--no-validate", "--of", "JSON"])
    if made.returncode:
        raise OSError(made.stderr.strip()[-500:])
    whole = json.loads(made.stdout)
    whole["components"] = whole.get("components", []) + browser_packages()
    to.parent.mkdir(exist_ok=True)
    to.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return len(whole["components"])


def browser_packages(lock: Path = BROWSER_LOCK) -> list[dict[str, Any]]:
    """What the build fetches for browsers, as the lock of npm says it."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return [
        {
            "type": "library",
            "bom-ref": f"npm:{path}",
            "name": path.rpartition("node_modules/")[2],
            "version": one["version"],
            "purl": f"pkg:npm/{path.rpartition('node_modules/')[2].replace('@', '%40')}@{one['version']}",
        }
        for path, one in sorted(packages.items())
        if path
    ]


def ask(run: Run, service: str) -> Known | None:
    """What this service knows of the lock file; None where it cannot be asked."""
    command = ["pip-audit", "-r", str(LOCK), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    said = run([*command, "-f", "json", "-s", service])
    try:
        found = json.loads(said.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    silent = tuple(one["name"] for one in found if "skip_reason" in one)
    wrong = tuple(
        f"{one['name']} {one['version']}: {flaw['id']}"
        + (f", mended in {', '.join(flaw['fix_versions'])}" if flaw["fix_versions"] else ", not mended yet")
        for one in found
        for flaw in one.get("vulns", [])
    )
    return None if len(silent) == len(found) else Known(len(found) - len(silent), silent, wrong)


def of_this_environment(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a tool that lies beside this Python."""
    program = Path(sys.executable).parent / command[0]
    try:
        return subprocess.run([str(program), *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", "it took too long")


def main(run: Run = of_this_environment, to: Path = BILL) -> int:
    """The bill, then the questions."""
    try:
        count = bill(run, to)
    except (OSError, ValueError) as fault:
        print(
            f"The bill of materials could not be made: {fault}. Remedy: run `make audit` in a clone, after `make test`."
        )
        return 3
    print(f"{to}: {count} packages.")
    for service in SERVICES:
        known = ask(run, service)
        if known is None:
            print(f"{service}: could not be asked.")
            continue
        for line in known.wrong:
            print(line)
        if known.silent:
            print(f"{service} does not know: {', '.join(known.silent)}")
        print(f"{service}: {known.asked} packages asked about, {len(known.wrong)} known flaws.")
        return 1 if known.wrong else 2 if known.silent else 0
    print("NOT AUDITED: nobody could be asked. Remedy: run `make audit` where pypi.org or osv.dev can be reached.")
    return 2


if __name__ == "__main__":
    sys.exit(main())
