"""Whether an article is open to everybody, and whether its text on the page is all of it."""

from pipeline.extract.metadata.jsonld import ARTICLE_TYPES, as_list, types_of
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.endings import is_cut_off

# Meta names that tell what readers must pay for, with the values for free and for paid.
# article:content_tier: https://developers.facebook.com/docs/instant-articles/subscriptions/
ACCESS_META = {
    "article:content_tier": ("free", "metered locked"),
    "cxenseparse:access": ("free open", "metered paid subscriber"),
    "paywall": ("false 0 no", "true 1 yes hard"),
    "is_accessible_for_free": ("true", "false"),
}


def is_free(data: StructuredData) -> bool | None:
    """What the page says: open to everybody, or not; None when it says nothing."""
    nodes = [
        data.article,
        *(node for node in data.nodes if {"WebPage", *ARTICLE_TYPES}.intersection(types_of(node))),
    ]
    for node in nodes:
        for value in as_list(node.get("isAccessibleForFree")):
            said = str(value).rsplit("/", 1)[-1].strip().lower()
            if said in {"true", "false"}:
                return said == "true"
    for name, (free, paid) in ACCESS_META.items():
        value = (data.first(name) or "").lower()
        if value in {*free.split(), *paid.split()}:
            return value in free.split()
    return None


def is_truncated(body: str, *, free: bool | None) -> bool:
    """True when the text of an article that is not free ends in an ellipsis.

    One sign is not enough. (JSON-LD's ``wordCount`` is no evidence: where it was far above the
    words found, in the sets we measure on, it counted something else.)
    """
    return free is False and is_cut_off(body)
