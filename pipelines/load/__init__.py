"""Reply → rows of `data/staging.db`."""

from pipelines.load.fingerprint import fingerprint
from pipelines.load.loader import TEXT_FROM_LIST, Item, Loaded, Loader
from pipelines.load.store import StagingStale, open_staging

__all__ = ["TEXT_FROM_LIST", "Item", "Loaded", "Loader", "StagingStale", "fingerprint", "open_staging"]
