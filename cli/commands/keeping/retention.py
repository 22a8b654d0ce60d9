"""``newsloom retention``."""

from dataclasses import asdict

import click

from cli.command import Command
from cli.output import json_option, out, print_json
from cli.session import session
from services.retention import let_go


@click.command(cls=Command)
@click.option(
    "--older-than",
    metavar="DURATION",
    required=True,
    help="Such as 18M or 2y; more than NEWSLOOM_LEDGER_DAYS and ten days.",
)
@click.option("--dry-run", is_flag=True, help="Only count; remove nothing.")
@json_option
def retention(*, older_than: str, dry_run: bool, as_json: bool) -> None:
    """Remove what is old: articles by the month in which they were first seen, with their versions.

    Whole months that lie before are removed, also of what the ledger archive tells of URLs, and
    archived files that hold nothing later. There is no way back but a backup.
    """
    with session() as resources:
        found = let_go(resources, older_than, dry_run=dry_run)
    if as_json:
        told = {**asdict(found), "before": found.before.isoformat(), "dry_run": dry_run}
        print_json(told)
        return
    word = "would be removed" if dry_run else "removed"
    console = out()
    console.print(f"first seen before {found.before:%Y-%m-%d}:", markup=False)
    console.print(f"articles {word}: {found.articles}", markup=False)
    console.print(f"entries of the ledger archive {word}: {found.entries}", markup=False)
    size = f"{found.archive_bytes / 1e6:.1f} MB"
    console.print(f"archived files {word}: {found.archive_files} ({size})", markup=False)
