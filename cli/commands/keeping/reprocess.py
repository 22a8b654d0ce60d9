"""``newsloom reprocess``."""

from collections.abc import Callable
from dataclasses import asdict, fields

import click

from cli.command import Command
from cli.output import json_option, out, print_json
from cli.session import session
from services.reprocessing.report import Change, Reprocessing
from services.reprocessing.reprocess import chosen_of
from services.reprocessing.reprocess import reprocess as reprocessed

_EXAMPLES = 3
"""Changes shown for each effect."""


@click.command(cls=Command)
@click.option("--rehearse", "mode", flag_value="rehearse", help="Only tell; write nothing.")
@click.option("--apply", "mode", flag_value="apply", help="Tell, and write what differs.")
@click.option("--since", metavar="TIME", help="Pages captured from then on: 2026-11-01, now-7d.")
@click.option("--until", metavar="TIME", help="Pages captured before.")
@click.option("--source", metavar="ID", help="Pages of one source.")
@json_option
def reprocess(
    *,
    mode: str | None,
    since: str | None,
    until: str | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Read archived pages again with the extraction of today, and tell which articles differ.

    For an upgrade that reads pages better, and for changed selectors of a source. No site is asked.
    --rehearse tells what --apply would write. A text that changed becomes a new version; a page
    that was refused and is an article now is added. An article whose page would be refused now, or
    whose canonical address would change, is told and stays as it is. --apply may be interrupted and
    repeated. With --json, a line for each article that differs, and a last one with the counts.

    Exit code 1: nothing differs.
    """
    if mode is None:
        raise click.UsageError("say --rehearse or --apply")
    chosen = chosen_of(since, until, source)
    with session() as resources:
        told = _print_line if as_json else _examples()
        tally = reprocessed(resources, chosen, apply=mode == "apply", told=told)
    if as_json:
        print_json({"counts": {each.name: getattr(tally, each.name) for each in fields(tally)}})
    else:
        _show(tally, applied=mode == "apply")
    raise SystemExit(0 if tally.effects else 1)


def _print_line(change: Change) -> None:
    print_json(asdict(change))


def _examples() -> Callable[[Change], None]:
    """Prints the first few changes of each effect."""
    shown: dict[str, int] = {}

    def show(change: Change) -> None:
        shown[change.effect] = shown.get(change.effect, 0) + 1
        if shown[change.effect] > _EXAMPLES:
            return
        out().print(f"{change.effect}: {change.id} {change.url}", markup=False)
        for name, (before, after) in change.fields.items():
            out().print(f"  {name}: {before!r} → {after!r}", markup=False)

    return show


def _show(tally: Reprocessing, *, applied: bool) -> None:
    lines = [f"pages read again: {tally.pages}, with the same result: {tally.same}"]
    lines += [f"{effect}: {count}" for effect, count in sorted(tally.effects.items())]
    lines += [f"  {name}: {count}" for name, count in tally.fields.most_common()]
    if applied:
        lines.append(f"written: {tally.applied}")
        lines += [f"not written, {why}: {n}" for why, n in sorted(tally.not_applied.items()) if n]
    lines += [f"passed over, {why}: {n}" for why, n in sorted(tally.passed_over.items()) if n]
    for line in lines:
        out().print(line, markup=False)
