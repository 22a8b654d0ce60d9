"""Writes the generated parts of the documentation: settings, the commands' help, metrics.

``make docs`` runs it; a test fails when its result differs from what is committed.
"""

import re
from pathlib import Path

import click

from cli.main import newsloom
from config.settings import Settings
from services.metrics.families import FAMILIES

DOCS = Path(__file__).parent
_BEGIN, _END = "<!-- generated: {} -->", "<!-- end -->"


def settings_table() -> str:
    """A Markdown table of all settings."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None or field.default_factory else field.default
        if isinstance(default, frozenset):
            default = str(sorted(default)) if default else ""
        shown = f"`{default}`" if default != "" else ""
        rows.append(f"| `NEWSLOOM_{name.upper()}` | {shown} | {field.description or ''} |")
    return "\n".join(rows)


def metrics_table() -> str:
    """A Markdown table of all metrics."""
    rows = ["| metric | type | labels | meaning |", "|---|---|---|---|"]
    for family in FAMILIES:
        labels = ", ".join(f"`{label}`" for label in family.labels)
        rows.append(f"| `{family.name}` | {family.kind} | {labels} | {family.help} |")
    return "\n".join(rows)


def command_help() -> str:
    """The help of every command, as the terminal shows it."""
    parts = []
    for path, command in _walk(newsloom, ("newsloom",)):
        context = click.Context(
            command, info_name=" ".join(path), **newsloom.context_settings, terminal_width=110
        )
        parts.append(f"## {' '.join(path)}\n\n```\n{command.get_help(context)}\n```")
    return "\n\n".join(parts)


def _walk(
    command: click.Command, path: tuple[str, ...]
) -> list[tuple[tuple[str, ...], click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in sorted(command.list_commands(context)):
            child = command.get_command(context, name)
            found += _walk(child, (*path, name)) if child else []
    return found


GENERATED = {
    "operations.md": ("settings", settings_table),
    "commands.md": ("commands", command_help),
    "metrics.md": ("metrics", metrics_table),
}


def filled(name: str) -> str:
    """A document's text with its generated part made anew."""
    part, make = GENERATED[name]
    begin = _BEGIN.format(part)
    pattern = re.compile(re.escape(begin) + r".*?" + re.escape(_END), re.DOTALL)
    text = (DOCS / name).read_text(encoding="utf-8")
    return pattern.sub(lambda _: f"{begin}\n\n{make()}\n\n{_END}", text)


def main() -> None:
    """Rewrite the documents."""
    for name in GENERATED:
        (DOCS / name).write_text(filled(name), encoding="utf-8")


if __name__ == "__main__":
    main()
