"""``newsloom keys``: who may use the API from elsewhere, and who may change things."""

import sys
import time

import click
from rich.text import Text

from cli.command import Group
from cli.output import err, json_option, out, print_json
from cli.session import session
from cli.tables import print_table
from services.access.keys import add_key, list_keys, revoke_key
from services.access.sessions import set_password
from storage.redis.access.api_keys import ApiKey, Scope


@click.group(cls=Group)
def keys() -> None:
    """Make, list and revoke API keys.

    On loopback reading needs none. Writing, and everything from another address, needs one; see
    docs/api.md.
    """


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.READ.value,
    show_default=True,
    help="What it allows; each holds those before it.",
)
@json_option
def add(name: str, *, scope: str, as_json: bool) -> None:
    """Make a key for NAME, and print it. It is shown this once: only its hash is kept."""
    with session() as resources:
        made = add_key(resources.stores.api_keys, name, Scope(scope), now=time.time())
    if as_json:
        print_json({**_as_json(made.key), "key": made.token})
        return
    err().print(f"The key of {name} ({scope}); it is not shown again:", markup=False)
    out().print(made.token, markup=False)


@keys.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the keys: what each allows, and the last day of its use."""
    with session() as resources:
        known = list_keys(resources.stores.api_keys)
    if as_json:
        for key in known:
            print_json(_as_json(key))
    elif known:
        rows = [
            [Text(key.name), Text(key.scope), Text(f"{key.used}" if key.used else "never")]
            for key in known
        ]
        print_table(["name", "scope", "last used"], rows)
    else:
        err().print("There are no keys.")


@keys.command(short_help="Set a password for the pages.")
@click.argument("name")
def password(name: str) -> None:
    """Set a password with which the owner of a key can sign in to the pages.

    It is asked for, or read from stdin.
    """
    if sys.stdin.isatty():
        chosen = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        chosen = sys.stdin.readline().rstrip("\r\n")
    with session() as resources:
        set_password(resources.stores.api_keys, name, chosen)
    err().print(f"{name} can sign in with this password.", markup=False)


@keys.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
def revoke(names: tuple[str, ...]) -> None:
    """Take keys away. The next request with one of them is refused."""
    with session() as resources:
        for name in names:
            revoke_key(resources.stores.api_keys, name)
            err().print(f"The key of {name} is revoked.", markup=False)


def _as_json(key: ApiKey) -> dict[str, object]:
    return key.model_dump(mode="json")
