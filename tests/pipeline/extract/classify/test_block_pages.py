"""Titles and sentences with which sites turn visitors away, and headlines that sound like them."""

import pytest

from pipeline.extract.classify.block_pages import LONG, SHORT, classify_block_page

TEXT = "The council met on Tuesday and agreed on a budget after a debate of four hours."


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("404", "an error page"),
        ("429 Too Many Requests", "an error page"),
        ("451: Unavailable due to legal reasons", "an error page"),
        ("We couldn’t find that page | Harbour Post", "an error page"),
        ("This story is no longer available - Harbour Post", "an error page"),
        ("Seite nicht gefunden – Hafenpost", "an error page"),
        ("Pagina niet gevonden - De Kade", "an error page"),
        ("お探しのページは見つかりません", "an error page"),
        ("Oops!", "an error page"),
        ("Site maintenance", "an error page"),
        ("Just a moment...", "a check for robots"),
        ("Access to this page has been denied", "a check for robots"),
        ("Sorry, you have been blocked", "a check for robots"),
        ("Human Verification", "a check for robots"),
        ("Sign in to continue", "a login"),
        ("Anmelden | Hafenpost", "a login"),
        ("Create a free account to continue reading", "a login"),
        ("Abonnez-vous pour lire la suite", "a login"),
        ("Your privacy choices", "a consent wall"),
        ("Weiterlesen mit Werbung", "a consent wall"),
        ("Before you continue to Harbour Post", "a consent wall"),
        ("La tua privacy è importante per noi", "a consent wall"),
        ("Ad blocker detected", "a demand on the browser"),
    ],
)
def test_titles_of_walls(title: str, expected: str) -> None:
    assert classify_block_page((title,), TEXT, len(TEXT)) == expected
    assert classify_block_page(("", title), TEXT, len(TEXT)) == expected
    assert classify_block_page((title,), TEXT, SHORT) is None  # who says so much has a story


@pytest.mark.parametrize(
    "title",
    [
        "404 trees for the park",
        "Page 94 not found: the mystery of the lost manuscript",
        "Internal server error cost the bank two million",
        "Something went wrong with the harvest",
        "Oops: mayor signs the wrong paper",
        "Maintenance: bridge closed for a week",
        "Access to beach denied after storm",
        "Are you a robot? The machine that asked the mayor",
        "Security check: airport gets new scanners",
        "Unusual traffic: geese on the motorway",
        "Login: what changes for customers",
        "Register to vote by Friday, council says",
        "Sign up for swimming lessons opens on Monday",
        "Subscribe for change: the new cooperative",
        "Datenschutz: Rat beschließt neue Regeln",
        "Zustimmung: Kreis ist zufrieden",
        "Your data: what the census asks",
    ],
)
def test_headlines_that_sound_like_walls(title: str) -> None:
    assert classify_block_page((title,), TEXT, len(TEXT)) is None
    assert classify_block_page((f"{title} - Harbour Post",), TEXT, len(TEXT)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Please enable JS and disable any ad blocker",
        "Press & Hold to confirm you are a human (and not a bot).",
        'You don\'t have permission to access "http://a.example/story" on this server.',
        "Verifying you are human. This may take a few seconds.",
    ],
)
def test_sentences_of_machines_under_any_title(text: str) -> None:
    assert classify_block_page(("harbour-post.example",), text, len(text)) == "a check for robots"
    assert classify_block_page(("harbour-post.example",), text, SHORT) is None


def test_a_consent_wall_may_be_long_when_it_says_what_the_law_wants_said() -> None:
    law = (
        "We and our 214 partners use cookies and process personal data. You may withdraw your "
        "consent. "
    )
    title = ("We value your privacy",)

    assert classify_block_page(title, law * 10, len(law) * 10) == "a consent wall"
    assert classify_block_page(title, TEXT * 20, len(TEXT) * 20) is None
    assert classify_block_page(("Ferries sail again",), law * 10, len(law) * 10) is None
    assert classify_block_page(title, law * 100, LONG) is None
