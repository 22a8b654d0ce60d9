"""What is not an article, and how that shows: pages that were served as 200 and say something else.

The signals are general: how much running text there is, how much of the page is links, what the structured data calls
the page, and the few sentences with which machines turn visitors away.
"""

import re
from dataclasses import dataclass

from courlan import is_navigation_page
from lxml.etree import _Element

from pipeline.extract.addresses import is_front
from pipeline.extract.facts import Facts
from pipeline.extract.furniture import Size
from pipeline.extract.jsonld import ARTICLE_TYPES, LISTING_TYPES
from pipeline.extract.text import raw_text
from pipeline.outcome import Reason, Rejected

BRIEF = 120
"""Characters from which a text can be a news brief. A CJK character counts as three: it says half a word."""

SHORT = 700
"""A text below this is an error page or a wall when the page's title says so."""

LINKS_OF_LISTING = 0.6
"""Share of a page's text inside links from which it is a list of links, when it has little running text."""

# What error pages, walls and machines say in their title, by what they are. One regular expression a line; END stands
# for the end of the title or a separator: "500" is an error, "500 jobs to go" is news.
TURNED_AWAY = {
    "an error page": r"""
        ^\W*(?:error\s*|http\s*)?(?:404|403|410|500|502|503)(?:END|\s*(?:error|not found|forbidden|page))
        ^\W*(?:404|403|410|500|502|503)\s*\W\s*(?:error|page|not found|forbidden)
        (?:page|site|seite|article|artikel) (?:was |is |wurde |konnte )?(?:not found|nicht gefunden|no longer available)
        ^\W*(?:not found|nicht gefunden|access denied|forbidden|service unavailable|bad gateway)END
        ^\W*(?:temporarily unavailable|internal server error)
        (?:página no encontrada|página não encontrada|pagina non trovata|pagina niet gevonden)
        page (?:introuvable|non trouvée)
        страница не найдена
        ページが見つかりません
        页面(?:不存在|没有找到)
    """,
    "a check for robots": r"""
        ^\W*just a moment(?:END|\.\.\.|…)
        ^\W*attention required(?:END|!)
        ^\W*(?:are you (?:a )?(?:human|robot)|i(?:'|’)m not a robot)
        ^\W*(?:captcha|security check)END
        ^\W*verify(?:ing)? (?:you are|that you are|your browser)
        ^\W*checking your browser
        ^\W*pardon our interruption
        ^\W*请稍候
        ^\W*验证码
    """,
    "a login": r"""
        ^\W*(?:log ?in|sign ?in|sign up|login|register)(?:END|\s+(?:to|or|with|for)\b)
        ^\W*(?:anmelden|einloggen|registrieren|connexion|se connecter|iniciar sesi[oó]n|entrar|accedi)END
        ^\W*(?:inloggen|logga in|logg inn|войти|вход|ログイン|登录|로그인)END
    """,
    "a consent wall": r"""
        ^\W*(?:cookie|privacy|consent) (?:consent|settings|preferences|choices|center|management)END
        ^\W*before you continue(?:END|\s+to\b)
        ^\W*(?:datenschutz|cookie)-?einstellungenEND
        ^\W*gestion des cookiesEND
    """,
}

END = r"(?:\s*$|\s*[-–—|:·])"


def _pattern(table: str) -> re.Pattern[str]:
    lines = (line.strip() for line in table.replace("END", END).splitlines())
    return re.compile("|".join(f"(?:{line})" for line in lines if line), re.IGNORECASE)


_TURNED_AWAY = {kind: _pattern(table) for kind, table in TURNED_AWAY.items()}
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SCRIPT_NEEDED = re.compile(
    r"(?:enable|activate|requires?|need) (?:to )?(?:enable )?javascript|javascript (?:is|aktivieren|disabled)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the page looked like before furniture was taken out.

    Attributes:
        text: characters of all text.
        linked: of those, inside links.
        teasers: ``<article>`` elements or headings that are links to other pages.
        password: whether the page asks for one.
        scripted: whether it says that it needs JavaScript.
    """

    text: int
    linked: int
    teasers: int
    password: bool
    scripted: bool


def asks_for_script(tree: _Element) -> bool:
    """True when the page says that it shows nothing without JavaScript."""
    return any(_SCRIPT_NEEDED.search(raw_text(element)) for element in tree.iter("noscript"))


def read_signs(tree: _Element, size: Size, *, needs_script: bool) -> Signs:
    """Count what tells pages apart, before furniture is taken out."""
    return Signs(
        text=size.text,
        linked=size.linked,
        teasers=sum(1 for heading in tree.iter("h2", "h3") if heading.find(".//a") is not None or _is_in_link(heading)),
        password=any(field.get("type") == "password" for field in tree.iter("input")),
        scripted=needs_script,
    )


def refusal(*, facts: Facts, signs: Signs, title: str, body: str, url: str) -> Rejected | None:
    """Why the page is not an article, or None when it is one."""
    length = text_length(body)
    says_article = is_called_article(facts)
    turned_away = _turned_away(title, facts.title_tag) if length < SHORT else None
    if turned_away:
        shown = (title or facts.title_tag)[:80]
        return _not_an_article(f"The page looks like {turned_away}: its title is “{shown}”.")
    if length < BRIEF:
        return _too_short(signs, length, says_article=says_article)
    return None if says_article else _not_called_article(facts, signs, length, url)


def _not_called_article(facts: Facts, signs: Signs, length: int, url: str) -> Rejected | None:
    """Why a page that no structured data calls an article is none."""
    if is_front(url):
        return _not_an_article("The address is the front page of its site.")
    if signs.password and length < SHORT:
        return _not_an_article("The page asks for a password and has hardly any text.")
    if _is_listing(facts, signs, length, url):
        return _not_an_article("The page is a list of links to other pages.")
    return None


def _turned_away(*titles: str) -> str | None:
    """What kind of refusal by the site itself the titles announce."""
    return next((kind for kind, pattern in _TURNED_AWAY.items() for title in titles if pattern.search(title)), None)


def is_called_article(facts: Facts) -> bool:
    """True when structured data calls the page an article, or gives it the date and author of one."""
    kinds = {value.lower() for value in facts.all("og:type", "dc.type", "parsely-type", "page_type", "pagetype")}
    by_type = bool(ARTICLE_TYPES.intersection(facts.types)) and bool(facts.article)
    return (
        by_type
        or bool(kinds & {"article", "news", "story", "post", "newsarticle", "blogposting"})
        or bool(facts.first("article:published_time", "datepublished", "parsely-pub-date"))
    )


def text_length(body: str) -> int:
    """Characters, those of CJK scripts counted three times."""
    return len(body) + 2 * len(_CJK.findall(body))


def _too_short(signs: Signs, length: int, *, says_article: bool) -> Rejected:
    """Why there is no text: a shell, a wall, nothing, or only links."""
    if length == 0 and signs.scripted:
        return Rejected(reason=Reason.EMPTY, detail="The page is an empty shell that needs JavaScript.")
    if signs.password:
        return _not_an_article("The page asks for a password and has hardly any text.")
    few_links = signs.linked <= signs.text * LINKS_OF_LISTING
    if says_article or (few_links and signs.teasers == 0):
        return Rejected(reason=Reason.EMPTY, detail=f"No text of an article was found (only {length} characters).")
    return _not_an_article(f"There are links and labels, but hardly any running text ({length} characters).")


def _is_listing(facts: Facts, signs: Signs, length: int, url: str) -> bool:
    """True for a page of links: by its type, or by how much of it is links, unless its address is an article's."""
    if LISTING_TYPES.intersection(facts.types) and length < 4 * SHORT:
        return True
    path = url.partition("?")[0]  # courlan takes WordPress' ?p=123 for a page of a list; it is a short link
    if is_navigation_page(path) and not has_article_address(url) and signs.teasers and length < 2 * SHORT:
        return True
    limit = SHORT // 3 if has_article_address(url) else 2 * SHORT
    dense = signs.linked > signs.text * LINKS_OF_LISTING
    return length < limit and (dense or (signs.teasers >= MANY_TEASERS and length < signs.text / 5))


def has_article_address(url: str) -> bool:
    """True when the last part of the path reads like a headline or has a number: sections are short words."""
    last = url.split("://", 1)[-1].split("?", 1)[0].rstrip("/").rpartition("/")[2]
    return len(re.findall(r"[^\W_]+", last)) >= SLUG_WORDS or re.search(r"\d{4,}", last) is not None


SLUG_WORDS = 4
MANY_TEASERS = 8


def _is_in_link(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == "a"


def _not_an_article(detail: str) -> Rejected:
    return Rejected(reason=Reason.NOT_AN_ARTICLE, detail=detail)
