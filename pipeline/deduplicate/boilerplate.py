"""What a source puts under many of its articles: it says nothing of whether two are copies.

Nothing is stored for it. Articles that share a paragraph share keys, so that those of one source
are among the candidates when another one comes; at how many stories of the source a shingle occurs
is counted there. So the memory is bounded by the number of candidates.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from pipeline.deduplicate.fingerprint import Fingerprint

ENOUGH = 3
"""Stories of a source, no copies of each other, that hold a shingle."""


def boilerplate_of(
    texts: Sequence[Fingerprint], are_copies: Callable[[Fingerprint, Fingerprint], bool]
) -> frozenset[int]:
    """The shingles, as they are sampled, that are boilerplate of a source.

    Args:
        texts: articles of the source.
        are_copies: whether two of them are one story.
    """
    if len(texts) < ENOUGH:
        return frozenset()
    counts: Counter[int] = Counter()
    for story in _stories(texts, are_copies):
        counts.update({value for text in story for value in text.shingles.values})
    return frozenset(value for value, count in counts.items() if count >= ENOUGH)


def _stories(
    texts: Sequence[Fingerprint], are_copies: Callable[[Fingerprint, Fingerprint], bool]
) -> list[list[Fingerprint]]:
    """The texts, each with those before it that it is a copy of."""
    stories: list[list[Fingerprint]] = []
    for text in texts:
        for story in stories:
            if are_copies(story[0], text):
                story.append(text)
                break
        else:
            stories.append([text])
    return stories
