"""What a newsroom's folder holds.

Hosts, articles and the notices of their feeds, as records read from files.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

HTML = "text/html; charset=utf-8"


class ContentError(ValueError):
    """A file of the newsroom does not say what it should; the message names the file."""


class StoryBlock(NamedTuple):
    """A paragraph (``p``) or a subheading (``h2``)."""

    tag: str
    text: str


class _Content(BaseModel):
    """Base of what is read from files: a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Update(_Content):
    """What the second version of an article changes; ``paragraph`` counts from 1."""

    date: AwareDatetime
    paragraph: int
    text: str
    title_suffix: str = ""
    description: str | None = None


class Story(_Content):
    """One article.

    Attributes:
        date_in: the only machine-readable place of the date, in the themes that offer a choice.
        copy_of: ``host/slug`` of the article this one is a syndicated copy of.
        redirect_from: an old address, which the feed announces instead of the real one.
        also_at: further addresses of the same article, which the feed announces as well.
        check_also: the teaser (``path``, ``title``, ``text``) to show instead of one of the other
            articles.
    """

    slug: str
    path: str
    title: str
    section: str
    published: AwareDatetime
    lang: Literal["en", "de", "fr", "es"]
    blocks: tuple[StoryBlock, ...]
    description: str
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date_in: Literal["meta", "time"] = "meta"
    caption: str | None = None
    copy_of: str | None = None
    redirect_from: str | None = None
    also_at: tuple[str, ...] = ()
    check_also: Mapping[str, str] | None = None
    update: Update | None = None
    modified: AwareDatetime | None = None

    @property
    def changed(self) -> datetime:
        """When this version was made."""
        return self.modified or self.published

    def second_version(self) -> Self:
        """The article after its update; itself when it has none."""
        if (new := self.update) is None:
            return self
        blocks = list(self.blocks)
        blocks[new.paragraph - 1] = StoryBlock("p", new.text)
        changes = {
            "title": self.title + new.title_suffix,
            "description": new.description or self.description,
        }
        return self.model_copy(update={**changes, "blocks": tuple(blocks), "modified": new.date})


class Notice(_Content):
    """What a feed says of one address; of an article, or (in ``_site.yaml``) of something else."""

    path: str
    title: str
    published: AwareDatetime
    description: str
    story: Story | None = None

    @property
    def changed(self) -> datetime:
        """When what is announced last changed."""
        return self.story.changed if self.story else self.published


class CannedResponse(_Content):
    """A fixed answer at one address."""

    status: int = 200
    content_type: str = HTML
    body: str = ""


class SiteConfig(_Content):
    """One host, as its ``_site.yaml`` describes it.

    The paths of articles and sections are patterns to format.

    Attributes:
        sitemaps: the template of each sitemap, by path; one that ends in ``.gz`` is packed.
    """

    host: str
    name: str
    theme: str
    language: str
    tagline: str
    article_path: str
    section_path: str
    feed_path: str
    feed_template: str
    robots: str
    also_in_feed: tuple[Notice, ...] = ()
    sitemaps: dict[str, str] = {}
    answers: dict[str, CannedResponse] = {}

    def url(self, path: str) -> str:
        """The address that readers know, without the port the demo happens to listen on."""
        return f"http://{self.host}{path}"

    def path_of_section(self, section: str) -> str:
        """Where the list of a section's articles is."""
        return self.section_path.format(section=slug_of(section))

    def story(self, slug: str, front_matter: Mapping[str, Any], text: str) -> Story:
        """The article that a file's two parts make here. Raises ``ContentError``."""
        try:
            front = {"lang": self.language, **front_matter}
            when, section = front["published"], slug_of(front["section"])
            names = {"slug": slug, "section": section, "lang": front["lang"]}
            path = self.article_path.format(**names, year=when.year, month=when.month, day=when.day)
            return Story.model_validate(
                {"slug": slug, "path": path, "blocks": _blocks(text), **front}
            )
        except (KeyError, AttributeError, ValidationError) as error:
            raise ContentError(f"{self.host}/{slug}.md: {error}") from error


def slug_of(text: str) -> str:
    """The words of a text as they stand in a URL."""
    plain = (
        unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
        .encode("ascii", "ignore")
        .decode()
    )
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _blocks(text: str) -> list[StoryBlock]:
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return [
        StoryBlock("h2", part[3:]) if part.startswith("## ") else StoryBlock("p", part)
        for part in parts
    ]


def parsed(file: Path) -> tuple[dict[str, Any], str]:
    """Front matter and text; of a YAML file all is front matter."""
    stat = file.stat()
    return _version_of(file, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=4096)
def _version_of(file: Path, _version: tuple[int, int, int]) -> tuple[dict[str, Any], str]:
    text = file.read_text(encoding="utf-8")
    head, _, body = text.removeprefix("---\n").partition("\n---\n")
    try:
        front = yaml.safe_load(head)
    except yaml.YAMLError as error:
        raise ContentError(f"{file}: {error}") from error
    if not isinstance(front, dict):
        raise ContentError(f"{file}: has no front matter")
    return front, body
