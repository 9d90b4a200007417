"""Titles: wrong readings first, then a grammar of titles that must come back as they were made."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from pipelines.models import Body, DocumentType, Kind, Reference
from pipelines.normalise.titles import read_title

ONES = "零一二三四五六七八九"
NUMERALS = [*ONES, *(f"十{one}".removesuffix("零") for one in ONES), "二十", "二十一"]


@pytest.mark.parametrize(
    "title",
    [
        "关于印发《2024年建议提案办理工作方案》的通知",
        "【办理动态】某市水利局关于2024年省人大代表建议和政协提案责任分工的通知",
        "某区2023年人大代表建议、政协提案办理工作总体情况",
        "某局2022年建议提案办理情况一览表",
        "某市教育局2021年人大建议和政协提案办理工作总结",
        "某省人民政府关于某县请求调整区划的复函",
        "",
        "????",
    ],
)
def test_what_answers_no_proposal_is_other_and_refers_to_none(title: str) -> None:
    read = read_title(title)
    assert read.document_type == "other"
    assert read.references == ()


@pytest.mark.parametrize("title", ["关于加强某村道路建设的建议的答复", "《关于某河治理的提案》的答复"])
def test_title_without_number_says_so_and_invents_none(title: str) -> None:
    read = read_title(title)
    assert read.document_type == "reply"
    assert read.references == ()
    assert [issue.code for issue in read.issues] == ["title_without_number"]


def test_agency_of_a_notice_answers_nobody() -> None:
    assert read_title("某省药监局办公室关于办理建议提案责任分工的通知").answering_agency is None
    assert read_title("某市水利局关于2023年建议提案办理工作情况的报告").answering_agency is None
    assert (
        read_title("某省人民政府办公厅关于某县所提问题办理情况的函").answering_agency == "某省人民政府办公厅"
    )


def test_place_of_the_agency_is_not_the_place_of_the_body() -> None:
    (reference,) = read_title("丙市丁区教育局关于丁区十七届人大三次会议第5号建议的答复").references
    assert (reference.level, reference.place) == ("区", "丁区")
    (bare,) = read_title("丙市水利局对政协十届三次会议第52号提案的答复").references
    assert (bare.level, bare.place) == (None, None)


def test_subject_is_no_source_of_numbers_or_places() -> None:
    read = read_title("关于对市政协八届二次会议第21号提案《关于支持某县第3号工业园建设的提案》的答复")
    assert [reference.number for reference in read.references] == ["21"]
    assert read.references[0].place is None
    assert read.quoted_subject == "关于支持某县第3号工业园建设的提案"


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("关于推进“放管服”改革的建议的答复", None),
        ("关于印发《某工作方案》的通知", None),
        ("对《某条例》实施情况的提案的答复", None),
        ("关于“某市政协十三届二次会议第103号提案”的答复", None),
        ("对市政协十四届一次会议第7号提案的答复:关于完善某路设施的提案", None),
        ("关于某区人大四届三次会议第16号“关于改造某小区的建议”的答复", "关于改造某小区的建议"),
        ("对县政协十届四次会议第4号提案《关于加强“三农”工作的建议》的答复", "关于加强“三农”工作的建议"),
        ("《关于加强校园管理的建议》的答复", "关于加强校园管理的建议"),
    ],
)
def test_quoted_subject_needs_marks_around_the_whole(title: str, subject: str | None) -> None:
    assert read_title(title).quoted_subject == subject


def ref(
    body: Body | None,
    level: str | None,
    place: str | None,
    term: int | None,
    meeting: int | None,
    number: str | None,
    kind: Kind | None,
    category: str | None = None,
) -> Reference:
    return Reference(body, level, place, term, meeting, number, category, kind)


@pytest.mark.parametrize(
    ("title", "references"),
    [
        (
            "关于市十四届政协三次会议第2024131号提案的答复",
            [ref("政协", "市", None, 14, 3, "2024131", "提案")],
        ),
        ("对州九届人大五次会议20260112号建议的会办意见", [ref("人大", "州", None, 9, 5, "20260112", "建议")]),
        ("对县人大十五届五次会议代表第061号建议的答复", [ref("人大", "县", None, 15, 5, "061", "建议")]),
        (
            "关于政协魏县第十届委员会第三次会议第28号提案的答复",
            [ref("政协", "县", "魏县", 10, 3, "28", "提案")],
        ),
        (
            "对政协第八届某某区委员会第三次会议第18号提案的答复",
            [ref("政协", "区", "某某区", 8, 3, "18", "提案")],
        ),
        (
            "关于中国人民政治协商会议甲省第十三届委员会第二次会议第311号提案的答复",
            [ref("政协", "省", "甲省", 13, 2, "311", "提案")],
        ),
        (
            "关于省政协十三届三次会议第20250400号（党派提案008号）提案答复的函",
            [ref("政协", "省", None, 13, 3, "20250400", "提案", "党派提案008号")],
        ),
        (
            "关于政协十四届全国委员会第二次会议第02650号（财税金融类171号）提案答复的函",
            [ref("政协", "全国", None, 14, 2, "02650", "提案", "财税金融类171号")],
        ),
        ("关于十二届全国人大代表第1330号建议的答复", [ref("人大", "全国", None, 12, None, "1330", "建议")]),
        ("对县三届人大二次会议第5号议案(建议)的答复", [ref("人大", "县", None, 3, 2, "5", "议案")]),
        (
            "2023年丁满族自治县八届人大二次会议《关于建设某桥的建议》(72号)的答复",
            [ref("人大", "县", "丁满族自治县", 8, 2, "72", "建议")],
        ),
        (
            "关于自治区十四届人大二次会议第123号建议的答复",
            [ref("人大", "自治区", None, 14, 2, "123", "建议")],
        ),
        (
            "关于对科左某旗十七届人大三次会议第25号建议的答复",
            [ref("人大", "旗", "科左某旗", 17, 3, "25", "建议")],
        ),
        (
            "关于湖滨镇第十九届人大一次会议第20号某某某等代表建议的答复",
            [ref("人大", "镇", "湖滨镇", 19, 1, "20", "建议")],
        ),
        ("政协094号提案的答复", [ref("政协", None, None, None, None, "094", "提案")]),
        (
            "关于交通信号的建议答复的函(编号:B(2017)103号)",
            [ref(None, None, None, None, None, "B(2017)103", "建议")],
        ),
        (
            "关于区政协五届二次会议第B〔2017〕062号提案的答复",
            [ref("政协", "区", None, 5, 2, "B〔2017〕062", "提案")],
        ),
        ("关于省十三届人大一次会议温36号建议的答复", [ref("人大", "省", None, 13, 1, "温36", "建议")]),
        (
            "对市政协十四届三次会议第14-3-077号提案的答复",
            [ref("政协", "市", None, 14, 3, "14-3-077", "提案")],
        ),
        ("关于市政协十四届四次会议提案第0175号的答复", [ref("政协", "市", None, 14, 4, "0175", "提案")]),
        (
            "关于省六届人大五次会议代表建议第652042号办理情况的答复",
            [ref("人大", "省", None, 6, 5, "652042", "建议")],
        ),
        ("县第一届人大二次会议代表建议、批评和意见第7号的答复", [ref("人大", "县", None, 1, 2, "7", "建议")]),
        (
            "关于 市 六届 人大 三次会议 第 ８６ 号 建议 的 答 复",
            [ref("人大", "市", None, 6, 3, "86", "建议")],
        ),
        (
            "关于区六届人大三次会议第2024 0133号建议的答复",
            [ref("人大", "区", None, 6, 3, "20240133", "建议")],
        ),
        ("关于区六届人大三次会议第5号建议的答复〔2022〕7号", [ref("人大", "区", None, 6, 3, "5", "建议")]),
        ("关于区六届人大三次会议第三号建议的答复", [ref("人大", "区", None, 6, 3, "三", "建议")]),
        ("关于县十五届三次人大会议第33号建议的答复", [ref("人大", "县", None, 15, 3, "33", "建议")]),
        (
            "关于黄某区政协六届二次会议第26号（总第12号）提案的答复",
            [ref("政协", "区", "黄某区", 6, 2, "26", "提案")],
        ),
    ],
)
def test_reference_forms(title: str, references: list[Reference]) -> None:
    assert list(read_title(title).references) == references


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("关于省政协十二届一次会议第2018123号、第2018145号提案的答复", ["2018123", "2018145"]),
        ("关于对省政协十二届一次会议第123、145、167号提案的答复", ["123", "145", "167"]),
        ("关于市政协十四届二次会议第12号和第15号提案的答复", ["12", "15"]),
        ("对市政协九届三次会议第012至015号提案的答复", ["012", "013", "014", "015"]),
        ("对市政协九届三次会议第63号(并第65号)提案的答复", ["63", "65"]),
        ("对市政协九届三次会议第63号提案(并案65号)的答复", ["63", "65"]),
        ("对市政协九届三次会议第2024-15号提案的答复", ["2024-15"]),
        ("对市政协九届三次会议第1号至第9999号提案的答复", ["1", "9999"]),
    ],
)
def test_several_numbers(title: str, numbers: list[str]) -> None:
    references = read_title(title).references
    assert [reference.number for reference in references] == numbers
    assert {reference.kind for reference in references} == {"提案"}


def test_an_expanded_range_is_told() -> None:
    assert [issue.code for issue in read_title("对区政协二届三次会议第12-14号提案的答复").issues] == [
        "number_range"
    ]


def test_two_sessions_in_one_title() -> None:
    references = read_title(
        "关于市政协二届四次会议第88号提案、市三届人大五次会议第JY37号建议的答复"
    ).references
    assert references == (
        ref("政协", "市", None, 2, 4, "88", "提案"),
        ref("人大", "市", None, 3, 5, "JY37", "建议"),
    )


def test_grade_and_document_number_are_taken_out_of_the_title() -> None:
    read = read_title(
        "甲市医保局关于市五届人大五次会议代表第BH037号建议答复的函（甲医保函〔2024〕09号）分类：B"
    )
    assert (read.grade, read.document_number) == ("B", "甲医保函〔2024〕9号")
    assert [reference.number for reference in read.references] == ["BH037"]
    assert read.answering_agency == "甲市医保局"


def test_kind_that_does_not_fit_the_body_stays_and_is_told() -> None:
    read = read_title("对政协甲省十一届五次会议第369号建议的答复")
    assert (read.references[0].body, read.references[0].kind) == ("政协", "建议")
    assert [issue.code for issue in read.issues] == ["body_kind_mismatch"]


@dataclass(frozen=True)
class Made:
    """A title made by the grammar, and what it must be read as."""

    title: str
    reference: Reference
    agency: str | None
    document_type: DocumentType


AGENCIES = [
    "甲市水务局",
    "乙省发展和改革委员会",
    "丙县对外经济贸易局",
    "丁区城市管理和综合执法局",
    "国网某供电公司",
    "某街道办事处",
]
PLACES = {
    "省": [None, "甲省"],
    "市": [None, "呼和浩特市", "乙市"],
    "县": [None, "丙县", "长阳土家族自治县"],
    "区": [None, "和平区", "丁市戊区", "某某林区"],
    "州": [None, "己族庚族自治州"],
    "旗": [None, "某左中旗"],
    "镇": [None, "辛镇"],
}
ENDINGS: list[tuple[str, DocumentType]] = [
    *(
        ("的答复", "reply"),
        ("的答复函", "reply"),
        ("答复的函", "reply"),
        ("的复函", "reply"),
        ("的回复", "reply"),
    ),
    *(("办理情况的答复", "reply"), ("的答复意见", "reply"), ("的答复摘要", "reply"), ("的函", "reply")),
    *(("的会办意见", "co_handling_opinion"), ("的协办意见的函", "co_handling_opinion")),
    *(("会办工作的意见", "co_handling_opinion"), ("协办件的答复", "co_handling_opinion")),
]


def make(rng: random.Random) -> Made:
    """One title: opening × body × session × number × ending."""
    body: Body = rng.choice(["政协", "人大"])
    level = rng.choice([*PLACES, "全国"])
    place = None if level == "全国" else rng.choice(PLACES[level])
    name = place or level
    term, meeting = rng.randint(1, 21), rng.randint(1, 9)
    di = rng.choice(["", "第"])
    t, m = (str(term), str(meeting)) if rng.random() < 0.15 else (NUMERALS[term], NUMERALS[meeting])
    if body == "政协":
        sessions = [
            f"{name}政协{di}{t}届{di}{m}次会议",
            f"政协{name}{di}{t}届{di}{m}次会议",
            f"{name}{di}{t}届政协{di}{m}次会议",
            f"{name}政协第{t}届委员会第{m}次会议",
            f"政协{name}第{t}届委员会第{m}次全体会议",
            f"政协第{t}届{name}委员会第{m}次会议",
        ]
    else:
        sessions = [
            f"{name}{di}{t}届人大{di}{m}次会议",
            f"{name}人大{di}{t}届{m}次会议",
            f"{name}第{t}届人民代表大会第{m}次会议",
            f"{di}{t}届{name}人大{m}次会议",
        ]
    kind: Kind = "提案" if body == "政协" else rng.choice(["建议", "建议", "议案"])
    printed = {
        "提案": rng.choice(["提案", "委员提案"]),
        "议案": "议案",
        "建议": rng.choice(["建议", "代表建议", "建议案"]),
    }[kind]
    number = rng.choice(
        [
            "7",
            "63",
            "094",
            "0192",
            "2024131",
            "20240133",
            "652042",
            "JY20250374",
            "DH0271",
            "B(2019)331",
            "GZ-012",
        ]
    )
    order = rng.choice(["before", "after", "bare"])
    tail = {
        "before": f"第{number}号{printed}",
        "after": f"{kind}第{number}号",
        "bare": f"{number}号{printed}",
    }[order]
    agency = rng.choice([None, *AGENCIES])
    opening = rng.choice(["关于", "对", "关于对", "关于答复"] if agency else ["关于", "对", "关于对", ""])
    ending, document_type = rng.choice(ENDINGS)
    title = f"{agency or ''}{opening}{rng.choice(sessions)}{tail}{ending}"
    if rng.random() < 0.2:
        title = title.replace("号", "号 ").replace("答复", "答 复")
    return Made(title, ref(body, level, place, term, meeting, number, kind), agency, document_type)


@pytest.mark.parametrize("seed", range(20))
def test_made_titles_come_back(seed: int) -> None:
    rng = random.Random(seed)
    for made in [make(rng) for _ in range(60)]:
        read = read_title(made.title)
        assert read.references == (made.reference,), made.title
        assert read.answering_agency == made.agency, made.title
        assert read.document_type == made.document_type, made.title
        assert read.quoted_subject is None, made.title


@pytest.mark.parametrize(
    ("title", "references"),
    [
        (
            "关于上海市政协十四届一次会议第0078号提案答复的函",
            [ref("政协", "市", "上海市", 14, 1, "0078", "提案")],
        ),
        ("关于十四届二次会议人大代表第12号建议的答复", [ref("人大", None, None, 14, 2, "12", "建议")]),
        ("关于林区十四届人大二次会议第8号建议的答复", [ref("人大", "区", None, 14, 2, "8", "建议")]),
        ("关于县政协十四届一次会议第018提案的答复", [ref("政协", "县", None, 14, 1, "018", "提案")]),
        ("关于县政协十四届一次会议018提案的答复", [ref("政协", "县", None, 14, 1, "018", "提案")]),
        ("关于协办市政协十四届二次会议第12号提案的函", [ref("政协", "市", None, 14, 2, "12", "提案")]),
        (
            "关于报送市十四届人大二次会议第12号建议会办意见的函",
            [ref("人大", "市", None, 14, 2, "12", "建议")],
        ),
        ("关于对县十七届人大四次会议第45号代表意见的答复", [ref("人大", "县", None, 17, 4, "45", "建议")]),
        (
            "关于市政协十四届二次会议第2023—012号提案的答复",
            [ref("政协", "市", None, 14, 2, "2023—012", "提案")],
        ),
        ("关于市政协十四届二次会议第2-012号提案的答复", [ref("政协", "市", None, 14, 2, "2-012", "提案")]),
        (
            "关于市政协八届五次会议第2023-A-12号提案的答复",
            [ref("政协", "市", None, 8, 5, "2023-A-12", "提案")],
        ),
        ("关于市政协八届五次会议第12A号提案的答复", [ref("政协", "市", None, 8, 5, "12A", "提案")]),
        ("关于市政协十四届二次会议第(012)号提案的答复", [ref("政协", "市", None, 14, 2, "012", "提案")]),
        ("对第12号人大代表建议的答复", [ref("人大", None, None, None, None, "12", "建议")]),
        ("关于区政协十五届三次会议第023号提案办复的函", [ref("政协", "区", None, 15, 3, "023", "提案")]),
    ],
)
def test_rarer_reference_forms(title: str, references: list[Reference]) -> None:
    assert list(read_title(title).references) == references


@pytest.mark.parametrize(
    "title",
    [
        "市财政局关于会办市政协十四届二次会议第12号提案的意见",
        "关于市政协十四届二次会议第12号提案（会办）的答复",
        "关于市政协十四届二次会议第12号提案的答复（协办件）",
        "对市十五届人大三次会议第20240123号建议的会办情况",
    ],
)
def test_co_handling_by_other_words(title: str) -> None:
    assert read_title(title).document_type == "co_handling_opinion"


@pytest.mark.parametrize(
    ("title", "document_type"),
    [
        ("对市十七届人大二次会议第0768号建议的办理报告", "reply"),
        ("关于办理市政协十四届二次会议第12号提案的报告", "reply"),
        ("关于省十三届人大五次会议第1234号建议（答复）", "reply"),
        ("某县政协委员提案办理情况答复表", "reply"),
        ("2020年人大代表建议办理复文公开", "other"),
        ("某县人民政府关于某县第十七届人大三次会议代表建议办理情况的报告", "other"),
    ],
)
def test_reports_on_one_and_on_all(title: str, document_type: DocumentType) -> None:
    assert read_title(title).document_type == document_type


@pytest.mark.parametrize(
    ("title", "agency", "grade", "number"),
    [
        ("（A类）关于市政协十四届三次会议第45号提案的答复", None, "A", None),
        ("[B]对市十五届人大四次会议第132号建议的答复", None, "B", None),
        ("关于市政协十四届三次会议第45号(A类)提案的答复", None, "A", None),
        ("某市教育局关于市政协十四届三次会议第45号提案（B类）的答复函", "某市教育局", "B", None),
        ("对县十四届人大二次会议第56号建议的答复（B类，公开）", None, "B", None),
        ("某农函[2023]5号(A)对县十四届人大二次会议第56号建议的答复", None, "A", "某农函〔2023〕5号"),
        ("【市教函〔2024〕33号】关于市十四届人大三次会议第56号建议的答复", None, None, "市教函〔2024〕33号"),
        ("2024年6月12日关于市十四届人大三次会议第56号建议的答复", None, None, None),
        ("12、关于市十四届人大二次会议第12号建议的答复", None, None, None),
        ("附件：关于市十四届人大二次会议第12号建议的答复", None, None, None),
        ("市教育局2023年对市人大代表建议第12号的答复", "市教育局", None, None),
        ("某县水利局：关于对县政协十届三次会议第18号提案的答复", "某县水利局", None, None),
        ("某县水利局就县政协十届三次会议第18号提案的答复", "某县水利局", None, None),
    ],
)
def test_what_stands_in_front_and_between(
    title: str, agency: str | None, grade: str | None, number: str | None
) -> None:
    read = read_title(title)
    assert (read.answering_agency, read.grade, read.document_number) == (agency, grade, number)


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("对“关于加快小区加装电梯的建议”的代表建议的答复", "关于加快小区加装电梯的建议"),
        ("关于某党派市委《关于加快人才引进的提案》的答复", "关于加快人才引进的提案"),
        ("关于对“县政协十届三次会议第18号提案《关于修建水库的提案》”的答复", "关于修建水库的提案"),
    ],
)
def test_subject_behind_other_words(title: str, subject: str) -> None:
    assert read_title(title).quoted_subject == subject
