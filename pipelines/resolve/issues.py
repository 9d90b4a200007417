"""An issue that only the whole set shows, as a row."""

from __future__ import annotations

from typing import Any

from pipelines.models import Issue
from pipelines.normalise.privacy import mask


def issue_row(issue: Issue, url: str | None, reply_id: str | None, site: str | None) -> dict[str, Any]:
    """A row of `issues` without its number."""
    return {
        "url": url,
        "reply_id": reply_id,
        "site": site,
        "code": issue.code,
        "severity": issue.severity,
        "field": issue.field,
        "message": mask(issue.message),
        "raw": mask(issue.raw) if issue.raw else issue.raw,
    }
