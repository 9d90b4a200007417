"""The whole reply: conflicts, absent things and hostile input first; every value has a source."""

from __future__ import annotations

import time
from dataclasses import fields

import pytest

from pipelines.models import Attachment, Column, Issue, Page, RawField, RawReply, Reference, Reply, Site
from pipelines.normalise.reply import normalise

LETTER = (
    "甲科函〔2024〕12号（A类）",
    "某某委员：",
    "您提出的《关于加快某事的提案》收悉。经商省财政厅，现答复如下：",
    "一、正文第一段。",
    "甲省科学技术厅",
    "2024年7月23日",
    "联系人：某某，电话：027-87654321",
)
TITLE = "关于省政协十三届二次会议第20240133号提案的答复"


def raw(
    *cells: tuple[str, str, str],
    titles: tuple[tuple[str, str], ...] = (("h1", TITLE),),
    paragraphs: tuple[str, ...] = LETTER,
    body_html: str = "",
    attachments: tuple[Attachment, ...] = (),
    issues: tuple[Issue, ...] = (),
) -> RawReply:
    """A raw reply made of (label, value, source) cells and a letter."""
    return RawReply(
        "https://example.invalid/t1.html",
        titles,
        tuple(RawField(label, value, source) for label, value, source in cells),
        paragraphs,
        body_html,
        attachments,
        (),
        issues,
    )


def page(*, holds: str = "mixed", row_title: str | None = None, row_date: str | None = None) -> Page:
    """A page of a column."""
    column = Column("https://example.invalid/c/", holds)  # type: ignore[arg-type]
    site = Site("s", "某厅", "某厅", "420000", ("example.invalid",), "trs", (column,))
    return Page(
        "https://example.invalid/t1.html",
        b"",
        fetched_at="2026-11-24T02:30:00+08:00",
        site=site,
        column=column.url,
        row_title=row_title,
        row_date=row_date,
    )


def codes(reply: Reply) -> list[str]:
    return [issue.code for issue in reply.issues]


def test_nothing_in_nothing_out() -> None:
    reply = normalise(RawReply(None, (), (), (), ""))
    values = {f.name: getattr(reply, f.name) for f in fields(reply) if f.name not in ("issues", "sources")}
    assert {name: value for name, value in values.items() if value} == {}
    assert codes(reply) == ["title_missing", "body_empty"]


@pytest.mark.parametrize(
    ("title", "severity"),
    [
        ("关于省政协十三届二次会议第20240133号提案的答复", "error"),
        ("建议提案办理", "warning"),
        ("", "warning"),
    ],
)
def test_an_empty_body_is_told_once_and_weighs_what_the_page_is(title: str, severity: str) -> None:
    unread = Issue("no_body", "网页里没有找到正文。", "error", "body_text")
    titles = (("h1", title),) if title else ()
    reply = normalise(RawReply("http://www.kjt.invalid/a.html", titles, (), (), "", issues=(unread,)))
    found = [(issue.code, issue.severity) for issue in reply.issues if issue.field == "body_text"]
    assert found == [("body_empty", severity)]


def test_a_label_without_value_gives_null() -> None:
    reply = normalise(
        raw(("文号", "", "cell"), ("有效性", "有效", "cell"), ("发文日期", "", "cell"), paragraphs=LETTER[1:])
    )
    assert (reply.document_number, reply.validity, reply.issued_on) == (None, "有效", None)


def test_a_label_is_never_a_value() -> None:
    assert normalise(raw(("发布机构", "发文日期", "cell"))).publisher is None


def test_conflicting_dates_are_told_and_the_printed_one_wins() -> None:
    reply = normalise(raw(("发布日期", "2024-09-02", "cell"), ("pubdate", "2024-09-05 10:00", "meta")))
    assert reply.published_at == "2024-09-02"
    assert codes(reply) == ["date_conflict"]
    assert reply.sources["published_at"].source == "cell:发布日期"


def test_two_days_of_issue_are_told() -> None:
    reply = normalise(raw(("成文日期", "2024-08-02", "cell"), ("发文日期", "2024-08-01", "cell")))
    assert (reply.issued_on, codes(reply)) == ("2024-08-01", ["date_conflict"])


def test_two_document_numbers_are_told() -> None:
    reply = normalise(raw(("文号", "甲科函〔2024〕13号", "cell"), ("文号", "甲科函[2024]13号", "cell")))
    assert (reply.document_number, codes(reply)) == ("甲科函〔2024〕13号", ["source_conflict"])


def test_a_label_printed_twice_with_two_values_is_a_conflict_and_the_first_stands() -> None:
    cells = (
        ("发布机构", "甲省科学技术厅", "cell"),
        ("发布机构", "乙市水务局", "cell"),
        ("发文机关", "丙市", "cell"),
    )
    reply = normalise(raw(*cells))
    assert reply.publisher == "甲省科学技术厅"
    told = [issue for issue in reply.issues if issue.code == "source_conflict"]
    # 发文机关 is another label and may mean another agency.
    assert [(issue.field, issue.raw) for issue in told] == [("publisher", "乙市水务局")]
    assert "乙市水务局" in told[0].message
    assert "甲省科学技术厅" in told[0].message


def test_a_cell_that_says_open_and_a_letter_that_says_not_are_told_apart() -> None:
    reply = normalise(raw(("公开方式", "主动公开", "cell"), paragraphs=(*LETTER, "（此件依申请公开）")))
    assert reply.disclosure == "主动公开"
    assert [issue.raw for issue in reply.issues if issue.code == "disclosure_conflict"] == ["此件依申请公开"]


def test_the_title_with_the_agency_in_front_is_the_title() -> None:
    row = f"甲省人民政府{TITLE}"
    assert normalise(raw(), page(row_title=row)).title == row
    assert normalise(raw(), page(row_title=f"甲省人民政府网站首页：{TITLE}")).title == TITLE
    assert codes(normalise(raw(("文号", "甲科函〔2024〕012号", "cell")))) == []


def test_the_same_day_with_a_time_completes_the_printed_day() -> None:
    reply = normalise(raw(("发布日期", "2024-09-02", "cell"), ("pubdate", "2024-09-02 10:33", "meta")))
    assert reply.published_at == "2024-09-02T10:33"
    assert codes(reply) == []


def test_the_four_dates_are_kept_apart() -> None:
    reply = normalise(
        raw(("发文日期", "2024年08月01日 08:00:00", "cell"), ("", "2024-09-02 10:33 某厅", "byline"))
    )
    assert (reply.issued_on, reply.published_at, reply.signed_on) == (
        "2024-08-01",
        "2024-09-02T10:33",
        "2024-07-23",
    )
    alone = normalise(raw(paragraphs=LETTER[1:4]))
    assert (alone.issued_on, alone.published_at, alone.signed_on) == (None, None, None)


@pytest.mark.parametrize("label", ["产生日期", "生效日期", "提交日期"])
def test_other_dates_answer_to_nothing(label: str) -> None:
    reply = normalise(raw((label, "2024-09-02", "cell")))
    assert (reply.issued_on, reply.published_at) == (None, None)


def test_a_day_after_the_fetch_is_absurd() -> None:
    reply = normalise(raw(("发布日期", "2026-12-24", "cell")), page())
    assert reply.published_at is None
    assert codes(reply) == ["date_absurd"]


def test_a_cell_filled_with_the_value_of_another_is_told() -> None:
    reply = normalise(raw(("公开方式", "有效", "cell"), ("有效性", "某厅", "cell")))
    assert (reply.disclosure, reply.validity) == (None, None)
    assert sorted(codes(reply)) == ["disclosure_unrecognised", "validity_unrecognised"]


def test_the_size_of_the_letters_is_no_document_number() -> None:
    reply = normalise(raw(("字号", "[大 中 小]", "byline"), paragraphs=LETTER[1:]))
    assert (reply.document_number, codes(reply)) == (None, [])


def test_a_form_names_the_proposal_and_the_page() -> None:
    form = raw(
        ("提案标题", "关于规范某事的提案", "cell"),
        ("协办单位", "市住建局、市应急局", "cell"),
        ("办理情况", "", "cell"),
        titles=(("cell:提案标题", "关于规范某事的提案"), ("h1", "2024年市政协第45号提案办理情况")),
        paragraphs=("提案收悉后,我单位高度重视。现答复如下:", "1.加强宣传。"),
    )
    reply = normalise(form)
    assert reply.title == "2024年市政协第45号提案办理情况"
    assert reply.quoted_subject == "关于规范某事的提案"
    assert reply.co_handlers == ("市住建局", "市应急局")
    assert (reply.document_type, reply.references[0].number) == ("reply", "45")


def test_a_form_without_an_answer_is_other() -> None:
    form = raw(
        *(
            ("建议标题", "", "cell"),
            ("编号", "12050094", "cell"),
            ("建议类型", "大会期间建议", "cell"),
            ("建议答复", "", "cell"),
        ),
        titles=(),
        paragraphs=("主办单位(分办单位)",),
    )
    reply = normalise(form)
    assert reply.document_type == "other"
    assert reply.references == (Reference(number="12050094", kind="建议"),)


def test_a_meta_tag_is_no_cell() -> None:
    assert normalise(raw(("发布机构", "某局", "meta"))).publisher is None


def test_source_is_not_publisher_and_a_letter_is_not_a_category() -> None:
    reply = normalise(
        raw(
            ("来源", "某日报", "cell"),
            ("责任部门", "某处", "cell"),
            ("类别", "C", "cell"),
            paragraphs=LETTER[1:],
        )
    )
    assert (reply.publisher, reply.category, reply.grade) == (None, None, "C")
    assert normalise(raw(("类别", "提案", "cell"), paragraphs=LETTER[1:])).category == "提案"


def test_better_labels_win_wherever_they_stand() -> None:
    reply = normalise(
        raw(
            ("组配分类", "建议提案", "cell"),
            ("主题分类", "科技", "cell"),
            ("更新时间", "2025-01-01", "cell"),
            ("发布日期", "2024-09-02", "cell"),
        )
    )
    assert (reply.category, reply.published_at) == ("科技", "2024-09-02")


def test_without_labels_only_shapes_count() -> None:
    items = [
        ("", value, "cell")
        for value in ("640104-107/2019-00169", "某区住房和城乡建设局", "有效", "2019年07月26日")
    ]
    reply = normalise(raw(*items))
    assert (reply.index_number, reply.publisher, reply.validity) == (
        "640104-107/2019-00169",
        "某区住房和城乡建设局",
        "有效",
    )
    assert (reply.issued_on, reply.published_at) == (None, None)


def test_an_unknown_label_is_told_once() -> None:
    reply = normalise(raw(("新鲜标签", "甲", "cell"), ("新鲜标签", "乙", "cell"), ("viewport", "x", "meta")))
    assert codes(reply) == ["unknown_label"]


def test_titles_of_one_page_that_disagree_are_told() -> None:
    other = TITLE.replace("0133", "0134")
    assert "title_conflict" in codes(normalise(raw(titles=(("h1", TITLE), ("meta:articletitle", other)))))


def test_a_shortened_title_is_completed_by_the_fuller_one() -> None:
    reply = normalise(raw(titles=(("h1", "关于省政协十三届二次会议第2024"),)), page(row_title=TITLE))
    assert reply.title == "关于省政协十三届二次会议第2024"
    assert reply.references == (Reference("政协", "省", None, 13, 2, "20240133", None, "提案"),)
    assert reply.sources["references"].source == "row"


def test_the_body_is_never_concluded_from_the_salutation() -> None:
    letter = ("某某代表:", "您提出的《关于某事的建议》收悉,现答复如下:", "正文。")
    reply = normalise(raw(titles=(("h1", TITLE),), paragraphs=letter))
    assert reply.references[0].body == "政协"
    assert codes(reply) == ["salutation_body_mismatch"]
    bare = normalise(raw(titles=(("h1", "《关于某事的建议》的答复"),), paragraphs=letter))
    assert bare.references == ()


def test_the_column_completes_and_is_contradicted() -> None:
    assert (
        normalise(raw(titles=(("h1", "第12号提案的答复"),)), page(holds="政协")).references[0].body == "政协"
    )
    reply = normalise(raw(), page(holds="人大"))
    assert reply.references[0].body == "政协"
    assert codes(reply) == ["column_body_mismatch"]


def test_references_of_the_opening_where_the_title_has_none() -> None:
    letter = (
        "某某代表:",
        "您在市九届人大四次会议上提出的《关于某事的建议》(第131号)收悉,现答复如下:",
        "正文。",
    )
    reply = normalise(raw(titles=(("h1", "关于《关于某事的建议》的答复"),), paragraphs=letter))
    assert reply.references == (Reference("人大", "市", None, 9, 4, "131", None, "建议"),)
    assert reply.sources["references"].source == "body"


def test_a_title_without_number_is_completed_by_the_opening() -> None:
    title = (("h1", "对市政协五届三次会议《关于治理某河的提案》的答复"),)
    letter = (
        "某某委员:",
        "您在市政协五届三次会议上提出的《关于治理某河的提案》(第88号)收悉,现答复如下:",
        "正文。",
    )
    reply = normalise(raw(titles=title, paragraphs=letter))
    assert reply.references == (Reference("政协", "市", None, 5, 3, "88", None, "提案"),)
    assert reply.sources["references"].rule == "references.title_and_opening"
    stranger = (
        "某某委员:",
        "您在市政协四届一次会议上提出的《关于治理某河的提案》(第88号)收悉,现答复如下:",
        "正文。",
    )
    assert normalise(raw(titles=title, paragraphs=stranger)).references[0].number is None


def test_a_kind_missing_in_one_title_is_taken_from_the_other() -> None:
    titles = (("h1", "某县八届人大二次会议(72号)的答复"),)
    letter = ("对县八届人大二次会议", "第72号建议答复", "某某代表", "现答复如下:", "正文。")
    assert normalise(raw(titles=titles, paragraphs=letter)).references[0].kind == "建议"


@pytest.mark.parametrize(
    ("paragraphs", "document_type"),
    [
        (("某某代表:", "您提出的《关于某事的建议》收悉。", "正文。"), "reply"),
        (("[…](第75号)收悉。经我局研究办理,情况如下", "正文。"), "reply"),
        (("某某委员:", "正文。", "某县水利局", "2024年7月23日"), "reply"),
        (("正文。", "特此答复。"), "reply"),
        (("[办理结果标注(A1)]", "正文。", "2023年6月8日"), "reply"),
        (("某市水利局:", "来函收悉。现函复如下:", "正文。"), "other"),
        (("1.关于某事的建议", "办理情况:已办", "2.关于某事的建议", "办理情况:在办"), "other"),
        (("正文。",), None),
    ],
)
def test_without_a_title_the_letter_tells_what_it_is(
    paragraphs: tuple[str, ...], document_type: str | None
) -> None:
    assert normalise(raw(titles=(), paragraphs=paragraphs)).document_type == document_type


def test_a_letter_between_offices_is_other() -> None:
    title = (("h1", "某省人民政府办公厅关于某县所提问题和建议办理情况的函"),)
    letter = (
        "某县人民政府：",
        "你县提出的问题和建议收悉，现将有关情况函复如下：",
        "正文。",
        "某省人民政府办公厅",
        "2004年8月12日",
    )
    assert normalise(raw(titles=title, paragraphs=letter)).document_type == "other"


def test_a_co_handling_opinion_names_its_addressee() -> None:
    letter = (
        "省教育厅：",
        "现提出如下会办意见，供你厅答复代表时参考：",
        "正文。",
        "某省财政厅",
        "2024年5月6日",
    )
    reply = normalise(raw(titles=(("h1", "关于省十四届人大二次会议第8号建议的函"),), paragraphs=letter))
    assert (reply.document_type, reply.lead_agency, reply.salutation) == (
        "co_handling_opinion",
        "省教育厅",
        "省教育厅",
    )
    answer = normalise(raw(paragraphs=("某党省委：", *LETTER[2:])))
    assert (answer.document_type, answer.lead_agency) == ("reply", None)


def test_a_plan_is_other_whatever_its_text_says() -> None:
    assert normalise(raw(titles=(("h1", "某局建议提案办理工作方案"),))).document_type == "other"


def test_several_letters_on_one_page_have_no_letter_level_values() -> None:
    reply = normalise(raw(paragraphs=(*LETTER, *LETTER[1:])))
    assert (reply.salutation, reply.signatory, reply.signed_on, reply.quoted_subject) == (
        None,
        None,
        None,
        None,
    )
    assert codes(reply) == ["several_letters"]
    assert reply.document_type == "reply"


def test_cut_values_are_no_values() -> None:
    reply = normalise(
        raw(
            titles=(("h1", "关于[…]的建议的答复"),),
            paragraphs=("[…]并[…]代表:", "您提出的《[…]》收悉,现答复如下:"),
        )
    )
    assert (reply.title, reply.salutation, reply.quoted_subject) == (None, None, None)
    assert set(codes(reply)) >= {"value_cut"}


def test_contacts_leave_by_no_door() -> None:
    reply = normalise(
        raw(
            ("文号", "联系电话027-87654321", "cell"),
            ("新标签", "13812345678", "cell"),
            ("发布机构", "某局（电话：027-87654321）", "cell"),
            ("发布日期", "2024-09-02 咨询13812345678", "cell"),
            body_html="<p>联系人：某某，电话：027-<b>87654321</b></p>",
            attachments=(Attachment("联系电话13812345678.pdf", "https://example.invalid/a.pdf"),),
            issues=(Issue("x", "电话13812345678", raw="13812345678"),),
        )
    )
    printed = repr(reply)
    assert "87654321" not in printed
    assert "13812345678" not in printed
    assert reply.body_text is not None
    assert len(reply.body_text) == len("\n".join(LETTER))


def test_a_whole_reply() -> None:
    reply = normalise(
        raw(("索引号", "011043145/2024-37154", "cell"), ("公开方式", "主动公开", "cell")), page()
    )
    assert reply.title == TITLE
    assert reply.document_type == "reply"
    assert reply.document_number == "甲科函〔2024〕12号"
    assert reply.grade == "A"
    assert reply.salutation == "某某委员"
    assert reply.quoted_subject == "关于加快某事的提案"
    assert reply.co_handlers == ("省财政厅",)
    assert (reply.signatory, reply.signed_on) == ("甲省科学技术厅", "2024-07-23")
    assert reply.issues == ()
    valued = {f.name for f in fields(reply) if getattr(reply, f.name)} - {
        "url",
        "sources",
        # What the body is made of has its paragraphs for a source.
        "parts",
        "issues",
        "body_html",
        "roles",  # each says itself where it was read
    }
    assert set(reply.sources) == valued
    assert reply.sources["grade"].rule == "grade.glued"
    assert reply.sources["index_number"].raw is None


def test_the_date_of_the_row_is_the_last_resort() -> None:
    reply = normalise(raw(), page(row_date="24-09-02"))
    assert (reply.published_at, reply.sources["published_at"].source) == ("2024-09-02", "row")
    assert (
        normalise(raw(("发布日期", "2024-09-03", "cell")), page(row_date="24-09-02")).published_at
        == "2024-09-03"
    )


@pytest.mark.parametrize(
    "unit",
    [
        "第",
        "届",
        "政协",
        "《",
        "“",
        "(",
        "〔2024〕",
        "号",
        "委员会",
        "、",
        "年",
        "1",
        "联系人",
        "会同某局、",
        "A",
        " ",
    ],
)
def test_hostile_repetition_is_read_in_bounded_time(unit: str) -> None:
    text = unit * 4000
    hostile = raw(
        ("索引号", text, "cell"), ("发文日期", text, "cell"), titles=(("h1", text),), paragraphs=(text,) * 20
    )
    began = time.process_time()
    normalise(hostile)
    assert time.process_time() - began < 2.0
