"""What is read from a file: pages and reasons, which are one vocabulary with the ledger's."""

from enum import StrEnum

from pipeline.outcome import Reason
from storage.archive.captures import NotReadable, Skip, Skipped


def test_a_reason_of_a_file_is_none_of_the_ledger_s() -> None:
    assert not {each.value for each in Skip} & {each.value for each in Reason}


def test_either_kind_of_reason_says_why_something_is_no_page() -> None:
    reasons: list[StrEnum] = [Skip.DAMAGED, Reason.TOO_LARGE]
    assert [str(Skipped(None, each, "x").reason) for each in reasons] == ["damaged", "too_large"]


def test_a_file_that_cannot_be_read_is_no_error_of_the_disk() -> None:
    assert not issubclass(NotReadable, OSError)
