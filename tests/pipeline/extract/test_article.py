"""Each folder in ``cases`` is one page.

What was fetched (``page.*``, ``meta.json``) and what must come out of it.

``output.json`` has ``{"rejected": reason, "detail": part of the sentence}``, or some of the
article's fields, and ``provenances`` of the publication date. To add a page is to add a folder.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.extract import extract, own_address
from pipeline.outcome import Reason, Rejected
from pipeline.records import Article, FoundBy, Link, Page
from pipeline.urls import Url, url_id

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def run(case: Path) -> Article | Rejected:
    meta = json.loads((case / "meta.json").read_text())
    fetched_at = datetime.fromisoformat(meta["fetched_at"])
    page = Page(
        url=meta["url"],
        final_url=meta["url"],
        status=200,
        content_type=meta["content_type"],
        content=next(case.glob("page.*")).read_bytes(),
        fetched_at=fetched_at,
    )
    link = Link(
        url=meta["url"], source="harbour-post", found_by=FoundBy.FEED, **meta.get("link", {})
    )
    return extract(page, link=link, first_seen=fetched_at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    expected: dict[str, Any] = json.loads((case / "output.json").read_text())
    result = run(case)
    if "rejected" in expected:
        assert isinstance(result, Rejected), result
        assert result.reason == expected["rejected"]
        assert expected.get("detail", "") in result.detail
        return
    assert isinstance(result, Article), result
    provenances = expected.pop("provenances", None)
    seen = result.model_dump(mode="python", include=set(expected))
    seen = {
        name: list(value) if isinstance(value, tuple) else value for name, value in seen.items()
    }
    expected.update(
        {
            name: datetime.fromisoformat(expected[name])
            for name in ("published", "modified")
            if expected.get(name)
        }
    )
    assert seen == expected
    if provenances is not None:
        assert [evidence.provenance for evidence in result.published_evidence] == provenances
    assert result.id == url_id(result.canonical_url)
    assert Article.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<link rel=canonical href='https://a.example/one'><p>Text", "https://a.example/one"),
        (b"<link rel=canonical href='/one'><p>Text", None),
        (b"https://a.example/one is what it says\n\nin plain text", None),
        (b"", None),
    ],
)
def test_a_page_without_an_address_may_say_its_own(content: bytes, expected: str | None) -> None:
    assert own_address(page_of(content)) == expected


LETTER = """The council writes that the stairs to the lighthouse stay closed until the masons have
set the last stones, and that visitors may meanwhile use the path behind the old store."""


def page_of(content: bytes) -> Page:
    url = Url("http://unknown.invalid/x")
    return Page(
        url=url,
        final_url=url,
        status=200,
        content_type="text/html",
        content=content,
        fetched_at=datetime(2026, 11, 30, tzinfo=UTC),
    )


def test_a_page_of_replacement_characters_is_rejected() -> None:
    words = [word.translate(dict.fromkeys(b"aeinorst", "\ufffd")) for word in LETTER.split()]
    paragraphs = "</p><p>".join([" ".join(words)] * 8)
    page = page_of(f"<article><h1>Letters</h1><p>{paragraphs}</p></article>".encode())
    link = Link(url=page.url, source="harbour-post", found_by=FoundBy.FEED)
    result = extract(page, link=link, first_seen=page.fetched_at)
    assert isinstance(result, Rejected)
    assert result.reason is Reason.BAD_ENCODING
