"""Whether an article is open to everybody, and whether its text on the page is all of it."""

import re
from collections.abc import Sequence

from pipeline.extract.body.blocks import Block
from pipeline.extract.metadata.jsonld import ARTICLE_TYPES, as_list, types_of
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.endings import is_cut_off
from pipeline.text.lengths import text_length
from pipeline.text.tables import any_of

# Meta names that tell what readers must pay for, with the values for free and for paid.
# article:content_tier: https://developers.facebook.com/docs/instant-articles/subscriptions/
ACCESS_META = {
    "article:content_tier": ("free", "metered locked"),
    "cxenseparse:access": ("free open", "metered paid subscriber"),
    "paywall": ("false 0 no", "true 1 yes hard"),
    "is_accessible_for_free": ("true", "false"),
}

# How a page asks to pay or to go elsewhere for the rest; one regular expression a line, in the last
# lines of a text.
REST_ELSEWHERE = r"""
    (?:to )?(?:continue|keep|finish) reading
    read (?:the )?(?:full|rest of(?: the| this)?|more of this) (?:article|story|text|post|report)
    (?:subscribe|sign in|log in|register) (?:now )?(?:to|and) (?:continue|read|unlock|access|get)
    (?:article|story|content) is (?:only )?(?:for|available to|reserved for) (?:our )?(?:subscribers
        |members)
    (?:reserved for|for) subscribers only
    already a (?:subscriber|member)
    weiterlesen (?:mit|als|nach)
    jetzt (?:weiterlesen|freischalten|abonnieren)
    (?:diesen|den ganzen|den vollständigen) (?:artikel|text|beitrag).{0,30}(?:lesen|freischalten)
    (?:exklusiv )?für abonnent(?:en|innen)
    (?:il|cet article|article) (?:vous reste|est) réservé (?:aux|à nos) abonnés
    réservé aux abonnés|lire la suite
    il vous reste .{1,20}% de cet article
    (?:contenido|artículo|noticia) (?:exclusiv[oa]|solo) para (?:suscriptores|socios)
    (?:suscríbete|regístrate|inicia sesión) para (?:seguir|continuar)
    seguir leyendo
    (?:conteúdo|matéria) (?:exclusiv[oa]|restrit[oa]) (?:para|a) assinantes
    contenuto riservato|abbonati per (?:continuare|leggere)
    (?:lees|lees verder) (?:verder )?(?:met|als)
    (?:les|läs) (?:hele|hela) (?:saken|artikeln)
    この記事は(?:有料|会員)|続きを読む|残り\s?\d+文字
"""

LAST = 6
"""Blocks from the end in which the page asks for it."""

MAX_REQUEST = 250

TEASER = 1500
"""Characters below which a text that is not free, and asks to pay, is only its beginning."""

_REST = re.compile(any_of(REST_ELSEWHERE), re.IGNORECASE)


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


def is_truncated(*, free: bool | None, blocks: Sequence[Block], body: str) -> bool:
    """True when the text breaks off before the article's end.

    An ellipsis at the end, or an invitation to read on elsewhere, is believed together with another
    sign, for pages carry the invitation, hidden, under complete texts as well. (JSON-LD's
    ``wordCount`` is no evidence: where it was far above the words found, in the sets we measure on,
    it counted something else.)
    """
    if free is True:
        return False
    if is_cut_off(body):
        return free is False or _asks(blocks)
    return free is False and text_length(body) < TEASER and _asks(blocks)


def _asks(blocks: Sequence[Block]) -> bool:
    """Whether the page asks to pay, or to read on elsewhere."""
    short = (block.text for block in blocks[-LAST:] if len(block.text) <= MAX_REQUEST)
    return any(_REST.search(text) for text in short)
