"""What every answer of the web must be like: nothing inline in a page, nothing from elsewhere, all headers there."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.test import TestResponse

from web.app import HEADERS

OPEN_ELSEWHERE = ("https://www.gov.uk", "https://github.com")
LOADS = {
    "script": "src",
    "img": "src",
    "link": "href",
    "iframe": "src",
    "form": "action",
    "source": "src",
    "use": "href",
}
STRANGERS = ("/papers/",)
"""Files that staff hand out: no script, no form, nothing loaded, in a sandbox."""
DATA_BLOCKS = ("application/json",)
"""Scripts of these types are never run: words for the page's own modules."""


class Inline(HTMLParser):
    """Collects what the Content-Security-Policy would block, and what would have to be allowed for it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        if tag in ("style", "base", "object", "embed", "applet"):
            self.found.append(f"<{tag}>")
        if tag == "script" and "src" not in said and said.get("type") not in DATA_BLOCKS:
            self.found.append("an inline <script>")
        for name, value in said.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.found.append(f"<{tag} {name}={value!r}>")
            if (value or "").strip().lower().startswith(("javascript:", "vbscript:", "data:text")):
                self.found.append(f"<{tag} {name}={value!r}>")
        loaded = said.get(LOADS.get(tag, ""), "") or ""
        if "//" in loaded.partition("?")[0] and not loaded.startswith(OPEN_ELSEWHERE):
            self.found.append(f"<{tag}> loads {loaded!r}")
        if tag == "form" and (said.get("method") or "get").lower() not in ("get", "post", "dialog"):
            self.found.append(f"a form by {said.get('method')}")


def inline_of(page: str) -> list[str]:
    """Whatever of this page the policy forbids."""
    looked = Inline()
    looked.feed(page)
    return looked.found


def forms_without_a_token(page: str) -> list[str]:
    """Forms that change something and do not carry the token of the browser's session."""
    parts = page.split("<form")[1:]
    return [form[:80] for form in parts if 'method="post"' in form[:300].lower() and 'name="csrf_token"' not in form]


def breaks(path: str, answer: TestResponse) -> list[str]:
    """How this answer breaks the law."""
    broken = [f"{path} has no {name}" for name, _ in HEADERS if name not in answer.headers]
    policy = answer.headers.get("Content-Security-Policy", "")
    if path.startswith(STRANGERS):
        policy = policy.replace("style-src 'unsafe-inline'", "")  # a browser's own frame around a picture or a text
    if "unsafe" in policy or "*" in policy or "default-src 'none'" not in policy:
        broken.append(f"{path} has the policy {policy}")
    if answer.mimetype == "text/html":
        broken += [f"{path}: {one}" for one in inline_of(answer.text)]
        broken += [f"{path}: a form without its token: {one}" for one in forms_without_a_token(answer.text)]
    if answer.data and not answer.headers.get("Content-Type"):
        broken.append(f"{path} has no Content-Type")
    if answer.mimetype.startswith("text/") and "charset" not in answer.headers["Content-Type"]:
        broken.append(f"{path} does not say its charset")
    if answer.headers.get("Cache-Control") != "no-store" and not path.startswith("/static"):
        broken.append(f"{path} may be stored: {answer.headers.get('Cache-Control')}")
    if "Access-Control-Allow-Origin" in answer.headers:
        broken.append(f"{path} is open to other origins")
    return broken
