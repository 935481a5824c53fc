"""From the bytes of a body to a value that a door can use; what cannot be read is refused in the one error shape.

JSON is read strictly: UTF-8, an object, no key twice, no NaN, no half characters. A page's script may send the same
fields as the page's plain form, so a facilitator's door reads either.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from facilitation.errors import NotFound
from web.errors import BadForm, BadJson, WrongType

Shape = TypeVar("Shape", bound=BaseModel)


def json_object() -> dict[str, Any]:
    """The JSON object that was sent; an empty body counts as `{}`, and a body that names no type is read as JSON."""
    data = request.get_data(cache=True)
    if not data.strip():
        return {}
    if request.mimetype and not request.is_json:
        raise WrongType
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_each_key_once, parse_constant=_no_such_number)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadJson from None
    if not isinstance(value, dict):
        raise BadJson("The body is JSON, but not an object.", "Send an object, such as {“code”: “K7QF2MXD”}.")
    if "\\u0000" in json.dumps(value):
        raise BadJson("The body holds the character NUL.", "Leave it out.")
    return value


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadJson("The body names a field twice.", "Send each field once.")
    return made


def _no_such_number(name: str) -> float:
    raise BadJson(f"The body holds {name}, which is not JSON.", "Send a number, or leave the field out.")


def read(shape: type[Shape]) -> Shape:
    """The body as this shape; the refusal names the field."""
    return as_shape(shape, json_object())


def as_shape(shape: type[Shape], value: dict[str, Any]) -> Shape:
    """This value as this shape; the refusal names the field, never what was sent in it."""
    try:
        return shape.model_validate(value)
    except ValidationError as bad:
        first = bad.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"] if not str(part).startswith("list[")) or "body"
        raise BadForm(
            f"The field “{place[:60]}” cannot be used: {first['msg'].lower()}.",
            "Send what /api/openapi.json describes for this address.",
        ) from None


def fields() -> dict[str, Any]:
    """The fields of a plain form or of a JSON object; a field sent several times becomes a list."""
    if request.is_json:
        return json_object()
    return {name: one_or_many(request.form.getlist(name)) for name in request.form if name != "csrf_token"}


def ballot_fields() -> dict[str, list[str]]:
    """What a ballot's plain form says, and nothing else that it carries (see `facilitation.ballot_forms`)."""
    return {
        name: request.form.getlist(name)
        for name in request.form
        if name in ("choice", "reason") or name.startswith(("rank:", "mark:"))
    }


def one_or_many(values: Sequence[str]) -> str | list[str]:
    """A field of a form that was sent once, or several times."""
    return values[0] if len(values) == 1 else list(values)


def text(sent: dict[str, Any], name: str, default: str = "") -> str:
    """One text field; anything else under this name is refused."""
    value = sent.get(name, default)
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise BadForm(f"The field “{name}” must be one text.", "Load the page again and send the form once more.")
    return str(value).strip()


def whole(sent: dict[str, Any], name: str, default: int | None = None) -> int | None:
    """One whole number, or the default where the field is empty."""
    value = text(sent, name)
    if not value:
        return default
    digits = value.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 16:
        raise BadForm(f"The field “{name}” must be a whole number.", "Type digits only.")
    return int(value)


def number(part: str) -> int:
    """A part of an address that must be a number; nothing else is there.

    >>> number("12")
    12
    """
    if not part.isascii() or not part.isdigit() or len(part) > 16:
        raise NotFound(f"There is nothing called {part[:40]} here.", "Go back to the page that you came from.")
    return int(part)
