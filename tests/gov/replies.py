"""Replies by the thousand, each with its own text and its own truth; deterministic from a seed.

Numbers, dates and docids are those of no real document: serial numbers are counted from the site, docids rise with the
date of publication as they do on real sites, and nobody is named.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from scraper.demo.personality import Document

SUBJECTS = (
    "老旧小区加装电梯", "农村饮水工程管护", "职业学校实训基地", "社区托育服务", "绿色建材推广", "湿地保护修复",
    "中小企业融资", "城乡公交一体化", "传统村落保护", "水稻良种繁育", "家庭医生签约", "体育场馆开放",
    "危险废物处置", "夜间经济", "公共图书馆延时服务", "智慧农业示范", "河湖岸线整治", "养老护理队伍",
    "物流枢纽布局", "中药材种植", "校外培训治理", "停车设施共享", "茶产业品牌", "基层应急物资",
    "数据要素流通", "乡村道路照明", "残疾人就业", "工业遗产利用", "水生生物保护", "科普场馆联动",
)  # fmt: skip
MEASURES = (
    "一是摸清底数。组织各地逐项登记，建立台账，共核实{n}处，其中{m}处列入今年的任务",
    "二是落实资金。安排专项经费{n}万元，按照轻重缓急分批下达，{m}个县区已经收到",
    "三是明确责任。印发任务清单，由{m}个处室分头落实，每季度对照一次，年底公布结果",
    "四是加强指导。派出{m}个工作组到现场，解决具体问题{n}个，其余的限期办结",
    "五是完善制度。修订管理办法，把验收、移交、管护三个环节的要求写清楚，已征求{m}家单位的意见",
    "六是做好宣传。编写问答手册{n}份，送到社区和村组，方便群众了解和监督",
)
CLOSINGS = (
    "感谢您对我们工作的关心和支持，欢迎继续提出宝贵意见。",
    "下一步，我们将把您的意见落到实处，并在明年的工作安排中继续推进。",
    "再次感谢您的建议，我们将定期向您通报进展情况。",
)
GENRES = ("政协", "人大")
YEARS = {2023: {"政协": (13, 1), "人大": (14, 1)}, 2024: {"政协": (13, 2), "人大": (14, 2)},
         2025: {"政协": (13, 3), "人大": (14, 3)}, 2026: {"政协": (13, 4), "人大": (14, 4)}}  # fmt: skip
"""Sessions of the province, as in data/sessions."""
FIRST_DOCID = 4_600_000


@dataclass(frozen=True, slots=True)
class Naming:
    """How a site names its documents."""

    pattern: str = "{month}/t{day}_{docid}.shtml"
    """Below the column; `{month}` YYYYMM, `{day}` YYYYMMDD, `{docid}`."""
    style: str = "plain"
    """Of the paragraphs; see `scraper.demo.prose`."""
    labels: frozenset[str] = frozenset(
        ("index_number", "category", "publisher", "issued_on", "document_number", "validity")
    )
    """What the template prints of a document besides title, time and text."""
    published: bool = True
    """Whether it prints the time of publication."""


@dataclass(frozen=True, slots=True)
class _Dates:
    year: int
    signed: date
    published: date
    listed: date


def documents(
    agency: str, first: int, count: int, others: int, seed: str, naming: Naming = Naming(), column: int = 0
) -> tuple[Document, ...]:
    """`count` replies and `others` notices of one column, oldest first; `first` is the number of the first proposal and
    of the first index number, which nobody else may have."""
    chance = random.Random(f"documents {seed}")
    dates = sorted(_dates(chance, count + others), key=lambda one: one.listed)
    notices = set(chance.sample(range(count + others), others))
    docid = FIRST_DOCID + first * 40
    out = []
    serial = first
    for place, moment in enumerate(dates):
        docid += chance.randrange(1, 30)
        file = naming.pattern.format(
            month=f"{moment.listed:%Y%m}", day=f"{moment.listed:%Y%m%d}", docid=docid
        )
        if place in notices:
            out.append(_notice(agency, moment, file, naming, column, docid, first + place))
        else:
            out.append(_reply(chance, agency, serial, moment, file, naming, column, first + place))
            serial += 1
    return tuple(out)


def _dates(chance: random.Random, count: int) -> Iterator[_Dates]:
    for _ in range(count):
        year = chance.choice(list(YEARS))
        signed = date(year, 4, 1) + timedelta(days=chance.randrange(100))
        published = signed + timedelta(days=chance.randrange(5, 50))
        yield _Dates(year, signed, published, published + timedelta(days=chance.randrange(0, 12)))


def _reply(
    chance: random.Random,
    agency: str,
    serial: int,
    moment: _Dates,
    file: str,
    naming: Naming,
    column: int,
    index: int,
) -> Document:
    body = chance.choice(GENRES)
    term, meeting = YEARS[moment.year][body]
    kind, person = ("提案", "委员") if body == "政协" else ("建议", "代表")
    subject = chance.choice(SUBJECTS)
    number = f"{serial:05d}"
    said: dict[str, Any] = {
        "references": [
            {"body": body, "level": "省", "term": term, "meeting": meeting, "number": number, "kind": kind}
        ],
        "signed_on": moment.signed.isoformat(),
        "signatory": agency,
        "salutation": f"尊敬的{person}",
        **_labelled(agency, moment, naming, index),
    }
    if "document_number" in naming.labels:
        said["document_number"] = f"鄂试函〔{moment.year}〕{serial}号"
    measures = chance.sample(MEASURES, chance.randrange(3, 6))
    paragraphs = [
        f"尊敬的{person}：",
        f"您提出的关于{subject}的{kind}（第{number}号）收悉。经研究，现答复如下：",
        *(
            measure.format(n=chance.randrange(20, 900), m=chance.randrange(3, 20)) + f"，涉及{subject}。"
            for measure in measures
        ),
        chance.choice(CLOSINGS),
        f"> {agency}",
        f"> {moment.signed.year}年{moment.signed.month}月{moment.signed.day}日",
    ]
    meeting_name = (
        f"省政协{_chinese(term)}届{_chinese(meeting)}次会议"
        if body == "政协"
        else f"省{_chinese(term)}届人大{_chinese(meeting)}次会议"
    )
    return Document(
        file=file,
        title=f"关于{meeting_name}第{number}号{kind}的答复",
        column=column,
        row_date=moment.listed.isoformat(),
        says=said,
        style=naming.style,
        body="\n".join(paragraphs),
    )


def _notice(
    agency: str, moment: _Dates, file: str, naming: Naming, column: int, docid: int, index: int
) -> Document:
    """A page in the column that answers nobody."""
    return Document(
        file=file,
        title=f"{agency}{moment.year}年度建议提案办理工作总体情况（{docid}）",
        column=column,
        row_date=moment.listed.isoformat(),
        says={"document_type": "other", **_labelled(agency, moment, naming, index)},
        body="\n".join(
            (
                f"{moment.year}年，我单位共承办省人大代表建议、省政协提案{docid % 90 + 10}件，已全部按期办结。",
                "从内容看，以民生类为主；从办理方式看，主办件全部上门走访，会办件采用书面沟通。",
                "下一年，我们将把承诺事项列入年度督查清单，每季度对照一次，对未兑现的逐件说明原因。",
            )
        ),
    )


def _labelled(agency: str, moment: _Dates, naming: Naming, index: int) -> dict[str, str]:
    values = {
        "index_number": f"DM0000080/{moment.published.year}-{index:05d}",
        "category": "建议提案",
        "publisher": agency,
        "issued_on": moment.published.isoformat(),
        "validity": "有效",
    }
    said = {name: value for name, value in values.items() if name in naming.labels}
    return said | ({"published_at": f"{moment.published}T09:30"} if naming.published else {})


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else "") + (digits[ones] if ones else "") if tens < 2 else str(number)
