"""Members drop out: who stays, who may take the open seats, and the least that must give way, against counting all."""

import csv
import io
import json
import re
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from small_pools import every_panel, leximin_by_counting, problem_of, problems

from sortition.cli import sortition
from sortition.folder import Draw, facts_of, read_lottery
from sortition.lists import named
from sortition.problem import DrawProblem
from sortition.record import BadRecord, canonical, read_record, sha256, write_record
from sortition.repairs.shortfall import Shortfall, breaks_of, least_shortfall, loss_of
from sortition.repairs.waived import as_agreed, waiver_faults
from sortition.report import render
from sortition.standby.replacement import CannotReplace, NobodyLeft, called, choose_replacement, residual
from sortition.standby.standing import STATUSES, BadStatus, standing
from sortition.verify import faults_of

SMALL = Path(__file__).parent.parent / "fixtures" / "small"


def run(*arguments):
    return CliRunner().invoke(sortition, [str(argument) for argument in arguments], catch_exceptions=False)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def rows(data):
    return {row["id"]: row for row in csv.DictReader(io.StringIO(data.decode(), newline=""))}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    out = tmp_path_factory.mktemp("draw") / "out"
    files = ("--pool", SMALL / "pool.csv", "--quotas", SMALL / "quotas.csv", "--size", 8)
    more = ("--household", "address,postcode", "--seed", "the ducks", "--progress", "none", "--out", out)
    assert run("draw", *files, *more).exit_code == 0
    return out


def replaced(folder, tmp_path, statuses, *more, out="new"):
    text = "id,status\n" + "".join(f"{id_},{status}\n" for id_, status in statuses.items())
    status = write(tmp_path / "status.csv", text)
    return run(
        "replace", folder, "--status", status, "--seed", "s", "--progress", "none", "--out", tmp_path / out, *more
    )


@st.composite
def answered(hand):
    """A small problem, one of its panels (or some people), and what they answered."""
    problem = hand(problems(most=8))
    panels = every_panel(problem)
    panel = hand(st.sampled_from(panels)) if panels else ()
    statuses = {id_: hand(st.sampled_from(STATUSES)) for id_ in panel if hand(st.booleans())}
    return problem, panel, statuses, hand(st.booleans())


def by_counting(problem, staying, asked):
    """Every panel with those who stay and without those asked, by the number of empty seats, members off, and loss."""
    free = [id_ for id_ in sorted(problem.pool.ids) if id_ not in asked and id_ not in staying]
    found = {}
    for more in range(problem.panel_size - len(staying) + 1):
        for some in combinations(free, more):
            panel = tuple(sorted({*staying, *some}))
            homes = [home for id_ in panel if (home := problem.pool.by_id[id_].household)]
            if len(homes) == len(set(homes)):
                breaks = breaks_of(problem, panel)
                off = sum(one.by for one in breaks)
                found[panel] = (problem.panel_size - len(panel), off, loss_of(breaks))
    return found


@settings(deadline=None, max_examples=80)
@given(answered())
def test_those_who_stay_and_the_drawn_keep_every_quota_or_the_violation_is_the_least(answers):
    problem, panel, statuses, keep = answers
    now = standing(problem, panel, statuses, keep_silent=keep)
    gone = {id_ for id_, status in statuses.items() if status in STATUSES[1 : 3 if keep else 4]}
    assert set(now.staying) == set(panel) - gone
    assert set(now.asked) == gone
    scores = by_counting(problem, now.staying, now.asked)
    if now.open_seats and max(map(len, scores)) == len(now.staying):
        with pytest.raises(NobodyLeft):
            residual(now)
        with pytest.raises(NobodyLeft):
            choose_replacement(now, "seed", 20, allow_violation=True)
        return
    best = min(scores.values())
    found = residual(now)
    if best[:2] == (0, 0):
        assert isinstance(found, DrawProblem)
        panels = every_panel(found)
        assert panels == sorted(p for p, score in scores.items() if score == best)
        if now.open_seats:
            new = choose_replacement(now, "seed", 20)
            assert problem.allows(new.draw.panel)
            assert set(new.draw.panel) == {*now.staying, *new.new}
            assert not set(new.draw.panel) & gone
            chances = new.draw.chances()
            assert chances == {id_: leximin_by_counting(found)[id_] for id_ in chances}
        return
    assert isinstance(found, Shortfall)
    assert (found.empty, found.off, loss_of(found.breaks)) == best
    with pytest.raises(CannotReplace):
        choose_replacement(now, "seed", 20)
    new = choose_replacement(now, "seed", 20, allow_violation=True)
    assert scores[new.draw.panel] == best
    assert as_agreed(new.draw.record).quotas == found_quotas(problem, new)
    assert as_agreed(new.draw.record).panel_size == problem.panel_size
    assert not list(waiver_faults(new.draw.record, new.draw.tickets.panels))


def found_quotas(problem, new):
    """The quotas of the first draw with those of the lists."""
    listed = [quota for quota in new.draw.record.problem.quotas.rows if quota.feature == "selection"]
    return type(problem.quotas)((*problem.quotas.rows, *listed))


@settings(deadline=None, max_examples=60)
@given(answered(), st.data())
def test_alternates_are_called_as_early_in_their_order_as_the_quotas_allow(answers, data):
    problem, panel, statuses, _ = answers
    others = [id_ for id_ in problem.pool.ids if id_ not in panel]
    order = data.draw(st.permutations(others))[:4]
    now = standing(problem, panel, statuses)
    fitting = [
        [order.index(id_) for id_ in some]
        for some in combinations(order, now.open_seats)
        if problem.allows({*now.staying, *some})
    ]
    expected = tuple(order[place] for place in min(fitting)) if fitting else None
    assert called(now, order) == expected


@settings(deadline=None, max_examples=60)
@given(problems(most=7))
def test_nothing_gives_way_where_a_panel_keeps_every_quota(problem):
    found = least_shortfall(problem)
    assert (found.sentences == ()) == bool(every_panel(problem))


def test_what_open_seats_need_is_the_quota_less_those_who_stay():
    problem = problem_of([("x", ""), ("x", ""), ("y", ""), ("y", "")], {"f": {"x": (1, 2), "y": (1, 1)}}, 3)
    now = standing(problem, ("v000", "v001", "v002"), {"v000": "declined"})
    assert [(quota.value, quota.min, quota.max) for quota in now.needs] == [("x", 0, 1), ("y", 0, 0)]


def test_more_confirmed_than_needed_leave_no_seat_open():
    problem = problem_of([("x", "")] * 4, {"f": {"x": (0, 4)}}, 2)
    now = standing(problem, ("v000", "v001"), {"v002": "confirmed", "v000": "confirmed"}, alternates=("v002", "v003"))
    assert (now.staying, now.open_seats) == (("v000", "v001", "v002"), 0)


def test_two_of_one_household_cannot_both_stay():
    problem = problem_of([("x", "home"), ("x", "home"), ("x", "")], {"f": {"x": (0, 2)}}, 2)
    with pytest.raises(BadStatus, match="v000 and v001 live in one household"):
        standing(problem, ("v000", "v002"), {"v001": "confirmed"}, alternates=("v001",))


@pytest.mark.parametrize(("id_", "status", "said"), [("zz", "declined", "not in the pool"), ("v000", "ill", "'ill'")])
def test_a_status_must_be_known_and_somebodys(id_, status, said):
    with pytest.raises(BadStatus, match=said):
        standing(problem_of([("x", "")], {"f": {"x": (0, 1)}}, 1), (), {id_: status})


def test_replacements_of_replacements_are_never_asked_twice(drawn, tmp_path):
    """Three rounds, several withdrawals in each; every folder verifies and names the one it follows."""
    folder, asked, rounds = drawn, set(), 0
    for number, places in enumerate([(1, 2, 3), (5, 6), (7,)]):
        panel = list(rows((folder / "panel.csv").read_bytes()))
        gone = [panel[place] for place in places]
        result = replaced(folder, tmp_path, dict.fromkeys(gone, "withdrawn"), out=f"round{number}")
        if result.exit_code:
            assert "The least that must give way" in result.stderr
            break
        asked |= set(gone)
        rounds += 1
        before, folder = folder, tmp_path / f"round{number}"
        new = rows((folder / "panel.csv").read_bytes())
        assert len(new) == 8
        assert not asked & set(new)
        assert set(panel) - set(gone) < set(new)
        assert len({row["address"] for row in new.values()}) == 8
        assert run("verify", folder).exit_code == 0
        record = json.loads((folder / "report.json").read_bytes())
        assert record["follows"] == sha256((before / "report.json").read_bytes())
    assert rounds >= 2


def test_a_panel_that_cannot_be_repaired_names_the_quota_and_by_how_much(drawn, tmp_path):
    """All four young volunteers but one refuse: the quota of two young members cannot be kept."""
    pool = rows((SMALL / "pool.csv").read_bytes())
    young = [id_ for id_, row in pool.items() if row["age"] == "16-29"]
    statuses = dict.fromkeys(young[:3], "declined")
    result = replaced(drawn, tmp_path, statuses)
    assert result.exit_code == 1
    assert "age=16-29: 1 member, 1 fewer than the 2 needed" in result.stderr
    assert not (tmp_path / "new").exists()
    allowed = replaced(drawn, tmp_path, statuses, "--allow-violation")
    assert allowed.exit_code == 0, allowed.stderr
    assert "WARNING: this panel does not keep every quota." in allowed.stdout
    page = (tmp_path / "new" / "report.html").read_text()
    assert "This panel does not keep every quota" in page
    assert "<bdi>age=16-29</bdi>: 1 member; the quota is 2</li>" in page
    assert '<td class="n">2</td><td class="n">1</td><td><strong>no</strong></td>' in page
    verified = run("verify", tmp_path / "new")
    assert (verified.exit_code, "  age=16-29: 1 member; the quota is 2\n" in verified.stdout) == (0, True)
    again = replaced(tmp_path / "new", tmp_path, {young[3]: "confirmed"}, out="again")
    assert "But age=16-29: 1 member, 1 fewer than the 2 needed." in again.stdout


@pytest.fixture(scope="module")
def broken(drawn, tmp_path_factory):
    """The folder of a draw that was allowed to seat one young member instead of two."""
    place = tmp_path_factory.mktemp("broken")
    young = [id_ for id_, row in rows((SMALL / "pool.csv").read_bytes()).items() if row["age"] == "16-29"]
    assert replaced(drawn, place, dict.fromkeys(young[:3], "declined"), "--allow-violation").exit_code == 0
    return {file.name: file.read_bytes() for file in (place / "new").iterdir()}


def forged(files, **changes):
    """The folder with another record, and everything that follows from it written anew, so that all hashes agree."""
    content = json.loads(files["report.json"])
    content = {key: value for key, value in (content | changes).items() if value is not None and key != "sha256"}
    data = canonical(content | {"sha256": sha256(canonical(content))})
    try:
        record, _ = read_record(data)
    except BadRecord:
        return files | {"report.json": data}
    page = render(facts_of(Draw(record, read_lottery(files["lottery.json"]), json.loads(files["certificate.json"]))))
    files = {name: data for name, data in files.items() if name != "report.json"} | {"report.html": page.encode()}
    return files | {"report.json": write_record(record, files)}


def quota(value, low, high, **more):
    return {"quotas": [{"feature": "age", "value": value, "min": low, "max": high}], "empty": 0} | more


WAIVERS = [
    {"follows": "0" * 63},
    {"follows": "Z" * 64},
    {"follows": ["0" * 64]},
    {"waived": {}},
    {"waived": "all"},
    {"waived": {"quotas": [], "empty": 0}},
    {"waived": quota("16-29", 2, 2, empty=1)},
    {"waived": quota("16-29", 2, 2, empty=-1)},
    {"waived": quota("16-29", 2, 2, empty=True)},
    {"waived": quota("16-29", True, 2)},
    {"waived": quota("16-29", 1, 2)},
    {"waived": quota("16-29", 2, 1)},
    {"waived": quota("16-29", 1, 1)},
    {"waived": quota("30-64", 4, 4)},
    {"waived": quota("65+", 3, 3)},
    {"waived": quota("90+", 1, 1)},
    {"waived": {"quotas": [quota("16-29", 2, 2)["quotas"][0]] * 2, "empty": 0}},
    {"waived": {"quotas": [{"feature": "selection", "value": "by lot", "min": 1, "max": 8}], "empty": 0}},
]


@pytest.mark.parametrize("changes", WAIVERS, ids=str)
def test_a_false_waiver_is_noticed_though_every_hash_was_written_anew(changes, broken):
    assert faults_of(broken) == ()
    assert faults_of(forged(broken, fairness="leximin")) == ()
    faults = faults_of(forged(broken, **changes))
    assert faults
    assert faults[0].startswith("report.json: ")


def test_a_waiver_that_is_taken_out_of_the_record_alone_is_noticed(broken):
    content = json.loads(broken["report.json"])
    for name in ("waived", "follows"):
        rest = {key: value for key, value in content.items() if key not in (name, "sha256")}
        data = canonical(rest | {"sha256": sha256(canonical(rest))})
        assert faults_of(broken | {"report.json": data}) == (
            "report.html: written again from the other files, it is different.",
        )


def test_alternates_come_first_and_otherwise_the_lot_decides(drawn, tmp_path):
    panel = rows((drawn / "panel.csv").read_bytes())
    remaining = rows((drawn / "remaining.csv").read_bytes())
    gone = next(id_ for id_, row in panel.items() if row["age"] == "65+")
    alike = [
        id_
        for id_, row in remaining.items()
        if all(row[feature] == panel[gone][feature] for feature in ("gender", "age", "area"))
    ]
    other = next(id_ for id_, row in remaining.items() if row["age"] == "16-29")
    order = write(tmp_path / "alternates.csv", "id\n" + "\n".join([other, *alike[:2]]) + "\n")
    result = replaced(drawn, tmp_path, {gone: "withdrawn"}, "--alternates", order)
    assert f"Alternates called: {alike[0]}." in result.stdout
    new = rows((tmp_path / "new" / "panel.csv").read_bytes())
    assert set(new) == set(panel) - {gone} | {alike[0]}
    assert run("verify", tmp_path / "new").exit_code == 0
    order = write(tmp_path / "alternates.csv", f"id\n{other}\n")
    lot = replaced(drawn, tmp_path, {gone: "withdrawn"}, "--alternates", order, out="lot")
    assert "The alternates cannot repair the panel" in lot.stdout
    assert re.search(r"^With the alternates alone: .*age=16-29: 3 members, 1 more than the 2 allowed", lot.stdout, re.M)


def test_alternates_chosen_for_a_panel_can_be_called_for_it(drawn, tmp_path):
    order = tmp_path / "standby.csv"
    assert run("alternates", drawn, "--number", 6, "--samples", 60, "--out", order).exit_code == 0
    standby = set(rows(order.read_bytes()))
    panel = list(rows((drawn / "panel.csv").read_bytes()))
    called_ones = 0
    for place, id_ in enumerate(panel):
        result = replaced(drawn, tmp_path, {id_: "withdrawn"}, "--alternates", order, out=f"new{place}")
        assert result.exit_code == 0, result.stderr
        new = set(rows((tmp_path / f"new{place}" / "panel.csv").read_bytes())) - set(panel)
        called_ones += "Alternates called" in result.stdout
        assert (new <= standby) or "The alternates cannot repair the panel" in result.stdout
    assert called_ones >= 4


def test_an_alternate_who_was_called_and_has_confirmed_is_a_member(drawn, tmp_path):
    panel, remaining = (rows((drawn / f"{name}.csv").read_bytes()) for name in ("panel", "remaining"))
    gone = next(id_ for id_, row in panel.items() if row["age"] == "65+")
    called_up = next(id_ for id_, row in remaining.items() if row["age"] == "65+")
    statuses = {gone: "declined", called_up: "confirmed"}
    refused = replaced(drawn, tmp_path, statuses)
    assert refused.stderr.startswith(f"status.csv, row 3, column status: {called_up} has confirmed, but was never")
    assert not (tmp_path / "new").exists()
    order = write(tmp_path / "alternates.csv", f"id\n{called_up}\n")
    full = replaced(drawn, tmp_path, statuses, "--alternates", order)
    assert "Seats kept: 8 of 8. Open: 0. Not asked again: 1." in full.stdout
    larger = replaced(drawn, tmp_path, {called_up: "confirmed"}, "--alternates", order)
    assert "1 more have a seat than the panel needs.\nBut " in larger.stdout
    assert "status.csv: no seat is open, 9 have one of 8. Remedy: " in larger.stderr


@pytest.mark.parametrize("fairness", ["maximin", "nash", "goldilocks", "minimax"])
def test_the_idea_of_fair_is_that_of_the_draw_before(fairness, tmp_path):
    files = ("--pool", SMALL / "pool.csv", "--quotas", SMALL / "quotas.csv", "--size", 8)
    files += ("--gamma", "2") if fairness == "goldilocks" else ()
    more = ("--fairness", fairness, "--seed", "s", "--progress", "none", "--out", tmp_path / "old")
    assert run("draw", *files, *more).exit_code == 0
    old = rows((tmp_path / "old" / "panel.csv").read_bytes())
    panel = [id_ for id_, row in old.items() if row["age"] != "16-29"]  # few volunteers are young
    assert replaced(tmp_path / "old", tmp_path, {panel[0]: "declined", panel[1]: "withdrawn"}).exit_code == 0
    assert run("verify", tmp_path / "new").exit_code == 0
    proof = json.loads((tmp_path / "new" / "certificate.json").read_bytes())
    assert (proof["fairness"], proof["proved"]) == (fairness, True)
    assert proof.get("gamma") == ("2" if fairness == "goldilocks" else None)
    other = replaced(tmp_path / "old", tmp_path, {panel[0]: "declined"}, "--fairness", "leximin", out="other")
    assert other.exit_code == 0
    assert json.loads((tmp_path / "other" / "report.json").read_bytes())["fairness"] == "leximin"


def test_letters_after_alternates_were_called_speak_of_no_lottery(drawn, tmp_path):
    panel = rows((drawn / "panel.csv").read_bytes())
    gone = next(iter(panel))
    remaining = list(rows((drawn / "remaining.csv").read_bytes()))
    order = write(tmp_path / "alternates.csv", "id\n" + "".join(f"{id_}\n" for id_ in remaining))
    result = replaced(drawn, tmp_path, {gone: "withdrawn"}, "--alternates", order)
    assert "A panel of 8 members; every seat was given by name, and none by lot." in result.stdout
    page = (tmp_path / "new" / "report.html").read_text()
    assert "without a new lot" in page
    assert "How fair was it?" not in page
    assert run("letters", tmp_path / "new", "--out", tmp_path / "letters.csv").exit_code == 0
    said = {row["text"] for row in rows((tmp_path / "letters.csv").read_bytes()).values()}
    assert "Every place was given by name, so nothing was left to the lot." in said
    assert len(said) == 4


def test_silence_keeps_a_seat_unless_it_is_to_be_replaced(drawn, tmp_path):
    panel = list(rows((drawn / "panel.csv").read_bytes()))
    kept = replaced(drawn, tmp_path, {panel[0]: "no answer"})
    assert "Seats kept: 8 of 8. Open: 0." in kept.stdout
    assert (kept.exit_code, "no seat is open, 8 have one of 8" in kept.stderr) == (1, True)
    assert not (tmp_path / "new").exists()
    result = replaced(drawn, tmp_path, {panel[0]: "no-answer"}, "--no-answer", "replace")
    assert "Open: 1. Not asked again: 1." in result.stdout
    assert panel[0] not in rows((tmp_path / "new" / "panel.csv").read_bytes())


def test_without_a_draw_the_status_file_says_who_is_on_the_panel(drawn, tmp_path):
    panel = list(rows((drawn / "panel.csv").read_bytes()))
    text = "id,status\n" + "".join(f"{id_},{'declined' if id_ == panel[0] else 'confirmed'}\n" for id_ in panel)
    status = write(tmp_path / "status.csv", text)
    pool = ("--pool", SMALL / "pool.csv", "--quotas", SMALL / "quotas.csv", "--size", 8)
    result = run("replace", *pool, "--status", status, "--seed", "s", "--progress", "none", "--out", tmp_path / "new")
    assert result.exit_code == 0, result.stderr
    assert set(panel[1:]) < set(rows((tmp_path / "new" / "panel.csv").read_bytes()))
    assert run("verify", tmp_path / "new").exit_code == 0


def test_the_same_files_and_seed_give_the_same_bytes(drawn, tmp_path):
    panel = list(rows((drawn / "panel.csv").read_bytes()))
    for out in ("a", "b"):
        assert replaced(drawn, tmp_path, {panel[1]: "declined"}, out=out).exit_code == 0
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,status\n999,declined\n", "status.csv, row 2, column id: 999 is not in the pool."),
        ("id,status\n101,ill\n", "status.csv, row 2, column status: “ill” is no status."),
        ("id,status\n101,\n102,declined\n", "status.csv, row 2, column status: The status is blank."),
        ("id,status\n101,declined\n101,confirmed\n", "row 3, column id: The id 101 is also in row 2."),
        ("id,answer\n101,declined\n", "status.csv, row 1, column status: The file has no column status."),
        ("id,status\n", "status.csv, row 1: The file has a heading and no answers."),
        ("", "status.csv: The file is empty."),
    ],
)
def test_a_wrong_status_file_is_refused_with_its_place_and_nothing_is_written(text, said, drawn, tmp_path):
    status = write(tmp_path / "status.csv", text)
    result = run("replace", drawn, "--status", status, "--out", tmp_path / "new")
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert "Remedy:" in result.stderr
    assert not (tmp_path / "new").exists()


def test_when_everybody_has_left_a_new_panel_is_to_be_drawn(drawn, tmp_path):
    result = replaced(drawn, tmp_path, dict.fromkeys(rows((drawn / "panel.csv").read_bytes()), "declined"))
    assert result.exit_code == 1
    assert "status.csv: of 8 who answered nobody has a seat any more. Remedy: " in result.stderr
    assert not (tmp_path / "new").exists()


def test_a_public_draw_is_followed_by_its_pool_and_quotas(tmp_path):
    (tmp_path / "public").mkdir()
    write(tmp_path / "public" / "commitment.json", "{}")
    result = replaced(tmp_path, tmp_path, {"101": "declined"})
    assert result.exit_code == 1
    assert "this is a public draw, which is not read here. Remedy: Name its pool and quotas" in result.stderr
    assert f"{tmp_path}/private/panel.csv: folkmoot replace --pool … --quotas …" in result.stderr


@pytest.mark.parametrize("size", ["0", "50001"])
def test_a_panel_of_an_impossible_size_is_refused(size, drawn, tmp_path):
    result = replaced(drawn, tmp_path, {}, "--size", size)
    assert (result.exit_code, result.stderr.startswith(f"--size: {size} is not possible.")) == (1, True)


def test_a_size_that_the_quotas_rule_out_is_refused_with_their_place(tmp_path):
    pool = ("--pool", SMALL / "pool.csv", "--quotas", SMALL / "quotas.csv", "--size", 80)
    status = write(tmp_path / "status.csv", "id,status\n101,confirmed\n")
    result = run("replace", *pool, "--status", status, "--out", tmp_path / "new")
    assert (result.exit_code, "quotas.csv" in result.stderr, (tmp_path / "new").exists()) == (1, True, False)


def test_a_changed_draw_is_not_followed(drawn, tmp_path):
    for file in drawn.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "panel.csv").write_bytes((tmp_path / "panel.csv").read_bytes().replace(b"Woman", b"Man", 1))
    result = run("replace", tmp_path, "--status", write(tmp_path.parent / "s.csv", "id,status\n"), "--out", "x")
    assert "The draw's folder does not hold: panel.csv" in result.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [((), "Neither a draw nor a pool was named"), (("x", "--pool", "p.csv"), "a draw's folder was named too")],
)
def test_either_a_draw_or_a_pool_is_named(more, said, tmp_path):
    result = run("replace", *more, "--status", "s.csv", "--out", tmp_path / "new")
    assert (result.exit_code, said in result.stderr) == (1, True)


def test_losses_are_exact():
    problem = problem_of([("x", "")] * 3, {"f": {"x": (1, 2), "y": (2, 3)}}, 3)
    assert loss_of(breaks_of(problem, problem.pool.ids)) == Fraction(1, 2) + Fraction(2, 3)
    assert named(problem, "by lot") == problem.pool.ids
