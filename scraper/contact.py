"""Who we say we are. Without a contact there is no crawl: an administrator must be able to reach a person."""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from pipelines.errors import ConfigurationError

VARIABLE = "HUBEI_REPLIES_CONTACT"
TOKEN = "hubei-replies"  # noqa: S105 -- a name, not a secret
"""Product token: what robots.txt files name us by (RFC 9309 §2.2.1)."""


class ContactMissing(ConfigurationError):
    """No contact is configured; raised before any request is made."""

    def __init__(self) -> None:
        super().__init__(
            "没有联系方式，不能采集。请设置环境变量 "
            f"{VARIABLE}（如 export {VARIABLE}=you@example.org）或使用 --contact，"
            "它会写进 User-Agent，让网站管理员能找到您。"
        )


class ContactUnusable(ConfigurationError):
    """The contact cannot stand in a header."""

    def __init__(self, contact: str) -> None:
        super().__init__(
            f"联系方式 {contact!r} 不能写进 User-Agent：请用邮箱或网址，只含 ASCII 字符，不含空格、括号，最多 200 个字符。"
        )


@cache
def release() -> str:
    """Version of this package."""
    try:
        return version(TOKEN)
    except PackageNotFoundError:
        return "0"


def user_agent(contact: str | None) -> str:
    """`hubei-replies/0.1.0 (+you@example.org)`; raises ContactMissing, ContactUnusable."""
    if contact is None:
        contact = os.environ.get(VARIABLE, "")
    contact = contact.strip()
    if not contact:
        raise ContactMissing
    if len(contact) > 200 or any(not "!" <= c <= "~" or c in "()\\" for c in contact):
        raise ContactUnusable(contact)
    return f"{TOKEN}/{release()} (+{contact})"
