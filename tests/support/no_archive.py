"""For stores that have no use for the ledger archive."""

from storage.ledger_archive.archive import LedgerArchive


def no_archive() -> LedgerArchive:
    raise AssertionError("the archive is not needed here")
