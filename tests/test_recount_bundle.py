"""A bundle is checked by a script that travels alone; one changed byte or one changed field is found out."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import combinations, takewhile
from pathlib import Path
from typing import Any

import pytest
from ballot_profiles import some_box, some_round
from test_recount_rules import by_the_house

from facilitation.errors import BadRound
from facilitation.events import canonical
from facilitation.recount import verify_count
from facilitation.recount.bundle import (
    Countersignature,
    Published,
    ballots_listed,
    open_ballots_listed,
    write_bundle,
)
from facilitation.recount.merkle import leaf_of, node, root_of
from facilitation.recount.signing import new_key, public_half, signature_of
from facilitation.recount.words import WORDS, four_words
from facilitation.rules import Electorate, RoundDefinition, parse_count
from facilitation.rules import canonical as spelled
from facilitation.rules.yes_no import with_casting_vote

KEY = new_key(random.Random(7))
ADOPT = parse_count(
    {
        "title": "Adopt the report?",
        "rule": "yes-no",
        "threshold": {"share": "2/3", "op": ">=", "base": "yes+no", "minimum_turnout": "1/2"},
    }
)


def trackers(number: int) -> list[str]:
    chance = random.Random(3)
    return [
        "".join(chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=4)) + f"-{place:04d}" for place in range(number)
    ]


def published(asked: RoundDefinition, box: list[Any], entitled: int = 0, **changes: Any) -> Published:
    """The round as the house would publish it."""
    base = Electorate(len(box), entitled or len(box))
    listed = ballots_listed(
        (choice if choice is None or choice is False else json.loads(spelled(choice)), tracker, "")
        for choice, tracker in zip(box, trackers(len(box)), strict=True)
    )
    frozen = {"definition": asked.as_json(), "conduct": {"secrecy": "secret"}, "version": 2}
    whole = {
        "assembly": {"id": "a1", "name": "Climate Assembly"},
        "session": {"id": "s1", "name": "Day 2"},
        "round": "r1",
        **frozen,
        "hash": sha256(canonical(frozen).encode()).hexdigest(),
        "closed_at": "2026-03-14T15:00:00.000Z",
        "result": by_the_house(asked, box, base),
        "root": root_of(listed),
        "ballots": listed,
    }
    return Published(**{**whole, **changes})


def seconded(one: Published) -> Countersignature:
    stood_by = {"hash": one.hash, "result": one.result, "root": one.root}
    return Countersignature(
        "r1", "scrutineer", "2026-03-14T15:05:00Z", sha256(canonical(stood_by).encode()).hexdigest()
    )


BOX = ["yes"] * 9 + ["no"] * 4 + ["abstain"] * 2 + [None, False]
ADOPTED = published(ADOPT, BOX, entitled=20)
BUNDLE = write_bundle(ADOPTED, [seconded(ADOPTED)], KEY)


@pytest.fixture(autouse=True)
def words_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words are slow to come by on purpose; the hundreds of checks here ask for the same few again and again."""
    monkeypatch.setattr(verify_count, "four_words", REMEMBERED)


REMEMBERED = cache(verify_count.four_words)


def checked(raw: bytes, *mine: str) -> list[str]:
    """What does not hold, by the script's own words; nothing when everything does."""
    verify_count.FAILED.clear()
    try:
        verify_count.check_bundle(raw, mine)
    except verify_count.UNREADABLE as fault:
        return [*verify_count.FAILED, f"unreadable: {fault!r}"]
    return list(verify_count.FAILED)


def run_alone(folder: Path, raw: bytes, *mine: str) -> subprocess.CompletedProcess[str]:
    """The script with nothing beside it but the bundle, in a Python that sees no package at all."""
    shutil.copy(verify_count.__file__, folder / "verify_count.py")
    (folder / "bundle.json").write_bytes(raw)
    command = [sys.executable, "-I", "-S", "verify_count.py", "bundle.json", *mine]
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_the_script_runs_alone_and_says_not_counted_what_it_checked(tmp_path: Path) -> None:
    ran = run_alone(tmp_path, BUNDLE, ADOPTED.ballots[0]["tracker"].lower(), four_words(ADOPTED.root))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "Everything that could be checked holds."
    assert f"says “{four_words(ADOPTED.root)}”" in ran.stdout
    assert "yes 9, no 4, abstain 2; verdict: passed; ahead: yes" in ran.stdout
    assert "It was countersigned by scrutineer" in ran.stdout
    assert "FAILS" not in ran.stdout


def test_the_script_exits_with_1_and_names_what_differs(tmp_path: Path) -> None:
    result = {**ADOPTED.result, "counts": {**ADOPTED.result["counts"], "yes": 10}}
    ran = run_alone(tmp_path, write_bundle(published(ADOPT, BOX, entitled=20, result=result), [], KEY))
    assert ran.returncode == 1
    assert "result, counts, yes: published is 10, counted was 9" in ran.stdout
    ran = run_alone(tmp_path, BUNDLE, "00000000", "some other four words")
    assert ran.returncode == 1
    assert ran.stdout.count("FAILS  ") == 2
    ran = run_alone(tmp_path, b"no bundle")
    assert (ran.returncode, "cannot be read" in ran.stdout) == (1, True)


@pytest.mark.slow
def test_any_flipped_byte_fails() -> None:
    chance = random.Random(11)
    flips = [(place, 1 << chance.randrange(8)) for place in range(chance.randrange(11), len(BUNDLE), 11)]
    flips += [(place, 0x20) for place, sign in enumerate(BUNDLE) if chr(sign).isalpha() and place % 11 == 0]
    for place, bit in flips:  # the second lot turns small letters into capitals, which hexadecimal digits survive
        broken = bytearray(BUNDLE)
        broken[place] ^= bit
        assert checked(bytes(broken)), (
            f"byte {place} was flipped, and nobody noticed: {bytes(broken[place - 20 : place + 20])!r}"
        )


def paths(content: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every single value of a content."""
    if isinstance(content, dict | list) and content:
        for key, value in content.items() if isinstance(content, dict) else enumerate(content):
            yield from paths(value, (*where, key))
    else:
        yield where


def changed(content: Any, where: tuple[Any, ...]) -> Any:
    """The content with another value there, of the same kind."""
    copy = deepcopy(content)
    inner = copy
    for key in where[:-1]:
        inner = inner[key]
    value = inner[where[-1]]
    if isinstance(value, bool) or value is None:
        inner[where[-1]] = "yes"
    elif isinstance(value, int):
        inner[where[-1]] = value + 1
    elif isinstance(value, str):
        inner[where[-1]] = ("1" if value[:1] != "1" else "2") + value[1:]
    else:
        inner[where[-1]] = ["no"] if isinstance(value, list) else {"no": 1}
    return copy


def as_file(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def test_any_changed_field_fails() -> None:
    content = json.loads(BUNDLE)
    assert as_file(content) == BUNDLE
    for where in paths(content):
        assert checked(as_file(changed(content, where))), f"{where} was changed, and nobody noticed"
    for field in content["body"]:
        without = {key: value for key, value in content["body"].items() if key != field}
        assert checked(as_file({**content, "body": without})), f"{field} was left out"


def test_a_countersignature_can_be_added_but_not_forged_or_moved_to_another_result() -> None:
    alone, other = write_bundle(ADOPTED, [], KEY), published(ADOPT, BOX[:-3], entitled=20)
    assert not checked(alone)
    assert json.loads(alone)["body"] == json.loads(BUNDLE)["body"]
    assert any("countersigned" in line for line in checked(write_bundle(other, [seconded(ADOPTED)], KEY)))
    forged = json.loads(BUNDLE)
    forged["countersignatures"][0]["signature"] = signature_of(seconded(ADOPTED).as_json(), new_key(random.Random(8)))
    assert any("countersigned" in line for line in checked(as_file(forged)))


LIES: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("a ballot left out", lambda body: body["ballots"].pop()),
    ("a ballot put in", lambda body: body["ballots"].append({"tracker": "ZZZZ-ZZZZ", "choice": "no"})),
    ("a ballot changed", lambda body: body["ballots"][3].update(choice="no")),
    ("another tracker", lambda body: body["ballots"][3].update(tracker="ZZZZ-ZZZZ")),
    ("the line moved", lambda body: body["definition"]["threshold"].update(share="1/2")),
    ("another wording", lambda body: body["definition"].update(title="Reject the report?")),
    ("another version", lambda body: body.update(version=3)),
    ("another secrecy", lambda body: body["conduct"].update(secrecy="open")),
    ("other words", lambda body: body.update(words=four_words("00" * 32))),
    ("another format", lambda body: body.update(format="folkmoot count 2")),
]


@pytest.mark.parametrize(("lie", "told"), LIES, ids=[lie for lie, _ in LIES])
def test_even_the_house_itself_cannot_sign_a_lie_about_what_was_fixed(
    lie: str, told: Callable[[dict[str, Any]], object]
) -> None:
    """The holder of the key signs again; root, hash and recount still find it."""
    body = deepcopy(json.loads(BUNDLE)["body"])
    told(body)
    assert checked(as_file({"body": body, "countersignatures": [], "signature": signature_of(body, KEY)})), lie


@pytest.mark.parametrize("rule", ["yes-no", "support", "approval", "score", "irv", "stv", "equal-shares", "greedy"])
def test_even_the_house_itself_cannot_sign_a_result_that_is_not_in_the_ballots(rule: str) -> None:
    """Every figure that the script recounts is changed in turn, and the bundle signed again."""
    chance = random.Random(f"lies {rule}")
    asked = some_round(rule, chance)
    while (
        len(box := some_box(asked, chance)) < 7
        or by_the_house(asked, box, Electorate(30, 30))["verdict"] == "no-decision"
    ):
        asked = some_round(rule, chance)
    honest = published(asked, box, entitled=len(box) + 2)
    bundle = write_bundle(honest, [], KEY)
    assert not checked(bundle)
    body = json.loads(bundle)["body"]
    told = json.loads(json.dumps(honest.result))
    not_counted = ("present", "entitled")  # seen at the door, not in the ballots
    not_counted += ("sentence", "base_words", "lots", "name", "base", "note", "why", "columns")
    figures = [where for where in paths(told) if not set(where) & set(not_counted) and told[where[0]] not in ([], None)]
    assert len(figures) > 15
    for where in figures:
        verify_count.FAILED.clear()
        verify_count.check_count({**body, "result": changed(told, where)})
        assert verify_count.FAILED, where


@pytest.mark.parametrize("ballots", [True, False])
def test_a_verdict_beside_the_count_needs_a_double_majority_or_a_casting_vote(ballots: bool) -> None:
    """Where neither was announced, what the ballots came to is the result, whatever stands beside it."""
    counted = {key: ADOPTED.result[key] for key in ("verdict", "sentence", "winners")}
    lie = {**ADOPTED.result, "verdict": "failed", "sentence": "Not passed.", "winners": [], "counted": counted}
    changes = {} if ballots else {"ballots": None}
    for told in (lie, {**lie, "casting_vote": "no"}):
        assert checked(write_bundle(published(ADOPT, BOX, entitled=20, result=told, **changes), [], KEY))


def test_the_verdict_of_a_round_that_publishes_only_its_root_follows_from_its_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bundle = write_bundle(published(ADOPT, BOX, entitled=20, ballots=None), [], KEY)
    assert not checked(bundle)
    told = capsys.readouterr().out
    assert "cannot be counted again here" in told
    assert "The verdict is what follows from the published counts" in told
    for change in ({"verdict": "failed"}, {"winners": []}, {"counts": {"yes": 11, "no": 4, "abstain": 2}}):
        lie = {**ADOPTED.result, **change}
        assert checked(write_bundle(published(ADOPT, BOX, entitled=20, ballots=None, result=lie), [], KEY))


def test_a_rule_that_the_script_does_not_know_is_said_to_be_unchecked(capsys: pytest.CaptureFixture[str]) -> None:
    asked = parse_count({"title": "Best?", "rule": "borda", "options": ["tram", "bus"]})
    assert not checked(write_bundle(published(asked, [("tram", "bus"), ("bus",)]), [], KEY))
    assert "does not count by the rule borda" in capsys.readouterr().out


CHAIRED = parse_count(
    {
        "title": "Adopt the report?",
        "rule": "yes-no",
        "threshold": {"share": "1/2", "op": ">", "base": "yes+no"},
        "terms": {"level": "casting-vote"},
    }
)


def test_a_casting_vote_is_told_beside_what_the_ballots_come_to(capsys: pytest.CaptureFixture[str]) -> None:
    level = published(CHAIRED, ["yes", "no", "abstain", "yes", "no"])
    decided = with_casting_vote(CHAIRED, level.result, "no")
    assert not checked(write_bundle(replace(level, result=decided), [], KEY))
    assert "it is decided by the casting vote of the chair: no." in capsys.readouterr().out
    for lie in ({"verdict": "passed"}, {"casting_vote": "yes"}, {"casting_vote": "abstain"}):
        assert checked(write_bundle(replace(level, result={**decided, **lie}), [], KEY)), lie
    clear = published(CHAIRED, ["yes", "yes", "no"])
    with pytest.raises(BadRound):
        with_casting_vote(CHAIRED, clear.result, "no")


def openly(box: list[Any], seats: list[dict[str, object]]) -> Published:
    frozen = {"definition": ADOPT.as_json(), "conduct": {"secrecy": "open"}, "version": 2}
    fingerprint = sha256(canonical(frozen).encode()).hexdigest()
    changes = {"conduct": frozen["conduct"], "hash": fingerprint, "ballots": seats, "root": root_of(seats)}
    return published(ADOPT, box, **changes)


MADE_UP: list[tuple[str, dict[str, Any]]] = [
    ("an option that was not asked", {"counts": {**ADOPTED.result["counts"], "later": 99}}),
    ("its share", {"shares": {**ADOPTED.result["shares"], "all the town": {"yes": {"exact": "9/9", "text": "100 %"}}}}),
    ("other figures in words", {"sentence": "Passed: 9 of 10 yes-or-no votes, 90.0 %; two thirds were needed."}),
    ("more people present than entitled", {"present": 21}),
    ("ways that do not add up", {"channels": {"tablet": 10, "paper": 6}}),
    ("more by one way than were cast", {"channels": {"tablet": 18, "paper": None}}),
]


@pytest.mark.parametrize(("what", "change"), MADE_UP, ids=[what for what, _ in MADE_UP])
@pytest.mark.parametrize("changes", [{}, {"ballots": None}], ids=["ballots", "root"])
def test_a_house_that_signs_again_cannot_add_to_the_count(
    what: str, change: dict[str, Any], changes: dict[str, Any]
) -> None:
    lie = {**json.loads(json.dumps(ADOPTED.result)), **change}
    assert checked(write_bundle(published(ADOPT, BOX, entitled=20, result=lie, **changes), [], KEY)), what


def test_a_house_that_signs_again_cannot_stuff_the_box(capsys: pytest.CaptureFixture[str]) -> None:
    stuffed = published(ADOPT, BOX, entitled=20)
    fewer = {**by_the_house(ADOPT, BOX, Electorate(17, 17)), "entitled": 16, "turnout": None}
    assert "There are no more ballots than people, and the numbers of people fit together." in checked(
        write_bundle(replace(stuffed, result=fewer), [], KEY)
    )
    root_only = {**stuffed.result, "counts": {"tram": 18, "bus": 3}}
    asked = parse_count({"title": "Which?", "rule": "approval", "options": ["tram", "bus"]})
    told = {**by_the_house(asked, [("tram",)] * 17, Electorate(17, 20)), "counts": root_only["counts"]}
    assert checked(write_bundle(published(asked, [("tram",)] * 17, ballots=None, result=told), [], KEY))


def test_the_sentence_names_who_is_ahead() -> None:
    asked = parse_count({"title": "Which?", "rule": "irv", "options": ["tram", "bus", "2 of 3 lanes"]})
    box: list[Any] = [("2 of 3 lanes", "bus")] * 3 + [("tram",)] * 2
    honest = published(asked, box)
    assert not checked(write_bundle(honest, [], KEY))
    lie = {**honest.result, "sentence": honest.result["sentence"].replace("2 of 3 lanes", "tram")}
    assert checked(write_bundle(replace(honest, result=lie), [], KEY))


def test_a_missing_countersignature_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    frozen = {"definition": ADOPT.as_json(), "conduct": {"secrecy": "secret", "scrutiny": True}, "version": 2}
    fingerprint = sha256(canonical(frozen).encode()).hexdigest()
    watched = published(ADOPT, BOX, entitled=20, conduct=frozen["conduct"], hash=fingerprint)
    assert not checked(write_bundle(watched, [], KEY))
    assert "nobody has countersigned the result" in capsys.readouterr().out
    assert not checked(write_bundle(watched, [seconded(watched)], KEY))
    assert "nobody has countersigned" not in capsys.readouterr().out


def test_open_ballots_are_listed_by_seat(capsys: pytest.CaptureFixture[str]) -> None:
    box = ["yes", "no", "yes"]
    seats = open_ballots_listed([("yes", 12, ""), ("no", 3, ""), ("yes", 7, "")])
    assert [ballot["seat"] for ballot in seats] == [3, 7, 12]
    assert not checked(write_bundle(openly(box, seats), [], KEY), "7")
    twice = [*seats, {"seat": 7, "choice": "yes"}]
    assert checked(write_bundle(openly([*box, "yes"], twice), [], KEY)) == [
        "2 ballots are those of seat 7, which has one vote."
    ]
    named = [{**ballot, "name": "Ada"} for ballot in seats]
    assert checked(write_bundle(openly(box, named), [], KEY)) == [
        "Every ballot has its seat, and nothing else of its voter."
    ]


def test_two_ballots_with_one_tracker_are_pointed_out(capsys: pytest.CaptureFixture[str]) -> None:
    listed = ballots_listed([("yes", "K7Q2-MX9D", ""), ("yes", "K7Q2-MX9D", "")])
    assert not checked(write_bundle(published(ADOPT, ["yes", "yes"], ballots=listed, root=root_of(listed)), [], KEY))
    assert "2 ballots have the tracker K7Q2-MX9D" in capsys.readouterr().out


def test_the_root_is_that_of_rfc_6962_over_sorted_leaves() -> None:
    def by_the_rfc(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return leaves[0]
        cut = max(2**power for power in range(12) if 2**power < len(leaves))
        return node(by_the_rfc(leaves[:cut]), by_the_rfc(leaves[cut:]))

    for number in (*range(1, 40), 200):
        ballots = [{"tracker": f"{place:08d}", "choice": "yes"} for place in range(number)]
        assert (
            root_of(reversed(ballots))
            == by_the_rfc(sorted(map(leaf_of, ballots))).hex()
            == verify_count.root_of(ballots)
        )
    assert root_of([]) == sha256(b"").hexdigest() == verify_count.root_of([])


def test_the_words_are_told_apart_by_eye_and_ear() -> None:
    assert len(WORDS) == len(set(WORDS)) == 1024
    assert sorted(WORDS) == list(WORDS)
    assert len({word[:4] for word in WORDS}) == 1024
    assert all(4 <= len(word) <= 8 and word.isascii() and word.islower() for word in WORDS)
    near = [(one, other) for one, other in combinations(WORDS, 2) if one_letter_apart(one, other)]
    assert not near


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter changed, added or lost makes the one word of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    alike = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))
    one, other = one[alike:][::-1], other[alike:][::-1]
    rest = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))
    return max(len(one) - rest, len(other) - rest) <= 1


def test_the_words_of_the_script_are_those_of_the_house() -> None:
    for number in range(3):
        root = sha256(bytes([number])).hexdigest()
        assert verify_count.four_words(root) == four_words(root)


def test_the_house_and_the_script_agree_about_signatures() -> None:
    content = {"round": "r1", "title": "Straßenbahn?"}
    right = signature_of(content, KEY), public_half(KEY)
    assert verify_count.is_signed(content, *right)
    assert not verify_count.is_signed({**content, "round": "r2"}, *right)


ODDITIES = (None, True, -1, 10**30, 1.5, "", "yes", "1/0", [], [[]], {}, ["yes", "yes"], [None])
ONLY_WORDS = {"id", "name", "lots", "why", "base_words", "note", "sentence", "closed_at", "round", "key", "present"}
"""What no ballot says. (The key is part of every signature; here the house signs whatever there is.)"""


@pytest.mark.parametrize("rule", ["yes-no", "equal-shares"])
def test_whatever_a_house_signs_the_script_answers_in_words(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every value becomes something odd: that is noticed, unless it is words alone, and there is never a traceback."""
    chance = random.Random(f"odd {rule}")
    asked = some_round(rule, chance)
    while len(box := some_box(asked, chance)) < 6:
        asked = some_round(rule, chance)
    body = json.loads(write_bundle(published(asked, box, entitled=len(box) + 2), [], KEY))["body"]
    monkeypatch.setattr(verify_count, "is_signed", lambda *signed: True)
    for where in paths(body):
        for odd in ODDITIES:
            lie = deepcopy(body)
            inner = lie
            for key in where[:-1]:
                inner = inner[key]
            if (type(inner[where[-1]]), inner[where[-1]]) != (type(odd), odd):
                inner[where[-1]] = odd
                found = checked(as_file({"body": lie, "countersignatures": [], "signature": ""}))
                assert found or set(where) & ONLY_WORDS, (where, odd)
