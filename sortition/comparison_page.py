"""The comparison as one self-contained page: the picture, the figures, and the chances by value of every feature.

Pure: text in, text out, in the style of the report; no volunteer is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from html import escape

from sortition.comparison import Comparison, Row
from sortition.comparison_svg import comparison_svg
from sortition.objectives import IDEAS
from sortition.report import percent
from sortition.report_style import STYLE


def comparison_page(comparison: Comparison) -> str:
    """The whole page."""
    count, size = len(comparison.rows[0].chances), comparison.problem.panel_size
    meanings = "\n".join(
        f"<li><strong>{row.fairness}</strong>: {escape(IDEAS[row.fairness].meaning)}</li>" for row in comparison.rows
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ideas of fair compared: {size} members from {count} volunteers</title>
<style>
{STYLE}
tbody th {{ overflow-wrap: break-word; }}
</style>
</head>
<body>
<main>
<h1>Ideas of fair compared</h1>
<p class="lead">The quotas make the chances of {count} volunteers for {size} seats unequal. How unequal depends on what
is meant by fair. Each of these lotteries is the best one in its own sense.</p>
<ul>
{meanings}
</ul>
<div class="wide" role="region" aria-label="Picture of all chances" tabindex="0">
{comparison_svg(comparison)}
</div>
{_table("Figures", "What each idea does to the chances", comparison, figures(comparison))}
{_table("By answer", "Average chance of the volunteers with each value", comparison, _averages(comparison))}
</main>
</body>
</html>
"""


def figures(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """The figures as people read them: a name, then one text for each idea."""
    rows = comparison.rows
    yield ("smallest chance", *(percent(row.lowest) for row in rows))
    yield ("largest chance", *(percent(row.highest) for row in rows))
    yield ("inequality (Gini)", *(f"{float(row.gini):.3f}" for row in rows))
    yield ("geometric mean", *(percent(Fraction(row.geometric_mean)) for row in rows))
    yield ("without a chance", *(str(row.without + comparison.never) for row in rows))
    yield ("possible panels", *(str(row.meeting.panels) for row in rows))
    yield ("pairs that can meet", *(percent(row.meeting.share) for row in rows))
    yield ("proved", *(proved(row) for row in rows))


def proved(row: Row) -> str:
    """How far the proof reaches, in a word or two."""
    far = max(row.proof.gap, row.proof.value_gap or Fraction(0))
    if row.proof.proved:
        return "exactly" if not far else f"to {len(str(far.denominator // far.numerator)) - 1} digits"
    return f"within {float(far):.2g}"


def _averages(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    for feature, value in comparison.values:
        yield (f"{feature}: {value}", *(percent(row.by_value[feature, value]) for row in comparison.rows))


def _table(title: str, caption: str, comparison: Comparison, lines: Iterator[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col" class="n">{row.fairness}</th>' for row in comparison.rows)
    body = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td class=n>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in lines
    )
    return f"""<h2>{title}</h2>
<div class="wide" role="region" aria-label="{title}" tabindex="0">
<table>
<caption>{caption}</caption>
<thead><tr><td></td>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>"""
