"""Copies are recognised whoever comes first, and a repeated message changes nothing."""

import random
import threading
import time
from datetime import UTC, datetime
from hashlib import blake2b

import pytest

from pipeline.deduplicate import NEAR_TEXT, SAME_TEXT, Candidate, Fingerprint, fingerprint, judge, similarity
from pipeline.outcome import Duplicate
from pipeline.records import Article, CopyOf
from storage.open import Stores
from storage.redis.fingerprints import Fingerprints, Original
from tests.conftest import TIMES

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SLOTS = 128
WORDS = [blake2b(str(number).encode(), digest_size=4).hexdigest() for number in range(400)]
TEXT = " ".join(WORDS)
NEAR = " ".join([*WORDS[:190], "edited", *WORDS[190:]])
NEARER = " ".join([*WORDS[:190], "edited", *WORDS[190:], "twice"])
OTHER = " ".join(reversed(WORDS))


def article(name: str, body: str = TEXT, source: str | None = None) -> Article:
    return Article(
        id=name,
        url=f"https://{name}.example/",
        canonical_url=f"https://{name}.example/",
        source=source or f"source-{name}",
        host=f"{name}.example",
        title=name,
        body=body,
        first_seen=NOW,
        fetched_at=NOW,
    )


def claim(
    prints: Fingerprints, name: str, body: str = TEXT, *, source: str | None = None, owner: str | None = None
) -> Original | CopyOf | Duplicate:
    made = article(name, body, source)
    return prints.claim(owner or f"url-{name}", made, fingerprint(made))


@pytest.fixture
def prints(stores: Stores) -> Fingerprints:
    return stores.fingerprints


def test_the_first_is_an_original_and_strangers_are_too(prints: Fingerprints) -> None:
    assert claim(prints, "a") == Original()
    assert claim(prints, "b", OTHER) == Original()
    assert claim(prints, "c", "a few words") == Original()


def test_the_same_text_from_elsewhere_is_a_copy(prints: Fingerprints) -> None:
    claim(prints, "a")
    assert claim(prints, "b") == CopyOf(article="a", rule=SAME_TEXT, score=1.0)


def test_the_same_text_from_the_same_source_is_a_duplicate(prints: Fingerprints) -> None:
    claim(prints, "a", source="s")
    assert claim(prints, "b", source="s") == Duplicate(article="a", rule="same_text")


def test_a_short_text_is_compared_by_its_words(prints: Fingerprints) -> None:
    claim(prints, "a", "Ferry late")
    assert claim(prints, "b", "ferry   LATE!") == CopyOf(article="a", rule=SAME_TEXT, score=1.0)
    assert claim(prints, "c", "ferry on time") == Original()


def test_a_nearly_equal_text_is_a_copy_with_its_score(prints: Fingerprints) -> None:
    claim(prints, "a", source="s")
    expected = similarity(fingerprint(article("a")).signature, fingerprint(article("b", NEAR)).signature)
    assert claim(prints, "b", NEAR) == CopyOf(article="a", rule=NEAR_TEXT, score=round(expected, 3))
    assert isinstance(claim(prints, "c", NEARER, source="s"), CopyOf)  # not the same words, so no duplicate


def test_the_same_article_at_another_address_is_a_duplicate(prints: Fingerprints) -> None:
    claim(prints, "a", owner="url-1")
    assert claim(prints, "a", owner="url-2") == Duplicate(article="a", rule="canonical_url")
    assert claim(prints, "a", OTHER, owner="url-2") == Duplicate(article="a", rule="canonical_url")
    assert claim(prints, "a", owner="url-1") == Original()


def test_a_repeated_message_gets_the_same_answer(prints: Fingerprints) -> None:
    claim(prints, "a", source="s")
    for name, body, source in [("a", TEXT, "s"), ("b", TEXT, "t"), ("c", NEAR, "u"), ("d", TEXT, "s")]:
        first = claim(prints, name, body, source=source)
        claim(prints, f"{name}-between", OTHER)
        assert claim(prints, name, body, source=source) == first


def test_a_copy_remains_one_after_its_original_was_forgotten(stores: Stores) -> None:
    claim(stores.fingerprints, "a")
    found = claim(stores.fingerprints, "b")
    stores.keyspace.client.delete(stores.keyspace.key("print", "a"))
    assert isinstance(found, CopyOf)
    assert claim(stores.fingerprints, "b") == found


def test_the_copy_of_a_copy_points_at_the_first(prints: Fingerprints) -> None:
    claim(prints, "a")
    claim(prints, "b", NEAR)
    found = claim(prints, "c", NEARER)
    assert isinstance(found, CopyOf)
    assert found.article == "a"


def test_a_new_version_replaces_what_the_old_one_left(prints: Fingerprints) -> None:
    claim(prints, "a")
    assert claim(prints, "a", OTHER) == Original()
    assert claim(prints, "b", TEXT) == Original()
    assert claim(prints, "c", NEAR) == CopyOf(article="b", rule=NEAR_TEXT, score=_score(TEXT, NEAR))
    assert claim(prints, "d", OTHER) == CopyOf(article="a", rule=SAME_TEXT, score=1.0)


def test_a_new_version_of_an_original_does_not_become_the_copy_of_its_copy(prints: Fingerprints) -> None:
    """Or both would be copies, and the story gone from every search."""
    claim(prints, "a")
    claim(prints, "b")
    claim(prints, "c", NEAR)
    assert claim(prints, "a", NEAR) == Original()
    assert claim(prints, "a", NEARER) == Original()
    found = claim(prints, "d", NEARER)
    assert isinstance(found, CopyOf)
    assert found.article == "a"


def test_a_new_version_that_another_of_the_source_had_already_is_a_duplicate_and_can_come_back(
    prints: Fingerprints,
) -> None:
    claim(prints, "a", OTHER, source="s")
    claim(prints, "b", TEXT, source="s")
    for _ in range(2):
        assert claim(prints, "b", OTHER, source="s") == Duplicate(article="a", rule="same_text")
    assert claim(prints, "b", TEXT, source="s") == Original()
    assert claim(prints, "c", TEXT) == CopyOf(article="b", rule=SAME_TEXT, score=1.0)


def test_what_was_published_long_ago_is_forgotten(stores: Stores) -> None:
    prints = Fingerprints(stores.keyspace, threshold=TIMES.similarity, seconds=1)
    claim(prints, "a", source="s")
    keyspace = stores.keyspace
    assert all(0 < keyspace.client.pttl(key) <= 1000 for key in keyspace.client.scan_iter(match=keyspace.key("*")))
    deadline = time.monotonic() + 5
    while keyspace.client.exists(keyspace.key("print", "a")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert claim(prints, "b", source="s") == Original()


def test_a_text_that_outlives_its_first_article_still_finds_duplicates(stores: Stores) -> None:
    """Another source keeps the text's entry alive after the article that began it has been forgotten."""
    prints, keyspace = stores.fingerprints, stores.keyspace
    claim(prints, "a", source="s")
    claim(prints, "b", source="t")
    keyspace.client.delete(keyspace.key("print", "a"))
    found = claim(prints, "c", source="s")
    assert isinstance(found, CopyOf)
    assert claim(prints, "d", source="s") == Duplicate(article="c", rule="same_text")


@pytest.mark.parametrize("body", [TEXT, NEAR])
def test_two_at_once_become_one_original_and_one_copy(prints: Fingerprints, body: str) -> None:
    rounds = 50
    barrier = threading.Barrier(2, timeout=20)
    answers: list[dict[str, Original | CopyOf | Duplicate]] = [{} for _ in range(rounds)]

    def side(name: str, ending: str) -> None:
        for number in range(rounds):
            words = f"{' '.join(f'{word}{number}' for word in ending.split())}"
            made = article(f"{name}{number}", words)
            printed = fingerprint(made)
            barrier.wait()
            answers[number][name] = prints.claim(f"url-{name}{number}", made, printed)

    threads = [threading.Thread(target=side, args=pair) for pair in (("left", TEXT), ("right", body))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for number, answer in enumerate(answers):
        (original,) = [name for name, found in answer.items() if found == Original()]
        (copy,) = [found for found in answer.values() if isinstance(found, CopyOf)]
        assert copy.article == f"{original}{number}"


def _score(left: str, right: str) -> float:
    prints = [fingerprint(article("x", body)).signature for body in (left, right)]
    return round(similarity(*prints), 3)


def _variant(signature: bytes, equal: int, chance: random.Random) -> bytes:
    slots = [signature[at : at + 2] for at in range(0, len(signature), 2)]
    for at in chance.sample(range(SLOTS), SLOTS - equal):
        slots[at] = bytes([slots[at][0] ^ 0x80, slots[at][1]])
    return b"".join(slots)


@pytest.mark.parametrize("seed", range(40))
def test_the_script_judges_as_the_pipeline_does(prints: Fingerprints, seed: int) -> None:
    chance = random.Random(seed)
    signature = chance.randbytes(SLOTS * 2)
    new = Fingerprint(content_hash="new", signature=signature, bands=("a", "b", "c"))
    candidates = []
    for name in new.bands:
        known = Fingerprint(
            content_hash="new" if chance.random() < 0.1 else f"hash-{name}",
            signature=_variant(signature, chance.choice([0, 40, 63, 64, 65, 90, 128]), chance),
            bands=(name,),
        )
        prints.claim(f"url-{name}", article(name), known)
        candidates.append(
            Candidate(article=name, source=f"source-{name}", content_hash=known.content_hash, signature=known.signature)
        )
    # The same words again among the candidates are copies of each other: the family's first is meant.
    expected = judge(new, candidates, threshold=TIMES.similarity)
    found = prints.claim("url-new", article("new"), new)
    if expected is None:
        assert found == Original()
    else:
        assert isinstance(found, CopyOf)
        assert (found.article, found.rule) == (expected.article, expected.rule)
        assert found.score == pytest.approx(expected.score, abs=0.001)
