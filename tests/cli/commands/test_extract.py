"""``newsloom extract``."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from demo.site import Newsroom
from pipeline.urls import url_id
from tests.cli.conftest import Newsloom, Result

HOST = "harbour-post.example"
TEXT = [
    f"The ferry number {number} was late again on Tuesday, and its crew could not say when the next"
    " one would leave the harbour, so most people went home by bus."
    for number in range(12)
]
SLUG = "night-buses-return-after-six-years"


def pages() -> dict[str, bytes]:
    """The newsroom's pages of one host, by address."""
    newsroom = Newsroom()
    stories = newsroom.stories(HOST)
    return {
        f"http://{HOST}{story.path}": newsroom.respond(HOST, story.path, {}).body
        for story in stories
    }


def paragraphs_of_a_story() -> list[str]:
    """The text of an article."""
    [story] = [story for story in Newsroom().stories(HOST) if story.slug == SLUG]
    return [block.text for block in story.blocks if block.tag == "p"]


@pytest.fixture
def page(place: Path) -> Path:
    """One article's page in a file."""
    file = place / "page.html"
    [file_of_story] = [content for url, content in pages().items() if SLUG in url]
    file.write_bytes(file_of_story)
    return file


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.out.splitlines()]


def test_a_file_becomes_one_json_line(newsloom: Newsloom, page: Path) -> None:
    result = newsloom("extract", str(page))
    [line] = lines(result)

    assert (result.code, result.err) == (0, "")
    assert (line["file"], line["outcome"], line["reason"]) == (str(page), "extracted", None)
    assert line["title"].startswith("Night buses")
    assert len(line["body"]) > 500
    assert newsloom("extract", "--json", str(page)).out == result.out


def test_a_file_alone_has_no_made_up_address(newsloom: Newsloom, place: Path) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in paragraphs_of_a_story())
    (place / "plain.html").write_text(
        f"<html><title>Buses</title><article><h1>Buses</h1>{paragraphs}</article></html>"
    )
    result = newsloom("extract", "plain.html")

    assert lines(result)[0]["outcome"] == "extracted"
    assert "unknown.invalid" not in result.out


def test_gzip_and_other_endings(newsloom: Newsloom, page: Path, place: Path) -> None:
    (place / "page.html.gz").write_bytes(gzip.compress(page.read_bytes()))
    (place / "page.txt").write_bytes(page.read_bytes())
    (place / "page.").write_bytes(page.read_bytes())
    found = lines(newsloom("extract", "page.html.gz", "page.txt", "page."))

    assert [line["body"] for line in found] == [
        lines(newsloom("extract", str(page)))[0]["body"]
    ] * 3


def test_what_is_no_article_says_why_and_leaves_its_neighbours_alone(
    newsloom: Newsloom, page: Path, place: Path
) -> None:
    packed = gzip.compress(page.read_bytes())
    contents = {
        "empty.html": b"",
        "paper.html": b"%PDF-1.7 and so on",
        "cut.gz": packed[:-200],
        "broken.gz": packed[:200] + b"\0" * 50 + packed[250:],
        "bomb.gz": gzip.compress(b"\0" * 60_000_000),
        "deep.html": b"<div>" * 100_000,
        "binary.html": bytes(range(256)) * 100,
    }
    for name, content in contents.items():
        (place / name).write_bytes(content)
    (place / "folder").mkdir()
    names = [
        "missing.html",
        *contents,
        "folder",
        "a\0b",
        "http://",
        "http://127.0.0.1:80/",
        "http://nowhere.invalid/",
    ]
    last_page = page.with_name("last.html")
    last_page.write_bytes(page.read_bytes())
    result = newsloom("extract", str(page), *names, str(last_page))
    first, *others, last = lines(result)

    assert result.code == 0
    assert first["outcome"] == last["outcome"] == "extracted"
    assert [line["file"] for line in others] == names
    assert {line["outcome"] for line in others} == {"rejected", "dead"}
    assert all(line["detail"] for line in others)
    reasons = {line["file"]: line["reason"] for line in others}
    assert {
        name: reasons[name]
        for name in ("empty.html", "paper.html", "cut.gz", "broken.gz", "bomb.gz", "http://")
    } == {
        "empty.html": "empty",
        "paper.html": "unsupported_content",
        "cut.gz": "bad_encoding",
        "broken.gz": "bad_encoding",
        "bomb.gz": "too_large",
        "http://": "bad_url",
    }
    assert reasons["http://127.0.0.1:80/"] == "blocked_address"
    assert result.err == f"{len(names)} of {len(names) + 2} gave no article; each line says why.\n"


def test_a_source_lends_its_selectors(newsloom: Newsloom, page: Path, place: Path) -> None:
    selectors = "{title: h1, body: 'article p:not(.post-meta) + p', section: h6}"
    (place / "sources.yaml").write_text(
        f"- {{id: harbour, feed: 'http://a.example/', extract: {selectors}}}"
    )
    [line] = lines(newsloom("extract", "--source", "harbour", str(page)))

    first, second = paragraphs_of_a_story()[:2]
    assert line["body"].startswith(second)
    assert first not in line["body"]
    assert line["unmatched"] == ["section"]
    assert "unmatched" not in lines(newsloom("extract", str(page)))[0]
    copies = [str(page.with_name(f"{number}.html")) for number in range(5)]
    for copy in copies:
        Path(copy).write_bytes(page.read_bytes())
    many = lines(newsloom("extract", "--source", "harbour", *copies))
    assert many == [{**line, "file": copy} for copy in copies]


def test_a_source_that_is_not_there_or_has_a_bad_selector_is_2(
    newsloom: Newsloom, page: Path, place: Path
) -> None:
    result = newsloom("extract", "--source", "harbour", str(page))
    assert (result.code, result.out) == (2, "")
    assert "there is no source harbour" in result.sentence

    (place / "sources.yaml").write_text(
        "- {id: harbour, feed: 'http://a.example/', extract: {body: 'p >'}}"
    )
    result = newsloom("extract", "--source", "harbour", str(page))
    assert (result.code, result.out) == (2, "")
    assert "extract.body: 'p >' is not a CSS selector" in result.sentence


def test_only_failures_is_1(newsloom: Newsloom) -> None:
    result = newsloom("extract", "missing.html")

    assert result.code == 1
    assert lines(result)[0]["detail"] == "the file cannot be read: No such file or directory"


def test_a_list_of_many_files_with_their_addresses_keeps_its_order(
    newsloom: Newsloom, place: Path
) -> None:
    (place / "pages").mkdir()
    entries = []
    for number, (url, content) in enumerate(pages().items()):
        (place / "pages" / f"{number}.html").write_bytes(content)
        entries.append({"file": f"pages/{number}.html", "url": url})
    entries.insert(3, {"file": "pages/missing.html", "url": "http://a.example/missing"})
    (place / "list.jsonl").write_text("\n\n".join(map(json.dumps, entries)))
    found = lines(newsloom("extract", "--from", "list.jsonl"))

    assert len(found) > 15
    assert [line["url"] for line in found] == [entry["url"] for entry in entries]
    assert (found[3]["outcome"], found[3]["url"]) == ("rejected", "http://a.example/missing")
    assert [line["file"] for line in found if line["outcome"] != "extracted"] == [
        str(Path("pages/missing.html"))
    ]


@pytest.mark.parametrize(
    "line",
    ["not json", "[1]", '"page.html"', '{"url": "http://a.example/"}', '{"file": 7}', "\udcff"],
)
def test_a_list_that_is_no_list_is_2_and_names_the_line(
    newsloom: Newsloom, place: Path, page: Path, line: str
) -> None:
    text = json.dumps({"file": str(page)}) + "\n" + line
    (place / "list.jsonl").write_bytes(text.encode(errors="surrogateescape"))
    result = newsloom("extract", "--from", "list.jsonl")

    assert (result.code, result.out) == (2, "")
    assert "list.jsonl, line 2" in result.sentence


def test_a_bad_address_in_a_list_rejects_its_line_only(
    newsloom: Newsloom, place: Path, page: Path
) -> None:
    entries = [
        {"file": str(page), "url": url}
        for url in ("mailto:a@b.example", 7, f"http://{HOST}/", None)
    ]
    (place / "list.jsonl").write_text("\n".join(map(json.dumps, entries)))
    outcomes = [line["outcome"] for line in lines(newsloom("extract", "--from", "list.jsonl"))]

    assert outcomes == ["rejected", "rejected", "extracted", "extracted"]


def test_a_list_that_is_not_there_is_2(newsloom: Newsloom) -> None:
    assert "does not exist" in newsloom("extract", "--from", "nothing.jsonl").sentence


def test_piped_output_has_every_line(process: Newsloom, page: Path) -> None:
    names = [f"{number}.html" for number in range(6)]
    for name in names:
        page.with_name(name).write_bytes(page.read_bytes())
    result = process("extract", *names, "missing.html")

    assert result.code == 0
    assert [line["outcome"] for line in lines(result)] == ["extracted"] * 6 + ["rejected"]
    assert "Traceback" not in result.err


def test_the_lines_of_extract_are_what_deduplicate_reads(
    process: Newsloom, page: Path, place: Path
) -> None:
    folder = place / "pages"
    (folder / "deep").mkdir(parents=True)
    html = page.read_bytes()
    (folder / "a.html").write_bytes(html)
    moved = html.replace(b"harbour-post.example", b"stadtbote.example")
    (folder / "deep" / "b.html.gz").write_bytes(gzip.compress(moved))
    (folder / "empty.htm").write_text("")
    (folder / "notes.pdf").write_text("not a page")
    (folder / "plain.txt").write_text("\n\n".join(["A headline of seven words it is", *TEXT]))

    extracted = process("extract", "pages", "pages/*.html", "pages/a.html", "-", text=html.decode())
    found = {line["file"]: line for line in lines(extracted)}
    assert list(found) == [
        "pages/a.html",
        "pages/empty.htm",
        "pages/plain.txt",
        "pages/deep/b.html.gz",
        "-",
    ]
    url = f"http://{HOST}/2026/11/{SLUG}/"
    assert (found["pages/a.html"]["url"], found["pages/a.html"]["id"]) == (url, url_id(url))
    assert found["-"]["id"] == url_id(url)
    plain, empty = found["pages/plain.txt"], found["pages/empty.htm"]
    assert (plain["outcome"], plain["id"], plain["url"]) == ("extracted", "pages/plain.txt", None)
    assert (empty["outcome"], empty["id"], empty["url"]) == ("rejected", "pages/empty.htm", None)

    without_stdin = "".join(f"{line}\n" for line in extracted.out.splitlines()[:-1])
    compared = process("deduplicate", "-", text=without_stdin)
    assert compared.code == 0
    assert [line["id"] for line in lines(compared)] == [
        url_id(url), "pages/plain.txt", found["pages/deep/b.html.gz"]["id"]
    ]  # fmt: skip
    assert (
        compared.err
        == "3 articles: 2 originals, 1 copies; 1 lines without an article passed over.\n"
    )
