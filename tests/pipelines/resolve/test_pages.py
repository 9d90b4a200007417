"""The date in an address: as it stands there, or none."""

from __future__ import annotations

import pytest

from pipelines.address import url_date


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://x.demo.invalid/t20241302_1.shtml", None),
        ("http://x.demo.invalid/t_5783074.shtml", None),
        ("http://x.demo.invalid/190774.jhtml", None),
        ("http://x.demo.invalid/202409/t20240902_5311.shtml", "2024-09-02"),
        ("http://x.demo.invalid/202409/t20240902_5311_slh.shtml", "2024-09-02"),
    ],
)
def test_url_date(url: str, day: str | None) -> None:
    assert url_date(url) == day
