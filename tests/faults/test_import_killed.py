"""kill -9 in the middle of an import: the same command, run again, finishes it."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from storage.open import Stores
from tests.support.data.made_up_words import made_up_paragraph, made_up_word
from tests.support.world import processes_of, wait_until

PAGES = 150
COMMAND = Path(sys.executable).parent / "newsloom"


def html(words: random.Random) -> str:
    paragraphs = "".join(f"<p>{made_up_paragraph(words)}</p>" for _ in range(5))
    title = " ".join(made_up_word(words) for _ in range(4))
    return f"<html><head><title>{title}</title></head><body><article>{paragraphs}</article>"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A file of articles that have nothing in common."""
    words = random.Random(1)
    lines = [
        json.dumps({"url": f"http://harbour.example/news/{number}", "html": html(words)})
        for number in range(PAGES)
    ]
    file = tmp_path / "pages.jsonl"
    file.write_text("\n".join(lines))
    return file


def kill_all(folder: Path) -> None:
    for pid in processes_of(folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def environment(tmp_path: Path, redis_url: str, namespace: str) -> Iterator[dict[str, str]]:
    """Of the command; what is left of it in the end is killed."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLOOM_")}
    folder = tmp_path / "data"
    yield {
        **ours,
        "NEWSLOOM_DATA_DIR": str(folder),
        "NEWSLOOM_SOURCES": str(tmp_path / "none.yaml"),
        "NEWSLOOM_REDIS_URL": redis_url,
        "NEWSLOOM_NAMESPACE": namespace,
        "NEWSLOOM_LEASE_SECONDS": "6",
        "NEWSLOOM_TASK_SECONDS": "4",
        "NEWSLOOM_FETCH_TIMEOUT": "1",
        "NEWSLOOM_BATCH_SIZE": "8",
    }
    kill_all(folder)


@pytest.mark.parametrize("workers_too", [False, True])
def test_the_same_import_again_ends_every_page_and_doubles_none(
    pages: Path, environment: dict[str, str], stores: Stores, *, workers_too: bool
) -> None:
    command = [str(COMMAND), "import", "--json", str(pages)]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    wait_until(
        lambda: stores.ledger.totals().indexed >= 20, seconds=90, what="20 pages are indexed"
    )
    first.kill()
    first.wait()
    if workers_too:
        kill_all(Path(environment["NEWSLOOM_DATA_DIR"]))
    left = stores.ledger.totals()
    assert left.accepted < PAGES or left.in_flight > 0, "the work was over before the kill"

    again = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=150, check=False
    )
    assert again.returncode == 0, again.stderr
    tally = json.loads(again.stdout)
    assert (tally["read"], tally["in_flight"], tally["dead"]) == (PAGES, 0, 0)
    assert tally["accepted"] + sum(tally["known"].values()) == PAGES
    totals = stores.ledger.totals()
    assert (totals.accepted, totals.indexed, totals.in_flight) == (PAGES, PAGES, 0)
    assert totals == stores.ledger.audit()
    status = subprocess.run(
        [COMMAND, "status", "--json"], env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(status.stdout)["index"]["articles"] == PAGES

    once_more = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(once_more.stdout)["known"] == {"indexed": PAGES}
