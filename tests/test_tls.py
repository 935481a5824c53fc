"""HTTPS of one's own: what is made and kept, what is refused, and a real server before real clients."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import os
import plistlib
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from halls import FOLKMOOT, ROOT, free_port, seat
from wires import Raw, Refused, frame, handshake

from web.cli import folkmoot
from web.settings import LOOPBACK, Settings
from web.tls.certificates import (
    AUTHORITY,
    AUTHORITY_KEY,
    CERTIFICATE,
    KEY,
    BadCertificate,
    authority,
    held,
    take,
    vouch,
)
from web.tls.serving import plain_door, secured
from web.tls.tablets import ForTablets

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
PEM, PKCS8, OPEN = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()


def made(
    folder: Path, names: tuple[str, ...] = ("hall.example.org",), *, key: Any = None, start: int = -1, days: int = 90,
    ca: bool = False,
) -> tuple[Path, Path]:  # fmt: skip
    """A certificate that signs itself, and its key, as two files."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hall")])
    one = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=start))
        .not_valid_after(NOW + timedelta(days=start + days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        one = one.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cert.pem").write_bytes(one.sign(key, SHA256()).public_bytes(PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(PEM, PKCS8, OPEN))
    return folder / "cert.pem", folder / "key.pem"


# ------------------------------------------------------------------------------------------------ import


def test_a_certificate_that_can_serve_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    kept = take(tmp_path / "tls", *made(tmp_path / "in", ("hall.example.org", "*.moot.example.org")), NOW)
    assert (kept.own, kept.names) == (False, ("hall.example.org", "*.moot.example.org"))
    assert held(tmp_path / "tls", NOW) == kept
    assert [kept.fits(host) for host in ("hall.example.org", "a.moot.example.org", "moot.example.org", "10.0.0.1")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tls").iterdir()} == {0o600}


def swapped(folder: Path) -> tuple[Path, Path]:
    return made(folder / "a")[0], made(folder / "b")[1]


def locked(folder: Path) -> tuple[Path, Path]:
    cert, key = made(folder)
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    key.write_bytes(private.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(b"word")))
    return cert, key


def jumbled(folder: Path) -> tuple[Path, Path]:
    cert, key = made(folder)
    stranger = made(folder / "other")[0]
    cert.write_bytes(cert.read_bytes() + stranger.read_bytes())
    return cert, key


def weak(folder: Path) -> tuple[Path, Path]:
    return made(folder, key=rsa.generate_private_key(65537, 1024))


WRONG = {
    "expired": (lambda at: made(at, start=-91), "ran out on 25 November 2026", "folkmoot tls authority"),
    "not yet good": (lambda at: made(at, start=2), "good from 28 November 2026 only", "clock"),
    "another key": (swapped, "does not belong to the certificate", "made with"),
    "key with a password": (locked, "protected by a password", "openssl pkey"),
    "no name": (lambda at: made(at, names=()), "names no server", "alternative names"),
    "an authority": (lambda at: made(at, ca=True), "an authority’s, not a server’s", "own first"),
    "chain out of order": (jumbled, "do not follow one another", "own first"),
    "weak key": (weak, "browsers refuse", "2048 bits"),
    "files swapped": (lambda at: made(at)[::-1], "not a certificate in PEM", "BEGIN CERTIFICATE"),
    "no file": (lambda at: (at / "none.pem", at / "none.key"), "cannot be read", "another file"),
    "no key": (lambda at: (made(at)[0],) * 2, "not a private key in PEM", "BEGIN PRIVATE KEY"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_serve_is_refused_with_a_remedy_and_nothing_is_kept(tmp_path: Path, what: str) -> None:
    make, reason, remedy = WRONG[what]
    with pytest.raises(BadCertificate) as no:
        take(tmp_path / "tls", *make(tmp_path / "in"), NOW)
    assert reason in no.value.message
    assert remedy in no.value.remedy
    assert not (tmp_path / "tls").exists()


def test_what_goes_wrong_later_is_found_when_the_server_starts(tmp_path: Path) -> None:
    take(tmp_path / "hall-tls", *made(tmp_path / "in"), NOW)
    settings = Settings(f"sqlite:///{tmp_path / 'hall'}", "s", host="0.0.0.0")
    assert secured(settings, NOW).settings.hsts
    assert "runs out on" in secured(settings, NOW + timedelta(days=80)).notes[0]
    with pytest.raises(BadCertificate, match="ran out on"):
        secured(settings, NOW + timedelta(days=90))
    (tmp_path / "hall-tls" / KEY).chmod(0o644)
    with pytest.raises(BadCertificate, match="chmod 600"):
        secured(settings, NOW)
    (tmp_path / "hall-tls" / KEY).unlink()
    with pytest.raises(BadCertificate, match="not a private key"):
        secured(settings, NOW)


# ------------------------------------------------------------------------------------------------ an authority


def test_the_authority_may_speak_for_this_hall_alone_and_its_certificates_last_a_year(tmp_path: Path) -> None:
    kept, new = vouch(tmp_path, ("Hall.local", "192.168.7.20"), NOW)
    assert (kept.own, new) == (True, True)
    assert kept.names == ("hall.local", "localhost")
    assert kept.fits("192.168.7.20")
    assert not kept.fits("192.168.7.21")
    above = authority(tmp_path)
    leaf = x509.load_pem_x509_certificate((tmp_path / CERTIFICATE).read_bytes())
    leaf.verify_directly_issued_by(above)
    assert (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days <= 398
    extensions = above.extensions
    limits = extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert [one.value for one in limits.value.permitted_subtrees] == [
        "hall.local", ipaddress.ip_network("192.168.7.0/24"), "localhost", ipaddress.ip_network("127.0.0.1/32"),
    ]  # fmt: skip
    assert extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)
    for key in (KEY, AUTHORITY_KEY):
        assert stat.S_IMODE((tmp_path / key).stat().st_mode) == 0o600


def test_the_authority_of_last_time_is_used_again_as_long_as_it_may(tmp_path: Path) -> None:
    vouch(tmp_path, ("192.168.7.20",), NOW)
    before = (tmp_path / AUTHORITY).read_bytes()
    kept, new = vouch(tmp_path, ("192.168.7.99",), NOW + timedelta(days=300))
    assert not new
    assert kept.fits("192.168.7.99")
    assert (tmp_path / AUTHORITY).read_bytes() == before
    with pytest.raises(BadCertificate, match=r"made for other places, and not for 10\.0\.0\.5"):
        vouch(tmp_path, ("10.0.0.5",), NOW)
    with pytest.raises(BadCertificate, match="lasts until"):
        vouch(tmp_path, ("192.168.7.20",), NOW + timedelta(days=1500))
    assert vouch(tmp_path, ("10.0.0.5",), NOW, afresh=True)[1]
    assert (tmp_path / AUTHORITY).read_bytes() != before
    for wrong in ("https://hall", "hall/..", "", "-" * 300):
        with pytest.raises(BadCertificate, match="neither a name nor an address"):
            vouch(tmp_path, (wrong,), NOW)


def test_a_browser_would_be_refused_at_another_address_and_the_operator_is_told(tmp_path: Path) -> None:
    vouch(tmp_path / "hall-tls", ("192.168.7.20",), NOW)
    settings = Settings(f"sqlite:///{tmp_path / 'hall'}", "s", host="192.168.9.9")
    found = secured(settings, NOW)
    assert "Browsers will refuse https://192.168.9.9" in found.notes[0]
    assert "folkmoot tls authority --for 192.168.9.9" in found.notes[0]
    assert found.settings.https
    assert not found.settings.hsts
    assert found.settings.cookie_name == "__Host-folkmoot_8000"


def test_the_profile_for_tablets_holds_the_authority_and_no_key(tmp_path: Path) -> None:
    vouch(tmp_path, ("192.168.7.20",), NOW)
    found = ForTablets.of(tmp_path)
    profile = plistlib.loads(found.profile)
    assert profile["PayloadContent"][0]["PayloadContent"] == found.file
    assert x509.load_der_x509_certificate(found.file) == authority(tmp_path)
    assert found.profile == found.profile
    assert len(found.fingerprint.split()) == 32
    assert b"PRIVATE" not in found.file + found.profile


# ------------------------------------------------------------------------------------------------ the plain door


def knock(path: str, method: str = "GET", **environ: str) -> tuple[str, dict[str, str], bytes]:
    said: dict[str, Any] = {}
    door = plain_door(lambda environ, start: [start("200 OK", []) or b"the app"], 8443)
    given = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_HOST": "hall.local:8080", **environ}
    body = b"".join(door(given, lambda status, headers: said.update(status=status, headers=dict(headers))))
    return said["status"][:3], said["headers"], body


def test_the_plain_door_leads_people_on_and_lets_nothing_else_through() -> None:
    assert knock("/tls")[2] == knock("/tls/authority.crt")[2] == knock("/static/x/folkmoot.svg")[2] == b"the app"
    status, headers, _ = knock("/join", QUERY_STRING="code=K7QF2MXD")
    assert (status, headers["Location"]) == ("307", "https://hall.local:8443/join?code=K7QF2MXD")
    for path, method in (("/join", "POST"), ("/tls", "POST"), ("/api/screen", "GET"), ("/tlsx", "PUT")):
        status, _, body = knock(path, method)
        assert status == "403"
        assert json.loads(body)["error"] == "needs-https"
    for host in ("evil\r\nX: y", "a/b", "<b>", ""):
        assert knock("/", HTTP_HOST=host)[1]["Location"].startswith(f"https://{LOOPBACK[0]}:8443/")
    assert knock("/a\r\nb")[1]["Location"] == "https://hall.local:8443/a%0D%0Ab"


# ------------------------------------------------------------------------------------------------ a real server


class Served:
    """`folkmoot serve` as an organiser starts it after `folkmoot tls authority`."""

    def __init__(self, folder: Path) -> None:
        self.database = f"sqlite:///{folder / 'hall.sqlite'}"
        self.folder, self.port, self.plain = folder / "hall.sqlite-tls", free_port(), free_port()
        self.log = folder / "serve.log"
        self.seats = seat(self.database)

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.folder / AUTHORITY)

    def ask(self, path: str, context: ssl.SSLContext | None = None, method: str = "GET", body: Any = None) -> Any:
        connection = (
            http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
            if context
            else http.client.HTTPConnection("127.0.0.1", self.plain, timeout=20)
        )
        with contextlib.closing(connection):
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = Served(tmp_path_factory.mktemp("tls"))
    command = ["tls", "authority", "--for", "127.0.0.1", "--plain-port", str(place.plain), "--database", place.database]
    told = CliRunner().invoke(folkmoot, command)
    assert told.exit_code == 0, told.output
    assert f"http://127.0.0.1:{place.plain}/tls" in told.output
    assert ForTablets.of(place.folder).fingerprint in told.output
    options = ["--database", place.database, "--port", str(place.port), "--plain-port", str(place.plain), "--no-worker"]
    process = subprocess.Popen(
        [*FOLKMOOT, "serve", *options], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=place.log.open("w"), text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert f"https://127.0.0.1:{place.port}/" in process.stdout.readline()
    yield place
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()


def test_a_tablet_that_trusts_the_authority_comes_in_and_its_cookie_is_bound_to_the_host(served: Served) -> None:
    status, headers, page = served.ask("/join", served.trusting())
    assert status == 200
    assert b"Join with your code" in page
    cookie = headers["Set-Cookie"]
    assert cookie.startswith(f"__Host-folkmoot_{served.port}=")
    assert {part.strip() for part in cookie.split(";")[1:]} >= {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert "Domain" not in cookie
    assert headers["Strict-Transport-Security"] is None, "a hall of our own is not remembered for a year"
    body = json.dumps({"code": served.seats.codes[0]}).encode()
    assert served.ask("/api/join", served.trusting(), "POST", body)[0] == 200


def test_a_tablet_that_does_not_trust_it_or_asks_for_another_name_stays_out(served: Served) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="verify failed"):
        served.ask("/", ssl.create_default_context())
    with (
        socket.create_connection(("127.0.0.1", served.port), timeout=20) as wire,
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
    ):
        served.trusting().wrap_socket(wire, server_hostname="bank.example.org")


def test_old_protocols_are_refused(served: Served) -> None:
    old = served.trusting()
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.deprecated_call():
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        served.ask("/", old)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as wire:
        assert served.trusting().wrap_socket(wire, server_hostname="127.0.0.1").version() == "TLSv1.3"


def test_the_authority_signs_for_no_other_name_even_with_its_key(served: Served, tmp_path: Path) -> None:
    """Whoever steals the authority's key can make no page of the world: clients hold it to its constraints."""
    above, signer = authority(served.folder), serialization.load_pem_private_key(
        (served.folder / AUTHORITY_KEY).read_bytes(), None
    )  # fmt: skip
    key = ec.generate_private_key(ec.SECP256R1())
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(above.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(above.not_valid_before_utc)
        .not_valid_after(above.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("bank.example.org")]), critical=True)
        .sign(signer, SHA256())
    )
    (tmp_path / "c").write_bytes(forged.public_bytes(PEM))
    (tmp_path / "k").write_bytes(key.private_bytes(PEM, PKCS8, OPEN))
    script = (
        "import socket, ssl, sys\n"
        "c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); c.load_cert_chain(sys.argv[1], sys.argv[2])\n"
        "s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)\n"
        "a, _ = s.accept()\ntry: c.wrap_socket(a, server_side=True)\nexcept OSError: pass\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "c"), str(tmp_path / "k")], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    with (
        socket.create_connection(("127.0.0.1", int(server.stdout.readline())), timeout=20) as wire,
        pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"),
    ):
        served.trusting().wrap_socket(wire, server_hostname="bank.example.org")
    server.wait(timeout=20)
    server.stdout.close()


def test_screens_come_over_a_secure_socket(served: Served) -> None:
    session = requests.Session()
    session.verify = str(served.folder / AUTHORITY)
    client, shown = socketio.Client(http_session=session), threading.Event()
    client.on("screen", lambda _screen: shown.set())
    auth = {"token": served.seats.facilitator}
    client.connect(f"https://127.0.0.1:{served.port}", auth=auth, transports=["websocket"])
    assert shown.wait(20)
    client.disconnect()


def test_a_secure_socket_has_the_limits_of_a_plain_one(served: Served) -> None:
    def secure(line: socket.socket) -> socket.socket:
        return served.trusting().wrap_socket(line, server_hostname="127.0.0.1")

    said = handshake(Host=f"127.0.0.1:{served.port}", Origin=f"http://127.0.0.1:{served.port}")
    with pytest.raises(Refused) as refused:
        Raw(served, said, secure=secure)
    assert refused.value.code == "wrong-origin"
    silent, loud = Raw(served, secure=secure), Raw(served, secure=secure)
    loud.connect({"token": served.seats.facilitator})
    loud.line.sendall(frame(b'42["x"]') * 30)
    assert loud.ending() in (1008, 0)
    assert silent.ending() == 1008
    for line in (silent, loud):
        line.close()


def test_whoever_does_not_speak_tls_holds_up_nobody_and_is_no_line_in_the_log(served: Served) -> None:
    silent = [socket.create_connection(("127.0.0.1", served.port), timeout=20) for _ in range(50)]
    for wire in silent[:25]:
        wire.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert served.ask("/", served.trusting())[0] == 200
    for wire in silent:
        wire.close()
    assert "Traceback" not in served.log.read_text()


def test_over_plain_http_a_tablet_gets_the_authority_and_nothing_else(served: Served) -> None:
    status, _, page = served.ask("/tls")
    assert status == 200
    pairs = ForTablets.of(served.folder).fingerprint
    assert pairs[:23] in page.decode()
    status, headers, file = served.ask("/tls/authority.crt")
    assert (status, headers["Content-Type"]) == (200, "application/x-x509-ca-cert")
    assert file == ForTablets.of(served.folder).file
    assert served.ask("/tls/authority.mobileconfig")[1]["Content-Type"] == "application/x-apple-aspen-config"
    assert served.ask("/join")[1]["Location"] == f"https://127.0.0.1:{served.port}/join"
    assert served.ask("/api/join", None, "POST", b"{}")[0] == 403


def test_the_commands_refuse_in_one_line_and_show_what_there_is(tmp_path: Path) -> None:
    database = ["--database", str(tmp_path / "h.sqlite")]
    run = CliRunner()
    assert "speaks plain HTTP" in run.invoke(folkmoot, ["tls", "show", *database]).output
    cert, key = made(tmp_path / "in", days=4000)
    assert "good for hall.example.org" in run.invoke(folkmoot, ["tls", "import", str(cert), str(key), *database]).output
    assert "imported." in run.invoke(folkmoot, ["tls", "show", *database]).output
    refused = subprocess.run(
        [*FOLKMOOT, "tls", "import", str(key), str(cert), *database], cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "not a certificate in PEM. Remedy: " in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_without_an_authority_its_page_is_not_there(tmp_path: Path) -> None:
    from houses import House, web_of

    from facilitation.desk import Desk

    desk = Desk.open(f"sqlite:///{tmp_path / 'f.sqlite'}")
    browser = House(desk, web_of(desk)).browser()
    for path in ("/tls", "/tls/authority.crt", "/tls/authority.mobileconfig"):
        assert browser.get(path).status_code == 404
    desk.close()
