"""The sample newsroom: the HTTP responses of its news sites, made from a folder of articles.

No sockets, no clock.

A folder named like a host holds ``_site.yaml`` (name, theme, feed, sitemaps, robots.txt, odd
addresses) and one Markdown file per article: front matter, then paragraphs separated by blank
lines. The folder is read again for each request, so an article that is dropped into it is in the
feed at once.
"""

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import jinja2
import yaml
from pydantic import ValidationError

from demo.stories import HTML, ContentError, Notice, SiteConfig, Story, parsed, slug_of

SAMPLE = Path(__file__).parent / "newsroom"
"""The newsroom that comes with Newsloom."""

_NOTICE_FIELDS = {"title", "published", "description"}
_XML, _TEXT = (f"{kind}; charset=utf-8" for kind in ("application/xml", "text/plain"))
# In a news sitemap, as Google has it; from the newest article, as there is no clock.
_NEWS_LASTS = timedelta(days=2)
_SHOWN_DATES = {
    "en": "%B %-d, %Y",
    "de": "%d.%m.%Y, %H:%M Uhr",
    "fr": "%d/%m/%Y à %Hh%M",
    "es": "%d/%m/%Y · %H:%M",
}


class SiteResponse(NamedTuple):
    """An HTTP response."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Newsroom:
    """Every host of one folder.

    ``updated`` serves the second version of the articles that have one.
    """

    def __init__(self, folder: Path = SAMPLE, *, updated: bool = False) -> None:
        self.folder = folder
        self.updated = updated
        loader = jinja2.FileSystemLoader(folder / "templates")
        self._templates = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True)
        dates = {"rfc822": format_datetime, "iso": datetime.isoformat, "shown": _shown}
        addresses = {"slug": slug_of, "url": _url, "section_path": _section_path}
        self._templates.filters |= {**dates, **addresses}

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the hosts, sorted."""
        return tuple(sorted(file.parent.name for file in self.folder.glob("*/_site.yaml")))

    def site(self, host: str) -> SiteConfig:
        """The description of one host. Raises ``ContentError``."""
        if host not in self.hosts:
            raise ContentError(f"{host} is not a host of the newsroom")
        file = self.folder / host / "_site.yaml"
        try:
            return SiteConfig.model_validate({"host": host, **parsed(file)[0]})
        except ValidationError as error:
            raise ContentError(f"{host}/_site.yaml: {error}") from error

    def stories(self, host: str) -> list[Story]:
        """The articles of one host, newest first. Raises ``ContentError``."""
        site = self.site(host)
        found = [site.story(file.stem, *parsed(file)) for file in (self.folder / host).glob("*.md")]
        versions = [story.second_version() for story in found] if self.updated else found
        return sorted(versions, key=lambda story: (story.published, story.slug), reverse=True)

    def respond(self, host: str, path: str, headers: Mapping[str, str]) -> SiteResponse:
        """The response to a GET; 304 when the client has this version already.

        Raises ``ContentError``.
        """
        if host not in self.hosts:
            return SiteResponse(421, {"Content-Type": _TEXT}, b"There is no such host here.\n")
        view = _HostView(self.site(host), self.stories(host), self._templates)
        return _unless_known(view.respond(path.partition("?")[0]), headers)


class _HostView:
    """One host at the moment of one request."""

    def __init__(
        self, site: SiteConfig, stories: list[Story], templates: jinja2.Environment
    ) -> None:
        self.site = site
        self.stories = stories
        self.sections = sorted({story.section for story in stories})
        self.templates = templates

    def respond(self, path: str) -> SiteResponse:
        return self._fixed(path) or self._article(path) or self._list(path)

    def _fixed(self, path: str) -> SiteResponse | None:
        if path == self.site.feed_path:
            return self._feed()
        if template := self.site.sitemaps.get(path):
            return self._sitemap(path, template)
        if path == "/robots.txt":
            return SiteResponse(200, {"Content-Type": _TEXT}, self.site.robots.encode())
        if path.startswith("/media/"):
            return self._rendered("figure.svg", "image/svg+xml", None, {})
        if fixed := self.site.answers.get(path):
            return SiteResponse(
                fixed.status, {"Content-Type": fixed.content_type}, fixed.body.encode()
            )
        return None

    def _article(self, path: str) -> SiteResponse | None:
        for story in self.stories:
            if path == story.redirect_from:
                return SiteResponse(301, {"Location": self.site.url(story.path)})
            if path == story.path or path in story.also_at:
                return self._story(story, "article" if path == story.path else "print")
        return None

    def _story(self, story: Story, template: str) -> SiteResponse:
        others = [other for other in self.stories if other is not story]
        related = sorted(
            others, key=lambda other: (other.lang != story.lang, other.section != story.section)
        )
        people = [{"@type": "Person", "name": name} for name in story.authors]
        seen = {
            "title": story.title,
            "story": story,
            "related": related,
            "recent": others[:5],
            "people": people,
        }
        return self._rendered(f"{self.site.theme}/{template}.html", HTML, story.changed, seen)

    def _list(self, path: str) -> SiteResponse:
        titles = {self.site.path_of_section(section): section for section in self.sections}
        title = self.site.tagline if path == "/" else titles.get(path)
        listed = [story for story in self.stories if path == "/" or story.section == title]
        seen = {"title": title or "404", "listed": listed, "recent": self.stories[:5]}
        page = self._rendered(f"{self.site.theme}/list.html", HTML, None, seen)
        return page._replace(status=200 if title else 404)

    def _feed(self) -> SiteResponse:
        items = list(self.site.also_in_feed)
        for story in self.stories:
            notice = Notice(
                path=story.redirect_from or story.path,
                story=story,
                **story.model_dump(include=_NOTICE_FIELDS),
            )
            items += [notice, *(notice.model_copy(update={"path": path}) for path in story.also_at)]
        items.sort(key=lambda item: item.changed, reverse=True)
        built = items[0].changed
        return self._rendered(
            self.site.feed_template, _XML, built, {"items": items, "built": built}
        )

    def _sitemap(self, path: str, template: str) -> SiteResponse:
        newest = max((story.published for story in self.stories), default=None)
        seen = {
            "stories": self.stories,
            "latest": [
                story
                for story in self.stories
                if newest and story.published >= newest - _NEWS_LASTS
            ],
            "others": [other for other in self.site.sitemaps if other != path],
            "built": max((story.changed for story in self.stories), default=None),
        }
        document = self._rendered(template, _XML, None, seen)
        if not path.endswith(".gz"):
            return document
        return SiteResponse(
            200, {"Content-Type": "application/gzip"}, gzip.compress(document.body, mtime=0)
        )

    def _rendered(
        self, name: str, kind: str, changed: datetime | None, seen: Mapping[str, object]
    ) -> SiteResponse:
        page = self.templates.get_template(name).render(
            seen, site=self.site, sections=self.sections
        )
        modified = (
            {"Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
            if changed
            else {}
        )
        return SiteResponse(200, {"Content-Type": kind, **modified}, page.encode())


def publish(
    folder: Path, host: str, title: str, text: str, *, when: datetime, **front: object
) -> Path:
    """Drops a new article into a newsroom's folder; its file.

    Raises ``ContentError`` and drops nothing.

    ``text`` is paragraphs separated by blank lines; ``front`` is any other front matter of an
    article.
    """
    first = text.strip().split("\n\n", 1)[0]
    front = {"title": title, "section": "News", "published": when, "description": first, **front}
    slug = slug_of(title) or "untitled"
    while (file := folder / host / f"{slug}.md").exists():
        slug += "-again"
    Newsroom(folder).site(host).story(slug, front, text)
    # Renamed when complete, so that no request reads half an article.
    draft = file.with_suffix(".tmp")
    head = yaml.safe_dump(front, allow_unicode=True)
    draft.write_text(f"---\n{head}---\n\n{text.strip()}\n", encoding="utf-8")
    return draft.rename(file)


@jinja2.pass_context
def _url(context: jinja2.runtime.Context, path: str) -> str:
    return str(context["site"].url(path))


@jinja2.pass_context
def _section_path(context: jinja2.runtime.Context, section: str) -> str:
    return str(context["site"].path_of_section(section))


def _shown(moment: datetime, language: str) -> str:
    return moment.strftime(_SHOWN_DATES[language])


def _unless_known(response: SiteResponse, request: Mapping[str, str]) -> SiteResponse:
    """304 in place of a page that the client has (RFC 9110 §13.2.2).

    A tag, where given, takes precedence over the date.
    """
    if response.status != HTTPStatus.OK:
        return response
    tag = f'"{blake2b(response.body, digest_size=12).hexdigest()}"'
    headers = {**response.headers, "ETag": tag}
    conditions = {name.lower(): value for name, value in request.items()}
    if (tags := conditions.get("if-none-match")) is not None:
        known = tags.strip() == "*" or tag in (
            given.strip().removeprefix("W/") for given in tags.split(",")
        )
    else:
        # the very date it was given, as nginx asks for by default: then dates need no arithmetic
        known = conditions.get("if-modified-since", "") == headers.get("Last-Modified")
    return SiteResponse(304, headers) if known else response._replace(headers=headers)
