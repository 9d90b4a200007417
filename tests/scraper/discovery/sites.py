"""Home pages and the ways from them to reply columns, with the real texts and paths, and with misleading neighbours.

Every folder of a column's path is a page that links to the next one, so that a column stands as deep as it does in the
province. Beside each column of replies stand its neighbours: 办理动态, 工作方案, 年度总结, 总体情况.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from tests.gov.pages import html
from tests.gov.server import Answer, Government

NAMES = {
    "zfxxgk": "政府信息公开",
    "zfxxgk_gk2020": "政府信息公开",
    "xxgk": "信息公开",
    "xxgkxi": "信息公开",
    "zwgk": "政务公开",
    "zwgk_8": "政务公开",
    "zwgk_28": "政务公开",
    "zc": "政策",
    "xxgkml": "政府信息公开目录",
    "gkml": "信息公开目录",
    "qtzdzdgk": "其他重点公开",
    "fdzdgknr": "法定主动公开内容",
    "fdzdnrgk": "法定主动公开内容",
    "fdzdgk": "法定主动公开内容",
    "fdzdgknr_gk2020": "法定主动公开内容",
    "qtzdgknr": "其他主动公开内容",
    "qtzdgknr_gk2020": "其他主动公开内容",
    "jytabl": "建议提案办理",
    "jytabl_1": "建议提案",
    "jytabl_gk2020": "建议提案办理结果公开",
    "jyta": "建议提案",
    "jytabl2018": "2018年建议提案办理",
    "zxwyta": "政协委员提案",
    "zxta": "政协提案",
    "syta": "市政协提案",
    "rddbjy": "人大代表建议",
    "rddbjyh": "人大代表建议",
    "rdjy_gk2020": "人大建议",
    "jytajgg": "建议提案结果公开",
    "elesnjytabl": "2023年建议提案办理",
    "ele4njytabl": "2024年建议提案办理",
    "c": "部门",
    "ycsgaj": "市公安局",
}
NEIGHBOURS = {
    "gzdt_jytabl": (
        "办理动态",
        [
            "省科技厅召开2024年建议提案办理工作推进会",
            "厅领导上门走访省政协委员",
            "建议提案办理工作动态（第3期）",
            "我厅建议提案办理工作获通报表扬",
        ],
    ),
    "gzfa": (
        "工作方案",
        ["关于印发2024年建议提案办理工作方案的通知", "2023年人大代表建议、政协提案办理工作方案"],
    ),
    "ndzj": ("年度总结", ["2023年建议提案办理工作总结", "2022年度建议提案办理情况总结"]),
    "ztqk": ("总体情况", ["2024年建议提案办理总体情况", "2023年度人大建议和政协提案办理情况的报告"]),
}
NEWS = ["全省科技大会召开", "关于开展项目申报的通知", "关于建议提案办理工作的几点思考", "某处室简报"]


def title(number: int, body: str = "政协", year: int = 2024) -> str:
    """Title of a reply."""
    if body == "人大":
        return f"关于省十四届人大二次会议第{year}{1000 + number:04d}号建议的答复"
    return f"关于省政协十三届二次会议第{year}{number:04d}号提案的答复"


def items(titles: Iterable[str], base: str = "./", start: int = 1, year: int = 2024) -> str:
    """Rows of a list."""
    return "".join(
        f'<li><a href="{base}{year}09/t{year}0902_{51000 + start + k}.shtml" title="{text}">{text}</a>'
        f"<span>{year}-09-02</span></li>"
        for k, text in enumerate(titles)
    )


def label(segment: str) -> str:
    """What the site calls a folder."""
    if segment[:4].isdigit() and len(segment) <= 9:
        return f"{segment[:4]}年"
    return NAMES.get(segment.lower(), segment)


class SiteMaker:
    """One site: pages by address, as a government answers them."""

    def __init__(self, host: str, encoding: str = "utf-8") -> None:
        self.root = f"http://{host}"
        self.encoding = encoding
        self.bodies: dict[str, str] = {}
        self.menu: dict[str, list[str]] = {}

    def put(self, path: str, body: str, head: str = "") -> None:
        """A page."""
        self.bodies[path] = html(body, head)

    def way(self, column: str) -> None:
        """Link every folder of a column's path from the one above it."""
        parts = [part for part in column.split("/") if part]
        above = "/"
        for part in parts:
            children = self.menu.setdefault(above, [])
            if part not in children:
                children.append(part)
            above += part + "/"

    def column(self, path: str, titles: Sequence[str], start: int = 1, year: int = 2024) -> None:
        """A column with its rows and the way to it; neighbours stand beside it, or below a parent of several."""
        self.way(path)
        self.bodies[path] = "ROWS" + items(titles, start=start, year=year)

    def neighbours(self, path: str) -> None:
        """Notices, plans and summaries below `path`."""
        for number, (name, (_, titles)) in enumerate(NEIGHBOURS.items()):
            self.way(f"{path}{name}/")
            self.bodies[f"{path}{name}/"] = "ROWS" + items(titles, start=500 + 50 * number)

    def collecting(self, path: str, rows: str) -> None:
        """A parent that only shows what its children list."""
        self.bodies[path] = "ROWS" + rows

    def answers(self) -> dict[str, Answer]:
        """Everything that the site answers."""
        out: dict[str, Answer] = {}
        for path in sorted({*self.bodies, *self.menu}):
            body = self.bodies.get(path, "ROWS")
            out[self.root + path] = Answer(
                (self._page(path, body[4:]) if body.startswith("ROWS") else body).encode(self.encoding),
                content_type="text/html",
            )
        return out

    def _page(self, path: str, rows: str) -> str:
        nav = "".join(
            f'<li><a href="{self._href(path, part)}" target="_blank">{self._name(part)}</a></li>'
            for part in self.menu.get(path, [])
        )
        crumbs = '<a href="/">首页</a>'
        above = ""
        for part in [part for part in path.split("/") if part]:
            above += f"/{part}"
            crumbs += f' &gt; <a href="{above}/" class="CurrChnlCls">{label(part)}</a>'
        common = (
            '<div class="header"><p class="fr"><a href="http://www.gov.invalid/">中国政府网</a><a href="/login.do">登录</a></p>'
            '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/xwzx/">新闻中心</a><ul><li><a href="/xwzx/tzgg/">通知公告</a>'
            '</li></ul></li><li><a href="/hdjl/yjzj/">意见建议征集</a></li><li><a href="/hdjl/wyjy/">我要建议</a></li></ul></div>'
        )
        news = f'<div class="news"><ul>{items(NEWS, "/xwzx/", 900)}</ul></div>' if path == "/" else ""
        twin = f'<a href="{path}index_slh.html">长者版</a>' if path != "/" else ""
        name = label(path.rstrip("/").rpartition("/")[2]) if path != "/" else "某某局"
        head = f'<meta charset="{self.encoding}"><title>{name}-某某局</title><meta name="SiteName" content="某某局">'
        body = (
            f'{common}<div class="where">{crumbs}</div>{twin}<div class="left"><ul><li><ul>{nav}</ul></li></ul></div>{news}'
            f'<div class="list"><ul class="info-list">{rows}</ul></div>'
            '<script>createPageHTML(1, 0, "index", "shtml");</script>'
        )
        return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"

    def _href(self, path: str, part: str) -> str:
        """Relative, absolute and rooted links take turns."""
        kind = len(part) % 3
        return (f"./{part}/", f"{self.root}{path}{part}/", f"{path}{part}/")[kind]

    def _name(self, part: str) -> str:
        return NEIGHBOURS[part][0] if part in NEIGHBOURS else label(part)


def government(*sites: SiteMaker, more: dict[str, Answer] | None = None) -> Government:
    """All of them behind one proxy."""
    answers: dict[str, Answer] = {}
    for site in sites:
        answers |= site.answers()
    return Government({**answers, **(more or {})})


def path_of(url: str) -> str:
    """Path of an address."""
    return urlsplit(url).path
