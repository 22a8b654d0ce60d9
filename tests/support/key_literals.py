"""Finds names of Redis keys that stand in the sources instead of ``storage.redis.keys``."""

import ast
import re
from itertools import pairwise

from storage.redis.keys import Key

NAMES = "|".join(sorted((re.escape(each.value.name) for each in Key), key=len, reverse=True))
_LUA = (
    re.compile(r"\bKEYS\b"),
    re.compile(r"""redis\.call\(\s*["']\w+["']\s*,\s*["']"""),
    re.compile(rf"""\.\.\s*["'](?:{NAMES})(?::["']|["'])"""),
    re.compile(rf"""["'](?:{NAMES}):["']\s*\.\."""),
)
_AFTER_PREFIX = re.compile(rf"(?:\}}?:)?(?:{NAMES})(?::|$)")
_PREFIXES = ("prefix", "namespace")


def in_lua(source: str) -> list[str]:
    """Lines of a Lua script that spell a key."""
    code = [line for line in source.splitlines() if not line.lstrip().startswith("--")]
    return [line.strip() for line in code if any(each.search(line) for each in _LUA)]


def in_python(source: str) -> list[str]:
    """Expressions of a Python module that spell a key."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if _spells_a_key(node)]


def _spells_a_key(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="key" | "pattern"), args=[first, *_]):
            return isinstance(first, ast.Constant | ast.JoinedStr)
        case ast.JoinedStr(values=parts):
            return any(_follows_a_prefix(*pair) for pair in pairwise(parts))
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=str(text))):
            return _is_prefix(left) and bool(_AFTER_PREFIX.match(text))
        case _:
            return False


def _follows_a_prefix(before: ast.expr, text: ast.expr) -> bool:
    match before, text:
        case ast.FormattedValue(value=value), ast.Constant(value=str(spelt)):
            return _is_prefix(value) and bool(_AFTER_PREFIX.match(spelt))
        case _:
            return False


def _is_prefix(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _PREFIXES
        case _:
            return False
