"""Block pages (interstitials): errors served as 200, checks for robots, logins, consent pages.

The tables have one regular expression a line. END stands for the end of a title or what separates
it from the site's name: "500" is an error, "500 jobs to go" and "Login: what changes" are news.
GONE stands for what error pages say of the page that was asked for.
"""

import re

from pipeline.text.tables import any_of, patterns_of

ERROR = "an error page"
ROBOT_CHECK = "a check for robots"
CONSENT = "a consent wall"

# In a title, by what the page is then.
TITLES = {
    ERROR: r"""
        ^\W*(?:http status |error(?: code)?:? ?|http ?)?(?:4(?:0[34]|10|29|51)|50[0-4])(?:END
            |\W{0,4}(?:error|page|p[aá]gina|not found|forbidden|unavailable|too many))
        (?:page|site|artic(?:le|ulo)|story|content|seite|artikel|inhalt|p[aá]gina|sidan|siden|strona
            |stránka|sayfa|halaman|страница|ページ|页面|페이지).{0,20}(?:GONE|unavailable)END
        (?:can|could)(?:n?(?:\'|’)?t|not| not) find (?:that|this|the) (?:page|article|story)
        no encontramos (?:esta|la) página|nie znaleziono strony|(?:страницу|сторінку) не \w+
        ^\W*(?:not found|nicht gefunden|forbidden|bad gateway|gateway time-?out|oops|whoops
            |(?:service|temporarily) unavailable|internal server error|too many requests)END
        ^\W*(?:sorry, )?(?:something went wrong|an error (?:has )?occurred)END
        ^\W*(?:error establishing a database connection|web server is (?:down|returning an))
        ^\W*(?:(?:scheduled|under|site) maintenance|wartungsarbeiten|we(?:'|’)ll be back soon)END
        ^\W*(?:(?:es ist )?ein fehler (?:ist )?aufgetreten|une erreur est survenue|ha ocurrido un)
    """,
    ROBOT_CHECK: r"""
        ^\W*just a moment(?:END|\.\.\.|…)
        ^\W*(?:attention required|(?:access|zugriff)(?: to this \w{4,7})?(?: (?:has been|was
            |wurde))? (?:denied|blocked|verweigert|blockiert))(?:END|!)
        ^\W*(?:sorry, )?you have been blocked
        ^\W*(?:are you (?:a )?(?:human|robot)|i(?:'|’)m not a robot|captcha|ddos protection
            |(?:human|robot|bot|security) (?:check|verification))END
        ^\W*(?:verify(?:ing)?|confirm|checking) (?:(?:that )?you(?:\W| are)|your browser|if the)
        ^\W*pardon our interruption
        unusual traffic from your|^\W*(?:unusual|suspicious) (?:traffic|activity)(?:END| detected)
        ^\W*(?:请稍候|(?:安全)?验证码?)
    """,
    "a login": r"""
        ^\W*(?:log|sign) ?in(?:END|\s+(?:to|or|with)\b)
        ^\W*(?:sign up|register|anmelden|einloggen|registrieren|connexion|se connecter
            |iniciar sesi[oó]n|entrar|accedi|inloggen|logga in|logg inn|войти|вход|ログイン|登录
            |로그인)END
        ^\W*(?:subscribe|register|sign up|create an? (?:free )?account) (?:to (?:read|unlock
            |continue|keep reading)|for (?:unlimited|full))
        ^\W*this (?:article|story|content) is (?:only )?(?:for|available to) (?:our )?(?:subscribers
            |members)
        ^\W*(?:jetzt )?(?:abonnieren|anmelden|registrieren),? (?:um|und) (?:weiter|alle)
        ^\W*(?:abonnez-vous|connectez-vous|abbonati|accedi|suscr[ií]bete|reg[ií]strate
            |inicia sesi[oó]n) (?:pour|per|para)\b
    """,
    "a waiting room": r"""
        ^\W*(?:you are (?:now )?in (?:line|the queue)|queue-it|waiting room|warteraum)END
    """,
    "an offer of the domain": r"""
        ^\W*(?:this domain|diese domain|\w[\w.-]*\.\w{2,20}) (?:is|may be|steht|-|–) (?:for sale
            |zum verkauf|domain for sale)
    """,
    "a demand on the browser": r"""
        ad ?-?blocker (?:detected|erkannt|aktiviert|detect|détect)|(?:disable|turn off
            |deactivate|deaktivieren sie|bitte deaktiviere).{0,20} ad ?-?blocker
        (?:browser|navigateur).{0,20}(?:(?:not|longer) supported|unsupported|out of date|outdated
            |nicht (?:mehr )?unterstützt|veraltet|pas pris en charge|obsolète)
    """,
    CONSENT: r"""
        ^\W*(?:your )?(?:cookies?|privacy|consent|datenschutz|privatsphäre)[- ]?(?:consent|settings
            |preferences|choices|notice|cent(?:er|re)|einstellungen)END
        ^\W*(?:consent|zustimmung|einwilligung|privatsphäre|gestion des cookies|vos choix
            |votre consentement|(?:about )?your (?:privacy|choices|data))END
        ^\W*(?:before you continue|bevor (?:sie|du) .{0,20}(?:weiter|fort)\w*|avant de continuer
            |avant d(?:'|’)accéder au site)(?:END|\s+to\b)
        ^\W*(?:we|\w.{1,29}) (?:value|care about|respects?|and) your privacyEND
        ^\W*(?:this (?:web)?site|we) uses? cookiesEND
        \b(?:weiter|lesen|weiterlesen|nutzen) (?:mit|ohne) werbungEND
        (?:(?:mit|ohne) werbung|werbefrei)\b.{0,30}\b(?:weiter|lesen|weiterlesen|nutzen)END
        ^\W*(?:nous respectons|valoramos|respetamos|rispettiamo|teniamo|wij respecteren
            |vi respekterar)\b.{0,20}(?:vie privée|privacidad|privacy|integritet)END
        ^\W*(?:tu privacidad|la tua privacy|uw privacy|jouw privacy|twoja prywatność)\b.{0,30}$
    """,
}

# Sentences of machines, in a text that is short.
MACHINES = r"""
    (?:making sure|verify|confirm|prove|ensure) (?:that )?you(?:'|’| a)re (?:not a (?:ro)?bot
        |(?:a )?human)
    (?:press (?:&|and) hold|(?:click|tick) the box).{0,80}(?:human|robot|\bbot\b)
    please (?:enable|turn on) (?:js|javascript|cookies) and (?:disable|turn off|enable)
    you don(?:'|’)t have permission to access .{4,200} on this server
    incapsula|cloudflare ray id|ray id:|reference #\d+\.
    (?:checking|verifying) (?:your browser|you are human|if the site connection is secure)
    unusual traffic from your|you are using automation tools|security service to protect itself
"""

# How an error page excuses itself, whatever its title.
EXCUSES = r"""
    (?:page|article|story|address|seite|adresse|p[aá]gina|sidan|strona|страница) .{0,40}(?:GONE
        |may have been (?:re)?moved)
    (?:gewünschte|angeforderte|gesuchte) (?:seite|artikel) .{0,20}(?:nicht|entfernt)
"""

# What the law makes consent pages say; news about them says one or two of these.
LAW = r"""
    \bcookies?\b
    \b(?:consent|einwilligung|zustimmung|consentement|consentimiento|consenso|toestemming)\w*
    personal data|personenbezogene|données personnelles|datos personales|dati personali
        |persoonsgegevens
    personali[sz]ed (?:ads|content|advertising)|personalisierte|personnalisé|personalizad
        |personalizzat|gepersonaliseerd
    privacy (?:policy|cent(?:er|re)|settings)|datenschutz|politique de confidentialité
        |política de privacidad
    (?:store|access|speicher|stocke|almacenar|archiviare).{0,40}(?:device|gerät|appareil|dispositiv)
    (?:accept|reject|refuse|akzeptieren|ablehnen|refuser|accepter|aceptar|rechazar|accetta
        |rifiuta)\b
    (?:withdraw|widerruf|retirer|retirar|revocare)
    tracking|trackers?\b|audience (?:insights|measurement)|mesur\w+ (?:leur |l(?:'|’))|werbung
"""

PARTNERS = r"""
    \b(?:our|unsere[nr]?|onze|våra)(?: \d+)? partner[ns]?\b
    \bnos(?: \d+)? partenaires\b
    \b(?:nuestros|nossos|nostri)(?: \d+)? (?:socios|parceiros|partner|fornitori)\b
"""
"""Whom a consent page names in the first person; news about them does not."""

SHORT = 700
"""Characters of text below which a page is a block page when its title says so."""

LONG = 4000
"""Characters of text that a consent page with such a title may have."""

SURE = 3
"""Things demanded by the law that make a consent page, beside the partners."""

_END = r"(?:\W*$|\s+[-–—|·]\s|\s*\|)"
_GONE = (
    r"(?:not (?:be )?(?:found|available)|no longer (?:available|exists?)"
    r"|can(?:(?:'|’)t|not) be found|couldn(?:'|’)t be found|do(?:esn(?:'|’)t|es not) exist"
    r"|nicht (?:gefunden|mehr (?:verfügbar|abrufbar|vorhanden))|existiert nicht"
    r"|introuvable|non trouvée|n(?:'|’)existe (?:pas|plus)"
    r"|n[oã]o? (?:existe|encontrada|se encuentra)"
    r"|non (?:trovata|esiste)|niet gevonden|bestaat niet|(?:hittades|finns) inte"
    r"|ikke (?:funnet|fundet)|nie istnieje|nenalezena|bulunamadı|tidak ditemukan"
    r"|не (?:найдена|существует)"
    r"|見つかりません|存在しません|不存在|(?:没有|未)找到|찾을 수 없습니다)"
)
"""What a page, in many languages, says of itself that is not there."""


def _pattern(table: str) -> re.Pattern[str]:
    return re.compile(any_of(table.replace("END", _END).replace("GONE", _GONE)), re.IGNORECASE)


_TITLES = {kind: _pattern(table) for kind, table in TITLES.items()}
_MACHINES, _EXCUSES, _PARTNERS = _pattern(MACHINES), _pattern(EXCUSES), _pattern(PARTNERS)
_LAW = [re.compile(pattern, re.IGNORECASE) for pattern in patterns_of(LAW)]


def classify_block_page(titles: tuple[str, ...], body: str, length: int) -> str | None:
    """The kind of a block page, by its titles and by what its text says; None for other pages.

    ``length`` is the text's, by ``pipeline.text.lengths.text_length``.
    """
    if length < SHORT:
        kinds = (kind for kind in _TITLES if _is_titled(kind, titles))
        return next(kinds, None) or _kind_by_text(titles, body)
    if length < LONG and _is_titled(CONSENT, titles) and _is_consent_text(body):
        return CONSENT
    return None


def _is_titled(kind: str, titles: tuple[str, ...]) -> bool:
    return any(_TITLES[kind].search(title) for title in titles)


def _kind_by_text(titles: tuple[str, ...], body: str) -> str | None:
    if _MACHINES.search(" ".join((*titles, body))):
        return ROBOT_CHECK
    if _EXCUSES.search(body):
        return ERROR
    return CONSENT if _is_consent_text(body) else None


def _is_consent_text(body: str) -> bool:
    """True for what only consent pages say: partners, and things that the law demands."""
    if not _PARTNERS.search(body):
        return False
    return sum(bool(demand.search(body)) for demand in _LAW) >= SURE
