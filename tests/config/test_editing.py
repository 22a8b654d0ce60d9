"""A person's YAML file is changed only where it must be."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from config.editing import NotEditable, edited

FILE = """\
# what we watch
sources:
  # the first
  - id: a        # since 2019
    feed: https://a.example/  # moved once

  # the second
  - id: b
    feed: "https://b.example/"
    tags: [x, y]

  # the third
  - {id: c, feed: 'https://c.example/'}
  # the end
"""
A: dict[str, Any] = {"id": "a", "feed": "https://a.example/"}
B: dict[str, Any] = {"id": "b", "feed": "https://b.example/", "tags": ["x", "y"]}
C: dict[str, Any] = {"id": "c", "feed": "https://c.example/"}
NEW: dict[str, Any] = {
    "id": "n",
    "feed": "https://n.example/",
    "language": "no",
    "tags": ["q", "1"],
}
ALL = frozenset("abc")


def test_without_a_change_every_byte_stays() -> None:
    assert edited(FILE, [A, B, C], ALL) == FILE


def test_what_is_new_stands_at_the_end_and_is_read_as_it_was_meant() -> None:
    after = edited(FILE, [A, B, C, NEW], ALL)
    assert after.startswith(FILE.removesuffix("  # the end\n"))
    assert "# the end" in after
    assert yaml.safe_load(after) == {"sources": [A, B, C, NEW]}


def test_a_removed_entry_takes_its_comment_along_and_leaves_the_others_theirs() -> None:
    after = edited(FILE, [A, C], ALL)
    assert yaml.safe_load(after) == {"sources": [A, C]}
    assert "the second" not in after
    for comment in (
        "what we watch",
        "the first",
        "since 2019",
        "moved once",
        "the third",
        "the end",
    ):
        assert comment in after
    assert "the third" not in edited(FILE, [A, B], ALL)


def test_a_changed_entry_changes_where_it_changed() -> None:
    changed = {**B, "tags": ["z"], "interval": "15m"}
    after = edited(FILE, [A, changed, C], frozenset("ac"))
    assert yaml.safe_load(after) == {"sources": [A, changed, C]}
    assert 'feed: "https://b.example/"' in after
    assert "the second" in after
    fewer = {"id": "b", "feed": "https://b.example/"}
    assert yaml.safe_load(edited(FILE, [A, fewer, C], frozenset("ac"))) == {
        "sources": [A, fewer, C]
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# only words\n",
        "sources:\n",
        "sources: []\n",
        "[]\n",
        "sources: # none yet\n",
        "# no line end",
    ],
)
def test_a_file_without_entries_gets_its_first(text: str) -> None:
    after = edited(text, [NEW], frozenset())
    read = yaml.safe_load(after)
    assert (read if isinstance(read, list) else read["sources"]) == [NEW]
    assert ("only words" in after, "none yet" in after, "no line end" in after) == (
        "only words" in text,
        "none yet" in text,
        "no line end" in text,
    )


@pytest.mark.parametrize(
    "text", [FILE, "- {id: a, feed: 'https://a.example/'}\n", "sources:\n- id: a\n  feed: x\n"]
)
def test_the_last_entry_can_go(text: str) -> None:
    read = yaml.safe_load(edited(text, [], ALL))
    assert (read if isinstance(read, list) else read["sources"]) == []


def test_the_indentation_of_the_list_is_kept() -> None:
    flat = "sources:\n- id: a\n  feed: https://a.example/\n"
    assert edited(flat, [A, C], ALL) == flat + "- id: c\n  feed: https://c.example/\n"
    top = "- id: a\n  feed: https://a.example/\n"
    assert edited(top, [A, C], ALL) == top + "- id: c\n  feed: https://c.example/\n"


@pytest.mark.parametrize("text", ["- [", "- {id: a, id: b}\n", "- words\n", "sources:\n  - 7\n"])
def test_what_cannot_be_edited_says_so(text: str) -> None:
    with pytest.raises(NotEditable):
        edited(text, [A], ALL)


_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
_ENTRIES = st.fixed_dictionaries(
    {"id": st.sampled_from("abcdef"), "name": _WORDS, "tags": st.lists(_WORDS, max_size=3)}
)


@example([{"id": "c", "name": "-08", "tags": ["07", "1e3", "0o7"]}])
@given(st.lists(_ENTRIES, unique_by=lambda entry: entry["id"], max_size=4))
def test_whatever_is_written_is_read_as_it_was_meant(entries: list[dict[str, Any]]) -> None:
    after = edited(FILE, [A, B, *entries], ALL - {entry["id"] for entry in entries})
    read = {entry["id"]: entry for entry in yaml.safe_load(after)["sources"]}
    assert read == {"a": A, "b": B} | {entry["id"]: entry for entry in entries}
