"""``newsloom reconcile``."""

from dataclasses import asdict

import click

from cli.command import Command
from cli.output import json_option, out, print_json
from cli.session import session
from services.reconciliation.reconcile import Reconciliation
from services.reconciliation.reconcile import reconcile as reconciled


@click.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="Only compare; change nothing.")
@json_option
def reconcile(*, dry_run: bool, as_json: bool) -> None:
    """Compare the ledger with the index both ways, and mend what differs.

    An article that the index has lost is made again from its archived page (NEWSLOOM_ARCHIVE_DIR),
    else its URL is visited again, politely, by the workers. An article that only the index has is
    entered in the ledger. Workers may run meanwhile. Exit code 1: differences remain, such as URLs
    whose visit has yet to come.
    """
    with session() as resources:
        found = reconciled(resources, dry_run=dry_run)
    if as_json:
        print_json({**asdict(found), "remaining": found.remaining, "dry_run": dry_run})
    else:
        for line in _lines(found, dry_run=dry_run):
            out().print(line, markup=False)
    raise SystemExit(1 if found.remaining else 0)


def _lines(found: Reconciliation, *, dry_run: bool) -> list[str]:
    lines = [
        f"compared {found.entries} URLs of the ledger and {found.articles} articles of the index",
        f"missing in the index: {found.missing}",
        (
            f"only in the index: {found.unknown} unknown to the ledger,"
            f" {found.ended_otherwise} that ended otherwise there"
        ),
    ]
    if found.dead:
        lines.append(
            f"in the index though dead letters: {found.dead}; `newsloom dead list` shows them"
        )
    if not dry_run:
        lines.append(
            f"mended: {found.restored} from archived pages, {found.adopted} entered in the ledger"
        )
        queued = found.visited_again + found.waiting
        if queued:
            lines.append(f"to be visited again by the workers: {queued}")
    if not found.remaining:
        lines.append("nothing differs any more" if found.missing else "nothing differs")
    return lines
