"""What a hostile case is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One input, and what must come of it.

    Attributes:
        kind: what is read, such as ``pages``.
        name: what is wrong with the input.
        got: reads the input with the project's code, and says in a few words what came of it.
        expected: those words.
    """

    kind: str
    name: str
    got: Callable[[], str]
    expected: str
