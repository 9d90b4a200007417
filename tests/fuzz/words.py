"""Words of the trade, from which the property tests and the fuzz run build their inputs, and the oracle of sources."""

from __future__ import annotations

from pipelines.check.cases import FIELDS
from pipelines.models import Reply

_WORDS = """
关于 对 就 答复 回复 复函 的函 会办意见 协办 分办 办理情况 的 和 及 、 ， 。 ： : （ ） ( ) 《 》 “ ” 〔 〕 [ ] 【 】
﹝ ﹞ - — ～ 至 第 号 届 次 会议
政协 人大 人民代表大会 中国人民政治协商会议 委员会 全国委员会 常委会 代表 委员 提案 建议 议案 建议案 代表建议
批评和意见 并案
省 市 州 县 区 旗 盟 镇 乡 街道 林区 自治区 自治州 自治县 湖北省 武汉市 恩施土家族苗族自治州 长阳土家族自治县
神农架林区 武汉 武昌区
省科技厅 市水务局 发展和改革委员会 人力资源和社会保障局 省委金融办 管委会 某公司 交警大队 有关部门 等单位
一 二 十 十三 十四 二十一 廿 〇 ○ 零 百 1 2 03 13 094 2024 20240133 JY20250374 B(2019)331 温36 １３ 2024-15 173169
25-28
索引号 索 引 号 发布机构 发文日期 文号 文    号 有效性 有 效 性 主题分类 类别 公开方式 发布日期 来源 浏览次数 主办单位
会办单位 提案编号 案由 标题
011043145/2024-37154 鄂科函〔2024〕12号 (A) A类 B2 B 无 有效 主动公开 依申请公开 2024年7月23日 2024-09-02 10:33
二〇二四年七月三日 2023518 2019月6月11日
某某代表： 尊敬的某某委员： 各位代表 收悉，现答复如下： 您提出的 你们 贵单位 经商 会同 综合 结合 意见， 我局 我厅
牵头， 配合， 此件公开发布 特此答复
联系人：某某 电话：027-87654321 抄送： 附件： 附件：1. 印发 （盖章） 上一篇： 扫一扫在手机打开当前页 一、 （一） 1.
"""
FRAGMENTS = (
    *_WORDS.split(),
    " ",
    "\u3000",
    "\u00a0",
    "\n",
    "\t",
    "\u200b",
    "…",
    "[…]",
    "■",
    "\x00",
    "𠮷",
    "㳇",
)


def unsourced(reply: Reply) -> list[str]:
    """Fields that have a value and no source."""
    return [
        name for name in FIELDS if getattr(reply, name) not in (None, "", ()) and name not in reply.sources
    ]
