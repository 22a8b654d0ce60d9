"""HTTP as bytes on a socket, for requests that no client would send."""

import socket


def connected(base: str) -> socket.socket:
    """A connection to a server, whose address is ``http://host:port``."""
    host, port = base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=5)


def raw(base: str, data: bytes) -> bytes:
    """What a server sends in response to these bytes before it closes the connection."""
    with connected(base) as connection:
        connection.sendall(data)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
        return answer


def post(token: str, *headers: str, body: bytes = b"") -> bytes:
    """A push to a callback, as it goes over the wire."""
    head = "\r\n".join([f"POST /websub/{token} HTTP/1.1", "Host: x", "Connection: close", *headers])
    return head.encode() + b"\r\n\r\n" + body


def status_of(answer: bytes) -> int:
    """The status code of a response."""
    return int(answer.split(b" ", 2)[1])
