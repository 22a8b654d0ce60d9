"""Who sees pages and who may change things by them, over plain HTTP."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from storage.redis.access.api_keys import Scope
from tests.support.data.pages_corpus import SOURCES
from tests.support.running_api import Api, api_on, settings_in
from web.pages.account import ATTEMPTS_A_MINUTE
from web.pages.headers import CONTENT_SECURITY_POLICY
from web.sessions import COOKIE
from workers.resources import Resources

ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}
"""Makes a request one that a proxy has passed on."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Pages:
    api: Api

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
        return self._ask("POST", path, urlencode(fields), headers)

    def cookie(self, scope: Scope) -> tuple[str, str]:
        """The cookie of somebody who signed in, and the token of the forms."""
        answer = self.post("/login", {"secret": self.api.key(scope)})
        assert answer.status == 303
        cookie = answer.headers["set-cookie"].partition(";")[0]
        page = self.get("/sources", Cookie=cookie).body
        return cookie, page.partition('name="csrf" value="')[2].partition('"')[0]

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        given = {"Host": f"localhost:{self.api.port}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.api.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=given)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read().decode())
        finally:
            connection.close()


@pytest.fixture
def pages(tmp_path: Path, redis_url: str, namespace: str) -> Iterator[Pages]:
    with served(tmp_path, redis_url, namespace) as made:
        yield made


@contextmanager
def served(folder: Path, redis_url: str, namespace: str, **more: object) -> Iterator[Pages]:
    settings = settings_in(folder, redis_url, namespace, **more)
    settings.sources.write_text(SOURCES)
    with api_on(Resources(settings)) as api:
        yield Pages(api)


def test_on_loopback_pages_are_read_without_a_key(pages: Pages) -> None:
    for path in ("/", "/search?q=a", "/sources", "/pipeline", "/help"):
        assert pages.get(path).status == 200


@pytest.mark.parametrize(
    "path", ["/", "/search?q=a&f=tag:x", "/sources", "/pipeline", "/articles/x"]
)
def test_from_elsewhere_one_has_to_sign_in_and_is_led_back(pages: Pages, path: str) -> None:
    answer = pages.get(path, **ELSEWHERE)
    assert answer.status == 303
    assert answer.headers["location"] == f"/login?{urlencode({'next': path})}"


@pytest.mark.parametrize("path", ["/login", "/static/pages.css", "/opensearch.xml"])
def test_what_everybody_may_see(pages: Pages, path: str) -> None:
    assert pages.get(path, **ELSEWHERE).status == 200


def test_the_stream_needs_a_reader(pages: Pages) -> None:
    assert pages.get("/latest/stream", **ELSEWHERE).status == 401


@pytest.mark.parametrize(
    ("scope", "with_token", "headers", "status"),
    [
        (None, False, {}, 403),  # on loopback one only reads
        (None, False, ELSEWHERE, 303),
        (Scope.READ, True, {}, 403),
        (Scope.WRITE, False, {}, 403),
        (Scope.WRITE, True, {"Origin": "https://evil.example"}, 403),
        (Scope.WRITE, True, {"Sec-Fetch-Site": "cross-site"}, 403),
        (Scope.WRITE, True, {"Host": "evil.example"}, 421),
        (Scope.WRITE, True, {}, 303),
        (Scope.ADMIN, True, ELSEWHERE, 303),
    ],
)
def test_who_may_pause_a_source(
    pages: Pages, scope: Scope | None, *, with_token: bool, headers: Mapping[str, str], status: int
) -> None:
    cookie, token = pages.cookie(scope) if scope else ("", "")
    fields = {"csrf": token} if with_token else {"csrf": "guessed"}
    answer = pages.post("/sources/wire/pause", fields, **{"Cookie": cookie, **headers})
    assert answer.status == status
    paused = not pages.api.resources.registry.all()["wire"].enabled
    assert paused == (status == 303 and scope is not None)


def test_a_form_of_another_session_changes_nothing(pages: Pages) -> None:
    cookie, _ = pages.cookie(Scope.WRITE)
    _, token_of_another = pages.cookie(Scope.WRITE)
    answer = pages.post("/sources/wire/remove", {"csrf": token_of_another}, Cookie=cookie)
    assert answer.status == 403
    assert "wire" in pages.api.resources.registry.all()


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(pages: Pages) -> None:
    answer = pages.post("/login", {"secret": pages.api.key(Scope.READ)})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_signing_in_can_only_be_tried_so_often(pages: Pages) -> None:
    tries = [pages.post("/login", {"name": "ada", "secret": "x"}) for _ in range(12)]
    assert [answer.status for answer in tries[:ATTEMPTS_A_MINUTE]] == [403] * ATTEMPTS_A_MINUTE
    assert tries[-1].status == 429
    assert int(tries[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/", "/none", "/search?q=%22", "/login", "/static/pages.js"])
def test_every_response_has_the_headers(pages: Pages, path: str) -> None:
    headers = pages.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["x-request-id"]


def test_static_files_are_kept_by_their_version(pages: Pages) -> None:
    page = pages.get("/").body
    address = page.partition('href="/static/pages.css')[2].partition('"')[0]
    assert "immutable" in pages.get(f"/static/pages.css{address}").headers["cache-control"]
    assert pages.get("/static/pages.css").headers["cache-control"] == "private, no-cache"
    assert pages.get("/static/../app.py").status == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/theme", {"theme": "dark", "next": "https://evil.example/"}),
        ("/login", {"next": "//evil.example/"}),
    ],
)
def test_nobody_is_led_elsewhere(pages: Pages, path: str, fields: dict[str, str]) -> None:
    secret = {"secret": pages.api.key(Scope.READ)}
    assert pages.post(path, {**secret, **fields}).headers["location"] == "/"


def test_a_form_is_bounded(pages: Pages) -> None:
    assert pages.post("/login", {"secret": "x" * 200_000}).status == 413
    assert pages.post("/login", {f"f{number}": "" for number in range(600)}).status == 400


def test_a_trusted_proxy_names_who_asks(tmp_path: Path, redis_url: str, namespace: str) -> None:
    named = {"X-Forwarded-User": "write-0", **ELSEWHERE}
    with served(tmp_path, redis_url, namespace, web_proxy="127.0.0.1/32") as pages:
        pages.api.key(Scope.WRITE)
        page = pages.get("/sources/wire", **named)
        token = page.body.partition('name="csrf" value="')[2].partition('"')[0]
        assert pages.post("/sources/wire/pause", {"csrf": token}, **named).status == 303
        stranger = {"X-Forwarded-User": "stranger", **ELSEWHERE}
        assert pages.get("/sources", **stranger).status == 200
        assert pages.post("/sources/wire/pause", {"csrf": token}, **stranger).status == 403


def test_a_proxied_user_is_nobody_without_the_proxy(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    named = {"X-Forwarded-User": "admin-0", **ELSEWHERE}
    with served(tmp_path, redis_url, namespace, web_proxy="127.0.0.1/32") as pages:
        pages.api.key(Scope.ADMIN)
        assert pages.get("/sources/wire", **named).status == 200
        for guess in ("proxy:admin-0", "admin-0"):
            cookie = f"{COOKIE}={guess}"
            assert pages.get("/sources", Cookie=cookie, **ELSEWHERE).status == 303


def test_a_proxy_may_have_asked_for_a_password_of_its_own(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    named = {"X-Forwarded-User": "ada", "Authorization": "Basic YTpi", **ELSEWHERE}
    with served(tmp_path, redis_url, namespace, web_proxy="127.0.0.1/32") as pages:
        assert pages.get("/sources", **named).status == 200


def test_the_cookie_is_secure_where_the_public_address_is(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    public = {"public_url": "https://news.example"}
    with served(tmp_path, redis_url, namespace, **public) as pages:
        host = {"Host": "news.example"}
        answer = pages.post("/login", {"secret": pages.api.key(Scope.READ)}, **host)
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "https://news.example/search" in pages.get("/opensearch.xml", **host).body


def test_attempts_behind_a_proxy_count_by_client_and_by_name(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    with served(tmp_path, redis_url, namespace, web_proxy="127.0.0.1/32") as pages:
        for number in range(ATTEMPTS_A_MINUTE + 1):
            client = {"X-Forwarded-For": f"198.51.100.{number}"}
            answer = pages.post("/login", {"name": f"user-{number}", "secret": "x"}, **client)
            assert answer.status == 403
        seen = set()
        # Attempts are given back as time passes, and a busy machine takes long for each.
        for number in range(5 * ATTEMPTS_A_MINUTE):
            client = {"X-Forwarded-For": f"203.0.113.{number}"}
            seen.add(pages.post("/login", {"name": "ada", "secret": "x"}, **client).status)
            if 429 in seen:
                break
        assert seen == {403, 429}


@pytest.mark.parametrize("again", ["9" * 5000, "-1", "x", "٣", "1" * 10])
def test_an_odd_address_is_no_defect(pages: Pages, again: str) -> None:
    assert pages.get(f"/pipeline/dead?{urlencode({'again': again})}").status == 200


@pytest.mark.parametrize(
    "path", ["/", "/search?q=a", "/sources", "/sources/wire", "/pipeline", "/pipeline/dead"]
)
def test_the_same_is_there_as_data(pages: Pages, path: str) -> None:
    page = pages.get(path).body
    address = page.partition('rel="alternate" type="application/json">This page')[0]
    address = address.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    answer = pages.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")


def test_nobody_else_names_who_asks(pages: Pages) -> None:
    pages.api.key(Scope.WRITE)
    named = {"X-Forwarded-User": "write-0", **ELSEWHERE}
    assert pages.get("/sources", **named).status == 303
