"""Host names: what a Host header says, and which ones are ours."""

import pytest

from config.settings import Settings
from web.hosts import host_name, is_own_origin, known_hosts, origin_of


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("News.Example:8080", "news.example"),
        ("news.example.", "news.example"),
        ("[::1]:80", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("user@news.example", ""),
        ("news.example/path", ""),
        ("news.example?x", ""),
        ("news.example:port", ""),
        ("[::1", ""),
        ("", ""),
    ],
)
def test_a_header_has_one_name_or_none(header: str, name: str) -> None:
    assert host_name(header) == name


def test_ours_are_those_of_loopback_and_of_the_settings() -> None:
    loopback = {"localhost", "127.0.0.1", "::1"}
    assert known_hosts(Settings()) == loopback
    chosen = Settings.model_validate(
        {"web_host": "10.0.0.5", "web_hosts": "a.example", "public_url": "https://B.example:8443/x"}
    )
    assert known_hosts(chosen) == {*loopback, "10.0.0.5", "a.example", "b.example"}
    everywhere = Settings.model_validate({"web_host": "0.0.0.0"})
    assert known_hosts(everywhere) == loopback


def test_an_origin_is_ours_when_it_names_the_same_place() -> None:
    others = frozenset({origin_of("https://Dash.example/x")})
    assert is_own_origin("http://localhost:8080", "localhost:8080", others=others)
    assert is_own_origin("https://dash.example", "localhost:8080", others=others)
    for origin in ("http://localhost:81", "https://evil.example", "null", "", "localhost:8080"):
        assert not is_own_origin(origin, "localhost:8080", others=others)
