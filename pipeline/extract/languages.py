"""The language a page declares; evidence only, for many declare their theme's default."""

import re

from pipeline.extract.facts import Facts

_TAG = re.compile(r"^([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9]+)*$")


def declared_language(facts: Facts) -> str | None:
    """The primary subtag (BCP 47) of ``<html lang>``, JSON-LD's ``inLanguage`` or the meta tags."""
    said = [
        facts.language or "",
        *facts.said("inLanguage"),
        *facts.all("content-language", "og:locale", "dc.language", "language"),
    ]
    found = (match[1].lower() for value in said if (match := _TAG.match(value.strip())))
    return next(found, None)
