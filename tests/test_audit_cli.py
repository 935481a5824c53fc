"""`folkmoot audit` as a witness uses it, and the two scripts that check an exported journal with nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from assemblies import Sitting
from click.testing import CliRunner, Result
from marked import bytes_below

from facilitation.audit import verify_journal
from facilitation.audit.tree import leaf_of
from facilitation.cli import main
from facilitation.events import canonical
from facilitation.recount import verify_count
from facilitation.recount.words import four_words


@pytest.fixture
def sitting(tmp_path: Path) -> Sitting:
    made = Sitting(tmp_path / "f.sqlite")
    made.arrive()
    made.clock.go_on(1)
    made.desk.next_action(made.session)
    made.clock.go_on(1)
    made.desk.close_session(made.session)
    return made


def audit(sitting: Sitting, *words: str) -> Result:
    return CliRunner().invoke(main, ["audit", words[0], "--database", sitting.database, *words[1:]])


def test_a_witness_notes_a_head_and_holds_it_against_the_journal(sitting: Sitting, tmp_path: Path) -> None:
    listed = audit(sitting, "head", "--assembly", sitting.assembly, "--list").stdout.splitlines()
    row, _, words = listed[0].removeprefix("row ").split("  ")
    kept = tmp_path / "head.json"
    kept.write_text(audit(sitting, "head", "--assembly", sitting.assembly, "--leaves").stdout)
    heads = ("--assembly", sitting.assembly, "--head", f"row {row}: {words}", "--head", words, "--head", str(kept))
    good = audit(sitting, "verify", *heads)
    assert good.exit_code == 0
    assert "3 noted by witnesses agree" in good.stdout, good.output
    assert "all in the chain" in audit(sitting, "verify").stdout
    sitting.rows("DELETE FROM journal WHERE seq > 4")
    bad = audit(sitting, "verify", *heads)
    assert bad.exit_code == 1
    assert "row 5: rows 5 to 5 were cut off" in bad.stderr, bad.output
    sitting.rows("DELETE FROM tree_head")
    assert "row 5: rows 5 to" in audit(sitting, "verify", *heads).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "--head", "one two three four"), "one assembly's"),
        (("verify", "--assembly", "ASSEMBLY", "--head", "three words only"), "is no head"),
        (("verify", "--assembly", "nowhere"), "nothing with the id nowhere"),
        (("head", "--assembly", "ASSEMBLY", "--row", "99"), "There is no row 99"),
        (("proof", "--assembly", "ASSEMBLY"), "A proof is of one thing"),
        (("proof", "--assembly", "ASSEMBLY", "--row", "0"), "There is no row 0"),
        (("export", "--assembly", "ASSEMBLY", "--out", "/proc/nowhere"), "can be written"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_remedy(sitting: Sitting, words: tuple[str, ...], said: str) -> None:
    done = audit(sitting, *(sitting.assembly if word == "ASSEMBLY" else word for word in words))
    assert done.exit_code == 1
    assert said in done.stderr, done.output
    assert "Remedy: " in done.stderr, done.output


def test_a_file_that_is_no_head_is_refused(sitting: Sitting, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    done = audit(sitting, "verify", "--assembly", sitting.assembly, "--head", str(tmp_path / "x.json"))
    assert done.exit_code == 1
    assert "x.json is no head" in done.stderr


def script(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run as anyone would who has the folder and Python, and nothing of ours on the path."""
    command = [sys.executable, "verify_journal.py", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin"})


def test_anyone_checks_an_exported_journal_and_proofs(sitting: Sitting, tmp_path: Path) -> None:
    sitting.desk.change_key()
    folder = tmp_path / "journal"
    assert audit(sitting, "export", "--assembly", sitting.assembly, "--out", str(folder)).exit_code == 0
    head = sitting.desk.heads(sitting.session)[1]
    good = script(folder, ".", f"Row {head.size}: {head.words}", head.words)
    assert good.returncode == 0
    assert good.stdout.count("ok     ") == 4, good.stdout + good.stderr
    assert "are NOT the words" in script(folder, ".", "4 paper prism history glaze").stdout
    for count, words in enumerate((("--row", "2"), ("--row", "7", "--size", "7"), ("--since", "5"), ("--since", "4"))):
        made = audit(sitting, "proof", "--assembly", sitting.assembly, *words).stdout
        (folder / "proof.json").write_text(made)
        assert script(folder, "proof.json").returncode == 0, (count, made)
        forged = json.loads(made)
        forged["root"] = head.root if forged["root"] != head.root else "00" * 32
        (folder / "proof.json").write_text(json.dumps(forged))
        assert script(folder, "proof.json").returncode == 1


def test_words_in_which_the_word_row_hides_are_read_as_they_are(tmp_path: Path) -> None:  # sqlite or not: no database
    """One journal of many whose words are such: “row” goes where it stands alone, and not out of a sparrow."""
    row = [1, "2027-03-06T10:00:00.000Z", "staff", "assembly-founded", '{"name":"Assembly 43"}']
    chained = sha256(canonical(["", "a", *row]).encode()).hexdigest()
    words = four_words(leaf_of(canonical(["a", *row, chained]).encode()).hex())
    assert words.endswith("sparrow")
    folder = tmp_path / "journal"
    folder.mkdir()
    link = dict(zip(("seq", "at", "actor", "kind", "data", "hash"), (*row, chained), strict=True))
    (folder / "journal.jsonl").write_text(json.dumps(link) + "\n")
    (folder / "heads.json").write_text(json.dumps({"assembly": "a", "keys": [], "heads": []}))
    for path in (Path(verify_journal.__file__), Path(verify_count.__file__)):
        (folder / path.name).write_bytes(path.read_bytes())
    assert f"“{words}” are the words of row 1" in script(folder, ".", f"Row 1: {words}").stdout


def test_a_session_stands_for_its_assembly(sitting: Sitting, tmp_path: Path) -> None:
    """Its journal is sound whichever of the two ids somebody gives: no alarm, and no head of what there is not."""
    for words in (("verify",), ("head",), ("proof", "--row", "2"), ("proof", "--since", "2")):
        of_assembly, of_session = (
            audit(sitting, *words, "--assembly", each) for each in (sitting.assembly, sitting.session)
        )
        assert of_assembly.exit_code == of_session.exit_code == 0, of_session.output
        assert of_session.stdout.replace(sitting.session, sitting.assembly) == of_assembly.stdout
    for number, each in enumerate((sitting.assembly, sitting.session)):
        assert audit(sitting, "export", "--assembly", each, "--out", str(tmp_path / str(number))).exit_code == 0
    first, second = (bytes_below(tmp_path / str(number)) for number in (0, 1))
    assert first == second
    assert sitting.desk.broken_journal_row(sitting.session) is None


@pytest.mark.parametrize(
    ("file", "old", "new"), [("journal.jsonl", "staff", "stuff"), ("heads.json", ":00:01", ":00:02")]
)
def test_the_script_names_what_was_changed(sitting: Sitting, tmp_path: Path, file: str, old: str, new: str) -> None:
    audit(sitting, "export", "--assembly", sitting.assembly, "--out", str(tmp_path / "journal"))
    path = tmp_path / "journal" / file
    path.write_text(path.read_text().replace(old, new, 1))
    done = script(path.parent, ".")
    assert done.returncode == 1
    assert "WRONG  " in done.stdout, done.stdout + done.stderr
    assert "row 1 does not fit" in done.stdout or "is not signed" in done.stdout


def test_the_key_is_shown_and_changed(sitting: Sitting) -> None:
    before = audit(sitting, "key").stdout
    changed = audit(sitting, "key", "--change").stdout.splitlines()
    assert changed[0].removeprefix("old: ") == before.strip().removeprefix("key: ")
    assert audit(sitting, "key").stdout.strip().removeprefix("key: ") == changed[1].removeprefix("new: ")
    assert audit(sitting, "verify").exit_code == 0
