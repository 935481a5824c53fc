"""Where this server lives: its database, its address, its secret and the files beside its database.

A value made once at the start and passed whole. Nothing here reads the environment or the clock; only `secret_beside`
touches a file: the secret that signs browser cookies, made on the first start, readable by its owner alone.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from facilitation.errors import Refusal

LOOPBACK = ("127.0.0.1", "::1", "localhost")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with what was asked for

SHORTEST_SECRET, MOST_ALIKE = 32, 8  # characters, and different ones

BODY_LIMIT = 64 * 1024
UPLOAD_LIMIT = 10 * 1024 * 1024


class WeakSecret(Refusal):
    """Others are to be served, and the secret that signs their cookies is none."""

    code = "weak-secret"


@dataclass(frozen=True)
class Settings:
    """All that the web house needs to know about its place.

    >>> Settings("sqlite:////srv/hall.sqlite", "s").jobs_file
    PosixPath('/srv/hall.sqlite-jobs')
    """

    database: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 8000
    https: bool = False
    hsts: bool = False
    """Browsers are told to come by HTTPS for a year: where the world vouches for the name, not in a hall of our own."""
    redis: str | None = None
    """Where several processes tell one another that something has changed, and workers find their wishes."""
    proxies: tuple[str, ...] = ()
    """The addresses of the proxies in front: only what these forward is believed."""

    backups: Path | None = None
    """The folder in which a backup is made every minute while a session is on."""
    accounts: bool | None = None
    """Facilitators and recruiters sign in with accounts; without, a one-time link is enough, as in a demo."""
    workers: int = 1
    """So many processes are this server."""

    def share(self, most: int) -> int:
        """How many of those of whom the whole server has at most so many one of its processes may have.

        Twice its part, since the kernel does not hand out connections evenly.

        >>> [Settings("d", "s", workers=number).share(1200) for number in (1, 2, 4, 16)]
        [1200, 1200, 600, 150]
        """
        return min(most, -(-2 * most // self.workers))

    @property
    def tls(self) -> Path:
        """The folder of certificate and key."""
        return beside(self.database, "tls")

    @property
    def jobs_file(self) -> Path:
        """Huey's queue: a file of its own, so that jobs never wait for the assembly's database."""
        return beside(self.database, "jobs")

    @property
    def tablets_are_secure(self) -> bool:
        """Can every browser that reaches this server hash and verify? Over HTTPS, and on the machine itself."""
        return self.https or self.host in LOOPBACK

    @property
    def cookie_name(self) -> str:
        """Cookies are shared by all ports of a host; two servers on one laptop must not sign each other out.

        Over HTTPS no other host, and no page over plain HTTP, can put a cookie of this name into a browser.
        """
        return f"{'__Host-' if self.https else ''}folkmoot_{self.port}"


def with_secret(place: Settings) -> Settings:
    """The same place with the secret of its database; makes the secret file when there is none yet."""
    return replace(place, secret=secret_beside(place.database))


def with_accounts(settings: Settings) -> Settings:
    """Staff sign in with accounts where others can reach the server, unless it was said otherwise.

    >>> with_accounts(Settings("d", "s")).accounts, with_accounts(Settings("d", "s", "0.0.0.0")).accounts
    (False, True)
    """
    usual = settings.https or settings.host not in LOOPBACK
    return replace(settings, accounts=usual if settings.accounts is None else settings.accounts)


def refuse_unsafe(settings: Settings) -> None:
    """Serve nobody but this machine while the secret is known, easy to guess, or can be read by others."""
    path = beside(settings.database, "secret")
    if settings.host in LOOPBACK and not settings.https:
        return
    if len(settings.secret) < SHORTEST_SECRET or len(set(settings.secret)) < MOST_ALIKE:
        why, remedy = "can be guessed: it is not a random one", f"Remove {path.name}; the next start makes a fresh one."
    elif os.name != "nt" and path.exists() and path.stat().st_mode & 0o077:
        why, remedy = "can be read by other users of this machine", f"chmod 600 {path}"
    else:
        return
    raise WeakSecret(f"The secret in {path} {why}, so nobody else is served.", remedy)


def beside(database: str, what: str) -> Path:
    """The path of a file that belongs to this database.

    >>> beside("sqlite:///hall.sqlite", "secret")
    PosixPath('hall.sqlite-secret')
    >>> beside("/srv/hall.sqlite", "jobs"), beside("postgresql://hall/db", "jobs")
    (PosixPath('/srv/hall.sqlite-jobs'), PosixPath('folkmoot.jobs'))
    """
    scheme, separator, rest = database.partition(":///")
    if not separator:
        scheme, rest = "sqlite", database  # a bare path
    if "://" in rest or not scheme.startswith("sqlite"):
        return Path(f"folkmoot.{what}")
    return Path(rest.partition("?")[0] + "-" + what)


def secret_beside(database: str) -> str:
    """Read the secret of this database, or make it: 256 random bits in a file that only its owner may read."""
    path = beside(database, "secret")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip() or _write_again(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    return path.read_text(encoding="ascii").strip()


def _write_again(path: Path) -> str:
    """The file is empty: an earlier start was killed between making and filling it."""
    made = secrets.token_hex(32)
    path.write_text(made + "\n", encoding="ascii")
    return made
