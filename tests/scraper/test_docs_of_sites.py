"""docs/sites.md says what is: its declarations load, its tables are complete, and its five minutes can be walked."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.declare import load_sites
from pipelines.declare.schema import ColumnDeclaration, SiteDeclaration
from scraper.cli import COMMANDS
from scraper.families import FAMILIES
from tests.conftest import ROOT, hubei_replies
from tests.gov.pages import document, listing, row, title_of
from tests.gov.server import Government, serving

TEXT = (ROOT / "docs" / "sites.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
COLUMN = "http://slj.yangli.invalid/zfxxgk/fdzdgknr/qtzdgknr/jytabl/zxwyta/"


def test_every_declaration_shown_is_a_good_one(tmp_path: Path) -> None:
    assert len(BLOCKS) == 3
    for number, block in enumerate(BLOCKS):
        path = tmp_path / f"{number}.yaml"
        path.write_text(block, encoding="utf-8")
        assert load_sites(path)
        assert len(block.splitlines()) <= 10


def test_every_key_and_every_family_is_explained() -> None:
    table = set(re.findall(r"^\| `(\w+)` \| [是否] \|", TEXT, re.MULTILINE))
    assert table == set(SiteDeclaration.model_fields)
    for key in ColumnDeclaration.model_fields:
        assert key in TEXT
    families = re.findall(r"^\| `(\w+)` \| (?![是否] \|)", TEXT, re.MULTILINE)
    assert families == ["family", *FAMILIES]


def test_the_commands_shown_exist() -> None:
    assert set(re.findall(r"bin/hubei-replies (\w+)", TEXT)) <= set(COMMANDS)


def test_the_five_minutes_can_be_walked(tmp_path: Path) -> None:
    path = tmp_path / "我的.yaml"
    path.write_text(BLOCKS[0].replace(".gov.cn", ".invalid") + "  delay: 0\n", encoding="utf-8")
    urls = [f"{COLUMN}202409/t20240902_10{k}.shtml" for k in (1, 2, 3, 4)]
    answers = {url: document(title_of(k)) for k, url in enumerate(urls, start=1)}
    answers[COLUMN] = listing("".join(row(url, title_of(k)) for k, url in enumerate(urls, start=1)))
    environment = {"HUBEI_REPLIES_CONTACT": "tests@example.org", "no_proxy": ""}
    government = Government(answers)
    with serving(government) as proxy:
        environment["HUBEI_REPLIES_PROXY"] = proxy
        assert hubei_replies("sites", "--check", "--sites", path).returncode == 0
        dry = hubei_replies("crawl", "--dry-run", "--sites", path, **environment)
        assert dry.returncode == 0, dry.stderr
        assert re.search(r"yangli-slj +4 +4", dry.stdout)
        assert not [url for _, url in government.log if url in urls]
        real = hubei_replies(
            "crawl", "--limit", "3", "--sites", path, "--data", tmp_path / "试", **environment
        )
    assert real.returncode == 0, real.stderr
    assert "答复 3 件" in real.stdout
    assert title_of(1) in hubei_replies("search", "--data", tmp_path / "试", "答复").stdout
    page = tmp_path / "样例.html"
    page.write_bytes(document(title_of(1)).body)
    assert title_of(1) in hubei_replies("extract", page).stdout
