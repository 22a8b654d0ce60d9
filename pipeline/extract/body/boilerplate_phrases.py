"""Lines that pages put between paragraphs, by what they want, in the languages that were met.

Tables: add to them.

One regular expression a line; case does not matter. All are matched in short blocks only. Sources:
the themes and publishers on which the extraction was measured, and the themes' own translations
(WordPress: Newspaper, Sahifa, JNews, Hueman, ColorMag, MH Magazine).
"""

import re

from pipeline.text.tables import any_of

# "Here is another article": how a teaser inside the text begins, before a colon or an arrow and its
# headline.
TEASER_LABELS = r"""
    (?:please )?(?:also |must )?read(?:s)?(?: (?:more|also|next|this|too|on|related|here|our))?
    (?:see|watch|listen|click) (?:also|more|here)
    (?:keep|continue) reading
    more (?:on|from|about|to read)\b[^.]{0,40}
    related(?: (?:article|articles|story|stories|content|posts?|news|coverage|topics?|reading))?
    also (?:on|read|see)\b[^:]{0,20}
    you may also like
    don'?t miss(?: this)?
    recommended(?: reading)?
    check also
    see more
    in pictures
    lesen sie (?:auch|mehr|hier|dazu)\b[^:]{0,30}
    lies auch
    mehr (?:zum thema|dazu|lesen|news)\b
    auch interessant
    siehe auch
    passend dazu
    lesetipp
    zum thema
    weiterlesen
    lire (?:aussi|également)
    à lire(?: aussi)?
    voir aussi
    lea (?:también|además|más)
    leer (?:también|más)
    te puede interesar
    ver también
    además
    lee también
    leia (?:também|mais)
    veja (?:também|mais)
    saiba mais
    leggi (?:anche|di più|pure)
    vedi anche
    lees (?:ook|meer)
    bekijk ook
    les også
    läs (?:också|mer|även)
    læs (?:også|mere)
    lue (?:myös|lisää)
    czytaj (?:także|też|więcej)
    zobacz (?:także|też)
    čtěte (?:také|více)
    читайте (?:также|ещё|еще)
    смотрите также
    по теме
    читайте також
    ayrıca (?:oku|bakınız)
    ilgili haber(?:ler)?
    baca (?:juga|selengkapnya)
    xem thêm
    関連記事
    相关(?:阅读|新闻|文章)
    相關(?:閱讀|新聞)
    관련 ?기사
    اقرأ (?:أيضا|أيضاً|المزيد)
    यह भी पढ़ें
    এছাড়াও পড়ুন
"""

# Headings over other articles; nothing but the label on the line.
TEASER_HEADS = r"""
    check also
    read (?:more|next|also)
    related(?: \w+)?
    (?:you )?(?:might|may) also (?:like|be interested in)
    (?:top|latest|recent|more|popular|trending|other) (?:stories|news|posts|articles|headlines
        |reads)
    don'?t miss
    most (?:read|popular|viewed)
    recommended(?: for you)?
    trending(?: now)?
    more (?:from|on|in|like) .{1,40}
    editor'?s picks?
    what to read next
    share this(?: \w+)?
    keep reading
    (?:das )?(?:könnte|kann) (?:sie|dich|dir|ihnen) auch (?:interessieren|gefallen)
    auch interessant
    mehr (?:zum thema(?: auf .{1,30})?|news|nachrichten|aus .{1,30}|artikel)
    verwandte (?:artikel|beiträge|themen)
    ähnliche (?:artikel|beiträge)
    weitere (?:artikel|nachrichten|meldungen|themen)
    lesen sie auch
    weiterführende links
    beliebte artikel
    meistgelesen(?:e artikel)?
    articles? (?:similaires|liés|connexes)
    à lire (?:aussi|également)
    sur le même (?:sujet|thème)
    vous aimerez aussi
    (?:artículos|noticias|notas) relacionad[ao]s
    te puede interesar
    también te puede interesar
    lo más (?:leído|visto)
    más (?:noticias|información)
    (?:artigos|notícias|matérias) relacionad[ao]s
    leia (?:também|mais)
    articoli correlati
    leggi anche
    potrebbe interessarti(?: anche)?
    lees (?:ook|verder)
    gerelateerde artikelen
    les også
    läs (?:också|mer)
    læs også
    czytaj także
    powiązane artykuły
    читайте также
    по теме
    ilgili haberler
    baca juga
    関連記事
    相关(?:阅读|新闻|文章)
    관련 ?기사
    mas for di e autor
"""

# "Do something": subscriptions, cookies, players, comments, sharing. Found anywhere in a short
# block.
REQUESTS = r"""
    (?:subscribe|sign(?:ing)? up|register)\b.{0,60}\b(?:newsletter|e-?mail|inbox|alerts?|channel
        |free|account|updates)
    ^(?:please )?(?:subscribe|sign(?:ing)? up|register)\b.{0,60}\b(?:access|read|to (?:our|the
        |my))\b
    please subscribe
    subscribers? (?:also )?(?:receive|get)\b
    ^when you (?:join|subscribe)\b
    \bnewsletter\b.{0,40}\b(?:subscribe|sign|anmelden|abonnieren|erhalten|inbox)
    get (?:the|our) .{0,60}(?:newsletter|inbox|app)\b
    (?:delivered|straight) (?:straight )?(?:to|into) your inbox
    keep an eye on your inbox
    (?:follow|like|join|find) us on\b
    share (?:this|it with|your)\b.{0,40}(?:article|story|post|friend|thoughts|facebook|twitter|:|$)
    ^share (?:on|via|to)\b
    ^(?:like|loved?|enjoyed?) this (?:story|article|post)\?
    (?:leave|post|write|add) (?:a|your) (?:reply|comment)
    your email address will not be published
    ^\s*(?:\d+\s*)?(?:comments?|kommentare?|comentarios?|commentaires?)\s*$
    ^(?:print|email|download|listen|tweet|copy link|link copied)\b.{0,12}$
    error processing your (?:subscription|request)
    thanks? (?:you )?for (?:signing up|subscribing)
    an error has occurred
    ^(?:this article has been sent to|order reprints|print article)$
    (?:enable|activate|turn on) javascript
    javascript (?:is|must be|needs to be)
    (?:accept|allow|enable|manage) (?:all )?cookies
    (?:browser|video player) (?:does not|doesn't) support
    ^\W*(?:advertisement|advertising|story continues below)\W*$
    ^\W*(?:anzeige|werbung|publicité|publicidad|annons|annonse|reklama|реклама|광고|広告)\b\W{0,3}(?:$
        |-)
    (?:article|story) continues (?:below|after)
    to (?:continue|keep) reading
    (?:already|not) a subscriber
    this (?:article|story|content) is (?:for|available to) (?:subscribers|members)
    personal, non-?commercial use only
    may earn (?:a |an )?(?:affiliate )?commission
    get a share of the sale
    (?:abonnieren|jetzt anmelden|newsletter anmelden)\W*$
    empfohlener (?:redaktioneller|externer) inhalt
    externe[rn]? inhalt(?:e)? (?:angezeigt|anzeigen|von)
    an dieser stelle finden sie
    ^link zum \w+-inhalt$
    personenbezogene daten .{0,60}drittplattformen
    hat ihnen dieser artikel gefallen
    ^(?:teilen|drucken|merken|kommentieren)\W*$
    unterstützen sie uns
    (?:unser|folge|abonnier)\w*\b.{0,40}whatsapp-?kanal
    ^folge(?:n sie)? uns\b
    ^nutze die (?:kleine )?\w* ?glocke\b
    (?:inscrivez|abonnez)-vous
    suscr[ií]bete
    s[ií]guenos en
    ^compartir\b.{0,20}$
    inscreva-se
    siga-nos
    iscriviti
    seguici su
    tu suscripción se está usando
    ^abone ol\b
    abonneer(?: je)?\b.{0,40}nieuwsbrief
    подпи(?:шитесь|сывайтесь)
    подписаться на
    有料(?:会員|記事)
    会員限定
    関注我们|关注我们|扫描二维码
    무단 ?전재
    \bembed$
"""

# Who took or owns a picture; the whole of a short block.
CREDITS = r"""
    ^\W*(?:photos?|photograph|pictures?|image|video|source)\s*(?::|©|\(c\)|/|by\b).{0,80}$
    ^\W*(?:(?:photo|image) credit|credits?|courtesy)\s*(?::|©|\(c\)|/|by\b|of\b).{0,80}$
    ^\W*(?:fotos?|bild(?:er)?|symbolbild|archivbild|archivfoto|titelbild|quelle)\s*(?::|©|\(c\)
        |/).{0,80}$
    ^\W*(?:imagen|imágenes|fuente|fonte|foto/?video|crédits? photo|фото|写真|사진)\s*(?::|©|\(c\)|/
        |：).{0,80}$
    ^(?:\W*)(?:©|\(c\)|copyright)\s?.{0,80}$
    ^\W*(?:getty images|reuters|afp|ap photo|shutterstock|istock|unsplash|pixabay
        |imago)(?:\s*[/|]\s*[^.]{0,40}+)?\W*$
    ^.{0,60}(?:/|via|©)\s*(?:getty images|shutterstock|afp|reuters|istock|imago|dpa|epa
        |ap)\b[^.]{0,30}$
    ^\(?image credit:.*\)?$
"""

# What comes after the end: rights, service addresses, the imprint of a wire.
ENDINGS = r"""
    ^(?:\W*)(?:©|\(c\)|copyright)\b
    copyright ©
    © ?copyright
    all rights reserved
    alle rechte vorbehalten
    tous droits réservés
    todos los derechos reservados
    todos os direitos reservados
    tutti i diritti riservati
    все права защищены
    ^(?:write|email) to .{1,40}@
    ^(?:contact|reach|follow) (?:the (?:author|writer|reporter)|him|her|them|us)\b
    ^(?:reporting|writing|editing) by\b.{0,200}$
    the associated press contributed
    ^this (?:article|story) (?:was )?(?:originally|first) (?:appeared|published)\b
    (?:opinions|views) expressed .{0,60}(?:own|author|not necessarily)
    our standards:
    ^if you (?:buy|make a purchase|purchase)\b.{0,40}(?:links?|post)\b
    für die kommerzielle nutzung
    ^_{5,}$
    ^[-*_=~\s]{3,}$
    ^(?:tags?|filed under|markiert|schlagwörter|etiquetas|topics?)\s*(?::|$)
"""


TEASER = re.compile(rf"^\W*(?:{any_of(TEASER_LABELS)})\s*[:|→>»–-]", re.IGNORECASE)
TEASER_HEAD = re.compile(rf"^\W*(?:{any_of(TEASER_HEADS)})\W*$", re.IGNORECASE)
REQUEST = re.compile(any_of(REQUESTS), re.IGNORECASE)
CREDIT = re.compile(any_of(CREDITS), re.IGNORECASE)
ENDING = re.compile(any_of(ENDINGS), re.IGNORECASE)
