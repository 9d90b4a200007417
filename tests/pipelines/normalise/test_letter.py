"""Salutation, opening, units consulted, subject, disclosure, signature: false friends first."""

from __future__ import annotations

import pytest

from pipelines.normalise.agencies import looks_like_agency, split_agencies
from pipelines.normalise.body import disclosure_line, quoted_subject, read_letter
from pipelines.normalise.lines import labelled_lines, read_lines
from pipelines.normalise.roles import co_handlers
from pipelines.normalise.signature import as_signatory, read_signature


@pytest.mark.parametrize(
    "paragraph",
    [
        "某某某等代表提出的17号代表建议:现答复如下:",
        "领衔代表:某某某",
        "县人大代表",
        "主办单位:",
        "附件:",
        "抄送:市政协提案委",
        "关于对市政协十届三次会议第87号提案的答复",
        "尊敬的各位代表,感谢支持!",
        "一、加强代表联络工作:",
        "现将有关情况报告如下:",
    ],
)
def test_what_is_no_salutation(paragraph: str) -> None:
    assert read_letter((paragraph, "正文一段,没有别的。")).salutation is None


@pytest.mark.parametrize(
    ("paragraph", "salutation", "persons"),
    [
        ("某某某代表:", "某某某代表", True),
        ("尊敬的某某、某某某 、某某代表：", "尊敬的某某、某某某、某某代表", True),
        ("某某某  委员", "某某某委员", True),
        ("某某某等12位代表:", "某某某等12位代表", True),
        ("某某某等十代表:", "某某某等十代表", True),
        ("二位委员：", "二位委员", True),
        ("某某某、某某委员（等3位）：", "某某某、某某委员（等3位）", True),
        ("尊敬的某某某区人大代表:", "尊敬的某某某区人大代表", True),
        ("某湖风景区管委会:", "某湖风景区管委会", False),
        ("县政协社会和法制委员会：", "县政协社会和法制委员会", False),
        ("某某代表:你提出的“关于修路的建议”,已交由我局办理,现答复如下:", "某某代表", True),
    ],
)
def test_salutations(paragraph: str, salutation: str, persons: bool) -> None:
    letter = read_letter((paragraph, "您提出的建议收悉,现答复如下:"))
    assert (letter.salutation, letter.to_persons) == (salutation, persons)


def test_a_title_in_the_same_paragraph_is_no_part_of_the_salutation() -> None:
    text = "某县水利局对县二届人大二次会议第4号建议的答复 某某某等代表: 你们提出的“关于治理某河”的建议收悉,现答复如下: 感谢。 2018年7月30日"
    letter = read_letter((text,))
    assert letter.salutation == "某某某等代表"
    assert quoted_subject(letter.opening) == ("关于治理某河", False)
    assert read_signature((text,), 0).signed_on == "2018-07-30"


@pytest.mark.parametrize(
    ("opening", "subject"),
    [
        ("您提出的《关于“三农”工作的建议》收悉,现答复如下", "关于“三农”工作的建议"),
        ("您提出的关于“修建某路”的建议收悉,现答复如下", "修建某路"),
        ("贵单位提出的关于《加强某某工作》的提案收悉,现将有关情况报告如下", "加强某某工作"),
        ("你《关于治理某河的建议》收悉。现答复如下", "关于治理某河的建议"),
        ("省十四届人大二次会议第178号建议《关于某事的建议》收悉", "关于某事的建议"),
        ("《关于某事的建议》收悉,现答复如下", "关于某事的建议"),
        ("您在《关于某事的提案》中提出的建议很好,现答复如下", "关于某事的提案"),
        ("现就市政协五届四次会议第118号提案《关于某事的建议》提出协办意见如下", "关于某事的建议"),
        ("收到您《关于某事的建议》后,我局立即组织研究,现回复如下", "关于某事的建议"),
        ("您提出的提案已办理。根据《某条例》,现答复如下", None),
        ("您提出的提案收悉。根据《某条例》,现答复如下", None),
        ("您提出的提案收悉。我局印发了《某办法》,现答复如下", None),
        ("您提出的关于加强某事的建议收悉,现答复如下", None),
        ("您提出的《[…]》收悉,现答复如下", None),
        ("您提出的《提案》收悉,现答复如下", None),
        ("您提出的关于落实“双减”政策的建议收悉,现答复如下", None),
    ],
)
def test_quoted_subject(opening: str, subject: str | None) -> None:
    assert quoted_subject(opening)[0] == subject


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        (
            "经我厅与会办单位(省教育厅、省委金融办、省发展和改革委员会)认真研究,现将有关情况报告如下",
            ["省教育厅", "省委金融办", "省发展和改革委员会"],
        ),
        (
            "综合市财政局、市自然资源和城乡建设局等相关单位意见,现将办理情况答复如下",
            ["市财政局", "市自然资源和城乡建设局"],
        ),
        ("收悉。经商信息产业部、国务院信息办,现答复如下", ["信息产业部", "国务院信息办"]),
        ("收悉，经会同区公安分局、区交通大队认真研究，现答复如下", ["区公安分局", "区交通大队"]),
        ("收悉,经某市财政局、某市自然资源规划局会办,现答复如下", ["某市财政局", "某市自然资源规划局"]),
        ("收悉。经与区水利局共同研究,现答复如下", ["区水利局"]),
        ("我厅高度重视,会同省财政厅等协办单位进行了研究,现答复如下", ["省财政厅"]),
        ("由市水利局主办，市财政局、市规划局协办。现答复如下", ["市财政局", "市规划局"]),
        ("收悉，我局会同水利局、住建局、执法局进行认真研究办理，现答复如下", ["水利局", "住建局", "执法局"]),
        ("收悉,我局会同有关部门认真研究,现答复如下", []),
        ("收悉。经认真研究,现答复如下", []),
        ("收悉。我局联合相关单位开展了调研,现答复如下", []),
        ("您提出的《关于会同市教育局办好某事的建议》收悉,现答复如下", []),
    ],
)
def test_co_handlers(opening: str, names: list[str]) -> None:
    assert list(co_handlers(opening)) == names


def test_the_middle_of_a_letter_is_not_searched() -> None:
    letter = read_letter(
        ("某某代表:", "您提出的建议收悉,现答复如下:", "一、我局会同市财政局印发了《某办法》。", "某局")
    )
    assert co_handlers(letter.opening) == ()
    assert quoted_subject(letter.opening) == (None, False)


@pytest.mark.parametrize(
    "text",
    [
        "有关部门",
        "各相关单位",
        "认真研究",
        "某某某",
        "等单位",
        "市直有关部门",
        "您提出的建议涉及教育局",
        "市水利局主办",
    ],
)
def test_what_is_no_agency(text: str) -> None:
    assert not looks_like_agency(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "甲省人民政府研究室",
            "复兴区教育局",
            "某市土地收购储备中心",
            "市政协提案委员会",
            "国家某局综合司",
            "共青团中央",
        ),
        *(
            "某县交警大队",
            "国网某电力",
            "某镇人民政府",
            "发展改革委",
            "某铁路局集团公司",
            "甲市公共资源交易中心（甲市采购中心）",
        ),
    ],
)
def test_agencies(text: str) -> None:
    assert looks_like_agency(text)


def test_lists_of_agencies() -> None:
    assert split_agencies("省人力资源和社会保障厅和省财政厅") == ("省人力资源和社会保障厅", "省财政厅")
    assert split_agencies("市住房和城乡建设局、市城管委及市公安局等5家单位") == (
        "市住房和城乡建设局",
        "市城管委",
        "市公安局",
    )


@pytest.mark.parametrize("line", ["公开招标", "信息公开工作", "公开透明", "同意", "此件"])
def test_what_discloses_nothing(line: str) -> None:
    assert disclosure_line(line) is None


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("（此件公开发布）", "此件公开发布"),
        ("(此件主动公开)", "此件主动公开"),
        ("（此回复件公开）", "此回复件公开"),
        ("同意公开", "同意公开"),
        ("同意对外公开", "同意对外公开"),
        ("[是否同意公开(是)]", "是否同意公开(是)"),
        ("此件依申请公开", "此件依申请公开"),
    ],
)
def test_disclosure(line: str, value: str) -> None:
    assert disclosure_line(line) == value


@pytest.mark.parametrize(
    "tail",
    [
        ("某某某", "2024年7月23日"),
        ("特此答复。", "2024年7月23日"),
        ("联系单位:某县水利局", "2024年7月23日"),
        ("感谢您对某局", "2024年7月23日"),
    ],
)
def test_no_person_label_or_sentence_signs(tail: tuple[str, str]) -> None:
    signature = read_signature(("某某代表:", "正文。", *tail), 0)
    assert (signature.signatory, signature.signed_on) == (None, "2024-07-23")


@pytest.mark.parametrize(
    ("tail", "signatory", "signed_on"),
    [
        (("某县水利局", "2024年7月23日"), "某县水利局", "2024-07-23"),
        (("某县水利局", "2023518"), "某县水利局", None),
        (("某县水利局", "2024-07-23"), "某县水利局", None),
        (("某县水利局 2024年7月23日",), "某县水利局", "2024-07-23"),
        (("感谢您的关心。某县水利局 2024年7月23日",), "某县水利局", "2024-07-23"),
        (("某县水利局&bsp;", "2024年7月23日"), "某县水利局", "2024-07-23"),
        (("某县水利局（盖章）", "二〇二四年七月二十三日"), "某县水利局", "2024-07-23"),
        (("某县水利局", "(公章)", "2024年7月23日"), "某县水利局", "2024-07-23"),
        (("某县水利局", "某县财政局", "2024年7月23日"), "某县水利局 某县财政局", "2024-07-23"),
        (
            ("某县水利局", "2024年7月23日", "(联系人:某某,电话:87654321)", "抄送:县政协"),
            "某县水利局",
            "2024-07-23",
        ),
        (
            ("某县水利局", "2024年7月23日", "附件:某表", "某县统计局", "2023年1月1日"),
            "某县水利局",
            "2024-07-23",
        ),
        (("某街道办事处", "2024年7月23日", "某街道党政办 2024年7月24日印发"), "某街道办事处", "2024-07-23"),
        (("某县水利局",), "某县水利局", None),
        (("某县水利局 2023年",), "某县水利局", None),
        (
            ("某县公共资源交易中心（某县采购中心）", "2024年7月23日"),
            "某县公共资源交易中心（某县采购中心）",
            "2024-07-23",
        ),
    ],
)
def test_signature_blocks(tail: tuple[str, ...], signatory: str | None, signed_on: str | None) -> None:
    signature = read_signature(("某某代表:", "您提出的建议收悉,现答复如下:", "正文。", *tail), 0)
    assert (signature.signatory, signature.signed_on) == (signatory, signed_on)


def test_two_signature_days_are_told() -> None:
    signature = read_signature(("正文。", "某县水利局", "2024年7月23日", "某县统计局", "2023年1月1日"), 0)
    assert [issue.code for issue in signature.issues] == ["several_signature_dates"]


def test_a_placeholder_signature() -> None:
    assert as_signatory("承办单位:某县水利局") is None
    assert as_signatory("某县水利局") == "某县水利局"


def test_head_lines_give_number_grade_and_disclosure() -> None:
    lines = read_lines(("B", "甲水函﹝2025﹞8号", "某某代表:", "正文。"))
    assert [(field, value) for field, value, _ in lines.values] == [
        ("grade", "B"),
        ("document_number", "甲水函〔2025〕8号"),
    ]
    lines = read_lines(("甲办发〔2020〕11号A类 同意公开",))
    assert {field: value for field, value, _ in lines.values} == {
        "document_number": "甲办发〔2020〕11号",
        "grade": "A",
        "disclosure": "同意公开",
    }


@pytest.mark.parametrize(
    "line", ["类  别：B", "办理结果:B类", "办复类别: B 签发人:某某", "[办理结果标注(B)]", "〔办理类别：B〕"]
)
def test_labelled_grades(line: str) -> None:
    assert [(field, value) for field, value, _ in read_lines((line, "某某代表:")).values] == [("grade", "B")]


@pytest.mark.parametrize("line", ["类别:提案", "一、建设类别:BIM技术", "类别:B超设备"])
def test_labelled_lines_that_hold_no_grade(line: str) -> None:
    assert read_lines((line,)).values == ()


def test_labelled_lines_left_in_the_letter_are_fields() -> None:
    (found,) = labelled_lines(("某某代表:", "正文。", "公开属性：主动公开", "下一步：继续努力"))
    assert (found.label, found.value, found.source) == ("公开属性", "主动公开", "line")
