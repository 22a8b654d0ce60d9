"""A sentence or two that say what an article is about."""

import re

from pipeline.text.endings import is_cut_off

LONGEST = 300
"""Characters of a summary: two or three lines of a result."""

SHORTEST = 60
"""A description shorter than this says less than the lead does."""

# A run of stops is looked at from its first or second character on: the first may be an initial's.
_END = re.compile(
    r"(?<![A-ZÀ-Þ])(?<!\b[A-Za-z]\w)(?<![.!?…][.!?…])[.!?…]++[\"”’»)]*(?=\s|$)"
    r"|[。！？]+[」』”]*|[।॥](?=\s|$)"
)


def summarise(description: str | None, body: str, *, longest: int = LONGEST) -> str:
    """The description, unless it is missing, a stub or cut off; else the lead.

    Cut at a sentence's end.
    """
    if description and len(description) >= SHORTEST and not is_cut_off(description):
        return shorten(description, longest)
    return shorten(_lead(body), longest) or shorten(description or "", longest)


def shorten(text: str, longest: int) -> str:
    """As many whole sentences as fit; when the first is longer, as many words, with an ellipsis."""
    if len(text) <= longest:
        return text
    ends = [match.end() for match in _END.finditer(text) if match.end() <= longest]
    if ends and ends[-1] >= longest // 4:
        return text[: ends[-1]]
    piece = text[: longest - 1]
    if " " in piece[longest // 2 :]:
        piece = piece.rsplit(" ", 1)[0]
    return piece.rstrip(" ,;:–-") + "…"


def _lead(body: str) -> str:
    """The first paragraphs that are sentences, as one line, until they are long enough."""
    lead = ""
    for paragraph in body.split("\n\n")[:6]:
        if _END.search(paragraph) and not paragraph.startswith("- "):
            lead = f"{lead} {paragraph}".strip()
        if len(lead) >= SHORTEST:
            break
    return lead or body.split("\n\n", 1)[0]
