"""The page of an article, and of what changed in one of its versions."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.sources_file import SourcesError
from pipeline.records import EnrichedArticle
from pipeline.versions import ChangeKind, Difference
from search.errors import QueryError
from services.articles.duplicates import Family, family_of
from services.articles.history import ArticleVersion, article_history
from services.articles.marked import MarkedText, marked_text
from services.articles.search import find_article
from services.articles.similar import similar
from services.errors import AmbiguousIdError, ArticleNotFoundError
from web.pages.formats import plural
from web.pages.site import Site

_SIMILAR = 6


def article_page(site: Site, request: Request) -> Response:
    """``GET /articles/{id}``."""
    article = _article(site, request)
    if article.id != request.path_params["id"]:
        return RedirectResponse(f"/articles/{article.id}", 302)
    family = family_of(site.index, article)
    context = {
        "article": article,
        "deck": _deck(article),
        "text": _marked(site, article, request.query_params.get("q", "")),
        "family": family.members,
        "original_title": _original_title(article, family),
        "date_words": date_words(article),
        "versions": [_version(each) for each in article_history(site.index, article)],
        "similar": similar(site.index, article, limit=_SIMILAR).hits,
    }
    return site.page(request, "article.html", context)


def version_page(site: Site, request: Request) -> Response:
    """``GET /articles/{id}/versions/{number}``: what it changed."""
    article, number = _article(site, request), request.path_params["number"]
    versions = article_history(site.index, article)
    places = {each.article.version: place for place, each in enumerate(versions)}
    place = places.get(number, 0)
    change = versions[place].change if place else None
    if change is None:
        raise HTTPException(404, f"Version {number} of this article has none before it.")
    context = {
        "article": article,
        "number_": number,
        "earlier": versions[place - 1].article,
        "later": versions[place].article,
        "words": change_words(change),
        "titles": () if change.title.kind is ChangeKind.SAME else change.title.pieces,
        "paragraphs": [
            {"same": each.kind is ChangeKind.SAME, "pieces": each.pieces}
            for each in change.paragraphs
        ],
    }
    return site.page(request, "version.html", context)


def change_words(change: Difference) -> str:
    """What an edit did, as a sentence."""
    kinds = [paragraph.kind for paragraph in change.paragraphs]
    parts = []
    if change.title.kind is not ChangeKind.SAME:
        parts.append("the headline was rewritten")
    for kind, words in (
        (ChangeKind.CHANGED, "rewritten"),
        (ChangeKind.ADDED, "added"),
        (ChangeKind.REMOVED, "removed"),
    ):
        if count := kinds.count(kind):
            verb = "was" if count == 1 else "were"
            parts.append(f"{plural(count, 'paragraph')} {verb} {words}")
    words_changed = f"{plural(change.words_added, 'word')} came in, {change.words_removed} went out"
    sentence = "; ".join([*parts, words_changed])
    return f"{sentence[0].upper()}{sentence[1:]}."


def date_words(article: EnrichedArticle) -> str:
    """How far the date can be trusted, as a sentence."""
    evidence = article.published_evidence
    days = {each.value.date() for each in evidence}
    kinds = len({each.provenance for each in evidence})
    if len(evidence) == 1:
        return f"One place names it: {evidence[0].provenance}."
    if len(days) == 1:
        return f"{plural(kinds, 'kind')} of evidence name the same day."
    return f"The evidence names {len(days)} different days; the most trusted one is shown."


def _article(site: Site, request: Request) -> EnrichedArticle:
    ledger, name = site.resources.stores.ledger, request.path_params["id"]
    try:
        return find_article(ledger, site.index, name)
    except (ArticleNotFoundError, AmbiguousIdError) as error:
        raise HTTPException(404, str(error)) from None


def _deck(article: EnrichedArticle) -> str:
    """The publisher's own summary, where the text does not begin with it."""
    deck = article.description or ""
    return "" if article.body.startswith(deck) else deck


def _marked(site: Site, article: EnrichedArticle, query: str) -> MarkedText:
    """The text with what the search matched that led here; unmarked where it cannot be read."""
    try:
        return marked_text(article, query, site.groups, now=site.now)
    except (QueryError, SourcesError):
        return marked_text(article)


def _original_title(article: EnrichedArticle, family: Family) -> str:
    return family.first.title if family.first.id != article.id else "another article"


def _version(version: ArticleVersion) -> dict[str, object]:
    words = change_words(version.change) if version.change else ""
    return {"article": version.article, "change": version.change, "words": words}
