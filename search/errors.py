"""What is wrong with a query, in a sentence for the person who wrote it."""


class QueryError(ValueError):
    """A query that cannot be understood or is not allowed.

    Attributes:
        position: the character where it goes wrong, counted from 0, when that is known.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position
