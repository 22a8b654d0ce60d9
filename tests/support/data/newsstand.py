"""Short articles in twenty-five languages, each with a name, written for the queries' contract."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.records import EnrichedArticle
from tests.support.data.articles import article

NOW = datetime(2024, 5, 20, 12, tzinfo=UTC)
"""When the queries are asked."""


def _evidence(published: datetime, **hours: float) -> list[dict[str, Any]]:
    return [
        {"provenance": kind.replace("_", "-"), "value": published + timedelta(hours=each)}
        for kind, each in hours.items()
    ]


def _made(
    name: str, language: str | None, days: float | None, title: str, body: str, **changes: Any
) -> EnrichedArticle:
    published = None if days is None else NOW - timedelta(days=days)
    values: dict[str, Any] = {
        "title": title,
        "body": body,
        "language": language,
        "published": published,
        "first_seen": NOW - timedelta(days=days or 0),
        "fetched_at": NOW,
        "word_count": len(body.split()),
        "source": f"paper-{language}",
    }
    evidence = changes.pop("evidence", {"json_ld": 0})
    if published:
        values["published_evidence"] = _evidence(published, **evidence)
    return article(name, **(values | changes))


def newsstand() -> list[EnrichedArticle]:
    """The articles."""
    return [
        *_english(),
        *_latin(),
        *_cyrillic_and_greek(),
        *_right_to_left(),
        *_unspaced(),
        *_south_asian(),
    ]


def _english() -> list[EnrichedArticle]:
    return [
        _made(
            "vote",
            "en",
            0.05,
            "Minister calls an early election",
            "The minister said on Monday that voters will decide in June.",
            authors=("Jane Doe", "John Smith"),
            section="World News",
            tags=("Elections", "Foreign policy"),
            image="https://news.example/vote.jpg",
            outlinks=("https://www.Polls.example.co.uk/June", "http://10.0.0.7:81/"),
            description="A surprise vote in early summer",
            agency="Reuters",
        ),
        _made(
            "votes",
            "en",
            1.5,
            "Ministers quarrel over elections",
            "Several ministers rejected the electoral plan of their colleagues.",
            authors=("Jane Doe Smith",),
            section="World",
            free=False,
            truncated=True,
        ),
        _made(
            "copied",
            "en",
            1.4,
            "Ministers quarrel over elections",
            "Several ministers rejected the electoral plan of their colleagues.",
            copy_of="votes",
            source="wire",
        ),
        _made(
            "summit",
            "en",
            3,
            "Climate talks end without a deal",
            "The climate conference in Geneva, called a summit by its hosts, ended. Women marched.",
            evidence={"text": 0},
            free=True,
        ),
        _made(
            "woman",
            "en",
            8,
            "A woman leads the colour guard",
            "She is the first in the guard's history; the color of its flag is red.",
            evidence={"text": 0, "url": -72},
            authors=("Ann O'Neil",),
        ),
        _made(
            "parcels",
            "en",
            40,
            "Running costs of delivery drones fall",
            "Drones delivered parcels; a drone's delivery costs less than €2.50 or $3.",
            host="www.Drones.example",
            keywords=("delivery drones",),
        ),
        _made(
            "undated",
            "en",
            None,
            "Guide to the Kremlin museums",
            "The museums are open daily. Kremlin tickets are sold online. 😀 emoji welcome.",
        ),
        _made(
            "spelled",
            "en",
            400,
            "Kremlni spokesman misquoted",
            "A spelling error in a headline travelled around the world.",
        ),
    ]


def _latin() -> list[EnrichedArticle]:
    return [
        _made(
            "haus",
            "de",
            2,
            "Häuser in München werden teurer",
            "Die Preise für ein Haus stiegen. Die Straße ist laut.",
        ),
        _made("die", "de", 5, "Die Wahl der Stadt", "Die Bürger wählten die neuen Räte der Stadt."),
        _made(
            "elections-fr",
            "fr",
            6,
            "Les élections législatives approchent",
            "L’homme d’État espère gagner l'élection. Les ministres écoutent.",
        ),
        _made(
            "elecciones",
            "es",
            7,
            "Las elecciones del niño",
            "El presidente habló de la elección en España.",
        ),
        _made(
            "eleicao",
            "pt",
            9,
            "As eleições municipais",
            "O governo marcou a eleição para outubro.",
        ),
        _made("governo", "it", 10, "I governi cambiano", "Il governo italiano ha parlato."),
        _made("verkiezing", "nl", 11, "De verkiezingen in Den Haag", "Elke verkiezing telt."),
        _made("val", "sv", 12, "Valen närmar sig", "Regeringens ministrar talade om valet."),
        _made("kitap", "tr", 13, "İSTANBUL'da kitaplar", "Isparta'da bir kitap fuarı açıldı."),
        _made("talo", "fi", 14, "Taloissa asuu ihmisiä", "Suuri talo on vanha."),
        _made("wybory", "pl", 15, "Wybory w Łodzi", "Wyborów nie będzie. Żółty dom."),
        _made("volby", "cs", 16, "Volby v Praze", "Ministři mluvili o volbách."),
        _made("kieu", "vi", 17, "Thủ tướng Việt Nam", "Chính phủ công bố kế hoạch."),
    ]


def _cyrillic_and_greek() -> list[EnrichedArticle]:
    return [
        _made(
            "vybory",
            "ru",
            4,
            "Выборы президента назначены",
            "Центральная комиссия сообщила о выборах. Ёлка стоит.",
        ),
        _made("prezident", "ru", 6, "О президенте", "Президентом доволен министр."),
        _made("uryad", "uk", 8, "Уряд України", "Вибори відбудуться восени."),
        _made("izbori", "sr", 9, "Избори у Београду", "Влада је заказала изборе."),
        _made("ekloges", "el", 10, "Εκλογές στην Ελλάδα", "Ο υπουργός μίλησε για τις εκλογές."),
    ]


def _right_to_left() -> list[EnrichedArticle]:
    return [
        _made("kitab", "ar", 3, "الكتاب الجديد", "قال الرئيس إن كتابا آخر سيصدر في القاهرة."),
        _made("intikhabat", "ar", 5, "الانتخابات في مصر", "بدأت الحكومة حملة ٢٠٢٤."),
        _made("bchirot", "he", 6, "הבחירות בישראל", "הממשלה הודיעה על בחירות חדשות."),
        _made("ketab", "fa", 7, "کتاب‌های تازه", "کتاب جدید در تهران منتشر شد."),
    ]


def _unspaced() -> list[EnrichedArticle]:
    return [
        _made("zhongguo", "zh", 2, "中国政府宣布选举", "俄罗斯总统普京访问北京。"),
        _made("nihon", "ja", 3, "日本政府の選挙", "東京でコンピュータの展示会が開かれた。"),
        _made("hanguk", "ko", 4, "대통령 선거", "정부는 서울에서 선거를 발표했다."),
        _made("thai", "th", 5, "ประเทศไทยเลือกตั้ง", "รัฐบาลประกาศนโยบายใหม่"),
    ]


def _south_asian() -> list[EnrichedArticle]:
    return [
        _made("chunav", "hi", 6, "चुनावों की घोषणा", "सरकार ने चुनाव की तारीख बताई।"),
        _made("tamil", "ta", 7, "தேர்தல் அறிவிப்பு", "அரசு தேர்தலை அறிவித்தது."),
        _made("bangla", "bn", 8, "নির্বাচন ঘোষণা", "সরকার নির্বাচনের তারিখ জানিয়েছে।"),
    ]
