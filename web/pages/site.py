"""What all pages share: the resources, the templates, and the names of the sources."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from config.sources import Source
from config.sources_file import SourcesError
from services.articles.source_groups import SourceGroups
from services.status import SystemStatus, system_status
from storage.index import Index
from web.clock import query_time
from web.pages.rendering import Renderer
from workers.resources import Resources


class Site:
    """What a page is made from. Its methods block: pages run in threads.

    Attributes:
        resources: of the web process.
        renderer: of the templates.
        groups: the tags and collections of the sources, as their file is now.
    """

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.renderer = Renderer()
        self.groups = SourceGroups(resources.settings.sources)

    @cached_property
    def index(self) -> Index:
        """The search index, to read."""
        return self.resources.open_index()

    @property
    def now(self) -> datetime:
        """What queries are reckoned from, as in the API."""
        return query_time(self.resources.clock())

    @property
    def moment(self) -> datetime:
        """The moment of the page."""
        return datetime.fromtimestamp(self.resources.clock(), UTC)

    def base_url(self, request: Request) -> str:
        """Where others reach these pages: as the operator says, else as this request did."""
        asked = f"{request.url.scheme}://{request.url.netloc}"
        return (self.resources.settings.public_url or asked).rstrip("/")

    def sources(self) -> Mapping[str, Source]:
        """The sources by id; none where their file cannot be read."""
        try:
            return self.resources.registry.all()
        except SourcesError:
            return {}

    def names(self) -> dict[str, str]:
        """What the sources are called, by id."""
        return {key: source.name or key for key, source in self.sources().items()}

    def status(self) -> SystemStatus:
        """The state of the system, as ``newsloom status`` has it."""
        return system_status(self.resources.settings, self.connect)

    def connect(self) -> AbstractContextManager[Resources]:
        """The resources as services take them that open and close their own."""
        return nullcontext(self.resources)

    def page(
        self, request: Request, template: str, context: Mapping[str, Any], *, status: int = 200
    ) -> Response:
        """A page from its template."""
        whole = {"now": self.moment, "names": self.names(), "message": "", **context}
        return self.renderer.page(request, template, whole, status=status)
