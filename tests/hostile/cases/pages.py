"""Pages that are to be extracted."""

from collections.abc import Callable
from functools import partial

from pipeline.outcome import Rejected
from tests.hostile.case import Case
from tests.support.processes.hostile_pages import HOSTILE, SENTENCE, TEXT, html, outcome

ARTICLE, EMPTY = "article", "rejected: empty"
GARBAGE = "rejected: bad_encoding"
LD = '<script type="application/ld+json">{}</script>'


def _many(form: str, count: int = 20_000) -> Callable[[], bytes]:
    return lambda: html(TEXT + "".join(form.format(number) for number in range(count)))


def _attributes(form: str, count: int = 100_000) -> Callable[[], bytes]:
    written = " ".join(form.format(number) for number in range(count))
    return lambda: html(f"<p {written}>x</p>" + TEXT)


def _head(markup: str) -> Callable[[], bytes]:
    return lambda: html(TEXT, "<title>Ferries sail again</title>" + markup)


RECIPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", EMPTY),
    "spaces": (lambda: b" " * 1_000_000, EMPTY),
    "line ends": (lambda: html("\n" * 1_000_000 + TEXT), ARTICLE),
    "a PDF": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100, GARBAGE),
    "100,000 attributes": (_attributes("a{}=1"), ARTICLE),
    "100,000 attributes without values": (_attributes("a{}"), ARTICLE),
    "100,000 attributes with brackets": (_attributes('a{}=">"'), ARTICLE),
    "100,000 attributes in single quotes": (_attributes("a{}='<p'"), ARTICLE),
    "100,000 equal attributes": (_attributes("class=x"), ARTICLE),
    "an attribute of 2 MB": (lambda: html(f"<p title='{'a' * 2_000_000}'>x</p>" + TEXT), ARTICLE),
    "tags with 99 attributes": (lambda: html(("<a " * 99 + ">") * 1_000 + TEXT), ARTICLE),
    "an attribute that never ends": (lambda: html(TEXT + '<p title="' + "a" * 500_000), ARTICLE),
    "a comment that never ends": (lambda: html(TEXT + "<!--" + "a" * 500_000), ARTICLE),
    "a script that never ends": (lambda: html(TEXT + "<script>" + "a" * 500_000), ARTICLE),
    "20,000 nested paragraphs": (_many("<p>"), ARTICLE),
    "20,000 nested articles": (_many("<article>"), ARTICLE),
    "20,000 nested lists": (_many("<ul><li>"), ARTICLE),
    "20,000 nested quotes": (_many("<blockquote>"), ARTICLE),
    "20,000 nested spans": (_many("<span>"), ARTICLE),
    "20,000 nested fonts": (_many("<font>"), ARTICLE),
    "20,000 headings": (_many("<h2>Heading {}</h2>"), ARTICLE),
    "20,000 titles": (_many("<title>Title {}</title>"), ARTICLE),
    "20,000 images": (_many("<img src=/{}.jpg>"), ARTICLE),
    "20,000 forms": (_many("<form><input name=a{}></form>"), ARTICLE),
    "20,000 tables": (_many("<table><tr><td>{}</table>"), ARTICLE),
    "20,000 frames": (_many("<iframe src=http://127.0.0.1/{}></iframe>"), ARTICLE),
    "20,000 times": (_many("<time datetime=2026-01-01>{}</time>"), ARTICLE),
    "20,000 repeated titles": (lambda: html("<p>Ferries sail again</p>" * 20_000 + TEXT), ARTICLE),
    "20,000 short lines": (_many("line {}<br>"), ARTICLE),
    "2,500 lines with links": (_many("line <a href=/{0}>{0}</a> of text<br>", 2_500), ARTICLE),
    "a word of 1 MB": (lambda: html(TEXT + f"<p>{'a' * 1_000_000}</p>"), ARTICLE),
    "dots of 1 MB": (lambda: html(TEXT + f"<p>{'.' * 1_000_000}a</p>"), ARTICLE),
    "ellipses of 1 MB": (lambda: html(TEXT + f"<p>{'…' * 300_000}a</p>"), ARTICLE),
    "digits of 1 MB": (lambda: html(TEXT + f"<p>{'1' * 1_000_000}a</p>"), ARTICLE),
    "combining marks of 1 MB": (lambda: html(TEXT + "<p>a" + "\u0301" * 400_000), ARTICLE),
    "quotes of 500 KB": (lambda: html(TEXT + "<p>" + "&quot;" * 80_000), ARTICLE),
    "a byline of spaces": (lambda: html(f"<p class=byline>By{' ' * 100_000}x</p>" + TEXT), ARTICLE),
    "a byline of brackets": (
        lambda: html(f"<p class=byline>By Ann {'(' * 9_999}</p>" + TEXT),
        ARTICLE,
    ),
    "zero-width marks": (lambda: html(TEXT.replace(" ", " \u200b\u202e")), ARTICLE),
    "NULs in words": (lambda: html(TEXT.replace("e", "\0e")), ARTICLE),
    "markup in the title": (
        lambda: html(TEXT, "<title>&lt;script&gt;alert(1)&lt;/script&gt; sails</title>"),
        ARTICLE,
    ),
    "a title of 2 MB": (lambda: html(TEXT, f"<title>{'word ' * 400_000}</title>"), ARTICLE),
    "a title of separators": (lambda: html(TEXT, f"<title>a{' - ' * 50_000}</title>"), ARTICLE),
    "a canonical address inside": (
        _head('<link rel=canonical href="http://127.0.0.1/x">'),
        ARTICLE,
    ),
    "a canonical address elsewhere": (
        _head('<link rel=canonical href="https://b.example/">'),
        ARTICLE,
    ),
    "a canonical script": (_head('<link rel=canonical href="javascript:alert(1)">'), ARTICLE),
    "a base inside": (_head('<base href="http://169.254.169.254/">'), ARTICLE),
    "10,000 metas": (lambda: html(TEXT, "<meta name=author content=x>" * 10_000), ARTICLE),
    "a date in year 0": (
        _head('<meta property="article:published_time" content="0000-01-01">'),
        ARTICLE,
    ),
    "a date in year 9999": (
        _head('<meta property="article:published_time" content="9999-12-31T23:59:59-23:59">'),
        ARTICLE,
    ),
    "a date of 5,000 digits": (
        _head(f'<meta property="article:published_time" content="{"9" * 5_000}">'),
        ARTICLE,
    ),
    "JSON-LD: an author and spaces": (_head(LD.format('{"author":' + " " * 100_000)), ARTICLE),
    "JSON-LD: 10,000 authors": (
        _head(
            LD.format('{"@type":"NewsArticle","author":[' + '{"name":"Ann Lee"},' * 10_000 + "]}")
        ),
        ARTICLE,
    ),
    "JSON-LD: line ends": (_head(LD.format('{"a":1' + "\n" * 100_000 + "x")), ARTICLE),
    "JSON-LD: braces": (_head(LD.format('{"a":' * 50_000)), ARTICLE),
    "JSON-LD: a number of 10,000 digits": (_head(LD.format('{"a":' + "9" * 10_000 + "}")), ARTICLE),
    "JSON-LD: a lone surrogate": (
        _head(LD.format('{"@type":"NewsArticle","headline":"\\ud800"}')),
        ARTICLE,
    ),
    "JSON-LD: comment ends": (_head(LD.format("-->" + " " * 100_000 + "x")), ARTICLE),
    "JSON-LD: 5,000 scripts": (_head(LD.format('{"@type":"NewsArticle"}') * 5_000), ARTICLE),
    "a frameset": (lambda: b"<frameset>" * 10_000, EMPTY),
    "a doctype of 1 MB": (lambda: b"<!doctype " + b"x" * 1_000_000 + b">" + html(TEXT), ARTICLE),
    "processing instructions": (_many("<?x {}?>"), ARTICLE),
    "one bracket": (lambda: b"<", EMPTY),
    "UTF-16 that ends early": (lambda: html(TEXT).decode().encode("utf-16")[:-1], ARTICLE),
    "an SVG in an SVG": (_many("<svg><g>"), ARTICLE),
    "templates": (_many("<template>"), ARTICLE),
    "noscripts": (_many("<noscript>"), ARTICLE),
    "a sentence 10,000 times": (lambda: html(f"<p>{SENTENCE}</p>" * 10_000), ARTICLE),
}

_KNOWN = {name: (recipe, ARTICLE) for name, recipe in HOSTILE.items()}
_KNOWN |= {name: (HOSTILE[name], EMPTY) for name in ("only NULs", "opening brackets", "entities")}
_KNOWN |= {"all bytes": (HOSTILE["all bytes"], GARBAGE)}
_KNOWN |= {
    name: (HOSTILE[name], "rejected: not_an_article")
    for name in ("100,000 links", "100,000 links in a list")
}


def got(recipe: Callable[[], bytes]) -> str:
    """``article``, or ``rejected: REASON``."""
    found = outcome(recipe())
    return f"rejected: {found.reason}" if isinstance(found, Rejected) else ARTICLE


CASES = tuple(
    Case("pages", name, partial(got, recipe), expected)
    for name, (recipe, expected) in (RECIPES | _KNOWN).items()
)
