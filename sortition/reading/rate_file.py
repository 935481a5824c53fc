"""How often people with some value drop out: `bytes + quotas → rates`. Every fault is told at once.

Part of `files`. One row per value: `feature,value,rate`, the rate as a part of 1 (0.2) or in per cent (20%).
"""

from __future__ import annotations

import re
from fractions import Fraction

from sortition.errors import BadFile, FileProblem, shown
from sortition.quotas import Quotas
from sortition.reading.cells import header_key, key_of
from sortition.reading.tables import Table, comment_rows, read_table
from sortition.standby.attrition import Value

SHEETS = ("rates", "drop-outs")
MOST_NAMED = 12
COLUMNS = ("feature", "value", "rate")
NUMBER = re.compile(r"([+-]?[0-9]{1,6}(?:[.,][0-9]{1,9})?)\s*(%?)")


def read_rates(name: str, data: bytes, quotas: Quotas) -> dict[Value, Fraction]:
    """The rates by feature and value, spelled as in the quotas.

    >>> from sortition.quotas import Quota
    >>> read_rates("r.csv", b"feature,value,rate\\nAge,16-24,20%\\n", Quotas((Quota("age", "16-24", 1, 2),)))
    {('age', '16-24'): Fraction(1, 5)}
    """
    table = read_table(name, data, SHEETS)
    places = _places(table)
    known = {(key_of(quota.feature), key_of(quota.value)): quota for quota in quotas.rows}
    rates: dict[Value, Fraction] = {}
    first: dict[Value, int] = {}
    problems = []
    remarks = comment_rows(table, places[0])
    for row in table.rows:
        if row.number in remarks:
            continue
        feature, value, rate = map(row.at, places)
        if (quota := known.get((key_of(feature), key_of(value)))) is None:
            column, *fault = _unknown(quotas, feature, value)
            problems.append(FileProblem(table.name, row.number, column, *fault))
            continue
        pair = quota.feature, quota.value
        if (earlier := first.setdefault(pair, row.number)) != row.number:
            message = f"{quota.feature}={quota.value} has a rate in row {earlier} already."
            problems.append(FileProblem(table.name, row.number, "value", message, "Delete one of the two rows."))
        number = _rate(rate)
        if isinstance(number, Fraction):
            rates[pair] = number
        else:
            problems.append(FileProblem(table.name, row.number, "rate", *number))
    if not rates and not problems:
        message, remedy = "The file has a header and no rates.", "Write one row for each value with a rate of its own."
        problems.append(FileProblem(table.name, None, None, message, remedy))
    if problems:
        raise BadFile(problems)
    return rates


def _places(table: Table) -> tuple[int, ...]:
    """Where the three columns stand."""
    keys = [header_key(cell) for cell in table.header.cells]
    remedy = "Start the file with the row: feature,value,rate."
    problems = []
    for name in COLUMNS:
        if keys.count(name) != 1:
            message = "There is no column with this heading." if name not in keys else "It occurs more than once."
            problems.append(FileProblem(table.name, table.header.number, name, message, remedy))
    if problems:
        raise BadFile(problems)
    return tuple(keys.index(name) for name in COLUMNS)


def _unknown(quotas: Quotas, feature: str, value: str) -> tuple[str, str, str]:
    """Column, sentence and remedy for a row that no quota knows."""
    own = [quota.value for quota in quotas.rows if key_of(quota.feature) == key_of(feature)]
    if not own:
        message = f"“{shown(feature)}” is no feature of the quotas." if feature else "The cell is blank."
        return "feature", message, f"Write one of {', '.join(quotas.features[:MOST_NAMED])}."
    message = f"“{shown(value)}” is no value of {shown(feature)}." if value else "The cell is blank."
    return "value", message, f"Write one of {', '.join(own[:MOST_NAMED])}."


def _rate(cell: str) -> Fraction | tuple[str, str]:
    """The rate, or the sentence and remedy why it is none."""
    remedy = "Write a part of 1, such as 0.2, or per cent, such as 20%."
    if not (written := NUMBER.fullmatch(cell)):
        return (f"“{shown(cell)}” is not a number." if cell else "The cell is blank."), remedy
    rate = Fraction(written[1].replace(",", ".")) / (100 if written[2] else 1)
    if rate < 0:
        return f"The rate {cell} is below 0.", remedy
    if rate > 1:
        return f"The rate {cell} is above 1: more people would drop out than there are.", remedy
    return rate
