"""What beat does, as data. Beat only ticks.

What is due is decided by an atomic claim, so no or two beats are safe.

Each entry expires a little under its period, so that a stalled worker does not pile up runs.
"""

from typing import Any

from storage.redis.keys import Key

ARCHIVING = "archive what has ended"

SCHEDULE: dict[str, dict[str, Any]] = {
    "poll the sources that are due": {
        "task": "poll",
        "schedule": 0.5,
        "options": {"expires": 0.45},
    },
    "lease what is ready": {"task": "dispatch", "schedule": 1.0, "options": {"expires": 0.9}},
    "write changed copies into the index": {
        "task": "restate",
        "schedule": 10.0,
        "options": {"expires": 9.0, "queue": "index"},
    },
    ARCHIVING: {
        "task": "archive_ended",
        "schedule": 10.0,
        "options": {"expires": 9.0, "queue": "index"},
    },
    "tell the notifiers": {"task": "notify_all", "schedule": 10.0, "options": {"expires": 9.0}},
    "ask the hubs that are due": {
        "task": "subscribe",
        "schedule": 2.0,
        "options": {"expires": 1.9},
    },
    "take expired leases back": {"task": "reap", "schedule": 5.0, "options": {"expires": 4.5}},
}

CALENDARS: dict[str, tuple[Key, ...]] = {
    "poll": (Key.DUE,),
    "dispatch": (Key.HOSTS, Key.WAITING),
    "subscribe": (Key.SUBSCRIPTIONS_DUE,),
    "reap": (Key.LEASES,),
}
"""What a task works on: beat sends its tick when something there is due."""

SELDOM = 4.0
"""Seconds after which such a tick is sent in any case: a changed file of sources is read by it, and
a clock that was set back is noticed."""
