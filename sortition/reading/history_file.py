"""Who stayed and who left at earlier assemblies: `bytes + quotas → history`. Every fault is told at once.

Part of `files`. One row per person who was drawn: a column for each feature that is known, and `stayed` with yes or no.
"""

from __future__ import annotations

from sortition.errors import BadFile, FileProblem
from sortition.quotas import Quotas
from sortition.reading.cells import header_key, key_of
from sortition.reading.tables import comment_rows, read_table
from sortition.standby.attrition import Past

WORDS = {"yes": True, "y": True, "1": True, "true": True, "no": False, "n": False, "0": False, "false": False}


def read_history(name: str, data: bytes, quotas: Quotas) -> tuple[Past, ...]:
    """Everyone of the file, with the values of those features that the quotas have too."""
    table = read_table(name, data, ("history", "stayed"))
    keys = [key_of(cell) for cell in table.header.cells]
    headings = [header_key(cell) for cell in table.header.cells]
    where = (table.name, table.header.number)
    features = {feature: keys.index(key_of(feature)) for feature in quotas.features if key_of(feature) in keys}
    if "stayed" not in headings:
        message, remedy = "The file has no column stayed.", "Add one with yes or no for everybody."
        raise BadFile((FileProblem(*where, "stayed", message, remedy),))
    if not features:
        remedy = f"Add a column for at least one of {', '.join(quotas.features)}."
        raise BadFile((FileProblem(*where, None, "The file has none of the quotas' features.", remedy),))
    stayed = headings.index("stayed")
    found, problems = [], []
    remarks = comment_rows(table, stayed)
    for row in table.rows:
        if row.number in remarks:
            continue
        cells = (*row.cells, *[""] * (len(keys) - len(row.cells)))
        word = WORDS.get(key_of(cells[stayed]))
        if word is None:
            message = f"“{cells[stayed]}” is neither yes nor no." if cells[stayed] else "The cell is blank."
            problems.append(FileProblem(table.name, row.number, "stayed", message, "Write yes or no."))
        values = {}
        for feature, place in features.items():
            known = {key_of(quota.value): quota.value for quota in quotas.of(feature)}
            if key_of(cells[place]) not in known:
                message = f"“{cells[place]}” has no quota." if cells[place] else "The cell is blank."
                remedy = f"Write one of {', '.join(list(known.values())[:12])}."
                problems.append(FileProblem(table.name, row.number, table.header.cells[place], message, remedy))
            values[feature] = known.get(key_of(cells[place]), "")
        found.append(Past(values, bool(word)))
    if problems:
        raise BadFile(problems)
    return tuple(found)
