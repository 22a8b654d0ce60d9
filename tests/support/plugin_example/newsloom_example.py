"""An enricher and a notifier for Newsloom."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.records import EnrichedArticle

_END_OF_SENTENCE = re.compile(r"[.!?]+(?=\s|$)")


def sentences(article: EnrichedArticle) -> Mapping[str, int | float]:
    """How many sentences an article has, and how long they are."""
    count = len(_END_OF_SENTENCE.findall(article.body)) or 1
    return {"count": count, "words_each": round(article.word_count / count, 1)}


def append_to_file(articles: Sequence[EnrichedArticle]) -> None:
    """Write a line for each article to the file that EXAMPLE_FILE names."""
    lines = [
        json.dumps({"id": each.id, "version": each.version, "title": each.title})
        for each in articles
    ]
    with Path(os.environ["EXAMPLE_FILE"]).open("a") as file:
        file.write("".join(f"{line}\n" for line in lines))
