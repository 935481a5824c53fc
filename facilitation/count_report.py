"""A count as text for a terminal: the sentence, the figures with their base, every stage, every bid, every lot.

Pure. Nothing is rounded but percentages, which are those of the result; numbers that are no whole ones stand as exact
decimals or fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from facilitation.count import Counted


def report(counted: Counted) -> str:
    """The whole text, one line end at its end."""
    told: Any = counted.as_json()
    parts = [heading(counted, told), *options(counted, told), *tables(told), *stages(told), *awards(counted, told)]
    for name, title in (("lots", "Lots"), ("remarks", "Reasons")):
        if told.get(name):
            parts.append("\n".join([f"{title}:", *(f"  {line}" for line in told[name])]))
    if "selected_in_the_file" in told:
        parts.append(beside_the_file(told))
    return "\n\n".join(parts) + "\n"


def heading(counted: Counted, told: Any) -> str:
    """What was counted and how it ended."""
    blank = f", {counted.blank} blank" if counted.blank else ""
    size = f"{told['cast']} ballots{blank}"
    if counted.entitled is not None:
        size += f" of {counted.entitled} people entitled, {told['turnout']['text']}"
    terms = ", ".join(
        f"{name} {value}" for name, value in counted.definition.terms.as_json().items() if not isinstance(value, list)
    )
    rule = f"{told['rule']} ({terms})" if terms else told["rule"]
    return f"{counted.box.title}\n{size}, counted by {rule}\n{told['sentence']}"


def options(counted: Counted, told: Any) -> Iterable[str]:
    """Every option's figure, and its share of every base in words."""
    shares = told["shares"]
    rows = [["option", "count", *(f"of {base}" for base in shares)]]
    for option, number in told["counts"].items():
        texts = [each[option]["text"] if option in each else "" for each in shares.values()]
        rows.append([labelled(counted, option), str(number), *texts])
    yield columns(rows)


def tables(told: Any) -> Iterable[str]:
    """The figures that only some rules have."""
    for table in told.get("tables", ()):
        rows = [["" if cell is None else str(cell) for cell in row] for row in (table["columns"], *table["rows"])]
        yield f"{table['name']}:\n{columns(rows)}"


def stages(told: Any) -> Iterable[str]:
    """Every stage: who had how many votes, and what happened."""
    if not told["rounds"]:
        return
    names = list(told["rounds"][0]["counts"])
    lost = any("lost_by_cutting" in stage for stage in told["rounds"])
    rows = [["stage", *names, "exhausted", *(["lost by cutting"] if lost else []), "what happened"]]
    for stage in told["rounds"]:
        votes = [str(stage["counts"].get(name, "-")) for name in names]
        cut = [str(stage["lost_by_cutting"])] if lost else []
        rows.append([str(stage["round"]), *votes, str(stage["exhausted"]), *cut, happened(stage)])
    yield f"stages:\n{columns(rows)}"


def happened(stage: Any) -> str:
    """What a stage did, in words."""
    said = [stage.get("act", "")]
    said += [f"elected: {', '.join(stage['elected'])}"] if stage["elected"] else []
    said += [f"out: {', '.join(stage['eliminated'])}"] if stage["eliminated"] else []
    said += [stage["note"]] if stage["note"] else []
    return "; ".join(part for part in said if part)


def awards(counted: Counted, told: Any) -> Iterable[str]:
    """Every bid with its sentence."""
    if not told.get("awards"):
        return
    rows = [["bid", "asked", "gets", "votes", "why"]]
    for award in told["awards"]:
        figures = [str(award[name]) for name in ("cost", "award", "votes")]
        rows.append([labelled(counted, award["option"]), *figures, award["why"]])
    yield f"bids:\n{columns(rows)}"


def beside_the_file(told: Any) -> str:
    """The count beside the selection that the file reports."""
    file, own = set(told["selected_in_the_file"]), set(told["winners"])
    if file == own:
        return "The file reports the same selection."
    only = [
        f"only there: {', '.join(sorted(file - own)) or 'none'}",
        f"only here: {', '.join(sorted(own - file)) or 'none'}",
    ]
    return f"The file reports another selection; {'; '.join(only)}."


def labelled(counted: Counted, option: str) -> str:
    """An option with its name, where the file counts by ids."""
    name = counted.box.labels.get(option)
    return f"{option} {name}" if name else option


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows under each other, the last column as long as it likes."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(f"  {line}" for line in lines)
