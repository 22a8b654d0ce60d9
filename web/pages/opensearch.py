"""The OpenSearch 1.1 description, so that a browser can add this search to its own."""

from xml.sax.saxutils import quoteattr

from starlette.requests import Request
from starlette.responses import Response

from web.pages.site import Site

_DESCRIPTION = """\
<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Newsloom</ShortName>
<Description>Search the news that this Newsloom has collected.</Description>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" template={template}/>
</OpenSearchDescription>
"""


def description(site: Site, request: Request) -> Response:
    """``GET /opensearch.xml``."""
    template = f"{site.base_url(request)}/search?q={{searchTerms}}"
    return Response(
        _DESCRIPTION.format(template=quoteattr(template)),
        media_type="application/opensearchdescription+xml",
    )
