"""Changes to a YAML file that a person keeps.

Comments, order, quotes and layout of what stays are left alone.

ruamel.yaml is the library that reads YAML with all that. What is new is first written by PyYAML,
which reads the file later: it knows which words it would take for something else (``no`` is
Norwegian, and false). ruamel.yaml reads YAML 1.2 and takes others so (``-08`` is a number), which
are quoted as well.
"""

import io
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.tokens import CommentToken

_KEY = "sources"
_STRING = "tag:yaml.org,2002:str"
_DASH = re.compile(r"^( *)- ", re.MULTILINE)


class NotEditable(ValueError):  # noqa: N818 - named after what it is
    """The text cannot be read with its comments."""


def edited(
    text: str,
    entries: Iterable[Mapping[str, Any]],
    unchanged: frozenset[str],
    left: frozenset[int] = frozenset(),
) -> str:
    """The text of a sources file that holds exactly these entries, beside those that are left.

    Args:
        text: the file's text so far; a list, or a mapping with the key ``sources``; may be empty.
        entries: what it shall hold, each with its ``id``, as JSON values.
        unchanged: ids whose entries stay as they are written.
        left: places, from 0, of entries that stay as they are, whatever they hold.

    Raises:
        NotEditable: not YAML, a key twice in one entry, or entries that are not mappings.
    """
    dash = _DASH.search(text)
    editor = _editor(len(dash[1]) if dash else 2)
    document = _document(editor, text)
    if not isinstance(document, CommentedSeq | CommentedMap):
        return _appended(text, editor, entries)
    listed = _listed(document)
    _fit(listed, {entry["id"]: entry for entry in entries}, unchanged, left)
    if not listed and listed is not document:
        # Without comments, between which an empty list could not be written.
        document[_KEY] = CommentedSeq()
    return _written(editor, document)


def _document(editor: YAML, text: str) -> Any:  # noqa: ANN401 - any YAML document
    try:
        return editor.load(text)
    except MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise NotEditable(f"{line}{error.problem or error.context}") from None
    except RecursionError:
        raise NotEditable("it is nested too deeply") from None
    except (YAMLError, ValueError) as error:
        raise NotEditable(" ".join(str(error).split())) from None


def _appended(text: str, editor: YAML, entries: Iterable[Mapping[str, Any]]) -> str:
    """A file of comments only: they stay at its head."""
    fresh = CommentedMap({_KEY: CommentedSeq([_fresh(entry) for entry in entries])})
    is_cut = text and not text.endswith("\n")
    return text + ("\n" if is_cut else "") + _written(editor, fresh)


def _listed(document: CommentedSeq | CommentedMap) -> CommentedSeq:
    """The list of sources in a document, made if it is not there."""
    if isinstance(document, CommentedSeq):
        return document
    if not isinstance(document.get(_KEY), CommentedSeq):
        document[_KEY] = CommentedSeq()
    listed: CommentedSeq = document[_KEY]
    return listed


def _editor(offset: int) -> YAML:
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = 120
    editor.indent(mapping=2, sequence=offset + 2, offset=offset)
    return editor


def _written(editor: YAML, document: Any) -> str:  # noqa: ANN401 - any YAML document
    stream = io.StringIO()
    editor.dump(document, stream)
    return stream.getvalue()


def _fit(
    listed: CommentedSeq,
    wanted: Mapping[str, Mapping[str, Any]],
    unchanged: frozenset[str],
    left: frozenset[int],
) -> None:
    there: set[str] = set()
    for at in reversed(range(len(listed))):
        if at in left:
            continue
        if not isinstance(listed[at], CommentedMap):
            raise NotEditable(f"entry {at + 1} is not a mapping")
        name = listed[at].get("id")
        if name not in wanted:
            _remove(listed, at)
            continue
        there.add(name)
        if name not in unchanged:
            _change(listed[at], wanted[name])
    listed.extend(_fresh(entry) for name, entry in wanted.items() if name not in there)


def _fresh(entry: Mapping[str, Any], *, flow: bool = False) -> CommentedMap:
    """A new entry, in block style with its lists on one line, or all of it in flow style.

    The two quote differently: what stands plain in a block may be broken between braces.
    """
    made = CommentedMap()
    for key, value in entry.items():
        inline = flow or isinstance(value, list | dict)
        text = yaml.dump(
            {key: value},
            Dumper=_Dumper,
            allow_unicode=True,
            default_flow_style=inline,
            sort_keys=False,
            width=math.inf,
        )
        made |= _editor(0).load(text)
    if not flow:
        _unfold(made)
    return made


class _Dumper(yaml.SafeDumper):
    """Quotes what either version of YAML would take for something else than a string."""


def _string(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    read = _editor(0).resolver.resolve(ScalarNode, value, (True, False))
    return dumper.represent_scalar(_STRING, value, style=None if str(read) == _STRING else "'")


_Dumper.add_representer(str, _string)


def _unfold(mapping: CommentedMap) -> None:
    mapping.fa.set_block_style()
    for value in mapping.values():
        if isinstance(value, CommentedMap):
            _unfold(value)


def _change(entry: CommentedMap, wanted: Mapping[str, Any]) -> None:
    for key in [key for key in entry if key not in wanted]:
        del entry[key]
    for key, value in _fresh(wanted, flow=bool(entry.fa.flow_style())).items():
        if entry.get(key) != value:
            entry[key] = value


def _remove(listed: CommentedSeq, at: int) -> None:
    """Take an entry out with the comment above it.

    ruamel.yaml keeps that comment at the end of the entry before, below that entry's own.
    """
    if at:
        holder, key = _last_of_entry(listed, at - 1)
        inline = _comment(holder, key).partition("\n")[0]
        below = _comment(*_last(listed[at])).partition("\n")[2]
        token = CommentToken(f"{inline}\n{below}", start_mark=CommentMark(0), end_mark=None)
        in_mapping = isinstance(holder, CommentedMap)
        holder.ca.items[key] = [None, None, token, None] if in_mapping else [token, None]
    del listed[at]


def _last_of_entry(listed: CommentedSeq, at: int) -> tuple[Any, Any]:
    """What ``_last`` gives of an entry; of one that holds nothing, its own place in the list."""
    entry = listed[at]
    holds_values = isinstance(entry, CommentedMap | CommentedSeq) and entry
    return _last(entry) if holds_values else (listed, at)


def _comment(holder: Any, key: Any) -> str:  # noqa: ANN401 - as `_last` returns them
    parts = holder.ca.items.get(key) or []
    return next((str(part.value) for part in parts if isinstance(part, CommentToken)), "")


def _last(node: Any) -> tuple[Any, Any]:  # noqa: ANN401 - a mapping or list of any depth
    """The mapping or list that holds the last value of a node, and that value's key or place."""
    key = list(node)[-1] if isinstance(node, CommentedMap) else len(node) - 1
    value = node[key]
    deeper = isinstance(value, CommentedMap | CommentedSeq) and value and not value.fa.flow_style()
    return _last(value) if deeper else (node, key)
