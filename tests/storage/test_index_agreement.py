"""Both backends give the same results for the same articles."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from search.language.query import parse
from search.request import SearchRequest, Sort
from search.text import normalise
from storage.elasticsearch.template import VERSION
from storage.index import Index, Stored
from storage.words import tokenize
from tests.support.data.corpus import SENTENCES, corpus
from tests.support.index_places import Place, elasticsearch_place, opened

Both = tuple[Index, Index]


@pytest.fixture(scope="module")
def place(elasticsearch_url: str) -> Iterator[Place]:
    with elasticsearch_place(elasticsearch_url) as made:
        yield made


@pytest.fixture(scope="module")
def both(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    embedded = Place("tantivy", str(tmp_path_factory.mktemp("index")), "")
    with opened(embedded) as one, opened(place) as other:
        articles = corpus()
        for index in (one, other):
            # In batches, so that there are several segments and months.
            for start in range(0, 60, 20):
                assert index.put(articles[start : start + 20]) == [Stored()] * 20
        yield one, other


@pytest.mark.parametrize(
    "query",
    [
        "*",
        "kremlin",
        "russia muscles",
        '"muscle flexing"',
        "kremlin OR minister OR prices",
        "title:kremlin -lang:fr",
        "l'homme OR don't OR straße OR cœurs",
        "minist* OR décembre",
        "muscle* source:source-1",
        "Кремле OR заявил",
        "الكتاب OR قديم",
        "中国 OR 普京",
        "日本 OR コンピュータ",
        "ประเทศไทย OR รัฐบาล",
        "published:[2017-11-01 TO 2017-11-30]",
        "word_count:>300 (de OR la OR le)",
        "author:núñez OR tag:russia OR keyword:kremlin",
        "description:kremlin OR description:die",
        "section:world NOT host:www1.news.example",
        "lang:(zh OR ja OR th) (大 OR 年 OR การ OR 展)",
    ],
)
@pytest.mark.parametrize(
    "options",
    [{}, {"copies": True, "offset": 3, "limit": 7}, {"sort": Sort.NEWEST}, {"sort": Sort.OLDEST}],
)
def test_results_agree(both: Both, query: str, options: dict[str, Sort | bool | int]) -> None:
    request = SearchRequest(parse(query), **{"limit": 60, **options})  # type: ignore[arg-type]  # mixed on purpose
    embedded, remote = (index.search(request) for index in both)
    assert embedded.total == remote.total > 0
    assert embedded.copies_left_out == remote.copies_left_out
    assert [hit.id for hit in embedded.hits] == [hit.id for hit in remote.hits]
    for one, other in zip(embedded.hits, remote.hits, strict=True):
        assert one.score == pytest.approx(other.score, rel=0.05)
        assert one.model_copy(update={"score": other.score}) == other
    assert embedded.facets == remote.facets


def test_dates_leave_the_same_articles(both: Both) -> None:
    """Their order may differ.

    Elasticsearch reckons how rare a word is without the months that the dates leave out.
    """
    request = SearchRequest(
        parse("published:[2017-11-01 TO 2017-11-30] (kremlin OR kreml OR 2017)"), limit=60
    )
    embedded, remote = (index.search(request) for index in both)
    assert embedded.total == remote.total > 0
    assert {hit.id for hit in embedded.hits} == {hit.id for hit in remote.hits}
    assert embedded.facets == remote.facets


def _tokens(client: Elasticsearch, index: str, text: str) -> list[tuple[str, int]]:
    answer = client.indices.analyze(index=index, field="body", text=text)
    return [(token["token"], token["position"]) for token in answer["tokens"]]


@pytest.fixture(scope="module")
def analyzing(both: Both, place: Place) -> Iterator[tuple[Elasticsearch, str]]:
    assert both
    with Elasticsearch(place.where) as client:
        yield client, f"{place.name}-v{VERSION}-2017.11"


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_tokens_agree(analyzing: tuple[Elasticsearch, str], language: str) -> None:
    for sentence in SENTENCES[language]:
        text = normalise(sentence)
        tokens = [(token.text, token.position) for token in tokenize(text)]
        assert tokens == _tokens(*analyzing, text)
        assert len(tokens) >= 5


def test_every_letter_is_folded_alike(analyzing: tuple[Elasticsearch, str]) -> None:
    """All of the first three planes, so that no script is left out by an example's choice."""
    letters = [chr(code) for code in range(0x20, 0x30000) if not 0xD800 <= code < 0xE000]
    compared, differing = 0, []
    for start in range(0, len(letters), 4000):
        text = " ".join(letters[start : start + 4000])
        assigned = _assigned(analyzing[0], text)
        ours = {token.start: token.text for token in tokenize(text)}
        answer = analyzing[0].indices.analyze(index=analyzing[1], field="body", text=text)
        offsets = _offsets(text)
        theirs = {offsets[token["start_offset"]]: token["token"] for token in answer["tokens"]}
        compared += len(assigned)
        differing += [
            (hex(ord(text[at])), ours.get(at), theirs.get(at))
            for at in {*ours, *theirs} & assigned
            if ours.get(at) != theirs.get(at)
        ]
    assert sorted(differing) == []
    assert compared > 140_000


def _assigned(client: Elasticsearch, text: str) -> set[int]:
    """Where the letters are that the Unicode of the server's Java has; Java 21 has 15.0, not 16."""
    tokenizer = {"type": "pattern", "pattern": r"[\p{IsAssigned}&&[^ ]]", "group": 0}
    answer = client.indices.analyze(tokenizer=tokenizer, text=text)
    offsets = _offsets(text)
    return {offsets[token["start_offset"]] for token in answer["tokens"]}


def _offsets(text: str) -> dict[int, int]:
    """From Java's offsets, which count UTF-16 units, to ours."""
    offsets, java = {}, 0
    for at, letter in enumerate(text):
        offsets[java] = at
        java += 1 if ord(letter) < 0x10000 else 2
    return offsets


def test_long_words_are_left_out_alike(analyzing: tuple[Elasticsearch, str]) -> None:
    text = f"a {'x' * 255} b {'y' * 256} c"
    assert [(token.text, token.position) for token in tokenize(text)] == _tokens(*analyzing, text)
