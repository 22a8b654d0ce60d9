"""Sixty articles in nine languages, the same on every run."""

from datetime import UTC, datetime, timedelta
from random import Random

from pipeline.records import EnrichedArticle
from tests.support.data.articles import article

SENTENCES = {
    "en": (
        "Russia is flexing its muscles in the Arctic, the minister said.",
        "The Kremlin doesn't comment on Donald Trump’s muscle flexing.",
        "Prices rose 3.14 per cent in December 2017; U.S.A. markets fell.",
        "A well-known café owner’s résumé was found near the Thames.",
    ),
    "de": (
        "Die Straße nach Süden bleibt gesperrt, sagte die Bundesregierung.",
        "Der Kreml äußerte sich nicht zur Größe der Übung.",
        "Im Dezember stiegen die Preise um 2,5 Prozent.",
    ),
    "fr": (
        "L’homme d’État a parlé de l'été à l’Élysée.",
        "Le Kremlin n’a pas répondu à la ministre de l'Écologie.",
        "Œuvres et cœurs: la fête aura lieu aujourd’hui.",
    ),
    "es": (
        "El niño y la cigüeña viven en España desde diciembre.",
        "¿Qué dijo el Kremlin? La ministra no respondió mañana.",
    ),
    "ru": (
        "Владимир Путин заявил, что ёлка в Кремле уже стоит.",
        "В декабре цены выросли, сообщило министерство.",
    ),
    "ar": (
        "قال الرئيس إن الكتاب الجديد سيصدر في ديسمبر.",
        "كِتَابٌ قديم في مكتبة القاهرة ١٢٣.",
    ),
    "zh": ("中国政府宣布2017年经济增长。", "俄罗斯总统普京访问北京，讨论𠮷野家。"),
    "ja": (
        "東京でコンピュータ・ゲームの展示会が開かれた。",
        "日本政府は12月にカフェを支援すると発表しました。",
    ),
    "th": ("ประเทศไทยประกาศนโยบายใหม่ในเดือนธันวาคม", "รัฐบาลรัสเซียไม่แสดงความคิดเห็น"),
}
_START = datetime(2017, 10, 20, 8, tzinfo=UTC)


def corpus() -> list[EnrichedArticle]:
    """Articles over three months, from four sources.

    Some of them are copies, some have no date or no description.
    """
    random = Random(7)
    languages = sorted(SENTENCES)
    return [_made(number, languages[number % len(languages)], random) for number in range(60)]


def _made(number: int, language: str, random: Random) -> EnrichedArticle:
    sentences = [random.choice(SENTENCES[language]) for _ in range(random.randint(2, 12))]
    published = _START + timedelta(hours=29 * number)
    return article(
        f"article-{number}",
        copy_of=f"article-{number - 9}" if number % 13 == 12 else None,
        source=f"source-{number % 4}",
        host=f"www{number % 3}.news.example",
        title=random.choice(SENTENCES[language]),
        description=random.choice(SENTENCES[language]) if number % 2 else None,
        body="\n\n".join(sentences),
        authors=("Jane Doe", "José Núñez") if number % 5 == 0 else (),
        section="World news" if number % 3 else None,
        tags=("Russia", "Foreign policy") if number % 4 == 0 else (),
        keywords=("kremlin",) if number % 6 == 0 else (),
        published=published if number % 11 else None,
        modified=published + timedelta(hours=1) if number % 7 == 0 else None,
        first_seen=published + timedelta(minutes=5),
        language=language,
        word_count=10 * number,
    )
