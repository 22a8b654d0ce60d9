"""News agencies: their names, and where a text credits one (dateline, byline, credit line)."""

import re
from collections.abc import Iterable, Sequence

from pipeline.extract.body.blocks import Block
from pipeline.extract.metadata.jsonld import strings
from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.text.cleaning import letters, plain
from pipeline.text.scripts import CJK
from pipeline.text.tables import any_of

# The names that each agency is credited by, first ours, as printed: capitals count in running text,
# where "Ap", "pa" and "Sid" are words and names. After the members of EANA, OANA and MINDS, and of
# the ones met.
_AGENCIES = {
    "worldwide": """
        Reuters, REUTERS, Thomson Reuters, Reuters.com; AFP, Agence France-Presse,
        Agence France Presse; AP, Associated Press, The Associated Press, AP News, AP.org; UPI,
        United Press International; Bloomberg, Bloomberg News
    """,
    "German": """
        dpa, DPA, dpa-AFX, Deutsche Presse-Agentur; APA, Austria Presse Agentur; Keystone-SDA,
        sda, SDA, SDA-ATS, ATS, Keystone-ATS; KNA, Katholische Nachrichten-Agentur; epd,
        Evangelischer Pressedienst; SID, sid, Sport-Informations-Dienst
    """,
    "Romance languages": """
        EFE, Agencia EFE; Europa Press, EUROPA PRESS, EP; ANSA, Ansa; Adnkronos; Lusa, LUSA;
        Télam, TELAM; Notimex; Agência Brasil; Belga, BELGA; Agerpres, AGERPRES
    """,
    "the British Isles, Canada, Oceania": """
        PA, PA Media, Press Association, PA News Agency; The Canadian Press, Canadian Press,
        La Presse Canadienne, CP; AAP, Australian Associated Press
    """,
    "the Netherlands and the North": "ANP; NTB, ©NTB; TT; Ritzau, /ritzau/; STT",
    "Eastern Europe": """
        TASS, ТАСС, Tass; Interfax, Интерфакс; RIA Novosti, РИА Новости, ria-novosti; PAP; ČTK,
        CTK; MTI; Ukrinform, Укрінформ
    """,
    "the Near East and Africa": """
        Anadolu, Anadolu Agency, Anadolu Ajansı, AA; Cihan, CIHAN; MENA; Petra; WAFA; NAN,
        News Agency of Nigeria
    """,
    "Asia": """
        Xinhua, 新华社, 新華社; Kyodo, Kyodo News, 共同通信, 共同社, 共同; Jiji, Jiji Press,
        JIJI Press, 時事通信, 時事; Yonhap, 연합뉴스, 聯合ニュース; PTI, Press Trust of India; ANI;
        IANS; Bernama, BERNAMA; Antara, ANTARA
    """,
}

# How a line that says where a text is from begins; one regular expression a line.
SOURCES = r"""
    sources?\s*:
    quellen?\s*:
    (?:fuentes?|fonte|bron|källa|kilde|źródło|kaynak|источник)\s*:
    with(?: (?:inputs?|files|material|reporting|information) from)?
    mit(?: (?:material|inhalten|informationen) (?:von|der))?
    zusammen mit
    con(?: información de)?
    avec(?: informations? de)?
"""

DATELINE = 60
"""Characters of a place and a date before the agency: "NEW YORK/WASHINGTON, Nov. 3 (Reuters) -
"."""

LAST = 3
"""Blocks from the end in which a credit line is looked for."""

CREDIT_LINE = 160

AGENCIES = [
    [name.strip() for name in names.split(",")] for names in ";".join(_AGENCIES.values()).split(";")
]
_NAMES = {name: names[0] for names in AGENCIES for name in names}
_BY_LETTERS = {letters(name): agency for name, agency in _NAMES.items()}
_ANY = "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))
_CJK_NAMES = "|".join(name for name in _NAMES if re.fullmatch(f"[{CJK}]+", name))
_SUFFIX = r"(?:\s?[/,;&-]\s?[^()\[\]]{1,30})?"
_OPENING = re.compile(
    # LONDON, Nov 3 (Reuters) -.
    rf"^[^()\[\]!?]{{0,{DATELINE}}}?[(\[/]\s*({_ANY}){_SUFFIX}\s*[)\]/]\s*(?:[-–—:.]|$)"
    # Berlin (dpa/bb) Der Senat.
    rf"|^(?:[A-ZÀ-Þ][\w.-]*[\s,/]+){{0,3}}[(\[]({_ANY}){_SUFFIX}[)\]]\s"
    rf"|^({_ANY})\s+[-–—]{{1,2}}\s"  # AFP - The
    rf"|^.{{0,12}}?({_CJK_NAMES})"  # 新华社北京11月3日电; (서울=연합뉴스)
)
_AT_END = re.compile(rf"[(\[]\s*({_ANY}){_SUFFIX}\s*[)\]]\s*\.?$|\s[-–—]\s*({_ANY})\.?$")
_CREDIT_LINE = re.compile(
    rf"^\W*(?i:{any_of(SOURCES)})\s*(?:the |der |la )?({_ANY})\b.{{0,40}}$"
    # Dpa/lnw; ane/AFP.
    rf"|^\W*(?:[a-z]{{2,5}}/)*({_ANY})(?:\s?[/,&]\s?[\w-]{{2,20}}|-[a-z]{{2,5}})*\W*$"
    rf"|\b({_ANY})\b.{{0,30}} contributed to this (?:report|story)"
)


def agency_named(name: str) -> str | None:
    """The agency whose name this is, whatever its case: "Agence France-Presse", "REUTERS"."""
    return _BY_LETTERS.get(letters(name))


def find_agency(
    data: StructuredData, bylines: Iterable[str], blocks: Sequence[Block]
) -> str | None:
    """The agency that the text is credited to.

    By its dateline, its byline, or the line that ends it.
    """
    for block in blocks[:LAST]:
        if opening := _OPENING.match(block.text):
            return _agency(opening)
    named = map(agency_named, (*bylines, *_sources(data)))
    agency = next(filter(None, named), None)
    if agency:
        return agency
    return next(
        (found for block in reversed(blocks[-LAST:]) if (found := _at_end(block.text))), None
    )


def _sources(data: StructuredData) -> Iterable[str]:
    """What structured data calls the source of the text."""
    yield from data.all("source", "article:source", "dc.source", "dcterms.source", "news_source")
    for name in ("sourceOrganization", "creditText", "provider"):
        yield from (plain(value) for value in strings(data.article.get(name)))


def _at_end(text: str) -> str | None:
    found = _AT_END.search(text) or (
        _CREDIT_LINE.search(text) if len(text) <= CREDIT_LINE else None
    )
    return _agency(found) if found else None


def _agency(match: re.Match[str]) -> str | None:
    return next((_NAMES[name] for name in match.groups() if name), None)
