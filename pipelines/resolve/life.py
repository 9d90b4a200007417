"""Whether an address still answers, told from its answers one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pipelines.check.gone import gone_on
from pipelines.clock import day_of
from pipelines.models import Outcome

State = Literal["there", "missing", "gone", "leads"]
"""By the last answer that said something: the page came; 404 or 410, and it is not certain yet; it is gone; it leads to
another address."""


@dataclass(slots=True)
class Life:
    """The life of one address."""

    state: State = "there"
    since: str | None = None
    """Moment of the first answer of this state: of the first 404 for `missing` and `gone`."""
    leads_to: str | None = None
    last_ok_run: int = 0
    events: list[tuple[Literal["gone", "back"], str]] = field(default_factory=list)
    """What happened, and when: certainty, and its end."""
    _misses: list[str] = field(default_factory=list)
    _missed_run: int = 0

    def take(self, outcome: Outcome, moment: str, run: int, leads_to: str | None = None) -> None:
        """The next answer. A block, a time-out, an error or a notice of an unknown kind changes nothing."""
        if outcome in ("ok", "unchanged"):
            if self.state == "gone":
                self.events.append(("back", moment))
            self._misses.clear()
            self.state, self.since, self.leads_to, self.last_ok_run = "there", None, None, run
        elif outcome == "redirect" and leads_to is not None and self.state != "gone":
            if self.state != "leads":
                self.since = moment
            self.state, self.leads_to = "leads", leads_to
        elif outcome == "gone" and run != self._missed_run and self.last_ok_run:
            # What never answered is a dead link; its text may stand in the list.
            self._misses.append(moment)
            self._missed_run = run
            if self.state != "gone":
                self.state, self.since = "missing", self._misses[0]
                if gone_on([day_of(one) for one in self._misses]) is not None:
                    self.state = "gone"
                    self.events.append(("gone", moment))

    @property
    def plain(self) -> bool:
        """Whether nothing is to be told but the run of the last good answer."""
        return self == Life(last_ok_run=self.last_ok_run)

    def told(self) -> list[object]:
        """All of it as values of JSON, for `of`."""
        return [
            self.state, self.since, self.leads_to, self.last_ok_run, self.events, self._misses, self._missed_run,
        ]  # fmt: skip

    @classmethod
    def of(cls, told: list[Any]) -> Life:
        """The life that `told` gave."""
        state, since, leads_to, last_ok_run, events, misses, missed_run = told
        return cls(
            state, since, leads_to, last_ok_run, [(kind, at) for kind, at in events], misses, missed_run
        )

    @property
    def gone_at(self) -> str | None:
        """Moment at which it became certain that the page is gone; None while it is not."""
        return self.events[-1][1] if self.state == "gone" else None
