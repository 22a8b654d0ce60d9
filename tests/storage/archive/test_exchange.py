"""An exchange is kept as it was on the wire: bytes stay bytes, and nothing changes it."""

import pickle
from dataclasses import FrozenInstanceError

import pytest

from tests.support.data.exchanges import exchange


def test_an_exchange_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        exchange().status = 404  # type: ignore[misc]


def test_it_goes_from_one_process_to_another() -> None:
    made = exchange(1, b"\x00\xff")
    assert pickle.loads(pickle.dumps(made)) == made
    assert made.received[1] == (b"X-Name", b"caf\xe9")
