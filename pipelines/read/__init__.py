"""Page → RawReply: labels and nodes as printed, nothing normalised."""

from pipelines.read.decode import Decoded, decode
from pipelines.read.outcome import classify
from pipelines.read.page import read_page
from pipelines.read.sanitise import sanitise
from pipelines.read.text import read_text

__all__ = ["Decoded", "classify", "decode", "read_page", "read_text", "sanitise"]
