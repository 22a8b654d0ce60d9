"""What is kept of an article to recognise copies of it."""

import random

from pipeline.deduplicate.fingerprint import (
    KEY_BYTES,
    LOOKED_UP_KEYS,
    SHORT_WORDS,
    STORED_KEYS,
    fingerprint,
    unpack_fingerprint,
)


def text(words: int, seed: int = 1) -> str:
    chance = random.Random(seed)
    return " ".join(f"word{chance.randrange(10_000)}" for _ in range(words))


LONG = text(400)


def test_case_and_punctuation_do_not_count() -> None:
    one, other = fingerprint(LONG), fingerprint(LONG.upper() + " !!")
    assert one.content_hash == other.content_hash
    assert len(one.content_hash) == 12
    assert one.same_text == other.same_text != 0


def test_a_short_text_is_the_same_only_under_the_same_title() -> None:
    short = text(SHORT_WORDS - 1)
    assert fingerprint(short).same_text == 0
    one, other = fingerprint(short, title="A b c d"), fingerprint(short, title="E f g h")
    assert one.same_text not in {0, other.same_text}
    assert fingerprint("", title="A title of words").same_text == 0


def test_a_title_of_few_words_tells_nothing() -> None:
    assert fingerprint(LONG, title="Three word title").title == 0
    assert fingerprint(LONG, title="A four word title").title != 0
    assert fingerprint(LONG).agency == 0
    assert fingerprint(LONG, agency="AFP").agency == fingerprint("", agency="afp").agency != 0


def test_a_text_is_stored_under_fewer_keys_than_it_is_looked_up_by() -> None:
    found = fingerprint(LONG)
    assert len(found.keys) == LOOKED_UP_KEYS + 1
    assert len(found.stored_keys) == STORED_KEYS + 1
    assert {len(key) for key in found.keys} == {KEY_BYTES}
    short = fingerprint(text(40))
    assert len(short.stored_keys) == STORED_KEYS


def test_a_fingerprint_survives_packing_without_hash_and_keys() -> None:
    found = fingerprint(f"{LONG} in Port Kelby", title="A title of words", agency="AFP")
    packed = found.pack()
    assert len(packed) < 500
    assert unpack_fingerprint(packed) == found._replace(content_hash=b"", keys=())
