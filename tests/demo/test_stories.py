"""What a newsroom's folder holds, read from its files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo.stories import ContentError, Notice, SiteConfig, Story, StoryBlock, parsed, slug_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = SiteConfig(
    host="a.example",
    name="A",
    theme="plain",
    language="de",
    tagline="All that is A",
    article_path="/{year}/{month:02}/{section}/{slug}",
    section_path="/in/{section}/",
    feed_path="/feed",
    feed_template="rss.xml",
    robots="",
)
FRONT = {"title": "Title", "section": "Öffentliches Leben", "published": NOON, "description": "D"}


def story(text: str = "One.\n\n## Two\n\nThree\nfour.", **front: object) -> Story:
    return SITE.story("a-slug", {**FRONT, **front}, text)


def test_a_story_has_the_path_and_language_of_its_site() -> None:
    assert story().path == "/2026/11/offentliches-leben/a-slug"
    assert (story().lang, story(lang="en").lang) == ("de", "en")
    assert SITE.path_of_section("Öffentliches Leben") == "/in/offentliches-leben/"
    assert SITE.url("/x") == "http://a.example/x"


def test_paragraphs_and_subheadings() -> None:
    assert story().blocks == (
        StoryBlock("p", "One."),
        StoryBlock("h2", "Two"),
        StoryBlock("p", "Three four."),
    )


@pytest.mark.parametrize("front", [{"titel": "x"}, {"published": "soon"}, {"lang": "xx"}])
def test_front_matter_that_does_not_fit_names_the_file(front: dict[str, str]) -> None:
    with pytest.raises(ContentError, match=r"^a\.example/a-slug\.md: "):
        story(**front)


def test_a_story_without_a_section_names_the_file() -> None:
    with pytest.raises(ContentError, match=r"^a\.example/a-slug\.md: 'section'"):
        SITE.story("a-slug", {"published": NOON, "title": "x"}, "Text")


def test_the_second_version_changes_what_the_update_says() -> None:
    later = datetime(2026, 11, 25, tzinfo=UTC)
    update = {"date": later, "paragraph": 1, "text": "Uno.", "title_suffix": " (new)"}
    first = story(update=update)
    second = first.second_version()

    assert (second.title, second.blocks[0].text, second.description) == ("Title (new)", "Uno.", "D")
    assert second.blocks[1:] == first.blocks[1:]
    assert (first.changed, second.changed) == (NOON, later)
    assert story().second_version() == story()


def test_a_notice_changes_with_its_story() -> None:
    alone = Notice(path="/x", title="X", published=NOON, description="D")
    later = datetime(2026, 11, 25, tzinfo=UTC)

    assert alone.changed == NOON
    assert alone.model_copy(update={"story": story(modified=later)}).changed == later


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Größe & Maß", "grosse-mass"),
        ("À la médiathèque!", "a-la-mediatheque"),
        ("  ", ""),
    ],
)
def test_slugs_are_ascii(text: str, slug: str) -> None:
    assert slug_of(text) == slug


def test_a_file_is_front_matter_and_text_and_read_again_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("---\ntitle: One\n---\nText\n")
    assert parsed(file) == ({"title": "One"}, "Text\n")
    file.write_text("---\ntitle: Another\n---\nText\n")
    assert parsed(file)[0] == {"title": "Another"}


@pytest.mark.parametrize("content", ["", "just words", "---\ntitle: [\n---\n"])
def test_a_file_without_front_matter_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.md").write_text(content)
    with pytest.raises(ContentError, match=r"a\.md"):
        parsed(tmp_path / "a.md")
