"""Who gets in: by key, scope, place, host name and origin; and how often."""

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from config.settings import Settings
from services.access.keys import revoke_key
from storage.redis.access.api_keys import Scope
from tests.support.running_api import Api, api_on, settings_in
from web.access import address_of, is_from_loopback
from workers.resources import Resources


def request(address: str | None, host: str = "localhost:8080", **headers: str) -> Request:
    named = [(b"host", host.encode())]
    named += [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    scope: dict[str, Any] = {"type": "http", "headers": named}
    return Request({**scope, "client": (address, 1) if address else None})


def test_on_loopback_reading_needs_no_key(api: Api) -> None:
    assert api("/search").status == 200
    assert api("/whoami").json == {"name": "loopback", "scope": "read", "via": "loopback"}


def test_a_key_says_who_calls(api: Api) -> None:
    key = api.key(Scope.WRITE)
    assert api("/whoami", key=key).json == {"name": "write-0", "scope": "write", "via": "key"}
    revoke_key(api.resources.stores.api_keys, "write-0")
    refused = api("/whoami", key=key)
    assert refused.status == 401
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("given", ["Bearer x", "Bearer", "Basic YTpi", "newsloom_a_b", ""])
def test_a_key_that_is_not_valid_opens_nothing_on_loopback_either(api: Api, given: str) -> None:
    assert api("/search", headers={"Authorization": given}).status == 401


@pytest.mark.parametrize(
    ("address", "host", "headers", "expected"),
    [
        ("127.0.0.1", "localhost", {}, True),
        ("127.9.9.9", "127.0.0.1:8080", {}, True),
        ("::1", "[::1]:8080", {}, True),
        ("::ffff:127.0.0.1", "LOCALHOST.:1", {}, True),
        ("127.0.0.1", "news.example", {}, False),
        ("127.0.0.1", "localhost.evil.example", {}, False),
        ("127.0.0.1", "localhost:80@evil.example", {}, False),
        ("127.0.0.1", "", {}, False),
        ("10.0.0.5", "localhost", {}, False),
        ("::ffff:10.0.0.5", "localhost", {}, False),
        (None, "localhost", {}, False),
        ("/run/web.sock", "localhost", {}, False),
        ("127.0.0.1", "localhost", {"x_forwarded_for": "10.0.0.5"}, False),
        ("127.0.0.1", "localhost", {"forwarded": "for=10.0.0.5"}, False),
        ("127.0.0.1", "localhost", {"via": "1.1 proxy"}, False),
    ],
)
def test_what_counts_as_loopback(
    address: str | None, host: str, headers: dict[str, str], *, expected: bool
) -> None:
    assert is_from_loopback(request(address, host, **headers)) is expected


def test_requests_of_an_ipv6_network_count_together() -> None:
    assert address_of(request("2001:db8:1:2:3::4")) == "2001:db8:1:2::/64"
    assert address_of(request("::ffff:10.0.0.5")) == "10.0.0.5"
    assert address_of(request("10.0.0.5")) == "10.0.0.5"
    assert address_of(request(None)) == "unknown"


def test_where_others_can_come_in_loopback_is_nobody(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    """A proxy on this machine asks from loopback, and nginx by its name."""
    public = settings_in(tmp_path, redis_url, namespace, public_url="https://news.example/loom")
    with api_on(Resources(public)) as running:
        refused = running("/search")
        assert refused.status == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert "newsloom keys add" in refused.json["detail"]
        known = {"Host": "news.example"}
        assert running("/search", key=running.key(), headers=known).status == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:99", 200),
        ("[::1]", 200),
        ("dash.example", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("evil.example:localhost", 421),
        ("user@localhost", 421),
        ("localhost/", 421),
        ("", 421),
    ],
)
def test_a_host_name_that_is_not_ours_is_refused(
    tmp_path: Path, redis_url: str, namespace: str, host: str, status: int
) -> None:
    settings = settings_in(tmp_path, redis_url, namespace, web_hosts="dash.example")
    with api_on(Resources(settings)) as running:
        answer = running("/search", key=running.key(), headers={"Host": host})
        assert answer.status == status
        assert (answer.json["type"] == "urn:newsloom:problem:host") if status == 421 else True


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 404),
        ({"Origin": "http://localhost:{port}"}, 404),
        ({"Origin": "https://dash.example"}, 404),
        ({"Sec-Fetch-Site": "same-origin"}, 404),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_page_of_another_site_cannot_write(
    tmp_path: Path, redis_url: str, namespace: str, headers: dict[str, str], status: int
) -> None:
    settings = settings_in(tmp_path, redis_url, namespace, web_origins="https://dash.example")
    with api_on(Resources(settings)) as running:
        given = {name: text.format(port=running.port) for name, text in headers.items()}
        answer = running("/sources/x", method="DELETE", key=running.key(Scope.WRITE), headers=given)
        assert answer.status == status


def test_more_requests_than_allowed_are_refused_with_the_time_to_wait(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    settings = settings_in(tmp_path, redis_url, namespace, web_rate=3)
    with api_on(Resources(settings)) as running:
        one, other = running.key(), running.key()
        answers = [running("/whoami", key=one) for _ in range(4)]
        assert [each.status for each in answers] == [200, 200, 200, 429]
        assert [each.headers["ratelimit"].split(";")[1] for each in answers] == [
            *("r=2", "r=1", "r=0", "r=0")
        ]
        assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=60'
        assert 15 <= int(answers[3].headers["retry-after"]) <= 22
        assert running("/whoami", key=other).status == 200
        wrong = [running("/whoami", key="wrong").status for _ in range(4)]
        assert wrong == [401, 401, 401, 429]


def test_no_limit_is_kept_where_none_is_set(tmp_path: Path, redis_url: str, namespace: str) -> None:
    settings = settings_in(tmp_path, redis_url, namespace, web_rate=0)
    with api_on(Resources(settings)) as running:
        assert "ratelimit" not in running("/whoami").headers


def test_a_session_of_the_pages_counts_as_its_user() -> None:
    from web.access import Access, Caller, Via  # noqa: PLC0415

    caller = Caller("ann", Scope.WRITE, Via.SESSION)
    nothing = Resources(Settings())
    assert Access(nothing, sessions=lambda _: caller).identify(request("10.0.0.5")) is caller
    assert caller.counted_as == "session:ann"
