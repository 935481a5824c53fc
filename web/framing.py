"""Where a request ends: said once, in one way, or it is no request (RFC 9112, sections 5.1, 5.2, 6.1 and 6.3).

A server and a proxy before it that read the end of a request in different ways make two requests of one: the second is
never seen by the proxy, and may even be taken for somebody else's. Python's parser of headers is that of letters, which
takes a line that is no header for the end of the head, whatever follows; so what it could not read, what it
read twice and what goes over two lines is refused here, before anybody looks at it.
"""

from __future__ import annotations

from email import errors
from email.message import Message

OF_THE_BODY = (
    errors.NoBoundaryInMultipartDefect,
    errors.StartBoundaryNotFoundDefect,
    errors.CloseBoundaryNotFoundDefect,
    errors.MultipartInvariantViolationDefect,
    errors.InvalidMultipartContentTransferEncodingDefect,
)
"""What the parser of letters misses in the head of a form with files, whose body it is never given."""


def ends_once(headers: Message) -> bool:
    """Does the head of a request say in one way only where its body ends?

    >>> from http.client import parse_headers; from io import BytesIO
    >>> def heads(*lines: str) -> bool:
    ...     return ends_once(parse_headers(BytesIO("\\r\\n".join([*lines, "", ""]).encode("latin-1"))))
    >>> heads("Host: hall", "Content-Length: 12"), heads("Transfer-Encoding: chunked"), heads("Host: hall")
    (True, True, True)
    >>> heads("Content-Length: 12 "), heads("Content-Length: 1 2"), heads("Content-Length: ")
    (True, False, False)
    >>> heads("Content-Length: 1", "Content-Length: 1"), heads("Content-Length: +1"), heads("Content-Length: 1, 1")
    (False, False, False)
    >>> heads("Transfer-Encoding: chunked", "Content-Length: 1"), heads("Transfer-Encoding : chunked", "Host: hall")
    (False, False)
    >>> heads("Content-Type: multipart/form-data; boundary=x", "Content-Length: 12"), heads("Host: hall", "no header")
    (True, False)
    """
    lengths, codings = headers.get_all("content-length", []), headers.get_all("transfer-encoding", [])
    if any(not isinstance(defect, OF_THE_BODY) for defect in headers.defects):
        return False
    if any("\n" in value or "\r" in value for value in headers.values()):
        return False
    if codings:
        return len(codings) == 1 and codings[0].lower() == "chunked" and not lengths
    return len(lengths) <= 1 and all(said.isascii() and said.strip(" \t").isdigit() for said in lengths)
