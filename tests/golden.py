"""Golden pairs: what the house says today, beside what it said when somebody last read and accepted it.

`golden.check(text, "rounds/three_way_tie.result.json")` compares with the file under fixtures/. When they differ, or
the file does not exist, the text is kept beside it as `….new`; the failure shows the difference and the `mv` that
accepts it.
"""

from __future__ import annotations

import difflib
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def check(text: str, name: str) -> None:
    """Fail unless fixtures/name holds exactly this text."""
    accepted = FIXTURES / name
    offered = accepted.with_name(accepted.name + ".new")
    known = accepted.read_text(encoding="utf-8") if accepted.exists() else ""
    if text == known and accepted.exists():
        offered.unlink(missing_ok=True)
        return
    offered.parent.mkdir(parents=True, exist_ok=True)
    offered.write_text(text, encoding="utf-8")
    difference = "\n".join(difflib.unified_diff(known.splitlines(), text.splitlines(), "accepted", "new", lineterm=""))
    raise AssertionError(f"{difference}\n\nIf the new text is right: mv {offered} {accepted}")
