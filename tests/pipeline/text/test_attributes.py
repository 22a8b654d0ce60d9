import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.extract.tree import parse
from pipeline.text import attributes as module
from pipeline.text.attributes import MOST_ATTRIBUTES, with_bounded_attributes

MANY = 50_000


def attributes(form: str, count: int) -> str:
    return " ".join(form.format(number) for number in range(count))


@pytest.mark.parametrize(
    "form", ["a{}=1", "a{}", 'a{}=">"', "a{}='<p>'", "a{} = b", '"{}', "a{}=<", "a{}/"]
)
@pytest.mark.parametrize("before", ["", "<script>\"<a b='</script>"])
def test_an_element_keeps_its_first_attributes(form: str, before: str) -> None:
    page = f"{before}<p {attributes(form, MANY)}>the text</p>"
    begun = time.process_time()
    bounded = with_bounded_attributes(page)
    assert time.process_time() - begun < 0.5
    assert len(bounded) < len(before) + MOST_ATTRIBUTES * 12 + 100
    assert bounded.endswith(">the text</p>")


@pytest.mark.parametrize("form", ["a{}='", 'a{}="', "a{}"])
def test_an_element_that_never_ends_is_bounded(form: str) -> None:
    page = f"<p>the text</p><p {attributes(form, 2 * MANY)}"
    begun = time.process_time()
    bounded = with_bounded_attributes(page)
    assert time.process_time() - begun < 0.5
    assert bounded.startswith("<p>the text</p><p ")
    assert len(bounded) < MOST_ATTRIBUTES * 20


def test_ordinary_tags_stay_as_they_are() -> None:
    marked = attributes("a{}=1", MOST_ATTRIBUTES - 1)
    page = f"<p {marked} a='>'>x = 1 <b</p><!-- a b --><a href=x>y</a>"
    assert with_bounded_attributes(page * 50) == page * 50


@pytest.mark.parametrize(
    "piece",
    [
        "<a " * 29 + ">",
        "<a " * 99 + ">",
        "<a " * 999 + ">",
        '<a b="',
        "<a b='x \" ",
        "<a =",
        "<a/",
        "<",
    ],
)
def test_its_time_grows_with_the_page(piece: str) -> None:
    begun = time.process_time()
    with_bounded_attributes(piece * (500_000 // len(piece)))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("count", [MOST_ATTRIBUTES + 1, 5_000])
@pytest.mark.parametrize(
    "form",
    [
        '<script>for(var i=0;i<n;i++){{}};window.related="{}"</script>',
        "<script><!-- <script>x</script> if(i<n {}) --></script>",
        '<script type="application/ld+json">{{"articleBody": "a<b {}"}}</script>',
        "<!-- a<b {} -->",
        "<!-- a<b > {} <i --!>",
        "<style>/* a<b {} */</style>",
        "<textarea>a<b {}</textarea>",
        "<TITLE>a<b {}</TITLE>",
        "<![CDATA[ a<b {} ]]>",
        "<?php a<b {} ?>",
        "<p title='a<b {}'>x</p>",
        "<p>1 < 2, <3 {}</p>",
    ],
)
def test_what_only_looks_like_a_tag_stays_as_it_is(form: str, count: int) -> None:
    page = f"{form.format(attributes('word{}', count))}<p class='a'>the text</p>"
    assert with_bounded_attributes(page * 2) == page * 2


def test_what_follows_a_script_that_never_ends_stays_as_it_is() -> None:
    page = f"<p>the text</p><script>if (i<n {attributes('word{}', 5_000)}<p>more</p>"
    assert with_bounded_attributes(page) == page


def test_a_script_that_is_ended_at_once_hides_no_element() -> None:
    page = f"<script/><p {attributes('a{}=1', MANY)}>the text</p>"
    assert len(with_bounded_attributes(page)) < MOST_ATTRIBUTES * 12


@pytest.mark.parametrize("count", [2_000, 5_000])
def test_an_article_is_read_whatever_its_scripts_look_like(count: int) -> None:
    words = attributes("word{}", count)
    script = f'<script>for(var i=0;i<n;i++){{}};related="{words}"</script>'
    sentence = "The council voted on the new bridge after a long debate last night. "
    body = "".join(f"<p>{number}: {sentence * 3}</p>" for number in range(10))
    tree = parse(f"<html><body>{script}<article>{body}</article></body></html>")
    assert tree is not None
    assert "".join(tree.xpath("//article//text()")).count(sentence) == 30


@pytest.mark.parametrize("after", ["", " > and more", "<i>more</i>"])
def test_text_that_the_parser_takes_for_a_tag_takes_nothing_else(after: str) -> None:
    words = attributes("word{}", 2_000)
    page = f"<p>before</p><p>if a<b then {words}{after}</p><p>the text</p>"
    assert without_attributes(with_bounded_attributes(page)) == without_attributes(page)


PIECES = """
<p| a=1| b| c='x'| d="<i>"|'|"|>|/|/>|<|</|</p>|<b e f g>|<br a b c d/>|if a<b then |text | |=|0|é
<script>|</script>|<SCRIPT |<!--|-->|--!>|-|!|<!|<?|<![CDATA[|]]>|<!DOCTYPE html|<svg>|&quot;|&lt;
<title>|</title>|<textarea>|</textarea|<style>|</style>|<xmp>|</xmp >|<iframe>|</iframe>|<noembed>
</noembed>|<noframes>|</noframes>|<noscript>|</noscript>|<plaintext>
"""
MARKUP = ["\n", "\f", "\v", "\xa0", *re.split(r"[|\n]", PIECES.strip())]


@given(st.lists(st.sampled_from(MARKUP), max_size=30).map("".join))
@settings(max_examples=500)
def test_the_parser_reads_the_same_page_with_fewer_attributes(page: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_ATTRIBUTES", 2)
        patch.setattr(module, "_may_have_too_many", lambda _: True)
        bounded = with_bounded_attributes(page)
    assert without_attributes(bounded) == without_attributes(page)
    assert all(len(each.attrib) <= 2 for each in elements(bounded))


def elements(page: str) -> list[HtmlElement]:
    tree = document_fromstring(f"<html><body>{page}".encode(), parser=HTMLParser(encoding="utf-8"))
    return [each for each in tree.iter() if isinstance(each.tag, str)]


def without_attributes(page: str) -> list[tuple[str, str | None, str | None]]:
    return [(each.tag, each.text, each.tail) for each in elements(page)]
