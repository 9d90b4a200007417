"""The archive as WARC (ISO 28500), for whoever keeps web archives, and back again without loss."""

from pipelines.warc.fields import FETCH, RUN, iso
from pipelines.warc.read import is_ours, told_by_warc
from pipelines.warc.write import Exported, export

__all__ = ["FETCH", "RUN", "Exported", "export", "is_ours", "iso", "told_by_warc"]
