"""For administrators: who has which role in which assembly; invite, give, take, sign out, remove. No JavaScript."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import Held
from web.access import Audience, desk, me, open_to
from web.accounts import WITH_AN_ACCOUNT, hang_up
from web.doors.joining import done
from web.errors import BadForm
from web.qr import address, square
from web.server.bodies import fields, text

room = Blueprint("staff", __name__, url_prefix="/staff")
ROLE_WORDS = {"administrator": "Administrator", "recruiter": "Recruiter", "facilitator": "Facilitator"}
ACTS = {
    "invited": "invited somebody as", "given": "gave", "lost": "took away", "removed": "removed the account",
    "renewal": "made a link for a new password", "renewed": "chose a new password", "device": "signed a device in as",
    "device-out": "signed a device out as",
}  # fmt: skip


@room.get("")
@open_to(Audience.ADMINISTRATOR)
def staff() -> ResponseReturnValue:
    """Everyone who has an account, with roles and last use; devices without one; who was given or lost what."""
    seen = desk().staff()
    names = {one.id: one.name for one in seen.people}
    return render_template(
        "accounts/staff.html", staff=seen, names=names, words=ROLE_WORDS, acts=ACTS, places=dict(seen.assemblies),
        mine=me().account,
    )  # fmt: skip


@room.post("/invite")
@open_to(Audience.ADMINISTRATOR)
def invite() -> ResponseReturnValue:
    """A one-time link by which somebody sets up an account, or takes one more role up; shown once."""
    held = _held("")
    return _link(desk().invite(me(), held.role, held.assembly_id), f"Invite a new {held.role}")


@room.post("/<account>/give")
@open_to(Audience.ADMINISTRATOR)
def give(account: str) -> ResponseReturnValue:
    """One more role. To give it twice changes nothing."""
    desk().give_role(me(), _held(account))
    return _back(account)


@room.post("/<account>/take")
@open_to(Audience.ADMINISTRATOR)
def take(account: str) -> ResponseReturnValue:
    """One role less, on all devices in the same moment. Twice changes nothing."""
    hang_up(desk().take_role(me(), _held(account)))
    return _back(account)


@room.post("/<account>/out")
@open_to(Audience.ADMINISTRATOR)
def out(account: str) -> ResponseReturnValue:
    """Signed out on all devices; whoever it is signs in again."""
    hang_up(desk().sign_out_everywhere(me(), account))
    return _back(account)


@room.post("/<account>/renew")
@open_to(Audience.ADMINISTRATOR)
def renew(account: str) -> ResponseReturnValue:
    """A one-time link for a new password and new digits, shown once."""
    return _link(desk().renewal_link(me(), account), f"A new password for {desk().account(account).name}")


@room.post("/<account>/remove")
@open_to(Audience.ADMINISTRATOR)
def remove(account: str) -> ResponseReturnValue:
    """The account is gone, with its name. The form asks to be sure, since nothing brings it back."""
    if not text(fields(), "sure"):
        raise BadForm("Are you sure?", "Tick “Remove for good”, then press the button again. Nothing was changed.")
    hang_up(desk().remove_account(me(), account))
    return done(None, "/staff")


@room.post("/devices/<token_id>/out")
@open_to(Audience.ADMINISTRATOR)
def device_out(token_id: str) -> ResponseReturnValue:
    """A device without an account opens nothing any more. Twice changes nothing."""
    hang_up(desk().revoke_device(me(), token_id))
    return done(None, "/staff#devices")


def _held(account: str) -> Held:
    """“role” or “role:assembly”, as the form's choices say it."""
    role, _, assembly_id = text(fields(), "role").partition(":")
    if role not in WITH_AN_ACCOUNT:
        raise BadForm("This is no role of an account.", f"Choose one of: {', '.join(WITH_AN_ACCOUNT)}.")
    return Held(account, role, assembly_id or None)


def _link(code: str, heading: str) -> ResponseReturnValue:
    here = address()
    link = f"{here.base}/sign-in/{code}"
    seen = {"heading": heading, "link": link, "only_here": here.only_here}
    return render_template("accounts/link.html", **seen, qr=square(link, "QR code: one-time link"))


def _back(account: str) -> ResponseReturnValue:
    return done(None, f"/staff#account-{account}")
