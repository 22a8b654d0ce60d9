"""The tags that editors gave the article."""

import pytest
from lxml import html

from pipeline.extract.metadata.structured_data import StructuredData
from pipeline.extract.metadata.tags import MAX_TAGS, find_tags

PAGE = html.fromstring(
    '<body><a rel="tag">Harbour</a><a rel="category tag">News</a><a rel="nofollow">x</a></body>'
)


@pytest.mark.parametrize(
    ("data", "tags"),
    [
        (StructuredData(article={"keywords": "ferry, islands"}), ("ferry", "islands")),
        (StructuredData(article={"keywords": ["ferry", "a;b"]}), ("ferry",)),
        (StructuredData(article={"keywords": "port; quay"}), ("port", "quay")),
        (StructuredData(meta={"article:tag": ("Ferry", "#Port ")}), ("Ferry", "Port")),
        (StructuredData(meta={"news_keywords": ("Ferry,ferry,Port",)}), ("Ferry", "Port")),
        (StructuredData(meta={"keywords": ("section:world,x, " + "y" * 61,)}), ("Harbour",)),
        (StructuredData(), ("Harbour",)),
    ],
)
def test_the_first_source_with_tags_counts(data: StructuredData, tags: tuple[str, ...]) -> None:
    assert find_tags(PAGE, data) == tags


def test_a_tag_has_the_place_of_its_last_mention_and_the_form_of_its_first() -> None:
    data = StructuredData(meta={"keywords": ("Ferry,Port,FERRY",)})
    assert find_tags(PAGE, data) == ("Port", "Ferry")


def test_there_are_not_too_many() -> None:
    data = StructuredData(meta={"keywords": (",".join(f"tag{number}" for number in range(50)),)})
    assert len(find_tags(PAGE, data)) == MAX_TAGS
