"""Letters as offices write them: each kind of line once, with its counter-example."""

from __future__ import annotations

import pytest

from pipelines.models import Reply
from pipelines.normalise.reply import normalise
from pipelines.read.text import read_text


def made(
    *, salutation: str = "某某委员:", consulted: str = "", foot: str = "丙县水利局\n2020年5月20日"
) -> Reply:
    """A condensed letter."""
    opening = f"您提出的《关于加强某事的提案》收悉。{consulted}现答复如下:"
    return normalise(read_text(f"{salutation}\n{opening}\n[…]\n感谢您的关心。\n{foot}"))


@pytest.mark.parametrize(
    ("consulted", "agencies"),
    [
        ("根据市教育局、市公安局会办意见,", ("市教育局", "市公安局")),
        ("我局商市财政局同意,", ("市财政局",)),
        ("经我局商请市生态环境局协助办理,", ("市生态环境局",)),
        ("经与市发改委沟通协商并征求市财政局意见,", ("市发改委", "市财政局")),
        ("在市财政局的大力支持下,我局认真办理,", ()),
        ("我局会同市发改委、某街道办事处到现场查看,", ("市发改委", "某街道办事处")),
        ("我局会同有关部门进行了研究,", ()),
    ],
)
def test_units_consulted(consulted: str, agencies: tuple[str, ...]) -> None:
    assert set(made(consulted=consulted).co_handlers) == set(agencies)


@pytest.mark.parametrize(
    ("foot", "signatory", "day"),
    [
        ("丙县水利局\n2020.5.20", "丙县水利局", "2020-05-20"),
        ("2020.5.20", None, None),
        ("丙县水利局\n2020-05-20", "丙县水利局", None),
        ("丙县水利局办公室\n2020年5月20日印发", None, None),
        ("特此答复! 丙县水利局 2020年5月20日 抄送:县政协提案委", "丙县水利局", "2020-05-20"),
    ],
)
def test_signatures(foot: str, signatory: str | None, day: str | None) -> None:
    reply = made(foot=foot)
    assert (reply.signatory, reply.signed_on) == (signatory, day)


@pytest.mark.parametrize("name", ["某某代表团", "民主党派某区总支", "经济界别", "市政协办公室"])
def test_those_who_propose_together_are_addressed(name: str) -> None:
    reply = made(salutation=f"{name}：")
    assert (reply.salutation, reply.document_type) == (name, "reply")


def test_a_comrade_who_proposed_gets_a_reply() -> None:
    reply = made(salutation="某某某同志：")
    assert (reply.document_type, reply.quoted_subject) == ("reply", "关于加强某事的提案")


def test_the_number_of_the_document_is_none_of_a_proposal() -> None:
    reply = normalise(read_text("甲人大建议函〔2023〕8号\n[…]\n2023年6月8日"))
    assert (reply.document_number, reply.references) == ("甲人大建议函〔2023〕8号", ())


def test_number_in_brackets_or_beside_a_label_below_the_title() -> None:
    for line in ("(某能函〔2021〕9号)", "某能函〔2021〕9号 是否同意公开:同意"):
        text = f"对市十四届人大四次会议第65号建议的答复\n{line}\n某某代表:\n[…]收悉,现答复如下:"
        assert normalise(read_text(text)).document_number == "某能函〔2021〕9号"


def test_in_a_form_the_title_of_the_proposal_is_its_subject() -> None:
    form = "建议编号:0156\n标题:关于提升绿化水平的建议\n办理结果:A\n答复内容:\n某某代表:\n[…]\n丙县林业局\n2021年6月1日"
    reply = normalise(read_text(form))
    assert (reply.title, reply.quoted_subject) == (None, "关于提升绿化水平的建议")
    assert [reference.number for reference in reply.references] == ["0156"]
    assert reply.document_type == "reply"


def test_no_annex_is_no_annex() -> None:
    assert made(foot="丙县水利局\n2020年5月20日\n附件:无").attachments == ()


def test_kind_from_the_subject_of_the_opening() -> None:
    text = "某党派市委员会:\n你们提出的《关于培育企业的提案》(第20230022号)收悉,现答复如下:\n[…]"
    (reference,) = normalise(read_text(text)).references
    assert (reference.number, reference.kind) == ("20230022", "提案")
