"""Imports of files. No worker runs here."""

import gzip
import json
from pathlib import Path

import pytest

from services.errors import ImportStalledError, UnknownSourceError, UnreadableInputError
from services.import_files import FileImport, ImportOptions, ImportProgress
from storage.redis.keys import Key
from tests.support.data.exchanges import warc
from workers.resources import Resources

MOST = 10_000_000
PAGE = {"url": "http://harbour.example/1", "html": "<html><title>One</title><p>Text</p></html>"}
NO_PAGE = {"url": "mailto:a@b.example", "text": "words"}


def write(path: Path, *entries: object) -> Path:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


def run(resources: Resources, *paths: Path, patience: float = 0.2, source: str | None = None,
        tend: list[int] | None = None) -> tuple[FileImport, list[ImportProgress]]:  # fmt: skip
    """An import that is given up when nothing ends, and what it said of its progress."""
    seen: list[ImportProgress] = []
    importing = FileImport(paths, max_page_bytes=MOST)
    options = ImportOptions(source=source, patience=patience)
    calls = tend if tend is not None else []
    importing.run(resources, options, progress=seen.append, tend=lambda: calls.append(1))
    return importing, seen


@pytest.mark.parametrize("content", [b"<html>", b"[1, 2]", gzip.compress(b"words", mtime=0)])
def test_a_file_of_another_kind_is_refused_before_anything_is_done(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "x").write_bytes(content)
    good = write(tmp_path / "good.jsonl", PAGE)
    with pytest.raises(UnreadableInputError, match="x: neither WARC nor JSON lines"):
        FileImport([good, tmp_path / "x"], max_page_bytes=MOST)


def test_an_unknown_source_is_refused(resources: Resources, tmp_path: Path) -> None:
    with pytest.raises(UnknownSourceError, match="no source 'press' in"):
        run(resources, write(tmp_path / "a.jsonl", PAGE), source="press")
    assert resources.stores.ledger.totals().accepted == 0


def test_what_is_no_page_is_counted_and_progress_is_told(
    resources: Resources, tmp_path: Path
) -> None:
    first = write(tmp_path / "a.jsonl", NO_PAGE, NO_PAGE)
    second = warc(tmp_path / "b.warc.gz", ("http://a.example/", b"no"), status="404 Not Found")
    importing, seen = run(resources, first, second)

    assert (importing.tally.read, importing.tally.accepted) == (3, 0)
    assert importing.tally.skipped == {"unsupported_scheme": 2, "not_found": 1}
    assert [one.path for one in seen if one.position == 0][:1] == [first]
    assert {one.path: one.position for one in seen} == {
        path: path.stat().st_size for path in (first, second)
    }


def test_pages_that_do_not_end_are_given_up_and_counted_as_in_flight(
    resources: Resources, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.jsonl", PAGE)
    importing = FileImport([path], max_page_bytes=MOST)
    tended: list[int] = []
    with pytest.raises(ImportStalledError, match=r"nothing has ended for 0\.2 s"):
        importing.run(
            resources,
            ImportOptions(patience=0.2),
            progress=lambda _: None,
            tend=lambda: tended.append(1),
        )

    assert (importing.tally.accepted, importing.tally.in_flight) == (1, 1)
    assert tended != []
    assert resources.stores.ledger.totals().in_flight == 1


def test_pages_belong_to_the_source_that_is_named(resources: Resources, tmp_path: Path) -> None:
    resources.settings.sources.write_text("- {id: press, feed: 'http://harbour.example/feed'}\n")
    with pytest.raises(ImportStalledError):
        run(resources, write(tmp_path / "a.jsonl", PAGE), source="press")

    (batch,) = resources.stores.keyspace.client.zrange(
        resources.stores.keyspace.key(Key.LEASES), 0, -1
    )
    (leased,) = resources.stores.frontier.leased(batch)
    assert (leased.link.source, leased.link.found_in) == ("press", "a.jsonl")
