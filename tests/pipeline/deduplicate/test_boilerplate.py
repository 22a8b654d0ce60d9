"""Paragraphs that one source puts under many articles."""

from pipeline.deduplicate import Candidate, Families, fingerprint, match_copy
from pipeline.deduplicate.boilerplate import boilerplate_of

SENDER = """The society looks after paths, walls and wells on the island and has done so since the
great storm. It lives from gifts and from the work of many hands. Whoever wants to help is welcome
at the hut by the mill on any dry evening, and gloves are lent to all. Pictures of the walls may be
printed by everybody who names the society. The minutes of its meetings are read aloud in the hall
once a season, and children may ask questions first."""
NEWS = (
    "Elder trees will be planted along the lower path before the frost comes to the valley.",
    "A lost purse with a silver clasp lies in the hut and waits for whoever dropped it there.",
    "The well behind the chapel is clean again after a week of work with ropes and buckets.",
    "Sheep have pushed over the long wall, so that the upper path is closed to walkers now.",
    "An owl has moved into the mill, and visitors are asked to keep their voices low inside.",
)


def release(at: int) -> str:
    return f"{NEWS[at]} {SENDER}"


PAPERS = ("Ash 17 Orme 1911", "Brandt 23 Vale 1907", "Calder 31 Quay 1934", "Dunn 41 Penn 1948")


def known(*, releases: int, source: str = "society") -> list[Candidate]:
    """Releases with numbers and names of their own, by which they are told apart."""
    made = []
    for at in range(releases):
        about = f"with {' and '.join(PAPERS[at].split())} {PAPERS[at]}"
        text = fingerprint(f"{NEWS[at]} This was said {about}. {SENDER}")
        made.append(Candidate(article=str(at), source=source, fingerprint=text))
    return made


def test_what_several_stories_of_a_source_hold_is_boilerplate() -> None:
    texts = [fingerprint(release(at)) for at in range(4)]
    sender = set(fingerprint(SENDER).shingles.values)
    common = boilerplate_of(texts, lambda _left, _right: False)
    assert common
    assert common <= sender
    assert boilerplate_of(texts[:2], lambda _left, _right: False) == frozenset()
    assert boilerplate_of(texts, lambda _left, _right: True) == frozenset()


def test_releases_are_told_apart_once_their_source_is_known() -> None:
    new = fingerprint(release(4))
    assert match_copy(new, known(releases=2), source="society") is not None
    assert match_copy(new, known(releases=4), source="society") is None
    assert match_copy(new, known(releases=4), source="other") is None
    assert match_copy(new, known(releases=4, source=""), source="") is not None


def test_a_copy_of_one_of_them_is_still_one() -> None:
    story = " ".join(NEWS)
    first = fingerprint(f"{story} {SENDER}")
    candidates = [*known(releases=4), Candidate(article="f", source="society", fingerprint=first)]
    found = match_copy(fingerprint(f"From the island: {story}"), candidates, source="other")
    assert found is not None
    assert found.article == "f"


def test_versions_of_one_story_are_no_boilerplate() -> None:
    families = Families()
    for at in range(6):
        text = f"{release(0)} {NEWS[1]} {NEWS[2]} Seen {at} times."
        families.add(str(at), fingerprint(text), source="society")
    assert {copy.article if copy else name for name, copy in families.matches()} == {"0"}


def test_a_release_that_several_stories_quote_is_still_found_in_them() -> None:
    quoting = known(releases=4)
    match = match_copy(fingerprint(SENDER), quoting, source="paper")
    assert match is not None
