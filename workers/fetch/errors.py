"""What httpcore raises, as an operator wants to read it."""

import ssl

import httpcore

from config.sources_file import SourcesError
from pipeline.outcome import Fault, Retry
from workers.fetch.connections import UnknownName

_LONGEST = 500


def fault(error: Exception) -> Fault:
    """Its kind."""
    if isinstance(error, UnknownName):
        return Fault.DNS
    if isinstance(error, httpcore.TimeoutException):
        return Fault.TIMEOUT
    inner = error.args[0] if error.args else None  # httpcore wraps what it maps, and cuts the chain
    return Fault.TLS if isinstance(inner, ssl.SSLError) else Fault.CONNECT


def unexpected(error: Exception) -> str:
    """A defect of ours, in words short enough to be kept."""
    return f"unexpected {type(error).__name__}: {error}"[:_LONGEST]


def unusable_source(error: SourcesError) -> Retry:
    """A URL whose source cannot be used waits: another policy than the source's could reject it."""
    return Retry(error=f"it waits until this is mended: {error}"[:_LONGEST], counts=False)


def in_words(error: Exception) -> str:
    """A sentence for a person."""
    text = str(error).strip()
    name = {
        "ConnectTimeout": "the host does not accept connections in time",
        "ReadTimeout": "the server does not answer in time",
        "ReadError": "the connection broke",
        "EOFError": "the answer is cut off",
        "ConnectError": "no connection to the host",
        "UnknownName": "no connection to the host",
        "ProxyRefused": "no way through the proxy",
        "RemoteProtocolError": "the server's answer is broken HTTP",
        "PoolTimeout": "too many requests are under way",
    }.get(type(error).__name__, type(error).__name__)
    return f"{name}: {text}" if text else name
