"""What whoever takes the data away has to know; goes with every export."""

from __future__ import annotations

from pipelines.schema.metadata import LICENSE, SOURCE

CAVEATS = (
    "引用请用答复编号（id）和原文网址（url）；编号不会改变，检索序号（search_id）每次发布都重排，请勿引用。",
    "四种日期互不推算：落款日期 signed_on、发文日期 issued_on、网页发布时间 published_at，以及网址里的日期。",
    "网页上没有的就是空值，不猜。按“年”统计一律用会议年份 session_year；看不出届次的在“年份不明”的文件里。",
    "没有采集到不等于没有答复：哪些网站、哪些年份不全，见 sites、columns、session_coverage。",
    "联系人、电话等个人信息已经遮盖；依法依规撤下的答复不在其中，请随新的发布更新手里的副本。",
    "CSV 供电子表格打开：开头有字节顺序标记，以等号、加号、减号、@ 开头的文字前面加了一个撇号。"
    "Excel 一格最多 32,767 字，更长的正文请用 JSON、Parquet 或数据库。",
)


def readme(created_at: str, rows: dict[str, int]) -> str:
    """Plain text beside the files: source, conditions, caveats, what is in each; in Chinese, with a byte order mark."""
    files = "\r\n".join(f"{name}\t{count:,} 行" for name, count in rows.items())
    caveats = "\r\n".join(f"{number}. {text}" for number, text in enumerate(CAVEATS, start=1))
    return (
        "\ufeff湖北省建议提案办理答复语料库\r\n\r\n"
        f"制作：{created_at}\r\n来源：{SOURCE}。\r\n使用条件：{LICENSE}。\r\n\r\n"
        f"注意\r\n{caveats}\r\n\r\n文件\r\n{files}\r\n\r\n"
        "每一列的含义见 datapackage.json，校验和见上一级的 SHA256SUMS。\r\n"
    )
