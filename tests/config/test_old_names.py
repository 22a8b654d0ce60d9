"""Settings under their old names."""

from pathlib import Path

import pytest
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

import config.old_names
from config.old_names import RENAMED, OldNames
from config.settings import Settings


class Few(BaseSettings):
    """Two settings, one of which had two other names."""

    model_config = SettingsConfigDict(env_prefix="FEW_", env_file=".env", extra="ignore")

    speed: int = 1
    name: str = "none"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        assert isinstance(env_settings, EnvSettingsSource)
        assert isinstance(dotenv_settings, EnvSettingsSource)
        old = OldNames(settings_cls, env_settings, dotenv_settings)
        return init_settings, env_settings, dotenv_settings, old, file_secret_settings


@pytest.fixture(autouse=True)
def renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config.old_names, "RENAMED", {"pace": "speed", "haste": "speed"})


def test_without_any_name_the_default_holds() -> None:
    assert (Few().speed, Few().name) == (1, "none")


@pytest.mark.parametrize("name", ["FEW_PACE", "few_haste"])
def test_every_old_name_is_read(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "5")
    assert Few().speed == 5


def test_the_environment_comes_before_the_file_and_new_names_before_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path(".env").write_text("FEW_PACE=5\n")
    assert Few().speed == 5
    monkeypatch.setenv("FEW_PACE", "6")
    assert Few().speed == 6
    monkeypatch.setenv("FEW_SPEED", "7")
    assert Few().speed == 7
    assert Few(speed=8).speed == 8


def test_old_names_lead_to_settings_and_are_none_themselves() -> None:
    for old, new in RENAMED.items():
        assert new in Settings.model_fields
        assert old not in Settings.model_fields


def test_the_standard_s_variable_names_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/")
    settings = Settings()
    assert settings.tracing_url == "http://collector:4318"
    assert settings.environment()["NEWSLOOM_TRACING_URL"] == "http://collector:4318"
    monkeypatch.setenv("NEWSLOOM_TRACING_URL", "http://other:4318")
    assert Settings().tracing_url == "http://other:4318"
