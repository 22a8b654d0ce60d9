"""From an article to what is indexed."""

from pipeline.enrich.counts import length_of, reading_minutes
from pipeline.enrich.keywords import find_keywords
from pipeline.enrich.languages import detect_language
from pipeline.enrich.summaries import summarise
from pipeline.records import Article, CopyOf, EnrichedArticle

WORDS_PER_MINUTE = 238
"""Silent reading of non-fiction (Brysbaert 2019, https://doi.org/10.1016/j.jml.2019.104047)."""

CHARACTERS_PER_MINUTE = 500
"""Characters of Chinese or Japanese (Medium's and miniflux's figure)."""


def enrich(
    article: Article,
    copy_of: CopyOf | None,
    *,
    words_per_minute: int = WORDS_PER_MINUTE,
    characters_per_minute: int = CHARACTERS_PER_MINUTE,
) -> EnrichedArticle:
    """The article with its language, keywords, summary and length, and whose copy it is."""
    language = detect_language(f"{article.title}. {article.body}", article.declared_language)
    length = length_of(article.body)
    return EnrichedArticle(
        **{name: getattr(article, name) for name in Article.model_fields},
        language=language,
        keywords=find_keywords(
            title=article.title, body=article.body, tags=article.tags, language=language
        ),
        summary=summarise(article.description, article.body),
        word_count=length.words + length.characters,
        reading_minutes=reading_minutes(
            length,
            words_per_minute=words_per_minute,
            characters_per_minute=characters_per_minute,
        ),
        duplicate_of=copy_of,
    )
