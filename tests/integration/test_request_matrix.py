"""What web, Flower and Redis answer to whom, as ``newsloom up`` and compose run them."""

import pytest

from tests.integration.request_matrix import Row, all_rows


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return all_rows()


def test_everybody_gets_what_they_should_and_no_more(rows: list[Row]) -> None:
    assert [row for row in rows if not row.is_right] == []


def test_every_part_was_asked_with_and_without_credentials(rows: list[Row]) -> None:
    asked = {(row.deployment, row.request.part, row.request.credentials.split()[0]) for row in rows}
    parts = {
        (name, part) for name in ("up", "compose") for part in ("web", "API", "Flower", "Redis")
    }
    assert {(name, part) for name, part, _ in asked} == parts
    for part in parts:
        words = {word for name, of, word in asked if (name, of) == part}
        wanted = {"none", "read", "write", "admin"} if part[1] == "API" else {"none", "right"}
        assert words >= wanted
