"""Lines of a page that change by themselves: counters, clocks, reading times. Tables: add to them.

What announces other articles or asks the reader for something is in
``pipeline.extract.body.boilerplate_phrases``.
"""

import re
from datetime import datetime
from functools import lru_cache

import dateparser

from pipeline.extract.body.boilerplate_phrases import REQUEST
from pipeline.extract.body.repair import is_sentence
from pipeline.extract.plain_text.lines import is_tool
from pipeline.text.tables import any_of

LONGEST = 120
"""Characters up to which a line can be an aside."""

LONGEST_DATE = 60
MOST_PIECES = 8

# What pages count, and the time that they say a text takes.
COUNTED = r"""
    (?:page |total )?views?(?: today)?
    (?:reads?|readers?|times read|visits?|visitors?|hits|clicks)
    (?:people|users?) (?:are )?(?:reading|watching|viewing)(?: (?:this|now))*
    (?:shares?|retweets?|tweets?|likes?|claps?|votes?|upvotes?|reactions?|followers?|bookmarks?)
    (?:new |all )?(?:comments?|repl(?:y|ies)|responses?)
    (?:min(?:ute)?s?\.?|sec(?:ond)?s?\.?)(?: (?:to )?read(?:ing time)?)
    (?:read(?:ing)?(?: time)?|est(?:imated)? read(?:ing)? time|time to read)
    (?:aufrufe?|leser|klicks|mal gelesen|mal geteilt|kommentare?|reaktionen|gefällt mir)
    (?:lesezeit|lesedauer|min(?:uten?)?\.? (?:lesezeit|lesedauer))
    (?:vues?|lectures?|lecteurs?|partages?|commentaires?|réactions?|abonnés?)
    (?:temps de lecture|min(?:utes?)?\.? de lecture)
    (?:visitas?|vistas?|lecturas?|leituras?|visualizações|compartid[oa]s?|compartilhamentos?
        |coment[aá]rios?)
    (?:tiempo de lectura|tempo de leitura|min(?:utos?)?\.? de (?:lectura|leitura))
    (?:visualizzazioni|letture|condivisioni|commenti|tempo di lettura|min(?:uti)?\.? di lettura)
    (?:keer gelezen|keer gedeeld|reacties|weergaven|leestijd|min(?:uten)?\.? (?:lezen|leestijd))
    (?:visninger|visningar|kommentarer|delningar|delinger|lästid|læsetid|lesetid)
    (?:wyświetle(?:nia|ń)|komentarz(?:e|y)?|udostępnie(?:nia|ń)|czas czytania)
    (?:просмотр(?:ы|ов|а)?|комментари(?:и|ев|й|я)|время чтения|мин\.? на чтение|перегляд(?:и|ів)
        |коментар(?:і|ів))
    (?:görüntülenme|okunma|yorum|paylaşım|okuma süresi|kali dibaca|komentar|lượt xem|bình luận)
    (?:次?阅读|次?閱讀|浏览|瀏覽|评论|評論|条评论|閲覧数|回視聴|件のコメント|コメント|조회수?|댓글)
    (?:مشاهدة|مشاهدات|تعليق|تعليقات)
"""

# What stands before the date of a change.
CHANGED_AT = r"""
    (?:last |first )?(?:updated?|modified|edited|revised|published|posted|checked)(?: (?:on|at))?
    (?:zuletzt |erstmals )?(?:aktualisiert|geändert|bearbeitet|veröffentlicht|publiziert)(?: (?:am
        |um))?
    stand
    (?:dernière |derni[eè]re )?(?:mise? à jour|modifié|publié|modification)(?: (?:le|à))?
    (?:última |ultima )?(?:actualizad[oa]|actualización|publicad[oa]|atualizad[oa]|atualização
        |modificad[oa])(?: (?:el|em|a las|às))?
    (?:ultimo )?(?:aggiorna(?:to|mento)|pubblicato|modificato)(?: (?:il|alle))?
    (?:laatst )?(?:bijgewerkt|gewijzigd|gepubliceerd)(?: op)?
    (?:senast |sist )?(?:uppdaterad|publicerad|oppdatert|publisert|opdateret
        |offentliggjort)(?: den)?
    (?:ostatnia )?(?:aktualizacja|zaktualizowano|opublikowano)
    (?:обновлено|опубликовано|изменено|оновлено|опубліковано)
    (?:son )?(?:güncelleme|güncellendi|yayınlanma)
    (?:diperbarui|dipublikasikan|cập nhật)
    (?:最后)?(?:更新|发布|發布|公開|最終更新)(?:时间|時間|日時|于|於|日)?
    (?:수정|입력|업데이트)
    (?:آخر )?(?:تحديث|نشر)
"""

_NUMBER = r"\d[\d.,’'\s]*+(?:(?:[kKmM]|mio|mln|mil|tsd|тыс|万|萬|만)\.?\s*+)?"
_UNIT = rf"(?:{any_of(COUNTED)})"
_COUNTER = re.compile(
    rf"^\W*+(?:{_NUMBER}{_UNIT}|{_UNIT}\s*(?::\s*)?{_NUMBER}(?:min\w*\.?|件|次|条)?)\W*$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"^\W*+(?:{any_of(CHANGED_AT)})\s*+(?:[:：]\s*+)?(?P<date>(?:.*\w)?)\W*$", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?<=\s)[|·•–—/](?=\s)|[|·•]")

_ANY_DAY = datetime(2000, 1, 15, 12)  # noqa: DTZ001 - dateparser wants it so; only whether it can be read matters


@lru_cache(maxsize=4096)
def is_aside(line: str) -> bool:
    """True for a line of counters, dates of changes, and the like, and nothing else.

    Several such pieces may stand side by side; a byline with one of them behind it is an aside as
    well.
    """
    if len(line) > LONGEST:
        return False
    pieces = [piece.strip() for piece in _BETWEEN.split(line) if piece.strip()]
    if not 0 < len(pieces) <= MOST_PIECES:
        return False
    if all(map(_is_aside_piece, pieces)):
        return True
    return not is_sentence(line) and any(map(_is_counter_or_change, pieces))


def _is_aside_piece(piece: str) -> bool:
    if _is_counter_or_change(piece) or is_tool(piece):
        return True
    return REQUEST.search(piece) is not None or _is_date(piece)


def _is_counter_or_change(piece: str) -> bool:
    if _COUNTER.match(piece):
        return True
    labelled = _LABELLED.match(piece)
    return labelled is not None and _is_date(labelled["date"])


def _is_date(text: str) -> bool:
    """True for a date, a time, or a span of time only, in any language of dateparser."""
    if not text or len(text) > LONGEST_DATE:
        return False
    settings = {"RELATIVE_BASE": _ANY_DAY, "RETURN_AS_TIMEZONE_AWARE": False}
    return dateparser.parse(text, settings=settings) is not None
