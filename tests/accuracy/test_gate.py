"""The gate itself: every labelled case accepted, every floor kept, every family and form among the cases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.check.accuracy import Accuracy, measure, miss_line
from pipelines.check.cases import load_cases
from tests.accuracy import FOLDER
from tests.accuracy.__main__ import accept, main, new
from tests.conftest import said

pytestmark = pytest.mark.no_cover


@pytest.fixture(scope="module")
def result() -> Accuracy:
    return measure(FOLDER)


def test_every_case_was_read_and_accepted(result: Accuracy) -> None:
    assert result.unaccepted == (), "\n".join(result.unaccepted)


def test_no_figure_is_below_its_floor(result: Accuracy) -> None:
    assert result.shortfalls == (), "\n".join(
        [*map(str, result.shortfalls), *map(miss_line, result.tally.misses)]
    )


def test_there_are_at_least_150_labelled_documents(result: Accuracy) -> None:
    assert result.cases >= 150
    assert result.titles >= 100


def test_the_cases_are_of_every_form() -> None:
    cases = [case for case in load_cases(FOLDER) if case.kind != "title"]
    records = [case.expected for case in cases if case.expected is not None]
    assert {record["document_type"] for record in records} >= {"reply", "co_handling_opinion", "other"}
    references = [reference for record in records for reference in record["references"]]
    assert {one["level"] for one in references} >= {
        "全国",
        "省",
        "市",
        "州",
        "县",
        "区",
        "旗",
        "盟",
        "镇",
        None,
    }
    assert {one["kind"] for one in references} == {"提案", "建议", "议案"}
    assert {case.label.get("outcome", "ok") for case in cases} >= {
        "ok",
        "blocked",
        "maintenance",
        "soft_404",
        "empty",
    }
    shells = (
        "table table-bordered", "mlxl-content-box-one", "a-info", "documents", "hbgov-article", "xx_top", "slh-title",
        "art-tit", "v_news_content", "UCAP-CONTENT", "MsoNormal", "TBODY", "article_new", "ZJEG_RSS", "gk-title",
    )  # fmt: skip
    for shell in shells:
        assert any(shell.encode() in case.body for case in cases), shell
    encodings = {case.body.isascii() or _is_utf8(case.body) for case in cases}
    assert encodings == {True, False}


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with one accepted case and one accepted title."""
    (tmp_path / "cases").mkdir()
    for kind in ("html", "json"):
        shutil.copy(FOLDER / "cases" / f"kjt-two-co-handlers.{kind}", tmp_path / "cases")
    first = (FOLDER / "titles.jsonl").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "titles.jsonl").write_text(f"{first}\n", encoding="utf-8")
    (tmp_path / "floors.json").write_text("{}", encoding="utf-8")
    accept(tmp_path, list(load_cases(tmp_path)))
    assert measure(tmp_path).unaccepted == ()
    return tmp_path


def test_a_new_case_fails_until_it_is_accepted(copy: Path) -> None:
    page = copy / "draft.html"
    page.write_bytes((FOLDER / "cases" / "daye-representative-suggestion.html").read_bytes())
    assert new(copy, page) == ["draft"]
    (line,) = measure(copy).unaccepted
    assert line.startswith("draft：还没有人看过")
    assert "python -m tests.accuracy accept draft" in line
    accept(copy, [case for case in load_cases(copy) if case.name == "draft"])
    assert measure(copy).unaccepted == ()


@pytest.mark.parametrize(
    ("file", "why"), [("kjt-two-co-handlers.html", "网页变了"), ("kjt-two-co-handlers.json", "期望记录变了")]
)
def test_a_changed_case_fails_until_it_is_accepted_again(copy: Path, file: str, why: str) -> None:
    path = copy / "cases" / file
    path.write_bytes(path.read_bytes().replace("57家".encode(), "58家".encode()))
    (line,) = measure(copy).unaccepted
    assert why in line


def test_a_changed_title_is_a_new_case_and_its_old_line_is_left_over(copy: Path) -> None:
    path = copy / "titles.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("20240317", "20240318"), encoding="utf-8")
    assert [line.split("：", 1)[1][:4] for line in measure(copy).unaccepted] == ["还没有人", "acce"]


def test_titles_are_drafted_line_by_line(copy: Path) -> None:
    file = copy / "more.lines"
    file.write_text(
        "关于县政协九届一次会议第3号提案的答复\n\n对县人大九届二次会议第4号建议的答复\n", encoding="utf-8"
    )
    assert len(new(copy, file)) == 2
    assert len(measure(copy).unaccepted) == 2


def test_the_tool_prints_page_and_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "kjt-two-co-handlers"]) == 0
    shown = capsys.readouterr().out
    assert "一、关于孵化器建设的现状" in shown
    assert '"index_number": "011043145/2023-11820"' in shown
    assert main(["accept", "nobody"]) == 2


def test_the_command_prints_the_table_in_chinese() -> None:
    shown = said("check", "--accuracy")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert "查准率" in shown.stdout
    assert "落款日期" in shown.stdout
    assert "全部达到下限" in shown.stdout


def test_the_command_fails_below_a_floor(copy: Path) -> None:
    floor = '{"title": {"precision": 1.0, "recall": 1.0, "wanted": 2}}'
    (copy / "floors.json").write_text(floor, encoding="utf-8")
    shown = said("check", "--accuracy", "--cases", str(copy))
    assert shown.returncode == 1
    assert "title 的应有值数 1 低于下限 2" in shown.stdout
    assert "references 没有下限" in shown.stdout


def test_where_no_cases_are_the_command_says_so(tmp_path: Path) -> None:
    shown = said("check", "--accuracy", "--cases", str(tmp_path))
    assert shown.returncode == 2
    assert "不随安装包发布" in shown.stderr
    assert said("check", "--cases", str(tmp_path)).returncode == 2
