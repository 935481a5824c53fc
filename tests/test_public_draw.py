"""The public draw from the organiser's side: prepare, announce, reveal, and everything that is refused."""

import ast
import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from public_draws import SECRET, checked, prepared, resealed, small_input, small_lottery

from sortition import __version__
from sortition.certificate import check as certificate_faults
from sortition.cli import sortition
from sortition.cli.public_folder import add_revealed, write_prepared
from sortition.errors import BadFile, BadLottery
from sortition.objectives import FAIRNESS
from sortition.public import verify_draw
from sortition.public.bundle import Rounding
from sortition.public.fairness_proof import proof_faults
from sortition.public.freeze import freeze
from sortition.public.merkle import climbed, leaf_of
from sortition.public.prepare import Terms
from sortition.public.randomness import BadRandomness, dice_for, read_randomness
from sortition.public.reveal import AlreadyRevealed, outcome, reveal
from sortition.public.secret import BadSecret, Secret
from sortition.public.signed import AlreadyCommitted, BadPreparation, Supersedes, hash_of, read_signed

ROOT = Path(__file__).parent.parent
BEACON = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def files():
    return prepared()


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


# What is published, and what is not


def test_nothing_public_says_who_anybody_is(files):
    everything = b"\n".join(data for name, data in files.items() if name.startswith("public/"))
    everything += b"\n".join(
        (files | reveal(files, "3 0 7"))[f"public/{name}"] for name in ("reveal.json", "result.txt")
    )
    for row in rows((ROOT / "fixtures/small/pool.csv").read_bytes()):
        assert row["name"].encode() not in everything
        assert row["postcode"].encode() not in everything
        assert f'"{row["id"]}"'.encode() not in everything


def test_the_same_secret_and_input_give_the_same_bytes_and_the_order_of_rows_does_not_matter(files):
    assert prepared() == files
    pool, problem = small_input()
    turned = type(problem)(
        type(pool.pool)(pool.pool.features[::-1], tuple(turned_round(one) for one in pool.pool.volunteers[::-1])),
        type(problem.quotas)(problem.quotas.rows[::-1]),
        problem.panel_size,
    )
    assert freeze(pool, turned, Secret(SECRET)) == freeze(pool, problem, Secret(SECRET))


def turned_round(one):
    return type(one)(one.id, one.values[::-1], one.household)


def test_another_secret_gives_other_names_salts_numbers_and_keys(files):
    theirs = prepared(secret=b"a different secret, just as long as the first")
    for name in ("public/bundle.json", "private/pool.jsonl", "private/organiser.json", "private/proofs.jsonl"):
        assert files[name] != theirs[name]


def test_white_space_around_the_secret_does_not_count(files):
    assert prepared(secret=b"\n " + SECRET + b"\r\n") == files


@pytest.mark.parametrize(
    ("secret", "words"), [(b"", "0 characters"), (b"short" * 6, "30 characters"), (b"ab" * 40, "2 different")]
)
def test_a_secret_that_can_be_guessed_is_refused(secret, words):
    with pytest.raises(BadSecret, match=words):
        prepared(secret=secret)


def test_the_script_checks_signatures_as_the_library_does(files):
    key = Secret(SECRET).signing_key()
    public = key.public_key().public_bytes_raw()
    data = files["public/commitment.json"]
    assert verify_draw.is_signed(data, public)
    read_signed("commitment.json", data, "folkmoot commitment 1")
    for place in range(2):
        content = json.loads(data)
        signature = bytearray.fromhex(content["signature"])
        signature[place * 32] ^= 1
        content["signature"] = signature.hex()
        bad = (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
        with pytest.raises(BadPreparation):
            read_signed("commitment.json", bad, "folkmoot commitment 1")
        with contextlib.suppress(LookupError):  # where it is no point of the curve
            assert not verify_draw.is_signed(bad, public)
    larger = bytes.fromhex(json.loads(data)["signature"])
    s = int.from_bytes(larger[32:], "little") + verify_draw.ORDER
    twin = larger[:32] + s.to_bytes(32, "little")
    content = json.loads(data) | {"signature": twin.hex()}
    assert not verify_draw.is_signed(
        (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(), public
    )


def test_the_certificate_proves_the_public_lottery_fair(files):
    pool, problem = small_input()
    frozen = freeze(pool, problem, Secret(SECRET))
    lottery = frozen.renamed(small_lottery().lottery)
    assert certificate_faults(frozen.problem, lottery, json.loads(files["public/certificate.json"])) == ()


def test_every_volunteer_gets_a_proof_and_all_their_tickets(files):
    bundle = json.loads(files["public/bundle.json"])
    root = json.loads(files["public/commitment.json"])["pool_root"]
    lines = [json.loads(line) for line in files["private/proofs.jsonl"].splitlines()]
    assert [proof["volunteer"] for proof in lines] == [one["volunteer"] for one in bundle["volunteers"]]
    for place, (proof, row) in enumerate(zip(lines, files["private/pool.jsonl"].splitlines(), strict=True)):
        leaf = leaf_of(bytes.fromhex(proof["salt"]), row)
        assert climbed(leaf, place, len(lines), [bytes.fromhex(step) for step in proof["path"]]).hex() == root
        assert climbed(leaf, place, len(lines), []) is None
        assert len(proof["tickets"]) == bundle["volunteers"][place]["tickets"]
    letters = rows(files["private/letters.csv"])
    assert len(letters) == 30
    for letter, proof in zip(letters, lines, strict=True):
        runs = [part.split("–") for part in letter["tickets"].split()]
        numbers = [n for run in runs for n in range(int(run[0]), int(run[-1]) + 1)]
        assert sorted(n or 1000 for n in numbers) == proof["tickets"]
        assert letter["volunteer"] in letter["letter"]
        assert letter["id"] == proof["row"]["id"]


@pytest.mark.parametrize("tickets", [1000, 10_000])
def test_everyones_tickets_are_within_one_of_the_exact_chance(tickets):
    bundle = json.loads(prepared(tickets=tickets)["public/bundle.json"])
    for one in bundle["volunteers"]:
        assert abs(Fraction(one["chance"]) - Fraction(one["tickets"], tickets)) < Fraction(1, tickets)
    assert bundle["rounding"]["fewest_tickets"] == Fraction(bundle["rounding"]["least_chance"]) * tickets // 1


def test_no_other_number_of_tickets_can_be_drawn_by_dice():
    with pytest.raises(BadLottery, match="777"):
        prepared(tickets=777)
    with pytest.raises(BadRandomness):
        dice_for(777)


def test_what_the_rounding_costs_is_counted_over_those_who_can_be_drawn():
    told = Rounding({"a": Fraction(0), "b": Fraction(1, 3000), "c": Fraction(1)}, {"a": 0, "b": 0, "c": 1000}, 1000)
    assert (told.least_chance, told.least_held, told.most_possible, told.empty_handed) == (Fraction(1, 3000), 0, 0, 1)
    assert told.largest_deviation == Fraction(1, 3000)


# The reveal


@pytest.mark.parametrize(
    ("spec", "typed"),
    [("dice", "0 0 0"), ("drand:12", f"12 {BEACON}"), ("national-lottery:2026-12-05", "2026-12-05 3 12 24 33 41 58 7")],
)
def test_a_reveal_gives_the_panel_of_its_ticket_and_the_script_agrees(spec, typed):
    before = prepared(spec)
    after = before | reveal(before, typed)
    holds, said = checked(after)
    assert holds, said
    drawn = outcome({name: data for name, data in before.items() if name.startswith("public/")}, typed)
    shown = json.loads(after["public/reveal.json"])
    assert (shown["ticket"], shown["panel"]) == (drawn.ticket, list(drawn.panel))
    names = {json.loads(row)["volunteer"]: json.loads(row)["id"] for row in before["private/pool.jsonl"].splitlines()}
    panel, rest = rows(after["private/panel.csv"]), rows(after["private/remaining.csv"])
    assert [row["id"] for row in panel] == sorted(names[name] for name in drawn.panel)
    assert small_input()[1].allows([row["id"] for row in panel])
    everyone = {row["id"]: row for row in rows((ROOT / "fixtures/small/pool.csv").read_bytes())}
    assert {row["id"]: row for row in (*panel, *rest)} == everyone


def test_a_draw_is_revealed_once(files):
    after = files | reveal(files, "3 0 7")
    assert reveal(after, "307") == {}
    with pytest.raises(AlreadyRevealed, match="already revealed: 307 was entered, ticket 307"):
        reveal(after, "3 0 8")
    lost = {name: data for name, data in after.items() if name != "private/panel.csv"}
    assert reveal(lost, "307") == {"private/panel.csv": after["private/panel.csv"]}


def test_a_reveal_without_names_needs_the_public_files_only(files):
    public = {name: data for name, data in files.items() if name.startswith("public/")}
    assert outcome(public, "0 0 0").ticket == 1000
    assert outcome(public, "0 0 0").shown == "000"
    with pytest.raises(BadPreparation, match=r"private/pool\.jsonl is missing"):
        reveal(public, "0 0 0")


def without(files, name):
    return {other: data for other, data in files.items() if other != name}


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("private/pool.jsonl", b"Volunteer 101", b"Somebody else", "is not the row that was committed to"),
        ("private/pool.jsonl", b"Woman", b"Man", "is not the row that was committed to"),
        ("private/proofs.jsonl", b'"salt":"', b'"salt":"00', "is not the row that was committed to"),
        ("private/proofs.jsonl", b'"salt"', b'"sugar"', "cannot be read"),
        ("private/organiser.json", b'"signing_key": "', b'"signing_key": "00', "has no signing key"),
        ("private/organiser.json", b'"columns"', b'"pillars"', "has no signing key"),
        ("public/bundle.json", b'"tickets":', b'"tickets": ', "not the file that the commitment speaks of"),
        ("public/commitment.json", b'"dice"', b'"drand:12"', "signature of public/commitment.json does not hold"),
        ("public/commitment.json", b"\n}", b",\n}", "is not a JSON object"),
        ("public/commitment.json", b'"tickets": 1000', b'"tickets": 1000 ', "not written as Folkmoot writes it"),
    ],
)
def test_a_pool_or_bundle_changed_after_the_commitment_is_refused(files, name, old, new, words):
    assert old in files[name]
    with pytest.raises(BadPreparation, match=words) as refused:
        reveal(files | {name: files[name].replace(old, new, 1)}, "3 0 7")
    assert refused.value.remedy


def test_rows_taken_out_or_put_in_after_the_commitment_are_refused(files):
    lines = files["private/pool.jsonl"].splitlines(keepends=True)
    for changed in (lines[:-1], lines + lines[:1], [lines[1], lines[0], *lines[2:]]):
        with pytest.raises(BadPreparation):
            reveal(files | {"private/pool.jsonl": b"".join(changed)}, "3 0 7")


@pytest.mark.parametrize("name", ["public/commitment.json", "public/bundle.json", "private/proofs.jsonl"])
def test_a_missing_file_is_named(files, name):
    with pytest.raises(BadPreparation, match=name):
        reveal(without(files, name), "3 0 7")


def test_another_assemblys_files_are_refused(files):
    theirs = prepared(assembly="Elsewhere")
    revealed = theirs | reveal(theirs, "3 0 7")
    with pytest.raises(BadPreparation, match="belongs to another commitment"):
        reveal(files | {"public/reveal.json": revealed["public/reveal.json"]}, "3 0 7")
    other = prepared(secret=b"a different secret, just as long as the first")
    with pytest.raises(BadPreparation):
        reveal(files | {"public/bundle.json": other["public/bundle.json"]}, "3 0 7")
    with pytest.raises(BadPreparation):
        reveal(files | {"private/organiser.json": other["private/organiser.json"]}, "3 0 7")
    mine = reveal(files, "3 0 7")["public/reveal.json"]
    with pytest.raises(BadPreparation, match="signature"):
        reveal(other | {"public/reveal.json": mine}, "3 0 7")


def test_a_second_commitment_needs_its_reason_and_shows_it(files):
    first = hash_of(files["public/commitment.json"])
    assert prepared(earlier=(first,)) == files, "the same commitment again is no second one"
    with pytest.raises(AlreadyCommitted, match=first):
        prepared("drand:12", earlier=(first,))
    with pytest.raises(AlreadyCommitted, match=first):
        prepared("drand:12", earlier=(first,), supersedes=Supersedes("ab" * 32, "Lost."))
    again = prepared("drand:12", earlier=(first,), supersedes=Supersedes(first, "The dice were lost."))
    holds, said = checked(again)
    assert holds
    assert f"It replaces '{first}', because: 'The dice were lost.'" in said
    assert b"because: The dice were lost." in again["public/announcement.txt"]


@pytest.mark.parametrize(("commitment", "reason"), [("", "Why"), ("xyz", "Why"), ("ab" * 32, " "), ("ab" * 32, "a\nb")])
def test_a_second_commitment_without_a_plain_reason_is_refused(commitment, reason):
    with pytest.raises(AlreadyCommitted):
        Supersedes(commitment, reason)


def test_a_name_of_several_lines_is_refused():
    with pytest.raises(BadLottery, match="name of the assembly"):
        Terms(SECRET, read_randomness("dice"), assembly="a\nb")


# The commands


def run(*arguments):
    return CliRunner().invoke(sortition, [str(argument) for argument in arguments], catch_exceptions=False)


def prepare_small(out, secret, *more, pool=ROOT / "fixtures/small/pool.csv"):
    given = ("--pool", pool, "--quotas", ROOT / "fixtures/small/quotas.csv", "--size", 8)
    given += ("--household", "address,postcode", "--secret", secret, "--progress", "none", "--assembly", "Small")
    return run("prepare", *given, "--out", out, *(more or ("--randomness", "dice")))


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_bytes(SECRET + b"\n")
    return path


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_prepare_then_reveal_on_the_command_line(files, tmp_path, secret):
    done = prepare_small(tmp_path / "out", secret)
    assert done.exit_code == 0, done.output
    assert "three ten-sided dice thrown in the hall" in done.stdout
    assert "the most that any 1,000 tickets can give" in done.stdout
    assert contents(tmp_path / "out") == files
    assert (tmp_path / "out/private").stat().st_mode & 0o077 == 0
    assert (tmp_path / "secret.txt.commitments").read_text().split() == [hash_of(files["public/commitment.json"])]
    done = run("reveal", tmp_path / "out", "--entered", "3 0 7")
    assert done.exit_code == 0
    assert "Ticket 307 of 1,000: a panel of 8 members." in done.stdout
    after = contents(tmp_path / "out")
    assert after == files | reveal(files, "3 0 7")
    again = run("reveal", tmp_path / "out", "--entered", "3 0 8")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "already revealed" in again.stderr
    assert contents(tmp_path / "out") == after
    assert run("reveal", tmp_path / "out", "--entered", "307").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("fairness", [name for name in FAIRNESS if name != "leximin"])
def test_every_idea_of_fair_can_be_drawn_in_public_and_its_proof_is_checked(fairness, tmp_path, secret):
    more = ("--randomness", "dice", "--fairness", fairness, "--diversity")
    done = prepare_small(tmp_path / "out", secret, *more)
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "out/public/bundle.json").read_bytes())["fairness"] == fairness
    run("reveal", tmp_path / "out", "--entered", "307")
    done = run("verify", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "The certificate proves the lottery as fair as it claims." in done.stdout


def test_spread_tickets_keep_everyones_number_of_tickets(files, tmp_path, secret):
    prepare_small(tmp_path / "out", secret, "--randomness", "dice", "--diversity")
    spread, plain = (
        json.loads((tmp_path / "out/public/bundle.json").read_bytes()),
        json.loads(files["public/bundle.json"]),
    )
    for one, other in zip(spread["volunteers"], plain["volunteers"], strict=True):
        assert one["chance"] == other["chance"]
        assert abs(Fraction(one["chance"]) - Fraction(one["tickets"], 1000)) < Fraction(1, 1000)
    assert len(spread["panels"]) > len(plain["panels"])


def test_verify_checks_a_public_draw_with_its_proof_of_fairness(tmp_path, secret):
    prepare_small(tmp_path / "out", secret)
    for folder in (tmp_path / "out", tmp_path / "out/public"):
        done = run("verify", folder)
        assert done.exit_code == 0, done.output
        assert "The certificate proves the lottery as fair as it claims." in done.stdout
        assert done.stdout.endswith("What is written for people says the same.\nEverything holds.\n")
    (tmp_path / "out/public/certificate.json").write_bytes(b"{}")
    done = run("verify", tmp_path / "out")
    assert done.exit_code == 1
    assert "FAILS  'certificate.json' is as it was committed to." in done.stdout
    (tmp_path / "out/public/commitment.json").write_bytes(b"[")
    assert run("verify", tmp_path / "out").exit_code == 1


@pytest.mark.parametrize(
    ("name", "was", "becomes"),
    [
        ("public/announcement.txt", b"Smallest chance", b"Largest chance"),
        ("public/result.txt", b"Ticket 307", b"Ticket 308"),
        ("private/panel.csv", b"\n", b"\nV,"),
        ("private/remaining.csv", b"\n", b"\nV,"),
    ],
)
def test_verify_and_reveal_see_changed_pages_and_tables_for_people(name, was, becomes, tmp_path, secret):
    prepare_small(tmp_path / "out", secret)
    run("reveal", tmp_path / "out", "--entered", "307")
    path = tmp_path / "out" / name
    changed = path.read_bytes().replace(was, becomes, 1)
    assert path.read_bytes() != changed
    path.write_bytes(changed)
    done = run("verify", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1].startswith(
        f"FAILS  {name}: not what folkmoot {__version__} writes from the signed files."
    )
    again = run("reveal", tmp_path / "out", "--entered", "307")
    assert again.exit_code == (0 if name == "public/announcement.txt" else 1), again.output
    assert path.read_bytes() == changed


def test_the_tables_of_an_earlier_ticket_are_not_taken_for_those_of_this_one(tmp_path, secret):
    prepare_small(tmp_path / "out", secret)
    run("reveal", tmp_path / "out", "--entered", "307")
    for name in ("reveal.json", "result.txt"):
        (tmp_path / "out/public" / name).unlink()
    done = run("reveal", tmp_path / "out", "--entered", "308")
    assert done.exit_code == 1
    assert "private/panel.csv is there already, but is not that of ticket 308" in done.stderr
    assert not (tmp_path / "out/public/reveal.json").exists()


def test_a_certificate_of_another_lottery_proves_nothing(files):
    fixed, bundle, proof = (
        json.loads(files[f"public/{name}.json"]) for name in ("commitment", "bundle", "certificate")
    )
    assert proof_faults(fixed, bundle, proof) == ()
    heavier = json.loads(files["public/bundle.json"])
    heavier["panels"][0]["weight"] += 1
    assert proof_faults(fixed, heavier, proof)
    assert proof_faults(fixed, bundle | {"fairness": "nash"}, proof) == (
        "The certificate speaks of another fairness than the bundle.",
    )
    assert proof_faults(fixed, {}, proof)[0].startswith("The bundle cannot be understood")


def test_a_refused_preparation_writes_nothing(tmp_path, secret):
    pool = tmp_path / "changed.csv"
    pool.write_bytes((ROOT / "fixtures/small/pool.csv").read_bytes().replace(b"Volunteer 101", b"Somebody else"))
    assert prepare_small(tmp_path / "out", secret).exit_code == 0
    noted = (tmp_path / "secret.txt.commitments").read_bytes()
    short = tmp_path / "short.txt"
    short.write_bytes(b"too short")
    refusals = {
        "committed to already": prepare_small(tmp_path / "new", secret, pool=pool),
        "at least 32": prepare_small(tmp_path / "new", short),
        "no such file": prepare_small(tmp_path / "new", tmp_path / "nothing.txt"),
        "none that Folkmoot knows": prepare_small(tmp_path / "new", secret, "--randomness", "coin"),
        "There is no Lotto draw": prepare_small(
            tmp_path / "new", secret, "--randomness", "national-lottery:2026-12-06"
        ),
        "not empty": prepare_small(tmp_path / "out", secret),
        "not the hash": prepare_small(tmp_path / "new", secret, "--randomness", "dice", "--reason", "Lost."),
        "No reason": prepare_small(tmp_path / "new", secret, "--randomness", "dice", "--supersedes", "ab" * 32),
        "--out: it is empty": prepare_small("", secret),
    }
    for words, done in refusals.items():
        assert (done.exit_code, done.stdout) == (1, ""), words
        assert words.casefold() in done.stderr.casefold()
        assert "Remedy:" in done.stderr
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "secret.txt.commitments").read_bytes() == noted


def test_a_refused_reveal_writes_nothing(tmp_path, secret):
    prepare_small(tmp_path / "out", secret, "--randomness", "drand:12")
    before = contents(tmp_path / "out")
    for entered, words in {"": "Nothing was entered", f"13 {BEACON}": "round 12 was announced", "x": "drand"}.items():
        done = run("reveal", tmp_path / "out", "--entered", entered)
        assert (done.exit_code, done.stdout) == (1, "")
        assert words in done.stderr
    assert "no prepared draw" in run("reveal", tmp_path / "nowhere", "--entered", "1").stderr
    assert contents(tmp_path / "out") == before


def test_a_file_that_stands_in_the_way_is_not_written_over(tmp_path, secret):
    prepare_small(tmp_path / "out", secret)
    (tmp_path / "out/public/reveal.json").mkdir()
    done = run("reveal", tmp_path / "out", "--entered", "3 0 7")
    assert done.exit_code == 1
    assert "nothing is written over" in done.stderr
    assert not (tmp_path / "out/private/panel.csv").exists()


@pytest.mark.slow
def test_two_processes_write_the_same_bytes_whatever_their_hash_seed(tmp_path, secret):
    given = ["--pool", "fixtures/small/pool.csv", "--quotas", "fixtures/small/quotas.csv", "--size", "8"]
    given += ["--household", "address,postcode", "--secret", str(secret), "--randomness", "dice", "--progress", "none"]
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "sortition.cli", "prepare", *given, "--out", str(tmp_path / seed)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        assert subprocess.run(command, cwd=ROOT, env=environment, capture_output=True).returncode == 0
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


def test_no_clock_and_no_chance_of_its_own_takes_part():
    for path in (ROOT / "sortition/public").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not imported & {"time", "random", "secrets", "uuid"}, path
        assert not asked & {"now", "utcnow", "today", "urandom"}, path


def test_two_who_press_the_button_at_once_reveal_one_draw(files, tmp_path):
    write_prepared(str(tmp_path / "out"), files)
    add_revealed(str(tmp_path / "out"), reveal(files, "3 0 7"))
    before = contents(tmp_path / "out")
    with pytest.raises(BadFile, match="nothing is written over"):
        add_revealed(str(tmp_path / "out"), reveal(files, "3 0 8"))
    assert contents(tmp_path / "out") == before


def test_a_reveal_needs_neither_solver_nor_disk():
    names = "import sys, sortition.public.reveal; print(sorted({'highspy', 'pulp', 'openpyxl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", names], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_resealing_keeps_what_was_sealed(files):
    assert resealed(files) == files


@pytest.mark.parametrize("part", ["", "public", "private"])
def test_commands_for_other_draws_say_what_works_for_a_public_one(files, tmp_path, part):
    """Whichever of its folders is named, and the remedy is a command or a file that is there."""
    drawn, new = tmp_path / "drawn", tmp_path / "new"
    write_prepared(str(drawn), files | reveal(files, "3 0 7"))
    folder = drawn / part
    letters = run("letters", folder, "--out", f"{new}.csv")
    assert "this is a public draw, which is not read here. Remedy: `folkmoot prepare`" in letters.stderr
    assert f" {drawn}/private/letters.csv." in letters.stderr
    standby = run("alternates", folder, "--out", f"{new}.csv")
    assert "Remedy: Nobody stands by for it. When members have left: folkmoot replace --pool …" in standby.stderr
    status = ("--status", drawn / "private/panel.csv", "--out", new)
    again = run("replace", folder, *status)
    assert f"the status of every member in {drawn}/private/panel.csv: folkmoot replace --pool …" in again.stderr
    exported = run("export", folder, "--out", f"{new}.xlsx")
    if part == "private":
        assert exported.stdout.endswith(f"runs: folkmoot verify {drawn}\n")
        exported = letters
    else:
        assert f"Remedy: Its tables are elsewhere: folkmoot export {drawn}/private --out {new}.xlsx" in exported.stderr
    assert {done.exit_code for done in (letters, standby, again, exported)} == {1}
