"""Tracking parameters."""

import pytest

from pipeline.urls.tracking import TRACKING_PARAMETERS, without_tracking


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("id=7", "id=7"),
        ("utm_source=x&id=7&utm_medium=y", "id=7"),
        ("&&id=7&", "id=7"),
        ("UTM_Source=x&FBCLID=1", ""),
        ("b=2&a=1", "b=2&a=1"),  # the order stays
        ("source=rss", ""),
        ("source=desk", "source=desk"),  # only this value tracks
        ("mod=rss_world&mod=a", "mod=a"),
        ("referrer=https://www.google.com/x", ""),
        ("utm", "utm"),
        ("gclid", ""),
    ],
)
def test_parameters_that_name_the_way_are_left_out(query: str, kept: str) -> None:
    assert without_tracking(query) == kept


def test_the_table_names_each_parameter_once() -> None:
    words = " ".join(TRACKING_PARAMETERS.values()).split()
    assert len(words) == len(set(words)) > 100
