"""The terms of agenda items as plain forms: which fields the editor of the agenda shows for each kind.

Pure. A field says how its text becomes a value of the terms and back; what the values may be, the kind's own `terms`
decides, and its refusal is what the form shows. A field that is left empty is not said, so that the usual holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from facilitation.activities import ACTIVITIES
from facilitation.errors import BadRequest
from facilitation.evidence import plan as evidence

Shape = Literal["text", "whole", "lines", "yes", "choice"]


@dataclass(frozen=True)
class Field:
    """One field: `usual` is what holds when nothing is said; `as_text` writes a value that is no plain text or list."""

    name: str
    label: str
    shape: Shape = "text"
    hint: str = ""
    usual: Any = None
    choices: Mapping[str, str] = field(default_factory=dict)
    as_text: Callable[[Any], str] | None = None

    def value(self, typed: str) -> Any:
        """What was typed, as the terms have it; None where nothing was said."""
        text = typed.strip()
        if self.shape == "lines":
            return [line.strip() for line in text.splitlines() if line.strip()] or None
        if not text:
            return None
        if self.shape == "whole":
            if not (text.isascii() and text.isdigit() and len(text) < 7):
                raise BadRequest(f"“{self.label}” must be a whole number, not {text[:20]!r}.", "Type digits only.")
            return int(text)
        if self.shape == "yes":
            return text == "yes"
        return text

    def text(self, terms: Mapping[str, Any]) -> str:
        """What stands in the field."""
        value = terms.get(self.name, self.usual)
        if value is None:
            return ""
        if self.as_text is not None:
            return self.as_text(value)
        if self.shape == "yes":
            return "yes" if value else "no"
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _speakers(value: Any) -> str:
    return value if isinstance(value, str) else evidence.lines_of(evidence.plan_of({"speakers": value}))


YES_NO: Final = {"yes": "Yes", "no": "No"}
FORMS: Final[Mapping[str, tuple[Field, ...]]] = {
    "evidence": (
        Field("speakers", "Speakers", "lines", "One on each line: name; subject; minutes.", as_text=_speakers),
        Field("questions", "Questions from each table", "whole", "0 for none.", evidence.QUESTIONS),
    ),
    "discussion": (
        Field(
            "headings",
            "Headings of the table’s notes",
            "lines",
            "Two to six, one on each line.",
            ("What stood out", "What is missing"),
        ),
        Field("go_round", "Does it begin with a go-round?", "yes", usual=True, choices=YES_NO),
        Field("seconds", "Seconds for each turn", "whole", usual=60),
        Field("members", "May members write notes, too?", "yes", "Otherwise the host alone writes.", True, YES_NO),
    ),
    "ideas": (
        Field("question", "The question on every card", hint="Left empty, it is the title."),
        Field("minutes", "Minutes of silent writing", "whole", usual=5),
        Field("most", "Characters on a card at most", "whole", usual=280),
        Field("each", "Cards from each member at most", "whole", "0 for no limit.", 0),
        Field(
            "clusters",
            "Who puts cards into groups?",
            "choice",
            usual="hosts",
            choices={"hosts": "The hosts and the facilitator", "facilitator": "The facilitator alone"},
        ),
    ),
    "opinions": (
        Field("add", "May members add statements?", "yes", usual=True, choices=YES_NO),
        Field("moderated", "Does the facilitator read them first?", "yes", usual=True, choices=YES_NO),
        Field("each", "Statements from each member at most", "whole", usual=5),
    ),
    "drafts": (
        Field(
            "step",
            "What people do now",
            "choice",
            usual="write",
            choices={
                "write": "Choose a theme and write",
                "test": "Test the drafts",
                "redraft": "Rewrite",
                "read": "Read them together",
            },
        ),
        Field("seats", "Places in a theme group", "whole", usual=9),
        Field("share", "Share who must be able to live with a draft", hint="Such as 4/5 or 80%.", usual="4/5"),
        Field("participation", "Share of those here who must answer", hint="Such as 1/2. It may be empty."),
    ),
    "evaluation": (
        Field(
            "when",
            "When is it asked?",
            "choice",
            usual="after",
            choices={"before": "Before the work", "after": "After the work"},
        ),
    ),
}
"""The forms; a kind that is not here has no terms."""


def form_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind."""
    return FORMS.get(kind, ())


def read_form(kind: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """The terms that a filled-in form means; checked once more by the kind itself.

    >>> read_form("ideas", {"question": " What would help? ", "minutes": "7", "most": ""})
    {'question': 'What would help?', 'minutes': 7}
    """
    said = {one.name: one.value(typed.get(one.name, "")) for one in form_of(kind)}
    return ACTIVITIES[kind].terms({name: value for name, value in said.items() if value is not None})


def filled(kind: str, terms: Mapping[str, Any]) -> dict[str, str]:
    """The form as these terms fill it in.

    >>> filled("evidence", {"speakers": [{"name": "Dr Rahman", "subject": "Pumps", "minutes": 8}], "questions": 1})
    {'speakers': 'Dr Rahman; Pumps; 8', 'questions': '1'}
    """
    return {one.name: one.text(terms) for one in form_of(kind)}


def has_work(kind: str) -> bool:
    """Whether something comes of an item of this kind that a later one can go on with."""
    return kind in ACTIVITIES and ACTIVITIES[kind].state() is not None
