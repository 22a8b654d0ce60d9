"""The pages of the archive, and how they go through the stages outside of a chain."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.records import Page
from storage.archive.captures import Capture, NotReadable
from storage.archive.opening import read_file
from storage.archive.warc import WarcReader
from storage.redis.ledger import Entry
from workers.chain.importing import page_of
from workers.chain.messages import Item, LeasedLink
from workers.resources import Resources


def archived_pages(resources: Resources) -> Iterator[Page]:
    """The archive's pages, by the names of its files, which is about the order of their time.

    What is no page, and files that cannot be read, are passed over.
    """
    folder, settings = resources.settings.archive_dir, resources.settings
    if folder is None:
        return
    reader = WarcReader(max_bytes=settings.max_page_bytes)
    for path in sorted(folder.glob("*.warc*")):
        try:
            captures = read_file(path, reader)
        except NotReadable:  # begun just now, or damaged
            continue
        for capture in captures:
            page = page_of(capture, datetime.now(UTC)) if isinstance(capture, Capture) else None
            if isinstance(page, Page):
                yield page


def item_of(entry: Entry) -> Item[LeasedLink]:
    """A URL as the extract stage takes it."""
    found_at = datetime.fromtimestamp(entry.found_at, UTC)
    payload = LeasedLink(link=entry.link, found_at=found_at)
    return Item[LeasedLink](
        url_id=entry.url_id, attempts=0, link_url=entry.link.url, payload=payload
    )


def going_on(items: Sequence[Item[Any]], results: Sequence[Any]) -> list[Item[Any]]:
    """Those that a stage passes on, and not those that it ends."""
    return [
        item.model_copy(update={"payload": result})
        for item, result in zip(items, results, strict=True)
        if not hasattr(result, "kind")
    ]
