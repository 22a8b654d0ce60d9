"""Renders the pages' templates, with what every page needs."""

from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from storage.redis.access.api_keys import Scope
from web.access import Caller, Via
from web.pages.formats import FILTERS

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
THEMES = ("light", "dark")

SAFE_HTML = Markup
"""Marks a text as HTML that is safe by construction; only for what ``search.highlight`` made."""


class Renderer:
    """The templates and the addresses of the static files."""

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(FILTERS)
        environment.filters["safe_html"] = SAFE_HTML
        environment.globals["static"] = self.static
        return environment

    def static(self, name: str) -> str:
        """The address of a static file; it changes with the file, so that it may be kept."""
        return f"/static/{name}?v={self._versions[name]}"

    @cached_property
    def _versions(self) -> Mapping[str, str]:
        return {
            file.name: blake2b(file.read_bytes(), digest_size=6).hexdigest()
            for file in sorted(STATIC.iterdir())
        }

    def page(
        self, request: Request, template: str, context: Mapping[str, Any], *, status: int = 200
    ) -> Response:
        """A whole page.

        Args:
            request: whose theme and place in the bar it has.
            template: its file.
            context: what the template shows.
            status: of the response.
        """
        text = self.html(template, {**_common(request), **context})
        return HTMLResponse(text, status)

    def html(self, template: str, context: Mapping[str, Any]) -> str:
        """A template's HTML alone, for parts of a page."""
        return self._environment.get_template(template).render(context)


def _common(request: Request) -> dict[str, Any]:
    csrf = getattr(request.state, "csrf", "")
    theme = request.cookies.get("theme", "")
    path = request.url.path
    here = f"{path}?{request.url.query}" if request.url.query else path
    caller: Caller | None = getattr(request.state, "caller", None)
    return {
        "path": path,
        "here": here,
        "theme": theme if theme in THEMES else "",
        "query": request.query_params.get("q", ""),
        "signed_in": caller.name if caller and caller.via is Via.SESSION else "",
        "may_write": bool(csrf and caller and caller.may(Scope.WRITE)),
        "csrf": csrf,
    }
