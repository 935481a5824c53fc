"""How a page looks to the one who reads it: language, size of letters, contrast, easy read, read aloud.

A look is kept with the member, so that it follows to another tablet, and on the device in a cookie. Pages of members
alone have looks and languages: the other pages are written in English and say so in their `lang`. Templates say their
sentences by `_("…")`, those that count by `_n("…", "…", n)`, and what a room of the house has said by the filter `tr`.

>>> Look().having("language cy").having("size large").text
'cy large normal plain quiet'
>>> Look.of("cy large dark easy aloud").classes
'fm-size-large fm-contrast-dark fm-easy fm-aloud'
>>> Look.of("tlh giant"), Look().having("size giant")
(None, None)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, cast

from flask import Flask, Response, current_app, g, request
from jinja2 import pass_context
from jinja2.runtime import Context

from facilitation.told import Told
from web import languages
from web.access import Audience, desk, devices
from web.languages import LANGUAGES, Words, catalogue
from web.languages.heard import answer, heard_beside

COOKIE = "look"
A_YEAR = 31536000
CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "language": tuple(LANGUAGES),
        "size": ("normal", "large", "largest"),
        "contrast": ("normal", "high", "dark"),
        "reading": ("plain", "easy"),
        "voice": ("quiet", "aloud"),
    }
)
"""What can be chosen, each with what it is when nobody has chosen first."""


@dataclass(frozen=True)
class Look:
    """One reader's choice, valid once it exists."""

    language: str = "en"
    size: str = "normal"
    contrast: str = "normal"
    reading: str = "plain"
    voice: str = "quiet"

    @classmethod
    def of(cls, text: str | None) -> Look | None:
        """The look that a cookie or the store remembers; None when it is none."""
        parts = (text or "").split(" ")
        if len(parts) != len(CHOICES) or any(p not in of for p, of in zip(parts, CHOICES.values(), strict=True)):
            return None
        return cls(*parts)

    @property
    def text(self) -> str:
        """The look as it is remembered."""
        return " ".join(getattr(self, field.name) for field in fields(self))

    @property
    def easy(self) -> bool:
        return self.reading == "easy"

    def having(self, choice: str) -> Look | None:
        """The look after this choice, “size large”; None when there is no such choice."""
        name, _, value = choice.partition(" ")
        return replace(self, **{name: value}) if value in CHOICES.get(name, ()) else None

    @property
    def classes(self) -> str:
        """For the style sheets: nothing for what is as usual."""
        named = [
            f"fm-{n}-{value}" for n, value in (("size", self.size), ("contrast", self.contrast)) if value != "normal"
        ]
        return " ".join([*named, *(["fm-easy"] if self.easy else []), *(["fm-aloud"] if self.voice == "aloud" else [])])


# ------------------------------------------------------------------------------------------------ of this request


def has_looks() -> bool:
    """Is this a page of members? An error is one when whoever meets it holds no role but a member's."""
    known = g.get("identity")
    if known is not None:
        return bool(known.role == Audience.MEMBER)
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "looks", False):
        return True
    open_to = getattr(view, "open_to", {Audience.MEMBER})  # where there is no view, it is the page of an error
    return Audience.MEMBER in open_to and set(devices()) <= {Audience.MEMBER.value, Audience.KIOSK.value}


def chosen() -> Look:
    """The look of this request: what its member chose, on whatever tablet; or what was chosen on this device; or by the
    first language that the browser asks for."""
    if "look" not in g:
        known = g.get("identity")
        mine = known.member_id if known is not None and known.role == Audience.MEMBER else None
        g.look = (Look.of(desk().look_of(mine)) if mine else None) or Look.of(request.cookies.get(COOKIE)) or _guess()
    return cast(Look, g.look)


def _guess() -> Look:
    """What the browser asks for first, of the languages that we have; else English."""
    asked = [tag.partition("-")[0].lower() for tag in request.accept_languages.values()]
    return Look(language=next((tag for tag in asked if tag in LANGUAGES), "en"))


def look() -> Look:
    """The look of this page: the usual one where a page has none."""
    return chosen() if has_looks() else Look()


def words() -> Words:
    """The words of this page."""
    now = look()
    return catalogue(now.language, easy=now.easy)


def _forget_with_the_member(response: Response) -> Response:
    """Whoever signs out of a tablet leaves no look on it for the next one."""
    if g.get("member_left"):
        response.delete_cookie(COOKIE)
    return response


def remember(response: Response, now: Look, secure: bool) -> Response:
    """Keep this look on the device."""
    response.set_cookie(COOKIE, now.text, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


# ------------------------------------------------------------------------------------------------ words for templates


def say(template: str, /, **values: object) -> str:
    """`_("table {n}", n=4)`: a sentence of a template in the language of its reader."""
    return languages.say(words(), template, **values)


def say_count(one: str, many: str, n: int, /, **values: object) -> str:
    """`_n("{n} vote", "{n} votes", n)`: a sentence that counts."""
    return languages.say_count(words(), one, many, n, **values)


@pass_context  # so that Jinja never does it beforehand, when it compiles a template in which a plain text stands
def tr(context: Context, text: object) -> object:
    """What a room of the house has said, in the language of its reader; a plain text by what it says."""
    return spoken(text) if isinstance(text, str) and not hasattr(text, "__html__") else text


def spoken(text: str) -> str:
    """What a room of the house has said, in the language of the page; in plain English just as it is."""
    if isinstance(text, Told):
        return languages.retold(words(), text)
    return heard_beside(words(), text, g.get("names_of_people", ())) if text and words().layers else text


def keep_words(*groups: Iterable[str]) -> None:
    """These are words of people (options, names of groups): no sentence of this page has them translated."""
    g.names_of_people = [word for group in groups for word in group]


@pass_context
def in_words(context: Context, option: object) -> object:
    """An option as the reader reads it: the answers that rules bring are translated, all others are people's words."""
    return answer(words(), option) if isinstance(option, str) else option


def script_words() -> dict[str, str | list[str]]:
    """The sentences that the scripts of a page say, by their English; several where they count something.

    None in plain English. Forms stand in the order zero, one, two, few, many, other, as the catalogues have them.
    """
    return languages.of_scripts(words())


def init_looks(app: Flask) -> None:
    """Give the templates their words."""
    given: dict[str, Any] = {"_": say, "_n": say_count, "look": look, "has_looks": has_looks, "LANGUAGES": LANGUAGES}
    given["script_words"] = script_words
    app.jinja_env.globals.update(given)
    app.after_request(_forget_with_the_member)
    app.jinja_env.filters.update(tr=tr, answer=in_words)
    app.extensions["spoken"] = spoken  # for web.errors, which stands below this room
