"""A wrong declaration says file, line, key and what is allowed; a right one becomes a Site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.declare import DeclarationError, dump_sites, load_sites, parse_dump
from pipelines.errors import ConfigurationError
from pipelines.models import Column, Site

GOOD = """\
one:
  name: 某局
  agency: 某市某局
  place: 420100
  hosts: [a.example.gov.cn, "127.0.0.1:8000"]
  family: trs
  home: https://a.example.gov.cn/jytabl/
  columns: [{url: zxta/, holds: 政协, year: 2024}, /xx/rddb/, {url: "http://127.0.0.1:8000/", may_be_empty: true}]
"""


def write(folder: Path, text: str, name: str = "s.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> list[tuple[int | None, str, str]]:
    path = write(folder, text)
    with pytest.raises(DeclarationError) as caught:
        load_sites(path)
    assert all(fault.file == path for fault in caught.value.faults)
    return [(fault.line, fault.key, fault.message) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("columns:", "colums:", 8, "one.colums", "是不是 columns？"),
        ("holds:", "hold:", 8, "one.columns[1].hold", "是不是 holds？"),
        ("  name: 某局\n  agency: 某市某局\n", "", 1, "one.name", "写了 agency 时可以省略"),
        ("  family", "  discover: maybe\n  family", 6, "one.discover", "true 或 false"),
        ("  family", "  hints: [/a/]\n  family", 6, "one.hints", "只在 discover: true 时"),
        ("  family", "  discover: true\n  hints: [a/b]\n  family", 7, "one.hints[1]", "以 / 开头和结尾"),
        ("  family", "  discover: true\n  hints: ['http://x/']\n  family", 7, "one.hints[1]", "以 / 开头和结尾"),
        ("  family", "  known: 去年\n  family", 6, "one.known", "2026-11"),
        ("  family", "  known: 2026-13\n  family", 6, "one.known", "2026-11"),
        ("  family", "  known: 2026-11-25\n  family", 6, "one.known", "请加引号"),
        ("  family", "  source: ''\n  family", 6, "one.source", "不能为空"),
        ("  family", "  sourc: x\n  family", 6, "one.sourc", "是不是 source？"),
        ("政协", "政协会", 8, "one.columns[1].holds", "mixed、政协、人大"),
        ("year: 2024", "year: '2024'", 8, "one.columns[1].year", "应为整数"),
        ("year: 2024", "year: 224", 8, "one.columns[1].year", "不能小于 1949"),
        ("year: 2024", "year: 2024-01-01", 8, "one.columns[1].year", "请加引号"),
        ("true", "maybe", 8, "one.columns[3].may_be_empty", "true 或 false"),
        ("family: trs", "family: trss", 6, "one.family", "是不是 trs？（可以是：trs、trs_json、igs、jhtml、content、general）"),
        ("420100", "429999", 4, "one.place", "GB/T 2260"),
        ("420100", "武汉", 4, "one.place", "是不是 420100？"),
        ("420100", "[1]", 4, "one.place", "应为文字"),
        ("  family", "  delay: .inf\n  family", 6, "one.delay", "有限"),
        ("  family", "  delay: 0.5\n  family", 6, "one.delay", "至少 1 秒"),
        ("  family", "  delay: soon\n  family", 6, "one.delay", "应为数字"),
        ("  family", "  name: 又一个\n  family", 6, "one.name", "第一次在第 2 行"),
        ("a.example.gov.cn,", "https://a.example.gov.cn/,", 5, "one.hosts[1]", "只写主机名"),
        ("a.example.gov.cn,", "'*.example.gov.cn',", 5, "one.hosts[1]", "通配符不可用"),
        ("127.0.0.1:8000\"]", "127.0.0.1:80\"]", 5, "one.hosts[2]", "默认端口"),
        ("127.0.0.1:8000\"]", "127.0.0.1:99999\"]", 5, "one.hosts[2]", "65535"),
        ("127.0.0.1:8000\"]", "A.example.gov.cn\"]", 5, "one.hosts[2]", "写了两次"),
        ("/xx/rddb/", "https://b.example.gov.cn/", 8, "one.columns[2].url", "主机 b.example.gov.cn 不在 hosts 里"),
        ("/xx/rddb/", "ftp://a.example.gov.cn/", 8, "one.columns[2].url", "不是 http 或 https"),
        ("/xx/rddb/", "'http://a.example.gov.cn:9/'", 8, "one.columns[2].url", "不在 hosts 里"),
        ("/xx/rddb/", "'http://u@a.example.gov.cn/'", 8, "one.columns[2].url", "用户名"),
        ("/xx/rddb/", "'/a/{b,c}/'", 8, "one.columns[2].url", "展开"),
        ("/xx/rddb/", "'http://[::1/'", 8, "one.columns[2].url", "不是有效的网址"),
        ("/xx/rddb/", "http://a.example.gov.cn/jytabl/zxta/", 8, "one.columns[2]", "一个栏目只声明一次"),
        ("home: https", "home: gopher", 7, "one.home", "不是 http"),
        ("one:", "一:", 1, "一", "小写字母"),
        ("  hosts: [a.example.gov.cn, \"127.0.0.1:8000\"]\n", "  hosts: []\n", 5, "one.hosts", "至少要有一项"),
        ("  agency: 某市某局\n", "  agency: ''\n", 3, "one.agency", "不能为空"),
        ("  agency: 某市某局\n", "  agency: 12\n", 3, "one.agency", "应为文字"),
        ("[{url: zxta/, holds: 政协, year: 2024},", "[[],", 8, "one.columns[1]", "应为若干"),
    ],
)  # fmt: skip
def test_one_mistake(tmp_path: Path, old: str, new: str, line: int, key: str, says: str) -> None:
    assert old in GOOD
    found = faults(tmp_path, GOOD.replace(old, new, 1))
    assert (line, key) in [(at, name) for at, name, _ in found]
    assert says in next(message for at, name, message in found if (at, name) == (line, key))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "没有站点声明"),
        ("- one\n", "最外层"),
        ("one: [\n", "YAML 写法有误"),
        ("one:\n\tname: x\n", "YAML 写法有误"),
        ("a: &x [1]\nb: *x\n", "锚点"),
        ("a: !!python/object/apply:os.system ['true']\n", "类型标签"),
        ("a: !x 1\n", "类型标签"),
        ("a: " + "[" * 5000 + "]" * 5000, "嵌套超过"),
        ("a: 1\n---\nb: 1\n", "一个文件只写一份"),
        ("a: 1\x00\n", "控制字符"),
        ("? [a]\n: 1\n", "键应为一个词"),
        ("a: " + "9" * 5000 + "\n", "不是有效的数"),
        ("a: " + "x" * 300_000, "字节"),
        ("one: 3\n", "应为若干"),
        ("one:\n", "应为若干"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_declaration(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(text.encode())
    with pytest.raises(DeclarationError, match=says):
        load_sites(path)


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes("one: 某局".encode("gbk"))
    with pytest.raises(DeclarationError, match="UTF-8"):
        load_sites(path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="没有这个文件"):
        load_sites(tmp_path / "none")
    with pytest.raises(DeclarationError, match=r"没有 \.yaml"):
        load_sites(tmp_path)


def test_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    first = write(tmp_path, GOOD.replace("family: trs", "family: x").replace("420100", "1"), "a.yaml")
    second = write(tmp_path, GOOD.replace("one:", "two:").replace("  name:", "  names:"), "b.yaml")
    with pytest.raises(DeclarationError) as caught:
        load_sites(tmp_path)
    error = caught.value
    assert [(fault.file, fault.line, fault.key) for fault in error.faults] == [
        (first, 4, "one.place"),
        (first, 6, "one.family"),
        (second, 2, "two.names"),
    ]
    assert (error.file, error.line, error.key) == (first, 4, "one.place")
    assert isinstance(error, ConfigurationError)
    text = str(error)
    assert f"{first}:6：one.family：" in text
    assert "3 处错误" in text


def test_keys_and_columns_are_unique_across_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD.replace("https://a", "http://a"), "b.yaml")
    with pytest.raises(DeclarationError) as caught:
        load_sites(tmp_path)
    messages = [fault.message for fault in caught.value.faults]
    assert len(messages) == 4
    assert "网站键 one 已在 a.yaml:1 声明" in messages[0]
    assert "a.example.gov.cn/jytabl/zxta/ 已在 a.yaml:8" in messages[1]


def test_a_good_declaration(tmp_path: Path) -> None:
    (site,) = load_sites(write(tmp_path, "\ufeff" + GOOD)).values()
    assert site == Site(
        key="one",
        name="某局",
        agency="某市某局",
        place="420100",
        hosts=("a.example.gov.cn", "127.0.0.1:8000"),
        family="trs",
        columns=(
            Column("https://a.example.gov.cn/jytabl/zxta/", "政协", year=2024),
            Column("https://a.example.gov.cn/xx/rddb/"),
            Column("http://127.0.0.1:8000/", may_be_empty=True),
        ),
    )


def test_a_site_without_columns_must_say_that_they_are_to_be_found(tmp_path: Path) -> None:
    text = "k:\n  name: 某县政府\n  hosts: [b.gov.cn]\n  family: trs\n"
    assert [(key, "discover: true" in says) for _, key, says in faults(tmp_path, text)] == [
        ("k.columns", True)
    ]
    text += "  discover: true\n  hints: [/bm/*/jytabl/]\n  source: 链接栏\n  known: 2020\n"
    (site,) = load_sites(write(tmp_path, text)).values()
    assert (site.columns, site.discover, site.hints, site.source, site.known) == (
        (),
        True,
        ("/bm/*/jytabl/",),
        "链接栏",
        "2020",
    )
    assert parse_dump(dump_sites({"k": site})) == {"k": site}


def test_the_name_of_a_department_is_that_of_its_agency(tmp_path: Path) -> None:
    (site,) = load_sites(write(tmp_path, GOOD.replace("  name: 某局\n", ""))).values()
    assert (site.name, site.agency) == ("某市某局", "某市某局")


def test_dumps_of_earlier_versions_are_read(tmp_path: Path) -> None:
    (site,) = load_sites(write(tmp_path, GOOD)).values()
    old = json.loads(dump_sites({"one": site}))
    for name in ("discover", "hints", "source", "known"):
        del old["one"][name]
    assert parse_dump(json.dumps(old)) == {"one": site}


def test_defaults_are_few(tmp_path: Path) -> None:
    text = "k:\n  name: 某县政府\n  hosts: [B.gov.cn]\n  family: own\n  columns: [/a/]\n  delay: 1\n"
    (site,) = load_sites(write(tmp_path, text), families=["own"]).values()
    assert (site.agency, site.place, site.hosts, site.delay) == (None, None, ("b.gov.cn",), 1.0)
    assert site.columns == (Column("http://b.gov.cn/a/"),)


@pytest.mark.parametrize("host", ["127.0.0.1:9", "localhost", "'[::1]:9'", "a.demo.invalid"])
def test_our_own_machine_may_be_asked_quickly(tmp_path: Path, host: str) -> None:
    text = f"k:\n  name: 演示\n  hosts: [{host}]\n  family: trs\n  columns: [/a/]\n  delay: 0\n"
    (site,) = load_sites(write(tmp_path, text)).values()
    assert site.delay == 0


def test_one_foreign_host_is_enough_to_slow_down(tmp_path: Path) -> None:
    text = "k:\n  name: 演示\n  hosts: [localhost, a.cn]\n  family: trs\n  columns: [/a/]\n  delay: 0\n"
    assert [key for _, key, _ in faults(tmp_path, text)] == ["k.delay"]
