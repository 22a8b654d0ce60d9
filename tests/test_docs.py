"""The documentation says what the code does."""

import importlib.util
import re
import runpy
from pathlib import Path

import pytest

from pipeline.outcome import Reason

ROOT = Path(__file__).parents[1]
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))


@pytest.mark.parametrize("name", ["operations.md", "commands.md", "metrics.md"])
def test_generated_parts_are_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == GENERATE["filled"](name), "run `make docs`"


def test_every_reason_is_explained() -> None:
    text = (ROOT / "docs" / "sources.md").read_text()

    assert [reason.value for reason in Reason if f"`{reason.value}`" not in text] == []


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    targets = [
        (document, target)
        for document in documents
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    ]

    assert len(targets) > 5
    assert [
        (str(document), target)
        for document, target in targets
        if not (document.parent / target).exists()
    ] == []


def test_every_proof_of_reliability_is_there() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text()
    paths = re.findall(r"tests/[a-z_/]+(?:\.py)?", text)
    modules = re.findall(r"python -m ([a-z_.]+)", text)

    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


SAID_AT_3_AM = (
    "refuses the connection: is it running?",
    "wants a password",
    "cannot write to its disk; nothing is taken in until it can",
    "of maxmemory are in use",
    "it hangs",
    "has a certificate that cannot be verified",
    "is no Elasticsearch",
    "the ledger archive has lost",
    "the index cannot be written, for",
    "its disk is full",
    "another process has held",
    "others have been writing for",
    "though work waits",
    "has given no sign of life for",
    "the fork server is replaced, and so are its processes: ",
    "the embedded Redis has ended; it was started again",
    "runs already on",
    "times in a row; it starts again in",
    "; not running: ",
    "URLs taken back",
    "pages are not archived, until this ends",
    "the clock of this machine is",
    "from now: the clock was set back",
    "the server refused us",
)


@pytest.mark.parametrize("words", SAID_AT_3_AM)
def test_the_table_for_3_am_has_the_words_that_are_said(words: str) -> None:
    _, _, table = (ROOT / "docs" / "operations.md").read_text().partition("## At 3 a.m")
    folders = ("cli", "pipeline", "services", "storage", "workers")
    code = [path.read_text() for name in folders for path in (ROOT / name).rglob("*.py")]
    assert words in table
    assert any(words in text for text in code)
