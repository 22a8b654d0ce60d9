"""Dead letters: URLs that were given up after their retries, kept for replay."""

from collections.abc import Sequence

from pipeline.urls import BadUrl, UrlId
from services.errors import DeadLetterNotFoundError, InvalidUrlError
from services.names import id_of
from storage.redis.ledger import Entry, Ledger
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.resources import Resources

_ALL = 100_000


def list_dead_letters(ledger: Ledger, *, limit: int = 100) -> tuple[Entry, ...]:
    """The dead letters, newest first."""
    return tuple(ledger.dead(most=limit))


def show_dead_letter(ledger: Ledger, url: str) -> Entry:
    """One dead letter.

    Raises:
        DeadLetterNotFoundError: the URL is not among them.
        InvalidUrlError: it is not a URL.
    """
    entry = ledger.entry(_id_of(url))
    if entry is None or entry.state != "dead":
        raise DeadLetterNotFoundError(f"{url} is not among the dead letters.")
    return entry


def retry_dead_letters(resources: Resources, urls: Sequence[str] | None) -> int:
    """Put dead letters back into the frontier with all their attempts; how many.

    Args:
        resources: the stores, and the settings for the broker.
        urls: which ones; None for all. Those that are not dead letters are passed over.

    Raises:
        InvalidUrlError: one of them is not a URL.
    """
    ledger = resources.stores.ledger
    if urls is None:
        found: Sequence[Entry | None] = ledger.dead(most=_ALL)
    else:
        found = [ledger.entry(_id_of(url)) for url in urls]
    links = [entry.link for entry in found if entry and entry.state == "dead"]
    resources.stores.frontier.accept(links, reopen=True)
    dispatch(make_app(resources.settings), resources)
    return len(links)


def drop_dead_letters(ledger: Ledger, urls: Sequence[str]) -> int:
    """Take URLs off the dead letters; how many were there.

    The ledger still remembers them as dead.

    Raises:
        InvalidUrlError: one of them is not a URL; those before it are dropped.
    """
    dropped = 0
    for url in urls:
        dropped += ledger.drop_dead(_id_of(url))
    return dropped


def _id_of(name: str) -> UrlId:
    try:
        return id_of(name)
    except BadUrl as error:
        raise InvalidUrlError(f"{name}: {error}") from None
