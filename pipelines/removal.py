"""Why something that stands in the container of a text is no part of it."""

from __future__ import annotations

from typing import Literal

RemovalReason = Literal[
    # The site's, told by the wording of a line (pipelines/read/chrome.py) or by class and id (clutter.py).
    "accessibility",
    "assistant",
    "breadcrumb",
    "counter",
    "credits",
    "date_of_visit",
    "feedback_form",
    "leave_site",
    "markup",
    "missing_notice",
    "modal",
    "navigation",
    "neighbours",
    "qr_code",
    "related",
    "share",
    "site_footer",
    "toolbar",
    "below_chrome",
    # Kept elsewhere: fields, attachments, titles, the first page.
    "metadata",
    "byline",
    "attachment",
    "empty_attachment_label",
    "before_title",
    "title_repeated",
    "repeated_on_continuation",
    # Not shown by a browser.
    "hidden",
    "not_shown",
]
"""Why something is left out of a body: a closed list, explained in docs/body.md."""
