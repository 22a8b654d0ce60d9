"""What people ask: the query language, request and result records. Pure, like ``pipeline``."""
