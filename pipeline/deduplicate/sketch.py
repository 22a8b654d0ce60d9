"""Samples of sets, small enough to keep for every article, from which containment is estimated.

A value is kept when its hash lies under a limit: of two samples taken with different limits, the
values under the lower one are comparable, whatever the sizes of the texts. (Broder 1997, "On the
resemblance and containment of documents", the sketch modulo m; in genomics FracMinHash, Irber et
al. 2022, https://doi.org/10.1101/2022.01.11.475838.)
"""

from collections.abc import Iterable
from typing import NamedTuple

BITS = 24
VALUE_BYTES = BITS // 8


class Sketch(NamedTuple):
    """A sample of hash values, in the order of the text.

    Attributes:
        level: one in ``2 ** level`` values is kept, those under ``2 ** (BITS - level)``.
    """

    level: int
    values: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many values there were, estimated."""
        return len(self.values) << self.level

    def at(self, level: int) -> tuple[int, ...]:
        """The values that a sample taken at a higher level would hold."""
        limit = 1 << (BITS - level)
        return tuple(value for value in self.values if value < limit)

    def without(self, values: frozenset[int]) -> "Sketch":
        """The sample of what is left without these values."""
        return self._replace(values=tuple(each for each in self.values if each not in values))

    def pack(self) -> bytes:
        """The level in a byte, then ``VALUE_BYTES`` bytes a value."""
        return bytes([self.level]) + b"".join(
            value.to_bytes(VALUE_BYTES, "big") for value in self.values
        )


def unpack(packed: bytes) -> Sketch:
    """What ``Sketch.pack`` gave."""
    return Sketch(
        packed[0],
        tuple(
            int.from_bytes(packed[start : start + VALUE_BYTES], "big")
            for start in range(1, len(packed), VALUE_BYTES)
        ),
    )


def sample(hashes: Iterable[int], most: int) -> Sketch:
    """A sample of at most ``most`` hash values of ``BITS`` bits, at the lowest level possible."""
    sketch = Sketch(0, tuple(hashes))
    while len(sketch.values) > most:
        sketch = Sketch(sketch.level + 1, sketch.at(sketch.level + 1))
    return sketch


class Overlap(NamedTuple):
    """Two samples at the higher of their levels: a value stands for ``2 ** level`` of the text.

    Attributes:
        common: the values in both.
    """

    level: int
    left: tuple[int, ...]
    right: tuple[int, ...]
    common: frozenset[int]

    @property
    def shared(self) -> int:
        """How many values are in both samples."""
        return len(self.common)

    @property
    def smaller(self) -> int:
        """How many values the smaller sample has."""
        return min(len(self.left), len(self.right))

    @property
    def containment(self) -> float:
        """The estimated share of the smaller text that the other has, 0 to 1 (Broder 1997)."""
        return self.shared / self.smaller if self.smaller else 0.0

    def own(self) -> tuple[int, int]:
        """How many values only the left sample has, and how many only the right one."""
        return len(self.left) - self.shared, len(self.right) - self.shared

    def alone(self) -> int:
        """Values in the longest stretch without a common one, of the text where it is shorter."""
        return min(self._longest_stretch(self.left), self._longest_stretch(self.right))

    def beginning(self) -> int:
        """Values before the first common one, of the text where they are fewer."""
        return min(self._before_common(self.left), self._before_common(self.right))

    def _before_common(self, values: tuple[int, ...]) -> int:
        return next((at for at, value in enumerate(values) if value in self.common), len(values))

    def _longest_stretch(self, values: tuple[int, ...]) -> int:
        longest = current = 0
        for value in values:
            current = 0 if value in self.common else current + 1
            longest = max(longest, current)
        return longest


def overlap(left: Sketch, right: Sketch) -> Overlap:
    """Compare two samples."""
    level = max(left.level, right.level)
    first, second = left.at(level), right.at(level)
    return Overlap(level, first, second, frozenset(first).intersection(second))
