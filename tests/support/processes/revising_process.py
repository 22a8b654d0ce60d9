"""A process that puts one version of an article after the other, and says so each time."""

import sys

from tests.support.data.articles import revision
from tests.support.index_places import Place


def main() -> None:
    backend, where, name, count = sys.argv[1:]
    index = Place(backend, where, name).open()
    index.prepare()
    for number in range(1, int(count) + 1):
        index.put([revision(number)])
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
