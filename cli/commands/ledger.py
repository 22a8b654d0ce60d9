"""``newsloom ledger``."""

from dataclasses import asdict

import click

from cli.command import Group
from cli.output import json_option, out, print_json
from cli.session import session
from services.ledger.restore import restore_ledger


@click.group(cls=Group)
def ledger() -> None:
    """Restore what Redis knew of URLs that have ended."""


@ledger.command(short_help="Restore Redis' records from the archive.")
@json_option
def restore(*, as_json: bool) -> None:
    """Restore what Redis knew of URLs that have ended, from the ledger archive.

    For when Redis' files were lost: without it, all that is announced again is fetched again. What
    Redis knows stays as it is, so that it may be repeated, and workers may run meanwhile. What was
    in flight or a dead letter is not in the archive.
    """
    with session() as resources:
        found = restore_ledger(resources)
    if as_json:
        print_json(asdict(found))
    else:
        out().print(f"{found.entries} entries in the archive, {found.restored} restored")
