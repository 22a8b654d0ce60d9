"""The Celery application."""

import gc
import logging
import resource
import warnings
from multiprocessing import current_process
from typing import Any

import redis
from celery import Celery
from celery.exceptions import CPendingDeprecationWarning
from celery.signals import (
    beat_init,
    celeryd_after_setup,
    setup_logging,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_shutdown,
)
from kombu import Queue
from kombu.transport.redis import Channel

from config.logging import LogFields, configure
from config.settings import Settings, log_settings
from storage.redis.errors import naming, place_of
from storage.redis.health.message_lists import MESSAGE_PRIORITIES
from storage.redis.keys import Key, key_prefix
from workers.chain.stages import warm_up
from workers.resources import forget_resources, redis_url, resources, send_last_traces
from workers.roles import ROLES
from workers.schedule import SCHEDULE

log = logging.getLogger("newsloom.workers")

_CHATTY = ("celery.app.trace", "celery.worker.strategy", "celery.worker.request", "celery.beat")

DESCRIPTORS = 4_096
"""Open files that a crawl worker can need: connections to sites and to Redis, the archive."""


def make_app(settings: Settings) -> Celery:
    """An application for these settings, with the tasks of ``workers.chain.tasks``."""
    _name_broker_errors(redis_url(settings))
    modules = ["workers.chain.tasks", "workers.processes.heartbeat_signals"]
    app = Celery("newsloom", include=modules)
    app.conf.update(_configuration(settings))
    return app


def _name_broker_errors(url: str) -> None:
    """Let kombu's connections say which Redis fails, and why, as our own do.

    Over a Unix socket they say its path themselves.
    """
    Channel.connection_class = naming(redis.Connection, url)
    Channel.connection_class_ssl = naming(redis.SSLConnection, url)


def _configuration(settings: Settings) -> dict[str, Any]:
    """docs/operations.md says why each of these is as it is."""
    return {
        **_broker(settings),
        **_tasks(settings),
        "worker_send_task_events": False,  # Flower asks for them while it runs
        "worker_prefetch_multiplier": 2,
        "worker_enable_remote_control": True,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_soft_shutdown_timeout": 0,
        "worker_max_tasks_per_child": 2000,
        "worker_max_memory_per_child": 1_000_000,
        "beat_schedule": SCHEDULE,
        "beat_max_loop_interval": 1,
    }


def _broker(settings: Settings) -> dict[str, Any]:
    url = redis_url(settings)
    return {
        "broker_url": url.replace("unix://", "redis+socket://", 1),
        "broker_transport_options": {
            "global_keyprefix": f"{key_prefix(settings.namespace)}{Key.CELERY.value.name}:",
            "priority_steps": sorted(MESSAGE_PRIORITIES.values()),
            "visibility_timeout": int(settings.task_seconds * 3),
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 10,
            "socket_keepalive": not url.startswith("unix:"),
            "health_check_interval": 5,
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # A Redis that cannot write answers so: a worker waits for it as for one that is away.
        "broker_channel_error_retry": True,
    }


def _tasks(settings: Settings) -> dict[str, Any]:
    queues = [name for of_role in ROLES.values() for name in of_role]
    stages = [name for name in queues if name != "control"]
    return {
        "task_queues": [Queue(name) for name in queues],
        "task_default_queue": "control",
        "task_routes": {name: {"queue": name} for name in stages},
        "task_inherit_parent_priority": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": False,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_soft_time_limit": settings.task_seconds * 0.75,
        "task_time_limit": settings.task_seconds,
        "task_send_sent_event": False,
    }


@setup_logging.connect
def _log(**_: object) -> None:
    chosen = log_settings()
    configure(chosen.log_level, chosen.log_format)
    for chatty in _CHATTY:
        # The stages say it better, and ticks are no news, also those that came too late.
        logging.getLogger(chatty).setLevel(logging.WARNING)


@worker_init.connect
def _build(sender: object = None, **_: object) -> None:
    resources().connect()
    role = str(getattr(sender, "hostname", "")).partition("@")[0]
    if role == "crawl":
        allow_descriptors()
    if role == "process":
        # Before the fork: children share the models' memory and their first page is as fast as the
        # second. The garbage collector would write to what is shared.
        warm_up()
        gc.collect()
        gc.freeze()


@celeryd_after_setup.connect
def _announce_worker(sender: object = None, **_: object) -> None:
    """``sender`` is the worker's name: role@host."""
    # Celery shows it always: a default will change, which we have set.
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    role = str(sender).partition("@")[0]
    queues = ", ".join(ROLES.get(role, ()))
    log.info(
        "%s is starting, for the queues %s, with %s",
        role,
        queues,
        _redis(),
        extra=LogFields(event="starting", role=role),
    )


@beat_init.connect
def _announce_beat(**_: object) -> None:
    log.info("beat is starting, with %s", _redis(), extra=LogFields(event="starting", role="beat"))


def _redis() -> str:
    return f"Redis at {place_of(redis_url(resources().settings))}"


@worker_process_init.connect
def _after_fork(**_: object) -> None:
    # It reads pages in a child of its own, which multiprocessing forbids to a pool's processes.
    current_process().daemon = False
    forget_resources()


@worker_process_shutdown.connect
@worker_shutdown.connect
def _before_exit(**_: object) -> None:
    send_last_traces()


def allow_descriptors() -> None:
    """Let this process open what it can need.

    The usual soft limit of 1,024 is far beneath the hard one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < DESCRIPTORS:
        log.warning(
            "this process may open %d files only; under load it can need %d",
            allowed,
            DESCRIPTORS,
            extra=LogFields(event="few_descriptors"),
        )
