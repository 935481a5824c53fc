"""What is deleted when, deleting what is due, and what the authority says of itself.

Deleting is idempotent: what is gone is due no more. The journal gets one row for each deletion, with a number and
without a person, and its chain stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from facilitation.desk.core import STAFF
from facilitation.desk.entrance import Entrance
from facilitation.desk.recruiting import Recruiting
from facilitation.events import ContactsErased
from facilitation.model import Assembly
from facilitation.retention import Due, Periods, after, last_session_end, read_periods
from facilitation.store import Recruitment, Transaction
from facilitation.store.recruitments import aside_of, input_of, secret_of
from facilitation.times import moment

PUBLISHED: Final = ("chances.csv", "lottery.json", "certificate.json", "report.html", "report.json", "public/")
"""What stays of a draw: numbers and ids, without which nobody could check it any more."""
COMPARED: Final = "compare"
PERIODS, AUTHORITY = "periods", "authority"


class Retention(Entrance, Recruiting):
    """Periods, what is due, and the settings of the house."""

    def periods(self) -> Periods:
        """How long personal data is kept here."""
        return read_periods(self.house_setting(PERIODS))

    def set_periods(self, said: Mapping[str, Any]) -> Periods:
        """Keep it so long from now on."""
        periods = read_periods(said)
        self.set_house_setting(PERIODS, periods.as_json())
        return periods

    def house_setting(self, name: str) -> dict[str, Any]:
        """What was said under this name."""
        with self._store.reading() as tx:
            return tx.house_settings.get(name)

    def set_house_setting(self, name: str, value: Mapping[str, Any]) -> None:
        """Say this from now on."""
        with self._store.writing() as tx:
            tx.house_settings.put(name, value)

    def retention(self) -> list[Due]:
        """All personal data that there is, with the moment at which it goes: what goes first comes first."""
        periods = self.periods()
        with self._store.reading() as tx:
            found = [due for one in tx.recruitments.all() if (due := self._volunteers(tx, one, periods))]
            for assembly, _ in tx.journal.assemblies():
                found += self._members(tx, self._state(tx, assembly), periods)
        return sorted(found, key=lambda due: (due.at is None, due.at and due.at.timestamp(), due.kind, due.thing))

    def delete_due(self) -> list[Due]:
        """Delete what is due by now; what was deleted."""
        done = []
        for due in self.retention():
            if due.is_due(self._now()):
                self.delete_now(due)
                done.append(due)
        return done

    def delete_now(self, due: Due) -> None:
        """Delete this, whether it is due or not."""
        if due.kind == "volunteers":
            self.erase_volunteers(due.thing)
        elif due.kind == "contacts":
            self.erase_contacts(due.thing)
        else:
            with self._store.reading() as tx:
                members = [one.id for one in self._state(tx, due.thing).members.values() if not one.erased]
            for member in members:
                self.erase_person(member, due.thing)

    def erase_volunteers(self, recruitment_id: str) -> None:
        """Forget everything of a recruitment that tells of a person; what is published of its draws stays."""
        with self._store.writing() as tx:
            found = tx.recruitments.one(recruitment_id)
            self._not_at_work(found)
            self._forget_why(tx, found)
            for owner, part in _personal(tx, found):
                tx.recruitments.erase(owner, part)
        self._store.tidy()

    def erase_contacts(self, assembly_id: str) -> None:
        """Forget what is known of the members beside their names; tablets and codes open nothing any more."""
        with self._store.writing() as tx:
            state = self._state(tx, assembly_id)
            known = [one for one in tx.people.of(assembly_id) if one.salt]
            for one in known:
                tx.people.reduce(one.member)
                tx.needs.forget(one.member)
                tx.looks.forget(one.member)
                tx.words.forget_writer(one.member)
                tx.access.revoke_member(one.member)
            if known:
                self._append(tx, state, STAFF, [ContactsErased(len(known))])
        self._store.tidy()

    def _volunteers(self, tx: Transaction, found: Recruitment, periods: Periods) -> Due | None:
        if not _personal(tx, found):
            return None
        if found.assembly_id is None:
            at, why = after(found.made_at, periods.unseated), "nobody was seated; counted from the first day"
        else:
            at, why = after(_founded(tx, found.assembly_id), periods.volunteers), "counted from when it was seated"
        return Due("volunteers", found.id, found.title, at, why, 0)

    def _members(self, tx: Transaction, state: Assembly, periods: Periods) -> list[Due]:
        people = [one for one in tx.people.of(state.id) if not state.members[one.member].erased]
        last, why = last_session_end(state)
        rows = (("contacts", sum(bool(one.salt) for one in people)), ("names", len(people)))
        return [
            Due(kind, state.id, state.name, at, why or "counted from the last session", count)
            for kind, count in rows
            if count
            for at in [None if last is None else after(last, getattr(periods, kind))]
        ]


def _founded(tx: Transaction, assembly_id: str) -> datetime:
    return moment(tx.journal.first_links(assembly_id, 1)[0].at)


def _personal(tx: Transaction, found: Recruitment) -> list[tuple[str, str]]:
    """Every file of this recruitment in which a person may stand: all but the quotas and what was published."""
    places = [(found.id, part) for part in tx.recruitments.files(found.id) if part != "quotas"]
    for owner in (aside_of(found.id), secret_of(found.id)):
        places += [(owner, part) for part in tx.recruitments.files(owner)]
    for draw in found.draws:
        places += [(input_of(draw.id), part) for part in tx.recruitments.files(input_of(draw.id))]
        if draw.kind != COMPARED:
            parts = tx.recruitments.files(draw.id)
            places += [(draw.id, part) for part in parts if not part.startswith(PUBLISHED)]
    return places
