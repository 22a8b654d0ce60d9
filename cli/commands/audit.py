"""``newsloom audit``: whether all counts of a query agree."""

import json
from functools import partial

import click
from rich.text import Text

from cli.command import Group
from cli.output import err, json_option, print_json
from cli.query import QueryCommand, query_argument
from cli.session import session
from cli.tables import print_table
from services.articles.source_groups import SourceGroups
from services.counts.audit import CountAudit, audit_counts
from services.counts.days import Counting
from storage.redis.access.api_keys import Scope
from web.access import Access, Caller, Via
from web.api.app import make_api
from web.clock import query_time
from web.guard import Guard
from web.in_process import get
from workers.resources import Resources

_OK = 200


@click.group(cls=Group)
def audit() -> None:
    """Check that Newsloom agrees with itself."""


@audit.command(cls=QueryCommand)
@query_argument
@click.option("--copies", is_flag=True, help="Also count near-copies of articles.")
@json_option
def counts(query: tuple[str, ...], *, copies: bool, as_json: bool) -> None:
    """Count the articles of QUERY in every way, and compare.

    By search, by count, by the sum of the sources, by the sum of the timeline, in a batch, and
    through the API. The exit code is 1 when two of them differ.
    """
    text = " ".join(query)
    with session() as resources:
        counting = Counting(
            resources.open_index(),
            query_time(resources.clock()),
            copies=copies,
            groups=SourceGroups(resources.settings.sources),
        )
        others = {"API": partial(_through_api, resources, text, copies=copies)}
        result = audit_counts(counting, text, others)
    if as_json:
        print_json({**result.model_dump(mode="json"), "agrees": result.agrees})
    else:
        _show(result)
    raise SystemExit(0 if result.agrees else 1)


def _through_api(resources: Resources, query: str, *, copies: bool) -> int:
    ourselves = Caller("audit", Scope.READ, Via.SESSION)
    access = Access(resources, sessions=lambda _: ourselves)
    api = Guard(make_api(resources, access), resources.settings)
    asked = {"q": query, "copies": str(copies).lower(), "limit": "0"}
    status, body = get(api, "/search", asked)
    told = json.loads(body)
    if status != _OK:
        raise click.ClickException(f"the API answers {status}: {told['detail']}")
    return int(told["total"])


def _show(result: CountAudit) -> None:
    rows = [[Text(name), Text(str(count))] for name, count in result.counts.items()]
    print_table(["counted by", "articles"], rows, numbers_from=1)
    if not result.agrees:
        low, high = min(result.counts.values()), max(result.counts.values())
        err().print(f"They differ by {high - low}.", style="red")
