"""Settings under other names: old ones, which are read until the next release, and standards."""

from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

RENAMED = {"max_deaths": "max_crashes"}
"""Each old name with the new one."""

STANDARD = {"otel_exporter_otlp_endpoint": "tracing_url"}
"""Variables that other programs have too, each with our setting."""


class OldNames(PydanticBaseSettingsSource):
    """Values that stand under a setting's other name, in the environment or else in the file."""

    def __init__(self, settings: type[BaseSettings], *sources: EnvSettingsSource) -> None:
        super().__init__(settings)
        self._sources = sources

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - as in the base class
        """The value of one setting, its name, and that it is not JSON."""
        for variable in self._other_variables(field_name):
            for source in self._sources:
                if variable in source.env_vars:
                    return source.env_vars[variable], field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """The values by the new names."""
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}

    def _other_variables(self, field_name: str) -> list[str]:
        """Lower-case, as the sources have them."""
        prefix = str(self.config.get("env_prefix", ""))
        old = [f"{prefix}{old}".lower() for old, new in RENAMED.items() if new == field_name]
        return old + [standard for standard, new in STANDARD.items() if new == field_name]
