"""The title of a page that came as plain text."""

import re
import unicodedata

from pipeline.extract.metadata.bylines import BYLINE_START
from pipeline.extract.metadata.dates import SHOWN_DATE
from pipeline.extract.plain_text.lines import (
    REQUEST_COST,
    LineSpan,
    is_box,
    is_closing,
    is_tool,
    weight,
)
from pipeline.text.cleaning import letters
from pipeline.text.lengths import text_length
from pipeline.urls import Url

TITLE = range(12, 301)
"""Characters of a title, by ``text_length``."""

ABOVE = 200
"""Lines above the text among which its title is looked for."""

FAR = 12
"""Lines between title and text from which the title is one of another thing, unless confirmed."""

MIN_WORDS = 3
MOST_WORDS = 0.5

_SITE = re.compile(r"^(.{12,})\s{1,5}[-–—|:·]{1,5}\s{1,5}(.{2,40})$")
_WORDS_OF_NAME = re.compile(r"[^\W_]{3,}")
_WORDS_OF_ADDRESS = re.compile(r"[a-z0-9]{3,}")


def find_title(lines: list[str], span: LineSpan, announced: str, url: Url) -> int | None:
    """The place of the line that is most likely the title of the text.

    Others repeat it, the address has its words, it is near. The first line is often the page's
    ``<title>``: the words of the article's title, and more.
    """
    candidates = _candidates(lines, span, letters(announced))
    if not candidates:
        return None
    first = max(0, span.start - ABOVE)
    bare = {at: letters(lines[at]) for at in {0, *range(first, max(candidates) + 1)}}
    slug, head = _words(f"{url.path} {url.query}"), _words(lines[0])
    # A <title> shares its words with the address or with another line; any other first line is the
    # paper's name.
    echoed = any(_share(_words(lines[at]), head) for at in candidates if at)
    first_line = 1.5 if echoed or _share(head, slug) else 0.0

    def votes(at: int) -> float:
        line, words = lines[at], _words(lines[at])
        total = 3.0 * (bare[at] == letters(announced))
        total += 2.0 * _ends_another(bare[at], [bare[before] for before in range(first, at)])
        total += 2.0 * (_share(words, head) + (bare[at] in bare[0])) if at else first_line
        total += 1.5 * _share(words, slug)
        total -= (weight(line) > 0) + 2 * (weight(line) <= REQUEST_COST)
        return total - min(abs(span.start - at) / FAR, 2.0)

    return max(candidates, key=lambda at: (votes(at), at))


def _candidates(lines: list[str], span: LineSpan, announced: str) -> list[int]:
    """The places of lines that can be the title: above the text, or near it and known."""
    first, last = max(0, span.start - ABOVE), min(span.start + FAR, len(lines))
    known = (announced, letters(lines[0]) if lines else "")
    candidates = []
    for at in range(first, last):
        if not _can_be_title(lines[at]):
            continue
        if at <= span.start or _is_known(letters(lines[at]), known):
            candidates.append(at)
    return candidates


def without_site(title: str, url: Url) -> str:
    """A ``<title>`` without its site's name, which has a word of the host's name."""
    parts = _SITE.match(title)
    if not parts:
        return title
    host = letters(url.host)
    names_site = any(letters(word) in host for word in _WORDS_OF_NAME.findall(parts[2]))
    return parts[1] if names_site else title


def _can_be_title(line: str) -> bool:
    if text_length(line) not in TITLE or BYLINE_START.match(line):
        return False
    if is_tool(line) or is_closing(line) or is_box(line):
        return False
    has_cjk = text_length(line) > len(line)
    if not has_cjk and len(line.split()) < MIN_WORDS:
        return False
    return len(SHOWN_DATE.sub("", line)) * 2 > len(line)


def _is_known(bare: str, known: tuple[str, ...]) -> bool:
    """Whether a line is most of a known title."""
    return any(bare in other and len(bare) * 2 > len(other) for other in known)


def _ends_another(bare: str, earlier: list[str]) -> bool:
    """Whether an earlier line, as a breadcrumb, ends with this one."""
    return any(other.endswith(bare) for other in earlier if other != bare)


def _words(text: str) -> frozenset[str]:
    """Words as they stand in addresses: "Größe" is "grosse" there, or "groesse".

    Words of three letters or more; in other alphabets, the letters.
    """
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return frozenset(_WORDS_OF_ADDRESS.findall(folded)) or frozenset(letters(text))


def _share(words: frozenset[str], of: frozenset[str]) -> float:
    """The share of words that are among others, when it is most of them."""
    share = len(words & of) / len(words) if words else 0.0
    return share if share > MOST_WORDS else 0.0
