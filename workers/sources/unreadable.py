"""What came instead of a source's document."""

from lxml.etree import strip_elements

from pipeline.discover.html import page_tree
from pipeline.extract.classify.block_pages import classify_block_page
from pipeline.sources.state import Failure
from pipeline.text.lengths import text_length
from workers.fetch.records import Response

_HEAD = 2_000
_MOST_HTML = 200_000
_LOGIN = "a login"


def explain(response: Response, error: str, wanted: str, is_page: bool) -> tuple[Failure, str]:  # noqa: FBT001 - called by a thread pool
    """The kind of failure, and what it is in words.

    Nothing came, or a page that turns machines away, or the page that the address moved to, or a
    broken document.

    Args:
        response: what came.
        error: of the reader.
        wanted: the name of what should have come.
        is_page: whether that is a web page.
    """
    if not response.content.strip():
        return Failure.EMPTY, error
    if not _is_html(response.content):
        return Failure.PARSE, error
    block_page = _block_page(response)
    if block_page:
        failure = Failure.PAYWALL if block_page == _LOGIN else Failure.BLOCKED
        return failure, f"instead of a {wanted} it answers with what looks like {block_page}"
    if is_page:
        return Failure.EMPTY, error
    if response.final_url != response.url:
        words = f"its address leads to {response.final_url}, which is a web page and no feed"
        return Failure.MOVED, words
    return Failure.PARSE, "it answers with a web page and not with a feed"


def _is_html(content: bytes) -> bool:
    start = content[:_HEAD].lstrip().lower()
    return b"<html" in start or start.startswith(b"<!doctype html")


def _block_page(response: Response) -> str | None:
    """What kind of block page (interstitial) a response is; None when it is none."""
    content_type = response.headers.get("content-type", "")
    tree = page_tree(response.content[:_MOST_HTML], content_type)
    if tree is None:
        return None
    strip_elements(tree, "script", "style", "noscript", with_tail=False)
    title = " ".join((tree.findtext(".//title") or "").split())
    text = "".join(str(piece) for piece in tree.itertext())
    body = " ".join(text.split())
    return classify_block_page((title,), body, text_length(body))
