"""The chances of all volunteers as one picture: a line for each idea of fair, from the smallest chance to the largest.

Pure: a function of the comparison, drawn in whole numbers so that it is the same picture everywhere. Every line has a
colour that colour-blind readers can tell from the others, a dash of its own, and its name at its end. The vertical
scale is that of square roots, which shows small chances without hiding large ones; its lines say which chance they are.
Source of the colours: M. Okabe, K. Ito, Color universal design (2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from math import isqrt

from sortition.comparison import Comparison, Row
from sortition.report import percent

WIDTH, HEIGHT = 860, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 650, 64, 404
APART = 19  # least distance of two names
TICKS = tuple(Fraction(n, 200) for n in (0, 1, 2, 4, 10, 20, 40, 60, 100, 150, 200))
DOTS = "1 5"
LINES = {  # colour and dash of each idea
    "leximin": ("#0072b2", ""),
    "maximin": ("#d55e00", "10 4"),
    "nash": ("#009e73", "3 3"),
    "goldilocks": ("#8a5a83", "12 4 3 4"),
    "minimax": ("#1d2b2a", DOTS),
}


def comparison_svg(comparison: Comparison) -> str:
    """The picture, ready to stand in a page or a file."""
    top = max(row.highest for row in comparison.rows)
    body = "\n".join(
        [*_grid(comparison, top), *(_line(row, top) for row in comparison.rows), *_names(comparison.rows, top)]
    )
    names = ", ".join(row.fairness for row in comparison.rows)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"
 aria-labelledby="compare-title compare-text" font-size="14" font-family="system-ui, Arial, sans-serif" fill="#1d2b2a">
<title id="compare-title">Everybody&#8217;s chance under {escape(names)}</title>
<desc id="compare-text">One line for each idea of fair. The volunteers stand side by side, the one with the smallest
chance on the left; the higher the line, the larger the chance. The table holds the figures.</desc>
<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>
<text x="{LEFT}" y="24" font-size="18" font-weight="600">How large is everybody&#8217;s chance?</text>
{body}
</svg>
"""


def _height(chance: Fraction, top: Fraction) -> int:
    """Where a chance stands, from the top, in tenths of a unit."""
    share = chance / top
    return 10 * BOTTOM - isqrt(share.numerator * (10 * (BOTTOM - TOP)) ** 2 // share.denominator)


def _grid(comparison: Comparison, top: Fraction) -> list[str]:
    """Lines of equal chance, the equal chance of all, and what stands on the axes."""
    ticks = [tick for tick in TICKS if tick <= top]
    words = "chance to be selected (small chances are drawn larger than to scale)"
    parts = [f'<text x="{LEFT}" y="46" fill="#4b5a59">{words}</text>']
    last = None
    for tick in ticks:
        y = _height(tick, top)
        if last is not None and last - y < 180:
            continue
        last = y
        parts.append(f'<line x1="{LEFT}" x2="{RIGHT}" y1="{_tenths(y)}" y2="{_tenths(y)}" stroke="#cfd8d6"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{_tenths(y + 50)}" text-anchor="end">{_short(tick)}</text>')
    equal = _height(comparison.equal, top)
    parts.append(f'<line x1="{LEFT}" x2="{RIGHT}" y1="{_tenths(equal)}" y2="{_tenths(equal)}" stroke="#4b5a59"/>')
    words = f"equal chances for all: {percent(comparison.equal)}"
    parts.append(f'<text x="{LEFT + 6}" y="{_tenths(equal - 60)}" fill="#4b5a59">{words}</text>')
    count = len(comparison.rows[0].chances)
    parts.append(f'<text x="{LEFT}" y="{BOTTOM + 24}">smallest chance</text>')
    parts.append(f'<text x="{RIGHT}" y="{BOTTOM + 24}" text-anchor="end">largest chance</text>')
    middle = (LEFT + RIGHT) // 2
    parts.append(
        f'<text x="{middle}" y="{BOTTOM + 44}" text-anchor="middle" fill="#4b5a59">the {count} volunteers, each line in'
        " its own order</text>"
    )
    return parts


def _short(tick: Fraction) -> str:
    """0.5 % or 10 %."""
    shown = 100 * tick
    return f"{shown} %" if shown.denominator == 1 else f"{float(shown):.1f} %"


def _tenths(number: int) -> str:
    """1234 is 123.4."""
    return f"{number // 10}.{number % 10}"


def _line(row: Row, top: Fraction) -> str:
    """Steps: one volunteer after the other; equal neighbours share a step."""
    ordered = sorted(row.chances.values())
    count, width = len(ordered), 10 * (RIGHT - LEFT)
    points: list[tuple[int, int]] = []
    last = -1
    for place, chance in enumerate(ordered):
        y = _height(chance, top)
        if y != last:
            x = 10 * LEFT + width * place // count
            points += ([(x, last)] if points else []) + [(x, y)]
            last = y
    points.append((10 * RIGHT, last))
    path = " ".join(f"{_tenths(x)},{_tenths(y)}" for x, y in points)
    return f'<polyline fill="none" {_stroke(row)} points="{path}"/>'


def _stroke(row: Row) -> str:
    """Colour and dash of an idea's line."""
    colour, dash = LINES[row.fairness]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{colour}" stroke-width="3"{dashed}' + (' stroke-linecap="round"' if dash == DOTS else "")


def _names(rows: Sequence[Row], top: Fraction) -> list[str]:
    """Each name beside the end of its line, moved down where it would cover another, with a thin line to its own."""
    parts, lowest = [], 0
    ordered = sorted(rows, key=lambda row: (-row.highest, row.fairness))
    room = 10 * BOTTOM - 10 * APART * len(ordered)
    for number, row in enumerate(ordered):
        end = _height(row.highest, top)
        y = min(max(end, lowest), room + 10 * APART * (number + 1))
        lowest = y + 10 * APART
        points = f"{RIGHT}.0,{_tenths(end)} {RIGHT + 12}.0,{_tenths(y)}"
        ends = f'x1="{RIGHT + 12}" x2="{RIGHT + 44}" y1="{_tenths(y)}" y2="{_tenths(y)}"'
        name = f"{row.fairness} {percent(row.highest)}"
        parts.append(f'<polyline fill="none" stroke="{LINES[row.fairness][0]}" stroke-width="1" points="{points}"/>')
        parts.append(f"<line {ends} {_stroke(row)}/>")
        parts.append(f'<text x="{RIGHT + 50}" y="{_tenths(y + 50)}">{name}</text>')
    return parts
