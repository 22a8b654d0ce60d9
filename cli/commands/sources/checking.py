"""``newsloom sources check``: sources asked now."""

import click

from cli.command import Command
from cli.commands.sources.pushes import push_json
from cli.output import clean, json_option, out, print_json, print_problems
from cli.session import fetching_session
from services.sources import CheckedSource, check_sources


@click.command(cls=Command, short_help="Poll sources now and say how each is doing.")
@click.argument("source_ids", nargs=-1)
@json_option
def check(source_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Poll sources now and say how each is doing, and what pushes it; nothing is taken in.

    What went silent is compared with its site. Exit code 1 when one is ill, or an
    entry of the file cannot be used.
    """
    with fetching_session() as resources:
        problems = resources.registry.problems()
        print_problems(problems)
        unhealthy = bool(problems) and not source_ids
        for checked in check_sources(resources, source_ids):
            unhealthy = unhealthy or checked.verdict.unhealthy
            _print_checked(checked, as_json=as_json)
    raise SystemExit(1 if unhealthy else 0)


def _print_checked(checked: CheckedSource, *, as_json: bool) -> None:
    source_id, verdict, push = checked.source.id, checked.verdict, checked.push
    if as_json:
        fields = verdict.model_dump(mode="json")
        print_json({"id": source_id, **fields, "push": push_json(push)})
        return
    words = f"{verdict.sentence}; {push.sentence}" if push else verdict.sentence
    out().print(f"{source_id}: {clean(words)}", markup=False)
