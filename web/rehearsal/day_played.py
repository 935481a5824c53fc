"""The demo's day, played at the desk up to the first vote: what members, hosts and the facilitator did in it.

Pure of clocks: the caller's clock goes when it is told, so the minutes of the made-up day look like minutes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from facilitation.desk import By, Desk, Seated
from facilitation.desk.evidence import Place
from facilitation.desk.ideas import Chosen, Words
from facilitation.desk.work import text_id
from facilitation.evaluation.questions import built_in
from web.rehearsal import day_words as said
from web.rehearsal.day_agenda import AGENDA, VOTE

LATE = 1.5
"""Minutes by which most items run over."""
FIRST_ANSWERS: Sequence[Mapping[str, int]] = (
    {"love": 13, "like": 12, "live with": 6, "lament": 6, "loathe": 3},
    {"love": 15, "like": 14, "live with": 8, "lament": 3, "loathe": 0},
    {"love": 10, "like": 13, "live with": 11, "lament": 4, "loathe": 2},
    {"love": 11, "like": 6, "live with": 7, "lament": 9, "loathe": 7},
)
SECOND_ANSWERS: Mapping[int, Mapping[str, int]] = {
    0: {"love": 15, "like": 13, "live with": 7, "lament": 4, "loathe": 1},
    3: {"love": 8, "like": 9, "live with": 13, "lament": 7, "loathe": 3},
}
CAMPS: Mapping[str, Sequence[int]] = {
    "those who drive": (40, -60, 50, 30, -80, 20, -60, -70, -70, 60),
    "those who ride": (50, 60, -20, 70, 40, 80, 50, 70, 60, -30),
}
"""How likely (in percent, beyond even) each half of the robots agrees with each statement."""


class Watch(Protocol):
    """A clock that can be told to go."""

    def go(self, minutes: float) -> None:
        """Let time pass."""


@dataclass(frozen=True)
class Played:
    """A day that is being played: at which desk, who is there, by whose clock and chance."""

    desk: Desk
    session: str
    members: tuple[str, ...]
    clock: Watch
    chance: random.Random

    @property
    def items(self) -> list[str]:
        """The ids of the agenda's items."""
        return [item["id"] for item in self.desk.public_screens(self.session)["facilitator"]["agenda"]]

    @property
    def tables(self) -> list[int]:
        """The tables at which somebody sits."""
        people = self.desk.public_screens(self.session)["facilitator"]["members"]
        return sorted({row["table"] for row in people if row["present"]})

    def look(self, item: str) -> Any:
        """What the facilitator sees of an item's work."""
        return self.desk.item_screen(self.session, item, "facilitator")["work"]

    def key(self) -> str:
        """A key as a form makes it."""
        return self.chance.randbytes(16).hex()


def play_the_day(desk: Desk, seated: Seated, members: Sequence[str], clock: Watch, chance: random.Random) -> None:
    """Everything before the vote, with the members who are there; the vote's item has begun."""
    day = Played(desk, seated.session_id, tuple(members), clock, chance)
    desk.plan_livestream(day.session, used=True)
    for place, item in enumerate(day.items[: VOTE + 1]):
        desk.start_item(day.session, item)
        played = PARTS.get(place)
        planned = float(AGENDA[place]["planned_minutes"])
        if place == VOTE:
            return
        clock.go(planned / 2)
        if played is not None:
            played(day, item)
        clock.go(planned / 2 + LATE * (place % 2))


# ------------------------------------------------------------------------------------------------ the morning


def evaluate(day: Played, item: str) -> None:
    """Most answer most of the questions."""
    moment = str(next(row for row in AGENDA if row["title"] == _title(day, item))["terms"]["when"])
    questions = [question for page in built_in().at(moment) for question in page.questions]
    for member in day.members:
        for question in questions:
            if day.chance.random() < 0.9:
                likely = [2 * len(question.options) - place for place in range(len(question.options))]
                value = str(day.chance.choices(range(len(question.options)), likely)[0])
                day.desk.answer_question(day.session, item, member, question.id, value)
    day.desk.close_evaluation(day.session, item)


def _title(day: Played, item: str) -> str:
    agenda = day.desk.public_screens(day.session)["facilitator"]["agenda"]
    return str(next(row["title"] for row in agenda if row["id"] == item))


def talk(notes: Mapping[str, Sequence[str]]) -> Callable[[Played, str], None]:
    """At every table most people speak, and the host writes down what was said."""

    def play(day: Played, item: str) -> None:
        people = day.desk.public_screens(day.session)["facilitator"]["members"]
        for table in day.tables:
            host = By(table=table)
            here = [row["id"] for row in people if row["table"] == table and row["present"]]
            for member in here[: len(here) - table % 2]:
                day.desk.tap(day.session, item, host, "start", member)
                day.clock.go(0.05)
                day.desk.tap(day.session, item, host, "end", member)
            for heading, lines in notes.items():
                for line in day.chance.sample(lines, 2 if len(lines) > 3 else 1):
                    day.desk.add_note(day.session, item, host, heading, key=day.key(), body=line)
        _put_together(day, item, next(iter(notes)))

    return play


def _put_together(day: Played, item: str, heading: str) -> None:
    """What several tables wrote is put together, and the hall sees it."""
    rows = [row for row in day.look(item)["notes"] if row["heading"] == heading]
    for line in dict.fromkeys(row["text"] for row in rows):
        same = [row["id"] for row in rows if row["text"] == line]
        if len(same) > 1:
            name = " ".join(line.split()[:4]) + " …"
            day.desk.group_notes(day.session, item, same, key=day.key(), name=name)
    day.desk.show_notes(day.session, item, heading)


def hear(day: Played, item: str) -> None:
    """Three speakers; the tables send in their questions; a paper is handed out."""
    at = Place(day.session, item)
    day.desk.switch_livestream(day.session, on=True)
    for speaker in (1, 2, 3):
        day.desk.start_slot(at, speaker)
        day.clock.go(1)
    day.desk.end_slot(at)
    day.desk.attach_paper(at, day.key(), ("northmoor-in-figures.txt", said.PAPER.encode()), "Northmoor in figures")
    for number, question in enumerate(said.QUESTIONS):
        table = day.tables[number % len(day.tables)]
        day.desk.ask_for_table(at, table, f"question {number}", question, actor=f"host:{table}")


def answer(day: Played, item: str) -> None:
    """Questions are put together and supported, most are answered; one is owed until the next session."""
    at, tables = Place(day.session, item), day.tables
    asked = [text_id(f"table:{tables[n % len(tables)]}", f"question {n}") for n in range(len(said.QUESTIONS))]
    second, first = said.SAME_QUESTION
    day.desk.merge_questions(at, asked[second], asked[first])
    standing = [text for number, text in enumerate(asked) if number != second]
    for member in day.members:
        for text in day.chance.sample(standing, 3):
            day.desk.support_question(at, member, text)
    for text in standing[:5]:
        day.desk.mark_question(at, text, "now")
        day.clock.go(1)
        day.desk.mark_question(at, text, "answered")
    day.desk.mark_question(at, standing[5], "owed", note="Sian Pugh", key=day.key())
    for what, who, by in said.ACTIONS:
        day.desk.note_action(day.session, day.key(), what, who, by)
    day.desk.switch_livestream(day.session, on=False)


def write_ideas(day: Played, item: str) -> None:
    """Every idea by somebody else; then they are told one at a time."""
    ideas = [idea for _, group in said.IDEAS for idea in group]
    for number, idea in enumerate(ideas):
        member = day.members[number % len(day.members)]
        day.desk.write_idea(day.session, item, member, Words(f"idea {number}", idea))
    day.desk.ideas_step(day.session, item, "share")
    for number in range(len(ideas)):
        member = day.members[number % len(day.members)]
        day.desk.say_idea(day.session, item, text_id(member, f"idea {number}"), member=member)


def group_ideas(day: Played, item: str) -> None:
    """Two cards that say the same become one, hosts make groups, and members name them."""
    day.desk.ideas_step(day.session, item, "cluster")
    number, clusters = 0, []
    for place, (name, ideas) in enumerate(said.IDEAS):
        cards = [text_id(day.members[(number + n) % len(day.members)], f"idea {number + n}") for n in range(len(ideas))]
        number += len(ideas)
        host = f"host:{day.tables[place % len(day.tables)]}"
        if place == 0:
            day.desk.merge_cards(day.session, item, cards[:2], Words(day.key()), actor="facilitator")
            made = next(card["id"] for card in day.look(item)["loose"]["cards"] if card["parts"])
            cards = [made, *cards[2:]]
        day.desk.make_cluster(day.session, item, Chosen(cards), Words(day.key(), name.split()[0]), actor=host)
    clusters = [group["id"] for group in day.look(item)["groups"]]
    day.desk.ideas_step(day.session, item, "name")
    for place, cluster in enumerate(clusters):
        for voice, name in enumerate((said.IDEAS[place][0], *said.OTHER_NAMES.get(place, ()))):
            member = day.members[2 * place + voice]
            day.desk.propose_name(day.session, item, cluster, Words(day.key(), name), member=member)
        first = _proposed(day.look(item), cluster)[0]["id"]
        for member in day.members[:20]:
            day.desk.support_name(day.session, item, cluster, first, member=member)
    day.desk.ideas_step(day.session, item, "done")


def _proposed(work: Mapping[str, Any], cluster: str) -> list[Mapping[str, Any]]:
    return [name for group in work["names"] if group["id"] == cluster for name in group["proposed"]]


# ------------------------------------------------------------------------------------------------ the afternoon


def give_opinions(day: Played, item: str) -> None:
    """Two camps that agree on some things; the picture is drawn and shown."""
    from facilitation.opinions.picture import Table, draw  # here: only this needs matrices

    for statement in said.STATEMENTS:
        day.desk.add_statement(day.session, item, statement, day.key())
    texts = [row["text"] for row in day.look(item)["list"]]
    camps = list(CAMPS.values())
    for number, member in enumerate(day.members):
        for text, lean in zip(texts, camps[number % len(camps)], strict=True):
            chance = day.chance.randrange(-100, 100)
            value = "pass" if day.chance.random() < 0.08 else "agree" if chance < lean else "disagree"
            day.desk.answer_statement(day.session, item, member, text, value)
    day.desk.close_opinions(day.session, item)
    table = day.desk.opinion_table(day.session, item)
    if table is not None:
        day.desk.draw_opinions(day.session, item, draw(Table(**table)))
        day.desk.show_opinions(day.session, item, members=True, hall=True)


def write_drafts(day: Played, item: str) -> None:
    """Theme groups from the groups of ideas; a draft each; one amendment that is taken up."""
    groups = {
        known["words"]: one for one, known in day.desk.named_ideas(day.session).items() if known["kind"] == "cluster"
    }
    for place in range(len(said.DRAFTS)):
        name = said.IDEAS[place][0]
        day.desk.make_theme(day.session, item, name, key=day.key(), sources=[groups[name]])
    themes = [theme["id"] for theme in day.look(item)["themes"]]
    for number, member in enumerate(day.members[: 9 * len(themes)]):
        day.desk.choose_theme(day.session, item, member, themes[number % len(themes)])
    for number, (theme, words) in enumerate(zip(themes, said.DRAFTS, strict=True)):
        how = {"key": day.key(), "member": day.members[number], "sources": [groups[said.IDEAS[number][0]]]}
        day.desk.start_draft(day.session, item, theme, words, **how)


def gallery(day: Played, item: str) -> None:
    """The first test of every draft, with reasons."""
    day.desk.open_test(day.session, item)
    for row, counts in zip(day.look(item)["drafts"], FIRST_ANSWERS, strict=True):
        _answer(day, item, row, counts)
    day.desk.close_test(day.session, item, day.look(item)["testing"]["test"])


def redraft(day: Played, item: str) -> None:
    """Two drafts are written anew and tested once more; a minority writes down what it thinks."""
    rows = day.look(item)["drafts"]
    for number, changed in said.REWRITTEN.items():
        draft = rows[number]
        words = {**said.DRAFTS[number], **changed}
        member = day.members[number]
        day.desk.save_draft(day.session, item, draft["id"], words, on=draft["version"], key=day.key(), member=member)
    again = [rows[number]["id"] for number in said.REWRITTEN]
    day.desk.open_test(day.session, item, again)
    for number, counts in SECOND_ANSWERS.items():
        _answer(day, item, rows[number], counts)
    day.desk.close_test(day.session, item, day.look(item)["testing"]["test"])
    last = rows[-1]["id"]
    day.desk.attach_statement(day.session, item, last, said.MINORITY, key="minority", member=day.members[7])


def _answer(day: Played, item: str, draft: Mapping[str, Any], counts: Mapping[str, int]) -> None:
    answers = [answer for answer, count in counts.items() for _ in range(count)][: len(day.members)]
    for number, (member, given) in enumerate(zip(day.members, answers, strict=False)):
        reasons = said.REASONS[draft["number"] - 1] if given in ("lament", "loathe") else ()
        why = reasons[number % len(reasons)] if reasons else ""
        objects = given == "loathe" and number % 3 == 0
        answer = {"answer": given, "why": why, "objects": objects}
        day.desk.answer_draft(day.session, item, member, draft["id"], answer)


def read_through(day: Played, item: str) -> None:
    """Some ask for the floor, and have it."""
    for number, member in enumerate(day.members[::5]):
        day.desk.ask_to_speak(day.session, member)
        if number < 5:
            day.desk.give_floor(day.session, member)
            day.clock.go(1.2)
    day.desk.take_floor(day.session)


PARTS: Mapping[int, Callable[[Played, str], None]] = {
    2: evaluate,
    3: talk(said.PROMISES),
    4: hear,
    5: talk(said.NOTES),
    6: answer,
    8: write_ideas,
    9: group_ideas,
    11: give_opinions,
    12: write_drafts,
    13: gallery,
    14: redraft,
    15: read_through,
}
"""What is played in the item at this place of the agenda."""
