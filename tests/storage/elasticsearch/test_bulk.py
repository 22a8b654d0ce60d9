"""Many actions in few requests."""

from elasticsearch import Elasticsearch

from storage.elasticsearch.bulk import send
from storage.elasticsearch.template import VERSION
from tests.support.index_places import Place


def test_a_refused_request_is_sent_again_article_by_article(
    place: Place, client: Elasticsearch
) -> None:
    """An id of 513 bytes fails its whole request.

    ``put`` lets none through, but there may be other such faults.
    """
    ids = ["one", "x" * 513, "two"]
    month = f"{place.name}-v{VERSION}-2017.12"
    answers = send(
        client, [{"_op_type": "index", "_index": month, "_id": each, "_source": {}} for each in ids]
    )
    assert [(answers[each].done, answers[each].refused) for each in ids] == [
        (True, False),
        (False, True),
        (True, False),
    ]
