"""`python -m tests.score.graph`: precision and recall of citations, commitments, agencies and roles on the labelled samples.

A citation is right when policy and number are those of the label; a commitment when the sentence is, and its deadline
is counted apart. A name is right when it means the agency of the label; one that means nobody counts only when something
is found for it. A role is right when name and role are those of the label, through the whole chain from text to rows.
Exit code 1 when a floor is missed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field

from pipelines.normalise.citations import find_citations
from pipelines.normalise.commitments import find_commitments
from pipelines.process import process_text
from pipelines.resolve.agencies import Authority
from pipelines.resolve.reply_agencies import agencies_of
from tests.pipelines.normalise import citation_sample, commitment_sample
from tests.pipelines.resolve import agency_sample, role_sample

FLOORS = {
    "citations": (0.97, 0.95),
    "commitments": (0.97, 0.90),
    "deadlines": (0.97, 0.95),
    "agencies": (0.99, 0.95),
    "roles": (0.98, 0.95),
}
"""Precision and recall."""


@dataclass(slots=True)
class Score:
    """Counts, and what was wrong in words."""

    name: str
    passages: int = 0
    found: int = 0
    wanted: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right of those found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Right of those wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def good(self) -> bool:
        """Whether both floors are kept."""
        precision, recall = FLOORS[self.name]
        return self.precision >= precision and self.recall >= recall

    def table(self) -> str:
        """One line of figures, then what was wrong."""
        head = (
            f"{self.name:12} passages {self.passages:4}   precision {self.right}/{self.found} = {self.precision:.4f}"
            f"   recall {self.right}/{self.wanted} = {self.recall:.4f}"
        )
        return "\n".join([head, *(f"  {miss}" for miss in self.misses)])


def citations(passages: tuple[tuple[str, tuple[citation_sample.Label, ...]], ...]) -> Score:
    """Score citations."""
    score = Score("citations")
    for text, labels in passages:
        found = Counter((one.policy, one.document_number) for one in find_citations(text.split("\n")))
        wanted = Counter(labels)
        score.passages += 1
        score.found += found.total()
        score.wanted += wanted.total()
        score.right += (found & wanted).total()
        if found != wanted:
            score.misses.append(f"{text}: extra {[*(found - wanted)]} missing {[*(wanted - found)]}")
    return score


def commitments(
    passages: tuple[tuple[str, str | None, tuple[commitment_sample.Label, ...]], ...],
) -> tuple[Score, Score]:
    """Score commitments, and the deadlines of those that were found."""
    score, deadlines = Score("commitments"), Score("deadlines")
    for text, signed_on, labels in passages:
        found = list(find_commitments(text.split("\n"), signed_on))
        score.passages += 1
        score.found += len(found)
        score.wanted += len(labels)
        for begins, day, raw in labels:
            one = next((one for one in found if one.sentence.startswith(begins)), None)
            if one is None:
                score.misses.append(f"missing: {begins}… in {text}")
                continue
            found.remove(one)
            score.right += 1
            deadlines.passages += 1
            deadlines.found += one.deadline_raw is not None
            deadlines.wanted += raw is not None
            if (one.deadline, one.deadline_raw) == (day, raw):
                deadlines.right += raw is not None
            else:
                deadlines.misses.append(
                    f"{one.sentence}: {one.deadline} {one.deadline_raw}, want {day} {raw}"
                )
        score.misses += [f"extra: {one.sentence}" for one in found]
    return score, deadlines


def agencies(labels: tuple[agency_sample.Label, ...]) -> Score:
    """Score printed names, seen from a site of a place."""
    score, authority = Score("agencies"), Authority([])
    for printed, place, wanted in labels:
        agency = authority.find(printed, place)
        found = agency.id if agency else None
        score.passages += 1
        score.found += found is not None
        score.wanted += wanted is not None
        score.right += found is not None and found == wanted
        if found != wanted:
            score.misses.append(f"{printed} from {place}: {found}, want {wanted}")
    return score


def roles(passages: tuple[role_sample.Passage, ...]) -> Score:
    """Score who has which role, from the text of a letter to the rows of `reply_agencies`."""
    score, authority = Score("roles"), Authority([])
    for text, place, labels in passages:
        reply = process_text(text.encode())
        head = {**asdict(reply), "co_handlers": json.dumps(reply.co_handlers, ensure_ascii=False)}
        sources = {name: (source.source, source.rule) for name, source in reply.sources.items()}
        rows = agencies_of(head, reply.roles, sources, None, place, authority)
        found: Counter[tuple[str, str]] = Counter((row.name, row.role) for row in rows)
        wanted = Counter(labels)
        score.passages += 1
        score.found += found.total()
        score.wanted += wanted.total()
        score.right += (found & wanted).total()
        if found != wanted:
            score.misses.append(f"{text}: extra {[*(found - wanted)]} missing {[*(wanted - found)]}")
    return score


def scores() -> tuple[Score, ...]:
    """All scores on the labelled samples."""
    return (
        citations(citation_sample.ALL),
        *commitments(commitment_sample.ALL),
        agencies(agency_sample.ALL),
        roles(role_sample.ALL),
    )


def main() -> int:
    """Print all scores."""
    found = scores()
    for score in found:
        print(score.table())
    return 0 if all(score.good for score in found) else 1


if __name__ == "__main__":
    sys.exit(main())
