"""What a draw is published as: values in, the bytes of every file out.

Pure. The same record and lottery give the same bytes on every machine; `verify` calls the same writers and compares.
The order of events: the lottery and its numbered tickets are written down first, their hash is the commitment, and the
seed with the commitment gives the ticket.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sortition.lottery import Lottery, Tickets
from sortition.objectives import IDEAS
from sortition.reading.cells import write_csv
from sortition.reading.pool_file import PoolFile
from sortition.record import BadRecord, Record, canonical, read_json, read_record, sha256, whole, write_record
from sortition.report import Facts, points, render

DIGITS = 12


@dataclass(frozen=True)
class Draw:
    """A drawn panel with everything that makes it credible."""

    record: Record
    tickets: Tickets
    certificate: Mapping[str, Any]

    @property
    def panel(self) -> tuple[str, ...]:
        """The ids of the members."""
        return self.tickets.panel(self.record.ticket)

    def chances(self) -> dict[str, Fraction]:
        """The exact chance of every volunteer, in the order of their ids."""
        return self._everyone(self.tickets.lottery.chances())

    def ticket_chances(self) -> dict[str, Fraction]:
        """The chance of every volunteer by the tickets."""
        return self._everyone(self.tickets.chances())

    def _everyone(self, some: Mapping[str, Fraction]) -> dict[str, Fraction]:
        return {id_: some.get(id_, Fraction(0)) for id_ in sorted(self.record.problem.pool.ids)}


def draw_files(draw: Draw, pool: PoolFile) -> dict[str, bytes]:
    """Every file of the folder, by name."""
    members = set(draw.panel)
    files = {
        "panel.csv": write_csv(pool.table(tuple(id_ for id_ in pool.rows if id_ in members))),
        "remaining.csv": write_csv(pool.table(tuple(id_ for id_ in pool.rows if id_ not in members))),
        **{name: write(draw) for name, write in PUBLIC.items()},
    }
    return files | {"report.json": write_record(draw.record, files)}


def read_draw(files: Mapping[str, bytes]) -> Draw:
    """The draw of a folder; raises BadRecord where a file that is read here is missing or was changed.

    Hashes and forms are checked, the claims are not: that is `verify`.
    """
    for name in ("report.json", "lottery.json", "certificate.json"):
        if name not in files:
            raise BadRecord(
                f"{name} is missing: this is not the folder of a draw.", "Name a folder of `folkmoot draw`."
            )
    record, hashes = read_record(files["report.json"])
    for name in ("lottery.json", "certificate.json"):
        if hashes.get(name) != (sha256(files[name]), len(files[name])):
            raise BadRecord(f"{name} does not have the hash that report.json gives.", "Get it from its source.")
    tickets = read_lottery(files["lottery.json"])
    if not 1 <= record.ticket <= len(tickets):
        raise BadRecord("report.json names a ticket that does not exist.", "Get it from its source.")
    return Draw(record, tickets, read_json("certificate.json", files["certificate.json"]))


def write_chances(draw: Draw) -> bytes:
    """`chances.csv`: 12 digits after the point."""
    exact, drawn = draw.chances(), draw.ticket_chances()
    return write_csv(
        [("id", "chance", "ticket_chance"), *((id_, digits(exact[id_]), digits(drawn[id_])) for id_ in exact)]
    )


def digits(chance: Fraction) -> str:
    """The chance with 12 digits, rounded to the nearest.

    >>> digits(Fraction(2, 3)), digits(Fraction(1))
    ('0.666666666667', '1.000000000000')
    """
    scaled = round(chance * 10**DIGITS)
    return f"{scaled // 10**DIGITS}.{scaled % 10**DIGITS:0{DIGITS}d}"


def write_lottery(tickets: Tickets) -> bytes:
    """`lottery.json`: one line for each panel, with its weight out of the denominator and its tickets.

    Panels of weight 0 come last: they only have tickets.
    """
    lottery = tickets.lottery
    weights = (*lottery.weights, *(0 for _ in tickets.more))
    numbers: list[list[int]] = [[] for _ in tickets.panels]
    for number, place in enumerate(tickets.places, start=1):
        numbers[place].append(number)
    lines = [
        json.dumps(
            {"members": panel, "weight": weight, "tickets": len(own), "numbers": own},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for panel, weight, own in zip(tickets.panels, weights, numbers, strict=True)
    ]
    head = f'{{"denominator":{lottery.denominator},"tickets":{len(tickets)},"panels":[\n'
    return (head + ",\n".join(lines) + "\n]}\n").encode()


def read_lottery(data: bytes) -> Tickets:
    """The lottery and its tickets; raises BadRecord or BadLottery when they do not make one."""
    content = read_json("lottery.json", data)
    try:
        panels = [(tuple(map(str, panel["members"])), panel["weight"]) for panel in content["panels"]]
        whole(content["tickets"], *(weight for _, weight in panels))
        drawn = [(members, weight) for members, weight in panels if weight]
        lottery = Lottery(tuple(members for members, _ in drawn), tuple(weight for _, weight in drawn))
        more = tuple(members for members, weight in panels if not weight)
        owners = sorted((number, place) for place, panel in enumerate(content["panels"]) for number in panel["numbers"])
        numbers = [number for number, _ in owners]
        if len(numbers) != content["tickets"] or numbers != list(range(1, len(numbers) + 1)):
            raise BadRecord("lottery.json does not give every ticket to one panel.", "Get it from its source.")
        tickets = Tickets(lottery, tuple(place for _, place in owners), more)
    except (KeyError, TypeError, AttributeError) as fault:
        raise BadRecord(f"lottery.json cannot be understood: {fault!r}.", "Get it from its source.") from fault
    if write_lottery(tickets) != data:
        raise BadRecord("lottery.json is not written as Folkmoot writes it: it was changed.", "Get it from its source.")
    return tickets


def facts_of(draw: Draw) -> Facts:
    """What the page tells about a draw."""
    record = draw.record
    return Facts(
        problem=record.problem,
        panel=draw.panel,
        chances=draw.chances(),
        ticket_chances=draw.ticket_chances(),
        panels=len(draw.tickets.lottery.panels),
        tickets=record.tickets,
        ticket=record.ticket,
        seed=record.seed,
        commitment=sha256(write_lottery(draw.tickets)),
        fairness=record.fairness,
        proof=proof_in_words(draw.certificate),
        meetings=record.meetings,
        follows=record.follows,
        waived=record.waived,
        empty=record.empty,
        proved=bool(draw.certificate.get("proved")),
    )


def proof_in_words(certificate: Mapping[str, Any]) -> str:
    """What the certificate proves, for readers who do not read certificates."""
    gap, value_gap = (Fraction(str(certificate.get(key) or 0)) for key in ("gap", "value_gap"))
    if not certificate.get("proved"):
        return f"The lottery is within {points(gap)} of the fairest possible one; that last distance is not proved."
    bound = "The quotas alone"
    if certificate.get("proof") == "panels":
        bound = "The quotas, together with what a search of all possible panels shows,"
    idea = IDEAS[str(certificate.get("fairness"))]
    if gap or value_gap:
        near = f", and no chance is further than {float(gap):.1g} from the best one" if gap else ""
        return f"{bound} bound {idea.bounded}. This lottery is as good as there, to {float(value_gap):.1g}{near}."
    return f"{bound} bound {idea.bounded}, and this lottery reaches it exactly."


PUBLIC: Mapping[str, Callable[[Draw], bytes]] = {
    "chances.csv": write_chances,
    "lottery.json": lambda draw: write_lottery(draw.tickets),
    "certificate.json": lambda draw: canonical(dict(draw.certificate)),
    "report.html": lambda draw: render(facts_of(draw)).encode(),
}
