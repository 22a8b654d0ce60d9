"""The time of queries: one for the API and the pages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.data.articles import article
from tests.support.running_api import api_on, settings_in
from web.clock import query_time
from web.pages.site import Site
from workers.resources import Resources

NOON = datetime(2017, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (0.001, 1), (59.9, 1), (60, 1), (60.5, 2)]
)
def test_a_minute_is_counted_to_its_end(seconds: float, minutes: int) -> None:
    moment = NOON + timedelta(seconds=seconds)
    assert query_time(moment.timestamp()) == NOON + timedelta(minutes=minutes)


def test_what_came_within_this_minute_is_not_in_the_future(
    tmp_path: Path, redis_url: str, namespace: str
) -> None:
    now = NOON + timedelta(seconds=30)
    resources = Resources(settings_in(tmp_path, redis_url, namespace), clock=now.timestamp)
    resources.index.put([article("new", published=NOON + timedelta(seconds=20))])
    with api_on(resources) as api:
        told = api("/search", q="published:[now-1h TO now]").json
        page = Site(resources)
    assert told["total"] == 1
    assert (page.now, page.moment) == (NOON + timedelta(minutes=1), now)
