"""A source on a server with faults, and one poll of it."""

from config.sources import Source
from pipeline.sources.state import SourceState
from tests.support.servers.fault_server import FaultServer, answer
from workers.resources import Resources
from workers.sources.polling import poll, poll_due

HARBOUR = Source(id="harbour", feed="http://a.example/feed", interval=100)
ETAG, MODIFIED = 'W/"caf\xe9, \\"', "Fri, 2 Jan 2026 9:00:00 GMT"


def poll_now(resources: Resources) -> int:
    """Poll what is due and wait for it; how many links were new or changed."""
    return sum(poll.result(20) for poll in poll_due(resources, found=lambda: None))


def feed(*items: str) -> bytes:
    return (
        f'<rss version="2.0"><channel><title>Harbour</title>{"".join(items)}</channel></rss>'
    ).encode()


def item(path: str, date: str = "Fri, 02 Jan 2026 10:00:00 GMT") -> str:
    return f"<item><link>http://a.example/{path}</link><title>{path}</title><pubDate>{date}</pubDate></item>"


def serve(server: FaultServer, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
    server.pages["/feed"] = answer(body, status, **headers)


def polled(resources: Resources, source: Source = HARBOUR) -> tuple[int, SourceState]:
    fresh = resources.loop.run(poll(resources, source))
    return fresh, resources.stores.sources.state(source.id)


def wait_of(resources: Resources) -> float:
    """Seconds until the next poll, from the start of the last one."""
    due, state = (
        resources.stores.sources.next_poll("harbour"),
        resources.stores.sources.state("harbour"),
    )
    assert due is not None
    assert state.last_poll is not None
    return due - state.last_poll
