"""Pairs made from real texts: copies as papers make them, and texts that only look like copies."""

import random
import re
from collections.abc import Callable, Iterator

from pipeline.text.shingles import normalised

LEAST_WORDS = 80
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+|(?<=[。！？])")
_NAME = re.compile(r"(?<=[a-zà-ÿа-я,] )([A-ZÀ-ÞА-Я]\w+)")
_DATELINES = (
    "LONDON (Reuters) - ",
    "BERLIN (dpa) – ",
    "PARIS, 3 mai (AFP) - ",
    "WASHINGTON (AP) — ",
    "(新华社) ",
)
_CREDITS = (
    "\n\n(Reporting by Jane Doe; editing by John Roe)",
    "\n\n© dpa-infocom, dpa:2611-99-123456/2",
    "",
)


def sentences(text: str) -> list[str]:
    """Sentences and headings, roughly."""
    return [part for part in _SENTENCE_END.split(text) if part and part.strip()]


class Maker:
    """Makes a second text of each kind from a first one."""

    def __init__(self, texts: list[str], seed: int) -> None:
        self._texts = texts
        self._chance = random.Random(seed)
        self.copies: dict[str, Callable[[str], str]] = {
            "agency header and credit": self.agency,
            "cut to half": self.half,
            "a lead of three sentences added": self.lead,
            "10 % of the sentences rewritten": self.edited,
            "30 % of the sentences with another word": self.touched,
        }
        self.others: dict[str, Callable[[str], str]] = {
            "another author who quotes a quarter of it": lambda text: self.quoting(text, 0.25),
            "another author who quotes two fifths of it": lambda text: self.quoting(text, 0.4),
            "the same form with other names and numbers": self.form,
        }

    def agency(self, text: str) -> str:
        """A dateline, and mostly a credit."""
        return self._chance.choice(_DATELINES) + text + self._chance.choice(_CREDITS)

    def half(self, text: str) -> str:
        """The first half of the sentences."""
        parts = sentences(text)
        return "\n".join(parts[: max(1, len(parts) // 2)])

    def lead(self, text: str) -> str:
        """Three sentences of another article before it."""
        return "\n".join([*sentences(self._another(text))[:3], text])

    def edited(self, text: str) -> str:
        """A tenth of the sentences with their words shuffled."""
        return self._some_sentences(text, 0.1, self._shuffled)

    def touched(self, text: str) -> str:
        """A word replaced in 30 % of the sentences."""
        return self._some_sentences(text, 0.3, self._one_word)

    def quoting(self, text: str, share: float) -> str:
        """Another article of at most the same length with sentences of the first in it."""
        own, quoted = sentences(self._another(text)), sentences(text)
        for quote in self._chance.sample(quoted, max(1, int(min(len(own), len(quoted)) * share))):
            own[self._chance.randrange(len(own))] = quote
        return "\n".join(own)

    def form(self, text: str) -> str:
        """Other digits, and another name for each name."""
        names: dict[str, str] = {}

        def another(found: re.Match[str]) -> str:
            return names.setdefault(
                found[1], "".join(self._chance.sample("abcdefghijklmnop", 6)).title()
            )

        return _NAME.sub(another, re.sub(r"\d", lambda _: str(self._chance.randrange(10)), text))

    def frames(self, bodies: dict[str, str], pages: dict[str, str]) -> Iterator[tuple[str, str]]:
        """A whole page, and another article between its own boilerplate."""
        for name, body in bodies.items():
            other = self._chance.choice(
                [key for key in bodies if key != name and len(normalised(bodies[key])) > 150]
            )
            lines = {line.strip() for line in body.split("\n") if len(line.strip()) > 20}
            frame = [
                line for line in pages[name].split("\n") if not any(part in line for part in lines)
            ]
            middle = len(frame) // 2
            made = "\n".join([*frame[:middle], bodies[other], *frame[middle:]])
            # Else the body could not be cut out of the page.
            if _shared(body, "\n".join(frame)) < 0.2:
                yield pages[name], made

    def _another(self, text: str) -> str:
        return self._chance.choice([other for other in self._texts if other is not text])

    def _some_sentences(self, text: str, share: float, change: Callable[[str], str]) -> str:
        parts = sentences(text)
        for place in self._chance.sample(range(len(parts)), max(1, round(len(parts) * share))):
            parts[place] = change(parts[place])
        return "\n".join(parts)

    def _shuffled(self, sentence: str) -> str:
        words, glue = _words(sentence)
        self._chance.shuffle(words)
        return glue.join(words)

    def _one_word(self, sentence: str) -> str:
        words, glue = _words(sentence)
        words[self._chance.randrange(len(words))] = "xyzzy"
        return glue.join(words)


def _words(sentence: str) -> tuple[list[str], str]:
    return (sentence.split(), " ") if " " in sentence.strip() else (list(sentence), "")


def _shared(body: str, rest: str) -> float:
    words = normalised(body)
    pieces = {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
    others = normalised(rest)
    there = {tuple(others[at : at + 5]) for at in range(len(others) - 4)}
    return len(pieces & there) / len(pieces) if pieces else 1.0
