"""How to search, on one page."""

from starlette.requests import Request
from starlette.responses import Response

from search.fields import FIELDS, SOURCE_GROUPS
from web.pages.site import Site

EXAMPLES = (
    ("climate summit", "both words, in any of their forms"),
    ('"climate summit"', "exactly these words in a row"),
    ("climate OR klima OR 气候", "any of the words"),
    ("climate -football", "the first word without the second"),
    ("clima*", "words that begin so"),
    ("title:summit", "the word in the headline"),
    ("source:bbc language:en", "articles of this source, in this language"),
    ("published:[now-7d TO now]", "of the last seven days; a day is 2026-04-03, a month 2026-04"),
    ('"climate deal"~5', "the words near each other, at most five words apart"),
    ("has:author is:updated", "articles with an author whose text was changed"),
)


def help_page(site: Site, request: Request) -> Response:
    """``GET /help``."""
    fields = [(field.name, field.about) for field in (*FIELDS.values(), *SOURCE_GROUPS.values())]
    return site.page(request, "help.html", {"examples": EXAMPLES, "fields": fields})
