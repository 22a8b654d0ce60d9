"""Lines that pages put between paragraphs, by what they want, in the languages that were met.

One regular expression a line; case does not matter. All are matched in short blocks only, at their
beginning unless a row says otherwise, for a sentence may mention what a line asks for. A row stays
while it helps on pages it was not written for.
"""

import re

from pipeline.text.tables import any_of

# "Here is another article": before a colon or an arrow and its headline, or alone as a heading over
# several. A row for each group of languages that says it alike.
TEASER_LABELS = r"""
    (?:please )?(?:also |must |keep |continue )?read(?:ing)?(?: (?:more|also|next|this|on|here))?
    (?:see|watch|check) (?:also|more)
    (?:you )?(?:may|might) also (?:like|be interested in)
    related(?: \w+)?
    (?:most|more|top|latest|recent|other|popular|trending) (?:read|popular|viewed|stories|news|posts
        |articles|headlines)
    more (?:from|on|about|in|like|to read)\b[^.]{0,40}
    don'?t miss(?: this)?|newsletter
    meistgelesen|les plus lus|lo más (?:leído|reciente)|mais lidas
    (?:lesen sie|lies|siehe|mehr) (?:auch|mehr|dazu|hier|zum thema|news|aus|lesen)\b.{0,30}
    (?:auch interessant|passend dazu|zum thema|weiterlesen|weiterführende links)
    (?:das )?(?:könnte|kann) (?:sie|dich|dir|ihnen) auch (?:interessieren|gefallen)
    (?:[àa] )?(?:lire|voir) (?:aussi|également)
    (?:lea|leer|lee|ver|leia|veja|saiba) (?:también|además|más|também|mais)
    (?:también )?te puede interesar
    \w+ (?:relacionad[ao]s|similaires|liés|connexes|correlati)
    (?:leggi|vedi) (?:anche|pure|di più)
    (?:lees|bekijk|les|läs|læs) (?:ook|meer|verder|også|också|mere?|även)
    (?:czytaj|zobacz|čtěte) (?:także|też|więcej|také|více)
    関連記事|相[关關](?:阅读|新闻|文章|閱讀|新聞)|관련 ?기사
"""

# "Subscribe", "share this", "advertisement": what the page wants of its reader.
REQUESTS = r"""
    ^\W*(?:please )?(?:subscribe|sign(?:ing)? up|register|join)\b.{0,60}\b(?:newsletter|e-?mails?
        |inbox|updates|alerts|channel|account|access|today)\b
    ^.{0,50}\b(?:to|for|get|our|für|unse(?:r|ren|rem))\b.{0,20}\bnewsletters?\b.{0,30}$
    \b(?:your inbox|(?:deinen|ihren) posteingang)\b
    ^\W*(?:click here|get (?:the|our)) .{0,60}\b(?:newsletter|app)\W*$
    ^\W*(?:please )?(?:subscribe|register|(?:log|sign) (?:in|up))\b.{0,40}\bto (?:continue|keep
        |read|unlock)\b
    please subscribe|already a subscriber|subscribers? (?:also )?(?:receive|get)\b
    ^\W*(?:follow|like|join|find) us\b[^.,;]{0,50}\W*$
    ^\W*share (?:this|on|via|to|it with|your)\b.{0,60}$
    ^\W*(?:(?:like|loved?|enjoyed?) this (?:story|article|post)|hat ihnen dieser artikel gefallen)\?
    ^\W*(?:leave|post|write|add) (?:a|your) (?:reply|comment)
    ^\W*(?:\d+\s*)?(?:comments?|kommentare?|comentarios?|commentaires?)\W*$
    ^\W*(?:print|email|download|listen|tweet|copy link|link copied|teilen|drucken
        |compartir)\b.{0,12}$
    ^\W*(?:advertis(?:ement|ing)|anzeige|werbung|publicité|publicidad|annons|annonse|reklama|реклама
        |광고|広告)\b\W{0,3}(?:$|-)
    ^\W*(?:article|story) continues (?:below|after)
    may earn (?:a |an )?(?:affiliate )?commission
    ^\W*(?:please )?(?:accept|allow|enable|activate|turn on|manage) (?:all )?(?:cookies|javascript)
    ^\W*(?:abonnier|folge|unterstütz)\w*\b.{0,40}\b(?:newsletter|uns)\b
    ^\W*(?:our standards:|(?:reporting|writing|editing) by\b)
    ^\W*\S{0,12}(?:有料(?:会員|記事)|会員限定)
    ^\W*empfohlener (?:redaktioneller|externer) inhalt
    ^\W*(?:inscrivez-vous|abonnez-vous|suscr[ií]bete|s[ií]guenos|inscreva-se|siga-nos|iscriviti
        |seguici|подпи(?:шитесь|сывайтесь)|abone ol)\b
"""

# Who took or owns a picture; the whole of a short block.
CREDITS = r"""
    ^\W*(?:photos?|photograph|pictures?|image|video|source|credits?|courtesy|(?:photo|image) credit
        |fotos?|\w{0,10}bild(?:er)?|\w{0,10}foto|quelle|imagen|fuente|fonte|crédits? photos?|фото
        |写真|사진)\s*(?::|：|©|\(c\)|/|by\b).{0,80}$
    ^(?:\W*)(?:©|\(c\)|copyright)\s?.{0,80}$
    ^.{0,60}(?:/|via|©|^)\s*(?:getty images|reuters|afp|ap photo|shutterstock|istock|unsplash
        |pixabay|imago|dpa|epa|ap)\b[^.]{0,30}$
"""


TEASER = re.compile(rf"^\W*(?:{any_of(TEASER_LABELS)})\s*[:|→>»–-]", re.IGNORECASE)
TEASER_HEAD = re.compile(rf"^\W*(?:{any_of(TEASER_LABELS)})\W*$", re.IGNORECASE)
REQUEST = re.compile(any_of(REQUESTS), re.IGNORECASE)
CREDIT = re.compile(any_of(CREDITS), re.IGNORECASE)
