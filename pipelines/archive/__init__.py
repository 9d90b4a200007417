"""The archive keeps every answer as it came, before it is read: bytes, headers, status, time, outcome, run.

It alone, with the reviewed data and the code, is enough to make the corpus again. Private: it holds what is masked
everywhere else.
"""

from pipelines.archive.merging import Merged, Told, merge, told_by
from pipelines.archive.records import ArchiveDamaged, Fetch, Given, Note, Run, RunRecord, Stats, Stored
from pipelines.archive.schema import VERSION, version_of
from pipelines.archive.store import INTERRUPTED, Archive
from pipelines.archive.training import Maintained
from pipelines.archive.verify import LostAnswer, Verified

__all__ = [
    "INTERRUPTED",
    "VERSION",
    "Archive",
    "ArchiveDamaged",
    "Fetch",
    "Given",
    "LostAnswer",
    "Maintained",
    "Merged",
    "Note",
    "Run",
    "RunRecord",
    "Stats",
    "Stored",
    "Told",
    "Verified",
    "merge",
    "told_by",
    "version_of",
]
