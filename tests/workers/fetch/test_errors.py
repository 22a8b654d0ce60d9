"""What httpcore raises, in an operator's words."""

import ssl

import httpcore
import pytest

from pipeline.outcome import Fault
from workers.fetch.connections import UnknownName
from workers.fetch.errors import fault, in_words, unexpected


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (UnknownName("the name a.example cannot be resolved"), Fault.DNS),
        (httpcore.ConnectTimeout("slow"), Fault.TIMEOUT),
        (httpcore.ReadTimeout("slow"), Fault.TIMEOUT),
        (httpcore.ConnectError(ssl.SSLError("bad certificate")), Fault.TLS),
        (httpcore.ConnectError("refused"), Fault.CONNECT),
        (httpcore.RemoteProtocolError("nonsense"), Fault.CONNECT),
    ],
)
def test_the_kind_of_a_failure(error: Exception, kind: Fault) -> None:
    assert fault(error) is kind


def test_words_name_what_happened_and_what_was_said() -> None:
    said = in_words(httpcore.ReadTimeout("5 s"))
    assert said == "the server does not answer in time: 5 s"
    assert in_words(httpcore.ReadError()) == "the connection broke"
    assert in_words(KeyError("x")) == "KeyError: 'x'"


def test_a_defect_of_ours_is_short_enough_to_be_kept() -> None:
    words = unexpected(ValueError("x" * 10_000))
    assert words.startswith("unexpected ValueError: xxx")
    assert len(words) == 500
