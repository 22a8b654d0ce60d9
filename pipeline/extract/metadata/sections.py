"""The section of a paper that an article is in: what structured data or the breadcrumb says."""

import re
from collections.abc import Iterator
from typing import Any

from lxml.etree import _Element

from pipeline.extract.metadata.jsonld import as_list, strings, types_of
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, one_line, plain, text_of

# What the first step of a breadcrumb is called, compared by letters.
_HOME = """
    home homepage start startseite accueil inicio início portada hem hjem forside etusivu главная
    首页
    首頁 ホーム
    トップ 홈 anasayfa trangchủ beranda stronagłówna lamanutama головна tranghome
"""
HOME = frozenset(_HOME.split())

MAX_SECTION = 60

_SECTION_META = (
    "article:section",
    "og:article:section",
    "parsely-section",
    "articlesection",
    "sailthru.section",
    "section",
)
MAX_CRUMBS = 8

_MARK = re.compile(r"(?:(?<!\s)\s+)?[/>»›→|]\s*|(?<!\s)\s+[-–]\s+")
_CRUMB_CLASS = re.compile(r"bread-?_?crumb|(?:^|\s)crumbs?(?:\s|$)|yoast_breadcrumb", re.IGNORECASE)
_CATEGORY_CLASS = re.compile(
    r"cat-links|post-categor|entry-categor|article-categor|td-post-category", re.IGNORECASE
)


def find_section(tree: _Element, data: StructuredData, title: str) -> str | None:
    """The most specific section named.

    Structured data first, then the breadcrumb, then a category's link.
    """
    for names in _sources(tree, data):
        named = [name for name in names if is_section(name, title)]
        if named:
            return named[-1]
    return None


def _sources(tree: _Element, data: StructuredData) -> Iterator[list[str]]:
    """What each source names; one after another, since most pages need the first only."""
    yield _structured(data)
    yield _crumbs_of_data(data)
    yield _crumbs_of_page(tree)
    yield _categories(tree)


def is_section(name: str, title: str) -> bool:
    """True for what can be a section's name: not the front page, not the title again."""
    bare = letters(name)
    if not 1 < len(name) <= MAX_SECTION or not bare or bare in HOME:
        return False
    return not (letters(title).startswith(bare) and len(bare) > 12) and "://" not in name  # noqa: PLR2004 - the title, cut


def _structured(data: StructuredData) -> list[str]:
    for name in _SECTION_META:
        values = list(data.all(name))
        if values:
            return values[:1]
    return list(data.article_texts("articleSection"))[:1]


def _crumbs_of_data(data: StructuredData) -> list[str]:
    for node in data.nodes:
        if "BreadcrumbList" not in types_of(node):
            continue
        steps = [item for item in as_list(node.get("itemListElement")) if isinstance(item, dict)]
        names = [name for step in steps for name in _crumb_name(step)]
        if names:
            return names
    return []


def _crumb_name(step: dict[str, Any]) -> Iterator[str]:
    item = step.get("item")
    for value in (step.get("name"), item.get("name") if isinstance(item, dict) else None):
        for name in strings(value):
            yield plain(name)
            return


def _crumbs_of_page(tree: _Element) -> list[str]:
    """The steps of the first breadcrumb that has a plausible number of them."""
    for element in tree.iter("nav", "ol", "ul", "div", "p", "span"):
        if not _is_breadcrumb(element):
            continue
        steps = [step for link in element.iter("a") if (step := text_of(link))]
        steps = steps or _MARK.split(text_of(element))
        if steps and len(steps) <= MAX_CRUMBS:
            return [one_line(step) for step in steps]
    return []


def _is_breadcrumb(element: _Element) -> bool:
    names = (element.get(name) or "" for name in ("class", "id", "aria-label"))
    if _CRUMB_CLASS.search(" ".join(names)):
        return True
    return (element.get("itemtype") or "").endswith("BreadcrumbList")


def _categories(tree: _Element) -> list[str]:
    for link in tree.iter("a"):
        if "category" in (link.get("rel") or ""):
            return [text_of(link)]
        parent = link.getparent()
        if parent is not None and _CATEGORY_CLASS.search(
            f"{parent.get('class')} {link.get('class')}"
        ):
            return [text_of(link)]
    return []
