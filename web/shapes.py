"""The shapes of the API: what a client may send and what it gets, as pydantic models.

The doors read small bodies through them, and the OpenAPI document is made from them. What makes a round or a ballot
valid is not decided here: that is the assembly house's business, and its refusals name the remedy.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from facilitation.rules import NAMES


class Body(BaseModel):
    """What a client sends: unknown fields are refused, since a misspelt one would otherwise be lost in silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Body):
    """An empty body is as good; `seq` is the step that the facilitator's screen showed (stale: 409)."""

    seq: int | None = Field(default=None, ge=0, le=2**53)


class JoinBody(Body):
    """The join code of a badge: eight characters, capitals or not, with or without dashes and blanks; or its square."""

    code: str = Field(max_length=100, examples=["K7QF2MXD"])


class ThresholdBody(Body):
    """The line that a count must reach, as exact text; of what, and how many must have voted at all."""

    share: str = Field(examples=["2/3", "66%"])
    op: Literal[">=", ">"]
    base: Literal["yes+no", "valid", "cast", "present", "entitled"]
    minimum_turnout: str | None = Field(default=None, examples=["1/2"])


class RoundBody(Body):
    """A vote to come."""

    title: str = Field(min_length=1, max_length=500)
    rule: str = Field(json_schema_extra={"enum": list(NAMES)})
    options: list[str] | None = Field(
        default=None, description="May be left out for yes-no, support, consent and temperature."
    )
    threshold: ThresholdBody | None = None
    max_choices: int | None = Field(
        default=None, description="approval and bids that are chosen or ranked: at most so many on one ballot."
    )
    terms: dict[str, Any] | None = Field(
        default=None,
        description="What the rule needs to know beyond the options; its row in the README names its terms.",
        examples=[{"points": 10, "cap": 4}, {"budget": "60000", "costs": ["25000", "12500.50"]}],
    )
    conduct: dict[str, Any] | None = Field(
        default=None,
        description="How it is held: secrecy (secret, open, sealed), changeable, publish (ballots, root), scrutiny, "
        "hold, practice, classes, both, blocks, after {round, verdict}.",
    )
    seq: int | None = Field(default=None, ge=0, description="The step that the facilitator's screen showed.")


class CancelBody(Nothing):
    """Why the round is void; its ballots are destroyed uncounted."""

    reason: str = Field(default="", max_length=1000)


class CastingBody(Nothing):
    """The side for which the chair breaks the tie."""

    choice: str = Field(max_length=1000)


class BallotBody(Body):
    """One ballot. Make the key before the first try and send the same key and choice again until there is an answer."""

    key: str = Field(max_length=100, description="A UUID made by the tablet.")
    choice: Any = Field(
        description="What `ballot.kind` of the round asks for: one option; a list of them (ranking: best first, level "
        "ones in a list of their own); an object with a whole number for each option that has one; for an objection "
        "the word and its reason. The rule of the round refuses everything else.",
        examples=["yes", ["tram", "bus"], ["path", ["tram", "bus"]], {"tram": 4, "bus": 0}, ["objection", "Too dear."]],
    )
    tracker: str = Field(default="", max_length=20, description="Eight letters and digits made by the tablet.")
    replaces: str = Field(
        default="",
        max_length=20,
        description="Where votes may be changed: the tracker of the vote that this one replaces.",
    )
    assisted: bool = Field(default=False, description="Somebody helped the member to vote.")


class BlindedBody(Body):
    """What the server signs without seeing the token in it."""

    blinded: str = Field(max_length=768, description="384 bytes in hexadecimal digits.")


class SealedBody(Body):
    """A sealed ballot: the token, and the choice as in any ballot. Send the same again until there is an answer."""

    token: str = Field(max_length=128, description="The prepared message: 64 bytes in hexadecimal digits.")
    signature: str = Field(max_length=768, description="The round's signature of it: 384 bytes.")
    choice: Any = Field(description="As in any ballot.", examples=["yes"])
    tracker: str = Field(default="", max_length=20, description="Eight letters and digits made by the tablet.")


class ErrorAnswer(BaseModel):
    """The one shape of every refusal and error."""

    error: str
    message: str
    remedy: str


class JoinedMember(BaseModel):
    """As whom this device has joined."""

    name: str
    table: int


class JoinAnswer(BaseModel):
    """The token of this device, for the header `Authorization: Bearer TOKEN`."""

    token: str
    member: JoinedMember


class RoundAnswer(BaseModel):
    """The new round."""

    round: str


class DoneAnswer(BaseModel):
    """Done: the round and the state in which it now is."""

    round: str
    state: Literal["open", "ended", "closed", "cancelled"]


class ReceiptAnswer(BaseModel):
    """Stored for good; the same key and choice give the same receipt again."""

    receipt: str


class KeyAnswer(BaseModel):
    """The public key of a sealed round, in hexadecimal digits, and its fingerprint as the hall screen shows it."""

    n: str
    e: str
    fingerprint: str


class NamedVote(BaseModel):
    """A vote in an open round, in words."""

    name: str
    lines: list[str]


class NamesAnswer(BaseModel):
    """The votes of an open round."""

    votes: list[NamedVote]


class SignatureAnswer(BaseModel):
    """The blind signature, 384 bytes in hexadecimal digits."""

    signature: str


class ResultAnswer(BaseModel):
    """The counted round; shares are exact fractions as text."""

    model_config = ConfigDict(extra="allow")

    counts: dict[str, int | str] = Field(description="Whole, or an exact fraction as text (shared points of borda).")
    cast: int
    spoilt: int
    present: int
    entitled: int
    verdict: Literal["passed", "failed", "tie", "no-decision", "none"]
    rounds: list[Any] | None = Field(default=None, description="irv: the stages of the count.")
    sentence: str = ""


class ScreenAnswer(BaseModel):
    """The whole screen of an audience. The newer of two screens has the greater (seq, turnout_seq)."""

    model_config = ConfigDict(extra="allow")

    seq: int
    turnout_seq: int
    audience: Literal["member", "hall", "facilitator", "host", "scrutineer", "observer"]
    now: str
    assembly: dict[str, Any]
    session: dict[str, Any]
    item: dict[str, Any] | None
    next: dict[str, Any] | None
    timer: dict[str, Any] | None
    round: dict[str, Any] | None
    turnout: dict[str, Any] | None
    present: int | None
    result: dict[str, Any] | None
    cancelled: dict[str, str] | None
    agenda: list[dict[str, Any]]
