"""What happened to a reply, on its page."""

from __future__ import annotations

import json
from typing import Any

from pipelines.normalise.difference import sentences
from pipelines.publish.site.history import history


def revision(number: int, day: str, changed: dict[str, Any] | None) -> dict[str, Any]:
    text = (changed or {}).get("body_text")
    return {
        "number": number,
        "fetched_at": f"{day}T02:00:00+08:00",
        "changed": None if changed is None else json.dumps(changed),
        "summary": "标题、正文" if changed else None,
        "diff": json.dumps(sentences(text["old"], text["new"])) if text else None,
    }


REPLY = {"first_seen_at": "2027-01-01T02:00:00+08:00"}


def test_a_reply_that_was_only_found_has_no_history() -> None:
    assert history(REPLY, [revision(1, "2027-01-01", None)], []) == []


def test_edits_and_events_stand_newest_first_with_what_changed() -> None:
    changed = {
        "title": {"old": "旧题", "new": None},
        "body_text": {"old": "甲。乙。", "new": "甲。丙。"},
        "attachments": {"old": [], "new": [{"name": "附件.pdf", "url": "x/1.pdf"}]},
        "references": {"old": [{"number": "12", "kind": "提案"}], "new": []},
    }
    event = {"happened_at": "2027-03-01T02:00:00+08:00", "kind": "moved", "url": "b", "former_url": "a"}
    found = history(REPLY, [revision(1, "2027-01-01", None), revision(2, "2027-02-01", changed)], [event])
    assert [entry["what"] for entry in found] == ["换了地址", "网页改动（第 2 稿）", "首次见到"]
    edit = found[1]
    assert {value["name"]: (value["old"], value["new"]) for value in edit["values"]} == {
        "标题": ("旧题", "（空）"),
        "附件": ("（空）", "附件.pdf"),
        "所答复的建议提案": ("12", "（空）"),
    }
    assert [part["op"] for part in edit["parts"]] == ["kept", "removed", "added"]
