"""The contract of the query language: on both backends a query finds just these articles."""

import pytest

from search.language.groups import Groups
from search.language.query import parse
from search.request import SearchRequest, Sort
from storage.index import Index
from tests.support.data.newsstand import NOW, newsstand
from tests.support.index_questions import put

GROUPS: Groups = {
    "source_tag": {"romance": ("paper-fr", "paper-es", "paper-pt", "paper-it")},
    "collection": {"Asia": ("paper-zh", "paper-ja", "paper-ko", "paper-th")},
    "source_kind": {"feed": ("paper-en",)},
}
NAMES = frozenset(each.url.rsplit("/", 1)[1] for each in newsstand())
ENGLISH = {"vote", "votes", "summit", "woman", "parcels", "undated", "spelled"}


@pytest.fixture(scope="module")
def stand(shared_index: Index) -> Index:
    put(shared_index, *newsstand())
    return shared_index


def ordered(index: Index, query: str) -> list[str]:
    request = SearchRequest(parse(query, GROUPS, now=NOW), limit=100)
    result = index.search(request)
    assert result.total == len(result.hits)
    return [hit.url.rsplit("/", 1)[1] for hit in result.hits]


STEMS = {
    "minister": {"vote", "votes"},
    "ministers": {"vote", "votes"},
    "MINISTERS": {"vote", "votes"},
    '"ministers"': {"votes"},
    "title.exact:minister": {"vote"},
    "body.exact:ministers": {"votes"},
    "title:election": {"vote", "votes", "elections-fr"},
    "title:(election OR drone)": {"vote", "votes", "elections-fr", "parcels"},
    "election -ministers": {"elections-fr"},
    "deliver": {"parcels"},
    "delivers drone": {"parcels"},
    "run": {"parcels"},
    "dies": set(),
    "die": {"haus", "die"},
    "haus": {"haus"},
    "Hauser": {"haus"},
    "häusern": {"haus"},
    "strasse": {"haus"},
    "wahlen": {"die"},
    "élection": {"vote", "votes", "elections-fr"},
    "elecciones": {"elecciones"},
    "eleccion": {"elecciones"},
    "nino": {"elecciones"},
    "eleicao": {"eleicao"},
    "eleições": {"eleicao"},
    "governo": {"governo", "eleicao"},
    "verkiezing": {"verkiezing"},
    "kitap": {"kitap"},
    "kitapları": {"kitap"},
    "istanbul": {"kitap"},
    "ISTANBUL": {"kitap"},
    "isparta": {"kitap"},
    "talo": {"talo"},
    "talot": {"talo"},
    "łodzi": {"wybory"},
    "zolty": {"wybory"},
    "выборы": {"vybory"},
    "выборов": {"vybory"},
    "президент": {"vybory", "prezident"},
    '"президент"': set(),
    "ёлки": {"vybory"},
    "вибори": {"uryad"},
    "избори": {"izbori"},
    "εκλογη": {"ekloges"},
    "εκλογές": {"ekloges"},
    "ΕΚΛΟΓΕΣ": {"ekloges"},
    "كتاب": {"kitab", "ketab"},
    "lang:ar كتاب": {"kitab"},
    '"كتاب"': set(),
    "الانتخابات": {"intikhabat"},
    "٢٠٢٤": {"intikhabat"},
    "בחירות": {"bchirot"},
    "הבחירות": {"bchirot"},
    "کتاب": {"ketab"},
    "चुनाव": {"chunav"},
    "தேர்தல்": {"tamil"},
    "নির্বাচন": {"bangla"},
    "việt nam": {"kieu"},
    "chinh phu": {"kieu"},
}
SCRIPTS = {
    "中国": {"zhongguo"},
    "国政": {"zhongguo"},
    "中政": set(),
    "政府": {"zhongguo", "nihon"},
    '"日本政府"': {"nihon"},
    "コンピュータ": {"nihon"},
    "選挙": {"nihon"},
    "선거": {"hanguk"},
    "선거*": {"hanguk"},
    "รัฐบาล": {"thai"},
    "ประเทศ*": {"thai"},
    "😀": set(),
    "kremlin 😀": {"undated"},
}
WORDS = {
    '"climate conference"': {"summit"},
    '"conference climate"': set(),
    '"conference climate"~2': {"summit"},
    '"climate geneva"~1': set(),
    '"climate geneva"~2': {"summit"},
    '"climate geneva summit"~4': {"summit"},
    "kremlin~": {"undated", "spelled"},
    "kremlin": {"undated"},
    "title:kremlin~1": {"undated", "spelled"},
    "conferense~": {"summit"},
    "конференция~ OR министра~": {"prezident"},
    "wom?n": {"summit", "woman"},
    "col*r": {"woman"},
    "co*gue*": {"votes"},
    "title:colo?r": {"woman"},
    "выбор?": {"vybory"},
    "minist*": {"vote", "votes", "elections-fr", "val", "volby"},
    "l'homme": {"elections-fr"},
    '"l homme"': {"elections-fr"},
    "o'neil": set(),
    "author:o'neil": {"woman"},
    "(election OR woman)^3 minister^0.5": {"vote", "votes"},
    "€2.50": {"parcels"},
}
FIELDS = {
    "lang:en": ENGLISH,
    "lang:(ar OR he OR fa)": {"kitab", "intikhabat", "bchirot", "ketab"},
    "source_tag:romance": {"elections-fr", "elecciones", "eleicao", "governo"},
    "collection:asia": {"zhongguo", "nihon", "hanguk", "thai"},
    "source_kind:feed title:minister": {"vote", "votes"},
    "author:doe": {"vote", "votes"},
    'author.exact:"Jane Doe"': {"vote"},
    "author:*": {"vote", "votes", "woman"},
    "section:world": {"vote", "votes"},
    "section.exact:World": {"votes"},
    'tag:"foreign policy"': {"vote"},
    "tag.exact:Elections": {"vote"},
    "tag.exact:elections": set(),
    'keyword.exact:"delivery drones"': {"parcels"},
    "agency:REUTERS": {"vote"},
    "host:www.drones.example": {"parcels"},
    "host:www.d*.example": {"parcels"},
    "has:image": {"vote"},
    "links_to:www.polls.example.co.uk": {"vote"},
    "links_to:Example.co.uk": {"vote"},
    "links_to:co.uk": set(),
    "links_to:polls*": {"vote"},
    "links_to:10.0.0.7": {"vote"},
    "links_to:* -is:original": set(),
    "has:(author OR agency) -has:image": {"votes", "woman"},
    "has:section": {"vote", "votes"},
    "has:tag has:description": {"vote"},
    "-has:date": {"undated"},
    "is:paid": {"votes"},
    "is:free": {"summit"},
    "is:truncated": {"votes"},
    "is:copy": {"copied"},
    "is:copy minister": {"copied"},
    "duplicate_of:*": {"copied"},
    "ministers -is:copy": {"vote", "votes"},
    "is:original lang:en": ENGLISH,
    "is:updated": set(),
    "dated:none": {"undated"},
    "dated:likely": {"summit"},
    "dated:doubtful": {"woman"},
    "dated:sure lang:en": {"vote", "votes", "parcels", "spelled"},
    "published:today": {"vote"},
    "published:yesterday": {"votes"},
    "published:[now-36h TO now] lang:en": {"vote", "votes"},
    "newer:2h": {"vote"},
    "newer:3d lang:en": {"vote", "votes", "summit"},
    "older:1M": {"parcels", "spelled"},
    "older:1y": {"spelled"},
    "published:<now-30d": {"parcels", "spelled"},
    "published:2024-05-12": {"woman", "uryad", "bangla"},
    "word_count:>11 lang:en": {"summit", "woman", "parcels", "undated"},
}
QUERIES = {**STEMS, **SCRIPTS, **WORDS, **FIELDS}


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_a_query_finds_just_these(stand: Index, query: str, expected: set[str]) -> None:
    assert expected <= NAMES
    assert set(ordered(stand, query)) == expected


def test_the_very_word_comes_before_one_of_its_stem(stand: Index) -> None:
    assert ordered(stand, "title:minister") == ["vote", "votes"]
    assert ordered(stand, "title:ministers") == ["votes", "vote"]
    assert ordered(stand, "президенте")[0] == "prezident"


def test_a_weight_changes_the_order(stand: Index) -> None:
    assert ordered(stand, "title:(drones^9 OR guide)")[0] == "parcels"
    assert ordered(stand, "title:(drones OR guide^9)")[0] == "undated"


def test_words_are_marked_by_their_stem(stand: Index) -> None:
    (hit,) = stand.search(SearchRequest(parse("runs deliver drone"))).hits
    assert hit.title_html == "<mark>Running</mark> costs of delivery <mark>drones</mark> fall"
    assert "<mark>delivered</mark>" in hit.highlights[0]
    (hit,) = stand.search(SearchRequest(parse("президентов выборов"))).hits
    assert hit.title_html == "<mark>Выборы</mark> <mark>президента</mark> назначены"
    (hit,) = stand.search(SearchRequest(parse('"ministers"'))).hits
    assert hit.title_html == "<mark>Ministers</mark> quarrel over elections"


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("kremlni~", "<mark>Kremlni</mark> spokesman misquoted"),
        ("krem*ni", "<mark>Kremlni</mark> spokesman misquoted"),
        ('"misquoted kremlni"~5', "<mark>Kremlni</mark> spokesman <mark>misquoted</mark>"),
    ],
)
def test_what_is_found_otherwise_is_marked_too(stand: Index, query: str, marked: str) -> None:
    hits = stand.search(SearchRequest(parse(query))).hits
    assert marked in [hit.title_html for hit in hits]


def test_the_largest_queries_are_answered(stand: Index) -> None:
    letters = "abcdefghijklmnop"
    many = [f"Ström{one}{other}ungen" for one in letters for other in letters][:199]
    assert set(ordered(stand, " OR ".join([*many, "kremlin"]))) == {"undated"}
    assert ordered(stand, " ".join([*many, "kremlin"])) == []
    expanded = [f"krem*{one}" for one in letters[:10]] + [f"kreml{one}in~" for one in letters[:10]]
    assert "undated" in ordered(stand, " OR ".join(expanded))
    for sort in (Sort.BEST, Sort.RELEVANCE):
        deep = SearchRequest(parse("NOT " * 18 + "kremlin"), sort=sort, moment=NOW)
        assert stand.search(deep).total == 1
    assert ordered(stand, "kr*a?b*c?*") == []
    near = " OR ".join(f'"kremlin museums {one} {one}b {one}c {one}d"~9' for one in letters)
    assert ordered(stand, near) == []
