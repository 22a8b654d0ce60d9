"""What every process of Newsloom imports, imported before they are forked (``forking``).

Memory that is there before a fork is shared for as long as nobody writes to it. The garbage
collector would write to all of it, so it is told to leave it alone
(https://docs.python.org/3/library/gc.html#gc.freeze).
"""

import gc
import signal

import celery.apps.beat
import celery.apps.worker
import celery.bin.celery
import celery.concurrency.prefork
import celery.concurrency.thread
import celery.worker.consumer
import kombu.transport.redis
import setproctitle

import storage.elasticsearch.index
import storage.tantivy.index
import workers.chain.tasks
import workers.processes.heartbeat_signals

# It finds the place of the title now; later the environment is another.
setproctitle.setproctitle("newsloom: fork server")
PRELOADED = (celery, kombu, storage, workers)
gc.collect()
gc.freeze()
# A signal for all of us (systemd's stop, a closed terminal) must not end the server before the
# processes: who waits for them would be told that they are gone. It ends with its user.
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
