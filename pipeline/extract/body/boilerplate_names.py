"""What themes and publishers call the containers around an article, as tables.

The logic is in ``boilerplate``. Words are those of class and id names, split at spaces, hyphens,
underscores and camel case, in lower case and without a plural's ``s``. Pairs are found in one word
as well.
"""

# A single word that means boilerplate wherever it stands in a name. Grouped by what such containers
# hold.
SURE_WORDS = {
    "other articles": """
        related relatedpost recirc recirculation recommended recommendation outbrain popular
        trending
    """,
    "navigation": "nav navbar navigation navi submenu breadcrumb crumb pagination pager postnav",
    "sharing": "share sharing sharedaddy social sharebar shariff",
    "reactions": """
        comments commentlist kommentar respond disqus livefyre reaction rating feedback
    """,
    "asking": "newsletter signup subscribe subscription donate donation optin cta",
    "selling": "advert advertisement adslot dfp sponsor sponsored promotion affiliate banner",
    "law": "cookie consent gdpr cmp disclaimer",
    "page frame": "sidebar footer masthead topbar toolbar popup modal lightbox noprint",
    "labels": "byline dateline caption",
}

# Two words in a row that mean boilerplate where each alone does not.
SURE_PAIRS = {
    "people": """
        author box, author bio, author info, author profile, author description, post author
    """,
    "other articles": """
        read more, read next, more stories, more on, more articles, most read, most popular,
        check also, see also, next post, prev post, latest news, recent posts, top stories
    """,
    "labels": """
        tag list, tag cloud, post tags, article tags, entry tags, tags links, cat links, post meta,
        entry meta, article meta, image credit
    """,
    "page frame": "screen reader, visually hidden, sr only, skip link, sign up",
    "embeds": "instagram media",
}

# Words that also name what holds the text ("widget-text", "paywall" around gated paragraphs,
# "teaser-content" for a lead): boilerplate only where there is no running text at all.
DOUBTFUL_WORDS = "widget paywall piano teaser login"

# Doubtful, and common inside other names ("page-header-menu-visible", "article-hidden-desktop"):
# only when alone.
DOUBTFUL_ALONE = "hide hidden ad ads overlay menu comment tags promo copyright gpt shop"

# Elements that can be containers of boilerplate.
_CANDIDATES = """
    div section aside ul ol nav footer header form p span dl details table blockquote
"""
CANDIDATES = tuple(_CANDIDATES.split())

# Boilerplate by their tag (HTML Living Standard, 4.3), as long as they hold little running text.
BOILERPLATE_TAGS = frozenset(("nav", "aside", "form", "footer"))

# Containers that can be lists of links.
LIST_TAGS = frozenset(("ul", "ol", "div", "section", "dl", "table", "nav", "aside"))

# Elements that never carry text; readings of ruby repeat it (HTML Living Standard, 4.5.10).
SILENT_TAGS = ("script", "style", "noscript", "svg", "iframe", "template", "rt", "rp")

# Elements whose own text can be running text, on pages that do not use <p>.
_TEXT_TAGS = "div td article section main blockquote center font span li pre body"
TEXT_TAGS = frozenset(_TEXT_TAGS.split())


def words_of(table: dict[str, str]) -> frozenset[str]:
    """All words of a table."""
    return frozenset(word for words in table.values() for word in words.split())


def with_plurals(words: frozenset[str]) -> frozenset[str]:
    """The words and their plurals."""
    return words | {f"{word}s" for word in words}


def pairs_of(table: dict[str, str]) -> frozenset[tuple[str, str]]:
    """All pairs of a table."""
    pairs = (pair.split() for line in table.values() for pair in line.split(","))
    return frozenset((left, right) for left, right in pairs)
