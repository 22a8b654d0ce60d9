"""The errors that services raise.

    ServiceError
    ├── RequestError                  what was asked for cannot be done as it was asked
    │   ├── AmbiguousIdError              several articles have an id that begins so
    │   ├── BatchStoppedError         a batch takes too long, or nobody waits for it
    │   ├── InvalidUrlError           not a URL that can be fetched
    │   ├── InvalidKeyError           the name of an API key does not fit
    │   ├── InvalidRangeError         a range of time or of numbers does not fit
    │   ├── InvalidSourceError        a field of a source does not fit
    │   ├── KeyExistsError            an API key has this name
    │   ├── SourceExistsError         its address or its id is in use
    │   ├── UnknownSourceError        there is no source with this id
    │   └── UnreadableInputError      a file or document is not in a format that can be read
    ├── NotFoundError
    │   ├── ArticleNotFoundError
    │   ├── DeadLetterNotFoundError
    │   ├── KeyNotFoundError
    │   └── VersionNotFoundError
    ├── NothingToChangeError          the request is valid and changes nothing
    ├── BackupError                   no backup can be made or restored there
    ├── AlreadyRunningError           the same is under way in another process
    ├── DiscoveryError                a site cannot be read
    └── ImportStalledError            imported pages do not come to an end

The message of each is a sentence for the user. The errors of the layers below pass through a
service unchanged: ``QueryError``, ``SourcesError``, ``IndexUnavailable``, ``IndexIncompatible``,
``StoreUnavailable`` and ``redis.RedisError``.
"""


class ServiceError(Exception):
    """Base of the errors of all services."""


class RequestError(ServiceError):
    """What was asked for cannot be done as it was asked."""


class AmbiguousIdError(RequestError):
    """Several articles have an id that begins so."""


class BatchStoppedError(RequestError):
    """A batch takes too long, or nobody waits for it any more."""


class InvalidUrlError(RequestError):
    """Not a URL that can be fetched."""


class InvalidKeyError(RequestError):
    """The name of an API key does not fit."""


class InvalidRangeError(RequestError):
    """A range of time or of numbers does not fit."""


class InvalidSourceError(RequestError):
    """A field of a source does not fit."""


class KeyExistsError(RequestError):
    """An API key has this name."""


class SourceExistsError(RequestError):
    """The address or the id of a source is in use."""


class UnknownSourceError(RequestError):
    """There is no source with this id."""


class UnreadableInputError(RequestError):
    """A file or document is not in a format that can be read."""


class NotFoundError(ServiceError):
    """What was named does not exist."""


class ArticleNotFoundError(NotFoundError):
    """No article has this id or URL."""


class DeadLetterNotFoundError(NotFoundError):
    """No dead letter has this URL."""


class KeyNotFoundError(NotFoundError):
    """No API key has this name."""


class VersionNotFoundError(NotFoundError):
    """An article has no version of this number."""


class NothingToChangeError(ServiceError):
    """The request is valid and changes nothing."""


class BackupError(ServiceError):
    """No backup can be made or restored there."""


class AlreadyRunningError(ServiceError):
    """The same is under way in another process."""


class DiscoveryError(ServiceError):
    """A site cannot be read."""


class ImportStalledError(ServiceError):
    """Imported pages do not come to an end."""
