"""What members answered: to statements, to tests of drafts, to questionnaires. Never in the journal.

An answer stands under its member for as long as it can be changed. When its sheet is closed it is cut: every voice
becomes a random word, the same for all answers of one person on that sheet, and rows lie in the order of these words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from facilitation.store.backup import CUT
from facilitation.store.schema import answer


@dataclass(frozen=True)
class Answered:
    """The answers of all items, inside one transaction."""

    connection: Connection

    def put(self, item: str, sheet: str, voice: str, part: str, value: str | None) -> None:
        """This voice's answer to this part, in place of the one before; None takes it back."""
        mine = (
            answer.c.item == item,
            answer.c.sheet == sheet,
            answer.c.voice == voice,
            answer.c.part == part,
        )
        if value is None:
            self.connection.execute(delete(answer).where(*mine))
        elif not self.connection.execute(update(answer).where(*mine).values(value=value)).rowcount:
            row = {"item": item, "sheet": sheet, "voice": voice, "part": part, "value": value}
            self.connection.execute(insert(answer).values(**row))

    def of(self, item: str, voice: str | None = None) -> dict[str, dict[str, dict[str, str]]]:
        """All answers of an item's work, or those of one voice: sheet → voice → part → value."""
        found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        mine = [answer.c.item == item, *([] if voice is None else [answer.c.voice == voice])]
        rows = select(answer).where(*mine).order_by(answer.c.sheet, answer.c.voice, answer.c.part)
        for row in self.connection.execute(rows):
            found[row.sheet][row.voice][row.part] = row.value
        return {sheet: dict(voices) for sheet, voices in found.items()}

    def of_voice(self, member: str) -> list[dict[str, str]]:
        """The answers under which this member still stands."""
        mine = select(answer.c.part, answer.c.value).where(answer.c.voice == member).order_by(answer.c.part)
        return [{"part": row.part, "value": row.value} for row in self.connection.execute(mine)]

    def counts(self, item: str, sheet: str) -> dict[str, int]:
        """How many voices have answered each part of a sheet."""
        mine = (answer.c.item == item, answer.c.sheet == sheet)
        rows = select(answer.c.part, func.count()).where(*mine).group_by(answer.c.part)
        return {part: int(count) for part, count in self.connection.execute(rows)}

    def cut(self, item: str, sheet: str, new_word: Callable[[], str]) -> None:
        """Nobody can be found in this sheet any more; what was cut before stays as it is."""
        mine = (answer.c.item == item, answer.c.sheet == sheet)
        voices = self.connection.execute(select(answer.c.voice).where(*mine).distinct()).scalars()
        for voice in sorted(one for one in voices if not one.startswith(CUT)):
            word = CUT + new_word()
            self.connection.execute(update(answer).where(*mine, answer.c.voice == voice).values(voice=word))

    def cut_voice(self, member: str, new_word: Callable[[], str]) -> None:
        """This member can be found in no sheet any more: a random word each, so that no two can be told to be one's."""
        mine = answer.c.voice == member
        sheets = self.connection.execute(select(answer.c.item, answer.c.sheet).where(mine).distinct()).all()
        for item, sheet in sorted((row.item, row.sheet) for row in sheets):
            here = (mine, answer.c.item == item, answer.c.sheet == sheet)
            self.connection.execute(update(answer).where(*here).values(voice=CUT + new_word()))

    def forget(self, item: str, sheet: str) -> None:
        """This sheet was never asked."""
        self.connection.execute(delete(answer).where(answer.c.item == item, answer.c.sheet == sheet))
