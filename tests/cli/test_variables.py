"""What is said of variables that somebody has misspelt."""

import pytest

from cli.variables import variable_warnings


@pytest.mark.usefixtures("place")
def test_a_misspelt_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert variable_warnings() == []
    monkeypatch.setenv("NEWSLOOM_LOG_LEVLE", "INFO")
    [sentence] = variable_warnings()
    assert sentence.startswith("NEWSLOOM_LOG_LEVLE is no setting")
    assert sentence.endswith("did you mean NEWSLOOM_LOG_LEVEL?")
