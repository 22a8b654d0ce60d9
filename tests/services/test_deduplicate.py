"""Copies among the lines of a file."""

import json
from collections.abc import Iterable, Iterator

from services.deduplicate import LineVerdict, deduplicate_lines

STORY = " ".join(f"word{number}" for number in range(120))
OTHER = " ".join(f"other{number}" for number in range(120))


def lines(*entries: object) -> list[bytes]:
    return [json.dumps(entry).encode() for entry in entries]


def test_the_earliest_is_the_original_and_the_order_is_kept() -> None:
    found = deduplicate_lines(
        lines(
            {"id": "late", "body": STORY, "published": "2026-11-24T12:00:00Z"},
            {"id": 2, "body": OTHER},
            {"id": "early", "body": f"Dateline {STORY}", "published": "2026-11-24T08:00:00Z"},
        )
    )

    assert found.lines == (
        LineVerdict("late", duplicate_of="early", rule="near_text", score=1.0),
        LineVerdict(2),
        LineVerdict("early"),
    )
    assert (found.articles, found.originals, found.copies, found.unreadable) == (3, 2, 1, 0)


def test_the_same_url_is_the_same_article() -> None:
    found = deduplicate_lines(
        lines(
            {"id": 1, "url": "https://a.example/1", "body": STORY},
            {"id": 2, "url": "https://www.a.example/1/?utm_source=x", "body": OTHER},
        )
    )

    assert (found.lines[1].duplicate_of, found.lines[1].rule) == (1, "canonical_url")


def test_a_line_that_cannot_be_read_has_its_number_and_its_reason() -> None:
    texts = [b"nope", b"  \n", *lines({"body": STORY}, {"id": 1, "body": 7}, {"id": 1, "body": ""})]
    texts += lines({"id": 1, "body": STORY})
    found = deduplicate_lines(texts)

    errors = [line.error for line in found.lines]
    assert errors[0] is not None
    assert errors[0].startswith("line 1: not JSON: ")
    assert errors[1:] == [
        'line 2: no JSON object with an "id"',
        'line 3: "body" is no text',
        None,
        "line 5: the id stands twice",
    ]
    assert (found.articles, found.unreadable) == (1, 4)


def test_nothing_is_nothing() -> None:
    found = deduplicate_lines([])
    assert (found.lines, found.articles, found.copies) == ((), 0, 0)


def test_many_lines_are_read_as_they_come_and_counted() -> None:
    """More than one process is used, which must change nothing."""
    taken, done = [0], [0]

    def file() -> Iterator[bytes]:
        for number in range(450):
            taken[0] += 1
            body = " ".join(f"w{number // 2}x{word}" for word in range(60))
            yield json.dumps({"id": number, "body": body}).encode()

    def progress() -> None:
        done[0] += 1

    found = deduplicate_lines(file(), progress=progress)

    assert (taken[0], done[0]) == (450, 450)
    assert [line.id for line in found.lines] == list(range(450))
    assert found.copies == 225
    assert all(pairs(found.lines))


def pairs(verdicts: Iterable[LineVerdict]) -> Iterator[bool]:
    """Whether of each two articles one is the copy of the other."""
    both = list(verdicts)
    for first, second in zip(both[::2], both[1::2], strict=True):
        yield {first.duplicate_of, second.duplicate_of} in ({None, first.id}, {None, second.id})


def test_lines_about_pages_without_an_article_are_passed_over() -> None:
    lines = [
        {"id": "a", "url": None, "body": "words", "outcome": "extracted"},
        {"id": "b", "url": None, "outcome": "rejected", "reason": "empty", "detail": "x"},
        {"id": None, "url": None, "outcome": "dead", "detail": "x"},
    ]
    found = deduplicate_lines([json.dumps(line).encode() for line in lines])
    assert [line.id for line in found.lines] == ["a"]
    assert (found.articles, found.unreadable, found.without_article) == (1, 0, 2)
