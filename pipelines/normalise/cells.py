"""Labelled values → fields: metadata table, labelled lines, meta tags and the unlabelled line beside the title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter

from pipelines.models import FieldSource, Issue, RawField, Reference
from pipelines.normalise import labels
from pipelines.normalise.agencies import looks_like_agency, split_agencies
from pipelines.normalise.dates import Moment, read_moment, read_row_date
from pipelines.normalise.document_number import read_document_number
from pipelines.normalise.grade import read_grade
from pipelines.normalise.index_number import check_digit_issues, find_index_number, read_index_number
from pipelines.normalise.text import collapse, despace, fold, is_blank

Value = tuple[str, object, FieldSource]

_VALID = re.compile(
    r"(?:现行|继续|全文|长期|部分|目前)?有效|(?:已|部分|全文|自动|自行)?(?:失效|废止|无效|修改|修订|宣布失效)|(?:尚未|未)(?:生效|施行)|试行|有效期内|永久有效"
)
_DISCLOSURE = re.compile(
    r"(?:全文|主动|依法|向社会|面向社会|依申请|不予|免予|暂不|不|仅|部分|对外|网上|摘要|全部|社会|政务|同意|不同意|此件)?.{0,8}公开.{0,8}|是|否|不?同意"
)
_TEXT_LIMIT = 120


class Cells:
    """Reads the fields of one page once; each value carries the label it came from."""

    def __init__(self, fields: tuple[RawField, ...], latest: str | None) -> None:
        self.issues: list[Issue] = []
        self._latest = latest
        self._by_label: dict[str, list[RawField]] = {}
        self._by_field: dict[str, list[tuple[int, str, RawField]]] = {}
        self._bylines: list[RawField] = []
        for item in fields[:400]:
            label = labels.normal_label(item.label)
            if label:
                self._by_label.setdefault(label, []).append(item)
                for field, place in labels.FIELDS.get(label, ()) if item.source != "meta" else ():
                    self._by_field.setdefault(field, []).append((place, label, item))
            else:
                self._bylines.append(item)

    def values(self) -> Iterator[Value]:
        """(field, value, source) for every field that has a value, in the order of preference."""
        yield from self._index_number()
        yield from self._document_number()
        for field in ("publisher", "category"):
            yield from self._plain(field)
        yield from self._recognised("validity", _VALID)
        yield from self._recognised("disclosure", _DISCLOSURE)
        yield from self._grade()
        yield from self._issued_on()
        yield from self._published_at()
        yield from self._unlabelled()

    def _printed(self, field: str) -> Iterator[tuple[RawField, str, str]]:
        """(raw field, label, value as printed) for a field, best label first, meta tags left out."""
        for _, label, item in sorted(self._by_field.get(field, ()), key=itemgetter(0)):
            if not is_blank(item.value):
                yield item, label, collapse(item.value)

    def _index_number(self) -> Iterator[Value]:
        for item, label, printed in self._printed("index_number"):
            value, issues = read_index_number(printed)
            self.issues.extend(issues)
            if value:
                yield "index_number", value, _source(item, label, "index_number.as_printed")

    def _document_number(self) -> Iterator[Value]:
        for item, label, printed in self._printed("document_number"):
            number = read_document_number(printed)
            self.issues.extend(number.issues)
            if number.grade:
                yield "grade", number.grade, _source(item, label, "grade.glued")
            if number.value:
                yield "document_number", number.value, _source(item, label, "document_number.gb9704")

    def _plain(self, field: str) -> Iterator[Value]:
        """The first label that has a value, as often as it is printed; another label may mean another thing."""
        first: str | None = None
        for item, label, printed in self._printed(field):
            if first not in (None, label):
                return
            if labels.normal_label(printed) in labels.KNOWN or len(printed) > _TEXT_LIMIT:
                continue
            if field == "category" and read_grade(printed):
                continue
            first = label
            yield field, printed, _source(item, label, "labels.as_printed")

    def _recognised(self, field: str, allowed: re.Pattern[str]) -> Iterator[Value]:
        """Only values that belong to the field: a cell that holds another field's value is reported, not taken."""
        for item, label, printed in self._printed(field):
            bare = despace(printed)
            if allowed.fullmatch(fold(bare)):
                value = f"{label}({bare})" if bare in ("是", "否") else bare
                yield field, value, _source(item, label, "labels.recognised")
                continue
            message = f"“{label}”一栏的内容“{bare[:30]}”不属于这一栏，未采用"
            self.issues.append(Issue(f"{field}_unrecognised", message, "warning", field, printed[:200]))

    def _grade(self) -> Iterator[Value]:
        for item, label, printed in self._printed("grade"):
            value = read_grade(printed)
            if value:
                yield "grade", value, _source(item, label, "grade.label")

    def _issued_on(self) -> Iterator[Value]:
        found = self._moments("issued_on", "issued_on")
        if found:
            item, label, moment = found[0]
            other = next((later for later in found[1:] if later[2].day != moment.day), None)
            if other:
                message = f"{label}为 {moment.day}，{other[1]}为 {other[2].day}，采用前者"
                self.issues.append(
                    Issue("date_conflict", message, "warning", "issued_on", other[0].value[:120])
                )
            yield "issued_on", moment.day, _source(item, label, moment.rule)

    def _published_at(self) -> Iterator[Value]:
        """The labels in their order, then the unlabelled line, then the meta tag; a differing day is an issue.

        A later source of the same day that prints a time completes one that does not.
        """
        found = self._moments("published_at", "published_at")
        for item in self._bylines:
            if item.source != "byline":
                continue
            moment = read_moment(item.value, field="published_at", latest=self._latest, search=True)
            self.issues.extend(moment.issues)
            if moment.day:
                found.append((item, "", moment))
                break
        for item in self._by_label.get("pubdate", ()):
            if item.source == "meta" and not is_blank(item.value):
                moment = read_moment(item.value, field="published_at", latest=self._latest)
                self.issues.extend(moment.issues)
                if moment.day:
                    found.append((item, "pubdate", moment))
                    break
        if not found:
            return
        item, label, first = found[0]
        for other, other_label, moment in found[1:]:
            if moment.day != first.day:
                message = f"页面日期互相矛盾：{label or '标题旁'}为 {first.day}，{other_label or '标题旁'}为 {moment.day}，采用前者"
                self.issues.append(
                    Issue("date_conflict", message, "warning", "published_at", other.value[:120])
                )
                break
        timed = next((f for f in found if f[2].day == first.day and f[2].time), found[0])
        yield "published_at", timed[2].value, _source(timed[0], timed[1], timed[2].rule)

    def _moments(self, field: str, reported: str) -> list[tuple[RawField, str, Moment]]:
        out: list[tuple[RawField, str, Moment]] = []
        for item, label, printed in self._printed(field):
            moment = read_moment(printed, field=reported, latest=self._latest)
            if (
                moment.issues
                and (inner := read_moment(printed, field=reported, latest=self._latest, search=True)).day
            ):
                moment = inner
            self.issues.extend(moment.issues)
            if moment.day:
                out.append((item, label, moment))
        return out

    def _unlabelled(self) -> Iterator[Value]:
        """In a list without labels only what its shape identifies counts: index number, agency, 有效. No date."""
        indexed = False
        for item in self._bylines:
            value = find_index_number(item.value)
            if value:
                self.issues.extend(check_digit_issues(value))
                yield "index_number", value, FieldSource(item.source, "index_number.shape", item.value)
                indexed = True
        for item in self._bylines:
            if item.source != "cell":
                continue
            bare = despace(item.value)
            if bare in ("有效", "失效", "废止", "无效", "已失效", "已废止"):
                yield "validity", bare, FieldSource("cell", "labels.shape", item.value)
            elif indexed and looks_like_agency(bare):
                yield "publisher", bare, FieldSource("cell", "labels.shape", item.value)

    def row_date(self, printed: str) -> str | None:
        """Date of the list row, the last resort for the day of publication."""
        return read_row_date(printed, latest=self._latest).value

    def form_reference(self) -> tuple[Reference, FieldSource] | None:
        """The number in a form (`编号 12050094` beside 建议类型): a form has labels where a letter has sentences."""
        kind = next(
            (labels.KIND_LABELS[label] for label in self._by_label if label in labels.KIND_LABELS), None
        )
        for label in labels.NUMBER_LABELS:
            for item in self._by_label.get(label, ()):
                bare = despace(fold(item.value)).removeprefix("第").removesuffix("号")
                if item.source != "meta" and re.fullmatch(r"[A-Za-z]{0,6}\d{1,12}", bare):
                    own = labels.KIND_LABELS.get(label) or kind
                    if own:
                        return Reference(number=bare, kind=own), _source(item, label, "references.form")
        return None

    def form_subject(self, titled: bool) -> tuple[str, FieldSource] | None:
        """The subject in a form that has a cell for the answer: there the label does what quotation marks do.

        `titled`: the page has a title that names its proposal, so that 标题 is that title and not the subject.
        """
        if not any(
            label.endswith(("答复", "答复内容", "回复内容", "办理结果", "办理情况"))
            for label in self._by_label
        ):
            return None
        for label in labels.SUBJECT_LABELS:
            for item in self._by_label.get(label, ()):
                printed = collapse(item.value)
                if titled and label in labels.TITLE_LABELS:
                    continue
                if item.source != "meta" and re.fullmatch(r".{2,120}(?:提案|建议|议案)", printed):
                    return printed, _source(item, label, "labels.form_subject")
        return None

    def co_handlers(self) -> tuple[tuple[str, ...], FieldSource] | None:
        """Agencies in a cell labelled 会办单位 or 协办单位."""
        for item, label, printed in self._printed("co_handlers"):
            names = split_agencies(printed)
            if names:
                return names, _source(item, label, "agencies.list")
        return None

    def lead_agency(self) -> tuple[str, FieldSource] | None:
        """The agency in a cell labelled 主办单位."""
        for item, label, printed in self._printed("lead_agency"):
            names = split_agencies(printed)
            if len(names) == 1:
                return names[0], _source(item, label, "agencies.list")
        return None


def _source(item: RawField, label: str, rule: str) -> FieldSource:
    where = f"{item.source}:{label}" if label else item.source
    return FieldSource(where, rule, collapse(item.value))
