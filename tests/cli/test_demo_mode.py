"""Whether a command works in the demo's newsroom; what that means is in ``test_session``."""

import click

from cli.demo_mode import is_demo, use_demo


def test_a_command_is_the_demo_s_only_when_it_was_said() -> None:
    assert not is_demo()
    with click.Context(click.Command("search")) as context:
        assert not is_demo()
        use_demo(context)
        assert is_demo()
    assert not is_demo()
