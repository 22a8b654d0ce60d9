"""The event loop beside a worker's threads."""

import asyncio
import threading

import pytest

from workers.loop_thread import LoopThread


async def _thread_name() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def test_coroutines_of_all_threads_run_on_one_loop() -> None:
    loop = LoopThread()
    names: list[str] = []
    threads = [
        threading.Thread(target=lambda: names.append(loop.run(_thread_name()))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert names == ["event loop"] * 4


def test_an_error_reaches_who_waits() -> None:
    async def broken() -> None:
        raise ValueError("a defect")

    with pytest.raises(ValueError, match="a defect"):
        LoopThread().run(broken())


def test_what_is_started_is_not_waited_for() -> None:
    goes_on = threading.Event()

    async def waits() -> bool:
        return await asyncio.get_running_loop().run_in_executor(None, goes_on.wait, 5)

    future = LoopThread().start(waits())
    assert not future.done()
    goes_on.set()
    assert future.result(5)


def test_it_ends_when_nobody_holds_it() -> None:
    async def current() -> tuple[threading.Thread, asyncio.AbstractEventLoop]:
        return threading.current_thread(), asyncio.get_running_loop()

    held = LoopThread()
    thread, loop = held.run(current())
    assert thread.is_alive()
    del held
    thread.join(5)
    assert not thread.is_alive()
    assert loop.is_closed()
