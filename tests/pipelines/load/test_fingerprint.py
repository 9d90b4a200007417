"""The fingerprint: another rule is another fingerprint, another place on disk is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.load import fingerprint as room
from pipelines.load.fingerprint import fingerprint


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = ("normalise/dates.py", "publish/build.py", "../scraper/families/trs.py", "../scraper/items.py")
    for name in (f"pipelines/{item}" for item in names):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "places.yaml").write_text("420000: 湖北省\n")
    module = __import__("sys").modules["pipelines.load.fingerprint"]
    monkeypatch.setattr(module, "_PIPELINES", tmp_path / "pipelines")
    monkeypatch.setattr(module, "_SCRAPER", tmp_path / "scraper")
    monkeypatch.setattr(module, "_FAMILIES", tmp_path / "scraper" / "families")
    monkeypatch.setattr(module, "_DATA", ("places.yaml", "absent"))

    def data(name: str) -> Path:
        if not (tmp_path / name).exists():
            raise FileNotFoundError(name)
        return tmp_path / name

    monkeypatch.setattr(module, "reviewed_data", data)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "matters"),
    [
        ("pipelines/normalise/dates.py", True),
        ("scraper/families/trs.py", True),
        ("scraper/items.py", True),
        ("places.yaml", True),
        ("pipelines/publish/build.py", False),
    ],
)
def test_what_staging_depends_on_changes_it(tree: Path, name: str, matters: bool) -> None:
    before = fingerprint.__wrapped__()
    (tree / name).write_text("x = 2\n")
    assert (fingerprint.__wrapped__() != before) is matters


def test_it_is_a_sha256_and_the_room_exports_it() -> None:
    assert room is fingerprint
    assert len(fingerprint()) == 64
