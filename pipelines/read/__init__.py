"""Page → RawReply: labels and nodes as printed, nothing normalised."""

from pipelines.read.text import read_text

__all__ = ["read_text"]
