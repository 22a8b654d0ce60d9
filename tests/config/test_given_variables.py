"""Misspelt variables, and old names."""

from pathlib import Path

import pytest

from config.given_variables import renamed_variables, unknown_variables

pytestmark = pytest.mark.usefixtures("bare")


def test_variables_that_are_no_setting_are_found_in_the_environment_and_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NEWSLOOM_HOST_DELY", "5")
    monkeypatch.setenv("NEWSLOOM_TEST_CACHE", "/tmp")
    monkeypatch.setenv("newsloom_host_delay", "5")
    Path(".env").write_text("NEWSLOOM_XYZZY=1\nNEWSLOOM_NAMESPACE=a\nOTHER=1\n")
    assert unknown_variables() == {
        "NEWSLOOM_HOST_DELY": "NEWSLOOM_HOST_DELAY",
        "NEWSLOOM_XYZZY": None,
    }


def test_an_old_name_is_known_and_the_new_one_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLOOM_MAX_DEATHS", "7")
    assert renamed_variables() == {"NEWSLOOM_MAX_DEATHS": "NEWSLOOM_MAX_CRASHES"}
    assert unknown_variables() == {}


def test_an_old_name_in_the_file_is_known() -> None:
    Path(".env").write_text("NEWSLOOM_MAX_DEATHS=7\n")
    assert renamed_variables() == {"NEWSLOOM_MAX_DEATHS": "NEWSLOOM_MAX_CRASHES"}


def test_no_old_name_is_given_by_default() -> None:
    assert renamed_variables() == {}
