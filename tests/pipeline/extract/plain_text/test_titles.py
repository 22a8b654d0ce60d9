"""The title of plain text."""

from pipeline.extract.plain_text.lines import LineSpan
from pipeline.extract.plain_text.titles import find_title, without_site
from pipeline.urls import Url

URL = Url("https://www.harbour-post.example/2026/ferries-sail-again")
SENTENCE = "The ferry between Eastquay and the islands will sail again on Monday, the board said."


def title(*above: str, announced: str = "") -> str | None:
    lines = [*above, SENTENCE, SENTENCE]
    at = find_title(lines, LineSpan(len(above), len(lines)), announced, URL)
    return None if at is None else lines[at]


def test_the_words_of_the_address_tell_the_title() -> None:
    assert title("Harbour Post Online Edition", "Ferries sail again", "News from home") == (
        "Ferries sail again"
    )


def test_an_announced_title_counts_most() -> None:
    lines = ("Ferries sail again", "The islands have food")
    assert title(*lines, announced="The islands have food") == "The islands have food"


def test_a_breadcrumb_ends_with_the_title() -> None:
    assert title(
        "Home > Trains stop for days", "Trains stop for days", "Weather is fine today"
    ) == ("Trains stop for days")


def test_labels_bylines_and_dates_are_no_titles() -> None:
    # The first line of the text is all that is left.
    assert (
        title("Home", "By Ann Lee and Bob Ray", "24 November 2026", "Share on Facebook") == SENTENCE
    )


def test_the_site_s_name_is_known_by_the_host() -> None:
    assert without_site("Ferries sail again - Harbour Post", URL) == "Ferries sail again"
    assert without_site("Ferries sail again - in winter", URL) == "Ferries sail again - in winter"
    assert without_site("Ferries sail again", URL) == "Ferries sail again"
