"""The OpenAPI document of the API: made from the addresses that Flask knows and the shapes that the doors read.

A new API view appears here by itself; what it reads and answers is one row of `SHAPES`, and a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from web.access import Audience
from web.shapes import (
    BallotBody,
    BlindedBody,
    CancelBody,
    CastingBody,
    DoneAnswer,
    ErrorAnswer,
    JoinAnswer,
    JoinBody,
    KeyAnswer,
    NamesAnswer,
    Nothing,
    ReceiptAnswer,
    ResultAnswer,
    RoundAnswer,
    RoundBody,
    ScreenAnswer,
    SealedBody,
    SignatureAnswer,
)

VERSION = "1.0.0"
REF = "#/components/schemas/{model}"


@dataclass(frozen=True)
class Shapes:
    """What a view reads and answers, and with which errors."""

    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    errors: tuple[int, ...] = ()
    query: Mapping[str, str] | None = None


SHAPES: Mapping[str, Shapes] = {
    "api.join": Shapes(JoinAnswer, JoinBody, (404, 410, 413, 415, 429)),
    "api.screen": Shapes(
        ScreenAnswer,
        errors=(404,),
        query={
            "audience": "For a browser whose cookie holds several roles: member, facilitator or hall.",
            "session": "For staff: which session of their assembly; without it the latest.",
        },
    ),
    "api.create_round": Shapes(RoundAnswer, RoundBody, (404, 409, 413, 415)),
    "api.open_round": Shapes(DoneAnswer, Nothing, (404, 409, 413, 415)),
    "api.close_round": Shapes(DoneAnswer, Nothing, (404, 409, 413, 415)),
    "api.show_result": Shapes(DoneAnswer, Nothing, (404, 409, 413, 415)),
    "api.casting_vote": Shapes(DoneAnswer, CastingBody, (404, 409, 413, 415)),
    "api.cancel_round": Shapes(DoneAnswer, CancelBody, (404, 409, 413, 415)),
    "api.result": Shapes(ResultAnswer, errors=(404, 409)),
    "api.ballot": Shapes(ReceiptAnswer, BallotBody, (404, 409, 413, 415)),
    "api.sealed_key": Shapes(KeyAnswer, errors=(404, 409)),
    "api.token": Shapes(SignatureAnswer, BlindedBody, (404, 409, 413, 415)),
    "api.sealed_ballot": Shapes(ReceiptAnswer, SealedBody, (404, 409, 413, 415)),
    "names.votes_by_name_for_programs": Shapes(NamesAnswer, errors=(404, 409)),
    "api.openapi": Shapes(None),
}
OPTIONAL_BODIES = (Nothing, CancelBody)


def document(app: Flask) -> dict[str, Any]:
    """The whole document, with a path for every view under /api."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.rule.startswith("/api/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                paths.setdefault(re.sub(r"<(\w+)>", r"{\1}", rule.rule), {})[method.lower()] = _operation(app, rule)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Folkmoot",
            "version": VERSION,
            "description": "Commands and screens of a citizens' assembly. After every change a Socket.IO client at "
            "/socket.io, connected with auth {token}, receives the event `screen`: the answer of GET /api/screen "
            "without `you`.",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(app: Flask, rule: Rule) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    shapes = SHAPES[rule.endpoint]
    public = Audience.ANYONE in getattr(view, "open_to", ())
    summary, _, rest = (view.__doc__ or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api."),
        "summary": summary.strip(),
        "description": " ".join((summary + " " + rest).split()),
        "security": [] if public else [{"token": []}],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in sorted(rule.arguments)
        ]
        + [
            {"name": name, "in": "query", "required": False, "description": words, "schema": {"type": "string"}}
            for name, words in (shapes.query or {}).items()
        ],
        "responses": _responses(shapes, public),
    }
    if shapes.body is not None:
        operation["requestBody"] = {
            "required": shapes.body not in OPTIONAL_BODIES,
            "content": {"application/json": {"schema": {"$ref": REF.format(model=shapes.body.__name__)}}},
        }
    return operation


def _responses(shapes: Shapes, public: bool) -> dict[str, Any]:
    answer = {"$ref": REF.format(model=shapes.answer.__name__)} if shapes.answer else {"type": "object"}
    responses = {"200": {"description": "Done.", "content": {"application/json": {"schema": answer}}}}
    always = (400,) if shapes.body else ()
    for status in sorted({*always, *shapes.errors, *(() if public else (401, 403, 410)), 503}):
        responses[str(status)] = {
            "description": "Refused; nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": REF.format(model="ErrorAnswer")}}},
        }
    return responses


def _schemas() -> dict[str, Any]:
    models = {shape for shapes in SHAPES.values() for shape in (shapes.answer, shapes.body) if shape} | {ErrorAnswer}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, made = models_json_schema([(model, "validation") for model in ordered], ref_template=REF)
    schemas: dict[str, Any] = made["$defs"]
    return schemas
