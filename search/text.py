"""What a word is: the one definition that both backends index by and that highlighting follows."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_UNSPACED = (
    r"\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}"
)

WORD_PATTERN = rf"[{_UNSPACED}]\p{{M}}*|[\p{{L}}\p{{M}}\p{{N}}&&[^{_UNSPACED}]]+"
"""One token: a letter of a script written without spaces, or a run of letters, marks and digits.

A word of an unspaced script thus becomes a phrase of its letters, which finds it anywhere. Both the
Rust and the Java regular expressions read this pattern alike. After it, tokens are folded to ASCII
where they can be (é → e, ß → ss), then lowercased; in this order, so that both backends agree on
the Turkish İ.
"""

LONGEST_TOKEN = 255
"""Longer tokens (encoded images, say) are left out of the index.

In bytes or characters, as the backend counts.
"""

_INVISIBLE = dict.fromkeys((0xAD, *range(0xD800, 0xE000)))
"""Soft hyphens, which split words where nobody sees it, and lone surrogates, which are no text."""


class Token(NamedTuple):
    """A folded word and where it stands.

    Its ordinal, and the characters ``start`` to ``end`` (exclusive).
    """

    text: str
    position: int
    start: int
    end: int


class Stems(NamedTuple):
    """What an article must have in its index of stems to share a word's stem.

    Attributes:
        tagged: the word's stem in each language that it may be of, such as ``en:minist``; one of
            them must be there.
        bare: the same without the languages, each once; what is rarer among all articles is worth
            more.
    """

    tagged: tuple[str, ...]
    bare: tuple[str, ...]


class Sharing(NamedTuple):
    """Which words of a text share a stem that was asked for.

    Attributes:
        shares: whether a word does, given as it is written and folded.
        starts: the folded letters that such words begin with; None when it may be any.
    """

    shares: Callable[[str, str], bool]
    starts: frozenset[str] | None


Tokenize = Callable[[str], Sequence[Token]]
"""Splits a text by ``WORD_PATTERN`` and folds the words."""


class Analysis(NamedTuple):
    """What turns texts into what is indexed of them.

    Attributes:
        tokenize: splits a text into words.
        scan: the words of a text one by one, from a character on, of which the folded first letter
            is one of those given; their positions count from there. None for a text that only
            ``tokenize`` can split.
        sharing: what tells which words of a text share a stem: from the stems and the text's
            language; None where no word of the language can.
        stems_asked: what articles must have to share the stem of a word of a query, given as it is
            written; None for words without stems.
    """

    tokenize: Tokenize
    scan: Callable[[str, int, frozenset[str] | None], Iterator[Token] | None]
    sharing: Callable[[Stems, str | None], Sharing | None]
    stems_asked: Callable[[str], Stems | None]


def normalise(text: str) -> str:
    """The text in Unicode NFC without invisible characters.

    What is indexed, and what queries are brought to.
    """
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE))
