"""How a source is doing right now.

Polled without taking links in, and compared with its site when it is silent.
"""

import anyio

from config.sources import Source
from pipeline.outcome import Retry
from pipeline.sources.health import Level, Verdict, assess_health
from workers.resources import Resources
from workers.sources.poll_outcome import Attempt, take
from workers.sources.polling import ask_patiently, known_state, poll_policy_of
from workers.sources.site_comparison import compare_with_site


async def check(resources: Resources, source: Source) -> Verdict:
    """Poll a source now, politely and without taking links in, and say how it is.

    What a poll would remember is not kept: the next one must still find the links. But a source
    that was gone and answers again is polled from now on.
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
    if verdict.level is not Level.SILENT:
        return verdict
    newer = await compare_with_site(resources, source, state, response)
    return assess_health(state, now, policy, newer_on_site=newer)
