"""Reply → rows of `data/staging.db`."""

from pipelines.load.fingerprint import fingerprint
from pipelines.load.loader import Item, Loaded, Loader
from pipelines.load.store import StagingStale, open_staging

__all__ = ["Item", "Loaded", "Loader", "StagingStale", "fingerprint", "open_staging"]
