"""The timeline of a search."""
from web.pages.search_address import SearchAddress
from web.pages.site import Site


def timeline_html(site: Site, address: SearchAddress) -> str:
    return ""
