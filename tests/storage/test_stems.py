"""Stems by language, as they are indexed and as they are asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.stems import LONGEST_WORD, NO_STEMS, fold, stem_text, stemmed, stems_asked
from storage.words import tokenize


def stems(word: str, language: str | None) -> tuple[str, ...]:
    (token,) = tokenize(word)
    return stemmed(token, word, language)


def asked(word: str) -> tuple[str, ...]:
    (token,) = tokenize(word)
    found = stems_asked(token, word)
    return found.tagged if found else ()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["minister", "Ministers"]),
        ("EN", ["elect", "elections"]),
        ("de", ["Haus", "Häuser", "hauser", "HÄUSER"]),
        ("de", ["Straße", "strasse", "Straßen"]),
        ("fr", ["élection", "élections", "elections"]),
        ("es", ["elección", "elecciones", "eleccion"]),
        ("pt", ["câmara", "câmaras", "camara"]),
        ("tr", ["kitap", "kitapları", "KİTAP"]),
        ("tr", ["Isparta", "ISPARTA", "ısparta", "isparta"]),
        ("ru", ["выборы", "выборов", "ВЫБОРАМИ"]),
        ("el", ["εκλογές", "ΕΚΛΟΓΕΣ", "εκλογων"]),
        ("ar", ["كتاب", "الكتاب", "كِتَابٌ"]),
        ("hi", ["चुनाव", "चुनावों"]),
        ("nb", ["valg", "valget"]),
        ("hr", ["izbori", "izbora"]),
    ],
)
def test_words_of_one_stem_find_each_other(language: str, words: list[str]) -> None:
    for written in words:
        for typed in words:
            assert set(stems(written, language)) & set(asked(typed)), (written, typed)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("ministers", None),
        ("ministers", "zh"),
        ("ministers", "ru"),
        ("выборы", "en"),
        ("covid19", "en"),
        ("2024", "en"),
        ("בחירות", "he"),
        ("นโยบาย"[0], "th"),
        ("中", "zh"),
        ("x" * (LONGEST_WORD + 1), "en"),
    ],
)
def test_others_have_none(word: str, language: str | None) -> None:
    assert stems(word, language) == ()


def test_languages_keep_words_apart() -> None:
    assert not set(stems("die", "de")) & set(asked("dies"))
    assert set(stems("die", "en")) & set(asked("dies"))


@pytest.mark.parametrize("word", ["中", "2024", "선거"])
def test_nothing_is_asked_for_words_without_stems(word: str) -> None:
    assert asked(word) == ()


def test_a_text_is_indexed_by_its_stems_with_and_without_the_language() -> None:
    text = "Ministers met: 2024"
    assert stem_text(tokenize(text), text, "en") == "minist en:minist met en:met"
    for language in (None, "ja"):
        assert stem_text(tokenize(text), text, language) == NO_STEMS
    assert stem_text([], "", "en") == NO_STEMS


def test_stems_are_folded_as_the_index_folds() -> None:
    for word in ("élu", "straße", "İ", "ёлка", "كِتَابٌ"):
        assert fold(word) == "".join(token.text for token in tokenize(word))


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"{stem}{end}" for stem in ("elect", "minist", "govern") for end in ("ions", "ers")]
    words = [f"{word}{'abcdefgh'[n % 8]}s" for n in range(400) for word in words]
    alone = [stems(word, "en") for word in words]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda word: stems(word, "en"), words)) == alone
