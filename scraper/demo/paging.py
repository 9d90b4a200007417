"""How list pages name each other: the four forms that TRS sites use, as they print them."""

from __future__ import annotations

from html import escape

from scraper.demo.personality import ColumnShape

DEFINITION = """
function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt) {
  if (_nPageCount == null || _nPageCount <= 1) { return; }
  var nCurrIndex = _nCurrIndex || 0;
  for (var i = 0; i < _nPageCount; i++) {
    if (nCurrIndex == i) { document.write("<span>" + (i + 1) + "</span>"); }
    else if (i == 0) { document.write("<a href='" + _sPageName + "." + _sPageExt + "'>1</a>"); }
    else { document.write("<a href='" + _sPageName + "_" + i + "." + _sPageExt + "'>" + (i + 1) + "</a>"); }
  }
}
"""
"""Defined on the page itself: the words `createPageHTML(` alone prove no list."""


def page_file(name: str, index: int, ext: str) -> str:
    """File of a page: `index.shtml`, `index_1.shtml`, …"""
    return f"{name}.{ext}" if index == 0 else f"{name}_{index}.{ext}"


def script(column: ColumnShape, count: int, index: int, rows: int) -> str:
    """The pagination block of a list page."""
    match column.paging:
        case "createPageHTML":
            call = f'createPageHTML({count}, {index}, "{column.index}", "{column.ext}");'
            return f'<div class="page"><script type="text/javascript">{DEFINITION}\n{call}</script></div>'
        case "pageControl":
            call = f'pageControl({count},{index},"{column.index}","{column.ext}")'
            return (
                '<div id="pages-nav"><ul class="hbgov-pagination">'
                f'<li class="active"><a href="javascript:;">{index + 1}</a></li></ul></div>'
                f"<script>{call}</script>"
            )
        case "pageHtml":
            return (
                '<div id="page" class="page"></div><script>$("#page").pageHtml({'
                f"currIndex:{index},pageTotal:{count},total:{rows},"
                f"pageFileName:'{column.index}',pageFileExt:'{column.ext}'}});</script>"
            )
        case "next":
            return _links(column, count, index)


def _links(column: ColumnShape, count: int, index: int) -> str:
    def link(to: int, text: str) -> str:
        return f'<a href="./{escape(page_file(column.index, to, column.ext))}">{text}</a>'

    ahead = '<a href="javascript:void(0)">下一页</a>'
    if index + 1 < count:
        ahead = link(index + 1, "下一页") + link(count - 1, "尾页")
    back = link(0, "首页") + link(index - 1, "上一页") if index else "首页 上一页"
    return f'<div class="black2">第{index + 1}页/共{count}页 {back} {ahead}</div>'


def article_call(name: str, ext: str, count: int, index: int) -> str:
    """What a detail page prints: the same call with the name of the article."""
    return f'<script>{DEFINITION}\ncreatePageHTML({count}, {index}, "{name}", "{ext}");</script>'
