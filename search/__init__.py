"""What people ask: the query language, request and result records. Pure, like ``pipeline``.

Errors::

    QueryError    a query that cannot be understood or is not allowed (a ValueError)
"""
