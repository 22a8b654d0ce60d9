"""What values of settings must look like."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from config.setting_types import IndexUrl, ProxyUrl, PublicUrl, RedisUrl, Seconds, UserAndPassword

TYPES: dict[str, TypeAdapter[Any]] = {
    "seconds": TypeAdapter(Seconds),
    "auth": TypeAdapter(UserAndPassword),
    "public": TypeAdapter(PublicUrl),
    "proxy": TypeAdapter(ProxyUrl),
    "redis": TypeAdapter(RedisUrl),
    "index": TypeAdapter(IndexUrl),
}


def read(kind: str, value: object) -> object:
    found = TYPES[kind].validate_python(value)
    return found.get_secret_value() if hasattr(found, "get_secret_value") else found


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("seconds", "0.5", 0.5),
        ("auth", "user:pass:word", "user:pass:word"),
        ("public", "https://news.example.org/loom/", "https://news.example.org/loom"),
        ("public", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("public", "", None),
        ("public", None, None),
        ("proxy", "http://user:pass@proxy.example:3128/", "http://user:pass@proxy.example:3128/"),
        ("proxy", "http://proxy.example", "http://proxy.example"),
        ("proxy", None, None),
        ("redis", "redis://:p%2Fw@redis.example:6379/0", "redis://:p%2Fw@redis.example:6379/0"),
        ("redis", "rediss://redis.example", "rediss://redis.example"),
        ("redis", "unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1"),
        ("index", "https://me:p%40@search.example:9200", "https://me:p%40@search.example:9200"),
        ("index", "http://search.example", "http://search.example"),
    ],
)
def test_what_fits(kind: str, value: object, expected: object) -> None:
    assert read(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("seconds", 0),
        ("auth", "user:pass,word"),
        ("seconds", -1),
        ("auth", "user"),
        ("auth", ":password"),
        ("auth", "user:"),
        ("public", "news.example.org"),
        ("public", "ftp://news.example.org"),
        ("public", "https://"),
        ("public", "https://user@news.example.org"),
        ("public", "https://news.example.org/?a=b"),
        ("public", "https://news.example.org/#a"),
        ("proxy", "https://proxy.example"),
        ("proxy", "http://proxy.example/path"),
        ("proxy", "http://proxy.example:0"),
        ("proxy", "http://proxy.example:99999"),
        ("proxy", "http://proxy.example/?a=b"),
        ("redis", "redis.example:6379"),
        ("redis", "http://redis.example"),
        ("redis", "redis://"),
        ("redis", "redis://redis.example:port"),
        ("redis", "redis://:pass/word@redis.example:6379"),
        ("redis", "unix://redis.sock"),
        ("index", "search.example:9200"),
        ("index", "https://"),
        ("index", "https://search.example:99999"),
        ("index", "https://elastic:pass/word@search.example:9200"),
    ],
)
def test_what_does_not_fit(kind: str, value: object) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)
