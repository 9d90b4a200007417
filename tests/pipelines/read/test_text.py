"""Plain text: what somebody copied out of a browser, or what is left of a page without its markup."""

from __future__ import annotations

import pytest

from pipelines.models import RawReply
from pipelines.read import read_text
from pipelines.read.chrome import chrome_reason
from pipelines.read.labels import bare_label, generic_label, split_labels

TITLE = "关于市政协九届四次会议第031号提案的答复"
LETTER = (
    "某委员:\n您提出的《关于修缮老桥的提案》收悉,现答复如下:\n老桥已列入计划。\n某市交通运输局\n2023年5月18日"
)


def fields(raw: RawReply) -> list[tuple[str, str]]:
    return [(item.label, item.value) for item in raw.fields]


def test_a_whole_page_as_text() -> None:
    raw = read_text(
        "某省政府网 ||邮箱|工作后台 |登录|注册\n\n"
        + TITLE
        + "\n\n"
        + TITLE
        + "\n\n2024-09-02 10:33 某省科学技术厅\n"
        "索 引 号 011043145/2024-37154 分    类 科技\n发布机构 某省科学技术厅 发文日期 2024-09-02\n文    号 有 效 性 有效\n\n"
        + LETTER
        + "\n\n附件:\n\n 已阅 0  打印   关闭"
    )
    assert raw.titles == (("text", TITLE),)
    assert fields(raw) == [
        ("", "2024-09-02 10:33 某省科学技术厅"),
        ("索引号", "011043145/2024-37154"),
        ("分类", "科技"),
        ("发布机构", "某省科学技术厅"),
        ("发文日期", "2024-09-02"),
        ("文号", ""),
        ("有效性", "有效"),
    ]
    assert raw.paragraphs == tuple(LETTER.split("\n"))
    assert raw.attachments == ()
    assert [item.reason for item in raw.removed] == ["navigation", "empty_attachment_label", "toolbar"]


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        ("文    号 有 效 性 有效", [("文号", ""), ("有效性", "有效")]),
        ("索 引 号 640105-113/2018-89569 文号", [("索引号", "640105-113/2018-89569"), ("文号", "")]),
        ("索 引 号 : 主题分类:", [("索引号", ""), ("主题分类", "")]),
        (
            "发布日期:2018-07-30浏览次数:字号:[ ]",
            [("发布日期", "2018-07-30"), ("浏览次数", ""), ("字号", "[ ]")],
        ),
        (
            "发布时间:2024-10-25 11:47信息来源:某区政府文字大小:[ ]",
            [("发布时间", "2024-10-25 11:47"), ("信息来源", "某区政府"), ("文字大小", "[ ]")],
        ),
        (
            "来源:办公室   效力状态:有效   时间:2024-07-11 09:48",
            [("来源", "办公室"), ("效力状态", "有效"), ("时间", "2024-07-11 09:48")],
        ),
        ("责任部门 某区城管局 公开方式 主动公开", [("责任部门", "某区城管局"), ("公开方式", "主动公开")]),
        (
            "时间: 来源:县教育局 访问量:- 【字体:",
            [("时间", ""), ("来源", "县教育局"), ("访问量", "-"), ("字体", "")],
        ),
        ("索引号：　000014349／2018-00222", [("索引号", "000014349／2018-00222")]),
        ("发文字号：某政发〔2020〕1号 打印 关闭", [("发文字号", "某政发〔2020〕1号")]),
        ("我们将文号写在来源里", []),
        ("本厅的分类工作", []),
    ],
)
def test_labels_in_a_line(line: str, pairs: list[tuple[str, str]]) -> None:
    assert split_labels(line)[1] == pairs


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("索 引 号：", "索引号"),
        ("文　　号", "文号"),
        ("【发布机构】", "发布机构"),
        ("科技", None),
        ("", None),
    ],
)
def test_a_cell_that_is_a_label(text: str, label: str | None) -> None:
    assert bare_label(text) == label


def test_labels_of_the_normaliser_are_all_recognised() -> None:
    from pipelines.normalise.labels import ORDER

    missing = [
        label
        for names in ORDER.values()
        for label in names
        if "(" not in label and split_labels(f"{label}：某值")[1] != [(label, "某值")]
    ]
    assert missing == []


@pytest.mark.parametrize("line", ["某某代表：您好", "尊敬的某委员：", "某市某局：", "某委员:你好"])
def test_a_salutation_is_no_label(line: str) -> None:
    assert generic_label(line) is None


def test_labels_and_values_on_separate_lines() -> None:
    text = f"{TITLE}\n索引号\n741792287-2019-00130\n主题分类\n其他\n发文日期\n2019年09月16日 11:26:00\n"
    text += f"发布机构\n某县交通运输局\n文号\n\n{LETTER}"
    raw = read_text(text)
    assert fields(raw) == [
        ("索引号", "741792287-2019-00130"),
        ("主题分类", "其他"),
        ("发文日期", "2019年09月16日 11:26:00"),
        ("发布机构", "某县交通运输局"),
        ("文号", ""),
    ]
    assert raw.paragraphs[0] == "某委员:"


def test_a_title_is_not_the_value_of_an_empty_label() -> None:
    raw = read_text(
        f"主 题 词：\n某省人民政府对十届人大\n四次会议第7240号建议的答复\n某政函〔2006〕71号\n{LETTER}"
    )
    assert ("主题词", "") in fields(raw)
    assert raw.titles == (("text", "某省人民政府对十届人大四次会议第7240号建议的答复"),)
    assert raw.paragraphs[0] == "某政函〔2006〕71号"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "某县民政局关于答复县政协九届六次会议\n第048号提案的函",
            "某县民政局关于答复县政协九届六次会议第048号提案的函",
        ),
        ("对某市政协十届三次会议第87号提案的\n答 复", "对某市政协十届三次会议第87号提案的答 复"),
        (
            "关于某镇第十六届人民代表大会\n第一次会议17号代表建议的答复",
            "关于某镇第十六届人民代表大会第一次会议17号代表建议的答复",
        ),
        ("市七届人大五次会议第6号代表建议办理情况的答复", "市七届人大五次会议第6号代表建议办理情况的答复"),
        (
            "关于省十三届人大一次会议温36号建议的答复[某交建〔2018〕101号]",
            "关于省十三届人大一次会议温36号建议的答复[某交建〔2018〕101号]",
        ),
        (
            "关于交通信号灯的建议答复的函(编号:B(2017)103号)",
            "关于交通信号灯的建议答复的函(编号:B(2017)103号)",
        ),
        (
            "[某省]某省交通运输厅关于省十二届人大四次会议第1172号建议的答复",
            "某省交通运输厅关于省十二届人大四次会议第1172号建议的答复",
        ),
        (
            "人大政协提案办理情况\n对县人大十五届五次会议代表第061号建议的答复",
            "对县人大十五届五次会议代表第061号建议的答复",
        ),
        (
            "标  题: 对政协市八届二次会议第822021号提案的答复:关于完善设施的提案",
            "对政协市八届二次会议第822021号提案的答复:关于完善设施的提案",
        ),
    ],
)
def test_titles(head: str, title: str) -> None:
    raw = read_text(f"首页 > 信息公开 > 建议提案\n{head}\n{LETTER}")
    assert raw.titles[0][1] == title
    assert raw.paragraphs == tuple(LETTER.split("\n"))


def test_title_and_salutation_in_one_line() -> None:
    raw = read_text(f"{TITLE} 某委员: 您提出的提案收悉,现答复如下:已办。")
    assert raw.titles == (("text", TITLE),)
    assert raw.paragraphs == ("某委员: 您提出的提案收悉,现答复如下:已办。",)


def test_marks_and_numbers_above_the_letter_stay_with_it() -> None:
    raw = read_text(
        f"某省政府门户网站 发布时间: 2024-07-31 16:31 【字体:\nA2 类\n同意对外公开\n某政建复〔2024〕1号\n{TITLE}\n签发人:某甲\n{LETTER}"
    )
    assert raw.paragraphs[:4] == ("A2 类", "同意对外公开", "某政建复〔2024〕1号", "签发人:某甲")
    assert ("发布时间", "2024-07-31 16:31") in fields(raw)
    assert ("签发人", "某甲") in fields(raw)


def test_an_accessibility_toolbar_above_the_title() -> None:
    raw = read_text("拼音\n辅助浏览\n轻松阅读\n读屏\n大字幕\n配色\n换肤\n" + TITLE + "\n" + LETTER)
    assert raw.titles == (("text", TITLE),)
    assert len(raw.removed) == 7


@pytest.mark.parametrize(
    "tail",
    [
        "扫一扫在手机上查看当前页面",
        "打印本页 关闭窗口",
        "【打印本页】 【关闭窗口】",
        "上一篇:关于某事的答复\n下一篇:关于他事的答复",
        "上一条:关于某事的答复 下一条:关于他事的答复\n【关闭】",
        "责任编辑:某甲\n关闭\n上一篇:某事的答复函\n下一篇:他事的答复函",
        "相关稿件:",
        "姓 名\n联系方式\n内 容\n验 证 码",
        "您访问的链接即将离开“某市人民政府”门户网站,是否继续?",
        "政府网站标识码5100000016",
        "附件下载:",
        "-->",
        "扫描二维码随身看资讯",
        "相关链接:\n某某新闻\n又一新闻",
    ],
)
def test_tails(tail: str) -> None:
    raw = read_text(f"{TITLE}\n{LETTER}\n{tail}")
    assert raw.paragraphs == tuple(LETTER.split("\n"))
    assert "\n".join(sorted(item.text for item in raw.removed)) == "\n".join(sorted(tail.split("\n")))


@pytest.mark.parametrize(
    "line",
    [
        "某市交通运输局",
        "2023年5月18日",
        "抄送:市政协提案委",
        "(此件主动公开)",
        "联系人:某甲 联系电话:###",
        "一、关于打印机",
        "128",
    ],
)
def test_lines_of_a_letter_are_no_chrome(line: str) -> None:
    assert chrome_reason(line) is None


def test_prose_behind_a_tool_is_not_dropped() -> None:
    raw = read_text(
        f"{TITLE}\n{LETTER}\n扫一扫在手机上查看当前页面\n附:修缮计划。老桥分两期施工,第一期自九月起,第二期自明年三月起,共需资金120万元。"
    )
    assert raw.paragraphs[-1].startswith("附:修缮计划。")


def test_annexes_named_in_the_letter() -> None:
    raw = read_text(f"{TITLE}\n{LETTER}\n附件:1.修缮计划表\n   2.资金安排表\n抄送:市政协提案委")
    assert [(item.name, item.url) for item in raw.attachments] == [("修缮计划表", None), ("资金安排表", None)]


def test_text_without_any_head() -> None:
    raw = read_text("[…]\n特此答复。\n承办单位:[…]")
    assert raw.paragraphs == ("[…]", "特此答复。", "承办单位:[…]")
    assert raw.titles == ()


def test_empty_and_hostile_text() -> None:
    assert read_text("").paragraphs == ()
    raw = read_text("某委员:\n现答复\x00如下:已办。")
    assert raw.paragraphs == ("某委员:", "现答复如下:已办。")
    assert [issue.code for issue in raw.issues] == ["nul_bytes"]


def test_nothing_is_slow_on_long_lines() -> None:
    import time

    for line in (
        "文号" * 50_000,
        "索 引 号 " * 30_000,
        "关于" * 60_000,
        "a" * 200_000,
        " " * 200_000,
        "[" * 100_000,
        ":" * 100_000,
        "位置>" * 50_000,
    ):
        start = time.process_time()
        read_text(f"{line}\n{LETTER}\n{line}")
        assert time.process_time() - start < 1
