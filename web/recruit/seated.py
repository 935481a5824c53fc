"""Where the members of a seated assembly came from: its recruitment, and the tables of the draw that was seated."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from facilitation.desk import Recruitment
from web.access import desk

Volunteer = Mapping[str, str]


def recruitment_of(assembly_id: str) -> Recruitment | None:
    """The recruitment of which this assembly was seated; None where it was seated from a file."""
    return next((one for one in desk().recruitments() if one.assembly_id == assembly_id), None)


def drawn(found: Recruitment | None, name: str) -> list[Volunteer]:
    """A table of the draw whose panel was seated; empty where there is none, or its files were erased."""
    if found is None or found.seated_draw is None:
        return []
    files = desk().draw_files(found.seated_draw, (name, f"private/{name}"))
    data = next(iter(files.values()), b"")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
