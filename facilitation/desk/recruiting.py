"""The recruiter's acts: a recruitment, its files, and draws that run somewhere else.

This house keeps the files and the state of a draw; it never looks inside. A draw is worked on by another program, which
says `start_draw`, then `heartbeat` as it goes on, then `finish_draw` or `fail_draw`. A program that was told
“cancelled” by its heartbeat stops.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from facilitation.desk.core import STAFF, Core
from facilitation.errors import BadRequest, NotFound, WrongState
from facilitation.store import Attempt, DrawRequest, Edition, Recruitment, Transaction
from facilitation.store.recruitments import aside_of, editions_of, input_of, secret_of

SILENCE_SECONDS = 30
"""A running draw that has said nothing for so long has lost its program."""
MOST_ATTEMPTS = 2
LONGEST_TITLE = 200
LONGEST_SEED = 200
MOST_MEMBERS = 100_000
WHY_IS_FORGOTTEN = "Why it failed is not kept: the words may have told of somebody whose data is erased."

NamedFile = tuple[str, bytes]


@dataclass(frozen=True)
class QuotasChange:
    """New quotas (a CSV file) or a new panel size, and what was done, in words for the recruitment's page."""

    what: str
    quotas: bytes | None = None
    size: int | None = None


class Recruiting(Core):
    """Recruitments, files, draws."""

    def new_recruitment(self, title: str) -> str:
        """A new recruitment; its id."""
        title = title.strip()
        if not title or len(title) > LONGEST_TITLE:
            raise BadRequest("The recruitment needs a title.", f"Give it 1 to {LONGEST_TITLE} characters.")
        new = Recruitment(self._new_id(), title, self._now())
        with self._store.writing() as tx:
            tx.recruitments.add(new)
        return new.id

    def put_files(
        self,
        recruitment_id: str,
        *,
        pool: NamedFile,
        quotas: NamedFile,
        size: int,
        household: Sequence[str] = (),
        more: Mapping[str, NamedFile | None] | None = None,
        exclude_by: str = "",
        actor: str = STAFF,
    ) -> None:
        """Keep pool and quotas with the panel size; files put before are overwritten, unless a draw is at work.

        Quotas that are new become an edition; those before stay to be looked at. The same files again change nothing.
        `more` are files beside the two, by part; None forgets one that is there.
        """
        _check_size(size)
        with self._store.writing() as tx:
            found = tx.recruitments.one(recruitment_id)
            self._not_at_work(found)
            same = tx.recruitments.bytes_of(recruitment_id).get("quotas") == quotas and found.size == size
            tx.recruitments.change(recruitment_id, household=json.dumps(list(household)), exclude_by=exclude_by)
            for part, file in (more or {}).items():
                if file is None:
                    tx.recruitments.erase(recruitment_id, part)
                else:
                    tx.recruitments.put(recruitment_id, part, *file)
            tx.recruitments.put(recruitment_id, "pool", *pool)
            if not same:
                self._put_quotas(tx, found, (quotas, size), (actor, f"uploaded {quotas[0]}, panel of {size}"))

    def change_quotas(self, recruitment_id: str, change: QuotasChange, *, seen: int, actor: str = STAFF) -> None:
        """Other quotas or another size, as the page with edition `seen` offered it; refused once they have changed."""
        with self._store.writing() as tx:
            found = tx.recruitments.one(recruitment_id)
            self._not_at_work(found)
            if found.edition != seen:
                raise WrongState("The quotas have changed since this page was made.", "Look at them and choose again.")
            held = tx.recruitments.bytes_of(recruitment_id).get("quotas")
            file = ("quotas.csv", change.quotas) if change.quotas is not None else held
            size = found.size if change.size is None else change.size
            if file is None or size is None:
                raise WrongState("Pool and quotas are not there yet.", "Upload both files first.")
            _check_size(size)
            self._put_quotas(tx, found, (file, size), (actor, change.what))

    def _put_quotas(
        self, tx: Transaction, found: Recruitment, put: tuple[NamedFile, int], done: tuple[str, str]
    ) -> None:
        file, size = put
        tx.recruitments.change(found.id, size=size)
        tx.recruitments.put(found.id, "quotas", *file)
        tx.recruitments.add_edition(found.id, Edition(found.edition + 1, self._now(), *done), file)

    def quotas_edition(self, recruitment_id: str, number: int) -> NamedFile:
        """The quotas file as it was in this edition."""
        with self._store.reading() as tx:
            tx.recruitments.one(recruitment_id)
            kept = tx.recruitments.bytes_of(editions_of(recruitment_id)).get(str(number))
        if kept is None:
            raise NotFound("There is no such edition of the quotas.", "Choose one from the recruitment's page.")
        return kept

    def put_aside(self, recruitment_id: str, files: Mapping[str, NamedFile]) -> None:
        """Files that a page works on before anything counts; those put aside before under these parts are replaced."""
        with self._store.writing() as tx:
            tx.recruitments.one(recruitment_id)
            for part, file in files.items():
                tx.recruitments.put(aside_of(recruitment_id), part, *file)

    def aside(self, recruitment_id: str) -> dict[str, NamedFile]:
        """What was put aside, by part."""
        with self._store.reading() as tx:
            tx.recruitments.one(recruitment_id)
            return tx.recruitments.bytes_of(aside_of(recruitment_id))

    def recruitment(self, recruitment_id: str) -> Recruitment:
        """The recruitment with its draws, the oldest first."""
        with self._store.reading() as tx:
            return tx.recruitments.one(recruitment_id)

    def recruitments(self) -> list[Recruitment]:
        """All recruitments, the newest first."""
        with self._store.reading() as tx:
            return tx.recruitments.all()

    def files(self, recruitment_id: str) -> dict[str, NamedFile]:
        """Name and bytes of `pool` and `quotas`, as far as they were put."""
        with self._store.reading() as tx:
            tx.recruitments.one(recruitment_id)
            return tx.recruitments.bytes_of(recruitment_id)

    def erase_files(self, recruitment_id: str) -> None:
        """Forget pool, quotas, the secret, and the output of every draw of this recruitment."""
        with self._store.writing() as tx:
            found = tx.recruitments.one(recruitment_id)
            self._not_at_work(found)
            mine = (recruitment_id, editions_of(recruitment_id), secret_of(recruitment_id), aside_of(recruitment_id))
            draws = [draw.id for draw in found.draws]
            for owner in (*mine, *draws, *map(input_of, draws)):
                tx.recruitments.erase(owner)
        self._store.tidy()

    def request_draw(
        self,
        recruitment_id: str,
        *,
        seed: str = "",
        kind: str = "draw",
        options: Mapping[str, Any] | None = None,
        files: Mapping[str, NamedFile] | None = None,
    ) -> str:
        """Ask for a draw, with this seed or (when it is empty) with one made by chance; its id.

        `kind` and `options` are for the program that will do the work; this house keeps them and reads neither. `files`
        are this draw's own; a draw of this kind that has been done with the very same ones is not done again.
        """
        seed = seed.strip()
        if len(seed) > LONGEST_SEED or not seed.isprintable():
            raise BadRequest(
                "The seed cannot be used.", f"Write it on one line, with at most {LONGEST_SEED} characters."
            )
        with self._store.writing() as tx:
            found = tx.recruitments.one(recruitment_id)
            self._not_at_work(found)
            if {"pool", "quotas"} - set(found.files):
                raise WrongState("Pool and quotas are not there yet.", "Upload both files first.")
            request = DrawRequest(
                self._new_id(), recruitment_id, self._now(), seed=seed, kind=kind, options=dict(options or {})
            )
            tx.recruitments.add_draw(request)
            self._put_input(tx, found, request, files or {})
        return request.id

    def _put_input(
        self, tx: Transaction, found: Recruitment, request: DrawRequest, files: Mapping[str, NamedFile]
    ) -> None:
        done = [one.id for one in found.draws if one.kind == request.kind and one.state == "done"]
        if files and any(tx.recruitments.bytes_of(input_of(one)) == files for one in done):
            raise WrongState("This was drawn for already, and what was drawn stands.", "Seat who was drawn.")
        for part, file in files.items():
            tx.recruitments.put(input_of(request.id), part, *file)

    def draw_input(self, draw_id: str) -> dict[str, NamedFile]:
        """The files that were given with the request for this draw."""
        with self._store.reading() as tx:
            return tx.recruitments.bytes_of(input_of(draw_id))

    def draw(self, draw_id: str) -> DrawRequest:
        """How far the draw has come."""
        with self._store.reading() as tx:
            return tx.recruitments.draw(draw_id)

    def start_draw(self, draw_id: str, worker: str = "") -> DrawRequest:
        """A program takes the draw on; refused when another one is at work on it or it has ended.

        `attempts` of the answer is the number of this attempt, by which the program is known from now on: one that fell
        silent and was given up cannot speak for the draw any more when it comes back.
        """
        with self._store.writing() as tx:
            request = tx.recruitments.draw(draw_id)
            if request.state != "queued":
                raise WrongState(f"The draw is {request.state}.", "Ask for a new draw.")
            mine = Attempt(request.attempts + 1, worker, self._now())
            started = replace(
                request,
                state="running",
                attempts=mine.number,
                heartbeat_at=self._now(),
                stage="starting",
                record=(*request.record, mine),
            )
            tx.recruitments.set_draw(started)
        return started

    def heartbeat(self, draw_id: str, *, attempt: int | None = None, **progress: Any) -> DrawRequest:
        """The program at work is alive and has come so far (stage, done, bound, gap, elapsed, note).

        The answer tells it whether to go on: anything but “running”, or another attempt, means stop.
        """
        with self._store.writing() as tx:
            request = tx.recruitments.draw(draw_id)
            if request.state == "running" and attempt in (None, request.attempts):
                request = replace(request, heartbeat_at=self._now(), **progress)
                tx.recruitments.set_draw(request)
        return request

    def finish_draw(self, draw_id: str, files: Mapping[str, bytes], *, attempt: int | None = None) -> DrawRequest:
        """The draw is done and these are its files. Finishing a cancelled draw is refused."""
        with self._store.writing() as tx:
            request = self._running(tx, draw_id, attempt)
            tx.recruitments.erase(draw_id)
            for name, data in files.items():
                tx.recruitments.put(draw_id, name, name, data)
            done = replace(self._over(request, "done"), stage="done", error="", heartbeat_at=self._now())
            tx.recruitments.set_draw(done)
        return done

    def fail_draw(self, draw_id: str, error: str, *, attempt: int | None = None) -> DrawRequest:
        """The draw came to nothing, and this sentence says why."""
        with self._store.writing() as tx:
            running = self._running(tx, draw_id, attempt)
            failed = replace(self._over(running, "failed"), error=error, heartbeat_at=self._now())
            tx.recruitments.set_draw(failed)
        return failed

    def cancel_draw(self, draw_id: str) -> DrawRequest:
        """Stop a draw that is queued or running. Cancelling again changes nothing; a draw that is done stays done."""
        with self._store.writing() as tx:
            request = tx.recruitments.draw(draw_id)
            if request.state in ("done", "failed"):
                raise WrongState(f"The draw is {request.state} already.", "There is nothing left to cancel.")
            cancelled = self._over(request, "cancelled")
            tx.recruitments.set_draw(cancelled)
        return cancelled

    def enough(self, draw_id: str) -> DrawRequest:
        """Let a draw come to its end with the best it has found by then. To ask again changes nothing."""
        with self._store.writing() as tx:
            request = tx.recruitments.draw(draw_id)
            if request.ended:
                raise WrongState(f"The draw is {request.state} already.", "There is nothing left to stop.")
            asked = replace(request, options={**request.options, "enough": True})
            tx.recruitments.set_draw(asked)
        return asked

    def draw_files(self, draw_id: str, names: Collection[str] | None = None) -> dict[str, bytes]:
        """The files of a draw that is done, by name: all, or those of these names as far as they are there."""
        with self._store.reading() as tx:
            request = tx.recruitments.draw(draw_id)
            if request.state != "done":
                raise WrongState(f"The draw is {request.state}, so it has no files.", "Wait until it is done.")
            return {name: data for name, (_, data) in tx.recruitments.bytes_of(draw_id, names).items()}

    def waiting_draws(self) -> tuple[DrawRequest, ...]:
        """Draws that are queued or running, the oldest first."""
        with self._store.reading() as tx:
            return tx.recruitments.waiting_draws()

    def revive_draws(self) -> tuple[DrawRequest, ...]:
        """Queue again every running draw that has fallen silent, once; after that it has failed. Those queued again."""
        revived = []
        with self._store.writing() as tx:
            for request in tx.recruitments.waiting_draws():
                beat = request.heartbeat_at
                silent = beat is not None and abs(self._now() - beat) >= timedelta(seconds=SILENCE_SECONDS)
                if request.state != "running" or not silent:
                    continue
                given_up = self._over(request, "lost")
                if request.attempts < MOST_ATTEMPTS:
                    revived.append(replace(given_up, state="queued"))
                    tx.recruitments.set_draw(revived[-1])
                else:
                    lost = f"Its program was lost {request.attempts} times."
                    tx.recruitments.set_draw(replace(given_up, state="failed", error=lost))
        return tuple(revived)

    def _running(self, tx: Transaction, draw_id: str, attempt: int | None) -> DrawRequest:
        request = tx.recruitments.draw(draw_id)
        if request.state != "running":
            raise WrongState(f"The draw is {request.state}.", "Ask for a new draw.")
        if attempt not in (None, request.attempts):
            raise WrongState(
                f"Attempt {attempt} fell silent, and attempt {request.attempts} has taken the draw over.",
                "Leave it to that one.",
            )
        return request

    def _over(self, request: DrawRequest, how: str) -> DrawRequest:
        """The request in this state, and the attempt that was at work on it (if any) at its end."""
        record = list(request.record)
        if record and not record[-1].ended:
            record[-1] = replace(record[-1], ended=how, ended_at=self._now())
        return replace(request, state=how, record=tuple(record))

    def _forget_why(self, tx: Transaction, found: Recruitment) -> None:
        """What draws complained of may quote a row: a value that was mistyped, or an id that is an address."""
        for draw in found.draws:
            if draw.error:
                tx.recruitments.set_draw(replace(draw, error=WHY_IS_FORGOTTEN))

    def _not_at_work(self, found: Recruitment) -> None:
        if found.draw is not None and not found.draw.ended:
            raise WrongState("A draw of this recruitment is at work.", "Wait for it, or cancel it first.")


def _check_size(size: int) -> None:
    if not 0 < size <= MOST_MEMBERS:
        raise BadRequest(f"A panel of {size} members cannot be.", "Give the number of members to draw.")
