"""Finds mistakes in the names of a Lua script: what is not defined, and what is not used.

Lua takes a misspelt name for a global one and says so at run time only, when that line is reached.
"""

from dataclasses import dataclass, field

from luaparser import ast  # type: ignore[import-untyped,unused-ignore]
from luaparser import astnodes as lua  # type: ignore[import-untyped,unused-ignore]
from luaparser.ast import SyntaxException  # type: ignore[import-untyped,unused-ignore]

REDIS_GLOBALS = frozenset(
    {
        *("KEYS", "ARGV", "redis", "cjson", "cmsgpack", "struct", "string", "table", "math"),
        *("ipairs", "pairs", "next", "select", "unpack", "tonumber", "tostring", "type"),
        *("assert", "error", "pcall"),
    }
)
"""What a script finds in Redis (https://redis.io/docs/latest/develop/programmability/lua-api/)."""


@dataclass
class Names:
    """Of one script: names that it defines, those of them never used, and those never defined."""

    defined: set[str] = field(default_factory=set)
    unused: set[str] = field(default_factory=set)
    undefined: set[str] = field(default_factory=set)


def names_of(source: str) -> Names:
    """The names of a script.

    Raises:
        SyntaxException: it is no Lua.
    """
    reader = _Reader()
    reader.read(ast.parse(source).body)
    reader.close()
    return reader.names


class _Reader:
    """Walks through a syntax tree with a stack of scopes, each the names in it that were used."""

    def __init__(self) -> None:
        self.names = Names()
        self._scopes: list[dict[str, bool]] = [{}]

    def close(self) -> None:
        scope = self._scopes.pop()
        self.names.unused |= {name for name, used in scope.items() if not used and name != "_"}

    def read(self, node: object) -> None:
        match node:
            case list():
                for each in node:
                    self.read(each)
            case lua.LocalAssign():
                self.read(node.values)
                self._define(node.targets)
            case lua.LocalFunction():
                self._define([node.name])
                self._scoped(node.args, node.body)
            case lua.AnonymousFunction():
                self._scoped(node.args, node.body)
            case lua.Fornum():
                self.read([node.start, node.stop, node.step])
                self._scoped([node.target], node.body)
            case lua.Forin():
                self.read(node.iter)
                self._scoped(node.targets, node.body)
            case lua.Name():
                self._use(node.id)
            case _:
                self._read_other(node)

    def _read_other(self, node: object) -> None:
        match node:
            case lua.Block():
                self._scoped([], node.body)
            case lua.Repeat():  # its condition sees the names of its body
                self._scoped([], [*node.body.body, node.test])
            case lua.Index():
                self.read(node.value)
                if node.notation is lua.IndexNotation.SQUARE:
                    self.read(node.idx)
            case lua.Field():
                if node.between_brackets:
                    self.read(node.key)
                self.read(node.value)
            case lua.Node():
                self.read([part for name, part in vars(node).items() if name != "comments"])

    def _scoped(self, names: list[object], body: object) -> None:
        self._scopes.append({})
        self._define(names)
        self.read(body.body if isinstance(body, lua.Block) else body)
        self.close()

    def _define(self, names: list[object]) -> None:
        for each in names:
            if isinstance(each, lua.Name):
                self._scopes[-1].setdefault(each.id, False)
                self.names.defined.add(each.id)

    def _use(self, name: str) -> None:
        for scope in reversed(self._scopes):
            if name in scope:
                scope[name] = True
                return
        if name not in REDIS_GLOBALS:
            self.names.undefined.add(name)


__all__ = ["REDIS_GLOBALS", "Names", "SyntaxException", "names_of"]
