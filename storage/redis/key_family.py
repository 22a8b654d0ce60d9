"""What a family of Redis keys is; ``keys.py`` has them all."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class RedisType(StrEnum):
    """What Redis answers to ``TYPE``."""

    HASH = "hash"
    LIST = "list"
    SET = "set"
    STREAM = "stream"
    STRING = "string"
    SORTED_SET = "zset"


@dataclass(frozen=True)
class KeyFamily:
    """Keys of one form.

    Attributes:
        name: how the key begins, after the namespace.
        type: of the value; None where the keys are another program's.
        parts: what follows the name, in words; only the last part may have a colon in it.
    """

    name: str
    type: RedisType | None
    parts: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a key of the family looks like without its namespace."""
        parts = ["[^:]+"] * len(self.parts)
        if parts:
            parts[-1] = ".+"
        return re.compile(":".join([re.escape(self.name), *parts]), re.DOTALL)
