"""A request ends where it says, once: what says it twice, or in a way that a proxy may read otherwise, is one or none.

Whoever hides a second request in the body of a first one reaches a server behind a proxy's back (request smuggling;
RFC 9112, section 6.3). Each of these carries a second request; the server must not answer it.
"""

from __future__ import annotations

import re
import socket

import pytest
from halls import Hall

HIDDEN = b"GET /api/openapi.json HTTP/1.1\r\nHost: hall\r\n\r\n"
LAST = HIDDEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
CASES = {
    "a length and chunks": b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN))
    + HIDDEN,
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + HIDDEN,
    "two lengths": b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "two lengths, the other way": b"Content-Length: %d\r\nContent-Length: 0\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a list of lengths": b"Content-Length: 0, %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "chunks twice": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + HIDDEN,
    "chunks by another name": b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "no chunks": b"Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n" + HIDDEN,
    "a blank before the colon": b"Transfer-Encoding : chunked\r\nContent-Length: %d\r\n\r\n0\r\n\r\n"
    % (5 + len(HIDDEN))
    + HIDDEN,
    "a length with a sign": b"Content-Length: +0\r\n\r\n" + HIDDEN,
    "a length below nothing": b"Content-Length: -1\r\n\r\n" + HIDDEN,
    "a length in other digits": b"Content-Length: 0x0\r\n\r\n" + HIDDEN,
    "a length with a low line": b"Content-Length: 0_0\r\n\r\n" + HIDDEN,
    "no header of a file": b"Content-Type: multipart/form-data; boundary=a\r\nNonsense\r\nContent-Length: %d\r\n\r\n"
    % len(HIDDEN)
    + HIDDEN,
    "no header": b"Nonsense\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a header of no letters": b"\xff: y\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    "a folded header": b"X: y\r\n Content-Length: 0\r\n\r\n" + HIDDEN,
}


@pytest.mark.parametrize("case", CASES)
def test_a_request_that_says_its_end_twice_hides_no_second_one(hall: Hall, case: str) -> None:
    line = socket.create_connection(("127.0.0.1", hall.port), timeout=20)
    line.sendall(b"POST /join HTTP/1.1\r\nHost: hall\r\n" + CASES[case])
    said = b""
    while part := line.recv(65536):
        said += part
    line.close()
    assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [b"400"]


def test_requests_that_end_where_they_say_are_answered_one_after_another(hall: Hall) -> None:
    line = socket.create_connection(("127.0.0.1", hall.port), timeout=20)
    once = b"POST /join HTTP/1.1\r\nHost: hall\r\n"
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"
    line.sendall(once + b"Content-Length: 3\r\n\r\na=b" + once + chunks + LAST)
    said = b""
    while part := line.recv(65536):
        said += part
    line.close()
    assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [b"403", b"403", b"200"]


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=----WebKitFormBoundary7", 'multipart/mixed; boundary="a"', "message/rfc822"]
)
def test_a_request_in_parts_is_read_as_every_other(hall: Hall, kind: str) -> None:
    """Browsers send every file in parts; the parser of letters looks for these in the head, and misses them there."""
    line = socket.create_connection(("127.0.0.1", hall.port), timeout=20)
    body = (
        b'------WebKitFormBoundary7\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n------WebKitFormBoundary7--'
    )
    head = f"POST /join HTTP/1.1\r\nHost: hall\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    line.sendall(head.encode() + body + LAST)
    said = b""
    while part := line.recv(65536):
        said += part
    line.close()
    assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [b"403", b"200"]


def said_to(hall: Hall, requests: bytes) -> bytes:
    """All that the server says to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", hall.port), timeout=20) as line:
        line.sendall(requests)
        said = b""
        while part := line.recv(65536):
            said += part
    return said


def test_a_whole_address_is_taken_as_its_path_and_its_host_goes_before_the_header(hall: Hall) -> None:
    """RFC 9112, 3.2.2: a server must accept it. One request after another, on one connection, by every form."""
    to = b"GET http://hall.example:8000/%b HTTP/1.1\r\nHost: other.example\r\n\r\n"
    last = to.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    said = said_to(hall, to % b"api/openapi.json" + to % b"join?next=http://a/" + to % b"nowhere" + last % b"m")
    assert re.findall(rb"HTTP/1\.1 (\d+)", said) == [b"200", b"200", b"404", b"302"]
    assert b"other.example" not in said
    body = b"code=1"
    whole = b"POST HTTP://hall/join HTTP/1.1\r\nHost: hall\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    assert re.findall(rb"HTTP/1\.1 (\d+)", said_to(hall, whole + LAST)) == [b"403", b"200"]
    shake = (
        b"GET http://hall/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: evil\r\nOrigin: http://%b\r\n"
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    assert said_to(hall, shake % b"evil").startswith(b"HTTP/1.1 403 "), "a page of the header's host is not ours"


@pytest.mark.parametrize(
    "head",
    [
        b"GET http:///api/openapi.json HTTP/1.1\r\nHost: hall\r\n",
        b"GET http://ada@hall/api/openapi.json HTTP/1.1\r\nHost: hall\r\n",
        b"GET http://hall:0/api/openapi.json HTTP/1.1\r\nHost: hall\r\n",
        b"GET http://hall\\@x/api/openapi.json HTTP/1.1\r\nHost: hall\r\n",
        b"GET http://h\xe4ll/api/openapi.json HTTP/1.1\r\nHost: hall\r\n",
        b"GET file://hall/api/openapi.json HTTP/1.1\r\nHost: hall\r\n",
        b"GET http://hall/api/openapi.json#x HTTP/1.1\r\nHost: hall\r\n",
        b"GET http://hall/api/openapi.json HTTP/1.1\r\n",
        b"GET http://hall/api/openapi.json HTTP/1.1\r\nHost: hall\r\nHost: other\r\n",
        b"POST http://hall/join HTTP/1.1\r\nHost: hall\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_an_address_by_which_nobody_reaches_this_server_is_no_request(hall: Hall, head: bytes) -> None:
    """And whatever comes behind it is not answered either."""
    assert re.findall(rb"HTTP/1\.1 (\d+)", said_to(hall, head + b"\r\n" + HIDDEN)) == [b"400"]
