"""One more process for pieces of work: in order, its errors told, and done here where it is lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import forkserver

import pytest

from pipelines.helper import Helper


@pytest.fixture
def helper() -> Iterator[Helper]:
    with Helper(True) as helper:
        yield helper


def _nobody() -> str:
    raise AssertionError("done here, although somebody was there")


def test_pieces_end_in_another_process_in_any_order_of_asking_and_errors_are_raised(helper: Helper) -> None:
    number, wrong, word = helper.begin(os.getpid), helper.begin(int, "十"), helper.begin(str.upper, "a")
    assert helper.ended(word, _nobody) == "A"
    assert helper.ended(number, os.getpid) != os.getpid()
    with pytest.raises(ValueError, match="十"):
        helper.ended(wrong, lambda: 0)


def test_a_lost_process_has_its_pieces_done_here(helper: Helper) -> None:
    done, killed, behind = helper.begin(int, "1"), helper.begin(signal.pause), helper.begin(int, "2")
    assert helper.ended(done, lambda: 9) == 1
    assert helper._process is not None
    threading.Timer(0.1, helper._process.kill).start()
    assert [helper.ended(piece, lambda: 3) for piece in (killed, behind)] == [3, 3]
    assert helper.begin(int, "1") is None
    assert not helper.there


def test_nobody_is_started_for_nothing_and_nobody_is_waited_for_at_the_end() -> None:
    with Helper(False) as alone:
        assert alone.ended(alone.begin(int, "1"), lambda: 2) == 2
    assert alone._process is None
    with Helper(True) as helper:
        helper.begin(time.sleep, 60)
        process, begin = helper._process, time.monotonic()
    assert process is not None
    assert not process.is_alive()
    assert time.monotonic() - begin < 20


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the C library is another")
@pytest.mark.parametrize("own", [None, "glibc.malloc.arena_max=2"])
def test_who_helps_asks_for_large_pages_beside_what_a_user_asked_for(
    own: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if own is None:
        monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    else:
        monkeypatch.setenv("GLIBC_TUNABLES", own)
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # one that runs was begun in another environment
    with Helper(True) as helper:
        asked = helper.ended(helper.begin(os.getenv, "GLIBC_TUNABLES"), str)
    assert asked == ":".join(filter(None, (own, "glibc.malloc.hugetlb=1")))
    assert os.environ.get("GLIBC_TUNABLES") == own
