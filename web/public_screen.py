"""The whole screen of a public draw: what was fixed, what is typed so far, and, once it is revealed, who is drawn.

Made anew from the prepared files and the draw's events each time it is asked for, so a restart or a second screen shows
the same. Before the reveal there is nothing to see of any panel, and no name but those of the screen's choice after it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from facilitation.desk import DrawRequest, PublicDraw
from facilitation.errors import NotFound
from facilitation.panel import table_numbers
from facilitation.times import in_text, in_text_or_none
from web.access import desk
from web.public_names import NUMBER_AND_FIRST, public_name

COMMITMENT, ANNOUNCEMENT, BUNDLE = "public/commitment.json", "public/announcement.txt", "public/bundle.json"
POOL, PANEL, REVEALED = "private/pool.jsonl", "private/panel.csv", "public/reveal.json"
TYPISTS: Mapping[str, str] = {"recruiter": "The recruiter", "witness": "The witness"}


def public_screen(draw_id: str) -> dict[str, Any]:
    """What the hall sees of this draw; every key is always there."""
    request, draw = desk().draw(draw_id), desk().public_draw(draw_id)
    fixed = fixed_terms(draw_id)
    return {
        "seq": draw.step,
        "turnout_seq": 0,
        "audience": "draw",
        "now": in_text(datetime.now(UTC)),
        "title": fixed["assembly"],
        "fixed": fixed,
        "waiting_for": [words for who, words in TYPISTS.items() if who not in draw.entered],
        "typed": [TYPISTS[who] for who in draw.entered],
        "differed": draw.differed,
        "outcome": draw.outcome,
        "revealed_at": in_text_or_none(draw.revealed_at),
        **(_drawn(request) if draw.outcome is not None else {"members": [], "quotas": []}),
    }


def fixed_terms(draw_id: str) -> dict[str, Any]:
    """What the commitment of this draw says, in words and in values, with its fingerprint."""
    from sortition.public.entry import question
    from sortition.public.randomness import read_randomness
    from sortition.public.signed import hash_of, in_groups

    files = desk().draw_files(draw_id, (COMMITMENT,))
    if COMMITMENT not in files:
        raise NotFound("The files of this public draw were erased.", "Prepare a new draw.")
    said = json.loads(files[COMMITMENT])
    randomness, tickets = read_randomness(said["randomness"]), said["tickets"]
    fingerprint = hash_of(files[COMMITMENT])
    asked = question(randomness, tickets)
    return {
        "assembly": said["assembly"],
        "members": said["panel_size"],
        "volunteers": said["volunteers"],
        "tickets": tickets,
        "kind": randomness.kind,
        "randomness": said["randomness"],
        "decides": randomness.in_words(tickets),
        "fingerprint": fingerprint,
        "groups": in_groups(fingerprint).split(),
        "ask": asked.ask,
        "boxes": list(asked.boxes),
        "supersedes": said["supersedes"],
    }


def reveal_files(files: Mapping[str, bytes], entered: str) -> tuple[Mapping[str, bytes], Mapping[str, Any]]:
    """For the desk: the files to add when this was seen, and what the draw remembers of it."""
    from sortition.public.reveal import outcome, reveal

    drawn = outcome(files, entered)
    return reveal(files, entered), {"entered": drawn.entered, "ticket": drawn.ticket, "shown": drawn.shown}


def _drawn(request: DrawRequest) -> dict[str, Any]:
    """The members, by number, with the names that were agreed and their tables; the quotas with how many have each."""
    files = desk().draw_files(request.id, (BUNDLE, POOL, PANEL, REVEALED))
    if not {BUNDLE, REVEALED} <= set(files):
        raise NotFound("The files of this public draw were erased.", "Prepare a new draw.")
    bundle, panel = json.loads(files[BUNDLE]), set(json.loads(files[REVEALED])["panel"])
    rows = [row for line in files.get(POOL, b"").splitlines() if (row := json.loads(line))["volunteer"] in panel]
    erased = panel - {row["volunteer"] for row in rows}  # their number stays
    rows += [{"volunteer": number, "id": number, "columns": {}} for number in erased]
    tables, how = _tables(files.get(PANEL, b"id\n")), request.options.get("names", NUMBER_AND_FIRST)
    values = {one["volunteer"]: one["values"] for one in bundle["volunteers"] if one["volunteer"] in panel}
    quotas = [_quota(bundle["features"], quota, values) for quota in bundle["quotas"]]
    members = [
        {
            "number": row["volunteer"],
            "name": public_name(how, row["volunteer"], row["columns"]),
            "table": tables.get(row["columns"].get("id", row["id"]), 0),
            "quotas": [place for place, quota in enumerate(quotas) if row["volunteer"] in quota["who"]],
        }
        for row in sorted(rows, key=lambda row: str(row["volunteer"]))
    ]
    return {"members": members, "quotas": [{**one, "place": n, "who": len(one["who"])} for n, one in enumerate(quotas)]}


def _quota(features: list[str], quota: Mapping[str, Any], values: Mapping[str, list[str]]) -> dict[str, Any]:
    place = features.index(quota["feature"])
    return {**quota, "who": {number for number, mine in values.items() if mine[place] == quota["value"]}}


def _tables(panel: bytes) -> dict[str, int]:
    """Who will sit at which table when this panel is seated, as seating deals them."""
    rows = list(csv.DictReader(io.StringIO(panel.decode("utf-8"), newline="")))
    return dict(zip((row["id"] for row in rows), table_numbers(rows), strict=True))


def typed_so_far(draw: PublicDraw, typist: str) -> dict[str, Any]:
    """What the page of one of the two says of both."""
    other = next(who for who in TYPISTS if who != typist)
    return {"mine": draw.entered.get(typist), "other": other in draw.entered, "other_words": TYPISTS[other]}
