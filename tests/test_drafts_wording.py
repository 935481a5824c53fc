"""Wordings, their fingerprints, and what differs between them: by definition, on texts of any kind."""

from __future__ import annotations

import hashlib
import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from facilitation.drafts.differences import MOST, differences, merged
from facilitation.drafts.wording import FIELDS, LONGEST, Wording, cleaned, read_wording, wording_of
from facilitation.errors import BadRequest

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)
LINES = st.lists(
    st.sampled_from(["", "tram", "tram bus", "two trams", "a b c", "ŵ", "السلام", "👩‍👩‍👧"]), max_size=8
).map("\n".join)


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXT)))
@example({"title": "<b>x</b>", "what": "\u202eabc\u0000", "who": "👩‍👩‍👧", "why": "ŵ\r\ny", "concerns": "e\u0301"})
def test_a_wording_is_kept_as_canonical_json_and_the_fingerprint_is_of_that(fields: dict[str, str]) -> None:
    fields["title"] = f"x{fields['title']}"
    wording = read_wording(fields)
    assert wording_of(wording.body) == wording
    assert wording.fingerprint == hashlib.sha256(wording.body.encode()).hexdigest()
    assert json.loads(wording.body) == wording.as_json()
    assert read_wording(wording.as_json()) == wording, "cleaning twice is cleaning once"
    assert not [sign for text in wording.as_json().values() for sign in text if sign < " " and sign != "\n"]


def test_hostile_signs_stay_letters() -> None:
    typed = "<script>alert(1)</script> 👩‍👩‍👧 \u200fשלום ŵ"
    assert read_wording({"title": "t", "what": typed}).what == typed


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_may_be_as_long_as_it_may_be_and_no_longer(name: str) -> None:
    fields = {"title": "t", name: "é" * LONGEST[name]}
    assert len(read_wording(fields).as_json()[name]) == LONGEST[name]
    with pytest.raises(BadRequest, match=f"{LONGEST[name] + 1:,} characters"):
        read_wording({**fields, name: "é" * (LONGEST[name] + 1)})


@given(LINES, LINES)
@example("", "")
@example("a\n", "a")
@example("x y", "x  y")
def test_differences_leave_nothing_out(old: str, new: str) -> None:
    found = differences(old, new)
    assert "\n".join(line.text for line in found if line.kind != "new") == old
    assert "\n".join(line.text for line in found if line.kind != "gone") == new
    if old == new:
        assert {line.kind for line in found} == {"same"}


@given(TEXT, TEXT)
def test_differences_of_any_text(old: str, new: str) -> None:
    old, new = cleaned(old), cleaned(new)
    found = differences(old, new)
    assert "\n".join(line.text for line in found if line.kind != "new") == old
    assert "\n".join(line.text for line in found if line.kind != "gone") == new


@given(LINES, LINES, LINES)
def test_merging_is_even_handed_and_keeps_one_change_where_the_other_is_none(base: str, one: str, other: str) -> None:
    assert merged(base, one, other) == merged(base, other, one)
    assert merged(base, one, base) == one
    assert merged(base, one, one) == one


@given(LINES, st.text(alphabet="ab ", max_size=9), st.text(alphabet="cd ", max_size=9))
def test_changes_of_different_lines_are_both_kept(middle: str, first: str, last: str) -> None:
    base = f"first\nbetween\n{middle}\nbetween\nlast"
    both = merged(base, base.replace("first", f"{first}!", 1), f"{base[:-4]}{last}!")
    assert both == f"{first}!\nbetween\n{middle}\nbetween\n{last}!"


def test_texts_made_to_be_slow_are_compared_in_a_moment() -> None:
    old, new = "\n".join("ab" * 2500), "\n".join("ba" * 2500)
    started = time.process_time()
    found = differences(f"x\n{old}", f"y\n{new}")
    differences("ab " * 3000, "ba " * 3000)
    assert time.process_time() - started < 3
    assert "\n".join(line.text for line in found if line.kind != "new") == f"x\n{old}"
    assert MOST == 500 * 500


@settings(max_examples=30)
@given(LINES, LINES)
def test_marked_words_are_those_of_one_side_alone(old: str, new: str) -> None:
    for line in differences(old, new):
        if line.kind == "same":
            assert not any(part.marked for part in line.parts)


def test_a_wording_knows_which_fields_another_one_changes() -> None:
    assert Wording("a", "b", "c").changed(Wording("a", "B", "c", why="d")) == ("what", "why")
