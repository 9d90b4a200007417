"""Every shape of catalogue block: the same values come out by label, wherever the cells stand."""

from __future__ import annotations

import pytest

from tests.pipelines.read.pages import TEXT, TITLE, document, labelled, read

NUMBER = "011043145/2023-00123"
WANTED = {
    "索引号": NUMBER,
    "分类": "交通",
    "发布机构": "某市交通运输局",
    "发文日期": "2023-05-20",
    "文号": "",
    "有效性": "有效",
}

BORDERED = f"""<table class="table table-bordered"><tbody>
<tr><th><strong>索 引 号</strong></th><td>{NUMBER}</td><th><strong>分    类</strong></th><td>交通</td></tr>
<tr><th><strong>发布机构</strong></th><td>某市交通运输局</td><th><strong>发文日期</strong></th><td>2023-05-20</td></tr>
<tr><th><strong>文    号</strong></th><td></td><th><strong>有 效 性</strong></th><td>有效</td></tr></tbody></table>"""

ANOTHER_ORDER = f"""<table><tr><td><strong>索 引 号：</strong></td><td>{NUMBER}</td><td><strong>发文日期：</strong></td>
<td>2023-05-20</td></tr>
<tr><td><strong>发布机构：</strong></td><td colspan="3">某市交通运输局</td></tr><tr><td><strong>文&nbsp;&nbsp;号：</strong></td><td>
</td></tr>
<tr><td><strong>分　　类：</strong></td><td>交通</td><td><strong>有效性：</strong></td><td>有效</td></tr></table>"""

NESTED = f"""<table border="0"><tbody><tr><td><table class="bd1"><tbody>
<tr><td><b>索 引 号：</b></td><td>{NUMBER}</td><td><b>分类：</b></td><td>交通</td></tr>
<tr><td><b>发布机构：</b></td><td>某市交通运输局</td><td><b>发文日期：</b></td><td>2023-05-20</td></tr></tbody></table>
<table class="bd1"><tbody><tr><td><b>文　　号：</b></td><td></td><td><b>有效性：</b></td><td>有效</td></tr></tbody></table></td></tr>
</tbody></table>"""

SPANS = f"""<div class="mlxl-content-box"><div class="mlxl-content-box-one"><div>
<p><span><span>索引号：</span><span>{NUMBER}</span></span><span><span>分类：</span><span>交通</span></span></p>
<p><span><span>发布机构：</span><span>某市交通运输局</span></span><span><span>发文日期：</span><span>2023-05-20</span></span></p>
<p><span><span>文号：</span><span></span></span><span><span>有效性：</span><span>有效</span></span></p></div></div></div>"""

A_INFO = f"""<table class="a-info"><tr><td class="l">索引号</td><td>{NUMBER}</td><td class="l">分类</td><td>交通</td></tr>
<tr><td class="l">发布机构</td><td>某市交通运输局</td><td class="l">发文日期</td><td>2023-05-20</td></tr>
<tr><td class="l">文号</td><td>&nbsp;</td><td class="l">有效性</td><td>有效</td></tr></table>"""

DOCUMENTS = f"""<div class="documents"><ul><li><a>索引号：{NUMBER}</a></li><li><a>分类：交通</a></li><li><a>发布机构：某市交通运输局</a>
</li>
<li><a>发文日期：2023-05-20</a></li><li><a>文号：</a></li><li><a>有效性：有效</a></li></ul></div>"""

PORTAL = f"""<div class="hbgov-article-meta-wj"><ul><li><strong>索 引 号</strong>{NUMBER}</li><li><strong>分    类</strong>交通</li>
<li><strong>发布机构</strong>某市交通运输局</li><li><strong>发文日期</strong>2023-05-20</li><li><strong>文    号</strong></li>
<li><strong>有 效 性</strong>有效</li></ul></div>"""

OLD_LIST = f"""<ul><li>索 引 号：{NUMBER}</li><li>分   类：交通</li><li>发布机构：某市交通运输局</li><li>发文日期：2023-05-20</li>
<li>文   号：</li><li>有 效 性：有效</li></ul>"""

PARAGRAPHS = f"""<div class="top"><div class="l"><p><strong>索引号</strong>：{NUMBER}</p><p><strong>发布机构</strong>：某市交通运输局</p>
<p><strong>文号</strong>：</p></div><div class="r"><p><strong>分类</strong>：交通</p><p><strong>发文日期</strong>：2023-05-20</p>
<p><strong>有效性</strong>：有效</p></div></div>"""

SEPARATE_LINES = f"""<div class="xx"><p>索引号</p><p>{NUMBER}</p><p>分类</p><p>交通</p><p>发布机构</p><p>某市交通运输局</p><p>发文日期</p>
<p>2023-05-20</p><p>有效性</p><p>有效</p><p>文号</p></div>"""

DEFINITIONS = f"""<dl><dt>索引号</dt><dd>{NUMBER}</dd><dt>分类</dt><dd>交通</dd><dt>发布机构</dt><dd>某市交通运输局</dd>
<dt>发文日期</dt><dd>2023-05-20</dd><dt>文号</dt><dd></dd><dt>有效性</dt><dd>有效</dd></dl>"""

SHARED_LINE = f"""<div class="info">索 引 号 {NUMBER} 分    类 交通<br>
发布机构 某市交通运输局 发文日期 2023-05-20<br>
文    号 有 效 性 有效</div>"""

HEAD_ROW = f"""<table><tr><th>索引号</th><th>分类</th><th>发布机构</th><th>发文日期</th><th>文号</th><th>有效性</th></tr>
<tr><td>{NUMBER}</td><td>交通</td><td>某市交通运输局</td><td>2023-05-20</td><td></td><td>有效</td></tr></table>"""

SHAPES = {
    "bordered": BORDERED,
    "another order": ANOTHER_ORDER,
    "nested": NESTED,
    "spans": SPANS,
    "a-info": A_INFO,
    "documents": DOCUMENTS,
    "portal": PORTAL,
    "old list": OLD_LIST,
    "paragraphs": PARAGRAPHS,
    "separate lines": SEPARATE_LINES,
    "definitions": DEFINITIONS,
    "shared line": SHARED_LINE,
    "head row": HEAD_ROW,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_values_by_label(shape: str) -> None:
    raw = read(document(SHAPES[shape]))
    assert labelled(raw) == WANTED
    assert raw.paragraphs == TEXT


@pytest.mark.parametrize("shape", SHAPES)
def test_catalogue_inside_the_container_is_no_text(shape: str) -> None:
    raw = read(
        document("").replace(b'<div class="TRS_UEDITOR', SHAPES[shape].encode() + b'<div class="TRS_UEDITOR')
    )
    assert labelled(raw) == WANTED
    assert raw.paragraphs == TEXT


@pytest.mark.parametrize("shape", SHAPES)
def test_catalogue_far_from_the_text(shape: str) -> None:
    page = document("").replace(
        b'<div class="main">', f'<div class="xx"><div>{SHAPES[shape]}</div></div><div class="main">'.encode()
    )
    assert labelled(read(page)) == WANTED


@pytest.mark.parametrize("shape", ["bordered", "a-info", "old list", "paragraphs"])
def test_catalogue_below_the_text(shape: str) -> None:
    assert labelled(read(document("", after=f"<div>{SHAPES[shape]}</div>"))) == WANTED


def test_a_label_is_never_the_value_of_another() -> None:
    raw = read(
        document(
            "<table><tr><td>文号</td><td>有效性</td><td>有效</td></tr><tr><td>索引号</td><td>发布机构</td></tr></table>"
        )
    )
    assert labelled(raw) == {"文号": "", "有效性": "有效", "索引号": "", "发布机构": ""}


def test_a_label_of_the_title_line_is_no_value_either() -> None:
    raw = read(
        document(
            "<table><tr><td>文号</td><td>来源</td><td>某科</td></tr><tr><td>索引号</td><td>1/2020-1</td></tr></table>"
        )
    )
    assert labelled(raw) == {"文号": "", "来源": "某科", "索引号": "1/2020-1"}


def test_an_empty_cell_is_not_filled_from_the_next_but_one() -> None:
    raw = read(
        document(
            "<table><tr><td>文号</td><td></td><td>其他文字</td></tr><tr><td>索引号</td><td>1/2020-1</td></tr></table>"
        )
    )
    assert labelled(raw)["文号"] == ""


def test_none_in_words_is_kept_as_printed() -> None:
    raw = read(document("<ul><li>文 号:无</li><li>索引号：1/2020-1</li><li>文 号:无</li></ul>"))
    assert labelled(raw)["文号"] == "无"


def test_a_label_spread_over_nodes() -> None:
    raw = read(
        document(
            "<table><tr><td><b>索</b> <b>引</b> <b>号</b></td><td>1/2020-<i>77</i></td>"
            "<td>文<u>号</u></td><td>甲〔2020〕1号</td></tr></table>"
        )
    )
    assert labelled(raw) == {"索引号": "1/2020-77", "文号": "甲〔2020〕1号"}


def test_a_label_in_a_node_of_its_own_needs_no_colon() -> None:
    raw = read(document(PORTAL.replace("</ul>", "<li><strong>办理结果</strong><span>A</span></li></ul>")))
    assert labelled(raw) == {**WANTED, "办理结果": "A"}


def test_a_list_of_documents_is_not_the_catalogue_of_one() -> None:
    table = (
        "<table><tr><th>索引号</th><th>名称</th><th>发布日期</th></tr><tr><td>1/2020-1</td><td>甲</td><td>2020-01-01</td></tr>"
        "<tr><td>1/2020-2</td><td>乙</td><td>2020-01-02</td></tr></table>"
    )
    assert "索引号" not in labelled(read(document(table)))


def test_a_list_of_one_document_is_a_list() -> None:
    table = (
        "<div class='list'><table><tr><th>名称</th><th>索引号</th><th>发布机构</th></tr>"
        "<tr><td><a href='t1.html'>关于某事的通知</a></td><td>1/2020-1</td><td>某局</td></tr></table></div>"
    )
    raw = read(f"<html><body><div>{table}</div></body></html>")
    assert labelled(raw) == {}
    assert raw.titles == ()


def test_items_without_labels_are_told_by_their_source() -> None:
    raw = read(document("<ul><li>640104-107/2019-00169</li><li>某区住房和城乡建设局</li><li>有效</li></ul>"))
    assert [item.value for item in raw.fields if item.source == "cell" and not item.label] == [
        "640104-107/2019-00169",
        "某区住房和城乡建设局",
        "有效",
    ]


def test_neighbours_are_not_metadata() -> None:
    side = (
        "<ul class='list'>"
        + "".join(
            f"<li><a href='t{n}.html'>别的答复{n}</a> 发布日期：2019-01-0{n}</li>" for n in range(1, 10)
        )
        + "</ul>"
    )
    raw = read(
        document("").replace(
            b'<div class="article">', f'<div class="side">{side}</div><div class="article">'.encode()
        )
    )
    assert labelled(raw) == {}


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        (
            '<div class="info"><span>来源：办公室</span><span>效力状态：有效</span><span>时间：2024-07-11 09:48</span></div>',
            "时间",
            "2024-07-11 09:48",
        ),
        (
            '<div class="info">发布日期：2018-07-30浏览次数：<span id="hits"></span>字号：[ 大 中 小 ]</div>',
            "发布日期",
            "2018-07-30",
        ),
        (
            '<div class="info"><p>发布时间：<em>2021-08-12 10:24</em></p></div>',
            "发布时间",
            "2021-08-12 10:24",
        ),
        (
            "<div>发布日期：2021-08-12 10:24 发布机构：某市商务局 编辑：某科 审核：某室 字号：[ ]</div>",
            "发布机构",
            "某市商务局",
        ),
    ],
)
def test_line_under_the_title(line: str, label: str, value: str) -> None:
    assert labelled(read(document(line)))[label] == value


def test_unlabelled_date_beside_the_title() -> None:
    raw = read(document("<div><span>2024-09-02 10:33</span> <span>某省科学技术厅</span></div>"))
    assert [item.value for item in raw.fields if item.source == "byline"] == [
        "2024-09-02 10:33 某省科学技术厅"
    ]


def test_the_title_of_the_site_is_no_title() -> None:
    raw = read(document(""))
    assert raw.titles[0][1] == TITLE
    assert all("人民政府" not in text for _, text in raw.titles)


@pytest.mark.parametrize(
    "block",
    [
        BORDERED.replace("<tbody>", "<tbody><tr><th>信 息 渠 道</th><td>门户</td></tr>"),
        BORDERED.replace("</tbody>", "<tr><td>信息渠道：</td><td>门户</td><td></td><td></td></tr></tbody>"),
        SPANS.replace("</div></div></div>", "<p>信息渠道：门户</p></div></div></div>"),
    ],
)
def test_a_label_that_no_list_knows_is_given_as_one(block: str) -> None:
    found = labelled(read(document(block)))
    assert found["信息渠道"] == "门户"
    assert {label: found[label] for label in WANTED} == WANTED


@pytest.mark.parametrize(
    "block",
    [
        # A value that is a word is no label, nor is what stands beside it.
        BORDERED.replace("<td></td>", "<td>无</td>"),
        BORDERED.replace("<td>有效</td>", "<td>有效</td><td>空栏</td>"),
        # Nothing is a catalogue here.
        "<table><tr><td>某某单位</td><td>三十件</td></tr></table>",
        "<p>温馨提示：本页供参考</p>",
    ],
)
def test_words_that_are_no_labels(block: str) -> None:
    found = labelled(read(document(block)))
    assert set(found) <= set(WANTED)
