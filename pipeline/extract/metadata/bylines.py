"""The names in a byline, in many languages.

What joins them, what stands around them, and what is no person's name.
"""

import re
from collections.abc import Iterable, Iterator

from pipeline.extract.metadata.agencies import agency_named
from pipeline.extract.metadata.dates import SHOWN_DATE
from pipeline.text.cleaning import letters, plain

# How a byline begins, by language.
BYLINE_STARTS = (
    # English.
    "by", "written by", "posted by", "story by", "words by", "reported by", "author:", "authors:",
    # German.
    "von", "ein kommentar von", "eine analyse von", "text von", "text:", "autor:", "interview:",
    # French, Spanish, Portuguese, Italian.
    "par", "propos recueillis par", "por", "escrito por", "di", "a cura di",
    "door", "av", "af", "tekst:",  # Dutch, Nordic
    "autor", "auteur", "redacción:", "текст:", "автор:",
)  # fmt: skip

# Words that name a desk, a role or a login rather than a person, anywhere in a name.
_NO_PERSON = """
    twitter facebook instagram linkedin whatsapp email
    admin administrator administrador editor editors editorial editorial-team redaktion redaktör
    redaccion
    redacción redazione rédaction redactie redação redakcja редакция staff newsroom newsdesk desk
    team
    webmaster web sub guest user author authors correspondent reporter reporters contributor
    contributors
    agency agencies agencia agencias agentur agenturen agence press presse news nachrichten noticias
    online
    digital media correspondents unknown anonymous service wire report newspaper magazin radio tv
    writer writers columnist analyst journalist producer photographer chief
    korrespondent korrespondentin redakteur redakteurin journalistin autorin chefredakteur
    chefredakteurin fotograf
    journaliste rédacteur rédactrice correspondant correspondante periodista corresponsal redactor
    giornalista redattore
    inviato colunista jornalista repórter verslaggever redacteur
"""
NO_PERSON = frozenset(_NO_PERSON.split())

MIN_NAME, MAX_NAME = 2, 60
"""Characters of a name."""

MAX_WORDS = 6
"""Words of a name; more are a sentence."""

_JOINT = re.compile(
    r"(?:(?<!\s)\s+)?(?:[;|•·/\n]|,(?!\s*(?:Jr|Sr|II|III)\b)|\s(?:and|und|et|og|och|en|ve|и|та|dan|és|și|oraz|&|with|mit)\s)\s*",
    re.IGNORECASE,
)
# Words for "and" that also stand inside names ("Ortega y Gasset") or are initials: only between
# full names.
_PERHAPS_JOINT = re.compile(r"(?<!\s)\s+(?:y|e|i|a|ja|і)\s+")
BYLINE_START = re.compile(
    rf"^\s*(?:{'|'.join(map(re.escape, sorted(BYLINE_STARTS, key=len, reverse=True)))})[\s:]+",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"https?:|www\.|@|\d{3,}|[{}<>_=]|\.(?:com|org|net)\b", re.IGNORECASE)
DOMAIN = re.compile(r"(?<![\w-])-*\w[\w-]*\.(?:com|org|net|info|tv|news|[a-z]{2})\b", re.IGNORECASE)
_URL = re.compile(r"https?://\S+")
_CAPITALS = re.compile(r"(?:[A-ZÀ-ÞĀ-ſА-Я][\w'’.-]*\s+){1,3}[A-ZÀ-ÞĀ-ſА-Я][\w'’.-]*")
# What follows the names in a byline, and the desk that stands before them: "capital von Ann Lee 5.
# Mai 2024".
_WHEN = "published|updated|posted|last modified|veröffentlicht|aktualisiert|publié|publicado"
_DAY = r"(?:\b[^\W\d_]{3,10}(?:day|tag),?\s+)?"
_AFTER_NAMES = re.compile(
    rf"(?:(?<!\s)\s+)?(?:{_DAY}(?:{SHOWN_DATE.pattern})|\b(?:{_WHEN})\b).*$", re.IGNORECASE
)
_BEFORE_NAMES = re.compile(r"^[a-zäöü-]+\s+(?:von|by)\s+(?=[A-ZÀ-Þ])")
_CLOCK = re.compile(r"(?<=\D)\d{1,2}[:.]\d{2}.*$")
_PLACE = re.compile(r"(?<=\w)\s+(?:in|aus|from)\s+[A-ZÀ-ÞĀ-ſА-Я].*$")
# Letters of a degree behind a name: "Ilana Muhlstein, MS, RDN".
_DEGREE = re.compile(r"(?:[A-Z]\.?){2,4}|Ph\.?\s?D|Dr\.?|MSc|BSc")
_PARTICLES = """
    von van vom zu zur de der den del della di da do dos das du des la las le los lo el al bin ibn
    ben ter ten te af av
    y e i und and of the
"""
PARTICLES = frozenset(_PARTICLES.split())


def names_in(bylines: Iterable[str]) -> Iterator[str]:
    """The single names in bylines such as "By Ann Lee and Bob Ray (Reuters)"."""
    for byline in bylines:
        line = _AFTER_NAMES.sub("", _CLOCK.sub("", _URL.sub("", plain(byline))))
        line = BYLINE_START.sub("", _BEFORE_NAMES.sub("", line))
        names = [_bare_name(piece) for piece in _pieces_of(line)]
        in_capitals = bool(names) and names[0].isupper()
        for name in names:
            # A degree behind the name; in capitals, a short name looks the same.
            if name is not names[0] and not in_capitals and _is_degree(name):
                continue
            if MIN_NAME <= len(name) <= MAX_NAME and not _NO_NAME.search(name):
                yield name


def _bare_name(piece: str) -> str:
    """A name without the words, role and place around it."""
    name = _PLACE.sub("", _without_role(BYLINE_START.sub("", piece)))
    return name.strip(" ,.:-–—*\"'")


def _without_role(name: str) -> str:
    """A name without what stands in brackets at its end: "Ann Lee (Reuters)"."""
    bare = name.rstrip()
    for opening, closing in ("()", "[]"):
        if bare.endswith(closing) and opening in bare:
            return bare.partition(opening)[0].rstrip()
    return name


def _is_degree(name: str) -> bool:
    return _DEGREE.fullmatch(name) is not None and not agency_named(name)


def _pieces_of(line: str) -> Iterator[str]:
    for piece in _JOINT.split(line):
        parts = _PERHAPS_JOINT.split(piece)
        yield from parts if all(" " in part.strip() for part in parts) else (piece,)


def is_person(name: str, site_names: frozenset[str] = frozenset()) -> bool:
    """True for what can be a person's name: no desk, agency, publisher or sentence."""
    words = name.split()
    if len(words) > MAX_WORDS or DOMAIN.search(name) or agency_named(name):
        return False
    if _names_site(name, words, site_names):
        return False
    if any(word.lower().strip(".,:()") in NO_PERSON for word in words):
        return False
    small = [word for word in words if word[0].islower() and word not in PARTICLES]
    return len(small) <= 1


def _names_site(name: str, words: list[str], site_names: frozenset[str]) -> bool:
    return letters(name) in site_names or any(letters(word) in site_names for word in words)


def opening_byline(line: str) -> tuple[str, ...]:
    """The persons named in a line at the top of a text that is a byline and nothing else.

    "By Ann Lee and Bob Ray", or just the names; then each is of two to four words that begin with
    capitals.
    """
    if len(line) > 2 * MAX_NAME or line.endswith((".", "!", "?", "…")) or _URL.search(line):
        return ()
    names = tuple(names_in([line]))
    return names if all(is_person(name) and _CAPITALS.fullmatch(name) for name in names) else ()
