"""Makes the templates from which Elasticsearch makes each month's index."""

from typing import Any

from elasticsearch import AuthorizationException, BadRequestError, Elasticsearch, NotFoundError

from storage.elasticsearch import template
from storage.elasticsearch.reading import check_version
from storage.index import IndexIncompatible


def prepare(client: Elasticsearch, name: str, shards: int) -> None:
    """Put the templates there, and add new fields to the months that are there.

    Raises:
        IndexIncompatible: another version wrote a month, or a field is of another kind.
    """
    check_version(client, name)
    built = put_templates(client, name, shards)
    try:
        client.indices.put_mapping(
            index=name, properties=built["template"]["mappings"]["properties"]
        )
    except BadRequestError as error:
        raise IndexIncompatible(
            f"the indices of {name} do not fit this version: {error.message}"
            " `newsloom index rebuild` makes them anew."
        ) from error
    except NotFoundError:
        pass  # no month yet
    except AuthorizationException:
        pass  # a key for writing only; whoever upgrades has one that may change mappings


def put_templates(client: Elasticsearch, name: str, shards: int) -> dict[str, Any]:
    """Put both templates there; gives that of the articles."""
    built = template.build(name, shards)
    client.indices.put_index_template(name=name, **built)
    client.indices.put_index_template(name=f"{name}-history", **template.build_history(name))
    return built
