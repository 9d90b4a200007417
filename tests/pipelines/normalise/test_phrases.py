"""What looks like a subject or an agency and is none: a quoted phrase, the name of the site before the title."""

from __future__ import annotations

import pytest

from pipelines.models import RawReply
from pipelines.normalise.body import quoted_subject
from pipelines.normalise.subject import name_document


@pytest.mark.parametrize(
    ("opening", "subject"),
    [
        ("你们联名提出的关于加快打通城中“断头路”的议案收悉", None),
        ("您提出的关于历史街区“微更新”中保留商户的提案收悉", None),
        ("您提出的关于海关“一站式”服务的提案收悉", None),
        ("您提出的“关于打通断头路的提案”收悉", "关于打通断头路的提案"),
        ("您提出的关于《打通断头路》的提案收悉", "打通断头路"),
        ("关于您在市政协会议上提出的《打通断头路》的提案收悉", "打通断头路"),
        ("关于省政协十三届二次会议第912号《打通断头路》的提案收悉", "打通断头路"),
    ],
)
def test_a_phrase_in_an_unmarked_subject_is_not_the_subject(opening: str, subject: str | None) -> None:
    assert quoted_subject(opening)[0] == subject


@pytest.mark.parametrize(
    ("window_title", "agency"),
    [
        ("某市某某局-关于市政协一次会议第912号提案的答复", None),
        ("某市某某局 | 关于市政协一次会议第912号提案的答复", None),
        ("某市某某局关于市政协一次会议第912号提案的答复", "某市某某局"),
    ],
)
def test_the_name_of_the_site_before_the_title_answers_nobody(window_title: str, agency: str | None) -> None:
    titles = (("h1", "关于市政协一次会议第912号提案的答复"), ("title", window_title))
    raw = RawReply(None, titles, (), ("尊敬的委员：",), "")
    assert name_document(raw, None).agency == agency
