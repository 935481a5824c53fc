"""The quotas of a recruitment, changed on its page: a repair applied, quotas locked, earlier editions looked at.

Every change keeps the file that was there before, with who did what. A page carries the number of the edition it shows,
so that what is sent twice, or by two recruiters at once, is done once and the other is told to look again.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

from flask import Blueprint
from flask.typing import ResponseReturnValue

from facilitation.desk import QuotasChange
from facilitation.errors import NotFound, WrongState
from web.access import Audience, desk, me, open_to
from web.checks import Checked
from web.doors.joining import done
from web.errors import BadForm
from web.recruit.downloads import download
from web.recruit.recruitments import checked_now, recruitment
from web.refused import keep_forms
from web.server.bodies import fields, whole

room = Blueprint("quotas", __name__, url_prefix="/recruit/<recruitment_id>")
LOOK_AGAIN = "Look at the quotas below and choose again."
LONGEST_WORDS = 500


@room.get("/quotas/<number>")
@open_to(Audience.RECRUITER)
def edition(recruitment_id: str, number: str) -> ResponseReturnValue:
    """The quotas as they were, byte for byte."""
    with contextlib.suppress(ValueError):
        name, data = desk().quotas_edition(recruitment_id, int(number))
        ending = "xlsx" if name.lower().endswith(".xlsx") else "csv"
        return download(data, f"quotas-{int(number)}.{ending}")
    raise NotFound("There is no such edition of the quotas.", "Choose one from the recruitment's page.")


keep_forms(room, {}, otherwise=lambda recruitment_id, **_others: recruitment(recruitment_id))


@room.post("/repairs/<key>")
@open_to(Audience.RECRUITER)
def repair(recruitment_id: str, key: str) -> ResponseReturnValue:
    """Apply a repair and check again. Sent twice, the second is refused (409): the quotas are repaired already."""
    for one in _checked(recruitment_id).repairs:
        if one["key"] == key and (one["quotas"] or one["panel_size"]):
            words = f"applied a repair: {one['sentence']}"[:LONGEST_WORDS]
            file = one["quotas"].encode("utf-8") if one["quotas"] else None
            return _change(recruitment_id, QuotasChange(words, file, one["panel_size"]))
    raise WrongState("This repair does not belong to the quotas as they are now.", LOOK_AGAIN)


@room.post("/locks")
@open_to(Audience.RECRUITER)
def lock(recruitment_id: str) -> ResponseReturnValue:
    """Lock the ticked quotas against repairs and free the others. Sent twice, the second is refused (409)."""
    from sortition.quotas import Quotas
    from sortition.reading.quota_file import (  # here and not above: a server starts faster without
        read_quotas,
        write_quotas,
    )

    sent = fields().get("locked", [])
    ticked = {sent} if isinstance(sent, str) else set(map(str, sent))
    quotas = read_quotas("quotas.csv", _checked(recruitment_id).quotas_file.encode("utf-8"))
    locked = Quotas(tuple(replace(row, locked=str(n) in ticked) for n, row in enumerate(quotas.rows)))
    names = ", ".join(f"{row.feature}={row.value}" for row in locked.rows if row.locked)
    words = f"locked {names}" if names else "unlocked all quotas"
    return _change(recruitment_id, QuotasChange(words[:LONGEST_WORDS], write_quotas(locked)))


def _checked(recruitment_id: str) -> Checked:
    checked = checked_now(desk().recruitment(recruitment_id))
    if checked is None or not checked.quotas:
        raise WrongState("There are no quotas that can be read.", "Upload both files first.")
    return checked


def _change(recruitment_id: str, change: QuotasChange) -> ResponseReturnValue:
    seen = whole(fields(), "edition")
    if seen is None:
        raise BadForm("The form does not say which quotas it was made for.", "Load the page again.")
    desk().change_quotas(recruitment_id, change, seen=seen, actor=f"recruiter:{me().token_id}")
    return done(None, f"/recruit/{recruitment_id}")
