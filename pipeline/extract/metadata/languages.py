"""The language that is declared for a page.

Evidence only, for many pages declare their theme's default.
"""

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.records import Link
from pipeline.text.languages import language_code


def declared_language(data: StructuredData, link: Link) -> str | None:
    """The language of ``<html lang>``, JSON-LD's ``inLanguage`` or the meta tags.

    Else what the announcement says.

    A tag that names no language counts for nothing.
    """
    said = [
        data.language,
        *data.article_texts("inLanguage"),
        *data.all("content-language", "og:locale", "dc.language", "language"),
        link.language,
    ]
    return next((code for tag in said if (code := language_code(tag))), None)
