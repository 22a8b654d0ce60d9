"""A site of many hosts in a process of its own, with as little work per answer as can be.

Usage: python benchmarks/crawl_server.py PAGE_BYTES LATENCY_SECONDS; prints its port, and ends when
its input does.
"""

import asyncio
import random
import sys

WORDS = (  # noqa: SIM905 - words are read as words
    "harbour council budget ferry bread price meeting vote minister storm bridge school hospital"
    " winter market "
    "railway election court letter river strike museum border energy tax holiday island record"
    " witness"
).split()


def page(size: int) -> bytes:
    """An HTML page of about so many bytes, which compresses like one."""
    chance = random.Random(1)
    text = []
    length = 0
    while length < size:
        words = " ".join(chance.choices(WORDS, k=60))
        paragraph = f'<p class="article__paragraph">{words} {chance.random()}</p>\n'
        text.append(paragraph)
        length += len(paragraph)
    return (
        f"<!doctype html><html><head><title>Ferry</title></head><body>{''.join(text)}</body></html>"
    ).encode()


class Site(asyncio.Protocol):
    """HTTP/1.1 with keep-alive. Every path but robots.txt is the page."""

    def __init__(self, content: bytes, latency: float) -> None:
        head = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"
        robots = b"User-agent: *\nDisallow: /private\n"
        self._page = head.format("text/html; charset=utf-8", len(content)).encode() + content
        self._robots = head.format("text/plain", len(robots)).encode() + robots
        self._received = b""
        self._latency = latency

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody comes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole head."""
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            answer = self._robots if head.startswith(b"GET /robots.txt ") else self._page
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


async def main(size: int, latency: float) -> None:
    content = page(size)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Site(content, latency), "127.0.0.1", 0, backlog=1_000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
