"""Counting a draw again from its published files: bytes in, what is wrong with them out.

Pure and without any solver: only whole numbers, fractions and hashes. First every file is held against its hash, then
every claim is recomputed and the files that follow from others are written again and compared byte by byte. The words
of a page for people may change from version to version: one that another version made is held to its hash alone. Each
complaint begins with the name of the file that is wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from sortition import certificate
from sortition.errors import SortitionError
from sortition.fairly_near import largest_deviation
from sortition.folder import PUBLIC, Draw, read_lottery
from sortition.lottery import Tickets, shuffle_tickets, ticket_number
from sortition.meeting import meetings
from sortition.reading.cells import key_of, write_csv
from sortition.record import FILES, MADE_BY, Record, read_json, read_record, sha256, write_record
from sortition.repairs.waived import waiver_faults

PAGES = ("report.html",)


def faults_of(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Everything that is wrong with a draw folder; nothing means that every claim holds."""
    missing = [f"{name}: the file is missing." for name in ("report.json", *FILES) if name not in files]
    known = ("report.json", *FILES)
    strange = [f"{name}: this file does not belong to the draw." for name in files if name not in known]
    if "report.json" not in files:
        return (*missing, *strange)
    try:
        record, hashes = read_record(files["report.json"])
    except SortitionError as fault:
        return (*missing, *strange, f"report.json: {fault.message}")
    changed = list(_changed(files, hashes))
    if missing or changed or strange:
        return (*missing, *strange, *changed)
    if write_record(record, {name: files[name] for name in FILES}) != files["report.json"]:
        return ("report.json: it is not written as Folkmoot writes it.",)
    return tuple(_claims(record, files))


def _changed(files: Mapping[str, bytes], hashes: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """Files that are not the ones report.json speaks of."""
    if set(hashes) != set(FILES):
        yield "report.json: it does not give the hash of every file."
    for name, (hash_, size) in hashes.items():
        if name in files and (len(files[name]) != size or sha256(files[name]) != hash_):
            yield f"{name}: its bytes do not have the hash that report.json gives."


def _claims(record: Record, files: Mapping[str, bytes]) -> Iterator[str]:
    """Every claim of the files, counted again."""
    try:
        tickets = read_lottery(files["lottery.json"])
        proof = read_json("certificate.json", files["certificate.json"])
    except SortitionError as fault:
        name = "certificate.json" if "certificate.json" in fault.message else "lottery.json"
        yield f"{name}: {fault.message}"
        return
    faults = [f"lottery.json: {fault}" for fault in _lottery_faults(record, tickets)]
    faults += [f"certificate.json: {fault}" for fault in certificate.check(record.problem, tickets.lottery, proof)]
    if proof.get("fairness") != record.fairness:
        faults.append("certificate.json: it speaks of another fairness than report.json.")
    faults = faults or [f"report.json: {fault}." for fault in waiver_faults(record, tickets.panels)]
    yield from faults or _draw_faults(Draw(record, tickets, proof), files)


def _draw_faults(draw: Draw, files: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong with the draw from a lottery that is right."""
    record, tickets = draw.record, draw.tickets
    if record.tickets != len(tickets):
        yield f"report.json: it speaks of {record.tickets} tickets, but lottery.json has {len(tickets)}."
        return
    if shuffle_tickets(tickets.lottery, tickets.more, tickets.counts, record.seed) != tickets:
        yield "lottery.json: the tickets are not numbered in the order that the seed gives."
    drawn = ticket_number(record.seed, sha256(files["lottery.json"]), len(tickets))
    if drawn != record.ticket:
        yield f"report.json: the seed draws ticket {drawn}, not {record.ticket}."
        return
    if record.meetings != meetings(record.problem, tickets):
        yield "report.json: it does not count the panels, or the pairs who can meet, as lottery.json has them."
    yield from _tables(draw, files)
    yield from _rewritten(draw, files)


def _lottery_faults(record: Record, tickets: Tickets) -> Iterator[str]:
    """Panels that break a rule, and sums that are not right."""
    for number, panel in enumerate(tickets.panels, start=1):
        for fault in record.problem.faults_of(panel):
            yield f"panel {number} is not allowed: {fault}."
    chances = tickets.lottery.chances()
    if sum(chances.values(), Fraction(0)) != record.problem.panel_size:
        yield "the chances do not add up to the panel size."
    if tickets.deviation > largest_deviation(tickets.lottery, len(tickets)):
        yield "the tickets are further from the chances than whole tickets need to be."


def _tables(draw: Draw, files: Mapping[str, bytes]) -> Iterator[str]:
    """panel.csv holds the drawn panel, remaining.csv everybody else, both with the answers of report.json."""
    panel = set(draw.panel)
    everyone = set(draw.record.problem.pool.ids)
    for name, wanted in (("panel.csv", panel), ("remaining.csv", everyone - panel)):
        header, rows = _rows(files[name])
        if write_csv([header, *rows]) != files[name]:
            yield f"{name}: it is not written as Folkmoot writes it."
            continue
        ids = [row[0] for row in rows]
        if header[0] != "id" or len(ids) != len(wanted) or set(ids) != wanted:
            yield f"{name}: these are not the volunteers that the ticket leaves here."
        else:
            yield from (f"{name}: {fault}" for fault in _answers(draw, header, rows))


def _rows(data: bytes) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV file; what cannot be read gives rows that will not be written the same."""
    try:
        header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        return [""], []
    return header, rows


def _answers(draw: Draw, header: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Rows whose answers are not those that the quotas were counted with."""
    pool = draw.record.problem.pool
    keys = [key_of(cell) for cell in header]
    places = [keys.index(key_of(feature)) for feature in pool.features if key_of(feature) in keys]
    for row in rows:
        if [key_of(row[place]) for place in places if place < len(row)] != list(map(key_of, pool.by_id[row[0]].values)):
            yield f"the answers of {row[0]} are not those in report.json."


def pages_of_another_version(record: Record) -> tuple[str, ...]:
    """The pages for people that this version would word differently, so that only their hash can be checked."""
    return () if record.made_by == MADE_BY else PAGES


def _rewritten(draw: Draw, files: Mapping[str, bytes]) -> Iterator[str]:
    """Files that follow from the others and yet differ."""
    writers: Mapping[str, Callable[[Draw], bytes]] = PUBLIC
    by_hash = pages_of_another_version(draw.record)
    for name, write in writers.items():
        if name not in by_hash and write(draw) != files[name]:
            yield f"{name}: written again from the other files, it is different."
