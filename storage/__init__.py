"""Where things are kept: one Protocol and one module per backend.

Errors, each named after the state that the caller finds::

    StoreUnavailable      Redis does not answer or cannot write: try again later
    IndexUnavailable      the search index does not: try again later
    IndexIncompatible     another version of Newsloom wrote the index: index again
    HostBusy              no slot at a host in time: ``seconds`` says when to come back
    NotReadable           an archive file is of no known format
    EmbeddedRedisError    our own Redis server cannot be started

What the index does with one article is no error but a ``storage.index.Verdict``.
"""
