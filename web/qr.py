"""Where a phone in the hall finds this server, and the square that says so.

A server on a loopback address can be reached from its own machine only, and says that; one that listens on all
addresses is named by the address that this machine has in the local network.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import segno
from flask import current_app, request
from markupsafe import Markup

from web.settings import LOOPBACK, Settings

SOMEWHERE = ("192.0.2.1", 9)  # documentation address: no packet is sent, the system only picks the way out


@dataclass(frozen=True)
class Address:
    """The address that people type or scan."""

    base: str
    only_here: bool

    @property
    def join(self) -> str:
        """Where members enter their code, as shown in the hall: without http://, which nobody types."""
        return f"{urlsplit(self.base).netloc}/join"

    def join_link(self, code: str = "") -> str:
        """The link in a QR square."""
        return f"{self.base}/join?code={code}" if code else f"{self.base}/join"


def address() -> Address:
    """The address under which this request's server is found from elsewhere."""
    settings: Settings = current_app.extensions["settings"]
    here = urlsplit(request.host_url)
    if settings.https:
        here = here._replace(scheme="https")  # a proxy before us may speak plainly with us, never with a tablet
    name = here.hostname or settings.host
    if name not in LOOPBACK:
        return Address(here.geturl().rstrip("/"), only_here=False)
    lan = None if settings.host in LOOPBACK else lan_address()
    if lan is None:
        return Address(here.geturl().rstrip("/"), only_here=True)
    return Address(f"{here.scheme}://{lan}:{here.port or (443 if settings.https else 80)}", only_here=False)


def lan_address() -> str | None:
    """This machine's address in the local network, or None where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        try:
            way_out.connect(SOMEWHERE)
        except OSError:
            return None
        found = str(way_out.getsockname()[0])
    return None if found in LOOPBACK else found


@lru_cache(maxsize=512)
def square(link: str, says: str) -> Markup:
    """The QR square as inline SVG with a name for people who do not see it.

    >>> square("http://127.0.0.1:8000/join", "Join").startswith('<svg role="img" aria-label="Join" ')
    True
    """
    drawn = segno.make(link, error="m", micro=False).svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    return Markup('<svg role="img" aria-label="{}" ').format(says) + Markup(drawn.removeprefix("<svg "))  # noqa: S704  # segno's own
