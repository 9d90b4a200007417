"""Ten journeys of a reader, each at a desk and on a phone. All begin at the home page and go by what can be seen there.

 1. Who answered proposal 20259260, and who gave an opinion on it?
 2. What was said on 湖泊 in 2024, an exact phrase in it, and without floods; newest first.
 3. A search that finds nothing: what to try instead; the same in traditional characters.
 4. Read a long reply by its outline; where does this date come from?
 5. Cite a reply: GB/T 7714 and BibTeX, copied by a button.
 6. Which policy does a reply lean on, and who else names it?
 7. What did an agency promise, and where does it say so in the text?
 8. Whom does an agency consult?
 9. A page has vanished from its site: what stood there?
10. What changed last month, as a table for Excel.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import EDITED, GONE, Reader, last_month

if TYPE_CHECKING:
    from playwright.sync_api import Download


def searched(reader: Reader, words: str) -> None:
    """From the home page through its box."""
    page = reader.opens("/")
    page.locator("main input[type=search]").fill(words)
    page.locator("main input[type=search]").press("Enter")
    page.wait_for_url("**/search?*")
    reader.looks()


def hits(reader: Reader) -> int:
    """The number that the page of a search tells."""
    found = re.search(r"命中 ([\d,]+) 件", reader.text(".count"))
    assert found
    return int(found[1].replace(",", ""))


def follows(reader: Reader, name: str, within: str = "main") -> None:
    """Click on a link by its text."""
    reader.page.locator(within).get_by_role("link", name=name).first.click()
    reader.page.wait_for_load_state()
    reader.looks()


def test_1_who_answered_a_proposal(reader: Reader) -> None:
    searched(reader, "第20259260号提案")
    follows(reader, "湖北省政协十三届三次会议第20259260号提案", ".named")
    assert "/corpus/proposals/" in reader.page.url
    assert "20259260" in reader.text()
    reader.page.go_back()
    assert hits(reader) == 2
    follows(reader, "省老龄友好委员会对省政协十三届三次会议第20259260号提案的答复")
    assert "湖北省老龄友好委员会" in reader.text("aside")
    follows(reader, "对省政协十三届三次会议第20259260号提案的会办意见")
    assert "湖北省创新促进厅" in reader.text("aside")


def test_2_a_phrase_without_a_word_in_a_year_newest_first(reader: Reader) -> None:
    searched(reader, '"提案收悉 现答复如下" -洪水')
    before = hits(reader)
    assert before > 3
    reader.page.locator("#facets").get_by_role("link", name="2024年").click()
    reader.page.wait_for_load_state()
    assert "year=2024" in reader.page.url
    narrowed = hits(reader)
    assert 0 < narrowed < before
    follows(reader, "最新公开")
    dates = reader.page.locator(".replies time").evaluate_all(
        "all => all.map(one => one.getAttribute('datetime'))"
    )
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == narrowed
    assert re.fullmatch(r"提案收悉\W+现答复如下", reader.text(".excerpt mark"))
    assert len(reader.page.url) < len(reader.site) + 160
    reader.page.locator(".chosen a").click()
    reader.page.wait_for_load_state()
    assert hits(reader) == before


def test_3_nothing_found_and_what_to_try(reader: Reader) -> None:
    searched(reader, "老旧楼栋加装电梯补助标准")
    assert "没有找到" in reader.text(".zero-results")
    reader.page.locator(".hints a").first.click()
    reader.page.wait_for_load_state()
    assert hits(reader) > 0
    reader.page.locator("main input[type=search]").fill("加裝電梯")
    reader.page.get_by_role("button", name="搜索").click()
    reader.page.wait_for_load_state()
    assert "换成简体“加装电梯”以后找到的" in reader.text()
    assert reader.text(".excerpt mark") == "加装电梯"


def test_4_reading_by_the_outline_and_asking_for_a_source(reader: Reader) -> None:
    searched(reader, "氢能产业技术攻关与场景示范")
    reader.page.locator(".replies h2 a").first.click()
    reader.page.wait_for_load_state()
    reader.page.locator("nav.outline").get_by_role("link", name="五、下一步打算").click()
    reader.page.wait_for_url("**#*")
    target = reader.page.locator(f"[id='{reader.page.url.split('#')[1]}']")
    assert 0 <= target.evaluate("node => node.getBoundingClientRect().top") < 400
    fact = reader.page.locator("aside .facts > div", has_text="落款日期")
    source = fact.locator("details.source p")
    assert not source.is_visible()
    fact.locator("summary").click()
    assert source.is_visible()
    assert "正文" in source.inner_text()
    reader.looks()


def test_5_citing(reader: Reader) -> None:
    searched(reader, "氢能产业技术攻关与场景示范")
    reader.page.locator(".replies h2 a").first.click()
    reader.page.wait_for_load_state()
    page = reader.page
    page.get_by_role("button", name="复制引用格式").click()
    page.get_by_text("已复制").first.wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#gb7714").text_content()
    assert re.fullmatch(r".+\. .+\[EB/OL\]\. \(\d{4}-\d\d-\d\d\)\[\d{4}-\d\d-\d\d\]\. http://\S+\.", copied)
    page.locator("summary", has_text="显示").click()
    page.get_by_role("button", name="复制BibTeX").click()
    reader.sees("navigator.clipboard.readText().then(text => text.startsWith('@online'))")
    entry = page.evaluate("navigator.clipboard.readText()")
    assert f"{reader.site}/corpus/replies/" in entry
    assert entry.endswith("}")


def test_6_a_policy_and_who_names_it(reader: Reader) -> None:
    searched(reader, "演习湖岸空间开放管理办法")
    assert hits(reader) == 2
    reader.page.locator(".replies h2 a").first.click()
    reader.page.wait_for_load_state()
    reader.page.locator(".body a.policy").click()
    reader.page.wait_for_load_state()
    reader.looks()
    assert "/corpus/policies/" in reader.page.url
    assert "鄂湖湿发〔2025〕3号" in reader.text()
    follows(reader, "省湖泊湿地厅关于省政协十三届四次会议第20269018号提案的答复")
    assert reader.page.locator(".body a.policy").count()


def test_7_a_promise_in_its_place(reader: Reader) -> None:
    searched(reader, "标题:20239046")
    reader.page.locator(".replies h2 a").first.click()
    reader.page.wait_for_load_state()
    listed = (
        reader.page.locator("section", has=reader.page.get_by_role("heading", name="承诺事项"))
        .locator("a")
        .first
    )
    promise = listed.inner_text()
    listed.click()
    marked = reader.page.locator(":target")
    assert marked.inner_text().strip() == promise
    assert 0 <= marked.evaluate("node => node.getBoundingClientRect().top") < 700


def test_8_whom_an_agency_consults(reader: Reader) -> None:
    searched(reader, "氢能产业技术攻关与场景示范")
    reader.page.locator(".replies h2 a").first.click()
    reader.page.wait_for_load_state()
    follows(reader, "湖北省创新促进厅", "aside")
    assert "/corpus/agencies/" in reader.page.url
    assert "它请谁会办" in reader.text()
    follows(reader, "常用查询", "header")
    follows(reader, "谁找谁会办")
    assert "主办机关" in reader.text()
    assert reader.page.locator("tbody tr").count() > 1


def test_9_a_page_that_vanished(reader: Reader) -> None:
    page = reader.opens("/")
    follows(reader, "变化", "header")
    page.get_by_role("link", name="撤下").first.click()
    page.wait_for_load_state()
    page.locator("section.day li").get_by_role("link").first.click()
    page.wait_for_load_state()
    assert GONE in page.url
    assert "原网页已经撤下" in reader.text()
    original = page.locator("#origin a[rel~=external]").first.get_attribute("href")
    assert original is not None
    follows(reader, "本库保存的网页正文")
    assert original in reader.text()
    assert "起无法打开" in reader.text()
    assert len(reader.text(".body")) > 100
    follows(reader, "回到答复页")
    assert GONE in page.url


def saved(reader: Reader, name: str, folder: Path) -> Path:
    """Click on a link that gives a file."""
    with reader.page.expect_download() as waiting:
        reader.page.locator("main").get_by_role("link", name=name).first.click()
    download: Download = waiting.value
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def rows_in_a_spreadsheet(path: Path) -> list[list[Any]]:
    """The rows of a CSV as LibreOffice sees it, with the separator and the character set that its dialog offers here.

    The dialog takes UTF-8 from the mark at the beginning of a file. Without a screen there is no dialog, and LibreOffice
    takes the character set of the system, with the mark or without it; so the mark has a test of its own.
    """
    from python_calamine import CalamineWorkbook

    folder = path.parent / "office"
    done = subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(path.parent / 'profile').as_uri()}",
            *(
                "--headless",
                "--infilter=Text - txt - csv (StarCalc):44,34,0,1",
                "--convert-to",
                "xlsx",
                "--outdir",
                str(folder),
                str(path),
            ),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    [made] = folder.glob("*.xlsx")
    assert done.returncode == 0, done.stderr
    return CalamineWorkbook.from_path(str(made)).get_sheet_by_index(0).to_python()


needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="no LibreOffice: apt-get install libreoffice-calc"
)


def test_10_what_changed_last_month_as_a_table(reader: Reader, tmp_path: Path) -> None:
    reader.opens("/")
    follows(reader, "变化", "header")
    month = last_month()
    reader.page.get_by_label("月份").select_option(month)
    reader.page.get_by_role("button", name="看").click()
    reader.page.wait_for_load_state()
    assert month in reader.page.url
    assert {"修改", "撤下"} == set(reader.page.locator("section.day .mark").all_inner_texts())
    table = saved(reader, "存为 CSV", tmp_path).read_bytes()
    assert table.startswith(b"\xef\xbb\xbf")  # by which Excel knows UTF-8
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert {row["kind"] for row in rows} >= {"修改", "撤下"}
    reader.page.locator("section.day li", has_text="修改").get_by_role("link").first.click()
    reader.page.wait_for_load_state()
    assert EDITED in reader.page.url
    assert reader.text(".diff ins") == "改过的一句。"
    assert reader.text(".diff del") == "原来的一句。"


@needs_office
def test_a_search_taken_home_opens_in_libreoffice(reader: Reader, tmp_path: Path) -> None:
    searched(reader, "标题:提案")
    number = hits(reader)
    assert number > 20
    table = saved(reader, "表格（CSV", tmp_path)
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = rows_in_a_spreadsheet(table)
    assert len(rows) == number + 1
    titles = [str(row[rows[0].index("title")]) for row in rows[1:]]
    assert all("提案" in title for title in titles), titles[:3]


def test_the_editor_of_sql_comes_when_it_is_wanted(reader: Reader) -> None:
    page = reader.opens("/corpus?sql=select+count(*)+as+n+from+replies")
    assert not [url for url in reader.asked if "codemirror" in url]
    page.locator("textarea#sql-editor").click()
    page.locator(".CodeMirror-code").wait_for()
    page.keyboard.press("Control+End")
    page.keyboard.type(" where 1")
    page.get_by_role("button", name="整理").or_(page.locator("#sql-format")).first.click()
    reader.sees("document.querySelector('.CodeMirror').CodeMirror.getValue().includes('\\n')")
    page.locator("form.sql input[type=submit]").first.click()
    page.wait_for_load_state()
    assert "where" in page.evaluate("decodeURIComponent(location.search)").lower()
    assert page.locator("tbody td").first.inner_text() == "57"
