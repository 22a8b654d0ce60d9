"""How a source is doing right now.

Polled without taking links in, and compared with its site when it is silent.
"""

import anyio

from config.sources import Source
from pipeline.outcome import Retry
from pipeline.sources.health import Level, Verdict, assess_health
from pipeline.sources.revalidation import NOT_MODIFIED, conditions_of
from pipeline.sources.state import SourceState
from workers.fetch.records import Response
from workers.resources import Resources
from workers.sources.poll_outcome import Attempt, take
from workers.sources.polling import ask_patiently, known_state, poll_policy_of
from workers.sources.site_comparison import compare_with_site


async def check(resources: Resources, source: Source) -> Verdict:
    """Poll a source now, politely and without taking links in, and say how it is.

    What a poll would remember is not kept: the next one must still find the links. But a source
    that was gone and answers again is polled from now on, and one whose server said that nothing
    had changed, and has new entries, is polled at once.
    """
    policy = poll_policy_of(resources.settings, source)
    before = await anyio.to_thread.run_sync(known_state, resources, source)
    attempt = Attempt(source, before, resources.clock(), accepts=False)
    response = await ask_patiently(resources, attempt, conditional=False)
    if isinstance(response, Retry) and not response.counts:
        verdict = assess_health(before, resources.clock(), policy)
        sentence = f"{verdict.sentence}; it cannot be asked now: {response.error}"
        return verdict.model_copy(update={"sentence": sentence})
    outcome = await take(resources, attempt, response)
    if before.gone and outcome.read:
        await anyio.to_thread.run_sync(resources.stores.sources.poll_now, source.id)
    now = resources.clock()
    unchanged = {"interval": before.interval, "paced_by": before.paced_by}
    state = outcome.state.model_copy(update=unchanged)
    verdict = assess_health(state, now, policy)
    if outcome.fresh and await _is_hidden(resources, attempt):
        await anyio.to_thread.run_sync(_poll_whole, resources, source, before)
        sentence = f"{verdict.sentence}; {_hidden_words(outcome.fresh)}"
        return verdict.model_copy(update={"sentence": sentence})
    if verdict.level is not Level.SILENT:
        return verdict
    newer = await compare_with_site(resources, source, state, response)
    return assess_health(state, now, policy, newer_on_site=newer)


async def _is_hidden(resources: Resources, attempt: Attempt) -> bool:
    """Whether the server says that nothing has changed since the last poll."""
    if not conditions_of(attempt.before, attempt.started):
        return False
    response = await ask_patiently(resources, attempt, conditional=True)
    return isinstance(response, Response) and response.status == NOT_MODIFIED


def _poll_whole(resources: Resources, source: Source, before: SourceState) -> None:
    """Have the source polled at once and without conditions, unless it is being polled now."""
    sources = resources.stores.sources
    if sources.claim(source.id):
        state = before.model_copy(update={"distrusted": True})
        sources.record(source.id, state, next_poll=resources.clock())


def _hidden_words(count: int) -> str:
    entries = "a new entry" if count == 1 else f"{count} new entries"
    return f"it says that nothing has changed (304) and has {entries}: it is polled again at once"
