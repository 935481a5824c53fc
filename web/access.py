"""Who is this device, and may it come in? Deny by default: a view without `@open_to` answers nobody.

A device shows itself by `Authorization: Bearer TOKEN` or by this server's signed cookie. The cookie may hold one token
for each role (on a laptop the same browser is facilitator, recruiter and member), and the view's own `@open_to` says
which of them counts. A request that a cookie identifies and that changes something must also carry the CSRF token
and come from this origin; a Bearer request needs neither, since no browser adds that header by itself.

A facilitator acts on the sessions and rounds of their own assembly, a member on those of their own session, a recruiter
of one assembly on that one and its recruitment: checked here, for every route that names one of these.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue

from facilitation.desk import Desk, Identity
from facilitation.errors import NotFound
from web.errors import NotForYou, NotSignedIn, SessionOver, WrongOrigin, wants_json
from web.guessing import Tries
from web.settings import BODY_LIMIT, Settings

P = ParamSpec("P")
R = TypeVar("R")
SAFE = ("GET", "HEAD", "OPTIONS")
PARKED_FROM = ("/m/needs", "/m/items")
"""Pages that a tablet does not show when its member's seat is in use on another one; /m says so."""
SEEN = "kiosk_seen"
AWAY_AFTER, SEEN_EVERY = 100, 10  # seconds
USE_NOTED_EVERY, MOST_NOTED = 60, 1000  # seconds; tokens
SECRETS = ("password", "new", "again", "digits")
"""Fields of our forms that hold what only one person knows: they are never carried from page to page."""
CSRF_HEADERS = ("X-CSRF-Token", "X-CSRF")


class Audience(StrEnum):
    """For whom a view is open. All but ANYONE are roles of a device."""

    ANYONE = "anyone"
    MEMBER = "member"
    FACILITATOR = "facilitator"
    RECRUITER = "recruiter"
    DISPLAY = "display"
    SCRUTINEER = "scrutineer"
    OBSERVER = "observer"
    HOST = "host"
    KIOSK = "kiosk"
    ADMINISTRATOR = "administrator"
    SIGNED_IN = "staff"


def open_to(
    *audiences: Audience, cookie: bool = True, body_limit: int = BODY_LIMIT, looks: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say for whom a view is open. `cookie=False`: the view never looks at the cookie, so no CSRF token is needed.

    `looks`: members come to this open page, so it has their looks and languages (web/looks.py).
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        # the law of a view stands on the view itself; functions take attributes, though their type does not say so
        vars(view).update(open_to=frozenset(audiences), reads_cookie=cookie, body_limit=body_limit, looks=looks)
        return view

    return mark


def init_access(app: Flask) -> None:
    """Put the door-keeper before every view, and the CSRF token into every template."""
    app.before_request(keep_the_door)
    app.jinja_env.globals.update(csrf_token=csrf_token, new_key=lambda: str(uuid.uuid4()), is_shared=is_shared)
    app.jinja_env.globals.update(is_taken=is_taken, has_account=has_account)
    app.extensions.update(accounts_seen={}, tries=Tries(), places=Places(app.extensions["desk"]))


def desk() -> Desk:
    """The one door into the assembly house."""
    return cast(Desk, current_app.extensions["desk"])


def settings() -> Settings:
    """Where this server lives."""
    return cast(Settings, current_app.extensions["settings"])


def identity() -> Identity | None:
    """Who opened this view: the role that the view is open to, or None for anyone."""
    return cast("Identity | None", g.get("identity"))


def me() -> Identity:
    """Who opened this view, where the view is open to roles only."""
    known = identity()
    if known is None:
        raise NotSignedIn
    return known


def keep_the_door() -> ResponseReturnValue | None:
    """Before every view: is it open to this device? Answers 401, 403 or nothing; a member's page sends to /join."""
    if request.routing_exception is not None:
        return None  # Flask answers 404 or 405 by itself
    view = current_app.view_functions[request.endpoint or ""]
    audiences: frozenset[Audience] = getattr(view, "open_to", frozenset())
    request.max_content_length = request.max_form_memory_size = getattr(view, "body_limit", BODY_LIMIT)
    reads_cookie = getattr(view, "reads_cookie", True)
    if not audiences:
        raise NotForYou
    if Audience.ANYONE not in audiences:
        g.identity = _who(audiences)
        if g.identity is None:
            if audiences == {Audience.MEMBER} and request.method in SAFE and not wants_json():
                return redirect("/kiosk" if is_shared() else "/join")
            raise NotSignedIn
    if request.method not in SAFE and reads_cookie and bearer() is None:
        _check_origin()
    if g.get("identity") is not None:
        _in_use(g.identity)
        _check_own(g.identity)
        if g.identity.role == Audience.MEMBER and bearer() is None and is_shared() and _has_gone():
            if request.method in SAFE and not wants_json():
                return redirect("/kiosk")
            raise NotSignedIn
        if g.identity.parked and request.method in SAFE and request.path.startswith(PARKED_FROM):
            return redirect("/m")
    return None


# ------------------------------------------------------------------------------------------------ devices


def bearer() -> str | None:
    """The token of the header `Authorization: Bearer`."""
    return bearer_in(request.headers.get("Authorization", ""))


def bearer_in(header: str) -> str | None:
    """The token in this header `Authorization`."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _who(audiences: frozenset[Audience]) -> Identity | None:
    """The device that knocks. A Bearer token of another role is told so; a cookie may hold the role asked for."""
    token = bearer()
    if token is not None:
        known = desk().identify(token)
        if known is not None and known.role not in audiences:
            raise NotForYou
        if known is None:
            desk().say_farewell(token)
        return known
    for role in _roles_to_try(audiences):
        known = _of_cookie(role)
        if known is not None:
            return known
    if Audience.MEMBER in audiences and (held := session.get("devices", {}).get(Audience.MEMBER)):
        desk().say_farewell(held)
    held = session.get("devices", {}).keys() - {Audience.MEMBER.value, Audience.KIOSK.value}
    if any(role in held and _of_cookie(role) is None for role in audiences):
        _keep_what_was_typed()
        raise SessionOver
    if devices().keys() - {Audience.KIOSK.value}:
        raise NotForYou
    return None


def _keep_what_was_typed() -> None:
    """Remember the form that came too late, for the page that asks to sign in again; only a form of our own page.

    A password is not kept: what stands in a page stands in the browser's memory of it, and in what a stranger sees
    who opens it on a laptop that was left alone.
    """
    if request.method != "POST" or request.is_json:
        return
    with contextlib.suppress(WrongOrigin):  # what another page sends in our name is nobody’s typing
        _check_origin()
        left_out = ("csrf_token", *SECRETS)
        g.typed = [(name, one) for name in request.form for one in request.form.getlist(name) if name not in left_out]
        g.secrets = not request.form.keys().isdisjoint(SECRETS)


def _in_use(known: Identity) -> None:
    """A page of the staff is a use of its account; a script that asks how long is left is none."""
    if known.account is None or request.path == "/rooms/left":
        return
    seen: dict[str, float] = current_app.extensions["accounts_seen"]
    if seen.get(known.token_id, 0.0) < time.monotonic() - USE_NOTED_EVERY:
        if len(seen) > MOST_NOTED:
            seen.clear()
        seen[known.token_id] = time.monotonic()
        desk().touch([known.token_id])


def _roles_to_try(audiences: frozenset[Audience]) -> list[Audience]:
    """The roles that the view is open to; `?audience=` picks one where a browser holds several."""
    asked = audience_role(request.args.get("audience", ""))
    return [role for role in Audience if role in audiences and asked in ("", role)]


def audience_role(audience: str) -> str:
    """The role whose screen this is: the hall's screen is opened by the role display."""
    return Audience.DISPLAY.value if audience == "hall" else audience


def _of_cookie(role: str) -> Identity | None:
    token = session.get("devices", {}).get(role)
    known = desk().identify(token) if token else None
    return known if known is not None and known.role == role else None


def devices() -> dict[str, Identity]:
    """The roles that this browser's cookie holds, each with its identity; tokens that were revoked fall away."""
    held: dict[str, str] = session.get("devices", {})
    return {role: known for role in held if (known := _of_cookie(role)) is not None}


def sees_columns(assembly_id: str) -> bool:
    """Is this browser a recruiter's, too? Only recruiters see what volunteers said of themselves."""
    known = devices().get(Audience.RECRUITER) if bearer() is None else None
    return known is not None and known.assembly_id in (None, assembly_id)


def held_devices() -> frozenset[str]:
    """The roles whose tokens this browser's cookie holds, whether or not they open anything still."""
    return frozenset(session.get("devices", {}))


def is_shared() -> bool:
    """Is this a tablet that members use one after another (`web.kiosk`)?"""
    return Audience.KIOSK in session.get("devices", {}) and _of_cookie(Audience.KIOSK) is not None


def _has_gone() -> bool:
    """Has nobody been at this shared tablet for so long that its page cannot be open any more? Then the turn is over.

    A page that is open ends the turn by itself (js/kiosk.js), and says so often that somebody is there; a paper that
    was opened in its place says nothing, and “back” from it must not lead to whoever has gone.
    """
    now, seen = int(time.time()), session.get(SEEN, 0)
    if abs(now - seen) > AWAY_AFTER:  # the clock may have been set back
        for token in forget(Audience.MEMBER):
            desk().revoke(token)
        return True
    if abs(now - seen) > SEEN_EVERY:
        session[SEEN] = now
    return False


def has_account() -> bool:
    """Has somebody of the staff signed in here with an account? Then its pages warn before they end."""
    return Audience.SIGNED_IN in session.get("devices", {})


def is_taken() -> bool:
    """Is somebody signed in on this tablet as a member?"""
    return Audience.MEMBER in session.get("devices", {})


def remember(role: str, token: str) -> None:
    """Keep this role's token in the browser's cookie, and begin a new CSRF token: who signs in starts afresh."""
    session["devices"] = {**session.get("devices", {}), role: token}
    session["csrf"] = secrets.token_urlsafe(24)
    session.permanent = True


def forget(role: str | None) -> list[str]:
    """Drop one role (or all) from the browser's cookie; returns the tokens, for the caller to revoke."""
    held: dict[str, str] = session.get("devices", {})
    gone = [token for kept, token in held.items() if role in (None, kept)]
    session["devices"] = {kept: token for kept, token in held.items() if token not in gone}
    g.member_left = Audience.MEMBER in held and Audience.MEMBER not in session["devices"]
    return gone


def device_of_socket(token: object, audience: object) -> Identity | None:
    """Who opens a socket: the token of its `auth` or of its header, or the cookie of the page it was opened from."""
    token = token or bearer()
    if isinstance(token, str) and token:
        return desk().identify(token)
    if isinstance(audience, str) and audience:
        return _of_cookie(audience_role(audience))
    mine = devices()
    return next((mine[role] for role in Audience if role in mine), None)


# ------------------------------------------------------------------------------------------------ CSRF


def csrf_token() -> str:
    """The token of this browser's session; pages put it into every form and into `<meta name="csrf-token">`."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return cast(str, session["csrf"])


def _check_origin() -> None:
    """A browser's POST must carry the token of its own session and, where it names an origin, ours."""
    sent = next((request.headers[name] for name in CSRF_HEADERS if name in request.headers), None)
    if sent is None and not request.is_json:
        sent = request.form.get("csrf_token")
    expected = session.get("csrf", "")
    if not sent or not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise WrongOrigin
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise WrongOrigin


# ------------------------------------------------------------------------------------------------ own things only


def _check_own(known: Identity) -> None:
    """A route that names a session or a round is open to the people of that session or assembly alone."""
    args: dict[str, Any] = request.view_args or {}
    if known.role == Audience.RECRUITER and known.assembly_id is not None:
        _check_recruited(known.assembly_id, args)
    if "round_id" in args:
        session_id = _places().session_of_round(args["round_id"])
        if args.get("session_id", session_id) != session_id:
            raise NotForYou
        own_session(session_id, known)
    elif "session_id" in args:
        own_session(args["session_id"], known)


def _check_recruited(assembly_id: str, args: dict[str, Any]) -> None:
    """A recruiter of one assembly finds that one and the recruitment from which it was seated, and no others."""
    if "recruitment_id" in args:
        own = desk().recruitment(args["recruitment_id"]).assembly_id == assembly_id
    else:
        own = args.get("assembly_id", assembly_id) == assembly_id
    if not own:
        raise NotFound("There is nothing of yours under this address.", "Choose from your own list: /recruit.")


def only_for_all_assemblies() -> None:
    """Refuse a recruiter of one assembly what concerns others, too."""
    if me().assembly_id is not None:
        raise NotForYou("This is for recruiters of all assemblies.", "Ask an administrator to give you that role.")


class Places:
    """Which session a round is in, and which assembly a session: facts that never change, so asked for only once."""

    def __init__(self, desk: Desk) -> None:
        self.session_of_round = lru_cache(maxsize=4096)(desk.session_of_round)
        self.assembly_of = lru_cache(maxsize=4096)(desk.assembly_of)


def _places() -> Places:
    return cast(Places, current_app.extensions["places"])


def own_session(session_id: str, known: Identity | None = None) -> None:
    """Refuse a session (404) that is not there, and one (403) that is not this device's."""
    known = known or me()
    assembly_id = _places().assembly_of(session_id)
    if known.assembly_id != assembly_id or known.session_id not in (None, session_id):
        raise NotForYou(
            "This session belongs to another assembly." if known.assembly_id != assembly_id else "",
            "Sign in as the staff or member of that session.",
        )
