"""The public page: self-contained, accessible in its structure, true to the draw, and without personal data."""

from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sortition.drawing import make_draw
from sortition.fairness import leximin
from sortition.files import read_pool, read_quotas
from sortition.folder import digits, draw_files, proof_in_words
from sortition.pool import Pool, Volunteer
from sortition.problem import DrawProblem
from sortition.quotas import Quota, Quotas
from sortition.report import Facts, bars, figures, percent, render

FIXTURES = Path(__file__).parent.parent / "fixtures"
VOID = {"meta", "rect", "line", "br"}


class Page(HTMLParser):
    """What stands on a page: its elements with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self.open = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def drawn():
    quotas = read_quotas("quotas.csv", (FIXTURES / "small/quotas.csv").read_bytes())
    pool = read_pool("pool.csv", (FIXTURES / "small/pool.csv").read_bytes(), quotas, ("address", "postcode"))
    problem = DrawProblem(pool.pool, quotas, 8)
    fair = leximin(problem)
    draw = make_draw(problem, fair.lottery, fair.proof, "the ducks", 100)
    return draw, draw_files(draw, pool)["report.html"].decode()


def test_every_element_is_closed_and_every_id_is_used_once(drawn):
    page = Page(drawn[1])
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        assert set(attributes.get("aria-labelledby", "").split()) <= set(ids)


def test_the_page_has_a_language_captions_and_scopes(drawn):
    page = Page(drawn[1])
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("table")) == len(page.all("caption")) == 2
    assert all(th.get("scope") in ("row", "col", "rowgroup") for th in page.all("th"))
    assert [svg["role"] for svg in page.all("svg")] == ["img"]
    assert len(page.all("h1")) == len(page.all("main")) == 1


def test_the_page_needs_nothing_from_elsewhere(drawn):
    page = Page(drawn[1])
    assert not {"script", "link", "img", "iframe"} & {name for name, _ in page.elements}
    assert "http" not in drawn[1]
    assert "url(" not in drawn[1]


def test_the_page_tells_the_draw(drawn):
    draw, text = drawn
    for id_ in draw.panel:
        assert f"<li><bdi>{id_}</bdi></li>" in text
    told = figures(draw.chances(), draw.ticket_chances())
    for share in (told.lowest, told.median, told.highest):
        assert f"<dd>{percent(share)}</dd>" in text
    assert f"Ticket <strong>{draw.record.ticket}</strong> of 100" in text
    assert "the ducks" in text
    assert text.count("<td>yes</td>") == len(draw.record.problem.quotas.rows)


def test_names_from_files_cannot_become_markup():
    evil = "<img src=x onerror=alert(1)>&\"'"
    pool = Pool((evil,), (Volunteer(evil, (evil,)),))
    problem = DrawProblem(pool, Quotas((Quota(evil, evil, 1, 1),)), 1)
    chances = {evil: Fraction(1)}
    text = render(Facts(problem, (evil,), chances, chances, 1, 1, 1, evil, evil, "leximin", evil))
    assert "<img" not in text
    assert Page(text).open == []


@settings(max_examples=30)
@given(st.lists(st.fractions(0, 1, max_denominator=1000), min_size=1, max_size=60))
def test_every_chance_stands_in_exactly_one_step_of_the_histogram(chances):
    steps = bars(chances)
    assert sum(count for _, _, count in steps) == len(chances)
    assert 1 <= len(steps) <= 21
    for low, high, count in steps:
        assert count == sum(low <= chance < high for chance in chances)


@given(st.fractions(0, 1))
def test_12_digits_are_the_nearest_ones(chance):
    assert len(digits(chance)) == 14
    assert abs(Fraction(digits(chance)) - chance) <= Fraction(1, 2 * 10**12)


def test_the_figures_of_a_lottery_are_exact():
    chances = {"a": Fraction(0), "b": Fraction(1, 3), "c": Fraction(2, 3), "d": Fraction(1)}
    told = figures(chances, chances | {"b": Fraction(3, 10)})
    assert (told.lowest, told.median, told.highest, told.equal) == (
        Fraction(1, 3),
        Fraction(1, 2),
        Fraction(1),
        Fraction(1, 2),
    )
    assert (told.never, told.deviation) == (1, Fraction(1, 30))


def test_an_unproved_distance_is_told_in_percentage_points_and_never_too_small() -> None:
    told = proof_in_words({"proved": False, "gap": "241/10000", "fairness": "leximin"})
    assert told.startswith("The lottery is within 2.5 percentage points of the fairest possible one; that ")
