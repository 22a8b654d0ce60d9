"""The names in a byline, in many languages.

What joins them, what stands around them, and what is no person's name.
"""

import re
from collections.abc import Iterable, Iterator

from pipeline.extract.metadata.agencies import agency_named
from pipeline.extract.metadata.dates import SHOWN_DATE
from pipeline.text.cleaning import letters, plain
from pipeline.text.tables import any_of

# How a byline begins, by language; one regular expression a line.
BYLINE_STARTS = r"""
    (?:(?:written|posted|published|story|words|reported|reviewed) )?by
    (?:(?:ein kommentar|eine analyse|text|erstellt|verfasst|geschrieben|eingestellt
        |veröffentlicht) )?von
    (?:(?:propos recueillis|publié|écrit) )?par
    (?:(?:escrito|publicado) )?por
    (?:a cura |scritto )?d[ia]
    door|(?:skrevet |skriven )?a[vf]
    (?:authors?|autore?|auteur|text|tekst|interview|redacción|текст|автор):
    记者|記者|作者|文
"""

# Words that name a desk or a role rather than a person, anywhere in a name.
_NO_PERSON = """
    twitter facebook email writers reporters
    editor editors editorial redaktion redaktör redaccion redacción redazione rédaction redactie
    redação redakcja редакция staff newsroom newsdesk desk team author authors correspondent
    reporter contributor agency agencia agentur agence press presse news nachrichten noticias
    online digital media service magazin radio tv writer columnist analyst journalist producer
    photographer chief senior deputy head professor ceo cto cfo founder co-founder director
    manager engineer president fellow korrespondent korrespondentin redakteur redakteurin
    journalistin autorin chefredakteur chefredakteurin fotograf journaliste rédacteur rédactrice
    correspondant correspondante periodista corresponsal redactor giornalista redattore inviato
    colunista jornalista repórter verslaggever redacteur
"""
# Accounts of the software, which several persons share, or nobody.
_ACCOUNTS = """
    admin administrator administrador webmaster root user super guest unknown anonymous anónimo
    wordpress
"""
ACCOUNTS = frozenset(_ACCOUNTS.split())
# People are called Root and Guest: only alone they are accounts.
NO_PERSON = frozenset(_NO_PERSON.split()) | (ACCOUNTS - {"root", "guest"})
_NO_NAMES = NO_PERSON | {"of", "the"}

MIN_NAME, MAX_NAME = 2, 60
"""Characters of a name."""

MAX_LINE = 1000
"""Characters of a byline; what is longer is a text that was marked wrongly."""

FULL_NAME = 2
"""Words of most names."""

MAX_WORDS = 6
"""Words of a name; more are a sentence."""

_JOINT = re.compile(
    r"(?:(?<!\s)\s+)?(?:[;|•·/\n]|,(?!\s*(?:Jr|Sr|II|III)\b)(?:\s?(?:and|und|et|y|e)\b)?"
    r"|\s\(?(?:and|und|et|og|och|en|ve|и|та|dan|és|și|oraz|&|with|mit|avec)\s)\s*",
    re.IGNORECASE,
)
# Words for "and" that also stand inside names ("Ortega y Gasset") or are initials: only between
# full names.
_PERHAPS_JOINT = re.compile(r"(?<!\s)\s+(?:y|e|i|a|ja|і)\s+")
BYLINE_START = re.compile(rf"^\s*(?:{any_of(BYLINE_STARTS)})[\s:：]+", re.IGNORECASE)
_NO_NAME = re.compile(
    r"https?:|www\.|@|\d{3,}|[{}<>_=]|\.(?:com|org|net)\b|^[a-z]*admin[a-z]*$|^[a-z]+\d+$",
    re.IGNORECASE,
)
DOMAIN = re.compile(r"(?<![\w-])-*\w[\w-]*\.(?:com|org|net|info|tv|news|[a-z]{2})\b", re.IGNORECASE)
_URL = re.compile(r"https?://\S+")
_CAPITALS = re.compile(r"(?:[A-ZÀ-ÞĀ-ſА-Я][\w'’.-]*\s+){1,3}[A-ZÀ-ÞĀ-ſА-Я][\w'’.-]*")
# What follows the names in a byline: a date, any other number, who else worked on it.
_AFTER = (
    r"(?:published|updated|posted|last modified|veröffentlicht|aktualisiert|stand|publié|publicado"
    r"|edited by|(?:photos?|illustrations?) by)\b|(?:foto|photo|bild)(?:er|s)?:"
)
_DAY = r"(?:\b[^\W\d_]{3,10}(?:day|tag),?\s+)?"
_AFTER_NAMES = re.compile(
    rf"(?:(?<!\s)\s+)?(?:{_DAY}(?:{SHOWN_DATE.pattern})|\b(?:{_AFTER})).*$|(?<=\s)\d.*$",
    re.IGNORECASE,
)
# What stands before them: "capital von Ann Lee", "View all posts by Ann Lee".
_BEFORE_NAMES = re.compile(
    r"^(?:[^\W\d_]{2,14}[:：]\s?"
    r"|(?:[a-zäöü-]+\s+von|[^\W\d_][\w ]{0,30}\s(?:[Bb]y|par|por|door)|.{0,30}Beiträge von)"
    r"\s+(?=[A-ZÀ-Þ]))"
)
_PLACE = re.compile(r"(?<=\w)\s+(?:in|aus|from)\s+[A-ZÀ-ÞĀ-ſА-Я].*$")
# A small word that stood before a date: "Ann Lee am".
_LEFT_OVER = re.compile(r"(?<=\w)\s+(?:[a-z]{1,3}|-)$")
# Letters of a degree behind a name: "Ilana Muhlstein, MS, RDN".
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]{0,60}[)\]]\s{0,5}$")
_DEGREE = re.compile(r"(?:[A-Z]\.?){2,4}|Ph\.?\s?D|Dr\.?|MSc|BSc")
_MARKS = " ,.:-–—*~()\"'"
_PARTICLES = """
    von van vom zu zur de der den del della di da do dos das du des la las le los lo el al bin ibn
    ben ter ten te af av
    y e i und and of the
"""
PARTICLES = frozenset(_PARTICLES.split())
_ARTICLES = frozenset({"the", "les", "los", "las", "die", "das"})


def names_in(bylines: Iterable[str]) -> Iterator[str]:
    """The single names in bylines such as "By Ann Lee and Bob Ray (Reuters)"."""
    for byline in bylines:
        if len(byline) > MAX_LINE:
            continue
        line = BYLINE_START.sub("", _URL.sub("", plain(byline)))
        line = _BEFORE_NAMES.sub("", _AFTER_NAMES.sub("", line))
        first, *others = _pieces_of(line)
        names = [_bare_name(_without_role(_bare_name(first))), *map(_bare_name, others)]
        in_capitals = bool(names) and names[0].isupper()
        for name in names:
            # A degree behind the name; in capitals, a short name looks the same.
            if name is not names[0] and not in_capitals and _is_degree(name):
                continue
            if MIN_NAME <= len(name) <= MAX_NAME and not _is_no_name(name):
                yield name


def _is_no_name(name: str) -> bool:
    """True for addresses, marks and accounts."""
    return bool(_NO_NAME.search(name)) or ACCOUNTS.issuperset(name.lower().split())


def _bare_name(piece: str) -> str:
    """A name without the words and the place around it."""
    if piece.rstrip().endswith(":"):
        return ""  # a label: "Reading time: 4 minutes"
    name = _PLACE.sub("", _IN_BRACKETS.sub("", BYLINE_START.sub("", piece)))
    return _LEFT_OVER.sub("", name.strip(_MARKS)).strip(_MARKS)


def _without_role(name: str) -> str:
    """A name without the role that is glued to its end: "Ann Lee Staff Writer".

    Before a role of one word, its field may stand: "Ann Lee Games Editor".
    """
    words = name.split()
    roles = [at for at, word in enumerate(words) if word.lower() in NO_PERSON]
    if not roles or roles[0] < FULL_NAME or not _begins_a_name(words[0]):
        return name
    field = len(roles) == 1 and roles[0] > FULL_NAME
    return " ".join(words[: FULL_NAME if field else roles[0]])


def _begins_a_name(word: str) -> bool:
    return word[0].isupper() and word.lower() not in _ARTICLES and not agency_named(word)


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
    if any(word.lower().strip(".,:()") in _NO_NAMES for word in words):
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
