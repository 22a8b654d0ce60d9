"""No regular expression of the project takes long over any text."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.patterns import compiled_patterns, hostile_texts, runs

LENGTH = 32_000
SECONDS = 0.05
SURELY_QUICK = SECONDS * (2_000 / LENGTH) ** 2
PATTERNS = compiled_patterns()


def cpu_seconds(run: Callable[[Any], object], text: Any, *, tries: int = 3) -> float:
    least = float("inf")
    for _ in range(tries):
        begun = time.process_time()
        run(text)
        least = min(least, time.process_time() - begun)
    return least


def too_slow_at(
    run: Callable[[Any], object], text_of: Callable[[int], Any], unit: int
) -> int | None:
    """The length at which a run takes too long, or None.

    Short texts first, as an exponential pattern would not come back from a long one.
    """
    for repetitions in (12, 16, 20, 24, 100, 400):
        text = text_of(repetitions * unit)
        if cpu_seconds(run, text, tries=1) > SECONDS and cpu_seconds(run, text) > SECONDS:
            return len(text)
    if is_linear(run, text_of):
        return None
    for length in (2_000, 8_000, LENGTH):
        taken = cpu_seconds(run, text_of(length))
        if taken > SECONDS and cpu_seconds(run, text_of(length), tries=10) > SECONDS:
            return length
        if taken < SECONDS * (length / LENGTH) ** 2:
            return None  # even if it grows by the square
    return None


def is_linear(run: Callable[[Any], object], text_of: Callable[[int], Any]) -> bool:
    """True when twice the text takes little more than twice the time, and that is little."""
    single = cpu_seconds(run, text_of(1_000), tries=1)
    double = cpu_seconds(run, text_of(2_000), tries=1)
    if double < SURELY_QUICK:
        return True
    grows = double - 2 * single > SURELY_QUICK / 2
    return not grows and double * LENGTH / 2_000 < SECONDS


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_pattern_reads_32000_characters_in_50_milliseconds(name: str) -> None:
    pattern = PATTERNS[name]
    is_bytes = isinstance(pattern.pattern, bytes)
    methods = runs(name, pattern)
    for before, piece, end in hostile_texts(pattern):

        def text_of(length: int, parts: tuple[str, str, str] = (before, piece, end)) -> Any:
            rounds = max(1, (length - len(parts[0]) - len(parts[2])) // len(parts[1]))
            text = parts[0] + parts[1] * rounds + parts[2]
            return text.encode("utf-8", "surrogatepass") if is_bytes else text

        for method, run in methods.items():
            slow = too_slow_at(run, text_of, len(piece))
            assert slow is None, (
                f"{method}, {slow} characters: {before!r} + {piece!r} × n + {end!r}"
            )


@pytest.mark.parametrize("source", [r"(?:a|b|ab)+c", r"\s*x", r"\w*\d\w*z", r"[.]+(?=\s)"])
def test_slow_patterns_are_found(source: str) -> None:
    pattern = re.compile(source)

    def is_slow(before: str, piece: str, end: str) -> bool:
        def text_of(length: int) -> str:
            return before + piece * (length // len(piece)) + end

        return too_slow_at(lambda text: pattern.sub("", text), text_of, len(piece)) is not None

    assert any(is_slow(*text) for text in hostile_texts(pattern))
