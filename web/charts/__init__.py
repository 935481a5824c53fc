"""Pictures of numbers: what a chart shows, worked out in whole numbers; the templates only draw it.

Pure. A bar is a share of a named base and never stands without it; the line that decides is drawn in the same scale.
Lengths are thousandths of the full width, so that a picture is the same for the same count on every machine. One file
for each family of results: `bars`, `scale` (support), `grades`, `pairs`, `rounds` with `streams`, `money`.
"""

from web.charts.bars import Bar
from web.charts.chances import ChancesPicture, chances_picture, read_chances
from web.charts.lengths import FULL, at, percent
from web.charts.picture import ResultPicture, picture_of

__all__ = [
    "FULL",
    "Bar",
    "ChancesPicture",
    "ResultPicture",
    "at",
    "chances_picture",
    "percent",
    "picture_of",
    "read_chances",
]
