"""The work of a drafts item: themes with their groups, drafts with all versions, tests, objections, statements.

Frozen values. Nothing is ever taken out of a draft: versions are only added, an amendment that is declined stays to be
read, a test that is closed stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from facilitation.drafts.loop import Line, Moved, State, comfortable
from facilitation.errors import NotFound
from facilitation.told import told


@dataclass(frozen=True)
class Theme:
    """A theme; `text` is its present name."""

    id: str
    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A wording of a draft: its text, its fingerprint, when and how it came; `amendment` is the one it took up."""

    number: int
    text: str
    fingerprint: str
    at: datetime
    amendment: str = ""


class Fate(StrEnum):
    """What became of an amendment."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True)
class Amendment:
    """Another wording of version `on`; `version` is the one that took it up, `why` the text of a refusal."""

    id: str
    on: int
    fingerprint: str
    at: datetime
    late: bool = False
    fate: Fate = Fate.OPEN
    version: int = 0
    why: str = ""


@dataclass(frozen=True)
class Reason:
    """Why somebody answered so: a text, and the answer where it may be told."""

    text: str
    answer: str
    objection: bool = False


@dataclass(frozen=True)
class Tested:
    """One test of one draft: of which version, against which line, and what it came to."""

    test: str
    version: int
    line: Line
    opened_at: datetime
    closed_at: datetime | None = None
    present: int = 0
    answered: int = 0
    counts: Mapping[str, int] | None = None
    moved: Moved | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def comfortable(self) -> int | None:
        """How many can live with it; None where the counts are not told."""
        return None if self.counts is None else comfortable(self.counts)

    @property
    def reached(self) -> bool | None:
        """Whether the line was reached; None where too few answered to say so."""
        if self.comfortable is None or not self.line.enough(self.answered, self.present):
            return None
        return self.line.reached(self.comfortable, self.answered)


@dataclass(frozen=True)
class Draft:
    """A draft with its whole history."""

    id: str
    theme: str
    versions: tuple[Version, ...]
    sources: tuple[str, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    tests: tuple[Tested, ...] = ()
    withdrawn: str = ""
    """The text that says why it is not pursued."""
    stopped: str = ""
    """The text that says why it is not tested any more."""

    @property
    def now(self) -> Version:
        """The present version."""
        return self.versions[-1]

    @property
    def in_test(self) -> bool:
        """Whether everyone is being asked about it."""
        return bool(self.tests) and self.tests[-1].closed_at is None

    @property
    def held(self) -> tuple[Tested, ...]:
        """The tests that are counted."""
        return tuple(one for one in self.tests if one.closed_at is not None)

    @property
    def state(self) -> State:
        """Where it is in its loop: by the last test, if that was of the present wording."""
        if self.withdrawn:
            return State.WITHDRAWN
        if self.in_test:
            return State.IN_TEST
        if self.stopped:
            return State.STOPPED
        if not self.held:
            return State.NOT_TESTED
        last = self.held[-1]
        if self.versions[last.version - 1].fingerprint != self.now.fingerprint:
            return State.TEST_AGAIN
        if last.reached is None:
            return State.TOO_FEW
        return State.REACHED if last.reached else State.TO_REWRITE

    def version(self, number: int) -> Version:
        """The version of this number."""
        if not 1 <= number <= len(self.versions):
            raise NotFound(
                told("This draft has no version {n}.", n=number), told("Choose one of 1 to {n}.", n=len(self.versions))
            )
        return self.versions[number - 1]

    def amendment(self, amendment: str) -> Amendment:
        """The amendment of this id."""
        for one in self.amendments:
            if one.id == amendment:
                return one
        raise NotFound(told("This draft has no such amendment."), told("Look at the draft again."))


@dataclass(frozen=True)
class Objection:
    """An objection to a draft: its text, since which version; met by `met` as `by` says, agreed by the objector."""

    id: str
    draft: str
    text: str
    raised_on: int
    from_test: str = ""
    met: int = 0
    by: str = ""
    confirmed: bool = False

    @property
    def open(self) -> bool:
        """Whether it still stands."""
        return not self.met


@dataclass(frozen=True)
class Statement:
    """A minority statement; its text is its id."""

    id: str
    draft: str
    at: datetime
    taken_back: bool = False


@dataclass(frozen=True)
class Cited:
    """The wording of a draft on which a round votes."""

    draft: str
    version: int
    fingerprint: str


@dataclass(frozen=True)
class Work:
    """Everything of one drafts item, and of those that continue it."""

    themes: Mapping[str, Theme] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    """The theme of every member who has chosen one."""
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    objections: Mapping[str, Objection] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    rounds: Mapping[str, Mapping[str, Cited]] = field(default_factory=dict)
    """Votes about drafts: round → option → what it stands for."""
    testing: str = ""
    """The test that is open."""
    stage: str = ""
    """The draft that the hall reads together."""
    known: frozenset[str] = frozenset()
    """Texts that have had their effect, so that sending twice is sending once."""

    def theme(self, theme: str) -> Theme:
        """The theme of this id."""
        if theme not in self.themes:
            raise NotFound(told("There is no such theme."), told("Choose one of the themes on this page."))
        return self.themes[theme]

    def draft(self, draft: str) -> Draft:
        """The draft of this id."""
        if draft not in self.drafts:
            raise NotFound(told("There is no such draft."), told("Choose one of the drafts on this page."))
        return self.drafts[draft]

    def objection(self, objection: str) -> Objection:
        """The objection of this id."""
        if objection not in self.objections:
            raise NotFound(told("There is no such objection."), told("Look at the draft again."))
        return self.objections[objection]

    def statement(self, statement: str) -> Statement:
        """The minority statement of this id."""
        if statement not in self.statements:
            raise NotFound(told("There is no such minority statement."), told("Look at the draft again."))
        return self.statements[statement]

    def of_theme(self, theme: str) -> tuple[Draft, ...]:
        """The drafts of a theme."""
        return tuple(draft for draft in self.drafts.values() if draft.theme == theme)

    def group(self, theme: str) -> tuple[str, ...]:
        """The members who work on a theme."""
        return tuple(member for member, chosen in self.groups.items() if chosen == theme)

    def number(self, draft: str) -> int:
        """Drafts are numbered in the order in which they were begun."""
        return list(self.drafts).index(draft) + 1

    def rounds_on(self, draft: str) -> dict[str, tuple[str, Cited]]:
        """The votes in which this draft is an option: round → (option, what it stands for)."""
        found = ((round_id, options.items()) for round_id, options in self.rounds.items())
        return {one: pair for one, options in found for pair in options if pair[1].draft == draft}
