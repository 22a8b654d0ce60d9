"""What feeds and servers ask of those who poll them."""

from datetime import UTC, datetime

import pytest

from pipeline.discover.feeds import parse_feed
from pipeline.discover.hints import Hints, fresh_seconds

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday
HEAD = (
    b'<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>H</title>%b'
    b"<item><link>http://a.example/1</link><title>1</title><ttl>7</ttl></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("said", "hints"),
    [
        (b"", Hints()),
        (b"<ttl>60</ttl>", Hints(ttl=3_600)),
        (b"<ttl> 15 </ttl>", Hints(ttl=900)),
        (b"<ttl>0</ttl>", Hints()),
        (b"<ttl>soon</ttl><ttl>-4</ttl>", Hints()),
        (b"<ttl>9999999</ttl>", Hints(ttl=31 * 86_400)),
        (b"<!-- <ttl>60</ttl> -->", Hints()),
        (
            (
                b"<sy:updatePeriod> hourly </sy:updatePeriod>"
                b"<sy:updateFrequency>\n4</sy:updateFrequency>"
            ),
            Hints(period=900),
        ),
        (b"<sy:updatePeriod>daily</sy:updatePeriod>", Hints(period=86_400)),
        (
            b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            Hints(period=3_600),
        ),
        (b"<sy:updatePeriod>often</sy:updatePeriod>", Hints()),
        (
            (
                b"<skipHours><hour>0</hour><hour> 23 </hour><hour>24</hour><hour>25</hour>"
                b"<hour>x</hour></skipHours>"
            ),
            Hints(skip_hours=frozenset({0, 23})),
        ),
        (
            b"<skipDays><day>Saturday</day><day>sunday</day><day>Caturday</day></skipDays>",
            Hints(skip_days=frozenset({5, 6})),
        ),
    ],
)
def test_the_head_of_a_feed_is_read(said: bytes, hints: Hints) -> None:
    assert parse_feed(HEAD % said, url="http://a.example/", source="a", now=NOW).hints == hints


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": 'public, Max-Age="600"'}, 600),
        ({"cache-control": "max-age=300", "age": "100"}, 200),
        ({"cache-control": "max-age=300", "age": "500"}, None),
        ({"cache-control": "no-cache, max-age=300"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=soon", "expires": "Mon, 02 Mar 2026 11:00:00 GMT"}, None),
        ({"cache-control": "max-age=99999999999999999999"}, 31 * 86_400),
        ({"expires": "Mon, 02 Mar 2026 11:00:00 GMT"}, 3_600),
        (
            {"expires": "Mon, 02 Mar 2026 11:00:00 GMT", "date": "Mon, 02 Mar 2026 10:30:00 GMT"},
            1_800,
        ),
        ({"expires": "Mon, 02 Mar 2026 09:00:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "Mon, 02 Mar 99999999999999999999 11:00:00 GMT"}, None),
        ({"expires": "Monday, 02-Mar-26 11:00:00 GMT"}, 3_600),
        ({"expires": "Mon Mar  2 11:00:00 2026"}, 3_600),
        ({"cache-control": "max-age=60", "expires": "Mon, 02 Mar 2026 11:00:00 GMT"}, 60),
    ],
)
def test_an_answer_is_fresh_for_so_long(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_seconds(headers, NOW) == seconds


def test_what_is_skipped_ends() -> None:
    at = NOW.timestamp()
    assert Hints().after_skipped(at + 7) == at + 7
    assert Hints(skip_hours=frozenset({10, 11})).after_skipped(at + 7) == at + 7_200
    assert Hints(skip_days=frozenset({0})).after_skipped(at) == at + 14 * 3_600
    assert Hints(skip_hours=frozenset(range(24))).after_skipped(at) == at
