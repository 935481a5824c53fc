"""A replacement draw: the lot decides who takes the free seats, while everybody else keeps theirs.

It is what `folkmoot replace` does: who sits there stays, who has left or was left out before is not asked again, and
the quotas are those of the whole panel. So it is as fair, as public and as easy to verify as the first one. Where
nobody can repair the panel, the draw is refused and says which quota breaks and by how much, and draws only if that is
accepted. The same seats are drawn for once only: nobody draws again until they like what comes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from flask import Blueprint
from flask.typing import ResponseReturnValue

from facilitation.desk import DrawRequest, MemberRow, Recruitment
from facilitation.errors import WrongState
from web.access import Audience, desk, open_to
from web.doors.joining import done
from web.queue import jobs
from web.recruit.seated import drawn, recruitment_of
from web.server.bodies import fields, text

room = Blueprint("replacements", __name__, url_prefix="/recruit/assemblies/<assembly_id>")
KIND = "replacement"


@room.post("/replacement")
@open_to(Audience.RECRUITER)
def draw_replacement(assembly_id: str) -> ResponseReturnValue:
    """Draw for all free seats. Refused (409) while a draw is at work, and once these very seats were drawn for."""
    found, everyone = recruitment_of(assembly_id), desk().members(assembly_id)
    if found is None or found.seated_draw is None:
        raise WrongState("This assembly was seated from a file, so there is nobody to draw from.", "Type who comes.")
    if not any(one.free for one in everyone):
        raise WrongState("No seat is free.", "Mark the member who leaves as withdrawn first.")
    draw_id = desk().request_draw(
        found.id,
        seed=text(fields(), "seed"),
        kind=KIND,
        options={"assembly": assembly_id, **({"accept": True} if text(fields(), "accept") else {})},
        files={"status": ("status.csv", statuses(everyone, drawn(found, "remaining.csv")))},
    )
    jobs().ask(draw_id)
    return done(None, f"/recruit/{found.id}/draws/{draw_id}", {"draw": draw_id})


def statuses(everyone: Iterable[MemberRow], remaining: Iterable[Mapping[str, str]]) -> bytes:
    """Who stays and who is not asked again, as the file that `folkmoot replace` reads.

    >>> statuses([], [{"id": "v7", "selection": "excluded"}, {"id": "v8"}])
    b'id,status\\nv7,withdrawn\\n'
    """
    rows = list(everyone)
    staying = {one.panel_id for one in rows if not one.left}
    left = {one.panel_id for one in rows if one.left} - staying
    barred = {row["id"] for row in remaining if row.get("selection") == "excluded"} - staying
    said = {**dict.fromkeys(left | barred, "withdrawn"), **dict.fromkeys(staying, "confirmed")}
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\n")
    writer.writerows([["id", "status"], *sorted((id_, status) for id_, status in said.items() if id_)])
    return made.getvalue().encode("utf-8")


def newly_drawn(found: Recruitment | None, assembly_id: str, everyone: Iterable[MemberRow]) -> list[Mapping[str, str]]:
    """Who was drawn for the free seats, by the newest replacement draw, and does not sit (or sat) there."""
    held = [one for one in (found.draws if found else ()) if _of(one, assembly_id) and one.state == "done"]
    if not held:
        return []
    sat = {one.panel_id for one in everyone}
    data = desk().draw_files(held[-1].id, ("panel.csv",)).get("panel.csv", b"")
    rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return [row for row in rows if row["id"] not in sat]


def _of(request: DrawRequest, assembly_id: str) -> bool:
    return request.kind == KIND and request.options.get("assembly") == assembly_id
