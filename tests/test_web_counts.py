"""The public pages of counts: open to anyone once the hall has seen the result, and closed to everyone before."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assemblies import TRAMS, Sitting
from flask.testing import FlaskClient
from houses import csrf, web_of
from test_facilitation_publishing import CHOICES, TRACKERS, body_of, held
from test_recount_bundle import run_alone

from facilitation.recount.words import four_words


@pytest.fixture
def sitting(tmp_path: Path) -> Iterator[Sitting]:
    sat = Sitting(tmp_path / "hall.sqlite", members=6)
    yield sat
    sat.desk.close()


@pytest.fixture
def browser(sitting: Sitting) -> FlaskClient:
    """A browser of nobody."""
    return web_of(sitting.desk).test_client()


def test_anyone_can_read_a_count_download_it_and_count_it_again(
    sitting: Sitting, browser: FlaskClient, tmp_path: Path
) -> None:
    asked = held(sitting, TRAMS)
    words = four_words(sitting.desk.round(asked).root)
    page = browser.get(f"/counts/{asked}")
    assert page.status_code == 200
    assert f"data-words>{words}</p>" in page.text
    assert sitting.desk.result(asked)["sentence"] in page.text
    listed = re.findall(r'data-ballot="([^"]+)".*?<td[^>]*>([^<]+)</td>', page.text)
    assert listed == sorted(zip(TRACKERS, map(str.capitalize, CHOICES), strict=True))
    assert not any(name in page.text for name in ("Person", *sitting.codes))
    raw = browser.get(f"/counts/{asked}/bundle.json")
    script = browser.get("/counts/verify_count.py")
    assert raw.headers["Content-Disposition"] == 'attachment; filename="bundle.json"'
    assert raw.data == sitting.desk.bundle(asked)
    ran = run_alone(tmp_path, raw.data, TRACKERS[2], words)
    assert (tmp_path / "verify_count.py").read_bytes() == script.data
    assert ran.returncode == 0, ran.stdout
    result = sitting.desk.result(asked)
    assert f"yes {result['counts']['yes']}, no {result['counts']['no']}" in ran.stdout
    assert body_of(raw.data)["result"] == result
    everything = browser.get("/counts").text
    assert f'href="/counts/{asked}"' in everything
    assert "Test assembly" in everything


def test_a_tracker_is_found_without_javascript_and_stands_in_no_address(sitting: Sitting, browser: FlaskClient) -> None:
    asked = held(sitting, TRAMS)
    form = {"csrf_token": csrf(browser)}
    found = browser.post(f"/counts/{asked}", data={**form, "tracker": TRACKERS[2].lower().replace("-", "")})
    assert re.search(
        rf"<strong>{TRACKERS[2]}</strong> voted: <strong[^>]*>{CHOICES[2].capitalize()}</strong>", found.text
    )
    nothing = browser.post(f"/counts/{asked}", data={**form, "tracker": "<b>ZZZZ"})
    assert "No ballot has “&lt;b&gt;ZZZZ”" in nothing.text
    assert 'method="post"' in found.text
    assert "voted: " not in browser.post(f"/counts/{asked}", data={**form, "tracker": ""}).text


def test_what_the_hall_has_not_seen_is_at_no_address(sitting: Sitting, browser: FlaskClient) -> None:
    practice = held(sitting, {**TRAMS, "title": "Tea or coffee"}, practice=True)
    sitting.desk.acknowledge(sitting.session)
    later = sitting.desk.create_round(sitting.session, {**TRAMS, "title": "Buses", "conduct": {"hold": True}})
    for act in (lambda: None, lambda: sitting.desk.open_round(later), lambda: sitting.desk.close_round(later)):
        act()
        for asked in (later, practice, "nosuchround0"):
            for path in (f"/counts/{asked}", f"/counts/{asked}/bundle.json"):
                answer = browser.get(path)
                assert answer.status_code == 404
                assert "Buses" not in answer.text
                assert "Tea" not in answer.text
        assert "There is none yet" in browser.get("/counts").text
    sitting.desk.show_result(later)
    assert browser.get(f"/counts/{later}").status_code == 200


def test_a_round_that_publishes_only_its_root_shows_no_ballot(sitting: Sitting, browser: FlaskClient) -> None:
    asked = held(sitting, TRAMS, publish="root")
    page = browser.get(f"/counts/{asked}").text
    assert four_words(sitting.desk.round(asked).root) in page
    assert "are not published" in page
    assert not any(tracker in page for tracker in TRACKERS)
    assert "data-find" not in page
    assert not re.search("ballots below|[Cc]onduct|Find your ballot", page)


def test_open_ballots_stand_by_seat(sitting: Sitting, browser: FlaskClient) -> None:
    page = browser.get(f"/counts/{held(sitting, TRAMS, secrecy='open')}").text
    assert re.findall(r'data-ballot="(\d+)"', page) == ["1", "2", "3", "4", "5", "6"]
    assert "Person" not in page


def test_the_words_stand_on_the_screens_beside_the_result_and_not_before(sitting: Sitting) -> None:
    asked = held(sitting, TRAMS, hold=True)
    screens = sitting.desk.public_screens(sitting.session)
    assert {screen["words"] for screen in screens.values()} == {None}
    sitting.desk.show_result(asked)
    words = four_words(sitting.desk.round(asked).root)
    screens = sitting.desk.public_screens(sitting.session)
    assert {screen["words"] for screen in screens.values()} == {words}
    browser = web_of(sitting.desk).test_client()
    token = sitting.desk.issue_token("display", sitting.assembly, sitting.session)
    assert f"<strong data-words>{words}</strong>" in browser.get(f"/hall/{token}").text
    member = sitting.desk.join(sitting.codes[0]).token
    tablet = browser.get("/m", headers={"Authorization": f"Bearer {member}"}).text
    assert f"<strong data-words>{words}</strong>" in tablet
    assert f'href="/counts/{asked}"' in tablet


@pytest.mark.parametrize(
    ("spec", "choices", "words"),
    [
        ({"rule": "irv"}, [["tram"], ["bus", "tram"]], ["1. Tram", "1. Bus, 2. Tram"]),
        ({"rule": "approval"}, [["tram", "path"], []], ["Tram, Path", "None of these"]),
        ({"rule": "score"}, [{"tram": 0, "path": 5}, {}], ["Tram: 0 of 5, Path: 5 of 5", "No score for any option"]),
        ({"rule": "majority-judgement"}, [{"tram": 5}, {"bus": 0}], ["Tram: excellent", "Bus: reject"]),
    ],
)
def test_ballots_are_listed_in_words(
    sitting: Sitting, browser: FlaskClient, spec: dict[str, Any], choices: list[Any], words: list[str]
) -> None:
    asked = held(sitting, {"title": "Which?", "options": ["tram", "bus", "path"], **spec}, tuple(choices))
    page = browser.get(f"/counts/{asked}")
    assert sorted(re.findall(r"</code></th><td[^>]*>([^<]+)</td>", page.text)) == sorted(words)


def test_a_page_that_is_remembered_follows_what_is_signed_and_never_runs_what_was_typed(
    sitting: Sitting, browser: FlaskClient
) -> None:
    nasty = "<script>alert(1)</script>"
    asked = held(sitting, {"title": nasty, "rule": "approval", "options": [nasty, "bus"]}, ([nasty], ["bus"], []))
    first = browser.get(f"/counts/{asked}").text
    assert nasty not in first
    assert first.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert "Countersigned" not in first
    sitting.desk.countersign(asked)
    assert "Countersigned by the scrutineer" in browser.get(f"/counts/{asked}").text
    assert len(json.loads(browser.get(f"/counts/{asked}/bundle.json").data)["countersignatures"]) == 1
