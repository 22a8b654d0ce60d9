"""The pages of the pipeline: totals, rejections, dead letters, and the trace of a URL."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pipeline.outcome import Reason, sentence_of
from services.dead_letters import list_dead_letters
from services.ledger.rejections import rejected_urls
from services.trace import UntracedUrl, trace
from storage.redis.health.stage_rates import stage_rates
from storage.redis.ledger import Entry
from web.pages.operating.dead_letters import CAUSES, cause_of
from web.pages.operating.rates import stage_rows
from web.pages.operating.trace_words import event_rows
from web.pages.operating.url_rows import UrlRow
from web.pages.site import Site
from web.pages.watching.sources import message_of

_LISTED = 200
_RATE_MINUTES = 60


def pipeline_page(site: Site, request: Request) -> Response:
    """``GET /pipeline``."""
    status = site.status()
    stored = status.stored
    context: dict[str, Any] = {
        "errors": status.errors,
        "articles": status.articles,
        "totals": stored.totals if stored else None,
        "message": message_of(request),
    }
    if stored:
        context |= {
            "rejected": stored.rejected,
            "refused_links": stored.refused_links,
            "workers": stored.workers,
            "waiting_batches": stored.waiting_batches,
            "rates": stage_rows(_rates(site)),
            "archive": stored.archive,
            "events": stored.events[:10],
            "causes": _causes(list_dead_letters(site.resources.stores.ledger, limit=CAUSES)),
        }
    return site.page(request, "pipeline.html", context)


def _rates(site: Site) -> Mapping[str, Sequence[int]]:
    resources = site.resources
    keyspace, now = resources.stores.keyspace, resources.clock()
    return stage_rates(keyspace, now=now, minutes=_RATE_MINUTES)


def rejected_page(site: Site, request: Request) -> Response:
    """``GET /pipeline/rejected/{reason}``."""
    name = request.path_params["reason"]
    if name not in set(Reason):
        raise HTTPException(404, f"URLs are not rejected for “{name}”.")
    reason = Reason(name)
    found = rejected_urls(site.resources.stores.ledger, reason, limit=_LISTED)
    looked = "" if found.is_all else f", of more; {found.looked_at:,} entries were looked through"
    context = {
        "heading": f"Rejected: {reason.value.replace('_', ' ')}",
        "words": f"{len(found.entries)} URLs are shown{looked}.",
        "api_url": "/api/v1/ledger",
        "entries": [UrlRow.of(entry) for entry in found.entries],
        "nothing": "No URL was rejected for this reason, or their entries have aged out.",
        "retry": False,
        "cause": "",
    }
    return site.page(request, "urls.html", context)


def trace_page(site: Site, request: Request) -> Response:
    """``GET /trace``."""
    name = request.query_params.get("url", "").strip()
    context: dict[str, object] = {"name": name, "unknown": "", "entry": None}
    if not name:
        return site.page(request, "trace.html", context)
    found = trace(site.resources.stores.ledger, name, lambda: site.index)
    if isinstance(found, UntracedUrl):
        context["unknown"] = f"{found.url}: {found.why}."
        return site.page(request, "trace.html", context, status=404)
    entry = found.entry
    context |= {
        "entry": entry,
        "sentence": sentence_of(entry.outcome) if entry.outcome else f"It is {entry.state}.",
        "article": entry.article,
        "events": event_rows(found.events),
    }
    return site.page(request, "trace.html", context)


def _causes(entries: Sequence[Entry]) -> list[tuple[str, int]]:
    return Counter(map(cause_of, entries)).most_common()
