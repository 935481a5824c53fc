"""A ballot on paper: which boxes it has for a round's rule, and how they are filled in with a pen.

Pure. Limits come from the form of the ballot (`ballot_forms`), so that a paper asks for what a tablet asks for; only
the words are those of a pen. The sheet that is printed and the boxes into which it is typed are drawn from the same
value, so that whoever types sees the boxes of the paper. What was typed is read by `ballot_forms.payload_of` and judged
by the rule of the round: a paper cannot hold a vote that a tablet could not cast.

There are five kinds of paper: `one` cross; `many` crosses; `rank`, whole numbers as places, 1 first; `grid`, at most
one cross in a row, under a number, a grade or a price; `number`, a whole number (or so many circles) in a row.

>>> from facilitation.rules import parse_definition
>>> form = paper_form(parse_definition({"title": "Which?", "rule": "irv", "options": ["tram", "bus", "path"]}))
>>> form.kind, form.how
('rank', 'Write 1 beside your first choice, 2 beside your second, and so on, without a gap. Stop where you like. \
Use every number once.')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from facilitation.ballot_forms import Form, form_of
from facilitation.rules.definition import RoundDefinition

WIDEST: Final = 11
"""Columns of crosses that fit beside an option; a longer scale is written as a number."""

MOST_DOTS: Final = 12
"""Circles that fit beside an option; more dots are written as a number."""

OWN_ANSWERS: Final = ("yes-no", "support", "consent", "temperature")
"""Rules that bring their answers: only these are explained, for nobody knows what somebody's own “like” means."""

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "love": "I am fully for it",
        "like": "I am for it",
        "live with": "I can accept it",
        "lament": "I am unhappy with it",
        "loathe": "I am strongly against it",
        "abstain": "I take part, but I do not choose a side",
        "consent": "I have no objection",
        "stand aside": "I have doubts, and will not stop it",
        "objection": "I cannot accept it, and say why",
    }
)
"""What a short answer means."""

WHO_WILL_KNOW: Final[Mapping[str, str]] = MappingProxyType(
    {
        "secret": "Your name is not on this paper. Give it folded to the scrutineer, who ticks your name off the list, "
        "types the ballot in, and may tell nobody what is on it.",
        "open": "This vote is by name: your name will stand beside your vote once the vote has closed.",
    }
)
STUBS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ballots": "After the count every ballot is published under its number, without names. Look for yours: that "
        "is your ballot, as it was counted. Show the number to nobody.",
        "root": "After the count the ballots are not published, only four words that fix them all, so that nobody can "
        "be made to show how they voted. Show the number to nobody.",
        "open": "After the count your name stands beside your vote. Look whether it is as you filled it in.",
        "practice": "This is practice. Nothing of it is kept.",
    }
)


def who_will_know(secrecy: str) -> str:
    """What a paper says of its secrecy. A scrutineer who types it in has seen it: that is not hidden.

    A sealed round's paper is as secret as any paper, and no more.
    """
    return WHO_WILL_KNOW["open" if secrecy == "open" else "secret"]


@dataclass(frozen=True)
class Row:
    """One option of the paper: its wording, what it means, and what it costs."""

    option: str
    meaning: str = ""
    cost: str = ""


@dataclass(frozen=True)
class Column:
    """One box of a row: what stands above it, the mark that a cross in it is, and what the mark costs."""

    head: str
    mark: int
    price: str = ""


@dataclass(frozen=True)
class PaperForm:
    """What is printed and what is typed. `dots` is how many circles a row has, where circles are filled in."""

    kind: str
    how: str
    rows: tuple[Row, ...] = ()
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()
    dots: int = 0
    with_reason: tuple[str, ...] = ()

    @property
    def costs(self) -> bool:
        """Whether options have a price beside them."""
        return any(row.cost for row in self.rows)

    @property
    def field(self) -> str:
        """What the field of a row is called when it is typed; the option follows, or is its value."""
        return {"one": "choice", "many": "choice", "rank": "rank:"}.get(self.kind, "mark:")


def paper_form(asked: RoundDefinition) -> PaperForm:
    """The paper of a round."""
    form = form_of(asked)
    made = PAPERS[form["kind"]]({**form, "options": len(asked.options)})
    money = form.get("money")
    costs = [bid["words"] for bid in money["bids"]] if money else [""] * len(asked.options)
    own = asked.rule in OWN_ANSWERS
    rows = [Row(o, MEANINGS.get(o, "") if own else "", cost) for o, cost in zip(asked.options, costs, strict=True)]
    notes = made.notes
    if money:
        there_is = f"There is {money['budget']['words']} to spend. "
        notes += (f"{'' if there_is.strip() in made.how else there_is}Beside each bid stands what it asks for.",)
    return PaperForm(made.kind, made.how, tuple(rows), made.columns, notes, made.dots, made.with_reason)


def _one(form: Form) -> PaperForm:
    return PaperForm("one", "Put a cross in one box.", with_reason=tuple(form.get("with_reason", ())))


def _several(form: Form) -> PaperForm:
    return PaperForm("many", f"Put a cross beside every answer that you support{_at_most(form)}.")


def _basket(form: Form) -> PaperForm:
    how = f"Put a cross beside every bid that you want to be funded{_at_most(form)}."
    return PaperForm("many", f"{how} They may cost more together than there is.")


def _at_most(form: Form) -> str:
    return "" if form["most"] is None else f", {form['most']} at most"


def _ranking(form: Form) -> PaperForm:
    stop = "Stop where you like." if form["most"] == form["options"] else f"Number {form['most']} at most."
    same = "Those that you like equally may have the same number." if form["level"] else "Use every number once."
    begin = "Write 1 beside your first choice, 2 beside your second, and so on, without a gap."
    return PaperForm("rank", f"{begin} {stop} {same}")


def _marks(form: Form) -> PaperForm:
    highest = form["highest"]
    columns = tuple(Column(str(mark), mark) for mark in range(highest + 1)) if highest < WIDEST else ()
    act = "put one cross under a number" if columns else "write a whole number"
    how = f"In each row {act}. {form['hint']}"
    return PaperForm("grid" if columns else "number", how, columns=columns)


def _grades(form: Form) -> PaperForm:
    grades: list[str] = form["grades"]
    empty = f"An empty row counts as “{grades[0]}”."
    if len(grades) <= WIDEST:
        columns = tuple(Column(grade, mark) for mark, grade in enumerate(grades))
        return PaperForm("grid", f"In each row put one cross under the grade that you give. {empty}", columns=columns)
    key = "; ".join(f"{mark} {grade}" for mark, grade in enumerate(grades))
    how = f"Beside each answer write the number of the grade that you give. {empty}"
    return PaperForm("number", how, notes=(f"The grades: {key}.",))


def _points(form: Form) -> PaperForm:
    circles = form["cap"] if form["cap"] <= MOST_DOTS else 0
    act = "Fill in a circle for each dot." if circles else "Write beside each answer how many dots it gets."
    return PaperForm("number", f"{act} {form['hint']}", dots=circles)


def _squares(form: Form) -> PaperForm:
    points, most = form["points"], form["cap"]
    if most >= WIDEST:
        return PaperForm("number", f"Write beside each answer how many votes it gets. {form['hint']}")
    columns = tuple(Column(str(votes), votes, str(votes * votes)) for votes in range(1, most + 1))
    how = f"You have {points} credits. In a row put one cross under the votes that you give; their price stands below."
    return PaperForm("grid", f"{how} Your crosses may cost {points} together.", columns=columns)


PAPERS: Final[Mapping[str, Callable[[Form], PaperForm]]] = MappingProxyType(
    {
        "one": _one,
        "reasoned": _one,
        "several": _several,
        "basket": _basket,
        "ranking": _ranking,
        "marks": _marks,
        "grades": _grades,
        "points": _points,
        "squares": _squares,
    }
)
"""A paper for every kind of form."""
