"""Finds plug-ins by the entry points of installed packages."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from config.logging import LogFields
from workers.plugins.limits import RAISED_BY_PLUGINS

log = logging.getLogger("newsloom.plugins")

ENRICHERS = "newsloom.enrichers"
NOTIFIERS = "newsloom.notifiers"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A function of another package.

    Attributes:
        name: of its entry point.
        call: the function.
    """

    name: str
    call: Callable[..., Any]


def names(group: str) -> tuple[str, ...]:
    """The names of a group's plug-ins, in their order; nothing of them is imported."""
    return tuple(entry.name for entry in _entries(group))


def load(group: str) -> tuple[Plugin, ...]:
    """Import the plug-ins of a group; one that cannot be imported is logged and left out."""
    loaded = []
    for entry in _entries(group):
        call = _imported(entry)
        if call is not None:
            loaded.append(Plugin(entry.name, call))
    return tuple(loaded)


def _entries(group: str) -> list[EntryPoint]:
    """By name; of several with one name the first by its value, in every process alike."""
    found = sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value))
    by_name: dict[str, EntryPoint] = {}
    for entry in found:
        by_name.setdefault(entry.name, entry)
    return list(by_name.values())


def _imported(entry: EntryPoint) -> Callable[..., Any] | None:
    facts = LogFields(event="plugin_not_loaded", reason=entry.name)
    try:
        call = entry.load()
    except RAISED_BY_PLUGINS:
        log.exception(
            "the plug-in %s (%s) cannot be imported and is left out",
            entry.name,
            entry.value,
            extra=facts,
        )
        return None
    if not callable(call):
        log.error(
            "the plug-in %s (%s) is no function and is left out",
            entry.name,
            entry.value,
            extra=facts,
        )
        return None
    return call  # type: ignore[no-any-return]  # whatever the package has there
