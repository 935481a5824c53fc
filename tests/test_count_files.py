"""`folkmoot count`: every format read and counted as somebody has accepted it, and every malformed line named."""

import json
from contextlib import suppress
from pathlib import Path
from random import Random

import golden
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from facilitation.count import Asked, count, read_ballots
from facilitation.count_report import report
from facilitation.errors import BadBallotFile, BadRound, Refusal
from facilitation.rules import every_rule
from web.cli import folkmoot

BALLOTS = golden.FIXTURES / "ballots"

COUNTS = [
    ("dishes.blt", "stv", {}),
    ("withdrawn.blt", "stv", {}),
    ("withdrawn.blt", "stv", {"seed": "ten dice"}),
    ("dishes.blt", "plurality", {"seats": 2}),
    ("capital.soc", "irv", {}),
    ("capital.soc", "borda", {}),
    ("meeting_place.toi", "schulze", {}),
    ("meeting_place.toi", "borda", {"unranked": "zero"}),
    ("community_day.pb", "greedy", {}),
    ("community_day.pb", "approval", {"seats": 2}),
    ("community_day.pb", "equal-shares", {"completion": "add1u"}),
    ("community_day.pb", "phragmen", {}),
    ("scores.pb", "score", {}),
    ("scores.pb", "equal-shares", {}),
    ("dots.pb", "dots", {}),
    ("dots.pb", "greedy", {}),
    ("ordinal.pb", "equal-shares", {"completion": "utilitarian"}),
    ("ordinal.pb", "stv", {"seats": 2}),
    ("rankings.csv", "irv", {}),
    ("ranks.csv", "schulze", {}),
    ("keypads.csv", "greedy", {"budget": "950"}),
    ("keypads.csv", "score", {}),
    ("keypads.csv", "majority-judgement", {}),
    ("show_of_hands.csv", "yes-no", {}),
    ("show_of_hands.csv", "plurality", {}),
]


def data_of(name):
    return (BALLOTS / name).read_bytes()


def counted(name, rule, terms=None, data=None):
    return count(read_ballots(name, data or data_of(name)), Asked(rule, terms or {}))


@pytest.mark.parametrize(("name", "rule", "terms"), COUNTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_file_is_counted_as_it_was_accepted(name, rule, terms):
    told = counted(name, rule, terms)
    json.dumps(told.as_json())
    marks = "".join(f".{value}" for value in terms.values() if value != "ten dice") + ".lot" * ("seed" in terms)
    golden.check(report(told), f"ballots/{name}.{rule}{marks}.txt")


def test_every_file_of_the_fixtures_is_counted():
    assert {path.name for path in BALLOTS.iterdir() if path.suffix not in (".txt", ".new")} == {
        name for name, _, _ in COUNTS
    }


def test_the_count_of_the_citizens_convention_has_every_base():
    told = count(
        read_ballots("show_of_hands.csv", data_of("show_of_hands.csv")),
        Asked("yes-no", threshold={"share": "3/4", "op": ">=", "base": "yes+no"}, entitled=184),
    ).as_json()
    assert told["verdict"] == "passed"
    assert {base: shares["yes"]["text"] for base, shares in told["shares"].items()} == {
        "yes+no": "79.6 %",
        "valid": "74.9 %",
        "cast": "74.9 %",
        "entitled": "67.9 %",
    }
    assert told["turnout"]["text"] == "90.8 %"


def test_without_the_number_of_entitled_people_nothing_is_said_of_turnout():
    told = counted("show_of_hands.csv", "yes-no").as_json()
    assert not {"present", "entitled", "turnout"} & set(told)
    assert set(told["shares"]) == {"yes+no", "valid", "cast"}


def test_a_blank_paper_is_counted_as_itself_and_moves_no_quota():
    told = counted("dishes.blt", "stv")
    assert (told.blank, told.result.bases.valid, told.result.bases.cast) == (1, 20, 21)
    assert "The quota was 6 of 20" in told.result.sentence


def test_a_table_of_piles_is_the_same_as_its_ballots_one_by_one():
    one_by_one = b"1,2,3\n" + b"tram,bus,path\n" * 4 + b"bus,path,\n" * 3 + b"path,bus,tram\n" * 2
    piles, singles = counted("rankings.csv", "irv"), counted("rankings.csv", "irv", data=one_by_one)
    assert piles.as_json() == singles.as_json()


@pytest.mark.parametrize("name", sorted({name for name, _, _ in COUNTS}))
def test_line_ends_and_a_byte_order_mark_of_windows_change_nothing(name):
    rule, terms = next((rule, terms) for other, rule, terms in COUNTS if other == name)
    windows = b"\xef\xbb\xbf" + data_of(name).replace(b"\n", b"\r\n")
    assert counted(name, rule, terms, windows).as_json() == counted(name, rule, terms).as_json()


def test_names_with_quotation_marks_are_read_as_pabulib_writes_them():
    text = data_of("community_day.pb").decode().replace("Youth theatre", '"Youth" theatre; evenings"""')
    with pytest.raises(BadBallotFile):
        read_ballots("community_day.pb", text.encode())
    text = data_of("community_day.pb").decode().replace("Youth theatre", '"The ""Youth"" theatre; evenings"')
    assert read_ballots("community_day.pb", text.encode()).labels["2"] == 'The "Youth" theatre; evenings'


BAD = [
    ("community_day.pb", "4;22;1,2", '4;22;"1,2', "a quotation mark before here is not closed|num_votes is"),
    ("dishes.blt", "5 3", "5", "line 2: these are not the numbers"),
    ("dishes.blt", "2 2 1 0", "2 2 9 0", "line 4: there is no candidate “9”"),
    ("dishes.blt", "2 2 1 0", "2 2 2 0", "line 4: the ballot names a candidate twice"),
    ("dishes.blt", "2 2 1 0", "2 2 1", "line 4: the ballot does not end with 0"),
    ("dishes.blt", "2 2 1 0", "2.5 2 1 0", "line 4: “2.5” is no number of ballots"),
    ("dishes.blt", "2 2 1 0", "2 2 - 1 0", "line 4: there is no candidate “-”"),
    ("dishes.blt", '"sweets"\n', "", "line 10: after it there are 5 names for 5 candidates and the title"),
    ("dishes.blt", '"sweets"', "sweets", "line 15: this is no name in quotation marks"),
    ("dishes.blt", '"sweets"', '"pears"', "cannot be told apart"),
    ("dishes.blt", "\n0\n", "\n", "line 10: .pears|no number of ballots"),
    ("dishes.blt", "2 2 1 0", "2 2=1 0", "line 4: the ballot ranks options level"),
    ("capital.soc", "26: 2,3,4,1", "26: 2,3,4,5", "line 12: there is no alternative 5"),
    ("capital.soc", "26: 2,3,4,1", "26: 2,3,3,1", "line 12: the ranking names an alternative twice"),
    ("capital.soc", "26: 2,3,4,1", "26: 2,,4,1", "line 12: “2,,4,1” is no ranking"),
    ("capital.soc", "26: 2,3,4,1", "26; 2,3,4,1", "line 12: this is no row"),
    ("capital.soc", "26: 2,3,4,1", "25: 2,3,4,1", "line 5: NUMBER VOTERS is “100”, but the file has 99"),
    ("capital.soc", "NAME 4", "NAME 3", "line 10: alternative 3 is named twice"),
    ("capital.soc", "ALTERNATIVES: 4", "ALTERNATIVES: 5", "line 4: NUMBER ALTERNATIVES is “5”, but the file has 4"),
    ("community_day.pb", "4;22;1,2", "4;22;1,9", "line 25: there is no project “9”"),
    ("community_day.pb", "4;22;1,2", "4;22;1,1", "line 25: the vote names a project twice"),
    ("community_day.pb", "4;22;1,2", "3;22;1,2", "line 25: the voter “3” has voted in line 24 already"),
    ("community_day.pb", "4;22;1,2", "4;22;1,2,3", "line 25: The ballot names 3 options"),
    ("community_day.pb", "4;22;1,2", "4;22;1,2;x", "line 25: 4 cells under 3 headings"),
    ("community_day.pb", "budget;10000", "budget;1e4", "line 9: there is no budget above 0"),
    ("community_day.pb", "num_votes;12", "num_votes;13", "line 8: num_votes is “13”, but the file has 12"),
    ("community_day.pb", "vote_type;approval", "vote_type;aproval", "line 10: the vote_type “aproval” is not known"),
    ("community_day.pb", "4;1500", "3;1500", "line 18: the project “3” stands twice"),
    ("community_day.pb", "4;1500", "4;-5", "line 18: the cost “-5” is no sum above 0"),
    ("community_day.pb", "VOTES\n", "VOTE\n", "the part VOTES is missing|num_projects is"),
    ("community_day.pb", "META\n", "", "line 1: the file does not begin with META"),
    ("scores.pb", "cafe,garden;4,2", "cafe,garden;4", "line 17: 1 points for 2 projects"),
    ("scores.pb", "cafe,garden;4,2", "cafe,garden;4,x", "line 17: “x” is no whole number of points"),
    ("rankings.csv", "bus,path,", "bus,,path", "line 3: a rank is left out"),
    ("rankings.csv", "bus,path,", "bus,bus,", "line 3: the ballot names an option twice"),
    ("rankings.csv", "bus,path,", "bus,path,,", "line 3: 5 cells under 4 headings"),
    ("rankings.csv", "3,bus", "-3,bus", "line 3: “-3” is no number of ballots"),
    ("ranks.csv", "4;1;2;3", "4;1;3;3", "line 2: the ranks are not 1, 2, 3"),
    ("ranks.csv", "4;1;2;3", "4;1;x;3", "line 2: “x” is no whole number"),
    ("ranks.csv", "tram;bus", "tram;tram", "line 1: the heading “tram” is blank or stands twice"),
    ("keypads.csv", "2,,4,5,garden", "2,1,4,5,garden", "line 5: the ballot votes on “garden”, which its member"),
    ("keypads.csv", "4,1,5,3,", "4,1,6,3,", "line 6: The mark of “theatre” is 6"),
    ("show_of_hands.csv", "yes", '"yes', "the row cannot be read"),
]
RULE = {".blt": "stv", ".soc": "irv", ".pb": "greedy"}


@pytest.mark.parametrize(("name", "good", "bad", "why"), BAD)
def test_a_malformed_line_is_named_and_nothing_is_counted(name, good, bad, why):
    text = data_of(name).decode()
    assert good in text
    rule = RULE.get(Path(name).suffix) or {"ranks.csv": "schulze", "rankings.csv": "irv", "keypads.csv": "score"}.get(
        name
    )
    with pytest.raises(Refusal, match=why) as caught:
        counted(name, rule or "yes-no", data=text.replace(good, bad, 1).encode())
    assert caught.value.remedy.endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in COUNTS}))
@pytest.mark.parametrize("data", [b"", b"   \n", b"\0", b"a\nb\xff", b"x" * 10_000])
def test_what_is_no_file_of_the_format_is_refused(name, data):
    with pytest.raises(BadBallotFile):
        read_ballots(name, data)


@settings(deadline=None, max_examples=300)
@given(which=st.sampled_from(COUNTS), seed=st.integers(0, 10**9), junk=st.text(max_size=3))
def test_no_change_of_a_file_ends_in_anything_but_a_count_or_a_refusal(which, seed, junk):
    name, rule, terms = which
    rng = Random(seed)
    text = data_of(name).decode()
    at = rng.randrange(len(text))
    changed = text[:at] + junk + text[at + rng.randint(0, 3) :]
    with suppress(BadBallotFile, BadRound):
        assert report(count(read_ballots(name, changed.encode("utf-8", "replace")), Asked(rule, terms))).endswith("\n")


@pytest.mark.parametrize("rule", sorted(every_rule()))
def test_every_rule_counts_or_refuses_every_file(rule):
    able = {name for name, by, _ in COUNTS if by == rule}
    for name in sorted({name for name, _, _ in COUNTS} - able):
        with suppress(BadBallotFile, BadRound):
            assert counted(name, rule).result.rule == rule


HANDS = [str(BALLOTS / "show_of_hands.csv"), "--rule", "yes-no", "--threshold"]


def run(*words):
    return CliRunner().invoke(folkmoot, ["count", *words])


def test_the_command_counts_as_text_and_as_json():
    path = str(BALLOTS / "dishes.blt")
    text = run(path, "--rule", "stv")
    assert text.exit_code == 0
    assert "chocolate (stage 1), oranges (stage 3) and strawberries (stage 4)" in text.stdout
    told = json.loads(run(path, "--rule", "stv", "--json").stdout)
    assert told["winners"] == ["oranges", "chocolate", "strawberries"]
    assert json.loads(run(path, "--rule", "stv", "--seats", "1", "--json").stdout)["winners"] == ["chocolate"]


def test_the_command_takes_every_term_of_a_rule():
    path = str(BALLOTS / "community_day.pb")
    told = json.loads(run(path, "--rule", "greedy", "--budget", "8000.50", "--term", "order=strict", "--json").stdout)
    assert told["definition"]["terms"]["order"] == "strict"
    assert told["winners"] == ["1"]
    assert told["selected_in_the_file"] == ["1", "2"]
    more = run(path, "--rule", "equal-shares", "--completion", "add1u", "--seed", "dice", "--more-votes")
    assert "1 more vote would have funded it." in more.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nowhere.blt", "--rule", "stv"], "nowhere.blt: No such file"),
        ([str(BALLOTS / "capital.soc"), "--rule", "shulze"], "no counting rule “shulze”. Remedy: Did you mean “sch"),
        ([str(BALLOTS / "capital.soc"), "--rule", "stv", "--seats", "0"], "The term seats is 0"),
        (["ballots.txt", "--rule", "stv"], "ballots.txt"),
        ([str(BALLOTS / "capital.soc"), "--rule", "irv", "--seats", "2"], "no term “seats”"),
        ([str(BALLOTS / "capital.soc"), "--rule", "greedy"], "names no budget"),
        ([str(BALLOTS / "capital.soc"), "--rule", "stv", "--seats", "5"], "5 seats, but 4 options"),
        ([str(BALLOTS / "capital.soc"), "--rule", "borda", "--term", "unranked"], "has no value"),
        ([str(BALLOTS / "capital.soc"), "--rule", "borda", "--more-votes"], "funds no bids"),
        ([str(BALLOTS / "capital.soc"), "--rule", "irv", "--entitled", "9"], "100 ballots were cast by 9 people"),
        ([str(BALLOTS / "capital.soc"), "--rule", "irv", "--threshold", "half"], "threshold"),
        ([*HANDS, '{"share": "1/2", "op": ">", "base": "entitled"}'], "asks how many were entitled"),
        ([*HANDS, '{"share": "1/2", "op": ">", "base": "valid", "minimum_turnout": "1/2"}'], "asks how many"),
        ([*HANDS, '{"share": "1/2", "op": ">", "base": "present"}'], "does not know who was present"),
        ([str(BALLOTS / "capital.soc"), "--rule", "yes-no"], "cannot count ballots of the form “ranked”"),
    ],
)
def test_the_command_refuses_in_one_line_with_exit_code_1(words, why):
    refused = run(*words)
    assert refused.exit_code == 1
    assert why in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


def test_a_big_file_is_read_and_counted():
    rng = Random(7)
    rows = [",".join(rng.sample("abcdefgh", rng.randint(1, 8))) for _ in range(3000)]
    rows = [row + "," * (7 - row.count(",")) for row in rows]
    told = counted("big.csv", "stv", {"seats": 3, "seed": "dice"}, ("1,2,3,4,5,6,7,8\n" + "\n".join(rows)).encode())
    assert told.result.bases.valid == 3000
    assert len(told.result.winners) == 3
