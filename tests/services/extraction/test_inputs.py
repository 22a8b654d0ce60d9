"""Files, folders, patterns, URLs and standard input."""

import json
from pathlib import Path

import pytest

from services.errors import UnreadableInputError
from services.extraction.inputs import inputs_named, read_listing


def no_stdin() -> bytes:
    raise AssertionError("standard input need not be read")


def names(*given: str) -> list[str]:
    return [each.name for each in inputs_named(given, no_stdin)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pages at two depths, a file that is none, and a link that leads round."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages" / "deep").mkdir(parents=True)
    for name in ("b.html", "a.HTM", "c.txt", "d.pdf", "deep/e.html.gz", "deep/f[1].html"):
        (tmp_path / "pages" / name).write_text(name)
    (tmp_path / "pages" / "deep" / "round").symlink_to(tmp_path / "pages")
    return tmp_path


IN_FOLDER = ["pages/a.HTM", "pages/b.html", "pages/c.txt", "pages/deep/e.html.gz"]


@pytest.mark.usefixtures("folder")
def test_a_folder_stands_for_its_pages_at_any_depth() -> None:
    assert names("pages") == [*IN_FOLDER, "pages/deep/f[1].html"]


def test_a_pattern_may_be_quoted_and_absolute(folder: Path) -> None:
    assert names("pages/*.html") == ["pages/b.html"]
    assert names("pages/**/*.html.gz") == ["pages/deep/e.html.gz"]
    assert names(f"{folder}/pages/*.pdf") == [f"{folder}/pages/d.pdf"]
    assert names("pag*") == [*IN_FOLDER, "pages/deep/f[1].html"]


@pytest.mark.usefixtures("folder")
def test_a_file_that_looks_like_a_pattern_is_itself() -> None:
    assert names("pages/deep/f[1].html") == ["pages/deep/f[1].html"]


def test_what_is_named_twice_is_read_once(folder: Path) -> None:
    (folder / "link.html").symlink_to(folder / "pages" / "b.html")
    given = ("pages/b.html", "./pages/b.html", "link.html", "pages/*.html", "http://a.example/")
    assert names(*given, "http://a.example/") == ["pages/b.html", "http://a.example/"]


def test_standard_input_is_read_once() -> None:
    read: list[int] = []

    def stdin() -> bytes:
        read.append(1)
        return b"<html>"

    first, second = inputs_named(["-", "missing.html", "-"], stdin)
    assert (first.name, first.content, second.name) == ("-", b"<html>", "missing.html")
    assert read == [1]


@pytest.mark.parametrize("name", ["missing.html", "none/*.html", "a\0b", ""])
def test_what_is_not_there_stays_for_its_line(name: str) -> None:
    assert names(name) == [name]


def test_a_folder_without_pages_stays_for_its_line(tmp_path: Path) -> None:
    assert names(str(tmp_path)) == [str(tmp_path)]


def test_a_list_names_files_beside_it_with_their_urls(tmp_path: Path) -> None:
    listing = tmp_path / "list.jsonl"
    entries = [{"file": "a.html", "url": "http://a.example/"}, {"file": "/elsewhere/b.html"}]
    listing.write_text("\n\n".join(map(json.dumps, entries)))

    assert list(read_listing(listing)) == [
        (str(tmp_path / "a.html"), "http://a.example/"),
        ("/elsewhere/b.html", None),
    ]


@pytest.mark.parametrize("line", ["nope", "[" * 100_000, "[]", "{}", '{"file": 7}', "7"])
def test_a_list_with_another_line_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    listing = tmp_path / "list.jsonl"
    listing.write_text(f'{{"file": "a"}}\n{line}\n')
    with pytest.raises(UnreadableInputError, match="line 2: not"):
        list(read_listing(listing))
