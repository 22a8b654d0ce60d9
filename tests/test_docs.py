"""The documentation says what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from pipeline.outcome import Reason

ROOT = Path(__file__).parents[1]
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))


@pytest.mark.parametrize("name", ["operations.md", "commands.md"])
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


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120
