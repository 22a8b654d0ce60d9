"""Notifiers of others are told of each article at least once."""

import sys
import time
from collections.abc import Sequence

import pytest

from pipeline.records import EnrichedArticle
from storage.index import DocumentPostponed, DocumentRefused, IndexUnavailable, Stored
from storage.redis.keys import Key
from tests.support.data.articles import article, revision
from workers.plugins.loading import Plugin
from workers.plugins.notifying import MOST_AT_ONCE, note, tell
from workers.resources import Resources


class Recorder:
    """Takes notes; ``fails`` is how often it raises first."""

    def __init__(self, fails: int = 0) -> None:
        self.batches: list[list[str]] = []
        self.fails = fails

    def __call__(self, articles: Sequence[EnrichedArticle]) -> None:
        self.batches.append([each.title for each in articles])
        if self.fails:
            self.fails -= 1
            raise RuntimeError("no luck")


def install(resources: Resources, **calls: Recorder) -> None:
    """As if packages with these notifiers were installed."""
    vars(resources)["notifiers"] = tuple(Plugin(name, call) for name, call in calls.items())
    vars(resources)["notifier_names"] = tuple(calls)


def write(resources: Resources, *articles: EnrichedArticle) -> None:
    note(resources, articles, resources.index.put(articles))


def tell_all(resources: Resources) -> bool:
    """Tell each of a batch; whether more waits."""
    more = [tell(resources, name) for name in resources.notifier_names]
    return any(more)


def let_rest_pass(resources: Resources) -> None:
    resources.stores.notifications.release("file")


def test_every_notifier_is_told_once(resources: Resources) -> None:
    file, other = Recorder(), Recorder()
    install(resources, file=file, other=other)
    write(resources, article("one"), article("two"))
    tell_all(resources)
    tell_all(resources)
    assert file.batches == other.batches == [["Headline one", "Headline two"]]


def test_only_what_is_in_the_index_is_told(resources: Resources) -> None:
    file = Recorder()
    install(resources, file=file)
    articles = [article("one"), article("two"), article("three")]
    resources.index.put(articles)
    note(resources, articles, [Stored(), DocumentRefused("no"), DocumentPostponed("later")])
    tell_all(resources)
    assert file.batches == [["Headline one"]]


def test_a_new_version_is_told_and_a_redelivery_may_be(resources: Resources) -> None:
    file = Recorder()
    install(resources, file=file)
    write(resources, article("one"))
    tell_all(resources)
    write(resources, revision(1, "one", title="Headline, changed"))
    tell_all(resources)
    write(resources, revision(1, "one", title="Headline, changed"))
    tell_all(resources)
    assert file.batches == [["Headline one"], ["Headline, changed"], ["Headline, changed"]]


def test_one_that_raises_is_told_again_and_the_others_are_told(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    file, other = Recorder(fails=2), Recorder()
    install(resources, file=file, other=other)
    write(resources, article("one"))
    tell_all(resources)
    tell_all(resources)
    assert (len(file.batches), len(other.batches)) == (1, 1)  # it rests
    let_rest_pass(resources)
    tell_all(resources)
    let_rest_pass(resources)
    tell_all(resources)
    assert file.batches == [["Headline one"]] * 3
    tell_all(resources)
    assert len(file.batches) == 3
    said = [record.getMessage() for record in caplog.records if "file failed" in record.message]
    assert len(said) == 1


def test_one_that_exits_is_told_again(resources: Resources) -> None:
    class Exiting(Recorder):
        def __call__(self, articles: Sequence[EnrichedArticle]) -> None:
            super().__call__(articles)
            sys.exit("no licence")

    install(resources, file=Exiting())
    write(resources, article("one"))
    tell_all(resources)
    assert len(resources.stores.notifications.waiting("file", 10)) == 1


def test_one_that_hangs_is_interrupted_and_told_again(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.plugins.notifying.CALL_SECONDS", 0.2)

    class Hanging(Recorder):
        def __call__(self, articles: Sequence[EnrichedArticle]) -> None:
            super().__call__(articles)
            time.sleep(30)

    install(resources, file=Hanging())
    write(resources, article("one"))
    started = time.monotonic()
    tell_all(resources)
    assert time.monotonic() - started < 2
    assert len(resources.stores.notifications.waiting("file", 10)) == 1


def test_many_are_told_in_batches(resources: Resources) -> None:
    file = Recorder()
    install(resources, file=file)
    write(resources, *(article(f"{number:03}") for number in range(MOST_AT_ONCE + 1)))
    assert tell_all(resources)
    assert [len(batch) for batch in file.batches] == [MOST_AT_ONCE]
    assert not tell_all(resources)
    assert [len(batch) for batch in file.batches] == [MOST_AT_ONCE, 1]


def test_a_slow_one_rests_as_long_as_it_took(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.plugins.notifying._SLOW_SECONDS", 0.1)

    class Slow(Recorder):
        def __call__(self, articles: Sequence[EnrichedArticle]) -> None:
            super().__call__(articles)
            time.sleep(0.4)

    file, other = Slow(), Recorder()
    install(resources, file=file, other=other)
    for count, name in enumerate(("one", "two"), 1):
        write(resources, article(name))
        assert not tell_all(resources)
        assert (len(file.batches), len(other.batches)) == (1, count)
    time.sleep(0.5)
    tell_all(resources)
    assert file.batches == [["Headline one"], ["Headline two"]]


def test_one_that_is_not_installed_here_is_passed_over(resources: Resources) -> None:
    assert not tell(resources, "elsewhere")


def test_an_index_that_is_away_leaves_them_waiting(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Recorder()
    install(resources, file=file)
    write(resources, article("one"))

    def away(_: object) -> None:
        raise IndexUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(resources.index, "get", away)
        tell_all(resources)
    assert file.batches == []
    let_rest_pass(resources)
    tell_all(resources)
    assert file.batches == [["Headline one"]]


def test_without_notifiers_nothing_is_kept(resources: Resources) -> None:
    write(resources, article("one"))
    keyspace = resources.stores.keyspace
    assert keyspace.client.keys(keyspace.pattern(Key.NOTIFY)) == []
