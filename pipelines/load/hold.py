"""Whether a new state of a page may take the place of the one before it.

A redesign can take the labels or the text from under our rules: what is read then has less than what was read before,
and would be published as an edit by the site. Such a state is held back address by address, so that staging stays a
fold over the fetches of each address: the reply keeps its last good state, and the page says why, until the page is
read whole again (after the rules learned the template, `rebuild` reads what was archived) or a person accepts the loss
in the declaration (`expect: {gone_fields: […]}`), which each run keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.check.template import LABELLED
from pipelines.models import Issue, Reply, Site

MANY = 2
"""Labels that vanish together: editors change values and forget one, a template loses several."""


def lost_fields(known: Mapping[str, Any], reply: Reply, site: Site | None) -> tuple[str, ...]:
    """Fields for whose sake a state is held back; empty when it may be taken.

    Never where the page says something new of its disclosure: that a text is not public must count at once.
    """
    if reply.disclosure is not None and reply.disclosure != known["disclosure"]:
        return ()
    accepted = site.expect.gone_fields if site is not None else ()
    lost = tuple(
        name
        for name in (*LABELLED, "body_text")
        if known[name] and not getattr(reply, name) and name not in accepted
    )
    return lost if "body_text" in lost or len(lost) >= MANY else ()


def held(lost: tuple[str, ...]) -> Issue:
    """What a person is told."""
    names = "、".join(lost)
    message = f"新取到的网页里没有了 {names}，没有采用，此前的内容保留；模板改了请报告，网站确实不再印时声明 gone_fields"
    return Issue("snapshot_held", message, "error", raw=names)
