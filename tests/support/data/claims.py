"""Short ways to claim articles by their texts."""

from datetime import UTC, datetime

from pipeline.deduplicate import fingerprint
from pipeline.outcome import Duplicate
from pipeline.records import Article, CopyOf, Evidence
from pipeline.urls import Url, UrlId
from storage.redis.fingerprints import Fingerprints, Original, from_json

A, B, C = UrlId("a"), UrlId("b"), UrlId("c")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = [f"word{number % 90}{chr(97 + number % 26)}" for number in range(200)]
TEXT = " ".join(WORDS)
NEAR = " ".join([*WORDS[:190], "ten", "other", "words", "at", "the", "end"])
NEARER = " ".join([*WORDS[:190], "edited", *WORDS[190:], "twice"])
OTHER = " ".join(reversed(WORDS))


Verdict = Original | CopyOf | Duplicate


def article(
    name: str, body: str = TEXT, source: str | None = None, published: datetime | None = None
) -> Article:
    evidence = (Evidence(provenance="json-ld", value=published),) if published else ()
    return Article(
        id=UrlId(name),
        url=Url(f"https://{name}.example/"),
        canonical_url=Url(f"https://{name}.example/"),
        source=source or f"source-{name}",
        host=f"{name}.example",
        title=name,
        body=body,
        published=published,
        published_evidence=evidence,
        first_seen=NOW,
        fetched_at=NOW,
    )


def claim(  # noqa: PLR0913 - an argument for each
    prints: Fingerprints,
    name: str,
    body: str = TEXT,
    *,
    source: str | None = None,
    owner: str | None = None,
    published: datetime | None = None,
) -> Verdict:
    made = article(name, body, source, published)
    return prints.claim(
        UrlId(owner or f"url-{name}"), made, fingerprint(made.body, title=made.title)
    )


def copied(found: Verdict) -> tuple[str, str, str | None]:
    assert isinstance(found, CopyOf)
    return found.article, found.rule, found.matched


def changes(prints: Fingerprints) -> dict[str, CopyOf | None]:
    found = prints.pending_changes(100)
    prints.drop_changes(found)
    return {name: from_json(verdict) for name, verdict in found.items()}
