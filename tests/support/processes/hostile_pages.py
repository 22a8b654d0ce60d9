"""Pages that are made to break extraction.

Run as a script, it extracts one and prints the outcome, the time and the memory.

python -m tests.support.processes.hostile_pages "5,000 elements deep"
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.extract import extract
from pipeline.outcome import Rejected
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import Url

URL = "https://harbour-post.example/2026/11/ferries-sail-again-on-monday/"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SENTENCE = (
    "The ferry between Eastquay and the islands will sail again on Monday, the harbour board said. "
)
TEXT = f"<p>{SENTENCE * 3}</p>" * 3


def outcome(
    content: bytes, content_type: str = "text/html; charset=utf-8", url: str = URL
) -> Article | Rejected:
    page = Page(
        url=Url(url),
        final_url=Url(url),
        status=200,
        content_type=content_type,
        content=content,
        fetched_at=NOW,
    )
    return extract(
        page, link=Link(url=Url(url), source="harbour-post", found_by=FoundBy.FEED), first_seen=NOW
    )


def html(body: str | bytes, head: str = "<title>Ferries sail again</title>") -> bytes:
    body = body if isinstance(body, bytes) else body.encode()
    return f"<html><head>{head}</head><body>".encode() + body + b"</body></html>"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "5,000 elements deep": lambda: html("<div>" * 5000 + TEXT + "</div>" * 5000),
    "5,000 elements deep, never closed": lambda: html("<section><span>" * 2500 + TEXT),
    "100,000 links": lambda: html(
        TEXT + "".join(f'<a href="/a{i}">Link number {i}</a> ' for i in range(100_000))
    ),
    "100,000 links in a list": lambda: html(
        TEXT
        + "<ul>"
        + "".join(f'<li><a href="/a{i}">Link {i}</a></li>' for i in range(100_000))
        + "</ul>"
    ),
    "5 MB of paragraphs": lambda: html(f"<p>{SENTENCE}</p>" * 50_000),
    "5 MB in one paragraph": lambda: html(f"<p>{SENTENCE * 55_000}</p>"),
    "only NULs": lambda: b"\x00" * 100_000,
    "all bytes": lambda: bytes(range(256)) * 2000,
    "a charset that lies": lambda: html(
        f"<p>Größe – {SENTENCE * 3}".encode("cp1252") * 200,
        '<meta charset="utf-16"><title>Ferries</title>',
    ),
    "opening brackets": lambda: b"<" * 1_000_000,
    "entities": lambda: html("<p>" + "&amp;" * 200_000),
    "attributes": lambda: b"<html " + b'a="b" ' * 100_000 + b"><body>" + TEXT.encode(),
    "tables in tables": lambda: html("<table><tr><td>" * 300 + TEXT + "</td></tr></table>" * 300),
    "comments": lambda: html("<!-- x -->" * 100_000 + TEXT),
    "inline elements never closed": lambda: html(TEXT + "<p>" + "<b><i>" * 20_000 + "x"),
    "JSON-LD of brackets": lambda: html(TEXT,
    '<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
    "JSON-LD 3,000 deep": lambda: html(
        TEXT,
        '<script type="application/ld+json">'
        + '{"@type":"A","b":' * 3000
        + "1"
        + "}" * 3000
        + "</script>",
    ),
    "line breaks": lambda: html("<div>" + f"{SENTENCE}<br>" * 20_000 + "</div>"),
}  # fmt: skip


def peak_megabytes() -> float:
    """The most memory that this process held.

    ``getrusage`` counts what there was before its exec, too.
    """
    [line] = [
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return int(line.split()[1]) / 1024


def main(name: str) -> None:
    content = HOSTILE[name]()
    started = time.process_time()
    result = outcome(content)
    seconds = time.process_time() - started
    body = result.body if isinstance(result, Article) else ""
    report = {
        "kind": type(result).__name__,
        "seconds": seconds,
        "megabytes": peak_megabytes(),
        "start": body[:2000],
    }
    print(json.dumps(report))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
