"""Words that reach Datasette's pages from Python rather than from a template, in Chinese."""

from __future__ import annotations

import re

from markupsafe import Markup

FACET_TYPES = {"array": "数组", "date": "按日期", "column": "按值"}

SHOW_HIDE = {"show": "显示 SQL", "hide": "收起 SQL"}

LOOKUPS = {
    "exact": ("=", "{c}：{v}"),
    "not": ("≠", "{c}不为{v}"),
    "contains": ("包含", "{c}包含{v}"),
    "endswith": ("结尾是", "{c}以{v}结尾"),
    "startswith": ("开头是", "{c}以{v}开头"),
    "gt": (">", "{c}大于{v}"),
    "gte": ("≥", "{c}不小于{v}"),
    "lt": ("<", "{c}小于{v}"),
    "lte": ("≤", "{c}不大于{v}"),
    "like": ("匹配 LIKE", "{c}匹配 LIKE {v}"),
    "notlike": ("不匹配 LIKE", "{c}不匹配 LIKE {v}"),
    "glob": ("匹配 GLOB", "{c}匹配 GLOB {v}"),
    "in": ("属于", "{c}属于{v}"),
    "notin": ("不属于", "{c}不属于{v}"),
    "arraycontains": ("数组含有", "{c}含有{v}"),
    "arraynotcontains": ("数组不含", "{c}不含{v}"),
    "date": ("日期是", "{c}的日期是{v}"),
    "isnull": ("为 NULL", "{c}为 NULL"),
    "notnull": ("不为 NULL", "{c}不为 NULL"),
    "isblank": ("没有内容", "{c}没有内容"),
    "notblank": ("有内容", "{c}有内容"),
}
"""Key of a filter → (what the choice shows, clause of the description above a table)."""

_BARE = frozenset({"exact", "gt", "gte", "lt", "lte"})
"""Filters whose value stands without quotation marks."""

ACTIONS = {
    "view-instance": "浏览这个站点",
    "view-database": "浏览这个数据库",
    "view-database-download": "下载这个数据库",
    "view-table": "浏览这个表",
    "view-query": "运行这个查询",
    "execute-sql": "运行自己写的 SQL",
    "permissions-debug": "查看权限记录",
    "debug-menu": "查看调试信息",
}

TITLES = {"Forbidden": "没有权限", "Invalid SQL": "这条 SQL 不能运行", "SQL Interrupted": "查询超时"}

STATUS_TITLES = {400: "请求有误", 403: "没有权限", 404: "没有这个页面", 405: "不支持这种请求", 500: "出错了"}

_TIMEOUT = re.compile(r"<textarea[^>]*>(.*?)</textarea>", re.DOTALL)

_EXACT = {
    "404": "没有找到这个地址。它可能写错了，也可能对应的内容已经合并或更名。",
    "Database not found": "没有找到这个地址，也没有叫这个名字的数据库。",
    "Invalid database": "没有这个数据库。",
    "Table not found": "没有这个表。",
    "Record not found": "没有这条记录。它可能已并入另一条，可以按标题搜索。",
    "No data": "没有数据。",
    "You do not have permission to view this table": "你没有权限浏览这个表。",
    "You do not have permission to view this database": "你没有权限浏览这个数据库。",
    "You do not have permission to view this query": "你没有权限运行这个查询。",
    "Database download is forbidden": "这里不提供整个数据库的下载。",
    "Cannot download in-memory databases": "内存数据库不能下载。",
    "Cannot download database": "这个数据库不能下载。",
    "Database is immutable": "数据库是只读的。",
    "Permission denied": "没有权限。",
    "Invalid token": "登录口令不对。",
    "Root token has already been used": "登录口令已经用过。",
    "_where= is not allowed": "这里不允许使用 _where= 条件。",
    "_facet= is not allowed": "这里不允许归类统计。",
    "Cannot search by that column": "不能在这一列里搜索。",
    "Invalid _through - could not find corresponding foreign key": "_through 条件有误：找不到对应的外键。",
    "CSV streaming is disabled": "这里不允许导出全部行。",
    "_next not allowed for CSV streaming": "导出全部行时不能再带 _next。",
    "Cannot use _sort and _sort_desc at the same time": "_sort 和 _sort_desc 只能用一个。",
    "_size must be a positive integer": "_size 必须是正整数。",
    "Statement must be a SELECT": "只能运行查询（SELECT 开头的语句）。",
    "You can only execute one statement at a time.": "一次只能运行一条语句。",
    "malformed JSON": "这一列的内容不是 JSON 数组。",
    "incomplete input": "SQL 没有写完。",
    "interrupted": "查询用时超过限制，已经中止。",
    "unable to open database file": "打不开数据库文件。",
    "database disk image is malformed": "数据库文件已经损坏，请从归档重建。",
    "file is not a database": "这个文件不是数据库，请从归档重建。",
    "Link has expired - the requested binary content has changed or could not be found.": (
        "链接已经失效：内容已变或不在了。"
    ),
}

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"no such column: (.+)", "没有名为 {} 的列。"),
        (r"no such table: (.+)", "没有名为 {} 的表。"),
        (r"no such function: (.+)", "没有名为 {} 的函数。"),
        (r"no such module: (.+)", "没有名为 {} 的模块。"),
        (r'near "(.*?)": syntax error', "SQL 在 {} 附近有语法错误。"),
        (r'fts5: syntax error near "(.*?)"', "搜索式在 {} 附近有语法错误。"),
        (r"unrecognized token: (.+)", "SQL 里有不认识的符号 {}。"),
        (r"ambiguous column name: (.+)", "列名 {} 指向不止一个表，请写明表名。"),
        (r"wrong number of arguments to function (.+)", "函数 {} 的参数个数不对。"),
        (r"Cannot sort table by (.+)", "不能按 {} 排序。"),
        (r"_size must be <= (\d+)", "_size 最大为 {}。"),
        (r"_(?:no)?col=(.+) - invalid columns", "没有这些列：{}。"),
        (r"Statement contained a disallowed PRAGMA.*", "语句里有不允许使用的 PRAGMA。"),
        (r"(.+) is not a valid column", "没有名为 {} 的列。"),
    )
)


def error_title(title: str | None, status: object) -> str:
    """Heading of an error page."""
    if title:
        return TITLES.get(title, title)
    return STATUS_TITLES.get(status if isinstance(status, int) else 0, f"出错了（{status}）")


def error(message: object) -> str:
    """An error of Datasette or SQLite in Chinese; one that we do not know is quoted as code."""
    text = str(message)
    if isinstance(message, Markup):
        sql = _TIMEOUT.search(text)
        return Markup("查询用时超过限制，已经中止。可以缩小范围，或者加上条件再试。") + (
            Markup("<pre>") + Markup(sql[1]) + Markup("</pre>")  # noqa: S704  # escaped by Datasette
            if sql
            else ""
        )
    if text in _EXACT:
        return _EXACT[text]
    if text in ACTIONS:
        return f"你没有权限{ACTIONS[text]}。"
    for pattern, chinese in _PATTERNS:
        if match := pattern.fullmatch(text):
            return Markup(chinese).format(*map(_code, match.groups()))  # noqa: S704  # our own text
    if _has_chinese(text):
        return text
    return Markup("程序报告：{}").format(_code(text))


def clause(key: str, column: str, value: str) -> str | None:
    """One condition of a table page in words; None for a filter that we do not know."""
    known = LOOKUPS.get(key)
    if known is None:
        return None
    return known[1].format(c=column, v=value if key in _BARE else f"“{value}”")


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
