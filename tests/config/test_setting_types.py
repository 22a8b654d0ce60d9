"""What values of settings must look like."""

from typing import Any

import pytest
import redis
from elasticsearch import Elasticsearch
from kombu import Connection
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
        ("redis", "redis://redis.example/", "redis://redis.example/"),
        (
            "redis",
            "rediss://redis.example/0?ssl_cert_reqs=none",
            "rediss://redis.example/0?ssl_cert_reqs=none",
        ),
        ("index", "http://search.example", "http://search.example:9200"),
        ("index", "http://me:p%40@[::1]/es", "http://me:p%40@[::1]:9200/es"),
        ("index", "https://search.example", "https://search.example"),
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
        ("redis", "unix:///run/redis.sock?virtual_host=1"),
        ("redis", "unix:///run/redis.sock?db=one"),
        ("redis", "redis://redis.example/one"),
        ("redis", "redis://redis.example/0/1"),
        ("redis", "redis://redis.example?db=1"),
        ("redis", "redis://redis.example?socket_timeout=3"),
        ("redis", "redis://redis.example?ssl_cert_reqs=none"),
        ("redis", "rediss://redis.example?ssl_cert_reqs=maybe"),
        ("redis", "rediss://redis.example?ssl_no_such=1"),
        ("index", "https://search.example:9200/?a=b"),
        ("index", "https://elastic:12/word@search.example:9200"),
        ("index", "search.example:9200"),
        ("index", "https://"),
        ("index", "https://search.example:99999"),
        ("index", "https://elastic:pass/word@search.example:9200"),
    ],
)
def test_what_does_not_fit(kind: str, value: object) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://redis.example",
        "redis://:p%2Fw@redis.example:6379/3",
        "rediss://redis.example/0?ssl_cert_reqs=none&ssl_check_hostname=false",
        "unix:///run/redis.sock?db=1",
    ],
)
def test_celery_and_redis_understand_every_url_that_fits(url: str) -> None:
    read("redis", url)
    redis.ConnectionPool.from_url(url).make_connection()
    Connection(url.replace("unix://", "redis+socket://", 1))


@pytest.mark.parametrize("url", ["http://search.example", "https://search.example"])
def test_elasticsearch_understands_a_url_that_named_no_port(url: str) -> None:
    Elasticsearch(str(read("index", url)))
