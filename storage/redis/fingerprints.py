"""What was published lately, by fingerprint, and the families of copies in it."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.deduplicate import (
    BUCKET,
    KEY_BYTES,
    MOST_CANDIDATES,
    SAME_TEXT,
    Candidate,
    Fingerprint,
    match_copy,
    published_span,
    unpack_fingerprint,
)
from pipeline.outcome import Duplicate
from pipeline.records import Article, CopyOf
from pipeline.urls import UrlId
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

OPERATOR = "operator"
"""The rule of a copy that a person put into its family."""


@dataclass(frozen=True, slots=True)
class Original:
    """Nothing like it is known, or it was published first."""


class Fingerprints:
    """Fingerprints of a sliding window. Needs a client that answers bytes.

    Checking and adding are one step in effect: the script writes only when all candidates that it
    sees at that moment have been compared; else it returns the others, and the claim is repeated.
    """

    def __init__(
        self, keyspace: Keyspace, *, threshold: float, seconds: float, clock: Clock = time.time
    ) -> None:
        self._keys = keyspace
        self._threshold = threshold
        self._seconds = seconds
        self._clock = clock

    def claim(
        self, owner: UrlId, article: Article, fingerprint: Fingerprint
    ) -> Original | CopyOf | Duplicate:
        """Compare an article with all before it, and add it.

        The same owner (URL id) asking again with the same content gets the same answer, so a
        repeated message changes nothing; with other content it is a new version, and what the old
        one left behind is removed. An article that was surely published before its family's first
        publisher takes that place: the others' verdicts change, and are kept for the index to
        follow (``pending_changes``).
        """
        candidates: list[Candidate] = []
        compared: list[int] = []
        while True:
            verdict = match_copy(
                fingerprint, candidates, source=article.source, threshold=self._threshold
            )
            ends = verdict is not None and self._is_own(verdict, candidates, article.source)
            answer, *blobs = self._claim(owner, article, fingerprint, verdict, compared, ends=ends)
            found = json.loads(answer)
            if found["outcome"] != "compare":
                return _verdict(found) or Original()
            for known, blob in zip(found["candidates"], blobs, strict=True):
                compared.append(known["number"])
                candidates.append(
                    Candidate(
                        article=known["article"],
                        source=known["source"],
                        fingerprint=unpack_fingerprint(blob),
                    )
                )

    def verdicts(self, articles: Iterable[UrlId]) -> dict[UrlId, CopyOf | None]:
        """What articles are copies of now. One whose fingerprint aged out is left out."""
        ids = list(articles)
        if not ids:
            return {}
        answers = self._keys.run("fingerprints/verdicts", articles=ids)
        return {
            name: _copy(json.loads(answer[0]))
            for name, answer in zip(ids, answers, strict=True)
            if answer
        }

    def owners(self, articles: Iterable[UrlId]) -> dict[UrlId, UrlId]:
        """By which URL articles came. One whose fingerprint aged out is left out."""
        ids = list(articles)
        if not ids:
            return {}
        answers = self._keys.run("fingerprints/owners", articles=ids)
        return {
            name: UrlId(answer.decode())
            for name, answer in zip(ids, answers, strict=True)
            if answer
        }

    def pending_changes(self, most: int) -> dict[UrlId, str]:
        """Verdicts that changed after their articles were claimed, for ``drop_changes``.

        As JSON, empty for an original.
        """
        _, found = self._keys.client.hscan(self._keys.key(Key.DUPLICATE_UPDATES), count=most)
        return {UrlId(name.decode()): verdict.decode() for name, verdict in found.items()}

    def enqueue_changes(self, articles: Mapping[UrlId, CopyOf | None]) -> None:
        """Note verdicts that the index does not have yet."""
        if articles:
            mapping = {name: _as_json(copy) for name, copy in articles.items()}
            self._keys.client.hset(self._keys.key(Key.DUPLICATE_UPDATES), mapping=mapping)

    def drop_changes(self, verdicts: Mapping[UrlId, str]) -> None:
        """Take off what the index has now; a verdict that has changed meanwhile stays."""
        if verdicts:
            self._keys.run("fingerprints/drop_changes", verdicts=dict(verdicts))

    def pin(self, article: UrlId, members: Mapping[UrlId, CopyOf | None]) -> None:
        """Make an article its family's first publisher, whatever the dates say.

        Args:
            article: one of the family.
            members: what the index is to say of every member, for those whose fingerprints aged
                out.
        """
        self._regroup("pin", article, members)

    def split(self, article: UrlId, others: Iterable[UrlId], *, heir: UrlId | None = None) -> None:
        """Take an article out of its family.

        It never counts as a copy of these others again, nor they as copies of it.

        Args:
            article: one of the family.
            others: the ids of all other members.
            heir: who becomes the first publisher, when ``article`` was.
        """
        ids = list(others)
        if heir:
            copy = CopyOf(article=heir, rule=OPERATOR, score=1.0)
            self._regroup("lead", heir, {name: None if name == heir else copy for name in ids})
        self._keys.run("fingerprints/regroup", action="split", article=article, others=ids)

    def _regroup(self, action: str, article: UrlId, members: Mapping[UrlId, CopyOf | None]) -> None:
        known = self.verdicts(members)
        forgotten = {name: _as_json(copy) for name, copy in members.items() if name not in known}
        self._keys.run("fingerprints/regroup", action=action, article=article, verdicts=forgotten)

    def _claim(  # noqa: PLR0913 - an argument for each
        self,
        owner: UrlId,
        article: Article,
        found: Fingerprint,
        verdict: CopyOf | None,
        compared: list[int],
        *,
        ends: bool,
    ) -> list[bytes]:
        span = published_span(article.published_evidence)
        earliest, latest = (f"{span.earliest:.0f}", f"{span.latest:.0f}") if span else ("", "")
        answer: list[bytes] = self._keys.run(
            "fingerprints/claim",
            found.pack(),
            b"".join(found.stored_keys),
            b"".join(found.keys),
            found.content_hash,
            now=self._clock(),
            window=self._seconds,
            article=article.id,
            owner=owner,
            source=article.source,
            earliest=earliest,
            latest=latest,
            matched=verdict.article if verdict else None,
            rule=verdict.rule if verdict else None,
            score=f"{verdict.score:.3f}" if verdict else None,
            ends=ends,
            key_bytes=KEY_BYTES,
            most=BUCKET,
            most_candidates=MOST_CANDIDATES,
            compared=compared,
        )
        return answer

    @staticmethod
    def _is_own(verdict: CopyOf, candidates: list[Candidate], source: str) -> bool:
        """The same text again from the same source is no copy but the article once more."""
        return verdict.rule == SAME_TEXT and any(
            known.article == verdict.article and known.source == source for known in candidates
        )


def _verdict(found: Mapping[str, Any]) -> CopyOf | Duplicate | None:
    if found["outcome"] == "same":
        return Duplicate(article=found["article"], rule=found["rule"])
    return _copy(found)


def _copy(found: Mapping[str, Any]) -> CopyOf | None:
    if found["outcome"] != "copy":
        return None
    matched = None if found["matched"] == found["article"] else found["matched"]
    return CopyOf(
        article=found["article"], rule=found["rule"], score=float(found["score"]), matched=matched
    )


def _as_json(copy: CopyOf | None) -> str:
    return copy.model_dump_json(exclude_none=True) if copy else ""


def from_json(verdict: str) -> CopyOf | None:
    """A verdict of ``pending_changes``."""
    return CopyOf.model_validate_json(verdict) if verdict else None
