"""How well copies are recognised, and what a lookup costs as the corpus grows.

Quality: the families among texts of the same pages as many extractors took them (pairwise
precision, recall and F1, in several orders), and pairs made from real texts. Cost: the time of a
claim on a Redis that holds few fingerprints and on one that holds many, in turn, and the bytes that
each of them takes.
Usage: python benchmarks/deduplicate.py [--data ../shared/data] [--small 10000] [--large 1000000]
[--no-cost]
"""

import argparse
import gzip
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Run as a script, this folder comes first in the path, where pipeline.py hides the package
# ``pipeline``.
ROOT = Path(__file__).resolve().parents[1]
sys.path[:] = [
    str(ROOT),
    *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT / "benchmarks"),
]

import redis

from benchmarks.deduplicate_pairs import LEAST_WORDS, Maker
from pipeline.deduplicate import (
    CONTAINMENT,
    Candidate,
    Families,
    Fingerprint,
    fingerprint,
    match_copy,
)
from pipeline.deduplicate.fingerprint import FILLED_IN, KEY_BYTES, LOOKED_UP_KEYS, SHINGLES
from pipeline.deduplicate.sketch import Sketch
from pipeline.records import Article, CopyOf
from pipeline.text.shingles import normalised
from storage.redis.connection import Keyspace, connect
from storage.redis.fingerprints import Fingerprints, Original
from storage.server_binary import server_binary

ROUNDS = 20
CLAIMS = 100
PHRASES = 1000
WINDOW = 14 * 86_400.0


def variants(data: Path) -> None:
    """Families among the texts of ``neardup/``; nothing but the text is given."""
    with gzip.open(data / "neardup" / "variants.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    prints = [fingerprint(row["text"]) for row in rows]
    orders = {"as they stand": list(range(len(rows))), "backwards": list(range(len(rows)))[::-1]}
    orders |= {
        f"shuffled, seed {seed}": random.Random(seed).sample(range(len(rows)), len(rows))
        for seed in range(5)
    }
    print(f"neardup: {len(rows)} texts of {len({row['page'] for row in rows})} pages")
    for name, order in orders.items():
        families = Families()
        for place in order:
            families.add(str(place), prints[place])
        found = {
            int(article): int(copy.article) if copy else int(article)
            for article, copy in families.matches()
        }
        print(f"  {name:18} {_score([(found[place], rows[place]['page']) for place in order])}")


def _score(pairs: list[tuple[int, str]]) -> str:
    """Over all pairs of texts: together in a family, together on a page."""
    both = _pairs(Counter(pairs))
    together, true = (
        _pairs(Counter(family for family, _ in pairs)),
        _pairs(Counter(page for _, page in pairs)),
    )
    precision, recall = both / together, both / true
    f1 = 2 * precision * recall / (precision + recall)
    return (
        f"precision {precision:.4f}  recall {recall:.4f}  F1 {f1:.4f}  false pairs"
        f" {together - both}"
    )


def _pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def made_pairs(data: Path, seed: int) -> None:
    """Copies and other texts made from the bodies of ``extraction/`` and ``metadata/``."""
    truth = json.loads((data / "extraction" / "ground-truth.json").read_text())
    texts = [entry["articleBody"] for entry in truth.values()]
    for line in (data / "metadata" / "truth.jsonl").read_text().splitlines():
        body = json.loads(line)["body"]
        texts.append(body if isinstance(body, str) else "\n\n".join(body or []))
    texts = [text for text in texts if len(normalised(text)) >= LEAST_WORDS]
    make = Maker(texts, seed)
    kept, merged = [], []
    print(f"pairs made from {len(texts)} real texts, seed {seed}")
    for kind, change in make.copies.items():
        kept += (found := [_are_copies(text, change(text)) for text in texts])
        print(f"  copies: {kind:45} {sum(found)} of {len(found)} found")
    for kind, change in make.others.items():
        merged += (found := [_are_copies(text, change(text)) for text in texts])
        print(f"  others: {kind:45} {sum(found)} of {len(found)} merged")
    with gzip.open(data / "neardup" / "variants.jsonl.gz", "rt") as file:
        rows = [json.loads(line) for line in file]
    bodies, pages = (
        {row["page"]: row["text"] for row in rows if row["system"] == system}
        for system in ("gold", "inscriptis")
    )
    merged += (found := [_are_copies(*pair) for pair in make.frames(bodies, pages)])
    print(
        f"  others: {'another article in the same page template':45} {sum(found)} of {len(found)}"
        " merged"
    )
    recall, precision = sum(kept) / len(kept), sum(kept) / (sum(kept) + sum(merged))
    print(f"  recall {recall:.4f}  precision {precision:.4f}")


def _are_copies(first: str, second: str) -> bool:
    """Whether the second is found to be a copy of the first, candidates and judgement."""
    left, right = fingerprint(first), fingerprint(second)
    if not set(left.stored_keys) & set(right.keys):
        return False
    return match_copy(right, [Candidate(article="first", source="", fingerprint=left)]) is not None


class Corpus:
    """A Redis of its own that holds so many made-up fingerprints."""

    def __init__(self, url: str, size: int, seed: int) -> None:
        self._chance = random.Random(seed)
        self._client = redis.Redis.from_url(url)
        self.prints = Fingerprints(
            Keyspace(connect(url, decode=False), "bench"), threshold=CONTAINMENT, seconds=WINDOW
        )
        self._sample: list[Fingerprint] = []
        self.size = 0
        empty = self._bytes()
        for _ in range(size):
            self.insert()
        self.bytes_each = (self._bytes() - empty) / size

    def insert(self) -> float:
        """Claim a new article; the seconds it took."""
        made = _made_up(self._chance)
        if len(self._sample) < CLAIMS * ROUNDS and self._chance.random() < 0.2:
            self._sample.append(made)
        return self._claim(made, Original)

    def look_up(self) -> float:
        """Claim an article that has the same text as a known one; the seconds it took."""
        made = self._sample[self._chance.randrange(len(self._sample))]
        return self._claim(made._replace(content_hash=b"other"), CopyOf)

    def _claim(self, made: Fingerprint, expected: type) -> float:
        self.size += 1
        article = _article(f"{self.size:032x}", f"source-{self.size}")
        started = time.perf_counter()
        found = self.prints.claim(article.id, article, made)
        took = time.perf_counter() - started
        if not isinstance(found, expected):
            raise TypeError(f"a claim gave {found}, not {expected.__name__}")
        return took

    def _bytes(self) -> int:
        return int(self._client.info("memory")["used_memory_dataset"])


def _made_up(chance: random.Random) -> Fingerprint:
    """Like one of an article of 65 to 1,000 words.

    One of its keys is of a phrase that many share.
    """
    level = chance.randrange(4)
    values = tuple(
        chance.getrandbits(24 - level) for _ in range(chance.randrange(SHINGLES // 2, SHINGLES + 1))
    )
    few = [Sketch(0, tuple(chance.getrandbits(24) for _ in range(FILLED_IN))) for _ in range(2)]
    keys = [chance.randbytes(KEY_BYTES) for _ in range(LOOKED_UP_KEYS + 1)]
    keys[chance.randrange(1, 13)] = chance.randrange(PHRASES).to_bytes(KEY_BYTES, "little")
    return Fingerprint(
        content_hash=chance.randbytes(12),
        same_text=chance.getrandbits(63) + 1,
        title=chance.getrandbits(31) + 1,
        agency=0,
        shingles=Sketch(level, values),
        numbers=few[0],
        names=few[1],
        keys=tuple(keys),
    )


def _article(name: str, source: str) -> Article:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    fields = dict.fromkeys(("url", "canonical_url", "host", "title", "body"), "made up")
    return Article.model_validate(
        {**fields, "id": name, "source": source, "first_seen": now, "fetched_at": now}
    )


def cost(small: int, large: int) -> None:
    """The time of a claim by the size of the corpus, and bytes in Redis for each article."""
    with ExitStack() as stack:
        corpora = [
            Corpus(stack.enter_context(_server()), size, seed=size) for size in (small, large)
        ]
        for corpus, size in zip(corpora, (small, large), strict=True):
            print(f"  {size:>9,} fingerprints: {corpus.bytes_each:.0f} bytes of Redis each")
        for kind in ("insert", "look_up"):
            ratios = []
            for _ in range(ROUNDS):
                times = [
                    statistics.median(getattr(corpus, kind)() for _ in range(CLAIMS))
                    for corpus in corpora
                ]
                ratios.append(times[1] / times[0])
            low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
            print(
                f"  {kind.replace('_', ' ')}: {large:,} against {small:,}: {middle:.2f}"
                f" ({low:.2f} to {high:.2f})"
            )


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/redis.sock"
        command = [
            server_binary(),
            "--port",
            "0",
            "--unixsocket",
            socket,
            "--save",
            "",
            "--dir",
            folder,
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while not Path(socket).exists():
                time.sleep(0.01)
            try:
                yield f"unix://{socket}"
            finally:
                process.terminate()


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--no-cost", action="store_true", help="quality only")
    chosen = parser.parse_args()
    if chosen.data.is_dir():
        variants(chosen.data)
        for seed in (1, 2, 3):
            made_pairs(chosen.data, seed)
    else:
        print(f"{chosen.data} is not there: quality is not measured")
    if not chosen.no_cost:
        print(f"cost of a claim, {ROUNDS} rounds of {CLAIMS}")
        cost(chosen.small, chosen.large)


if __name__ == "__main__":
    main()
