"""A prepared draw on the recruiter's desk: publish it, open the hall's screen, invite the witness, type the dice."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import DrawRequest, Recruitment
from web.access import Audience, desk, me, open_to
from web.doors.joining import done
from web.public_hall import AFTERWARDS, FOR_ALL, type_in
from web.public_screen import ANNOUNCEMENT, fixed_terms, public_screen, typed_so_far
from web.qr import address, square
from web.recruit.recruitments import draw_of
from web.refused import keep_forms

room = Blueprint("public_draw", __name__, url_prefix="/recruit/<recruitment_id>/draws/<draw_id>/public")
PRIVATE: tuple[tuple[str, str], ...] = (
    ("private/letters.csv", "A letter for everyone: their number, chance and tickets"),
    ("private/proofs.jsonl", "Everyone’s proof that their row is in the pool"),
)


def prepared_page(found: Recruitment, request_: DrawRequest) -> ResponseReturnValue:
    """The page of a draw that is prepared or revealed."""
    draw = desk().public_draw(request_.id)
    return render_template(
        "recruit/public.html",
        found=found,
        draw=request_,
        public=draw,
        screen=public_screen(request_.id),
        typed=typed_so_far(draw, "recruiter"),
        fixed=fixed_terms(request_.id),
        public_files=FOR_ALL + (AFTERWARDS if draw.outcome else ()),
        private_files=PRIVATE,
    )


@room.get("/announcement")
@open_to(Audience.RECRUITER)
def announcement(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """The sheet to print and publish before the draw."""
    draw_of(recruitment_id, draw_id)
    words = desk().draw_files(draw_id, (ANNOUNCEMENT,))[ANNOUNCEMENT].decode("utf-8")
    back = f"/recruit/{recruitment_id}/draws/{draw_id}"
    return render_template("recruit/announcement.html", words=words, fixed=fixed_terms(draw_id), back=back)


@room.get("/step")
@open_to(Audience.RECRUITER)
def step(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """The number of the newest event, for the page's script."""
    draw_of(recruitment_id, draw_id)
    return jsonify({"step": desk().public_draw(draw_id).step})


def _page(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    return prepared_page(*draw_of(recruitment_id, draw_id))


keep_forms(room, {"type_as_recruiter": _page})


@room.post("/hall")
@open_to(Audience.RECRUITER)
def open_hall(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """A new link for one more hall screen of this draw; each press makes another, and all stay good."""
    draw_of(recruitment_id, draw_id)
    return redirect(f"/draw/{desk().hall_key(draw_id)}", 303)


@room.post("/witness")
@open_to(Audience.RECRUITER)
def invite(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """A one-time link for the witness, shown once; each press makes another, and the one before falls away."""
    draw_of(recruitment_id, draw_id)
    here = address()
    link = f"{here.base}/witness/{desk().invite_witness(draw_id)}"
    shown: dict[str, Any] = {"link": link, "qr": square(link, "QR code for the witness"), "only_here": here.only_here}
    return render_template("recruit/witness.html", **shown, back=f"/recruit/{recruitment_id}/draws/{draw_id}")


@room.post("/entry")
@open_to(Audience.RECRUITER)
def type_as_recruiter(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """What the recruiter saw. The same again changes nothing; something else replaces it until the draw is revealed."""
    draw_of(recruitment_id, draw_id)
    type_in(draw_id, "recruiter", f"recruiter:{me().token_id}")
    return done(None, f"/recruit/{recruitment_id}/draws/{draw_id}")
