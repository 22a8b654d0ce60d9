"""A crawl worker without Celery.

Fetches the URLs that it reads, as the stage does, and prints how many it got.
"""

import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from config.settings import Settings
from pipeline.outcome import Retry
from pipeline.records import FoundBy, Link
from pipeline.urls import Url, UrlId
from tests.support.servers.fault_server import At, LoopbackNetwork
from tests.support.servers.polite_site import ADDRESS
from workers.chain.messages import Item, LeasedLink
from workers.chain.stages import crawl
from workers.resources import Resources

BATCH = 16


def fetch_all(resources: Resources, urls: list[str]) -> int:
    """Fetch a batch; what had no slot in time comes again, as it would from the frontier."""
    now, fetched = datetime.now(UTC), 0
    while urls:
        links = [Link(url=Url(url), source="command", found_by=FoundBy.COMMAND) for url in urls]
        items = [
            Item[LeasedLink](
                url_id=UrlId(uuid4().hex), attempts=1, payload=LeasedLink(link=link, found_at=now)
            )
            for link in links
        ]
        results = crawl(resources, items)
        fetched += sum(isinstance(result, LeasedLink) for result in results)
        urls = [
            url
            for url, result in zip(urls, results, strict=True)
            if isinstance(result, Retry) and not result.counts
        ]
    return fetched


def main(port: int, settings: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        values = {"data_dir": folder, "sources": Path(folder) / "sources.yaml", **settings}
        resources = Resources(
            Settings.model_validate(values), LoopbackNetwork(At(port), address=ADDRESS)
        )
        resources.connect()
        print("ready", flush=True)  # noqa: T201 - the test reads it
        urls = json.loads(sys.stdin.read())
        batches = [urls[at : at + BATCH] for at in range(0, len(urls), BATCH)]
        with ThreadPoolExecutor(4) as threads:
            print(sum(threads.map(lambda batch: fetch_all(resources, batch), batches)))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(sys.argv[2]))
