"""Block pages (interstitials): errors served as 200, checks for robots, logins, consent pages.

The tables have one regular expression a line. END stands for the end of a title or what separates
it from the site's name: "500" is an error, "500 jobs to go" and "Login: what changes" are news.
"""

import re

from pipeline.text.tables import any_of, patterns_of

ERROR = "an error page"
ROBOT_CHECK = "a check for robots"
CONSENT = "a consent wall"

# In a title, by what the page is then.
TITLES = {
    ERROR: r"""
        ^\W*http status \d{3}
        \berror code:? [45]\d\d\b
        ^\W*web server is (?:down|returning an unknown error)
        ^\W*(?:error\s*|http\s*)?(?:403|404|410|429|451|50[0-4])(?:END|\s*(?:error|not found
            |forbidden|page))
        ^\W*(?:403|404|410|429|451|50[0-4])\s{0,3}\W\s{0,3}(?:error|page|not found|forbidden
            |unavailable|too many)
        (?:page|site|article|story|content) (?:was |is )?(?:not (?:found|available)
            |no longer (?:available|exists))END
        (?:page|site|article|story|content) (?:is )?unavailableEND
        (?:seite|artikel|inhalt) (?:wurde |konnte |ist )?nicht (?:gefunden|mehr (?:verfügbar
            |abrufbar|vorhanden))
        (?:page|article|story)(?: you .{4,20})? (?:can(?:no|(?:\'|’))t|could(?:n(?:\'|’)t
            | not)) be found
        (?:page|article|story)(?: you .{4,20})? (?:doesn(?:\'|’)t|does not) exist
        (?:can(?:'|’)t|cannot|couldn(?:'|’)t|could not) find (?:that|this|the) (?:page|article
            |story)
        ^\W*(?:not found|nicht gefunden|forbidden|service unavailable|bad gateway
            |gateway time-?out)END
        ^\W*(?:temporarily unavailable|internal server error|too many requests)END
        ^\W*unavailable (?:due to|for) legal reasonsEND
        ^\W*error establishing a database connection
        ^\W*(?:oops|whoops|uh oh)END
        ^\W*(?:sorry, )?(?:something went wrong|an error (?:has )?occurred)END
        ^\W*we(?:\'|’)ll be (?:right )?back(?: soon)?END
        ^\W*(?:(?:scheduled|under|site) maintenance|wartungsarbeiten)END
        ^\W*(?:es ist ein fehler aufgetreten|ein fehler ist aufgetreten|une erreur est survenue
            |ha ocurrido un error)
        (?:página no encontrada|no encontramos (?:esta|la) página|página não encontrada
            |pagina non trovata)
        (?:pagina niet gevonden|sidan (?:kunde inte hittas|hittades inte)|siden (?:ble
            |blev) ikke (?:funnet|fundet))
        page (?:introuvable|non trouvée)
        (?:nie znaleziono strony|strona nie istnieje|stránka nenalezena|sayfa bulunamadı
            |halaman tidak ditemukan)
        (?:страница|сторінку|сторінка) не (?:найдена|знайдено|существует)
        ページが見つかりません
        (?:お探しの)?ページは(?:見つかりません|存在しません)
        页面(?:不存在|没有找到|未找到)
        페이지를 찾을 수 없습니다
    """,
    ROBOT_CHECK: r"""
        ^\W*just a moment(?:END|\.\.\.|…)
        ^\W*attention required(?:END|!)
        ^\W*access (?:to this (?:page|site|website) )?(?:has been |was )?(?:denied|blocked)END
        ^\W*zugriff (?:wurde )?(?:verweigert|blockiert)END
        ^\W*(?:sorry, )?you have been blocked
        ^\W*(?:are you (?:a )?(?:human|robot)|i(?:'|’)m not a robot|robot check
            |human verification)END
        ^\W*(?:captcha|security check|security verification|bot verification|ddos protection)END
        ^\W*(?:verify(?:ing)?|confirm|let(?:'|’)s confirm) (?:you are|you(?:'|’)re|that you are
            |your browser)
        ^\W*checking (?:if the site connection is secure|your browser)
        ^\W*pardon our interruption
        unusual traffic from your (?:computer )?network
        ^\W*(?:unusual|suspicious) (?:traffic|activity)(?:END|\s+detected)
        ^\W*(?:sind sie ein mensch|êtes-vous un humain|eres humano|no soy un robot)
        ^\W*请稍候
        ^\W*(?:安全)?验证码?
    """,
    "a login": r"""
        ^\W*(?:log|sign) ?in(?:END|\s+(?:to|or|with)\b)
        ^\W*(?:sign up|register|create an? (?:free )?account)END
        ^\W*(?:anmelden|einloggen|registrieren|connexion|se connecter|iniciar sesi[oó]n|entrar
            |accedi)END
        ^\W*(?:inloggen|logga in|logg inn|войти|вход|ログイン|登录|로그인)END
        ^\W*(?:subscribe|register|sign up|create an? (?:free )?account) to (?:read|unlock|continue
            |keep reading)
        ^\W*subscribe for (?:unlimited|full)
        ^\W*this (?:article|story|content) is (?:only )?(?:for|available to) (?:our )?(?:subscribers
            |members)
        ^\W*(?:jetzt )?weiterlesen mit (?!werbung)\S{2,20}END
        ^\W*(?:jetzt )?(?:abonnieren|anmelden|registrieren)(?:,)? (?:um|und) (?:weiter|alle)
        ^\W*(?:abonnez-vous|connectez-vous|abbonati|accedi) (?:pour|per)\b
        ^\W*(?:suscr[ií]bete|reg[ií]strate|inicia sesi[oó]n) para\b
    """,
    "a waiting room": r"""
        ^\W*(?:you are (?:now )?in (?:line|the queue)|queue-it|waiting room|warteraum|salle d(?:'
            |’)attente)END
    """,
    "an offer of the domain": r"""
        ^\W*\w[\w.-]*\.\w{2,20} (?:is|steht|-|–) (?:for sale|zum verkauf|domain for sale)
        ^\W*(?:this|diese) domain (?:is|may be|steht) (?:for sale|zum verkauf|parked)
    """,
    "a question for the age": r"""
        ^\W*(?:are you (?:over|at least) (?:16|18|21)|age verification|altersprüfung)\W{0,3}END
    """,
    "a demand on the browser": r"""
        ad ?-?blocker (?:detected|erkannt|detecté|détecté)|(?:disable|turn off
            |deactivate) your ad ?-?blocker
        (?:deaktivieren sie|bitte deaktiviere).{0,20}ad ?-?blocker|adblocker aktiviert
        (?:your|this) browser is (?:not supported|no longer supported|unsupported|out of date
            |outdated|too old)
        browser (?:wird )?nicht (?:mehr )?unterstützt|browser ist veraltet
        navigateur (?:n(?:'|’)est pas pris en charge|obsolète)
    """,
    CONSENT: r"""
        ^\W*(?:your )?(?:cookies?|privacy|consent) (?:consent|settings|preferences|choices
            |management|notice)END
        ^\W*privacy (?:preference )?cent(?:er|re)END
        ^\W*before you continue(?:END|\s+to\b)
        ^\W*bevor (?:sie|du) .{0,20}(?:fortf(?:ahren|ährst)|weiter(?:gehen|lesen|gehst|liest))END
        ^\W*(?:we|\w.{1,29}) (?:value|care about|respects?|and) your privacyEND
        ^\W*(?:your|about your) (?:privacy|choices|data)END
        ^\W*(?:this (?:web)?site|we) uses? cookiesEND
        ^\W*(?:consent|zustimmung|einwilligung|privatsphäre)END
        ^\W*(?:datenschutz|cookie|privatsphäre)-?einstellungenEND
        (?:mit werbung|werbefrei|ohne werbung)\b.{0,30}\b(?:lesen|weiterlesen|nutzen|weiter)END
        \b(?:lesen|weiterlesen|nutzen|weiter) (?:mit|ohne) werbungEND
        ^\W*(?:gestion des cookies|vos choix|votre consentement|avant (?:de continuer|d(?:'
            |’)accéder au site))END
        ^\W*nous respectons .{0,20}vie privéeEND
        ^\W*(?:valoramos|respetamos) .{0,20}privacidadEND
        ^\W*(?:rispettiamo|teniamo alla|wij respecteren|vi respekterar) .{0,20}(?:privacy
            |integritet)END
        ^\W*(?:tu privacidad|la tua privacy|uw privacy|jouw privacy|twoja prywatność)\b.{0,30}$
    """,
}

# Sentences of machines, in a text that is short.
MACHINES = r"""
    (?:making sure|verify|confirm|prove|ensure) (?:that )?you(?:'|’| a)re (?:not a (?:ro)?bot
        |(?:a )?human)
    (?:press (?:&|and) hold|(?:click|tick) the box|complete the captcha).{0,80}(?:human|robot
        |\bbot\b)
    (?:not a|you(?:'|’)re a|you are a) (?:ro)?bot\b.{0,120}(?:javascript|cookies|captcha)
    please (?:enable|turn on) (?:js|javascript|cookies) and (?:disable|turn off|enable)
    you don(?:'|’)t have permission to access .{4,200} on this server
    (?:request unsuccessful|incapsula|cloudflare ray id|ray id:|reference #\d+\.)
    (?:checking|verifying) (?:your browser|you are human|if the site connection is secure)
    unusual traffic from your (?:computer )?network
    we believe you are using automation tools
    (?:security service|website is using a security service) to protect itself
"""

# How an error page excuses itself, whatever its title.
EXCUSES = r"""
    (?:the|this) (?:page|article|story|link|address) you.{3,40}(?:can(?:no|(?:'|’))t|could(?:n(?:'
        |’)t| not)) be found
    (?:the|this) (?:page|article|story|link|address) you.{3,40}(?:doesn(?:'|’)t|does not
        |no longer) exist
    (?:gewünschte|angeforderte|gesuchte) (?:seite|artikel) .{0,20}(?:nicht|entfernt)
    (?:page|link|address|article|story) .{0,40}may have been (?:re)?moved
    (?:seite|adresse|artikel) .{0,40}(?:existiert nicht|wurde nicht gefunden
        |konnte nicht gefunden werden)
    (?:page|adresse|article) .{0,40}(?:n(?:'|’)existe (?:pas|plus)|est introuvable)
    página .{0,40}(?:no existe|no se encuentra|não existe|não foi encontrada)
    (?:pagina .{0,40}(?:non esiste|bestaat niet)|sidan .{0,40}(?:finns inte|har flyttats)
        |strona .{0,40}nie istnieje)
    страница .{0,40}не (?:существует|найдена)
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


def _pattern(table: str) -> re.Pattern[str]:
    return re.compile(any_of(table.replace("END", _END)), re.IGNORECASE)


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
