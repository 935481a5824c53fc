"""A day on a real server, with marks in everything that anyone sends: the log and what processes print have none.

Votes, texts, needs, codes, tokens, sign-in links; bad forms and bad JSON at every door; errors of ours (tables taken
away under the running server); sockets and raw bytes; a draw whose files are full of faults. What the log must have, so
that it is of use: endpoints, states, and where it broke.
"""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import re
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import socketio
from halls import Hall, Seats, a_hall, a_key, an_open_round
from houses import House, web_of
from waiting import until

from facilitation.desk import Desk
from web.logs import last_place

MARK = "Quibblemark"
NAME, MAIL = f"{MARK} Zebulon", f"{MARK.lower()}@example.org"
OPTIONS = [f"{MARK} trams", f"{MARK} buses"]
POOL = f"id,name,email,gender\n1,{NAME},{MAIL},{MARK}\n1,{NAME},{MAIL},Woman\n2,{NAME},,Man\n".encode()
QUOTAS = b"feature,value,min,max\ngender,Woman,1,1\ngender,Man,1,1\n"


class Browser:
    """Forms as a browser sends them: with a cookie and the token of the page."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        with contextlib.suppress(urllib.error.HTTPError), self.opener.open(self.hall.url + path, timeout=20) as page:
            return str(page.read().decode())
        return ""

    def post(self, path: str, **form: str) -> None:
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/join"))
        assert token is not None
        body = urllib.parse.urlencode({"csrf_token": token[1], **form}).encode()
        with contextlib.suppress(urllib.error.HTTPError):
            self.opener.open(self.hall.url + path, body, timeout=20).close()


def doors(tmp_path: Path) -> list[str]:
    """Every address that takes a POST, with a mark in each of its parts."""
    house = House(Desk.open(str(tmp_path / "map.sqlite")), web_of(Desk.open(str(tmp_path / "map.sqlite"))))
    rules = [rule for rule in house.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return sorted({re.sub(r"<[^>]+>", MARK, rule.rule) for rule in rules})


def of_the_day(hall: Hall, desk: Desk) -> list[str]:
    """What a day brings; the secrets that it made."""
    seated = desk.seat("A day", [{"id": str(n), "name": f"{NAME} {n}", "email": MAIL} for n in range(6)])
    facilitator = desk.issue_token("facilitator", seated.assembly_id)
    secrets = [facilitator, *(member.code for member in seated.members)]
    link = desk.issue_link("recruiter")
    staff, member = Browser(hall), Browser(hall)
    staff.get(f"/sign-in/{link}")
    staff.post(f"/sign-in/{link}")
    staff.post(f"/sign-in/{link}")
    staff.post("/recruit", title=MARK)
    staff.post("/recruit/personal/find", wanted=MAIL)
    secrets.append(link)
    member.post("/join", code=f"{MARK}1")
    member.post("/join", code=seated.members[0].code)
    member.post("/m/needs", words=MARK)

    seats = Seats(seated.assembly_id, seated.session_id, facilitator, (), ())
    round_id = an_open_round(hall, seats, rule="approval", options=OPTIONS, title=MARK)
    for place, seat in enumerate(seated.members[1:], start=1):
        joined = hall.post("/api/join", {"code": seat.code}).json
        key = a_key()
        choice = OPTIONS[: place % 3]
        receipt = hall.post(f"/api/rounds/{round_id}/ballot", {"key": key, "choice": choice}, joined["token"]).json
        hall.post(f"/api/rounds/{round_id}/ballot", {"key": key, "choice": [MARK]}, joined["token"])
        secrets += [joined["token"], key, str(receipt["receipt"])]
    hall.post(f"/api/rounds/{round_id}/close", token=facilitator)
    return secrets


def strangers_and_faults(hall: Hall, addresses: list[str], token: str) -> None:
    """Nonsense at every door, as nobody and as staff."""
    for path in addresses:
        hall.ask("POST", path, {MARK: MARK, "text": [MARK], "choice": {"a": MARK}, "code": MARK}, token)
    for path in addresses[::4]:
        hall.ask("POST", path, b'{"' + MARK.encode(), token, {"Content-Type": "application/json"})
        hall.ask("POST", path, f"what={MARK}".encode(), None, {"Content-Type": "application/x-www-form-urlencoded"})
    for path in (f"/{MARK}", f"/sign-in/{MARK}", f"/hall/{MARK}", f"/counts/{MARK}?q={MARK}", f"/m?{MARK}={MARK}"):
        hall.get(path)
    for raw in (f"GET /{MARK} HTTP/9.9\r\n\r\n", f"{MARK}\r\n\r\n", f"GET / HTTP/1.1\r\n{MARK}: \x00{MARK}\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", hall.port), timeout=5) as wire:
            wire.sendall(raw.encode())
            wire.settimeout(2)
            with contextlib.suppress(OSError):
                wire.recv(4096)


def by_socket(hall: Hall, token: str) -> None:
    """Sockets with a token of nobody and of somebody, and events that are none."""
    for auth in ({"token": MARK}, {"token": token}, MARK):
        client = socketio.Client(reconnection=False)
        with contextlib.suppress(socketio.exceptions.ConnectionError):
            client.connect(hall.url, auth=auth, transports=["websocket"], wait_timeout=3)
            with contextlib.suppress(socketio.exceptions.SocketIOError):
                client.emit(MARK, {MARK: [MARK]})
            client.sleep(0.2)
        client.disconnect()


def a_bad_draw(desk: Desk) -> None:
    made = desk.new_recruitment(MARK)
    desk.put_files(made, pool=(f"{MARK}.csv", POOL), quotas=("q.csv", QUOTAS), size=2)
    draw = desk.request_draw(made, seed=MARK)
    until(lambda: desk.draw(draw).ended, what="the draw fails")
    assert desk.draw(draw).state == "failed"
    assert MARK in desk.draw(draw).error, "recruiters are told what was wrong with the file"


def broken_from_inside(hall: Hall, database: Path, token: str) -> None:
    """Tables are taken away: what is asked then breaks on our side, in requests and on sockets."""
    connection = sqlite3.connect(database, timeout=20)
    connection.execute("ALTER TABLE words RENAME TO gone")
    connection.commit()
    for path in ("/api/screen", "/m", "/run"):
        hall.get(path, token)
    connection.execute("ALTER TABLE token RENAME TO tokens_gone")
    connection.commit()
    hall.get("/api/screen", token)
    by_socket(hall, token)
    connection.close()


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_nothing_that_anyone_sent_stands_in_the_log(
    request: pytest.FixtureRequest, tmp_path: Path, processes: int
) -> None:
    options = []
    if processes > 1:
        options = ["--workers", str(processes), "--redis", request.getfixturevalue("redis").url]
    with a_hall(tmp_path, *options) as hall:
        desk = Desk.open(hall.database)
        secrets = of_the_day(hall, desk)
        strangers_and_faults(hall, doors(tmp_path), secrets[0])
        by_socket(hall, secrets[0])
        a_bad_draw(desk)
        desk.close()
        broken_from_inside(hall, tmp_path / "hall.sqlite", secrets[0])
    assert hall.log is not None
    said = hall.log.read_text()
    assert MARK.lower() not in said.lower()
    assert not [one for one in secrets if one in said]
    of_gunicorn = re.compile(r"^\[\d{4}-")
    lines = [json.loads(line) for line in said.splitlines() if not of_gunicorn.match(line)]
    assert {"request", "broken", "draw ended"} <= {line["event"] for line in lines}
    assert {200, 303, 400, 401, 403, 404, 500} <= {line.get("status") for line in lines}
    assert all(re.search(r"\.py:\d+$", line["where"]) for line in lines if line["event"] == "broken")


def test_an_error_that_quotes_what_was_sent_is_logged_without_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk.open(str(tmp_path / "f.sqlite"))
    house = House(desk, web_of(desk))

    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"{NAME} said {MAIL}")

    monkeypatch.setattr(desk, "public_counts", broken)
    answer = house.browser().get("/counts")
    assert answer.status_code == 500
    assert MARK not in answer.text
    told = "".join(capfd.readouterr())
    assert "broken" in told
    assert MARK.lower() not in told.lower()
    desk.close()


BREAK = f"""
import gevent
from web import serve
from web.logs import configure_logs
configure_logs()
gevent.get_hub().print_exception = serve.tell_of_a_broken_greenlet
def fail():
    raise KeyError("{MARK}")
gevent.spawn(fail).join()
"""


def test_a_broken_greenlet_tells_where_and_not_what() -> None:
    done = subprocess.run([sys.executable, "-c", BREAK], capture_output=True, text=True, check=True)
    (line,) = map(json.loads, (done.stdout + done.stderr).splitlines())
    assert (line["event"], line["type"], line["where"]) == ("broken", "KeyError", "<string>:8")


def test_the_place_of_no_traceback_is_unknown() -> None:
    assert last_place(None) == "unknown"


def test_the_database_never_quotes_values(tmp_path: Path) -> None:
    desk = Desk.open(str(tmp_path / "f.sqlite"))
    with pytest.raises(Exception, match="no such table") as told, desk._store.reading() as tx:
        tx.connection.exec_driver_sql("SELECT * FROM nowhere WHERE name = ?", (MARK,))
    assert MARK not in str(told.value)
    desk.close()
