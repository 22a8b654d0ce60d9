"""The pages of the sources: how they are doing, and what each has brought."""

from collections import Counter
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.sources import Source
from pipeline.sources.coverage import coverage_words
from pipeline.sources.durations import span
from search.request import Sort
from services.articles.search import search
from services.sources import export_opml
from services.status import StoredStatus
from web.pages.searching.search_address import quoted
from web.pages.site import Site
from web.pages.watching.source_rows import ILL, source_rows

_LAST = 10
_MESSAGES = {
    "added": "The source was added. It is asked within a minute.",
    "paused": "It is paused: it is no longer asked, and its articles stay.",
    "resumed": "It is asked again.",
    "removed": "The source was removed. Its articles stay.",
    "saved": "Saved.",
}
"""What a change says after it, by the address' ``done``."""


def sources_page(site: Site, request: Request) -> Response:
    """``GET /sources``."""
    status = site.status()
    stored = status.stored
    collection = request.query_params.get("collection", "")
    known = site.sources()
    shown = {
        key: source
        for key, source in known.items()
        if not collection or collection in source.collections
    }
    rows = source_rows(shown, stored.sources if stored else ())
    context = {
        "rows": rows,
        "unhealthy": sum(row.mark == ILL for row in rows),
        "paused": sum(not row.source.enabled for row in rows),
        "groups": _collections(known),
        "collection": collection,
        "problems": stored.problems if stored else (),
        "fault": status.redis.error,
        "message": message_of(request),
        "now": site.resources.clock(),
    }
    return site.page(request, "sources.html", context)


def source_page(site: Site, request: Request) -> Response:
    """``GET /sources/{id}``."""
    source_id = request.path_params["id"]
    source = site.sources().get(source_id)
    if source is None:
        raise HTTPException(404, f"There is no source {source_id}. It may have been removed.")
    stored = site.status().stored
    (row,) = source_rows({source.id: source}, stored.sources if stored else ())
    found = search(
        site.index,
        f"source:{quoted(source.id)}",
        limit=_LAST,
        sort=Sort.NEWEST,
        copies=True,
    )
    context = {
        "source": source,
        "row": row,
        "total": found.total,
        "hits": found.hits,
        "facts": _facts(source, stored),
        "events": _events(source_id, stored),
        "message": message_of(request),
        "clock": site.resources.clock(),
    }
    return site.page(request, "source.html", context)


def subscriptions_page(site: Site, request: Request) -> Response:
    """``GET /sources/subscriptions``."""
    return site.page(request, "subscriptions.html", {"error": "", "imported": None})


def opml(site: Site, _request: Request) -> Response:
    """``GET /sources.opml``."""
    return Response(
        export_opml(site.resources.settings.sources),
        media_type="text/x-opml",
        headers={"Content-Disposition": 'attachment; filename="newsloom.opml"'},
    )


def message_of(request: Request) -> str:
    """What the change said that led here."""
    return _MESSAGES.get(request.query_params.get("done", ""), "")


def _collections(sources: Mapping[str, Source]) -> list[tuple[str, int]]:
    counts = Counter(name for source in sources.values() for name in source.collections)
    return sorted(counts.items())


def _facts(source: Source, stored: StoredStatus | None) -> list[tuple[str, str]]:
    facts = []
    if source.interval:
        facts.append(("Interval", span(source.interval)))
    statuses = stored.sources if stored else ()
    status = next((each for each in statuses if each.source_id == source.id), None)
    if status and status.verdict.coverage:
        facts.append(("Coverage", coverage_words(status.verdict.coverage)))
    if status and status.verdict.usual_gap:
        facts.append(("Publishes", f"an article every {span(status.verdict.usual_gap)} or so"))
    if source.collections:
        facts.append(("Collections", ", ".join(source.collections)))
    return facts


def _events(source_id: str, stored: StoredStatus | None) -> list[object]:
    return [event for event in stored.events if event.source == source_id] if stored else []
