"""How many URLs are in each state."""

from dataclasses import asdict, dataclass

TERMINAL = ("indexed", "duplicate", "rejected", "dead")
IN_FLIGHT = ("queued", "leased")


@dataclass(frozen=True, slots=True)
class Totals:
    """Distinct URLs by state.

    ``accepted`` is counted on its own, so that ``balanced`` is a check and no tautology.
    """

    accepted: int
    indexed: int
    duplicate: int
    rejected: int
    dead: int
    queued: int
    leased: int

    @property
    def in_flight(self) -> int:
        """Accepted and not yet ended."""
        return self.queued + self.leased

    @property
    def balanced(self) -> bool:
        """Whether accepted = indexed + duplicate + rejected + dead + in flight."""
        return (
            self.accepted
            == self.indexed + self.duplicate + self.rejected + self.dead + self.in_flight
        )

    def to_json(self) -> dict[str, int | bool]:
        """All figures by name."""
        return {**asdict(self), "in_flight": self.in_flight, "balanced": self.balanced}
