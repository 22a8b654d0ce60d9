"""Another process that uses the embedded Redis of a folder until its input ends."""

import sys
from pathlib import Path

from storage.embedded_redis import embedded_redis

if __name__ == "__main__":
    with embedded_redis(Path(sys.argv[1])) as url:
        print(url, flush=True)  # noqa: T201 - the test reads it
        sys.stdin.read()
