"""XML read without a tree."""

from collections.abc import Mapping

import pytest

from pipeline.discover.xml_walk import Walk, name_of, namespace_of, value_of, walk

URL = "https://a.example/x/"


class Recorder(Walk):
    """Keeps what it sees: names with their depth and base, and text."""

    def __init__(self, most: int = 99) -> None:
        super().__init__(URL)
        self.seen: list[tuple[str, int, str]] = []
        self.text = ""
        self._most = most

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        super().start(tag, attributes)
        self.seen.append((name_of(tag), self.depth, self.base))
        self.done = len(self.seen) >= self._most

    def data(self, text: str) -> None:
        self.text += text


def recorded(document: str, most: int = 99) -> Recorder:
    recorder = Recorder(most)
    walk(document.encode(), recorder)
    return recorder


def test_depth_and_base_follow_the_elements() -> None:
    found = recorded('<a><b xml:base="/y/"><c xml:base="z/">t</c></b><d xml:base="bad:">u</d></a>')
    assert found.seen == [
        ("a", 1, URL),
        ("b", 2, "https://a.example/y/"),
        ("c", 3, "https://a.example/y/z/"),
        ("d", 2, URL),
    ]
    assert found.text == "tu"
    assert found.depth == 0


def test_a_walk_ends_when_it_has_enough() -> None:
    assert len(recorded("<a>" + "<b/>" * 200_000 + "</a>", most=3).seen) < 100_000


def test_a_document_that_breaks_off_is_read_to_its_end() -> None:
    assert [name for name, _, _ in recorded("<a><b>x").seen] == ["a", "b"]


@pytest.mark.parametrize(
    ("tag", "namespace", "name"),
    [
        ("{http://x.example}item", "http://x.example", "item"),
        ("item", "", "item"),
        ("media:item", "", "item"),
    ],
)
def test_names_and_namespaces(tag: str, namespace: str, name: str) -> None:
    assert (namespace_of(tag), name_of(tag)) == (namespace, name)


def test_a_comment_has_no_name() -> None:
    assert name_of(len) == ""


def test_a_value_is_stripped_and_its_ampersands_are_plain() -> None:
    assert value_of({"href": " /a?x=1&#38;y=2 "}, "href") == "/a?x=1&y=2"
    assert value_of({}, "href") == ""
