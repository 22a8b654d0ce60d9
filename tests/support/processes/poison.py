"""Workers that die of one page: extraction kills its process at a URL with ``poison`` in it."""

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from demo.celery import app
from workers.chain import run, stages
from workers.chain.messages import Item, LeasedLink
from workers.resources import Resources


def extract_or_die(resources: Resources, items: Sequence[Item[LeasedLink]]) -> Any:
    if any("poison" in item.payload.link.url for item in items):
        os.kill(os.getpid(), signal.SIGKILL)
    return stages.extract_articles(resources, items)


run.EXTRACT = replace(run.EXTRACT, work=extract_or_die)

__all__ = ["app"]
