"""``newsloom deduplicate``, as a process where its input is long."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.conftest import COMMAND, Newsloom

STORY = " ".join(f"word{number}" for number in range(120))
OTHER = " ".join(f"other{number}" for number in range(120))


def write(folder: Path, *entries: Any) -> str:
    file = folder / "articles.jsonl"
    file.write_text(
        "".join((e if isinstance(e, str) else json.dumps(e)) + "\n" for e in entries),
        encoding="utf-8",
    )
    return str(file)


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_gets_its_verdict_in_order_and_the_earliest_is_the_original(
    newsloom: Newsloom, tmp_path: Path
) -> None:
    file = write(
        tmp_path,
        {
            "id": "late",
            "url": "https://a.example/1",
            "title": "T",
            "body": STORY,
            "published": "2026-11-24T12:00:00Z",
        },
        {"id": 2, "body": OTHER},
        {
            "id": "early",
            "url": "https://b.example/1",
            "body": f"Dateline {STORY}",
            "published": "2026-11-24T08:00:00Z",
        },
        {
            "id": "again",
            "url": "https://www.a.example/1/?utm_source=x",
            "body": OTHER[:300],
            "published": None,
        },
    )
    result = newsloom("deduplicate", file)
    assert result.code == 0
    assert lines(result.out) == [
        {"id": "late", "duplicate_of": "early", "rule": "near_text", "score": 1.0, "matched": None},
        {"id": 2, "duplicate_of": None, "rule": None, "score": None, "matched": None},
        {"id": "early", "duplicate_of": None, "rule": None, "score": None, "matched": None},
        {
            "id": "again",
            "duplicate_of": "early",
            "rule": "canonical_url",
            "score": 1.0,
            "matched": "late",
        },
    ]
    assert result.sentence == "4 articles: 2 originals, 2 copies."


def test_what_cannot_be_read_says_why_and_its_neighbours_do_not_suffer(
    newsloom: Newsloom, tmp_path: Path
) -> None:
    file = write(
        tmp_path,
        {"id": 1, "body": STORY},
        "nope",
        "",
        {"body": STORY},
        {"id": 1, "body": STORY},
        {"id": 3, "body": 7},
        "[" * 100_000,
        {"id": 4, "url": "not a url", "published": "some day", "body": None},
    )
    result = newsloom("deduplicate", file)
    found = lines(result.out)
    assert result.code == 0
    assert [line["id"] for line in found] == [1, None, None, 1, 3, None, 4]
    assert ["error" in line for line in found] == [False, True, True, True, True, True, False]
    assert found[2]["error"] == 'line 3: no JSON object with an "id"'
    assert found[3]["error"] == "line 4: the id stands twice"
    assert found[4]["error"] == 'line 5: "body" is no text'
    assert (
        result.sentence == "2 articles: 2 originals, 0 copies; 5 could not be read, each says why."
    )


def test_a_file_without_a_single_article_is_a_failure(newsloom: Newsloom, tmp_path: Path) -> None:
    assert newsloom("deduplicate", write(tmp_path, "nope")).code == 1
    assert newsloom("deduplicate", str(tmp_path / "missing.jsonl")).code == 2


def test_a_long_file_comes_through_standard_input_in_order(tmp_path: Path) -> None:
    entries = [
        {"id": n, "body": f"{STORY} {' '.join(f'w{n}x{k}' for k in range(200))}"}
        for n in range(300)
    ]
    text = "".join(
        json.dumps(entry) + "\n"
        for entry in [*entries, {"id": "copy", "body": entries[250]["body"]}]
    )
    done = subprocess.run(
        [COMMAND, "deduplicate", "-"],
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=tmp_path,
    )
    found = lines(done.stdout)
    assert [line["id"] for line in found] == [*range(300), "copy"]
    assert [line["duplicate_of"] for line in found] == [*[None] * 300, 250]
