"""A process that puts articles one by one, says so, and stays until it is ended."""

import sys
import time

from tests.support.data.articles import article
from tests.support.index_places import Place


def main() -> None:
    backend, where, name, prefix, count = sys.argv[1:]
    index = Place(backend, where, name).open()
    index.prepare()
    for number in range(int(count)):
        index.put([article(f"{prefix}-{number}")])
    sys.stdout.write("done\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    main()
