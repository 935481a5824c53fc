"""People's data: what is deleted when, and everything that is held of one person, to give out and to erase.

What somebody looks for is sent by POST and shown at once, so that no name ever stands in an address.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from facilitation.errors import NotFound
from facilitation.retention import KINDS, Due
from facilitation.times import in_text, moment, on_the_wall
from web.access import Audience, desk, me, only_for_all_assemblies, open_to
from web.doors.joining import done
from web.errors import BadForm
from web.live import dismiss
from web.personal.giving import as_html, as_json, erase, everything
from web.personal.subject import MOST_FOUND, Match, Subject, called, find, subject_of
from web.refused import keep_forms
from web.server.bodies import fields, text

room = Blueprint("personal", __name__, url_prefix="/recruit/personal")
HERE = "/recruit/personal"
PERIODS = (
    ("volunteers", "Volunteers who were not selected", "days after the members are confirmed (the assembly is seated)"),
    ("contacts", "Contacts, answers and needs of members", "days after the last session"),
    ("names", "Names of members", "days after the last session"),
    ("unseated", "Volunteers of a recruitment from which nobody was seated", "days after it began"),
)


@room.get("")
@open_to(Audience.RECRUITER)
def overview(found: list[Match] | None = None) -> ResponseReturnValue:
    """What is deleted when; the periods; find a person."""
    now = datetime.now(UTC)
    rows = [
        {"due": due, "day": "" if due.at is None else f"{on_the_wall(due.at):%-d %B %Y}", "now": due.is_due(now)}
        for due in desk().retention()
        if me().assembly_id in (None, _assembly_of(due))
    ]
    shown = {"rows": rows, "kinds": KINDS, "periods": desk().periods().as_json(), "fields": PERIODS}
    more = max(0, len(found or ()) - MOST_FOUND)
    return render_template("recruit/personal.html", **shown, found=found and found[:MOST_FOUND], more=more)


@room.post("/find")
@open_to(Audience.RECRUITER)
def look_up() -> ResponseReturnValue:
    """Everybody in whose data this stands. Changes nothing."""
    wanted = text(fields(), "wanted")
    if len(wanted) < 2:
        raise BadForm("Type at least two letters or digits.", "A part of a name, an e-mail address or an id will do.")
    return overview(find(desk(), wanted, me().assembly_id))


@room.post("/periods")
@open_to(Audience.RECRUITER)
def periods() -> ResponseReturnValue:
    """How long personal data is kept from now on. Nothing is deleted by this."""
    only_for_all_assemblies()
    desk().set_periods(fields())
    return done(None, HERE)


@room.post("/due")
@open_to(Audience.RECRUITER)
def delete_due() -> ResponseReturnValue:
    """Delete what is due. Sent twice, nothing is left for the second."""
    only_for_all_assemblies()
    _confirmed("delete")
    desk().delete_due()
    return done(None, HERE)


@room.app_template_test("moment")
def is_moment(value: object) -> bool:
    """Is this one of our moments? What people wrote about themselves may look like one.

    >>> is_moment("2027-07-06T10:00:09.000Z"), is_moment("2027-99-06T10:00:09.000Z"), is_moment("Zoe")
    (True, False, False)
    """
    if not isinstance(value, str) or not value.endswith("Z"):
        return False
    try:
        on_the_wall(moment(value))
        return in_text(moment(value)) == value
    except (ValueError, OverflowError):  # the very first day has no yesterday in London
        return False


@room.get("/of/<path:handle>")
@open_to(Audience.RECRUITER)
def person(handle: str) -> ResponseReturnValue:
    """Everything that is held of this person."""
    subject = _subject(handle)
    held = everything(desk(), subject)
    names = [str(one["name"]) for one in held["as a member"]]
    names += [called(one["row"]) for one in held["as a volunteer"][:1]]
    name = next(filter(None, names), "Somebody without a name")
    return render_template("recruit/person.html", handle=subject.handle, held=held, name=name)


@room.get("/held.<kind>/<path:handle>")
@open_to(Audience.RECRUITER)
def held(kind: str, handle: str) -> ResponseReturnValue:
    """The same as a file to give to the person: held.json or held.html."""
    if kind not in ("json", "html"):
        raise NotFound("It is there as json and as html.", "Choose one of the two links.")
    told = everything(desk(), _subject(handle))
    data = as_json(told) if kind == "json" else as_html(told)
    response = Response(data, mimetype="application/json" if kind == "json" else "text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="held-{in_text(datetime.now(UTC))[:10]}.{kind}"'
    return response


@room.post("/erase/<path:handle>")
@open_to(Audience.RECRUITER)
def forget(handle: str) -> ResponseReturnValue:
    """Erase this person. To press twice is fine: there is nothing left."""
    _confirmed("erase")
    subject = _subject(handle)
    erase(desk(), subject)
    for member in subject.members:
        dismiss(member)
    return done(None, f"{HERE}?erased=1")


def _subject(handle: str) -> Subject:
    """The person; one of another assembly is not found by a recruiter of one assembly."""
    subject = subject_of(desk(), handle)
    if not _may_see(subject):
        raise NotFound(f"Nobody has the handle {handle[:60]}.", "Find the person by name, e-mail or id first.")
    return subject


def _assembly_of(due: Due) -> str | None:
    return desk().recruitment(due.thing).assembly_id if due.kind == "volunteers" else due.thing


def _may_see(subject: Subject) -> bool:
    return me().assembly_id in (None, subject.assembly)


def _confirmed(word: str) -> None:
    if text(fields(), "word").strip().casefold() != word:
        raise BadForm(f"The word “{word}” was not typed.", f"Type {word}, or leave everything as it is.")


keep_forms(room, {"look_up": overview, "periods": overview, "delete_due": overview, "forget": person})
