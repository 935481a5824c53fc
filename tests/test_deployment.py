"""The README's notes on deployment are read by what they are for; and a proxy's word is judged."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import click
import pytest
import yaml
from halls import ROOT
from houses import House

from facilitation.codes import new_code
from facilitation.desk import Desk
from web.app import create_app
from web.cli import folkmoot
from web.server.proxies import Trusted
from web.settings import Settings

DEPLOYMENT = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Deployment\n")[2].partition("\n## ")[0]


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", DEPLOYMENT, re.DOTALL)
    return str(found)


def is_a_command(words: list[str]) -> bool:
    """Does the console script know this command and these options?"""
    name, *options = words
    command = folkmoot.commands[name]
    command.make_context(name, list(options), resilient_parsing=False)
    return True


def test_the_units_start_commands_that_there_are() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read_string(block("ini"))
    service = unit["Service"]
    words = service["ExecStart"].split()
    assert words[0] == "/opt/folkmoot/bin/folkmoot"
    assert is_a_command(words[1:])
    assert int(service["LimitNOFILE"]) >= 8192
    assert service["WorkingDirectory"] == "/var/lib/folkmoot", "there the secret is kept"
    assert re.search(r"ExecStart=\S+/folkmoot worker`", DEPLOYMENT)


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    here = tmp_path / "folkmoot.service"
    here.write_text(
        block("ini").replace("/opt/folkmoot/bin/folkmoot", "/bin/true").replace("User=folkmoot", "User=root")
    )
    if verify is None:
        pytest.skip("there is no systemd-analyze here to ask; the test above has read the unit")
    said = subprocess.run([verify, "verify", "--man=no", str(here)], capture_output=True, text=True, timeout=60)
    assert [line for line in said.stderr.splitlines() if "folkmoot.service" in line] == []


def test_the_compose_file_starts_commands_that_there_are() -> None:
    compose = yaml.safe_load(block("yaml"))
    services: dict[str, Any] = compose["services"]
    assert set(services) == {"postgres", "redis", "serve", "worker"}
    for name in ("serve", "worker"):
        assert services[name]["command"][0] == "folkmoot"
        assert is_a_command(services[name]["command"][1:])
        assert set(services[name]["environment"]) == {"FOLKMOOT_DATABASE", "FOLKMOOT_REDIS"}
        assert set(services[name]["depends_on"]) <= set(services)
        assert services[name]["working_dir"] == "/state", "they share the secret"
    named = {one.partition(":")[0] for service in services.values() for one in service.get("volumes", ())}
    assert named == set(compose["volumes"])
    assert {one for service in services.values() for one in service.get("secrets", ())} == set(compose["secrets"])
    assert services["serve"]["ports"] == ["127.0.0.1:8000:8000"], "the proxy alone reaches it"


def test_nginx_passes_on_what_the_server_needs() -> None:
    said = re.sub(r"\s+", " ", block("nginx"))
    assert "ip_hash" not in said, "a whole hall is one address"
    for line in (
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "access_log off;",
    ):
        assert line in said
    assert said.count("{") == said.count("}")


def test_nginx_understands_it(tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if nginx is None:
        pytest.skip("there is no nginx here to ask; the test above has read it")
    pem = tmp_path / "hall.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=x",
    ]
    subprocess.run([*made, "-keyout", str(pem), "-out", str(tmp_path / "c.pem")], check=True, capture_output=True)
    sites = block("nginx").replace("/etc/ssl/assembly.pem", str(tmp_path / "c.pem"))
    sites = sites.replace("/etc/ssl/assembly.key", str(pem))
    config = tmp_path / "nginx.conf"
    config.write_text(f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{\n{sites}\n}}\n")
    said = subprocess.run([nginx, "-t", "-c", str(config)], capture_output=True, text=True, timeout=60)
    assert said.returncode == 0, said.stderr


# ------------------------------------------------------------------------------------------------ whose word counts


@pytest.mark.parametrize(
    ("speaker", "headers", "seen"),
    [
        ("127.0.0.1", {"X_FORWARDED_FOR": "203.0.113.9", "X_FORWARDED_PROTO": "https"}, ("203.0.113.9", "https")),
        ("10.9.8.7", {"X_FORWARDED_FOR": "203.0.113.9"}, ("203.0.113.9", "http")),
        ("::ffff:127.0.0.1", {"X_FORWARDED_FOR": "203.0.113.9"}, ("203.0.113.9", "http")),
        ("192.0.2.1", {"X_FORWARDED_FOR": "203.0.113.9", "X_FORWARDED_PROTO": "https"}, ("192.0.2.1", "http")),
        ("127.0.0.1", {"X_FORWARDED_FOR": "forged, 203.0.113.9"}, ("203.0.113.9", "http")),
        ("127.0.0.1", {}, ("127.0.0.1", "http")),
        ("", {"X_FORWARDED_FOR": "203.0.113.9"}, ("", "http")),
    ],
)
def test_only_a_proxy_that_was_named_is_believed(speaker: str, headers: dict[str, str], seen: tuple[str, str]) -> None:
    told = []

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        told.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]))
        return []

    environ = {"REMOTE_ADDR": speaker, "wsgi.url_scheme": "http", "HTTP_HOST": "hall"}
    environ |= {f"HTTP_{name}": value for name, value in headers.items()}
    Trusted(app, ["127.0.0.1/32", "10.0.0.0/8"])(environ, lambda *_: None)
    assert told == [seen]


def test_guessing_is_counted_for_the_browser_and_not_for_its_proxy(tmp_path: Path) -> None:
    desk = Desk.open(f"sqlite:///{tmp_path / 'house.sqlite'}")
    app, _ = create_app(desk, Settings("sqlite:///unused", "a secret of the test", proxies=("127.0.0.1/32",)))
    house = House(desk, app)
    chance = Random(5)
    for _ in range(3):
        house.browser().post("/api/join", json={"code": new_code(chance)}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert {where for _, where in app.extensions["tries"].failed} <= {"203.0.113.9"}
    assert len(app.extensions["tries"].failed) == 3
    desk.close()


def test_a_context_of_the_console_script_refuses_what_there_is_not() -> None:
    with pytest.raises(click.UsageError):
        is_a_command(["serve", "--workres", "4"])
