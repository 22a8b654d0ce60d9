"""Claims, families and their changes, on a real Redis."""

import random
import threading
from collections.abc import Callable

import pytest

from pipeline.deduplicate import NEAR_TEXT, SAME_TEXT, fingerprint
from pipeline.outcome import Duplicate
from pipeline.records import Article, CopyOf
from pipeline.urls import UrlId
from storage.open import Stores
from storage.redis.connection import Keyspace, connect
from storage.redis.fingerprints import Fingerprints, Original
from storage.redis.keys import Key, family_of
from tests.support.data.claims import (
    NEAR,
    NEARER,
    NOW,
    OTHER,
    TEXT,
    WORDS,
    A,
    B,
    C,
    Verdict,
    article,
    claim,
    copied,
)


@pytest.fixture
def prints(stores: Stores) -> Fingerprints:
    return stores.fingerprints


def test_the_first_is_an_original_and_strangers_are_too(prints: Fingerprints) -> None:
    assert claim(prints, "a") == Original()
    assert claim(prints, "b", OTHER) == Original()
    assert claim(prints, "c", "a few words") == Original()
    assert prints.verdicts([A, B, UrlId("unknown")]) == {"a": None, "b": None}
    assert prints.verdicts([]) == {}


def test_an_article_has_the_url_by_which_it_came(prints: Fingerprints) -> None:
    moved, own = article("a", TEXT), article("b", OTHER)
    prints.claim(UrlId("short"), moved, fingerprint(moved.body))
    prints.claim(own.id, own, fingerprint(own.body))
    assert prints.owners([A, B, UrlId("unknown")]) == {A: "short", B: B}
    assert prints.owners([]) == {}


def test_the_same_text_from_elsewhere_is_a_copy(prints: Fingerprints) -> None:
    claim(prints, "a")
    assert claim(prints, "b") == CopyOf(article="a", rule=SAME_TEXT, score=1.0)
    assert prints.verdicts([B]) == {"b": CopyOf(article="a", rule=SAME_TEXT, score=1.0)}


def test_the_same_text_from_the_same_source_is_a_duplicate(prints: Fingerprints) -> None:
    claim(prints, "a", source="s")
    assert claim(prints, "b", source="s") == Duplicate(article="a", rule=SAME_TEXT)
    claim(prints, "c", source="t")
    assert claim(prints, "d", source="t") == Duplicate(article="c", rule=SAME_TEXT)


def test_a_short_text_is_the_same_only_under_the_same_title(prints: Fingerprints) -> None:
    brief = Article(**{**article("a", "Ferry late").model_dump(), "title": "Ferry"})
    again = Article(**{**article("b", "ferry   LATE!").model_dump(), "title": "The Ferry"})
    same = Article(**{**article("c", "ferry   LATE!").model_dump(), "title": "FERRY"})
    verdicts = [
        prints.claim(UrlId(f"url-{one.id}"), one, fingerprint(one.body, title=one.title))
        for one in (brief, again, same)
    ]
    assert verdicts == [Original(), Original(), CopyOf(article="a", rule=SAME_TEXT, score=1.0)]


def test_a_nearly_equal_text_is_a_copy_with_its_score(prints: Fingerprints) -> None:
    claim(prints, "a", source="s")
    found = claim(prints, "b", NEAR)
    assert isinstance(found, CopyOf)
    assert (found.article, found.rule, found.matched) == ("a", NEAR_TEXT, None)
    assert 0.9 < found.score < 1
    # Not the same words, so no duplicate.
    assert isinstance(claim(prints, "c", NEARER, source="s"), CopyOf)


def test_the_same_article_at_another_address_is_a_duplicate(prints: Fingerprints) -> None:
    claim(prints, "a", owner="url-1")
    assert claim(prints, "a", owner="url-2") == Duplicate(article="a", rule="canonical_url")
    assert claim(prints, "a", OTHER, owner="url-2") == Duplicate(article="a", rule="canonical_url")
    assert claim(prints, "a", owner="url-1") == Original()


def test_a_repeated_message_gets_the_same_answer(prints: Fingerprints) -> None:
    claim(prints, "a", source="s")
    for name, body, source in [
        ("a", TEXT, "s"),
        ("b", TEXT, "t"),
        ("c", NEAR, "u"),
        ("d", TEXT, "s"),
    ]:
        first = claim(prints, name, body, source=source)
        claim(prints, f"{name}-between", OTHER)
        assert claim(prints, name, body, source=source) == first


def test_the_copy_of_a_copy_points_at_the_first_and_says_what_it_agrees_with(
    prints: Fingerprints,
) -> None:
    claim(prints, "a", " ".join(WORDS[:110]))
    assert copied(claim(prints, "b")) == ("a", NEAR_TEXT, None)
    assert copied(claim(prints, "c", " ".join(WORDS[70:]))) == ("a", NEAR_TEXT, "b")


def test_a_new_version_replaces_what_the_old_one_left(prints: Fingerprints) -> None:
    claim(prints, "a")
    assert claim(prints, "a", OTHER) == Original()
    assert claim(prints, "b", TEXT) == Original()
    assert copied(claim(prints, "c", NEAR)) == ("b", NEAR_TEXT, None)
    assert claim(prints, "d", OTHER) == CopyOf(article="a", rule=SAME_TEXT, score=1.0)


def test_a_copy_whose_new_version_is_another_text_leaves_its_family(prints: Fingerprints) -> None:
    claim(prints, "a")
    claim(prints, "b")
    claim(prints, "c", NEAR)
    assert claim(prints, "b", OTHER) == Original()
    assert prints.verdicts([A, B, C])[B] is None
    assert copied(claim(prints, "d", NEARER))[0] == "a"


def test_a_new_version_of_an_original_does_not_become_the_copy_of_its_copy(
    prints: Fingerprints,
) -> None:
    """Or both would be copies, and the story gone from every search."""
    claim(prints, "a")
    claim(prints, "b")
    claim(prints, "c", NEAR)
    assert claim(prints, "a", NEAR) == Original()
    assert claim(prints, "a", NEARER) == Original()
    assert copied(claim(prints, "d", NEARER))[0] == "a"


def test_a_new_version_that_another_of_the_source_had_already_is_a_duplicate_and_can_come_back(
    prints: Fingerprints,
) -> None:
    claim(prints, "a", OTHER, source="s")
    claim(prints, "b", TEXT, source="s")
    for _ in range(2):
        assert claim(prints, "b", OTHER, source="s") == Duplicate(article="a", rule=SAME_TEXT)
    assert claim(prints, "b", TEXT, source="s") == Original()
    assert claim(prints, "c", TEXT) == CopyOf(article="b", rule=SAME_TEXT, score=1.0)


@pytest.fixture
def at(redis_url: str, namespace: str, stores: Stores) -> Callable[[float], Fingerprints]:  # noqa: ARG001 - it cleans up
    """The fingerprints of a window of 100 seconds, so many seconds later."""
    keys = Keyspace(connect(redis_url, decode=False), namespace)
    return lambda passed: Fingerprints(
        keys, threshold=0.7, seconds=100, clock=lambda: NOW.timestamp() + passed
    )


def test_what_was_published_long_ago_is_forgotten_and_leaves_nothing(
    stores: Stores, at: Callable[[float], Fingerprints]
) -> None:
    assert claim(at(0), "a") == Original()
    assert claim(at(1), "b") == CopyOf(article="a", rule=SAME_TEXT, score=1.0)
    assert isinstance(claim(at(99), "c", NEAR), CopyOf)
    claim_strangers(at, 300)
    assert at(0).verdicts([A, B, C]) == {}
    assert claim(at(310), "d") == Original()
    for number in range(20):
        claim(at(1000 + number), f"late-{number}", f"brief {number}")
    assert families(stores.keyspace) == {Key.PRINT, Key.PRINT_META, Key.PRINT_IDS, Key.BAND}
    assert len(all_of(stores.keyspace, Key.PRINT)) == 20
    assert all_bands_are_counted(stores.keyspace)


def all_bands_are_counted(keys: Keyspace) -> bool:
    entries = sum(map(keys.client.hlen, all_of(keys, Key.BAND)))
    return bool(entries == int(keys.client.hget(keys.key(Key.PRINT_META), "entries")))


def claim_strangers(at: Callable[[float], Fingerprints], passed: float) -> None:
    for number in range(10):
        claim(at(passed + number), f"other-{number}", text_of_its_own(number))


def text_of_its_own(number: int) -> str:
    return " ".join(f"{word}{number}" for word in WORDS)


def all_of(keys: Keyspace, family: Key) -> list[str]:
    return list(keys.client.scan_iter(match=keys.pattern(family)))


def families(keys: Keyspace) -> set[Key | None]:
    names = keys.client.scan_iter(match=keys.pattern())
    return {family_of(name.removeprefix(keys.prefix)) for name in names}


def test_a_family_outlives_its_first_article(at: Callable[[float], Fingerprints]) -> None:
    claim(at(0), "a")
    claim(at(60), "b")
    for number in range(4):
        claim(at(130 + number), f"other-{number}", f"brief {number}")
    assert at(0).verdicts([A, B]) == {"b": CopyOf(article="a", rule=SAME_TEXT, score=1.0)}
    assert copied(claim(at(140), "c")) == ("a", SAME_TEXT, "b")


def test_buckets_grow_with_the_corpus_and_lose_nothing(stores: Stores) -> None:
    prints, chance = stores.fingerprints, random.Random(7)
    bodies = {
        f"n{n}": " ".join(str(chance.randrange(10**6)) for _ in range(60)) for n in range(300)
    }
    for name, body in bodies.items():
        assert claim(prints, name, body) == Original()
    keys = stores.keyspace
    assert int(keys.client.hget(keys.key(Key.PRINT_META), "shards")) > 40
    assert (
        max(keys.client.hlen(key) for key in keys.client.scan_iter(match=keys.pattern(Key.BAND)))
        <= 200
    )
    for name, body in bodies.items():
        assert copied(claim(prints, f"copy-{name}", f"{body} end"))[0] == name


def test_a_phrase_that_many_share_keeps_its_newest_few(prints: Fingerprints) -> None:
    chance = random.Random(3)
    shared = " ".join(f"legal{n}" for n in range(12))
    bodies = [
        f"{shared} " + " ".join(str(chance.randrange(10**6)) for _ in range(60)) for _ in range(40)
    ]
    assert all(claim(prints, f"n{n}", body) == Original() for n, body in enumerate(bodies))
    assert copied(claim(prints, "again", bodies[0]))[0] == "n0"


@pytest.mark.parametrize(
    "change", [lambda text: text, lambda text: f"{text} ten other words at the end"]
)
def test_two_at_once_become_one_original_and_one_copy(
    prints: Fingerprints, change: Callable[[str], str]
) -> None:
    rounds = 100
    barrier = threading.Barrier(2, timeout=20)
    answers: list[dict[str, Verdict]] = [{} for _ in range(rounds)]

    def side(name: str, changed: Callable[[str], str]) -> None:
        for number in range(rounds):
            made = article(f"{name}{number}", changed(text_of_its_own(number)))
            printed = fingerprint(made.body)
            barrier.wait()
            answers[number][name] = prints.claim(UrlId(f"url-{name}{number}"), made, printed)

    threads = [
        threading.Thread(target=side, args=pair) for pair in (("left", str), ("right", change))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for number, answer in enumerate(answers):
        is_original_and_copy(answer, number)


def is_original_and_copy(answer: dict[str, Verdict], number: int) -> None:
    (original,) = [name for name, found in answer.items() if found == Original()]
    (copy,) = [found for found in answer.values() if isinstance(found, CopyOf)]
    assert copy.article == f"{original}{number}"
