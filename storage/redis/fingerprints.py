"""What was published lately, by fingerprint. Checking and adding are one atomic step."""

from dataclasses import dataclass

from pipeline.deduplicate.fingerprint import SLOT_BYTES, Fingerprint
from pipeline.outcome import Duplicate
from pipeline.records import Article, CopyOf
from storage.redis.connection import Keyspace


@dataclass(frozen=True, slots=True)
class Original:
    """Nothing like it is known."""


class Fingerprints:
    """Fingerprints of a sliding window."""

    def __init__(self, keyspace: Keyspace, *, threshold: float, seconds: float) -> None:
        self._keys = keyspace
        self._threshold = threshold
        self._seconds = int(seconds)

    def claim(self, owner: str, article: Article, fingerprint: Fingerprint) -> Original | CopyOf | Duplicate:
        """Judge an article against all before it, and add it.

        The same owner (URL id) asking again with the same content gets the same answer, so a repeated message changes
        nothing; with other content it is a new version, and what the old one left behind is removed.
        """
        verdict, of, rule, score = self._keys.run(
            "fingerprint",
            article.id,
            owner,
            article.source,
            fingerprint.content_hash,
            fingerprint.signature,
            SLOT_BYTES,
            self._threshold,
            self._seconds,
            *fingerprint.bands,
        )
        if verdict == "same":
            return Duplicate(article=of, rule=rule)
        if verdict == "copy":
            return CopyOf(article=of, rule=rule, score=float(score))
        return Original()
