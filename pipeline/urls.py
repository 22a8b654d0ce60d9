"""URLs: what can be fetched (``normalise``), and what counts as the same page (``url_id``).

Parsing follows the WHATWG URL standard, so that a host reads here as it does in a browser: ``0x7f.1`` and
full-width digits become ``127.0.0.1`` before anyone decides whether the address may be contacted.
"""

import re
from hashlib import blake2b

from ada_url import URL

from pipeline.outcome import Reason

MAX_LENGTH = 2048
"""Longer URLs are refused: browsers and servers cut at about this length."""

# Parameters that name the way a reader came, never the page. Grouped by who adds them; `*` ends a prefix.
# From the vendors' own documentation of their campaign tagging and click ids.
TRACKING_PARAMETERS = {
    "Google Analytics and Ads": "utm_* gclid gclsrc gbraid wbraid dclid _ga _gl gad_source gad_campaignid",
    "Meta": "fbclid fb_action_ids fb_action_types fb_source fb_ref igshid igsh mibextid",
    "Microsoft": "msclkid ocid cvid",
    "X": "twclid ref_src ref_url",
    "TikTok, Snap, Pinterest, LinkedIn": "ttclid sccid epik li_fat_id trk",
    "Yandex": "yclid ysclid _openstat",
    "Matomo, Piwik": "mtm_* pk_* piwik_* matomo_*",
    "Mailchimp, HubSpot, Marketo, Klaviyo": "mc_cid mc_eid _hsenc _hsmi hsctatracking mkt_tok _kx",
    "Adobe": "s_cid s_kwcid ef_id",
    "AT Internet, Vero, Olytics, Wicked": "xtor xtref vero_* oly_* wickedid",
    "BBC, NYT, Guardian and other publishers": "at_medium at_campaign at_custom* smid smtyp ns_mchannel ns_source"
    " ns_campaign ns_linkname ns_fee cmpid cmp ito __twitter_impression",
    "AMP viewers": "amp_js_v amp_gsa usqp",
    "Feed and share plug-ins": "rss feedtype source=rss share=1",
}  # fmt: skip


def _tracking_pattern() -> re.Pattern[str]:
    names = " ".join(TRACKING_PARAMETERS.values()).split()
    plain = [name for name in names if "=" not in name]
    return re.compile("|".join(re.escape(name).replace(r"\*", ".*") for name in plain), re.IGNORECASE)


_TRACKING = _tracking_pattern()
_TRACKING_PAIRS = frozenset(
    tuple(pair.split("=")) for names in TRACKING_PARAMETERS.values() for pair in names.split() if "=" in pair
)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
_REPEATED_SLASH = re.compile(r"/{2,}")


class BadUrl(ValueError):  # noqa: N818 - named after what it is; ``reason`` is what the ledger records
    """A URL that cannot be accepted."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def normalise(url: str, base: str | None = None) -> str:
    """The URL as it will be fetched: absolute, WHATWG-normalised, without fragment and tracking parameters.

    Raises:
        BadUrl: malformed, too long, with credentials, or neither http nor https.
    """
    text = url.strip()
    if len(text) > MAX_LENGTH:
        raise BadUrl(Reason.BAD_URL, f"the URL is longer than {MAX_LENGTH} characters")
    if _FORBIDDEN.search(text):
        raise BadUrl(Reason.BAD_URL, "the URL contains a control character or a backslash")
    try:
        parsed = URL(text, base=base)
    except ValueError:
        raise BadUrl(Reason.BAD_URL, "this is not an absolute URL such as https://example.org/news") from None
    if parsed.protocol not in {"http:", "https:"}:
        raise BadUrl(Reason.UNSUPPORTED_SCHEME, f"only http and https can be fetched, not {parsed.protocol[:-1]}")
    if parsed.username or parsed.password:
        raise BadUrl(Reason.BAD_URL, "the URL carries a user name or password")
    parsed.hash = ""
    kept = _without_tracking(parsed.search[1:])
    parsed.search = f"?{kept}" if kept else ""
    if len(parsed.href) > MAX_LENGTH:
        raise BadUrl(Reason.BAD_URL, f"the URL is longer than {MAX_LENGTH} characters once it is encoded")
    return str(parsed.href)


def _without_tracking(query: str) -> str:
    pieces = query.split("&")
    return "&".join(piece for piece in pieces if piece and not _is_tracking(piece))


def _is_tracking(piece: str) -> bool:
    name, _, value = piece.partition("=")
    return _TRACKING.fullmatch(name) is not None or (name.lower(), value.lower()) in _TRACKING_PAIRS


def host_of(url: str) -> str:
    """The host of a normalised URL, with its port when it is not the scheme's own."""
    return str(URL(url).host)


def identity(url: str) -> str:
    """What two addresses of one page have in common: no scheme, no ``www.``, no trailing slash, parameters in order.

    Case in paths is kept: servers that tell ``/A`` from ``/a`` are common enough.
    """
    parsed = URL(normalise(url))
    path = _REPEATED_SLASH.sub("/", parsed.pathname).rstrip("/")
    query = "?" + "&".join(sorted(parsed.search[1:].split("&"))) if parsed.search else ""
    return f"{parsed.host.removeprefix('www.')}{path}{query}"


def url_id(url: str) -> str:
    """32 hexadecimal digits: BLAKE2b of the URL's ``identity``. The id of the ledger's entry and of the article.

    Raises:
        BadUrl: as ``normalise`` does.
    """
    return blake2b(identity(url).encode(), digest_size=16).hexdigest()
