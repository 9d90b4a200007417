"""The shape of one declaration, and its mistakes in words that say what is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pipelines.declare.source import Loc
from pipelines.declare.words import did_you_mean, one_of

Holds = Literal["mixed", "政协", "人大"]
Text = Annotated[str, Field(min_length=1, max_length=200)]


def _code(value: object) -> object:
    """`place: 420000` is a number to YAML and a code to us."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _column(value: object) -> object:
    """A column that is only an address may be written as such."""
    return {"url": value} if isinstance(value, str) else value


class ColumnDeclaration(BaseModel):
    """A column, as written: an address, or `{url: …, holds: 政协, may_be_empty: true, year: 2023, render: true}`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    holds: Holds = "mixed"
    may_be_empty: bool = False
    year: Annotated[int, Field(ge=1949, le=2100)] | None = None
    render: bool = False
    total_may_differ: bool = False


ReplyField = Literal[
    "index_number",
    "document_number",
    "publisher",
    "category",
    "validity",
    "disclosure",
    "issued_on",
    "published_at",
    "signed_on",
    "signatory",
    "salutation",
    "grade",
    "quoted_subject",
    "body_text",
]
"""Fields of a reply that a site may be expected to fill."""
REPLY_FIELDS: tuple[str, ...] = get_args(ReplyField)


class ExpectDeclaration(BaseModel):
    """`expect`, as written: `{min_replies: 100, fields: {signed_on: 0.8}, rows_may_drop: true, gone_fields: [validity]}`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    min_replies: Annotated[int, Field(ge=1)] | None = None
    fields: dict[ReplyField, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] = {}
    rows_may_drop: bool = False
    gone_fields: list[ReplyField] = []


class SiteDeclaration(BaseModel):
    """A site, as written under its key."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Text | None = None
    agency: Text | None = None
    place: Annotated[str, BeforeValidator(_code), Field(max_length=20)] | None = None
    hosts: Annotated[list[Text], Field(min_length=1, max_length=50)]
    family: Text
    home: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    columns: Annotated[
        list[Annotated[ColumnDeclaration, BeforeValidator(_column)]], Field(max_length=500)
    ] = Field(default_factory=list)
    delay: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 3.0
    expect: ExpectDeclaration = ExpectDeclaration()
    revisits: Annotated[int, Field(ge=0, le=100_000)] | None = None
    discover: bool = False
    hints: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list)
    source: Text | None = None
    known: Annotated[str, BeforeValidator(_code), Field(max_length=10)] | None = None


def parse(value: object) -> SiteDeclaration | list[tuple[Loc, str]]:
    """The declaration, or each mistake with its way from the site down and a Chinese message."""
    try:
        return SiteDeclaration.model_validate(value)
    except ValidationError as error:
        return list(_messages(error.errors(include_url=False)))


def _messages(errors: list[ErrorDetails]) -> Iterator[tuple[Loc, str]]:
    for error in errors:
        loc = tuple(part for part in error["loc"] if not str(part).startswith("function-"))
        yield loc, _message(error["type"], loc, error.get("input"), error.get("ctx", {}))


def _message(kind: str, loc: Loc, given: object, limits: dict[str, Any]) -> str:
    shape: type[BaseModel] = SiteDeclaration
    if loc[:1] == ("columns",) and len(loc) > 2:
        shape = ColumnDeclaration
    elif loc[:1] == ("expect",):
        shape = ExpectDeclaration
    keys = list(shape.model_fields)
    words = REPLY_FIELDS if loc[:2] in (("expect", "fields"), ("expect", "gone_fields")) else get_args(Holds)
    if kind == "extra_forbidden":
        word = str(loc[-1])
        return f"没有 {word} 这个键{did_you_mean(word, keys)}（{one_of(keys)}）"
    if kind == "missing":
        return f"缺少必填的 {loc[-1]}"
    shown = _shown(given)
    wanted = {
        "literal_error": one_of(words),
        "bool_type": "应为 true 或 false",
        "int_type": "应为整数",
        "float_type": "应为数字（秒）",
        "string_type": "应为文字；纯数字请加引号",
        "list_type": "应为列表，如 [甲, 乙] 或每行一个“- ”",
        "finite_number": "应为有限的数",
        "greater_than_equal": f"不能小于 {_number(limits.get('ge'))}",
        "less_than_equal": f"不能大于 {_number(limits.get('le'))}",
        "string_too_short": "不能为空",
        "string_too_long": f"最多 {limits.get('max_length')} 个字符",
        "too_short": "至少要有一项",
        "too_long": f"最多 {limits.get('max_length')} 项",
    }.get(kind)
    if wanted is None and kind.startswith("model"):
        wanted = f"应为若干“键: 值”（{one_of(keys)}）"
    if kind == "literal_error":
        wanted = f"{wanted}{did_you_mean(str(given), words)}"
    return f"{shown}不合要求：{wanted or '写法有误'}"


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _shown(given: object) -> str:
    if given is None:
        return "空值"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, str | int | float):
        return f"“{str(given)[:60]}”"
    return "这里的列表" if isinstance(given, list) else "这里的内容"
