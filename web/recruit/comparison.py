"""The ideas of fair side by side for the files of a recruitment: a picture, the figures, and who gains or loses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from facilitation.desk import DrawRequest, Recruitment
from facilitation.errors import NotFound
from web.access import Audience, desk, open_to
from web.charts import percent
from web.recruit.recruitments import FAIRNESS, draw_of

room = Blueprint("comparison", __name__, url_prefix="/recruit/<recruitment_id>/draws/<draw_id>")
FIGURES, PICTURE = "compare.json", "compare.svg"
DOWNLOADS: tuple[tuple[str, str], ...] = (
    ("compare.html", "The comparison as one page, to read and to publish"),
    ("compare.csv", "The figures as a table"),
    ("compare.json", "Everything, for programs, with everyone’s chances"),
)


def compared_page(found: Recruitment, request_: DrawRequest) -> ResponseReturnValue:
    """The page of a comparison that is done."""
    data = desk().draw_files(request_.id, (FIGURES,)).get(FIGURES)
    if data is None:
        raise NotFound("The files of this comparison were erased.", "Compare again.")
    said = json.loads(data)
    words = {name: plain for name, plain, _ in FAIRNESS}
    ideas = [{**idea, "words": words.get(idea["fairness"], idea["fairness"])} for idea in said["ideas"]]
    return render_template(
        "recruit/compared.html",
        found=found,
        draw=request_,
        said=said,
        ideas=ideas,
        figures=figures(ideas),
        values=_values(ideas),
        equal=percent(Fraction(said["equal_chance"])),
        downloads=DOWNLOADS,
    )


@room.get("/picture")
@open_to(Audience.RECRUITER)
def picture(recruitment_id: str, draw_id: str) -> ResponseReturnValue:
    """The chances under each idea as one picture."""
    draw_of(recruitment_id, draw_id)
    data = desk().draw_files(draw_id, (PICTURE,)).get(PICTURE)
    if data is None:
        raise NotFound("This draw has no picture.", "Choose a comparison that is done.")
    return Response(data, mimetype="image/svg+xml")


def figures(ideas: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """The figures as people read them: a name, and one text for each idea.

    >>> idea = {"smallest_chance": "1/8", "largest_chance": "1/2", "gini": "1/4", "without_chance": 0, "panels": 9,
    ...     "pairs_that_can_meet": "1/2", "proved": True}
    >>> [(name, texts[0]) for name, texts in figures([idea])][:3]
    [('Smallest chance', '12.5 %'), ('Largest chance', '50 %'), ('Inequality, from 0 to 1', '0.250')]
    """
    return [
        ("Smallest chance", [percent(Fraction(one["smallest_chance"])) for one in ideas]),
        ("Largest chance", [percent(Fraction(one["largest_chance"])) for one in ideas]),
        ("Inequality, from 0 to 1", [f"{float(Fraction(one['gini'])):.3f}" for one in ideas]),
        ("Volunteers without a chance", [str(one["without_chance"]) for one in ideas]),
        ("Panels that can be drawn", [f"{one['panels']:,}" for one in ideas]),
        ("Pairs of people who can meet", [percent(Fraction(one["pairs_that_can_meet"])) for one in ideas]),
        ("Best of its kind", ["proved" if one["proved"] else "not proved" for one in ideas]),
    ]


def _values(ideas: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, list[str]]]:
    """Average chances by value: who gains and who loses."""
    return [
        (row["feature"], row["value"], [percent(Fraction(one["by_value"][n]["average_chance"])) for one in ideas])
        for n, row in enumerate(ideas[0]["by_value"])
    ]
