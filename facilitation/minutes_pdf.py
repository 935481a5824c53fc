"""The minutes as a tagged PDF, set by Typst: headings, lists and language are marked for screen readers (PDF/UA-1).

The same minutes give the same bytes. Where a sign has no letterform on this machine (an emoji, say), no PDF can
promise to be accessible: then the file is tagged all the same, makes no promise, and says so on its last page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from facilitation.minutes import minutes_blocks, title_of

TEMPLATE = Path(__file__).with_suffix(".typ")
PROMISE: Final = "ua-1"
WITHOUT = "Some signs of these minutes have no letterform on the machine that set them; the page on the web shows all."


def minutes_pdf(minutes: Mapping[str, Any], language: str = "en") -> bytes:
    """The minutes (as `minutes_json` makes them) as a PDF on A4."""
    import typst  # here: nothing else of the house sets pages

    said: dict[str, Any] = {"title": title_of(minutes), "language": language, "blocks": minutes_blocks(minutes)}
    source = TEMPLATE.read_bytes()
    try:
        return bytes(typst.compile(source, format="pdf", sys_inputs=_inputs(said), pdf_standards=PROMISE))
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    said["blocks"].append({"kind": "paragraph", "text": WITHOUT})
    return bytes(typst.compile(source, format="pdf", sys_inputs=_inputs(said)))


def _inputs(said: Mapping[str, Any]) -> dict[str, str]:
    """One JSON text: what people wrote is data to the template and never a command."""
    return {"minutes": json.dumps(said, ensure_ascii=False)}
