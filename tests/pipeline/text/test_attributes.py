import time

import pytest

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
    assert time.process_time() - begun < 1
    assert len(bounded) < len(before) + MOST_ATTRIBUTES * 12 + 100
    assert bounded.endswith(">the text</p>")


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


def test_what_looks_like_a_tag_in_a_script_takes_nothing_from_the_page() -> None:
    script = f"<script>if (a <b) {{ x = '\"; {'word ' * 500}</script>"
    page = f"{script}<p class='a'>the text</p>" + script
    assert with_bounded_attributes(page) == page
