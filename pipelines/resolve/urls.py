"""What an address says by itself."""

from __future__ import annotations

import re
from datetime import date

_URL_DATE = re.compile(r"/t(\d{4})(\d{2})(\d{2})_\d+")


def url_date(url: str) -> str | None:
    """The date in a TRS address (`t20240902_5311.shtml`); None where it is none.

    >>> url_date("http://x/202409/t20240902_5311.shtml"), url_date("http://x/t_5783074.shtml")
    ('2024-09-02', None)
    """
    match = _URL_DATE.search(url)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None
