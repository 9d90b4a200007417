"""Bodies of our own with every line labelled: the part to which it belongs, and the level where it is a heading.

A line is `PART LEVEL|words`. Parts: H head, S salutation, T text, L list of annexes, G signature, N notes, A annexes, O other;
`ST` and `TG` belong to two. `‖` ends the heading where the line goes on behind it. An empty line parts two bodies; `#` names
the one that follows.
"""

from __future__ import annotations

from dataclasses import dataclass

TITLE = "某市水务局关于市政协十四届三次会议第102号提案的答复"

SAMPLE = """
# plain
S|某委员：
T|您提出的《关于治理内涝的提案》收悉，现答复如下：
T1|一、关于排查隐患
T|我局组织力量排查了全部排水口。
T1|二、关于下一步打算
T|我们将继续完善管网。
G|某市水务局
G|2024年7月23日

# title and number repeated above
H|某市水务局关于市政协十四届三次会议第102号提案的答复
H|某水函〔2024〕12号
S|某委员：
T|您提出的提案收悉，现答复如下：
T|已经办理。
G|某市水务局
G|2024年7月23日

# title broken over two lines, grade alone
H|某市水务局关于市政协十四届三次会议
H|第102号提案的答复
H|A
S|某委员：
T|您提出的提案收悉，现答复如下。
G|某市水务局
G|2024年7月23日

# grade, disclosure and signer above
H|类别：B
H|签发人：某某
H|某水函〔2024〕12号
S|某代表团：
T|你们提出的建议收悉，现答复如下：
T|一是加强领导，二是加大投入，三是强化监督。
G|某市水务局
G|2024年7月23日
N|抄送：市人大常委会代表工委，市政府督查室。

# text behind the salutation in one line
ST|某委员：您提出的《关于治理内涝的提案》收悉，现答复如下：
T|我局已经完成排查。
G|某市水务局
G|2024年7月23日

# signature at the end of the last sentence
S|某委员：
T|您提出的提案收悉，现答复如下：
TG|感谢您对我市水务工作的关心和支持！ 某市水务局 2024年7月23日

# date alone behind the last sentence
S|某委员：
T|您提出的提案收悉，现答复如下：
TG|感谢您的关心和支持。 2024年7月23日

# the whole letter in one line
STG|某委员： 您提出的提案收悉，现答复如下：我局已经完成排查。特此答复。 某市水务局 2024年7月23日

# spaces inside the date
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024 年 7 月 23 日

# Chinese numerals in the date
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|二〇二四年七月二十三日

# letters of the name spread
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某 市 水 务 局
G|2024年7月23日

# several agencies, one a line
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|某市财政局
G|某市教育局
G|2024年7月23日

# several agencies in a line
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局 某市财政局
G|2024年7月23日

# each agency with its date
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
G|某市财政局
G|2024年7月24日

# nothing but the signature on the page, and the seal
S|某委员：
T|您提出的提案收悉，现答复如下：
T|感谢您的支持。
G|（此页无正文）
G|某市水务局（盖章）
G|2024年7月23日

# seal on a line of its own
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|（公章）
G|2024年7月23日

# seal below the date
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
G|（盖章）
N|（此件主动公开）

# agency without a date
S|某委员：
T|您提出的提案收悉，现答复如下：
T|感谢您的支持。
G|某市水务局

# date without an agency
S|某委员：
T|您提出的提案收悉，现答复如下：
G|2024年7月23日

# no signature
S|某委员：
T|您提出的提案收悉，现答复如下：
T|感谢您的支持。

# no salutation
T|您提出的《关于治理内涝的提案》收悉，现答复如下：
T|感谢您的支持。
G|某市水务局
G|2024年7月23日

# contact above the signature
S|某委员：
T|您提出的提案收悉，现答复如下：
T|感谢您的支持。
N|联系单位：排水科
N|联系人及电话：某某，027-12345678
G|某市水务局
G|2024年7月23日

# contact in brackets below
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
N|（联系人：某某，联系电话：027-12345678）
N|（此件公开发布）
N|抄送：市政协提案委员会，
N|市政府督查室。
N|某市水务局办公室 2024年7月23日印发

# a copy list over two lines, printed number
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
N|抄 送：市政协提案委（3份）、
N|市政府办公室（1份）
N|共印6份

# remark in brackets
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
N|（本文有删减）

# result and persons in charge below
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
N|办理结果：A
N|主管领导姓名：某某 联系电话：87654321
N|具体经办人姓名：某某
N|邮政编码：430000

# list of annexes above the signature
S|某委员：
T|您提出的提案收悉，现答复如下：
T|详见附件。
L|附件：1.排水口清单
L|2.整改计划表
G|某市水务局
G|2024年7月23日

# one annex above the signature, its own text behind
S|某委员：
T|您提出的提案收悉，现答复如下：
L|附件：排水口清单
G|某市水务局
G|2024年7月23日
A1|附件
A|排水口清单
A|序号	位置	状态
A|1	东湖路	良好

# list of annexes below the signature
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
L|附件：1. 排水口清单
L|2. 整改计划表

# bare label of annexes at the end
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
L|附件：

# list, then two annexes with headings of their own
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、排查情况
T|全部完成。
G|某市水务局
G|2024年7月23日
L|附件：1.排水口清单
L|2.整改计划
A1|附件1
A|排水口清单
A|共三处，均已登记。
A1|附件2
A|整改计划
A2|一、时间安排
A|今年内完成。
A2|二、责任分工
A|由排水科负责。

# annex named in its label, with a table
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
A1|附件1：排水口清单
A|序号	位置
A|1	东湖路

# annex with a signature of its own
S|某委员：
T|您提出的提案收悉，现答复如下：
L|附件：调查报告
G|某市水务局
G|2024年7月23日
A1|附件
A|调查报告
A|经调查，情况属实。
A|某市水文站
A|2023年5月1日

# annexes, then the printing note
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
A1|附件
A|排水口清单
A|一处在东湖路。
N|抄送：市政协提案委员会。
N|某市水务局办公室2024年7月23日印发

# annex where the signature is missing
S|某委员：
T|您提出的提案收悉，现答复如下：
T|详见附件。
A1|附件1
A|排水口清单
A|一处在东湖路。

# something else below the signature
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
O|如已完成请点击已登录

# notice with a plan issued behind it
H|某市水务局关于印发排水方案的通知
S|各区水务局，机关各科室：
T|现将方案印发给你们，请认真贯彻执行。
G|某市水务局
G|2024年7月23日
O|排水方案
O|为做好工作，制定本方案。

# co-handling opinion to an agency
S|市住房和城乡建设局：
T|你局转来的第102号提案收悉，现将会办意见函告如下：
T|我局无不同意见。
G|某市水务局
G|2024年7月23日

# levels of the standard
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、工作情况
T2|（一）加强排查
T3|1.明确责任
T4|（1）区级责任
T|由各区负责。
T4|（2）市级责任
T|由市局负责。
T3|2.建立台账
T|台账已经建立。
T2|（二）加快整治
T|整治全部启动。
T1|二、下一步打算
T|继续努力。

# only (一): level 1
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|（一）加强排查
T|完成排查。
T1|（二）加快整治
T|整治启动。

# only 1.: level 1, full-width point
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|1．排查情况
T|完成排查。
T1|2．整治情况
T|整治启动。

# 1、 and ①
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|1、排查情况
T2|①城区
T|完成排查。
T2|②郊区
T|正在排查。
T1|2、整治情况
T|整治启动。

# half-width brackets, a point behind the bracket
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|(一)、加强排查
T|完成排查。
T1|(二)、加快整治
T|整治启动。

# spaces around the mark
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、 关于排查
T|完成排查。
T1|二 、关于整治
T|整治启动。

# parts and ordinals
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|第一部分 排查情况
T2|第一，摸清底数‖。我局逐一登记了全部排水口。
T2|第二，分类整治‖。按轻重缓急逐一销号。
T1|第二部分 下一步打算
T|继续努力。

# headings that run into their text
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、提高认识，加强领导‖。我局成立专班，逐项研究提案提出的问题。
T1|二、多措并举，狠抓落实‖。我局会同各区全面排查，逐一整改。
T1|三、下一步打算‖：继续完善管网，建立长效机制。
G|某市水务局
G|2024年7月23日

# a gap between heading and text
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、基本情况‖ 我市现有排水口三百余处，分布在各个城区，由各区分别管理。
T1|二、主要做法‖ 我局坚持问题导向，逐一登记造册，分类施策，限期整改。

# a question quoted in the heading
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、关于“加大投入。完善机制”的建议
T|我局采纳这条建议。
T1|二、关于《排水条例：修改草案》的问题
T|正在修改。

# heading with a full stop, alone in its line
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、高度重视，加强领导‖。
T|我局成立了专班。
T1|二、完善机制，狠抓落实‖。
T|我局建立了台账。

# heading that names a year
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、2023年工作情况
T|完成排查。
T1|二、2024年工作打算
T|继续整治。

# near misses: prose
S|某委员：
T|您提出的提案收悉，现答复如下：
T|一是加强领导，二是加大投入。
T|1.5亿元资金已经到位。
T|2023年，我局完成了排查。
T|3、4号泵站已经投入使用。
T|一、二级医院都已经接入管网。
T|三、四月份是施工的黄金期。
T|十四五期间，我市将投入三亿元。
T|（一）项所列的工程已经完工。
T|（2023年数据）显示，水质明显好转。
T|一方面，我局加强了巡查。

# near misses: short lines with text under them
S|某委员：
T|您提出的提案收悉，现答复如下：
T|一、二级医院接入管网
T|医院都已经接入。
T|1、2号泵站投入使用
T|泵站运行平稳。
T|1.5公里管网完工
T|管网运行平稳。

# near misses: rows with numbers, and text below the table
S|某委员：
T|您提出的提案收悉，现答复如下：
T|一、泵站	两座
T|以上工程明年完成。

# near misses: items ended by semicolons, each explained
S|某委员：
T|您提出的提案收悉，现答复如下：
T|（一）新建泵站；
T|泵站设在东湖路。
T|（二）改造管网；
T|管网长两公里。

# years behind Arabic numbers
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|1、2023年工作情况
T|完成排查。
T1|2.2024年工作打算
T|继续整治。

# near misses: items with long sentences
S|某委员：
T|您提出的提案收悉，现答复如下：
T|1.我局在全市范围内组织开展了为期三个月的排水管网专项排查，累计排查管网一千二百公里，发现并整改各类隐患三百余处。
T|2.我局会同市财政局、市城管委等部门联合印发了实施方案，明确了各部门的职责分工和完成时限，建立了定期会商机制。
T|3.我局在市政务服务大厅设立了专门窗口，方便群众反映问题，办结率达到了较高的水平，群众满意度明显提高。

# near misses: short items without text under them
S|某委员：
T|您提出的提案收悉，现答复如下：
T|申请时请携带以下材料：
T|1.申请表
T|2.身份证明
T|3.施工图纸
T|材料齐全的当场受理。

# near misses: items ended by semicolons
S|某委员：
T|您提出的提案收悉，现答复如下：
T|（一）新建泵站；
T|（二）改造管网；
T|（三）建立台账。
T|以上工作年内完成。

# near misses: facts in short sentences
S|某委员：
T|您提出的提案收悉，现答复如下：
T|一、已改造管网1200公里。其余部分正在设计，预计明年完成。
T|二、目前泵站已经开工。我局每周调度一次进度。

# near misses: a short sentence in a series of items
S|某委员：
T|您提出的提案收悉，现答复如下：
T|一、同意由市水务局会同市财政局、市城管委组成专班，负责全市排水管网改造工程的统筹协调和督促检查工作。专班设在水务局。
T|二、各区要按照属地管理原则，切实履行主体责任，落实配套资金，确保改造任务按期完成，不得拖延推诿。违者通报。
T|三、加强宣传。各区要广泛宣传。

# a number out of its series
S|某委员：
T|您提出的提案收悉，现答复如下：
T|7.排查情况
T|完成排查。

# a table in the text has no headings
S|某委员：
T|您提出的提案收悉，现答复如下：
T|序号	项目
T|1、	泵站
T|一、	合计
T1|一、下一步
T|继续努力。

# names of the proposer's questions as headings, closing sentence is none
S|某委员：
T|您提出的提案收悉，现答复如下：
T1|一、关于管网老化的问题
T|正在更换。
T1|二、关于泵站不足的问题
T|正在新建。
T|三、再次感谢您的支持！

# the last section is short
S|尊敬的某委员：
T|您好！您提出的提案收悉，现答复如下：
T1|一、落实情况
T|全部落实。
T|专此答复。
G|某市水务局
G|2024年7月23日
N|公开属性：主动公开

# labelled lines of a form around the letter
H|案由：关于治理内涝的提案
S|某委员：
T|您提出的提案收悉，现答复如下：
T|已经办理。
N|承办单位：某市水务局
N|承办人：某某
N|（此件公开发布）

# the annex is only a table, without a label of its own
S|某委员：
T|您提出的提案收悉，现答复如下：
G|某市水务局
G|2024年7月23日
A1|附：排水口清单
A|序号	位置
A|1	东湖路

# 附: alone
S|某委员：
T|您提出的提案收悉，现答复如下：
L|附：排水口清单
G|某市水务局
G|2024年7月23日
A1|附‖：
A|排水口清单
A|序号	位置

# a numbered list that ends the text is no list of annexes
S|某委员：
T|您提出的提案收悉，现答复如下：
T|下一步重点是：
T|1.新建泵站
T|2.改造管网
G|某市水务局
G|2024年7月23日

# a date in the text is no signature
S|某委员：
T|您提出的提案收悉，现答复如下：
T|2024年5月1日，我局召开了专题会议。
T|会议确定了方案。
G|某市水务局
G|2024年7月23日

# 附件 named in running text
S|某委员：
T|您提出的提案收悉，现答复如下：
T|附件所列的排水口均已整改到位，我局将继续加强巡查，防止反弹。
G|某市水务局
G|2024年7月23日

# salutation over an agency and its office
S|市政协提案委员会：
T|贵委转来的第102号提案收悉，现答复如下：
T|已经办理。
G|某市水务局办公室
G|2024年7月23日

# several notes on one line, signed by a town
S|某代表：
T|您提出的建议收悉，现答复如下：
T|已经办理。
G|某镇人民政府
G|2024年7月23日
N|签发人：某某 联系人：某某 联系电话：12345678
"""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One body with its right answers."""

    name: str
    lines: tuple[str, ...]
    parts: tuple[tuple[str, int, int], ...]
    """(part, first, last) in order."""
    outline: tuple[tuple[int, str, int], ...]
    """(level, heading, paragraph)."""


_PARTS = {
    "H": "head",
    "S": "salutation",
    "T": "text",
    "L": "annex_list",
    "G": "signature",
    "N": "notes",
    "A": "annexes",
    "O": "other",
}


def _body(block: str) -> Labelled:
    name, *rows = block.splitlines()
    lines: list[str] = []
    parts: list[tuple[str, int, int]] = []
    outline: list[tuple[int, str, int]] = []
    for number, row in enumerate(rows, start=1):
        label, words = row.split("|", 1)
        heading = words.split("‖")[0]
        lines.append(words.replace("‖", ""))
        for letter in label.rstrip("123456"):
            part = _PARTS[letter]
            if parts and parts[-1][0] == part and parts[-1][2] == number - 1:
                parts[-1] = (part, parts[-1][1], number)
            else:
                parts.append((part, number, number))
        if label[-1].isdigit():
            outline.append((int(label[-1]), heading, number))
    return Labelled(name.lstrip("# "), tuple(lines), tuple(parts), tuple(outline))


def bodies() -> list[Labelled]:
    """All bodies of the sample."""
    return [_body(block.strip("\n")) for block in SAMPLE.strip().split("\n\n")]
