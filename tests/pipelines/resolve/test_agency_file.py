"""Mistakes in data/agencies are told with file, line and key, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.resolve.agency_file import Agency, AgencyFileError, reviewed_agencies

HEAD = "place: 420100\nsource: 该局网站\nknown_on: 2026-11\n"
KINDS = 'kinds:\n  jyj: {name: 教育局}\n  xcb: {name: "{place}委宣传部"}\n  wjw: {name: 卫生健康委员会, short: [卫健委]}\n'


def load(folder: Path, text: str, kinds: str = KINDS, **others: str) -> tuple[Agency, ...]:
    (folder / "kinds.yaml").write_text(kinds, encoding="utf-8")
    (folder / "wrong.yaml").write_text(text, encoding="utf-8")
    for name, content in others.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return reviewed_agencies(folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", r"wrong\.yaml:1：最外层应为"),
        ("agencies: {}", r"wrong\.yaml：place（一个地区）和 places（几个地区）写一个"),
        (HEAD, "应有 kinds"),
        (
            HEAD.replace("420100", "429999") + "kinds: [jyj]",
            "wrong.yaml:1：place：“429999”不在 data/places.yaml 里",
        ),
        (HEAD + "places: [420200]\nkinds: [jyj]", "写一个，也只写一个"),
        (HEAD.replace("place: 420100", "places: [420100, 420100]") + "kinds: [jyj]", "有地区写了两次"),
        (HEAD.replace("known_on: 2026-11", "known_on: 今年") + "kinds: [jyj]", "known_on：应为知悉的年月"),
        ("place: 420100\nknown_on: 2026-11\nkinds: [jyj]", "source：应写明出处"),
        (HEAD + "kinds: [jjj]", r"wrong\.yaml:4：kinds\[1\]：kinds.yaml 里没有“jjj”这个种类"),
        (HEAD + "kind: [jyj]\nkinds: [jyj]", "kind：没有 kind 这个键；是不是 kinds？"),
        (HEAD + "kinds: [jyj, jyj]", "420100-jyj（武汉市教育局）已在 wrong.yaml:4 列出"),
        (HEAD + "kinds: [jyj]\nagencies:\n  jyj: {name: 武汉教育局}", "agencies.jyj：420100-jyj"),
        (HEAD + "agencies:\n  JYJ: {name: 武汉教育局}", "agencies.JYJ：键用小写字母开头"),
        (HEAD + "agencies:\n  a: 武汉教育局", "agencies.a：应为若干“键: 值”"),
        (
            HEAD + "agencies:\n  a: {name: 武汉教育局, shorts: [x]}",
            "agencies.a.shorts：没有 shorts 这个键；是不是 short？",
        ),
        (HEAD + "agencies:\n  a: {name: 武汉 教育局}", "agencies.a.name：应为名称"),
        (HEAD + "agencies:\n  a: {name: 甲局, short: 乙局}", "agencies.a.short：应为名称的列表"),
        (HEAD + "agencies:\n  a: {name: 甲局, short: [1]}", r"agencies.a.short\[1\]：应为名称"),
        (HEAD + "agencies:\n  a: {name: 甲局, former: [{until: 2018}]}", r"agencies.a.former\[1\]：应为名称"),
        (
            HEAD + "agencies:\n  a: {name: 甲局, former: [{name: 乙局, until: 18}]}",
            r"former\[1\].until：“18”不是四位年份",
        ),
        (HEAD + "agencies:\n  a: {name: 甲局, since: 2020, until: 2018}", "since 2020 晚于 until 2018"),
        (
            HEAD + "agencies:\n  a: {name: 甲局, code: 011043145}",
            "agencies.a.code：“2377317”不是校验位正确的九位",
        ),
        (HEAD + 'agencies:\n  a: {name: 甲局, code: "011043146"}', "“011043146”不是校验位正确的九位"),
        (HEAD + "agencies:\n  a: {name: 甲局, successor: b}", "继任机关 b 不在同一地区的名录里"),
        (HEAD + "agencies:\n  a: {name: 甲局, successor: a}", "继任机关 a 不在"),
        (HEAD + "agencies:\n  a: {name: 甲局, successors: [b]}", "应为两个以上的键的列表"),
        (
            HEAD + "agencies:\n  a: {name: 甲局}\n  b: {name: 甲局}",
            "agencies.b：规范名称 甲局 与 420100-a 相同",
        ),
        (
            HEAD + 'agencies:\n  a: {name: 甲局, code: "011043145"}\n  b: {name: 乙局, code: "011043145"}',
            "组织机构代码 011043145 与 420100-a 相同",
        ),
        (HEAD + 'agencies:\n  jyj: {code: "011043145"}', "没有 name，而 420100-jyj 也没有按种类列出"),
        (
            HEAD.replace("place: 420100", "places: [420100, 420200]") + "agencies:\n  a: {name: 甲局}",
            "写了 places 的文件只列 kinds",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        load(tmp_path, text)
    assert "机关名录有" in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(AgencyFileError) as caught:
        load(
            tmp_path,
            HEAD + "kinds: [jjj]\nagencies:\n  a: {name: 甲局, short: 乙局}",
            other=HEAD + "kinds: [xxx]",
        )
    assert len(caught.value.faults) == 3
    assert {fault.file.name for fault in caught.value.faults} == {"wrong.yaml", "other.yaml"}


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ("kinds: []", "应只有 kinds 一项"),
        ("kinds:\n  jyj: {short: [x]}", "kinds.jyj：应有 name"),
        ("kinds:\n  jyj: {name: 教育局, also: [x]}", "kinds.jyj.also：没有 also 这个键"),
        ('kinds:\n  jyj: {name: "{place}{place}局"}', "最多出现一次"),
        ("kinds:\n  j-j: {name: 教育局}", "键用小写字母开头"),
    ],
)
def test_mistakes_in_the_kinds(tmp_path: Path, kinds: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        load(tmp_path, HEAD + "kinds: [jyj]", kinds)


def test_kinds_exceptions_and_supplements(tmp_path: Path) -> None:
    found = load(
        tmp_path,
        HEAD
        + "kinds: [jyj, wjw]\nagencies:\n  a: {name: 武汉市水务局, also: [武汉市湖泊局], former: [{name: 武汉市水利局, until: 2001}]}",
        more='place: 420100\nsource: 索引号\nknown_on: 2026-10\nagencies:\n  jyj: {code: "011043145", since: 1949}',
        enshi="place: 422800\nsource: 州政府网站\nknown_on: 2026-11\nkinds: [jyj, xcb]",
    )
    by_id = {agency.id: agency for agency in found}
    assert list(by_id) == ["420100-a", "420100-jyj", "420100-wjw", "422800-jyj", "422800-xcb"]
    assert by_id["420100-jyj"].code == "011043145"
    assert (by_id["420100-jyj"].since, by_id["420100-jyj"].source) == (1949, "该局网站")
    assert [(one.name, one.kind, one.until) for one in by_id["420100-a"].names] == [
        ("武汉市水务局", "canonical", None),
        ("武汉市湖泊局", "also", None),
        ("武汉市水利局", "former", 2001),
    ]
    assert [one.name for one in by_id["420100-wjw"].names] == ["武汉市卫生健康委员会", "武汉市卫健委"]
    assert [one.name for one in by_id["422800-xcb"].names] == ["恩施州委宣传部"]
