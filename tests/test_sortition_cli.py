"""The commands as an organiser types them: exit codes, stdout, stderr, and the folder that is left."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from sortition.cli import sortition

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
FILES = {
    "panel.csv",
    "remaining.csv",
    "chances.csv",
    "lottery.json",
    "certificate.json",
    "report.html",
    "report.json",
}


def run(*arguments):
    return CliRunner().invoke(sortition, [str(argument) for argument in arguments], catch_exceptions=False)


def the_files(name="small", size=8):
    folder = FIXTURES / name
    return "--pool", folder / "pool.csv", "--quotas", folder / "quotas.csv", "--size", size


def draw_small(out, *more):
    return run("draw", *the_files(), "--household", "address,postcode", "--out", out, "--progress", "none", *more)


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode(), newline="")))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    out = tmp_path_factory.mktemp("draw") / "out"
    result = draw_small(out, "--seed", "the ducks")
    assert result.exit_code == 0, result.output
    return out, result


def test_check_says_yes_and_exits_with_0():
    result = run("check", *the_files(), "--household", "address, postcode")
    assert result.exit_code == 0
    assert result.stdout.startswith("Yes: a panel of 8 can be drawn from these 30 volunteers")


def test_check_names_the_conflict_and_the_repairs_and_exits_with_1():
    result = run("check", *the_files("impossible"))
    assert result.exit_code == 1
    assert "  age=16-29: at least 3\n  area=South: at most 2\n" in result.stdout
    assert "lower the min of age=16-29 from 3 to 2" in result.stdout
    assert result.stderr == ""


def test_the_readme_shows_what_check_says_of_the_impossible_pool():
    said = run("check", *the_files("impossible")).stdout
    assert f"```text\n{said}```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_check_locks_what_it_is_told_and_names_with_commas_are_names(tmp_path):
    locked = run("check", *the_files("impossible"), "--lock", "age, area=South").stdout
    assert "1. recruit at least 1 more volunteer with age=16-29 and area=North\n" in locked
    quotas = (FIXTURES / "impossible/quotas.csv").read_text().replace("16-29", '"16-29, young"')
    pool = (FIXTURES / "impossible/pool.csv").read_text().replace("16-29", '"16-29, young"')
    (tmp_path / "q.csv").write_text(quotas)
    (tmp_path / "p.csv").write_text(pool)
    files = ("--pool", tmp_path / "p.csv", "--quotas", tmp_path / "q.csv", "--size", 8)
    assert "1. lower the min of area=North" in run("check", *files, "--lock", "age=16-29, young").stdout
    refused = run("check", *files, "--lock", "ages")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "There is no quota 'ages' to lock." in refused.stderr


def test_check_answers_programs_with_the_same_content():
    result = run("check", *the_files("impossible"), "--json")
    said = json.loads(result.stdout)
    assert (result.exit_code, said["possible"], said["smallest"], said["households"]) == (1, False, True, False)
    assert [bound["value"] for bound in said["conflict"]] == ["16-29", "South"]
    first, *_, last = said["repairs"]
    assert first["changes"] == [
        {"feature": "age", "value": "16-29", "side": "min", "number": 3, "new": 2, "places": 1, "stray": "1/3"}
    ]
    assert last["profiles"] == [{"number": 1, "profile": {"gender": "Woman", "age": "16-29", "area": "North"}}]
    assert 0 < first["smallest_chance"] < 1
    assert len({repair["key"] for repair in said["repairs"]}) == len(said["repairs"])
    assert json.loads(run("check", *the_files(), "--json").stdout)["possible"] is True


def test_check_tells_sums_that_cannot_be_met_by_their_place_and_still_repairs():
    result = run("check", *the_files(size=31))
    assert result.exit_code == 1
    assert "quotas.csv, column max: The maximums of gender add up to 8, less than the panel of 31." in result.stderr
    assert "a panel of 8 would work" in result.stdout


def test_draw_writes_every_file_and_prints_the_fairness_figures(drawn):
    out, result = drawn
    assert {file.name for file in out.iterdir()} == FILES
    told = ("smallest chance", "chance in the middle", "largest chance", "panels it can draw", "proof", "the ducks")
    for words in told:
        assert words in result.stdout
    assert [file.name for file in out.parent.iterdir()] == ["out"]


def test_panel_and_remaining_hold_everyone_once_with_the_pools_columns_in_order(drawn):
    out, _ = drawn
    pool = rows(FIXTURES / "small/pool.csv")
    panel, remaining = rows(out / "panel.csv"), rows(out / "remaining.csv")
    assert len(panel) == 8
    assert sorted(row["id"] for row in panel + remaining) == sorted(row["id"] for row in pool)
    assert list(panel[0]) == list(remaining[0]) == list(pool[0])
    assert all(row in pool for row in panel + remaining)


def test_chances_are_written_with_12_digits_and_add_up_to_the_panel_size(drawn):
    out, _ = drawn
    chances = rows(out / "chances.csv")
    assert list(chances[0]) == ["id", "chance", "ticket_chance"]
    assert all(len(row["chance"].partition(".")[2]) == 12 for row in chances)
    assert round(sum(float(row["chance"]) for row in chances), 9) == 8
    assert round(sum(float(row["ticket_chance"]) for row in chances), 9) == 8


def test_the_lottery_holds_every_panel_with_a_whole_weight_and_its_tickets(drawn):
    lottery = json.loads((drawn[0] / "lottery.json").read_bytes())
    assert sum(panel["weight"] for panel in lottery["panels"]) == lottery["denominator"]
    assert sum(panel["tickets"] for panel in lottery["panels"]) == lottery["tickets"] == 1000
    assert all(len(panel["members"]) == 8 for panel in lottery["panels"])


def test_files_have_no_byte_order_mark_and_lf_line_ends(drawn):
    for file in drawn[0].iterdir():
        assert not file.read_bytes().startswith(b"\xef\xbb\xbf")
        assert b"\r" not in file.read_bytes()
        assert file.read_bytes().endswith(b"\n")


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_folder_and_hash_seed_write_the_same_bytes(drawn, tmp_path, hash_seed):
    (tmp_path / "elsewhere").mkdir()
    for name in ("pool.csv", "quotas.csv"):
        (tmp_path / "elsewhere" / name).write_bytes((FIXTURES / "small" / name).read_bytes())
    command = [sys.executable, "-m", "sortition.cli", "draw", "--pool", "pool.csv", "--quotas", "quotas.csv"]
    command += ["--size", "8", "--household", "address,postcode", "--seed", "the ducks", "--out", "sub/folder"]
    command += ["--progress", "json"]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path / "elsewhere", env=environment, capture_output=True, check=True)
    for line in done.stderr.decode().splitlines():
        assert {"stage", "bound", "gap", "elapsed", "note"} <= set(json.loads(line))
    for file in drawn[0].iterdir():
        assert (tmp_path / "elsewhere/sub/folder" / file.name).read_bytes() == file.read_bytes(), file.name


def test_without_a_seed_one_is_made_printed_and_recorded(tmp_path):
    first, second = draw_small(tmp_path / "a"), draw_small(tmp_path / "b")
    seeds = [json.loads((tmp_path / name / "report.json").read_bytes())["seed"] for name in "ab"]
    assert seeds[0] in first.stdout
    assert seeds[1] in second.stdout
    assert seeds[0] != seeds[1]


def test_households_and_personal_data_stay_out_of_the_public_files(drawn):
    for name in FILES - {"panel.csv", "remaining.csv"}:
        text = (drawn[0] / name).read_bytes().decode()
        assert "Ropewalk" not in text
        assert "Volunteer 1" not in text


def test_a_folder_that_holds_something_is_refused_before_anything_is_drawn(tmp_path):
    (tmp_path / "kept").write_text("mine")
    result = draw_small(tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not empty" in result.stderr


def test_quotas_that_cannot_be_met_leave_nothing_behind(tmp_path):
    result = run("draw", *the_files("impossible"), "--out", tmp_path / "out", "--progress", "none")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "folkmoot check" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("bad", sorted(path.name for path in (FIXTURES / "bad").glob("*.csv")))
@pytest.mark.parametrize("command", ["check", "draw"])
def test_every_bad_file_ends_in_its_lines_on_stderr_and_exit_1(bad, command, tmp_path):
    files = {"pool": FIXTURES / "small/pool.csv", "quotas": FIXTURES / "small/quotas.csv"}
    files[bad.partition("_")[0]] = FIXTURES / "bad" / bad
    out = ("--out", tmp_path / "out") if command == "draw" else ()
    if "shares" in files:
        result = run("quotas", "--shares", files["shares"], "--size", 8, *out)
    else:
        result = run(command, "--pool", files["pool"], "--quotas", files["quotas"], "--size", 8, *out)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (FIXTURES / "bad" / bad).with_suffix(".txt").read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"--pool": "nowhere.csv"}, "nowhere.csv: There is no such file."),
        ({"--quotas": FIXTURES}, "fixtures: This is a folder, not a file."),
        ({"--size": "0"}, "--size: 0 is not possible."),
        ({"--size": "-3"}, "--size: -3 is not possible."),
        ({"--size": "9" * 30}, "--size: " + "9" * 30 + " is not possible."),
        ({"--out": ""}, "--out: it is empty."),
        ({"--size": "31"}, "pool.csv: There are 30 volunteers for a panel of 31."),
        ({"--seed": "a\x00b"}, "--seed: it holds something that cannot be printed."),
        ({"--tickets": "0"}, "--tickets: 0 is not possible."),
        ({"--household": "street"}, "pool.csv, row 1, column street: There is no such household column."),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence_with_a_remedy(change, said, tmp_path):
    options = dict(zip(*[iter(the_files())] * 2, strict=True)) | {"--out": tmp_path / "out"} | change
    result = run("draw", *(part for option in options.items() for part in option))
    assert result.exit_code == 1
    assert said in result.stderr
    assert " Remedy: " in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_check_for_more_members_than_people_can_be_is_refused():
    files = [part for part in the_files() if part not in ("--size", 8)]
    result = run("check", *files, "--size", 10**30)
    assert (result.exit_code, "is not possible" in result.stderr) == (1, True)


def test_an_unknown_option_is_left_to_click():
    assert run("check", "--pol", "x").exit_code == 2


def test_every_command_is_explained():
    for name, command in sortition.commands.items():
        assert command.help, name
        assert all(option.help for option in command.params if isinstance(option, click.Option)), name


def test_a_workbook_and_shuffled_rows_draw_the_same_panel(drawn, tmp_path):
    header, *people = csv.reader(io.StringIO((FIXTURES / "small/pool.csv").read_bytes().decode()))
    book = openpyxl.Workbook()
    for row in (header, *reversed(people)):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(tmp_path / "pool.xlsx")
    options = ["--quotas", FIXTURES / "small/quotas.csv", "--size", 8, "--household", "address,postcode"]
    result = run("draw", "--pool", tmp_path / "pool.xlsx", *options, "--seed", "the ducks", "--out", tmp_path / "out")
    assert result.exit_code == 0
    for name in FILES - {"panel.csv", "remaining.csv", "report.json"}:
        assert (tmp_path / "out" / name).read_bytes() == (drawn[0] / name).read_bytes(), name
    assert sorted(map(str, rows(tmp_path / "out/panel.csv"))) == sorted(map(str, rows(drawn[0] / "panel.csv")))


def test_what_was_drawn_can_be_verified_and_a_changed_copy_cannot(drawn, tmp_path):
    assert run("verify", drawn[0]).exit_code == 0
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in drawn[0].iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / "panel.csv").write_bytes((copy / "panel.csv").read_bytes().replace(b"Woman", b"Wuman", 1))
    result = run("verify", copy)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("panel.csv: ")
    assert run("verify", tmp_path / "nowhere").exit_code == 1


def test_verify_says_when_the_proof_rests_on_a_search_of_all_panels(tmp_path):
    # Any two of the first three volunteers share an answer that only one member may give: odd, so halves do not work.
    answers = ["x,x,o", "x,o,x", "o,x,x", *["o,o,o"] * 3]
    pool, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    pool.write_text("id,a,b,c\n" + "".join(f"{n},{row}\n" for n, row in enumerate(answers)))
    limits = "".join(f"{feature},x,0,1\n{feature},o,0,3\n" for feature in "abc")
    quotas.write_text("feature,value,min,max\n" + limits)
    out = tmp_path / "out"
    assert run("draw", "--pool", pool, "--quotas", quotas, "--size", 3, "--out", out).exit_code == 0
    assert json.loads((out / "certificate.json").read_text())["proof"] == "panels"
    told = run("verify", out)
    assert told.exit_code == 0
    assert "a search of all panels" in told.stdout


def test_verify_speaks_of_no_search_where_the_quotas_prove_it(drawn):
    told = run("verify", drawn[0])
    assert told.exit_code == 0
    assert "search" not in told.stdout
