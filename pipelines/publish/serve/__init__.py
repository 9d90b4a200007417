"""Serve the corpus of a data folder: stock Datasette with our plugin, on this machine unless told otherwise.

One process holds the address and starts another, which opens one snapshot by its name and answers. When a new snapshot
is published, a fresh child opens that; as soon as it answers, the old one takes no new connections, finishes what it
has begun and ends. So no request is dropped, and no answer mixes two snapshots.
"""

from pipelines.publish.serve.application import application
from pipelines.publish.serve.supervisor import serve

__all__ = ["application", "serve"]
