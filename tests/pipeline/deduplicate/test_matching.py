import gzip
import json
import random
from itertools import combinations
from pathlib import Path

import pytest

from pipeline.deduplicate import (
    NEAR_TEXT,
    SAME_TEXT,
    Candidate,
    Families,
    Fingerprint,
    fingerprint,
    match_copy,
    unpack_fingerprint,
)
from pipeline.deduplicate.fingerprint import FILLED_IN, LOOKED_UP_KEYS, SHINGLES, STORED_KEYS
from pipeline.text.shingles import numbers_and_names

TEXTS: dict[str, str] = json.loads((Path(__file__).parent / "texts.json").read_text())
STORY, OTHER, CHINESE = TEXTS["story"], TEXTS["other"], TEXTS["zh"]
PARAGRAPHS = STORY.split("\n\n")

COPIES = {
    "with another header": "Harbour Post, Friday, by our own correspondent\n\n"
    + STORY.replace("HAVENMOUTH – ", ""),
    "cut to half": "\n\n".join(PARAGRAPHS[:3]),
    "with a long lead of its own": OTHER + "\n\n" + STORY,
    "with another first sentence": "Good news for everybody on the islands."
    + STORY[STORY.index(".") + 1 :],
    "with other quotes and dashes": STORY.replace("“", '"')
    .replace("”", '"')
    .replace("–", "-")
    .replace("’", "'"),
    "in capitals": STORY.upper(),
    "with prompts between": "\n\nSign up for our morning letter.\n\n".join(PARAGRAPHS),
    "in a page with much boilerplate": f"{OTHER}\n\n{STORY}\n\n{TEXTS['rain']}\n\n{TEXTS['fog']}",
}


def candidate(of: Fingerprint, article: str = "first", source: str = "a") -> Candidate:
    return Candidate(article=article, source=source, fingerprint=unpack_fingerprint(of.pack()))


def of_copies(first: str, second: str, **more: str) -> bool:
    """Whether the second is found among what is stored of the first, and matched as a copy."""
    left, right = fingerprint(first, **more), fingerprint(second, **more)
    return (
        bool(set(left.stored_keys) & set(right.keys))
        and match_copy(right, [candidate(left)]) is not None
    )


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copy_is_found_and_judged_one_whichever_came_first(copy: str) -> None:
    assert of_copies(STORY, copy)
    assert of_copies(copy, STORY)


def test_the_same_words_are_the_same_text() -> None:
    first, second = fingerprint(STORY), fingerprint(STORY.upper().replace(",", " ;"))
    assert (first.content_hash, first.same_text, first.shingles) == (
        second.content_hash,
        second.same_text,
        second.shingles,
    )
    verdict = match_copy(second, [candidate(first)])
    assert verdict is not None
    assert (verdict.rule, verdict.score) == (SAME_TEXT, 1.0)


def test_another_story_is_no_copy() -> None:
    first, second = fingerprint(STORY), fingerprint(OTHER)
    assert not set(first.keys) & set(second.keys)
    assert match_copy(second, [candidate(first)]) is None


def own_passage(words: int, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join("".join(chance.sample("abcdefghijklmnoprstu", 6)) for _ in range(words))


@pytest.mark.parametrize(("own", "copies"), [(20, True), (110, False)])
def test_texts_that_each_have_a_long_passage_of_their_own_are_no_copies(
    own: int, *, copies: bool
) -> None:
    shared = own_passage(500, 0)
    left, right = (f"{shared} {own_passage(own, seed)} {own_passage(100, 3)}" for seed in (1, 2))
    assert of_copies(left, right) is copies
    assert of_copies(left, f"{shared} {own_passage(100, 3)}")


def test_the_same_title_or_agency_outweighs_passages_of_their_own() -> None:
    shared = own_passage(500, 0)
    left, right = (f"{shared} {own_passage(110, seed)}" for seed in (1, 2))
    assert not of_copies(left, right)
    assert not of_copies(left, right, title="Morning briefing")
    assert of_copies(left, right, title="Ferry crews go back to work on Monday")
    assert of_copies(left, right, agency="Reuters")


FORM = """A magnitude {0} earthquake struck {1} kilometres from {2} at {3} on {4}, the survey said.
The quake was {5}
kilometres deep. It was felt in {6} and {7}, where no damage was reported. In the past ten days
there have been {8}
earthquakes of magnitude three or greater centred nearby. An average of {9} earthquakes a year with
such magnitudes
occur there, says a recent sample of three years of data, and anybody who felt it is asked to tell
the survey."""


def test_two_reports_from_the_same_form_are_no_copies_but_a_copy_of_one_is() -> None:
    first = FORM.format("4.1", 12, "Dunmere", "6:03", "Monday", 7, "Eastquay", "Skerrow", 14, 230)
    second = FORM.format("3.6", 31, "Aldana", "19:44", "Friday", 22, "Vendimia", "Ladera", 3, 61)
    assert not of_copies(first, second)
    assert of_copies(
        first, first.replace("was felt", "was strongly felt").replace("asked to", "invited to")
    )


@pytest.mark.parametrize("language", ["zh", "ja", "th"])
def test_scripts_without_spaces_are_compared_by_characters(language: str) -> None:
    text = TEXTS[language]
    assert of_copies(text, "本報訊 " + text[: int(len(text) * 0.85)])
    assert not any(
        of_copies(TEXTS[other], text) for other in ("zh", "ja", "th") if other != language
    )


def test_a_brief_within_a_page_of_briefs_is_no_copy_of_the_page() -> None:
    page = "\n\n".join([*(own_passage(60, seed) for seed in range(30)), TEXTS["rain"]])
    assert not of_copies(page, TEXTS["rain"])


def test_a_short_text_is_the_same_only_under_the_same_title() -> None:
    notice = "Please accept our cookies to read on. You may change your mind at any time."
    assert fingerprint(notice).same_text == 0
    assert match_copy(fingerprint(notice), [candidate(fingerprint(notice))]) is None
    titled, other = fingerprint(notice, title="Ferry late"), fingerprint(notice, title="Grain fire")
    verdict = match_copy(titled, [candidate(other, "other"), candidate(titled, "titled")])
    assert verdict is not None
    assert (verdict.article, verdict.rule) == ("titled", SAME_TEXT)


@pytest.mark.parametrize("text", ["", "!", "Goal for Havenmouth Town.", "\x00", "\ud800 lone"])
def test_a_text_of_a_few_words_has_a_fingerprint_that_matches_nothing(text: str) -> None:
    made = fingerprint(text)
    assert match_copy(made, [candidate(made)]) is None
    assert unpack_fingerprint(made.pack()) == made._replace(content_hash=b"", keys=())


def test_the_best_candidate_wins_and_of_equals_the_first() -> None:
    new = fingerprint(STORY)
    half = fingerprint("\n\n".join(PARAGRAPHS[1:4]).replace("nine", "ten"))
    near = fingerprint(COPIES["with prompts between"])
    verdict = match_copy(
        new, [candidate(half, "half"), candidate(near, "near"), candidate(near, "later")]
    )
    assert verdict is not None
    assert (verdict.article, verdict.rule) == ("near", NEAR_TEXT)
    assert match_copy(new, [candidate(half, "half")], threshold=0.99) is None
    assert match_copy(new, []) is None


def test_of_the_same_texts_the_one_of_its_own_source_wins() -> None:
    new = fingerprint(STORY)
    known = [candidate(new, "elsewhere", "b"), candidate(new, "here", "a")]
    verdict = match_copy(new, known, source="a")
    assert verdict is not None
    assert verdict.article == "here"


def test_numbers_and_names_are_what_a_form_would_fill_in() -> None:
    numbers, names = numbers_and_names(
        "The Bank of Aldana paid €3.5m. Yesterday, Maud Ellery (A) said B2B grew 7 %, É-Ñandú"
    )
    assert numbers == {"3", "5m", "b2b", "7"}
    assert names == {"bank", "aldana", "maud", "ellery", "ñandú"}


def test_a_fingerprint_is_small() -> None:
    made = fingerprint(
        f"{own_passage(20_000, 1)} {' '.join(map(str, range(30)))}", title="t", agency="AFP"
    )
    assert SHINGLES / 2 <= len(made.shingles.values) <= SHINGLES
    assert len(made.numbers.values) <= FILLED_IN
    assert len(made.stored_keys) == STORED_KEYS + 1
    assert len(made.keys) == LOOKED_UP_KEYS + 1
    assert len(made.pack()) < 480


def test_fingerprints_stay_the_same_across_processes_and_releases() -> None:
    golden = json.loads((Path(__file__).parent / "golden.json").read_text())
    made = {
        name: fingerprint(text, title="A title of four", agency="AFP")
        for name, text in TEXTS.items()
    }
    known = {
        name: [one.content_hash.hex(), one.pack().hex(), b"".join(one.keys).hex()]
        for name, one in made.items()
    }
    assert known == golden, (
        "stored fingerprints have become useless: keep the old method, or version them"
    )


def test_on_real_pages_all_extractions_of_a_page_are_one_family_and_no_two_pages_are(
    shared_data: Path,
) -> None:
    with gzip.open(shared_data / "neardup" / "variants.jsonl.gz", "rt") as lines:
        texts = [json.loads(line) for line in lines]
    random.Random(5).shuffle(texts)
    families = Families()
    for place, text in enumerate(texts):
        families.add(str(place), fingerprint(text["text"]))
    of = {article: copy.article if copy else article for article, copy in families.matches()}
    together = wrong = missed = 0
    for (left, one), (right, other) in combinations(enumerate(texts), 2):
        same, found = one["page"] == other["page"], of[str(left)] == of[str(right)]
        together += same and found
        wrong += found and not same
        missed += same and not found
    assert wrong == 0
    assert 2 * together / (2 * together + wrong + missed) >= 0.98


def test_what_a_form_says_of_another_day_or_place_is_no_copy() -> None:
    form = (
        "The ferry to {0} leaves the east quay at {1} on {2}. Passengers should be there a quarter"
        " of an hour before, with their tickets at hand, and those who bring a bicycle or a dog are"
        " asked to tell the mate. Hot soup is sold on board at {3} crowns a bowl, and the saloon is"
        " heated. In strong wind the crossing to {0} may take longer, and the captain has the last"
        " word."
    )
    first = form.format("Skerrow", "7:15", "Monday", 4)
    assert not of_copies(first, form.format("Aldana", "7:15", "Friday", 4))
    assert of_copies(
        first, first + " The pier at Skerrow will be painted in the week after Easter."
    )


def test_a_few_numbers_that_changed_make_another_list_of_prices() -> None:
    rows = [f"{name} {at}.{at * 7 % 90 + 10}" for at, name in enumerate(WOODS, start=11)]
    first = f"Prices at the wool market, per sack, as the clerk noted them: {'; '.join(rows)}."
    second = first
    for at in (2, 9, 17):
        second = second.replace(rows[at], f"{rows[at][:-2]}{at + 110}")
    assert not of_copies(first, second)
    assert of_copies(first, "From our man at the wool market. " + first)


WOODS = [
    *("alder", "beech", "cedar", "dogwood", "elder", "fir", "gorse", "hazel", "ivy", "juniper"),
    *("kelp", "larch", "maple", "nettle", "oak", "pine", "quince", "rowan", "sedge", "thorn"),
]


def test_short_news_without_its_sender_is_a_copy_and_a_notice_is_none() -> None:
    sender = own_passage(120, 4)
    news = (
        "The Orme Line buys the yard of Dunmere for 12 million, its director Ida Brandt said on"
        " Monday; all 140 jobs there are kept until 2031."
    )
    assert of_copies(f"{news} {sender}", news)
    notice = "please read our terms before you go on and tell us in the form below what you think"
    assert not of_copies(f"{notice} {sender}", notice)
