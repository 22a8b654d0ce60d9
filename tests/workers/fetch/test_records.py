"""The defaults of a fetch."""

from workers.fetch.records import PAGE, FetchOptions, Limits, PolitenessPolicy


def test_only_the_web_s_own_ports_are_open_by_default() -> None:
    assert Limits().ports == {80, 443}


def test_robots_txt_is_followed_unless_somebody_says_otherwise() -> None:
    assert PolitenessPolicy(delay=1.0, concurrency=2).robots


def test_a_page_is_asked_for_as_html_and_unconditionally() -> None:
    assert PAGE.accept.startswith("text/html")
    assert FetchOptions() == PAGE
    assert PAGE.validators == {}
