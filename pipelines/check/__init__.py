"""Rules over one reply, the health of a site, and the gates before publication."""

from pipelines.check.rules import check

__all__ = ["check"]
