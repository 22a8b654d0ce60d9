from workers.chain.breaker import Breaker


def test_it_is_open_for_a_while_after_each_failure() -> None:
    now = [100.0]
    breaker = Breaker(5.0, clock=lambda: now[0])
    assert not breaker.open

    breaker.failed()
    assert breaker.open
    now[0] = 104.9
    assert breaker.open
    now[0] = 105.0
    assert not breaker.open
