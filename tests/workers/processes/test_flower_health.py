"""Nobody listens; a real Flower is in tests/integration/test_flower.py."""

import socket

from config.settings import Settings
from workers.processes.flower_health import flower_answers


def test_where_nobody_listens_it_is_not_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert not flower_answers(Settings(flower_port=port))


def test_who_says_nothing_is_not_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert not flower_answers(Settings(flower_port=port, flower_host="0.0.0.0"))
