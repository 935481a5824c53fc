"""Every reader of strangers' files, tried by Hypothesis on any bytes and on sound files with faults; and by atheris."""

from __future__ import annotations

import subprocess
import sys

import fuzz
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ELSEWHERE = ("pool-csv", "pool-xlsx", "quotas")  # see test_sortition_reader_fuzz.py
TARGETS = [target for target in fuzz.TARGETS if target not in ELSEWHERE]
SEEDS = {target: fuzz.seeds(target) for target in TARGETS}
BRIEF = settings(max_examples=40, deadline=3000, suppress_health_check=[HealthCheck.too_slow])
HURTS = [
    *(b"", b"\0", b"\n", b"\r", b"\x1b[2J", b"\xff", b"\xef\xbb\xbf", b'"', b'""', b"'", b",", b";", b"\t", b"=", b"#"),
    *(b"0", b"-1", b"1e5", b"1.5", b"4. 0", b"999999999999999999", b"NaN", b"\xed\xa0\x80", b"\xe2\x80\xae"),
    *(b"\xe2\x80\xa8", b"\xd9\xa3", b"id", b"META", b"VOTES", b"null", b"[" * 3000, b'{"a":' * 500, b"PK\x03\x04"),
    *(b"%PDF-", b"Remedy: "),
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
@BRIEF
@given(data=st.data())
def test_a_reader_gives_a_value_or_refuses_in_one_line_with_a_remedy(target: str, data: st.DataObject) -> None:
    if data.draw(st.integers(0, 4)) == 0:
        fuzz.look(target, data.draw(st.binary(max_size=200)))
        return
    file = data.draw(st.sampled_from(SEEDS[target]))
    for _ in range(data.draw(st.integers(1, 4))):
        place, length = data.draw(st.integers(0, len(file))), data.draw(st.integers(0, 12))
        file = file[:place] + data.draw(st.sampled_from(HURTS)) + file[place + length :]
    fuzz.look(target, file)


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("ballots-csv", b"ballots,garden,that,nflict\ncost,500,4. 0,e"),
        ("panel", b'"id\n",name\n1,Ada\n'),
        ("panel", b"id,name\n\x1b[2J,Ada\n\x1b[2J,Bo\n"),
        ("opinions", b'a,b\n1,"d\nRemedy: pay"\n'),
    ],
)
def test_what_atheris_has_found_is_mended(target: str, data: bytes) -> None:
    fuzz.look(target, data)


@pytest.mark.slow
@pytest.mark.skipif(fuzz.atheris is None, reason="atheris has wheels for Linux on x86-64 alone")
@pytest.mark.parametrize("target", ["pool-xlsx", "pb"])
def test_atheris_runs_and_finds_nothing_in_a_second(target: str) -> None:
    command = [sys.executable, fuzz.__file__, "--target", target, "--seconds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "number_of_executed_units" in done.stderr


@pytest.mark.skipif(fuzz.atheris is None, reason="atheris has wheels for Linux on x86-64 alone")
def test_atheris_would_be_heard(tmp_path: object) -> None:
    script = f"import sys; sys.path.insert(0, {str(fuzz.ROOT / 'tests')!r}); import fuzz\n"
    script += "from pathlib import Path; fuzz.FOUND = Path.cwd()\n"
    script += "fuzz.TARGETS = {'pb': (lambda data: 1 // (len(data) != 7), '')}; fuzz.fuzz('pb', 5, 1)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, cwd=str(tmp_path)
    )
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stdout + done.stderr
