"""robots.txt first, then the host's turn, for every hop."""

import time
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import quote

import anyio
import pytest

from pipeline.outcome import Reason, Rejected, Retry
from pipeline.urls import Url
from storage.open import Stores
from storage.redis.politeness import Politeness
from tests.support.servers.fault_server import PAGE, FaultServer, LoopbackNetwork, answer
from workers.fetch.fetcher import Fetcher
from workers.fetch.records import PAGE as PLAIN
from workers.fetch.records import FetchOptions, Limits, PolitenessPolicy, Response
from workers.fetch.slots import HostSlots
from workers.processes.isolation import PatientReader, ReadLimits

EAGER = PolitenessPolicy(delay=0.0, concurrency=4)
OPEN = answer(b"User-agent: *\nDisallow: /private\n")
CLOSED = answer(b"User-agent: *\nDisallow: /\n")
Answer = Response | Rejected | Retry


@pytest.fixture
def politeness(stores: Stores) -> Politeness:
    return stores.politeness


def fetch(  # noqa: PLR0913 - all but the first three have defaults
    server: FaultServer,
    politeness: Politeness,
    *urls: str,
    policy: PolitenessPolicy = EAGER,
    together: bool = False,
    patience: float = 10.0,
    longest: float = 40.0,
    options: FetchOptions = PLAIN,
    names: dict[str, Sequence[str]] | None = None,
) -> list[Answer]:
    """Fetches by a process of its own: no robots.txt is remembered but in Redis."""
    answers: dict[str, Answer] = {}

    async def run() -> None:
        fetcher = Fetcher(
            LoopbackNetwork(server, names or {}),
            user_agent="Newsloom/0.1",
            limits=Limits(seconds=2),
            slots=HostSlots(politeness, patience=patience, longest=longest),
            reader=reader,
        )

        async def one(url: str) -> None:
            answers[url] = await fetcher.get(Url(url), options, policy)

        async with anyio.create_task_group() as group:
            for url in urls:
                if together:
                    group.start_soon(one, url)
                else:
                    await one(url)
        await fetcher.aclose()

    reader = PatientReader(ReadLimits(seconds=2, memory=100_000_000), processes=1)
    anyio.run(run)
    reader.close()
    return [answers[url] for url in urls]


def test_robots_is_asked_first_and_once(server: FaultServer, politeness: Politeness) -> None:
    server.pages["/robots.txt"] = OPEN
    first, second = fetch(server, politeness, "http://a.example/page", "http://a.example/private/1")
    assert isinstance(first, Response)
    assert isinstance(second, Rejected)
    assert second.reason is Reason.ROBOTS
    assert server.paths() == ["/robots.txt", "/page"]
    fetch(server, politeness, "http://a.example/page")  # another process finds it in Redis
    assert server.paths() == ["/robots.txt", "/page", "/page"]
    fetch(server, politeness, "http://b.example/page")  # another host has its own
    assert server.paths()[3:] == ["/robots.txt", "/page"]


def test_many_at_once_ask_for_robots_once(server: FaultServer, politeness: Politeness) -> None:
    server.pages["/robots.txt"] = OPEN
    urls = [f"http://a.example/page/{number}" for number in range(8)]
    assert all(
        isinstance(found, Response) for found in fetch(server, politeness, *urls, together=True)
    )
    assert server.paths().count("/robots.txt") == 1


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone", "401 No"])
def test_no_robots_allows_everything(
    server: FaultServer, politeness: Politeness, status: str
) -> None:
    server.pages["/robots.txt"] = answer(b"User-agent: *\nDisallow: /", status)
    assert isinstance(fetch(server, politeness, "http://a.example/page")[0], Response)


def test_a_redirect_of_robots_is_followed_and_a_loop_means_there_is_none(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["a.example/robots.txt"] = answer(status="301 Moved", location="/rules")
    server.pages["/rules"] = CLOSED
    server.pages["b.example/robots.txt"] = answer(status="301 Moved", location="/robots.txt")
    a, b = fetch(server, politeness, "http://a.example/page", "http://b.example/page")
    assert isinstance(a, Rejected)
    assert isinstance(b, Response)


@pytest.mark.parametrize(
    "robots",
    [
        answer(CLOSED, "500 Server Error"),
        answer(CLOSED, "503 Unavailable"),
        answer(CLOSED, "429 Too Many"),
        answer(b"\x0b\x02\x80hello\x03", content_encoding="br"),
        answer(b"", length=100_000_000),
    ],
)
def test_robots_that_cannot_be_read_forbids_the_host_for_now(
    server: FaultServer, politeness: Politeness, robots: bytes
) -> None:
    server.pages["/robots.txt"] = robots
    urls = [f"http://a.example/page/{number}" for number in range(4)]
    for found in fetch(server, politeness, *urls, together=True):
        assert isinstance(found, Retry)
        assert found.host_wide
        assert "robots.txt" in found.error
    # Those that waited behind the first need not ask as well.
    assert server.paths() == ["/robots.txt"]
    server.pages["/robots.txt"] = OPEN
    (found,) = fetch(server, politeness, urls[0])  # nor need another process, for a while
    assert isinstance(found, Retry)
    assert found.after is not None
    assert 50 < found.after <= 300
    assert server.paths() == ["/robots.txt"]


def test_robots_that_could_not_be_read_is_asked_for_again(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["/robots.txt"] = answer(status="503 Busy", retry_after="1")
    fetch(server, politeness, "http://a.example/page")
    time.sleep(1.1)
    server.pages["/robots.txt"] = OPEN
    assert isinstance(fetch(server, politeness, "http://a.example/page")[0], Response)


@pytest.mark.parametrize("status", ["503 Busy", "429 Slow"])
def test_a_robots_that_asks_for_a_rest_gets_it_for_its_whole_host(
    server: FaultServer, politeness: Politeness, status: str
) -> None:
    server.pages["/robots.txt"] = answer(status=status, retry_after="3600")
    (found,) = fetch(server, politeness, "http://a.example/page")
    assert isinstance(found, Retry)
    assert (found.after, found.host_wide, found.counts) == (3600, True, True)
    (other,) = fetch(
        server, politeness, "http://a.example/page", policy=PolitenessPolicy(0.0, 4, robots=False)
    )
    assert isinstance(other, Retry)
    assert not other.counts
    assert server.paths() == ["/robots.txt"]


def test_a_robots_that_is_broken_leaves_those_alone_who_may_do_without(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["/robots.txt"] = answer(status="500 Oops")
    fetch(server, politeness, "http://a.example/page")
    (found,) = fetch(
        server, politeness, "http://a.example/page", policy=PolitenessPolicy(0.0, 4, robots=False)
    )
    assert isinstance(found, Response)


SLOW = answer(b"User-agent: *\nCrawl-delay: 1.2\n")
SLOWER = answer(b"User-agent: *\nCrawl-delay: 2.5\n")


def test_a_redirect_within_a_slow_host_sits_out_its_delay(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages |= {"/robots.txt": SLOW, "/a": answer(status="301 Moved", location="/page")}
    (found,) = fetch(server, politeness, "http://a.example/a", patience=0.2)
    assert isinstance(found, Response)
    assert server.paths() == ["/robots.txt", "/a", "/page"]
    assert server.asked[2].at - server.asked[1].at >= 1.1


def test_a_redirect_of_robots_sits_out_the_delay_as_well(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages |= {"/robots.txt": answer(status="301 Moved", location="/rules"), "/rules": OPEN}
    (found,) = fetch(
        server,
        politeness,
        "http://a.example/page",
        policy=PolitenessPolicy(delay=0.8, concurrency=1),
        patience=0.9,
    )
    assert isinstance(found, Response)
    assert server.paths() == ["/robots.txt", "/rules", "/page"]


def test_a_redirect_whose_turn_does_not_come_counts_as_an_attempt(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages |= {"/robots.txt": SLOWER, "/a": answer(status="301 Moved", location="/page")}
    (found,) = fetch(server, politeness, "http://a.example/a", patience=0.2, longest=0.5)
    assert isinstance(found, Retry)
    assert found.counts
    assert found.error.startswith(
        "it redirects to http://a.example/page, and a.example may be asked again in"
    )


def test_who_is_more_patient_waits_longer(server: FaultServer, politeness: Politeness) -> None:
    server.pages["/robots.txt"] = SLOWER
    assert isinstance(fetch(server, politeness, "http://a.example/page/1")[0], Response)
    (hasty,) = fetch(server, politeness, "http://a.example/page/2", patience=0.2)
    (patient,) = fetch(
        server,
        politeness,
        "http://a.example/page/3",
        patience=0.2,
        options=FetchOptions(patience=4),
    )
    assert isinstance(hasty, Retry)
    assert not hasty.counts
    assert isinstance(patient, Response)


def test_a_host_that_cannot_be_reached_is_tried_again(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["/robots.txt"] = b""
    (found,) = fetch(server, politeness, "http://a.example/page")
    assert isinstance(found, Retry)
    assert server.paths() == ["/robots.txt"]


def test_robots_that_leads_inside_blocks_the_page(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["/robots.txt"] = answer(status="301 Moved", location="http://127.0.0.1/")
    (found,) = fetch(server, politeness, "http://a.example/page")
    assert isinstance(found, Rejected)
    assert found.reason is Reason.BLOCKED_ADDRESS


def test_robots_is_not_asked_where_the_publisher_allowed_it_otherwise(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["/robots.txt"] = CLOSED
    (found,) = fetch(
        server, politeness, "http://a.example/page", policy=PolitenessPolicy(0.0, 4, robots=False)
    )
    assert isinstance(found, Response)
    assert server.paths() == ["/page"]


def test_requests_keep_their_distance_by_the_server_s_log(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["/robots.txt"] = OPEN
    urls = [f"http://a.example/page/{number}" for number in range(4)]
    fetch(
        server, politeness, *urls, policy=PolitenessPolicy(delay=0.3, concurrency=4), together=True
    )
    times = [asked.at for asked in server.asked]
    assert len(times) == 5  # with robots.txt, which takes its turn as well
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.15


def test_a_redirect_takes_the_other_host_s_robots_and_turn(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["a.example/robots.txt"] = OPEN
    server.pages["b.example/robots.txt"] = CLOSED
    (found,) = fetch(
        server, politeness, "http://a.example/to/" + quote("http://b.example/page", safe="")
    )
    assert isinstance(found, Rejected)
    assert (found.reason, "b.example" in found.detail) == (Reason.ROBOTS, True)
    assert [(asked.host, asked.path.split("/")[1]) for asked in server.asked] == [
        ("a.example", "robots.txt"),
        ("a.example", "to"),
        ("b.example", "robots.txt"),
    ]


def test_the_rest_of_a_host_that_a_redirect_led_to_is_not_the_first_one_s(
    server: FaultServer, politeness: Politeness
) -> None:
    server.pages["/robots.txt"] = OPEN
    politeness.pause("b.example", 60)
    url = "http://a.example/to/" + quote("http://b.example/page", safe="")
    (redirected,) = fetch(server, politeness, url, patience=0.5)
    (direct,) = fetch(server, politeness, "http://b.example/page", patience=0.5)
    assert isinstance(redirected, Retry)
    assert isinstance(direct, Retry)
    assert (redirected.host_wide, redirected.counts) == (False, True)
    assert (direct.host_wide, direct.counts) == (True, False)
    assert direct.after is not None
    assert 50 < direct.after <= 60
    assert "b.example" not in {asked.host for asked in server.asked}


def test_a_page_comes_back_whole(server: FaultServer, politeness: Politeness) -> None:
    (found,) = fetch(server, politeness, "http://a.example/gzip")
    assert isinstance(found, Response)
    assert found.content == PAGE
