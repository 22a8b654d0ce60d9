"""``newsloom --demo``: the command works in the demo's newsroom."""

import click

_DEMO = "newsloom.demo"


def use_demo(context: click.Context) -> None:
    """Let the command work in the demo's newsroom."""
    context.meta[_DEMO] = True


def is_demo() -> bool:
    """Whether the command works in the demo's newsroom."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_DEMO))


def _note_demo(context: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        use_demo(context)


def _note_old_demo(context: click.Context, option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    _note_demo(context, option, value)
    if value:
        words = context.command_path.split()[1:]
        new = f"newsloom --demo {' '.join(words)}"
        click.echo(f"--demo stands before the command now: {new} …", err=True)


demo_option = click.option(
    "--demo",
    is_flag=True,
    expose_value=False,
    callback=_note_demo,
    help="Work in the demo's newsroom: its sources, articles and network.",
)
old_demo_option = click.option(
    "--demo", is_flag=True, hidden=True, expose_value=False, callback=_note_old_demo
)
"""``--demo`` where it stood until 0.1. It goes with the next release."""
