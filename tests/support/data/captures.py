"""Reads files of pages, and tells pages from what is none."""

from pathlib import Path

from storage.archive.captures import Capture, Read, Skipped
from storage.archive.opening import read_file
from storage.archive.warc import WarcReader

MOST = 1_000_000


URL = "http://a.example/1"


def read(*paths: Path, most: int = MOST) -> list[Read]:
    reader = WarcReader(max_bytes=most)
    found = [each for path in paths for each in read_file(path, reader)]
    return [*found, *reader.revisits()]


def pages(found: list[Read]) -> list[tuple[str, bytes]]:
    return [(each.url, each.content) for each in found if isinstance(each, Capture)]


def skips(found: list[Read]) -> list[Skipped]:
    return [each for each in found if isinstance(each, Skipped)]
