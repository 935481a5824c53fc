"""The public report of a draw as one self-contained page: facts in, HTML text out.

Pure: a function of what the other files say, so that `verify` writes it again and compares. No scripts, no fonts or
pictures from elsewhere, and of the volunteers nothing but their ids. Every figure is rounded from a fraction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from sortition.lists import FEATURE, drawn_by_lot, in_words, seats_by_lot
from sortition.meeting import Meetings
from sortition.objectives import IDEAS
from sortition.problem import DrawProblem
from sortition.quotas import Quota
from sortition.repairs.waived import agreed
from sortition.report_style import STYLE

WIDTHS = tuple(Fraction(1, parts) for parts in (1000, 500, 200, 100, 50, 20, 10))
MOST_BARS = 21  # twenty steps and the certain ones


@dataclass(frozen=True)
class Facts:
    """Everything that the page tells."""

    problem: DrawProblem
    panel: tuple[str, ...]
    chances: Mapping[str, Fraction]
    ticket_chances: Mapping[str, Fraction]
    panels: int
    tickets: int
    ticket: int
    seed: str
    commitment: str
    fairness: str
    proof: str
    meetings: Meetings | None = None
    follows: str = ""
    waived: tuple[Quota, ...] = ()
    empty: int = 0
    proved: bool = True


@dataclass(frozen=True)
class Figures:
    """How evenly the chances are spread, and how far the tickets are from them at most."""

    lowest: Fraction
    median: Fraction
    highest: Fraction
    equal: Fraction
    never: int
    deviation: Fraction


def figures(chances: Mapping[str, Fraction], ticket_chances: Mapping[str, Fraction]) -> Figures:
    """The figures of a lottery; the lowest chance is that of the people who have one at all.

    >>> figures({"a": Fraction(1, 2), "b": Fraction(1, 4), "c": Fraction(1, 4)}, {"b": Fraction(1, 5)}).median
    Fraction(1, 4)
    """
    ordered = sorted(chances.values())
    half = len(ordered) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    some = [chance for chance in ordered if chance] or [Fraction(0)]
    deviation = max(abs(ticket_chances.get(id_, Fraction(0)) - chance) for id_, chance in chances.items())
    equal = sum(ordered, Fraction(0)) / len(ordered)
    return Figures(some[0], median, ordered[-1], equal, ordered.count(Fraction(0)), deviation)


def percent(share: Fraction) -> str:
    """A share as people read it.

    >>> percent(Fraction(1, 8)), percent(Fraction(1, 3)), percent(Fraction(1, 2000)), percent(Fraction(1))
    ('12.5 %', '33.3 %', '0.05 %', '100 %')
    """
    if share in (0, 1):
        return f"{100 * share} %"
    places = 1 if share >= Fraction(1, 200) else 2 if share >= Fraction(1, 20_000) else 4
    scaled = round(share * 100 * 10**places)
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}d} %"


def points(distance: Fraction) -> str:
    """How far two chances are apart at most, as people read it: rounded up, so that the bound is true.

    >>> points(Fraction(1, 9)), points(Fraction(1, 1000)), points(Fraction(1, 10**9))
    ('11.2 percentage points', '0.10 percentage points', '0.0001 percentage points')
    """
    places = 1 if not distance or distance >= Fraction(1, 200) else 2 if distance >= Fraction(1, 20_000) else 4
    scaled = math.ceil(distance * 100 * 10**places)
    return f"{scaled // 10**places}.{scaled % 10**places:0{places}d} percentage points"


def render(facts: Facts) -> str:
    """The whole page."""
    title, lead = _head(facts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="lead">{lead}</p>
{_waived(facts)}{_listed(facts)}{_fairness(facts)}
{_quotas(facts)}
{_histogram(facts)}
{_draw(facts)}
{_checking()}
</main>
</body>
</html>
"""


def _head(facts: Facts) -> tuple[str, str]:
    """The heading and the first sentences."""
    size, pool = facts.problem.panel_size, len(facts.problem.pool)
    drawn = seats_by_lot(facts.problem)
    ways = len(set(facts.problem.quotas.features) - {FEATURE})
    if not drawn:
        return (
            f"A panel of {_counted(size, 'member')}, without a new lot",
            f"{pool} people offered to serve. Every seat was given by name before this draw, so nothing was left to\n"
            "the lot.",
        )
    as_far = " as far as it still can" if facts.waived or facts.empty else ""
    return (
        f"Drawn by lot: {_counted(drawn, 'member')} from {pool} volunteers",
        f"{pool} people offered to serve. A lottery chose {drawn} of them, so that the panel looks like the\n"
        f"population in {_counted(ways, 'way')}{as_far}, and so that {IDEAS[facts.fairness].meaning}.",
    )


def _counted(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _waived(facts: Facts) -> str:
    """What this draw was allowed to break, said first; and which draw it follows."""
    text = ""
    if facts.follows:
        text = f"""<p>Members had dropped out of an earlier panel. This draw follows the one whose
<code>report.json</code> has the SHA-256 <code>{escape(facts.follows)}</code>.</p>
"""
    if not facts.waived and not facts.empty:
        return text
    items = [f"{_counted(facts.empty, 'seat')} had to stay empty"] if facts.empty else []
    for quota in facts.waived:
        seated = _counted(len(_holders(facts, quota) & set(facts.panel)), "member")
        items.append(f"{_strangers(f'{quota.feature}={quota.value}')}: {seated}; the quota is {_wanted(quota)}")
    listed = "\n".join(f"<li>{item}</li>" for item in items)
    return f"""{text}<section class="broken" aria-labelledby="broken">
<h2 id="broken">This panel does not keep every quota</h2>
<p>Nobody who was left could repair it. This is the least that had to give way, and it was accepted before the draw:</p>
<ul>
{listed}
</ul>
</section>
"""


def _listed(facts: Facts) -> str:
    """About whom the lot did not decide; nothing where it decided about everyone."""
    sentences = in_words(facts.problem)
    if not sentences:
        return ""
    items = "\n".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    rest = "; the chances below are those of everybody else" if seats_by_lot(facts.problem) else ""
    return f"""<p><strong>Not everything was left to the lot:</strong></p>
<ul>
{items}
</ul>
<p>The file <code>report.json</code> names them{rest}.</p>
"""


def _fairness(facts: Facts) -> str:
    """The figures, each with its plain meaning; none where nothing was left to the lot."""
    if not seats_by_lot(facts.problem):
        return ""
    told = figures(drawn_by_lot(facts.problem, facts.chances), facts.ticket_chances)
    rows = (
        ("Smallest chance of those who have one" if told.never else "Smallest chance", percent(told.lowest)),
        ("Chance in the middle", percent(told.median)),
        ("Largest chance", percent(told.highest)),
        ("If all chances were equal", percent(told.equal)),
    )
    cards = "\n".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    never = (
        f"<p>{_counted(told.never, 'volunteer')} {_why_never(facts)}.</p>\n"
        if told.never
        else "<p>Every volunteer could have been chosen.</p>\n"
    )
    return f"""<section aria-labelledby="fair">
<h2 id="fair">How fair was it?</h2>
<dl class="figures">
{cards}
</dl>
{never}<p>{escape(facts.proof)}</p>
<p>The lottery holds {_counted(facts.panels, "possible panel")}. For a draw that everyone can watch, they share
{facts.tickets} numbered tickets. By these tickets nobody&#8217;s chance differs from the exact one by more than
{points(told.deviation)}.</p>
{_meetings(facts)}</section>"""


def _meetings(facts: Facts) -> str:
    """Who can meet whom."""
    if facts.meetings is None:
        return ""
    exact, drawn = facts.meetings.lottery, facts.meetings.tickets
    return f"""<p>Of all pairs of volunteers who have a chance and are not of one household, {percent(exact.share)} can
meet: some possible panel holds both. Among the {_counted(drawn.panels, "panel")} that have a ticket, it is
{percent(drawn.share)}. Other pairs are kept apart by the quotas, by the chances, or only by the choice of panels
(<code>folkmoot draw --diversity</code> makes that choice wide).</p>
"""


def _why_never(facts: Facts) -> str:
    """Why somebody had no chance; a search that ended early does not know whether anybody had to be without."""
    if not facts.proved:
        return "had no chance: no panel that had been found when the search ended has a place for them"
    if facts.fairness == "minimax":
        return "had no chance: this idea of fair may leave out people whom a panel could hold"
    return "could not be chosen by any panel that keeps the quotas"


def _quotas(facts: Facts) -> str:
    """Every quota, and how the pool and the panel stand to it."""
    groups = "\n".join(_group(facts, feature) for feature in facts.problem.quotas.features)
    return f"""<section aria-labelledby="quotas">
<h2 id="quotas">Does the panel look like the population?</h2>
<div class="wide" role="region" aria-label="Quotas" tabindex="0">
<table class="quotas">
<caption>Every quota, with the number of volunteers and of members who have this value</caption>
<thead><tr><th scope="col">Value</th><th scope="col" class="n">Volun&shy;teers</th>
<th scope="col" class="n">Quota</th><th scope="col" class="n">Mem&shy;bers</th><th scope="col">Met</th></tr></thead>
{groups}
</table>
</div>
{_households(facts)}
</section>"""


def _group(facts: Facts, feature: str) -> str:
    """The quotas of one feature under its name."""
    rows = [f'<tr class="feature"><th scope="rowgroup" colspan="5">{_strangers(feature)}</th></tr>']
    for quota in agreed(facts.problem.quotas, facts.waived).of(feature):
        holders = _holders(facts, quota)
        seated = len(holders & set(facts.panel))
        met = "yes" if quota.min <= seated <= quota.max else "<strong>no</strong>"
        rows.append(
            f'<tr><th scope="row">{_strangers(quota.value)}</th><td class="n">{len(holders)}</td>'
            f'<td class="n">{_wanted(quota)}</td><td class="n">{seated}</td><td>{met}</td></tr>'
        )
    body = "\n".join(rows)
    return f"<tbody>\n{body}\n</tbody>"


def _holders(facts: Facts, quota: Quota) -> set[str]:
    """The ids of those with this value."""
    return {one.id for one in facts.problem.pool.having(quota.feature, quota.value)}


def _wanted(quota: Quota) -> str:
    """How many members there should be."""
    return f"{quota.min}" if quota.min == quota.max else f"{quota.min} to {quota.max}"


def _strangers(text: str) -> str:
    """Words from a file: never markup, and in whichever direction they are read, they turn nothing around them."""
    return f"<bdi>{escape(text)}</bdi>"


def _households(facts: Facts) -> str:
    """What the household rule did."""
    tied = len(facts.problem.pool.households)
    if not tied:
        return "<p>No two volunteers were counted as one household.</p>"
    return f"<p>{_counted(tied, 'household')} had several volunteers; no more than one of each may serve.</p>"


def bars(chances: Sequence[Fraction]) -> tuple[tuple[Fraction, Fraction, int], ...]:
    """How many chances lie in each step: from, up to, count. A chance on a border counts in the step above.

    >>> [count for _, _, count in bars([Fraction(1, 100), Fraction(3, 200), Fraction(2, 100)])][-3:]
    [0, 0, 1]
    """
    highest = max(chances)
    width = next((width for width in WIDTHS if highest < width * MOST_BARS), WIDTHS[-1])
    steps = highest // width + 1
    counts = [0] * steps
    for chance in chances:
        counts[chance // width] += 1
    return tuple((width * step, width * (step + 1), count) for step, count in enumerate(counts))


def _histogram(facts: Facts) -> str:
    """The spread of the chances as a picture and as a table with the same numbers; none without a lot."""
    if not seats_by_lot(facts.problem):
        return ""
    steps = bars(tuple(drawn_by_lot(facts.problem, facts.chances).values()))
    rows = "\n".join(
        f'<tr><th scope="row">{_step(low, high)}</th><td class="n">{count}</td></tr>'
        for low, high, count in steps
        if count
    )
    return f"""<section aria-labelledby="spread">
<h2 id="spread">How were the chances spread?</h2>
<div class="wide" role="region" aria-label="Picture of the spread" tabindex="0">
{_picture(steps)}
</div>
<div class="wide" role="region" aria-label="Spread of the chances" tabindex="0">
<table>
<caption>Volunteers by their chance to be chosen; a chance on a border counts in the step above</caption>
<thead><tr><th scope="col">Chance</th><th scope="col" class="n">Volunteers</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
<p>The file <code>chances.csv</code> gives the chance of every volunteer by id.</p>
</section>"""


def _step(low: Fraction, high: Fraction) -> str:
    """One step of the histogram in words."""
    return "100 %: chosen by every panel" if low == 1 else f"{percent(low)} to {percent(high)}"


def _picture(steps: Sequence[tuple[Fraction, Fraction, int]]) -> str:
    """The histogram, drawn in whole numbers so that it is the same picture everywhere."""
    most = max(count for _, _, count in steps)
    width = 640 // len(steps)
    columns = []
    for place, (low, _, count) in enumerate(steps):
        height = -(-count * 150 // most)
        x = 20 + place * width
        columns.append(f'<rect x="{x + 1}" y="{180 - height}" width="{width - 2}" height="{height}" fill="#1f5f5b"/>')
        if count:
            middle = x + width // 2
            columns.append(f'<text x="{middle}" y="{174 - height}" text-anchor="middle">{count}</text>')
        if place % 4 == 0 or len(steps) < 8:
            columns.append(f'<text x="{x}" y="198" text-anchor="middle">{percent(low).replace(" ", "")}</text>')
    body = "\n".join(columns)
    return f"""<svg viewBox="0 0 680 210" role="img" aria-labelledby="picture-title picture-text" font-size="12"
 font-family="system-ui, Arial, sans-serif" fill="#1d2b2a">
<title id="picture-title">Spread of the chances</title>
<desc id="picture-text">One column for each step of chance, as high as the number of volunteers in it. The table below
holds the same numbers.</desc>
<line x1="20" y1="180.5" x2="{20 + width * len(steps)}" y2="180.5" stroke="#4b5a59"/>
{body}
</svg>"""


def _draw(facts: Facts) -> str:
    """The ticket and the panel."""
    ids = "\n".join(f"<li>{_strangers(id_)}</li>" for id_ in facts.panel)
    return f"""<section aria-labelledby="draw">
<h2 id="draw">Which ticket was drawn?</h2>
<p>Ticket <strong>{facts.ticket}</strong> of {facts.tickets}. It follows from the seed
<code>{_strangers(facts.seed)}</code> and from the list of panels, whose SHA-256 is
<code>{escape(facts.commitment)}</code>. Whoever has both finds the same ticket.</p>
<h3 id="panel">The {_counted(len(facts.panel), "member")}</h3>
<ul class="ids" aria-labelledby="panel">
{ids}
</ul>
</section>"""


def _checking() -> str:
    """How anybody can check all this."""
    return """<section aria-labelledby="check">
<h2 id="check">How can I check this?</h2>
<p>Install Folkmoot and run <code>folkmoot verify</code> on the folder that holds this page. It counts everything again
in whole numbers, without the solver that found the lottery: that every possible panel keeps every quota, that the
chances follow from the panels and the proof holds for the chances, that the seed gives this ticket and the ticket this
panel, and that no file was changed by a single byte.</p>
<ul>
<li><code>panel.csv</code> and <code>remaining.csv</code>: who was drawn, and who was not</li>
<li><code>chances.csv</code>: everybody&#8217;s chance, exact and by the tickets</li>
<li><code>lottery.json</code>: every possible panel, with its exact weight and its number of tickets</li>
<li><code>certificate.json</code>: the proof of fairness</li>
<li><code>report.json</code>: the answers behind the quotas, the seed, and the SHA-256 of every file</li>
</ul>
</section>"""
