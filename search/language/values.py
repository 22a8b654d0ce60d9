"""What a word or phrase means in a field that is no running text, and which fields there are."""

from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from search.errors import QueryError
from search.fields import ALIASES, FIELDS, SOURCE_GROUPS, Field, FieldKind
from search.nodes import Fuzzy, Node, Pattern, Phrase, Prefix, Term

AGES = ("newer", "older")
"""What is asked like a field, and compares ``published`` with a duration."""


def exact(node: Term | Phrase | Prefix | Pattern | Fuzzy, field: Field, position: int) -> Node:
    """A value that is compared whole, as the index has it.

    Raises:
        QueryError: the field has no such value.
    """
    text = node.text.lower() if field.lowercase else node.text
    if field.allowed and (text not in field.allowed or isinstance(node, Prefix | Pattern)):
        raise QueryError(
            f"“{field.name}:{text}” does not exist; after “{field.name}:” stands one of "
            f"{', '.join(field.allowed)}.",
            position,
        )
    return Term(field.name, text) if isinstance(node, Phrase) else replace(node, text=text)


def no_field(name: str) -> str:
    """That there is no such field, and what there is."""
    base, dot, last = name.rpartition(".")
    if dot and last == "exact" and (known := FIELDS.get(ALIASES.get(base, base))):
        return f"“{known.name}:” is always compared exactly; write it without “.exact”."
    known_names = sorted([*FIELDS, *SOURCE_GROUPS, *AGES])
    close = get_close_matches(name, [*known_names, *ALIASES], n=1)
    meant = f" Did you mean “{close[0]}”?" if close else ""
    advice = f"To search for “{name}:” as it is, put it in quotation marks."
    return f"There is no field “{name}”.{meant} The fields are {', '.join(known_names)}. {advice}"


def need_words(tree: Any, field: Field | None, what: str) -> None:  # noqa: ANN401 - luqum has no types
    """Look whether a field holds words, as ``what`` needs.

    Raises:
        QueryError: it holds dates, numbers or whole values.
    """
    if field is not None and field.kind is not FieldKind.TEXT:
        raise QueryError(
            f"“{field.name}” has no words in a text: {what} is not possible there.", tree.pos
        )
