"""A round as a form, and back: what a facilitator typed becomes the API's JSON, and a drafted round fills in the form.

Pure. Only the fields of the chosen kind are read (`round_kinds`); an empty field is left out, so that the rule's own
meaning holds. Nothing is judged here: the definition and the conduct refuse what does not hold together, in their own
words, and `web.refused` finds the field that they speak of.

>>> spec_of({"title": "Which bids?", "rule": "greedy", "budget": "20", "bids": "Trees | 12\\nLights | 9 | 5"})["terms"]
{'budget': '20', 'costs': ['12', '9'], 'least': [None, '5']}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from facilitation.rules import RULES
from web.errors import BadForm
from web.round_fields import BASES, FIELDS, NO_TERM, OTHER, THRESHOLDS, TURNOUTS
from web.round_kinds import KINDS, Kind
from web.server.bodies import text, whole

TICKED = ("changeable", "scrutiny", "hold", "both", "practice")
NAMED = ("classes", "blocks")
MONEY = re.compile(r"[£€$]? ?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)? ?€?")


def spec_of(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The round that the form describes, as the API writes it."""
    said = dict(sent)
    spec: dict[str, Any] = {"title": text(said, "title"), "rule": text(said, "rule")}
    if not spec["title"].strip():
        raise BadForm("The question is blank.", "Write what the members are to read.")
    kind = KINDS.get(spec["rule"])
    if kind is None:
        return spec | _options(said)  # the definition says that there is no such rule
    spec |= _options(said)
    if line := _threshold(said, kind):
        spec["threshold"] = line
    if "max_choices" in kind.fields and (most := whole(said, "max_choices")) is not None:
        spec["max_choices"] = most
    terms = dict(_terms(said, kind))
    if terms:
        spec["terms"] = terms
    conduct = conduct_of(said)
    if conduct:
        spec["conduct"] = conduct
    return spec


def lines_of(sent: Mapping[str, Any], name: str) -> list[str]:
    """The lines of a field that are not blank; a program may send a list."""
    value = sent.get(name) or ""
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list):
        raise BadForm(f"The field “{name}” must be one text.", "Write one on each line.")
    return [line for line in lines if not isinstance(line, str) or line.strip()]


def _options(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The options of whichever field the kind has for them."""
    kind = KINDS.get(str(sent.get("rule")))
    if kind is not None and "bids" in kind.fields:
        bids = bids_of(sent)
        return {"options": [bid[0] for bid in bids]} if bids else {}
    own = kind is not None and "own_options" in kind.fields
    wording = (lines_of(sent, "own_options") if own else []) or lines_of(sent, "options")
    return {"options": wording} if wording else {}


def bids_of(sent: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
    """Title, cost and, where a bid says it, the least that it can live with.

    >>> bids_of({"bids": "Trees | 12\\n\\nLights\\t9\\t5"})
    [('Trees', '12', None), ('Lights', '9', '5')]
    """
    bids = []
    for number, line in enumerate(lines_of(sent, "bids"), start=1):
        parts = [part.strip() for part in str(line).replace("\t", "|").split("|")]
        if len(parts) not in (2, 3) or not parts[0] or not parts[1]:
            raise BadForm(
                f"The bids, line {number}: “{line.strip()[:60]}” is not a title with its cost.",
                "Write it as: Title | cost, or Title | cost | least.",
            )
        place = f"The bids, line {number}:"
        least = sum_typed(parts[2], place) if len(parts) == 3 and parts[2] else None
        bids.append((parts[0], sum_typed(parts[1], place), least))
    return bids


def sum_typed(typed: str, place: str) -> str:
    """A sum as people write it, with a sign and with thousands set apart, as the API writes it.

    >>> sum_typed("£12,000.50", "The budget"), sum_typed("400", "The budget")
    ('12000.50', '400')
    """
    if found := MONEY.fullmatch(typed):
        return found[1].replace(",", "") + (found[2] or "")
    if "/" in typed:
        return typed  # a fraction, as the API has them: the definition judges it
    raise BadForm(f"{place} “{typed[:60]}” is not a sum of money.", "Write it as 1250 or 1,250.50.")


def _terms(sent: dict[str, Any], kind: Kind) -> Iterable[tuple[str, Any]]:
    """The terms that the form says, in the order of its fields."""
    for name in kind.fields:
        if name == "bids":
            bids = bids_of(sent)
            if bids:
                yield "costs", [cost for _, cost, _ in bids]
            if any(least for *_, least in bids):
                yield "least", [least for *_, least in bids]
        if name in NO_TERM:
            continue
        shape = FIELDS[name].shape
        value = (
            whole(sent, name) if shape == "whole" else lines_of(sent, name) if shape == "lines" else text(sent, name)
        )
        if value not in (None, "", []):
            yield name, sum_typed(str(value), "The budget") if name == "budget" else value


def _threshold(sent: dict[str, Any], kind: Kind) -> Any:
    """The line of the form: one of the usual ones, or one of one's own; with the least turnout that was asked for."""
    chosen = sent.get("threshold")
    least = text(sent, "minimum_turnout")
    if "threshold" not in kind.fields:
        return None  # a kind without a line: what was typed for another kind is left alone
    if not chosen:
        if least:
            raise BadForm(
                "A minimum turnout needs a line that the vote can pass.",
                "Choose what it takes to pass, or choose “No minimum”.",
            )
        return None
    if chosen == OTHER:
        line: Any = {"share": text(sent, "share"), "op": text(sent, "op"), "base": text(sent, "base")}
    else:
        line = _read_line(chosen)
    return {**line, "minimum_turnout": least} if least and isinstance(line, dict) else line


def _read_line(sent: Any) -> Any:
    if not isinstance(sent, str):
        return sent
    try:
        return json.loads(sent)
    except ValueError:
        raise BadForm("The threshold cannot be read.", "Choose one of the thresholds of the form.") from None


def conduct_of(sent: dict[str, Any]) -> dict[str, Any]:
    """How the round is held, as far as it differs from the usual."""
    said: dict[str, Any] = {}
    for name, usual in (("secrecy", "secret"), ("publish", "ballots")):
        value = text(sent, name)
        if value and value != usual:
            said[name] = value
    said |= {name: True for name in TICKED if sent.get(name)}
    said |= {name: text(sent, name) for name in NAMED if text(sent, name)}
    if earlier := text(sent, "after"):
        verdict, _, round_id = earlier.partition(" ")
        said["after"] = {"round": round_id, "verdict": verdict}
    return said


# ------------------------------------------------------------------------------------------------ and back


def fields_of(definition: Mapping[str, Any], conduct: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The fields that describe this round: what the form shows when it is to be changed."""
    kind = KINDS[definition["rule"]]
    terms: Mapping[str, Any] = definition.get("terms") or {}
    shown = {"title": definition["title"], "rule": definition["rule"]}
    options = list(definition["options"])
    if "bids" in kind.fields:
        least = terms.get("least") or [None] * len(options)
        bids = zip(options, terms["costs"], least, strict=True)
        shown["bids"] = "\n".join(" | ".join(str(part) for part in bid if part is not None) for bid in bids)
    else:
        usual = RULES[kind.rule].default_options
        name = "options" if usual is None else "own_options"
        shown[name] = "" if tuple(options) == usual else "\n".join(options)
    if definition.get("max_choices"):
        shown["max_choices"] = str(definition["max_choices"])
    for name in kind.fields:
        if name in terms and name not in NO_TERM:
            value = terms[name]
            shown[name] = "\n".join(value) if isinstance(value, list) else str(value)
    if "completion" in kind.fields:
        shown.setdefault("completion", "none")  # what is meant where nothing is said
    return shown | _line_fields(definition.get("threshold")) | _conduct_fields(conduct or {})


def _line_fields(line: Mapping[str, Any] | None) -> dict[str, str]:
    if not line:
        return {}
    own = {name: str(line[name]) for name in ("share", "op", "base")}
    usual = [(share, op, base) for _, share, op, base in THRESHOLDS]
    known = tuple(own.values()) in usual
    shown = {"threshold": json.dumps(own)} if known else {"threshold": OTHER, **own}
    return {**shown, "minimum_turnout": line.get("minimum_turnout") or ""}


def _conduct_fields(conduct: Mapping[str, Any]) -> dict[str, str]:
    shown = {name: str(conduct[name]) for name in ("secrecy", "publish", *NAMED) if conduct.get(name)}
    shown |= {name: "1" for name in TICKED if conduct.get(name)}
    if after := conduct.get("after"):
        shown["after"] = f"{after['verdict']} {after['round']}"
    return shown


# ------------------------------------------------------------------------------------------------ choices


def threshold_choices(rule: str = "yes-no", other: bool = False) -> list[dict[str, str]]:
    """The lines that this rule can be held against; each value is the threshold as the API writes it."""
    lines = [
        {"value": json.dumps({"share": share, "op": op, "base": base}), "text": words}
        for words, share, op, base in THRESHOLDS
        if base != "yes+no" or rule == "yes-no"
    ]
    more = [{"value": OTHER, "text": "Another line, as I write it below"}] if other else []
    return [{"value": "", "text": "No line: only count"}, *lines, *more]


def turnout_choices(chosen: str = "") -> list[dict[str, str]]:
    """The least turnouts that the form offers, and the one that a round has already."""
    known = [{"value": share, "text": words} for words, share in TURNOUTS]
    own = [] if chosen in {share for _, share in TURNOUTS} else [{"value": chosen, "text": f"At least {chosen}"}]
    return [*known, *own]


def base_choices(rule: str) -> list[dict[str, str]]:
    """The bases that a line of this rule can have."""
    return [{"value": base, "text": words} for base, words in BASES if base != "yes+no" or rule == "yes-no"]
