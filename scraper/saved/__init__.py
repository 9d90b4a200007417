"""Pages that others saved, HTML, MHTML or WARC (the lawful way into a site that blocks programs), and whole archives."""

from scraper.saved.files import Saved, read_saved
from scraper.saved.store import Imported, import_pages

__all__ = ["Imported", "Saved", "import_pages", "read_saved"]
