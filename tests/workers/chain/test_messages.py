"""What travels along a chain survives the broker, also what an older release sent."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId
from workers.chain.messages import Item, LeasedLink, LinkBatch

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LINK = Link(url=Url("http://a.example/1"), source="harbour", found_by=FoundBy.FEED)
BATCH = LinkBatch(
    batch="7",
    items=(
        Item[LeasedLink](
            url_id=UrlId("ab"), attempts=2, payload=LeasedLink(link=LINK, found_at=NOW)
        ),
    ),
)


def test_a_batch_is_the_same_after_the_broker() -> None:
    assert LinkBatch.model_validate_json(BATCH.model_dump_json()) == BATCH


def test_an_item_of_the_release_before_is_read() -> None:
    message = BATCH.model_dump(mode="json")
    [item] = message["items"]
    item["url"] = item.pop("url_id")
    assert LinkBatch.model_validate(message) == BATCH


def test_what_is_no_batch_is_an_error() -> None:
    with pytest.raises(ValidationError):
        LinkBatch.model_validate({"batch": "7", "items": [{"url_id": "ab"}]})
