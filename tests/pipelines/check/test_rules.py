"""Rules across fields: what does not fit is said, what fits is silent, what is unknown proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.check import check
from pipelines.models import Attachment, Reference
from tests.pipelines.load.make import reply

LONG = (
    "贵单位提出的提案收悉。我厅会同有关单位认真研究，现将有关情况答复如下，感谢对我省科技工作的关心和支持。"
)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"signed_on": "2024-10-01", "issued_on": None}, "signed_after_published"),
        (
            {"signed_on": "2024-09-03", "issued_on": None, "published_at": "2024-09-02T10:33:00"},
            "signed_after_published",
        ),
        ({"issued_on": "2024-07-01"}, "issued_before_signed"),
        ({"signed_on": "2020-01-01", "references": (Reference("政协"),)}, "dates_far_apart"),
        ({"body_text": "详见附件。"}, "body_short"),
        ({"document_number": "鄂科函〔2019〕12号"}, "document_number_year"),
        ({"references": (Reference("政协", "省", None, 13, 3, "20250133"),)}, "number_year_after_signature"),
        ({"references": ()}, "no_reference"),
        ({"document_type": "co_handling_opinion"}, "lead_agency_missing"),
    ],
)
def test_what_does_not_fit_is_said_once(values: dict[str, Any], code: str) -> None:
    found = check(reply(**{"body_text": LONG, **values}))
    assert [issue.code for issue in found] == [code]
    assert found[0].message


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"signed_on": None, "published_at": None, "issued_on": None},
        {"signed_on": "2024-09-02"},
        {"published_at": "2024-09-02"},
        {"document_number": "鄂科函〔2023〕12号", "signed_on": "2024-01-05"},
        {"references": (Reference("政协", None, None, None, None, "173169"),)},
        {"references": (Reference("人大", None, None, None, None, "B(2019)331"),)},
        {"document_type": "co_handling_opinion", "lead_agency": "省教育厅"},
        {"body_text": None},
        {"document_type": "other", "body_text": "短", "references": ()},
        {"document_type": None, "references": ()},
    ],
)
def test_what_fits_is_silent(values: dict[str, Any]) -> None:
    assert check(reply(**{"body_text": LONG, **values})) == ()


def test_a_short_body_with_a_file_says_where_the_text_may_be() -> None:
    (with_file,) = check(reply(body_text="见附件。", attachments=(Attachment("答复.pdf"),)))
    (without,) = check(reply(body_text="见附件。", attachments=()))
    assert "附件" in with_file.message
    assert "附件" not in without.message
