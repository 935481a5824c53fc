"""Behind a proxy: whose word is taken for where a browser is, and whether it came by HTTPS.

The headers X-Forwarded-For and X-Forwarded-Proto can be written by anybody. They are believed from the addresses that
the operator named (`--proxy`) and from no other; a proxy is to set both anew, and not to add to what it was sent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Trusted:
    """Outermost: asks who speaks to us before anything that it says of others is believed."""

    def __init__(self, app: App, proxies: Sequence[str]) -> None:
        self.app = app
        self.proxies = [ipaddress.ip_network(one) for one in proxies]
        self.believing = ProxyFix(app, x_for=1, x_proto=1, x_host=0, x_port=0, x_prefix=0)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        app = self.believing if self._is_ours(environ.get("REMOTE_ADDR", "")) else self.app
        return app(environ, start_response)

    def _is_ours(self, address: str) -> bool:
        try:
            here = ipaddress.ip_address(address)
        except ValueError:  # no address at all, as of a socket in a folder
            return False
        here = getattr(here, "ipv4_mapped", None) or here
        return any(here in network for network in self.proxies)
