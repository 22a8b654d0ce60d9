"""The ledger in Redis: entries in flight, compact records of what has ended, and the way between.

``Ledger`` reads, also from the archive; ``EndedUrls`` moves.
"""

from storage.redis.ledger.entry import Entry
from storage.redis.ledger.ledger import Ledger
from storage.redis.ledger.refused import MOST_REFUSED, RefusedLinks
from storage.redis.ledger.totals import IN_FLIGHT, TERMINAL, Totals

__all__ = ["IN_FLIGHT", "MOST_REFUSED", "TERMINAL", "Entry", "Ledger", "RefusedLinks", "Totals"]
