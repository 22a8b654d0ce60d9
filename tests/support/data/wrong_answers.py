"""What a fetch makes of each wrong answer of the fault server, by path.

``inside.example`` must lead to a private address, other names to the server.
"""

from urllib.parse import quote

from pipeline.outcome import Reason

OUTCOMES: list[tuple[str, Reason | str]] = [
    # rejected with its reason
    ("loop", Reason.TOO_MANY_REDIRECTS),
    ("empty-location", Reason.TOO_MANY_REDIRECTS),
    ("hop/6", Reason.TOO_MANY_REDIRECTS),
    ("endless-headers", Reason.TOO_LARGE),
    ("huge-header", Reason.TOO_LARGE),
    ("endless-status-line", Reason.TOO_LARGE),
    ("endless-chunk-header", Reason.TOO_LARGE),
    ("100-gb", Reason.TOO_LARGE),
    ("endless-chunks", Reason.TOO_LARGE),
    ("endless-body", Reason.TOO_LARGE),
    ("endless-after-gzip", Reason.TOO_LARGE),
    ("endless-empty-gzip", Reason.TOO_LARGE),
    ("bomb", Reason.TOO_LARGE),
    ("double", Reason.BAD_ENCODING),
    ("double-headers", Reason.BAD_ENCODING),
    ("br", Reason.BAD_ENCODING),
    ("no-gzip", Reason.BAD_ENCODING),
    ("to/" + quote("file:///etc/passwd"), Reason.UNSUPPORTED_SCHEME),
    ("to/" + quote("gopher://a.example/"), Reason.UNSUPPORTED_SCHEME),
    ("to/" + quote("ftp://a.example/"), Reason.UNSUPPORTED_SCHEME),
    ("to/" + quote("http://user:pass@a.example/"), Reason.BAD_URL),
    ("to/" + quote("http://[oops/"), Reason.BAD_URL),
    ("to/" + quote("http://127.0.0.1/"), Reason.BLOCKED_ADDRESS),
    ("to/" + quote("http://0x7f.1/"), Reason.BLOCKED_ADDRESS),
    ("to/" + quote("//169.254.169.254/latest/"), Reason.BLOCKED_ADDRESS),
    ("to/" + quote("http://[::ffff:10.0.0.1]/"), Reason.BLOCKED_ADDRESS),
    ("to/" + quote("http://inside.example/"), Reason.BLOCKED_ADDRESS),
    ("to/" + quote("http://a.example:22/"), Reason.BLOCKED_ADDRESS),
    # tried again
    ("many-digits", "retry"),
    ("endless-informational", "retry"),
    ("truncated-gzip", "retry"),
    ("short", "retry"),
    ("bad-chunk", "retry"),
    ("cut-chunks", "retry"),
    ("two-lengths", "retry"),
    ("negative-length", "retry"),
    ("garbage", "retry"),
    ("nothing", "retry"),
    ("reset", "retry"),
    ("slow", "retry"),
    ("silent", "retry"),
]
