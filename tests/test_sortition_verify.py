"""A published draw is counted again from its files: one changed byte fails and is named, and so does a false claim."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from sortition import __version__
from sortition.cli import sortition
from sortition.drawing import make_draw
from sortition.errors import SortitionError
from sortition.fairness import leximin
from sortition.files import read_drawn, read_pool, read_quotas, write_folder
from sortition.folder import draw_files, read_lottery, write_lottery
from sortition.lottery import Tickets, shuffle_tickets, ticket_number
from sortition.problem import DrawProblem
from sortition.record import FILES, canonical, read_record, sha256, write_record
from sortition.verify import faults_of

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture(scope="module")
def files():
    quotas = read_quotas("quotas.csv", (FIXTURES / "small/quotas.csv").read_bytes())
    pool = read_pool("pool.csv", (FIXTURES / "small/pool.csv").read_bytes(), quotas, ("address", "postcode"))
    problem = DrawProblem(pool.pool, quotas, 8)
    fair = leximin(problem)
    return draw_files(make_draw(problem, fair.lottery, fair.proof, "the ducks", 100), pool)


def resealed(files):
    """The same files with hashes that fit, as a careful forger would leave them."""
    content = json.loads(files["report.json"])
    content["files"] = {name: {"sha256": sha256(files[name]), "bytes": len(files[name])} for name in FILES}
    del content["sha256"]
    return files | {"report.json": canonical(content | {"sha256": sha256(canonical(content))})}


def changed(files, name, old, new, times=1):
    assert old in files[name]
    return files | {name: files[name].replace(old, new, times)}


def complaint_about(name, files):
    faults = faults_of(files)
    assert any(fault.startswith(name) for fault in faults), faults
    return faults


def test_an_untouched_draw_holds(files):
    assert faults_of(files) == ()


@pytest.mark.parametrize("name", ["report.json", *FILES])
def test_one_changed_byte_anywhere_is_found_and_its_file_named(files, name):
    data = files[name]
    for place in {*range(0, len(data), max(1, len(data) // 40)), len(data) - 1}:
        for flip in (1, 32, 128):
            bad = data[:place] + bytes([data[place] ^ flip]) + data[place + 1 :]
            complaint_about(name, files | {name: bad})


@pytest.mark.parametrize("name", ["report.json", *FILES])
def test_a_byte_more_a_byte_less_or_no_file_is_found(files, name):
    complaint_about(name, files | {name: files[name] + b"\n"})
    complaint_about(name, files | {name: files[name][:-1]})
    complaint_about(name, files | {name: b""})
    complaint_about(name, {other: data for other, data in files.items() if other != name})


def test_counting_again_needs_no_solver():
    names = "import sys, sortition.verify; print(sorted({'highspy', 'pulp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", names], cwd=FIXTURES.parent, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_a_file_that_does_not_belong_is_named(files):
    complaint_about("notes.txt", files | {"notes.txt": b"hello"})


def test_the_record_reads_back_and_writes_the_same_bytes(files):
    record, _ = read_record(files["report.json"])
    assert write_record(record, {name: files[name] for name in FILES}) == files["report.json"]


def test_a_forged_ticket_is_found_although_every_hash_fits(files):
    ticket = json.loads(files["report.json"])["ticket"]
    forged = changed(files, "report.json", b'"ticket": %d,' % ticket, b'"ticket": %d,' % (ticket % 100 + 1))
    complaint_about("report.json: the seed draws ticket", resealed(forged))


def test_another_seed_is_found(files):
    complaint_about("report.json", resealed(changed(files, "report.json", b"the ducks", b"the geese")))


def test_swapped_members_are_found(files):
    member = files["panel.csv"].split(b"\n")[1]
    other = files["remaining.csv"].split(b"\n")[1]
    forged = changed(files, "panel.csv", member, other)
    complaint_about("panel.csv", resealed(changed(forged, "remaining.csv", other, member)))


def test_a_changed_answer_is_found(files):
    complaint_about("remaining.csv", resealed(changed(files, "remaining.csv", b",Man,", b",Woman,")))


def test_a_panel_that_breaks_a_quota_is_found(files):
    content = json.loads(files["report.json"])
    for row in content["quotas"]:
        row["max"] = max(row["min"], row["max"] - 1)
    complaint_about("lottery.json: panel", resealed(files | {"report.json": canonical(content)}))


def test_a_changed_weight_is_found(files):
    first = json.loads(files["lottery.json"])["panels"][0]["weight"]
    forged = changed(files, "lottery.json", b'"weight":%d' % first, b'"weight":%d' % (first + 1))
    complaint_about("lottery.json", resealed(forged))


@pytest.mark.parametrize("weight", ["NaN", "Infinity", "-Infinity", "1e309", "1.0", "true", "null", '"1"', "-1", "[]"])
def test_a_weight_that_is_no_whole_number_is_found(files, weight):
    first = json.loads(files["lottery.json"])["panels"][0]["weight"]
    forged = changed(files, "lottery.json", b'"weight":%d' % first, b'"weight":' + weight.encode())
    complaint_about("lottery.json", resealed(forged))


def test_a_denominator_to_which_the_weights_do_not_sum_is_found(files):
    whole = json.loads(files["lottery.json"])["denominator"]
    forged = changed(files, "lottery.json", b'"denominator":%d' % whole, b'"denominator":%d' % (whole + 1))
    complaint_about("lottery.json", resealed(forged))


@pytest.mark.parametrize(("member", "said"), [("zoe", "'zoe' is not in the pool"), (None, "are not in order")])
def test_a_stranger_or_one_person_twice_in_a_panel_is_found(files, member, said):
    panel = json.loads(files["lottery.json"])["panels"][-1]["members"]
    there, forged = (
        ",".join(map(json.dumps, members)).encode() for members in (panel, [*panel[:-1], member or panel[-2]])
    )
    faults = complaint_about("lottery.json", resealed(changed(files, "lottery.json", there, forged)))
    assert any(said in fault for fault in faults), faults


def test_two_exchanged_ticket_numbers_are_found(files):
    tickets = read_lottery(files["lottery.json"])
    places = list(tickets.places)
    other = next(number for number, place in enumerate(places) if place != places[0])
    places[0], places[other] = places[other], places[0]
    forged = write_lottery(Tickets(tickets.lottery, tuple(places), tickets.more))
    complaint_about("lottery.json: the tickets are not numbered", resealed(files | {"lottery.json": forged}))


def test_tickets_that_all_stand_for_one_panel_are_found(files):
    tickets = read_lottery(files["lottery.json"])
    counts = [0] * len(tickets.lottery.panels)
    counts[3] = len(tickets)
    forged = write_lottery(shuffle_tickets(tickets.lottery, (), counts, "the ducks"))
    ticket = ticket_number("the ducks", sha256(forged), len(tickets))
    content = json.loads(files["report.json"]) | {"ticket": ticket}
    record = {"report.json": canonical(content), "lottery.json": forged}
    complaint_about("lottery.json: the tickets are further from the chances", resealed(files | record))


def test_a_record_with_more_in_it_is_found(files):
    content = json.loads(files["report.json"]) | {"remark": "drawn in public"}
    complaint_about("report.json: it is not written", resealed(files | {"report.json": canonical(content)}))
    content = json.loads(files["report.json"])
    content["pool"].reverse()
    complaint_about("report.json: it is not written", resealed(files | {"report.json": canonical(content)}))


@pytest.mark.parametrize("number", ["1e999999", "1e99999", "9" * 4000 + "/" + "7" * 4001, "0x1", "", None])
def test_a_number_too_long_to_write_is_a_complaint_and_never_a_crash(files, number):
    for key in ("gap", "chance"):
        content = json.loads(files["certificate.json"])
        (content if key == "gap" else content["levels"][1])[key] = number
        complaint_about("certificate.json", resealed(files | {"certificate.json": canonical(content)}))


def test_a_billion_claimed_tickets_take_no_memory(files):
    complaint_about(
        "lottery.json", resealed(changed(files, "lottery.json", b'"tickets":100,', b'"tickets":9000000000,'))
    )


def test_a_changed_chance_is_found(files):
    complaint_about("chances.csv", resealed(changed(files, "chances.csv", b"0.2", b"0.3")))


def test_a_certificate_that_claims_too_much_is_found(files):
    forged = changed(files, "certificate.json", b'"proof": "quotas"', b'"proof": "panels"')
    complaint_about("certificate.json", resealed(forged))


def test_a_prettier_page_is_found(files):
    complaint_about("report.html", resealed(changed(files, "report.html", b"Smallest chance", b"Fairest chance!")))


def made_by(files, version):
    """The same draw as another version, or one that wrote down none, would have left it."""
    content = json.loads(files["report.json"])
    assert content.pop("made_by") == f"folkmoot {__version__}"
    return resealed(files | {"report.json": canonical(content | ({"made_by": version} if version else {}))})


def test_the_version_is_that_of_the_package():
    package = tomllib.loads((FIXTURES.parent / "pyproject.toml").read_text())
    assert package["project"]["version"] == __version__


@pytest.mark.parametrize("version", ["", "folkmoot 0.1.0", "folkmoot 1.0.0rc1"])
def test_a_draw_outlives_a_change_of_wording(files, tmp_path, version):
    """A page of another version is held to its hash alone, and `verify` says so; what programs read is held in full."""
    old = changed(made_by(files, version), "report.html", b"Smallest chance", b"Lowest chance")
    old = resealed(old)
    assert faults_of(old) == ()
    assert read_drawn(old).record.made_by == version
    write_folder(str(tmp_path / "old"), old)
    told = CliRunner().invoke(sortition, ["verify", str(tmp_path / "old")])
    writer = version or "a folkmoot before 0.2.0"
    assert told.exit_code == 0
    assert f"report.html was written by {writer}: only its hash was checked." in told.stdout
    complaint_about("report.html: its bytes", changed(old, "report.html", b"Lowest chance", b"Fairest chance"))
    complaint_about("chances.csv: written again", resealed(changed(old, "chances.csv", b"0.", b"1.")))
    ticket = json.loads(old["report.json"])["ticket"]
    forged = changed(old, "report.json", b'"ticket": %d,' % ticket, b'"ticket": %d,' % (ticket % 100 + 1))
    complaint_about("report.json: the seed draws ticket", resealed(forged))


def test_verify_speaks_of_no_version_where_it_wrote_the_page_itself(files, tmp_path):
    write_folder(str(tmp_path / "new"), files)
    assert "only its hash" not in CliRunner().invoke(sortition, ["verify", str(tmp_path / "new")]).stdout


@pytest.mark.parametrize("version", [1, None, "someone", "folkmoot ", "folkmoot 1\nEverything holds"])
def test_a_version_that_is_none_is_refused(files, version):
    content = {**json.loads(files["report.json"]), "made_by": version}
    complaint_about("report.json", resealed(files | {"report.json": canonical(content)}))


@pytest.mark.parametrize(
    "bad", [b"", b"[]", b"{}", b"\xff", b'{"sha256": 1}', b"[" * 100_000, b'{"a": 1, "a": 2}', b'{"levels": 3}']
)
def test_nonsense_in_any_file_is_a_complaint_and_never_a_crash(files, bad):
    for name in ("report.json", *FILES):
        complaint_about(name, files | {name: bad})
        if name != "report.json":
            assert faults_of(resealed(files | {name: bad}))


def test_a_record_that_only_looks_right_is_refused(files):
    content = json.loads(files["report.json"])
    for key in sorted(set(content) - {"sha256", "made_by"}):
        broken = {name: value for name, value in content.items() if name not in (key, "sha256")}
        sealed = canonical(broken | {"sha256": sha256(canonical(broken))})
        with pytest.raises(SortitionError, match=r"report\.json"):
            read_record(sealed)
