"""A process that builds an index anew, and is killed where it would call one of its functions."""

import os
import signal
import sys
from pkgutil import resolve_name

from tests.support.index_places import Place


def die(*_args: object, **_options: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    backend, where, name, owner, function = sys.argv[1:]
    setattr(resolve_name(owner), function, die)
    Place(backend, where, name).open().rebuild(lambda _copied: None)


if __name__ == "__main__":
    main()
