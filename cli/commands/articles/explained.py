"""Prints how a query was understood, and what the scores of hits are made of."""

from collections.abc import Mapping, Sequence

from cli.output import clean, out
from search.presentation.explanation import Understood
from search.results import Hit
from services.articles.explain import ExplainedArticle, Explanation


def print_explanation(explanation: Explanation, hits: Sequence[Hit]) -> None:
    """Print it for people, the articles in the order of the hits."""
    console = out()
    console.print("The query asks for", style="bold")
    _print_part(explanation.understood, 1)
    titles: Mapping[str, str] = {hit.id: hit.title for hit in hits}
    for place, article in enumerate(explanation.articles, 1):
        console.print()
        console.print(f"{place}. {clean(titles.get(article.id, article.id))}", markup=False)
        _print_article(article)


def _print_part(part: Understood, depth: int) -> None:
    out().print("  " * depth + clean(part.text), markup=False)
    for each in part.parts:
        _print_part(each, depth + 1)


def _print_article(article: ExplainedArticle) -> None:
    console = out()
    for part in article.parts:
        console.print(f"{part.score:9.3f}  {clean(part.text)}", style="dim", markup=False)
    if not article.parts:
        console.print("  no word has a score: the newest come first", style="dim")
