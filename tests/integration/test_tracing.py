"""The traces of a whole fleet, whose processes are forked."""

from collections import defaultdict
from pathlib import Path

from tests.support.running_up import up
from tests.support.servers.trace_receiver import receiving

SPANS = {"batch", "crawl", "extract", "deduplicate", "enrich", "index"}


def test_every_process_of_a_fleet_adds_to_the_trace_of_a_batch(tmp_path: Path) -> None:
    with receiving() as collector, up(tmp_path, {"NEWSLOOM_TRACING_URL": collector.url}) as running:
        running.wait_until_calm()
        running.stop()
        names: defaultdict[bytes, list[str]] = defaultdict(list)
        for span in collector.spans:
            names[span.trace_id].append(span.name)
    assert len(names) > 1
    assert any(set(found) == SPANS for found in names.values())
    for found in names.values():
        assert found.count("batch") == 1
        assert len(found) == len(set(found))
