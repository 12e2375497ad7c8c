"""What other rules would do to people's way back, as figures, and how many of them are too many for one admin."""

from dataclasses import dataclass

MANY = 0.2  # of those who can help themselves today: to lock out more than this share takes two admins, however much it tightens


@dataclass(frozen=True, slots=True)
class Forecast:
    """Counted as of now. `may`: whom the rules let; `can`: who may and has what it takes."""

    total: int
    may_before: int
    may_after: int
    can_before: int
    can_after: int
    gain: int  # could not before, and could then
    lose: int  # could before, and couldn't any more
    silent: tuple[str, ...] = ()  # directories that didn't answer: their accounts are as last told

    def locks_out(self, percent: int) -> bool:
        """Whether more than this share of those who can help themselves today couldn't any more."""
        return self.lose * 100 > percent * self.can_before

    @property
    def locks_out_many(self) -> bool:
        """Whether it takes two admins for that alone."""
        return self.lose > MANY * self.can_before
