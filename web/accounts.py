"""Signing in with an account: the form, the set-up by an invitation, the rooms of an account, and being signed out.

A browser that has signed in holds one token for the account and one for each of its roles; all end together. Who was
signed out while typing finds what they typed again after signing in, and sends it with one press: it travels with the
form and is kept nowhere. Everything works without JavaScript, and pasting is welcome everywhere (WCAG 3.3.8).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, g, jsonify, make_response, render_template, request, session
from flask.typing import ResponseReturnValue

from facilitation import totp
from facilitation.desk import Setup, SignedIn
from facilitation.errors import Refusal
from facilitation.passwords import check_password, folded_name
from web import live, passwords
from web.access import SECRETS, Audience, desk, forget, me, open_to, remember, settings
from web.doors.joining import done, home_of
from web.errors import Denied, told, wants_json
from web.guessing import try_code
from web.qr import address, square
from web.server.bodies import fields, text

room = Blueprint("accounts", __name__)
WITH_AN_ACCOUNT: Final = ("administrator", "recruiter", "facilitator")
"""Who needs an account where accounts are asked for; the guests of one day come by a link alone."""
KEPT: Final = "kept:"


def needs_account(role: str) -> bool:
    """Does an invitation to this role set up an account here? An administrator's always does."""
    return role == Audience.ADMINISTRATOR or (bool(settings().accounts) and role in WITH_AN_ACCOUNT)


# ------------------------------------------------------------------------------------------------ signing in


@room.get("/sign-in")
@open_to(Audience.ANYONE)
def sign_in_form() -> ResponseReturnValue:
    """Name, password, six digits."""
    return _form(back=request.args.get("back", ""))


@room.post("/sign-in")
@open_to(Audience.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Let somebody in, to where they were going; or say that something is not right, and not what."""
    sent = fields()
    name, back = text(sent, "name"), text(sent, "back")
    try:
        attempt = desk().begin_sign_in(name, _browser_of(name))
        right = passwords.matches(attempt.password, text(sent, "password"))
        entered = desk().sign_in(attempt, text(sent, "digits"), settings().secret, matches=right)
    except Refusal as no:
        if wants_json():
            raise
        what = told(no)
        return make_response(_form(name=name[:200], back=back, problem=what, kept=_kept()), what.status, what.headers)
    _let_in(entered, name)
    if kept := _kept():
        return render_template("accounts/again.html", kept=kept, back=_local(back))
    return done(None, _local(back) or _first_room())


def _form(**seen: Any) -> str:
    return render_template("accounts/sign_in.html", **{"accounts": settings().accounts, "kept": [], **seen})


def _browser_of(name: str) -> str:
    """The secret of a browser that this account has signed in with before; its tries are counted apart."""
    return str(session.get("browser", "")) if _mark(name) in session.get("knows", []) else ""


def _mark(name: str) -> str:
    return hashlib.sha256(folded_name(name).encode()).hexdigest()[:16]


def _let_in(entered: SignedIn, name: str) -> None:
    """New tokens for this browser and a new CSRF token; what it held of an account before is revoked."""
    held: dict[str, str] = session.get("devices", {})
    before = {role: desk().held_before(token) for role, token in held.items()}
    for role, known in before.items():
        if known is not None and known.account is not None:
            for token in forget(role):
                hang_up(desk().sign_out(token))
    remember(Audience.SIGNED_IN, entered.token)
    session["browser"] = session.get("browser") or secrets.token_hex(16)
    session["knows"] = [_mark(name), *(one for one in session.get("knows", []) if one != _mark(name))][:8]
    rooms = desk().rooms(entered.account)
    for role in {one.role for one in rooms}:
        choices = [one.assembly_id for one in rooms if one.role == role]
        last = before.get(role)
        again = [last.assembly_id] if last is not None and last.assembly_id in choices else choices
        if len(again) == 1:
            remember(role, desk().enter_room(entered.token, role, again[0]))
    g.entered = entered.account


def _first_room() -> str:
    rooms = desk().rooms(str(g.entered))
    return _home(rooms[0].role, rooms[0].assembly_id) if len(rooms) == 1 else "/rooms"


def _home(role: str, assembly_id: str | None) -> str:
    return home_of(role, live.present_session(assembly_id))


def _local(back: str) -> str:
    """An address of this server, or nothing: nobody is led elsewhere."""
    fine = back.startswith("/") and not back.startswith(("//", "/\\")) and not any(ord(sign) < 33 for sign in back)
    return back[:2000] if fine else ""


def _kept() -> list[tuple[str, str]]:
    """What somebody had typed into the form that came too late."""
    return [
        (name.removeprefix(KEPT), value)
        for name in request.form
        if name.startswith(KEPT) and name.removeprefix(KEPT) not in SECRETS
        for value in request.form.getlist(name)
    ]


# ------------------------------------------------------------------------------------------------ rooms


@room.get("/rooms")
@open_to(Audience.SIGNED_IN)
def rooms() -> ResponseReturnValue:
    """The roles of this account; its password, its recovery codes, where else it is signed in, and the way out."""
    return _rooms()


def _rooms(problem: object = None, asked: str = "password") -> str:
    """`asked` is the field in which the current password was asked for."""
    known = me()
    account = desk().account(str(known.account))
    seen = {"browsers": desk().browsers(account.id), "here": known.family, "problem": problem, "asked": asked}
    return render_template("accounts/rooms.html", account=account, rooms=desk().rooms(account.id), **seen)


@room.post("/rooms/enter")
@open_to(Audience.SIGNED_IN)
def enter() -> ResponseReturnValue:
    """Take up one role, in one assembly."""
    sent = fields()
    role, assembly_id = text(sent, "role"), text(sent, "assembly") or None
    token = desk().enter_room(session.get("devices", {}).get(Audience.SIGNED_IN, ""), role, assembly_id)
    for old in forget(role):
        desk().revoke(old)
    remember(role, token)
    return done(None, _home(role, assembly_id))


@room.get("/rooms/left")
@open_to(Audience.SIGNED_IN)
def left() -> ResponseReturnValue:
    """For the page's script: how many seconds are left. To ask is no use of the page."""
    return jsonify({"left": desk().seconds_left(me().token_id)})


@room.post("/rooms/stay")
@open_to(Audience.SIGNED_IN)
def stay() -> ResponseReturnValue:
    """Somebody is at the page."""
    desk().touch([me().token_id])
    return done(None, "/rooms", {"left": desk().seconds_left(me().token_id)})


@room.post("/rooms/password")
@open_to(Audience.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Another password; every other browser of this account is signed out."""
    sent, known = fields(), me()
    account = desk().account(str(known.account))
    try:
        _asked_again(account.name, sent)
        _check_new(sent, account.name)
        hang_up(desk().change_password(account.id, passwords.ground(text(sent, "new")), str(known.family)))
    except (Refusal, Wrong) as no:
        return _refused(no)
    return done(None, "/rooms?changed=1")


def _asked_again(name: str, sent: dict[str, Any]) -> None:
    """Whoever changes what guards an account shows that they know its password: a laptop may have been left alone."""
    attempt = desk().begin_sign_in(name, _browser_of(name))
    if not passwords.matches(attempt.password, text(sent, "password")):
        raise Wrong("The current password is not right.", "Type it again. Nothing was changed.")
    desk().forget_tries(attempt)


def _refused(no: Exception, asked: str = "password") -> ResponseReturnValue:
    if wants_json():
        raise no
    what = told(no)
    return make_response(_rooms(what, asked), what.status, what.headers)


@room.post("/rooms/codes")
@open_to(Audience.SIGNED_IN)
def new_codes() -> ResponseReturnValue:
    """Ten recovery codes instead of those from before, shown once; the password is asked for again."""
    account = desk().account(str(me().account))
    try:
        _asked_again(account.name, fields())
    except (Refusal, Wrong) as no:
        return _refused(no, "codes-password")
    return render_template("accounts/codes.html", codes=desk().new_recovery_codes(account.id), on="/rooms")


@room.post("/rooms/browsers/<token_id>/out")
@open_to(Audience.SIGNED_IN)
def browser_out(token_id: str) -> ResponseReturnValue:
    """Sign another browser of one's own account out. Twice changes nothing."""
    hang_up(desk().sign_browser_out(str(me().account), token_id))
    return done(None, "/rooms#browsers")


@room.post("/rooms/everywhere")
@open_to(Audience.SIGNED_IN)
def everywhere() -> ResponseReturnValue:
    """Sign this account out on all devices, this one, too."""
    hang_up(desk().sign_out_everywhere(me(), str(me().account)))
    return done(None, "/sign-in")


def hang_up(token_ids: Sequence[str]) -> None:
    """The sockets of these tokens are closed; their pages ask why, and are told."""
    for token_id in token_ids:
        live.go_dark(token_id)


# ------------------------------------------------------------------------------------------------ setting up


class Wrong(Denied):
    """Something typed into a form of an account is not right."""

    code, status = "bad-request", 400


def set_up_form(code: str, problem: object = None) -> ResponseReturnValue:
    """An invitation to an account: a name, a password, the square for the app, and its first six digits."""
    invited = try_code(lambda: desk().invitation(code))
    number, sent = _number(code), request.form
    secret = totp.secret_of(settings().secret, number)
    name = desk().account(invited.account).name if invited.account else sent.get("name", "")[:200]
    square_of = totp.address_of(secret, name or "staff", f"Folkmoot {address().base.partition('://')[2]}")
    seen = {"role": invited.role, "renewal": bool(invited.account), "name": name, "problem": problem, "code": code}
    letters = totp.in_letters(secret)
    spaced = " ".join(letters[n : n + 4] for n in range(0, len(letters), 4))
    already = bool(session.get("devices", {}).get(Audience.SIGNED_IN)) and not invited.account
    return render_template(
        "accounts/set_up.html", **seen, already=already, letters=spaced, qr=square(square_of, "QR code for the app")
    )


@room.post("/sign-in/<code>")
@open_to(Audience.ANYONE)
def follow_link(code: str) -> ResponseReturnValue:
    """Use a one-time link up. Only this POST does: a mail programme that previews the page does not burn the link."""
    invited = try_code(lambda: desk().invitation(code))
    if invited.account is not None or needs_account(invited.role):
        return set_up(code)
    token = try_code(lambda: desk().redeem_link(code))
    known = desk().identify(token)
    assert known is not None, "a token that was just given is known"
    remember(known.role, token)
    return done(None, home_of(known.role, known.session_id or live.present_session(known.assembly_id)))


def set_up(code: str) -> ResponseReturnValue:
    """Make the account, or renew it; nothing is used up where something is refused."""
    sent, invited = fields(), try_code(lambda: desk().invitation(code))
    if "accept" in sent:
        desk().accept(code, session.get("devices", {}).get(Audience.SIGNED_IN, ""))
        return done(None, "/rooms")
    name = desk().account(invited.account).name if invited.account else text(sent, "name")
    try:
        _check_new(sent, name)
        typed = Setup(name, passwords.ground(text(sent, "new")), _number(code), text(sent, "digits"))
        entered, codes = desk().set_up(code, typed, settings().secret)
    except (Refusal, Wrong) as no:
        what = told(no)
        return make_response(set_up_form(code, what), what.status)
    _let_in(entered, name)
    return render_template("accounts/codes.html", codes=codes, on=_first_room())


def _check_new(sent: dict[str, Any], name: str) -> None:
    check_password(text(sent, "new"), name)
    if text(sent, "new") != text(sent, "again"):
        raise Wrong("The two passwords are not the same.", "Type the new one twice.")


def _number(code: str) -> str:
    """The number of an account to be: from the link, so that the square is the same when the page is loaded again."""
    return hashlib.sha256(b"number of " + code.encode()).hexdigest()[:32]
