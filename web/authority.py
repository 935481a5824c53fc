"""What the authority says of itself on its public pages: who it is, why it asks for what, how to complain.

Pure but for the desk that keeps it. A recruiter fills it in once (`/recruit/authority`); the privacy page, the
accessibility statement, the impact assessment and the record of processing are made of it. What is not said yet is told
as not said: no page pretends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from facilitation.desk import Desk
from facilitation.desk.retention import AUTHORITY
from facilitation.told import told
from web.errors import BadForm
from web.personal.subject import volunteers

LONGEST: Final = 1000
MOST_COLUMNS: Final = 200
FIELDS: Final[tuple[tuple[str, str, str], ...]] = (
    ("name", "Name of the authority", "For example: Northmoor Combined Authority"),
    ("address", "Postal address", "Where people can write to"),
    ("email", "E-mail address for questions about personal data", ""),
    ("phone", "Telephone number", ""),
    ("officer", "Data protection officer", "Name or office, and how to reach them"),
    ("registration", "Registration number with the ICO", "For example: ZA123456"),
    ("complaints", "Where complaints about personal data go", "An e-mail address, or the address of your form"),
    ("basis", "Lawful basis", "UK GDPR article 6"),
    ("special", "Condition for special category data", "UK GDPR article 9, and Schedule 1 of the Data Protection Act"),
    ("accessibility", "Who to ask about accessibility", "An e-mail address and a telephone number"),
    ("tested", "Who tested accessibility with people, and when", "Leave it empty if nobody has: the page says so"),
    ("risks", "Risks that you see, and what you do about them", "For the impact assessment"),
    ("consulted", "Whom you consulted", "For the impact assessment"),
    ("signed", "Who signed the impact assessment off, and when", ""),
)
LONG: Final = frozenset({"address", "basis", "special", "tested", "risks", "consulted"})
"""Fields in which people write more than a line."""
PARTS: Final[Mapping[str, str]] = {
    "name": "Who you are",
    "complaints": "Complaints",
    "basis": "Why you may do this",
    "accessibility": "Accessibility",
    "risks": "Impact assessment",
}
"""The headings of the form, each before the field that it begins with."""
USUAL: Final[Mapping[str, str]] = {
    "basis": told("A task in the public interest: to consult people about public decisions (article 6(1)(e))."),
    "special": told(
        "Substantial public interest: equality of opportunity, so that the assembly is like the people of the area "
        "(article 9(2)(g))."
    ),
}
WHY: Final[Mapping[str, str]] = {
    "feature": told("So that the assembly is like the people of the area in this."),
    "household": told("So that at most one person of a household is chosen."),
    "id": told("A number that stands for you in the lottery, so that your name does not have to."),
    "name": told("To know who you are, and for your badge."),
    "contact": told("To reach you."),
    "address": told("To reach you, and so that at most one person of a household is chosen."),
}
WORDS: Final[tuple[tuple[str, str], ...]] = (
    *(("name", "name"), ("mail", "contact"), ("phone", "contact"), ("mobile", "contact"), ("tel", "contact")),
    *(("address", "address"), ("postcode", "address"), ("street", "address"), ("town", "address")),
)


@dataclass(frozen=True)
class Authority:
    """What was said; a field that was not said is empty, and a column without a reason has none yet."""

    said: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        return str(self.said.get(name) or USUAL.get(name, ""))

    @property
    def complete(self) -> bool:
        """Whether people can be told who is responsible, and where to complain."""
        return bool(self.said.get("name") and self.said.get("email") and self.said.get("complaints"))


def authority_of(desk: Desk) -> Authority:
    """What was said so far."""
    kept = desk.house_setting(AUTHORITY)
    columns = {str(name): _told(str(why)) for name, why in kept.get("columns", {}).items()}
    return Authority({str(name): str(text) for name, text in kept.get("said", {}).items()}, columns)


def columns_now(desk: Desk, assembly_id: str | None = None) -> dict[str, str]:
    """Every column of every volunteers' file that is held, with why it is there as far as that can be known.

    With an assembly, those of its own recruitment alone: a column's name may tell of what others ask their volunteers.
    """
    said = authority_of(desk).columns
    known = dict(said) if assembly_id is None else {}
    for recruitment in desk.recruitments():
        if assembly_id not in (None, recruitment.assembly_id):
            continue
        first = next(volunteers(desk, recruitment), None)
        features = features_of(desk.files(recruitment.id).get("quotas"))
        for column in () if first is None else first[0]:
            known.setdefault(column, said.get(column) or usual_why(column, features, recruitment.household))
    return dict(list(known.items())[:MOST_COLUMNS])


def features_of(quotas: tuple[str, bytes] | None) -> frozenset[str]:
    """The features that a quotas file names, in any of its spellings: every word of its first two columns."""
    if quotas is None:
        return frozenset()
    text = quotas[1].decode("utf-8", errors="replace")
    cells = (cell.strip().strip('"').casefold() for line in text.splitlines() for cell in line.split(",")[:2])
    return frozenset(cells)


def usual_why(column: str, features: Iterable[str], household: Iterable[str]) -> str:
    """Why a column is usually there; nothing where that cannot be known from its name.

    >>> str(usual_why("Gender", {"gender"}, ())), usual_why("shoe size", (), ())
    ('So that the assembly is like the people of the area in this.', '')
    """
    name = column.casefold().strip()
    if name in features:
        return WHY["feature"]
    if name == "id" or name.endswith("_id"):
        return WHY["id"]
    found = next((kind for word, kind in WORDS if word in name), "")
    if not found and column in household:
        return WHY["household"]
    return WHY[found] if found else ""


def read_authority(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says, to be kept."""
    said = {name: _line(sent, name, label) for name, label, _ in FIELDS}
    if said["email"] and "@" not in said["email"]:
        raise BadForm("The field “email” must be an e-mail address.", "Write it as name@example.org.")
    columns = {}
    for number in range(MOST_COLUMNS):
        if column := str(sent.get(f"column-{number}") or "")[:LONGEST]:
            columns[column] = _line(sent, f"why-{number}", column)
    return {"said": {name: text for name, text in said.items() if text}, "columns": columns}


def _line(sent: Mapping[str, Any], name: str, label: str) -> str:
    text = " ".join(str(sent.get(name) or "").split())
    if len(text) > LONGEST:
        raise BadForm(f"“{label[:60]}” has {len(text)} characters.", f"Give at most {LONGEST}.")
    return text


def _told(why: str) -> str:
    """A usual reason is a sentence of ours, and is said in the reader's language."""
    return next((usual for usual in WHY.values() if usual == why), why)
