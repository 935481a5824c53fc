"""The list of ASVS 5.0 is held to the tests and the README; some of its requirements are proved here."""

from __future__ import annotations

import ast
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import asvs
import pytest
from halls import ROOT
from houses import House, csrf, web_of
from itsdangerous import TimestampSigner
from test_house import SOURCES, imports_of, place, room_of
from test_house import tree_of as parsed

from facilitation.desk import Desk
from web.guessing import Tries

README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS = sorted((ROOT / "web/static/js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "web/templates").rglob("*.html"))
ROWS = asvs.rows()
tree_of = cache(parsed)


# ------------------------------------------------------------------------------------------------ the list


def test_every_requirement_of_both_levels_stands_once_in_the_list() -> None:
    numbers = [row.number for row in ROWS]
    assert len(set(numbers)) == len(numbers) == 253
    assert [sum(row.level == level for row in ROWS) for level in (1, 2)] == [70, 183]
    assert {row.state for row in ROWS} == {"met", "told", "n/a", "open"}
    assert {int(number.split(".")[0]) for number in numbers} == set(range(1, 18))
    assert all(row.by for row in ROWS)


@pytest.mark.parametrize("row", [row for row in ROWS if row.state == "met"], ids=lambda row: row.number)
def test_what_is_met_is_proved_by_a_test_that_is_there(row: asvs.Row) -> None:
    file, _, name = row.by.partition("::")
    source = (ROOT / f"tests/{file}.py").read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", source, re.M), f"there is no {row.by}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.state == "told"], ids=lambda row: row.number)
def test_what_must_be_told_has_its_heading(row: asvs.Row) -> None:
    assert re.search(rf"^#+ {re.escape(row.by)}$", README, re.M), f"the README has no heading “{row.by}”"


def test_the_readme_shows_the_counts_and_what_is_open() -> None:
    assert "\n".join(asvs.summary()) in README, "run `python tests/asvs.py` and put its table into the README"
    for row in ROWS:
        if row.state == "open":
            assert re.search(rf"\b{re.escape(row.number)}\b", README), (
                f"the README does not name {row.number}, which is open"
            )


# ------------------------------------------------------------------------------------------------ read in the code


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a file, with what is called."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name):
                    yield node, name
                case ast.Attribute(value=ast.Name(id=room), attr=name):
                    yield node, f"{room}.{name}"


def test_no_shell_no_eval_no_pickle() -> None:
    found = []
    for path in SOURCES:
        for node, name in calls(path):
            shell = any(keyword.arg == "shell" for keyword in node.keywords)
            if name in ("eval", "exec", "compile", "os.system", "os.popen", "__import__") or shell:
                found.append(f"{place(path, node.lineno)}: {name}")
        banned = {"pickle", "marshal", "shelve", "dill", "yaml"}
        found += [place(path, line) for line, name in imports_of(path) if name.split(".")[0] in banned]
    assert found == []


def test_no_expression_is_built_from_words_of_people() -> None:
    """Patterns are written down, put together of parts that are, or escaped (web.languages.heard)."""
    written = {
        "sortition/reading/cells.py",
        "sortition/public/verify_draw.py",
        "web/backing_up.py",
        "web/languages/heard.py",
        "web/languages/gather.py",
    }
    found = set()
    for path in SOURCES:
        for node, name in calls(path):
            if re.fullmatch(r"re\.(compile|match|search|fullmatch|sub|findall|finditer|split)", name):
                pattern = node.args[0]
                if isinstance(pattern, ast.JoinedStr | ast.BinOp | ast.Call):
                    found.add(str(path.relative_to(ROOT)))
    assert found == written


def test_the_web_house_asks_no_other_server() -> None:
    """Robots ask the server that they were started for, on this machine, and a demo looks whether it answers."""
    own = {"web.rehearsal.robots", "web.rehearsal.demo", "web.rehearsal.robot_tokens"}
    own.add("web.server.patience")  # only the name of an error: what http.client says of a head with too many lines
    asking = {"urllib.request", "requests", "http.client", "smtplib", "ftplib", "httpx", "aiohttp"}
    found = {
        room_of(path) for path in SOURCES for _, name in imports_of(path) if any(name.startswith(one) for one in asking)
    }
    assert found <= own


def test_no_weak_hash_is_used() -> None:
    """SHA-1 stands in HMAC alone, where authenticator apps want it (RFC 6238)."""
    weak = re.compile(r"hashlib\.(md5|sha1|new)\b|MD5\(|SHA1\(")
    found = {room_of(path) for path in SOURCES if weak.search(path.read_text(encoding="utf-8"))}
    assert found <= {"facilitation.totp"}


def test_secrets_come_from_the_systems_randomness(tmp_path: Path) -> None:
    desk = Desk.open(f"sqlite:///{tmp_path / 'f.sqlite'}")
    assert isinstance(desk._chance, random.SystemRandom)
    seated = desk.seat("A", [{"id": "1"}])
    tokens = {desk.join(seated.members[0].code).token for _ in range(20)}
    assert len(tokens) == 20
    assert all(re.fullmatch("[0-9a-f]{64}", token) for token in tokens)
    desk.close()


def test_scripts_of_pages_set_no_html_of_strangers() -> None:
    """Only pictures of a page, drawn by our own templates and fetched from our own address, are put in as HTML."""
    sets = re.compile(r"(innerHTML|outerHTML)\s*\+?=[^=]|insertAdjacentHTML|document\.write|srcdoc|eval\(|new Function")
    found = {path.name: sets.findall(path.read_text(encoding="utf-8")) for path in SCRIPTS}
    assert {name for name, hits in found.items() if hits} == {"connection.js"}
    assert len(found["connection.js"]) == 1


def test_scripts_of_pages_listen_to_no_messages_of_other_windows() -> None:
    listens = re.compile(r"postMessage|addEventListener\(\s*[\"']message|onmessage")
    assert [path.name for path in SCRIPTS if listens.search(path.read_text(encoding="utf-8"))] == []


def test_scripts_of_pages_copy_nothing_into_prototypes() -> None:
    """Fields of a received object are read by their names; none is copied under a name that was received."""
    spoils = re.compile(r"__proto__|\.prototype\s*\[|Object\.assign\((?![\w.]+, \{)|constructor\[")
    assert [path.name for path in SCRIPTS if spoils.search(path.read_text(encoding="utf-8"))] == []


def test_every_field_for_a_password_is_masked_and_takes_a_manager() -> None:
    fields = [
        found
        for path in TEMPLATES
        for found in re.findall(r"field\(\"(?:password|new|again)\".*?\) ?\}\}", path.read_text(encoding="utf-8"))
    ]
    assert len(fields) >= 4
    assert all('type="password"' in one and re.search(r'autocomplete="(current|new)-password"', one) for one in fields)
    assert [
        path.name for path in (*SCRIPTS, *TEMPLATES) if re.search(r"onpaste|[\"']paste[\"']", path.read_text())
    ] == []


# ------------------------------------------------------------------------------------------------ asked of the house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    desk = Desk.open(f"sqlite:///{tmp_path_factory.mktemp('asvs') / 'f.sqlite'}")
    yield House(desk, web_of(desk))
    desk.close()


def cookie_of(house: House) -> str:
    """The cookie of a browser that has joined."""
    browser = house.browser()
    browser.post("/join", data={"code": house.codes[0], "csrf_token": csrf(browser)})
    assert browser.get("/m").status_code == 200
    found = browser.get_cookie("folkmoot_8000")
    assert found is not None
    return str(found.value)


def opens(house: House, cookie: str) -> int:
    browser = house.browser()
    browser.set_cookie("folkmoot_8000", cookie)
    return browser.get("/m").status_code


def test_a_cookie_that_was_tampered_with_is_nobody(house: House) -> None:
    cookie = cookie_of(house)
    assert opens(house, cookie) == 200
    payload, stamp, mac = cookie.rsplit(".", 2)
    for wrong in (
        f"{payload}.{stamp}.{'A' * len(mac)}",
        f"{payload}.{stamp}.",
        f"{payload[:-3]}{payload[-3:].swapcase()}x.{stamp}.{mac}",
        f"{payload}.{'B' if stamp[0] == 'a' else 'a'}{stamp[1:]}.{mac}",
        payload,
    ):
        assert opens(house, wrong) == 302
    other = web_of(house.desk)
    other.secret_key = "another secret"
    browser = other.test_client()
    browser.set_cookie("folkmoot_8000", cookie)
    assert browser.get("/m").status_code == 302


def test_an_old_cookie_is_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie, now = cookie_of(house), TimestampSigner("x").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: now + 32 * 24 * 3600)
    assert opens(house, cookie) == 302


def test_no_header_of_a_proxy_is_believed_from_anyone(house: House) -> None:
    """Whoever guesses codes cannot change the address under which the tries are counted, nor the host of our links."""
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    statuses = []
    for number in range(Tries.OF_ONE_ADDRESS + 2):
        headers = {**forged, "X-Forwarded-For": f"10.0.0.{number}", "X-Real-IP": f"10.0.0.{number}"}
        statuses.append(house.browser().post("/api/join", json={"code": "00000000"}, headers=headers).status_code)
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert "evil.example" not in house.browser().get("/join", headers=forged).text


def test_a_line_of_the_log_is_json_in_utc() -> None:
    script = (
        "from web.logs import configure_logs; import structlog; configure_logs();"
        "structlog.get_logger('web').info('request', endpoint='a\\n{\"event\": \"forged\"}\\x1b[2J')"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert "\x1b" not in lines[0]
    said = json.loads(lines[0])
    assert said["event"] == "request"
    assert said["timestamp"].endswith("Z")


def test_every_try_to_come_in_is_a_line_of_the_log(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    browser = house.browser()
    token = csrf(browser)
    capsys.readouterr()
    for code in ("AAAAAAAA", house.codes[0]):
        browser.post("/join", data={"code": code, "csrf_token": token})
    browser.post("/sign-in/nobody", data={"csrf_token": csrf(browser)})
    house.browser().get("/run")
    browser.post("/sign-out", data={})
    said = capsys.readouterr()
    lines = [line for line in (said.out + said.err).splitlines() if "endpoint=" in line or '"endpoint"' in line]
    for endpoint, status in (
        ("doors.join", 303),
        ("accounts.follow_link", 4),
        ("facilitator_pages.today", 401),
        ("doors.sign_out", 403),
    ):
        assert any(endpoint in line and re.search(rf"status\S*[=:] ?\S*{status}", line) for line in lines), endpoint
    assert house.codes[0] not in said.out + said.err
