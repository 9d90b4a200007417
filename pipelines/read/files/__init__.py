"""Files beside a reply → their text: PDF, Word, Excel, WPS, OFD, ZIP; by content, in a process of its own, bounded."""

from pipelines.read.files.kinds import disagrees, kind_of
from pipelines.read.files.reader import FileReader, read_file

__all__ = ["FileReader", "disagrees", "kind_of", "read_file"]
