"""Where a request goes and ends: said once, in one way, or it is no request (RFC 9112, 3.2, 5.1, 5.2, 6.1 and 6.3).

A server and a proxy before it that read the end of a request in different ways make two requests of one: the second is
never seen by the proxy, and may even be taken for somebody else's. Python's parser of headers is that of letters, which
takes a line that is no header for the end of the head, whatever follows; so what it could not read, what it
read twice and what goes over two lines is refused here, before anybody looks at it.
"""

from __future__ import annotations

from email import errors
from email.message import Message

from werkzeug.sansio.utils import host_is_trusted

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


def in_origin_form(target: str, hosts: int) -> tuple[str, str | None]:
    """The path and query that a request asks for, and the host where the target itself names one (RFC 9112, 3.2.2).

    A client may send the whole address, as to a proxy: every server must take it, and then goes by the host in it and
    not by the `Host` header, of which there is still exactly one (so many are in the head). ValueError where it is no
    address by which this server could be reached: another scheme, a user's name, a host that could not stand in `Host`.

    >>> in_origin_form("/join?next=http://hall/", 1), in_origin_form("*", 1)
    (('/join?next=http://hall/', None), ('*', None))
    >>> in_origin_form("http://hall:8000/join?code=1", 1), in_origin_form("HTTPS://[::1]?a", 1)
    (('/join?code=1', 'hall:8000'), ('/?a', '[::1]'))
    >>> for wrong in ("http:///join", "http://ada@hall/", "http://hall:x/", "http://hall\\\\join", "ftp://hall/", "http://a#b"):
    ...     try:
    ...         in_origin_form(wrong, 1)
    ...     except ValueError:
    ...         print("no")
    no
    no
    no
    no
    no
    no
    """
    scheme, is_whole, rest = target.partition("://")
    if not is_whole or target.startswith("/"):
        return target, None
    ends = min((place for sign in "/?" if (place := rest.find(sign)) >= 0), default=len(rest))
    host, path = rest[:ends], rest[ends:]
    if scheme.lower() not in ("http", "https") or "#" in path or hosts != 1 or not host_is_trusted(host):
        raise ValueError("the request is for no address of this server")
    return path if path.startswith("/") else f"/{path}", host
