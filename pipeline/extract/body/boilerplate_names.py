"""What themes and publishers call the containers around an article, as tables.

The logic is in ``boilerplate``.

Words are those of class and id names, split at spaces, hyphens, underscores and camel case, in
lower case.
"""

# A single word that means boilerplate wherever it stands in a name. Grouped by what such containers
# hold.
SURE_WORDS = {
    "other articles": """
        related relatedposts yarpp crp recirc recirculation recommended recommendation
        recommendations outbrain taboola trending mostread mostpopular popular readmore seealso
        checkalso upnext readnext morestories morenews alsolike nextpost prevpost postnav
    """,
    "navigation": """
        nav navbar navigation navi submenu breadcrumb breadcrumbs crumbs pagination pager skiplink
        toc
    """,
    "sharing": """
        share sharing sharedaddy shares social socials addtoany addthis sociable sharebar sharebox
        shariff
    """,
    "people": """
        authorbox authorbio aboutauthor saboxplugin
    """,
    "reactions": """
        comments commentlist respond disqus livefyre fbcomments reactions rating ratings poll
        feedback
    """,
    "asking": """
        newsletter newsletters signup subscribe subscription subscriptions regwall donate donation
        optin mailchimp mailpoet mc4wp
    """,
    "selling": """
        advert adverts advertisement advertising adslot adsense dfp sponsor sponsored promotion
        promobox affiliate anzeige werbung publicidad banner
    """,
    "law": """
        cookie cookies consent gdpr cmp disclaimer imprint
    """,
    "page frame": """
        sidebar footer masthead topbar toolbar offcanvas popup modal lightbox tagcloud
    """,
    "hidden": """
        screenreader visuallyhidden sronly noprint printonly
    """,
    "labels": """
        taglist tagslinks posttags postmeta entrymeta byline dateline
    """,
}

# Two words in a row that mean boilerplate where each alone does not.
SURE_PAIRS = {
    "people": """
        author box, author bio, author info, author card, author profile, author description,
        about author, about about, post author
    """,
    "other articles": """
        read more, read next, read also, also read, more stories, more news, more from, more on,
        more articles, most read, most popular, most viewed, check also, see also, you may,
        you might, may like, might like, next article, next post, next story, previous post,
        prev post, similar posts, similar articles, latest news, latest posts, latest articles,
        recent posts, recent articles, featured posts, top stories
    """,
    "labels": """
        tag list, tag cloud, post tags, article tags, entry tags, tags links, cat links, post meta,
        entry meta, article meta, entry footer, post footer, article footer, photo credit,
        image credit, img credit, caption credit
    """,
    "page frame": """
        screen reader, visually hidden, sr only, skip link, social media, sign up, post navigation,
        posts navigation
    """,
}

# Words that also name what holds the text ("widget-text", "paywall" around gated paragraphs,
# "teaser-content" for a lead): boilerplate only where there is no running text at all.
DOUBTFUL_WORDS = "widget widgets paywall piano teaser teasers login"

# Doubtful, and common inside other names ("page-header-menu-visible", "article-hidden-desktop"):
# only when alone.
DOUBTFUL_ALONE = "hide hidden ad ads overlay menu comment tags promo copyright gpt shop"

# Elements that can be containers of boilerplate.
CANDIDATES = frozenset(
    (
        "div",
        "section",
        "aside",
        "ul",
        "ol",
        "nav",
        "footer",
        "header",
        "form",
        "p",
        "span",
        "dl",
        "details",
        "table",
    )
)

# Boilerplate by their tag (HTML Living Standard, 4.3), as long as they hold little running text.
BOILERPLATE_TAGS = frozenset(
    ("nav", "aside", "form", "footer", "button", "select", "dialog", "template")
)

# Containers that can be lists of links.
LIST_TAGS = frozenset(("ul", "ol", "div", "section", "dl", "table", "nav", "aside"))

# Elements that never carry text.
SILENT_TAGS = ("script", "style", "noscript", "svg", "iframe", "template")

# Elements whose own text can be running text, on pages that do not use <p>.
TEXT_TAGS = frozenset(
    (
        "div",
        "td",
        "article",
        "section",
        "main",
        "blockquote",
        "center",
        "font",
        "span",
        "li",
        "pre",
        "body",
    )
)


def words_of(table: dict[str, str]) -> frozenset[str]:
    """All words of a table."""
    return frozenset(word for words in table.values() for word in words.split())


def pairs_of(table: dict[str, str]) -> frozenset[tuple[str, str]]:
    """All pairs of a table."""
    pairs = (pair.split() for line in table.values() for pair in line.split(","))
    return frozenset((left, right) for left, right in pairs)
