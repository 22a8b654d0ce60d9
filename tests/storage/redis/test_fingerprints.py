"""Claims, families and their restatement, on a real Redis."""

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.deduplicate import NEAR_TEXT, SAME_TEXT, fingerprint
from pipeline.outcome import Duplicate
from pipeline.records import Article, CopyOf, Evidence
from pipeline.urls import Url, UrlId
from storage.open import Stores
from storage.redis.connection import Keyspace, connect
from storage.redis.fingerprints import OPERATOR, Fingerprints, Original, from_json

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
    return prints.claim(owner or f"url-{name}", made, fingerprint(made.body, title=made.title))


def copied(found: Verdict) -> tuple[str, str, str | None]:
    assert isinstance(found, CopyOf)
    return found.article, found.rule, found.matched


def restated(prints: Fingerprints) -> dict[str, CopyOf | None]:
    changes = prints.to_restate(100)
    prints.restated(changes)
    return {name: from_json(verdict) for name, verdict in changes.items()}


@pytest.fixture
def prints(stores: Stores) -> Fingerprints:
    return stores.fingerprints


def test_the_first_is_an_original_and_strangers_are_too(prints: Fingerprints) -> None:
    assert claim(prints, "a") == Original()
    assert claim(prints, "b", OTHER) == Original()
    assert claim(prints, "c", "a few words") == Original()
    assert prints.verdicts(["a", "b", "unknown"]) == {"a": None, "b": None}
    assert prints.verdicts([]) == {}


def test_the_same_text_from_elsewhere_is_a_copy(prints: Fingerprints) -> None:
    claim(prints, "a")
    assert claim(prints, "b") == CopyOf(article="a", rule=SAME_TEXT, score=1.0)
    assert prints.verdicts(["b"]) == {"b": CopyOf(article="a", rule=SAME_TEXT, score=1.0)}


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
        prints.claim(f"url-{one.id}", one, fingerprint(one.body, title=one.title))
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
    assert prints.verdicts("abc")["b"] is None
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


def test_an_earlier_copy_that_arrives_late_is_the_first_publisher_and_the_others_follow(
    prints: Fingerprints,
) -> None:
    claim(prints, "a", " ".join(WORDS[:110]), published=NOW)
    claim(prints, "b", published=NOW + timedelta(hours=1))
    claim(prints, "c", " ".join(WORDS[70:]), published=NOW + timedelta(hours=2))
    assert restated(prints) == {}
    assert (
        claim(prints, "d", " ".join(WORDS[65:]), published=NOW - timedelta(hours=1)) == Original()
    )
    told = restated(prints)
    assert told.pop("d") is None
    assert told == prints.verdicts("abc")
    # d agrees best with b or c, from where the links to the old first publisher turn round.
    assert {name: copy.article for name, copy in told.items() if copy} == {
        "a": "d",
        "b": "d",
        "c": "d",
    }
    assert copied(told["a"] or Original())[2] == "b"
    assert copied(claim(prints, "e", published=NOW + timedelta(days=1)))[0] == "d"
    assert restated(prints) == {}


@pytest.mark.parametrize(
    "published", [None, NOW, NOW + timedelta(seconds=1), datetime(2026, 11, 24, tzinfo=UTC)]
)
def test_one_that_was_not_surely_published_before_stays_a_copy(
    prints: Fingerprints, published: datetime | None
) -> None:
    """Midnight is what software writes that knows the day only."""
    claim(prints, "a", published=NOW)
    assert copied(claim(prints, "b", published=published))[0] == "a"


def test_an_undated_first_article_is_not_replaced(prints: Fingerprints) -> None:
    claim(prints, "a")
    assert copied(claim(prints, "b", published=NOW))[0] == "a"


def test_a_pinned_first_publisher_stays_whatever_is_published_when(prints: Fingerprints) -> None:
    claim(prints, "a", published=NOW)
    claim(prints, "b", published=NOW + timedelta(hours=1))
    prints.pin("b", {})
    assert prints.verdicts("ab") == {"a": CopyOf(article="b", rule=SAME_TEXT, score=1.0), "b": None}
    assert restated(prints) == prints.verdicts("ab")
    assert copied(claim(prints, "c", published=NOW - timedelta(days=1)))[0] == "b"
    prints.pin("a", {})
    assert copied(claim(prints, "d", published=NOW - timedelta(days=2)))[0] == "a"
    assert {name: copy and copy.article for name, copy in prints.verdicts("abc").items()} == {
        "a": None,
        "b": "a",
        "c": "a",
    }


def test_a_split_article_stands_alone_and_is_not_judged_a_copy_of_them_again(
    prints: Fingerprints,
) -> None:
    claim(prints, "a")
    claim(prints, "b", NEAR)
    claim(prints, "c", NEARER)
    prints.split("b", ["a", "c"])
    assert restated(prints) == {"b": None}
    assert prints.verdicts("ab") == {"a": None, "b": None}
    assert claim(prints, "b", NEARER) == Original()
    assert copied(claim(prints, "c", TEXT))[0] == "a"


def test_when_the_first_publisher_is_split_off_its_heir_leads(prints: Fingerprints) -> None:
    claim(prints, "a")
    claim(prints, "b", NEAR)
    claim(prints, "c", NEARER)
    prints.split("a", ["b", "c"], heir="b")
    told = restated(prints)
    assert (told["a"], told["b"]) == (None, None)
    assert copied(told["c"] or Original())[0] == "b"
    assert prints.verdicts("abc") == told


def test_families_whose_fingerprints_aged_out_are_regrouped_through_the_index(
    prints: Fingerprints,
) -> None:
    old = CopyOf(article="a", rule=SAME_TEXT, score=1.0)
    prints.pin("b", {"a": old.model_copy(update={"article": "b"}), "b": None})
    assert restated(prints) == {"a": CopyOf(article="b", rule=SAME_TEXT, score=1.0), "b": None}
    prints.split("b", ["a", "c"], heir="a")
    assert restated(prints) == {
        "a": None,
        "b": None,
        "c": CopyOf(article="a", rule=OPERATOR, score=1.0),
    }


def test_a_verdict_that_changes_while_the_index_is_told_is_told_again(prints: Fingerprints) -> None:
    copy = CopyOf(article="x", rule=SAME_TEXT, score=1.0)
    prints.restate({"a": copy, "b": None})
    telling = prints.to_restate(10)
    prints.restate({"a": None})
    prints.restated(telling)
    assert restated(prints) == {"a": None}


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
    for number in range(10):
        claim(at(300 + number), f"other-{number}", " ".join(f"{word}{number}" for word in WORDS))
    assert at(0).verdicts("abc") == {}
    assert claim(at(310), "d") == Original()
    for number in range(20):
        claim(at(1000 + number), f"late-{number}", f"brief {number}")
    keys = stores.keyspace
    left = {
        key.removeprefix(keys.prefix).split(":")[0]
        for key in keys.client.scan_iter(match=keys.key("*"))
    }
    assert left <= {"prints", "print-meta", "print-ids", "band"}
    assert len(list(keys.client.scan_iter(match=keys.key("prints", "*")))) == 20
    entries = sum(
        keys.client.hlen(key) for key in keys.client.scan_iter(match=keys.key("band", "*"))
    )
    assert entries == int(keys.client.hget(keys.key("print-meta"), "entries"))


def test_a_family_outlives_its_first_article(at: Callable[[float], Fingerprints]) -> None:
    claim(at(0), "a")
    claim(at(60), "b")
    for number in range(4):
        claim(at(130 + number), f"other-{number}", f"brief {number}")
    assert at(0).verdicts("ab") == {"b": CopyOf(article="a", rule=SAME_TEXT, score=1.0)}
    assert copied(claim(at(140), "c")) == ("a", SAME_TEXT, "b")


def test_buckets_grow_with_the_corpus_and_lose_nothing(stores: Stores) -> None:
    prints, chance = stores.fingerprints, random.Random(7)
    bodies = {
        f"n{n}": " ".join(str(chance.randrange(10**6)) for _ in range(60)) for n in range(300)
    }
    for name, body in bodies.items():
        assert claim(prints, name, body) == Original()
    keys = stores.keyspace
    assert int(keys.client.hget(keys.key("print-meta"), "shards")) > 40
    assert (
        max(keys.client.hlen(key) for key in keys.client.scan_iter(match=keys.key("band", "*")))
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
            made = article(
                f"{name}{number}", changed(" ".join(f"{word}{number}" for word in WORDS))
            )
            printed = fingerprint(made.body)
            barrier.wait()
            answers[number][name] = prints.claim(f"url-{name}{number}", made, printed)

    threads = [
        threading.Thread(target=side, args=pair) for pair in (("left", str), ("right", change))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for number, answer in enumerate(answers):
        (original,) = [name for name, found in answer.items() if found == Original()]
        (copy,) = [found for found in answer.values() if isinstance(found, CopyOf)]
        assert copy.article == f"{original}{number}"
