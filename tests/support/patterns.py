"""Every regular expression of the project, and texts that slow ones take long over."""

import ast
import dataclasses
import importlib
import re
import re._constants as opcode  # type: ignore[import-not-found]
import re._parser as sre  # type: ignore[import-not-found]
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

PACKAGES = (
    *("pipeline", "search", "storage", "workers", "services", "web", "cli", "demo", "config"),
)
ROOT = Path(__file__).parents[2]

_CALLS = {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
_REPEATS = (opcode.MAX_REPEAT, opcode.MIN_REPEAT, opcode.POSSESSIVE_REPEAT)
_MOST_PIECES, _MOST_MEMBERS, _MOST_DEPTH = 12, 6, 2
_FEW_ROUNDS = 8
_ENDS = ("\0", "a", "\n\0", "")
_SAMPLES = "a 0A,._-/\n\"'é新あ%;:&<>=[{("
_CATEGORIES = {
    opcode.CATEGORY_DIGIT: "0",
    opcode.CATEGORY_NOT_DIGIT: "a",
    opcode.CATEGORY_SPACE: " \n",
    opcode.CATEGORY_NOT_SPACE: "a",
    opcode.CATEGORY_WORD: "a",
    opcode.CATEGORY_NOT_WORD: "- ",
}
_COMMON = (
    *(" ", "\n", "\t", ".", ",", "-", "/", "\\", "|", ":", ";", "!", "'", '"', "&", "<", ">", "%"),
    *("(", ")", "[", "]", "{", "}", "0", "a", "A", "é", "新", "あ", "\u00a0", "…", "=", "@", "*"),
    *("&quot;", "&amp;", "<br>", "<a ", "<!--", "a ", "a.", "A.", "0 ", ". ", " |", "- ", "新 "),
    *("a,", ", ", '"a"', '"a":', '"author": ', "\\\\", '\\"', "http://", "//", "a/", "%20", "\r\n"),
)

ANCHORED = {"match", "fullmatch"}

Place = tuple[str, re.Pattern[Any]]


def compiled_patterns() -> dict[str, re.Pattern[Any]]:
    """By ``module.name``: patterns in globals, containers, classes and dataclasses of all modules.

    Literals that are given to functions of ``re`` are named ``file:line``.
    """
    found: dict[str, re.Pattern[Any]] = {}
    for path in _files():
        source = path.read_text()
        if not re.search(r"^import re$", source, re.MULTILINE):
            continue  # importing others may start something
        module = importlib.import_module(_module_name(path))
        for name, value in vars(module).items():
            found.update(_patterns_in(f"{module.__name__}.{name}", value, module.__name__))
        found.update(_literals(path, ast.parse(source)))
    return _once_each(found)


def runs(name: str, pattern: re.Pattern[Any]) -> dict[str, Callable[[Any], object]]:
    """The ways in which the code runs a pattern, by the method's name.

    ``sub`` does what ``search``, ``split``, ``findall`` and ``finditer`` do, and to the text's end.
    A pattern that is only ever tried at one place need not be fast from all others. Where the use
    of a pattern is not found, as for one in a table, it is taken to be searched for.
    """
    module, _, variable = name.rpartition(".")
    used = set(re.findall(rf"\b{variable}\.(\w+)\(", _sources(module, variable)))
    if used and used <= ANCHORED:
        return {method: getattr(pattern, method) for method in sorted(used)}
    empty = b"" if isinstance(pattern.pattern, bytes) else ""
    return {"sub": lambda text: pattern.sub(empty, text)}


def _sources(module: str, variable: str) -> str:
    """Where a global can be used: a private one, in its own module."""
    own = ROOT / f"{module.replace('.', '/')}.py"
    if not variable.isidentifier() or not own.exists():
        return ""
    if variable.startswith("_"):
        return own.read_text()
    return "\n".join(path.read_text() for path in _files())


def _files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def hostile_texts(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """A beginning, a piece to repeat and an end, made of the pattern and of common pieces."""
    source = pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    tree = sre.parse(
        text, pattern.flags & ~re.UNICODE if isinstance(source, bytes) else pattern.flags
    )
    pumps = list(dict.fromkeys(_pumps(tree, "")))
    pieces = list(dict.fromkeys(piece for _, piece in pumps))[:_MOST_PIECES]
    for piece in (*_COMMON, *pieces):
        yield "", piece, "\0"
        yield "", piece, "a"
    for before, piece in pumps:
        for end in _ENDS:
            yield before, piece, end
    for first in pieces:
        for second in pieces:
            if first != second:
                yield "", first + second, "\0"


def _module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _patterns_in(name: str, value: object, module: str, depth: int = 0) -> Iterator[Place]:
    if isinstance(value, re.Pattern):
        yield name, value
        return
    if depth > _MOST_DEPTH:
        return
    for part, inner in _parts(value, module):
        yield from _patterns_in(f"{name}[{part}]", inner, module, depth + 1)


def _parts(value: object, module: str) -> list[tuple[object, object]]:
    if isinstance(value, Mapping):
        return [*value.items(), *((f"key {number}", key) for number, key in enumerate(value))]
    if isinstance(value, list | tuple | set | frozenset):
        return list(enumerate(value))
    if isinstance(value, type):
        return list(vars(value).items()) if value.__module__ == module else []
    if dataclasses.is_dataclass(value):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    return []


def _literals(path: Path, tree: ast.Module) -> Iterator[Place]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        is_of_re = isinstance(owner, ast.Name) and owner.id == "re" and node.func.attr in _CALLS
        if is_of_re and isinstance(node.args[0], ast.Constant):
            yield f"{path.relative_to(ROOT)}:{node.lineno}", re.compile(node.args[0].value)


def _once_each(found: dict[str, re.Pattern[Any]]) -> dict[str, re.Pattern[Any]]:
    """Each pattern under the first of its names: modules import patterns from each other."""
    names: dict[re.Pattern[Any], str] = {}
    for name, pattern in found.items():
        names.setdefault(pattern, name)
    return {name: pattern for pattern, name in names.items()}


def _pumps(tree: Any, before: str) -> Iterator[tuple[str, str]]:
    """For each repetition: a text that leads to it, and one round of it."""
    for operation, argument in tree:
        if operation in _REPEATS:
            _, most, inner = argument
            if most > _FEW_ROUNDS:
                for sample in _samples(inner):
                    yield before, sample
            yield from _pumps(inner, before)
        elif operation is opcode.BRANCH:
            for branch in argument[1]:
                yield from _pumps(branch, before)
        elif operation is opcode.SUBPATTERN:
            yield from _pumps(argument[3], before)
        elif operation in (opcode.ASSERT, opcode.ASSERT_NOT):
            yield from _pumps(argument[1], before)
        elif operation is opcode.ATOMIC_GROUP:
            yield from _pumps(argument, before)
        before += _one(operation, argument)


def _samples(tree: Any) -> list[str]:
    """Texts that a part of a pattern matches, one for each of its branches and classes."""
    if len(tree) == 1:
        operation, argument = tree[0]
        if operation is opcode.BRANCH:
            return [_sample(branch) for branch in argument[1]][:_MOST_PIECES]
        if operation is opcode.SUBPATTERN:
            return _samples(argument[3])
        if operation is opcode.IN:
            return _members(argument)[:_MOST_MEMBERS]
    return [_sample(tree)]


def _sample(tree: Any) -> str:
    return "".join(_one(operation, argument) for operation, argument in tree)


def _one(operation: Any, argument: Any) -> str:
    if operation in _REPEATS:
        least: int = max(1, argument[0])
        return _sample(argument[2]) * least
    if operation is opcode.LITERAL:
        return chr(argument)
    samples: dict[Any, Callable[[], str]] = {
        opcode.NOT_LITERAL: lambda: "b" if argument == ord("a") else "a",
        opcode.ANY: lambda: "a",
        opcode.IN: lambda: (_members(argument) or ["a"])[0],
        opcode.BRANCH: lambda: _sample(argument[1][0]),
        opcode.SUBPATTERN: lambda: _sample(argument[3]),
        opcode.ATOMIC_GROUP: lambda: _sample(argument),
    }
    sample = samples.get(operation)
    return sample() if sample else ""


def _members(choices: Any) -> list[str]:
    """Some characters of a class."""
    if choices[0][0] is opcode.NEGATE:
        left = [mark for mark in _SAMPLES if not any(_has(part, mark) for part in choices[1:])]
        return left[:3]
    found = []
    for operation, argument in choices:
        if operation is opcode.LITERAL:
            found.append(chr(argument))
        elif operation is opcode.RANGE:
            found.append(chr(argument[0]))
        elif operation is opcode.CATEGORY:
            found.extend(_CATEGORIES[argument])
    return found


def _has(part: Any, mark: str) -> bool:
    operation, argument = part
    if operation is opcode.LITERAL:
        return bool(argument == ord(mark))
    if operation is opcode.RANGE:
        return bool(argument[0] <= ord(mark) <= argument[1])
    word, space = mark.isalnum() or mark == "_", mark.isspace()
    verdicts: dict[Any, bool] = {
        opcode.CATEGORY_DIGIT: mark.isdigit(),
        opcode.CATEGORY_NOT_DIGIT: not mark.isdigit(),
        opcode.CATEGORY_SPACE: space,
        opcode.CATEGORY_NOT_SPACE: not space,
        opcode.CATEGORY_WORD: word,
        opcode.CATEGORY_NOT_WORD: not word,
    }
    return verdicts[argument]
