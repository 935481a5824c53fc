"""Quotas from shares of the population: a census file in, quotas with a sentence for each out, and then “use these”."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import QuotasChange, Recruitment
from facilitation.errors import WrongState
from web.access import Audience, desk, me, open_to
from web.census import Wish, propose
from web.children import Upload
from web.doors.joining import done
from web.errors import BadForm
from web.recruit.recruitments import uploaded
from web.refused import keep_forms
from web.server.bodies import fields, whole
from web.settings import UPLOAD_LIMIT

room = Blueprint("shares", __name__, url_prefix="/recruit/<recruitment_id>")
MOST = 100_000


@room.get("/shares")
@open_to(Audience.RECRUITER)
def shares(recruitment_id: str) -> ResponseReturnValue:
    """The form, and what the shares of the last upload amount to."""
    found = desk().recruitment(recruitment_id)
    wish = _wish(found)
    offer = propose(wish) if wish else None
    return render_template("recruit/shares.html", found=found, wish=wish, offer=offer)


keep_forms(room, {"count": shares, "use": shares})


@room.post("/shares")
@open_to(Audience.RECRUITER, body_limit=UPLOAD_LIMIT + 64 * 1024)
def count(recruitment_id: str) -> ResponseReturnValue:
    """Keep the shares and show what they amount to; nothing counts yet. To send the same again is fine."""
    sent, held = fields(), desk().aside(recruitment_id)
    file = uploaded("shares") or held.get("shares")
    if file is None:
        raise BadForm("The file of the shares is missing.", "Choose a CSV or XLSX file.")
    terms = {name: _number(sent, name, least) for name, least in (("size", 1), ("slack", 0), ("flex", 0))}
    desk().put_aside(recruitment_id, {"shares": file, "terms": ("terms.json", json.dumps(terms).encode())})
    return done(None, f"/recruit/{recruitment_id}/shares")


@room.post("/shares/use")
@open_to(Audience.RECRUITER)
def use(recruitment_id: str) -> ResponseReturnValue:
    """Make these the quotas of the recruitment. Sent twice, the second is refused (409): they have changed since."""
    found = desk().recruitment(recruitment_id)
    wish, seen = _wish(found), whole(fields(), "edition")
    offer = propose(wish) if wish else None
    if wish is None or offer is None or not offer.quotas_file:
        raise WrongState("There are no quotas to use.", "Upload the shares first.")
    if seen is None:
        raise BadForm("The form does not say which quotas it was made for.", "Load the page again.")
    what = f"made from {wish.shares.name}, panel of {wish.size}, slack {wish.slack}, flex {wish.flex}"
    change = QuotasChange(what, offer.quotas_file.encode("utf-8"), wish.size)
    desk().change_quotas(recruitment_id, change, seen=seen, actor=f"recruiter:{me().token_id}")
    return done(None, f"/recruit/{recruitment_id}")


def _number(sent: dict[str, Any], name: str, least: int) -> int:
    number = whole(sent, name, default=0 if least == 0 else None)
    if number is None or not least <= number <= MOST:
        raise BadForm(f"The {name} must be a whole number from {least} to {MOST:,}.", "Type digits only.")
    return number


def _wish(found: Recruitment) -> Wish | None:
    """What was put aside, with the volunteers of the recruitment as far as they are there."""
    aside = desk().aside(found.id)
    if not {"shares", "terms"} <= set(aside):
        return None
    pool = desk().files(found.id).get("pool")
    return Wish(Upload(*aside["shares"]), **json.loads(aside["terms"][1]), pool=Upload(*pool) if pool else None)
