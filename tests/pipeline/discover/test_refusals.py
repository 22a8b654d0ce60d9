"""What is remembered of the entries that cannot be followed."""

from pipeline.discover.announced import RefusedEntry
from pipeline.discover.refusals import EMPTY_BYTES, commonest_reason, refusals_in, without_entries
from pipeline.outcome import Reason


def entries(*details: str) -> list[RefusedEntry]:
    return [RefusedEntry(url=None, reason=Reason.BAD_URL, detail=detail) for detail in details]


def test_the_commonest_reason_is_named() -> None:
    assert commonest_reason(entries("no link", "no scheme", "no scheme")) == "no scheme"
    assert commonest_reason([]) == ""


def test_all_refused_is_another_thing_than_most() -> None:
    refused = entries(*["no link"] * 9)
    every, most, many = (refusals_in(refused, usable=usable) for usable in (0, 2, 3))
    assert every is not None
    assert most is not None
    assert many is not None
    assert (every.total, every.many) == (True, True)
    assert every.sentence == "none of its 9 entries has a usable link: no link"
    assert (most.total, most.many) == (False, True)
    assert most.sentence == "9 of its 11 entries have no usable link, most often: no link"
    assert (many.total, many.many) == (False, False)


def test_nothing_refused_is_nothing_to_say_and_one_entry_is_no_plural() -> None:
    assert refusals_in([], usable=3) is None
    alone = refusals_in(entries("no link"), usable=0)
    assert alone is not None
    assert alone.sentence == "its only entry has no usable link: no link"


def test_a_large_document_without_entries_has_a_form_that_is_not_read() -> None:
    assert without_entries(EMPTY_BYTES, 0) is None
    assert without_entries(1_000_000, 1) is None
    assert without_entries(12_345, 0) == (
        "no entry was found in its 12,345 bytes: it may have a form that is not read"
    )
